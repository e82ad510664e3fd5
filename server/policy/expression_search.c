/* Comparisons of texts where a message chooses both sides: none costs more than n log n. */
#include <stdlib.h>
#include <string.h>

#include "server/policy/expression_inside.h"

enum { NEEDLE_BYTES_MOST = 1024, PAIRS_FEW = 64 };

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
}

/* Knuth, Morris and Pratt: how much of the needle still fits where it fails. */
static void failures_find(struct bytes needle, uint16_t failures[NEEDLE_BYTES_MOST])
{
    uint16_t kept = 0;
    failures[0] = 0;
    for (size_t i = 1; i < needle.size; i++) {
        while (kept > 0 && fold(needle.data[i]) != fold(needle.data[kept]))
            kept = failures[kept - 1];
        kept = (uint16_t)(kept + (fold(needle.data[i]) == fold(needle.data[kept])));
        failures[i] = kept;
    }
}

bool text_contains(struct bytes text, struct bytes needle)
{
    uint16_t failures[NEEDLE_BYTES_MOST];
    size_t kept = 0;
    if (needle.size == 0)
        return true;
    if (needle.size > NEEDLE_BYTES_MOST || needle.size > text.size)
        return false;
    failures_find(needle, failures);
    for (size_t i = 0; i < text.size; i++) {
        while (kept > 0 && fold(text.data[i]) != fold(needle.data[kept]))
            kept = failures[kept - 1];
        kept += fold(text.data[i]) == fold(needle.data[kept]);
        if (kept == needle.size)
            return true;
    }
    return false;
}

static int by_text(const void *a, const void *b)
{
    return text_compare_fold(*(const struct bytes *)a, *(const struct bytes *)b);
}

static bool share_few(struct bytes_array a, struct bytes_array b)
{
    for (size_t i = 0; i < a.count; i++)
        for (size_t j = 0; j < b.count; j++)
            if (bytes_equal_fold(a.texts[i], b.texts[j]))
                return true;
    return false;
}

bool texts_share(struct fact_view *view, struct bytes_array a, struct bytes_array b)
{
    if (a.count == 0 || b.count == 0)
        return a.count == b.count;
    struct bytes_array few = a.count < b.count ? a : b, many = a.count < b.count ? b : a;
    if (few.count == 1 || few.count * many.count <= PAIRS_FEW)
        return share_few(few, many);
    struct bytes *sorted = arena_take(view->arena, few.count * sizeof *sorted);
    if (sorted == NULL) {
        view->status = STATUS_MEMORY;
        return false;
    }
    memcpy(sorted, few.texts, few.count * sizeof *sorted);
    qsort(sorted, few.count, sizeof *sorted, by_text);
    for (size_t i = 0; i < many.count; i++)
        if (bsearch(&many.texts[i], sorted, few.count, sizeof *sorted, by_text) != NULL)
            return true;
    return false;
}

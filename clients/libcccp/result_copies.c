/* COPY: another content for some recipients, as pieces of the original and new ones, or whole
 * (spec/cccp.md 7.8). The pieces are looked at when the line comes, the digest when the answer is
 * complete; the copy is never put together in memory. */
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/digest.h"
#include "clients/libcccp/result.h"

static const char *const body_words[BODY_KIND_COUNT] = {
#define BODY_WORD(name) [BODY_##name] = #name,
    BODY_KIND_ROWS(BODY_WORD)
#undef BODY_WORD
};

static const char too_long[] = "the answer is too long", missing[] = "a copy is missing";

/* The piece with octets of its own: the line's are gone with the line. */
static bool segment_take(struct cccp_result *result, struct cccp_segment *to,
                         const struct splice_segment *from)
{
    if (from->is_keep) {
        *to = (struct cccp_segment){true, from->keep.offset, from->keep.size, NULL};
        return true;
    }
    const char *data = arena_copy(&result->arena, from->data);
    *to = (struct cccp_segment){false, 0, from->data.size, data};
    return data != NULL;
}

static bool segments_take(struct cccp_result *result, struct cccp_copy *copy,
                          const struct splice *splice)
{
    struct cccp_segment *segments =
        arena_take(&result->arena, (splice->count + 1) * sizeof(*segments));
    if (!segments)
        return false;
    for (size_t i = 0; i < splice->count; i++) {
        if (!segment_take(result, &segments[i], &splice->segments[i]))
            return false;
    }
    copy->segments = segments;
    copy->segment_count = splice->count;
    return true;
}

static bool broken_take(struct cccp_result *result, struct cccp_copy *copy,
                        const struct report_copy *line)
{
    const char **broken = arena_take(&result->arena, (line->broken_count + 1) * sizeof(*broken));
    if (!broken)
        return false;
    for (size_t i = 0; i < line->broken_count; i++) {
        const char *text = result_text(result, line->broken[i]);
        broken[i] = text ? text : "";
    }
    copy->broken = broken;
    copy->broken_count = line->broken_count;
    return true;
}

/* The copy given whole is one piece of data. */
static struct splice whole_of(struct splice_segment *segment, struct bytes octets)
{
    *segment = (struct splice_segment){.data = octets};
    return (struct splice){.segments = segment, .count = octets.size > 0, .capacity = 1};
}

static const char *copy_add(struct cccp_result *result, const struct report_copy *line,
                            const struct splice *splice)
{
    struct cccp_copy copy = {
        .number = line->number,
        .size = line->size,
        .original_size = result->content_size,
        .body = body_words[line->body],
        .smtputf8 = line->smtputf8,
    };
    memcpy(copy.digest, line->digest, sizeof(copy.digest));
    if (!RESULT_GROW(result, copies, copy) || !segments_take(result, &copy, splice) ||
        !broken_take(result, &copy, line))
        return too_long;
    result->copies[result->copy_count++] = copy;
    return NULL;
}

const char *result_take_copy(struct cccp_result *result, struct lexer *lexer)
{
    struct report_copy line;
    struct splice_segment segment;
    struct bytes octets;
    bool is_inline;
    uint64_t size;
    if (reply_read_copy(lexer, &result->arena, &line, &is_inline, &octets) != STATUS_OK)
        return "a COPY line is malformed";
    if (!result_accepts(result, CCCP_ACCEPT_COPY) ||
        (!is_inline && !result_accepts(result, CCCP_ACCEPT_SPLICE)))
        return result->accept ? "a copy was not accepted" : NULL;
    if (is_inline)
        line.splice = whole_of(&segment, octets);
    if (result->copy_count >= COPIES_MOST)
        return "there are too many copies";
    if (splice_check(&line.splice, result->content_size, &size) != STATUS_OK || size != line.size)
        return "a copy is not made of the message, or has another size";
    return copy_add(result, &line, &line.splice);
}

const char *result_use_copy(struct cccp_result *result, uint64_t number)
{
    size_t count = result->used_count;
    if (number == 0 || (count > 0 && result->used[count - 1] == number))
        return NULL;
    if (number > UINT32_MAX)
        return missing;
    if (!RESULT_GROW(result, used, used))
        return too_long;
    result->used[result->used_count++] = (uint32_t)number;
    return NULL;
}

static int by_number(const void *a, const void *b)
{
    const struct cccp_copy *one = a, *other = b;
    return one->number < other->number ? -1 : one->number > other->number;
}

/* By bisection: the copies are in order. */
static const struct cccp_copy *copy_find(const struct cccp_result *result, uint32_t number)
{
    const struct cccp_copy wanted = {.number = number};
    if (result->copy_count == 0)
        return NULL;
    return bsearch(&wanted, result->copies, result->copy_count, sizeof(wanted), by_number);
}

const char *result_check_copies(struct cccp_result *result, const void *content)
{
    if (result->copy_count > 0)
        qsort(result->copies, result->copy_count, sizeof(*result->copies), by_number);
    for (size_t i = 1; i < result->copy_count; i++) {
        if (result->copies[i].number == result->copies[i - 1].number)
            return "a copy's number comes twice";
    }
    for (size_t i = 0; i < result->used_count; i++) {
        if (!copy_find(result, result->used[i]))
            return missing;
    }
    for (size_t i = 0; i < result->copy_count; i++) {
        if (!digest_fits(&result->copies[i], content))
            return "a copy has another digest";
    }
    return NULL;
}

const struct cccp_copy *cccp_result_copies(const struct cccp_result *result, size_t *count)
{
    *count = result->status == CCCP_OK ? result->copy_count : 0;
    return *count > 0 ? result->copies : NULL;
}

const struct cccp_copy *cccp_result_copy(const struct cccp_result *result, uint32_t number)
{
    return result->status == CCCP_OK ? copy_find(result, number) : NULL;
}

enum cccp_status cccp_copy_write(const struct cccp_copy *copy, const void *original,
                                 size_t original_size, cccp_piece_fn *take, void *owner)
{
    if (copy->original_size != original_size)
        return CCCP_INVALID;
    for (size_t i = 0; i < copy->segment_count; i++) {
        const struct cccp_segment *segment = &copy->segments[i];
        const void *octets = segment->is_kept ? (const uint8_t *)original + segment->offset
                                              : (const uint8_t *)segment->data;
        if (segment->size > 0 && !take(owner, octets, segment->size))
            return CCCP_CANCELLED;
    }
    return CCCP_OK;
}

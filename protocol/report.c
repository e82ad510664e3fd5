/* Builds a report, joins two, and counts what was covered (protocol/report.h). */
#include "protocol/report.h"

#include <stdlib.h>
#include <string.h>

void report_init(struct report *report, size_t most_bytes)
{
    *report = (struct report){0};
    arena_init(&report->arena, most_bytes);
}

void report_clear(struct report *report)
{
    size_t limit = report->arena.limit;
    arena_clear(&report->arena);
    report_init(report, limit);
}

/* Size of the printable character at the beginning of text (which is not empty), 0 when there is
 * none: a control, or not UTF-8. */
static size_t printable_size(struct bytes text)
{
    uint8_t lead = text.data[0];
    if (lead < 0x80)
        return lead >= 0x20 && lead != 0x7F;
    size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    struct bytes character = bytes_slice(text, 0, size);
    bool is_control = lead == 0xC2 && character.size == 2 && character.data[1] < 0xA0;
    return character.size == size && !is_control && bytes_is_utf8(character) ? size : 0;
}

/* A copy of text in the arena, with \xHH for what is not printable. */
static bool keep_text(struct report *report, struct bytes *text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t odd = 0, at = 0, to = 0;
    for (size_t i = 0, size; i<text->size; i += size> 0 ? size : 1) {
        size = printable_size(bytes_slice(*text, i, text->size));
        odd += size == 0;
    }
    if (odd > (SIZE_MAX - text->size) / 4)
        return false;
    uint8_t *copy = arena_take(&report->arena, text->size + 3 * odd);
    if (!copy)
        return false;
    while (at < text->size) {
        size_t size = printable_size(bytes_slice(*text, at, text->size));
        if (size == 0) {
            uint8_t octet = text->data[at++];
            const uint8_t escaped[] = {'\\', 'x', digits[octet >> 4], digits[octet & 15]};
            memcpy(copy + to, escaped, sizeof escaped);
            to += sizeof escaped;
            continue;
        }
        memcpy(copy + to, text->data + at, size);
        at += size;
        to += size;
    }
    *text = (struct bytes){copy, to};
    return true;
}

/* The same, of at most `most` octets of what comes out; no character is cut in two. */
static bool keep_beginning(struct report *report, struct bytes *text, size_t most)
{
    if (!keep_text(report, text))
        return false;
    size_t size = text->size < most ? text->size : most;
    while (size < text->size && size > 0 && (text->data[size] & 0xC0) == 0x80)
        size--;
    text->size = size;
    return true;
}

/* Copies of several, each of at most `most` octets. */
static bool keep_texts(struct report *report, const struct bytes **texts, size_t count, size_t most)
{
    struct bytes *copies = NULL;
    if (count > 0 && !(copies = arena_take(&report->arena, count * sizeof *copies)))
        return false;
    for (size_t i = 0; i < count; i++) {
        copies[i] = (*texts)[i];
        if (!keep_beginning(report, &copies[i], most))
            return false;
    }
    *texts = copies;
    return true;
}

/* Room for one more row of the array `name`, or STATUS_LIMIT is returned. */
#define GROW(report, name)                                                                         \
    arena_grow(&(report)->arena, (void **)&(report)->name, &(report)->name##_capacity,             \
               (report)->name##_count, sizeof *(report)->name)

enum status report_add_part(struct report *report, const struct report_part *part)
{
    struct report_part copy = *part;
    if (part->other_name_count > REPORT_NAMES_MOST)
        return STATUS_INVALID;
    if (!keep_text(report, &copy.type) || !keep_beginning(report, &copy.name, REPORT_NAME_BYTES) ||
        !keep_texts(report, &copy.other_names, part->other_name_count, REPORT_NAME_BYTES) ||
        !keep_text(report, &copy.encoding) ||
        !keep_beginning(report, &copy.charset, REPORT_CHARSET_BYTES) || !GROW(report, parts))
        return STATUS_LIMIT;
    report->parts[report->parts_count++] = copy;
    return STATUS_OK;
}

enum status report_add_finding(struct report *report, const struct report_finding *finding)
{
    struct report_finding copy = *finding;
    if (!keep_text(report, &copy.engine) || !keep_text(report, &copy.symbol) ||
        !keep_text(report, &copy.text) || !keep_text(report, &copy.excerpt) ||
        !GROW(report, findings))
        return STATUS_LIMIT;
    report->findings[report->findings_count++] = copy;
    return STATUS_OK;
}

/* True when b goes on where a ends and says the same. Part 0 is no neighbour of part 1. */
static bool coverage_adjoins(const struct report_coverage *a, const struct report_coverage *b)
{
    return a->parts.last > 0 && a->parts.last < UINT32_MAX && a->parts.last + 1 == b->parts.first &&
           a->state == b->state && bytes_equal(a->engine, b->engine) &&
           bytes_equal(a->reason, b->reason);
}

enum status report_add_coverage(struct report *report, const struct report_coverage *coverage)
{
    struct report_coverage copy = *coverage;
    if (report->coverage_count > 0) {
        struct report_coverage *last = &report->coverage[report->coverage_count - 1];
        if (coverage_adjoins(last, coverage)) {
            last->parts.last = coverage->parts.last;
            return STATUS_OK;
        }
    }
    if (!keep_text(report, &copy.engine) || !keep_text(report, &copy.reason) ||
        !GROW(report, coverage))
        return STATUS_LIMIT;
    report->coverage[report->coverage_count++] = copy;
    return STATUS_OK;
}

enum status report_add_engine(struct report *report, const struct report_engine *engine)
{
    struct report_engine copy = *engine;
    if (!keep_text(report, &copy.name) || !keep_text(report, &copy.version) ||
        !keep_text(report, &copy.reason) || !GROW(report, engines))
        return STATUS_LIMIT;
    report->engines[report->engines_count++] = copy;
    return STATUS_OK;
}

enum status report_add_fact(struct report *report, struct bytes name, struct bytes value)
{
    struct report_fact copy = {name, value};
    if (!keep_text(report, &copy.name) || !keep_text(report, &copy.value) || !GROW(report, facts))
        return STATUS_LIMIT;
    report->facts[report->facts_count++] = copy;
    return STATUS_OK;
}

enum status report_add_question(struct report *report, const struct report_question *question)
{
    struct report_question copy = *question;
    if (!keep_text(report, &copy.engine) || !keep_text(report, &copy.kind) ||
        !keep_text(report, &copy.name) || !GROW(report, questions))
        return STATUS_LIMIT;
    report->questions[report->questions_count++] = copy;
    return STATUS_OK;
}

/* A copy of the octets in the arena; nothing is needed for none. */
static bool keep_octets(struct report *report, struct bytes *octets)
{
    if (octets->size == 0)
        return true;
    octets->data = (const uint8_t *)arena_copy(&report->arena, *octets);
    return octets->data != NULL;
}

static bool keep_splice(struct report *report, struct splice *splice)
{
    const struct splice_segment *given = splice->segments;
    struct splice_segment *segments = NULL;
    if (splice->count > 0 &&
        !(segments = arena_take(&report->arena, splice->count * sizeof *segments)))
        return false;
    for (size_t i = 0; i < splice->count; i++) {
        segments[i] = given[i];
        if (!given[i].is_keep && !keep_octets(report, &segments[i].data))
            return false;
    }
    splice->segments = segments;
    splice->capacity = splice->count;
    return true;
}

enum status report_add_copy(struct report *report, const struct report_copy *copy)
{
    struct report_copy kept = *copy;
    if (copy->broken_count > COPY_SIGNATURES_MOST)
        return STATUS_INVALID;
    if (!keep_texts(report, &kept.broken, copy->broken_count, SIZE_MAX) ||
        !keep_splice(report, &kept.splice) || !GROW(report, copies))
        return STATUS_LIMIT;
    report->copies[report->copies_count++] = kept;
    return STATUS_OK;
}

unsigned report_classes(const struct report *report)
{
    unsigned found = 0;
    for (size_t i = 0; i < report->findings_count; i++)
        found |= 1u << report->findings[i].class;
    return found;
}

/* Looks whether a report that came from outside can be used (protocol/report.h): the worker that
 * wrote it may have been taken over. */
#include "protocol/report.h"

static bool range_is_inside(struct range range, uint64_t size)
{
    return range.offset <= size && range.size <= size - range.offset;
}

static bool name_is_fine(struct bytes name)
{
    return name.size <= REPORT_NAME_BYTES && bytes_is_utf8(name);
}

static bool names_are_fine(const struct report_part *part)
{
    bool fine = name_is_fine(part->name) && part->other_name_count <= REPORT_NAMES_MOST;
    for (size_t i = 0; fine && i < part->other_name_count; i++)
        fine = part->other_names[i].size > 0 && name_is_fine(part->other_names[i]);
    return fine;
}

/* Where the part stands among those before it. */
static bool place_is_fine(const struct report *report, size_t i, const struct limits *limits)
{
    const struct report_part *part = &report->parts[i], *parent = NULL;
    if (part->number != i + 1 || part->parent > i || part->within > i)
        return false;
    if (part->reading == 0 && i > 0 && report->parts[i - 1].reading > 0)
        return false;
    if (part->parent > 0)
        parent = &report->parts[part->parent - 1];
    if (parent && parent->kind == PART_LEAF && part->reading == 0 && part->within == 0)
        return false;
    uint32_t above = parent ? parent->depth : 0;
    return part->depth >= above && part->depth <= above + 1 && part->depth <= limits->depth + 1;
}

static bool parts_are_fine(const struct report *report, uint64_t size, const struct limits *limits)
{
    uint64_t decoded_most = size > limits->decoded_bytes ? size : limits->decoded_bytes;
    if (report->parts_count > limits->parts + limits->readings)
        return false;
    for (size_t i = 0; i < report->parts_count; i++) {
        const struct report_part *part = &report->parts[i];
        if (!place_is_fine(report, i, limits) || part->kind >= PART_KIND_COUNT ||
            part->type.size == 0 || part->decoded_size > decoded_most || !names_are_fine(part) ||
            part->charset.size > REPORT_CHARSET_BYTES || !range_is_inside(part->header, size) ||
            !range_is_inside(part->body, size))
            return false;
    }
    return true;
}

/* The engines that speak, each once. */
struct speakers {
    struct bytes names[REPORT_ENGINES_MOST];
    size_t count;
};

static bool speaks(struct speakers *speakers, struct bytes engine)
{
    for (size_t i = 0; i < speakers->count; i++) {
        if (bytes_equal(speakers->names[i], engine))
            return true;
    }
    if (speakers->count == REPORT_ENGINES_MOST || !is_atom(engine))
        return false;
    speakers->names[speakers->count++] = engine;
    return true;
}

static bool findings_are_fine(const struct report *report, uint64_t size, size_t parts_most,
                              struct speakers *speakers)
{
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct report_finding *finding = &report->findings[i];
        if (!speaks(speakers, finding->engine) || finding->symbol.size == 0 ||
            finding->class >= CLASS_COUNT || finding->part > parts_most ||
            !range_is_inside(finding->range, size))
            return false;
    }
    return true;
}

static bool coverage_is_fine(const struct report *report, struct speakers *speakers)
{
    for (size_t i = 0; i < report->coverage_count; i++) {
        const struct report_coverage *coverage = &report->coverage[i];
        struct id_range parts = coverage->parts;
        if (!speaks(speakers, coverage->engine) || coverage->state >= COVERAGE_STATE_COUNT ||
            parts.last < parts.first || parts.last > report->parts_count ||
            (parts.first == 0 && parts.last > 0))
            return false;
    }
    return true;
}

static bool questions_are_fine(const struct report *report, const struct limits *limits,
                               struct speakers *speakers)
{
    if (report->questions_count > limits->questions)
        return false;
    for (size_t i = 0; i < report->questions_count; i++) {
        const struct report_question *question = &report->questions[i];
        if (!speaks(speakers, question->engine) || question->kind.size == 0 ||
            question->name.size == 0)
            return false;
    }
    return true;
}

static bool engines_are_fine(const struct report *report, struct speakers *speakers)
{
    if (report->engines_count > REPORT_ENGINES_MOST)
        return false;
    for (size_t i = 0; i < report->engines_count; i++) {
        if (!speaks(speakers, report->engines[i].name))
            return false;
        for (size_t j = 0; j < i; j++) {
            if (bytes_equal(report->engines[i].name, report->engines[j].name))
                return false;
        }
    }
    return true;
}

static bool copies_are_fine(const struct report *report, uint64_t size, const struct limits *limits)
{
    if (report->copies_count > limits->copies)
        return false;
    for (size_t i = 0; i < report->copies_count; i++) {
        const struct report_copy *copy = &report->copies[i];
        uint64_t copy_size;
        if (copy->number != i + 1 || copy->body >= BODY_KIND_COUNT ||
            copy->broken_count > COPY_SIGNATURES_MOST ||
            splice_check(&copy->splice, size, &copy_size) != STATUS_OK || copy_size != copy->size)
            return false;
    }
    return true;
}

static bool report_is_fine(const struct report *report, uint64_t size, size_t parts_most,
                           const struct limits *limits)
{
    struct speakers speakers = {.count = 0};
    bool fine = parts_are_fine(report, size, limits) && engines_are_fine(report, &speakers) &&
                findings_are_fine(report, size, parts_most, &speakers) &&
                coverage_is_fine(report, &speakers) &&
                questions_are_fine(report, limits, &speakers) &&
                copies_are_fine(report, size, limits);
    for (size_t i = 0; i < report->facts_count && fine; i++)
        fine = report->facts[i].name.size > 0;
    return fine;
}

enum status report_check(const struct report *report, uint64_t size, const struct limits *limits)
{
    bool fine = report_is_fine(report, size, report->parts_count, limits);
    return fine ? STATUS_OK : STATUS_INVALID;
}

enum status report_check_copy(const struct report *report, uint64_t size,
                              const struct limits *limits)
{
    size_t parts_most = (size_t)limits->parts + limits->readings;
    bool fine = report->parts_count == 0 && report->coverage_count == 0 &&
                report_is_fine(report, size, parts_most, limits);
    return fine ? STATUS_OK : STATUS_INVALID;
}

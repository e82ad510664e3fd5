/* Answers of a worker that has been taken over. Oracle: a report that passes the check is written
 * and read again as the same; joined with itself it covers the same; the verdict is clean only when
 * every leaf is, by counting as simply as can be. */
#include <stdlib.h>
#include <string.h>

#include "protocol/job.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REPORT_BYTES = 1 << 20, MESSAGE_BYTES = 1000 };

static void require(bool truth)
{
    if (!truth)
        abort();
}

static bool same_names(const struct report_part *x, const struct report_part *y)
{
    bool same = bytes_equal(x->name, y->name) && x->other_name_count == y->other_name_count;
    for (size_t i = 0; same && i < x->other_name_count; i++)
        same = bytes_equal(x->other_names[i], y->other_names[i]);
    return same;
}

static bool same_parts(const struct report *a, const struct report *b)
{
    bool same = a->parts_count == b->parts_count;
    for (size_t i = 0; same && i < a->parts_count; i++) {
        const struct report_part *x = &a->parts[i], *y = &b->parts[i];
        same = x->number == y->number && x->parent == y->parent && x->depth == y->depth &&
               x->reading == y->reading && x->within == y->within && x->kind == y->kind &&
               bytes_equal(x->type, y->type) && same_names(x, y) &&
               bytes_equal(x->encoding, y->encoding) && bytes_equal(x->charset, y->charset) &&
               x->header.offset == y->header.offset && x->header.size == y->header.size &&
               x->body.offset == y->body.offset && x->body.size == y->body.size &&
               x->decoded_size == y->decoded_size;
    }
    return same;
}

static bool same_findings(const struct report *a, const struct report *b)
{
    bool same = a->findings_count == b->findings_count;
    for (size_t i = 0; same && i < a->findings_count; i++) {
        const struct report_finding *x = &a->findings[i], *y = &b->findings[i];
        same = bytes_equal(x->engine, y->engine) && bytes_equal(x->symbol, y->symbol) &&
               x->class == y->class && x->points == y->points && x->part == y->part &&
               x->range.offset == y->range.offset && x->range.size == y->range.size &&
               bytes_equal(x->text, y->text) && bytes_equal(x->excerpt, y->excerpt);
    }
    return same;
}

static bool same_coverage(const struct report *a, const struct report *b)
{
    bool same = a->coverage_count == b->coverage_count;
    for (size_t i = 0; same && i < a->coverage_count; i++) {
        const struct report_coverage *x = &a->coverage[i], *y = &b->coverage[i];
        same = bytes_equal(x->engine, y->engine) && x->parts.first == y->parts.first &&
               x->parts.last == y->parts.last && x->state == y->state &&
               bytes_equal(x->reason, y->reason);
    }
    return same;
}

static bool same_rest(const struct report *a, const struct report *b)
{
    bool same = a->engines_count == b->engines_count && a->facts_count == b->facts_count &&
                a->questions_count == b->questions_count;
    for (size_t i = 0; same && i < a->engines_count; i++) {
        const struct report_engine *x = &a->engines[i], *y = &b->engines[i];
        same = bytes_equal(x->name, y->name) && bytes_equal(x->version, y->version) &&
               bytes_equal(x->reason, y->reason) && x->failed == y->failed &&
               x->time_us == y->time_us;
    }
    for (size_t i = 0; same && i < a->facts_count; i++)
        same = bytes_equal(a->facts[i].name, b->facts[i].name) &&
               bytes_equal(a->facts[i].value, b->facts[i].value);
    for (size_t i = 0; same && i < a->questions_count; i++)
        same = bytes_equal(a->questions[i].engine, b->questions[i].engine) &&
               bytes_equal(a->questions[i].kind, b->questions[i].kind) &&
               bytes_equal(a->questions[i].name, b->questions[i].name);
    return same;
}

static bool same_splice(const struct splice *x, const struct splice *y)
{
    bool same = x->count == y->count;
    for (size_t i = 0; same && i < x->count; i++)
        same = x->segments[i].is_keep == y->segments[i].is_keep &&
               x->segments[i].keep.offset == y->segments[i].keep.offset &&
               x->segments[i].keep.size == y->segments[i].keep.size &&
               bytes_equal(x->segments[i].data, y->segments[i].data);
    return same;
}

static bool same_copies(const struct report *a, const struct report *b)
{
    bool same = a->copies_count == b->copies_count;
    for (size_t i = 0; same && i < a->copies_count; i++) {
        const struct report_copy *x = &a->copies[i], *y = &b->copies[i];
        same = x->number == y->number && x->size == y->size && x->body == y->body &&
               x->smtputf8 == y->smtputf8 && x->broken_count == y->broken_count &&
               memcmp(x->digest, y->digest, COPY_DIGEST_BYTES) == 0 &&
               same_splice(&x->splice, &y->splice);
        for (size_t j = 0; same && j < x->broken_count; j++)
            same = bytes_equal(x->broken[j], y->broken[j]);
    }
    return same;
}

static void write_again(const struct report *report)
{
    struct report again;
    struct buffer out;
    struct job_end end;
    report_init(&again, REPORT_BYTES);
    buffer_init(&out, (size_t)4 * REPORT_BYTES);
    require(job_write_report(report, 7, STATUS_OK, &out) == STATUS_OK);
    require(job_read_report(out.data, out.size, &again, &end) == STATUS_OK);
    require(end.id == 7 && end.status == STATUS_OK && !end.large);
    require(same_parts(report, &again) && same_findings(report, &again) &&
            same_coverage(report, &again) && same_rest(report, &again) &&
            same_copies(report, &again));
    report_clear(&again);
    buffer_clear(&out);
}

/* Has engine looked at part, and is there nothing that says otherwise? */
static bool is_covered(const struct report *report, struct bytes engine, uint32_t part)
{
    bool covered = false;
    for (size_t i = 0; i < report->coverage_count; i++) {
        const struct report_coverage *coverage = &report->coverage[i];
        bool speaks = coverage->parts.first <= part && part <= coverage->parts.last;
        if (!bytes_equal(coverage->engine, engine) || (!speaks && coverage->parts.first > 0))
            continue;
        if (coverage->state < COVERAGE_EXEMPT)
            return false;
        covered = true;
    }
    return covered;
}

static bool is_clean(const struct report *report, struct bytes engine)
{
    const unsigned harmless = 1u << CLASS_NOTE | 1u << CLASS_AUTH;
    bool clean = (report_classes(report) & ~harmless) == 0, leaf = false;
    for (size_t i = 0; i < report->engines_count; i++)
        clean =
            clean && !(report->engines[i].failed && bytes_equal(report->engines[i].name, engine));
    for (uint32_t i = 0; clean && i < report->parts_count; i++) {
        bool counts = report->parts[i].kind == PART_LEAF;
        leaf = leaf || counts;
        clean = !counts || is_covered(report, engine, i + 1);
    }
    return clean && (leaf || is_covered(report, engine, 0));
}

static void judge(struct report *report)
{
    const struct bytes engine = BYTES("clamav");
    struct coverage_tally tally, joined;
    report_tally(report, &engine, 1, &tally);
    bool clean = verdict_conclude(&tally, report_classes(report)).kind == VERDICT_CLEAN;
    require(clean == is_clean(report, engine));
    struct report later = *report;
    if (report_merge(report, &later) == STATUS_OK) {
        report_tally(report, &engine, 1, &joined);
        require(memcmp(&tally, &joined, sizeof tally) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct report report;
    struct limits limits;
    struct job_end end;
    uint8_t *octets = malloc(size > 0 ? size : 1);
    require(octets != NULL);
    if (size > 0)
        memcpy(octets, data, size);
    limits_init(&limits);
    report_init(&report, REPORT_BYTES);
    if (job_read_report(octets, size, &report, &end) == STATUS_OK &&
        report_check(&report, MESSAGE_BYTES, &limits) == STATUS_OK) {
        write_again(&report);
        judge(&report);
    }
    require(report.arena.used <= REPORT_BYTES);
    report_clear(&report);
    free(octets);
    return 0;
}

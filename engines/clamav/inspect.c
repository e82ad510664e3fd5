/* The passes over one message: each leaf decoded, the message raw, or both; then coverage for
 * every leaf (spec/engine-clamav.md). */
#include <stdio.h>
#include <string.h>

#include "engines/clamav/clamav.h"

enum { SCAN_LEAF, SCAN_RAW }; /* kinds of cache keys */

struct inspection {
    struct clamav *clamav;
    struct message *message;
    struct reporter *reporter;
    struct outcome *outcomes; /* one for each part */
    const char
        *reasons[SCAN_REASONS_MOST]; /* that leaves have shown; the message pass repeats them */
    unsigned reason_count;
    char names[SCAN_NAMES_MOST][SCAN_NAME_BYTES]; /* the same of signatures */
    unsigned name_count;
    bool stopped; /* a leaf's scan hit a cap that ends a scan: the message's would end there too */
};

static bool is_leaf(const struct part *part)
{
    return part->kind == PART_LEAF;
}

static bool knows_reason(const struct inspection *inspection, const char *reason)
{
    for (unsigned i = 0; i < inspection->reason_count; i++)
        if (strcmp(inspection->reasons[i], reason) == 0)
            return true;
    return false;
}

static bool knows_name(const struct inspection *inspection, const char *name)
{
    for (unsigned i = 0; i < inspection->name_count; i++)
        if (strcmp(inspection->names[i], name) == 0)
            return true;
    return false;
}

/* part: the leaf in whose content it is, or NULL: in the message as it stands. */
static void report_name(struct inspection *inspection, const char *name, const struct part *part)
{
    enum finding_class class =
        outcome_of_name(name)->kind == NAME_POLICY ? CLASS_POLICY : CLASS_VIRUS;
    if (part)
        reporter_finding_within(inspection->reporter, name, class, 0, part,
                                (struct range){0, part->content.size}, "libclamav found %s", name);
    else
        reporter_finding(inspection->reporter, name, class, 0, 0,
                         (struct range){0, inspection->message->octets.size}, "libclamav found %s",
                         name);
    if (!knows_name(inspection, name) && inspection->name_count < SCAN_NAMES_MOST)
        memcpy(inspection->names[inspection->name_count++], name, strlen(name) + 1);
}

static void report_reason(struct inspection *inspection, const char *reason,
                          const struct part *part)
{
    char symbol[64];
    struct range range = {0, inspection->message->octets.size};
    snprintf(symbol, sizeof symbol, "clamav.%s", reason);
    reporter_finding(inspection->reporter, symbol, CLASS_LIMIT, 0, part ? part->number : 0,
                     part ? part->body : range, "not examined wholly: %s", reason);
    if (!knows_reason(inspection, reason) && inspection->reason_count < SCAN_REASONS_MOST)
        inspection->reasons[inspection->reason_count++] = reason;
}

/* Findings of the scan at hand. again: what is known already is left out. */
static void report_scan(struct inspection *inspection, const struct part *part, bool again)
{
    const struct scan *scan = &inspection->clamav->scan;
    for (unsigned i = 0; i < scan->name_count; i++)
        if (!again || !knows_name(inspection, scan->names[i]))
            report_name(inspection, scan->names[i], part);
    if (scan->outcome.state != COVERAGE_UNEXAMINABLE)
        return;
    for (unsigned i = 0; i < scan->reason_count; i++)
        if (!again || !knows_reason(inspection, scan->reasons[i]))
            report_reason(inspection, scan->reasons[i], part);
}

/* Scans, or remembers: then the scan at hand is one that found nothing. */
static void scan_cached(struct inspection *inspection, struct bytes octets, uint32_t kind,
                        struct budget *budget)
{
    struct clamav *clamav = inspection->clamav;
    struct cache_key key = {.size = octets.size, .kind = kind};
    unsigned size = 0;
    bool keyed = clamav->cache && cl_sha256(octets.data, octets.size, key.digest, &size) &&
                 size == sizeof key.digest;
    if (keyed && cache_has(clamav->cache, &key)) {
        scan_nothing(&clamav->scan);
        return;
    }
    scan_run(&clamav->scan, clamav->engine, &clamav->rules, budget, octets,
             reporter_left_us(inspection->reporter));
    if (keyed && clamav->scan.outcome.state == COVERAGE_EXAMINED && !clamav->scan.name_count)
        cache_add(clamav->cache, &key);
}

/* Why a size is exempt, or NULL. */
static const char *rule_of(const struct clamav *clamav, uint64_t size)
{
    if (size < clamav->smallest)
        return "clamav.smallest";
    if (clamav->largest && size > clamav->largest)
        return "clamav.largest";
    return NULL;
}

static struct outcome inspect_leaf(struct inspection *inspection, struct part *part)
{
    struct bytes content;
    if (reporter_left_us(inspection->reporter) == 0)
        return (struct outcome){COVERAGE_FAILED, "deadline"};
    enum status status = message_decode(inspection->message, part, &content);
    if (status == STATUS_LIMIT)
        return (struct outcome){COVERAGE_UNEXAMINABLE, part->cap};
    if (status != STATUS_OK)
        return (struct outcome){COVERAGE_FAILED, "memory"};
    const char *rule = rule_of(inspection->clamav, content.size);
    if (rule)
        return (struct outcome){COVERAGE_EXEMPT, rule};
    if (bytes_equal(part->type, BYTES("message/partial"))) {
        report_reason(inspection, "partial", part);
        return (struct outcome){COVERAGE_UNEXAMINABLE, "partial"};
    }
    scan_cached(inspection, content, SCAN_LEAF, inspection->message->budget);
    report_scan(inspection, part, false);
    inspection->stopped = inspection->stopped || inspection->clamav->scan.stopped;
    return inspection->clamav->scan.outcome;
}

/* Equal octets in another reading are scanned once. */
static struct outcome inspect_once(struct inspection *inspection, struct part *part)
{
    if (part->same_as > 0)
        return inspection->outcomes[part->same_as - 1];
    return inspect_leaf(inspection, part);
}

static void inspect_leaves(struct inspection *inspection)
{
    for (uint32_t i = 0; i < inspection->message->part_count; i++)
        if (is_leaf(&inspection->message->parts[i]))
            inspection->outcomes[i] = inspect_once(inspection, &inspection->message->parts[i]);
}

/* Only what no leaf has shown counts, and then for all of them. A cap that libclamav hits while it
 * unpacks everything a second time is such a thing. */
static struct outcome new_outcome(const struct inspection *inspection)
{
    const struct scan *scan = &inspection->clamav->scan;
    for (unsigned i = 0; i < scan->reason_count; i++)
        if (!knows_reason(inspection, scan->reasons[i]))
            return scan->outcome;
    return (struct outcome){COVERAGE_EXAMINED, NULL};
}

static void spread(struct inspection *inspection, struct outcome outcome)
{
    for (uint32_t i = 0; i < inspection->message->part_count; i++)
        inspection->outcomes[i] = outcome_worse(inspection->outcomes[i], outcome);
}

static void inspect_whole(struct inspection *inspection, bool first)
{
    struct message *message = inspection->message;
    struct bytes octets = message->octets;
    const char *rule = rule_of(inspection->clamav, octets.size);
    if (rule) {
        if (first)
            spread(inspection, (struct outcome){COVERAGE_EXEMPT, rule});
        return; /* the leaves stand for themselves */
    }
    scan_cached(inspection, octets, SCAN_RAW, first ? message->budget : NULL);
    struct outcome outcome = first ? inspection->clamav->scan.outcome : new_outcome(inspection);
    report_scan(inspection, NULL, !first);
    spread(inspection, outcome);
}

static void report_coverage(struct inspection *inspection)
{
    for (uint32_t i = 0; i < inspection->message->part_count; i++) {
        const struct part *part = &inspection->message->parts[i];
        const struct outcome *outcome = &inspection->outcomes[i];
        if (!is_leaf(part))
            continue;
        switch (outcome->state) {
        case COVERAGE_EXAMINED:
            reporter_examined(inspection->reporter, part->number);
            break;
        case COVERAGE_EXEMPT:
            reporter_exempt(inspection->reporter, part->number, outcome->reason);
            break;
        case COVERAGE_UNEXAMINABLE:
            reporter_unexaminable(inspection->reporter, part->number, outcome->reason);
            break;
        case COVERAGE_FAILED:
        case COVERAGE_STATE_COUNT:
            reporter_failed(inspection->reporter, part->number, outcome->reason);
            break;
        }
    }
}

enum status inspect_message(void *state, struct message *message, struct reporter *reporter)
{
    struct inspection inspection = {.clamav = state, .message = message, .reporter = reporter};
    struct clamav *clamav = state;
    bool leaves = clamav->mode != CLAMAV_MESSAGE;
    /* An opaque view has one leaf: the whole message. Once is enough. */
    bool whole = clamav->mode != CLAMAV_PARTS && !(leaves && message->opaque);
    inspection.outcomes =
        arena_take(&message->arena, message->part_count * sizeof *inspection.outcomes);
    if (!inspection.outcomes)
        return STATUS_MEMORY;
    for (uint32_t i = 0; i < message->part_count; i++)
        inspection.outcomes[i] = (struct outcome){COVERAGE_EXAMINED, NULL};
    if (leaves)
        inspect_leaves(&inspection);
    if (whole && !inspection.stopped)
        inspect_whole(&inspection, !leaves);
    if (!scratch_works(clamav))
        spread(&inspection, (struct outcome){COVERAGE_FAILED, "io"});
    report_coverage(&inspection);
    return STATUS_OK;
}

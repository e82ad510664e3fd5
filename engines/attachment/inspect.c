/* The pass over one message: every leaf of every reading, then its coverage, then what is true of
 * the whole (spec/engine-attachment.md). */
#include <inttypes.h>
#include <stdio.h>

#include "engines/attachment/leaf.h"

static void report_leaf(struct inspection *inspection, const struct leaf *leaf)
{
    uint32_t number = leaf->part->number;

    if (leaf->state == COVERAGE_EXAMINED)
        reporter_examined(inspection->reporter, number);
    else if (leaf->state == COVERAGE_UNEXAMINABLE)
        reporter_unexaminable(inspection->reporter, number, leaf->reason);
    else
        reporter_failed(inspection->reporter, number, leaf->reason);
}

static void inspect_leaf(struct inspection *inspection, struct part *part)
{
    struct leaf leaf = {.inspection = inspection, .part = part, .state = COVERAGE_FAILED};
    enum status status;

    if (reporter_left_us(inspection->reporter) == 0) {
        reporter_failed(inspection->reporter, part->number, "deadline");
        return;
    }
    status = message_decode(inspection->message, part, &leaf.content);
    if (status == STATUS_LIMIT) {
        reporter_unexaminable(inspection->reporter, part->number, part->cap);
        return;
    }
    if (status == STATUS_OK)
        status = leaf_examine(&leaf);
    if (status != STATUS_OK) {
        leaf.state = COVERAGE_FAILED;
        leaf.reason = status == STATUS_DEADLINE ? "deadline" : "memory";
    }
    report_leaf(inspection, &leaf);
}

static void report_number(struct reporter *reporter, const char *name, uint64_t number)
{
    char text[24];

    if (number == 0)
        return;
    snprintf(text, sizeof text, "%" PRIu64, number);
    reporter_fact(reporter, name, text);
}

/* Each class of content that is there, once. */
static void report_classes_of(const struct inspection *inspection)
{
    bool said[MAGIC_CLASS_COUNT] = {false};
    for (unsigned i = 0; i < inspection->kind_count; i++) {
        enum magic_class class = inspection->kinds[i]->class;
        if (class == MAGIC_UNKNOWN || said[class])
            continue;
        said[class] = true;
        reporter_fact(inspection->reporter, "attachment.class", magic_class_word(class));
    }
}

static void report_facts(const struct inspection *inspection)
{
    report_number(inspection->reporter, "attachment.count", inspection->attachments);
    report_number(inspection->reporter, "attachment.archive.entries", inspection->entries);
    for (unsigned i = 0; i < inspection->extension_count; i++)
        reporter_fact(inspection->reporter, "attachment.extension", inspection->extensions[i].text);
    for (unsigned i = 0; i < inspection->kind_count; i++)
        reporter_fact(inspection->reporter, "attachment.type", inspection->kinds[i]->name);
    report_classes_of(inspection);
}

enum status attachment_inspect(void *state, struct message *message, struct reporter *reporter)
{
    struct inspection inspection = {.rules = state, .message = message, .reporter = reporter};

    for (uint32_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].kind == PART_LEAF)
            inspect_leaf(&inspection, &message->parts[i]);
    }
    if (inspection.rules->most > 0 && inspection.attachments > inspection.rules->most)
        reporter_finding(reporter, "attachment.too-many", CLASS_POLICY, 0, 0,
                         (struct range){0, message->octets.size},
                         "%" PRIu64 " attachments, and %" PRIu64 " are allowed",
                         inspection.attachments, inspection.rules->most);
    report_facts(&inspection);
    return STATUS_OK;
}

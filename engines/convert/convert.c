/* Edits in the order of the ranks of their kinds, then the copy as splices (spec/conversion.md 1).
 */
#include "engines/convert/convert.h"

#include "engines/convert/body.h"
#include "engines/convert/conversion.h"
#include "engines/convert/copy_needs.h"
#include "engines/convert/digest.h"
#include "engines/convert/signatures.h"

static const struct convert_kind kinds[EDIT_KIND_COUNT] = {
    [EDIT_PART_REMOVE] = {convert_part_remove, {0}},
    [EDIT_PART_REPLACE] = {convert_part_replace, {"TEXT"}},
    [EDIT_PART_CLEAN] = {convert_part_clean, {"ENGINE"}},
    [EDIT_HTML_DISARM] = {convert_html_disarm, {0}},
    [EDIT_CHARSET] = {convert_charset, {"TO"}},
    [EDIT_FOOTER] = {convert_footer, {0}},
    [EDIT_ENCODING] = {convert_encoding, {"TO"}},
    [EDIT_MARKS] = {convert_marks, {"NAME"}},
    [EDIT_HEADER_DELETE] = {convert_header_delete, {"NAME"}},
    [EDIT_HEADER_REPLACE] = {convert_header_replace, {"NAME", "VALUE"}},
    [EDIT_ADDRESS] = {convert_address, {"MAP"}},
    [EDIT_SUBJECT_TAG] = {convert_subject_tag, {"TEXT"}},
    [EDIT_HEADER_ADD] = {convert_header_add, {"NAME", "VALUE"}},
    [EDIT_HEADER_PREPEND] = {convert_header_prepend, {"NAME", "VALUE"}},
    [EDIT_WRAP] = {convert_wrap, {"TEXT"}},
};

static enum status hit(struct conversion *conversion, const char *cap)
{
    reporter_cap(&conversion->reporter, cap, 0, (struct range){0});
    return STATUS_LIMIT;
}

enum status conversion_allow_cpu(struct conversion *conversion)
{
    const char *cap = budget_allow_cpu(conversion->budget);

    return cap == NULL ? STATUS_OK : hit(conversion, cap);
}

enum status conversion_take(struct conversion *conversion, size_t size, uint8_t **octets)
{
    const char *cap = budget_take_octets(conversion->budget, size);

    if (cap != NULL)
        return hit(conversion, cap);
    *octets = arena_take(conversion->draft.arena, size);
    return *octets != NULL ? STATUS_OK : STATUS_MEMORY;
}

/* It names parts that are there, and has what its kind needs. */
static enum status check_edit(const struct edit *edit, const struct message *message)
{
    struct bytes value;

    if (edit->kind >= EDIT_KIND_COUNT)
        return STATUS_INVALID;
    for (size_t i = 0; i < edit->part_count; i++) {
        if (edit->parts[i].first == 0 || edit->parts[i].last > message->part_count)
            return STATUS_INVALID;
    }
    for (const char *const *key = kinds[edit->kind].required; *key != NULL; key++) {
        if (!edit_value_at(edit, *key, 0, &value))
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status apply_kind(struct conversion *conversion, const struct edit *edits, size_t count,
                              enum edit_kind kind)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (edits[i].kind != kind)
            continue;
        status = conversion_allow_cpu(conversion);
        if (status == STATUS_OK)
            status = kinds[kind].apply(&conversion->draft, &edits[i], conversion);
    }
    if (kind == EDIT_SUBJECT_TAG && status == STATUS_OK)
        status = convert_subject_finish(conversion);
    return status;
}

static enum status apply_all(struct conversion *conversion, const struct edit *edits, size_t count)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = check_edit(&edits[i], conversion->message);
        conversion->is_wrapped |= edits[i].kind == EDIT_WRAP;
    }
    for (unsigned kind = 0; kind < EDIT_WRAP && status == STATUS_OK; kind++) {
        if (kind == EDIT_MARKS) /* behind the last kind that edits bodies */
            status = bodies_flush(conversion);
        if (status == STATUS_OK)
            status = apply_kind(conversion, edits, count, kind);
    }
    if (status == STATUS_OK)
        status =
            section_flush(&conversion->header, conversion->is_wrapped ? &conversion->moved : NULL);
    return status == STATUS_OK ? apply_kind(conversion, edits, count, EDIT_WRAP) : status;
}

static enum status report_copy_of(struct conversion *conversion, struct report *report)
{
    struct bytes original = conversion->message->octets;
    struct report_copy copy = {.number = 1};
    struct copy_needs needs;
    struct bytes *broken = NULL;
    enum status status = draft_splice(&conversion->draft, &copy.splice);

    if (status == STATUS_OK)
        status = splice_check(&copy.splice, original.size, &copy.size);
    if (status == STATUS_OK)
        status = signatures_broken(conversion, &broken, &copy.broken_count);
    if (status != STATUS_OK)
        return status;
    copy.broken = broken;
    copy_needs_of_splice(&copy.splice, original, &needs);
    copy.body = needs.body;
    copy.smtputf8 = needs.smtputf8;
    digest_of_splice(&copy.splice, original, copy.digest);
    return report_add_copy(report, &copy);
}

enum status convert(struct message *message, const struct edit *edits, size_t count,
                    const struct engine_instance *instances, size_t instance_count,
                    struct report *report)
{
    struct conversion conversion = {.message = message,
                                    .budget = message->budget,
                                    .instances = instances,
                                    .instance_count = instance_count};
    enum status status;

    reporter_init(&conversion.reporter, report, message, "convert");
    draft_init(&conversion.draft, message, &message->arena);
    status = section_read(&conversion.header, &conversion.draft);
    if (status == STATUS_LIMIT)
        (void)hit(&conversion, "fields");
    if (status == STATUS_OK)
        status = apply_all(&conversion, edits, count);
    if (status == STATUS_OK)
        status = report_copy_of(&conversion, report);
    return status == STATUS_OK ? conversion.reporter.status : status;
}

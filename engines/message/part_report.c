#include "engines/message/part_report.h"

static bool is_printable(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < ' ' || text.data[i] > '~')
            return false;
    }
    return true;
}

/* A label as it is declared. */
static struct bytes label_of(struct bytes text)
{
    return is_printable(text) ? text : BYTES("?");
}

/* The names of the part but the first, as many as the report has room for. Their count. */
static size_t other_names(const struct part *part, struct bytes *names, size_t *room)
{
    size_t count = 0;

    for (uint32_t i = 0; i < part->names.count && count < REPORT_NAMES_MOST; i++) {
        struct bytes name = part->names.items[i].text;

        if (name.size == 0 || bytes_equal(name, part->name))
            continue;
        if (name.size > *room)
            break;
        *room -= name.size;
        names[count++] = name;
    }
    return count;
}

/* 0 for what could not be decoded. */
static uint64_t decoded_size_of(const struct part *part)
{
    if (part->decoded)
        return part->content.size;
    if (!part_is_identity(part))
        return 0;
    return part->within > 0 ? part->raw.size : part->body.size;
}

enum status part_report_all(const struct message *message)
{
    struct bytes names[REPORT_NAMES_MOST];
    enum status status = STATUS_OK;
    size_t room = PART_REPORT_NAMES_BYTES;

    for (uint32_t i = 0; i < message->part_count && status == STATUS_OK; i++) {
        const struct part *part = &message->parts[i];

        status = report_add_part(
            message->report,
            &(struct report_part){.number = part->number,
                                  .parent = part->parent,
                                  .depth = part->depth,
                                  .reading = part->reading,
                                  .within = part->within,
                                  .kind = part->kind,
                                  .type = part->type,
                                  .name = part->name,
                                  .other_names = names,
                                  .other_name_count = other_names(part, names, &room),
                                  .encoding = label_of(part->encoding_text),
                                  .charset = label_of(part->charset),
                                  .header = part->header,
                                  .body = part->body,
                                  .decoded_size = decoded_size_of(part)});
    }
    return status;
}

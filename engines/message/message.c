/* Makes the view: prescan, structure, layout; then decodes leaves on demand (spec/message.md). */
#include "engines/message/message.h"

#include <stdio.h>
#include <stdlib.h>

#include "engines/decode/charset.h"
#include "engines/decode/domain.h"
#include "engines/decode/transfer.h"
#include "engines/message/decodings.h"
#include "engines/message/layout.h"
#include "engines/message/part_report.h"
#include "engines/message/prescan.h"
#include "engines/message/readings.h"
#include "engines/message/structure.h"
#include "engines/reporter.h"

/* Room for parts, outline, boundaries and names beside the decoded octets. */
enum { VIEW_BYTES = 64 << 20 };

static const char engine_name[] = "message";

void message_warm_up(void)
{
    structure_warm_up();
    charset_warm_up();
    domain_warm_up();
}

/* One raw leaf over everything. cap: why it is not examinable, or NULL. */
static enum status make_opaque(struct message *message, const char *cap)
{
    message->opaque = true;
    message->part_count = 0;
    message->parts = arena_take(&message->arena, sizeof *message->parts);
    if (message->parts == NULL)
        return STATUS_MEMORY;
    message->part_count = 1;
    message->parts[0] = (struct part){.number = 1,
                                      .depth = 1,
                                      .kind = PART_LEAF,
                                      .body = {0, message->octets.size},
                                      .raw = message->octets,
                                      .type = BYTES("text/plain"),
                                      .cap = cap};
    return STATUS_OK;
}

static enum status read_parts(struct reporter *reporter)
{
    struct message *message = reporter->message;
    struct range whole = {0, message->octets.size};
    size_t found = reporter->report->findings_count;
    struct outline outline;
    enum status status =
        structure_read(message->octets, message->budget->limits, &message->arena, &outline);

    if (status == STATUS_OK)
        status = layout_parts(reporter, &outline);
    if (status == STATUS_INVALID) {
        reporter_finding(reporter, "message.unparsable", CLASS_STRUCTURE, 0, 0, whole,
                         "no header section can be read");
        return make_opaque(message, NULL);
    }
    if (status != STATUS_LIMIT)
        return status;
    reporter->report->findings_count = found; /* they name parts that are given up */
    reporter_cap(reporter, "parts", 0, whole);
    return make_opaque(message, "parts");
}

static void report_oddities(struct reporter *reporter, const struct prescan *prescan)
{
#define ODDITY_TEXTS(name, symbol, text) {symbol, text},
    static const struct {
        const char *symbol, *text;
    } rows[] = {ODDITY_ROWS(ODDITY_TEXTS)};
#undef ODDITY_TEXTS

    for (unsigned i = 0; i < ODDITY_COUNT; i++) {
        if (prescan->oddities[i].seen)
            reporter_finding(reporter, rows[i].symbol, CLASS_STRUCTURE, 0, 0,
                             prescan->oddities[i].where, "%s", rows[i].text);
    }
}

static enum status read_message(struct reporter *reporter)
{
    struct message *message = reporter->message;
    struct prescan prescan;
    enum status status =
        prescan_octets(message->octets, message->budget->limits, &message->arena, &prescan);

    if (status != STATUS_OK)
        return status;
    report_oddities(reporter, &prescan);
    if (prescan.has_header_8bit)
        reporter_fact(reporter, "message.header-8bit", "yes");
    if (prescan.cap == NULL) {
        status = read_parts(reporter);
        return status == STATUS_OK ? readings_add(reporter, &prescan) : status;
    }
    reporter_cap(reporter, prescan.cap, 0, prescan.where);
    return make_opaque(message, prescan.cap);
}

bool part_is_identity(const struct part *part)
{
    return part->encoding == ENCODING_IDENTITY || part->encoding == ENCODING_UNKNOWN;
}

bool part_is_text(const struct part *part)
{
    return part->type.size == 0 || bytes_equal_fold(bytes_slice(part->type, 0, 5), BYTES("text/"));
}

enum status message_init(struct message *message, struct bytes octets, struct budget *budget,
                         struct report *report)
{
    uint64_t begun_us = budget_now_us();
    struct reporter reporter;
    enum status status;

    *message = (struct message){.octets = octets, .budget = budget, .report = report};
    arena_init(&message->arena, (size_t)budget->limits->decoded_bytes + VIEW_BYTES);
    reporter_init(&reporter, report, message, engine_name);
    status = read_message(&reporter);
    if (status == STATUS_OK)
        status = part_report_all(message);
    if (status == STATUS_OK)
        status = reporter.status;
    message->spent_us = budget_now_us() - begun_us;
    if (status != STATUS_OK)
        message_clear(message);
    return status;
}

void message_clear(struct message *message)
{
    arena_clear(&message->arena);
    message->parts = NULL;
    message->part_count = 0;
}

/* The budget is used up: said once. */
static enum status give_up(struct message *message, struct part *part, const char *cap)
{
    struct reporter reporter;

    reporter_init(&reporter, message->report, message, engine_name);
    part->is_over = true;
    part->cap = cap;
    reporter_cap(&reporter, part->cap, part->number, part->body);
    return reporter.status == STATUS_OK ? STATUS_LIMIT : reporter.status;
}

static void find_odd(struct message *message, const struct part *part)
{
    struct reporter reporter;

    reporter_init(&reporter, message->report, message, engine_name);
    reporter_finding(&reporter, "message.content-malformed", CLASS_STRUCTURE, 0, part->number,
                     part->body, "readers could decode it differently");
}

/* Charged while it is made; *cap: then there is nothing. */
static enum status decode_what_grows(struct message *message, struct part *part, const char **cap)
{
    struct decoded decoded;
    enum status status =
        decodings_make(message->budget, part->encoding, 0, part->raw, &decoded, cap);

    if (status != STATUS_OK || *cap != NULL)
        return status;
    if (!arena_adopt(&message->arena, decoded.octets, decoded.size)) {
        free(decoded.octets);
        return STATUS_MEMORY;
    }
    part->content = (struct bytes){decoded.octets, decoded.size};
    part->is_odd = decoded.odd;
    return STATUS_OK;
}

static enum status decode_what_shrinks(struct message *message, struct part *part, const char **cap)
{
    size_t room = decode_bound(part->encoding, part->raw.size);
    uint8_t *out = arena_take(&message->arena, room + 1);

    if (out == NULL)
        return STATUS_MEMORY;
    part->content.size = decode_octets(part->encoding, 0, part->raw, out, &part->is_odd);
    part->content.data = out;
    *cap = budget_take_octets(message->budget, part->content.size);
    return STATUS_OK;
}

static enum status decode_body(struct message *message, struct part *part)
{
    enum status status;
    const char *cap;

    if (part_is_identity(part)) {
        part->content = part->raw;
        return STATUS_OK;
    }
    status = decodings_grow(part->encoding) ? decode_what_grows(message, part, &cap)
                                            : decode_what_shrinks(message, part, &cap);
    if (status == STATUS_OK && part->is_odd)
        find_odd(message, part);
    return status == STATUS_OK && cap != NULL ? give_up(message, part, cap) : status;
}

enum status message_decode(struct message *message, struct part *part, struct bytes *content)
{
    if (!part->decoded) {
        uint64_t begun_us = budget_now_us();
        enum status status = part->is_over ? STATUS_LIMIT : decode_body(message, part);

        message->spent_us += budget_now_us() - begun_us;
        if (status != STATUS_OK)
            return status;
        part->decoded = true;
        if (part->number <= message->report->parts_count)
            message->report->parts[part->number - 1].decoded_size = part->content.size;
    }
    *content = part->content;
    return STATUS_OK;
}

/* The octets of raw that yield the decoded ones; all of them where nothing better is known. */
static struct range origin_in_raw(const struct part *part, uint64_t offset, uint64_t size)
{
    struct range range = {0, part->raw.size};

    if (part->is_derived)
        return range;
    if (!part_is_identity(part))
        return decode_origin(part->encoding, part->raw, offset, size);
    range.offset = offset < part->raw.size ? offset : part->raw.size;
    range.size = size < part->raw.size - range.offset ? size : part->raw.size - range.offset;
    return range;
}

struct range message_origin(const struct message *message, const struct part *part, uint64_t offset,
                            uint64_t size)
{
    struct range range = origin_in_raw(part, offset, size);

    while (part->within != 0) {
        const struct part *outer = &message->parts[part->within - 1];

        range = origin_in_raw(
            outer, range.offset + (uint64_t)(part->raw.data - outer->content.data), range.size);
        part = outer;
    }
    range.offset += part->body.offset;
    return range;
}

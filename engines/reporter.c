/* Writes what an engine says into the report, in its name. Texts and excerpts become printable
 * UTF-8 here, so that no octet of a message reaches a log or a client as it is. */
#include "engines/reporter.h"

#include <stdarg.h>
#include <stdio.h>

enum { EXCERPT_OCTETS = 64, TEXT_OCTETS = 512, REPEATED_FINDINGS = 128 };

/* The first failure sticks. */
static void note(struct reporter *reporter, enum status status)
{
    if (reporter->status == STATUS_OK)
        reporter->status = status;
}

void reporter_init(struct reporter *reporter, struct report *report, struct message *message,
                   const char *engine)
{
    *reporter = (struct reporter){
        .report = report, .message = message, .engine = bytes_of_text(engine), .status = STATUS_OK};
}

/* Controls, and with only_ascii everything above ASCII, become \xHH; so does a backslash of an
 * excerpt, that reading back is possible. out has room for four times the octets. */
static struct bytes printable(struct bytes octets, bool only_ascii, uint8_t *out)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t size = 0;

    for (size_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.data[i];
        bool plain = octet >= 0x20 && octet != 0x7F;

        if (only_ascii)
            plain = plain && octet < 0x80 && octet != '\\';
        if (plain) {
            out[size++] = octet;
            continue;
        }
        out[size++] = '\\';
        out[size++] = 'x';
        out[size++] = (uint8_t)digits[octet >> 4];
        out[size++] = (uint8_t)digits[octet & 15];
    }
    return (struct bytes){out, size};
}

/* Beyond REPEATED_FINDINGS a symbol that the engine has said already is not said again: a message
 * cannot make its report too long to be had. */
static bool is_repetition(const struct reporter *reporter, struct bytes symbol)
{
    const struct report *report = reporter->report;

    if (report->findings_count < REPEATED_FINDINGS)
        return false;
    for (size_t i = 0; i < report->findings_count; i++) {
        if (bytes_equal(report->findings[i].symbol, symbol) &&
            bytes_equal(report->findings[i].engine, reporter->engine))
            return true;
    }
    return false;
}

static struct bytes octets_of(struct bytes octets, struct range range)
{
    return bytes_slice(octets, (size_t)range.offset,
                       range.size < EXCERPT_OCTETS ? (size_t)range.size : EXCERPT_OCTETS);
}

/* Completes the finding: whose it is, its text, and its excerpt made printable. */
__attribute__((format(printf, 3, 0))) static void add(struct reporter *reporter,
                                                      struct report_finding *finding,
                                                      const char *format, va_list arguments)
{
    uint8_t text_out[4 * TEXT_OCTETS], excerpt_out[4 * EXCERPT_OCTETS];
    char text[TEXT_OCTETS];
    struct bytes said;

    if (is_repetition(reporter, finding->symbol))
        return;
    vsnprintf(text, sizeof text, format, arguments);
    said = bytes_of_text(text);
    finding->engine = reporter->engine;
    finding->text = printable(said, !bytes_is_utf8(said), text_out);
    finding->excerpt = printable(finding->excerpt, true, excerpt_out);
    note(reporter, report_add_finding(reporter->report, finding));
}

void reporter_finding(struct reporter *reporter, const char *symbol, enum finding_class class,
                      int64_t points, uint32_t part, struct range range, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(reporter,
        &(struct report_finding){.symbol = bytes_of_text(symbol),
                                 .class = class,
                                 .points = points,
                                 .part = part,
                                 .range = range,
                                 .excerpt = octets_of(reporter->message->octets, range)},
        format, arguments);
    va_end(arguments);
}

void reporter_finding_within(struct reporter *reporter, const char *symbol,
                             enum finding_class class, int64_t points, const struct part *part,
                             struct range content_range, const char *format, ...)
{
    struct report_finding finding = {.symbol = bytes_of_text(symbol),
                                     .class = class,
                                     .points = points,
                                     .part = part->number,
                                     .range = part->body};
    va_list arguments;

    if (part->decoded) {
        finding.range =
            message_origin(reporter->message, part, content_range.offset, content_range.size);
        finding.excerpt = octets_of(part->content, content_range);
    } else {
        finding.excerpt = octets_of(reporter->message->octets, part->body);
    }
    va_start(arguments, format);
    add(reporter, &finding, format, arguments);
    va_end(arguments);
}

void reporter_cap(struct reporter *reporter, const char *cap, uint32_t part, struct range range)
{
    char symbol[64];

    (void)budget_hit(reporter->message->budget, cap);
    snprintf(symbol, sizeof symbol, "limit.%s", cap);
    reporter_finding(reporter, symbol, CLASS_LIMIT, 0, part, range, "over the limit %s", cap);
}

static void cover(struct reporter *reporter, uint32_t part, enum coverage_state state,
                  const char *reason)
{
    note(reporter, report_add_coverage(reporter->report,
                                       &(struct report_coverage){.engine = reporter->engine,
                                                                 .parts = {part, part},
                                                                 .state = state,
                                                                 .reason = bytes_of_text(reason)}));
}

void reporter_examined(struct reporter *reporter, uint32_t part)
{
    cover(reporter, part, COVERAGE_EXAMINED, NULL);
}

void reporter_exempt(struct reporter *reporter, uint32_t part, const char *rule)
{
    cover(reporter, part, COVERAGE_EXEMPT, rule);
}

void reporter_unexaminable(struct reporter *reporter, uint32_t part, const char *reason)
{
    cover(reporter, part, COVERAGE_UNEXAMINABLE, reason);
}

void reporter_failed(struct reporter *reporter, uint32_t part, const char *reason)
{
    cover(reporter, part, COVERAGE_FAILED, reason);
}

void reporter_fact(struct reporter *reporter, const char *name, const char *value)
{
    note(reporter, report_add_fact(reporter->report, bytes_of_text(name), bytes_of_text(value)));
}

void reporter_question(struct reporter *reporter, const char *kind, const char *name)
{
    const struct limits *limits = reporter->message->budget->limits;

    if (reporter->report->questions_count >= limits->questions) {
        note(reporter, STATUS_LIMIT);
        return;
    }
    note(reporter, report_add_question(reporter->report,
                                       &(struct report_question){.engine = reporter->engine,
                                                                 .kind = bytes_of_text(kind),
                                                                 .name = bytes_of_text(name)}));
}

uint64_t reporter_left_us(const struct reporter *reporter)
{
    return budget_left_us(reporter->message->budget);
}

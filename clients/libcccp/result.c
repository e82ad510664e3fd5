/* One answer: collected line by line, believed only when it is whole (spec/cccp.md 7). Every
 * recipient has exactly one disposition out of those that this library can hand on, there is
 * exactly one REPORT, CLEAN goes with full coverage; else everybody is deferred. What the server
 * says to people is made printable before a caller sees it. */
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/client.h"

enum { TEXT_MOST = 512, REASONS_MOST = 64 };

struct cccp_result {
    unsigned references;
    struct arena arena;
    enum cccp_status status;
    enum cccp_duty duty;
    const char *code, *text, *txn;
    bool explain;
    const char *wrong; /* static text: why it is malformed */
    /* collected */
    const struct cccp_recipient **recipients; /* NULL: no disposition yet */
    size_t count, answered;
    struct cccp_summary summary;
    bool has_summary;
    struct report report;
    struct explained explained;
};

static const struct cccp_recipient deferred; /* zeroed: CCCP_DEFER */

struct cccp_result *result_new(const struct cccp_request *request, size_t memory_bytes)
{
    struct cccp_result *result = calloc(1, sizeof(*result));
    if (!result)
        return NULL;
    result->references = 1;
    result->explain = request->explain;
    result->count = request->recipient_count;
    arena_init(&result->arena, memory_bytes);
    report_init(&result->report, memory_bytes);
    result->txn = arena_copy(&result->arena, bytes_of_text(request->txn));
    result->recipients = arena_take(&result->arena, result->count * sizeof(*result->recipients));
    result->code = result->text = "";
    if (!result->txn || !result->recipients)
        cccp_result_unref(&result);
    return result;
}

struct cccp_result *cccp_result_ref(const struct cccp_result *result)
{
    struct cccp_result *mine = (struct cccp_result *)result;
    mine->references++;
    return mine;
}

void cccp_result_unref(struct cccp_result **result)
{
    if (*result && --(*result)->references == 0) {
        arena_clear(&(*result)->arena);
        report_clear(&(*result)->report);
        free(*result);
    }
    *result = NULL;
}

size_t result_memory(const struct cccp_result *result)
{
    return result->arena.used + result->report.arena.used;
}

/* One printable line of UTF-8, cut to TEXT_MOST octets; NULL for an empty one, or no room. */
static const char *printable(struct cccp_result *result, struct bytes text)
{
    uint8_t line[TEXT_MOST];
    if (text.size == 0)
        return NULL;
    text = bytes_slice(text, 0, sizeof(line));
    while (text.size > 0 && !bytes_is_utf8(text) && text.size + 4 > sizeof(line))
        text.size--;
    if (!bytes_is_utf8(text))
        return NULL;
    for (size_t i = 0; i < text.size; i++)
        line[i] = text.data[i] < 0x20 || text.data[i] == 0x7F ? ' ' : text.data[i];
    return arena_copy(&result->arena, (struct bytes){line, text.size});
}

/* class "." subject "." detail of RFC 3463, class 4 or 5: what a bounce may say. */
static bool is_failure_status(struct bytes status)
{
    unsigned dots = 0, digits = 0;
    if (status.size < 5 || (status.data[0] != '4' && status.data[0] != '5'))
        return false;
    for (size_t i = 0; i < status.size; i++) {
        bool dot = status.data[i] == '.';
        if (!dot && (status.data[i] < '0' || status.data[i] > '9'))
            return false;
        digits = dot ? 0 : digits + 1;
        dots += dot;
        if (digits > 3 || (dot && (i + 1 == status.size || status.data[i + 1] == '.')))
            return false;
    }
    return dots == 2 && status.data[1] == '.';
}

static bool has_control(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < 0x20 || text.data[i] == 0x7F)
            return true;
    }
    return false;
}

/* False for a disposition that was not accepted: it needs what this library cannot do. */
static bool disposition_take(const struct reply_result *line, enum cccp_disposition *disposition)
{
    static const enum cccp_disposition known[DISPOSITION_COUNT] = {
        [DISPOSITION_DELIVER] = CCCP_DELIVER,
        [DISPOSITION_REJECT] = CCCP_REJECT,
        [DISPOSITION_DISCARD] = CCCP_DISCARD,
        [DISPOSITION_QUARANTINE] = CCCP_QUARANTINE,
    };
    if (!line->known || line->disposition >= DISPOSITION_COUNT || line->copy != 0)
        return false;
    *disposition = known[line->disposition];
    return *disposition != CCCP_DEFER || line->disposition == DISPOSITION_DEFER;
}

static struct cccp_recipient *recipient_new(struct cccp_result *result,
                                            const struct reply_result *line)
{
    struct cccp_recipient *recipient = arena_take(&result->arena, sizeof(*recipient));
    if (!recipient || !disposition_take(line, &recipient->disposition) ||
        has_control(line->sender) || !bytes_is_utf8(line->sender))
        return NULL;
    recipient->class_word = printable(result, line->class);
    recipient->text = printable(result, line->text);
    recipient->mark = printable(result, line->mark);
    if (line->has_sender)
        recipient->sender = arena_copy(&result->arena, line->sender);
    if (is_failure_status(line->status))
        recipient->status = arena_copy(&result->arena, line->status);
    if (recipient->disposition == CCCP_REJECT && !recipient->status)
        recipient->status = "5.7.1";
    recipient->after_seconds = line->has_after ? line->after_s : 0;
    return recipient;
}

/* Each id once, and none that was not asked for. */
static bool range_take(struct cccp_result *result, struct id_range range,
                       const struct cccp_recipient *recipient)
{
    if (range.first == 0 || range.last < range.first || range.last > result->count)
        return false;
    for (size_t i = range.first - 1; i < range.last; i++) {
        if (result->recipients[i])
            return false;
        result->recipients[i] = recipient;
        result->answered++;
    }
    return true;
}

static const char *res_take(struct cccp_result *result, struct lexer *lexer)
{
    struct id_range *ranges;
    size_t count;
    struct reply_result line;
    if (reply_read_result(lexer, &result->arena, &ranges, &count, &line) != STATUS_OK)
        return "a RES line is malformed";
    struct cccp_recipient *recipient = recipient_new(result, &line);
    if (!recipient)
        return "a disposition was not asked for";
    for (size_t i = 0; i < count; i++) {
        if (!range_take(result, ranges[i], recipient))
            return "a recipient is answered twice, or was not asked for";
    }
    return NULL;
}

/* ((engine symbol) …), as many as REASONS_MOST. */
static const char *reasons_take(struct cccp_result *result, struct bytes raw)
{
    struct lexer lexer;
    struct bytes engine, symbol;
    bool first = true;
    struct cccp_reason *reasons;
    uint8_t *octets = (uint8_t *)arena_copy(&result->arena, raw);
    reasons = arena_take(&result->arena, REASONS_MOST * sizeof(*reasons));
    if (!octets || !reasons)
        return "the answer is too long";
    lexer_init(&lexer, octets, raw.size, NESTING_MOST);
    if (raw.size == 0 || lexer_open(&lexer) != STATUS_OK)
        return raw.size == 0 ? NULL : "the reasons are malformed";
    result->summary.reasons = reasons;
    while (result->summary.reason_count < REASONS_MOST && lexer_item(&lexer, &first)) {
        if (lexer_open(&lexer) != STATUS_OK || lexer_text(&lexer, &engine) != STATUS_OK ||
            lexer_space(&lexer) != STATUS_OK || lexer_text(&lexer, &symbol) != STATUS_OK ||
            lexer_close(&lexer) != STATUS_OK)
            return "the reasons are malformed";
        struct cccp_reason *reason = &reasons[result->summary.reason_count++];
        reason->engine = printable(result, engine);
        reason->symbol = printable(result, symbol);
        if (!reason->engine || !reason->symbol)
            return "the reasons are malformed";
    }
    return NULL;
}

static const char *summary_take(struct cccp_result *result, struct lexer *lexer)
{
    static const enum cccp_verdict verdicts[VERDICT_KIND_COUNT] = {
        [VERDICT_INCOMPLETE] = CCCP_INCOMPLETE, [VERDICT_CLEAN] = CCCP_CLEAN,
        [VERDICT_SPAM] = CCCP_SPAM,             [VERDICT_POLICY] = CCCP_POLICY,
        [VERDICT_INFECTED] = CCCP_INFECTED,
    };
    struct reply_summary line;
    if (result->has_summary || reply_read_summary(lexer, &line) != STATUS_OK ||
        line.verdict >= VERDICT_KIND_COUNT)
        return "the REPORT is malformed";
    if (line.verdict == VERDICT_CLEAN && !line.full)
        return "CLEAN without full coverage";
    result->has_summary = true;
    result->summary = (struct cccp_summary){
        .verdict = verdicts[line.verdict],
        .transient = line.transient,
        .full_coverage = line.full,
        .expected = line.tally.expected,
        .examined = line.tally.examined,
        .exempt = line.tally.exempt,
        .unexaminable = line.tally.unexaminable,
        .failed = line.tally.failed,
        .time_us = line.time_us,
        .generation = line.generation,
    };
    result->summary.reference = printable(result, line.reference);
    return reasons_take(result, line.reasons);
}

const char *result_line(struct cccp_result *result, struct reply *reply)
{
    bool known = false;
    if (result->wrong)
        return result->wrong;
    if (bytes_equal_fold(reply->word, BYTES("RES")))
        result->wrong = res_take(result, &reply->lexer);
    else if (bytes_equal_fold(reply->word, BYTES("REPORT")))
        result->wrong = summary_take(result, &reply->lexer);
    else if (result->explain && report_read_line(&result->report, reply->word, &reply->lexer,
                                                 &known) != STATUS_OK)
        result->wrong = "a report line is malformed, or there are too many";
    return result->wrong;
}

/* What no server can be told to pass. */
static void limits_init_widest(struct limits *limits)
{
    const struct limit_row *row;
    for (unsigned i = 0; (row = limits_row(i)); i++)
        *limits_value(limits, i) = row->most;
}

static const char *what_is_missing(struct cccp_result *result, uint64_t content_size)
{
    struct limits limits;
    limits_init_widest(&limits);
    if (result->wrong)
        return result->wrong;
    if (result->answered != result->count)
        return "a recipient has no disposition";
    if (!result->has_summary)
        return "there is no REPORT";
    if (!result->explain)
        return NULL;
    if (report_check(&result->report, content_size, &limits) != STATUS_OK)
        return "the report names what is not in the message";
    if (!explained_take(&result->explained, &result->report, &result->arena))
        return "the answer is too long";
    return NULL;
}

void result_complete(struct cccp_result *result, uint64_t content_size)
{
    const char *wrong = what_is_missing(result, content_size);
    if (wrong) {
        result_fail(result, CCCP_MALFORMED, CCCP_DUTY_RETRY, "", wrong);
        return;
    }
    result->status = CCCP_OK;
    result->duty = CCCP_DUTY_NONE;
}

void result_fail(struct cccp_result *result, enum cccp_status status, enum cccp_duty duty,
                 const char *code, const char *text)
{
    const char *words = printable(result, bytes_of_text(text));
    const char *head = printable(result, bytes_of_text(code));
    result->status = status;
    result->duty = duty;
    result->text = words ? words : "";
    result->code = head ? head : "";
}

enum cccp_status cccp_result_status(const struct cccp_result *result)
{
    return result->status;
}

enum cccp_duty cccp_result_duty(const struct cccp_result *result)
{
    return result->duty;
}

const char *cccp_result_code(const struct cccp_result *result)
{
    return result->code;
}

const char *cccp_result_text(const struct cccp_result *result)
{
    return result->text;
}

const char *cccp_result_txn(const struct cccp_result *result)
{
    return result->txn;
}

size_t cccp_result_recipients(const struct cccp_result *result)
{
    return result->count;
}

const struct cccp_recipient *cccp_result_recipient(const struct cccp_result *result, uint32_t id)
{
    if (result->status != CCCP_OK || id == 0 || id > result->count)
        return &deferred;
    return result->recipients[id - 1];
}

bool cccp_result_all_delivered(const struct cccp_result *result)
{
    for (uint32_t id = 1; id <= result->count; id++) {
        if (cccp_result_recipient(result, id)->disposition != CCCP_DELIVER)
            return false;
    }
    return result->count > 0;
}

const struct cccp_summary *cccp_result_summary(const struct cccp_result *result)
{
    return result->status == CCCP_OK ? &result->summary : NULL;
}

/* The arrays stay empty unless the whole answer was believed. */
#define RESULT_ARRAY(type, name)                                                                   \
    const struct cccp_##type *cccp_result_##name(const struct cccp_result *result, size_t *count)  \
    {                                                                                              \
        *count = result->explained.name ? result->report.name##_count : 0;                         \
        return result->explained.name;                                                             \
    }
RESULT_ARRAY(part, parts)
RESULT_ARRAY(finding, findings)
RESULT_ARRAY(coverage, coverage)
RESULT_ARRAY(engine, engines)
RESULT_ARRAY(fact, facts)

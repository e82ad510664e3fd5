/* One answer: collected line by line, believed only when it is whole (spec/cccp.md 7). Every
 * recipient has exactly one disposition out of those that this library can hand on, there is
 * exactly one REPORT, CLEAN goes with full coverage; else everybody is deferred. What the server
 * says to people is made printable before a caller sees it. */
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/result.h"

static const struct cccp_recipient deferred; /* zeroed: CCCP_DEFER */

struct cccp_result *result_new(const struct cccp_request *request, size_t memory_bytes)
{
    struct cccp_result *result = calloc(1, sizeof(*result));
    if (!result)
        return NULL;
    result->references = 1;
    result->explain = request->explain;
    result->dry_run = request->dry_run;
    result->accept = request->accept;
    result->content_size = request->content_size;
    result->count = request->recipient_count;
    arena_init(&result->arena, memory_bytes);
    report_init(&result->report, memory_bytes);
    result->txn = arena_copy(&result->arena, bytes_of_text(request->txn));
    result->recipients = arena_take(&result->arena, result->count * sizeof(*result->recipients));
    result->decided = arena_take(&result->arena, result->count * sizeof(*result->decided));
    result->code = result->text = "";
    if (!result->txn || !result->recipients || !result->decided)
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

bool result_accepts(const struct cccp_result *result, unsigned bit)
{
    enum {
        EVERYBODY = CCCP_ACCEPT_DELIVER | CCCP_ACCEPT_REJECT | CCCP_ACCEPT_DISCARD |
                    CCCP_ACCEPT_QUARANTINE | CCCP_ACCEPT_SENDER
    };
    return ((result->accept ? result->accept : EVERYBODY) & bit) != 0;
}

const char *result_text(struct cccp_result *result, struct bytes text)
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

const char *result_name(struct cccp_result *result, struct bytes name)
{
    if (name.size > NAME_MOST || !bytes_is_utf8(name))
        return NULL;
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] < 0x20 || name.data[i] == 0x7F)
            return NULL;
    }
    return arena_copy(&result->arena, name);
}

const char *const *result_addresses(struct cccp_result *result, const struct bytes *addresses,
                                    size_t count)
{
    const char **copies = arena_take(&result->arena, count * sizeof(*copies));
    for (size_t i = 0; copies && i < count; i++) {
        copies[i] = arena_copy(&result->arena, addresses[i]);
        if (!copies[i])
            return NULL;
    }
    return copies;
}

bool result_disposition(enum disposition from, enum cccp_disposition *to, unsigned *accept)
{
    static const struct {
        enum cccp_disposition disposition;
        unsigned accept;
    } known[DISPOSITION_COUNT] = {
        [DISPOSITION_DELIVER] = {CCCP_DELIVER, CCCP_ACCEPT_DELIVER},
        [DISPOSITION_REJECT] = {CCCP_REJECT, CCCP_ACCEPT_REJECT},
        [DISPOSITION_DISCARD] = {CCCP_DISCARD, CCCP_ACCEPT_DISCARD},
        [DISPOSITION_QUARANTINE] = {CCCP_QUARANTINE, CCCP_ACCEPT_QUARANTINE},
        [DISPOSITION_REDIRECT] = {CCCP_REDIRECT, CCCP_ACCEPT_REDIRECT},
        [DISPOSITION_EXPAND] = {CCCP_EXPAND, CCCP_ACCEPT_EXPAND},
    };
    if (from >= DISPOSITION_COUNT || (known[from].accept == 0 && from != DISPOSITION_DEFER))
        return false;
    *to = known[from].disposition;
    *accept = known[from].accept;
    return true;
}

/* Lines that every answer has, or that were asked for. */
static const char *line_take(struct cccp_result *result, struct reply *reply)
{
    static const struct {
        const char *word;
        const char *(*take)(struct cccp_result *result, struct lexer *lexer);
    } rows[] = {
        {"RES", result_take_res},   {"REPORT", result_take_summary},    {"COPY", result_take_copy},
        {"NOTE", result_take_note}, {"DECISION", result_take_decision},
    };
    bool known;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (bytes_equal_fold(reply->word, bytes_of_text(rows[i].word)))
            return rows[i].take(result, &reply->lexer);
    }
    if (result->explain &&
        report_read_line(&result->report, reply->word, &reply->lexer, &known) != STATUS_OK)
        return "a report line is malformed, or there are too many";
    return NULL;
}

const char *result_line(struct cccp_result *result, struct reply *reply)
{
    if (!result->wrong)
        result->wrong = line_take(result, reply);
    return result->wrong;
}

/* What no server can be told to pass. */
static void limits_init_widest(struct limits *limits)
{
    const struct limit_row *row;
    for (unsigned i = 0; (row = limits_row(i)); i++)
        *limits_value(limits, i) = row->most;
}

static const char *what_is_missing(struct cccp_result *result, const void *content)
{
    struct limits limits;
    const char *wrong;
    limits_init_widest(&limits);
    if (result->wrong)
        return result->wrong;
    if (result->answered != result->count)
        return "a recipient has no disposition";
    if (!result->has_summary)
        return "there is no REPORT";
    if (result->dry_run && result->decided_count != result->count)
        return "a recipient has no DECISION: the server knows no dry run";
    if ((wrong = result_check_notes(result)) || (wrong = result_check_copies(result, content)))
        return wrong;
    if (!result->explain)
        return NULL;
    if (report_check(&result->report, result->content_size, &limits) != STATUS_OK)
        return "the report names what is not in the message";
    if (!explained_take(&result->explained, &result->report, &result->arena))
        return "the answer is too long";
    return NULL;
}

void result_complete(struct cccp_result *result, const void *content)
{
    const char *wrong = what_is_missing(result, content);
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
    const char *words = result_text(result, bytes_of_text(text));
    const char *head = result_text(result, bytes_of_text(code));
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

/* REPORT: the summary of an answer (spec/cccp.md 7.3). CLEAN goes with full coverage only. */
#include "clients/libcccp/result.h"

enum { REASONS_MOST = 64 };

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
        reason->engine = result_text(result, engine);
        reason->symbol = result_text(result, symbol);
        if (!reason->engine || !reason->symbol)
            return "the reasons are malformed";
    }
    return NULL;
}

const char *result_take_summary(struct cccp_result *result, struct lexer *lexer)
{
    static const enum cccp_verdict verdicts[VERDICT_KIND_COUNT] = {
        [VERDICT_INCOMPLETE] = CCCP_INCOMPLETE,
        [VERDICT_CLEAN] = CCCP_CLEAN,
        [VERDICT_SPAM] = CCCP_SPAM,
        [VERDICT_POLICY] = CCCP_POLICY,
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
    result->summary.reference = result_text(result, line.reference);
    return reasons_take(result, line.reasons);
}

/* DECISION lines: what a dry run says of recipients (spec/cccp.md 7.10).
 *
 *     tag DECISION id-set (RULE "name" [PLACE "file:line"] [MEMBER "address"] DISPOSITION word
 *                          NEEDS (("engine" "symbol" part) ..)) */
#include "protocol/address.h"
#include "protocol/list.h"
#include "protocol/pairs.h"
#include "protocol/reply.h"

static bool decision_is_fine(const struct reply_decision *decision)
{
    return decision->rule.size > 0 && decision->disposition < DISPOSITION_COUNT &&
           (decision->member.size == 0 || is_address(decision->member)) &&
           decision->need_count <= REPLY_NEEDS_MOST;
}

static void write_needs(struct writer *writer, const struct reply_decision *decision)
{
    writer_atom(writer, "NEEDS");
    writer_open(writer);
    for (size_t i = 0; i < decision->need_count; i++) {
        const struct report_finding *finding = decision->needs[i];
        writer_open(writer);
        writer_string(writer, finding->engine);
        writer_string(writer, finding->symbol);
        writer_number(writer, finding->part);
        writer_close(writer);
    }
    writer_close(writer);
}

enum status reply_write_decision(struct buffer *out, const char *tag, const struct id_range *ranges,
                                 size_t range_count, const struct reply_decision *decision)
{
    struct writer writer;
    if (!decision_is_fine(decision))
        return STATUS_INVALID;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, bytes_of_text(tag));
    writer_atom(&writer, "DECISION");
    writer_ranges(&writer, ranges, range_count);
    writer_open(&writer);
    writer_pair_string(&writer, "RULE", decision->rule);
    writer_pair_given(&writer, "PLACE", decision->place);
    writer_pair_given(&writer, "MEMBER", decision->member);
    writer_pair_atom(&writer, "DISPOSITION", disposition_word(decision->disposition));
    write_needs(&writer, decision);
    writer_close(&writer);
    return writer_end(&writer);
}

/* "(" engine gap symbol gap part ")" */
static void read_need(struct lexer *lexer, struct report_finding *finding)
{
    uint64_t part = 0;
    lexer->status = lexer_open(lexer);
    lexer->status = lexer_string(lexer, &finding->engine);
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_string(lexer, &finding->symbol);
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_number(lexer, &part);
    if (part > UINT32_MAX)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a number of a part");
    finding->part = (uint32_t)part;
    lexer->status = lexer_close(lexer);
}

static void read_needs(struct lexer *lexer, struct arena *arena, struct reply_decision *decision)
{
    const struct report_finding **needs = NULL;
    size_t count = 0, capacity = 0;
    bool first = true;
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        struct report_finding *finding = arena_take(arena, sizeof *finding);
        if (!finding || !arena_grow(arena, (void **)&needs, &capacity, count, sizeof *needs)) {
            lexer->status = lexer_fail(lexer, STATUS_MEMORY, "fewer findings");
            return;
        }
        if (count == REPLY_NEEDS_MOST)
            lexer->status = lexer_fail(lexer, STATUS_PARSE, "fewer findings");
        read_need(lexer, finding);
        needs[count++] = finding;
    }
    decision->needs = needs;
    decision->need_count = count;
}

static void read_pairs(struct lexer *lexer, struct arena *arena, struct reply_decision *decision)
{
    struct pairs pairs;
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        struct bytes word = {0};
        if (pairs_is(&pairs, "RULE")) {
            lexer->status = lexer_string(lexer, &decision->rule);
        } else if (pairs_is(&pairs, "PLACE")) {
            lexer->status = lexer_string(lexer, &decision->place);
        } else if (pairs_is(&pairs, "MEMBER")) {
            lexer->status = lexer_string(lexer, &decision->member);
        } else if (pairs_is(&pairs, "DISPOSITION")) {
            lexer->status = lexer_atom(lexer, &word);
            if (!disposition_of_word(word, &decision->disposition))
                lexer->status = lexer_fail(lexer, STATUS_PARSE, "a disposition");
        } else if (pairs_is(&pairs, "NEEDS")) {
            read_needs(lexer, arena, decision);
        } else {
            pairs_skip(&pairs);
        }
    }
}

enum status reply_read_decision(struct lexer *lexer, struct arena *arena, struct id_range **ranges,
                                size_t *range_count, struct reply_decision *decision)
{
    *decision = (struct reply_decision){.disposition = DISPOSITION_COUNT};
    lexer->status = lexer_space(lexer);
    lexer->status = list_ids(lexer, arena, ranges, range_count);
    lexer->status = lexer_space(lexer);
    read_pairs(lexer, arena, decision);
    if (lexer->status == STATUS_OK && !decision_is_fine(decision))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "RULE and DISPOSITION, and an address");
    return lexer_end(lexer);
}

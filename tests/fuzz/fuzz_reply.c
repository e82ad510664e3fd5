/* Replies of a hostile server. Oracle: what is read and can be written again is read as the same;
 * text is text; CLEAN never comes without a full coverage. */
#include <stdlib.h>
#include <string.h>

#include "protocol/frame.h"
#include "protocol/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20, OUT_BYTES = 1 << 22, NESTING = 8 };

static void require(bool truth)
{
    if (!truth)
        abort();
}

/* out holds one line: parsed up to its word. */
static void parse_again(struct buffer *out, struct reply *reply)
{
    require(reply_parse(out->data, out->size - 2, NESTING, reply) == STATUS_OK);
}

static void check_result(struct lexer *lexer)
{
    struct arena arena;
    struct buffer out;
    struct reply reply;
    struct id_range *ranges, *again_ranges;
    size_t count, again_count;
    struct reply_result result, again;
    arena_init(&arena, ARENA_BYTES);
    buffer_init(&out, OUT_BYTES);
    if (reply_read_result(lexer, &arena, &ranges, &count, &result) == STATUS_OK &&
        reply_write_result(&out, "a", ranges, count, &result) == STATUS_OK) {
        parse_again(&out, &reply);
        require(reply_read_result(&reply.lexer, &arena, &again_ranges, &again_count, &again) ==
                STATUS_OK);
        require(count == again_count && memcmp(ranges, again_ranges, count * sizeof *ranges) == 0);
        require(result.disposition == again.disposition && result.known == again.known &&
                result.copy == again.copy && result.has_sender == again.has_sender &&
                result.has_after == again.has_after && result.after_s == again.after_s);
        require(bytes_equal(result.sender, again.sender) && bytes_equal(result.text, again.text) &&
                bytes_equal(result.mark, again.mark) && bytes_equal(result.class, again.class) &&
                bytes_equal(result.status, again.status));
    }
    arena_clear(&arena);
    buffer_clear(&out);
}

static void check_summary(struct lexer *lexer)
{
    struct buffer out;
    struct reply reply;
    struct reply_summary summary, again;
    buffer_init(&out, OUT_BYTES);
    if (reply_read_summary(lexer, &summary) == STATUS_OK) {
        require(summary.verdict != VERDICT_CLEAN ||
                verdict_conclude(&summary.tally, 0).kind == VERDICT_CLEAN);
        require(reply_write_summary(&out, "a", &summary, NULL) == STATUS_OK);
        parse_again(&out, &reply);
        require(reply_read_summary(&reply.lexer, &again) == STATUS_OK);
        require(summary.verdict == again.verdict && summary.full == again.full &&
                bytes_equal(summary.reference, again.reference) &&
                memcmp(&summary.tally, &again.tally, sizeof again.tally) == 0);
    }
    buffer_clear(&out);
}

static void check_state(const struct reply *reply)
{
    require(reply->text.size > 0 && bytes_is_utf8(reply->text));
    for (size_t i = 0; i < reply->text.size; i++)
        require(reply->text.data[i] >= 0x20);
    require(reply->code.size == 0 || reply->code.data[reply->code.size] == ']');
}

static void check_reply(struct buffer *line, struct report *report)
{
    struct reply reply;
    bool known;
    if (reply_parse(line->data, line->size, NESTING, &reply) != STATUS_OK)
        return;
    require(reply.kind <= REPLY_COMPLETION && (!reply.is_state || reply.word.size > 0));
    if (reply.is_state)
        check_state(&reply);
    else if (bytes_equal_fold(reply.word, BYTES("RES")))
        check_result(&reply.lexer);
    else if (bytes_equal_fold(reply.word, BYTES("REPORT")))
        check_summary(&reply.lexer);
    else if (reply.kind == REPLY_INTERMEDIATE &&
             report_read_line(report, reply.word, &reply.lexer, &known) == STATUS_OK)
        require(report->arena.used <= ARENA_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct frame_limits limits = {1024, 65536, 4096, NESTING};
    struct bytes input = {data, size};
    struct frame frame;
    struct report report;
    frame_init(&frame, FRAME_OF_SERVER, &limits);
    report_init(&report, ARENA_BYTES);
    while (input.size > 0 && !frame.fatal) {
        if (frame_step(&frame, &input) == FRAME_COMPLETE)
            check_reply(&frame.buffer, &report);
    }
    frame_clear(&frame);
    report_clear(&report);
    return 0;
}

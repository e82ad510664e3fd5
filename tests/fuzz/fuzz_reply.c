/* Replies of a hostile server. Oracle: what is read is written again, and what is read from that is
 * written as the same octets; a list of ids is written only when it ascends; text is text; CLEAN
 * never comes without a full coverage. */
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

static bool ascends(const struct id_range *ranges, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (ranges[i].first - 1 <= ranges[i - 1].last)
            return false;
    }
    return true;
}

/* Each reads a line and writes what it read; false: it could not be read, or not be written. */

static bool again_result(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct id_range *ranges;
    size_t count;
    struct reply_result result;
    if (reply_read_result(lexer, arena, &ranges, &count, &result) != STATUS_OK)
        return false;
    require(!result.known || result.disposition != DISPOSITION_EXPAND || result.member_count > 0);
    bool written = reply_write_result(out, "a", ranges, count, &result) == STATUS_OK;
    require(written == ascends(ranges, count));
    return written;
}

static bool again_copy(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct report_copy copy;
    bool is_inline;
    struct bytes octets;
    if (reply_read_copy(lexer, arena, &copy, &is_inline, &octets) != STATUS_OK)
        return false;
    require(reply_write_copy(out, "a", &copy, is_inline, octets) == STATUS_OK);
    return true;
}

static bool again_note(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct reply_note note;
    if (reply_read_note(lexer, arena, &note) != STATUS_OK)
        return false;
    require(note.recipient_count > 0 && reply_write_note(out, "a", &note) == STATUS_OK);
    return true;
}

static bool again_decision(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct id_range *ranges;
    size_t count;
    struct reply_decision decision;
    if (reply_read_decision(lexer, arena, &ranges, &count, &decision) != STATUS_OK)
        return false;
    bool written = reply_write_decision(out, "a", ranges, count, &decision) == STATUS_OK;
    require(written == ascends(ranges, count));
    return written;
}

/* True when the word is one of these lines. */
static bool check_twice(struct bytes word, struct lexer *lexer)
{
    static const struct {
        const char *word;
        bool (*again)(struct lexer *lexer, struct arena *arena, struct buffer *out);
    } lines[] = {{"RES", again_result},
                 {"COPY", again_copy},
                 {"NOTE", again_note},
                 {"DECISION", again_decision}};
    const size_t line_count = sizeof lines / sizeof lines[0];
    struct arena arena;
    struct buffer first, second;
    struct reply reply;
    size_t i = 0;
    while (i < line_count && !bytes_equal_fold(word, bytes_of_text(lines[i].word)))
        i++;
    if (i == line_count)
        return false;
    arena_init(&arena, ARENA_BYTES);
    buffer_init(&first, OUT_BYTES);
    buffer_init(&second, OUT_BYTES);
    if (lines[i].again(lexer, &arena, &first)) {
        uint8_t *kept = malloc(first.size);
        require(kept != NULL);
        memcpy(kept, first.data, first.size);
        parse_again(&first, &reply);
        require(lines[i].again(&reply.lexer, &arena, &second));
        require(bytes_equal(buffer_bytes(&second), (struct bytes){kept, first.size}));
        free(kept);
    }
    arena_clear(&arena);
    buffer_clear(&first);
    buffer_clear(&second);
    return true;
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
    else if (bytes_equal_fold(reply.word, BYTES("REPORT")))
        check_summary(&reply.lexer);
    else if (reply.kind == REPLY_INTERMEDIATE && !check_twice(reply.word, &reply.lexer) &&
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

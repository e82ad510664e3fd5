/* Reads a worker's answer (protocol/job.h). The worker may have been taken over: a line that is not
 * exactly what is expected makes the whole answer unusable. */
#include "protocol/frame.h"
#include "protocol/job.h"
#include "protocol/pairs.h"

enum { ANSWER_NESTING = 8, ANSWER_LINE_BYTES = 8192 };

/* One answer that is being read. */
struct answer {
    struct report *report;
    struct job_end *end;
    size_t line_count;
    bool is_over; /* the completion, or LARGE, has been there */
};

/* "[" "STATUS" SP name "]" SP text: the status of that name; one of a success or of nobody is no
 * status of a failure. */
static enum status read_failure(struct lexer *lexer, enum status *failure)
{
    struct bytes rest = {lexer->octets + lexer->at, lexer->size - lexer->at};
    struct bytes head = BYTES("[STATUS ");
    size_t end = bytes_find(rest, 0, ']');
    if (end == rest.size || !bytes_equal(bytes_slice(rest, 0, head.size), head))
        return lexer_fail(lexer, STATUS_PARSE, "[STATUS name]");
    struct bytes name = bytes_slice(rest, head.size, end - head.size);
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (status_reply((enum status)i)->completion != COMPLETION_OK &&
            bytes_equal(name, bytes_of_text(status_name((enum status)i)))) {
            *failure = (enum status)i;
            return STATUS_OK;
        }
    }
    return lexer_fail(lexer, STATUS_PARSE, "the name of a status");
}

/* SP "(" "SIZE" SP number ")": the only line of its answer. */
static enum status read_large(struct answer *answer, struct lexer *lexer)
{
    struct pairs pairs;
    uint64_t size = 0;
    lexer->status = lexer_space(lexer);
    if (!pairs_begin(&pairs, lexer))
        return lexer->status;
    while (pairs_next(&pairs)) {
        if (pairs_is(&pairs, "SIZE"))
            lexer->status = lexer_number(lexer, &size);
        else
            pairs_skip(&pairs);
    }
    if (size == 0 || answer->line_count > 0)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a size, alone");
    answer->end->large = true;
    answer->end->large_size = size;
    return lexer_end(lexer);
}

/* The word behind the id decides. */
static enum status read_word(struct answer *answer, struct lexer *lexer, struct bytes word)
{
    bool known = false;
    answer->is_over = true;
    if (bytes_equal(word, BYTES("LARGE")))
        return read_large(answer, lexer);
    if (bytes_equal(word, BYTES("OK")))
        return lexer_space(lexer);
    if (bytes_equal(word, BYTES("NO"))) {
        if (lexer_space(lexer) != STATUS_OK)
            return lexer->status;
        return read_failure(lexer, &answer->end->status);
    }
    answer->is_over = false;
    enum status status = report_read_line(answer->report, word, lexer, &known);
    return known ? status : STATUS_PARSE;
}

static enum status read_line(struct answer *answer, struct buffer *line)
{
    struct lexer lexer;
    struct bytes word = {0};
    uint64_t id = 0;
    if (answer->is_over)
        return STATUS_PARSE;
    lexer_init(&lexer, line->data, line->size, ANSWER_NESTING);
    lexer.status = lexer_number(&lexer, &id);
    lexer.status = lexer_space(&lexer);
    lexer.status = lexer_atom(&lexer, &word);
    if (answer->line_count > 0 && id != answer->end->id)
        lexer.status = lexer_fail(&lexer, STATUS_PARSE, "the id of the first line");
    if (lexer.status != STATUS_OK)
        return lexer.status;
    answer->end->id = id;
    enum status status = read_word(answer, &lexer, word);
    answer->line_count++;
    return status;
}

enum status job_read_report(uint8_t *octets, size_t size, struct report *report,
                            struct job_end *end)
{
    struct frame_limits limits = {.line_bytes = ANSWER_LINE_BYTES,
                                  .command_bytes = size,
                                  .literal_bytes = size,
                                  .nesting = ANSWER_NESTING};
    struct answer answer = {.report = report, .end = end};
    struct bytes input = {octets, size};
    AUTO(frame_clear) struct frame frame;
    enum status status = STATUS_OK;
    *end = (struct job_end){.status = STATUS_OK};
    frame_init(&frame, FRAME_OF_SERVER, &limits);
    while (status == STATUS_OK && input.size > 0) {
        enum frame_event event = frame_step(&frame, &input);
        if (event == FRAME_COMPLETE)
            status = read_line(&answer, &frame.buffer);
        else if (event == FRAME_BAD)
            status = frame.status == STATUS_MEMORY ? STATUS_MEMORY : STATUS_PARSE;
    }
    return status == STATUS_OK && !(answer.is_over && frame.at_start) ? STATUS_PARSE : status;
}

/* Finds where a command or a reply ends (spec/cccp.md 2). A machine that eats one octet after the
 * other and remembers only what stands in struct frame. What is wrong is remembered and the command
 * is followed to its end all the same, so that its literals are swallowed and the stream stays in
 * step. */
#include "protocol/frame.h"

#include <assert.h>

#include "protocol/lexer.h"

enum {
    AT_BEGINNING, /* the last command is over; its buffer stands until the next step */
    AT_LINE,
    AT_CR,      /* CR was there, LF must follow */
    AT_LITERAL, /* octets of a literal, kept or swallowed */
    AT_ANSWER,  /* FRAME_LITERAL or FRAME_CONTENT was said: accept or refuse */
    AT_CONTENT, /* the owner takes the octets */
    AT_NOWHERE  /* fatal */
};

/* How much of "{" number ["+"] "}" has just been seen. */
enum { TAIL_NONE, TAIL_BRACE, TAIL_DIGITS, TAIL_PLUS, TAIL_CLOSED };

enum { CONTENT_ARGUMENT = 7, BUFFER_KEPT_BYTES = 65536 };

void frame_init(struct frame *frame, enum frame_side side, const struct frame_limits *limits)
{
    *frame = (struct frame){.side = side, .limits = *limits, .at_start = true};
    buffer_init(&frame->buffer, limits->command_bytes);
}

void frame_clear(struct frame *frame)
{
    buffer_clear(&frame->buffer);
}

void frame_limit(struct frame *frame, const struct frame_limits *limits)
{
    frame->limits = *limits;
    frame->buffer.limit = limits->command_bytes;
}

struct bytes frame_tag(const struct frame *frame)
{
    struct bytes octets = buffer_bytes(&frame->buffer);
    size_t end = bytes_find(octets, 0, ' ');
    struct bytes tag = bytes_slice(octets, 0, end);
    bool whole = end < octets.size || frame->wrong == STATUS_OK;
    return whole && is_tag(tag) ? tag : (struct bytes){NULL, 0};
}

/* A new command: forgets the last one, and a large buffer with it. */
static void begin(struct frame *frame)
{
    struct frame fresh = {.side = frame->side,
                          .limits = frame->limits,
                          .buffer = frame->buffer,
                          .at_start = true,
                          .state = AT_LINE,
                          .in_ids = true};
    fresh.buffer.size = 0;
    *frame = fresh;
    if (frame->buffer.capacity > BUFFER_KEPT_BYTES)
        buffer_clear(&frame->buffer);
}

static void spoil(struct frame *frame, enum status status)
{
    if (frame->wrong == STATUS_OK)
        frame->wrong = status;
}

/* What stands here is no grammar: neither parentheses nor quotes count from here to the line end.
 */
static void spoil_grammar(struct frame *frame)
{
    spoil(frame, STATUS_PARSE);
    frame->broken = true;
}

static enum status status_too_long(const struct frame *frame)
{
    return frame->side == FRAME_OF_CLIENT ? STATUS_LIMIT_COMMAND : STATUS_LIMIT_REPLY;
}

static void keep(struct frame *frame, struct bytes octets)
{
    if (frame->wrong != STATUS_OK)
        return;
    enum status status = buffer_append(&frame->buffer, octets);
    if (status != STATUS_OK)
        spoil(frame, status == STATUS_LIMIT_REPLY ? status_too_long(frame) : status);
}

static enum frame_event finish(struct frame *frame)
{
    frame->state = frame->fatal ? AT_NOWHERE : AT_BEGINNING;
    frame->at_start = true;
    frame->status = frame->wrong;
    return frame->wrong == STATUS_OK ? FRAME_COMPLETE : FRAME_BAD;
}

static enum frame_event finish_fatal(struct frame *frame, enum status status)
{
    frame->wrong = status;
    frame->fatal = true;
    return finish(frame);
}

/* The next octet begins a physical line of the same command. */
static void next_line(struct frame *frame)
{
    frame->state = AT_LINE;
    frame->line_size = 0;
    frame->tail = TAIL_NONE;
    frame->last = 0;
}

static void enter_literal(struct frame *frame, uint64_t size)
{
    frame->left = size;
    frame->quoted = false;
    frame->in_ids = false;
    next_line(frame);
    if (size > 0)
        frame->state = AT_LITERAL;
}

/* The content of CHECK: a literal at the top, the whole of argument 7. */
static bool is_content(const struct frame *frame)
{
    return frame->side == FRAME_OF_CLIENT && frame->is_check && frame->depth == 0 &&
           frame->argument == CONTENT_ARGUMENT && frame->begins_token && frame->wrong == STATUS_OK;
}

static enum frame_event announce_content(struct frame *frame)
{
    frame->buffer.size = frame->brace_at;
    frame->literal_size = frame->number;
    frame->literal_waits = !frame->plus;
    frame->state = AT_ANSWER;
    return FRAME_CONTENT;
}

/* A literal that is part of the command: kept, or swallowed when something is wrong. */
static enum frame_event announce_string(struct frame *frame)
{
    struct buffer *buffer = &frame->buffer;
    const size_t end_bytes = 2; /* the CRLF of this line */
    size_t used = buffer->size + end_bytes;
    size_t room = used < buffer->limit ? buffer->limit - used : 0;
    bool waits = frame->side == FRAME_OF_CLIENT && !frame->plus;
    if (frame->number > room)
        spoil(frame, status_too_long(frame));
    if (!waits) {
        keep(frame, BYTES("\r\n"));
        enter_literal(frame, frame->number);
        return FRAME_MORE;
    }
    if (frame->wrong != STATUS_OK) {
        frame->refused = true;
        return finish(frame);
    }
    frame->literal_size = frame->number;
    frame->literal_waits = true;
    frame->state = AT_ANSWER;
    return FRAME_LITERAL;
}

/* The line ended with "{n}" or "{n+}". */
static enum frame_event announce(struct frame *frame)
{
    bool follows_at_once = frame->plus || frame->side == FRAME_OF_SERVER;
    if (frame->plus && frame->side == FRAME_OF_SERVER)
        return finish_fatal(frame, STATUS_PARSE);
    if (follows_at_once && frame->number > frame->limits.literal_bytes)
        return finish_fatal(frame, STATUS_LIMIT_LITERAL);
    if (frame->quoted || frame->leading_zero)
        spoil_grammar(frame);
    return is_content(frame) ? announce_content(frame) : announce_string(frame);
}

static bool line_goes_on(const struct frame *frame)
{
    if (frame->broken || frame->text || frame->quoted)
        return false;
    return (frame->depth > 0 && frame->last == ' ') || (frame->in_ids && frame->last == ',');
}

static enum frame_event end_line(struct frame *frame)
{
    if (frame->tail == TAIL_CLOSED && !frame->text)
        return announce(frame);
    if (line_goes_on(frame)) {
        keep(frame, BYTES("\r\n"));
        next_line(frame);
        return FRAME_MORE;
    }
    if (frame->quoted)
        spoil_grammar(frame);
    return finish(frame);
}

static bool verb_is(const struct frame *frame, const char *word)
{
    return bytes_equal_fold((struct bytes){frame->verb, frame->verb_size}, bytes_of_text(word));
}

/* The second word is complete: does it decide how the rest is to be read? */
static void follow_verb(struct frame *frame)
{
    static const char *const states[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    if (frame->side == FRAME_OF_CLIENT) {
        frame->is_check = verb_is(frame, "CHECK");
        return;
    }
    for (unsigned i = 0; i < sizeof states / sizeof states[0]; i++)
        frame->text = frame->text || verb_is(frame, states[i]);
}

static void follow_digit(struct frame *frame, uint8_t octet)
{
    frame->leading_zero = frame->tail == TAIL_DIGITS && (frame->leading_zero || frame->number == 0);
    frame->tail = TAIL_DIGITS;
    if (frame->number > (uint64_t)(INT64_MAX - 9) / 10)
        frame->number = INT64_MAX;
    else
        frame->number = frame->number * 10 + (octet - '0');
}

/* Does the line end with "{" number ["+"] "}"? Leading zeros are followed too: somebody else might
 * take them for a number. */
static void follow_tail(struct frame *frame, uint8_t octet)
{
    int tail = frame->tail;
    if (octet == '{') {
        frame->tail = TAIL_BRACE;
        frame->begins_token = frame->last == ' ';
        frame->brace_at = frame->buffer.size;
        frame->number = 0;
        frame->plus = false;
        frame->leading_zero = false;
    } else if (octet >= '0' && octet <= '9' && (tail == TAIL_BRACE || tail == TAIL_DIGITS)) {
        follow_digit(frame, octet);
    } else if (octet == '+' && tail == TAIL_DIGITS) {
        frame->tail = TAIL_PLUS;
        frame->plus = true;
    } else if (octet == '}' && (tail == TAIL_DIGITS || tail == TAIL_PLUS)) {
        frame->tail = TAIL_CLOSED;
    } else {
        frame->tail = TAIL_NONE;
    }
}

static void follow_quoted(struct frame *frame, uint8_t octet)
{
    if (frame->escaped)
        frame->escaped = false;
    else if (octet == '\\')
        frame->escaped = true;
    else if (octet == '"')
        frame->quoted = false;
}

static void follow_space(struct frame *frame)
{
    frame->in_ids = true;
    if (frame->depth > 0)
        return;
    if (frame->argument == 1)
        follow_verb(frame);
    frame->argument++;
}

static void follow_open(struct frame *frame)
{
    frame->in_ids = true;
    frame->depth++;
    if (frame->depth > frame->limits.nesting)
        spoil(frame, STATUS_LIMIT_NESTING);
}

static void follow(struct frame *frame, uint8_t octet)
{
    if (frame->argument == 1 && octet != ' ') {
        if (frame->verb_size < sizeof frame->verb)
            frame->verb[frame->verb_size++] = octet;
    }
    if (frame->quoted) {
        follow_quoted(frame, octet);
    } else if (octet == ' ') {
        follow_space(frame);
    } else if (octet == '(') {
        follow_open(frame);
    } else if (octet == ')') {
        frame->in_ids = false;
        frame->depth -= frame->depth > 0;
    } else if (octet == '"') {
        frame->quoted = true;
        frame->escaped = false;
        frame->in_ids = false;
    } else {
        frame->in_ids = frame->in_ids && ((octet >= '0' && octet <= ':') || octet == ',');
    }
}

static enum frame_event eat(struct frame *frame, uint8_t octet)
{
    frame->at_start = false;
    if (frame->state == AT_CR) {
        frame->state = AT_LINE;
        if (octet == '\n')
            return end_line(frame);
        spoil_grammar(frame);
        frame->tail = TAIL_NONE;
    }
    if (octet == '\r') {
        frame->state = AT_CR;
        return FRAME_MORE;
    }
    if (octet == '\n' || octet == '\0')
        spoil_grammar(frame);
    if (octet == '\n')
        return end_line(frame);
    if (frame->over)
        spoil_grammar(frame);
    if (++frame->line_size > frame->limits.line_bytes)
        spoil(frame, STATUS_LIMIT_LINE);
    if (frame->side == FRAME_OF_SERVER && frame->argument == 0 && frame->line_size == 1)
        frame->text = octet == '+' && frame->wrong == STATUS_OK;
    follow_tail(frame, octet);
    if (!frame->text && !frame->broken)
        follow(frame, octet);
    keep(frame, (struct bytes){&octet, 1});
    frame->last = octet;
    return FRAME_MORE;
}

static void eat_literal(struct frame *frame, struct bytes *input)
{
    size_t size = frame->left < input->size ? (size_t)frame->left : input->size;
    keep(frame, bytes_slice(*input, 0, size));
    *input = bytes_slice(*input, size, input->size);
    frame->left -= size;
    if (frame->left == 0)
        next_line(frame);
}

enum frame_event frame_step(struct frame *frame, struct bytes *input)
{
    assert(frame->state != AT_ANSWER && frame->state != AT_CONTENT);
    if (frame->state == AT_NOWHERE) {
        *input = (struct bytes){NULL, 0};
        return FRAME_BAD;
    }
    if (frame->state == AT_BEGINNING)
        begin(frame);
    while (input->size > 0) {
        if (frame->state == AT_LITERAL) {
            eat_literal(frame, input);
            continue;
        }
        enum frame_event event = eat(frame, input->data[0]);
        *input = bytes_slice(*input, 1, input->size);
        if (event != FRAME_MORE)
            return event;
    }
    return FRAME_MORE;
}

static bool content_is_announced(const struct frame *frame)
{
    return frame->buffer.size == frame->brace_at && is_content(frame);
}

void frame_accept(struct frame *frame)
{
    assert(frame->state == AT_ANSWER);
    if (content_is_announced(frame)) {
        frame->state = AT_CONTENT;
        return;
    }
    keep(frame, BYTES("\r\n"));
    enter_literal(frame, frame->literal_size);
}

void frame_refuse(struct frame *frame, enum status status)
{
    assert(frame->state == AT_ANSWER && status != STATUS_OK);
    spoil(frame, status);
    frame->over = true;
    if (frame->literal_waits)
        finish(frame);
    else
        enter_literal(frame, frame->literal_size);
}

void frame_content_done(struct frame *frame)
{
    assert(frame->state == AT_CONTENT);
    frame->over = true;
    enter_literal(frame, 0);
}

/* Frames. The first octet chooses the side and what is accepted, the second how the rest is cut.
 * Oracle: whole or cut, the events are the same; what is kept stays within the limit. */
#include <stdlib.h>

#include "protocol/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TRACE_BYTES = 1 << 20 };

struct play {
    struct frame frame;
    struct buffer trace;
    bool refuses_literals, refuses_content;
    uint64_t content_left;
};

static void trace(struct play *play, struct bytes octets)
{
    if (buffer_append(&play->trace, octets) != STATUS_OK)
        abort();
}

static void trace_octet(struct play *play, unsigned octet)
{
    trace(play, (struct bytes){&(uint8_t){(uint8_t)octet}, 1});
}

static void trace_event(struct play *play, enum frame_event event)
{
    const struct frame *frame = &play->frame;
    if (frame->buffer.size > frame->limits.command_bytes)
        abort();
    trace_octet(play, 'A' + event);
    trace_octet(play, (event == FRAME_BAD ? frame->status : 0) + (frame->fatal ? 128u : 0));
    trace_octet(play, frame->refused + (frame->at_start ? 2u : 0));
    if (event != FRAME_BAD)
        trace(play, buffer_bytes(&frame->buffer));
    trace(play, frame_tag(frame));
}

static void answer(struct play *play, enum frame_event event)
{
    bool refuses = event == FRAME_CONTENT ? play->refuses_content : play->refuses_literals;
    if (refuses) {
        frame_refuse(&play->frame, STATUS_TOO_BIG);
        return;
    }
    frame_accept(&play->frame);
    play->content_left = event == FRAME_CONTENT ? play->frame.literal_size : 0;
    if (event == FRAME_CONTENT && play->content_left == 0)
        frame_content_done(&play->frame);
}

/* Takes octets of an accepted content. */
static struct bytes take_content(struct play *play, struct bytes input)
{
    struct bytes taken = bytes_slice(input, 0, play->content_left);
    trace(play, taken);
    play->content_left -= taken.size;
    if (taken.size > 0 && play->content_left == 0)
        frame_content_done(&play->frame);
    return bytes_slice(input, taken.size, input.size);
}

static void feed(struct play *play, struct bytes input)
{
    while (input.size > 0 && !play->frame.fatal) {
        if (play->content_left > 0) {
            input = take_content(play, input);
            continue;
        }
        enum frame_event event = frame_step(&play->frame, &input);
        if (event == FRAME_MORE)
            continue;
        trace_event(play, event);
        if (event == FRAME_LITERAL || event == FRAME_CONTENT)
            answer(play, event);
    }
}

static void begin(struct play *play, uint8_t choice)
{
    const struct frame_limits limits = {64, 256, 64, 3};
    *play = (struct play){.refuses_literals = choice & 2, .refuses_content = choice & 4};
    buffer_init(&play->trace, TRACE_BYTES);
    frame_init(&play->frame, choice & 1 ? FRAME_OF_SERVER : FRAME_OF_CLIENT, &limits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play whole, cut;
    if (size < 2 || size > 4096)
        return 0;
    struct bytes octets = {data + 2, size - 2};
    unsigned state = data[1] + 1u;
    begin(&whole, data[0]);
    begin(&cut, data[0]);
    feed(&whole, octets);
    for (size_t at = 0; at < octets.size;) {
        state = state * 1103515245u + 12345u;
        struct bytes piece = bytes_slice(octets, at, data[1] == 0 ? 1 : 1 + (state >> 16) % 9);
        feed(&cut, piece);
        at += piece.size;
    }
    if (!bytes_equal(buffer_bytes(&whole.trace), buffer_bytes(&cut.trace)) ||
        whole.frame.at_start != cut.frame.at_start || whole.content_left != cut.content_left)
        abort();
    buffer_clear(&whole.trace);
    buffer_clear(&cut.trace);
    frame_clear(&whole.frame);
    frame_clear(&cut.frame);
    return 0;
}

/* Feeds octets to a frame in pieces and writes down what happens. However they are cut, the
 * transcript is the same: feed_all_cuts() asserts it.
 *
 *     C<buffer>     complete                    !STATUS(tag)  bad; # refused a {n}, X fatal
 *     L5            {5} waits for "+"           T5<buffer>    content {5}; T5+<buffer> content {5+}
 *     D<octets>     what the owner took of it   .  in step at the end    ~  in the middle */
#ifndef TESTS_UNIT_PROTOCOL_FEED_H
#define TESTS_UNIT_PROTOCOL_FEED_H

#include "rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/frame.h"

struct transcript {
    char text[16384];
    size_t size;
};

__attribute__((format(printf, 2, 3))) static inline void note(struct transcript *transcript,
                                                              const char *format, ...)
{
    va_list arguments;
    size_t room = sizeof transcript->text - transcript->size;
    va_start(arguments, format);
    int size = vsnprintf(transcript->text + transcript->size, room, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < room);
    transcript->size += (size_t)size;
}

/* Octets with CR, LF and NUL as letters that can be read. */
static inline void note_octets(struct transcript *transcript, struct bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.data[i];
        if (octet == '\r' || octet == '\n' || octet == '\0')
            note(transcript, "%s", octet == '\r' ? "\\r" : octet == '\n' ? "\\n" : "\\0");
        else
            note(transcript, "%c", octet);
    }
}

struct feed {
    enum frame_side side;
    struct frame_limits limits;
    enum status refuse_literal, refuse_content; /* STATUS_OK: accepted */
    /* Writes down a complete command, or one whose content follows. NULL: the octets. */
    void (*note_command)(struct transcript *transcript, struct frame *frame, bool content_follows);
};

static inline void note_buffer(const struct feed *feed, struct transcript *transcript,
                               struct frame *frame, bool content_follows)
{
    if (feed->note_command) {
        feed->note_command(transcript, frame, content_follows);
        return;
    }
    note(transcript, "<");
    note_octets(transcript, buffer_bytes(&frame->buffer));
    note(transcript, ">");
}

static inline void note_bad(struct transcript *transcript, const struct frame *frame)
{
    struct bytes tag = frame_tag(frame);
    note(transcript, "!%s", status_name(frame->status));
    if (tag.size > 0)
        note(transcript, "(%.*s)", (int)tag.size, (const char *)tag.data);
    note(transcript, "%s%s", frame->refused ? "#" : "", frame->fatal ? "X" : "");
}

static inline void answer(struct frame *frame, enum status refuse)
{
    if (refuse == STATUS_OK)
        frame_accept(frame);
    else
        frame_refuse(frame, refuse);
}

/* One piece. *content_left goes on in the next one. */
static inline void feed_piece(const struct feed *feed, struct transcript *transcript,
                              struct frame *frame, struct bytes input, uint64_t *content_left)
{
    enum frame_event event = FRAME_COMPLETE;
    while (event != FRAME_MORE && !(event == FRAME_BAD && frame->fatal)) {
        if (*content_left > 0) {
            size_t size = input.size < *content_left ? input.size : *content_left;
            note_octets(transcript, bytes_slice(input, 0, size));
            input = bytes_slice(input, size, input.size);
            *content_left -= size;
            if (*content_left > 0)
                return;
            note(transcript, ">");
            frame_content_done(frame);
        }
        event = frame_step(frame, &input);
        if (event == FRAME_COMPLETE) {
            note(transcript, "C");
            note_buffer(feed, transcript, frame, false);
        } else if (event == FRAME_BAD) {
            note_bad(transcript, frame);
        } else if (event == FRAME_LITERAL) {
            note(transcript, "L%" PRIu64, frame->literal_size);
            answer(frame, feed->refuse_literal);
        } else if (event == FRAME_CONTENT) {
            note(transcript, "T%" PRIu64 "%s", frame->literal_size,
                 frame->literal_waits ? "" : "+");
            note_buffer(feed, transcript, frame, true);
            answer(frame, feed->refuse_content);
            *content_left = feed->refuse_content == STATUS_OK ? frame->literal_size : 0;
            if (feed->refuse_content == STATUS_OK)
                note(transcript, "D<%s", *content_left > 0 ? "" : ">");
            if (feed->refuse_content == STATUS_OK && *content_left == 0)
                frame_content_done(frame);
        }
    }
}

static inline uint32_t feed_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* seed 0: pieces of step octets; else of 1..step at random. Every piece is a copy of its own, so
 * that nobody looks behind it. */
static inline void feed_cut(const struct feed *feed, struct bytes octets, size_t step,
                            uint32_t seed, struct transcript *transcript)
{
    AUTO(frame_clear) struct frame frame;
    uint64_t content_left = 0;
    transcript->size = 0;
    transcript->text[0] = '\0';
    frame_init(&frame, feed->side, &feed->limits);
    for (size_t at = 0; at < octets.size && !frame.fatal;) {
        size_t size = seed == 0 ? step : 1 + feed_random(&seed) % step;
        struct bytes piece = bytes_slice(octets, at, size);
        AUTO(rows_free) uint8_t *copy = rows_copy(piece);
        feed_piece(feed, transcript, &frame, (struct bytes){copy, piece.size}, &content_left);
        at += piece.size;
    }
    if (!frame.fatal)
        note(transcript, "%s", frame.at_start && content_left == 0 ? "." : "~");
}

static inline void feed_all_cuts(const struct feed *feed, struct bytes octets, const char *wanted)
{
    static struct transcript transcript;
    feed_cut(feed, octets, octets.size + 1, 0, &transcript);
    assert_string_equal(transcript.text, wanted);
    for (size_t step = 1; step <= octets.size && step <= 40; step++) {
        feed_cut(feed, octets, step, 0, &transcript);
        assert_string_equal(transcript.text, wanted);
    }
    for (uint32_t seed = 1; seed <= 20; seed++) {
        feed_cut(feed, octets, 1 + seed * 2, seed, &transcript);
        assert_string_equal(transcript.text, wanted);
    }
}

#endif

/* Both bodies an octet at a time: empty lines and blanks wait until it is known that something
 * stands behind them. */
#include "engines/convert/signature_body.h"

struct source {
    struct bytes original;
    const struct draft_change *change; /* the next one; NULL for the original itself */
    size_t at;                         /* of the original */
    struct bytes piece;                /* what is given now */
};

struct canonical {
    struct source source;
    bool is_relaxed;
    uint64_t breaks; /* ends of lines that wait */
    bool has_gap;    /* blanks that wait */
    unsigned half;   /* CR of a break was given */
    bool has_octet;  /* that stands behind what waits */
    uint8_t octet;
    bool has_given, is_ended;
};

static bool next_piece(struct source *source)
{
    const struct draft_change *change = source->change;
    size_t next = change != NULL ? (size_t)change->range.offset : source->original.size;

    if (source->at < next) {
        source->piece = bytes_slice(source->original, source->at, next - source->at);
        source->at = next;
        return true;
    }
    if (change == NULL)
        return false;
    source->piece = change->data;
    source->at = (size_t)(change->range.offset + change->range.size);
    source->change = change->next;
    return true;
}

/* -1: none is left. */
static int peek_octet(struct source *source)
{
    while (source->piece.size == 0) {
        if (!next_piece(source))
            return -1;
    }
    return source->piece.data[0];
}

static int take_octet(struct source *source)
{
    int octet = peek_octet(source);

    if (octet >= 0)
        source->piece = bytes_slice(source->piece, 1, SIZE_MAX);
    return octet;
}

/* Up to the next octet that is more than a blank or the end of a line. */
static void look_ahead(struct canonical *canonical)
{
    while (!canonical->has_octet && !canonical->is_ended) {
        int octet = take_octet(&canonical->source);
        bool is_break = octet == '\n';

        if (octet == '\r' && peek_octet(&canonical->source) == '\n') {
            (void)take_octet(&canonical->source);
            is_break = true;
        }
        if (octet < 0) {
            canonical->is_ended = true;
        } else if (is_break) {
            canonical->breaks++;
            canonical->has_gap = false;
        } else if (canonical->is_relaxed && (octet == ' ' || octet == '\t')) {
            canonical->has_gap = true;
        } else {
            canonical->has_octet = true;
            canonical->octet = (uint8_t)octet;
        }
    }
    if (canonical->is_ended) {
        canonical->breaks = canonical->has_given || !canonical->is_relaxed ? 1 : 0;
        canonical->has_gap = false;
        canonical->has_given = false;
    }
}

/* -1 behind the last one. */
static int next_octet(struct canonical *canonical)
{
    if (!canonical->has_octet && (!canonical->is_ended || canonical->has_given))
        look_ahead(canonical);
    if (canonical->breaks > 0) {
        canonical->half ^= 1;
        canonical->breaks -= canonical->half == 0 ? 1 : 0;
        return canonical->half == 1 ? '\r' : '\n';
    }
    if (canonical->has_octet && canonical->has_gap) {
        canonical->has_gap = false;
        return ' ';
    }
    if (!canonical->has_octet)
        return -1;
    canonical->has_octet = false;
    canonical->has_given = true;
    return canonical->octet;
}

uint64_t signature_body_common(const struct draft *draft, size_t begin, bool is_relaxed)
{
    struct canonical was = {.source = {.original = draft->message->octets, .at = begin},
                            .is_relaxed = is_relaxed};
    struct canonical is = was;
    const struct draft_change *change = draft->first;

    while (change != NULL && change->range.offset < begin)
        change = change->next;
    is.source.change = change;
    for (uint64_t common = 0;; common++) {
        int octet = next_octet(&was);

        if (octet != next_octet(&is))
            return common;
        if (octet < 0)
            return UINT64_MAX;
    }
}

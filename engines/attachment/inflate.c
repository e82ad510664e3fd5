#include "engines/attachment/inflate.h"

#include <stdlib.h>
#include <zlib.h>

enum { CHUNK = 64 * 1024, RAW = -MAX_WBITS };

struct inflater {
    z_stream stream;
    uint8_t chunk[CHUNK];
};

void inflate_free(struct inflater **inflater)
{
    if (*inflater == NULL)
        return;
    inflateEnd(&(*inflater)->stream);
    free(*inflater);
    *inflater = NULL;
}

static struct inflater *make(int window_bits)
{
    struct inflater *inflater = calloc(1, sizeof *inflater);

    if (inflater != NULL && inflateInit2(&inflater->stream, window_bits) == Z_OK)
        return inflater;
    free(inflater);
    return NULL;
}

/* The walk's one stream, at its beginning. */
static struct inflater *ready(struct walk *walk, int window_bits)
{
    if (walk->inflater == NULL)
        walk->inflater = make(window_bits);
    else if (inflateReset2(&walk->inflater->stream, window_bits) != Z_OK)
        inflate_free(&walk->inflater);
    if (walk->inflater == NULL)
        walk_out_of_memory(walk);
    return walk->inflater;
}

/* One chunk out. */
static int step(struct inflater *inflater, struct bytes packed, size_t *used)
{
    z_stream *stream = &inflater->stream;
    size_t left = packed.size - *used;
    int result;

    /* zlib 1.2.13 declares next_in without const; it only reads. */
    stream->next_in = (z_const Bytef *)(uintptr_t)(packed.data + *used);
    stream->avail_in = left < UINT32_MAX ? (uInt)left : UINT32_MAX;
    stream->next_out = inflater->chunk;
    stream->avail_out = CHUNK;
    left = stream->avail_in;
    result = inflate(stream, Z_NO_FLUSH);
    *used += left - stream->avail_in;
    return result;
}

static enum inflate_end end_of(int result)
{
    if (result == Z_STREAM_END)
        return INFLATE_ENDED;
    if (result == Z_BUF_ERROR)
        return INFLATE_MORE;
    return result == Z_MEM_ERROR ? INFLATE_STOPPED : INFLATE_BROKEN;
}

struct inflated inflate_into(struct walk *walk, struct bytes packed, struct intake *intake)
{
    struct inflated inflated = {.end = INFLATE_STOPPED, .crc = (uint32_t)crc32(0, NULL, 0)};
    struct inflater *inflater = ready(walk, RAW);
    struct bytes piece;
    int result = Z_OK;

    while (inflater != NULL && result == Z_OK) {
        result = step(inflater, packed, &inflated.used);
        piece = (struct bytes){inflater->chunk, CHUNK - inflater->stream.avail_out};
        inflated.crc = (uint32_t)crc32(inflated.crc, piece.data, (uInt)piece.size);
        if (!intake_take(intake, piece))
            return inflated;
        if (result == Z_MEM_ERROR)
            walk_out_of_memory(walk);
        inflated.end = end_of(result);
    }
    return inflated;
}

bool inflate_zlib_fits(struct walk *walk, struct bytes packed, uint64_t most)
{
    struct inflater *inflater = ready(walk, MAX_WBITS);
    uint64_t total = 0;
    size_t used = 0;
    int result = Z_OK;

    while (inflater != NULL && result == Z_OK && total <= most) {
        result = step(inflater, packed, &used);
        total += CHUNK - inflater->stream.avail_out;
    }
    return total <= most;
}

uint32_t inflate_crc(struct bytes octets)
{
    return (uint32_t)crc32_z(crc32_z(0, NULL, 0), octets.data, octets.size);
}

/* Any octets through every transfer decoder. The first three octets choose encoding, variant and
 * how the rest is cut. The oracle: the cuts change nothing, what is written fits, origins are
 * inside, ours loses least, and what is not odd is read alike by all variants. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/decode/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

struct result {
    uint8_t *octets;
    size_t size;
    bool odd;
};

static struct result decode_whole(enum transfer_encoding encoding, unsigned variant,
                                  struct bytes raw)
{
    size_t room = decode_room(encoding, variant, raw);
    struct result result = {.octets = malloc(room + 1)};

    check(result.octets != NULL, "memory");
    check(room <= decode_bound(encoding, raw.size), "the room is larger than the bound");
    result.size = decode_octets(encoding, variant, raw, result.octets, &result.odd);
    check(result.size <= room, "more than there is room for");
    return result;
}

static void check_cuts(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                       const struct result *whole, unsigned cuts)
{
    size_t total = 0, size = 0;
    struct decoding decoding;

    decoding_begin(&decoding, encoding, variant);
    for (size_t at = 0; at <= raw.size; at += size) {
        struct bytes piece;
        uint8_t *out;
        size_t count;

        cuts = cuts * 1103515245u + 12345u;
        size = 1 + (cuts >> 16) % (1 + (cuts & 63));
        piece = bytes_slice(raw, at, size);
        out = malloc(decode_bound(encoding, piece.size) + DECODING_HELD_MOST);
        check(out != NULL, "memory");
        count = at < raw.size ? decoding_take(&decoding, piece, out) : 0;
        if (at + size > raw.size || piece.size == 0)
            count += decoding_end(&decoding, out + count);
        check(total + count <= whole->size, "cut, it is more");
        check(count == 0 || memcmp(whole->octets + total, out, count) == 0, "cut, it differs");
        total += count;
        free(out);
    }
    check(total == whole->size, "cut, it is less");
    check(decoding.odd == whole->odd, "cut, it is odd in another way");
}

static void check_growing(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                          const struct result *whole)
{
    size_t room = decode_room(encoding, variant, raw);
    struct decoded grown;

    check(decode_growing(encoding, variant, raw, room, &grown) == STATUS_OK, "no room");
    check(grown.size == whole->size && memcmp(grown.octets, whole->octets, grown.size) == 0,
          "grown, it differs");
    check(grown.odd == whole->odd, "grown, it is odd in another way");
    free(grown.octets);
    check(whole->size == 0 ||
              decode_growing(encoding, variant, raw, whole->size - 1, &grown) == STATUS_LIMIT,
          "more than is allowed");
}

static void check_origins(enum transfer_encoding encoding, struct bytes raw, size_t size)
{
    uint64_t before = 0;

    for (unsigned i = 0; i < 4 && size > 0; i++) {
        struct range range = decode_origin(encoding, raw, size * i / 4, 1);

        check(range.size > 0 && range.offset + range.size <= raw.size, "an origin is outside");
        check(range.offset >= before, "origins do not ascend");
        before = range.offset;
    }
    check(decode_origin(encoding, raw, size, 1).size == 0, "an origin of nothing");
}

/* Without blanks and CR at the ends of lines. */
static void trim(struct result *result)
{
    size_t size = 0;

    for (size_t i = 0; i <= result->size; i++) {
        uint8_t octet = i < result->size ? result->octets[i] : '\n';

        while (octet == '\n' && size > 0 && strchr(" \t\r", result->octets[size - 1]) != NULL &&
               result->octets[size - 1] != 0)
            size--;
        if (i < result->size)
            result->octets[size++] = octet;
    }
    result->size = size;
}

static bool is_equal(const struct result *a, const struct result *b)
{
    return a->size == b->size && memcmp(a->octets, b->octets, a->size) == 0;
}

/* ours: of variant 0. */
static void check_variant(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                          struct result *ours)
{
    struct result other = decode_whole(encoding, variant, raw);
    const char *name = decode_variant_name(encoding, variant);

    if (encoding == ENCODING_UUENCODE || encoding == ENCODING_YENC || encoding == ENCODING_BINHEX)
        check(other.size <= ours->size, "another variant loses less");
    if (strcmp(name, "junk-ends") == 0)
        check(other.size <= ours->size && memcmp(other.octets, ours->octets, other.size) == 0,
              "what stands before the junk differs");
    if (!ours->odd && encoding == ENCODING_QUOTED_PRINTABLE && strcmp(name, "trimmed") == 0) {
        trim(ours);
        trim(&other);
    }
    check(ours->odd || is_equal(&other, ours), name);
    free(other.octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum transfer_encoding encoding;
    unsigned variant;
    struct result ours, whole;
    struct bytes raw;

    if (size < 3)
        return 0;
    encoding = (enum transfer_encoding)(data[0] % (ENCODING_UNKNOWN + 1));
    variant = data[1] % decode_variants(encoding);
    raw = (struct bytes){data + 3, size - 3};
    whole = decode_whole(encoding, variant, raw);
    check_cuts(encoding, variant, raw, &whole, data[2] + 1u);
    check_growing(encoding, variant, raw, &whole);
    ours = decode_whole(encoding, 0, raw);
    check_origins(encoding, raw, ours.size);
    check_variant(encoding, variant, raw, &ours);
    free(whole.octets);
    free(ours.octets);
    return 0;
}

/* Decodes its input for transfer_peers.py. Arguments: encoding and variant by name. Records come
 * one behind the other, 4 octets of size, the highest first, and the octets; so do the answers,
 * each behind an octet that is 1 when it is odd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/decode/transfer.h"

static const char *const names[] = {"identity", "base64", "quoted-printable",
                                    "uuencode", "yenc",   "binhex"};

static int encoding_of(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static unsigned variant_of(enum transfer_encoding encoding, const char *name)
{
    unsigned variant = 0;

    while (variant < decode_variants(encoding) &&
           strcmp(decode_variant_name(encoding, variant), name) != 0)
        variant++;
    return variant;
}

static void write_size(size_t size)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        putchar((int)(size >> shift & 255));
}

static bool answer(enum transfer_encoding encoding, unsigned variant, size_t size)
{
    uint8_t *octets = malloc(size + 1), *out;
    struct bytes raw = {octets, size};
    bool odd;

    if (octets == NULL || fread(octets, 1, size, stdin) != size)
        return false;
    out = malloc(decode_room(encoding, variant, raw) + 1);
    if (out == NULL)
        return false;
    size = decode_octets(encoding, variant, raw, out, &odd);
    putchar(odd);
    write_size(size);
    fwrite(out, 1, size, stdout);
    free(out);
    free(octets);
    return true;
}

int main(int count, char **arguments)
{
    int encoding = count == 3 ? encoding_of(arguments[1]) : -1;
    uint8_t size[4];
    unsigned variant;

    if (encoding < 0)
        return 1;
    variant = variant_of((enum transfer_encoding)encoding, arguments[2]);
    if (variant == decode_variants((enum transfer_encoding)encoding))
        return 1;
    while (fread(size, 1, sizeof size, stdin) == sizeof size) {
        if (!answer((enum transfer_encoding)encoding, variant,
                    (size_t)size[0] << 24 | (size_t)size[1] << 16 | (size_t)size[2] << 8 | size[3]))
            return 1;
    }
    return 0;
}

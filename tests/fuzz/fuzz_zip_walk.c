/* Any octets behind a local header's magic: the walk through a zip. The oracle is listing_check.h,
 * and that records of the directory which share octets are an oddity. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/listing_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t number_at(const uint8_t *data, size_t at, unsigned size)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < size; i++)
        number |= (uint64_t)data[at + i] << 8 * i;
    return number;
}

/* Where a header with so many octets before its texts ends; 0: it has not this magic, or does not
 * end before `last`. shape: those octets, where the first length of a text stands, and how many
 * there are. */
static size_t header_end(const uint8_t *data, size_t at, size_t last, const char *magic,
                         const unsigned shape[3])
{
    size_t end = at + shape[0];

    if (at > last || end > last || memcmp(data + at, magic, 4) != 0)
        return 0;
    for (unsigned i = 0; i < shape[2]; i++)
        end += number_at(data, at + shape[1] + 2 * i, 2);
    return end <= last ? end : 0;
}

/* A plain end record at the end, over a directory of two headers that name one local header. */
static bool overlaps(const uint8_t *data, size_t size)
{
    static const unsigned local[] = {30, 26, 2}, central[] = {46, 28, 3};
    size_t last = size - 22, first, second;

    if (size < 22 || memcmp(data + last, "PK\5\6", 4) != 0 || number_at(data, size - 2, 2) != 0)
        return false;
    first = number_at(data, size - 6, 4);
    if (first > last || number_at(data, size - 10, 4) != last - first)
        return false;
    second = header_end(data, first, last, "PK\1\2", central);
    return second != 0 && header_end(data, second, last, "PK\1\2", central) != 0 &&
           number_at(data, first + 42, 4) == number_at(data, second + 42, 4) &&
           header_end(data, number_at(data, first + 42, 4), size, "PK\3\4", local) != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data + (size > 0), size - (size > 0)};
    struct listing listing;
    const char *wrong = listing_check(octets, size > 0 ? data[0] : 0, &listing);

    if (wrong == NULL && overlaps(octets.data, octets.size) && listing.state < LISTING_CAPPED &&
        (listing.oddities & LISTING_OVERLAP) == 0)
        wrong = "records share octets and it is not said";
    if (wrong != NULL) {
        fprintf(stderr, "%s\n", wrong);
        abort();
    }
    return 0;
}

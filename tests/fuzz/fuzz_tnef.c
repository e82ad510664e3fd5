/* Any octets as attributes of a TNEF stream; the oracle is listing_check.h, and that only TNEF's
 * own states come out of a stream without archives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/listing_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t head[] = {0x78, 0x9F, 0x3E, 0x22, 1, 0};
    uint8_t *stream = malloc(sizeof head + size);
    struct listing listing;
    const char *wrong;

    if (stream == NULL)
        abort();
    memcpy(stream, head, sizeof head);
    if (size > 0)
        memcpy(stream + sizeof head, data, size);
    wrong = listing_check((struct bytes){stream, sizeof head + size}, 0, &listing);
    if (wrong == NULL && (listing.format == NULL || strcmp(listing.format, "tnef") != 0))
        wrong = "no TNEF";
    if (wrong != NULL) {
        fprintf(stderr, "%s\n", wrong);
        abort();
    }
    free(stream);
    return 0;
}

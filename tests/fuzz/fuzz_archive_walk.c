/* Any octets, of any kind of archive; the oracle is listing_check.h. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/listing_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data + (size > 0), size - (size > 0)};
    struct listing listing;
    const char *wrong = listing_check(octets, size > 0 ? data[0] : 0, &listing);

    if (wrong != NULL) {
        fprintf(stderr, "%s\n", wrong);
        abort();
    }
    return 0;
}

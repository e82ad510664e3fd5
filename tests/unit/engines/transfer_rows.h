/* What the transfer decoders are to make of their input: the rows of transfer_test.c. */
#ifndef TESTS_UNIT_ENGINES_TRANSFER_ROWS_H
#define TESTS_UNIT_ENGINES_TRANSFER_ROWS_H

#include "engines/decode/transfer.h"

struct transfer_row {
    const char *name;
    enum transfer_encoding encoding;
    const char *variant;
    struct bytes raw, decoded;
    bool odd; /* in variant 0 */
};

extern const struct transfer_row transfer_rows[];
extern const size_t transfer_rows_count;

#endif

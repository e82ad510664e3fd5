/* Any octets through the view; the oracle is view_check.h: ranges inside, no octet escapes, decoded
 * never larger than the body, and a report that the front would accept. The first octet chooses
 * small limits or the defaults, so that caps are reached too. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/view_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void choose_limits(struct limits *limits, uint8_t choice)
{
    limits_init(limits);
    if ((choice & 1) == 0)
        return;
    limits->parts = 10;
    limits->depth = 4;
    limits->parameters = 8;
    limits->decoded_bytes = 64;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data + (size > 0), size - (size > 0)};
    struct limits limits;
    struct message message;
    struct budget budget;
    struct report report;
    const char *wrong;

    message_warm_up();
    choose_limits(&limits, size > 0 ? data[0] : 0);
    budget_init(&budget, &limits, octets.size, 0);
    report_init(&report, limits.report_bytes);
    if (message_init(&message, octets, &budget, &report) != STATUS_OK)
        abort();
    wrong = view_check(&message);
    if (wrong == NULL && report_check(&report, octets.size, &limits) != STATUS_OK)
        wrong = "the report is not valid";
    if (wrong != NULL) {
        fprintf(stderr, "%s\n", wrong);
        abort();
    }
    message_clear(&message);
    report_clear(&report);
    return 0;
}

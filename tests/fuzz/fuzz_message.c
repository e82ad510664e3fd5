/* Any octets through the view, twice; the oracle is view_check.h: ranges inside, no octet escapes,
 * nothing kept twice, no more than the budget, and the same both times; and a report that the front
 * would accept. The first octet chooses small limits or the defaults, so that caps are reached too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/view_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct view {
    struct limits limits;
    struct budget budget;
    struct report report;
    struct message message;
};

static void choose_limits(struct limits *limits, uint8_t choice)
{
    limits_init(limits);
    if ((choice & 1) != 0) {
        limits->parts = 10;
        limits->depth = 4;
        limits->parameters = 8;
        limits->decoded_bytes = 64;
    }
    if ((choice & 2) != 0)
        limits->readings = 8;
}

static void require(const char *wrong)
{
    if (wrong == NULL)
        return;
    fprintf(stderr, "%s\n", wrong);
    abort();
}

static void make(struct view *view, struct bytes octets, uint8_t choice)
{
    choose_limits(&view->limits, choice);
    budget_init(&view->budget, &view->limits, octets.size, 0);
    report_init(&view->report, view->limits.report_bytes);
    if (message_init(&view->message, octets, &view->budget, &view->report) != STATUS_OK)
        abort();
    require(view_check(&view->message));
    if (report_check(&view->report, octets.size, &view->limits) != STATUS_OK)
        require("the report is not valid");
}

static void drop(struct view *view)
{
    message_clear(&view->message);
    report_clear(&view->report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data + (size > 0), size - (size > 0)};
    struct view view, again;

    message_warm_up();
    make(&view, octets, size > 0 ? data[0] : 0);
    make(&again, octets, size > 0 ? data[0] : 0);
    require(view_compare(&view.message, &again.message));
    drop(&view);
    drop(&again);
    return 0;
}

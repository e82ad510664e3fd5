/* The engine `attachment`: what files a message brings, by name, content and what is within them
 * (spec/engine-attachment.md). No data from outside, no scratch, nothing written. */
#include <stdio.h>
#include <stdlib.h>

#include "engines/attachment/clean.h"
#include "engines/attachment/self_test.h"
#include "engines/engine.h"

static void attachment_close(void *state)
{
    if (state == NULL)
        return;
    rules_clear(state);
    free(state);
}

static enum status attachment_open(const struct settings_view *view, const struct limits *limits,
                                   const char *scratch, void **state,
                                   struct engine_edition *edition, char why[256])
{
    struct rules *rules = calloc(1, sizeof *rules);
    enum status status;

    (void)limits;
    (void)scratch;
    *edition = (struct engine_edition){.version = "1", .source = "built in"};
    if (rules == NULL) {
        snprintf(why, 256, "out of memory");
        return STATUS_MEMORY;
    }
    listing_warm_up();
    status = rules_read(view, rules, why);
    if (status != STATUS_OK) {
        attachment_close(rules);
        return status;
    }
    *state = rules;
    return STATUS_OK;
}

const struct engine engine_attachment = {
    .name = "attachment",
    .room = ENGINE_SANDBOX,
    .settings = rules_settings,
    .open = attachment_open,
    .enter = engine_nothing_enter,
    .scan = attachment_inspect,
    .conclude = engine_nothing_conclude,
    .clean = attachment_clean,
    .self_test = attachment_self_test,
    .stale = engine_nothing_stale,
    .close = attachment_close,
};

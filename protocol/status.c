/* The tables made from STATUS_ROWS, and the client's reading of a code (spec/cccp.md 8). */
#include "protocol/status.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct status_reply replies[] = {
#define STATUS_REPLY(name, completion, code, duty, text)                                           \
    {#name, COMPLETION_##completion, code, DUTY_##duty, text},
    STATUS_ROWS(STATUS_REPLY)
#undef STATUS_REPLY
};

const struct status_reply *status_reply(enum status status)
{
    assert(status >= 0 && status < STATUS_COUNT);
    return &replies[status];
}

const char *status_name(enum status status)
{
    return status_reply(status)->name;
}

/* True when code is head, or goes on behind it with SP or "/". */
static bool code_begins(const char *code, const char *head)
{
    size_t size = strlen(head);
    return size > 0 && strncmp(code, head, size) == 0 &&
           (code[size] == '\0' || code[size] == ' ' || code[size] == '/');
}

enum duty duty_of_code(enum completion completion, const char *code)
{
    static const enum duty unknown[] = {[COMPLETION_OK] = DUTY_NONE,
                                        [COMPLETION_NO] = DUTY_RETRY,
                                        [COMPLETION_BAD] = DUTY_REPAIR,
                                        [COMPLETION_BYE] = DUTY_RETRY};
    enum duty duty = unknown[completion];
    size_t longest = 0;
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        const struct status_reply *reply = &replies[i];
        size_t size = strlen(reply->code);
        if (reply->completion == completion && size > longest && code_begins(code, reply->code)) {
            longest = size;
            duty = reply->duty;
        }
    }
    return duty;
}

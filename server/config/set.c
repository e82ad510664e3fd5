/* "limits.check-time=5s" becomes {"limits": {"check-time": "5s"}}: one way into the configuration,
 * the same checks. */
#include "server/config/set.h"

#include <stdio.h>
#include <string.h>

static void append(enum status *status, struct buffer *out, const char *text)
{
    if (*status == STATUS_OK)
        *status = buffer_append(out, bytes_of_text(text));
}

/* size octets of text in quotes. */
static void append_scalar(enum status *status, struct buffer *out, const char *text, size_t size)
{
    char copy[4100];
    snprintf(copy, sizeof copy, "%.*s", (int)(size < 4096 ? size : 4096), text);
    if (*status == STATUS_OK)
        *status = node_print_scalar(copy, out);
}

static void append_listeners(enum status *status, struct buffer *out, const char *value)
{
    append(status, out, "[");
    for (const char *at = value;; at++) {
        size_t size = strcspn(at, ",");
        append(status, out, at == value ? "{\"address\": " : ", {\"address\": ");
        append_scalar(status, out, at, size);
        append(status, out, ", \"anonymous\": \"yes\"}");
        at += size;
        if (*at == '\0')
            break;
    }
    append(status, out, "]");
}

static void append_value(enum status *status, struct buffer *out, const char *value)
{
    if (value[0] == '[' || value[0] == '{')
        append(status, out, value);
    else
        append_scalar(status, out, value, strlen(value));
}

/* "a.b=" becomes {"a": {"b": ; returns how many braces are open. */
static unsigned append_path(enum status *status, struct buffer *out, const char *set)
{
    unsigned depth = 0;
    for (const char *at = set;; at++) {
        size_t size = strcspn(at, ".=");
        append(status, out, "{");
        append_scalar(status, out, at, size);
        append(status, out, ": ");
        depth++;
        at += size;
        if (*at == '=')
            return depth;
    }
}

enum status set_write(const char *set, struct buffer *text, struct config_problem *problem)
{
    const char *equals = strchr(set, '=');
    if (equals == NULL || equals == set || strlen(set) > 4096)
        return problem_at(problem, "--set", 1, 1, "%.100s: expected section.key=value", set);
    enum status status = STATUS_OK;
    bool listeners = strncmp(set, "listeners=", 10) == 0 || strncmp(set, "listen=", 7) == 0;
    if (listeners && strncmp(equals + 1, "[{", 2) != 0) {
        append(&status, text, "{\"listeners\": ");
        append_listeners(&status, text, equals + 1);
        append(&status, text, "}");
    } else {
        unsigned depth = append_path(&status, text, set);
        append_value(&status, text, equals + 1);
        for (; depth > 0; depth--)
            append(&status, text, "}");
    }
    if (status == STATUS_MEMORY)
        return problem_memory(problem);
    if (status != STATUS_OK)
        return problem_at(problem, "--set", 1, 1, "the value is too long");
    return STATUS_OK;
}

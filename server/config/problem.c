/* Configuration errors: file, line, column, reason. */
#include "server/config/problem.h"

#include <stdarg.h>
#include <stdio.h>

static enum status problem_write(struct config_problem *problem, const char *file, unsigned line,
                                 unsigned column, const char *format, va_list arguments)
    __attribute__((format(printf, 5, 0)));

static enum status problem_write(struct config_problem *problem, const char *file, unsigned line,
                                 unsigned column, const char *format, va_list arguments)
{
    snprintf(problem->file, sizeof problem->file, "%s", file);
    problem->line = line;
    problem->column = column;
    vsnprintf(problem->reason, sizeof problem->reason, format, arguments);
    for (char *at = problem->reason; *at != '\0'; at++) /* a value may stand in it */
        *at = (unsigned char)*at < 0x20 || *at == 0x7F ? '?' : *at;
    return STATUS_INVALID;
}

enum status problem_at(struct config_problem *problem, const char *file, unsigned line,
                       unsigned column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    enum status status = problem_write(problem, file, line, column, format, arguments);
    va_end(arguments);
    return status;
}

enum status problem_of(struct config_problem *problem, const struct node *node, const char *format,
                       ...)
{
    va_list arguments;
    va_start(arguments, format);
    enum status status =
        problem_write(problem, node->file, node->line, node->column, format, arguments);
    va_end(arguments);
    return status;
}

enum status problem_memory(struct config_problem *problem)
{
    (void)problem_at(problem, "", 0, 0, "out of memory, or the configuration is too big");
    return STATUS_MEMORY;
}

void config_problem_text(const struct config_problem *problem, char text[CONFIG_PROBLEM_BYTES])
{
    if (problem->line == 0)
        snprintf(text, CONFIG_PROBLEM_BYTES, "%s: %s", problem->file, problem->reason);
    else
        snprintf(text, CONFIG_PROBLEM_BYTES, "%s:%u:%u: %s", problem->file, problem->line,
                 problem->column, problem->reason);
}

/* Slots of an engine that has nothing to do there. */
#include "engines/engine.h"

enum status engine_nothing_enter(void *state, const char *scratch)
{
    (void)state;
    (void)scratch;
    return STATUS_OK;
}

enum status engine_nothing_conclude(void *state, struct message *message, const struct job *answers,
                                    struct reporter *reporter)
{
    (void)state;
    (void)message;
    (void)answers;
    (void)reporter;
    return STATUS_OK;
}

enum status engine_nothing_clean(void *state, struct message *message, struct part *part,
                                 struct arena *arena, struct bytes *cleaned)
{
    (void)state;
    (void)message;
    (void)part;
    (void)arena;
    *cleaned = (struct bytes){0};
    return STATUS_UNSUPPORTED;
}

enum status engine_nothing_self_test(void *state, char why[256])
{
    (void)state;
    why[0] = '\0';
    return STATUS_OK;
}

bool engine_nothing_stale(void *state)
{
    (void)state;
    return false;
}

void engine_nothing_close(void *state)
{
    (void)state;
}

/* The look-up kind `wait` of test builds: the name is a number of milliseconds, the answer comes
 * after that time and is the same number. */
#include <stdlib.h>

#include "server/lookup/kind.h"

extern const struct lookup_kind lookup_wait;

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void wait_stop(struct lookup_question *question)
{
    uv_close(question->state, on_closed);
    question->state = NULL;
}

static void on_timer(uv_timer_t *timer)
{
    struct lookup_question *question = timer->data;
    wait_stop(question);
    lookup_answer(question, &question->answer.name);
}

static enum status wait_ask(struct lookup_question *question)
{
    struct bytes name = question->answer.name;
    uint64_t wait_ms = 0;
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] < '0' || name.data[i] > '9' || wait_ms > 86400000)
            return STATUS_INVALID;
        wait_ms = wait_ms * 10 + (uint64_t)(name.data[i] - '0');
    }
    uv_timer_t *timer = calloc(1, sizeof(*timer));
    if (timer == NULL)
        return STATUS_MEMORY;
    uv_timer_init(question->loop, timer);
    timer->data = question;
    question->state = timer;
    uv_timer_start(timer, on_timer, wait_ms, 0);
    return STATUS_OK;
}

const struct lookup_kind lookup_wait = {.name = "wait", .ask = wait_ask, .stop = wait_stop};

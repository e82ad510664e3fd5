/* All questions of a report at once, one deadline (lookup.h). */
#include "server/lookup/lookup.h"

#include <stdlib.h>

#include "server/lookup/kind.h"

enum { ANSWER_BYTES_MOST = 1048576 };

struct lookup {
    /* the whole life */
    uv_timer_t timer;   /* the deadline; rings at once when nothing is left to wait for */
    struct arena arena; /* questions and answers */
    struct lookup_question *questions;
    size_t count;
    /* until done or stop */
    size_t unanswered;
    void *owner;
    void (*done)(void *owner, const struct job_answer *answers, size_t count);
};

static void on_closed(uv_handle_t *handle)
{
    struct lookup *lookup = handle->data;
    arena_clear(&lookup->arena);
    free(lookup);
}

static void lookup_close(struct lookup *lookup)
{
    for (size_t i = 0; i < lookup->count; i++) {
        struct lookup_question *question = &lookup->questions[i];
        if (!question->answered && question->kind != NULL)
            question->kind->stop(question);
        question->answered = true;
    }
    uv_close((uv_handle_t *)&lookup->timer, on_closed);
}

static void on_timer(uv_timer_t *timer)
{
    struct lookup *lookup = timer->data;
    struct job_answer *answers = arena_take(&lookup->arena, (lookup->count + 1) * sizeof(*answers));
    size_t count = answers == NULL ? 0 : lookup->count;
    for (size_t i = 0; i < count; i++)
        answers[i] = lookup->questions[i].answer;
    lookup_close(lookup);
    lookup->done(lookup->owner, answers, count);
}

void lookup_answer(struct lookup_question *question, const struct bytes *value)
{
    struct lookup *lookup = question->lookup;
    question->answered = true;
    if (value != NULL) {
        const char *copy = arena_copy(&lookup->arena, *value);
        question->answer.has_value = copy != NULL;
        question->answer.value = (struct bytes){(const uint8_t *)copy, copy ? value->size : 0};
    }
    if (--lookup->unanswered == 0)
        uv_timer_start(&lookup->timer, on_timer, 0, 0);
}

static bool copy(struct arena *arena, struct bytes from, struct bytes *to)
{
    const char *octets = arena_copy(arena, from);
    *to = (struct bytes){(const uint8_t *)octets, octets == NULL ? 0 : from.size};
    return octets != NULL;
}

static bool questions_copy(struct lookup *lookup, const struct report_question *questions)
{
    for (size_t i = 0; i < lookup->count; i++) {
        struct lookup_question *question = &lookup->questions[i];
        question->lookup = lookup;
        question->loop = lookup->timer.loop;
        if (!copy(&lookup->arena, questions[i].engine, &question->answer.engine) ||
            !copy(&lookup->arena, questions[i].kind, &question->answer.kind) ||
            !copy(&lookup->arena, questions[i].name, &question->answer.name))
            return false;
    }
    return true;
}

static void questions_ask(struct lookup *lookup)
{
    for (size_t i = 0; i < lookup->count; i++) {
        struct lookup_question *question = &lookup->questions[i];
        question->kind = lookup_kind_find(question->answer.kind);
        if (question->kind == NULL || question->kind->ask(question) != STATUS_OK)
            question->answered = true;
        else
            lookup->unanswered++;
    }
}

enum status lookup_start(uv_loop_t *loop, const struct report_question *questions, size_t count,
                         uint64_t deadline_ms, void *owner,
                         void (*done)(void *owner, const struct job_answer *answers, size_t count),
                         struct lookup **result)
{
    struct lookup *lookup = calloc(1, sizeof(*lookup));
    if (lookup == NULL)
        return STATUS_MEMORY;
    arena_init(&lookup->arena, ANSWER_BYTES_MOST + count * sizeof(struct lookup_question) * 2);
    uv_timer_init(loop, &lookup->timer);
    lookup->timer.data = lookup;
    lookup->owner = owner;
    lookup->done = done;
    lookup->questions = arena_take(&lookup->arena, (count + 1) * sizeof(*lookup->questions));
    lookup->count = lookup->questions == NULL ? 0 : count;
    if (lookup->questions == NULL || !questions_copy(lookup, questions)) {
        lookup->count = 0;
        lookup_close(lookup);
        return STATUS_MEMORY;
    }
    questions_ask(lookup);
    uint64_t now = uv_now(loop);
    bool waits = lookup->unanswered > 0 && deadline_ms > now;
    uv_timer_start(&lookup->timer, on_timer, waits ? deadline_ms - now : 0, 0);
    *result = lookup;
    return STATUS_OK;
}

void lookup_stop(struct lookup **lookup)
{
    if (*lookup != NULL)
        lookup_close(*lookup);
    *lookup = NULL;
}

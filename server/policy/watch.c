/* The files behind lists and tables, looked at by one piece of work at a time. A round has all
 * files of one configuration; while its work runs only the thread touches them, otherwise only the
 * loop.
 *
 *     resting ─timer→ looking ─done→ resting
 *                     looking ─another configuration, stop→ dropped ─done→ freed */
#include "server/policy/watch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/log.h"

/* One file. */
struct watched {
    enum list_kind kind;
    size_t number;    /* in config->lists or config->tables */
    const char *name; /* "staff" */
    const char *path;
    struct list_file tried; /* what was read last, well or not; zeroed: it was not there */
    /* what the work found, until the loop has taken it */
    bool changed;
    struct list *fresh;            /* NULL: it could not be read */
    struct config_problem problem; /* then */
};

struct round {
    uv_work_t work;
    struct watch *watch;
    struct config *config;
    struct watched *files;
    size_t count;
    bool running, dropped;
};

struct watch {
    uv_timer_t timer;
    struct config *config;
    struct round *round; /* NULL: not made yet */
    unsigned open;       /* the timer, and rounds that run */
    void *owner;
    void (*used)(void *owner);
};

static void round_free(struct round **round)
{
    struct round *old = *round;
    *round = NULL;
    if (old == NULL)
        return;
    for (size_t i = 0; i < old->count; i++)
        list_unref(&old->files[i].fresh);
    free(old->files);
    config_unref(&old->config);
    free(old);
}

static void add_files(struct round *round, enum list_kind kind, const struct config_list *rows,
                      size_t count, struct list *const *lists)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].file != NULL)
            round->files[round->count++] = (struct watched){.kind = kind,
                                                            .number = i,
                                                            .name = rows[i].name,
                                                            .path = rows[i].file,
                                                            .tried = list_file(lists[i])};
}

static struct round *round_new(struct watch *watch)
{
    struct config *config = watch->config;
    struct round *round = calloc(1, sizeof *round);
    size_t most = config->list_count + config->table_count;
    if (round == NULL)
        return NULL;
    round->files = calloc(most + 1, sizeof *round->files);
    round->watch = watch;
    round->config = config_ref(config);
    if (round->files == NULL) {
        round_free(&round);
        return NULL;
    }
    add_files(round, LIST_PLAIN, config->lists, config->list_count, config->sets->lists);
    add_files(round, LIST_TABLE, config->tables, config->table_count, config->sets->tables);
    return round;
}

static bool file_is_settled(const struct list_file *file)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - file->changed_ns;
    return age_ns < 0 || age_ns >= (int64_t)WATCH_SETTLED_MS * 1000000;
}

/* In libuv's thread pool. */
static void on_work(uv_work_t *work)
{
    struct round *round = work->data;
    for (size_t i = 0; i < round->count; i++) {
        struct watched *file = &round->files[i];
        struct list_file now = {.size = 0};
        bool there = list_file_now(file->path, &now);
        if (list_file_equal(&now, &file->tried) || (there && !file_is_settled(&now)))
            continue;
        file->changed = true;
        file->tried = now;
        if (list_read(file->kind, file->path, &file->fresh, &file->problem) == STATUS_OK)
            file->tried = list_file(file->fresh);
    }
}

static void log_refused(const struct watched *file)
{
    struct log_line line;
    char text[CONFIG_PROBLEM_BYTES];
    config_problem_text(&file->problem, text);
    log_begin(&line, LOG_LEVEL_ERROR, "list.refused");
    log_text(&line, "list", file->name);
    log_text(&line, "why", text);
    log_end(&line);
}

static void log_used(const struct watched *file)
{
    struct log_line line;
    log_begin(&line, LOG_LEVEL_INFO, "list.used");
    log_text(&line, "list", file->name);
    log_number(&line, "entries", (int64_t)list_count(file->fresh));
    log_end(&line);
}

/* Puts one file's new list into the configuration's set; true when it is there. */
static bool file_use(struct round *round, struct watched *file)
{
    struct lists *set = NULL;
    if (!file->changed)
        return false;
    file->changed = false;
    if (file->fresh == NULL) {
        log_refused(file);
        return false;
    }
    log_used(file);
    if (lists_replace(round->config->sets, file->kind, file->number, file->fresh, &set) !=
        STATUS_OK) {
        list_unref(&file->fresh);
        file->tried = (struct list_file){.size = 0}; /* out of memory: the next look tries again */
        return false;
    }
    file->fresh = NULL;
    lists_unref(&round->config->sets);
    round->config->sets = set;
    return true;
}

static void watch_close(struct watch *watch)
{
    if (--watch->open > 0)
        return;
    config_unref(&watch->config);
    free(watch);
}

static void on_looked(uv_work_t *work, int error)
{
    struct round *round = work->data;
    struct watch *watch = round->watch;
    bool used = false;
    round->running = false;
    if (round->dropped) {
        round_free(&round);
        watch_close(watch);
        return;
    }
    for (size_t i = 0; i < round->count && error == 0; i++)
        used = file_use(round, &round->files[i]) || used;
    watch->open--; /* never the last one: the timer is open as long as the round is not dropped */
    if (used)
        watch->used(watch->owner);
}

void watch_look(struct watch *watch)
{
    if (watch->round == NULL)
        watch->round = round_new(watch);
    struct round *round = watch->round;
    if (round == NULL || round->running || round->count == 0)
        return;
    round->work.data = round;
    if (uv_queue_work(watch->timer.loop, &round->work, on_work, on_looked) != 0)
        return;
    round->running = true;
    watch->open++;
}

static void on_timer(uv_timer_t *timer)
{
    watch_look(timer->data);
}

enum status watch_start(uv_loop_t *loop, struct config *config, void *owner,
                        void (*used)(void *owner), struct watch **watch)
{
    struct watch *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    *made = (struct watch){.config = config_ref(config), .open = 1, .owner = owner, .used = used};
    uv_timer_init(loop, &made->timer);
    made->timer.data = made;
    uv_timer_start(&made->timer, on_timer, WATCH_EVERY_MS, WATCH_EVERY_MS);
    *watch = made;
    return STATUS_OK;
}

/* Whatever the round finds is not wanted any more. */
static void drop_round(struct watch *watch)
{
    struct round *round = watch->round;
    watch->round = NULL;
    if (round != NULL && round->running)
        round->dropped = true;
    else
        round_free(&round);
}

void watch_configure(struct watch *watch, struct config *config)
{
    struct config *old = watch->config;
    drop_round(watch);
    watch->config = config_ref(config);
    config_unref(&old);
}

static void on_closed(uv_handle_t *handle)
{
    watch_close(handle->data);
}

void watch_stop(struct watch **watch)
{
    struct watch *old = *watch;
    *watch = NULL;
    if (old == NULL)
        return;
    drop_round(old);
    uv_close((uv_handle_t *)&old->timer, on_closed);
}

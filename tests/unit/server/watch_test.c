/* Files behind lists: read again when they change, kept when they are broken (spec/policy.md 3.4).
 * The test looks when it wants to; time is what it gives the files. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_support.h"
#include "server/log.h"
#include "server/policy/watch.h"

struct scene {
    char folder[64], list[96], log[96];
    struct config *config;
    uv_loop_t loop;
    struct watch *watch;
    unsigned used;
};

static void on_used(void *owner)
{
    ((struct scene *)owner)->used++;
}

/* As if it had been written that long ago. */
static void put_file(const struct scene *scene, const char *text, time_t ago_s)
{
    struct timespec times[2];
    FILE *file = fopen(scene->list, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= ago_s;
    times[1] = times[0];
    assert_int_equal(utimensat(AT_FDCWD, scene->list, times, 0), 0);
}

static struct config *configured(const struct scene *scene)
{
    char text[256];
    snprintf(text, sizeof text, "lists: {inline: {entries: [i.example]}, x: {file: %s}}\n",
             scene->list);
    return config_made(text);
}

static void scene_open(struct scene *scene)
{
    *scene = (struct scene){.folder = "/tmp/cccpd-watch-XXXXXX"};
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->list, sizeof scene->list, "%s/list", scene->folder);
    snprintf(scene->log, sizeof scene->log, "%s/log", scene->folder);
    assert_int_equal(log_open(LOG_TEXT, scene->log), STATUS_OK);
    put_file(scene, "a.example\n", 100);
    scene->config = configured(scene);
    assert_int_equal(uv_loop_init(&scene->loop), 0);
    assert_int_equal(watch_start(&scene->loop, scene->config, scene, on_used, &scene->watch),
                     STATUS_OK);
}

/* Until the work is done: the timer alone is left, and it is not due. */
static void look(struct scene *scene)
{
    watch_look(scene->watch);
    while (uv_loop_alive(&scene->loop) && uv_backend_timeout(&scene->loop) >= 0) {
        uv_run(&scene->loop, UV_RUN_NOWAIT);
        if (scene->loop.active_reqs.count == 0)
            break;
    }
}

static bool has(const struct scene *scene, const char *domain)
{
    int number = lists_find(scene->config, BYTES("x"));
    return list_has(scene->config->sets->lists[number], bytes_of_text(domain));
}

/* Log lines of that event. */
static unsigned logged(const struct scene *scene, const char *event)
{
    char line[1024];
    unsigned count = 0;
    FILE *file = fopen(scene->log, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        count += strstr(line, event) != NULL;
    assert_int_equal(fclose(file), 0);
    return count;
}

static void scene_close(struct scene *scene)
{
    watch_stop(&scene->watch);
    uv_run(&scene->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&scene->loop), 0);
    config_unref(&scene->config);
    log_close();
    (void)unlink(scene->list);
    assert_int_equal(unlink(scene->log), 0);
    assert_int_equal(rmdir(scene->folder), 0);
}

static void test_change(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    look(&scene);
    assert_int_equal(scene.used, 0);
    struct lists *before = lists_ref(scene.config->sets);
    put_file(&scene, "b.example\n", 50);
    look(&scene);
    assert_int_equal(scene.used, 1);
    assert_true(has(&scene, "b.example") && !has(&scene, "a.example"));
    assert_true(list_has(before->lists[1], BYTES("a.example")));
    assert_ptr_equal(before->lists[0], scene.config->sets->lists[0]);
    lists_unref(&before);
    look(&scene);
    assert_int_equal(scene.used, 1);
    assert_int_equal(logged(&scene, "list.used"), 1);
    scene_close(&scene);
}

static void test_broken(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    put_file(&scene, "b.example\n?\n", 50);
    look(&scene);
    look(&scene);
    assert_int_equal(scene.used, 0);
    assert_true(has(&scene, "a.example"));
    assert_int_equal(logged(&scene, "list.refused"), 1);
    assert_int_equal(logged(&scene, "/list:2:1: found"), 1);
    put_file(&scene, "?\n", 40);
    look(&scene);
    assert_int_equal(logged(&scene, "list.refused"), 2);
    put_file(&scene, "c.example\n", 30);
    look(&scene);
    assert_int_equal(scene.used, 1);
    assert_true(has(&scene, "c.example"));
    scene_close(&scene);
}

static void test_gone(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_int_equal(unlink(scene.list), 0);
    look(&scene);
    look(&scene);
    assert_true(has(&scene, "a.example"));
    assert_int_equal(logged(&scene, "list.refused"), 1);
    put_file(&scene, "b.example\n", 20);
    look(&scene);
    assert_true(has(&scene, "b.example"));
    scene_close(&scene);
}

static void test_settled(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    put_file(&scene, "b.example\n", 0);
    look(&scene);
    assert_true(has(&scene, "a.example"));
    put_file(&scene, "b.example\n", -100);
    look(&scene);
    assert_true(has(&scene, "b.example"));
    scene_close(&scene);
}

static void test_configure(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    put_file(&scene, "b.example\n", 50);
    watch_look(scene.watch);
    struct config *old = scene.config;
    scene.config = configured(&scene);
    watch_configure(scene.watch, scene.config);
    look(&scene);
    assert_int_equal(scene.used, 0);
    assert_true(has(&scene, "b.example"));
    config_unref(&old);
    put_file(&scene, "c.example\n", 40);
    look(&scene);
    assert_true(has(&scene, "c.example"));
    scene_close(&scene);
}

/* The same text read again while `before` is in use. */
static struct config *reloaded(const struct scene *scene, const struct config *before)
{
    char text[256];
    struct config_source source;
    struct config_problem problem;
    struct config *config = NULL;
    snprintf(text, sizeof text, "lists: {new: {entries: []}, y: {file: %s}}\n", scene->list);
    assert_int_equal(config_source_open(&source, NULL, NULL, 0, &problem), STATUS_OK);
    struct config_text texts[] = {source.texts[0], {.name = "t.yaml", .text = bytes_of_text(text)}};
    struct config_source both = {.texts = texts, .text_count = 2, .before = before};
    assert_int_equal(config_new(&both, &config, &problem), STATUS_OK);
    config_source_close(&source);
    return config;
}

static void test_reload(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    struct config *same = reloaded(&scene, scene.config);
    assert_ptr_equal(same->sets->lists[1], scene.config->sets->lists[1]);
    put_file(&scene, "b.example\n", 50);
    struct config *other = reloaded(&scene, same);
    assert_true(list_has(other->sets->lists[1], BYTES("b.example")));
    assert_true(list_has(same->sets->lists[1], BYTES("a.example")));
    config_unref(&same);
    config_unref(&other);
    assert_true(has(&scene, "a.example"));
    scene_close(&scene);
}

/* Stopped while it looks: nothing is called, nothing is left. */
static void test_stop(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    put_file(&scene, "b.example\n", 50);
    watch_look(scene.watch);
    scene_close(&scene);
    assert_int_equal(scene.used, 0);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "3.4 a file that changed", test_change);
    rows_add_one(&rows, "3.4 a broken file is logged once for each change", test_broken);
    rows_add_one(&rows, "3.4 a file that is gone for a while", test_gone);
    rows_add_one(&rows, "3.4 a file that may still be written", test_settled);
    rows_add_one(&rows, "3.4 another configuration while it looks", test_configure);
    rows_add_one(&rows, "3.4 a reload takes over what is the same", test_reload);
    rows_add_one(&rows, "3.4 stopped while it looks", test_stop);
    return rows_run("watch", &rows, argc, argv);
}

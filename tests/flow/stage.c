#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/crypto/password.h"
#include "server/front/address.h"
#include "server/log.h"
#include "server/worker/pool.h"

enum { SETS_MOST = 32, PATIENCE_MS = 30000 };

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

uint64_t stage_deadline(struct stage *stage)
{
    uv_update_time(&stage->loop);
    return uv_now(&stage->loop) + PATIENCE_MS;
}

void stage_turn(struct stage *stage, uint64_t end, const char *what)
{
    uv_run(&stage->loop, UV_RUN_ONCE);
    if (uv_now(&stage->loop) > end)
        fail_msg("waited in vain for: %s", what);
}

static struct config *read_configuration(struct stage *stage, const char *yaml,
                                         const char *const *sets, struct config_source *source)
{
    char path[96], runtime[96];
    const char *all[SETS_MOST] = {runtime, "server.workers=1", "engines.clamav.enabled=no",
                                  "engines.attachment.enabled=no", "engines.scripted.enabled=yes"};
    size_t count = 5;
    struct config_problem problem;
    struct config *config = NULL;
    snprintf(path, sizeof(path), "%s/cccpd.yaml", stage->folder);
    snprintf(runtime, sizeof(runtime), "server.runtime-dir=%s/run", stage->folder);
    if (yaml == NULL)
        all[count++] = "listeners=127.0.0.1:0";
    for (; sets != NULL && *sets != NULL; sets++)
        all[count++] = *sets;
    if (yaml != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(yaml, file);
        fclose(file);
    }
    if (config_source_open(source, yaml != NULL ? path : NULL, all, count, &problem) != STATUS_OK ||
        config_new(source, &config, &problem) != STATUS_OK)
        fail_msg("%s:%u:%u: %s", problem.file, problem.line, problem.column, problem.reason);
    return config;
}

static void on_generation(void *owner, uint64_t generation, bool usable, const char *why)
{
    struct stage *stage = owner;
    (void)generation;
    if (!usable)
        fail_msg("no generation: %s", why);
    stage->generations++;
}

static void on_part_closed(void *owner)
{
    ((struct stage *)owner)->open--;
}

static void on_drained(void *owner)
{
    ((struct stage *)owner)->drained = true;
}

void stage_start_from(struct stage *stage, const char *yaml, const char *const *sets)
{
    struct config_source source;
    char why[256];
    *stage = (struct stage){.open = 2};
    signal(SIGPIPE, SIG_IGN);
    strcpy(stage->folder, "/tmp/cccpd-flow-XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    assert_int_equal(uv_loop_init(&stage->loop), 0);
    uv_timer_init(&stage->loop, &stage->tick);
    uv_timer_start(&stage->tick, on_tick, 2, 2);
    stage->config = read_configuration(stage, yaml, sets, &source);
    assert_int_equal(password_init(&stage->loop), STATUS_OK);
    struct pool_callbacks callbacks = {
        .owner = stage, .on_generation = on_generation, .on_closed = on_part_closed};
    assert_int_equal(pool_start(&stage->loop, stage->config, &source, &callbacks, &stage->pool),
                     STATUS_OK);
    config_source_close(&source);
    struct house_settings house = {.loop = &stage->loop,
                                   .config = stage->config,
                                   .pool = stage->pool,
                                   .flush = connection_flush};
    assert_int_equal(house_new(&house, &stage->house), STATUS_OK);
    struct listeners_settings listeners = {
        .loop = &stage->loop, .config = stage->config, .house = stage->house};
    if (listeners_start(&listeners, &stage->listeners, why) != STATUS_OK)
        fail_msg("%s", why);
    STAGE_UNTIL(stage, stage->generations == 1);
}

void stage_start(struct stage *stage, const char *const *sets)
{
    stage_start_from(stage, NULL, sets);
}

void stage_reload(struct stage *stage, const char *yaml, const char *const *sets)
{
    struct config_source source;
    char why[256];
    struct config *config = read_configuration(stage, yaml, sets, &source);
    if (listeners_configure(stage->listeners, config, why) != STATUS_OK)
        fail_msg("%s", why);
    house_configure(stage->house, config);
    assert_int_equal(pool_reload(stage->pool, config, &source), STATUS_OK);
    config_source_close(&source);
    config_unref(&stage->config);
    stage->config = config;
}

static int on_file(const char *path, const struct stat *found, int type, struct FTW *place)
{
    (void)found;
    (void)type;
    (void)place;
    return remove(path);
}

void stage_stop(struct stage *stage)
{
    if (!stage->drained)
        house_drain(stage->house, stage, on_drained);
    STAGE_UNTIL(stage, stage->drained);
    pool_stop(stage->pool);
    listeners_stop(stage->listeners, stage, on_part_closed);
    STAGE_UNTIL(stage, stage->open == 0);
    house_free(&stage->house);
    config_unref(&stage->config);
    password_clear();
    uv_close((uv_handle_t *)&stage->tick, NULL);
    uv_run(&stage->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&stage->loop), 0);
    nftw(stage->folder, on_file, 16, FTW_DEPTH | FTW_PHYS);
}

void client_connect(struct stage *stage, unsigned listener, struct client *client)
{
    struct address address;
    const char *text = listeners_address(stage->listeners, listener);
    assert_non_null(text);
    assert_int_equal(address_parse(text, &address), STATUS_OK);
    *client = (struct client){.stage = stage};
    buffer_init(&client->got, SIZE_MAX);
    client->fd = socket(address.socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (const struct sockaddr *)&address.socket, address.size),
                     0);
    assert_int_equal(fcntl(client->fd, F_SETFL, O_NONBLOCK), 0);
}

void client_close(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    buffer_clear(&client->got);
}

void client_send_octets(struct client *client, struct bytes octets)
{
    for (uint64_t end = stage_deadline(client->stage); octets.size > 0;) {
        ssize_t sent = send(client->fd, octets.data, octets.size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            client->ended = true;
            return;
        }
        if (sent > 0)
            octets = bytes_slice(octets, (size_t)sent, octets.size - (size_t)sent);
        else
            stage_turn(client->stage, end, "the server reads");
    }
}

void client_send(struct client *client, const char *text)
{
    client_send_octets(client, bytes_of_text(text));
}

void client_read(struct client *client)
{
    uint8_t octets[16384];
    ssize_t size;
    while ((size = recv(client->fd, octets, sizeof(octets), 0)) > 0)
        assert_int_equal(buffer_append(&client->got, (struct bytes){octets, (size_t)size}),
                         STATUS_OK);
    if (size == 0 || errno != EAGAIN)
        client->ended = true;
}

/* Offset behind the text in what was got, 0: not there. */
static size_t find(const struct client *client, const char *text)
{
    const uint8_t *at = client->got.size > 0
                            ? memmem(client->got.data, client->got.size, text, strlen(text))
                            : NULL;
    return at != NULL ? (size_t)(at - client->got.data) + strlen(text) : 0;
}

void client_expect(struct client *client, const char *text)
{
    uint64_t end = stage_deadline(client->stage);
    uv_run(&client->stage->loop, UV_RUN_NOWAIT);
    uv_run(&client->stage->loop, UV_RUN_NOWAIT);
    while (find(client, text) == 0) {
        client_read(client);
        if (find(client, text) == 0 && client->ended)
            fail_msg("ended before \"%s\"; got \"%.*s\"", text, (int)client->got.size,
                     (const char *)client->got.data);
        if (find(client, text) == 0)
            stage_turn(client->stage, end, text);
    }
    buffer_drop(&client->got, find(client, text));
}

void client_expect_end(struct client *client)
{
    uint64_t end = stage_deadline(client->stage);
    while (!client->ended) {
        stage_turn(client->stage, end, "the end of the connection");
        client_read(client);
    }
    if (client->got.size > 0)
        fail_msg("before the end came \"%.*s\"", (int)client->got.size,
                 (const char *)client->got.data);
}

void client_check(struct client *client, const char *tag, const char *txn, const char *subject)
{
    char text[1024];
    snprintf(text, sizeof(text),
             "%s CHECK \"%s\" inbound (SENDER \"a@x.example\") ((1 \"b@y.example\")) () {%zu+}\r\n"
             "Subject: %s\r\n\r\nbody\r\n\r\n",
             tag, txn, strlen(subject) + 19, subject);
    client_send(client, text);
}

int stage_main(int argc, char **argv, const char *name, const struct CMUnitTest *tests,
               size_t count)
{
    if (argc > 1 && strcmp(argv[1], "--loader") == 0)
        loader_main();
    return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
}

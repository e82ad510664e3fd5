/* The exposition's grammar (Prometheus text format 0.0.4), and real requests over loopback. */
#include <ctype.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/metrics.h"
#include "tests/unit/protocol/rows.h"

static struct engine_edition editions[] = {
    {.version = "1.4.6 \"x\" \\ \n", .signatures = 12, .date = 1000, .only_builtin = true},
    {.version = "2"}};
static const char *edition_names[] = {"clamav", "other"};
static struct pool_state pool = {.generation = 3,
                                 .workers = 2,
                                 .running = 1,
                                 .queued = 7,
                                 .crashes = 5,
                                 .editions = editions,
                                 .edition_names = edition_names,
                                 .edition_count = 2};
static const char *not_ready; /* NULL: ready */

static bool is_ready(void *owner, const char **why)
{
    (void)owner;
    *why = not_ready;
    return not_ready == NULL;
}

static const struct pool_state *pool_of(void *owner)
{
    return owner;
}

static const struct metrics_source source = {.owner = &pool, .ready = is_ready, .pool = pool_of};

static void fill_metrics(void)
{
    metrics = (struct metrics){.checks = 4};
    metrics.verdicts[VERDICT_INFECTED] = 2;
    metrics.recipients[DISPOSITION_QUARANTINE] = 9;
    not_ready = NULL;
}

static char *exposition(const struct metrics_source *from)
{
    struct buffer out;
    buffer_init(&out, 1 << 18);
    assert_int_equal(metrics_write(from, &out), STATUS_OK);
    assert_int_equal(buffer_append_octet(&out, '\0'), STATUS_OK);
    return (char *)out.data;
}

static size_t name_length(const char *text)
{
    size_t length = 0;
    while (isalpha((unsigned char)text[length]) || text[length] == '_' ||
           (length > 0 && isdigit((unsigned char)text[length])))
        length++;
    return length;
}

/* {key="value",…}: the octet behind it, or NULL. */
static const char *skip_labels(const char *at)
{
    if (*at != '{')
        return at;
    do {
        at++;
        size_t length = name_length(at);
        if (length == 0 || at[length] != '=' || at[length + 1] != '"')
            return NULL;
        for (at += length + 2; *at != '"'; at++) {
            if (*at == '\0' || *at == '\n')
                return NULL;
            if (*at == '\\' && strchr("\\\"n", *++at) == NULL)
                return NULL;
        }
        at++;
    } while (*at == ',');
    return *at == '}' ? at + 1 : NULL;
}

/* One family: its HELP, its TYPE, then its samples and nothing else between them. */
struct family {
    char name[80];
    char type[16];
};

static void check_sample(const struct family *family, const char *line)
{
    size_t length = name_length(line), base = strlen(family->name);
    assert_true(length >= base);
    assert_memory_equal(line, family->name, base);
    bool histogram = strcmp(family->type, "histogram") == 0;
    const char *suffix = line + base;
    if (histogram)
        assert_true(strncmp(suffix, "_bucket{", 8) == 0 || strncmp(suffix, "_sum ", 5) == 0 ||
                    strncmp(suffix, "_count ", 7) == 0);
    else
        assert_int_equal(length, base);
    if (strcmp(family->type, "counter") == 0)
        assert_string_equal(family->name + base - 6, "_total");
    const char *value = skip_labels(line + length);
    assert_non_null(value);
    assert_int_equal(*value, ' ');
    char *end = NULL;
    (void)strtod(value + 1, &end);
    assert_true(end > value + 1 && *end == '\n');
}

/* Returns the number of families. */
static size_t check_grammar(const char *text)
{
    static struct family families[128];
    size_t count = 0;
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        struct family *family = &families[count > 0 ? count - 1 : 0];
        assert_non_null(strchr(line, '\n'));
        if (*line != '#') {
            assert_true(count > 0);
            check_sample(family, line);
            continue;
        }
        struct family next;
        assert_int_equal(sscanf(line, "# HELP %79s", next.name), 1);
        line = strchr(line, '\n') + 1;
        char again[80];
        assert_int_equal(sscanf(line, "# TYPE %79s %15s", again, next.type), 2);
        assert_string_equal(next.name, again);
        assert_int_equal(name_length(next.name), strlen(next.name));
        assert_non_null(strstr("counter gauge histogram", next.type));
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(families[i].name, next.name);
        assert_true(count < 128);
        families[count++] = next;
    }
    return count;
}

static void test_grammar(void **state)
{
    (void)state;
    fill_metrics();
    char *text = exposition(&source);
    assert_in_range(check_grammar(text), 36, 127);
    static const char *const wanted[] = {
        "\ncccpd_build_info{version=\"" CCCPD_VERSION "\"} 1\n",
        "\ncccpd_ready 1\n",
        "\ncccpd_checks_total 4\n",
        "\ncccpd_messages_total{verdict=\"infected\"} 2\n",
        "\ncccpd_messages_total{verdict=\"clean\"} 0\n",
        "\ncccpd_recipients_total{disposition=\"quarantine\"} 9\n",
        "\ncccpd_engine_info{engine=\"clamav\",version=\"1.4.6 \\\"x\\\" \\\\ ?\"} 1\n",
        "\ncccpd_engine_builtin_only{engine=\"clamav\"} 1\n",
        "\ncccpd_signature_age_seconds{engine=\"clamav\"} ",
        "\ncccpd_workers 2\n",
        "\ncccpd_queue_depth 7\n",
        "\ncccpd_worker_crashes_total 5\n",
        "\ncccpd_generation 3\n"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_non_null(strstr(text, wanted[i]));
    assert_null(strstr(text, "cccpd_signature_age_seconds{engine=\"other\"}"));
    free(text);
}

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
        count++;
    return count;
}

/* spec/monitoring.md has a row for each family, and no other. */
static void test_page(void **state)
{
    (void)state;
    static char page[1 << 18];
    fill_metrics();
    char *text = exposition(&source);
    FILE *file = fopen(SOURCE_ROOT "/spec/monitoring.md", "r");
    assert_non_null(file);
    assert_true(fread(page, 1, sizeof page - 1, file) > 0);
    assert_int_equal(fclose(file), 0);
    for (const char *at = text; (at = strstr(at, "# HELP ")) != NULL; at++) {
        char name[80], type[16], begin[128], end[256];
        int help = 0;
        assert_int_equal(sscanf(at, "# HELP %79s %n", name, &help), 1);
        assert_int_equal(sscanf(strchr(at, '\n') + 1, "# TYPE %*s %15s", type), 1);
        snprintf(begin, sizeof begin, "\n| `%s` | %s | ", name, type);
        snprintf(end, sizeof end, " | %.*s |\n", (int)strcspn(at + help, "\n"), at + help);
        const char *row = strstr(page, begin);
        assert_non_null(row);
        const char *rest = strstr(row, end);
        assert_ptr_equal(strchr(row + 1, '\n'), rest + strlen(end) - 1);
    }
    assert_int_equal(occurrences(page, "\n| `cccpd_"), occurrences(text, "# HELP "));
    free(text);
}

static void test_without_pool(void **state)
{
    (void)state;
    const struct metrics_source without = {.owner = NULL, .ready = is_ready, .pool = pool_of};
    fill_metrics();
    not_ready = "starting";
    char *text = exposition(&without);
    assert_in_range(check_grammar(text), 18, 35);
    assert_non_null(strstr(text, "\ncccpd_ready 0\n"));
    free(text);
}

static void test_full(void **state)
{
    (void)state;
    struct buffer out;
    fill_metrics();
    buffer_init(&out, 1000);
    assert_int_equal(metrics_write(&source, &out), STATUS_LIMIT_REPLY);
    buffer_clear(&out);
}

/* 0.0005 s, 1 ms, 1.5 ms, 3 s and 100 s. */
static void test_histogram(void **state)
{
    (void)state;
    static const double seconds[] = {0.0005, 0.001, 0.0015, 3, 100};
    fill_metrics();
    for (size_t i = 0; i < 5; i++)
        metrics_check(seconds[i]);
    char *text = exposition(&source);
    assert_non_null(strstr(text, "\ncccpd_check_seconds_bucket{le=\"0.001\"} 2\n"));
    assert_non_null(strstr(text, "\ncccpd_check_seconds_bucket{le=\"0.002\"} 3\n"));
    assert_non_null(strstr(text, "\ncccpd_check_seconds_bucket{le=\"2.048\"} 3\n"));
    assert_non_null(strstr(text, "\ncccpd_check_seconds_bucket{le=\"4.096\"} 4\n"));
    assert_non_null(strstr(text, "\ncccpd_check_seconds_bucket{le=\"16.384\"} 4\n"));
    assert_non_null(strstr(text, "\ncccpd_check_seconds_bucket{le=\"+Inf\"} 5\n"));
    assert_non_null(strstr(text, "\ncccpd_check_seconds_sum 103.003000\n"));
    assert_non_null(strstr(text, "\ncccpd_check_seconds_count 5\n"));
    free(text);
}

/* --- over a socket --- */

struct visitor {
    uv_poll_t poll;
    int fd;
    char answer[1 << 18];
    size_t size;
    bool ended;
};

static void on_answer(uv_poll_t *poll, int status, int events)
{
    struct visitor *visitor = poll->data;
    (void)events;
    /* not 0: reset, as a server does that closes before it has read everything */
    ssize_t size = status != 0 ? 0
                               : recv(visitor->fd, visitor->answer + visitor->size,
                                      sizeof visitor->answer - 1 - visitor->size, 0);
    if (size > 0) {
        visitor->size += (size_t)size;
        visitor->answer[visitor->size] = '\0';
        return;
    }
    visitor->ended = true;
    uv_close((uv_handle_t *)poll, NULL);
    uv_stop(poll->loop);
}

static int connect_to(const struct sockaddr *name, socklen_t size)
{
    int fd = socket(name->sa_family, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, name, size), 0);
    return fd;
}

static int connect_port(unsigned port)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return connect_to((struct sockaddr *)&name, sizeof name);
}

/* Sends a request and runs the loop until the server has closed. */
static char *ask(uv_loop_t *loop, int fd, const char *request)
{
    static struct visitor visitor;
    visitor = (struct visitor){.fd = fd};
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    assert_int_equal(uv_poll_init(loop, &visitor.poll, fd), 0);
    visitor.poll.data = &visitor;
    assert_int_equal(uv_poll_start(&visitor.poll, UV_READABLE, on_answer), 0);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_run(loop, UV_RUN_NOWAIT);
    assert_true(visitor.ended);
    close(fd);
    return visitor.answer;
}

static void end_loop(uv_loop_t *loop, struct metrics_http **http)
{
    metrics_http_stop(http);
    assert_null(*http);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(loop), 0);
}

struct request_row {
    const char *name;
    const char *request;
    const char *not_ready;
    const char *status; /* begins the answer */
    const char *holds;
};

#define CLOSE "Host: x\r\nConnection: close\r\n\r\n"

static const struct request_row request_rows[] = {
    {"alive", "GET /livez HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 200 ", "\r\n\r\nalive\n"},
    {"alive though not ready", "GET /livez HTTP/1.1\r\n" CLOSE, "starting", "HTTP/1.1 200 ",
     "\r\n\r\nalive\n"},
    {"ready", "GET /readyz HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 200 ", "\r\n\r\nready\n"},
    {"not ready says why", "GET /readyz HTTP/1.1\r\n" CLOSE, "loading signatures", "HTTP/1.1 503 ",
     "\r\n\r\nloading signatures\n"},
    {"metrics", "GET /metrics HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 200 ",
     "\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"},
    {"metrics with a query", "GET /metrics?x=y HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 200 ",
     "\ncccpd_workers 2\n"},
    {"metrics in HTTP/1.0", "GET /metrics HTTP/1.0\r\n\r\n", NULL, "HTTP/1.", " 200 "},
    {"only the head", "HEAD /livez HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 200 ",
     "Content-Length: 6\r\n"},
    {"nothing there", "GET /quarantine HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 404 ", "/metrics"},
    {"nothing at the root", "GET / HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 404 ", "/metrics"},
    {"a path that climbs", "GET /../../etc/passwd HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 404 ",
     "/metrics"},
    {"no posting", "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n" CLOSE "abc", NULL,
     "HTTP/1.1 405 ", "\r\nAllow: GET, HEAD\r\n"},
    {"no deleting", "DELETE /metrics HTTP/1.1\r\n" CLOSE, NULL, "HTTP/1.1 405 ",
     "\r\nAllow: GET, HEAD\r\n"},
    {"a body that nobody asked for", "GET /livez HTTP/1.1\r\nContent-Length: 3\r\n" CLOSE "abc",
     NULL, "HTTP/1.1 200 ", "\r\n\r\nalive\n"},
    {"no HTTP at all", "CHECK 1 2 3 4\r\n\r\n", NULL, "", ""},
};

static void test_request(void **state)
{
    const struct request_row *row = *state;
    uv_loop_t loop;
    struct metrics_http *http = NULL;
    char why[256] = "";
    fill_metrics();
    not_ready = row->not_ready;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(metrics_http_start(&loop, "127.0.0.1:0", &source, &http, why), STATUS_OK);
    char *answer = ask(&loop, connect_port(metrics_http_port(http)), row->request);
    assert_int_equal(strncmp(answer, row->status, strlen(row->status)), 0);
    assert_non_null(strstr(answer, row->holds));
    const char *body = strstr(answer, "\r\n\r\n");
    if (strncmp(row->request, "GET /metrics HTTP/1.1", 21) == 0)
        assert_in_range(check_grammar(body + 4), 36, 127);
    end_loop(&loop, &http);
}

/* A head that never ends is refused with what a connection may use. */
static void test_long_head(void **state)
{
    (void)state;
    static char request[20000] = "GET /livez HTTP/1.1\r\nX: ";
    uv_loop_t loop;
    struct metrics_http *http = NULL;
    char why[256];
    fill_metrics();
    memset(request + strlen(request), 'a', sizeof request - 1 - strlen(request));
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(metrics_http_start(&loop, "127.0.0.1:0", &source, &http, why), STATUS_OK);
    char *answer = ask(&loop, connect_port(metrics_http_port(http)), request);
    assert_null(strstr(answer, " 200 "));
    end_loop(&loop, &http);
}

/* Many idle connections do not keep the next one from being closed or served, nor leak. */
static void test_crowd(void **state)
{
    (void)state;
    uv_loop_t loop;
    struct metrics_http *http = NULL;
    char why[256];
    int crowd[48];
    fill_metrics();
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(metrics_http_start(&loop, "127.0.0.1:0", &source, &http, why), STATUS_OK);
    for (size_t i = 0; i < 48; i++) {
        crowd[i] = connect_port(metrics_http_port(http));
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    for (size_t i = 0; i < 48; i++) {
        close(crowd[i]);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    char *answer = ask(&loop, connect_port(metrics_http_port(http)), "GET /livez HTTP/1.0\r\n\r\n");
    assert_non_null(strstr(answer, " 200 "));
    int open = connect_port(metrics_http_port(http));
    uv_run(&loop, UV_RUN_NOWAIT);
    end_loop(&loop, &http);
    close(open);
}

static void test_unix(void **state)
{
    (void)state;
    uv_loop_t loop;
    struct metrics_http *http = NULL;
    char why[256], address[128], folder[] = "/tmp/cccpd-http-test-XXXXXX";
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    fill_metrics();
    assert_non_null(mkdtemp(folder));
    snprintf(name.sun_path, sizeof name.sun_path, "%s/http", folder);
    snprintf(address, sizeof address, "unix:%s", name.sun_path);
    assert_int_equal(uv_loop_init(&loop), 0);
    for (int i = 0; i < 2; i++) { /* the second takes over what the first left */
        assert_int_equal(metrics_http_start(&loop, address, &source, &http, why), STATUS_OK);
        int fd = connect_to((struct sockaddr *)&name, sizeof name);
        assert_non_null(strstr(ask(&loop, fd, "GET /readyz HTTP/1.0\r\n\r\n"), "ready\n"));
        metrics_http_stop(&http);
        uv_run(&loop, UV_RUN_DEFAULT);
    }
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(unlink(name.sun_path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void test_taken(void **state)
{
    (void)state;
    uv_loop_t loop;
    struct metrics_http *first = NULL, *second = NULL;
    char why[256], address[32], wanted[96];
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(metrics_http_start(&loop, "127.0.0.1:0", &source, &first, why), STATUS_OK);
    snprintf(address, sizeof address, "127.0.0.1:%u", metrics_http_port(first));
    assert_int_equal(metrics_http_start(&loop, address, &source, &second, why), STATUS_IO);
    snprintf(wanted, sizeof wanted, "http %s: Address already in use", address);
    assert_string_equal(why, wanted);
    assert_null(second);
    end_loop(&loop, &first);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    signal(SIGPIPE, SIG_IGN);
    rows_add_one(&rows, "format: every family once, every sample in its family", test_grammar);
    rows_add_one(&rows, "format: the page lists every family", test_page);
    rows_add_one(&rows, "format: without a pool", test_without_pool);
    rows_add_one(&rows, "format: a full buffer is said", test_full);
    rows_add_one(&rows, "format: the histogram adds up", test_histogram);
    ROWS_ADD(&rows, request_rows, test_request);
    rows_add_one(&rows, "a head that never ends", test_long_head);
    rows_add_one(&rows, "a crowd that says nothing", test_crowd);
    rows_add_one(&rows, "over a Unix socket, twice", test_unix);
    rows_add_one(&rows, "the address is taken", test_taken);
    return rows_run("metrics", &rows, argc, argv);
}

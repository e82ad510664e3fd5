/* The blocking face against a server of another process, over a Unix socket. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"

/* What the server says on one connection: at once, then when a CHECK has come; then it closes. */
struct act {
    const char *greeting, *answer;
};

struct stage {
    char folder[32], path[64], address[80];
    pid_t pid;
};

static void act_play(int fd, const struct act *act)
{
    char octets[4096];
    size_t size = 0;
    (void)!write(fd, act->greeting, strlen(act->greeting));
    while (act->answer && size + 1 < sizeof(octets)) {
        ssize_t more = read(fd, octets + size, sizeof(octets) - 1 - size);
        if (more <= 0)
            break;
        size += (size_t)more;
        octets[size] = '\0';
        if (strstr(octets, "c\r\n\r\n")) { /* the content's end, and the command's */
            (void)!write(fd, act->answer, strlen(act->answer));
            break;
        }
    }
    close(fd);
}

static void stage_open(struct stage *stage, const struct act *acts, unsigned count)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    snprintf(stage->folder, sizeof(stage->folder), "/tmp/cccp-test.XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    snprintf(stage->path, sizeof(stage->path), "%s/socket", stage->folder);
    snprintf(stage->address, sizeof(stage->address), "unix:%s", stage->path);
    snprintf(local.sun_path, sizeof(local.sun_path), "%s", stage->path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(fd, (struct sockaddr *)&local, sizeof(local)), 0);
    assert_return_code(listen(fd, 5), 0);
    stage->pid = fork();
    assert_return_code(stage->pid, 0);
    if (stage->pid == 0) {
        for (unsigned i = 0; i < count; i++)
            act_play(accept(fd, NULL, NULL), &acts[i]);
        _exit(0);
    }
    close(fd);
}

static void stage_close(struct stage *stage)
{
    assert_int_equal(waitpid(stage->pid, NULL, 0), stage->pid);
    unlink(stage->path);
    rmdir(stage->folder);
}

#define ANSWER(tag) tag " RES 1:2 DELIVER ()\r\n" tag " " REPORT_CLEAN tag " OK [DONE] 2\r\n"

/* Opens, checks once, closes; the result's status, or that of opening. */
static enum cccp_status check_once(const struct act *acts, unsigned count, unsigned retries,
                                   enum cccp_disposition *disposition)
{
    struct stage stage;
    struct cccp_client *client = NULL;
    struct cccp_result *result = NULL;
    struct cccp_options options = {.retries = retries};
    struct cccp_request request = fake_request();
    char error[256];
    request.deadline_ms = 20000;
    stage_open(&stage, acts, count);
    enum cccp_status status =
        cccp_open(stage.address, &options, 10000, &client, error, sizeof(error));
    if (status == CCCP_OK) {
        status = cccp_check(client, &request, &result);
        assert_non_null(result);
        *disposition = cccp_result_recipient(result, 2)->disposition;
    }
    cccp_result_unref(&result);
    cccp_close(&client);
    stage_close(&stage);
    return status;
}

static void test_check(void **state)
{
    static const struct act acts[] = {{GREETING(LIMITS), ANSWER("c0.1")}};
    enum cccp_disposition disposition = CCCP_DEFER;
    (void)state;
    assert_int_equal(check_once(acts, 1, 0, &disposition), CCCP_OK);
    assert_int_equal(disposition, CCCP_DELIVER);
}

static void test_again(void **state)
{
    static const struct act acts[] = {{GREETING(LIMITS), "c0.1 RES 1:2 DELIVER ()\r\n"},
                                      {GREETING(LIMITS), ANSWER("c0.2")}};
    enum cccp_disposition disposition = CCCP_DEFER;
    (void)state;
    assert_int_equal(check_once(acts, 2, 1, &disposition), CCCP_OK);
    assert_int_equal(disposition, CCCP_DELIVER);
}

static void test_lost(void **state)
{
    static const struct act acts[] = {{GREETING(LIMITS), "c0.1 RES 1:2 DELIVER ()\r\n"}};
    enum cccp_disposition disposition = CCCP_DELIVER;
    (void)state;
    assert_int_equal(check_once(acts, 1, 0, &disposition), CCCP_LOST);
    assert_int_equal(disposition, CCCP_DEFER);
}

static void test_full(void **state)
{
    static const struct act acts[] = {{"* BYE [OVERLOADED] full\r\n", NULL}};
    enum cccp_disposition disposition = CCCP_DEFER;
    (void)state;
    assert_int_equal(check_once(acts, 1, 0, &disposition), CCCP_UNREACHABLE);
}

static void test_not_admitted(void **state)
{
    static const struct act acts[] = {{"* OK [CAPABILITY CCCP1 AUTH=PLAIN " LIMITS "] x\r\n", NULL}};
    enum cccp_disposition disposition = CCCP_DEFER;
    (void)state;
    assert_int_equal(check_once(acts, 1, 0, &disposition), CCCP_REFUSED);
}

struct address_row {
    const char *name;
    const char *address;
    enum cccp_status status;
};

static const struct address_row address_rows[] = {
    {"4.1 nobody listens", "unix:/nonexistent/socket", CCCP_UNREACHABLE},
    {"4.1 no path", "unix:", CCCP_INVALID},
    {"4.1 no port", "127.0.0.1", CCCP_INVALID},
    {"4.1 an empty port", "127.0.0.1:", CCCP_INVALID},
    {"4.1 v6 without brackets", "::1:10030", CCCP_INVALID},
    {"4.1 brackets without end", "[::1:10030", CCCP_INVALID},
    {"4.1 a name in brackets", "[localhost]:10030", CCCP_UNREACHABLE},
};

static void test_address(void **state)
{
    const struct address_row *row = *state;
    struct cccp_client *client = NULL;
    char error[256] = "";
    assert_int_equal(cccp_open(row->address, NULL, 5000, &client, error, sizeof(error)),
                     row->status);
    assert_null(client);
    assert_string_not_equal(error, "");
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, address_rows, test_address);
    rows_add_one(&rows, "8 a check", test_check);
    rows_add_one(&rows, "8 the same check again on another connection", test_again);
    rows_add_one(&rows, "8 lost", test_lost);
    rows_add_one(&rows, "4.2 BYE for a greeting", test_full);
    rows_add_one(&rows, "4.2 an identity is wanted", test_not_admitted);
    return rows_run("blocking", &rows, argc, argv);
}

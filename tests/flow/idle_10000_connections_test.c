/* What an idle connection costs: 10,000 of them (fewer where the descriptors do not suffice), heap
 * measured before and after; the server still answers. */
#include <malloc.h>
#include <stdio.h>
#include <sys/resource.h>

#include "server/metrics.h"
#include "stage.h"

enum { MOST = 10000, OURS_BYTES = 2048 };

static void test_idle(void **state)
{
    static struct client clients[MOST];
    static const char *const sets[] = {"limits.connections=20000", NULL};
    struct stage stage;
    struct rlimit limit;
    (void)state;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    unsigned count = limit.rlim_cur / 2 < MOST + 100 ? (unsigned)limit.rlim_cur / 2 - 100 : MOST;
    stage_start(&stage, sets);
    client_connect(&stage, 0, &clients[0]);
    client_expect(&clients[0], "\r\n");
    size_t before = mallinfo2().uordblks;
    for (unsigned i = 1; i < count; i++) {
        client_connect(&stage, 0, &clients[i]);
        client_expect(&clients[i], "\r\n");
        client_send(&clients[i], "a1 NOOP\r\n");
        client_expect(&clients[i], "a1 OK");
        client_expect(&clients[i], "\r\n");
        buffer_clear(&clients[i].got);
    }
    size_t each = (mallinfo2().uordblks - before) / (count - 1);
    print_message("%u idle connections: %zu octets each\n", count, each);
    assert_int_equal(metrics.connections, count);
    assert_true(each <= OURS_BYTES);
    client_send(&clients[count / 2], "a2 NOOP\r\n");
    client_expect(&clients[count / 2], "a2 OK");
    for (unsigned i = 0; i < count; i++)
        client_close(&clients[i]);
    STAGE_UNTIL(&stage, metrics.connections == 0);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {{"design 8 idle connections", test_idle, NULL, NULL, NULL}};
    return stage_main(argc, argv, "idle connections", tests, 1);
}

/* The client goes away while its message is being looked at. */
#include <sys/socket.h>

#include "server/front/content.h"
#include "server/metrics.h"
#include "stage.h"

#define SPIN "X-Script: spin\r\nSubject: never ready"

static const char unix_socket[] = "listeners:\n"
                                  "  - {address: 'unix:one.sock', anonymous: yes}\n";

static bool runs(const struct stage *stage)
{
    return pool_state(stage->pool)->running == 1;
}

/* Gone altogether: nobody is left to answer, the work of an anonymous client stops at once. */
static void leave(struct stage *stage)
{
    struct client client;
    client_connect(stage, 0, &client);
    client_expect(&client, "\r\n");
    client_check(&client, "a1", "t1", "x\r\n" SPIN);
    STAGE_UNTIL(stage, runs(stage));
    struct linger reset = {.l_onoff = 1};
    setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    client_close(&client);
    STAGE_UNTIL(stage, metrics.connections == 0);
    STAGE_UNTIL(stage, !runs(stage) && content_reserved() == 0);
    client_connect(stage, 0, &client);
    client_check(&client, "a1", "t1", "the worker is a new one");
    client_expect(&client, "a1 RES 1 DELIVER");
    client_close(&client);
}

static void test_reset(void **state)
{
    struct stage stage;
    (void)state;
    stage_start(&stage, NULL);
    leave(&stage);
    stage_stop(&stage);
}

static void test_unix(void **state)
{
    struct stage stage;
    (void)state;
    stage_start_from(&stage, unix_socket, NULL);
    leave(&stage);
    stage_stop(&stage);
}

/* Half of it closed first: the server cannot read any more, and notices all the same. */
static void test_half_then_all(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start_from(&stage, unix_socket, NULL);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    client_check(&client, "a1", "t1", "x\r\n" SPIN);
    assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
    STAGE_UNTIL(&stage, runs(&stage));
    client_close(&client);
    STAGE_UNTIL(&stage, metrics.connections == 0 && !runs(&stage));
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"6.4 a reset", test_reset, NULL, NULL, NULL},
        {"6.4 a Unix socket closed", test_unix, NULL, NULL, NULL},
        {"6.4 its half closed, then all", test_half_then_all, NULL, NULL, NULL},
    };
    return stage_main(argc, argv, "client leaves", tests, 3);
}

/* The limits on connections: what is over them is told and closed, and room comes back. */
#include "server/metrics.h"
#include "stage.h"

static void test_all(void **state)
{
    static const char *const sets[] = {"limits.connections=2", NULL};
    struct stage stage;
    struct client clients[3];
    (void)state;
    stage_start(&stage, sets);
    for (unsigned i = 0; i < 3; i++) {
        client_connect(&stage, 0, &clients[i]);
        client_expect(&clients[i], i < 2 ? "* PREAUTH " : "* BYE [OVERLOADED]");
    }
    client_expect(&clients[2], "\r\n");
    client_expect_end(&clients[2]);
    client_close(&clients[0]);
    STAGE_UNTIL(&stage, metrics.connections == 1);
    client_close(&clients[2]);
    client_connect(&stage, 0, &clients[2]);
    client_expect(&clients[2], "* PREAUTH ");
    client_close(&clients[1]);
    client_close(&clients[2]);
    stage_stop(&stage);
}

static void test_one_address(void **state)
{
    static const char *const sets[] = {"limits.connections-per-address=1", NULL};
    struct stage stage;
    struct client first, second;
    (void)state;
    stage_start(&stage, sets);
    client_connect(&stage, 0, &first);
    client_expect(&first, "* PREAUTH ");
    client_connect(&stage, 0, &second);
    client_expect(&second, "* BYE [OVERLOADED]");
    client_close(&second);
    client_close(&first);
    STAGE_UNTIL(&stage, metrics.connections == 0);
    client_connect(&stage, 0, &first);
    client_expect(&first, "* PREAUTH ");
    client_close(&first);
    stage_stop(&stage);
}

/* Connect and close, as a load balancer does. */
static void test_probes(void **state)
{
    struct stage stage;
    (void)state;
    stage_start(&stage, NULL);
    uint64_t before = metrics.connections_total;
    for (unsigned i = 0; i < 500; i++) {
        struct client client;
        client_connect(&stage, 0, &client);
        client_close(&client);
    }
    STAGE_UNTIL(&stage, metrics.connections_total == before + 500 && metrics.connections == 0);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"limits.connections", test_all, NULL, NULL, NULL},
        {"limits.connections-per-address", test_one_address, NULL, NULL, NULL},
        {"probes leave nothing behind", test_probes, NULL, NULL, NULL},
    };
    return stage_main(argc, argv, "too many connections", tests, 3);
}

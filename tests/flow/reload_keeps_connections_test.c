/* A reload changes sockets, limits and generation under open connections, and none notices. */
#include "stage.h"

#define CHECK_ONE "  - {address: 'unix:one.sock', anonymous: yes}\n"
#define CHECK_TWO "  - {address: 'unix:two.sock', anonymous: yes}\n"

static void test_sockets(void **state)
{
    struct stage stage;
    struct client before, after, other;
    char one[128];
    (void)state;
    stage_start_from(&stage, "listeners:\n" CHECK_ONE, NULL);
    strcpy(one, listeners_address(stage.listeners, 0));
    client_connect(&stage, 0, &before);
    client_expect(&before, "* PREAUTH ");
    client_send(&before, "a1 NO"); /* in the middle of a command */
    stage_reload(&stage, "listeners:\n" CHECK_ONE CHECK_TWO, NULL);
    assert_string_equal(listeners_address(stage.listeners, 0), one);
    client_send(&before, "OP\r\n");
    client_expect(&before, "a1 OK");
    client_connect(&stage, 0, &after);
    client_expect(&after, "* PREAUTH ");
    client_connect(&stage, 1, &other);
    client_expect(&other, "* PREAUTH ");
    STAGE_UNTIL(&stage, stage.generations == 2);
    stage_reload(&stage, "listeners:\n" CHECK_TWO, NULL);
    assert_null(listeners_address(stage.listeners, 1));
    client_check(&after, "a2", "t1", "its socket is gone");
    client_expect(&after, "a2 OK [DONE]");
    client_check(&before, "a2", "t1", "its socket is gone");
    client_expect(&before, "a2 OK [DONE]");
    STAGE_UNTIL(&stage, stage.generations == 3);
    client_close(&before);
    client_close(&after);
    client_close(&other);
    stage_stop(&stage);
}

/* The second socket cannot be had, so the first one's change is not made either. */
static void test_refused(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start_from(&stage, "listeners:\n" CHECK_ONE, NULL);
    struct config *old = stage.config;
    char why[256] = "";
    struct config config = *stage.config;
    struct config_listener rows[2] = {stage.config->listeners[0], stage.config->listeners[0]};
    rows[0].address = "unix:/nowhere/at/all.sock";
    rows[1].address = "127.0.0.1:0";
    config.listeners = rows;
    config.listener_count = 2;
    assert_int_equal(listeners_configure(stage.listeners, &config, why), STATUS_IO);
    assert_string_equal(why, "unix:/nowhere/at/all.sock: bind: No such file or directory");
    rows[0].address = "127.0.0.1:0";
    rows[1].address = "unix:/nowhere/at/all.sock";
    assert_int_equal(listeners_configure(stage.listeners, &config, why), STATUS_IO);
    assert_null(listeners_address(stage.listeners, 1));
    client_connect(&stage, 0, &client);
    client_expect(&client, "* PREAUTH ");
    assert_ptr_equal(stage.config, old);
    client_close(&client);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"A6 sockets come and go, connections stay", test_sockets, NULL, NULL, NULL},
        {"A6 a refused reload changes nothing", test_refused, NULL, NULL, NULL},
    };
    return stage_main(argc, argv, "reload", tests, 2);
}

/* A client that has said everything closes its sending half and waits. */
#include <sys/socket.h>

#include "server/front/content.h"
#include "stage.h"

static void test_answers(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, NULL);
    client_connect(&stage, 0, &client);
    client_check(&client, "a1", "t1", "one");
    client_check(&client, "a2", "t2", "two");
    client_send(&client, "a3 NOOP \"x\"\r\n");
    assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
    client_expect(&client, "* PREAUTH ");
    client_expect(&client, "a3 OK [TAG \"x\"]");
    STAGE_UNTIL(&stage, (client_read(&client), client.ended));
    assert_non_null(memmem(client.got.data, client.got.size, "a1 OK [DONE]", 12));
    assert_non_null(memmem(client.got.data, client.got.size, "a2 OK [DONE]", 12));
    client_close(&client);
    stage_stop(&stage);
}

static void test_cut_in_a_command(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, NULL);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    client_send(&client, "a1 NOO");
    assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
    client_expect_end(&client);
    client_close(&client);
    stage_stop(&stage);
}

static void test_cut_in_a_content(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, NULL);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    client_send(&client,
                "a1 CHECK t inbound () ((1 \"b@y.example\")) () {100000+}\r\nSubject: x\r\n");
    STAGE_UNTIL(&stage, content_reserved() >= 100000);
    assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
    client_expect_end(&client);
    assert_int_equal(content_reserved(), 0);
    client_close(&client);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"4.7 the answers come, then the end", test_answers, NULL, NULL, NULL},
        {"4.7 cut in a command", test_cut_in_a_command, NULL, NULL, NULL},
        {"4.7 cut in a content: the budget comes back", test_cut_in_a_content, NULL, NULL, NULL},
    };
    return stage_main(argc, argv, "half close", tests, 3);
}

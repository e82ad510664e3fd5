/* Deadlines are absolute: a client that says too little in too long a time is told so and closed,
 * one that does not take its answers is closed. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "stage.h"

static const char *const quick[] = {
    "limits.command-time=1s", "limits.idle-time=2s", "limits.write-time=1s", "limits.report=64K",
    "limits.reply=64K",       "limits.output=1M",    "limits.rate=1M",       NULL};

/* Sends one octet of the text in each turn until the server ends it. */
static void drip(struct client *client, const char *text)
{
    uint64_t end = stage_deadline(client->stage);
    size_t at = 0, length = strlen(text);
    while (!client->ended && client->got.size == 0) {
        client_send_octets(client, (struct bytes){(const uint8_t *)text + at % length, 1});
        at++;
        stage_turn(client->stage, end, "the end of patience");
        client_read(client);
    }
}

static void test_command(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, quick);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    client_send(&client, "a1 NOOP \"");
    drip(&client, "x");
    client_expect(&client, "* BYE [TIMEOUT]");
    client_expect(&client, "\r\n");
    client_expect_end(&client);
    client_close(&client);
    stage_stop(&stage);
}

static void test_content(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, quick);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    client_send(&client, "a1 CHECK t inbound () ((1 \"b@y.example\")) () {200000+}\r\n");
    drip(&client, "x");
    client_expect(&client, "* BYE [TIMEOUT]");
    client_close(&client);
    stage_stop(&stage);
}

static void test_many_commands_are_not_one(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, quick);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    uint64_t until = uv_now(&stage.loop) + 3500;
    client_send(&client, "a1 NO");
    while (uv_now(&stage.loop) < until) { /* never between commands */
        client_send(&client, "OP\r\na1 NO");
        client_expect(&client, "a1 OK");
    }
    client_send(&client, "OP\r\n");
    client_expect(&client, "a1 OK");
    client_close(&client);
    stage_stop(&stage);
}

static void test_idle(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, quick);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    client_expect(&client, "* BYE [TIMEOUT]");
    client_close(&client);
    stage_stop(&stage);
}

/* Sends and never reads: the server stops reading, waits, and closes. */
static void test_answers_not_taken(void **state)
{
    static char block[60000];
    struct stage stage;
    struct client client;
    int small = 4096;
    (void)state;
    stage_start(&stage, quick);
    client_connect(&stage, 0, &client);
    setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    size_t size = 0;
    while (size + 20 < sizeof(block))
        size += (size_t)snprintf(block + size, 20, "a1 CAPABILITY\r\n");
    uint64_t end = stage_deadline(&stage);
    for (;;) {
        ssize_t sent = send(client.fd, block, size - size % 15, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            break;
        stage_turn(&stage, end, "the server closes");
    }
    client_close(&client);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"4.5 a command octet by octet", test_command, NULL, NULL, NULL},
        {"4.5 a content below the rate", test_content, NULL, NULL, NULL},
        {"4.5 each command has its own time", test_many_commands_are_not_one, NULL, NULL, NULL},
        {"4.5 silence", test_idle, NULL, NULL, NULL},
        {"4.5 answers that are not taken", test_answers_not_taken, NULL, NULL, NULL},
    };
    return stage_main(argc, argv, "slow client", tests, 5);
}

/* A listener that requires PROXY v2 takes nothing else, and from its proxies only. */
#include <sys/socket.h>

#include "stage.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define V4 SIGNATURE "\x21\x11\0\x0c\xc0\x00\x02\x01\x7f\x00\x00\x01\x12\x67\x27\x2e"
#define LOCAL SIGNATURE "\x20\x00\0\0"

static const char yaml[] = "listeners:\n"
                           "  - {address: '127.0.0.1:0', anonymous: yes, proxy: required, "
                           "proxy-from: [127.0.0.0/8]}\n"
                           "  - {address: '[::1]:0', anonymous: yes, proxy: required, "
                           "proxy-from: [192.0.2.0/24]}\n"
                           "limits: {handshake-time: 1s, connections-per-address: 1}\n";

static void test_taken(void **state)
{
    static const struct bytes headers[] = {{(const uint8_t *)V4, 28}, {(const uint8_t *)LOCAL, 16}};
    struct stage stage;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    for (unsigned i = 0; i < 2; i++) {
        struct client client;
        client_connect(&stage, 0, &client);
        for (size_t at = 0; at < headers[i].size; at++) {
            client_read(&client);
            assert_int_equal(client.got.size, 0);
            client_send_octets(&client, bytes_slice(headers[i], at, 1));
            stage_turn(&stage, stage_deadline(&stage), "nothing");
        }
        /* Nobody from outside is anonymous because the proxy is on this machine. */
        client_expect(&client, i == 0 ? "* OK " : "* PREAUTH ");
        client_send(&client, "a1 NOOP\r\n");
        client_expect(&client, "a1 OK");
        client_close(&client);
    }
    stage_stop(&stage);
}

static void test_command_behind_header(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    client_connect(&stage, 0, &client);
    client_send_octets(&client, (struct bytes){(const uint8_t *)V4 "a1 NOOP\r\n", 28 + 9});
    client_expect(&client, "a1 OK");
    client_close(&client);
    stage_stop(&stage);
}

/* The count is of the address that the proxy names, not of the proxy. */
static void test_counted_by_named_peer(void **state)
{
    struct stage stage;
    struct client first, second, other;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    client_connect(&stage, 0, &first);
    client_send_octets(&first, (struct bytes){(const uint8_t *)V4, 28});
    client_expect(&first, "* OK ");
    client_send(&first, "a1 STATUS t\r\n");
    client_expect(&first, "a1 NO [NOPERM]");
    client_connect(&stage, 0, &second);
    client_send_octets(&second, (struct bytes){(const uint8_t *)V4, 28});
    client_expect(&second, "* BYE [OVERLOADED]");
    client_connect(&stage, 0, &other);
    client_send_octets(&other, (struct bytes){(const uint8_t *)LOCAL, 16});
    client_expect(&other, "* PREAUTH ");
    client_close(&first);
    client_close(&second);
    client_close(&other);
    stage_stop(&stage);
}

static void test_refused(void **state)
{
    static const char *const words[] = {"a1 NOOP\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"};
    struct stage stage;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    for (unsigned i = 0; i < 2; i++) {
        struct client client;
        client_connect(&stage, 0, &client);
        client_send(&client, words[i]);
        client_expect_end(&client);
        client_close(&client);
    }
    stage_stop(&stage);
}

static void test_silence(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    client_connect(&stage, 0, &client);
    client_expect_end(&client);
    client_close(&client);
    stage_stop(&stage);
}

static void test_unknown_proxy(void **state)
{
    struct stage stage;
    struct client client;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    client_connect(&stage, 1, &client);
    client_send_octets(&client, (struct bytes){(const uint8_t *)V4, 28});
    client_expect_end(&client);
    client_close(&client);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"4.1 a header octet by octet", test_taken, NULL, NULL, NULL},
        {"4.1 a command behind the header", test_command_behind_header, NULL, NULL, NULL},
        {"4.1 counted by the peer it names", test_counted_by_named_peer, NULL, NULL, NULL},
        {"4.1 no header, or version 1", test_refused, NULL, NULL, NULL},
        {"4.1 silence", test_silence, NULL, NULL, NULL},
        {"4.1 a proxy nobody knows", test_unknown_proxy, NULL, NULL, NULL},
    };
    return stage_main(argc, argv, "proxy header", tests, 6);
}

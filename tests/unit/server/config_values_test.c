/* What good texts mean: defaults, units, lists, names, engines (spec/configuration.md 3 to 6). */
#include "config_support.h"

#include "server/config/endpoint.h"
#include "server/config/quantity.h"

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"

static void test_defaults(void **state)
{
    (void)state;
    struct config *config = config_made("");
    struct limits limits;
    limits_init(&limits);
    assert_memory_equal(&config->limits, &limits, sizeof limits);
    assert_int_equal(config->listener_count, 2);
    assert_int_equal(strncmp(config->listeners[0].address, "unix:/", 6), 0);
    assert_string_equal(config->listeners[1].address, "127.0.0.1:10030");
    assert_true(config->listeners[0].anonymous && config->listeners[1].anonymous);
    assert_int_equal(config->listeners[1].channel_count, 2);
    assert_int_equal(config->channel_count, 2);
    const struct config_channel *inbound = config_find_channel(config, BYTES("inbound"));
    assert_non_null(inbound);
    assert_int_equal(inbound->infected, DISPOSITION_QUARANTINE);
    assert_int_equal(inbound->policy, DISPOSITION_QUARANTINE);
    assert_int_equal(inbound->unexaminable, DISPOSITION_QUARANTINE);
    assert_int_equal(inbound->defer_after_s, 300);
    assert_non_null(config_find_channel(config, BYTES("outbound")));
    assert_null(config_find_channel(config, BYTES("Inbound")));
    assert_string_equal(config->http, "127.0.0.1:10031");
    assert_int_equal(config->log_format, LOG_TEXT);
    assert_null(config->log_file);
    assert_true(config->workers > 0);
    assert_true(config->workers_most >= config->workers + 2);
    assert_int_equal(config->engine_count, 3);
    assert_true(config->engines[0].enabled);
    assert_true(config->engines[1].enabled);
    assert_false(config->engines[2].enabled);
    config_unref(&config);
}

static void test_engine(void **state)
{
    (void)state;
    struct config *config = config_made("engines:\n"
                                        "  clamav: {mode: union, time: 5s, size: 1K, label: x, "
                                        "heuristics: off, database: /var/x}\n"
                                        "  other: {enabled: on}\n");
    const struct settings_view *view = &config->engines[0].settings;
    assert_true(config->engines[0].enabled);
    assert_true(config->engines[2].enabled);
    assert_int_equal(settings_word(view, "mode"), 2);
    assert_string_equal(settings_text(view, "mode"), "union");
    assert_int_equal(settings_number(view, "time"), 5000);
    assert_int_equal(settings_number(view, "size"), 1024);
    assert_false(settings_boolean(view, "heuristics"));
    assert_string_equal(settings_text(view, "label"), "x");
    assert_string_equal(settings_text(view, "database"), "/var/x");
    config_unref(&config);
    config = config_made("engines: {clamav: {enabled: no}}\n");
    view = &config->engines[0].settings;
    assert_false(config->engines[0].enabled);
    assert_int_equal(settings_number(view, "time"), 20000);
    assert_int_equal(settings_number(view, "size"), 100 << 20);
    assert_true(settings_boolean(view, "heuristics"));
    assert_string_equal(settings_text(view, "label"), "");
    config_unref(&config);
}

static void test_listener(void **state)
{
    (void)state;
    struct config *config = config_made(
        "server: {runtime-dir: /run/x}\n"
        "listeners:\n"
        "  - {address: 'unix:a.sock', anonymous: yes, socket-mode: 0600, channels: inbound}\n"
        "  - {address: '192.0.2.1:7', allow-plain-remote: true, proxy: required,\n"
        "     proxy-from: [192.0.2.0/24, '2001:db8::/32', 198.51.100.7]}\n"
        "  - {address: '127.0.0.1:0', anonymous: yes}\n"
        "  - {address: '127.0.0.1:0', anonymous: yes}\n");
    const struct config_listener *listener = config->listeners;
    assert_string_equal(listener[0].address, "unix:/run/x/a.sock");
    assert_int_equal(listener[0].socket_mode, 0600);
    assert_int_equal(listener[0].channel_count, 1);
    assert_string_equal(listener[0].channels[0], "inbound");
    assert_int_equal(listener[1].proxy, PROXY_REQUIRED);
    assert_int_equal(listener[1].proxy_from_count, 3);
    assert_int_equal(listener[1].proxy_from[0].bits, 120);
    assert_int_equal(listener[1].proxy_from[1].bits, 32);
    assert_int_equal(listener[1].proxy_from[2].bits, 128);
    assert_int_equal(listener[1].channel_count, 0);
    config_unref(&config);
}

static void test_client(void **state)
{
    (void)state;
    struct config *config = config_made(
        "clients:\n"
        "  mx1: {password: \"" HASH "\", channels: [inbound, outbound]}\n"
        "  mx2: {uid: root, channels: outbound}\n"
        "  admin: {role: operator, fingerprint: '00:11:22:33:44:55:66:77:88:99:AA:bb:cc:dd:ee:ff:"
        "00:11:22:33:44:55:66:77:88:99:AA:bb:cc:dd:ee:ff'}\n");
    const struct config_client *mx1 = config_find_client(config, BYTES("mx1"));
    const struct config_client *mx2 = config_find_client(config, BYTES("mx2"));
    const struct config_client *admin = config_find_client(config, BYTES("admin"));
    assert_int_equal(mx1->role, ROLE_CLIENT);
    assert_string_equal(mx1->password, HASH);
    assert_int_equal(mx1->channel_count, 2);
    assert_false(mx1->has_uid);
    assert_true(mx2->has_uid);
    assert_int_equal(mx2->uid, 0);
    assert_int_equal(admin->role, ROLE_OPERATOR);
    assert_int_equal(admin->channel_count, 2);
    assert_string_equal(admin->fingerprint,
                        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    assert_null(config_find_client(config, BYTES("mx")));
    config_unref(&config);
}

static void test_channel(void **state)
{
    (void)state;
    struct config *config = config_made("channels:\n"
                                        "  inbound: {infected: discard, policy: deliver}\n"
                                        "  lists: {unexaminable: defer, defer-after: 1h}\n"
                                        "http: {address: off}\n"
                                        "log: {format: json, file: /var/log/x}\n"
                                        "server: {user: none}\n");
    const struct config_channel *inbound = config_find_channel(config, BYTES("inbound"));
    const struct config_channel *lists = config_find_channel(config, BYTES("lists"));
    assert_int_equal(config->channel_count, 3);
    assert_int_equal(inbound->infected, DISPOSITION_DISCARD);
    assert_int_equal(inbound->policy, DISPOSITION_DELIVER);
    assert_int_equal(inbound->unexaminable, DISPOSITION_QUARANTINE);
    assert_int_equal(lists->infected, DISPOSITION_QUARANTINE);
    assert_int_equal(lists->unexaminable, DISPOSITION_DEFER);
    assert_int_equal(lists->defer_after_s, 3600);
    assert_null(config->http);
    assert_null(config->user);
    assert_int_equal(config->log_format, LOG_JSON);
    assert_string_equal(config->log_file, "/var/log/x");
    config_unref(&config);
}

struct quantity_row {
    const char *name;
    const char *text, *unit;
    enum quantity_fault fault;
    uint64_t number;
    const char *written;
};

static const struct quantity_row quantity_rows[] = {
    {"3.2 zero", "0", "octets", QUANTITY_FINE, 0, "0"},
    {"3.2 zero time needs no unit", "0", "ms", QUANTITY_FINE, 0, "0"},
    {"3.2 bare octets", "1025", "octets", QUANTITY_FINE, 1025, "1025"},
    {"3.2 kibibytes", "8192", "octets", QUANTITY_FINE, 8192, "8K"},
    {"3.2 mebibytes", "150M", "octets", QUANTITY_FINE, 157286400, "150M"},
    {"3.2 gibibytes", "1024M", "octets", QUANTITY_FINE, 1ULL << 30, "1G"},
    {"3.2 tebibytes", "1T", "octets", QUANTITY_FINE, 1ULL << 40, "1T"},
    {"3.2 a rate", "2K", "octets/s", QUANTITY_FINE, 2048, "2K"},
    {"3.2 milliseconds", "1500ms", "ms", QUANTITY_FINE, 1500, "1500ms"},
    {"3.2 minutes", "90min", "ms", QUANTITY_FINE, 5400000, "90min"},
    {"3.2 days", "24h", "ms", QUANTITY_FINE, 86400000, "1d"},
    {"3.2 seconds as seconds", "60s", "s", QUANTITY_FINE, 60, "1min"},
    {"3.2 a count", "512", "checks", QUANTITY_FINE, 512, "512"},
    {"3.2 the most", "18446744073709551615", "checks", QUANTITY_FINE, UINT64_MAX,
     "18446744073709551615"},
    {"3.2 one more than the most", "18446744073709551616", "checks", QUANTITY_OVERFLOW, 0, NULL},
    {"3.2 too many digits", "99999999999999999999999999", "ms", QUANTITY_NO_UNIT, 0, NULL},
    {"3.2 too many days", "999999999999999d", "ms", QUANTITY_OVERFLOW, 0, NULL},
    {"3.2 no digits", "M", "octets", QUANTITY_NO_NUMBER, 0, NULL},
    {"3.2 a sign", "+1", "octets", QUANTITY_NO_NUMBER, 0, NULL},
    {"3.2 a fraction", "1.5M", "octets", QUANTITY_NO_NUMBER, 0, NULL},
    {"3.2 an exponent", "1e3", "checks", QUANTITY_NO_NUMBER, 0, NULL},
    {"3.2 hexadecimal", "0x10", "checks", QUANTITY_NO_NUMBER, 0, NULL},
    {"3.2 a small letter", "1k", "octets", QUANTITY_NO_NUMBER, 0, NULL},
    {"3.2 a time without its unit", "5", "ms", QUANTITY_NO_UNIT, 5, NULL},
};

static void test_quantity(void **state)
{
    const struct quantity_row *row = *state;
    uint64_t number = 0, again = 1;
    char text[QUANTITY_TEXT_BYTES];
    enum quantity_fault fault = quantity_read(row->text, row->unit, &number);
    if (row->written == NULL) {
        assert_int_not_equal(fault, QUANTITY_FINE);
        return;
    }
    assert_int_equal(fault, QUANTITY_FINE);
    assert_int_equal(number, row->number);
    assert_string_equal(quantity_write(number, row->unit, text), row->written);
    assert_int_equal(quantity_read(text, row->unit, &again), QUANTITY_FINE);
    assert_int_equal(again, number);
}

struct network_row {
    const char *name;
    const char *network;
    const char *address; /* as a network of one */
    bool inside;
};

static const struct network_row network_rows[] = {
    {"4.1 the first of a network", "192.0.2.0/24", "192.0.2.0", true},
    {"4.1 the last of a network", "192.0.2.0/24", "192.0.2.255", true},
    {"4.1 one behind a network", "192.0.2.0/24", "192.0.3.0", false},
    {"4.1 one before a network", "192.0.2.0/24", "192.0.1.255", false},
    {"4.1 the last bit counts", "192.0.2.0/31", "192.0.2.1", true},
    {"4.1 one behind 31 bits", "192.0.2.0/31", "192.0.2.2", false},
    {"4.1 one alone", "192.0.2.7", "192.0.2.7", true},
    {"4.1 every IPv4 address", "0.0.0.0/0", "203.0.113.9", true},
    {"4.1 IPv4 is not IPv6", "0.0.0.0/0", "2001:db8::1", false},
    {"4.1 every address", "::/0", "203.0.113.9", true},
    {"4.1 an IPv6 network", "2001:db8::/32", "2001:db8:ffff::1", true},
    {"4.1 one behind an IPv6 network", "2001:db8::/32", "2001:db9::", false},
};

static void test_network(void **state)
{
    const struct network_row *row = *state;
    struct network network, one, again;
    char text[64];
    assert_null(network_read(row->network, &network));
    assert_null(network_read(row->address, &one));
    assert_int_equal(network_contains(&network, one.address), row->inside);
    assert_null(network_read(network_write(&network, text), &again));
    assert_int_equal(again.bits, network.bits);
    assert_memory_equal(again.address, network.address, 16);
}

struct endpoint_row {
    const char *name;
    const char *text;
    enum endpoint_kind kind;
    bool loopback;
    unsigned port;
};

static const struct endpoint_row endpoint_rows[] = {
    {"4.1 IPv4 loopback", "127.0.0.1:10030", ENDPOINT_TCP, true, 10030},
    {"4.1 another IPv4 loopback", "127.255.0.1:1", ENDPOINT_TCP, true, 1},
    {"4.1 IPv4 from outside", "192.0.2.1:65535", ENDPOINT_TCP, false, 65535},
    {"4.1 every IPv4 address", "0.0.0.0:7", ENDPOINT_TCP, false, 7},
    {"4.1 IPv6 loopback", "[::1]:10030", ENDPOINT_TCP, true, 10030},
    {"4.1 IPv4 loopback mapped into IPv6", "[::ffff:127.0.0.1]:7", ENDPOINT_TCP, true, 7},
    {"4.1 every IPv6 address", "[::]:7", ENDPOINT_TCP, false, 7},
    {"4.1 a Unix socket", "unix:/run/x", ENDPOINT_UNIX, true, 0},
    {"4.1 an inherited socket", "fd:x", ENDPOINT_INHERITED, false, 0},
};

static void test_endpoint(void **state)
{
    const struct endpoint_row *row = *state;
    struct endpoint endpoint;
    assert_null(endpoint_read(row->text, &endpoint));
    assert_int_equal(endpoint.kind, row->kind);
    assert_int_equal(endpoint.loopback, row->loopback);
    assert_int_equal(endpoint.port, row->port);
}

static void test_references(void **state)
{
    (void)state;
    struct config *config = config_made("");
    struct config *second = config_ref(config);
    config_unref(&config);
    assert_null(config);
    assert_int_equal(second->listener_count, 2);
    config_unref(&second);
    config_unref(&second);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "1.1 defaults", test_defaults);
    rows_add_one(&rows, "6 settings of engines", test_engine);
    rows_add_one(&rows, "6 listeners", test_listener);
    rows_add_one(&rows, "6 clients", test_client);
    rows_add_one(&rows, "6 channels, http, log", test_channel);
    rows_add_one(&rows, "5 the last user frees it", test_references);
    ROWS_ADD(&rows, quantity_rows, test_quantity);
    ROWS_ADD(&rows, network_rows, test_network);
    ROWS_ADD(&rows, endpoint_rows, test_endpoint);
    return rows_run("config_values", &rows, argc, argv);
}

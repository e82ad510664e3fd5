/* Which client a peer is, and what it may use (spec/cccp.md 4.3, 4.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/front/identity.h"

static const char *both[] = {"inbound", "outbound"};

static struct config_client clients[] = {
    {.name = "named", .role = ROLE_CLIENT, .certificate = "mx.example"},
    {.name = "printed", .role = ROLE_CLIENT, .fingerprint = "ab12"},
    {.name = "strict", .role = ROLE_CLIENT, .certificate = "mx2.example", .fingerprint = "cd34"},
    {.name = "root",
     .role = ROLE_OPERATOR,
     .has_uid = true,
     .uid = 0,
     .channels = both,
     .channel_count = 2},
    {.name = "nobody", .role = ROLE_CLIENT, .password = "$argon2id$"},
};

static const struct config config = {.clients = clients,
                                     .client_count = sizeof(clients) / sizeof(clients[0])};

struct row {
    const char *name;
    struct session_peer peer;
    const char *client;
};

static const struct row rows[] = {
    {"4.3 nothing to show", {.private = true}, NULL},
    {"4.3 a certificate's name",
     {.certificate_name = "mx.example", .certificate_fingerprint = "x"},
     "named"},
    {"4.3 another name", {.certificate_name = "mx3.example", .certificate_fingerprint = "x"}, NULL},
    {"4.3 a fingerprint, in any case",
     {.certificate_name = "x", .certificate_fingerprint = "AB12"},
     "printed"},
    {"4.3 both are needed",
     {.certificate_name = "mx2.example", .certificate_fingerprint = "cd34"},
     "strict"},
    {"4.3 one of both is not enough",
     {.certificate_name = "mx2.example", .certificate_fingerprint = "ef"},
     NULL},
    {"4.3 nor is the other", {.certificate_name = "y", .certificate_fingerprint = "cd34"}, NULL},
    {"4.3 a uid", {.has_uid = true, .uid = 0}, "root"},
    {"4.3 another uid", {.has_uid = true, .uid = 1}, NULL},
    {"4.3 no uid is not uid 0", {.has_uid = false, .uid = 0}, NULL},
};

static void row_test(void **state)
{
    const struct row *row = *state;
    const struct config_client *client = identity_of_peer(&config, &row->peer);
    if (row->client == NULL)
        assert_null(client);
    else
        assert_string_equal(client->name, row->client);
}

static void channels(void **state)
{
    (void)state;
    struct config_listener listener = {.channels = both, .channel_count = 1};
    struct identity identity;
    identity_set(&identity, NULL);
    assert_int_equal(identity.role, ROLE_ANONYMOUS);
    assert_string_equal(identity.name, "anonymous");
    assert_true(identity_may_use(&identity, &listener, BYTES("inbound")));
    assert_false(identity_may_use(&identity, &listener, BYTES("outbound")));
    identity_set(&identity, &clients[3]);
    assert_int_equal(identity.role, ROLE_OPERATOR);
    assert_true(identity_may_use(&identity, &listener, BYTES("outbound")));
    assert_false(identity_may_use(&identity, &listener, BYTES("INBOUND")));
    identity_set(&identity, &clients[0]);
    assert_false(identity_may_use(&identity, &listener, BYTES("inbound")));
}

#define COUNT (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
    struct CMUnitTest tests[COUNT + 1] = {
        {"4.4 channels of the identity, or of the listener", channels, NULL, NULL, NULL}};
    for (size_t i = 0; i < COUNT; i++)
        tests[1 + i] = (struct CMUnitTest){rows[i].name, row_test, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

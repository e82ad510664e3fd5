/* Who is inside, and which way mail goes (spec/policy.md 4). */
#include "config_support.h"
#include "server/config/config.h"
#include "server/policy/organisation.h"

static const char text[] =
    "organisations:\n"
    "  us: {domains: [x.example, .x.example], networks: [10.0.0.0/8]}\n"
    "  them: {domains: [.y.x.example, z.example], networks: '2001:db8::/32'}\n";

struct name_row {
    const char *name;
    const char *address, *organisation;
};

static const struct name_row name_rows[] = {
    {"4.1 a domain", "a@x.example", "us"},
    {"4.1 below a domain", "a@b.x.example", "us"},
    {"4.1 the longest entry", "a@b.y.x.example", "them"},
    {"4.1 what is above it", "a@y.x.example", "us"},
    {"4.1 case", "a@Z.Example", "them"},
    {"4.1 below what is listed without a dot", "a@b.z.example", NULL},
    {"4.1 a domain alone", "z.example", "them"},
    {"4.1 another one", "a@w.example", NULL},
    {"4.1 an address literal", "a@[10.0.0.1]", NULL},
    {"4.1 no domain", "postmaster", NULL},
    {"4.1 nobody", "", NULL},
};

static void test_name(void **state)
{
    const struct name_row *row = *state;
    struct config *config = config_made(text);
    const char *name = organisation_of(config->inside, bytes_of_text(row->address));
    assert_int_equal(name == NULL, row->organisation == NULL);
    if (name != NULL)
        assert_string_equal(name, row->organisation);
    config_unref(&config);
}

struct sender_row {
    const char *name;
    const char *login, *client, *sender;
    bool inside;
};

static const struct sender_row sender_rows[] = {
    {"4.2 a login", "anna", "203.0.113.9", "a@w.example", true},
    {"4.2 a network of ours", "", "10.1.2.3", "a@w.example", true},
    {"4.2 a network of IPv6", "", "2001:db8::1", "", true},
    {"4.2 IPv6 as SMTP writes it", "", "[IPv6:2001:db8::1]", "", true},
    {"4.2 a forged sender from outside", "", "203.0.113.9", "a@x.example", false},
    {"4.2 a client that is no address", "", "unknown", "a@x.example", false},
    {"4.2 neither login nor client, our domain", "", "", "a@x.example", true},
    {"4.2 neither login nor client, another domain", "", "", "a@w.example", false},
    {"4.2 neither login nor client, the null sender", "", "", "", false},
};

static void test_sender(void **state)
{
    const struct sender_row *row = *state;
    struct config *config = config_made(text);
    const struct envelope envelope = {.has_sender = true,
                                      .sender = bytes_of_text(row->sender),
                                      .login = bytes_of_text(row->login),
                                      .client_address = bytes_of_text(row->client)};
    assert_int_equal(organisations_have_sender(config->inside, &envelope), row->inside);
    config_unref(&config);
}

struct direction_row {
    const char *name;
    bool inside;
    const char *recipient, *word;
};

static const struct direction_row direction_rows[] = {
    {"4.3 inside to inside", true, "a@x.example", "internal"},
    {"4.3 inside to outside", true, "a@w.example", "outbound"},
    {"4.3 outside to inside", false, "a@x.example", "inbound"},
    {"4.3 outside to outside", false, "a@w.example", "relay"},
    {"4.3 a bare local part is ours", false, "postmaster", "inbound"},
};

static void test_direction(void **state)
{
    const struct direction_row *row = *state;
    struct config *config = config_made(text);
    assert_string_equal(direction_word(organisations_direction(config->inside, row->inside,
                                                               bytes_of_text(row->recipient))),
                        row->word);
    config_unref(&config);
}

static void test_none(void **state)
{
    (void)state;
    struct config *config = config_made("");
    assert_int_equal(organisations_direction(config->inside, true, BYTES("a@x.example")),
                     DIRECTION_UNKNOWN);
    assert_string_equal(direction_word(DIRECTION_UNKNOWN), "unknown");
    config_unref(&config);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, name_rows, test_name);
    ROWS_ADD(&rows, sender_rows, test_sender);
    ROWS_ADD(&rows, direction_rows, test_direction);
    rows_add_one(&rows, "4.3 without organisations", test_none);
    return rows_run("organisation", &rows, argc, argv);
}

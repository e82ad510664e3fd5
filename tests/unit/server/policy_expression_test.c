/* Conditions (spec/policy.md 2), each asked of one message and one recipient. */
#include "policy_world.h"
#include "server/policy/rule.h"

struct expression_row {
    const char *name;
    const char *text;
    bool truth;
};

/* part 1 is the root. */
static const char message[] =
    "from=Alice@Out.Example client=192.0.2.7 helo=mail.out.example size=20480 rcpts=3 "
    "part=multipart/mixed part=text/plain::utf-8 part=application/pdf:Invoice.PDF "
    "part=application/zip:a.zip find=SPAM:alpha:Bulk:6500 find=NOTE:attachment:attachment.macro "
    "find=LIMIT:attachment:attachment.encrypted-names gap=encrypted "
    "fact=header.subject:Hello_World fact=header.from.address:alice@out.example "
    "fact=header.from.domain:out.example fact=header.to.address:b@y.example "
    "fact=header.to.address:c@y.example fact=attachment.class:executable fact=tests:one "
    "fact=attachment.extension:exe fact=attachment.type:pe";
static const char yaml[] = "organisations: {us: {domains: [y.example]}}\n"
                           "lists:\n"
                           "  friends: {entries: [alice@out.example, .deep.example, postmaster@]}\n"
                           "  nets: {entries: [192.0.2.0/24]}\n"
                           "channels: {c: {rules: [{name: r, when: WHEN, then: discard}]}}\n";

/* clang-format off */
static const struct expression_row rows[] = {
    {"2.1 text is equal", "recipient == 'b@y.example'", true},
    {"2.1 text is another", "recipient == 'x@y.example'", false},
    {"2.1 not equal is the opposite", "recipient != 'x@y.example'", true},
    {"2.1 a literal on the left", "'b@y.example' == recipient", true},
    {"2.1 double quotes", "recipient == \"b@y.example\"", true},
    {"2.1 a quote in quotes", "header.subject != 'it''s'", true},
    {"2.1 one of many values", "header.to.address == 'c@y.example'", true},
    {"2.1 none of many values", "header.to.address == 'd@y.example'", false},
    {"2.1 not equal of many: none is", "header.to.address != 'c@y.example'", false},
    {"2.1 two facts", "header.from.address == sender", true},
    {"2.1 two facts that differ", "recipient.domain == sender.domain", false},
    {"2.1 two facts of many values", "header.from.domain == header.to.address", false},
    {"2.1 a fact alone, boolean", "spam", true},
    {"2.1 a fact alone, boolean, false", "virus", false},
    {"2.1 a fact alone has a value", "header.subject", true},
    {"2.1 a fact alone has none", "header.list-id", false},
    {"2.1 numbers", "size > 20000", true},
    {"2.1 numbers with units", "size == 20K", true},
    {"2.1 under a unit", "size < 1M", true},
    {"2.1 at most", "size <= 20480", true},
    {"2.1 at least", "size >= 20481", false},
    {"2.1 a number on the left", "20000 < size", true},
    {"2.1 thousandths of a point", "score >= 6.5", true},
    {"2.1 thousandths of a point, above", "score > 6.5", false},
    {"2.1 a score below zero", "score > -0.001", true},
    {"2.1 two numbers of facts", "parts < size", true},
    {"2.1 or", "virus or spam", true},
    {"2.1 and", "virus and spam", false},
    {"2.1 and binds before or", "spam or virus and virus", true},
    {"2.1 parentheses", "(spam or virus) and virus", false},
    {"2.1 not binds before and", "not virus and spam", true},
    {"2.1 not before parentheses", "not (virus and spam)", true},
    {"2.1 in values", "recipient.local in ['a', 'b']", true},
    {"2.1 not in values", "recipient.local not in ['a', 'c']", true},
    {"2.1 in values with a fact", "sender in ['x@y.example', header.from.address]", true},
    {"2.1 in values with a list", "sender in ['x@y.example', @friends]", true},
    {"2.1 numbers in values", "recipients in [1, 3]", true},
    {"2.1 a network in values", "client.address in ['198.51.100.0/24', '192.0.2.7']", true},
    {"2.1 a network", "client.address == '192.0.2.0/24'", true},
    {"2.1 another network", "client.address == '192.0.3.0/24'", false},
    {"2.2 unknown equals itself", "login == unknown", true},
    {"2.2 unknown on the left", "unknown == login", true},
    {"2.2 what is known is not unknown", "sender == unknown", false},
    {"2.2 many without a value", "header.list-id == unknown", true},
    {"2.2 unknown equals no text", "login == ''", false},
    {"2.2 unknown is not equal", "login != 'x'", true},
    {"2.2 two unknown facts", "login == queue-id", true},
    {"2.2 in is false for unknown", "login in ['x', queue-id]", false},
    {"2.2 not in is true for unknown", "login not in @friends", true},
    {"2.2 contains is false for unknown", "login contains 'x'", false},
    {"2.2 matches is false for unknown", "login matches '.*'", false},
    {"2.3 case does not matter", "sender == 'ALICE@out.example'", true},
    {"2.3 case in local parts", "sender.local == 'aLICE'", true},
    {"2.3 case of names of facts", "RECIPIENT.Domain == 'y.example'", true},
    {"2.3 contains", "header.subject contains 'LO WO'", true},
    {"2.3 contains not", "header.subject contains 'lowo'", false},
    {"2.3 contains a fact", "helo contains sender.domain", true},
    {"2.3 begins", "header.subject begins 'hello'", true},
    {"2.3 begins not", "header.subject begins 'ello'", false},
    {"2.3 ends", "attachment.name ends '.pdf'", true},
    {"2.3 ends not", "attachment.name ends '.pd'", false},
    {"2.3 matches", "header.subject matches '^hel+o'", true},
    {"2.3 matches not", "header.subject matches '^world'", false},
    {"2.3 matches anywhere", "header.subject matches 'w.rl'", true},
    {"3.2 in a list, address", "sender in @friends", true},
    {"3.2 in a list, not", "recipient in @friends", false},
    {"3.2 not in a list", "recipient not in @friends", true},
    {"3.2 in a list of networks", "client.address in @nets", true},
    {"3.2 a domain that is not listed", "sender.domain in @friends", false},
    {"2.5 recipient.organisation", "recipient.organisation == 'us'", true},
    {"2.5 sender.organisation", "sender.organisation == unknown", true},
    {"2.5 direction", "direction == 'inbound'", true},
    {"2.5 expanded", "expanded", false},
    {"2.5 original.recipient", "original.recipient == unknown", true},
    {"2.5 channel", "channel == 'c'", true},
    {"2.5 verdict", "verdict == 'spam'", true},
    {"2.5 incomplete", "incomplete and incomplete.permanent and not incomplete.transient", true},
    {"2.5 finding", "finding == 'alpha:Bulk'", true},
    {"2.5 finding.symbol", "finding.symbol == 'bulk' and finding.engine == 'alpha'", true},
    {"2.5 coverage.reason", "coverage.reason == 'encrypted'", true},
    {"2.5 part.type", "part.type == 'application/zip'", true},
    {"2.5 part.name", "part.name in ['a.zip']", true},
    {"2.5 part.charset", "part.charset == 'UTF-8'", true},
    {"2.5 parts", "parts == 4", true},
    {"2.5 attachment", "attachment", true},
    {"2.5 attachment.extension of a name", "attachment.extension == 'zip'", true},
    {"2.5 attachment.extension of the engine", "attachment.extension == 'exe'", true},
    {"2.5 attachment.type", "attachment.type == 'pe' and attachment.type == 'application/pdf'", true},
    {"2.5 attachment.WORD by its class", "attachment.executable", true},
    {"2.5 attachment.WORD by its symbol", "attachment.macro", true},
    {"2.5 attachment.WORD and what is below it", "attachment.encrypted", true},
    {"2.5 attachment.WORD is not what begins so", "attachment.archive", false},
    {"2.5 fact.NAME", "fact.tests == 'one'", true},
    {"2.5 header.NAME.address", "header.to.address ends '@y.example'", true},
};
/* clang-format on */

/* The rule alone decides: DISCARD says that the condition holds. */
static void test_row(void **state)
{
    const struct expression_row *row = *state;
    char text[2048], quoted[1024], shown[SHOWN_BYTES];
    size_t size = 0;
    for (const char *at = row->text; *at != '\0'; at++) {
        if (*at == '\'')
            quoted[size++] = '\'';
        quoted[size++] = *at;
    }
    const char *hole = strstr(yaml, "WHEN");
    snprintf(text, sizeof text, "%.*s'%.*s'%s", (int)(hole - yaml), yaml, (int)size, quoted,
             hole + 4);
    struct policy_world world;
    world_open(&world, text, message);
    world_decide(&world, "b@y.example", shown);
    assert_int_equal(strncmp(shown, "DISCARD rule=r", 14) == 0, row->truth);
    world_close(&world);
}

/* The null sender is known, and empty. */
static void test_null_sender(void **state)
{
    (void)state;
    char shown[SHOWN_BYTES];
    struct policy_world world;
    world_open(&world,
               "channels: {c: {rules: [{when: \"sender == '' and sender.domain == unknown\", then: "
               "discard}]}}\n",
               "from=");
    world_decide(&world, "b@y.example", shown);
    assert_string_equal(shown, "DISCARD rule=1 class=policy");
    world_close(&world);
}

/* `"B"@Y.example.` is b@y.example: a rule about an address is not passed by its spelling. */
static void test_spelling(void **state)
{
    (void)state;
    static const char *const same[] = {"b@y.example", "B@Y.EXAMPLE", "\"b\"@y.example",
                                       "b@y.example."};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char shown[SHOWN_BYTES];
        struct policy_world world;
        world_open(&world,
                   "channels: {c: {rules: [{when: \"recipient == 'b@y.example'\", then: "
                   "discard}]}}\n",
                   "");
        world_decide(&world, same[i], shown);
        assert_string_equal(shown, "DISCARD rule=1 class=policy");
        world_close(&world);
    }
}

/* A message chooses both sides: 3,000 names against 3,000, none the same. */
static void test_many_pairs(void **state)
{
    (void)state;
    char shown[SHOWN_BYTES];
    struct policy_world world;
    world_open(&world, "channels: {c: {rules: [{when: part.name == fact.other, then: discard}]}}\n",
               "");
    for (uint32_t i = 1; i <= 3000; i++) {
        char name[600], other[600];
        memset(name, 'a', sizeof name);
        snprintf(name + 500, 20, "%u", i);
        memset(other, 'a', sizeof other);
        snprintf(other + 500, 20, "%ux", i);
        struct report_part part = {.number = i, .type = BYTES("a/b"), .name = bytes_of_text(name)};
        assert_int_equal(report_add_part(&world.report, &part), STATUS_OK);
        assert_int_equal(report_add_fact(&world.report, BYTES("other"), bytes_of_text(other)),
                         STATUS_OK);
    }
    world_decide(&world, "b@y.example", shown);
    assert_string_equal(shown, "DELIVER row=clean");
    world_close(&world);
}

int main(int argc, char **argv)
{
    static struct rows all;
    ROWS_ADD(&all, rows, test_row);
    rows_add_one(&all, "2.5 the null sender", test_null_sender);
    rows_add_one(&all, "2.3 spellings of one address", test_spelling);
    rows_add_one(&all, "9 a message with many values on both sides", test_many_pairs);
    return rows_run("policy_expression", &all, argc, argv);
}

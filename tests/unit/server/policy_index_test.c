/* Rules that are found by a constant are the rules that hold when each is asked (spec/policy.md 9):
 * random policies, decided as they are and with conditions that no index can use. */
#include "policy_world.h"

enum { POLICIES = 150, RULES = 30, CONJUNCTS = 3, YAML_BYTES = 32768 };

/* In a rule at most one of each row: two values of one fact would be an error (7.2). */
static const char *const conjuncts[][6] = {
    {"recipient == 'a@y.example'", "recipient == 'B@Y.example'",
     "recipient in ['a@y.example', 'c@z.example']", "recipient != 'a@y.example'",
     "recipient in ['b@y.example', sender]", "recipient in @some"},
    {"recipient.domain == 'y.example'", "recipient.domain in ['z.example', 'Y.EXAMPLE']",
     "not (recipient.domain == 'z.example')", "recipient.domain == 'none'",
     "recipient.domain != 'z.example'", "recipient.domain contains 'y'"},
    {"part.type == 'text/plain'", "part.type in ['application/zip', 'text/html']",
     "part.type == 'TEXT/HTML'", "part.type != 'text/html'", "part.type begins 'text'",
     "part.type in ['a/b', 'text/plain', 'text/html']"},
    {"header.subject == 'hello'", "header.subject == unknown",
     "header.subject in ['Hello', 'other']", "header.subject != 'hello'", "header.subject",
     "header.subject == sender"},
    {"sender == ''", "sender == 'a@x.example'", "sender.domain == 'x.example'",
     "sender in ['', 'a@x.example']", "sender == unknown", "sender.domain in ['x.example', '']"},
    {"spam", "size > 5", "(virus or recipient == 'a@y.example')", "not spam",
     "expanded or parts > 1", "(part.type == 'text/plain' or header.subject == 'hello')"},
};
enum { ROWS = sizeof conjuncts / sizeof *conjuncts, CHOICES = 6 };

static const char *const messages[] = {
    "from=a@x.example part=text/plain fact=header.subject:hello",
    "from= part=multipart/mixed part=TEXT/html part=text/plain find=SPAM:alpha:Bulk size=9",
    "part=application/zip:a.zip fact=header.subject:HELLO fact=header.subject:other",
    "from=A@X.example. fact=header.subject:A@x.example",
};
static const char *const recipients[] = {"a@y.example", "B@y.example", "\"a\"@Y.example.",
                                         "c@z.example", "postmaster"};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* The same rules for both; `wrap` puts each condition where no constant is looked for. */
static void write_rules(uint32_t seed, bool wrap, char yaml[YAML_BYTES])
{
    size_t length = (size_t)snprintf(yaml, YAML_BYTES,
                                     "lists: {some: {entries: [a@y.example, z.example]}}\n"
                                     "channels: {c: {rules: [");
    for (unsigned i = 0; i < RULES; i++) {
        unsigned row = next_random(&seed) % ROWS, count = 1 + next_random(&seed) % CONJUNCTS;
        length += (size_t)snprintf(yaml + length, YAML_BYTES - length, "{name: r%u, when: \"%s", i,
                                   wrap ? "size > 900G or (" : "");
        for (unsigned j = 0; j < count; j++, row = (row + 1) % ROWS)
            length +=
                (size_t)snprintf(yaml + length, YAML_BYTES - length, "%s%s", j > 0 ? " and " : "",
                                 conjuncts[row][next_random(&seed) % CHOICES]);
        length += (size_t)snprintf(yaml + length, YAML_BYTES - length,
                                   "%s\", edits: [subject-tag: t%u]},\n", wrap ? ")" : "", i);
    }
    snprintf(yaml + length, YAML_BYTES - length,
             "{name: last, then: deliver, despite: [spam]}]}}\n");
}

static void decide_all(const char *yaml, const char *message, char shown[][SHOWN_BYTES])
{
    struct policy_world world;
    world_open(&world, yaml, message);
    for (size_t i = 0; i < sizeof recipients / sizeof *recipients; i++)
        world_decide(&world, recipients[i], shown[i]);
    world_close(&world);
}

static void found_as_asked(void **state)
{
    (void)state;
    static char yaml[2][YAML_BYTES];
    static char shown[2][sizeof recipients / sizeof *recipients][SHOWN_BYTES];
    for (uint32_t seed = 1; seed <= POLICIES; seed++) {
        const char *message = messages[seed % (sizeof messages / sizeof *messages)];
        for (unsigned wrap = 0; wrap < 2; wrap++) {
            write_rules(seed, wrap == 1, yaml[wrap]);
            decide_all(yaml[wrap], message, shown[wrap]);
        }
        for (size_t i = 0; i < sizeof recipients / sizeof *recipients; i++)
            if (strcmp(shown[0][i], shown[1][i]) != 0)
                fail_msg("policy %u, %s, %s:\n%s\n%s\n%s", seed, message, recipients[i],
                         shown[0][i], shown[1][i], yaml[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"9 found by constants, and asked in order", found_as_asked, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

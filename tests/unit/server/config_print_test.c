/* The printed form is a configuration that gives the same values (spec/configuration.md 5). */
#include <stdlib.h>

#include "config_support.h"

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"

struct print_row {
    const char *name;
    const char *text;
};

static const struct print_row print_rows[] = {
    {"5.1 defaults", ""},
    {"5.1 every section",
     "server: {host-name: 'a \"b\" \\ # c: ü', user: nobody, runtime-dir: /run/x, workers: 3,\n"
     "  workers-most: 9, worker-jobs: 7, worker-memory: 100M, scratch: 3M}\n"
     "http: {address: 'unix:/run/x/http'}\n"
     "log: {format: json, file: '/var/log/a b'}\n"
     "listeners:\n"
     "  - {address: 'unix:y', anonymous: yes, socket-mode: 07, channels: [lists]}\n"
     "  - {address: '[::]:7', allow-plain-remote: yes, proxy: required,\n"
     "     proxy-from: [192.0.2.0/24, '::/0']}\n"
     "  - {address: 'fd:web'}\n"
     "clients:\n"
     "  '1': {uid: 4294967294, channels: [inbound, lists]}\n"
     "  a.b: {role: operator, certificate: 'mx \"1\"'}\n"
     "organisations: {us: {domains: [x.example, .x.example], networks: 10.0.0.0/8}, them: {}}\n"
     "lists: {staff: {entries: [a@x.example, '192.0.2.0/24']}, none: {entries: []}}\n"
     "tables: {t: {entries: {'\"a, b\"@x.example': [b@x.example, c@x.example], x.example: "
     "'@y.example'}}}\n"
     "templates:\n  x: {subject: 'a ${rule}', text: \"a\\n\\\"b\\\"\\n\", languages: {de: "
     "{subject: c, text: d}}}\n"
     "notices: {from: a@x.example, outsiders: yes, rate: 7, rate-all: 8}\n"
     "channels: {lists: {unexaminable: deliver, defer-after: 90s}}\n"
     "engines: {clamav: {enabled: no, mode: union, time: 1500ms, size: 1025, heuristics: no,\n"
     "  label: 'x # y', database: /x}, other: {enabled: yes}}\n"
     "limits: {message: 1073741823, check-time: 1h, check-time-most: 1h, rate: 1}\n"},
    {"5.1 without http", "http: {address: off}\nlog: {file: stderr}\nserver: {user: none}\n"},
    {"5.2 a password", "clients: {mx1: {password: '" HASH "', channels: inbound}}\n"},
};

/* Without the origins, which differ. Strips "  # …" behind values; a "#" inside quotes stays. */
static char *without_origins(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; at++) {
        bool origin = at[0] == '#' && at > text && at[-1] == ' ' &&
                      (strncmp(at, "# default\n", 10) == 0 || strncmp(at, "# t.yaml:", 9) == 0);
        if (origin)
            at += strcspn(at, "\n");
        *to++ = *at;
    }
    *to = '\0';
    return text;
}

static void test_print(void **state)
{
    const struct print_row *row = *state;
    struct config *first = config_made(row->text);
    char *printed = config_printed(first);
    struct config *second = config_made(printed);
    char *again = config_printed(second);
    assert_memory_equal(&first->limits, &second->limits, sizeof first->limits);
    assert_string_equal(without_origins(printed), without_origins(again));
    free(printed);
    free(again);
    config_unref(&first);
    config_unref(&second);
}

static void test_masked(void **state)
{
    (void)state;
    struct config *config = config_made(print_rows[3].text);
    char *printed = config_printed(config);
    assert_non_null(
        strstr(printed, "    password: \"$argon2id$v=19$m=65536,t=2,p=1$masked$masked\""));
    assert_null(strstr(printed, "MDEyMzQ1"));
    free(printed);
    config_unref(&config);
}

/* One line of each kind of origin. */
static void test_origins(void **state)
{
    (void)state;
    struct config *config = config_made("limits:\n  parts: 20\n");
    char *printed = config_printed(config);
    assert_non_null(
        strstr(printed, "\n  parts: 20                                     # t.yaml:2\n"));
    assert_non_null(
        strstr(printed, "\n  depth: 64                                     # default\n"));
    free(printed);
    config_unref(&config);
}

static void test_limit(void **state)
{
    (void)state;
    struct config *config = config_made("");
    struct buffer out;
    for (size_t limit = 0; limit < 4096; limit += 97) {
        buffer_init(&out, limit);
        assert_int_equal(config_print(config, &out), STATUS_LIMIT_REPLY);
        buffer_clear(&out);
    }
    config_unref(&config);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, print_rows, test_print);
    rows_add_one(&rows, "5.1 every value has its origin", test_origins);
    rows_add_one(&rows, "5.1 a full buffer is said", test_limit);
    rows_add_one(&rows, "5.2 passwords are masked", test_masked);
    return rows_run("config_print", &rows, argc, argv);
}

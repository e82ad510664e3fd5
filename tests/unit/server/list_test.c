/* Lists and tables: what is found, what is refused and where (spec/policy.md 3). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/config/endpoint.h"
#include "server/config/yaml.h"
#include "server/policy/table.h"
#include "tests/unit/protocol/rows.h"

static struct list *read_list(enum list_kind kind, struct bytes text)
{
    struct list *list = NULL;
    struct config_problem problem;
    enum status status = list_read_text(kind, "test", text, &list, &problem);
    if (status != STATUS_OK)
        fail_msg("%u:%u: %s", problem.line, problem.column, problem.reason);
    return list;
}

struct has_row {
    const char *name;
    const char *text, *asked;
    bool has;
};

static const struct has_row has_rows[] = {
    {"3.2 an address", "a@x.example\n", "a@x.example", true},
    {"3.2 another local part", "a@x.example\n", "b@x.example", false},
    {"3.2 another domain", "a@x.example\n", "a@y.example", false},
    {"3.2 case of the domain", "a@x.EXAMPLE\n", "a@X.example", true},
    {"3.2 case of the local part", "Anna.B@x.example\n", "anna.b@x.example", true},
    {"3.2 no simple folding in UTF-8", "\xC3\x84@x.example\n", "\xC3\xA4@x.example", false},
    {"3.2 UTF-8 as it stands", "\xC3\xA4@x.example\n", "\xC3\xA4@x.example", true},
    {"3.2 quotes that nothing needs", "a@x.example\n", "\"a\"@x.example", true},
    {"3.2 quoted pairs", "\"a\\b\"@x.example\n", "ab@x.example", true},
    {"3.2 a quoted local part", "\"a b\"@x.example\n", "\"a b\"@x.example", true},
    {"3.2 a quoted at sign", "\"a@b\"@x.example\n", "\"a@b\"@x.example", true},
    {"3.2 a quoted at sign is no domain", "b\n", "\"a@b\"@x.example", false},
    {"3.2 a dot behind the domain", "a@x.example\n", "a@x.example.", true},
    {"3.2 a domain of an address", "x.example\n", "a@x.example", true},
    {"3.2 a domain of a domain", "x.example\n", "x.example", true},
    {"3.2 a domain is not what is below it", "x.example\n", "a@b.x.example", false},
    {"3.2 a domain with its at sign", "@x.example\n", "a@x.example", true},
    {"3.2 below a domain", ".x.example\n", "a@b.x.example", true},
    {"3.2 far below a domain", ".x.example\n", "a@d.c.b.x.example", true},
    {"3.2 below is not itself", ".x.example\n", "a@x.example", false},
    {"3.2 below is not a longer label", ".x.example\n", "a@yx.example", false},
    {"3.2 below a top domain", ".example\n", "b.x.example", true},
    {"3.2 a local part", "postmaster@\n", "Postmaster@x.example", true},
    {"3.2 a local part is not a domain", "postmaster@\n", "a@postmaster.example", false},
    {"3.2 a bare local part", "postmaster@\n", "postmaster", true},
    {"3.2 a domain is not a bare local part", "x.example@\n", "x.example", false},
    {"3.2 an address literal", "a@[192.0.2.1]\n", "a@[192.0.2.1]", true},
    {"3.2 nothing is in an empty list", "", "a@x.example", false},
    {"3.2 a local part with its at sign", ".x.example\nx.example\n", "a@", false},
    {"3.2 an at sign alone", ".x.example\npostmaster@\n", "@", false},
    {"3.2 dots alone", ".example\n", "...", false},
    {"3.2 the null sender", "x.example\npostmaster@\n", "", false},
    {"3.1 a comment line", "# x.example\n", "x.example", false},
    {"3.1 a comment behind an entry", "a@x.example # x.example\n", "a@x.example", true},
    {"3.1 a number sign within an entry", "a#b@x.example\n", "a#b@x.example", true},
    {"3.1 a number sign within quotes", "\"a #b\"@x.example\n", "\"a #b\"@x.example", true},
    {"3.1 a star within quotes", "\"*\"@x.example\n", "\"*\"@x.example", true},
    {"3.1 blanks around", " \t a@x.example \t\n", "a@x.example", true},
    {"3.1 CRLF", "a@x.example\r\nb@x.example\r\n", "b@x.example", true},
    {"3.1 no line break at the end", "a@x.example\nb@x.example", "b@x.example", true},
    {"3.1 a byte order mark",
     "\xEF\xBB\xBF"
     "a@x.example\n",
     "a@x.example", true},
    {"3.1 an entry twice", "a@x.example\nA@x.example\n", "a@x.example", true},
};

static void test_has(void **state)
{
    const struct has_row *row = *state;
    struct list *list = read_list(LIST_PLAIN, bytes_of_text(row->text));
    assert_int_equal(list_has(list, bytes_of_text(row->asked)), row->has);
    list_unref(&list);
    assert_null(list);
}

struct network_row {
    const char *name;
    const char *text, *asked;
    bool has;
};

static const struct network_row network_rows[] = {
    {"3.2 a network", "192.0.2.0/24\n", "192.0.2.77", true},
    {"3.2 beside a network", "192.0.2.0/24\n", "192.0.3.0", false},
    {"3.2 before all networks", "192.0.2.0/24\n", "1.1.1.1", false},
    {"3.2 one address", "192.0.2.1\n", "192.0.2.1", true},
    {"3.2 a network of IPv6", "2001:db8::/32\n", "2001:db8:1::5", true},
    {"3.2 one address of IPv6", "2001:db8::1\n", "2001:db8::2", false},
    {"3.2 one within another", "10.0.0.0/8\n10.1.0.0/16\n", "10.2.0.1", true},
    {"3.2 the wider one behind", "10.1.0.0/16\n10.0.0.0/8\n", "10.0.0.1", true},
    {"3.2 behind a narrow one", "10.1.0.0/16\n10.3.0.0/16\n", "10.2.0.1", false},
    {"3.2 all of IPv4", "0.0.0.0/0\n", "203.0.113.9", true},
    {"3.2 all of IPv4 is not IPv6", "0.0.0.0/0\n", "2001:db8::1", false},
};

static void test_network(void **state)
{
    const struct network_row *row = *state;
    struct network asked;
    struct list *list = read_list(LIST_PLAIN, bytes_of_text(row->text));
    assert_null(network_read(row->asked, &asked));
    assert_int_equal(list_has_network(list, asked.address), row->has);
    list_unref(&list);
}

struct fault_row {
    const char *name;
    enum list_kind kind;
    const char *text;
    unsigned line, column;
    const char *reason; /* its beginning */
};

static const struct fault_row fault_rows[] = {
    {"3.1 two entries on a line", LIST_PLAIN, "a@x.example b@x.example\n", 1, 13,
     "found \"b@x.example\", expected one entry a line"},
    {"3.1 the line of a fault", LIST_PLAIN, "a@x.example\n\n# c\n  ?\n", 4, 3,
     "found \"?\", expected an address, a domain"},
    {"3.1 an empty label", LIST_PLAIN, "x..example\n", 1, 1,
     "found \"x..example\", expected an ad"},
    {"3.1 a dot alone", LIST_PLAIN, ".\n", 1, 1, "found \".\", expected an address, a domain"},
    {"3.1 an at sign alone", LIST_PLAIN, "@\n", 1, 1, "found \"@\", expected an address, a domain"},
    {"3.1 a star for a local part", LIST_PLAIN, "*@x.example\n", 1, 1,
     "found \"*@x.example\", expected an entry without \"*\": x.example is all of a domain"},
    {"3.1 a star for a label", LIST_PLAIN, "*.x.example\n", 1, 1,
     "found \"*.x.example\", expected an entry without \"*\": x.example is all of a domain"},
    {"3.1 bits behind the prefix", LIST_PLAIN, "192.0.2.1/24\n", 1, 1,
     "found \"192.0.2.1/24\", expected an IP network"},
    {"3.1 half an IP address", LIST_PLAIN, "192.0.2\n", 1, 1,
     "found \"192.0.2\", expected an IP network"},
    {"3.1 an address with a broken domain", LIST_PLAIN, "a@-_?\n", 1, 1,
     "found \"a@-_?\", expected an address as"},
    {"3.1 an address below a domain", LIST_PLAIN, "a@.x.example\n", 1, 1,
     "found \"a@.x.example\", expected an address as"},
    {"3.1 no UTF-8", LIST_PLAIN, "\xFF@x.example\n", 1, 1, "found "},
    {"3.1 a control character is shown as another", LIST_PLAIN, "a\x1B[31m\n", 1, 1,
     "found \"a?[31m\", expected an address, a domain"},
    {"3.3 a key without values", LIST_TABLE, "a@x.example\n", 1, 12,
     "found \"\", expected an address, @domain or a domain"},
    {"3.3 an empty value", LIST_TABLE, "a@x.example b@x.example,, c@x.example\n", 1, 13,
     "found \"\", expected an address, @domain"},
    {"3.3 a comma at the end", LIST_TABLE, "a@x.example b@x.example,\n", 1, 25,
     "found \"\", expected an address, @domain"},
    {"3.3 a value that is none", LIST_TABLE, "a@x.example b@x.example, ?\n", 1, 26,
     "found \"?\", expected an address, @domain"},
    {"3.3 a key twice", LIST_TABLE, "a@x.example b@x.example\nA@x.example c@x.example\n", 2, 1,
     "found \"A@x.example\", expected a key that does not stand before"},
    {"3.3 a network is no key", LIST_TABLE, "192.0.2.0/24 b@x.example\n", 1, 1,
     "found \"192.0.2.0/24\", expected an address"},
};

static void test_fault(void **state)
{
    const struct fault_row *row = *state;
    struct list *list = NULL;
    struct config_problem problem = {.file = ""};
    enum status status =
        list_read_text(row->kind, "test", bytes_of_text(row->text), &list, &problem);
    assert_int_equal(status, STATUS_INVALID);
    assert_null(list);
    assert_string_equal(problem.file, "test");
    problem.reason[strlen(row->reason)] = '\0';
    assert_string_equal(problem.reason, row->reason);
    assert_int_equal(problem.line, row->line);
    assert_int_equal(problem.column, row->column);
}

static void test_line_limit(void **state)
{
    (void)state;
    static char text[LIST_LINE_BYTES + 3];
    struct list *list = NULL;
    struct config_problem problem;
    memset(text, '#', sizeof text);
    text[LIST_LINE_BYTES] = '\n';
    assert_int_equal(list_read_text(LIST_PLAIN, "test",
                                    (struct bytes){(uint8_t *)text, LIST_LINE_BYTES + 1}, &list,
                                    &problem),
                     STATUS_OK);
    list_unref(&list);
    text[LIST_LINE_BYTES] = '#';
    assert_int_equal(list_read_text(LIST_PLAIN, "test",
                                    (struct bytes){(uint8_t *)text, LIST_LINE_BYTES + 1}, &list,
                                    &problem),
                     STATUS_INVALID);
}

struct table_row {
    const char *name;
    const char *text, *asked, *values; /* values: joined with "|"; NULL: none */
};

static const struct table_row table_rows[] = {
    {"3.3 one value", "a@x.example b@x.example\n", "A@x.example", "b@x.example"},
    {"3.3 several values", "a@x.example\tb@x.example,c@x.example , d@x.example # all\n",
     "a@x.example", "b@x.example|c@x.example|d@x.example"},
    {"3.3 a comma in quotes", "a@x.example \"b,c\"@x.example, d@x.example\n", "a@x.example",
     "\"b,c\"@x.example|d@x.example"},
    {"3.3 the address before the local part", "a@ l@x.example\na@x.example b@x.example\n",
     "a@x.example", "b@x.example"},
    {"3.3 the local part before the domain", "x.example d@x.example\na@ l@x.example\n",
     "a@x.example", "l@x.example"},
    {"3.3 the domain before those above", ".example e@x.example\nx.example d@x.example\n",
     "a@x.example", "d@x.example"},
    {"3.3 the nearest domain above", ".example e@x.example\n.x.example n@x.example\n",
     "a@b.x.example", "n@x.example"},
    {"3.3 a domain for a domain", "@old.example @new.example\n", "a@old.example", "@new.example"},
    {"3.3 not there", "a@x.example b@x.example\n", "c@x.example", NULL},
};

static void test_table(void **state)
{
    const struct table_row *row = *state;
    char joined[256] = "";
    struct bytes values, value;
    struct list *table = read_list(LIST_TABLE, bytes_of_text(row->text));
    bool found = table_find(table, bytes_of_text(row->asked), &values);
    assert_int_equal(found, row->values != NULL);
    while (found && table_next_value(&values, &value)) {
        size_t length = strlen(joined);
        snprintf(joined + length, sizeof joined - length, "%s%.*s", length > 0 ? "|" : "",
                 (int)value.size, (const char *)value.data);
    }
    if (found)
        assert_string_equal(joined, row->values);
    list_unref(&table);
}

static void test_exact(void **state)
{
    (void)state;
    struct bytes values;
    struct list *table =
        read_list(LIST_TABLE, BYTES("x.example d@x.example\n.y.example e@x.example\n"));
    assert_false(table_find_exact(table, BYTES("a@x.example"), &values));
    assert_true(table_find_exact(table, BYTES("X.example"), &values));
    assert_true(table_find_exact(table, BYTES(".y.example"), &values));
    assert_bytes(values, BYTES("e@x.example"));
    list_unref(&table);
}

/* 1.6 `to: @list`: addresses alone, as they were written. */
static void test_addresses(void **state)
{
    (void)state;
    struct list *list = read_list(
        LIST_PLAIN,
        BYTES("Anna@X.example\nx.example\n\"a b\"@y.example\npostmaster@\nanna@x.example\n"));
    size_t at = 0;
    struct bytes address;
    assert_true(list_next_address(list, &at, &address));
    assert_bytes(address, BYTES("Anna@X.example"));
    assert_true(list_next_address(list, &at, &address));
    assert_bytes(address, BYTES("\"a b\"@y.example"));
    assert_false(list_next_address(list, &at, &address));
    assert_int_equal(list_count(list), 4);
    list_unref(&list);
}

/* Growth keeps everything; what is not there stays so. */
static void test_many(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    AUTO(buffer_clear) struct buffer text;
    char line[64];
    buffer_init(&text, 1 << 22);
    for (int i = 0; i < MANY; i++) {
        snprintf(line, sizeof line, "user%d@x%d.example\n10.%d.%d.0/24\n", i, i % 7, i / 250,
                 i % 250);
        assert_int_equal(buffer_append(&text, bytes_of_text(line)), STATUS_OK);
    }
    struct list *list = read_list(LIST_PLAIN, buffer_bytes(&text));
    assert_int_equal(list_count(list), 2 * MANY);
    for (int i = 0; i < MANY; i++) {
        snprintf(line, sizeof line, "USER%d@x%d.example", i, i % 7);
        assert_true(list_has(list, bytes_of_text(line)));
        snprintf(line, sizeof line, "user%d@x%d.example", i, (i + 1) % 7);
        assert_false(list_has(list, bytes_of_text(line)));
        const uint8_t address[16] = {[10] = 255,         255, 10, (uint8_t)(i / 250),
                                     (uint8_t)(i % 250), 9};
        assert_true(list_has_network(list, address));
    }
    list_unref(&list);
}

struct node_row {
    const char *name;
    enum list_kind kind;
    const char *yaml;  /* of the key "e" */
    const char *fault; /* "line:column: reason"; NULL: none */
    const char *asked;
};

static const struct node_row node_rows[] = {
    {"3.1 entries in the configuration", LIST_PLAIN, "e: [x.example, a@y.example]", NULL,
     "a@y.example"},
    {"3.1 a wrong entry", LIST_PLAIN, "e: [x.example,\n  '?']",
     "2:3: found \"?\", expected an address, a domain (x.example, .x.example), a local part "
     "(postmaster@) or an IP network",
     NULL},
    {"3.1 a map of entries", LIST_PLAIN, "e: {a: b}", "1:4: expected a list of entries", NULL},
    {"3.1 a list in the list", LIST_PLAIN, "e: [[a]]", "1:5: expected an entry", NULL},
    {"3.3 pairs in the configuration", LIST_TABLE, "e: {x.example: a@y.example}", NULL,
     "b@x.example"},
    {"3.3 lists of values", LIST_TABLE, "e: {x.example: [a@y.example, b@y.example]}", NULL,
     "b@x.example"},
    {"3.3 a list of pairs", LIST_TABLE, "e: [a]", "1:4: expected a map of keys and values", NULL},
    {"3.3 a wrong value", LIST_TABLE, "e: {x.example: [a@y.example, '?']}",
     "1:16: found \"?\", expected an address, @domain or a domain", NULL},
    {"3.3 the same key in another form", LIST_TABLE,
     "e: {x.example: a@y.example, X.example: a@y.example}",
     "1:40: found \"X.example\", expected a key that does not stand before", NULL},
};

static void test_node(void **state)
{
    const struct node_row *row = *state;
    AUTO(arena_clear) struct arena arena;
    struct config_problem problem;
    struct node *root = NULL;
    struct list *list = NULL;
    char text[CONFIG_PROBLEM_BYTES];
    arena_init(&arena, 1 << 16);
    assert_int_equal(yaml_read(&arena, "t", bytes_of_text(row->yaml), &root, &problem), STATUS_OK);
    enum status status = list_read_node(row->kind, node_find(root, "e"), &list, &problem);
    assert_int_equal(status, row->fault == NULL ? STATUS_OK : STATUS_INVALID);
    if (row->fault != NULL) {
        config_problem_text(&problem, text);
        assert_string_equal(text + 2, row->fault);
        return;
    }
    assert_true(list_has(list, bytes_of_text(row->asked)));
    list_unref(&list);
}

/* A file whose lines are cut by the pieces in which it is read; the first one is a comment. */
static FILE *open_file(char *path)
{
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    for (int i = 0; i < 30000; i++)
        fprintf(file, "%suser%d@x.example\n", i == 0 ? "#" : "", i);
    return file;
}

static void test_file(void **state)
{
    (void)state;
    char path[] = "/tmp/cccpd-list-XXXXXX";
    struct list *list = NULL;
    struct config_problem problem;
    struct list_file now;
    assert_int_equal(fclose(open_file(path)), 0);
    assert_int_equal(list_read(LIST_PLAIN, path, &list, &problem), STATUS_OK);
    assert_int_equal(list_count(list), 29999);
    assert_false(list_has(list, BYTES("user0@x.example")));
    assert_true(list_has(list, BYTES("user29999@x.example")));
    assert_true(list_file_now(path, &now));
    assert_int_equal(list_file(list).inode, now.inode);
    assert_int_equal(list_file(list).size, now.size);
    list_unref(&list);
    assert_int_equal(unlink(path), 0);
    assert_false(list_file_now(path, &now));
}

static void test_file_faults(void **state)
{
    (void)state;
    char path[] = "/tmp/cccpd-list-XXXXXX";
    struct list *list = NULL;
    struct config_problem problem;
    FILE *file = open_file(path);
    fprintf(file, "?");
    assert_int_equal(fclose(file), 0);
    assert_int_equal(list_read(LIST_PLAIN, path, &list, &problem), STATUS_INVALID);
    assert_int_equal(problem.line, 30001);
    assert_string_equal(problem.file, path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(list_read(LIST_PLAIN, path, &list, &problem), STATUS_INVALID);
    assert_int_equal(problem.line, 0);
    assert_int_equal(list_read(LIST_PLAIN, "/tmp", &list, &problem), STATUS_INVALID);
    assert_string_equal(problem.reason, "not a regular file");
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, has_rows, test_has);
    ROWS_ADD(&rows, network_rows, test_network);
    ROWS_ADD(&rows, fault_rows, test_fault);
    ROWS_ADD(&rows, table_rows, test_table);
    ROWS_ADD(&rows, node_rows, test_node);
    rows_add_one(&rows, "3.1 a line of the most octets, and one more", test_line_limit);
    rows_add_one(&rows, "3.3 a key as it stands", test_exact);
    rows_add_one(&rows, "1.6 the addresses of a list", test_addresses);
    rows_add_one(&rows, "3.4 many entries", test_many);
    rows_add_one(&rows, "3.1 a file", test_file);
    rows_add_one(&rows, "3.1 files that cannot be read", test_file_faults);
    return rows_run("list", &rows, argc, argv);
}

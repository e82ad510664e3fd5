/* The names of a part. */
#include "engines/message/names.h"

#include "tests/unit/protocol/rows.h"

#include <stdio.h>
#include <string.h>

#include "engines/decode/charset.h"

#define CD "Content-Disposition: attachment; "
#define CT "Content-Type: a/b; "

struct row {
    const char *name, *section;
    const char *expected; /* "first|second|" */
    bool differ;
};

static const struct row rows[] = {
    {"1 none", "Subject: name=a\r\nContent-Type: text/plain\r\n\r\n", "", false},
    {"1 filename", CD "filename=a.txt\r\n\r\n", "a.txt|", false},
    {"1 name", CT "name=\"a.txt\"\r\n\r\n", "a.txt|", false},
    {"1 filename comes first", CT "name=a\r\n" CD "filename=b\r\n\r\n", "b|a|", true},
    {"1 equal names are one", CT "name=a\r\n" CD "filename=\"a\"\r\n\r\n", "a|", false},
    {"1 each in the other field", CD "name=a\r\n" CT "filename=a\r\n\r\n", "a|", false},
    {"1 two fields", CD "filename=a\r\n" CD "filename=b\r\n\r\n", "a|b|", true},
    {"1 text behind the field's name", "Content-Disposition (c): x; filename=a\r\n\r\n", "a|",
     false},
    {"1 behind the section is nothing", "A: b\r\n\r\n" CD "filename=a\r\n", "", false},
    {"2 an encoded word and what it stands for", CD "filename=\"=?utf-8?B?w6kuZXhl?=\"\r\n\r\n",
     "\xC3\xA9.exe|=?utf-8?B?w6kuZXhl?=|", false},
    {"2 the same name in two encodings",
     CT "name=\"=?iso-8859-1?q?=E9?=\"\r\n" CD "filename*=utf-8''%C3%A9\r\n\r\n",
     "\xC3\xA9|utf-8''%C3%A9|=?iso-8859-1?q?=E9?=|", false},
    {"2 an extended name by its charset", CD "filename*=utf-16be''%00a%00b\r\n\r\n",
     "ab|\xEF\xBF\xBD"
     "a\xEF\xBF\xBD"
     "b|utf-16be''%00a%00b|",
     false},
    {"2 a plain name for old programs",
     CD "filename=\"pr_f.pdf\"; filename*=utf-8''pr%C3%BCf.pdf\r\n\r\n",
     "pr\xC3\xBC"
     "f.pdf|utf-8''pr%C3%BCf.pdf|pr_f.pdf|",
     false},
    {"2 that is of another kind",
     CD "filename=\"pr_f.exe\"; filename*=utf-8''pr%C3%BCf.pdf\r\n\r\n",
     "pr\xC3\xBC"
     "f.pdf|utf-8''pr%C3%BCf.pdf|pr_f.exe|",
     true},
    {"3 controls",
     CD "filename=\"a\x01"
        "b\"\r\n\r\n",
     "a\xEF\xBF\xBD"
     "b|",
     false},
    {"3 windows-1252", CD "filename=\"\xE9\"\r\n\r\n", "\xC3\xA9|", false},
    {"3 UTF-8", CD "filename=\"\xC3\xA9\"\r\n\r\n", "\xC3\xA9|", false},
};

static void read_names(struct bytes section, struct arena *arena, struct names *names)
{
    struct limits limits;
    struct budget budget;

    limits_init(&limits);
    budget_init(&budget, &limits, section.size, 0);
    arena_init(arena, (size_t)64 << 20);
    assert_int_equal(names_read(section, &budget, arena, names), STATUS_OK);
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct bytes given = bytes_of_text(row->section);
    AUTO(rows_free) uint8_t *copy = rows_copy(given);
    char out[1000] = "";
    struct names names;
    struct arena arena;

    read_names((struct bytes){copy, given.size}, &arena, &names);
    for (uint32_t i = 0; i < names.count; i++) {
        snprintf(out + strlen(out), sizeof out - strlen(out), "%.*s|",
                 (int)names.items[i].text.size, (const char *)names.items[i].text.data);
        assert_true(names.items[i].where.offset + names.items[i].where.size <= given.size);
    }
    assert_string_equal(out, row->expected);
    assert_int_equal(names.differ, row->differ);
    assert_int_equal(names.differ_where.size > 0, row->differ);
    assert_false(names.is_over);
    arena_clear(&arena);
}

/* Cut before a character. */
static void test_long(void **state)
{
    char section[3000] = CD "filename=\"a";
    struct names names;
    struct arena arena;

    (void)state;
    for (size_t i = 0; i < 600; i++)
        strcat(section, "\xC3\xA9");
    strcat(section, "\"\r\n\r\n");
    read_names(bytes_of_text(section), &arena, &names);
    assert_int_equal(names.count, 1);
    assert_int_equal(names.items[0].text.size, 1023);
    assert_true(bytes_is_utf8(names.items[0].text));
    arena_clear(&arena);
}

static void test_too_many(void **state)
{
    char section[4000] = CD;
    struct names names;
    struct arena arena;

    (void)state;
    for (int i = 0; i < 40; i++)
        snprintf(section + strlen(section), 60, "x; filename=a%d\r\n" CD, i);
    read_names(bytes_of_text(section), &arena, &names);
    assert_true(names.is_over);
    assert_in_range(names.count, 1, NAMES_MOST);
    arena_clear(&arena);
}

static void test_nothing_taken(void **state)
{
    struct names names;
    struct arena arena;

    (void)state;
    read_names(BYTES("From: a\r\nSubject: b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"),
               &arena, &names);
    assert_int_equal(arena.used, 0);
    assert_null(names.items);
    arena_clear(&arena);
}

int main(int count, char **arguments)
{
    static struct rows all;

    charset_warm_up();
    ROWS_ADD(&all, rows, test_row);
    rows_add_one(&all, "3 a long name is cut before a character", test_long);
    rows_add_one(&all, "3 more names than fit are said", test_too_many);
    rows_add_one(&all, "4 nothing is taken where there is no name", test_nothing_taken);
    return rows_run("names", &all, count, arguments);
}

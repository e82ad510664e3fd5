/* Names and boundaries of two suites of ambiguous mail. For each message: the name that the suite
 * hides must be among those of one of its header sections, or these are said to differ; and every
 * line that looks like a delimiter must begin with a boundary that some field could mean. What is
 * left over is listed with its reason. Arguments: the folder of the suite, noxxi or own. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/charset.h"
#include "engines/message/header.h"
#include "engines/message/names.h"
#include "engines/message/parameter_reading.h"

enum { TEXT_MOST = 4096, CASES_MOST = 512, VALUES_MOST = 4096 };

struct test_case {
    char name[TEXT_MOST];
    char id[TEXT_MOST];
    char path[TEXT_MOST];
    char wanted[TEXT_MOST];
};

static struct test_case cases[CASES_MOST];
static struct CMUnitTest tests[CASES_MOST];
static size_t cases_count;

/* Beginnings of cases whose delimiters no parameter declares. */
static const char *const undeclared[][2] = {
    {"multipart-hidehdr_", "the field itself is hidden: junk, blanks or CR before it"},
    {"multipart-miss:", "no boundary is declared at all"},
    {"multipart-wrong_key", "the attribute lacks a letter"},
    {"multipart-comment-k1Ck2eb.b", "differs; the delimiter has a comment in it"},
    {"multipart-rfc2231-plain*:prebdr", "the preamble has a delimiter of nothing"},
    {"multipart-rfc2231-enc*:prebdr", "the preamble has a delimiter of nothing"},
    {"multipart-rfc2231-enc*0*:prebdr", "the preamble has a delimiter of nothing"},
    {"b17-partial-2of2", "the second half of a message"},
};

static bool is_undeclared(const char *id)
{
    for (size_t i = 0; i < sizeof undeclared / sizeof undeclared[0]; i++) {
        if (strncmp(id, undeclared[i][0], strlen(undeclared[i][0])) == 0)
            return true;
    }
    return false;
}

struct reading {
    struct bytes octets;
    struct budget budget;
    struct limits limits;
    struct arena arena;
    struct bytes boundaries[VALUES_MOST];
    size_t boundaries_count;
    struct bytes wanted;
    bool has_wanted, differs;
};

static void read_section(struct reading *reading, struct bytes section)
{
    struct fields fields = {section, 0};
    struct parameter_values values;
    struct names names;
    struct field field;

    assert_int_equal(names_read(section, &reading->budget, &reading->arena, &names), STATUS_OK);
    reading->differs |= names.differ || names.is_over;
    for (uint32_t i = 0; i < names.count; i++)
        reading->has_wanted |= bytes_equal(names.items[i].text, reading->wanted);
    while (fields_next(&fields, &field)) {
        if (!bytes_equal_fold(bytes_slice(field.name, 0, 8), BYTES("content-")))
            continue;
        assert_int_equal(parameter_values_read(field.value, BYTES("boundary"), &reading->budget,
                                               &reading->arena, &values),
                         STATUS_OK);
        for (size_t i = 0; i < values.count && reading->boundaries_count < VALUES_MOST; i++)
            reading->boundaries[reading->boundaries_count++] = values.values[i].octets;
    }
}

static bool is_delimiter(struct bytes line)
{
    return line.size > 2 && line.data[0] == '-' && line.data[1] == '-';
}

/* Blocks between blank lines, without the delimiters before them, are as good as sections. */
static void read_sections(struct reading *reading)
{
    size_t begin = 0, at = 0;

    while (at < reading->octets.size) {
        size_t line_begin = at;
        struct bytes line = line_at(reading->octets, at, &at);

        if (is_delimiter(line) && line_begin == begin)
            begin = at;
        if (line.size > 0 && at < reading->octets.size)
            continue;
        read_section(reading, bytes_slice(reading->octets, begin, at - begin));
        begin = at;
    }
}

static size_t count_uncovered(const struct reading *reading)
{
    size_t at = 0, count = 0;

    while (at < reading->octets.size) {
        struct bytes line = line_at(reading->octets, at, &at);
        bool is_covered = !is_delimiter(line);

        for (size_t i = 0; i < reading->boundaries_count && !is_covered; i++)
            is_covered = bytes_equal(bytes_slice(line, 2, reading->boundaries[i].size),
                                     reading->boundaries[i]);
        count += !is_covered;
    }
    return count;
}

static struct bytes read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *octets = malloc(1 << 22);
    size_t size;

    assert_non_null(file);
    assert_non_null(octets);
    size = fread(octets, 1, 1 << 22, file);
    fclose(file);
    return (struct bytes){octets, size};
}

static struct reading *read_case(const struct test_case *given)
{
    struct reading *reading = calloc(1, sizeof *reading);

    assert_non_null(reading);
    reading->octets = read_file(given->path);
    reading->wanted = bytes_of_text(given->wanted);
    limits_init(&reading->limits);
    budget_init(&reading->budget, &reading->limits, reading->octets.size, 0);
    arena_init(&reading->arena, (size_t)256 << 20);
    read_sections(reading);
    return reading;
}

static void free_case(struct reading *reading)
{
    arena_clear(&reading->arena);
    free((void *)reading->octets.data);
    free(reading);
}

static void test_boundaries(void **state)
{
    const struct test_case *given = *state;
    struct reading *reading = read_case(given);
    size_t uncovered = count_uncovered(reading);

    free_case(reading);
    if (is_undeclared(given->id))
        assert_true(uncovered > 0);
    else
        assert_int_equal(uncovered, 0);
}

/* A scanner that knows only "file" or nothing must at least know that others read more. */
static void test_name(void **state)
{
    const struct test_case *given = *state;
    struct reading *reading = read_case(given);
    bool found = reading->has_wanted || reading->differs;

    free_case(reading);
    assert_true(found);
}

static void add(const char *id, const char *path, const char *wanted)
{
    struct test_case *added = &cases[cases_count];

    snprintf(added->id, sizeof added->id, "%s", id);
    snprintf(added->path, sizeof added->path, "%s", path);
    snprintf(added->wanted, sizeof added->wanted, "%s", wanted != NULL ? wanted : "");
    snprintf(added->name, sizeof added->name, "%s %.200s", wanted != NULL ? "names" : "boundaries",
             id);
    tests[cases_count++] = (struct CMUnitTest){
        added->name, wanted != NULL ? test_name : test_boundaries, NULL, NULL, added};
}

/* Rows "file, payload id, …" below the folder. fname-ctype.png hides the type; in fname-….QnEQxQ
 * the name that is meant has a quote. */
static void add_noxxi(const char *folder, const char *table, const char *wanted)
{
    char path[TEXT_MOST], line[TEXT_MOST];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, table);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && cases_count < CASES_MOST) {
        char *rest = line, *name = strsep(&rest, "\t"), *id = strsep(&rest, "\t");

        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (id == NULL || strcmp(name, "file") == 0 || strcmp(id, "fname-ctype.png") == 0)
            continue;
        add(id, path, wanted == NULL ? NULL : strstr(id, "QnEQxQ") != NULL ? "file\".zip" : wanted);
    }
    if (file != NULL)
        fclose(file);
}

/* Rows "id, category, expect, …"; a name is "name:X". Those that a rule must look through are
 * looked for as they stand in the message. e…: resources. */
static void add_own(const char *folder)
{
    char path[TEXT_MOST], line[TEXT_MOST];
    FILE *file;

    snprintf(path, sizeof path, "%s/cases.tsv", folder);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && cases_count < CASES_MOST) {
        char *rest = line, *id = strsep(&rest, "\t"), *expect;

        (void)strsep(&rest, "\t");
        expect = strsep(&rest, "\t");
        snprintf(path, sizeof path, "%s/%s.eml", folder, id);
        if (expect == NULL || strcmp(id, "id") == 0 || id[0] == 'e')
            continue;
        if (strncmp(expect, "name:", 5) != 0)
            add(id, path, NULL);
        else if (strcmp(id, "d08-rlo") == 0)
            add(id, path, "gpj.\xE2\x80\xAEtxt.exe");
        else if (strcmp(id, "d21-fullwidth") == 0)
            add(id, path,
                "evil\xEF\xBC\x8E"
                "exe");
        else if (strcmp(id, "d09-trail-dot") == 0)
            add(id, path, "evil.exe. ");
        else if (strcmp(id, "d11-path") == 0)
            add(id, path, "../../tmp/evil.exe");
        else
            add(id, path, expect + 5);
    }
    if (file != NULL)
        fclose(file);
}

int main(int count, char **arguments)
{
    if (count != 3)
        return 1;
    charset_warm_up();
    if (strcmp(arguments[2], "own") == 0) {
        add_own(arguments[1]);
    } else {
        add_noxxi(arguments[1], "expected-content.tsv", NULL);
        add_noxxi(arguments[1], "expected-filename.tsv", "file.zip");
    }
    if (cases_count < 50)
        return 1;
    return _cmocka_run_group_tests("corpus_names", tests, cases_count, NULL, NULL);
}

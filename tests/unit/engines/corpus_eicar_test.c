/* The suite av-eicar in all three modes, as its expected.tsv says: each file as the attachment of a
 * mail and in the mail of the suite. Nothing that holds a payload is clean; bombs end within three
 * seconds.
 *
 *     corpus_eicar_test FOLDER MODE */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/engines/clamav_opened.h"

enum { CASES_MOST = 200, NAME_BYTES = 128, BOMB_US = 3000000 };

struct expected {
    char file[NAME_BYTES], expect[NAME_BYTES], name[2 * NAME_BYTES];
    bool wrapped; /* the suite's mail; else wrapped here */
};

static const char *folder;
static struct engine_instance engine;
static struct expected cases[CASES_MOST];
static size_t case_count;

static void expect_found(const struct checked *checked)
{
    assert_int_equal(checked->verdict.kind, VERDICT_INFECTED);
    assert_non_null(strstr(checked->symbols, "Eicar-Test-Signature"));
}

/* Not clean, and trying again does not help. */
static void expect_flagged(const struct checked *checked)
{
    assert_int_equal(checked->verdict.kind, VERDICT_INCOMPLETE);
    assert_false(checked->verdict.transient);
    assert_true(strlen(checked->symbols) > 0);
}

static void compare(const struct expected *expected, const struct checked *checked)
{
    const char *expect = expected->expect;
    if (strcmp(expect, "found") == 0)
        expect_found(checked);
    else if (strcmp(expect, "clean") == 0)
        assert_int_equal(checked->verdict.kind, VERDICT_CLEAN);
    else if (strcmp(expect, "encrypted") == 0)
        assert_non_null(strstr(checked->reasons, " encrypted "));
    else if (strcmp(expect, "limit") == 0)
        expect_flagged(checked);
    else if (strncmp(expect, "limit or clean", 14) == 0 || strcmp(expect, "either") == 0)
        assert_false(checked->verdict.transient);
    else if (checked->verdict.kind == VERDICT_INFECTED) /* found or … flagged */
        expect_found(checked);
    else
        expect_flagged(checked);
}

static void case_holds(void **state)
{
    const struct expected *expected = *state;
    struct bytes octets = file_octets(folder, expected->file);
    if (!expected->wrapped) {
        struct bytes mail = mail_around(octets, expected->file);
        free((void *)octets.data);
        octets = mail;
    }
    struct checked checked = clamav_check(&engine, octets, 30000);
    free((void *)octets.data);
    if (strncmp(strrchr(expected->name, ' ') + 1, "bomb", 4) == 0)
        printf("%s: %llu ms\n", expected->name, (unsigned long long)checked.cpu_us / 1000);
    compare(expected, &checked);
#ifndef CCCPD_SANITIZED
    assert_true(checked.cpu_us < BOMB_US);
#endif
}

static void add_case(const char *file, const char *expect, bool wrapped, const char *mode)
{
    struct expected *expected = &cases[case_count++];
    assert(case_count <= CASES_MOST);
    snprintf(expected->file, NAME_BYTES, "%s%s%s", wrapped ? "mail/" : "", file,
             wrapped ? ".eml" : "");
    snprintf(expected->expect, NAME_BYTES, "%s", expect);
    snprintf(expected->name, sizeof expected->name, "av-eicar, %s: %s, %s %s", mode, expect,
             wrapped ? "mail" : "attached", file);
    expected->wrapped = wrapped;
}

static bool has_mail(const char *file)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/mail/%s.eml", folder, file);
    return access(path, R_OK) == 0;
}

static void read_cases(const char *mode)
{
    char path[1024], line[1024], file[NAME_BYTES], expect[NAME_BYTES];
    snprintf(path, sizeof path, "%s/expected.tsv", folder);
    FILE *table = fopen(path, "r");
    assert(table);
    while (fgets(line, sizeof line, table)) {
        if (sscanf(line, "%127[^\t]\t%127[^\t]", file, expect) != 2 || strcmp(file, "file") == 0)
            continue;
        add_case(file, expect, false, mode);
        if (has_mail(file))
            add_case(file, expect, true, mode);
    }
    fclose(table);
}

static int tear_down(void **state)
{
    (void)state;
    clamav_shut(&engine);
    return 0;
}

static char mode_change[64];

static int set_up(void **state)
{
    const char *const changes[] = {mode_change, NULL};
    (void)state;
    clamav_open_with(changes, &engine);
    return 0;
}

int main(int count, char **arguments)
{
    static struct CMUnitTest tests[CASES_MOST];
    if (count != 3)
        return 2;
    folder = arguments[1];
    snprintf(mode_change, sizeof mode_change, "mode=%s", arguments[2]);
    read_cases(arguments[2]);
    for (size_t i = 0; i < case_count; i++)
        tests[i] = (struct CMUnitTest){cases[i].name, case_holds, NULL, NULL, &cases[i]};
    return _cmocka_run_group_tests("av-eicar", tests, case_count, set_up, tear_down);
}

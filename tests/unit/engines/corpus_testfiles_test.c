/* ClamAV's own test program in packers, archives, installers and mails: each file is found, or it
 * is said that it could not be examined; none is clean.
 *
 *     corpus_testfiles_test EXPECTED.tsv FOLDER MODE [folder|room|descriptors]
 *
 * With the last word libclamav is starved of it: then many are not found, and none is clean.
 *
 * The first column of the table is a path below FOLDER. Names that end in .eml, .mail or hold
 * .mbox are mails by themselves, all others come as an attachment. */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engines/clamav_opened.h"

enum { CASES_MOST = 200, NAME_BYTES = 160 };

struct testfile {
    char file[NAME_BYTES], name[2 * NAME_BYTES];
    bool found; /* libclamav of Debian finds it in the file by itself */
};

static const char *folder;
static char mode_change[64];
static const char *const starvations[] = {"", "folder", "room", "descriptors"};
static enum starved starved;
static struct engine_instance engine;
static struct testfile cases[CASES_MOST];
static size_t case_count;

static bool is_mail(const char *file)
{
    size_t length = strlen(file);
    return strstr(file, ".mail") || strstr(file, ".mbox") ||
           (length > 4 && strcmp(file + length - 4, ".eml") == 0);
}

static struct bytes case_mail(const struct testfile *testfile)
{
    struct bytes octets = file_octets(folder, testfile->file);
    if (is_mail(testfile->file))
        return octets;
    struct bytes mail = mail_around(octets, "clam.bin");
    free((void *)octets.data);
    return mail;
}

static void case_holds(void **state)
{
    const struct testfile *testfile = *state;
    struct bytes mail = case_mail(testfile);
    if (starved)
        clamav_starve(starved);
    struct checked checked = clamav_check(&engine, mail, 30000);
    if (starved)
        clamav_feed();
    free((void *)mail.data);
    assert_int_not_equal(checked.verdict.kind, VERDICT_CLEAN);
    if (starved)
        return;
    assert_false(checked.verdict.transient);
    if (testfile->found)
        assert_non_null(strstr(checked.symbols, "ClamAV-Test-File"));
}

/* Mails whose attachment only another reading shows: a comment behind the name of Content-Type.
 * The mode `parts` sees one reading (spec/engine-clamav.md). */
static bool is_other_reading(const char *file, const char *mode)
{
    return strcmp(mode, "parts") == 0 && strstr(file, "comment-header-name") != NULL;
}

static void read_cases(const char *table_path, const char *mode)
{
    char line[1024];
    FILE *table = fopen(table_path, "r");
    assert(table);
    while (fgets(line, sizeof line, table)) {
        char file[NAME_BYTES];
        struct testfile *testfile = &cases[case_count];
        line[strcspn(line, "\n")] = '\0';
        const char *last = strrchr(line, '\t');
        if (sscanf(line, "%159[^\t]", file) != 1 || strcmp(file, "file") == 0 ||
            is_other_reading(file, mode))
            continue;
        memcpy(testfile->file, file, sizeof file);
        testfile->found = last && strstr(last, "ClamAV-Test-File") != NULL;
        snprintf(testfile->name, sizeof testfile->name, "testfiles, %s: %s", mode, file);
        assert(++case_count < CASES_MOST);
    }
    fclose(table);
}

static int set_up(void **state)
{
    const char *const changes[] = {mode_change, NULL};
    (void)state;
    clamav_open_with(changes, &engine);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clamav_shut(&engine);
    return 0;
}

int main(int count, char **arguments)
{
    static struct CMUnitTest tests[CASES_MOST];
    if (count < 4 || count > 5)
        return 2;
    for (int i = 1; count == 5 && i < 4; i++)
        if (strcmp(arguments[4], starvations[i]) == 0)
            starved = (enum starved)i;
    folder = arguments[2];
    snprintf(mode_change, sizeof mode_change, "mode=%s", arguments[3]);
    read_cases(arguments[1], arguments[3]);
    for (size_t i = 0; i < case_count; i++)
        tests[i] = (struct CMUnitTest){cases[i].name, case_holds, NULL, NULL, &cases[i]};
    return _cmocka_run_group_tests("testfiles", tests, case_count, set_up, tear_down);
}

/* Every file of every suite of mail in the shared corpus through the view: whatever it holds, the
 * checks of view_check.h hold. Argument: the corpus. One row for each suite. */
#include <dirent.h>
#include <fts.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/view_check.h"

enum { SUITES_MOST = 64 };

static struct bytes read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *octets;
    size_t size;
    long end;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    end = ftell(file);
    assert_true(end >= 0);
    rewind(file);
    size = (size_t)end;
    octets = malloc(size + 1);
    assert_non_null(octets);
    assert_int_equal(fread(octets, 1, size, file), size);
    fclose(file);
    return (struct bytes){octets, size};
}

static void check_file(const char *path, const struct limits *limits)
{
    struct bytes octets = read_file(path);
    struct message message;
    struct budget budget;
    struct report report;
    const char *wrong;

    budget_init(&budget, limits, octets.size, 0);
    report_init(&report, limits->report_bytes);
    assert_int_equal(message_init(&message, octets, &budget, &report), STATUS_OK);
    wrong = view_check(&message);
    if (wrong == NULL && report_check(&report, octets.size, limits) != STATUS_OK)
        wrong = "the report is not valid";
    if (wrong != NULL)
        fail_msg("%s: %s", path, wrong);
    message_clear(&message);
    report_clear(&report);
    free((void *)octets.data);
}

static void test_suite(void **state)
{
    char *const roots[] = {*state, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    struct limits limits;
    size_t files = 0;
    FTSENT *entry;

    assert_non_null(tree);
    limits_init(&limits);
    while ((entry = fts_read(tree)) != NULL) {
        if (entry->fts_info != FTS_F)
            continue;
        check_file(entry->fts_path, &limits);
        files++;
    }
    fts_close(tree);
    assert_true(files > 0);
}

static int is_suite(const struct dirent *entry)
{
    return strncmp(entry->d_name, "mime-", 5) == 0 ||
           strncmp(entry->d_name, "spam-suite-", 11) == 0;
}

int main(int count, char **arguments)
{
    static struct CMUnitTest tests[SUITES_MOST];
    const char *corpus = count == 2 ? arguments[1] : "";
    struct dirent **entries = NULL;
    int found = scandir(corpus, &entries, is_suite, alphasort);

    if (found <= 0 || found > SUITES_MOST) {
        fprintf(stderr, "no suites of mail in \"%s\"\n", corpus);
        return 1;
    }
    message_warm_up();
    for (int i = 0; i < found; i++) {
        char *path = NULL, *name = NULL;

        if (asprintf(&path, "%s/%s", corpus, entries[i]->d_name) < 0 ||
            asprintf(&name, "2 no octet escapes: %s", entries[i]->d_name) < 0)
            return 1;
        tests[i] = (struct CMUnitTest){name, test_suite, NULL, NULL, path};
        free(entries[i]);
    }
    free(entries);
    return _cmocka_run_group_tests("corpus_view", tests, (size_t)found, NULL, NULL);
}

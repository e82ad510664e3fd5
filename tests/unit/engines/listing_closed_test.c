/* Once listing_warm_up() is done, no walk opens a file or starts anything: behind a filter that
 * kills for it, all files of a folder are walked through.
 *
 *     listing_closed_test FOLDER */
#include "engines/attachment/listing.h"

#include <dirent.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { FILES_MOST = 400, FILE_BYTES_MOST = 1 << 20 };

static const char *const deadly[] = {"open",  "openat", "openat2", "creat", "socket",
                                     "clone", "clone3", "fork",    "vfork", "execve",
                                     "pipe",  "pipe2",  "unlink",  "mkdir", "rename"};

static struct bytes files[FILES_MOST];
static size_t file_count;

static void take(void *context, const struct listing_entry *entry)
{
    *(uint64_t *)context += entry->size > 0;
}

static void read_file(const char *folder, const char *name)
{
    char path[4096];
    uint8_t *octets = malloc(FILE_BYTES_MOST);
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_non_null(octets);
    assert_true(file_count < FILES_MOST);
    files[file_count++] = (struct bytes){octets, fread(octets, 1, FILE_BYTES_MOST, file)};
    fclose(file);
}

static void read_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;

    assert_non_null(entries);
    while ((entry = readdir(entries)) != NULL)
        if (entry->d_name[0] != '.')
            read_file(folder, entry->d_name);
    closedir(entries);
}

static void close_doors(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    assert_non_null(filter);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        int number = seccomp_syscall_resolve_name(deadly[i]);

        /* Not every machine has every call. */
        if (number >= 0)
            assert_int_equal(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, number, 0), 0);
    }
    assert_int_equal(seccomp_load(filter), 0);
    seccomp_release(filter);
}

static void walk_all(void)
{
    struct limits limits;
    struct budget budget;
    struct listing listing;
    uint64_t count = 0;

    limits_init(&limits);
    for (size_t i = 0; i < file_count; i++) {
        budget_init(&budget, &limits, files[i].size, 0);
        assert_int_equal(listing_walk(files[i], &budget, take, &count, &listing), STATUS_OK);
    }
    assert_true(count > 0);
}

static void test_closed(void **state)
{
    pid_t child;
    int result;

    (void)state;
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        listing_warm_up();
        close_doors();
        walk_all();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        {.name = "9 nothing is opened after the warm-up", .test_func = test_closed}};

    assert_int_equal(count, 2);
    read_folder(arguments[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

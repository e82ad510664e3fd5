/* What a worker frees stays with it, up to a bound: counted in page faults and in octets, of blocks
 * as libclamav takes them for a scan and frees them (spec/workers.md, "The sandbox"). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/worker/pages.h"

enum { MEBIBYTE = 1024 * 1024, BLOCKS_MOST = 96, KEPT_MEBIBYTES = 64 };

static uint64_t faults(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return (uint64_t)usage.ru_minflt;
}

/* Takes, fills and frees; returns the page faults of it. */
static uint64_t use_blocks(unsigned count, size_t size)
{
    uint8_t *blocks[BLOCKS_MOST];
    uint64_t before = faults();
    for (unsigned i = 0; i < count; i++) {
        blocks[i] = malloc(size);
        assert_non_null(blocks[i]);
        memset(blocks[i], 1, size);
    }
    while (count > 0) {
        free(blocks[--count]);
    }
    return faults() - before;
}

static const struct row {
    const char *name;
    unsigned count;
    size_t size;
} rows[] = {
    {"The sandbox: one block of a scan is kept", 1, 3 * MEBIBYTE},
    {"The sandbox: sixteen blocks are kept", 16, MEBIBYTE},
    {"The sandbox: a few large blocks are kept", 2, 20 * MEBIBYTE},
};

static void test_kept(void **state)
{
    const struct row *row = *state;
    uint64_t pages = row->count * row->size / (uint64_t)sysconf(_SC_PAGESIZE);
    (void)use_blocks(row->count, row->size);
    assert_true(use_blocks(row->count, row->size) < pages / 16);
}

static void test_bounded(void **state)
{
    (void)state;
    (void)use_blocks(BLOCKS_MOST, MEBIBYTE);
    assert_true(mallinfo2().fordblks <= (size_t)(KEPT_MEBIBYTES + 1) * MEBIBYTE);
}

static int keep(void **state)
{
    (void)state;
    pages_keep();
    return 0;
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof *rows };
    static struct CMUnitTest tests[ROWS + 1];
    for (size_t i = 0; i < ROWS; i++) {
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                                       .test_func = test_kept,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    }
    tests[ROWS] = (struct CMUnitTest){.name = "The sandbox: no more than 64 MiB are kept",
                                      .test_func = test_bounded};
    return cmocka_run_group_tests_name("worker_pages", tests, keep, NULL);
}

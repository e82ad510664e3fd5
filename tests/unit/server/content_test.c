/* Contents: octets, digest, seals, spilling and the one budget (server/front/content.h; spec 2.10).
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/front/content.h"

static const uint8_t sha256_of_abc[DIGEST_BYTES] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
    0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

static struct limits limits;
static char spill_dir[] = "/tmp/cccpd-content-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    limits_init(&limits);
    limits.spill_bytes = 100;
    limits.content_budget_bytes = 1000;
    limits.message_bytes = 900;
    return content_reserved() == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return content_reserved() == 0 ? 0 : -1;
}

static struct content *content_open(uint64_t size)
{
    struct content *content = NULL;
    assert_int_equal(content_new(&limits, spill_dir, size, &content), STATUS_OK);
    return content;
}

static void expect_octets(const struct content *content, const uint8_t *octets, size_t size)
{
    uint8_t got[1000];
    struct stat status;
    assert_int_equal(fstat(content->fd, &status), 0);
    assert_int_equal(status.st_size, size);
    assert_int_equal(pread(content->fd, got, sizeof(got), 0), size);
    assert_memory_equal(got, octets, size);
    assert_true(fcntl(content->fd, F_GETFD) & FD_CLOEXEC);
}

static void digest(void **state)
{
    (void)state;
    for (size_t step = 1; step <= 3; step++) {
        struct content *content = content_open(3);
        for (size_t at = 0; at < 3; at += step)
            assert_int_equal(content_write(content, bytes_slice(BYTES("abc"), at, step)),
                             STATUS_OK);
        assert_int_equal(content_seal(content), STATUS_OK);
        assert_memory_equal(content->digest, sha256_of_abc, DIGEST_BYTES);
        expect_octets(content, (const uint8_t *)"abc", 3);
        content_unref(&content);
    }
}

static void memory_is_sealed(void **state)
{
    (void)state;
    struct content *content = content_open(3);
    struct stat status;
    assert_int_equal(fstat(content->fd, &status), 0);
    assert_int_equal(status.st_size, 0); /* nothing for what is only announced */
    assert_int_equal(content_write(content, BYTES("abc")), STATUS_OK);
    assert_int_equal(content_seal(content), STATUS_OK);
    assert_int_equal(fcntl(content->fd, F_GET_SEALS),
                     F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    assert_int_equal(pwrite(content->fd, "x", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    content_unref(&content);
}

static void large_is_spilled(void **state)
{
    (void)state;
    uint8_t octets[101];
    memset(octets, 'x', sizeof(octets));
    struct content *content = content_open(sizeof(octets));
    assert_false(content->in_memory);
    assert_int_equal(content_write(content, (struct bytes){octets, sizeof(octets)}), STATUS_OK);
    assert_int_equal(content_seal(content), STATUS_OK);
    expect_octets(content, octets, sizeof(octets));
    struct stat status;
    assert_int_equal(fstat(content->fd, &status), 0);
    assert_int_equal(status.st_nlink, 0);
    assert_int_equal(fcntl(content->fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    assert_int_equal(rmdir(spill_dir), 0); /* it is empty */
    assert_int_equal(mkdir(spill_dir, 0700), 0);
    content_unref(&content);
}

static void empty(void **state)
{
    (void)state;
    struct content *content = content_open(0);
    assert_int_equal(content_seal(content), STATUS_OK);
    expect_octets(content, NULL, 0);
    content_unref(&content);
}

static void budget(void **state)
{
    (void)state;
    struct content *first = content_open(900), *second = NULL, *third = NULL;
    assert_int_equal(content_reserved(), 900);
    assert_int_equal(content_new(&limits, spill_dir, 101, &second), STATUS_OVERLOADED);
    assert_int_equal(content_new(&limits, spill_dir, 100, &second), STATUS_OK);
    assert_int_equal(content_new(&limits, spill_dir, 1, &third), STATUS_OVERLOADED);
    third = content_ref(second);
    content_unref(&second);
    assert_int_equal(content_reserved(), 1000);
    content_unref(&third);
    assert_int_equal(content_reserved(), 900);
    content_unref(&first);
}

static void too_big(void **state)
{
    (void)state;
    struct content *content = NULL;
    limits.content_budget_bytes = UINT64_MAX;
    assert_int_equal(content_new(&limits, spill_dir, 901, &content), STATUS_TOO_BIG);
    assert_int_equal(content_new(&limits, spill_dir, UINT64_MAX, &content), STATUS_TOO_BIG);
    assert_null(content);
}

static void no_place(void **state)
{
    (void)state;
    struct content *content = NULL;
    assert_int_equal(content_new(&limits, "/nonexistent", 200, &content), STATUS_IO);
    assert_null(content);
}

static void charged(void **state)
{
    (void)state;
    struct content *content = content_open(500), *second = content_open(400);
    assert_int_equal(content_charge(&limits, content, 101), STATUS_OVERLOADED);
    assert_int_equal(content_charge(&limits, content, 60), STATUS_OK);
    assert_int_equal(content_charge(&limits, content, 41), STATUS_OVERLOADED);
    assert_int_equal(content_charge(&limits, content, UINT64_MAX - 1), STATUS_OVERLOADED);
    assert_int_equal(content_reserved(), 960);
    content_unref(&content);
    assert_int_equal(content_reserved(), 400);
    assert_int_equal(content_charge(&limits, second, 700), STATUS_OK); /* it is alone */
    assert_int_equal(content_reserved(), 1100);
    content_unref(&second);
    assert_int_equal(content_reserved(), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        {"2.10 octets and digest", digest, set_up, tear_down, NULL},
        {"2.10 memory is sealed", memory_is_sealed, set_up, tear_down, NULL},
        {"2.10 large ones are spilled", large_is_spilled, set_up, tear_down, NULL},
        {"2.10 empty", empty, set_up, tear_down, NULL},
        {"2.10 the budget is reserved before", budget, set_up, tear_down, NULL},
        {"2.10 what comes with it is reserved too", charged, set_up, tear_down, NULL},
        {"8 TOOBIG", too_big, set_up, tear_down, NULL},
        {"8 no place to spill", no_place, set_up, tear_down, NULL},
    };
    if (mkdtemp(spill_dir) == NULL)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(spill_dir);
    return failed;
}

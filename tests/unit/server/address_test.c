#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/front/address.h"

struct row {
    const char *name, *text;
    enum status status;
    enum address_kind kind;
};

static const struct row rows[] = {
    {"address IPv4", "127.0.0.1:10030", STATUS_OK, ADDRESS_TCP},
    {"address IPv4 port 0", "127.0.0.1:0", STATUS_OK, ADDRESS_TCP},
    {"address IPv6", "[::1]:10030", STATUS_OK, ADDRESS_TCP},
    {"address Unix", "unix:/run/cccpd/cccpd.sock", STATUS_OK, ADDRESS_UNIX},
    {"address inherited", "fd:check", STATUS_OK, ADDRESS_INHERITED},
    {"address without a port", "127.0.0.1", STATUS_PARSE, ADDRESS_TCP},
    {"address with an empty port", "127.0.0.1:", STATUS_PARSE, ADDRESS_TCP},
    {"address port out of range", "127.0.0.1:65536", STATUS_PARSE, ADDRESS_TCP},
    {"address port with a sign", "127.0.0.1:+25", STATUS_PARSE, ADDRESS_TCP},
    {"address port with more behind", "127.0.0.1:25x", STATUS_PARSE, ADDRESS_TCP},
    {"address without a host", ":10030", STATUS_PARSE, ADDRESS_TCP},
    {"address IPv6 without brackets", "::1:10030", STATUS_PARSE, ADDRESS_TCP},
    {"address empty brackets", "[]:10030", STATUS_PARSE, ADDRESS_TCP},
    {"address lone bracket", "[:1", STATUS_PARSE, ADDRESS_TCP},
    {"address by name", "localhost:10030", STATUS_PARSE, ADDRESS_TCP},
    {"address relative path", "unix:cccpd.sock", STATUS_PARSE, ADDRESS_TCP},
    {"address inherited without a name", "fd:", STATUS_PARSE, ADDRESS_TCP},
    {"address empty", "", STATUS_PARSE, ADDRESS_TCP},
};

static char folder[] = "/tmp/cccpd-address-XXXXXX";
static char path[64], text[80];

static void test_parse(void **state)
{
    const struct row *row = *state;
    struct address address;
    enum status status = address_parse(row->text, &address);
    assert_int_equal(status, row->status);
    if (status == STATUS_OK)
        assert_int_equal(address.kind, row->kind);
}

static enum status bind_path(int *fd, struct address_file *file, char why[256])
{
    struct address address;
    assert_int_equal(address_parse(text, &address), STATUS_OK);
    return address_bind(&address, 0660, fd, file, why);
}

static void test_stale_socket(void **state)
{
    int first, second;
    struct address_file first_file, second_file;
    struct stat found;
    char why[256];
    (void)state;
    assert_int_equal(bind_path(&first, &first_file, why), STATUS_OK);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0660);
    close(first); /* as after a crash: the file stays, nobody answers */
    assert_int_equal(bind_path(&second, &second_file, why), STATUS_OK);
    address_remove(path, &second_file);
    assert_int_not_equal(stat(path, &found), 0);
    close(second);
}

static void test_live_socket(void **state)
{
    int first, second;
    struct address_file file;
    struct stat found;
    char why[256];
    (void)state;
    assert_int_equal(bind_path(&first, &file, why), STATUS_OK);
    assert_int_equal(listen(first, 4), 0);
    assert_int_equal(bind_path(&second, &file, why), STATUS_IO);
    assert_string_equal(why, "another server answers there");
    assert_int_equal(stat(path, &found), 0);
    address_remove(path, &file);
    close(first);
}

static void test_other_file(void **state)
{
    int fd;
    struct address_file file;
    char why[256];
    (void)state;
    FILE *other = fopen(path, "w");
    assert_non_null(other);
    fclose(other);
    assert_int_equal(bind_path(&fd, &file, why), STATUS_IO);
    assert_string_equal(why, "a file that is no socket stands there");
    assert_int_equal(unlink(path), 0);
}

static void test_not_ours_any_more(void **state)
{
    int fd;
    struct address_file file;
    struct stat found;
    char why[256];
    (void)state;
    assert_int_equal(bind_path(&fd, &file, why), STATUS_OK);
    struct address_file other = {file.device, file.inode + 1};
    address_remove(path, &other);
    assert_int_equal(stat(path, &found), 0);
    address_remove(path, &file);
    close(fd);
}

static void test_port_in_use(void **state)
{
    struct address address;
    struct address_file file;
    int first, second;
    char why[256], bound[128], again[128];
    (void)state;
    assert_int_equal(address_parse("127.0.0.1:0", &address), STATUS_OK);
    assert_int_equal(address_bind(&address, 0, &first, &file, why), STATUS_OK);
    assert_int_equal(listen(first, 1), 0);
    address_text(first, "127.0.0.1:0", bound);
    assert_int_equal(address_parse(bound, &address), STATUS_OK);
    assert_int_equal(address_bind(&address, 0, &second, &file, why), STATUS_IO);
    assert_string_equal(why, "bind: Address already in use");
    address_text(-1, "fd:x", again);
    assert_string_equal(again, "fd:x");
    close(first);
}

static int start(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/socket", folder);
    snprintf(text, sizeof(text), "unix:%s", path);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        {"address a stale socket is replaced", test_stale_socket, NULL, NULL, NULL},
        {"address a live socket is not", test_live_socket, NULL, NULL, NULL},
        {"address another file is not", test_other_file, NULL, NULL, NULL},
        {"address removes only its own", test_not_ours_any_more, NULL, NULL, NULL},
        {"address in use", test_port_in_use, NULL, NULL, NULL},
    };
    enum { COUNT = sizeof(rows) / sizeof(rows[0]), MORE = sizeof(others) / sizeof(others[0]) };
    struct CMUnitTest tests[COUNT + MORE];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                                       .test_func = test_parse,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    memcpy(tests + COUNT, others, sizeof(others));
    return cmocka_run_group_tests_name("address", tests, start, stop);
}

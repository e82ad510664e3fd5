#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/worker/datagram.h"
#include "server/worker/scratch.h"
#include "server/worker/sealed.h"

static uint8_t memory[DATAGRAM_BYTES_MOST];
static int sockets[2];

static int start(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets);
}

static int end(void **state)
{
    (void)state;
    close(sockets[0]);
    close(sockets[1]);
    return 0;
}

static unsigned open_descriptors(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static void send_raw(const void *octets, size_t size, unsigned fd_count)
{
    char space[CMSG_SPACE(8 * sizeof(int))] = {0};
    struct iovec iov = {(void *)(uintptr_t)octets, size};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = space,
                             .msg_controllen = CMSG_SPACE(fd_count * sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
    for (unsigned i = 0; i < fd_count; i++) {
        int fd = STDIN_FILENO;
        memcpy(CMSG_DATA(header) + i * sizeof fd, &fd, sizeof fd);
    }
    assert_int_equal(sendmsg(sockets[0], &message, 0), size);
}

static void test_there(void **state)
{
    (void)state;
    struct datagram sent = {BYTES("1 FORK\r\n"), {STDIN_FILENO, STDOUT_FILENO}, 2}, received;
    unsigned before = open_descriptors();
    assert_int_equal(datagram_send(sockets[0], &sent), STATUS_OK);
    assert_int_equal(datagram_receive(sockets[1], memory, &received), STATUS_OK);
    assert_true(bytes_equal(received.octets, sent.octets));
    assert_int_equal(received.fd_count, 2);
    int taken = datagram_take(&received, 0);
    assert_true((fcntl(taken, F_GETFD) & FD_CLOEXEC) != 0);
    assert_int_equal(datagram_take(&received, 0), -1);
    datagram_close(&received);
    assert_int_equal(open_descriptors(), before + 1);
    close(taken);
}

static void test_empty_socket(void **state)
{
    (void)state;
    struct datagram received;
    assert_int_equal(datagram_receive(sockets[1], memory, &received), STATUS_MORE);
}

static void test_other_end_closed(void **state)
{
    (void)state;
    struct datagram received, sent = {.octets = BYTES("x")};
    close(sockets[0]);
    assert_int_equal(datagram_receive(sockets[1], memory, &received), STATUS_NOT_FOUND);
    assert_int_equal(datagram_send(sockets[1], &sent), STATUS_IO);
    sockets[0] = dup(sockets[1]);
}

static void test_too_many(void **state)
{
    const unsigned *count = *state;
    struct datagram received;
    start(NULL);
    unsigned before = open_descriptors();
    send_raw("x", 1, *count);
    assert_int_equal(datagram_receive(sockets[1], memory, &received), STATUS_INVALID);
    assert_int_equal(open_descriptors(), before);
    end(NULL);
}

static void test_too_long(void **state)
{
    (void)state;
    static uint8_t octets[DATAGRAM_BYTES_MOST + 1];
    struct datagram received;
    unsigned before = open_descriptors();
    send_raw(octets, sizeof octets, 1);
    assert_int_equal(datagram_receive(sockets[1], memory, &received), STATUS_INVALID);
    assert_int_equal(open_descriptors(), before);
}

static void test_sealed(void **state)
{
    (void)state;
    int fd;
    struct sealed_map map;
    assert_int_equal(sealed_new("test", BYTES("octets"), &fd), STATUS_OK);
    assert_int_equal(sealed_map(fd, SEALED_MEMFD, 6, true, &map), STATUS_OK);
    map.data[0] = 'O'; /* private: the memfd keeps its octets */
    sealed_unmap(&map);
    assert_int_equal(sealed_map(fd, SEALED_MEMFD, 6, false, &map), STATUS_OK);
    assert_memory_equal(map.data, "octets", 6);
    sealed_unmap(&map);
    assert_int_equal(sealed_map(fd, SEALED_MEMFD, 5, false, &map), STATUS_INVALID);
    assert_int_equal(sealed_map(fd, SEALED_MEMFD, 7, false, &map), STATUS_INVALID);
    assert_int_equal(write(fd, "x", 1), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    close(fd);
}

static void test_empty(void **state)
{
    (void)state;
    int fd;
    struct sealed_map map;
    assert_int_equal(sealed_new("test", BYTES(""), &fd), STATUS_OK);
    assert_int_equal(sealed_map(fd, SEALED_MEMFD, 0, false, &map), STATUS_OK);
    assert_null(map.data);
    close(fd);
}

static const struct seals_row {
    const char *name;
    int seals;
} seals_rows[] = {
    {"Datagrams: no seal", 0},
    {"Datagrams: it could shrink", F_SEAL_SEAL | F_SEAL_GROW | F_SEAL_WRITE},
    {"Datagrams: it could grow", F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_WRITE},
    {"Datagrams: it could be written", F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW},
    {"Datagrams: the seals are not sealed", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE},
};

static void test_seals(void **state)
{
    const struct seals_row *row = *state;
    struct sealed_map map;
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(write(fd, "octets", 6), 6);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, row->seals), 0);
    assert_int_equal(sealed_map(fd, SEALED_MEMFD, 6, false, &map), STATUS_INVALID);
    close(fd);
}

static void test_file(void **state)
{
    (void)state;
    char path[] = "/tmp/cccpd-sealed-XXXXXX";
    struct sealed_map map;
    bool opened;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "octets", 6), 6);
    /* With a name somebody else could open and change it. */
    assert_int_equal(sealed_map(fd, SEALED_ANY, 6, false, &map), STATUS_INVALID);
    unlink(path);
    assert_int_equal(sealed_map(fd, SEALED_ANY, 6, false, &map), STATUS_OK);
    sealed_unmap(&map);
    assert_int_equal(sealed_map(fd, SEALED_MEMFD, 6, false, &map), STATUS_INVALID);
    int handed_out = sealed_read_only(fd, &opened);
    assert_true(opened);
    assert_int_equal(write(handed_out, "x", 1), -1);
    assert_int_equal(errno, EBADF);
    close(handed_out);
    close(fd);
}

static void test_scratch(void **state)
{
    (void)state;
    char folder[] = "/tmp/cccpd-scratch-XXXXXX", path[256];
    assert_non_null(mkdtemp(folder));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    snprintf(path, sizeof path, "%s/a", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/a/b", folder);
    close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    snprintf(path, sizeof path, "%s/link", folder);
    assert_int_equal(symlink("/", path), 0);
    assert_true(scratch_empty(fd));
    assert_true(scratch_empty(fd));
    close(fd);
    scratch_remove(folder);
    assert_int_equal(access(folder, F_OK), -1);
    assert_int_equal(access("/tmp", F_OK), 0);
}

int main(void)
{
    static unsigned three = 3, seven = 7;
    enum { ROWS = sizeof seals_rows / sizeof *seals_rows, OTHERS = 10 };
    struct CMUnitTest tests[OTHERS + ROWS] = {
        {"Datagrams: octets and two descriptors", test_there, start, end, NULL},
        {"Datagrams: nothing there", test_empty_socket, start, end, NULL},
        {"Datagrams: the other end is closed", test_other_end_closed, start, end, NULL},
        {"Datagrams: three descriptors", test_too_many, NULL, NULL, &three},
        {"Datagrams: seven descriptors", test_too_many, NULL, NULL, &seven},
        {"Datagrams: too long", test_too_long, start, end, NULL},
        {"Datagrams: a sealed memfd", test_sealed, NULL, NULL, NULL},
        {"Datagrams: an empty memfd", test_empty, NULL, NULL, NULL},
        {"Datagrams: an unlinked file", test_file, NULL, NULL, NULL},
        {"The sandbox: a scratch folder is emptied", test_scratch, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < ROWS; i++) {
        tests[OTHERS + i] = (struct CMUnitTest){.name = seals_rows[i].name,
                                                .test_func = test_seals,
                                                .initial_state = (void *)(uintptr_t)&seals_rows[i]};
    }
    return cmocka_run_group_tests_name("worker_datagram", tests, NULL, NULL);
}

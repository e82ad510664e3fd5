/* What a worker that has been taken over tries (reliability V01): each row in a process of its own,
 * behind the walls. Denied means: the call fails, or the process dies of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/worker/sandbox.h"

enum { SECRET_FD = 20, EXIT_ESCAPED = 1, EXIT_DENIED = 0, EXIT_NO_SANDBOX = 9 };

static char folder[] = "/tmp/cccpd-sandbox-XXXXXX";
static char secret[64], inside[SCRATCH_PATH_BYTES + 16];
static pid_t front;

static bool opens(const char *path, int flags)
{
    return open(path, flags, 0600) >= 0;
}

static bool read_passwd(void)
{
    return opens("/etc/passwd", O_RDONLY);
}
static bool read_secret(void)
{
    return opens(secret, O_RDONLY);
}
static bool write_secret(void)
{
    return opens(secret, O_WRONLY);
}
static bool truncate_secret(void)
{
    return truncate(secret, 0) == 0;
}
static bool create_outside(void)
{
    return opens("/tmp/cccpd-escaped", O_CREAT | O_WRONLY);
}
static bool create_by_dots(void)
{
    snprintf(inside + strlen(inside), 16, "/../../escaped");
    return opens(inside, O_CREAT | O_WRONLY);
}
static bool list_root(void)
{
    return opens("/", O_RDONLY | O_DIRECTORY);
}
static bool read_proc_maps(void)
{
    return opens("/proc/self/maps", O_RDONLY);
}
static bool write_proc_memory(void)
{
    return opens("/proc/self/mem", O_RDWR);
}
static bool read_front_memory(void)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/mem", (int)front);
    return opens(path, O_RDONLY);
}
static bool remove_secret(void)
{
    return unlink(secret) == 0;
}
static bool rename_secret(void)
{
    snprintf(inside + strlen(inside), 16, "/stolen");
    return rename(secret, inside) == 0;
}
static bool link_secret(void)
{
    snprintf(inside + strlen(inside), 16, "/stolen");
    return link(secret, inside) == 0;
}
static bool follow_link(void)
{
    snprintf(inside + strlen(inside), 16, "/link");
    return symlink(secret, inside) == 0 && opens(inside, O_RDONLY);
}
static bool make_device(void)
{
    snprintf(inside + strlen(inside), 16, "/device");
    return mknod(inside, S_IFCHR | 0600, 0x103) == 0;
}
static bool make_socket_file(void)
{
    snprintf(inside + strlen(inside), 16, "/socket");
    return mknod(inside, S_IFSOCK | 0600, 0) == 0;
}
static bool chmod_secret(void)
{
    return chmod(secret, 04777) == 0;
}
static bool chown_secret(void)
{
    return chown(secret, 1, 1) == 0;
}
static bool read_inherited(void)
{
    char octet;
    return read(SECRET_FD, &octet, 1) == 1;
}
static bool any_descriptor(void)
{
    for (int fd = SANDBOX_FOLDER + 1; fd < 1024; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            return true;
        }
    }
    return false;
}
static bool steal_descriptor(void)
{
    long pidfd = syscall(SYS_pidfd_open, front, 0);
    return pidfd >= 0 && syscall(SYS_pidfd_getfd, pidfd, SECRET_FD, 0) >= 0;
}
static bool make_tcp_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}
static bool make_udp_socket(void)
{
    return socket(AF_INET6, SOCK_DGRAM, 0) >= 0;
}
static bool make_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}
static bool make_socket_pair(void)
{
    int pair[2];
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0;
}
static bool connect_own_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(25)};
    return connect(SANDBOX_SOCKET, (struct sockaddr *)&address, sizeof address) == 0;
}
static bool run_shell(void)
{
    return execl("/bin/sh", "sh", "-c", "true", (char *)NULL) != -1;
}
static bool run_by_descriptor(void)
{
    char *arguments[] = {NULL};
    return syscall(SYS_execveat, SANDBOX_FOLDER, "", arguments, arguments, AT_EMPTY_PATH) != -1;
}
static bool run_memfd(void)
{
    int fd = memfd_create("program", 0);
    char *arguments[] = {NULL};
    return fexecve(fd, arguments, arguments) != -1;
}
static bool spawn_shell(void)
{
    char *arguments[] = {NULL};
    pid_t child;
    return posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, arguments) == 0;
}
static bool fork_process(void)
{
    return fork() >= 0;
}
static bool clone_process(void)
{
    return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0;
}
static bool clone3_process(void)
{
    uint64_t arguments[8] = {0};
    return syscall(SYS_clone3, arguments, sizeof arguments) >= 0;
}
static bool trace_front(void)
{
    return ptrace(PTRACE_ATTACH, front, NULL, NULL) == 0;
}
static bool be_traced(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}
static bool peek_front(void)
{
    struct iovec own = {inside, 1}, theirs = {&front, 1};
    return process_vm_readv(front, &own, 1, &theirs, 1, 0) >= 0;
}
static bool kill_front(void)
{
    return kill(front, 0) == 0;
}
static bool kill_everyone(void)
{
    return kill(-1, 0) == 0;
}
static bool signal_thread(void)
{
    return syscall(SYS_tgkill, front, front, 0) == 0;
}
static bool map_writable_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}
static bool map_code(void)
{
    int fd = memfd_create("code", 0);
    return ftruncate(fd, 4096) == 0 &&
           mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0) != MAP_FAILED;
}
static bool make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}
static bool rewrite_code(void)
{
    uintptr_t page = (uintptr_t)&rewrite_code & ~(uintptr_t)4095;
    return mprotect((void *)page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
}
static bool load_library(void)
{
    return dlopen("libm.so.6", RTLD_NOW | RTLD_NOLOAD) == NULL &&
           dlopen("libbz2.so.1.0", RTLD_NOW) != NULL;
}
static bool mount_something(void)
{
    return mount("none", "/tmp", "tmpfs", 0, "") == 0;
}
static bool unmount_scratch(void)
{
    return umount2("/", MNT_DETACH) == 0;
}
static bool change_root(void)
{
    return chroot("/") == 0;
}
static bool make_name_space(void)
{
    return unshare(CLONE_NEWUSER) == 0;
}
static bool become_root(void)
{
    return syscall(SYS_setuid, 0) == 0;
}
static bool gain_capabilities(void)
{
    uint32_t header[2] = {0x20080522, 0}, all[6] = {~0u, ~0u, ~0u, ~0u, ~0u, ~0u};
    return syscall(SYS_capset, header, all) == 0;
}
static bool be_dumpable(void)
{
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}
static bool outlive_front(void)
{
    return prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0;
}
static bool raise_limit(void)
{
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_AS, &more) == 0;
}
static bool limit_front(void)
{
    struct rlimit none = {0, 0};
    return prlimit(front, RLIMIT_NOFILE, &none, NULL) == 0;
}
static bool load_program(void)
{
    return syscall(SYS_bpf, 0, NULL, 0) >= 0;
}
static bool use_ring(void)
{
    return syscall(SYS_io_uring_setup, 1, inside) >= 0;
}
static bool catch_faults(void)
{
    return syscall(SYS_userfaultfd, 0) >= 0;
}
static bool read_keys(void)
{
    return syscall(SYS_keyctl, 0, -3, 0, 0, 0) >= 0;
}
static bool share_memory(void)
{
    return shmget(IPC_PRIVATE, 4096, 0600) >= 0;
}
static bool open_by_handle(void)
{
    return syscall(SYS_open_by_handle_at, 3, inside, 0) >= 0;
}
static bool renice_front(void)
{
    return setpriority(PRIO_PROCESS, (id_t)front, 19) == 0;
}
static bool fill_memory(void)
{
    return mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}
static bool fill_scratch(void)
{
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    snprintf(inside + strlen(inside), 16, "/big");
    int fd = open(inside, O_CREAT | O_WRONLY, 0600);
    for (unsigned i = 0; i < 16; i++) {
        if (write(fd, block, sizeof block) != sizeof block) {
            return false;
        }
    }
    return true;
}

static const struct escape {
    const char *name;
    bool (*try)(void);
} escapes[] = {
    {"The sandbox 5: read /etc/passwd", read_passwd},
    {"The sandbox 5: read a file of the front's", read_secret},
    {"The sandbox 5: write a file of the front's", write_secret},
    {"The sandbox 5: truncate a file", truncate_secret},
    {"The sandbox 5: create a file outside", create_outside},
    {"The sandbox 5: leave the scratch folder by dots", create_by_dots},
    {"The sandbox 5: list the root folder", list_root},
    {"The sandbox 5: read /proc/self/maps", read_proc_maps},
    {"The sandbox 5: write /proc/self/mem", write_proc_memory},
    {"The sandbox 5: read the front's memory file", read_front_memory},
    {"The sandbox 5: remove a file", remove_secret},
    {"The sandbox 5: rename a file into the scratch folder", rename_secret},
    {"The sandbox 5: link a file into the scratch folder", link_secret},
    {"The sandbox 5: follow a symbolic link of its own", follow_link},
    {"The sandbox 5: make a device", make_device},
    {"The sandbox 5: make a socket in the scratch folder", make_socket_file},
    {"The sandbox 6: change a file's mode", chmod_secret},
    {"The sandbox 6: change a file's owner", chown_secret},
    {"The sandbox 2: read an inherited descriptor", read_inherited},
    {"The sandbox 2: find any other descriptor", any_descriptor},
    {"The sandbox 6: take a descriptor of the front's", steal_descriptor},
    {"The sandbox 6: TCP socket", make_tcp_socket},
    {"The sandbox 6: UDP socket", make_udp_socket},
    {"The sandbox 6: Unix socket", make_unix_socket},
    {"The sandbox 6: socket pair", make_socket_pair},
    {"The sandbox 6: connect its own socket elsewhere", connect_own_socket},
    {"The sandbox 6: run a shell", run_shell},
    {"The sandbox 6: run by descriptor", run_by_descriptor},
    {"The sandbox 6: run a program from memory", run_memfd},
    {"The sandbox 6: spawn a shell", spawn_shell},
    {"The sandbox 6: fork", fork_process},
    {"The sandbox 6: clone", clone_process},
    {"The sandbox 6: clone3", clone3_process},
    {"The sandbox 6: trace the front", trace_front},
    {"The sandbox 6: ask to be traced", be_traced},
    {"The sandbox 6: read the front's memory", peek_front},
    {"The sandbox 6: signal the front", kill_front},
    {"The sandbox 6: signal everyone", kill_everyone},
    {"The sandbox 6: signal a thread of the front", signal_thread},
    {"The sandbox 6: map memory W+X", map_writable_code},
    {"The sandbox 6: map code from a memfd", map_code},
    {"The sandbox 6: make data executable", make_code},
    {"The sandbox 6: make code writable", rewrite_code},
    {"The sandbox 6: load a library", load_library},
    {"The sandbox 6: mount", mount_something},
    {"The sandbox 6: unmount", unmount_scratch},
    {"The sandbox 6: change the root folder", change_root},
    {"The sandbox 6: make a user name space", make_name_space},
    {"The sandbox 6: become root", become_root},
    {"The sandbox 6: gain capabilities", gain_capabilities},
    {"The sandbox 6: become dumpable", be_dumpable},
    {"The sandbox 6: outlive the front", outlive_front},
    {"The sandbox 6: raise a limit", raise_limit},
    {"The sandbox 6: limit the front", limit_front},
    {"The sandbox 6: load a kernel program", load_program},
    {"The sandbox 6: io_uring", use_ring},
    {"The sandbox 6: userfaultfd", catch_faults},
    {"The sandbox 6: read keys", read_keys},
    {"The sandbox 6: System V shared memory", share_memory},
    {"The sandbox 6: open by handle", open_by_handle},
    {"The sandbox 6: renice the front", renice_front},
    {"The sandbox 3: more memory than allowed", fill_memory},
    {"The sandbox 1: more scratch than allowed", fill_scratch},
};

static bool write_scratch(void)
{
    snprintf(inside + strlen(inside), 16, "/part");
    int fd = open(inside, O_CREAT | O_RDWR, 0600);
    return write(fd, "x", 1) == 1 && close(fd) == 0 && unlink(inside) == 0 &&
           mkdir(inside, 0700) == 0 && scratch_empty(SANDBOX_FOLDER);
}
static bool map_memory(void)
{
    void *page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED && mprotect(page, 4096, PROT_READ) == 0;
}
static bool send_message(void)
{
    return write(SANDBOX_SOCKET, "x", 1) == 1;
}
static bool make_memfd(void)
{
    return memfd_create("report", MFD_ALLOW_SEALING) >= 0;
}
static bool be_alone(void)
{
    return getuid() == geteuid() && getpid() > 0;
}

/* What it must be able to do, so that "denied" above is not "nothing works". */
static const struct escape needs[] = {
    {"The sandbox: write, make and remove in the scratch folder", write_scratch},
    {"The sandbox: memory", map_memory},
    {"The sandbox: talk to the front", send_message},
    {"The sandbox: a memfd for a large report", make_memfd},
    {"The sandbox: know itself", be_alone},
};

_Noreturn static void behind_walls(bool (*try)(void), int socket)
{
    struct sandbox_settings settings = {
        .folder = folder, .scratch_bytes = 8 << 20, .memory_bytes = 64 << 20, .front = front};
    struct sandbox sandbox = {.spaces = false};
    if (sandbox_enter(&sandbox, &settings, socket) != STATUS_OK ||
        sandbox_lock(&sandbox, &settings) != STATUS_OK || !sandbox.seccomp ||
        sandbox.landlock == 0) {
        _exit(EXIT_NO_SANDBOX);
    }
    snprintf(inside, sizeof inside, "%s", sandbox.scratch);
    _exit(try() ? EXIT_ESCAPED : EXIT_DENIED);
}

static int outcome_of(bool (*try)(void))
{
    int sockets[2], state = 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        behind_walls(try, sockets[1]);
    }
    close(sockets[1]);
    assert_int_equal(waitpid(child, &state, 0), child);
    close(sockets[0]);
    return state;
}

static void test_denied(void **state)
{
    const struct escape *escape = *state;
    int end = outcome_of(escape->try);
    if (WIFSIGNALED(end)) {
        assert_true(WTERMSIG(end) == SIGSYS || WTERMSIG(end) == SIGXFSZ);
    } else {
        assert_int_equal(WEXITSTATUS(end), EXIT_DENIED);
    }
}

static void test_allowed(void **state)
{
    const struct escape *need = *state;
    int end = outcome_of(need->try);
    assert_true(WIFEXITED(end));
    assert_int_equal(WEXITSTATUS(end), EXIT_ESCAPED);
}

static int build(void **state)
{
    (void)state;
    front = getpid();
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(secret, sizeof secret, "%s.secret", folder);
    int fd = open(secret, O_CREAT | O_RDWR, 0600);
    return fd >= 0 && write(fd, "secret", 6) == 6 && lseek(fd, 0, SEEK_SET) == 0 &&
                   dup2(fd, SECRET_FD) == SECRET_FD
               ? 0
               : -1;
}

static int pull_down(void **state)
{
    (void)state;
    scratch_remove(folder);
    return access(secret, F_OK) == 0 ? unlink(secret) : -1;
}

int main(void)
{
    enum { ESCAPES = sizeof escapes / sizeof *escapes, NEEDS = sizeof needs / sizeof *needs };
    static struct CMUnitTest tests[ESCAPES + NEEDS];
    for (size_t i = 0; i < ESCAPES; i++) {
        tests[i] = (struct CMUnitTest){.name = escapes[i].name,
                                       .test_func = test_denied,
                                       .initial_state = (void *)(uintptr_t)&escapes[i]};
    }
    for (size_t i = 0; i < NEEDS; i++) {
        tests[ESCAPES + i] = (struct CMUnitTest){.name = needs[i].name,
                                                 .test_func = test_allowed,
                                                 .initial_state = (void *)(uintptr_t)&needs[i]};
    }
    return cmocka_run_group_tests_name("worker_sandbox", tests, build, pull_down);
}

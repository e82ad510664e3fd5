/* The walls: descriptors, limits, privileges, Landlock, seccomp. Allowed calls are those that
 * libclamav, GMime and libc were seen to make (strace over the corpus), and their near relatives.
 */
#include "server/worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/worker/landlock.h"
#include "server/worker/spaces.h"

/* clang-format off */
static const char *const allowed_calls[] = {
    "read", "write", "readv", "writev", "pread64", "pwrite64", "lseek", "close", "openat", "open",
    "fstat", "stat", "lstat", "newfstatat", "statx", "fstatfs", "access", "faccessat", "faccessat2",
    "getdents64", "getcwd", "readlink", "readlinkat", "mkdir", "mkdirat", "rmdir", "unlink",
    "unlinkat", "rename", "renameat", "renameat2", "fchmod", "umask", "ftruncate", "fallocate",
    "fadvise64", "fsync", "fdatasync", "fcntl", "dup", "dup2", "dup3", "sendfile",
    "copy_file_range", "munmap", "mremap", "msync", "madvise", "brk", "memfd_create", "futex",
    "recvmsg", "sendmsg", "poll", "ppoll", "clock_gettime", "clock_getres", "gettimeofday", "time",
    "times", "getrusage", "nanosleep", "clock_nanosleep", "getrandom", "getpid", "gettid", "getuid",
    "geteuid", "getgid", "getegid", "getrlimit", "uname", "sysinfo", "sched_yield",
    "sched_getaffinity", "rt_sigreturn", "rt_sigprocmask", "rt_sigaction", "sigaltstack",
    "restart_syscall", "rseq", "exit", "exit_group"};
/* clang-format on */

/* Nobody calls these by mistake: the process dies, and the pool sees SIGSYS. */
/* clang-format off */
static const char *const deadly_calls[] = {
    "execve", "execveat", "fork", "vfork", "clone", "clone3", "socket", "socketpair", "connect",
    "bind", "listen", "accept", "accept4", "ptrace", "process_vm_readv", "process_vm_writev",
    "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kill", "tkill", "rt_sigqueueinfo",
    "rt_tgsigqueueinfo", "mount", "umount2", "move_mount", "open_tree", "fsopen", "fsmount",
    "fsconfig", "fspick", "mount_setattr", "pivot_root", "chroot", "setns", "unshare", "bpf",
    "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
    "swapon", "swapoff", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
    "setgroups", "setfsuid", "setfsgid", "capset", "add_key", "request_key", "keyctl",
    "open_by_handle_at", "name_to_handle_at", "iopl", "ioperm", "modify_ldt", "memfd_secret",
    "process_madvise", "kcmp", "quotactl", "acct", "settimeofday", "clock_settime", "adjtimex",
    "clock_adjtime", "sethostname", "setdomainname", "shmget", "shmat", "msgget", "semget",
    "mq_open", "fanotify_init", "inotify_init", "inotify_init1", "syslog", "lookup_dcookie"};
/* clang-format on */

static bool add_calls(scmp_filter_ctx filter, uint32_t action, const char *const *calls,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(calls[i]);
        /* Not every machine has every call. */
        if (number < 0) {
            continue;
        }
        int failed = seccomp_rule_add(filter, action, number, 0);
        if (failed != 0) {
            return false;
        }
    }
    return true;
}

/* Memory never becomes code, signals reach only ourselves, limits are only read. */
static bool add_bounded_calls(scmp_filter_ctx filter)
{
    const scmp_datum_t executable = PROT_EXEC;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                            SCMP_A2(SCMP_CMP_EQ, 0)) == 0;
}

static bool lock_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        return false;
    }
    bool locked = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
                  add_calls(filter, SCMP_ACT_ALLOW, allowed_calls,
                            sizeof allowed_calls / sizeof *allowed_calls) &&
                  add_calls(filter, SCMP_ACT_KILL_PROCESS, deadly_calls,
                            sizeof deadly_calls / sizeof *deadly_calls) &&
                  add_bounded_calls(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return locked;
}

/* Descriptors 0 to 2 lead nowhere, but a sanitizer keeps its voice. */
static bool close_descriptors(int socket)
{
    if (dup2(socket, SANDBOX_SOCKET) < 0 || fcntl(SANDBOX_SOCKET, F_SETFD, FD_CLOEXEC) != 0 ||
        close_range(SANDBOX_SOCKET + 1, ~0U, 0) != 0) {
        return false;
    }
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) {
        return false;
    }
    bool closed = dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0;
#ifndef CCCPD_SANITIZED
    closed = closed && dup2(null, STDERR_FILENO) >= 0;
#endif
    close(null);
    return closed;
}

static enum status make_scratch(struct sandbox *sandbox, const struct sandbox_settings *settings)
{
    snprintf(sandbox->scratch, sizeof sandbox->scratch, "%s/scratch", settings->folder);
    if (scratch_new(sandbox->scratch) != STATUS_OK) {
        return STATUS_IO;
    }
    sandbox->tmpfs = spaces_mount(sandbox->scratch, settings->scratch_bytes);
    if (sandbox->tmpfs) {
        return STATUS_OK;
    }
    snprintf(sandbox->scratch, sizeof sandbox->scratch, "%s/worker-%d", settings->folder,
             (int)getpid());
    return scratch_new(sandbox->scratch);
}

enum status sandbox_enter(struct sandbox *sandbox, const struct sandbox_settings *settings,
                          int socket)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != settings->front ||
        !close_descriptors(socket)) {
        return STATUS_UNAVAILABLE;
    }
    /* A file that grows too big is an error of the call, not the end of the worker. */
    signal(SIGXFSZ, SIG_IGN);
    enum status status = make_scratch(sandbox, settings);
    if (status != STATUS_OK) {
        return status;
    }
    int folder = open(sandbox->scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0 && folder != SANDBOX_FOLDER) {
        dup3(folder, SANDBOX_FOLDER, O_CLOEXEC);
        close(folder);
    }
    sandbox->scratch_fd = SANDBOX_FOLDER;
    return folder >= 0 ? STATUS_OK : STATUS_IO;
}

static bool limit(__rlimit_resource_t resource, uint64_t most)
{
    struct rlimit old;
    if (getrlimit(resource, &old) == 0 && old.rlim_max < most) {
        most = old.rlim_max;
    }
    struct rlimit limit = {most, most};
    return setrlimit(resource, &limit) == 0;
}

#ifndef CCCPD_SANITIZED
/* Octets of address space in use; 0: unknown. */
static uint64_t address_space(void)
{
    char text[32] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    return size > 0 ? strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}
#endif

static bool lock_limits(const struct sandbox_settings *settings)
{
#ifndef CCCPD_SANITIZED
    uint64_t used = address_space();
    if (used == 0 || !limit(RLIMIT_AS, used + settings->memory_bytes)) {
        return false;
    }
#endif
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, 64) && limit(RLIMIT_NPROC, 0) &&
           limit(RLIMIT_FSIZE, settings->scratch_bytes);
}

static bool drop_privileges(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}};
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
           syscall(SYS_capset, &header, none) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_DUMPABLE, 0) == 0;
}

enum status sandbox_lock(struct sandbox *sandbox, const struct sandbox_settings *settings)
{
    if (!lock_limits(settings) || !drop_privileges()) {
        return STATUS_UNAVAILABLE;
    }
    /* A change of privileges may have forgotten it. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != settings->front) {
        return STATUS_UNAVAILABLE;
    }
    sandbox->landlock = landlock_lock(sandbox->scratch_fd);
#ifndef CCCPD_SANITIZED
    sandbox->seccomp = lock_calls();
    return sandbox->seccomp ? STATUS_OK : STATUS_UNAVAILABLE;
#else
    (void)lock_calls;
    return STATUS_OK;
#endif
}

void sandbox_describe(const struct sandbox *sandbox, char *text, size_t size)
{
    char landlock[24] = "";
    if (sandbox->landlock > 0) {
        snprintf(landlock, sizeof landlock, " landlock-%d", sandbox->landlock);
    }
    snprintf(text, size, "%s%s%s%s", sandbox->spaces ? "namespaces " : "",
             sandbox->tmpfs ? "tmpfs" : "folder", landlock, sandbox->seccomp ? " seccomp" : "");
}

/* landlock(7) by raw system calls: the packaged headers (6.1) know less than newer kernels do, and
 * the version is asked at run time. */
#include "server/worker/landlock.h"

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protocol/bytes.h"

/* include/uapi/linux/landlock.h */
enum { RULE_PATH_BENEATH = 1, CREATE_VERSION = 1 };
enum {
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_REMOVE_DIR = 1 << 4,
    FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_DIR = 1 << 7,
    FS_MAKE_REG = 1 << 8,
    FS_VERSION_1 = (1 << 13) - 1,
    FS_REFER = 1 << 13,     /* version 2 */
    FS_TRUNCATE = 1 << 14,  /* version 3 */
    FS_IOCTL_DEV = 1 << 15, /* version 5 */
    NET_ALL = 3,            /* version 4: bind, connect */
    SCOPE_ALL = 3           /* version 6: abstract sockets, signals */
};

struct ruleset {
    uint64_t handled_fs, handled_net, scoped;
};

struct __attribute__((packed)) path_rule {
    uint64_t allowed;
    int32_t folder;
};

int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, CREATE_VERSION);
    return version > 0 ? (int)version : 0;
}

static uint64_t rights_of_version(int version)
{
    uint64_t rights = FS_VERSION_1;
    rights |= version >= 2 ? FS_REFER : 0;
    rights |= version >= 3 ? FS_TRUNCATE : 0;
    rights |= version >= 5 ? FS_IOCTL_DEV : 0;
    return rights;
}

/* The ruleset as long as the version knows it. */
static int make_ruleset(int version, uint64_t rights)
{
    struct ruleset ruleset = {.handled_fs = rights,
                              .handled_net = version >= 4 ? NET_ALL : 0,
                              .scoped = version >= 6 ? SCOPE_ALL : 0};
    size_t fields = version >= 6 ? 3 : version >= 4 ? 2 : 1;
    return (int)syscall(SYS_landlock_create_ruleset, &ruleset, fields * sizeof(uint64_t), 0);
}

static bool allow_folder(int ruleset, int folder, uint64_t rights)
{
    const uint64_t wanted = FS_WRITE_FILE | FS_READ_FILE | FS_READ_DIR | FS_REMOVE_DIR |
                            FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_REFER | FS_TRUNCATE;
    struct path_rule rule = {rights & wanted, folder};
    return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0;
}

int landlock_lock(int folder)
{
    int version = landlock_version();
    if (version == 0) {
        return 0;
    }
    uint64_t rights = rights_of_version(version);
    int ruleset = make_ruleset(version, rights);
    if (ruleset < 0) {
        return 0;
    }
    bool locked = allow_folder(ruleset, folder, rights) &&
                  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                  syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return locked ? version : 0;
}

/* namespaces(7). With CAP_SYS_ADMIN directly; without it inside a user name space in which the
 * process keeps its own user and group ids. */
#include "server/worker/spaces.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static bool write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t written = write(fd, text, strlen(text));
    close(fd);
    return written == (ssize_t)strlen(text);
}

static bool map_own_ids(unsigned user, unsigned group)
{
    char users[64], groups[64];
    snprintf(users, sizeof users, "%u %u 1", user, user);
    snprintf(groups, sizeof groups, "%u %u 1", group, group);
    return write_text("/proc/self/setgroups", "deny") && write_text("/proc/self/uid_map", users) &&
           write_text("/proc/self/gid_map", groups);
}

bool spaces_enter(void)
{
    const int wanted = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS;
    if (unshare(wanted) != 0) {
        unsigned user = geteuid(), group = getegid();
        if (unshare(wanted | CLONE_NEWUSER) != 0 || !map_own_ids(user, group)) {
            return false;
        }
    }
    /* Nothing mounted here is seen outside. */
    return mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) == 0;
}

bool spaces_mount(const char *folder, uint64_t size_bytes)
{
    char options[80];
    snprintf(options, sizeof options, "size=%llu,nr_inodes=65536,mode=0700",
             (unsigned long long)size_bytes);
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("cccpd-scratch", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) == 0;
}

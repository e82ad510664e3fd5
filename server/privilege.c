#include "server/privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status fail(char why[256], const char *what, const char *name)
{
    snprintf(why, 256, "%s %.150s: %s", what, name, strerror(errno));
    return STATUS_IO;
}

/* A folder under /tmp could be somebody else's. */
static enum status check_folder(const char *folder, uid_t owner, char why[256])
{
    struct stat found;
    if (lstat(folder, &found) != 0)
        return fail(why, "stat", folder);
    if (!S_ISDIR(found.st_mode) || (found.st_uid != owner && found.st_uid != 0) ||
        (found.st_mode & 0022) != 0) {
        snprintf(why, 256, "%.150s: not a folder that only uid %u can write to", folder,
                 (unsigned)owner);
        return STATUS_IO;
    }
    return STATUS_OK;
}

static enum status lock_folder(const char *folder, const struct passwd *user, int *lock,
                               char why[256])
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/lock", folder);
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*lock < 0)
        return fail(why, "open", path);
    if (user != NULL && fchown(*lock, user->pw_uid, user->pw_gid) != 0) {
        close(*lock);
        return fail(why, "chown", path);
    }
    if (flock(*lock, LOCK_EX | LOCK_NB) != 0) {
        snprintf(why, 256, "%.150s is in use by another cccpd", folder);
        close(*lock);
        return STATUS_IO;
    }
    return STATUS_OK;
}

/* NULL: stay who we are. */
static enum status find_user(const struct config *config, const struct passwd **user, char why[256])
{
    *user = NULL;
    if (config->user == NULL || geteuid() != 0)
        return STATUS_OK;
    *user = getpwnam(config->user);
    if (*user != NULL)
        return STATUS_OK;
    snprintf(why, 256, "no user %.150s", config->user);
    return STATUS_NOT_FOUND;
}

enum status privilege_folder(const struct config *config, int *lock, char why[256])
{
    const char *folder = config->runtime_dir;
    const struct passwd *user;
    enum status status = find_user(config, &user, why);
    if (status != STATUS_OK)
        return status;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fail(why, "mkdir", folder);
    status = check_folder(folder, user != NULL ? user->pw_uid : geteuid(), why);
    if (status == STATUS_OK && user != NULL && chown(folder, user->pw_uid, user->pw_gid) != 0)
        return fail(why, "chown", folder);
    if (status == STATUS_OK)
        status = lock_folder(folder, user, lock, why);
    return status;
}

enum status privilege_drop(const struct config *config, char why[256])
{
    const struct passwd *user;
    enum status status = find_user(config, &user, why);
    if (status != STATUS_OK || user == NULL)
        return status;
    if (initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 ||
        setuid(user->pw_uid) != 0)
        return fail(why, "become", user->pw_name);
    if (user->pw_uid != 0 && setuid(0) == 0) {
        snprintf(why, 256, "root was not given up");
        return STATUS_IO;
    }
    return STATUS_OK;
}

void privilege_raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

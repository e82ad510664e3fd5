/* Emptying never follows a symbolic link and goes 64 levels deep; deeper trees are left, and their
 * worker is replaced. */
#include "server/worker/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRATCH_DEPTH_MOST = 64 };

enum status scratch_new(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? STATUS_OK : STATUS_IO;
}

static bool empty_below(int folder, unsigned depth);

static bool remove_entry(int folder, const char *name, unsigned depth)
{
    if (unlinkat(folder, name, 0) == 0) {
        return true;
    }
    int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0) {
        return false;
    }
    bool emptied = depth < SCRATCH_DEPTH_MOST && empty_below(below, depth + 1);
    close(below);
    return emptied && unlinkat(folder, name, AT_REMOVEDIR) == 0;
}

static bool empty_below(int folder, unsigned depth)
{
    /* A description of its own: the position of the caller's stays. */
    int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = own < 0 ? NULL : fdopendir(own);
    if (entries == NULL) {
        if (own >= 0) {
            close(own);
        }
        return false;
    }
    bool emptied = true;
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            emptied = remove_entry(folder, entry->d_name, depth) && emptied;
        }
    }
    closedir(entries);
    return emptied;
}

bool scratch_empty(int folder)
{
    return empty_below(folder, 0);
}

void scratch_remove(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
        return;
    }
    (void)scratch_empty(folder);
    close(folder);
    (void)rmdir(path);
}

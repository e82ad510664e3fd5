/* A front that was killed leaves its folder behind; the next one on the machine tidies up. */
#include "server/worker/folder.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for "/pool-PID/worker-PID" behind it. */
enum { RUNTIME_LENGTH_MOST = SCRATCH_PATH_BYTES - 64 };

void folder_path(const char *runtime_dir, pid_t front, char path[SCRATCH_PATH_BYTES])
{
    snprintf(path, SCRATCH_PATH_BYTES, "%.*s/pool-%d", RUNTIME_LENGTH_MOST, runtime_dir,
             (int)front);
}

static void remove_left_over(const char *runtime_dir)
{
    DIR *entries = opendir(runtime_dir);
    if (entries == NULL) {
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        int pid = 0, end = 0;
        if (sscanf(entry->d_name, "pool-%d%n", &pid, &end) == 1 && entry->d_name[end] == '\0' &&
            pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) {
            char path[SCRATCH_PATH_BYTES];
            folder_path(runtime_dir, pid, path);
            scratch_remove(path);
        }
    }
    closedir(entries);
}

enum status folder_open(const char *runtime_dir, char path[SCRATCH_PATH_BYTES])
{
    if (mkdir(runtime_dir, 0755) != 0 && errno != EEXIST) {
        return STATUS_IO;
    }
    remove_left_over(runtime_dir);
    folder_path(runtime_dir, getpid(), path);
    scratch_remove(path);
    return scratch_new(path);
}

void folder_close(const char *path)
{
    scratch_remove(path);
}

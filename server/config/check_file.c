/* Files that a configuration names. */
#include "server/config/check_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_is_readable(const char *path, bool secret, char why[200])
{
    struct stat state;
    int fd = -1;
    if (path == NULL)
        return true;
    bool there = stat(path, &state) == 0;
    if (there && !S_ISREG(state.st_mode)) {
        snprintf(why, 200, "%.120s is not a regular file", path);
        return false;
    }
    if (there)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        snprintf(why, 200, "%.120s cannot be opened: %s", path, strerror(errno));
        return false;
    }
    close(fd);
    if (secret && (state.st_mode & 0007) != 0) {
        snprintf(why, 200, "%.120s is open to everybody (mode %04o)", path,
                 (unsigned)(state.st_mode & 07777));
        return false;
    }
    return true;
}

bool file_has_folder(const char *path)
{
    struct stat state;
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);
    return stat(folder, &state) == 0 && S_ISDIR(state.st_mode);
}

bool file_read_line(const char *path, struct arena *arena, const char **line, char why[200])
{
    char text[1024];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size = fd >= 0 ? read(fd, text, sizeof text) : -1;
    if (fd >= 0)
        close(fd);
    size_t length = 0;
    for (; size > 0 && length < (size_t)size; length++)
        if (text[length] == '\n' || text[length] == '\r' || text[length] == '\0')
            break;
    *line = arena_copy(arena, (struct bytes){(const uint8_t *)text, length});
    if (size >= 0 && length > 0 && *line != NULL)
        return true;
    snprintf(why, 200, "%.120s has no first line that can be read", path);
    return false;
}

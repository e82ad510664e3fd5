/* Sealed memfds (memfd_create(2), fcntl(2) "File Sealing"). Without the seals the other side could
 * shrink the file under a mapping (SIGBUS) or change octets between check and use. */
#include "server/worker/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

static bool write_all(int fd, struct bytes octets)
{
    size_t at = 0;
    while (at < octets.size) {
        ssize_t written = write(fd, octets.data + at, octets.size - at);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        at += (size_t)written;
    }
    return true;
}

enum status sealed_new(const char *name, struct bytes octets, int *fd)
{
    int made = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (made < 0) {
        return STATUS_MEMORY;
    }
    if (!write_all(made, octets) || fcntl(made, F_ADD_SEALS, all_seals) != 0) {
        close(made);
        return STATUS_MEMORY;
    }
    *fd = made;
    return STATUS_OK;
}

static bool cannot_change(int fd, enum sealed_kind kind, const struct stat *info)
{
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals >= 0 && (seals & all_seals) == all_seals) {
        return true;
    }
    return kind == SEALED_ANY && S_ISREG(info->st_mode) && info->st_nlink == 0;
}

static bool is_sealed(int fd, enum sealed_kind kind, uint64_t size)
{
    struct stat info;
    return fstat(fd, &info) == 0 && cannot_change(fd, kind, &info) && info.st_size >= 0 &&
           (uint64_t)info.st_size == size;
}

static bool read_all(int fd, uint8_t *octets, size_t size)
{
    size_t at = 0;
    while (at < size) {
        ssize_t count = pread(fd, octets + at, size - at, (off_t)at);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        at += (size_t)count;
    }
    return true;
}

enum status sealed_read(int fd, uint64_t size, uint8_t **octets)
{
    if (!is_sealed(fd, SEALED_MEMFD, size)) {
        return STATUS_INVALID;
    }
    uint8_t *copy = malloc((size_t)size + 1);
    if (copy == NULL) {
        return STATUS_MEMORY;
    }
    if (!read_all(fd, copy, (size_t)size)) {
        free(copy);
        return STATUS_INVALID;
    }
    *octets = copy;
    return STATUS_OK;
}

enum status sealed_map(int fd, enum sealed_kind kind, uint64_t size, bool writable,
                       struct sealed_map *map)
{
    if (!is_sealed(fd, kind, size)) {
        return STATUS_INVALID;
    }
    *map = (struct sealed_map){NULL, 0};
    if (size == 0) {
        return STATUS_OK;
    }
    int protection = PROT_READ | (writable ? PROT_WRITE : 0);
    void *data = mmap(NULL, (size_t)size, protection, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) {
        return STATUS_MEMORY;
    }
    *map = (struct sealed_map){data, (size_t)size};
    return STATUS_OK;
}

void sealed_unmap(struct sealed_map *map)
{
    if (map->data != NULL) {
        munmap(map->data, map->size);
    }
    *map = (struct sealed_map){NULL, 0};
}

int sealed_read_only(int fd, bool *opened)
{
    int seals = fcntl(fd, F_GET_SEALS);
    *opened = false;
    if (seals >= 0 && (seals & F_SEAL_WRITE) != 0) {
        return fd;
    }
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
        return fd;
    }
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int reopened = open(path, O_RDONLY | O_CLOEXEC);
    *opened = reopened >= 0;
    return reopened;
}

/* Contents in memory (memfd, sealed) or in an unlinked file (content.h). A memfd is written with
 * pwrite, never mapped: F_SEAL_WRITE would fail with a writable mapping. */
#include "server/front/content.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t reserved; /* octets of all contents; loop thread only */

uint64_t content_reserved(void)
{
    return reserved;
}

/* A file that never had a name; where the file system cannot do that, one that loses it at once. */
static int file_open(const char *spill_dir)
{
    int fd = open(spill_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/content-XXXXXX", spill_dir);
    if (length < 0 || (size_t)length >= sizeof(path))
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static int storage_open(const struct limits *limits, const char *spill_dir, uint64_t size)
{
    if (size > limits->spill_bytes)
        return file_open(spill_dir);
    return memfd_create("content", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

enum status content_new(const struct limits *limits, const char *spill_dir, uint64_t size,
                        struct content **result)
{
    if (size > limits->message_bytes)
        return STATUS_TOO_BIG;
    if (size > limits->content_budget_bytes || reserved > limits->content_budget_bytes - size)
        return STATUS_OVERLOADED;
    struct content *content = calloc(1, sizeof(*content));
    if (content == NULL)
        return STATUS_MEMORY;
    content->hash = digest_new();
    content->fd = storage_open(limits, spill_dir, size);
    content->references = 1;
    content->size = size;
    content->in_memory = size <= limits->spill_bytes;
    reserved += size;
    enum status status = content->hash == NULL ? STATUS_MEMORY
                         : content->fd < 0     ? STATUS_IO
                                               : STATUS_OK;
    if (status != STATUS_OK) {
        content_unref(&content);
        return status;
    }
    *result = content;
    return STATUS_OK;
}

enum status content_charge(const struct limits *limits, struct content *content, uint64_t octets)
{
    uint64_t most = limits->content_budget_bytes;
    bool alone = reserved == content->size;
    if (!alone && (octets > most || reserved > most - octets))
        return STATUS_OVERLOADED;
    content->charged += octets;
    reserved += octets;
    return STATUS_OK;
}

enum status content_write(struct content *content, struct bytes octets)
{
    assert(!content->sealed && octets.size <= content->size - content->received);
    digest_add(content->hash, octets);
    while (octets.size > 0) {
        ssize_t done = write(content->fd, octets.data, octets.size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return STATUS_IO;
        content->received += (uint64_t)done;
        octets = bytes_slice(octets, (size_t)done, octets.size - (size_t)done);
    }
    return STATUS_OK;
}

/* An unlinked file cannot be sealed; a worker that could write to it would get another file
 * description from /proc, which the sandbox does not have: it is handed out read-only. */
static enum status file_seal(struct content *content)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", content->fd);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    close(content->fd);
    content->fd = fd;
    return STATUS_OK;
}

enum status content_seal(struct content *content)
{
    assert(!content->sealed && content->received == content->size);
    if (content->in_memory) {
        int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
        if (fcntl(content->fd, F_ADD_SEALS, seals) != 0)
            return STATUS_IO;
    } else if (file_seal(content) != STATUS_OK) {
        return STATUS_IO;
    }
    digest_finish(content->hash, content->digest);
    digest_free(&content->hash);
    content->sealed = true;
    return STATUS_OK;
}

struct content *content_ref(struct content *content)
{
    content->references++;
    return content;
}

void content_unref(struct content **handle)
{
    struct content *content = *handle;
    *handle = NULL;
    if (content == NULL || --content->references > 0)
        return;
    reserved -= content->size + content->charged;
    digest_free(&content->hash);
    if (content->fd >= 0)
        close(content->fd);
    free(content);
}

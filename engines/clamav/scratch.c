/* libclamav unpacks into files. Where it cannot write, most of its readers take what they could
 * write for the whole content, and the scan ends clean. So one file of ours shows, after the scans
 * of a message, that writing works here. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "engines/clamav/clamav.h"

enum { CANARY_BYTES = 4096 };

bool scratch_works(const struct clamav *clamav)
{
    static const uint8_t octets[CANARY_BYTES];
    char path[4096];
    if (snprintf(path, sizeof path, "%s/canary", clamav->scratch) >= (int)sizeof path)
        return false;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool written = write(file, octets, sizeof octets) == (ssize_t)sizeof octets;
    written = close(file) == 0 && written;
    return unlink(path) == 0 && written;
}

bool scratch_fit(struct clamav *clamav)
{
    struct scan_rules *rules = &clamav->rules;
    struct statvfs room;
    if (statvfs(clamav->scratch, &room) != 0)
        return false;
    uint64_t bytes = (uint64_t)room.f_bavail * room.f_frsize;
    if (rules->file_size + rules->scan_size <= bytes)
        return true;
    if (rules->file_size > bytes / 3)
        rules->file_size = bytes / 3;
    rules->scan_size = bytes - rules->file_size;
    return cl_engine_set_num(clamav->engine, CL_ENGINE_MAX_FILESIZE, (long long)rules->file_size) ==
               CL_SUCCESS &&
           cl_engine_set_num(clamav->engine, CL_ENGINE_MAX_SCANSIZE, (long long)rules->scan_size) ==
               CL_SUCCESS;
}

#include "clients/cccpc/out.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "clients/cccpc/flight.h"
#include "clients/cccpc/json.h"

enum { NAME_BYTES = 4096, SUFFIX_BYTES = 32 };

static int complain(const char *name)
{
    fprintf(stderr, "cccpc: %s: %s\n", name, strerror(errno));
    return EX_CANTCREAT;
}

int out_open(const struct arguments *arguments)
{
    const char *path = arguments->out;
    return !path || mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : complain(path);
}

/* The whole path stands in the name, so that no two messages share one: "/" is written as "%". */
static FILE *create(const struct arguments *arguments, const char *path, const char *suffix,
                    char *name)
{
    int length = snprintf(name, NAME_BYTES - SUFFIX_BYTES, "%s/", arguments->out);
    for (; *path && length < NAME_BYTES - SUFFIX_BYTES; path++)
        name[length++] = *path == '/' ? '%' : *path;
    if (length >= NAME_BYTES - SUFFIX_BYTES) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    snprintf(name + length, SUFFIX_BYTES, "%s", suffix);
    return fopen(name, "we");
}

/* good: everything was handed over. */
static int finish(FILE *file, const char *name, bool good)
{
    if (!file)
        return complain(name);
    good = good && !ferror(file);
    return fclose(file) == 0 && good ? 0 : complain(name);
}

static bool piece_write(void *file, const void *octets, size_t size)
{
    return fwrite(octets, 1, size, file) == size;
}

static int copies_write(const struct arguments *arguments, const struct source *source,
                        const struct cccp_result *result)
{
    size_t count;
    int status = 0;
    const struct cccp_copy *copies = cccp_result_copies(result, &count);
    for (size_t i = 0; i < count; i++) {
        char suffix[SUFFIX_BYTES], name[NAME_BYTES];
        snprintf(suffix, sizeof(suffix), ".copy-%u.eml", copies[i].number);
        FILE *file = create(arguments, source->path, suffix, name);
        bool good = file && cccp_copy_write(&copies[i], source->content, source->size, piece_write,
                                            file) == CCCP_OK;
        status = flight_worse(status, finish(file, name, good));
    }
    return status;
}

static int notes_write(const struct arguments *arguments, const struct source *source,
                       const struct cccp_result *result)
{
    size_t count;
    int status = 0;
    const struct cccp_note *notes = cccp_result_notes(result, &count);
    for (size_t i = 0; i < count; i++) {
        char suffix[SUFFIX_BYTES], name[NAME_BYTES];
        snprintf(suffix, sizeof(suffix), ".note-%u.eml", notes[i].number);
        FILE *file = create(arguments, source->path, suffix, name);
        bool good = file && piece_write(file, notes[i].octets, notes[i].size);
        status = flight_worse(status, finish(file, name, good));
    }
    return status;
}

int out_write(const struct arguments *arguments, const struct source *source,
              const struct cccp_result *result)
{
    char name[NAME_BYTES];
    FILE *file = create(arguments, source->path, ".json", name);
    if (file)
        json_result(file, source->path, result, arguments->recipients);
    int status = finish(file, name, true);
    status = flight_worse(status, copies_write(arguments, source, result));
    return flight_worse(status, notes_write(arguments, source, result));
}

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

static bool copy_write(FILE *file, const struct source *source, const void *item)
{
    return cccp_copy_write(item, source->content, source->size, piece_write, file) == CCCP_OK;
}

static bool note_write(FILE *file, const struct source *source, const void *item)
{
    const struct cccp_note *note = item;
    (void)source;
    return piece_write(file, note->octets, note->size);
}

typedef bool item_write_fn(FILE *file, const struct source *source, const void *item);

/* NAME.kind-number.eml */
static int item_write(const struct arguments *arguments, const struct source *source,
                      const char *kind, uint32_t number, item_write_fn *write, const void *item)
{
    char suffix[SUFFIX_BYTES], name[NAME_BYTES];
    snprintf(suffix, sizeof(suffix), ".%s-%u.eml", kind, number);
    FILE *file = create(arguments, source->path, suffix, name);
    return finish(file, name, file && write(file, source, item));
}

int out_write(const struct arguments *arguments, const struct source *source,
              const struct cccp_result *result)
{
    char name[NAME_BYTES];
    size_t copy_count, note_count;
    const struct cccp_copy *copies = cccp_result_copies(result, &copy_count);
    const struct cccp_note *notes = cccp_result_notes(result, &note_count);
    FILE *file = create(arguments, source->path, ".json", name);
    if (file)
        json_result(file, source->path, result, arguments->recipients);
    int status = finish(file, name, true);
    for (size_t i = 0; i < copy_count; i++)
        status = flight_worse(status, item_write(arguments, source, "copy", copies[i].number,
                                                 copy_write, &copies[i]));
    for (size_t i = 0; i < note_count; i++)
        status = flight_worse(
            status, item_write(arguments, source, "note", notes[i].number, note_write, &notes[i]));
    return status;
}

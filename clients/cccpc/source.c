#include "clients/cccpc/source.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { STANDARD_INPUT_MOST = 1073741823 };

static int complain(const char *path, int reason)
{
    fprintf(stderr, "cccpc: %s: %s\n", path, strerror(reason));
    return EX_NOINPUT;
}

static int read_all(struct source *source)
{
    size_t capacity = 0;
    char *content = NULL;
    for (ssize_t size = 1; size > 0; source->size += (size_t)size) {
        if (source->size == capacity) {
            capacity = capacity ? 2 * capacity : 65536;
            char *grown = capacity <= STANDARD_INPUT_MOST ? realloc(content, capacity) : NULL;
            if (!grown) {
                free(content);
                return complain(source->path, EFBIG);
            }
            content = grown;
        }
        size = read(STDIN_FILENO, content + source->size, capacity - source->size);
        if (size < 0) {
            free(content);
            return complain(source->path, errno);
        }
    }
    source->content = content;
    return 0;
}

static int map(struct source *source, int fd)
{
    struct stat stat;
    if (fstat(fd, &stat) != 0)
        return complain(source->path, errno);
    if (!S_ISREG(stat.st_mode))
        return complain(source->path, S_ISDIR(stat.st_mode) ? EISDIR : EINVAL);
    source->size = (size_t)stat.st_size;
    if (source->size == 0)
        return 0;
    void *content = mmap(NULL, source->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (content == MAP_FAILED)
        return complain(source->path, errno);
    source->content = content;
    source->mapped = true;
    return 0;
}

int source_open(struct source *source, const char *path)
{
    *source = (struct source){.path = strdup(path)};
    if (!source->path)
        return EX_OSERR;
    if (strcmp(path, "-") == 0)
        return read_all(source);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return complain(path, errno);
    int status = map(source, fd);
    close(fd);
    return status;
}

void source_close(struct source *source)
{
    if (source->mapped)
        munmap((void *)source->content, source->size);
    else
        free((void *)source->content);
    free(source->path);
    *source = (struct source){0};
}

static int add(struct source_list *list, const char *path)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        char **grown = realloc(list->paths, capacity * sizeof(*grown));
        if (!grown)
            return EX_OSERR;
        list->paths = grown;
        list->capacity = capacity;
    }
    list->paths[list->count] = strdup(path);
    return list->paths[list->count] ? (list->count++, 0) : EX_OSERR;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int take(struct source_list *list, FTS *tree, FTSENT *entry)
{
    bool hidden = entry->fts_level > 0 && entry->fts_name[0] == '.';
    if (hidden && entry->fts_info == FTS_D)
        return fts_set(tree, entry, FTS_SKIP);
    if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS)
        return complain(entry->fts_path, entry->fts_errno);
    return entry->fts_info == FTS_F && !hidden ? add(list, entry->fts_path) : 0;
}

static int walk(struct source_list *list, const char *path)
{
    char *const roots[] = {(char *)path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
    int status = 0;
    if (!tree)
        return complain(path, errno);
    for (FTSENT *entry = fts_read(tree); entry && status == 0; entry = fts_read(tree))
        status = take(list, tree, entry);
    fts_close(tree);
    return status;
}

int source_list_open(struct source_list *list, char *const *paths, size_t count)
{
    int status = 0;
    for (size_t i = 0; i < count && status == 0; i++)
        status = strcmp(paths[i], "-") == 0 ? add(list, "-") : walk(list, paths[i]);
    return status;
}

int source_list_read(struct source_list *list, const char *path)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    int status = 0;
    if (!file)
        return complain(path, errno);
    for (ssize_t size = getline(&line, &room, file); size > 0 && status == 0;
         size = getline(&line, &room, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0])
            status = add(list, line);
    }
    free(line);
    fclose(file);
    return status;
}

void source_list_close(struct source_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->paths[i]);
    free(list->paths);
    *list = (struct source_list){0};
}

/* Messages from files, folders and standard input, one after the other, in the order of names. */
#ifndef CCCPC_SOURCE_H
#define CCCPC_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

/* One message: mapped, or read. */
struct source {
    char *path;
    const void *content;
    size_t size;
    bool mapped;
};

/* 0, or an exit status; what is wrong has been said. An empty file is a message. */
int source_open(struct source *source, const char *path);
void source_close(struct source *source);

struct source_list {
    char **paths;
    size_t count, capacity;
};

/* All regular files below paths (hidden ones are left out), and "-". 0 or an exit status. */
int source_list_open(struct source_list *list, char *const *paths, size_t count);
/* Paths that stand in a file, one a line. */
int source_list_read(struct source_list *list, const char *path);
void source_list_close(struct source_list *list);

#endif

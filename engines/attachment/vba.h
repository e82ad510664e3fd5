/* The source of VBA modules (MS-OVBA 2.4.1) and the names in it that run without being asked. */
#ifndef ENGINES_ATTACHMENT_VBA_H
#define ENGINES_ATTACHMENT_VBA_H

#include "engines/budget.h"
#include "protocol/arena.h"

enum { VBA_NAME_OCTETS = 64, VBA_CHUNK_OCTETS = 4096 };

/* Finds names while octets come in pieces. */
struct vba_names {
    char word[VBA_NAME_OCTETS];  /* the one that is being read, in lower case */
    size_t length;               /* may be longer than what is kept */
    char found[VBA_NAME_OCTETS]; /* the first one that runs by itself, or empty */
    bool is_cut;                 /* a source could not be read to its end */
};

void vba_names_feed(struct vba_names *names, struct bytes text);
/* Behind the last piece. */
void vba_names_end(struct vba_names *names);

/* One chunk of a compressed container at *at, moved behind it. Returns its octets (none at the end
 * or when it is broken: *is_broken). */
size_t vba_chunk(struct bytes container, size_t *at, uint8_t out[VBA_CHUNK_OCTETS],
                 bool *is_broken);
/* Whether a container begins there: its signature and the header of a first chunk. */
bool vba_is_container(struct bytes octets, size_t at);
/* Where the source of a module begins by its look, octets.size when it does not. */
size_t vba_find_source(struct bytes octets);
/* Reads a container and feeds it to names; *cap: of the budget, or NULL. Returns how many octets it
 * gave. */
uint64_t vba_read_source(struct bytes octets, size_t at, struct budget *budget,
                         struct vba_names *names, const char **cap);

struct vba_module {
    struct bytes stream; /* UTF-16, low octet first */
    uint32_t offset;     /* of the container in the stream */
};

struct vba_modules {
    struct vba_module *items; /* sorted by stream */
    size_t count;
};

/* From the decompressed stream `dir` (2.3.4.2). STATUS_MEMORY only. */
MUST_CHECK enum status vba_modules_read(struct bytes directory, struct arena *arena,
                                        struct vba_modules *modules);
/* The module in the stream of that name, or NULL. */
const struct vba_module *vba_module_of(const struct vba_modules *modules, struct bytes stream);

#endif

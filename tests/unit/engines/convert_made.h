/* Copies as tests want them: edits in the words of EDIT lines. */
#ifndef TESTS_UNIT_ENGINES_CONVERT_MADE_H
#define TESTS_UNIT_ENGINES_CONVERT_MADE_H

#include "engines/engine.h"

struct made_copy {
    enum status status;
    struct report report; /* one COPY when the status is OK */
    struct buffer octets;
};

/* edits: what stands behind EDIT, one a line: "header-add (NAME \"X-A\" VALUE \"b\")\n..". The
 * splices are checked, and the digest against one that is computed over the octets. */
void made_copy_init(struct made_copy *copy, struct bytes octets, const char *edits);
/* The same for edits that are there already. */
void made_copy_of_edits(struct made_copy *copy, struct bytes octets, struct edit *edits,
                        size_t count);
void made_copy_clear(struct made_copy *copy);

#endif

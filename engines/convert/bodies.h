/* What becomes of the parts of a copy, as edits of bodies leave it (body.h). */
#ifndef ENGINES_CONVERT_BODIES_H
#define ENGINES_CONVERT_BODIES_H

#include "engines/message/message.h"

enum body_fate { BODY_STAYS, BODY_REMOVED, BODY_REPLACED, BODY_CLEANED };

/* A file within text that is taken out of it: in the text's octets, which are not encoded. */
struct body_cut {
    struct body_cut *next; /* by their places */
    struct range range;
    struct bytes data;
};

struct body {
    struct part *part;
    enum body_fate fate;
    struct bytes notice; /* BODY_REPLACED: UTF-8; BODY_CLEANED: the octets */
    struct body_cut *cuts;
    struct bytes content; /* of a leaf, once it is loaded: decoded, as edits left it */
    struct bytes charset; /* label that the content is to have, when is_relabelled */
    bool is_loaded, is_changed, is_relabelled;
    bool is_recoded;  /* the body is written anew though the content stays (encoding) */
    bool allows_8bit; /* when it is */
};

struct bodies {
    struct body **items;   /* of the parts the layout made, by number - 1; NULL: nothing was done */
    const char **declared; /* containers: the new transfer encoding, or NULL */
    bool has_footer;     /* one that is a part of its own: everything else becomes its neighbour */
    struct bytes footer; /* UTF-8, in lines of the message */
};

#endif

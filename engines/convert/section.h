/* A header section that is being edited: the fields as some lenient reader sees them, which of them
 * go, which are new (spec/conversion.md 2.5). Edits of the header work on it one after another;
 * section_flush() puts the outcome into the draft. Where readers part about the end of the section,
 * new fields stand where all of them still see the header, and no edit moves that end. */
#ifndef ENGINES_CONVERT_SECTION_H
#define ENGINES_CONVERT_SECTION_H

#include "engines/convert/draft.h"
#include "engines/convert/header_value.h"

enum { SECTION_FIELDS_MOST = 262144 };

struct section_field {
    struct bytes name;   /* as it stands; empty for a line without a colon */
    struct bytes value;  /* with its folds */
    struct range range;  /* of the original; size 0: a new one */
    struct bytes octets; /* a new one, whole; for one of the original what stands in its place */
    bool is_gone, is_replaced, is_changed;
};

struct section {
    struct draft *draft;
    struct section_field *fields;
    size_t count, capacity;
    struct section_field *front; /* new ones before the first */
    size_t front_count, front_capacity;
    size_t front_at, back_at; /* where new ones are put in */
    size_t end;               /* of the fields: where the blank line begins */
    bool is_empty;            /* nothing that begins as a field: new ones need a blank line */
    bool is_international;    /* raw UTF-8 in it (RFC 6532) */
};

/* Reads the section that stands in the original from `begin` and, for a reader who takes all that
 * is no blank line for a field, no further than `end`. LIMIT: more fields than fit. MEMORY. */
MUST_CHECK enum status section_read(struct section *section, struct draft *draft, size_t begin,
                                    size_t end);
/* The next field at or behind *at that is still there and that any reader takes for `name` (with a
 * trailing `*`: for a beginning of its name); *at is then behind it. NULL: none. */
struct section_field *section_next(struct section *section, struct bytes name, size_t *at);
/* All such fields go, in every spelling; *gone counts them. */
MUST_CHECK enum status section_delete(struct section *section, struct bytes name, size_t *gone);
/* In the place of the first one, the others go; behind the last field where there is none. */
MUST_CHECK enum status section_replace(struct section *section, struct bytes name,
                                       const struct header_value *value);
MUST_CHECK enum status section_add(struct section *section, struct bytes name,
                                   const struct header_value *value);
/* Several stand in the order in which they were given. */
MUST_CHECK enum status section_prepend(struct section *section, struct bytes name,
                                       const struct header_value *value);
/* Changes for all of it, once. new_elsewhere: fields that were added go there, not into the section
 * (wrap), or NULL. */
MUST_CHECK enum status section_flush(struct section *section, struct bytes *new_elsewhere);

#endif

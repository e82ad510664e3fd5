/* A header section that is being edited: the fields as some lenient reader sees them, which of them
 * go, which are new (spec/conversion.md 2.5). Edits of the header work on it one after another;
 * section_flush() puts the outcome into the draft. Where readers part about the end of the section,
 * new fields stand where all of them still see the header, and no edit moves that end. */
#ifndef ENGINES_CONVERT_SECTION_H
#define ENGINES_CONVERT_SECTION_H

#include "engines/convert/draft.h"
#include "engines/convert/header_value.h"
#include "engines/message/header.h"

/* Past so many fields within others, fields that hold one go as a whole. */
enum { SECTION_FIELDS_MOST = 262144, SECTION_CUTS_MOST = 4096 };

struct section_field {
    struct field field;  /* of the original as it stands; of a new one its octets' */
    struct range range;  /* of the original; size 0: a new one */
    struct bytes octets; /* a new one, whole, or what stands in the place of the original's */
    bool is_gone, is_replaced;
    bool is_changed; /* something within it is another one, by changes in the draft */
};

struct section {
    struct draft *draft;
    struct section_field *fields; /* the original's, then those put behind them */
    size_t count, capacity, original_count;
    size_t cut_count;
    size_t first; /* without a header section the lines before it are a text's, not fields */
    struct section_field *front; /* put before them */
    size_t front_count, front_capacity;
    size_t begin, front_at, back_at; /* where new ones are put in */
    size_t body;                     /* behind the empty line, or where the octets end */
    bool is_missing;                 /* there is none: new fields need an empty line behind them */
    struct header_style style;       /* of new fields */
};

/* Its line is one for every reader: a name that is one, not behind a blank. octets: the message's.
 */
bool section_begins_as_field(const struct field *field, struct bytes octets);
/* All readers see it: it is a new one, or nothing ends the header before it for any of them. */
bool section_is_seen(const struct section *section, const struct section_field *field);
/* Reads the message's own section. LIMIT: more fields than that; MEMORY. */
MUST_CHECK enum status section_read(struct section *section, struct draft *draft);
/* The same of a part, whose section stands between `begin` and `end`. */
MUST_CHECK enum status section_read_from(struct section *section, struct draft *draft, size_t begin,
                                         size_t end);
/* The next field at or behind *at, that is still there, of that very name; *at is then behind it.
 * NULL: none. */
struct section_field *section_next(struct section *section, struct bytes name, size_t *at);
/* All such fields go, in every spelling (spelling.h); a trailing `*` stands for any end of a name.
 * *gone counts them. */
MUST_CHECK enum status section_delete(struct section *section, struct bytes name, size_t *gone);
/* The same of what only a reader would see who goes on over lines that are no fields, where all
 * others see a message without a header section: for marks. */
MUST_CHECK enum status section_delete_marks(struct section *section, struct bytes name,
                                            size_t *gone);
/* In the place of the first one, the others go; behind the last field where there is none. */
MUST_CHECK enum status section_replace(struct section *section, struct bytes name,
                                       struct bytes text);
/* The field with another text. */
MUST_CHECK enum status section_rewrite(struct section *section, struct section_field *field,
                                       struct bytes name, struct bytes text);
MUST_CHECK enum status section_add(struct section *section, struct bytes name, struct bytes text);
/* Several stand in the order in which they were given. */
MUST_CHECK enum status section_prepend(struct section *section, struct bytes name,
                                       struct bytes text);
/* Changes for all of it, once. moved: where fields that were added or put before the others go
 * instead (the mail that wraps this one), or NULL. */
MUST_CHECK enum status section_flush(struct section *section, struct bytes *moved);

#endif

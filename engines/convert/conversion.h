/* One copy in the making: what each kind of edit works with, and the table of the kinds. A kind's
 * row is in convert.c; its function stands in a file of its own. */
#ifndef ENGINES_CONVERT_CONVERSION_H
#define ENGINES_CONVERT_CONVERSION_H

#include "engines/convert/bodies.h"
#include "engines/convert/convert.h"
#include "engines/convert/draft.h"
#include "engines/convert/section.h"

struct conversion {
    struct message *message;
    struct budget *budget;    /* the message's: what edits make is charged to it */
    struct reporter reporter; /* of the engine "convert": NOTE findings, caps */
    const struct engine_instance *instances;
    size_t instance_count;
    /* The message's own header section. Whoever changes a field of it (Content-Type of a message
     * that is one leaf, too) does it here, not in the draft: section_replace() and the like. */
    struct section header;
    struct bodies bodies; /* what edits of bodies have done so far (body.h) */
    struct bytes *tags;   /* of the subject */
    size_t tag_count, tag_capacity;
    bool is_wrapped;
    struct bytes moved; /* new fields that the mail around this one has */
    struct draft draft;
};

/* A row of the table in convert.c. */
struct convert_kind {
    /* INVALID: a value that is none; LIMIT: a cap, reported; ENGINE; MEMORY. */
    enum status (*apply)(struct draft *draft, const struct edit *edit,
                         struct conversion *conversion);
    const char *required[4]; /* keys that must be there; ended by NULL */
};

/* header_edits.c */
enum status convert_header_add(struct draft *draft, const struct edit *edit,
                               struct conversion *conversion);
enum status convert_header_prepend(struct draft *draft, const struct edit *edit,
                                   struct conversion *conversion);
enum status convert_header_replace(struct draft *draft, const struct edit *edit,
                                   struct conversion *conversion);
enum status convert_header_delete(struct draft *draft, const struct edit *edit,
                                  struct conversion *conversion);
enum status convert_marks(struct draft *draft, const struct edit *edit,
                          struct conversion *conversion);
/* subject.c, address.c, wrap.c */
enum status convert_subject_tag(struct draft *draft, const struct edit *edit,
                                struct conversion *conversion);
/* Once all tags are known. */
MUST_CHECK enum status convert_subject_finish(struct conversion *conversion);
enum status convert_address(struct draft *draft, const struct edit *edit,
                            struct conversion *conversion);
enum status convert_wrap(struct draft *draft, const struct edit *edit,
                         struct conversion *conversion);

/* Of bodies, each in a file of its own. */
enum status convert_part_remove(struct draft *draft, const struct edit *edit,
                                struct conversion *conversion);
enum status convert_part_replace(struct draft *draft, const struct edit *edit,
                                 struct conversion *conversion);
enum status convert_part_clean(struct draft *draft, const struct edit *edit,
                               struct conversion *conversion);
enum status convert_html_disarm(struct draft *draft, const struct edit *edit,
                                struct conversion *conversion);
enum status convert_charset(struct draft *draft, const struct edit *edit,
                            struct conversion *conversion);
enum status convert_footer(struct draft *draft, const struct edit *edit,
                           struct conversion *conversion);
enum status convert_encoding(struct draft *draft, const struct edit *edit,
                             struct conversion *conversion);

/* Octets that an edit makes: charged to the budget, in the draft's arena. LIMIT with the cap
 * reported; MEMORY. */
MUST_CHECK enum status conversion_take(struct conversion *conversion, size_t size,
                                       uint8_t **octets);
/* Once in a while. LIMIT with the cap `cpu-time` reported. */
MUST_CHECK enum status conversion_allow_cpu(struct conversion *conversion);
/* UTF-8 in lines of the message, without NUL, and without an empty end. LIMIT, MEMORY. */
MUST_CHECK enum status conversion_lines(struct conversion *conversion, struct bytes text,
                                        struct bytes *lines);

#endif

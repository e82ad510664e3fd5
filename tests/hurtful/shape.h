/* Shapes of mail that hurt parsers, made at any size: rows of text with something that is repeated,
 * or a function for what has sums and offsets in it. */
#ifndef TESTS_HURTFUL_SHAPE_H
#define TESTS_HURTFUL_SHAPE_H

#include "protocol/bytes.h"

/* In the texts of a row. REPEAT()s nest. */
#define NUL "\1"
#define NUMBER "\2" /* of the unit: 0, 1, 2, … */
#define INNER "\3"  /* of the innermost repetition around it */
#define REPEAT(text, count) "\4" text "\5" #count "\6"

/* head, then unit again and again until the message has its size, then tail; or what make() says.
 * wrapped: fields of a header behind which all of that stands in base64. */
struct shape {
    const char *name;
    const char *head, *unit, *tail;
    const char *wrapped;
    void (*make)(struct buffer *out, size_t size);
};

/* Groups of rows, each ended by one without a name. */
extern const struct shape shapes_header[], shapes_name[], shapes_structure[], shapes_body[],
    shapes_html[], shapes_archive[];

/* Appends the message, about size octets. Ends the program when there is no memory. */
void shape_make(const struct shape *shape, size_t size, struct buffer *out);
/* What the makers write with; append() ends the program when there is no memory. */
void append(struct buffer *out, struct bytes octets);
void append_text(struct buffer *out, const char *text, size_t number);
void append_number(struct buffer *out, uint64_t value, unsigned octets); /* little-endian */
void append_base64(struct buffer *out, struct bytes octets);

#endif

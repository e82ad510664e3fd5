/* Our own reading of a header section: fields as they stand, parameters as they stand. GMime's
 * reading loses what stands twice. Shapes only: nothing is decoded (parameter_reading.h and names.h
 * do). Everything is linear and borrows the octets. */
#ifndef ENGINES_MESSAGE_HEADER_H
#define ENGINES_MESSAGE_HEADER_H

#include "protocol/arena.h"
#include "protocol/bytes.h"

struct field {
    struct bytes name;  /* without blanks around it; empty for a line without a colon */
    struct bytes value; /* with its folds, without the last line break */
    size_t offset, size;
};

struct fields {
    struct bytes section;
    size_t at; /* behind the blank line once it has been seen */
};

/* The next field of a section; false at its blank line or its end. */
bool fields_next(struct fields *fields, struct field *field);

/* Where the header section that begins at `at` ends: behind its blank line, or before the first
 * line that is no field. */
size_t header_section_end(struct bytes octets, size_t at);

/* A name of visible ASCII and a colon: what every reader takes for a field (RFC 5322 3.6.8). */
bool header_begins_field(struct bytes octets);

/* Fields, one of them a Content- field: what a part begins with. *walked: how many octets were
 * looked at. */
bool header_begins_part(struct bytes octets, size_t *walked);

/* A line from `at`: its octets without the break; *next is where the next one begins. */
static inline struct bytes line_at(struct bytes octets, size_t at, size_t *next)
{
    size_t end = bytes_find(octets, at, '\n');
    size_t size = end - at;

    *next = end < octets.size ? end + 1 : end;
    if (size > 0 && end < octets.size && octets.data[end - 1] == '\r')
        size--;
    return bytes_slice(octets, at, size);
}
/* Only blanks, tabs, CR and LF. */
bool line_is_blank(struct bytes line);
/* Without any of these at its end. */
struct bytes line_without_blanks_behind(struct bytes line);
/* Where the line break begins that ends at `at`, where a line begins; `at` when there is none. */
size_t line_break_before(struct bytes octets, size_t at);

struct parameter {
    struct bytes name;
    struct bytes value; /* as it stands: inside the quotes, with its escapes */
    bool quoted;
};

struct parameters {
    struct bytes value;
    size_t at;
};

/* Parameters behind the first ";" of a structured field's value (RFC 2045 5.1), comments left
 * out. */
void parameters_init(struct parameters *parameters, struct bytes value);
bool parameters_next(struct parameters *parameters, struct parameter *parameter);

/* The word before the first ";" without blanks and comments, in lower case, in room; false
 * when it needed more than that: quotes or two words. *word is then what could be made of it. */
bool value_word(struct bytes value, uint8_t *room, size_t room_size, struct bytes *word);

#endif

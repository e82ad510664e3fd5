/* Values of header fields that we write. This is the one type that a field is made of, and its
 * octets cannot hold CR, LF, NUL or another control but the folds that are made here
 * (spec/conversion.md 2.3). */
#ifndef ENGINES_CONVERT_HEADER_VALUE_H
#define ENGINES_CONVERT_HEADER_VALUE_H

#include "protocol/arena.h"
#include "protocol/bytes.h"

enum { HEADER_NAME_MOST = 64, HEADER_LINE_WIDTH = 76, HEADER_WORD_MOST = 75 };

struct header_value {
    struct bytes octets; /* folded, without the line break behind it; in an arena */
};

struct header_style {
    struct bytes line_break;
    bool is_international; /* raw UTF-8 may stand in it (RFC 6532) */
};

/* 1*64 of the characters of a field name (RFC 5322 3.6.8). */
bool header_name_is_valid(struct bytes name);
/* Text as a reader of the value has it again: controls are blanks, octets that are no UTF-8 U+FFFD,
 * no blanks around it. In the arena. MEMORY. */
MUST_CHECK enum status header_text_clean(struct bytes text, struct arena *arena,
                                         struct bytes *cleaned);
/* Any octets as the value of an unstructured field that begins in `column`: cleaned as above, what
 * is not ASCII as encoded words of at most 75 that never split a character. What looks like an
 * encoded word is encoded, so that a reader has `text` again. MEMORY: the arena is full. */
MUST_CHECK enum status header_value_make(struct bytes text, size_t column,
                                         const struct header_style *style, struct arena *arena,
                                         struct header_value *value);
/* Where a text is put in before one that stands in the value already. */
struct header_place {
    size_t column;       /* of the line in which it begins */
    size_t rest;         /* octets of the line behind it */
    bool is_before_word; /* what follows is an encoded word */
};

/* The text and what divides it from what stands behind it: a blank, or a fold where the line would
 * be too long. Nothing for no text. */
MUST_CHECK enum status header_value_before(struct bytes text, const struct header_place *place,
                                           const struct header_style *style, struct arena *arena,
                                           struct header_value *value);
/* "Name: value" and the line break, in the arena. INVALID: the name is none. */
MUST_CHECK enum status header_field(struct bytes name, const struct header_value *value,
                                    const struct header_style *style, struct arena *arena,
                                    struct bytes *octets);

#endif

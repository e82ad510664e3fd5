/* One value that is put into a text: one line of printable UTF-8, whatever it was made of
 * (spec/policy.md 1.8). */
#ifndef SERVER_POLICY_VALUE_TEXT_H
#define SERVER_POLICY_VALUE_TEXT_H

#include "protocol/bytes.h"

enum { VALUE_TEXT_BYTES = 512 };

struct value_text {
    uint8_t octets[VALUE_TEXT_BYTES + 8];
    size_t size;
    bool is_full;
};

/* Appends a text, behind ", " when something stands there already. Controls, line and paragraph
 * separators and what changes the direction of text become blanks; octets that are not UTF-8 become
 * U+FFFD; what is over VALUE_TEXT_BYTES is cut between characters. */
void value_text_join(struct value_text *value, struct bytes text);
struct bytes value_text_end(const struct value_text *value);
/* The same for HTML: nothing in it is a tag, an entity or the end of an attribute. */
MUST_CHECK enum status value_text_html(struct bytes text, struct buffer *out);

#endif

/* Octets to a body (RFC 2045 2.7, 2.8, 6.7, 6.8): which encodings carry them, and the encoders. Our
 * decoders give the same octets back, but for line breaks where the message's are LF alone: CRLF
 * within is one of them there. Linear, nothing is taken. */
#ifndef ENGINES_DECODE_TRANSFER_ENCODE_H
#define ENGINES_DECODE_TRANSFER_ENCODE_H

#include "protocol/bytes.h"

enum transfer_form { FORM_7BIT, FORM_8BIT, FORM_QUOTED_PRINTABLE, FORM_BASE64, FORM_COUNT };
enum { FORM_LINE_MOST = 998, FORM_ENCODED_LINE = 76 };

/* "7bit": the word of a Content-Transfer-Encoding. */
const char *transfer_form_word(enum transfer_form form);
/* Whether a form carries the octets as lines that end with line_break: no NUL, no CR or LF of their
 * own, no line over 998, and with FORM_7BIT nothing above 127. The encoded forms carry all. */
bool transfer_form_carries(enum transfer_form form, struct bytes octets, struct bytes line_break);
/* The shorter one of the two that encode; base64 where line breaks of the octets are not those of
 * lines (UTF-16, what is no text). */
enum transfer_form transfer_form_encoded(struct bytes octets, struct bytes line_break,
                                         bool has_lines);
/* The lightest one: 7bit, with allows_8bit 8bit, else one that encodes. */
enum transfer_form transfer_form_lightest(struct bytes octets, struct bytes line_break,
                                          bool allows_8bit, bool has_lines);
/* How many octets transfer_encode() writes: a pass of its own. */
size_t transfer_encode_room(enum transfer_form form, struct bytes octets, struct bytes line_break);
/* Lines of at most 76 where it encodes; base64 ends without a line break. */
size_t transfer_encode(enum transfer_form form, struct bytes octets, struct bytes line_break,
                       uint8_t *out);

#endif

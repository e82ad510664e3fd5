/* The text of a notice: cleaned, its languages one below the other, and encoded for mail. */
#ifndef SERVER_NOTICE_NOTICE_TEXT_H
#define SERVER_NOTICE_NOTICE_TEXT_H

#include "server/notice/notice.h"

/* All languages as UTF-8, lines ended by LF: controls become blanks, octets that are no UTF-8
 * U+FFFD. LIMIT, MEMORY. */
MUST_CHECK enum status notice_text_join(const struct notice *notice, struct buffer *out);
/* It can go as it stands: ASCII, and no line is longer than 78 or begins with "From ". */
bool notice_text_is_plain(struct bytes text);
/* With CRLF; quoted-printable (RFC 2045 6.7) unless it is plain. LIMIT, MEMORY. */
MUST_CHECK enum status notice_text_encode(struct bytes text, bool is_plain, struct buffer *out);

#endif

/* Writes an archive of one stored member (APPNOTE.TXT 6.3.9, 4.3), for sample messages. */
#ifndef CCCPC_ZIP_H
#define CCCPC_ZIP_H

#include "protocol/bytes.h"

/* password NULL: not encrypted; else the traditional PKWARE encryption (6.1), which every unpacker
 * knows. */
MUST_CHECK enum status zip_write(struct buffer *out, const char *name, struct bytes content,
                                 const char *password);

#endif

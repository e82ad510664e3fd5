/* Files for tests, made of their parts: compound files, VBA containers, zips without compression,
 * mails. All octets are malloc'ed: made_free(). */
#ifndef TESTS_UNIT_ENGINES_ATTACHMENT_MADE_H
#define TESTS_UNIT_ENGINES_ATTACHMENT_MADE_H

#include "protocol/bytes.h"

struct made_file {
    const char *name; /* ASCII; of a compound file: without content data it is a storage */
    struct bytes content;
};

struct bytes made_ole(const struct made_file *files, size_t count);
/* A container of literals (MS-OVBA 2.4.1). */
struct bytes made_vba(const char *source);
/* The stream `dir` with one module; compressed. */
struct bytes made_dir(const char *stream, uint32_t offset);
struct bytes made_zip(const struct made_file *files, size_t count);
/* A base64 attachment. type NULL: application/octet-stream; name NULL: none. */
struct bytes made_mail(struct bytes content, const char *type, const char *name);
struct bytes made_joined(struct bytes a, struct bytes b);
void made_free(struct bytes *made);

#endif

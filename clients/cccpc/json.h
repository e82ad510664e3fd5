/* One JSON object (RFC 8259) on a stream, for one result or one measurement. */
#ifndef CCCPC_JSON_H
#define CCCPC_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "clients/libcccp/cccp.h"

struct json {
    FILE *out;
    bool comma; /* something stands before in this object or array */
};

/* key NULL: an item of an array, or the outermost value. */
void json_open(struct json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket);
/* NULL is written as null. Octets that are not UTF-8 are written as U+FFFD. */
void json_text(struct json *json, const char *key, const char *text);
/* Octets that are text stand under `key`, others in base64 under "base64". */
void json_octets(struct json *json, const char *key, const void *octets, size_t size);
void json_number(struct json *json, const char *key, uint64_t number);
void json_signed(struct json *json, const char *key, int64_t number);
void json_real(struct json *json, const char *key, double number);
void json_bool(struct json *json, const char *key, bool value);

/* All that is known of one check, as one line. */
void json_result(FILE *out, const char *path, const struct cccp_result *result,
                 const char *const *recipients);

#endif

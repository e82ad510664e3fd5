/* The message view and what engines said of it as JSON, for drivers in other languages. */
#ifndef TESTS_SUPPORT_DUMP_JSON_H
#define TESTS_SUPPORT_DUMP_JSON_H

#include "clients/cccpc/json.h"
#include "engines/message/message.h"

/* Octets that are not UTF-8 are U+FFFD. */
void dump_bytes(struct json *json, const char *key, struct bytes text);
/* "parts": every part of every reading, its content decoded: size and SHA-256, and the octets as
 * hexadecimal digits when with_octets. A part that is no leaf or is over its budget has none. */
void dump_parts(struct json *json, struct message *message, bool with_octets);
/* "findings", "facts"; with_coverage: "coverage", "engines" too. */
void dump_report(struct json *json, const struct report *report, bool with_coverage);

#endif

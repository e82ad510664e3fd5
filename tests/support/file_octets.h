/* A whole file, for programs that end when they cannot have it. */
#ifndef TESTS_SUPPORT_FILE_OCTETS_H
#define TESTS_SUPPORT_FILE_OCTETS_H

#include "protocol/bytes.h"

/* The caller frees data. Says on standard error why not and ends the program. */
struct bytes file_octets(const char *path);

#endif

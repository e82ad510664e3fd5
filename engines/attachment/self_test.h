/* Before a generation is used: a program in a zip is seen, plain text is clean. */
#ifndef ENGINES_ATTACHMENT_SELF_TEST_H
#define ENGINES_ATTACHMENT_SELF_TEST_H

#include "engines/attachment/leaf.h"

enum status attachment_self_test(void *state, char why[256]);

#endif

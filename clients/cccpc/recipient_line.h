/* One recipient's result for people, short:
 *
 *     DELIVER    DELIVER copy 1    REJECT silent    REDIRECT z@y.example    EXPAND list of 3
 */
#ifndef CCCPC_RECIPIENT_LINE_H
#define CCCPC_RECIPIENT_LINE_H

#include <stdio.h>

#include "clients/libcccp/cccp.h"

/* Characters that turn the reading direction are still in it. */
void recipient_short(char *text, size_t size, const struct cccp_recipient *recipient);

#endif

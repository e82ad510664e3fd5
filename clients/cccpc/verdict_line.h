/* One result in one line for people:
 *
 *     path: INFECTED, QUARANTINE (clamav:Eicar-Test-Signature) 12 ms
 *     path: CLEAN, DELIVER 8 ms
 *     path: SPAM, 1:2 DELIVER copy 1, 3 REDIRECT z@y.example, 1 notice (spam:odd) 9 ms
 *     path: INCOMPLETE, DEFER (refused by the server: TOOBIG 157286400 message too big) */
#ifndef CCCPC_VERDICT_LINE_H
#define CCCPC_VERDICT_LINE_H

#include <stdio.h>

#include "clients/libcccp/cccp.h"

void verdict_line_write(FILE *out, const char *path, const struct cccp_result *result);
/* "QUARANTINE", or "1:3 DELIVER, 4 REDIRECT z@y.example copy 1" when they differ. */
void dispositions_write(FILE *out, const struct cccp_result *result);

#endif

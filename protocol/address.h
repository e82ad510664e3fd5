/* Addresses of mail as they come in an envelope (spec/cccp.md 3.4). */
#ifndef PROTOCOL_ADDRESS_H
#define PROTOCOL_ADDRESS_H

#include "protocol/bytes.h"

enum { ADDRESS_LENGTH_MOST = 320 };

/* An RFC 5321 Mailbox without <>, or a local part alone; UTF-8; 1..320 octets. Guards against what
 * would mean something else behind "RCPT TO:<": controls anywhere, and blanks, "<", ">" outside
 * quotes. */
bool is_address(struct bytes address);

#endif

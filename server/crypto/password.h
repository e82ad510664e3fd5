/* Passwords: argon2id (libsodium, crypto_pwhash_str_verify), off the loop, at most two at a time,
 * each peer throttled: a failure is answered after a growing delay. This file's .c is the only door
 * to libsodium. */
#ifndef SERVER_CRYPTO_PASSWORD_H
#define SERVER_CRYPTO_PASSWORD_H

#include <uv.h>

#include "protocol/bytes.h"

/* Once, before any other function. */
MUST_CHECK enum status password_init(uv_loop_t *loop);
void password_clear(void);

struct password_check;
/* hash: NULL for an unknown name; the same work is done then, and the answer is false. password is
 * copied and wiped. failures: how many this connection has had, for the delay. done: exactly once,
 * never from inside the call. OVERLOADED: too many wait, done is not called. */
MUST_CHECK enum status password_verify(const char *hash, struct bytes password, unsigned failures,
                                       void *owner, void (*done)(void *owner, bool right),
                                       struct password_check **check);
/* done is not called any more; *check becomes NULL. */
void password_forget(struct password_check **check);
/* "cccpd --hash-password": reads a password, gives the string for the configuration. out: 128
 * octets. */
MUST_CHECK enum status password_hash(struct bytes password, char out[128]);

#endif

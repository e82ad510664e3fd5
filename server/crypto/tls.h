/* TLS as a pump between octets (OpenSSL, two memory BIOs): no socket, no loop. TLS 1.2 and later,
 * from the first octet. */
#ifndef SERVER_CRYPTO_TLS_H
#define SERVER_CRYPTO_TLS_H

#include "protocol/bytes.h"

struct tls_context; /* one per listener and configuration */
struct tls;         /* one per connection */

MUST_CHECK enum status tls_context_new(const char *certificate, const char *key,
                                       const char *client_ca, struct tls_context **context,
                                       char why[256]);
void tls_context_free(struct tls_context **context);

MUST_CHECK enum status tls_new(struct tls_context *context, struct tls **tls);
void tls_free(struct tls **tls);
/* Octets from the socket go in; plain octets come out of tls_read() until it gives MORE; what is to
 * be sent to the socket is fetched with tls_output() after every call. Not OK and not MORE: the
 * connection is over (tls_output() may hold an alert). tls_read() gives OK and size 0 when the
 * other side has closed its half (close_notify). */
MUST_CHECK enum status tls_input(struct tls *tls, struct bytes octets);
MUST_CHECK enum status tls_read(struct tls *tls, uint8_t *octets, size_t most, size_t *size);
MUST_CHECK enum status tls_write(struct tls *tls, struct bytes octets);
MUST_CHECK enum status tls_output(struct tls *tls, struct buffer *out);
void tls_close_notify(struct tls *tls);
bool tls_established(const struct tls *tls);
/* Of a verified client certificate; NULL without one. Borrowed until tls_free(). */
const char *tls_peer_name(const struct tls *tls);
const char *tls_peer_fingerprint(const struct tls *tls);

#endif

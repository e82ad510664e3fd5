/* TLS over two memory BIOs (OpenSSL 3.0, see research on memory: RELEASE_BUFFERS, no tickets, no
 * session cache). RFC 8446, RFC 5246; renegotiation is refused. A memory BIO keeps the most it ever
 * held, so a BIO that has grown is replaced once it is empty: an idle connection stays small. */
#include "server/crypto/tls.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

enum { BIO_KEPT_BYTES = 4096, NAME_MOST = 255, FINGERPRINT_BYTES = 32 };

struct tls_context {
    SSL_CTX *context; /* counted by OpenSSL: a struct tls may outlive this */
};

struct tls {
    SSL *ssl; /* owns both BIOs */
    bool established, over;
    char name[NAME_MOST + 1];
    char fingerprint[2 * FINGERPRINT_BYTES + 1];
};

/* "what: reason of the oldest error"; empties OpenSSL's queue. */
static void explain(char why[256], const char *what, const char *file)
{
    char reason[160] = "unknown error";
    unsigned long error = ERR_get_error();
    if (error != 0 && ERR_reason_error_string(error) != NULL)
        snprintf(reason, sizeof(reason), "%s", ERR_reason_error_string(error));
    ERR_clear_error();
    snprintf(why, 256, "%s %.80s: %s", what, file, reason);
}

static void context_harden(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                     SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
}

static enum status context_ask_client(SSL_CTX *context, const char *client_ca, char why[256])
{
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(client_ca);
    if (names == NULL || SSL_CTX_load_verify_file(context, client_ca) != 1) {
        explain(why, "client_ca", client_ca);
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return STATUS_INVALID;
    }
    SSL_CTX_set_client_CA_list(context, names);
    /* Asked for, not required: a client without one may still authenticate by password. */
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    static const unsigned char id[] = "cccpd";
    SSL_CTX_set_session_id_context(context, id, sizeof(id) - 1);
    return STATUS_OK;
}

enum status tls_context_new(const char *certificate, const char *key, const char *client_ca,
                            struct tls_context **out, char why[256])
{
    struct tls_context *context AUTO(tls_context_free) = calloc(1, sizeof(*context));
    if (context == NULL)
        return STATUS_MEMORY;
    ERR_clear_error();
    context->context = SSL_CTX_new(TLS_server_method());
    if (context->context == NULL)
        return STATUS_MEMORY;
    context_harden(context->context);
    if (SSL_CTX_use_certificate_chain_file(context->context, certificate) != 1) {
        explain(why, "certificate", certificate);
        return STATUS_INVALID;
    }
    if (SSL_CTX_use_PrivateKey_file(context->context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context->context) != 1) {
        explain(why, "key", key);
        return STATUS_INVALID;
    }
    if (client_ca != NULL) {
        enum status status = context_ask_client(context->context, client_ca, why);
        if (status != STATUS_OK)
            return status;
    }
    *out = context;
    context = NULL;
    return STATUS_OK;
}

void tls_context_free(struct tls_context **context)
{
    if (*context == NULL)
        return;
    SSL_CTX_free((*context)->context);
    free(*context);
    *context = NULL;
}

/* Empty means "try again", not the end. */
static BIO *bio_new(void)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio != NULL)
        BIO_set_mem_eof_return(bio, -1);
    return bio;
}

enum status tls_new(struct tls_context *context, struct tls **out)
{
    struct tls *tls AUTO(tls_free) = calloc(1, sizeof(*tls));
    if (tls == NULL)
        return STATUS_MEMORY;
    tls->ssl = SSL_new(context->context);
    BIO *in = bio_new(), *output = bio_new();
    if (tls->ssl == NULL || in == NULL || output == NULL) {
        BIO_free(in);
        BIO_free(output);
        return STATUS_MEMORY;
    }
    SSL_set_bio(tls->ssl, in, output);
    SSL_set_accept_state(tls->ssl);
    *out = tls;
    tls = NULL;
    return STATUS_OK;
}

void tls_free(struct tls **tls)
{
    if (*tls == NULL)
        return;
    SSL_free((*tls)->ssl);
    free(*tls);
    *tls = NULL;
}

/* The common name, when there is exactly one and it is text. */
static void take_name(struct tls *tls, X509 *certificate)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (place < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, place) >= 0)
        return;
    unsigned char *text = NULL;
    int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
    if (size < 0)
        return;
    struct bytes name = {text, (size_t)size};
    if (name.size > 0 && name.size <= NAME_MOST && bytes_find(name, 0, '\0') == name.size) {
        memcpy(tls->name, name.data, name.size);
        tls->name[name.size] = '\0';
    }
    OPENSSL_free(text);
}

static void take_peer(struct tls *tls)
{
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    if (certificate == NULL || SSL_get_verify_result(tls->ssl) != X509_V_OK)
        return;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1 || size != FINGERPRINT_BYTES)
        return;
    for (unsigned i = 0; i < size; i++)
        snprintf(tls->fingerprint + 2 * i, 3, "%02x", digest[i]);
    take_name(tls, certificate);
}

/* What a call that did not succeed means. */
static enum status over_or_more(struct tls *tls, int result)
{
    int error = SSL_get_error(tls->ssl, result);
    ERR_clear_error();
    if (error == SSL_ERROR_WANT_READ)
        return STATUS_MORE;
    tls->over = true;
    return STATUS_PARSE;
}

/* A BIO that has grown and whose octets are used up is exchanged for a small one. False: it was
 * small, or there is no memory. */
static bool bio_shrink(struct tls *tls, BIO *bio, void (*replace)(SSL *ssl, BIO *bio))
{
    BUF_MEM *memory = NULL;
    BIO_get_mem_ptr(bio, &memory);
    if (memory->max <= BIO_KEPT_BYTES)
        return false;
    BIO *fresh = bio_new();
    if (fresh == NULL)
        return false;
    replace(tls->ssl, fresh);
    return true;
}

enum status tls_input(struct tls *tls, struct bytes octets)
{
    if (tls->over)
        return STATUS_PARSE;
    assert(octets.size <= INT32_MAX);
    if (octets.size > 0 &&
        BIO_write(SSL_get_rbio(tls->ssl), octets.data, (int)octets.size) != (int)octets.size)
        return STATUS_MEMORY;
    if (tls->established)
        return STATUS_OK;
    int result = SSL_do_handshake(tls->ssl);
    if (result != 1) {
        enum status status = over_or_more(tls, result);
        return status == STATUS_MORE ? STATUS_OK : status;
    }
    tls->established = true;
    take_peer(tls);
    return STATUS_OK;
}

enum status tls_read(struct tls *tls, uint8_t *octets, size_t most, size_t *size)
{
    if (tls->over)
        return STATUS_PARSE;
    if (!tls->established)
        return STATUS_MORE;
    int result = SSL_read_ex(tls->ssl, octets, most, size);
    if (result == 1)
        return STATUS_OK;
    *size = 0;
    if (SSL_get_error(tls->ssl, result) == SSL_ERROR_ZERO_RETURN)
        return STATUS_OK; /* close_notify: the end */
    enum status status = over_or_more(tls, result);
    BIO *bio = SSL_get_rbio(tls->ssl);
    if (status == STATUS_MORE && BIO_pending(bio) == 0)
        (void)bio_shrink(tls, bio, SSL_set0_rbio);
    return status;
}

enum status tls_write(struct tls *tls, struct bytes octets)
{
    if (tls->over || !tls->established)
        return STATUS_PARSE;
    while (octets.size > 0) {
        size_t written = 0;
        int result = SSL_write_ex(tls->ssl, octets.data, octets.size, &written);
        if (result != 1) {
            (void)over_or_more(tls, result);
            tls->over = true; /* a memory BIO never asks to wait: nothing else can be meant */
            return STATUS_PARSE;
        }
        octets = bytes_slice(octets, written, octets.size - written);
    }
    return STATUS_OK;
}

enum status tls_output(struct tls *tls, struct buffer *out)
{
    BIO *bio = SSL_get_wbio(tls->ssl);
    char *octets = NULL;
    long size = BIO_get_mem_data(bio, &octets);
    if (size <= 0)
        return STATUS_OK;
    enum status status = buffer_append(out, (struct bytes){(const uint8_t *)octets, (size_t)size});
    if (status != STATUS_OK)
        return status;
    if (!bio_shrink(tls, bio, SSL_set0_wbio))
        (void)BIO_reset(bio);
    return STATUS_OK;
}

void tls_close_notify(struct tls *tls)
{
    if (tls->established && !tls->over)
        (void)SSL_shutdown(tls->ssl);
    ERR_clear_error();
}

bool tls_established(const struct tls *tls)
{
    return tls->established;
}

const char *tls_peer_name(const struct tls *tls)
{
    return tls->name[0] != '\0' ? tls->name : NULL;
}

const char *tls_peer_fingerprint(const struct tls *tls)
{
    return tls->fingerprint[0] != '\0' ? tls->fingerprint : NULL;
}

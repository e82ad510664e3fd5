/* A TLS client (OpenSSL over memory BIOs) against the pump, octets cut at will. Certificates are
 * made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "server/crypto/tls.h"

static char folder[] = "/tmp/cccpd-tls-XXXXXX";
static char certificate_path[80], key_path[80], stranger_path[80], stranger_key_path[80];

static void write_pair(const char *name, const char *certificate_file, const char *key_file)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME *subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    FILE *file = fopen(certificate_file, "w");
    assert_non_null(file);
    PEM_write_X509(file, certificate);
    fclose(file);
    file = fopen(key_file, "w");
    assert_non_null(file);
    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static int start(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(certificate_path, sizeof(certificate_path), "%s/mx1.pem", folder);
    snprintf(key_path, sizeof(key_path), "%s/mx1.key", folder);
    snprintf(stranger_path, sizeof(stranger_path), "%s/stranger.pem", folder);
    snprintf(stranger_key_path, sizeof(stranger_key_path), "%s/stranger.key", folder);
    write_pair("mx1", certificate_path, key_path);
    write_pair("stranger", stranger_path, stranger_key_path);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    unlink(certificate_path);
    unlink(key_path);
    unlink(stranger_path);
    unlink(stranger_key_path);
    return rmdir(folder);
}

struct pair {
    struct tls_context *context;
    struct tls *tls;
    SSL_CTX *client_context;
    SSL *client;
    BIO *in, *out; /* the client's */
    struct buffer plain;
    bool ended;
    enum status status;
};

static void pair_init(struct pair *pair, const char *client_ca, const char *client_certificate,
                      const char *client_key)
{
    char why[256] = "";
    *pair = (struct pair){.status = STATUS_OK};
    buffer_init(&pair->plain, SIZE_MAX);
    assert_int_equal(tls_context_new(certificate_path, key_path, client_ca, &pair->context, why),
                     STATUS_OK);
    assert_int_equal(tls_new(pair->context, &pair->tls), STATUS_OK);
    tls_context_free(&pair->context);
    pair->client_context = SSL_CTX_new(TLS_client_method());
    if (client_certificate != NULL) {
        assert_int_equal(SSL_CTX_use_certificate_file(pair->client_context, client_certificate,
                                                      SSL_FILETYPE_PEM),
                         1);
        assert_int_equal(
            SSL_CTX_use_PrivateKey_file(pair->client_context, client_key, SSL_FILETYPE_PEM), 1);
    }
    pair->client = SSL_new(pair->client_context);
    pair->in = BIO_new(BIO_s_mem());
    pair->out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(pair->in, -1);
    SSL_set_bio(pair->client, pair->in, pair->out);
    SSL_set_connect_state(pair->client);
}

static void pair_clear(struct pair *pair)
{
    tls_free(&pair->tls);
    SSL_free(pair->client);
    SSL_CTX_free(pair->client_context);
    buffer_clear(&pair->plain);
}

static void server_reads(struct pair *pair)
{
    for (;;) {
        uint8_t octets[1000];
        size_t size = 0;
        enum status status = tls_read(pair->tls, octets, sizeof(octets), &size);
        if (status == STATUS_MORE)
            return;
        pair->status = status;
        pair->ended = size == 0;
        if (size == 0)
            return;
        assert_int_equal(buffer_append(&pair->plain, (struct bytes){octets, size}), STATUS_OK);
    }
}

/* The client's octets reach the server in pieces, the server's the client in one. False: nothing
 * moved. */
static bool exchange(struct pair *pair, size_t piece)
{
    uint8_t octets[65536];
    bool moved = false;
    int size;
    while (pair->status == STATUS_OK && (size = BIO_read(pair->out, octets, (int)piece)) > 0) {
        moved = true;
        pair->status = tls_input(pair->tls, (struct bytes){octets, (size_t)size});
        if (pair->status == STATUS_OK)
            server_reads(pair);
    }
    struct buffer records;
    buffer_init(&records, SIZE_MAX);
    assert_int_equal(tls_output(pair->tls, &records), STATUS_OK);
    if (records.size > 0) {
        moved = true;
        BIO_write(pair->in, records.data, (int)records.size);
    }
    buffer_clear(&records);
    return moved;
}

static void shake_hands(struct pair *pair, size_t piece)
{
    do
        (void)SSL_do_handshake(pair->client);
    while (exchange(pair, piece));
}

static void test_round_trip(void **state)
{
    (void)state;
    for (size_t piece = 1; piece <= 70000; piece = piece * 3 + 1) {
        struct pair pair;
        pair_init(&pair, NULL, NULL, NULL);
        size_t cut = piece > 65536 ? 65536 : piece;
        assert_false(tls_established(pair.tls));
        shake_hands(&pair, cut);
        assert_true(tls_established(pair.tls));
        assert_null(tls_peer_name(pair.tls));
        assert_null(tls_peer_fingerprint(pair.tls));
        static uint8_t sent[100000], got[100000];
        memset(sent, 'x', sizeof(sent));
        assert_int_equal(SSL_write(pair.client, sent, sizeof(sent)), sizeof(sent));
        assert_true(exchange(&pair, cut));
        assert_int_equal(pair.plain.size, sizeof(sent));
        assert_int_equal(tls_write(pair.tls, buffer_bytes(&pair.plain)), STATUS_OK);
        exchange(&pair, cut);
        size_t total = 0;
        int size;
        while ((size = SSL_read(pair.client, got + total, (int)(sizeof(got) - total))) > 0)
            total += (size_t)size;
        assert_int_equal(total, sizeof(sent));
        assert_memory_equal(sent, got, sizeof(sent));
        SSL_shutdown(pair.client);
        exchange(&pair, cut);
        assert_true(pair.ended);
        assert_int_equal(tls_write(pair.tls, BYTES("still answered")), STATUS_OK);
        pair_clear(&pair);
    }
}

static void test_client_certificate(void **state)
{
    struct pair pair;
    (void)state;
    pair_init(&pair, certificate_path, certificate_path, key_path);
    shake_hands(&pair, 65536);
    assert_true(tls_established(pair.tls));
    assert_string_equal(tls_peer_name(pair.tls), "mx1");
    assert_int_equal(strlen(tls_peer_fingerprint(pair.tls)), 64);
    pair_clear(&pair);
}

static void test_wrong_client_certificate(void **state)
{
    struct pair pair;
    (void)state;
    pair_init(&pair, certificate_path, stranger_path, stranger_key_path);
    shake_hands(&pair, 65536);
    assert_false(tls_established(pair.tls));
    assert_int_equal(pair.status, STATUS_PARSE);
    assert_null(tls_peer_name(pair.tls));
    pair_clear(&pair);
}

static void test_old_version(void **state)
{
    struct pair pair;
    (void)state;
    pair_init(&pair, NULL, NULL, NULL);
    SSL_set_security_level(pair.client, 0);
    SSL_set_min_proto_version(pair.client, TLS1_VERSION);
    SSL_set_max_proto_version(pair.client, TLS1_1_VERSION);
    shake_hands(&pair, 65536);
    assert_false(tls_established(pair.tls));
    assert_int_equal(pair.status, STATUS_PARSE);
    pair_clear(&pair);
}

static void test_no_renegotiation(void **state)
{
    struct pair pair;
    (void)state;
    pair_init(&pair, NULL, NULL, NULL);
    SSL_set_max_proto_version(pair.client, TLS1_2_VERSION);
    shake_hands(&pair, 65536);
    assert_true(tls_established(pair.tls));
    assert_int_equal(SSL_renegotiate(pair.client), 1);
    shake_hands(&pair, 65536);
    assert_true(SSL_do_handshake(pair.client) != 1);
    pair_clear(&pair);
}

static void test_not_tls(void **state)
{
    struct pair pair;
    (void)state;
    pair_init(&pair, NULL, NULL, NULL);
    assert_int_equal(tls_input(pair.tls, BYTES("a1 NOOP\r\na2 LOGOUT\r\n")), STATUS_PARSE);
    assert_int_equal(tls_input(pair.tls, BYTES("more")), STATUS_PARSE);
    pair_clear(&pair);
}

static void test_bad_files(void **state)
{
    struct tls_context *context = NULL;
    char why[256] = "";
    (void)state;
    assert_int_equal(tls_context_new("/nowhere.pem", key_path, NULL, &context, why),
                     STATUS_INVALID);
    assert_non_null(strstr(why, "certificate /nowhere.pem"));
    assert_int_equal(tls_context_new(certificate_path, stranger_key_path, NULL, &context, why),
                     STATUS_INVALID);
    assert_non_null(strstr(why, "key "));
    assert_int_equal(tls_context_new(certificate_path, key_path, key_path, &context, why),
                     STATUS_INVALID);
    assert_non_null(strstr(why, "client_ca "));
    assert_null(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"4.1 there and back, octets cut at will", test_round_trip, NULL, NULL, NULL},
        {"4.3 a verified client certificate", test_client_certificate, NULL, NULL, NULL},
        {"4.3 a certificate nobody vouches for", test_wrong_client_certificate, NULL, NULL, NULL},
        {"4.1 TLS 1.1 is refused", test_old_version, NULL, NULL, NULL},
        {"4.1 renegotiation is refused", test_no_renegotiation, NULL, NULL, NULL},
        {"4.1 plain octets", test_not_tls, NULL, NULL, NULL},
        {"4.1 files that cannot be used are named", test_bad_files, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("tls", tests, start, stop);
}

/* A TLS listener; a client certificate names the client (EXTERNAL), a password works too. */
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/crypto/password.h"
#include "stage.h"

static char folder[] = "/tmp/cccpd-flow-tls-XXXXXX", certificate[64], key[64], yaml[2048];

static void write_pair(void)
{
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -60);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, pair);
    X509_NAME *name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"mx1", -1, -1, 0);
    X509_set_issuer_name(made, name);
    X509_sign(made, pair, EVP_sha256());
    umask(0077);
    FILE *file = fopen(certificate, "w");
    assert_non_null(file);
    PEM_write_X509(file, made);
    fclose(file);
    file = fopen(key, "w");
    assert_non_null(file);
    PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL);
    fclose(file);
    X509_free(made);
    EVP_PKEY_free(pair);
}

static int start(void **state)
{
    char hash[128];
    (void)state;
    if (mkdtemp(folder) == NULL || password_init(NULL) != STATUS_OK ||
        password_hash(BYTES("secret"), hash) != STATUS_OK)
        return -1;
    snprintf(certificate, sizeof(certificate), "%s/mx1.pem", folder);
    snprintf(key, sizeof(key), "%s/mx1.key", folder);
    write_pair();
    snprintf(yaml, sizeof(yaml),
             "listeners:\n"
             "  - {address: '127.0.0.1:0', tls: yes, certificate: %s, key: %s, client-ca: %s}\n"
             "clients:\n"
             "  mx1: {certificate: mx1, channels: [inbound]}\n"
             "  mx2: {password: '%s', channels: [inbound]}\n"
             "limits: {handshake-time: 2s, authentication-time: 2s}\n",
             certificate, key, certificate, hash);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    unlink(certificate);
    unlink(key);
    return rmdir(folder);
}

/* A client with TLS between it and its socket. */
struct secure {
    struct client client;
    SSL_CTX *context;
    SSL *ssl;
};

static void secure_connect(struct stage *stage, bool with_certificate, struct secure *secure)
{
    client_connect(stage, 0, &secure->client);
    secure->context = SSL_CTX_new(TLS_client_method());
    if (with_certificate) {
        SSL_CTX_use_certificate_file(secure->context, certificate, SSL_FILETYPE_PEM);
        SSL_CTX_use_PrivateKey_file(secure->context, key, SSL_FILETYPE_PEM);
    }
    secure->ssl = SSL_new(secure->context);
    SSL_set_fd(secure->ssl, secure->client.fd);
    int result;
    uint64_t end = stage_deadline(stage);
    while ((result = SSL_connect(secure->ssl)) != 1) {
        assert_int_equal(SSL_get_error(secure->ssl, result), SSL_ERROR_WANT_READ);
        stage_turn(stage, end, "the handshake");
    }
}

static void secure_send(struct secure *secure, const char *text)
{
    assert_int_equal(SSL_write(secure->ssl, text, (int)strlen(text)), strlen(text));
}

static void secure_expect(struct secure *secure, const char *text)
{
    struct buffer *got = &secure->client.got;
    uint64_t end = stage_deadline(secure->client.stage);
    for (;;) {
        uint8_t octets[4096];
        int size = SSL_read(secure->ssl, octets, sizeof(octets));
        if (size > 0)
            assert_int_equal(buffer_append(got, (struct bytes){octets, (size_t)size}), STATUS_OK);
        else
            stage_turn(secure->client.stage, end, text);
        const uint8_t *at = got->size > 0 ? memmem(got->data, got->size, text, strlen(text)) : NULL;
        if (at != NULL) {
            buffer_drop(got, (size_t)(at - got->data) + strlen(text));
            return;
        }
    }
}

static void secure_close(struct secure *secure)
{
    SSL_free(secure->ssl);
    SSL_CTX_free(secure->context);
    client_close(&secure->client);
}

static void test_external(void **state)
{
    struct stage stage;
    struct secure secure;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    secure_connect(&stage, true, &secure);
    secure_expect(&secure, "* OK ");
    secure_send(&secure, "a0 STATUS t1\r\na1 AUTHENTICATE EXTERNAL =\r\n");
    secure_expect(&secure, "a0 ");
    secure_expect(&secure, "a1 OK ");
    secure_send(&secure, "a2 CHECK t1 inbound () ((1 \"b@y.example\")) () {16+}\r\n"
                         "Subject: x\r\n\r\nab\r\n");
    secure_expect(&secure, "a2 RES 1 DELIVER");
    secure_expect(&secure, "a2 OK [DONE]");
    secure_send(&secure, "a3 LOGOUT\r\n");
    secure_expect(&secure, "a3 OK");
    secure_close(&secure);
    stage_stop(&stage);
}

static void test_password(void **state)
{
    struct stage stage;
    struct secure secure;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    secure_connect(&stage, false, &secure);
    secure_send(&secure, "a1 AUTHENTICATE EXTERNAL =\r\n");
    secure_expect(&secure, "a1 NO [AUTHENTICATIONFAILED]");
    secure_send(&secure, "a2 AUTHENTICATE PLAIN AG14MgBzZWNyZXQ=\r\na3 NOOP \"behind\"\r\n");
    secure_expect(&secure, "a2 OK ");
    secure_expect(&secure, "a3 OK [TAG \"behind\"]");
    secure_close(&secure);
    stage_stop(&stage);
}

static void test_nobody(void **state)
{
    struct stage stage;
    struct secure secure;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    secure_connect(&stage, false, &secure);
    secure_expect(&secure, "* OK ");
    secure_expect(&secure, "* BYE [TIMEOUT]");
    secure_close(&secure);
    stage_stop(&stage);
}

static void test_no_handshake(void **state)
{
    struct stage stage;
    struct client silent, plain;
    (void)state;
    stage_start_from(&stage, yaml, NULL);
    client_connect(&stage, 0, &plain);
    client_send(&plain, "a1 NOOP\r\n");
    STAGE_UNTIL(&stage, (client_read(&plain), plain.ended));
    client_connect(&stage, 0, &silent);
    client_expect_end(&silent);
    client_close(&plain);
    client_close(&silent);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"4.3 EXTERNAL by certificate", test_external, NULL, NULL, NULL},
        {"4.3 PLAIN on TLS, a command behind it", test_password, NULL, NULL, NULL},
        {"4.5 nobody authenticates", test_nobody, NULL, NULL, NULL},
        {"4.1 no TLS, or nothing", test_no_handshake, NULL, NULL, NULL},
    };
    if (argc > 1 && strcmp(argv[1], "--loader") == 0)
        return stage_main(argc, argv, "TLS", NULL, 0);
    return _cmocka_run_group_tests("TLS", tests, 4, start, stop);
}

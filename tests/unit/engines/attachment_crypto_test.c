/* OpenPGP and S/MIME by their first octets (spec/engine-attachment.md 7). */
#include "tests/unit/protocol/rows.h"

#include "engines/attachment/crypto.h"
#include "engines/decode/cms.h"

#define OID_SIGNED "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"
#define OID_DATA "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"
#define OID_ENVELOPED "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03"
#define BASE64_LINE "hQEMA1234567890AAQf/abcdefghijklmnopqrstuvwxyz\n"

struct crypto_row {
    const char *name;
    struct bytes content;
    const char *type;
    enum crypto_kind kind;
    const char *within; /* of an opaque signature; NULL: not to be had */
};

static struct crypto_row crypto_rows[] = {
    {"7 text", OCTETS("Hello\n"), "text/plain", CRYPTO_NONE, NULL},
    {"7 empty", OCTETS(""), "text/plain", CRYPTO_NONE, NULL},
    {"7 armour", OCTETS("-----BEGIN PGP MESSAGE-----\nVersion: 1\n\n" BASE64_LINE), "text/plain",
     CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 armour within text", OCTETS("Hi,\r\n-----BEGIN PGP MESSAGE-----\r\n\r\n" BASE64_LINE),
     "text/plain", CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 armour in parts", OCTETS("-----BEGIN PGP MESSAGE, PART 1/2-----\n\n" BASE64_LINE),
     "text/plain", CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 armour that is quoted", OCTETS("> -----BEGIN PGP MESSAGE-----\n> \n" BASE64_LINE),
     "text/plain", CRYPTO_NONE, NULL},
    {"7 talk of armour", OCTETS("-----BEGIN PGP MESSAGE-----\nis how it begins, then what\n"),
     "text/plain", CRYPTO_NONE, NULL},
    {"7 signed in the clear", OCTETS("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nHi\n"),
     "text/plain", CRYPTO_PGP_SIGNED, NULL},
    {"7 encrypted behind signed",
     OCTETS(
         "-----BEGIN PGP SIGNED MESSAGE-----\n\nHi\n-----BEGIN PGP MESSAGE-----\n\n" BASE64_LINE),
     "text/plain", CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 a signature", OCTETS("-----BEGIN PGP SIGNATURE-----\n"), "application/pgp-signature",
     CRYPTO_PGP_SIGNED, NULL},
    {"7 a packet of the old form",
     OCTETS("\x84\x5E\x03\x11\x22\x33\x44\x55\x66\x77\x88\x12\x01\x07\x40\x00\x00\x00"),
     "application/octet-stream", CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 a packet of two octets of length",
     OCTETS("\x85\x01\x0C\x03\x11\x22\x33\x44\x55\x66\x77\x88\x01\x07\xFF\x00\x00\x00"),
     "application/octet-stream", CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 a packet of the new form",
     OCTETS("\xC1\xC0\x4C\x03\x11\x22\x33\x44\x55\x66\x77\x88\x01\x07\xFF\x00\x00\x00"),
     "application/octet-stream", CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 by pass phrase",
     OCTETS("\x8C\x0D\x04\x09\x03\x02\x11\x22\x33\x44\x55\x66\x77\x88\x60\xD2\x00"),
     "application/octet-stream", CRYPTO_PGP_ENCRYPTED, NULL},
    {"7 other octets above 127",
     OCTETS("\x85\x85\x85\x85\x85\x85\x85\x85\x85\x85\x85\x85\x85\x85\x85\x85"),
     "application/octet-stream", CRYPTO_NONE, NULL},
    {"7 enveloped", OCTETS("\x30\x0F" OID_ENVELOPED "\xA0\x02\x30\x00"), "application/pkcs7-mime",
     CRYPTO_SMIME_ENCRYPTED, NULL},
    {"7 enveloped, indefinite", OCTETS("\x30\x80" OID_ENVELOPED "\xA0\x80\x30\x80\0\0\0\0\0\0"),
     "application/octet-stream", CRYPTO_SMIME_ENCRYPTED, NULL},
    {"7 auth-enveloped",
     OCTETS("\x30\x11\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17\xA0\x02\x30\x00"),
     "application/pkcs7-mime", CRYPTO_SMIME_ENCRYPTED, NULL},
    {"7 compressed",
     OCTETS("\x30\x11\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x09\xA0\x02\x30\x00"),
     "application/pkcs7-mime", CRYPTO_SMIME_COMPRESSED, NULL},
    {"7 declared and not so", OCTETS("nothing of the kind"), "application/pkcs7-mime",
     CRYPTO_SMIME_BROKEN, NULL},
    {"7 signed, nothing within",
     OCTETS("\x30\x21" OID_SIGNED "\xA0\x14\x30\x12\x02\x01\x01\x31\x00\x30\x0B" OID_DATA),
     "application/pkcs7-signature", CRYPTO_SMIME_SIGNED, NULL},
    {"7 signed, within",
     OCTETS("\x30\x27" OID_SIGNED "\xA0\x1A\x30\x18\x02\x01\x01\x31\x00\x30\x11" OID_DATA
            "\xA0\x04\x04\x02Hi"),
     "application/pkcs7-mime", CRYPTO_SMIME_OPAQUE, "Hi"},
    {"7 signed, empty within",
     OCTETS("\x30\x25" OID_SIGNED "\xA0\x18\x30\x16\x02\x01\x01\x31\x00\x30\x0F" OID_DATA
            "\xA0\x02\x04\x00"),
     "application/pkcs7-mime", CRYPTO_SMIME_OPAQUE, ""},
    {"7 signed, indefinite, one piece",
     OCTETS("\x30\x80" OID_SIGNED "\xA0\x80\x30\x80\x02\x01\x01\x31\x80\0\0\x30\x80" OID_DATA
            "\xA0\x80\x24\x80\x04\x02Hi\0\0\0\0\0\0\0\0\0\0\0\0"),
     "application/pkcs7-mime", CRYPTO_SMIME_OPAQUE, "Hi"},
    {"7 signed, in pieces",
     OCTETS("\x30\x80" OID_SIGNED "\xA0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80" OID_DATA
            "\xA0\x80\x24\x80\x04\x01H\x04\x01i\0\0\0\0\0\0\0\0\0\0\0\0"),
     "application/pkcs7-mime", CRYPTO_SMIME_OPAQUE, NULL},
    {"7 a length beyond the end", OCTETS("\x30\x84\xFF\xFF\xFF\xFF" OID_SIGNED),
     "application/pkcs7-mime", CRYPTO_SMIME_BROKEN, NULL},
};

static void crypto_holds(void **state)
{
    const struct crypto_row *row = *state;
    uint8_t *copy = rows_copy(row->content);
    struct bytes content = {copy, row->content.size};
    struct range within;
    struct crypto crypto;
    bool found;

    crypto_look(content, bytes_of_text(row->type), &crypto);
    assert_int_equal(crypto.kind, row->kind);
    assert_true(crypto.where.offset + crypto.where.size <= content.size);
    found = cms_signed_content(content, &within);
    assert_int_equal(found, row->within != NULL);
    if (found)
        assert_bytes(bytes_slice(content, (size_t)within.offset, (size_t)within.size),
                     bytes_of_text(row->within));
    rows_free(&copy);
}

static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crypto_rows / sizeof crypto_rows[0]; i++) {
        for (size_t size = 0; size <= crypto_rows[i].content.size; size++) {
            uint8_t *copy = rows_copy(bytes_slice(crypto_rows[i].content, 0, size));
            struct crypto crypto;
            struct range within;

            crypto_look((struct bytes){copy, size}, BYTES("application/pkcs7-mime"), &crypto);
            if (cms_signed_content((struct bytes){copy, size}, &within))
                assert_true(within.offset + within.size <= size);
            rows_free(&copy);
        }
    }
}

static void types_agree(void **state)
{
    (void)state;
    assert_true(crypto_agrees(CRYPTO_SMIME_ENCRYPTED, BYTES("enveloped-data")));
    assert_true(crypto_agrees(CRYPTO_SMIME_OPAQUE, BYTES("")));
    assert_false(crypto_agrees(CRYPTO_SMIME_ENCRYPTED, BYTES("signed-data")));
    assert_false(crypto_agrees(CRYPTO_SMIME_OPAQUE, BYTES("enveloped-data")));
}

int main(int argc, char **argv)
{
    static struct rows rows;

    ROWS_ADD(&rows, crypto_rows, crypto_holds);
    rows_add_one(&rows, "7 cut anywhere", cut_anywhere);
    rows_add_one(&rows, "7 smime-type", types_agree);
    return rows_run("attachment_crypto", &rows, argc, argv);
}

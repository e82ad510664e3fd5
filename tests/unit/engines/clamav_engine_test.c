/* The engine from open() to close(): databases, settings, modes, deadlines, its own account. The
 * infected octets are made here from the signature's hexadecimal, so that this file holds none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "engines/clamav/clamav.h"
#include "engines/clamav/tiny.h"
#include "tests/unit/engines/clamav_opened.h"

extern const struct engine engine_clamav;

enum { DEADLINE_MS = 20000, EICAR_BYTES = 68, MEMBER_MOST = 4096 };

static const char harmless_text[] = "Nothing is wrong with these words, nothing at all.\r\n";
static const struct bytes harmless =
    {(const uint8_t *)harmless_text, sizeof harmless_text - 1};

/* From the third field of the signature's first line. */
static struct bytes eicar(uint8_t out[EICAR_BYTES])
{
    char text[sizeof tiny_ndb];
    memcpy(text, tiny_ndb, sizeof text);
    const char *hex = strrchr(strtok(text, "\n"), ':') + 1;
    for (unsigned i = 0, octet; i < EICAR_BYTES; i++, hex += 2) {
        sscanf(hex, "%2x", &octet);
        out[i] = (uint8_t)octet;
    }
    return (struct bytes){out, EICAR_BYTES};
}

static struct checked check_attached(const struct engine_instance *instance, struct bytes octets)
{
    struct bytes mail = mail_around(octets, "x.bin");
    struct checked checked = clamav_check(instance, mail, DEADLINE_MS);
    free((void *)mail.data);
    return checked;
}

/* Opens with one or two changes, checks the octets as an attachment, closes. */
static struct checked check_with(const char *first, const char *second, struct bytes octets)
{
    const char *const changes[] = {first, second, NULL};
    struct engine_instance instance;
    clamav_open_with(changes, &instance);
    struct checked checked = check_attached(&instance, octets);
    clamav_shut(&instance);
    return checked;
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(unlink(path), 0);
}

/* "database=" and a new folder. */
static char *new_database(char text[64])
{
    strcpy(text, "database=/tmp/clamav-db-XXXXXX");
    assert_non_null(mkdtemp(text + strlen("database=")));
    return text + strlen("database=");
}

static void builtin_only(void **state)
{
    struct engine_instance instance;
    char why[256];
    (void)state;
    clamav_open_with(NULL, &instance);
    assert_true(instance.edition.only_builtin);
    assert_int_equal(instance.edition.signatures, TINY_SIGNATURES);
    assert_true(strlen(instance.edition.version) > 0);
    assert_false(engine_clamav.stale(instance.state));
    assert_int_equal(engine_clamav.self_test(instance.state, why), STATUS_OK);
    clamav_shut(&instance);
}

static void site_database(void **state)
{
    struct engine_instance instance;
    char text[64], *folder = new_database(text);
    const char *const changes[] = {text, NULL};
    (void)state;
    write_file(folder, "site.ndb", "Site.Line:0:*:4e6f7468696e672069732077726f6e67\n");
    clamav_open_with(changes, &instance);
    assert_false(instance.edition.only_builtin);
    assert_int_equal(instance.edition.signatures, TINY_SIGNATURES + 1);
    assert_true(instance.edition.date > 0);
    struct checked checked = check_attached(&instance, harmless);
    assert_int_equal(checked.verdict.kind, VERDICT_INFECTED);
    assert_non_null(strstr(checked.symbols, " Site.Line.UNOFFICIAL "));
    assert_false(engine_clamav.stale(instance.state));
    write_file(folder, "more.ndb", "Site.More:0:*:4e6f7468696e672069732077726f6e67\n");
    assert_true(engine_clamav.stale(instance.state));
    clamav_shut(&instance);
    remove_file(folder, "site.ndb");
    remove_file(folder, "more.ndb");
    rmdir(folder);
}

static void first_database_comes_later(void **state)
{
    struct engine_instance instance;
    char text[64], *folder = new_database(text);
    const char *const changes[] = {text, NULL};
    (void)state;
    clamav_open_with(changes, &instance);
    assert_true(instance.edition.only_builtin);
    write_file(folder, "notes.txt", "no signatures");
    assert_false(engine_clamav.stale(instance.state));
    write_file(folder, "site.hdb", "");
    assert_true(engine_clamav.stale(instance.state));
    clamav_shut(&instance);
    remove_file(folder, "notes.txt");
    remove_file(folder, "site.hdb");
    rmdir(folder);
}

static void broken_database(void **state)
{
    struct engine_instance instance;
    char text[64], why[256], *folder = new_database(text);
    const char *const changes[] = {text, NULL};
    (void)state;
    write_file(folder, "broken.ndb", "This is not a signature\n");
    assert_int_equal(clamav_try(changes, &instance, why), STATUS_ENGINE);
    assert_non_null(strstr(why, "broken.ndb"));
    remove_file(folder, "broken.ndb");
    rmdir(folder);
}

static void modes_find(void **state)
{
    static const char *const modes[] = {"mode=parts", "mode=message", "mode=union"};
    uint8_t octets[EICAR_BYTES];
    struct bytes infected = eicar(octets);
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct checked checked = check_with(modes[i], NULL, infected);
        assert_int_equal(checked.verdict.kind, VERDICT_INFECTED);
        /* Once, also where it is seen twice. */
        char *name = strstr(checked.symbols, "Eicar-Test-Signature");
        assert_non_null(name);
        assert_null(strstr(name + 1, "Eicar-Test-Signature"));
        assert_int_equal(check_with(modes[i], NULL, harmless).verdict.kind, VERDICT_CLEAN);
    }
}

static void header_signature(void **state)
{
    /* What only the raw message shows. */
    char text[64], *folder = new_database(text);
    (void)state;
    write_file(folder, "site.ndb", "Site.Mail:0:*:5375626a6563743a206174746163686564\n");
    assert_int_equal(check_with("mode=parts", text, harmless).verdict.kind, VERDICT_CLEAN);
    assert_int_equal(check_with("mode=message", text, harmless).verdict.kind, VERDICT_INFECTED);
    assert_int_equal(check_with("mode=union", text, harmless).verdict.kind, VERDICT_INFECTED);
    remove_file(folder, "site.ndb");
    rmdir(folder);
}

static void smallest_and_largest(void **state)
{
    uint8_t octets[EICAR_BYTES];
    struct bytes infected = eicar(octets);
    (void)state;
    /* Both leaves are smaller. */
    struct checked checked = check_with("mode=parts", "smallest=1000", infected);
    assert_int_equal(checked.verdict.kind, VERDICT_CLEAN);
    assert_non_null(strstr(checked.reasons, " clamav.smallest "));
    checked = check_with("mode=parts", "smallest=68", infected);
    assert_int_equal(checked.verdict.kind, VERDICT_INFECTED); /* 68 is not fewer than 68 */
    checked = check_with("mode=parts", "largest=67", infected);
    assert_int_equal(checked.verdict.kind, VERDICT_CLEAN);
    assert_non_null(strstr(checked.reasons, " clamav.largest "));
    checked = check_with("mode=parts", "largest=68", infected);
    assert_int_equal(checked.verdict.kind, VERDICT_INFECTED);
    checked = check_with("mode=message", "largest=67", infected);
    assert_int_equal(checked.verdict.kind, VERDICT_CLEAN);
    assert_non_null(strstr(checked.reasons, " clamav.largest "));
}

static void no_time_left(void **state)
{
    struct engine_instance instance;
    (void)state;
    clamav_open_with(NULL, &instance);
    struct bytes mail = mail_around(harmless, "x.bin");
    struct checked checked = clamav_check(&instance, mail, 0);
    assert_int_equal(checked.verdict.kind, VERDICT_INCOMPLETE);
    assert_true(checked.verdict.transient);
    free((void *)mail.data);
    clamav_shut(&instance);
}

static void cache_keeps_clean_only(void **state)
{
    struct engine_instance instance;
    uint8_t octets[EICAR_BYTES];
    struct bytes infected = eicar(octets);
    (void)state;
    clamav_open_with(NULL, &instance);
    const struct clamav *clamav = instance.state;
    assert_non_null(clamav->cache);
    for (unsigned turn = 0; turn < 3; turn++) {
        assert_int_equal(check_attached(&instance, harmless).verdict.kind, VERDICT_CLEAN);
        assert_int_equal(check_attached(&instance, infected).verdict.kind, VERDICT_INFECTED);
    }
    clamav_shut(&instance);
    const char *const changes[] = {"cache=0", NULL};
    clamav_open_with(changes, &instance);
    assert_null(((const struct clamav *)instance.state)->cache);
    clamav_shut(&instance);
}

/* A ZIP with one member: method, flags and the size that its directory claims. */
static struct bytes make_zip(uint8_t out[MEMBER_MOST], uint16_t method, uint16_t flags,
                             uint32_t claimed)
{
    static const char content[] = "some content of a member\n";
    uint32_t size = sizeof content - 1;
    uint8_t local[30] = "PK\3\4", entry[46] = "PK\1\2", end[22] = "PK\5\6";
    memcpy(local + 6, &flags, 2), memcpy(local + 8, &method, 2);
    memcpy(local + 18, &size, 4), memcpy(local + 22, &claimed, 4);
    local[26] = entry[28] = 1;
    memcpy(entry + 8, &flags, 2), memcpy(entry + 10, &method, 2);
    memcpy(entry + 20, &size, 4), memcpy(entry + 24, &claimed, 4);
    uint32_t directory = 31 + size, length = 47;
    end[8] = end[10] = 1;
    memcpy(end + 12, &length, 4), memcpy(end + 16, &directory, 4);
    uint8_t *at = out;
    at = mempcpy(at, local, sizeof local), *at++ = 'a';
    at = mempcpy(at, content, size);
    at = mempcpy(at, entry, sizeof entry), *at++ = 'a';
    at = mempcpy(at, end, sizeof end);
    return (struct bytes){out, (size_t)(at - out)};
}

/* Forgets what was clean. */
static struct checked check_with_cold_cache(const struct engine_instance *instance,
                                            struct bytes octets)
{
    struct clamav *clamav = instance->state;
    cache_free(&clamav->cache);
    return check_attached(instance, octets);
}

static void expect_reason(const char *first, const char *second, struct bytes octets,
                          const char *reason)
{
    struct checked checked = check_with(first, second, octets);
    assert_int_equal(checked.verdict.kind, VERDICT_INCOMPLETE);
    assert_false(checked.verdict.transient);
    assert_non_null(strstr(checked.reasons, reason));
    assert_non_null(strstr(checked.symbols, "clamav."));
}

static void own_account(void **state)
{
    static const char *const modes[] = {"mode=parts", "mode=message", "mode=union"};
    uint8_t zip[MEMBER_MOST];
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct checked checked = check_with(modes[i], NULL, make_zip(zip, 0, 0, 25));
        assert_int_equal(checked.verdict.kind, VERDICT_CLEAN);
        expect_reason(modes[i], NULL, make_zip(zip, 14, 0, 25), " unsupported ");
        expect_reason(modes[i], NULL, make_zip(zip, 0, 1, 25), " encrypted ");
        expect_reason(modes[i], "file-size=2M", make_zip(zip, 0, 0, 3 << 20), " file-size ");
        expect_reason(modes[i], "scan-size=2M", make_zip(zip, 0, 0, 3 << 20), " scan-size ");
        expect_reason(modes[i], NULL, make_zip(zip, 0, 0, 40 << 20), " ratio ");
    }
}

static void encrypted_may_pass(void **state)
{
    uint8_t zip[MEMBER_MOST];
    (void)state;
    struct checked checked = check_with("alert-encrypted=no", NULL, make_zip(zip, 0, 1, 25));
    assert_int_equal(checked.verdict.kind, VERDICT_CLEAN);
    assert_non_null(strstr(checked.reasons, " clamav.alert-encrypted "));
    /* The cap counts all the same. */
    expect_reason("heuristics=no", NULL, make_zip(zip, 0, 1, 25), " encrypted ");
}

static void big_message(void **state)
{
    struct bytes octets = {calloc(1, 3 << 20), 3 << 20};
    (void)state;
    expect_reason("mode=message", "file-size=2M", octets, " file-size ");
    expect_reason("mode=parts", "file-size=2M", octets, " file-size ");
    free((void *)octets.data);
}

/* enter() moves libclamav into the worker's folder, though the signatures are compiled. */
static void own_folder(void **state)
{
    struct engine_instance instance;
    uint8_t zip[MEMBER_MOST];
    char folder[] = "/tmp/clamav-worker-XXXXXX";
    (void)state;
    clamav_open_with(NULL, &instance);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(engine_clamav.enter(instance.state, folder), STATUS_OK);
    struct bytes octets = make_zip(zip, 0, 0, 25);
    assert_int_equal(check_attached(&instance, octets).verdict.kind, VERDICT_CLEAN);
    assert_int_equal(rmdir(folder), 0);
    /* Gone: now unpacking fails, and that is not clean. */
    struct checked checked = check_with_cold_cache(&instance, octets);
    assert_int_equal(checked.verdict.kind, VERDICT_INCOMPLETE);
    clamav_shut(&instance);
}

/* Far more than can be scanned in so little time: the scan ends by itself, and not clean. */
static void time_runs_out(void **state)
{
    enum { SIZE = 24 << 20, LITTLE_MS = 60 };
    static const char *const modes[] = {"mode=parts", "mode=message", "mode=union"};
    uint8_t *octets = malloc(SIZE);
    (void)state;
    for (uint32_t i = 0, mixed = 1; i < SIZE; i++, mixed = mixed * 1664525 + 1013904223)
        octets[i] = (uint8_t)(mixed >> 24);
    struct bytes mail = mail_around((struct bytes){octets, SIZE}, "x.bin");
    free(octets);
    for (unsigned i = 0; i < 3; i++) {
        const char *const changes[] = {modes[i], NULL};
        struct engine_instance instance;
        clamav_open_with(changes, &instance);
        struct checked checked = clamav_check(&instance, mail, LITTLE_MS);
        assert_int_equal(checked.verdict.kind, VERDICT_INCOMPLETE);
        assert_true(checked.verdict.transient);
        clamav_shut(&instance);
    }
    free((void *)mail.data);
}

/* A piece of a message can hold anything (RFC 2046 5.2.2). */
static void piece_of_a_message(void **state)
{
    static const char *const modes[] = {"mode=parts", "mode=message", "mode=union"};
    const struct bytes piece =
        BYTES("From: <a@a.example>\r\nMIME-Version: 1.0\r\n"
              "Content-Type: message/partial; id=\"x@a.example\"; number=1; total=2\r\n\r\n"
              "Subject: the whole\r\n\r\nIts first half.\r\n");
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const char *const changes[] = {modes[i], NULL};
        struct engine_instance instance;
        clamav_open_with(changes, &instance);
        struct checked checked = clamav_check(&instance, piece, DEADLINE_MS);
        assert_int_not_equal(checked.verdict.kind, VERDICT_CLEAN);
        assert_non_null(strstr(checked.reasons, " partial "));
        clamav_shut(&instance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"signatures: only our own, and said", builtin_only, NULL, NULL, NULL},
        {"signatures: the site's, and their change", site_database, NULL, NULL, NULL},
        {"signatures: the first ones come later", first_database_comes_later, NULL, NULL, NULL},
        {"signatures: a broken file is named", broken_database, NULL, NULL, NULL},
        {"mode: each finds, and says it once", modes_find, NULL, NULL, NULL},
        {"mode: what only the raw message shows", header_signature, NULL, NULL, NULL},
        {"coverage: smallest and largest exempt", smallest_and_largest, NULL, NULL, NULL},
        {"coverage: no time left has failed", no_time_left, NULL, NULL, NULL},
        {"clean cache: only clean contents", cache_keeps_clean_only, NULL, NULL, NULL},
        {"coverage: our own account of archives", own_account, NULL, NULL, NULL},
        {"coverage: alert-encrypted and heuristics", encrypted_may_pass, NULL, NULL, NULL},
        {"scratch: the worker's own folder", own_folder, NULL, NULL, NULL},
        {"coverage: time that runs out has failed", time_runs_out, NULL, NULL, NULL},
        {"coverage: a piece of a message", piece_of_a_message, NULL, NULL, NULL},
        {"coverage: a file over file-size", big_message, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

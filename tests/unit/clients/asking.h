/* Answers with more than dispositions, for copies_test.c and recipients_test.c: rows of replies,
 * how they are played, and what must be true of each. */
#ifndef TESTS_UNIT_CLIENTS_ASKING_H
#define TESTS_UNIT_CLIENTS_ASKING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

#define OK_LINE "c0.1 OK [DONE] 2 recipients\r\n"
#define END "c0.1 " REPORT_CLEAN OK_LINE
#define RES(ids, words) "c0.1 RES " ids " " words "\r\n"
#define BOTH(words) RES("1:2", words)
#define ORIGINAL "A: b\r\n\r\nc\r\n"

#define DELIVERED BOTH("DELIVER ()")

/* SHA-256 of what the rows make of it, by another program. */
#define SHA_WHOLE "8b6bfc2e200eccc84f956127229abed528a6952cad80d433843f65359f86dd98"
#define SHA_PREPENDED "b9cfd3b75b963d8be56ea9becf3009ba204d3841afaf1177cf0da9895df4478a"
#define SHA_ADDED "01ba288abde207e39121a9661dc2fb0cbf75f12f45e3b0f7262dff41b317680c"
#define SHA_BARE "0664208fe7164d0780c9afb1f3f73183f29541b2f212cbe2a995af572711e61f"
#define SHA_BODY "24ed2bf716b1c4c0bc78a39d7cc661ac80f20f159e86be9335b8801585ae0c37"
#define SHA_DATA "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
#define SHA_NUL "0be1b87a2642f70766b01c6330d0479ba08b54c0ba4ea07416f6ea0bdb456a90"

#define COPY_HEAD(number, size, sha)                                                               \
    "c0.1 COPY " number " (SIZE " size " SHA256 \"" sha "\" BODY 7BIT SMTPUTF8 NO) "
#define SPLICE(number, size, sha, segments) COPY_HEAD(number, size, sha) "SPLICE (" segments ")\r\n"
#define ADDED(number)                                                                              \
    SPLICE(number, "17", SHA_ADDED, "(KEEP 0 6) (DATA {6}\r\nX: y\r\n) (KEEP 6 5)")
#define WITH_COPY "DELIVER (COPY 1)"

enum { ALL = CCCP_ACCEPT_ALL };

/* One answered check: the octets of the reply come in pieces. The caller clears. */
static inline struct fake_answer ask_within(size_t memory_bytes, unsigned accept, bool dry_run,
                                            struct bytes reply, size_t piece)
{
    const struct cccp_options options = {.memory_bytes = memory_bytes};
    struct cccp *cccp = fake_ready(&options, GREETING(LIMITS));
    struct cccp_request request = fake_request();
    struct fake_answer answer = {0};
    request.accept = accept;
    request.dry_run = dry_run;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    for (size_t at = 0; at < reply.size; at += piece) {
        struct bytes cut = bytes_slice(reply, at, piece);
        uint8_t *copy = rows_copy(cut);
        cccp_receive(cccp, copy, cut.size);
        rows_free(&copy);
    }
    assert_int_equal(answer.calls, 1);
    cccp_free(&cccp);
    return answer;
}

static inline struct fake_answer ask(unsigned accept, bool dry_run, struct bytes reply,
                                     size_t piece)
{
    return ask_within(1 << 20, accept, dry_run, reply, piece);
}

static inline struct fake_answer ask_all(const char *reply)
{
    return ask(ALL, false, bytes_of_text(reply), strlen(reply));
}

static inline bool piece_take(void *owner, const void *octets, size_t size)
{
    return buffer_append(owner, (struct bytes){octets, size}) == STATUS_OK;
}

static inline void check_octets(const struct cccp_result *result, uint32_t number,
                                struct bytes wanted)
{
    struct buffer out;
    const struct cccp_copy *copy = cccp_result_copy(result, number);
    assert_non_null(copy);
    buffer_init(&out, SIZE_MAX / 2);
    assert_int_equal(cccp_copy_write(copy, ORIGINAL, 11, piece_take, &out), CCCP_OK);
    assert_bytes(buffer_bytes(&out), wanted);
    buffer_clear(&out);
}

struct row {
    const char *name;
    unsigned accept;
    const char *reply;
    const char *dispositions; /* of the two recipients; NULL: malformed, everybody is deferred */
    const char *copy;         /* octets of copy 1, or NULL */
};

#define GOOD(name, lines, dispositions, copy)                                                      \
    {                                                                                              \
        name, ALL, lines END, dispositions, copy                                                   \
    }
#define BAD(name, lines)                                                                           \
    {                                                                                              \
        name, ALL, lines END, NULL, NULL                                                           \
    }
static inline void play(const struct row *row, size_t piece)
{
    char got[64];
    size_t count;
    struct fake_answer answer = ask(row->accept, false, bytes_of_text(row->reply), piece);
    const struct cccp_result *result = answer.result;
    snprintf(got, sizeof(got), "%s %s",
             cccp_disposition_word(cccp_result_recipient(result, 1)->disposition),
             cccp_disposition_word(cccp_result_recipient(result, 2)->disposition));
    assert_string_equal(got, row->dispositions ? row->dispositions : "DEFER DEFER");
    assert_int_equal(answer.status, row->dispositions ? CCCP_OK : CCCP_MALFORMED);
    if (row->copy)
        check_octets(result, 1, bytes_of_text(row->copy));
    if (!row->dispositions) {
        assert_null(cccp_result_copies(result, &count));
        assert_null(cccp_result_notes(result, &count));
        assert_null(cccp_result_copy(result, 1));
    }
    fake_answer_clear(&answer);
}

static inline void test_row(void **state)
{
    const struct row *row = *state;
    size_t size = strlen(row->reply);
    for (size_t piece = 1; piece <= size; piece += piece < 32 ? 1 : 13)
        play(row, piece);
    play(row, size);
}

#endif

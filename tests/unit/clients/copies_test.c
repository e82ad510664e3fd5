/* Copies in an answer (spec/cccp.md 7.8): believed only when every one that somebody needs was
 * given and has the octets that it should have. */
#include "asking.h"

enum { NO_COPY = ALL & ~CCCP_ACCEPT_COPY, NO_SPLICE = ALL & ~CCCP_ACCEPT_SPLICE };

#define MADE(name, size, sha, segments, octets)                                                    \
    GOOD(name, SPLICE("1", size, sha, segments) BOTH(WITH_COPY), "DELIVER DELIVER", octets)
#define SPOILT(name, size, sha, segments)                                                          \
    BAD(name, SPLICE("1", size, sha, segments) BOTH(WITH_COPY))

static const struct row rows_of_copies[] = {
    GOOD("7.8 edge 92 unchanged: the original, no copy", BOTH("DELIVER (COPY 0)"),
         "DELIVER DELIVER", NULL),
    MADE("7.8 edge 93 the whole", "11", SHA_WHOLE, "(KEEP 0 11)", ORIGINAL),
    MADE("7.8 edge 93 a field before the first", "17", SHA_PREPENDED,
         "(DATA {6}\r\nX: y\r\n) (KEEP 0 11)", "X: y\r\n" ORIGINAL),
    MADE("7.8 edge 93 a field before the empty line", "17", SHA_ADDED,
         "(KEEP 0 6) (DATA {6}\r\nX: y\r\n) (KEEP 6 5)", "A: b\r\nX: y\r\n\r\nc\r\n"),
    MADE("7.8 edge 93 a field in two pieces", "17", SHA_ADDED,
         "(KEEP 0 6) (DATA \"X: \") (DATA {3}\r\ny\r\n) (KEEP 6 5)", "A: b\r\nX: y\r\n\r\nc\r\n"),
    MADE("7.8 edge 93 a field taken out", "5", SHA_BARE, "(KEEP 6 5)", "\r\nc\r\n"),
    MADE("7.8 edge 93 another body", "11", SHA_BODY, "(KEEP 0 8) (DATA {3}\r\nd\r\n)",
         "A: b\r\n\r\nd\r\n"),
    MADE("7.8 edge 93 empty data", "11", SHA_WHOLE, "(KEEP 0 4) (DATA \"\") (KEEP 4 7)", ORIGINAL),
    MADE("7.8 edge 93 only data", "1", SHA_DATA, "(DATA \"x\")", "x"),
    SPOILT("7.8 edge 94 pieces overlap", "11", SHA_WHOLE, "(KEEP 0 6) (KEEP 5 5)"),
    SPOILT("7.8 edge 94 pieces descend", "11", SHA_WHOLE, "(KEEP 6 5) (KEEP 0 6)"),
    SPOILT("7.8 edge 94 a piece beyond the message", "12", SHA_WHOLE, "(KEEP 0 12)"),
    SPOILT("7.8 edge 94 a piece that begins beyond it", "11", SHA_WHOLE, "(KEEP 0 11) (KEEP 12 0)"),
    SPOILT("7.8 edge 94 a piece of 2^63 - 1 octets", "11", SHA_WHOLE,
           "(KEEP 1 9223372036854775807)"),
    SPOILT("7.8 edge 94 a size too small", "10", SHA_WHOLE, "(KEEP 0 11)"),
    SPOILT("7.8 edge 94 a size too large", "12", SHA_WHOLE, "(KEEP 0 11)"),
    SPOILT("7.8 edge 94 the original's digest", "17", SHA_WHOLE,
           "(KEEP 0 6) (DATA {6}\r\nX: y\r\n) (KEEP 6 5)"),
    SPOILT("7.8 edge 94 octets of another place", "5", SHA_BARE, "(KEEP 5 5)"),
    SPOILT("7.8 edge 94 a digest cut short", "5", "0664", "(KEEP 6 5)"),
    SPOILT("7.8 edge 94 no pieces", "0", SHA_WHOLE, ""),
    GOOD("7.8 edge 95 copies for some",
         ADDED("1") SPLICE("7", "5", SHA_BARE, "(KEEP 6 5)") RES("1", "DELIVER (COPY 7)")
             RES("2", WITH_COPY),
         "DELIVER DELIVER", "A: b\r\nX: y\r\n\r\nc\r\n"),
    GOOD("7.8 edge 95 the copy comes behind", BOTH(WITH_COPY) ADDED("1"), "DELIVER DELIVER",
         "A: b\r\nX: y\r\n\r\nc\r\n"),
    GOOD("7.8 edge 95 one that nobody uses", BOTH("DELIVER ()") ADDED("9"), "DELIVER DELIVER",
         NULL),
    BAD("7.8 edge 95 one that nobody uses and that is wrong",
        BOTH("DELIVER ()") SPLICE("1", "5", SHA_WHOLE, "(KEEP 6 5)")),
    BAD("7.8 edge 95 one that was not given", BOTH("DELIVER (COPY 2)") ADDED("1")),
    BAD("7.8 edge 95 one that was not given, for one recipient",
        ADDED("1") RES("1", WITH_COPY) RES("2", "DELIVER (COPY 3)")),
    BAD("7.8 edge 95 one that was not given, in a store",
        BOTH("DELIVER (STORE ((ARCHIVE 1 \"a\")))")),
    BAD("7.8 edge 95 a number twice", ADDED("1") ADDED("1") BOTH(WITH_COPY)),
    BAD("7.8 edge 95 number 0", ADDED("0") BOTH("DELIVER ()")),
    BAD("7.8 edge 95 a number of 33 bits", BOTH("DELIVER (COPY 4294967297)") ADDED("1")),
    GOOD("7.8 given whole",
         COPY_HEAD("1", "5", SHA_BARE) "INLINE {5}\r\n\r\nc\r\n\r\n" BOTH(WITH_COPY),
         "DELIVER DELIVER", "\r\nc\r\n"),
    BAD("7.8 given whole, of another size",
        COPY_HEAD("1", "6", SHA_BARE) "INLINE {5}\r\n\r\nc\r\n\r\n" BOTH(WITH_COPY)),
    BAD("7.8 given whole, with another digest",
        COPY_HEAD("1", "5", SHA_BARE) "INLINE {5}\r\n\r\nd\r\n\r\n" BOTH(WITH_COPY)),
    {"7.8 given whole to who takes no splices", NO_SPLICE,
     COPY_HEAD("1", "5", SHA_BARE) "INLINE {5}\r\n\r\nc\r\n\r\n" BOTH(WITH_COPY) END,
     "DELIVER DELIVER", "\r\nc\r\n"},
    {"5.1 splices to who takes none", NO_SPLICE, ADDED("1") BOTH(WITH_COPY) END, NULL, NULL},
    {"5.1 edge 103 a copy to who takes none", NO_COPY, ADDED("1") BOTH("DELIVER ()") END, NULL,
     NULL},
    {"5.1 edge 103 a copy's number to who takes none", NO_COPY, BOTH(WITH_COPY) END, NULL, NULL},
    {"3.7 without ACCEPT a copy is an unknown line", 0, ADDED("1") BOTH("DELIVER ()") END,
     "DELIVER DELIVER", NULL},
    {"5.1 without ACCEPT nobody gets a copy", 0, ADDED("1") BOTH(WITH_COPY) END, NULL, NULL},
};

/* --- what is handed on --- */

static void test_copy(void **state)
{
    (void)state;
    size_t count;
    struct fake_answer answer = ask_all(
        "c0.1 COPY 4 (SIZE 17 SHA256 \"" SHA_ADDED "\" BODY 8BITMIME SMTPUTF8 YES "
        "DKIM-BROKEN (\"d=x.example s=k\" {3}\r\na\rb)) SPLICE ((KEEP 0 6) (DATA {6}\r\nX: y\r\n) "
        "(KEEP 6 5))\r\n" BOTH("DELIVER (COPY 4)") END);
    assert_int_equal(answer.status, CCCP_OK);
    const struct cccp_copy *copy = cccp_result_copies(answer.result, &count);
    assert_int_equal(count, 1);
    assert_ptr_equal(copy, cccp_result_copy(answer.result, 4));
    assert_null(cccp_result_copy(answer.result, 0));
    assert_null(cccp_result_copy(answer.result, 1));
    assert_int_equal(copy->size, 17);
    assert_int_equal(copy->original_size, 11);
    assert_string_equal(copy->body, "8BITMIME");
    assert_true(copy->smtputf8);
    assert_int_equal(copy->digest[0], 0x01);
    assert_int_equal(copy->broken_count, 2);
    assert_string_equal(copy->broken[0], "d=x.example s=k");
    assert_string_equal(copy->broken[1], "a b");
    assert_int_equal(copy->segment_count, 3);
    assert_int_equal(copy->segments[2].offset, 6);
    assert_memory_equal(copy->segments[1].data, "X: y\r\n", 6);
    fake_answer_clear(&answer);
}

static bool never(void *owner, const void *octets, size_t size)
{
    (void)octets;
    *(size_t *)owner += size;
    return false;
}

static void test_write(void **state)
{
    (void)state;
    size_t taken = 0;
    struct fake_answer answer = ask_all(ADDED("1") BOTH(WITH_COPY) END);
    const struct cccp_copy *copy = cccp_result_copy(answer.result, 1);
    assert_int_equal(cccp_copy_write(copy, ORIGINAL, 10, never, &taken), CCCP_INVALID);
    assert_int_equal(taken, 0);
    assert_int_equal(cccp_copy_write(copy, ORIGINAL, 11, never, &taken), CCCP_CANCELLED);
    assert_int_equal(taken, 6);
    fake_answer_clear(&answer);
}

/* A copy given whole may hold any octets. */
static void test_inline_nul(void **state)
{
    (void)state;
    static const char reply[] =
        COPY_HEAD("1", "3", SHA_NUL) "INLINE {3}\r\n\0\xff\r\r\n" BOTH(WITH_COPY) END;
    struct fake_answer answer =
        ask(ALL, false, (struct bytes){(const uint8_t *)reply, sizeof(reply) - 1}, 1);
    assert_int_equal(answer.status, CCCP_OK);
    check_octets(answer.result, 1, (struct bytes){(const uint8_t *)"\0\xff\r", 3});
    fake_answer_clear(&answer);
}

/* --- limits --- */

/* Lines with numbers from 1 on, then the end. */
static struct fake_answer ask_many(size_t memory_bytes, const char *before, const char *behind,
                                   unsigned count)
{
    struct buffer reply AUTO(buffer_clear);
    char number[16];
    buffer_init(&reply, SIZE_MAX / 2);
    for (unsigned i = 1; i <= count; i++) {
        snprintf(number, sizeof(number), "%u", i);
        assert_int_equal(buffer_append(&reply, bytes_of_text(before)), STATUS_OK);
        assert_int_equal(buffer_append(&reply, bytes_of_text(number)), STATUS_OK);
        assert_int_equal(buffer_append(&reply, bytes_of_text(behind)), STATUS_OK);
    }
    assert_int_equal(buffer_append(&reply, bytes_of_text(DELIVERED END)), STATUS_OK);
    return ask_within(memory_bytes, ALL, false, buffer_bytes(&reply), reply.size);
}

static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *before, *behind;
    } rows[] = {
        {"c0.1 COPY ",
         " (SIZE 11 SHA256 \"" SHA_WHOLE "\" BODY 7BIT SMTPUTF8 NO) SPLICE ((KEEP 0 11))\r\n"},
        {"c0.1 NOTE ", " (KIND SENDER FROM \"\" TO (\"a@x\") SIZE 1) INLINE {1}\r\nx\r\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_answer most = ask_many(1 << 26, rows[i].before, rows[i].behind, 10000);
        struct fake_answer more = ask_many(1 << 26, rows[i].before, rows[i].behind, 10001);
        assert_int_equal(most.status, CCCP_OK);
        assert_int_equal(more.status, CCCP_MALFORMED);
        fake_answer_clear(&most);
        fake_answer_clear(&more);
    }
}

/* What takes more memory than the caller allows. */
static void test_memory(void **state)
{
    (void)state;
    static const char note[] = " (KIND SENDER FROM \"\" TO (\"a@x\") SIZE 1) INLINE {1}\r\nx\r\n";
    struct fake_answer fits = ask_many(1 << 20, "c0.1 NOTE ", note, 1000);
    struct fake_answer more = ask_many(1 << 16, "c0.1 NOTE ", note, 1000);
    assert_int_equal(fits.status, CCCP_OK);
    assert_int_equal(more.status, CCCP_MALFORMED);
    fake_answer_clear(&fits);
    fake_answer_clear(&more);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, rows_of_copies, test_row);
    rows_add_one(&rows, "7.8 what a copy says", test_copy);
    rows_add_one(&rows, "7.8 a copy of another message; enough", test_write);
    rows_add_one(&rows, "7.8 any octets, given whole", test_inline_nul);
    rows_add_one(&rows, "7 copies and notices: 10000, 10001", test_limits);
    rows_add_one(&rows, "7 an answer that is too long", test_memory);
    return rows_run("copies", &rows, argc, argv);
}

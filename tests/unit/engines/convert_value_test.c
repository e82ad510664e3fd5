/* Values of fields that we write (spec/conversion.md 2.3): whatever an edit is given, the number of
 * fields is the expected one, and a reader has the text again. */
#include "engines/convert/header_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/decode/encoded_word.h"
#include "engines/message/header.h"
#include "tests/unit/engines/convert_made.h"

enum { HOSTILE = 1000, TEXT_MOST = 6000 };

static struct arena arena;
static struct budget budget;
static struct limits limits;

struct row {
    const char *name, *given, *expected;
};

static const struct row rows[] = {
    {"2.3 as it stands", "a b", "a b"},
    {"2.3 blanks around it go", "  a ", "a"},
    {"2.3 controls are blanks", "a\r\nB: c\td\x7F", "a  B: c d"},
    {"2.3 C1 controls are blanks", "a\xC2\x85z", "a z"},
    {"2.3 UTF-8 is encoded, the words around it are not", "a \xC3\xA4 b", "a =?UTF-8?B?w6Q=?= b"},
    {"2.3 neighbours are encoded together", "\xC3\xA4 \xC3\xB6", "=?UTF-8?B?w6Qgw7Y=?="},
    {"2.3 Q where it is shorter", "abcdefghijkl\xC3\xA4", "=?UTF-8?Q?abcdefghijkl=C3=A4?="},
    {"2.3 what is no UTF-8", "\xFF", "=?UTF-8?B?77+9?="},
    {"2.3 what looks like an encoded word", "=?utf-8?q?a?=", "=?UTF-8?B?PT91dGYtOD9xP2E/PQ==?="},
    {"2.3 lines fold where there is a blank",
     "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789",
     "123456789 123456789 123456789 123456789 123456789 123456789 123456789\r\n 123456789"},
    {"2.3 blanks in a row are no place to fold",
     "123456789 123456789 123456789 123456789 123456789 123456789 123456789  123456789",
     "123456789 123456789 123456789 123456789 123456789 123456789\r\n 123456789  123456789"},
    {"2.3 a word never ends in the middle of a character",
     "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98"
     "\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F"
     "\x98\x80",
     "=?UTF-8?B?8J+YgPCfmIDwn5iA8J+YgPCfmIDwn5iA8J+YgPCfmIDwn5iA8J+YgPCfmIA=?=\r\n "
     "=?UTF-8?B?8J+YgA==?="},
    {"2.3 nothing", "", ""},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    const struct header_style style = {.line_break = BYTES("\r\n")};
    struct header_value value;

    assert_int_equal(header_value_make(bytes_of_text(row->given), 3, &style, &arena, &value),
                     STATUS_OK);
    assert_string_equal((const char *)value.octets.data, row->expected);
}

/* A text of what breaks headers. */
static struct bytes hostile(uint8_t *room)
{
#define PIECE(literal)                                                                             \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }
    static const struct bytes pieces[] = {PIECE("\r\n"),
                                          PIECE("\n"),
                                          PIECE("\r"),
                                          PIECE("\0"),
                                          PIECE("\r\n\r\nbody"),
                                          PIECE("\r\nBcc: x@y.example"),
                                          PIECE("\n "),
                                          PIECE("\r\n\t"),
                                          PIECE("\x0B\x0C\x1B"),
                                          PIECE("=?utf-8?q?"),
                                          PIECE("?="),
                                          PIECE("=?"),
                                          PIECE("=?utf-8?b?DQo=?="),
                                          PIECE("="),
                                          PIECE("?"),
                                          PIECE("_"),
                                          PIECE(":"),
                                          PIECE(" "),
                                          PIECE("  "),
                                          PIECE("\t"),
                                          PIECE("\""),
                                          PIECE("\\"),
                                          PIECE("("),
                                          PIECE("<a@b>"),
                                          PIECE(","),
                                          PIECE(";"),
                                          PIECE("\xC3\xA4"),
                                          PIECE("\xE2\x82\xAC"),
                                          PIECE("\xF0\x9F\x98\x80"),
                                          PIECE("e\xCC\x81"),
                                          PIECE("\xC2\x85"),
                                          PIECE("\xE2\x80\xA8"),
                                          PIECE("\xE2\x80\xAE"),
                                          PIECE("\xEF\xBB\xBF"),
                                          PIECE("\xFF"),
                                          PIECE("\xC3"),
                                          PIECE("\xED\xA0\x80"),
                                          PIECE("\xC0\x8A"),
                                          PIECE("\xF8\x88\x80\x80\x8A"),
                                          PIECE("word"),
                                          PIECE("A: b"),
                                          PIECE("\x7F"),
                                          PIECE("."),
                                          PIECE("--boundary")};
#undef PIECE
    size_t count = (size_t)rand() % 24, size = 0;

    for (size_t i = 0; i < count; i++) {
        struct bytes piece = pieces[(size_t)rand() % (sizeof pieces / sizeof pieces[0])];

        memcpy(room + size, piece.data, piece.size);
        size += piece.size;
    }
    for (size_t i = 0; count % 5 == 4 && i < 1200; i++)
        room[size++] = count % 2 == 0 ? 'a' : (uint8_t)("\xC3\xA4"[i % 2]);
    return (struct bytes){room, size};
}

static struct bytes decoded(struct bytes value)
{
    struct encoded_text text;

    assert_int_equal(encoded_words_decode(value, &budget, &arena, &text), STATUS_OK);
    return text.text;
}

/* Encoded words of ours are 75 at most, lines 998 (RFC 2047 2, RFC 5322 2.1.1), and a field is
 * nothing but folds and printable octets. */
static void check_field(struct bytes octets, bool is_international)
{
    size_t line = 0;

    for (size_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.data[i];

        if (octet == '\r' && i + 1 < octets.size && octets.data[i + 1] == '\n') {
            assert_true(i + 2 == octets.size || octets.data[i + 2] == ' ');
            line = 0;
            i++;
            continue;
        }
        assert_true(octet >= ' ' && octet != 0x7F);
        assert_true(is_international || octet < 0x80);
        assert_true(++line <= 998);
        if (bytes_equal(bytes_slice(octets, i, 10), BYTES("=?UTF-8?Q?")) ||
            bytes_equal(bytes_slice(octets, i, 10), BYTES("=?UTF-8?B?")))
            assert_int_not_equal(bytes_find(bytes_slice(octets, i + 10, 66), 0, '='), octets.size);
    }
}

struct hostile_row {
    const char *name;
    enum edit_kind kind;
    const char *given;
    size_t fields;      /* of the copy */
    const char *field;  /* that has the text, behind `before` and before `behind` */
    const char *behind; /* what stands behind the text when it is read */
};

static const struct hostile_row hostile_rows[] = {
    {"2.3 hostile header-add", EDIT_HEADER_ADD, "A: b\r\n\r\nbody", 2, "N", ""},
    {"2.3 hostile header-prepend", EDIT_HEADER_PREPEND, "A: b\r\n\r\nbody", 2, "N", ""},
    {"2.3 hostile header-replace", EDIT_HEADER_REPLACE, "N: b\r\nA: b\r\n\r\nbody", 2, "N", ""},
    {"2.3 hostile subject-tag", EDIT_SUBJECT_TAG, "A: b\r\nSubject: q\r\n\r\nbody", 2, "Subject",
     "q"},
    {"2.3 hostile subject-tag before a word", EDIT_SUBJECT_TAG,
     "A: b\r\nSubject: =?utf-8?q?=C3=B6q?=\r\n\r\nbody", 2, "Subject", "\xC3\xB6q"},
    {"2.3 hostile subject-tag without a subject", EDIT_SUBJECT_TAG, "A: b\r\n\r\nbody", 2,
     "Subject", ""},
    {"2.3 hostile header-add in an internationalised message", EDIT_HEADER_ADD,
     "A: \xC3\xA4\r\n\r\nbody", 2, "N", ""},
    {"4 hostile addresses", EDIT_ADDRESS, "From: x <a@b>\r\nTo: c@d\r\n\r\nbody", 2, NULL, ""},
};

static void read_back(const struct hostile_row *row, struct bytes text, struct bytes octets)
{
    struct fields fields = {octets, 0};
    struct bytes cleaned, expected;
    struct field field;
    size_t count = 0;
    uint8_t *joined = arena_take(&arena, text.size * 3 + 64);

    assert_int_equal(header_text_clean(text, &arena, &cleaned), STATUS_OK);
    memcpy(joined, cleaned.data, cleaned.size);
    expected = (struct bytes){joined, cleaned.size};
    if (cleaned.size > 0 && row->behind[0] != '\0')
        joined[expected.size++] = ' ';
    memcpy(joined + expected.size, row->behind, strlen(row->behind));
    expected.size += strlen(row->behind);
    while (fields_next(&fields, &field)) {
        count++;
        check_field(bytes_slice(octets, field.offset, field.size),
                    bytes_find(octets, 0, 0xC3) == 3);
        if (row->field != NULL && bytes_equal_fold(field.name, bytes_of_text(row->field)))
            assert_true(bytes_equal(decoded(field.value), expected));
    }
    assert_int_equal(count, row->fields - (row->behind[0] == '\0' && cleaned.size == 0 &&
                                           row->kind == EDIT_SUBJECT_TAG));
    assert_true(bytes_equal(bytes_slice(octets, fields.at, SIZE_MAX), BYTES("body")));
}

static void test_hostile(void **state)
{
    const struct hostile_row *row = *state;
    uint8_t room[TEXT_MOST];

    srand(23);
    for (size_t i = 0; i < HOSTILE; i++) {
        struct bytes text = hostile(room);
        struct edit_value values[] = {{BYTES("NAME"), BYTES("N")},
                                      {BYTES("VALUE"), text},
                                      {BYTES("TEXT"), text},
                                      {BYTES("MAP"), BYTES("a@b")},
                                      {BYTES("MAP"), text}};
        struct edit edit = {.kind = row->kind, .values = values, .value_count = 5};
        struct made_copy copy;

        made_copy_of_edits(&copy, bytes_of_text(row->given), &edit, 1);
        assert_int_equal(copy.status, STATUS_OK);
        read_back(row, text, buffer_bytes(&copy.octets));
        made_copy_clear(&copy);
        arena_clear(&arena);
    }
}

/* 2.8: a hostile notice is a notice, and the mail around the message has its two parts. */
static void test_hostile_notice(void **state)
{
    uint8_t room[TEXT_MOST];

    (void)state;
    srand(25);
    for (size_t i = 0; i < HOSTILE; i++) {
        struct edit_value value = {BYTES("TEXT"), hostile(room)};
        struct edit edit = {.kind = EDIT_WRAP, .values = &value, .value_count = 1};
        struct budget again;
        struct report report;
        struct message message;
        struct made_copy copy;

        made_copy_of_edits(&copy, BYTES("From: a@b\r\n\r\nbody"), &edit, 1);
        assert_int_equal(copy.status, STATUS_OK);
        budget_init(&again, &limits, copy.octets.size, 0);
        report_init(&report, (size_t)limits.report_bytes);
        assert_int_equal(message_init(&message, buffer_bytes(&copy.octets), &again, &report),
                         STATUS_OK);
        assert_int_equal(message.laid_count, 4);
        assert_true(message.parts[1].body.offset + message.parts[1].body.size <
                    message.parts[2].header.offset);
        assert_true(bytes_equal(message.parts[3].raw, BYTES("body")));
        message_clear(&message);
        report_clear(&report);
        made_copy_clear(&copy);
        arena_clear(&arena);
    }
}

/* 2.3: no hostile text is a name, but for one that is of the characters of a name. */
static void test_hostile_names(void **state)
{
    uint8_t room[TEXT_MOST];

    (void)state;
    srand(24);
    for (size_t i = 0; i < HOSTILE; i++) {
        struct bytes text = hostile(room);
        struct edit_value values[] = {{BYTES("NAME"), text}, {BYTES("VALUE"), BYTES("v")}};
        struct edit edit = {.kind = EDIT_HEADER_ADD, .values = values, .value_count = 2};
        struct made_copy copy;
        bool is_name = text.size > 0 && text.size <= HEADER_NAME_MOST;

        for (size_t j = 0; j < text.size; j++)
            is_name &= text.data[j] > ' ' && text.data[j] <= '~' && text.data[j] != ':';
        made_copy_of_edits(&copy, BYTES("A: b\r\n\r\n"), &edit, 1);
        assert_int_equal(copy.status, is_name ? STATUS_OK : STATUS_INVALID);
        made_copy_clear(&copy);
        arena_clear(&arena);
    }
}

enum {
    ROWS = sizeof rows / sizeof rows[0],
    HOSTILE_ROWS = sizeof hostile_rows / sizeof hostile_rows[0]
};

int main(void)
{
    struct CMUnitTest tests[ROWS + HOSTILE_ROWS + 2] = {cmocka_unit_test(test_hostile_names),
                                                        cmocka_unit_test(test_hostile_notice)};

    for (size_t i = 0; i < ROWS; i++)
        tests[2 + i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = test_row, .initial_state = (void *)&rows[i]};
    for (size_t i = 0; i < HOSTILE_ROWS; i++)
        tests[2 + ROWS + i] = (struct CMUnitTest){.name = hostile_rows[i].name,
                                                  .test_func = test_hostile,
                                                  .initial_state = (void *)&hostile_rows[i]};
    message_warm_up();
    limits_init(&limits);
    budget_init(&budget, &limits, (uint64_t)1 << 30, 0);
    arena_init(&arena, (size_t)1 << 26);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

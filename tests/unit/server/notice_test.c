/* Notices: their octets, hostile values in every field, and to whom none goes (spec/policy.md 6).
 */
#include <stdio.h>
#include <string.h>

#include "server/notice/rate.h"
#include "server/policy/entry.h"
#include "tests/unit/protocol/rows.h"

static const struct notice_text english = {
    .language = "en", .subject = OCTETS("Not delivered"), .text = OCTETS("One line.\nAnother.\n")};

static struct notice usual(void)
{
    return (struct notice){.kind = NOTE_SENDER,
                           .from = BYTES("postmaster@x.example"),
                           .to = BYTES("a@y.example"),
                           .host_name = "mx.x.example",
                           .reference = "7941107b-4",
                           .number = 2,
                           .time = 1795869069,
                           .in_reply_to = BYTES("<1@y.example>"),
                           .texts = &english,
                           .text_count = 1};
}

static char *written(const struct notice *notice)
{
    struct buffer out;
    buffer_init(&out, NOTICE_BYTES_MOST);
    assert_int_equal(notice_write(notice, &out), STATUS_OK);
    assert_int_equal(buffer_append_octet(&out, '\0'), STATUS_OK);
    return (char *)out.data;
}

static void test_whole(void **state)
{
    (void)state;
    struct notice notice = usual();
    char *text = written(&notice);
    assert_string_equal(text, "From: postmaster@x.example\r\n"
                              "To: a@y.example\r\n"
                              "Subject: Not delivered\r\n"
                              "Date: Sat, 28 Nov 2026 12:31:09 +0000\r\n"
                              "Message-ID: <7941107b-4.2@mx.x.example>\r\n"
                              "In-Reply-To: <1@y.example>\r\n"
                              "References: <1@y.example>\r\n"
                              "Auto-Submitted: auto-replied\r\n"
                              "X-Content-Check: notice\r\n"
                              "MIME-Version: 1.0\r\n"
                              "Content-Type: text/plain; charset=utf-8\r\n"
                              "Content-Transfer-Encoding: 7bit\r\n"
                              "Content-Language: en\r\n"
                              "\r\n"
                              "One line.\r\nAnother.\r\n");
    free(text);
}

static void test_languages(void **state)
{
    (void)state;
    const struct notice_text texts[] = {english,
                                        {.language = "de",
                                         .subject = BYTES("Gr\xC3\xBC\xC3\x9F"
                                                          "e"),
                                         .text = BYTES("Eine Zeile = \xC3\xA4")}};
    struct notice notice = usual();
    notice.kind = NOTE_RECIPIENT;
    notice.texts = texts;
    notice.text_count = 2;
    char *text = written(&notice);
    assert_non_null(strstr(text, "\r\nContent-Language: en, de\r\n"));
    assert_non_null(strstr(text, "\r\nAuto-Submitted: auto-generated\r\n"));
    assert_null(strstr(text, "In-Reply-To"));
    assert_non_null(strstr(text, "quoted-printable\r\n"));
    assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\nOne line.\r\nAnother.\r\n\r\n"
                                                  "----------------------------------------\r\n"
                                                  "Gr=C3=BC=C3=9Fe\r\n\r\n"
                                                  "Eine Zeile =3D =C3=A4\r\n");
    free(text);
}

struct line_row {
    const char *name;
    struct bytes text;
    const char *body;
};

static const struct line_row line_rows[] = {
    {"6.2 CRLF and LF end lines", OCTETS("a\r\nb\nc"), "a\r\nb\r\nc\r\n"},
    {"6.2 a CR alone is a blank", OCTETS("a\rb"), "a b\r\n"},
    {"6.2 controls are blanks", OCTETS("a\0b\x1B[31m\x7F."), "a b [31m .\r\n"},
    {"6.2 octets that are no UTF-8", OCTETS("a\xFF"), "a=EF=BF=BD\r\n"},
    {"6.2 a blank at the end of a line", OCTETS("a \nb"), "a=20\r\nb\r\n"},
    {"6.2 From at the beginning of a line", OCTETS("From a\nFromage"), "=46rom a\r\nFromage\r\n"},
    {"6.2 a dot at the beginning of an encoded line", OCTETS(".\n=\xC3\xA4"),
     "=2E\r\n=3D=C3=A4\r\n"},
    {"6.2 a long line is cut",
     OCTETS("0123456789012345678901234567890123456789012345678901234567890123456789"
            "0123456789"),
     "012345678901234567890123456789012345678901234567890123456789012345678901234=\r\n"
     "56789\r\n"},
};

static void test_lines(void **state)
{
    const struct line_row *row = *state;
    const struct notice_text one = {.language = "", .subject = BYTES("s"), .text = row->text};
    struct notice notice = usual();
    notice.texts = &one;
    char *text = written(&notice);
    assert_null(strstr(text, "Content-Language"));
    assert_string_equal(strstr(text, "\r\n\r\n") + 4, row->body);
    free(text);
}

/* What an attacker would like to see in a header. */
static const char *const hostile[] = {"\r\nBcc: v@z.example\r\n",
                                      "\n\nbody",
                                      "\r",
                                      "a\r\n b",
                                      "=?utf-8?q?=0D=0ABcc:_v@z.example?=",
                                      "\xE2\x80\xA8"
                                      "Bcc: v@z.example",
                                      "\xC2\x85X: y",
                                      "<v@z.example>, w@z.example",
                                      "\xFF\xFE",
                                      "(((((",
                                      "\"\\",
                                      ": ;,",
                                      "\t",
                                      "%s%n"};

struct fields {
    char value[1200];
    size_t size;
};

/* Pieces of the above and noise, by a generator that gives the same each time. */
static void make_hostile(uint64_t *seed, struct fields *fields)
{
    fields->size = 0;
    for (unsigned i = 0; i < 12; i++) {
        *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
        unsigned pick = (unsigned)(*seed >> 33);
        const char *piece = hostile[pick % (sizeof hostile / sizeof *hostile)];
        char noise[64];
        for (size_t j = 0; j < sizeof noise; j++)
            noise[j] = (char)(pick >> j % 24 ^ j * 7);
        size_t size = pick % 3 == 0 ? strlen(piece) : sizeof noise;
        memcpy(fields->value + fields->size, pick % 3 == 0 ? piece : noise, size);
        fields->size += size;
    }
}

/* The names of the fields, each with its ":"; folded lines belong to the one before. */
static void header_names(const char *text, size_t size, char names[1000])
{
    size_t length = 0;
    for (const char *at = text; at < text + size;) {
        const char *end = strstr(at, "\r\n");
        assert_non_null(end);
        assert_in_range(end - at, 0, 998);
        if (end == at)
            break;
        if (*at != ' ') {
            size_t name = strcspn(at, ":");
            memcpy(names + length, at, name + 1);
            length += name + 1;
        }
        at = end + 2;
    }
    names[length] = '\0';
}

static void check_lines(const char *text, size_t size)
{
    size_t column = 0;
    for (size_t i = 0; i < size; i++) {
        assert_true(text[i] != '\0' && (unsigned char)text[i] < 0x80);
        if (text[i] == '\n')
            assert_true(i > 0 && text[i - 1] == '\r');
        if (text[i] == '\r')
            assert_int_equal(text[i + 1], '\n');
        column = text[i] == '\n' ? 0 : column + 1;
        assert_in_range(column, 0, 998);
    }
}

/* Writes it; what is refused for its address or reference is fine too, but leaves no octets that
 * anybody uses. */
static bool check_hostile(const struct notice *notice, const char *wanted)
{
    AUTO(buffer_clear) struct buffer out;
    char names[1000] = "";
    buffer_init(&out, NOTICE_BYTES_MOST);
    enum status status = notice_write(notice, &out);
    assert_true(status == STATUS_OK || status == STATUS_INVALID);
    if (status == STATUS_INVALID)
        return false;
    assert_int_equal(buffer_append_octet(&out, '\0'), STATUS_OK);
    check_lines((char *)out.data, out.size - 1);
    header_names((char *)out.data, out.size - 1, names);
    assert_string_equal(names, wanted);
    return true;
}

#define NAMES_UP_TO_ID "From:To:Subject:Date:Message-ID:"
#define NAMES_AFTER                                                                                \
    "Auto-Submitted:X-Content-Check:MIME-Version:Content-Type:Content-Transfer-Encoding:"          \
    "Content-Language:"

static void test_hostile(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (unsigned i = 0; i < 1000; i++) {
        struct fields made;
        make_hostile(&seed, &made);
        char text[1202];
        snprintf(text, sizeof text, "x%.*s", (int)made.size, made.value);
        struct bytes value = {(uint8_t *)made.value, made.size};
        struct notice_text one = {.language = "en", .subject = value, .text = value};
        struct notice notice = usual();
        notice.texts = &one;
        assert_true(check_hostile(&notice, NAMES_UP_TO_ID "In-Reply-To:References:" NAMES_AFTER));
        notice.in_reply_to = value;
        notice.host_name = text;
        assert_true(check_hostile(&notice, NAMES_UP_TO_ID NAMES_AFTER));
        one.language = text;
        assert_true(check_hostile(&notice, NAMES_UP_TO_ID NAMES_AFTER));
        notice.reference = text;
        (void)check_hostile(&notice, NAMES_UP_TO_ID NAMES_AFTER);
        notice.reference = "r";
        notice.to = value;
        assert_false(check_hostile(&notice, ""));
        notice.to = notice.from;
        notice.from = value;
        assert_false(check_hostile(&notice, ""));
    }
}

struct address_row {
    const char *name;
    const char *to;
    enum status status;
};

static const struct address_row address_rows[] = {
    {"6.2 a plain address", "a@x.example", STATUS_OK},
    {"6.2 a quoted local part", "\"a, b\"@x.example", STATUS_OK},
    {"6.2 an address literal", "a@[IPv6:2001:db8::1]", STATUS_OK},
    {"6.2 two addresses", "a,b@x.example", STATUS_INVALID},
    {"6.2 a group", "a:b@x.example", STATUS_INVALID},
    {"6.2 a comment", "a(b)@x.example", STATUS_INVALID},
    {"6.2 a comment in a literal", "a@[(]", STATUS_INVALID},
    {"6.2 a bare local part", "postmaster", STATUS_INVALID},
    {"6.2 nobody", "", STATUS_INVALID},
};

static void test_address(void **state)
{
    const struct address_row *row = *state;
    AUTO(buffer_clear) struct buffer out;
    struct notice notice = usual();
    buffer_init(&out, NOTICE_BYTES_MOST);
    notice.to = bytes_of_text(row->to);
    assert_int_equal(notice_write(&notice, &out), row->status);
}

static void test_limit(void **state)
{
    (void)state;
    static char text[NOTICE_BYTES_MOST];
    AUTO(buffer_clear) struct buffer out;
    memset(text, 'a', sizeof text);
    const struct notice_text one = {
        .language = "", .subject = BYTES("s"), .text = {(uint8_t *)text, sizeof text}};
    struct notice notice = usual();
    notice.texts = &one;
    buffer_init(&out, NOTICE_BYTES_MOST);
    assert_int_equal(notice_write(&notice, &out), STATUS_LIMIT);
}

struct refuse_row {
    const char *name;
    enum note_kind kind;
    const char *to;
    struct report_fact fact;
    bool inside, outsiders, null_sender, unread;
    enum notice_refusal refusal;
};

#define FACT(name, value)                                                                          \
    {                                                                                              \
        OCTETS(name), OCTETS(value)                                                                \
    }
#define SENDER_ROW(name, to, fact, refusal)                                                        \
    {                                                                                              \
        name, NOTE_SENDER, to, fact, true, false, false, false, NOTICE_REFUSAL_##refusal           \
    }
#define NO_FACT FACT("header.subject", "list")

static const struct refuse_row refuse_rows[] = {
    SENDER_ROW("6.2 a person", "a@x.example", NO_FACT, NONE),
    SENDER_ROW("6.2 the null sender", "", NO_FACT, NULL_SENDER),
    SENDER_ROW("6.2 -request", "l-Request@x.example", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 owner-", "owner-l@x.example", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 -bounces", "l-bounces@x.example", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 quotes around -bounces", "\"l-bounces\"@x.example", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 VERP", "bounces+a=y.example@x.example", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 SRS", "SRS0=abc=T=y.example=a@x.example", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 mailer-daemon", "MAILER-DAEMON@x.example", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 a request that is a person", "request-a@x.example", NO_FACT, NONE),
    SENDER_ROW("6.2 no address", "postmaster", NO_FACT, ADDRESS),
    SENDER_ROW("6.2 List-Id", "a@x.example", FACT("header.list-id", "<l.x.example>"), LIST),
    SENDER_ROW("6.2 an empty List-Id", "a@x.example", FACT("header.list-id", ""), LIST),
    SENDER_ROW("6.2 List-Unsubscribe", "a@x.example", FACT("header.List-Unsubscribe", "<u>"), LIST),
    SENDER_ROW("6.2 Precedence: bulk", "a@x.example", FACT("header.precedence", " Bulk"), LIST),
    SENDER_ROW("6.2 Precedence: junk", "a@x.example", FACT("header.precedence", "junk (x)"), LIST),
    SENDER_ROW("6.2 Precedence: special", "a@x.example", FACT("header.precedence", "special"),
               NONE),
    SENDER_ROW("6.2 auto-replied", "a@x.example",
               FACT("header.auto-submitted", "auto-replied; x=y"), AUTOMATIC),
    SENDER_ROW("6.2 Auto-Submitted: no", "a@x.example", FACT("header.auto-submitted", "no (x)"),
               NONE),
    SENDER_ROW("6.2 X-Auto-Response-Suppress", "a@x.example",
               FACT("header.x-auto-response-suppress", "OOF, AutoReply"), AUTOMATIC),
    SENDER_ROW("6.2 X-Auto-Response-Suppress: None", "a@x.example",
               FACT("header.x-auto-response-suppress", "None"), NONE),
    {"6.2 a sender outside", NOTE_SENDER, "a@x.example", NO_FACT, false, false, false, false,
     NOTICE_REFUSAL_OUTSIDER},
    {"6.2 outsiders: yes", NOTE_SENDER, "a@x.example", NO_FACT, false, true, false, false,
     NOTICE_REFUSAL_NONE},
    {"6.2 to a recipient about a list", NOTE_RECIPIENT, "a@x.example",
     FACT("header.list-id", "<l>"), false, false, false, false, NOTICE_REFUSAL_NONE},
    {"6.2 to a list's recipient", NOTE_RECIPIENT, "l-request@x.example", NO_FACT, false, false,
     false, false, NOTICE_REFUSAL_ADDRESS},
    {"6.2 to the administrator, whatever the name", NOTE_ADMINISTRATOR, "l-request@x.example",
     NO_FACT, false, false, false, false, NOTICE_REFUSAL_NONE},
    {"6.2 about a notice of ours", NOTE_ADMINISTRATOR, "a@x.example",
     FACT("header.x-content-check", "notice"), false, false, true, false, NOTICE_REFUSAL_LOOP},
    {"6.2 a guard that somebody wrote", NOTE_ADMINISTRATOR, "a@x.example",
     FACT("header.x-content-check", "notice"), false, false, false, false, NOTICE_REFUSAL_NONE},
    {"6.2 a message that nobody has read", NOTE_SENDER, "a@x.example", NO_FACT, true, false, false,
     true, NOTICE_REFUSAL_FAILED},
    {"6.2 to the administrator about it", NOTE_ADMINISTRATOR, "a@x.example", NO_FACT, true, false,
     false, true, NOTICE_REFUSAL_NONE},
};

static void test_refuse(void **state)
{
    const struct refuse_row *row = *state;
    struct report_fact fact = row->fact;
    struct report report = {.facts = &fact, .facts_count = 1, .parts_count = row->unread ? 0 : 1};
    struct envelope envelope = {.has_sender = true,
                                .sender = row->null_sender ? BYTES("") : BYTES("a@x.example")};
    const struct notice_question question = {.kind = row->kind,
                                             .to = bytes_of_text(row->to),
                                             .envelope = &envelope,
                                             .report = &report,
                                             .sender_is_inside = row->inside,
                                             .outsiders = row->outsiders};
    assert_string_equal(notice_refusal_word(notice_refuse(&question)),
                        notice_refusal_word(row->refusal));
}

static void test_message_id(void **state)
{
    (void)state;
    struct report_fact facts[] = {FACT("header.subject", "<s>"), FACT("header.Message-ID", "<1@x>"),
                                  FACT("header.message-id", "<2@x>")};
    struct report report = {.facts = facts, .facts_count = 2};
    assert_bytes(notice_message_id(&report), BYTES("<1@x>"));
    report.facts_count = 3;
    assert_bytes(notice_message_id(&report), BYTES(""));
    report.facts_count = 1;
    assert_bytes(notice_message_id(&report), BYTES(""));
}

static void test_wants(void **state)
{
    (void)state;
    assert_in_range(notice_want_count, 9, 20);
    for (size_t i = 0; i < notice_want_count; i++)
        assert_true(bytes_begin_fold(notice_wants[i], BYTES("header.")));
}

static void take(struct notice_rate *rate, const char *address, uint64_t now_ms,
                 enum notice_refusal wanted)
{
    assert_string_equal(
        notice_refusal_word(notice_rate_take(rate, bytes_of_text(address), 3, 8, now_ms)),
        notice_refusal_word(wanted));
}

static void test_rate(void **state)
{
    (void)state;
    enum { MINUTE = 60000 };
    const uint64_t now = 1000000000;
    struct notice_rate *rate = NULL;
    assert_int_equal(notice_rate_new(&rate), STATUS_OK);
    for (unsigned i = 0; i < 3; i++)
        take(rate, i == 0 ? "a@x.example" : "A@x.example", now, NOTICE_REFUSAL_NONE);
    take(rate, "a@x.example", now, NOTICE_REFUSAL_RATE);
    take(rate, "a@x.example", now + 19 * MINUTE, NOTICE_REFUSAL_RATE);
    take(rate, "b@x.example", now, NOTICE_REFUSAL_NONE);
    take(rate, "a@x.example", now + 20 * MINUTE, NOTICE_REFUSAL_NONE);
    take(rate, "a@x.example", now + 20 * MINUTE, NOTICE_REFUSAL_RATE);
    notice_rate_free(&rate);
    assert_null(rate);
}

static void test_rate_all(void **state)
{
    (void)state;
    struct notice_rate *rate = NULL;
    char address[32];
    unsigned taken = 0;
    assert_int_equal(notice_rate_new(&rate), STATUS_OK);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(address, sizeof address, "user%u@x.example", i);
        taken += notice_rate_take(rate, bytes_of_text(address), 3, 8, 5000) == NOTICE_REFUSAL_NONE;
    }
    assert_int_equal(taken, 8);
    take(rate, "a@x.example", 5000, NOTICE_REFUSAL_RATE_ALL);
    take(rate, "a@x.example", 5000 + 3600000 / 8, NOTICE_REFUSAL_NONE);
    notice_rate_free(&rate);
}

/* More addresses than the table has: those that were used most stay. */
static void test_rate_full(void **state)
{
    (void)state;
    struct notice_rate *rate = NULL;
    char address[32];
    assert_int_equal(notice_rate_new(&rate), STATUS_OK);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(notice_rate_take(rate, BYTES("v@x.example"), 3, 1000000, 5000),
                         NOTICE_REFUSAL_NONE);
    for (unsigned i = 0; i < 100000; i++) {
        snprintf(address, sizeof address, "user%u@x.example", i);
        assert_int_equal(notice_rate_take(rate, bytes_of_text(address), 3, 1000000, 5000),
                         NOTICE_REFUSAL_NONE);
    }
    assert_int_equal(notice_rate_take(rate, BYTES("v@x.example"), 3, 1000000, 5000),
                     NOTICE_REFUSAL_RATE);
    notice_rate_free(&rate);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "6.2 a whole notice", test_whole);
    rows_add_one(&rows, "6.1 languages one below the other", test_languages);
    ROWS_ADD(&rows, line_rows, test_lines);
    ROWS_ADD(&rows, address_rows, test_address);
    rows_add_one(&rows, "6.2 1,000 hostile values in every field", test_hostile);
    rows_add_one(&rows, "6.2 a notice that is too long", test_limit);
    ROWS_ADD(&rows, refuse_rows, test_refuse);
    rows_add_one(&rows, "6.2 what a notice is about", test_message_id);
    rows_add_one(&rows, "6.2 the facts that are asked for", test_wants);
    rows_add_one(&rows, "6.2 rate of one address", test_rate);
    rows_add_one(&rows, "6.2 rate of all", test_rate_all);
    rows_add_one(&rows, "6.2 more addresses than buckets", test_rate_full);
    return rows_run("notice", &rows, argc, argv);
}

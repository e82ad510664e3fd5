#include "feed.h"

#include "protocol/reply.h"

/* RES, COPY, NOTE and DECISION: each row is read, and what was read is written again. */

static const struct frame_limits limits = {
    .line_bytes = 8192, .command_bytes = 65536, .literal_bytes = 65536, .nesting = 8};

struct line_row {
    const char *name;
    struct bytes octets;
    const char *again; /* "\r" as \\r; NULL: as it stands; "!STATUS" */
};

static enum status again_result(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct id_range *ranges;
    size_t count;
    struct reply_result result;
    if (reply_read_result(lexer, arena, &ranges, &count, &result) != STATUS_OK)
        return lexer->status;
    return reply_write_result(out, "a", ranges, count, &result);
}

static enum status again_copy(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct report_copy copy;
    bool is_inline;
    struct bytes octets;
    if (reply_read_copy(lexer, arena, &copy, &is_inline, &octets) != STATUS_OK)
        return lexer->status;
    return reply_write_copy(out, "a", &copy, is_inline, octets);
}

static enum status again_note(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct reply_note read;
    if (reply_read_note(lexer, arena, &read) != STATUS_OK)
        return lexer->status;
    return reply_write_note(out, "a", &read);
}

static enum status again_decision(struct lexer *lexer, struct arena *arena, struct buffer *out)
{
    struct id_range *ranges;
    size_t count;
    struct reply_decision decision;
    if (reply_read_decision(lexer, arena, &ranges, &count, &decision) != STATUS_OK)
        return lexer->status;
    return reply_write_decision(out, "a", ranges, count, &decision);
}

/* octets: a whole line without its CRLF, changed in place. */
static enum status again(uint8_t *octets, size_t size, size_t arena_bytes, struct buffer *out)
{
    static const struct {
        const char *word;
        enum status (*again)(struct lexer *lexer, struct arena *arena, struct buffer *out);
    } words[] = {{"RES", again_result},
                 {"COPY", again_copy},
                 {"NOTE", again_note},
                 {"DECISION", again_decision}};
    AUTO(arena_clear) struct arena arena;
    struct reply reply;
    arena_init(&arena, arena_bytes);
    assert_int_equal(reply_parse(octets, size, limits.nesting, &reply), STATUS_OK);
    assert_int_equal(reply.kind, REPLY_INTERMEDIATE);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_equal_fold(reply.word, bytes_of_text(words[i].word)))
            return words[i].again(&reply.lexer, &arena, out);
    }
    fail();
    return STATUS_UNKNOWN_COMMAND;
}

static void note_again(struct transcript *transcript, struct frame *frame, bool content_follows)
{
    AUTO(rows_free) uint8_t *copy = rows_copy(buffer_bytes(&frame->buffer));
    AUTO(buffer_clear) struct buffer out;
    assert_false(content_follows);
    buffer_init(&out, 65536);
    enum status status = again(copy, frame->buffer.size, 65536, &out);
    if (status == STATUS_OK)
        note_octets(transcript, buffer_bytes(&out));
    else
        note(transcript, "!%s", status_name(status));
}

static void test_line(void **state)
{
    const struct line_row *row = *state;
    const struct feed feed = {
        .side = FRAME_OF_SERVER, .limits = limits, .note_command = note_again};
    static struct transcript wanted;
    wanted.size = 0;
    note(&wanted, "C");
    if (row->again)
        note(&wanted, "%s", row->again);
    else
        note_octets(&wanted, row->octets);
    note(&wanted, ".");
    feed_all_cuts(&feed, row->octets, wanted.text);
}

#define RES(what) OCTETS("a RES 1 " what "\r\n")
#define MEMBERS(groups) RES("EXPAND (MODE LIST MEMBERS (" groups "))")
#define PARSE "!PARSE"
#define SIXTEEN(one) one one one one one one one one one one one one one one one one

static const struct line_row result_rows[] = {
    {"7.1 DELIVER", RES("DELIVER ()"), NULL},
    {"7.1 ids and any case", OCTETS("a res 1:2,4 deliver (copy 3)\r\n"),
     "a RES 1:2,4 DELIVER (COPY 3)\\r\\n"},
    {"7.1 DISCARD", RES("DISCARD ()"), NULL},
    {"7.1 a disposition of tomorrow", RES("EXPLODE ()"), NULL},
    {"7.1 REJECT with everything",
     RES("REJECT (CLASS policy STATUS \"5.7.1\" TEXT \"not \\\"here\\\"\" DSN NO)"), NULL},
    {"7.1 REJECT tells the sender", RES("REJECT (DSN YES)"), "a RES 1 REJECT ()\\r\\n"},
    {"7.1 DSN of a delivery", RES("DELIVER (DSN NO)"), PARSE},
    {"7.1 DSN that is perhaps", RES("REJECT (DSN MAYBE)"), PARSE},
    {"7.1 REDIRECT", RES("REDIRECT (COPY 1 SENDER \"\" TO \"b@y.example\" MARK \"spam\")"), NULL},
    {"7.1 REDIRECT to nobody", RES("REDIRECT ()"), PARSE},
    {"7.1 REDIRECT to what is no address", RES("REDIRECT (TO \"b@y>,<c\")"), PARSE},
    {"7.1 REDIRECT to the null path", RES("REDIRECT (TO \"\")"), PARSE},
    {"7.1 REDIRECT with a line break", RES("REDIRECT (TO {9}\r\nb@y\r\nX: a)"), PARSE},
    {"7.1 TO of a delivery", RES("DELIVER (TO \"b@y.example\")"), PARSE},
    {"7.2 SENDER", RES("DELIVER (SENDER \"list-owner@x.example\")"), NULL},
    {"7.2 SENDER that is no address", RES("DELIVER (SENDER \"a b\")"), PARSE},
    {"7.2 ROUTE", RES("DELIVER (ROUTE \"smtp:[192.0.2.1]:24\")"), NULL},
    {"7.2 ROUTE with a line break", RES("DELIVER (ROUTE {4}\r\na\r\nb)"), PARSE},
    {"7.2 ROUTE that is not UTF-8", RES("DELIVER (ROUTE {1}\r\n\xFF)"), PARSE},
    {"7.2 STORE", RES("DELIVER (COPY 1 STORE ((QUARANTINE 0 \"virus\") (ARCHIVE 1 \"mail\")))"),
     NULL},
    {"7.2 STORE of nothing", RES("DELIVER (STORE ())"), "a RES 1 DELIVER ()\\r\\n"},
    {"7.2 STORE of another kind", RES("DELIVER (STORE ((BURN 0 \"x\")))"), PARSE},
    {"7.2 STORE without a name", RES("DELIVER (STORE ((ARCHIVE 0 \"\")))"), PARSE},
    {"7.2 STORE without a copy", RES("DELIVER (STORE ((ARCHIVE \"x\")))"), PARSE},
    {"7.2 STORE with more", RES("DELIVER (STORE ((ARCHIVE 0 \"x\" 1)))"), PARSE},
    {"7.2 STORE 17 times",
     RES("DELIVER (STORE (" SIXTEEN("(ARCHIVE 0 \"x\") ") "(ARCHIVE 0 \"x\")))"), PARSE},
    {"7.7 EXPAND of a list",
     MEMBERS("(DELIVER (\"a@x.example\" \"b@x.example\") (COPY 1)) "
             "(REJECT (\"c@x.example\") (STATUS \"5.7.1\" DSN NO)) (DISCARD (\"d@x.example\") ()) "
             "(QUARANTINE (\"e@x.example\") (CLASS virus))"),
     NULL},
    {"7.7 EXPAND of an alias",
     RES("EXPAND (SENDER \"o@x.example\" MODE ALIAS MEMBERS ((DELIVER (\"a@x.example\") (COPY 1 "
         "SENDER \"\" ROUTE \"hop\" STORE ((ARCHIVE 1 \"m\")) MARK \"spam\"))) "
         "STORE ((QUARANTINE 0 \"virus\")))"),
     NULL},
    {"7.7 EXPAND in lines that go on",
     RES("EXPAND (MODE \r\nLIST MEMBERS ((DELIVER (\"a@x\" \r\n\"b@x\") \r\n())))"),
     "a RES 1 EXPAND (MODE LIST MEMBERS ((DELIVER (\"a@x\" \"b@x\") ())))\\r\\n"},
    {"7.7 EXPAND without members", RES("EXPAND (MODE LIST)"), PARSE},
    {"7.7 EXPAND to nobody", MEMBERS(""), PARSE},
    {"7.7 EXPAND without a mode", RES("EXPAND (MEMBERS ((DELIVER (\"a@x\") ())))"), PARSE},
    {"7.7 EXPAND of another mode", RES("EXPAND (MODE TREE MEMBERS ((DELIVER (\"a@x\") ())))"),
     PARSE},
    {"7.7 EXPAND with a copy beside the groups",
     RES("EXPAND (COPY 1 MODE LIST MEMBERS ((DELIVER (\"a@x\") ())))"), PARSE},
    {"7.7 EXPAND with a route beside the groups",
     RES("EXPAND (ROUTE \"r\" MODE LIST MEMBERS ((DELIVER (\"a@x\") ())))"), PARSE},
    {"7.7 EXPAND with a mark beside the groups",
     RES("EXPAND (MARK \"m\" MODE LIST MEMBERS ((DELIVER (\"a@x\") ())))"), PARSE},
    {"7.7 a group of nobody", MEMBERS("(DELIVER () ())"), PARSE},
    {"7.7 a group with what is no address", MEMBERS("(DELIVER (\"a@x\" \"b c\") ())"), PARSE},
    {"7.7 a group without attributes", MEMBERS("(DELIVER (\"a@x\"))"), PARSE},
    {"7.7 a group with more", MEMBERS("(DELIVER (\"a@x\") () ())"), PARSE},
    {"7.7 a member that is deferred", MEMBERS("(DEFER (\"a@x\") ())"), PARSE},
    {"7.7 a member that is redirected", MEMBERS("(REDIRECT (\"a@x\") (TO \"b@x\"))"), PARSE},
    {"7.7 a member of tomorrow", MEMBERS("(EXPLODE (\"a@x\") ())"), PARSE},
    {"7.7 a member with TO", MEMBERS("(DELIVER (\"a@x\") (TO \"b@x\"))"), PARSE},
    {"7.7 a member with a mode", MEMBERS("(DELIVER (\"a@x\") (MODE LIST))"), PARSE},
    {"7.7 members of members",
     MEMBERS("(DELIVER (\"a@x\") (MODE LIST MEMBERS ((DELIVER (\"b@x\") ()))))"), PARSE},
    {"7.7 members of members, none", MEMBERS("(DELIVER (\"a@x\") (MEMBERS ()))"), PARSE},
    {"7.7 MEMBERS of a delivery", RES("DELIVER (MODE LIST MEMBERS ((DELIVER (\"a@x\") ())))"),
     PARSE},
    {"7.7 MODE of a delivery", RES("DELIVER (MODE LIST)"), PARSE},
};

#define DIGEST "\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff\""
#define COPY(size) "a COPY 1 (SIZE " size " SHA256 " DIGEST " BODY 8BITMIME SMTPUTF8 NO) "

static const struct line_row copy_rows[] = {
    {"7.8 COPY as splices", OCTETS(COPY("7") "SPLICE ((KEEP 0 5) (DATA \"ab\"))\r\n"), NULL},
    {"7.8 COPY inline", OCTETS(COPY("5") "INLINE {5}\r\na)\r\n \r\n"), NULL},
    {"2.7 COPY inline with NUL", OCTETS(COPY("3") "INLINE {3}\r\n\0\r\0\r\n"), NULL},
    {"7.8 COPY inline of nothing", OCTETS(COPY("0") "INLINE {0}\r\n\r\n"), NULL},
    {"7.8 COPY inline of another size", OCTETS(COPY("4") "INLINE {5}\r\nabcde\r\n"), PARSE},
    {"7.8 COPY inline that is quoted", OCTETS(COPY("2") "INLINE \"ab\"\r\n"), PARSE},
    {"7.8 COPY inline with more", OCTETS(COPY("2") "INLINE {2}\r\nab x\r\n"), PARSE},
    {"7.8 COPY with keys of tomorrow",
     OCTETS("a COPY 2 (X (1 {1}\r\nx) SIZE 0 SHA256 " DIGEST
            " BODY 7bit SMTPUTF8 yes DKIM-BROKEN (\"d=x s=y\")) splice ()\r\n"),
     "a COPY 2 (SIZE 0 SHA256 " DIGEST
     " BODY 7BIT SMTPUTF8 YES DKIM-BROKEN (\"d=x s=y\")) SPLICE ()\\r\\n"},
    {"7.8 COPY with a critical key",
     OCTETS("a COPY 2 (!X 1 SIZE 0 SHA256 " DIGEST " BODY 7BIT SMTPUTF8 NO) SPLICE ()\r\n"),
     "!UNSUPPORTED"},
};

#define NOTE(pairs, form) OCTETS("a NOTE " pairs " " form "\r\n")
#define NOTE_HEAD "1 (KIND SENDER FROM \"\" TO (\"a@x.example\") SIZE 3)"

static const struct line_row note_rows[] = {
    {"7.9 NOTE", NOTE(NOTE_HEAD, "INLINE {3}\r\na\r\n"), NULL},
    {"2.7 NOTE with NUL", NOTE(NOTE_HEAD, "INLINE {3}\r\na\0b"), NULL},
    {"7.9 NOTE to several",
     NOTE("7 (KIND ADMINISTRATOR FROM \"p@x\" TO (\"a@x\" \"b@x\") SIZE 0)", "INLINE {0}\r\n"),
     NULL},
    {"7.9 NOTE 0", NOTE("0 (KIND SENDER FROM \"\" TO (\"a@x\") SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE over 2^32",
     NOTE("4294967296 (KIND SENDER FROM \"\" TO (\"a@x\") SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE of another kind",
     NOTE("1 (KIND BOSS FROM \"\" TO (\"a@x\") SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE without a kind", NOTE("1 (FROM \"\" TO (\"a@x\") SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE from nowhere", NOTE("1 (KIND SENDER TO (\"a@x\") SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE without a size", NOTE("1 (KIND SENDER FROM \"\" TO (\"a@x\"))", "INLINE {0}\r\n"),
     PARSE},
    {"7.9 NOTE to nobody", NOTE("1 (KIND SENDER FROM \"\" TO () SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE without TO", NOTE("1 (KIND SENDER FROM \"\" SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE to what is no address",
     NOTE("1 (KIND SENDER FROM \"\" TO (\"a@x\" \"\") SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE from what is no address",
     NOTE("1 (KIND SENDER FROM \"a b\" TO (\"a@x\") SIZE 0)", "INLINE {0}\r\n"), PARSE},
    {"7.9 NOTE of another size", NOTE(NOTE_HEAD, "INLINE {2}\r\nab"), PARSE},
    {"7.9 NOTE as splices", NOTE(NOTE_HEAD, "SPLICE ((DATA \"abc\"))"), PARSE},
    {"7.9 NOTE that is quoted", NOTE(NOTE_HEAD, "INLINE \"abc\""), PARSE},
};

#define DECISION(pairs) OCTETS("a DECISION 1:3,9 (" pairs ")\r\n")

static const struct line_row decision_rows[] = {
    {"7.10 DECISION",
     DECISION("RULE \"exec\" PLACE \"cccpd.yaml:17\" DISPOSITION REJECT NEEDS "
              "((\"attachment\" \"attachment.executable\" 2) (\"clamav\" \"Eicar\" 0))"),
     NULL},
    {"7.10 DECISION for a member",
     DECISION("RULE \"clean\" MEMBER \"m@x.example\" DISPOSITION DELIVER NEEDS ()"), NULL},
    {"7.10 DECISION that needs nothing", DECISION("DISPOSITION hold RULE \"r\""),
     "a DECISION 1:3,9 (RULE \"r\" DISPOSITION HOLD NEEDS ())\\r\\n"},
    {"7.10 DECISION without a rule", DECISION("DISPOSITION DELIVER"), PARSE},
    {"7.10 DECISION without a disposition", DECISION("RULE \"r\""), PARSE},
    {"7.10 DECISION of tomorrow", DECISION("RULE \"r\" DISPOSITION EXPLODE"), PARSE},
    {"7.10 DECISION for what is no address",
     DECISION("RULE \"r\" MEMBER \"a b\" DISPOSITION DELIVER"), PARSE},
    {"7.10 DECISION with half a finding",
     DECISION("RULE \"r\" DISPOSITION DELIVER NEEDS ((\"e\" \"s\"))"), PARSE},
    {"7.10 DECISION with a part over 2^32",
     DECISION("RULE \"r\" DISPOSITION DELIVER NEEDS ((\"e\" \"s\" 4294967296))"), PARSE},
    {"7.10 DECISION for nobody", OCTETS("a DECISION (RULE \"r\" DISPOSITION DELIVER)\r\n"), PARSE},
};

/* What its reader would refuse is not written. */
static void test_not_written(void **state)
{
    (void)state;
    AUTO(buffer_clear) struct buffer out;
    const struct id_range one = {1, 1};
    const struct bytes address = BYTES("a@x"), wrong = BYTES("a b");
    const struct reply_result deferred = {.disposition = DISPOSITION_DEFER, .known = true};
    const struct reply_members group = {&address, 1, &deferred};
    const struct reply_store store = {STORE_ARCHIVE, 0, {NULL, 0}};
    const struct reply_result results[] = {
        {.disposition = DISPOSITION_REDIRECT, .known = true},
        {.disposition = DISPOSITION_EXPAND, .known = true},
        {.disposition = DISPOSITION_EXPAND, .known = true, .members = &group, .member_count = 1},
        {.disposition = DISPOSITION_DELIVER, .known = true, .has_sender = true, .sender = wrong},
        {.disposition = DISPOSITION_DELIVER, .known = true, .is_silent = true},
        {.disposition = DISPOSITION_DELIVER, .known = true, .stores = &store, .store_count = 1}};
    const struct reply_note notes[] = {{.number = 1},
                                       {.number = 1, .recipients = &wrong, .recipient_count = 1},
                                       {.number = 0, .recipients = &address, .recipient_count = 1}};
    const struct reply_decision decision = {.disposition = DISPOSITION_DELIVER};
    const struct report_copy copy = {.number = 1, .size = 3};
    buffer_init(&out, 65536);
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        assert_int_equal(reply_write_result(&out, "a", &one, 1, &results[i]), STATUS_INVALID);
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        assert_int_equal(reply_write_note(&out, "a", &notes[i]), STATUS_INVALID);
    assert_int_equal(reply_write_decision(&out, "a", &one, 1, &decision), STATUS_INVALID);
    assert_int_equal(reply_write_copy(&out, "a", &copy, true, BYTES("ab")), STATUS_INVALID);
    assert_int_equal(out.size, 0);
}

enum { MANY = REPLY_MEMBERS_MOST, MANY_BYTES = 1 << 26 };

/* As many members as there may be, in two groups, come back; one more is neither written nor read.
 */
static void test_many_members(void **state)
{
    (void)state;
    static struct bytes addresses[MANY];
    static const struct reply_result deliver = {.disposition = DISPOSITION_DELIVER, .known = true};
    struct reply_members groups[] = {{addresses, 5, &deliver}, {addresses, MANY - 5, &deliver}};
    const struct reply_result result = {
        .disposition = DISPOSITION_EXPAND, .known = true, .members = groups, .member_count = 2};
    const struct id_range one = {1, 1};
    AUTO(buffer_clear) struct buffer out;
    AUTO(buffer_clear) struct buffer second;
    for (size_t i = 0; i < MANY; i++)
        addresses[i] = BYTES("someone@x.example");
    buffer_init(&out, MANY_BYTES);
    buffer_init(&second, MANY_BYTES);
    assert_int_equal(reply_write_result(&out, "a", &one, 1, &result), STATUS_OK);
    AUTO(rows_free) uint8_t *copy = rows_copy(buffer_bytes(&out));
    assert_int_equal(again(copy, out.size - 2, MANY_BYTES, &second), STATUS_OK);
    assert_bytes(buffer_bytes(&second), buffer_bytes(&out));
    groups[0].count = 6;
    assert_int_equal(reply_write_result(&second, "a", &one, 1, &result), STATUS_INVALID);
    buffer_clear(&second);
    size_t at = bytes_find(buffer_bytes(&out), 0, '"');
    assert_int_equal(buffer_append(&second, bytes_slice(buffer_bytes(&out), 0, at)), STATUS_OK);
    assert_int_equal(buffer_append(&second, BYTES("\"b@x\" ")), STATUS_OK);
    assert_int_equal(buffer_append(&second, bytes_slice(buffer_bytes(&out), at, out.size)),
                     STATUS_OK);
    buffer_clear(&out);
    assert_int_equal(again(second.data, second.size - 2, MANY_BYTES, &out), STATUS_PARSE);
}

/* Behind a list that ends at any column of a line there is room for the form. */
static void test_room_for_the_form(void **state)
{
    (void)state;
    static uint8_t text[200];
    struct bytes names[8];
    memset(text, 'd', sizeof text);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        names[i] = (struct bytes){text, 100};
    for (size_t size = 0; size < sizeof text; size++) {
        struct report_copy copy = {.number = 1, .size = 0, .broken = names, .broken_count = 8};
        AUTO(buffer_clear) struct buffer out;
        AUTO(frame_clear) struct frame frame;
        names[7].size = size;
        buffer_init(&out, 65536);
        frame_init(&frame, FRAME_OF_SERVER, &(struct frame_limits){1024, 65536, 65536, 8});
        assert_int_equal(reply_write_copy(&out, "a", &copy, true, BYTES("")), STATUS_OK);
        struct bytes input = buffer_bytes(&out);
        assert_int_equal(frame_step(&frame, &input), FRAME_COMPLETE);
        assert_int_equal(input.size, 0);
    }
}

/* The arena has every size from 0 up. */
static void test_arena_is_full(void **state)
{
    const struct line_row *row = *state;
    enum status status = STATUS_MEMORY;
    for (size_t limit = 0; status == STATUS_MEMORY; limit++) {
        AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
        AUTO(buffer_clear) struct buffer out;
        buffer_init(&out, 65536);
        status = again(copy, row->octets.size - 2, limit, &out);
        assert_true(limit < 65536);
    }
    assert_int_equal(status, STATUS_OK);
}

static const struct line_row arena_rows[] = {
    {"7.7 EXPAND: the arena is full",
     RES("EXPAND (MODE LIST MEMBERS ((DELIVER (\"a@x\" \"b@x\" \"c@x\" \"d@x\" \"e@x\") (STORE "
         "((ARCHIVE 0 \"a\")))) (DISCARD (\"f@x\") ())))"),
     NULL},
    {"7.8 COPY: the arena is full",
     OCTETS("a COPY 2 (SIZE 0 SHA256 " DIGEST " BODY 7BIT SMTPUTF8 NO DKIM-BROKEN (\"d=x s=y\")) "
            "SPLICE ((KEEP 0 1) (DATA \"a\"))\r\n"),
     NULL},
    {"7.9 NOTE: the arena is full", NOTE(NOTE_HEAD, "INLINE {3}\r\na\r\n"), NULL},
    {"7.10 DECISION: the arena is full",
     DECISION("RULE \"r\" DISPOSITION REJECT NEEDS ((\"a\" \"b\" 2) (\"c\" \"d\" 0))"), NULL},
};

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, result_rows, test_line);
    ROWS_ADD(&rows, copy_rows, test_line);
    ROWS_ADD(&rows, note_rows, test_line);
    ROWS_ADD(&rows, decision_rows, test_line);
    ROWS_ADD(&rows, arena_rows, test_arena_is_full);
    rows_add_one(&rows, "7 what a reader refuses is not written", test_not_written);
    rows_add_one(&rows, "7.7 as many members as there may be", test_many_members);
    rows_add_one(&rows, "7.8 room for the form behind a list", test_room_for_the_form);
    return rows_run("reply_lines", &rows, argc, argv);
}

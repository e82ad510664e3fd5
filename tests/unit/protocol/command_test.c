#include "feed.h"

#include "protocol/command.h"

static const struct frame_limits limits = {
    .line_bytes = 1024, .command_bytes = 16384, .literal_bytes = 4096, .nesting = 8};

static void note_slice(struct transcript *transcript, const char *name, struct bytes octets)
{
    if (octets.size == 0)
        return;
    note(transcript, " %s=", name);
    note_octets(transcript, octets);
}

static void note_envelope(struct transcript *transcript, const struct envelope *envelope)
{
    note_slice(transcript, "raw", envelope->raw);
    if (envelope->has_sender && envelope->sender.size == 0)
        note(transcript, " sender=<>");
    note_slice(transcript, "sender", envelope->sender);
    note_slice(transcript, "client", envelope->client_address);
    if (envelope->client_address.size > 0)
        note(transcript, ":%" PRIu64, envelope->client_port);
    note_slice(transcript, "name", envelope->client_name);
    note_slice(transcript, "helo", envelope->helo);
    note_slice(transcript, "protocol", envelope->protocol);
    note_slice(transcript, "login", envelope->login);
    note_slice(transcript, "queue", envelope->queue_id);
    note_slice(transcript, "body", envelope->body);
}

static void note_check(struct transcript *transcript, const struct command *command)
{
    const struct check_options *options = &command->options;
    note_slice(transcript, "channel", command->channel);
    note_envelope(transcript, &command->envelope);
    for (size_t i = 0; i < command->recipient_count; i++) {
        note(transcript, " %" PRIu32, command->recipients[i].id);
        note_slice(transcript, "to", command->recipients[i].address);
        note_slice(transcript, "with", command->recipients[i].parameters);
    }
    if (options->deadline_s > 0)
        note(transcript, " deadline=%" PRIu64, options->deadline_s);
    if (options->progress_s > 0)
        note(transcript, " progress=%" PRIu64, options->progress_s);
    if (options->explain)
        note(transcript, " explain");
    if (options->has_accept)
        note(transcript, " accept=%x", options->accept);
    if (options->forms)
        note(transcript, " forms=%x", options->forms);
    if (options->dry_run)
        note(transcript, " dry-run");
}

static void note_parsed(struct transcript *transcript, const struct command *command)
{
    note(transcript, "[%s", command_word(command->verb));
    note_slice(transcript, "txn", command->txn);
    note_check(transcript, command);
    for (size_t i = 0; i < command->txn_count; i++)
        note_slice(transcript, "txn", command->txns[i]);
    if (command->wait_s > 0)
        note(transcript, " wait=%" PRIu64, command->wait_s);
    if (command->has_token)
        note(transcript, " token");
    note_slice(transcript, "token", command->token);
    note_slice(transcript, "mechanism", command->mechanism);
    note_slice(transcript, "initial", command->initial);
    note_slice(transcript, "id", command->id);
    note(transcript, "]");
}

static void note_command(struct transcript *transcript, struct frame *frame, bool content_follows)
{
    AUTO(arena_clear) struct arena arena;
    struct command command;
    struct command_problem problem = {0};
    arena_init(&arena, 65536);
    AUTO(rows_free) uint8_t *copy = rows_copy(buffer_bytes(&frame->buffer));
    enum status status = command_parse(copy, frame->buffer.size, limits.nesting, content_follows,
                                       &arena, &command, &problem);
    note(transcript, "%.*s", (int)command.tag.size, (const char *)command.tag.data);
    if (status == STATUS_OK) {
        note_parsed(transcript, &command);
        return;
    }
    assert_int_equal(status, problem.status);
    note(transcript, "!%s@%zu %s", status_name(status), problem.offset, problem.expected);
    note_slice(transcript, "word", problem.word);
}

struct command_row {
    const char *name;
    struct bytes octets;
    const char *transcript;
};

#define CHECK(envelope, recipients, options)                                                       \
    OCTETS("a CHECK t in " envelope " " recipients " " options " {1}\r\nx\r\n")
#define ENVELOPE(pairs) CHECK("(" pairs ")", "((1 \"b@c\"))", "()")
#define RECIPIENTS(list) CHECK("()", list, "()")
#define OPTIONS(pairs) CHECK("()", "((1 \"b@c\"))", "(" pairs ")")
#define B " 1 to=b@c"

/* Commands without a content. */
static const struct command_row plain_rows[] = {
    {"3 CAPABILITY", OCTETS("a1 CAPABILITY\r\n"), "Ca1[CAPABILITY]."},
    {"3 verbs in any case", OCTETS("a1 nOoP\r\n"), "Ca1[NOOP]."},
    {"3 LOGOUT, HEALTH", OCTETS("a LOGOUT\r\nb HEALTH\r\n"), "Ca[LOGOUT]Cb[HEALTH]."},
    {"3 arguments where there are none", OCTETS("a LOGOUT x\r\n"),
     "Ca!PARSE@8 the end of the line."},
    {"3 a SP at the end", OCTETS("a LOGOUT \r\n"), "Ca!PARSE@8 the end of the line."},
    {"3 nothing", OCTETS("\r\n"), "C!PARSE@0 a tag."},
    {"3 a tag alone", OCTETS("a\r\n"), "Ca!PARSE@1 a space."},
    {"3 a tag and SP", OCTETS("a \r\n"), "Ca!PARSE@2 an atom."},
    {"3 no tag", OCTETS(" NOOP\r\n"), "C!PARSE@0 a tag."},
    {"3 two SP", OCTETS("a  NOOP\r\n"), "Ca!PARSE@2 an atom."},
    {"2.11 a tag of other octets", OCTETS("a:b NOOP\r\n"), "C!PARSE@0 a tag."},
    {"2.11 a tag of 33 octets", OCTETS("a0123456789012345678901234567890123 NOOP\r\n"),
     "C!PARSE@0 a tag."},
    {"2.11 a literal is no tag", OCTETS("{1+}\r\na NOOP\r\n"), "C!PARSE@0 a tag."},
    {"3 an unknown command", OCTETS("a FETCH 1\r\n"), "Ca!UNKNOWN_COMMAND@2 a command word=FETCH."},
    {"3 a reply's word is no command", OCTETS("a OK x\r\n"),
     "Ca!UNKNOWN_COMMAND@2 a command word=OK."},
    {"5 NOOP with a token", OCTETS("a NOOP \"b c\"\r\n"), "Ca[NOOP token token=b c]."},
    {"5 NOOP with an empty token", OCTETS("a NOOP \"\"\r\n"), "Ca[NOOP token]."},
    {"5 NOOP with a literal", OCTETS("a NOOP {2+}\r\n\r\n\r\n"), "Ca[NOOP token token=\\r\\n]."},
    {"5 NOOP with an atom", OCTETS("a NOOP b\r\n"), "Ca!PARSE@7 a string."},
    {"5 ID NIL", OCTETS("a ID nil\r\n"), "Ca[ID id=nil]."},
    {"5 ID with pairs", OCTETS("a ID (NAME \"x\" V (1 NIL +5 \"\"))\r\n"),
     "Ca[ID id=(NAME \"x\" V (1 NIL +5 \"\"))]."},
    {"5 ID with escapes stands as it was", OCTETS("a ID (NAME \"\\\\x\")\r\n"),
     "Ca[ID id=(NAME \"\\\\x\")]."},
    {"5 ID without", OCTETS("a ID\r\n"), "Ca!PARSE@4 a space."},
    {"3.5 ID, a key twice", OCTETS("a ID (NAME 1 name 2)\r\n"), "Ca!PARSE@13 each key once."},
    {"3.5 ID, a critical key", OCTETS("a ID (NAME 1 !X 2)\r\n"),
     "Ca!UNSUPPORTED@16 a key that is known here word=X."},
    {"3 a key that is none", OCTETS("a ID (1 2)\r\n"), "Ca!PARSE@6 a key."},
    {"3 a key without a value", OCTETS("a ID (A)\r\n"), "Ca!PARSE@7 a space."},
    {"3 a key of 33 octets", OCTETS("a ID (A0123456789012345678901234567890123 1)\r\n"),
     "Ca!PARSE@6 a key."},
    {"4.3 AUTHENTICATE", OCTETS("a AUTHENTICATE PLAIN\r\n"), "Ca[AUTHENTICATE mechanism=PLAIN]."},
    {"4.3 with a response", OCTETS("a authenticate PLAIN AGEAYg+/==\r\n"),
     "Ca[AUTHENTICATE mechanism=PLAIN initial=AGEAYg+/==]."},
    {"4.3 with an empty response", OCTETS("a AUTHENTICATE EXTERNAL =\r\n"),
     "Ca[AUTHENTICATE mechanism=EXTERNAL initial==]."},
    {"4.3 with a long response",
     OCTETS("a AUTHENTICATE X 01234567890123456789012345678901234567890123456789012345678901234567"
            "8901234567890123456789012345678901234567890123456789012345678901234567890123456789"
            "\r\n"),
     "Ca[AUTHENTICATE mechanism=X "
     "initial=01234567890123456789012345678901234567890123456789012345678901234567"
     "8901234567890123456789012345678901234567890123456789012345678901234567890123456789]."},
    {"4.3 a response that is no base64", OCTETS("a AUTHENTICATE PLAIN a.b\r\n"),
     "Ca!PARSE@21 base64."},
    {"4.3 a mechanism that is none", OCTETS("a AUTHENTICATE PL.AIN\r\n"),
     "Ca!PARSE@15 the name of a mechanism."},
    {"4.3 a mechanism of 21 octets", OCTETS("a AUTHENTICATE A01234567890123456789 =\r\n"),
     "Ca!PARSE@15 the name of a mechanism."},
    {"5.2 RESULT", OCTETS("a RESULT q7.1\r\n"), "Ca[RESULT txn=q7.1]."},
    {"5.2 RESULT, waiting", OCTETS("a RESULT \"q7 1\" (WAIT 30)\r\n"),
     "Ca!PARSE@9 a transaction id."},
    {"5.2 RESULT, waiting, an id as a string", OCTETS("a RESULT \"q7(1\" (WAIT 30 X (Y))\r\n"),
     "Ca[RESULT txn=q7(1 wait=30]."},
    {"5.2 RESULT, waiting for what is no number", OCTETS("a RESULT q (WAIT x)\r\n"),
     "Ca!PARSE@17 a number."},
    {"5.2 RESULT, a critical key", OCTETS("a RESULT q (!SOON YES)\r\n"),
     "Ca!UNSUPPORTED@18 a key that is known here word=SOON."},
    {"5.2 RESULT without", OCTETS("a RESULT\r\n"), "Ca!PARSE@8 a space."},
    {"5.2 CANCEL", OCTETS("a CANCEL {2+}\r\nq7\r\n"), "Ca[CANCEL txn=q7]."},
    {"5.2 CANCEL of two", OCTETS("a CANCEL q7 q8\r\n"), "Ca!PARSE@11 the end of the line."},
    {"5.2 STATUS of three", OCTETS("a STATUS q7 \"q8\" 9\r\n"), "Ca[STATUS txn=q7 txn=q8 txn=9]."},
    {"5.2 STATUS of none", OCTETS("a STATUS\r\n"), "Ca!PARSE@8 a space."},
    {"5.2 ACK of one", OCTETS("a ACK q7\r\n"), "Ca[ACK txn=q7]."},
    {"3.1 an empty transaction id", OCTETS("a ACK \"\"\r\n"), "Ca!PARSE@6 a transaction id."},
    {"3.1 a transaction id with UTF-8", OCTETS("a ACK \"\xC3\xA4\"\r\n"),
     "Ca!PARSE@6 a transaction id."},
    {"5.1 CHECK without a content", OCTETS("a CHECK t in () ((1 \"b@c\")) ()\r\n"),
     "Ca!PARSE@30 the content, a literal."},
    {"5.1 CHECK with a quoted content", OCTETS("a CHECK t in () ((1 \"b@c\")) () \"x\"\r\n"),
     "Ca!PARSE@30 the content, a literal."},
    {"5.1 CHECK without anything", OCTETS("a CHECK\r\n"), "Ca!PARSE@7 a space."},
};

static void test_plain(void **state)
{
    const struct command_row *row = *state;
    const struct feed feed = {
        .side = FRAME_OF_CLIENT, .limits = limits, .note_command = note_command};
    feed_all_cuts(&feed, row->octets, row->transcript);
}

/* CHECK with a content of one octet: what the parser says when the content is announced. */
static const struct command_row check_rows[] = {
    {"5.1 CHECK", CHECK("()", "((1 \"b@c\"))", "()"), "a[CHECK txn=t channel=in raw=()" B "]"},
    {"5.1 strings for words", OCTETS("a CHECK \"t\" {2+}\r\nin () ((1 \"b@c\")) () {1}\r\nx\r\n"),
     "a[CHECK txn=t channel=in raw=()" B "]"},
    {"5.1 over many lines",
     OCTETS("a CHECK t in (HELO \r\n\"h\") ((1 \r\n\"b@c\") \r\n(2 \"d@e\")) (EXPLAIN \r\nYES) "
            "{1}\r\nx\r\n"),
     "a[CHECK txn=t channel=in raw=(HELO \\r\\n\"h\") helo=h" B " 2 to=d@e explain]"},
    {"5.1 the whole envelope",
     ENVELOPE("SENDER \"a@x\" CLIENT (\"192.0.2.1\" 4711) NAME \"n.x\" HELO \"h.x\" PROTOCOL "
              "ESMTPS LOGIN \"l\" QUEUEID \"Q1\" BODY 8bitmime SMTPUTF8 YES SIZE 17 RET hdrs "
              "ENVID \"e\" AUTH \"<>\" REQUIRETLS NO PRIORITY -9 TLS (VERSION \"1.3\") ARRIVAL "
              "1 EXPIRES 2 DIRECTION inbound"),
     "a[CHECK txn=t channel=in raw=(SENDER \"a@x\" CLIENT (\"192.0.2.1\" 4711) NAME \"n.x\" HELO "
     "\"h.x\" PROTOCOL ESMTPS LOGIN \"l\" QUEUEID \"Q1\" BODY 8bitmime SMTPUTF8 YES SIZE 17 RET "
     "hdrs ENVID \"e\" AUTH \"<>\" REQUIRETLS NO PRIORITY -9 TLS (VERSION \"1.3\") ARRIVAL 1 "
     "EXPIRES 2 DIRECTION inbound) sender=a@x client=192.0.2.1:4711 name=n.x helo=h.x "
     "protocol=ESMTPS login=l queue=Q1 body=8bitmime" B "]"},
    {"3.4 the null reverse-path", ENVELOPE("SENDER \"\""),
     "a[CHECK txn=t channel=in raw=(SENDER \"\") sender=<>" B "]"},
    {"5.1 raw stands as it was", ENVELOPE("SENDER \"\\\"a b\\\"@x\" X \"\\\\\""),
     "a[CHECK txn=t channel=in raw=(SENDER \"\\\"a b\\\"@x\" X \"\\\\\") sender=\"a b\"@x" B "]"},
    {"3.5 an unknown key of the envelope", ENVELOPE("X (Y NIL) HELO h"),
     "a[CHECK txn=t channel=in raw=(X (Y NIL) HELO h) helo=h" B "]"},
    {"3.5 a critical key of the envelope", ENVELOPE("!X 1"),
     "a!UNSUPPORTED@17 a key that is known here word=X"},
    {"3.5 a critical key that is known", ENVELOPE("!HELO h"),
     "a[CHECK txn=t channel=in raw=(!HELO h) helo=h" B "]"},
    {"3.5 a key of the envelope twice", ENVELOPE("HELO h helo h"), "a!PARSE@21 each key once"},
    {"5.1 SENDER as an atom", ENVELOPE("SENDER a@b"),
     "a!BAD_ENVELOPE@21 a value that can be word=SENDER"},
    {"3.4 SENDER with <", ENVELOPE("SENDER \"<a@b>\""),
     "a!BAD_ENVELOPE@28 a value that can be word=SENDER"},
    {"3.4 SENDER with CRLF", ENVELOPE("SENDER {5+}\r\na\r\n@b"),
     "a!BAD_ENVELOPE@32 a value that can be word=SENDER"},
    {"5.1 HELO with a control", ENVELOPE("HELO {3+}\r\na\nb"),
     "a!BAD_ENVELOPE@28 a value that can be word=HELO"},
    {"5.1 HELO that is not UTF-8", ENVELOPE("HELO {1+}\r\n\xFF"),
     "a!BAD_ENVELOPE@26 a value that can be word=HELO"},
    {"5.1 HELO NIL", ENVELOPE("HELO NIL"), "a!BAD_ENVELOPE@19 a value that can be word=HELO"},
    {"5.1 HELO a list", ENVELOPE("HELO (h)"), "a!BAD_ENVELOPE@19 a value that can be word=HELO"},
    {"5.1 BODY unknown", ENVELOPE("BODY 9BIT"), "a!BAD_ENVELOPE@23 a value that can be word=BODY"},
    {"5.1 RET unknown", ENVELOPE("RET SOME"), "a!BAD_ENVELOPE@22 a value that can be word=RET"},
    {"5.1 SIZE negative", ENVELOPE("SIZE -1"), "a!BAD_ENVELOPE@19 a value that can be word=SIZE"},
    {"5.1 SIZE too large", ENVELOPE("SIZE 9223372036854775808"),
     "a!BAD_ENVELOPE@19 a value that can be word=SIZE"},
    {"5.1 SMTPUTF8 unknown", ENVELOPE("SMTPUTF8 MAYBE"),
     "a!BAD_ENVELOPE@28 a value that can be word=SMTPUTF8"},
    {"5.1 PRIORITY -10", ENVELOPE("PRIORITY -10"),
     "a!BAD_ENVELOPE@26 a value that can be word=PRIORITY"},
    {"5.1 PRIORITY a sign", ENVELOPE("PRIORITY +"),
     "a!BAD_ENVELOPE@24 a value that can be word=PRIORITY"},
    {"5.1 TLS an atom", ENVELOPE("TLS YES"), "a!BAD_ENVELOPE@18 a value that can be word=TLS"},
    {"5.1 CLIENT an atom", ENVELOPE("CLIENT 1.2.3.4"),
     "a!BAD_ENVELOPE@21 a value that can be word=CLIENT"},
    {"5.1 CLIENT without a port", ENVELOPE("CLIENT (\"1.2.3.4\")"),
     "a!BAD_ENVELOPE@31 a value that can be word=CLIENT"},
    {"5.1 CLIENT with a port too large", ENVELOPE("CLIENT (\"1.2.3.4\" 65536)"),
     "a!BAD_ENVELOPE@38 a value that can be word=CLIENT"},
    {"5.1 CLIENT with more", ENVELOPE("CLIENT (\"1.2.3.4\" 25 x)"),
     "a!BAD_ENVELOPE@34 a value that can be word=CLIENT"},
    {"5.1 an envelope that is no list", CHECK("NIL", "((1 \"b@c\"))", "()"), "a!PARSE@13 \"(\""},
    {"2.9 an envelope nested too deep", ENVELOPE("X ((((((((1))))))))"), NULL},
    {"3.3 three recipients", RECIPIENTS("((1 \"b@c\") (3 \"d@e\") (4294967295 \"f@g\"))"),
     "a[CHECK txn=t channel=in raw=()" B " 3 to=d@e 4294967295 to=f@g]"},
    {"3.3 the same id twice", RECIPIENTS("((1 \"b@c\") (1 \"d@e\"))"),
     "a!PARSE@28 an id above the one before"},
    {"3.3 ids descend", RECIPIENTS("((2 \"b@c\") (1 \"d@e\"))"),
     "a!PARSE@28 an id above the one before"},
    {"3.3 id 0", RECIPIENTS("((0 \"b@c\"))"), "a!PARSE@18 an id above the one before"},
    {"3.3 id over 2^32", RECIPIENTS("((4294967296 \"b@c\"))"),
     "a!PARSE@18 an id above the one before"},
    {"5.1 no recipient", RECIPIENTS("()"), "a!PARSE@16 at least one recipient"},
    {"5.1 a recipient that is no list", RECIPIENTS("(\"b@c\")"), "a!PARSE@17 \"(\""},
    {"5.1 a recipient without an address", RECIPIENTS("((1))"), "a!PARSE@19 a space"},
    {"5.1 a recipient with more", RECIPIENTS("((1 \"b@c\" () x))"), "a!PARSE@28 \")\""},
    {"3.4 an address as an atom", RECIPIENTS("((1 b@c))"), "a!PARSE@20 a string"},
    {"3.4 an empty address", RECIPIENTS("((1 \"\"))"),
     "a!BAD_ENVELOPE@22 an address word=RECIPIENT"},
    {"3.4 an address with < and >", RECIPIENTS("((1 \"<b@c>\"))"),
     "a!BAD_ENVELOPE@27 an address word=RECIPIENT"},
    {"3.4 an address with CRLF", RECIPIENTS("((1 {12+}\r\nb@c>\r\nDATA\r\n))"),
     "a!BAD_ENVELOPE@39 an address word=RECIPIENT"},
    {"3.4 an address that is not UTF-8", RECIPIENTS("((1 {4+}\r\nb@c\xFF))"),
     "a!BAD_ENVELOPE@30 an address word=RECIPIENT"},
    {"3.4 an address that is not UTF-8, quoted", RECIPIENTS("((1 \"b@c\xFF\"))"),
     "a!PARSE@20 a quoted string in UTF-8"},
    {"2.7 an address with NUL", RECIPIENTS("((1 {4+}\r\nb@c\0))"),
     "a!PARSE@20 a string without NUL"},
    {"5.1 recipient's keys",
     RECIPIENTS("((1 \"b@c\" (NOTIFY (SUCCESS delay) ORCPT \"rfc822;b\\\\@c\" X 1)) (2 \"d@e\" "
                "()))"),
     "a[CHECK txn=t channel=in raw=()" B
     " with=(NOTIFY (SUCCESS delay) ORCPT \"rfc822;b\\\\@c\" X 1) 2 to=d@e with=()]"},
    {"5.1 NOTIFY (NEVER)", RECIPIENTS("((1 \"b@c\" (NOTIFY (NEVER))))"),
     "a[CHECK txn=t channel=in raw=()" B " with=(NOTIFY (NEVER))]"},
    {"5.1 NOTIFY (NEVER DELAY)", RECIPIENTS("((1 \"b@c\" (NOTIFY (NEVER DELAY))))"),
     "a!BAD_ENVELOPE@47 a value that can be word=NOTIFY"},
    {"5.1 NOTIFY ()", RECIPIENTS("((1 \"b@c\" (NOTIFY ())))"),
     "a!BAD_ENVELOPE@36 a value that can be word=NOTIFY"},
    {"5.1 NOTIFY with a list in it", RECIPIENTS("((1 \"b@c\" (NOTIFY (DELAY (x)))))"),
     "a!BAD_ENVELOPE@41 a value that can be word=NOTIFY"},
    {"5.1 NOTIFY unknown", RECIPIENTS("((1 \"b@c\" (NOTIFY (SOON))))"),
     "a!BAD_ENVELOPE@40 a value that can be word=NOTIFY"},
    {"5.1 ORCPT without a type", RECIPIENTS("((1 \"b@c\" (ORCPT \"b@c\")))"),
     "a!BAD_ENVELOPE@38 a value that can be word=ORCPT"},
    {"3.5 a recipient's critical key", RECIPIENTS("((1 \"b@c\" (!X 1)))"),
     "a!UNSUPPORTED@30 a key that is known here word=X"},
    {"3.5 a recipient's key twice", RECIPIENTS("((1 \"b@c\" (X 1 X 1)))"),
     "a!PARSE@31 each key once"},
    {"5.1 options", OPTIONS("DEADLINE 60 PROGRESS 5 EXPLAIN YES ACCEPT (DELIVER DEFER X-Y.Z)"),
     "a[CHECK txn=t channel=in raw=()" B " deadline=60 progress=5 explain accept=81]"},
    {"5.1 ACCEPT ()", OPTIONS("ACCEPT ()"), "a[CHECK txn=t channel=in raw=()" B " accept=0]"},
    {"5.1 ACCEPT of forms", OPTIONS("ACCEPT (DEFER copy NOTE SPLICES)"),
     "a[CHECK txn=t channel=in raw=()" B " accept=80 forms=21]"},
    {"5.1 ACCEPT of everything",
     OPTIONS("ACCEPT (DELIVER REDIRECT EXPAND REJECT DISCARD QUARANTINE HOLD DEFER COPY SPLICE "
             "SENDER ROUTE STORE NOTE)"),
     "a[CHECK txn=t channel=in raw=()" B " accept=ff forms=3f]"},
    {"5.1 ACCEPT with a string", OPTIONS("ACCEPT (\"DEFER\")"), "a!PARSE@37 an atom"},
    {"5.1 DRYRUN", OPTIONS("DRYRUN yes"), "a[CHECK txn=t channel=in raw=()" B " dry-run]"},
    {"5.1 DRYRUN NO", OPTIONS("DRYRUN NO"), "a[CHECK txn=t channel=in raw=()" B "]"},
    {"5.1 DRYRUN unknown", OPTIONS("DRYRUN DEEP"), "a!PARSE@36 YES or NO"},
    {"5.1 EXPLAIN NO", OPTIONS("EXPLAIN no"), "a[CHECK txn=t channel=in raw=()" B "]"},
    {"5.1 EXPLAIN unknown", OPTIONS("EXPLAIN 1"), "a!PARSE@37 YES or NO"},
    {"5.1 DEADLINE negative", OPTIONS("DEADLINE -1"), "a!PARSE@38 a number"},
    {"3.5 an unknown option", OPTIONS("X 1 EXPLAIN YES"),
     "a[CHECK txn=t channel=in raw=()" B " explain]"},
    {"3.5 a critical option", OPTIONS("!X 1"), "a!UNSUPPORTED@32 a key that is known here word=X"},
    {"3.2 a channel that is no atom", OCTETS("a CHECK t \"i n\" () ((1 \"b@c\")) () {1}\r\nx\r\n"),
     "a!PARSE@10 a channel"},
    {"3.2 a channel of 65 octets",
     OCTETS("a CHECK t 01234567890123456789012345678901234567890123456789012345678901234 () "
            "((1 \"b@c\")) () {1}\r\nx\r\n"),
     "a!PARSE@10 a channel"},
    {"5.1 a list too few: the content is a string",
     OCTETS("a CHECK t in () ((1 \"b@c\")) {1+}\r\nx\r\n"), NULL},
};

static const char *parsed_content(struct transcript *transcript)
{
    char *begin = strstr(transcript->text, "T1");
    char *end = begin ? strstr(begin, "D<x>") : NULL;
    if (!end)
        return NULL;
    *end = '\0';
    return begin + 2;
}

/* The parser sees what stands before the content's "{". A row without an outcome never gets
 * there. */
static void test_check(void **state)
{
    const struct command_row *row = *state;
    const struct feed feed = {
        .side = FRAME_OF_CLIENT, .limits = limits, .note_command = note_command};
    static struct transcript transcript;
    for (size_t step = 1; step <= row->octets.size; step++) {
        feed_cut(&feed, row->octets, step, step % 2 == 0 ? (uint32_t)step : 0, &transcript);
        const char *outcome = parsed_content(&transcript);
        if (row->transcript)
            assert_string_equal(outcome, row->transcript);
        else
            assert_null(outcome);
    }
}

/* Octets that could make a parser slow or greedy. Each is 1 MiB, made by repeating a piece. */
struct hostile_row {
    const char *name;
    const char *head, *piece, *tail;
    enum status status;
};

static const struct hostile_row hostile_rows[] = {
    {"2.8 a million open parentheses", "a ID (X ", "(", "", STATUS_LIMIT_NESTING},
    {"2.8 a million pairs of parentheses", "a ID (X (", "() ", "1))", STATUS_OK},
    {"2.8 a hundred thousand keys", "a ID (", "KEY 1 ", "Z 1)", STATUS_PARSE},
    {"2.8 a hundred thousand values", "a ID (X (", "NIL ", "1))", STATUS_OK},
    {"2.8 a hundred thousand literals", "a ID (X (", "{0}\r\n ", "1))", STATUS_OK},
    {"2.8 a hundred thousand lines", "a ID (X (", "1 \r\n", "1))", STATUS_OK},
    {"2.8 a hundred thousand escapes", "a ID (X \"", "\\\\", "\")", STATUS_OK},
    {"2.8 one atom", "a ID (X ", "aaaaaaaa", ")", STATUS_PARSE},
    {"2.8 one number", "a RESULT q (WAIT ", "11111111", ")", STATUS_PARSE},
    {"2.8 a hundred thousand transactions", "a ACK", " \"q\"", "", STATUS_OK},
    {"2.8 an envelope of values", "a CHECK t in (X (", "1 ", "1)) ((1 \"b@c\")) () ", STATUS_OK},
    {"2.8 recipients with the same id", "a CHECK t in () (", "(1 \"b@c\") ", "(1 \"b@c\")) () ",
     STATUS_PARSE},
    {"2.8 addresses of quotes", "a CHECK t in (SENDER \"", "\\\"", "\") ((1 \"b@c\")) () ",
     STATUS_BAD_ENVELOPE},
};

enum { HOSTILE_BYTES = 1 << 20 };

static void test_hostile(void **state)
{
    const struct hostile_row *row = *state;
    AUTO(buffer_clear) struct buffer octets;
    AUTO(arena_clear) struct arena arena;
    struct command command;
    struct command_problem problem;
    struct bytes tail = bytes_of_text(row->tail);
    buffer_init(&octets, HOSTILE_BYTES + 1024);
    arena_init(&arena, (size_t)16 * HOSTILE_BYTES);
    assert_int_equal(buffer_append(&octets, bytes_of_text(row->head)), STATUS_OK);
    while (octets.size < HOSTILE_BYTES)
        assert_int_equal(buffer_append(&octets, bytes_of_text(row->piece)), STATUS_OK);
    assert_int_equal(buffer_append(&octets, tail), STATUS_OK);
    bool content_follows = tail.size > 0 && row->tail[tail.size - 1] == ' ';
    assert_int_equal(
        command_parse(octets.data, octets.size, 8, content_follows, &arena, &command, &problem),
        row->status);
}

static void test_many_recipients(void **state)
{
    (void)state;
    AUTO(buffer_clear) struct buffer octets;
    AUTO(arena_clear) struct arena arena;
    struct command command;
    struct command_problem problem;
    uint32_t count = 0;
    buffer_init(&octets, HOSTILE_BYTES + 1024);
    arena_init(&arena, (size_t)8 * HOSTILE_BYTES);
    assert_int_equal(buffer_append(&octets, BYTES("a CHECK t in () (")), STATUS_OK);
    while (octets.size < HOSTILE_BYTES) {
        char text[64];
        snprintf(text, sizeof text, "%s(%" PRIu32 " \"b@c\")", count > 0 ? " " : "", count + 1);
        assert_int_equal(buffer_append(&octets, bytes_of_text(text)), STATUS_OK);
        count++;
    }
    assert_int_equal(buffer_append(&octets, BYTES(") () ")), STATUS_OK);
    assert_int_equal(command_parse(octets.data, octets.size, 8, true, &arena, &command, &problem),
                     STATUS_OK);
    assert_int_equal(command.recipient_count, count);
    assert_int_equal(command.recipients[count - 1].id, count);
    assert_bytes(command.recipients[count - 1].address, BYTES("b@c"));
}

/* Memory runs out at the first, second, … octet until the command passes. */
static void test_arena_failures(void **state)
{
    (void)state;
    static const struct bytes texts[] = {
        OCTETS("a CHECK t in (SENDER \"\\\"a\\\"@b\") ((1 \"b@c\" (ORCPT \"x;\\\\\")) (2 \"d@e\")) "
               "() "),
        OCTETS("a ACK 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"),
        OCTETS("a ID (X \"\\\\\")"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        enum status status = STATUS_MEMORY;
        size_t limit = 0;
        for (; status != STATUS_OK; limit++) {
            AUTO(rows_free) uint8_t *copy = rows_copy(texts[i]);
            AUTO(arena_clear) struct arena arena;
            struct command command;
            struct command_problem problem = {.status = STATUS_OK};
            arena_init(&arena, limit);
            status = command_parse(copy, texts[i].size, 8, i == 0, &arena, &command, &problem);
            assert_true(status == STATUS_OK || status == STATUS_MEMORY);
            assert_true(status == STATUS_OK || problem.status == STATUS_MEMORY);
            assert_bytes(command.tag, BYTES("a"));
        }
        assert_true(limit > 5 && limit < 4096);
    }
}

static void test_keys_are_bounded(void **state)
{
    (void)state;
    for (int count = 63; count <= 65; count++) {
        char text[1024] = "a ID (";
        size_t size = strlen(text);
        for (int i = 0; i < count; i++)
            size +=
                (size_t)snprintf(text + size, sizeof text - size, "%sK%d 1", i > 0 ? " " : "", i);
        size += (size_t)snprintf(text + size, sizeof text - size, ")");
        struct arena arena;
        struct command command;
        struct command_problem problem = {0};
        arena_init(&arena, 0);
        enum status status =
            command_parse((uint8_t *)text, size, 8, false, &arena, &command, &problem);
        assert_int_equal(status, count <= 64 ? STATUS_OK : STATUS_PARSE);
        if (status != STATUS_OK)
            assert_string_equal(problem.expected, "at most 64 keys");
    }
}

static void test_verbs(void **state)
{
    (void)state;
    assert_string_equal(command_word(COMMAND_CHECK), "CHECK");
    assert_true(command_is_early(COMMAND_AUTHENTICATE) && command_is_early(COMMAND_LOGOUT));
    assert_false(command_is_early(COMMAND_CHECK) || command_is_early(COMMAND_ACK));
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, plain_rows, test_plain);
    ROWS_ADD(&rows, check_rows, test_check);
    ROWS_ADD(&rows, hostile_rows, test_hostile);
    rows_add_one(&rows, "2.8 as many recipients as fit", test_many_recipients);
    rows_add_one(&rows, "3 memory runs out", test_arena_failures);
    rows_add_one(&rows, "3.5 at most 64 keys", test_keys_are_bounded);
    rows_add_one(&rows, "3 verbs", test_verbs);
    return rows_run("command", &rows, argc, argv);
}

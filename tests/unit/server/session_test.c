/* The server's session (spec/cccp.md 2 to 5): a row is what a client sends and all that it gets.
 * Each is fed in one piece, in steps of 1, 2, 3, … octets and at random cuts; the answer is the
 * same, octet by octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/session_fake.h"

struct row {
    const char *name;
    struct bytes in;
    const char *out;
    enum fake_peer peer;
    bool closes;
    bool write_fails;
};

#define IN(text) .in = {(const uint8_t *)(text), sizeof(text) - 1}
#define CHECK(tag, txn, literal)                                                                   \
    tag " CHECK " txn " inbound () ((1 \"b@y.example\")) () " literal "\r\n"
#define CAPABLE                                                                                    \
    "CAPABILITY CCCP1 MAXLINE=8192 MAXCOMMAND=1048576 MAXLITERAL=262144 MAXMSG=157286400 "         \
    "MAXREPLY=16777216 MAXINFLIGHT=512 LINGER=30 RETAIN=600"
#define BAD10                                                                                      \
    "* BAD [PARSE] syntax error\r\n* BAD [PARSE] syntax error\r\n* BAD [PARSE] syntax error\r\n"   \
    "* BAD [PARSE] syntax error\r\n* BAD [PARSE] syntax error\r\n* BAD [PARSE] syntax error\r\n"   \
    "* BAD [PARSE] syntax error\r\n* BAD [PARSE] syntax error\r\n* BAD [PARSE] syntax error\r\n"   \
    "* BAD [PARSE] syntax error\r\n"

static const struct row rows[] = {
    /* 2: framing */
    {"2.1 a bare LF is BAD and the stream in step", IN("a1 NOOP\na2 NOOP\r\n"),
     "a1 BAD [PARSE] syntax error\r\na2 OK done\r\n"},
    {"2.1 NUL is BAD", IN("a1 NO\0OP\r\na2 NOOP\r\n"),
     "a1 BAD [PARSE] syntax error\r\na2 OK done\r\n"},
    {"2.3 a synchronising content", IN(CHECK("a1", "t", "{5}") "hello\r\na2 NOOP\r\n"),
     "+ go\r\na1 OK 5 hello\r\na2 OK done\r\n"},
    {"2.3 an empty content", IN(CHECK("a1", "t", "{0}") "\r\na2 NOOP\r\n"),
     "+ go\r\na1 OK 0\r\na2 OK done\r\n"},
    {"2.3 a synchronising string", IN("a1 NOOP {3}\r\nxyz\r\n"),
     "+ go\r\na1 OK [TAG \"xyz\"] here\r\n"},
    {"2.4 refused, then the fence", IN(CHECK("a1", "t", "{2000}") "a2 NOOP \"a1\"\r\na3 NOOP\r\n"),
     "a1 NO [TOOBIG 1000] message too big\r\na2 OK [TAG \"a1\"] here\r\na3 OK done\r\n"},
    {"2.4 refused, then octets are never commands",
     IN(CHECK("a1", "t", "{2000}") "a2 LOGOUT\r\na3 NOOP\r\n"),
     "a1 NO [TOOBIG 1000] message too big\r\n* BYE [CLIENTBUG] octets follow a refused literal\r\n",
     .closes = true},
    {"2.4 refused, then the wrong token", IN(CHECK("a1", "t", "{2000}") "a2 NOOP \"a2\"\r\n"),
     "a1 NO [TOOBIG 1000] message too big\r\n* BYE [CLIENTBUG] octets follow a refused literal\r\n",
     .closes = true},
    {"2.4 refused, then garbage", IN(CHECK("a1", "t", "{2000}") "\0\n\n\r"),
     "a1 NO [TOOBIG 1000] message too big\r\n* BYE [CLIENTBUG] octets follow a refused literal\r\n",
     .closes = true},
    {"2.4 refused, then another literal", IN(CHECK("a1", "t", "{2000}") CHECK("a2", "t", "{5}")),
     "a1 NO [TOOBIG 1000] message too big\r\n* BYE [CLIENTBUG] octets follow a refused literal\r\n",
     .closes = true},
    {"2.4 a broken command that ends with a literal raises the fence",
     IN("a1 NO\0OP {5}\r\na2 NOOP \"a1\"\r\n"),
     "a1 BAD [PARSE] syntax error\r\na2 OK [TAG \"a1\"] here\r\n"},
    {"2.4 without a readable tag there is no fence", IN("a1+ NO\0OP {5}\r\na2 NOOP\r\n"),
     "* BYE [CLIENTBUG] a literal without a tag\r\n", .closes = true},
    {"2.5 a content that does not wait", IN(CHECK("a1", "t", "{5+}") "hello\r\na2 NOOP\r\n"),
     "a1 OK 5 hello\r\na2 OK done\r\n"},
    {"2.5 a refused one is swallowed, the answer comes after it",
     IN("a1 CHECK t closed () ((1 \"b@y.example\")) () {11+}\r\na9 LOGOUT\r\n\r\na2 NOOP\r\n"),
     "a1 NO [NOPERM] not permitted\r\na2 OK done\r\n"},
    {"2.5 of an unknown command too", IN("a1 WHAT {11+}\r\na9 LOGOUT\r\n\r\na2 NOOP\r\n"),
     "a1 BAD [UNKNOWN] unknown command\r\na2 OK done\r\n"},
    {"2.5 over MAXLITERAL", IN(CHECK("a1", "t", "{262145+}") "hello"),
     "* BYE [LIMIT LITERAL 262144] non-synchronising literal too long\r\n", .closes = true},
    {"2.5 octets of a content are only octets",
     IN(CHECK("a1", "t", "{19+}") "\r\na1 LOGOUT\r\n{5+}\r\n\r\na2 NOOP\r\n"),
     "a1 OK 19 ..a1.LOGOUT..{5+}..\r\na2 OK done\r\n"},
    {"2.7 NUL in a content", IN(CHECK("a1", "t", "{3+}") "\0\0\0\r\n"), "a1 OK 3 ...\r\n"},
    {"2.7 NUL in a string literal", IN("a1 NOOP {3+}\r\na\0b\r\na2 NOOP\r\n"),
     "a1 BAD [PARSE] syntax error\r\na2 OK done\r\n"},
    {"2.8 the smaller bound before authentication", IN("a1 NOOP {9000}\r\na2 NOOP \"a1\"\r\n"),
     "a1 BAD [LIMIT COMMAND 8192] command too long\r\na2 OK [TAG \"a1\"] here\r\n", FAKE_STRANGER},
    {"2.9 nesting", IN("a1 ID (A (((((((((1))))))))))\r\na2 NOOP\r\n"),
     "a1 BAD [LIMIT NESTING 8] nested too deep\r\na2 OK done\r\n"},
    {"2.11 without a tag", IN("\r\n+1 NOOP\r\n"),
     "* BAD [PARSE] syntax error\r\n* BAD [PARSE] syntax error\r\n"},
    {"2.11 ten BAD end the connection", IN("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\na1 NOOP\r\n"),
     BAD10 "* BYE [LIMIT ERRORS 10] too many errors\r\n", .closes = true},
    {"2.11 a BAD for a tag in flight is untagged",
     IN(CHECK("a1", "hold", "{1+}") "x\r\na1 NO\0OP\r\na1 NOOP\r\na2 CANCEL hold\r\na1 NOOP\r\n"),
     "* BAD [PARSE] syntax error\r\n* BAD [CLIENTBUG] a command with this tag is in flight\r\n"
     "a1 NO [CANCELLED] cancelled\r\na2 OK done\r\na1 OK done\r\n"},
    {"2.11 a second check under a tag in flight is swallowed",
     IN(CHECK("a1", "hold", "{1+}") "x\r\n" CHECK("a1", "t", "{3+}") "xyz\r\na2 CANCEL hold\r\n"),
     "* BAD [CLIENTBUG] a command with this tag is in flight\r\na1 NO [CANCELLED] cancelled\r\n"
     "a2 OK done\r\n"},
    {"2.11 and one that waits is refused",
     IN(CHECK("a1", "hold", "{1+}") "x\r\n" CHECK("a1", "t", "{3}") "a2 NOOP \"a1\"\r\n"),
     "* BAD [CLIENTBUG] a command with this tag is in flight\r\na2 OK [TAG \"a1\"] here\r\n"},
    {"2.2 octets behind the content", IN(CHECK("a1", "t", "{3+}") "xyz \r\na2 NOOP\r\n"),
     "a1 BAD [PARSE] syntax error\r\na2 OK done\r\n"},
    /* 3: values */
    {"3.5 an unknown key is ignored", IN("a1 RESULT t (X-A 1)\r\n"),
     "a1 NO [TXNUNKNOWN] no such transaction\r\n"},
    {"3.5 an unknown key with ! is named",
     IN("a1 CHECK t inbound () ((1 \"b@y\")) (!X-FOO 1) {3+}\r\nabc\r\n"),
     "a1 NO [UNSUPPORTED X-FOO] not supported\r\n"},
    {"5.1 a value that cannot be is named",
     IN("a1 CHECK t inbound (BODY 9BIT) ((1 \"b@y\")) () {3+}\r\nabc\r\n"),
     "a1 NO [BADENVELOPE BODY] envelope is not usable\r\n"},
    /* 4: the connection */
    {"4.2 capabilities", IN("a1 CAPABILITY\r\n"),
     "* CAPABILITY CCCP1 MAXLINE=8192 MAXCOMMAND=8192 MAXLITERAL=262144 MAXMSG=157286400 "
     "MAXREPLY=16777216 MAXINFLIGHT=512 LINGER=30 RETAIN=600\r\na1 OK done\r\n",
     FAKE_REMOTE},
    {"4.3 PLAIN with an initial response",
     IN("a1 AUTHENTICATE PLAIN AG14MQBzZWNyZXQ=\r\na2 NOOP\r\n"),
     "a1 OK [" CAPABLE "] authenticated\r\na2 OK done\r\n", FAKE_STRANGER},
    {"4.3 PLAIN with a response", IN("a1 AUTHENTICATE plain\r\nAG14MQBzZWNyZXQ=\r\na2 NOOP\r\n"),
     "+ response\r\na1 OK [" CAPABLE "] authenticated\r\na2 OK done\r\n", FAKE_STRANGER},
    {"4.3 PLAIN, its own identity to act as", IN("a1 AUTHENTICATE PLAIN bXgxAG14MQBzZWNyZXQ=\r\n"),
     "a1 OK [" CAPABLE "] authenticated\r\n", FAKE_STRANGER},
    {"4.3 PLAIN, another identity to act as", IN("a1 AUTHENTICATE PLAIN bXgyAG14MQBzZWNyZXQ=\r\n"),
     "a1 NO [AUTHENTICATIONFAILED] authentication failed\r\n", FAKE_STRANGER},
    {"4.3 PLAIN, unknown name", IN("a1 AUTHENTICATE PLAIN AG14OQBzZWNyZXQ=\r\n"),
     "a1 NO [AUTHENTICATIONFAILED] authentication failed\r\n", FAKE_STRANGER},
    {"4.3 PLAIN, empty", IN("a1 AUTHENTICATE PLAIN =\r\n"),
     "a1 NO [AUTHENTICATIONFAILED] authentication failed\r\n", FAKE_STRANGER},
    {"4.3 PLAIN, too many at a time", IN("a1 AUTHENTICATE PLAIN AGJ1c3kAc2VjcmV0\r\na2 NOOP\r\n"),
     "a1 NO [OVERLOADED] overloaded\r\na2 OK done\r\n", FAKE_STRANGER},
    {"4.3 three failures",
     IN("a1 AUTHENTICATE PLAIN AG14MQB4\r\na2 AUTHENTICATE PLAIN AG14MQB4\r\n"
        "a3 AUTHENTICATE PLAIN AG14MQB4\r\na4 NOOP\r\n"),
     "a1 NO [AUTHENTICATIONFAILED] authentication failed\r\n"
     "a2 NO [AUTHENTICATIONFAILED] authentication failed\r\n"
     "a3 NO [AUTHENTICATIONFAILED] authentication failed\r\n"
     "* BYE [LIMIT ERRORS 3] too many errors\r\n",
     FAKE_STRANGER, .closes = true},
    {"4.3 cancelled", IN("a1 AUTHENTICATE PLAIN\r\n*\r\na2 NOOP\r\n"),
     "+ response\r\na1 BAD [CLIENTBUG] not allowed here\r\na2 OK done\r\n", FAKE_STRANGER},
    {"4.3 not base64", IN("a1 AUTHENTICATE PLAIN\r\nAG14MQBzZWNyZX\r\na2 NOOP\r\n"),
     "+ response\r\na1 BAD [PARSE] syntax error\r\na2 OK done\r\n", FAKE_STRANGER},
    {"4.3 a response with a bare LF", IN("a1 AUTHENTICATE PLAIN\r\nAG14\na2 NOOP\r\n"),
     "+ response\r\na1 BAD [PARSE] syntax error\r\na2 OK done\r\n", FAKE_STRANGER},
    {"4.3 a response that is a literal", IN("a1 AUTHENTICATE PLAIN\r\nx {5}\r\na2 NOOP\r\n"),
     "+ response\r\n* BYE [CLIENTBUG] octets follow a refused literal\r\n", FAKE_STRANGER,
     .closes = true},
    {"4.3 PLAIN without privacy", IN("a1 AUTHENTICATE PLAIN AG14MQBzZWNyZXQ=\r\n"),
     "a1 NO [PRIVACYREQUIRED] needs TLS or a Unix socket\r\n", FAKE_REMOTE},
    {"4.3 EXTERNAL by uid", IN("a1 AUTHENTICATE EXTERNAL =\r\na2 HEALTH\r\n"),
     "a1 OK [" CAPABLE "] authenticated\r\n* HEALTH (STATE READY WORKERS 2)\r\na2 OK done\r\n",
     FAKE_STRANGER},
    {"4.3 EXTERNAL as somebody else", IN("a1 AUTHENTICATE EXTERNAL bXgx\r\n"),
     "a1 NO [AUTHENTICATIONFAILED] authentication failed\r\n", FAKE_STRANGER},
    {"4.3 EXTERNAL with nothing to show", IN("a1 AUTHENTICATE EXTERNAL =\r\n"),
     "a1 NO [AUTHENTICATIONFAILED] authentication failed\r\n", FAKE_REMOTE},
    {"4.3 an unknown mechanism is named", IN("a1 AUTHENTICATE CRAM-MD5\r\n"),
     "a1 NO [UNSUPPORTED CRAM-MD5] not supported\r\n", FAKE_STRANGER},
    {"4.3 only once",
     IN("a1 AUTHENTICATE EXTERNAL =\r\na2 AUTHENTICATE PLAIN AG14MQBzZWNyZXQ=\r\n"),
     "a1 OK [" CAPABLE "] authenticated\r\na2 BAD [CLIENTBUG] not allowed here\r\n", FAKE_STRANGER},
    {"4.3 not with a check in flight",
     IN(CHECK("a1", "hold", "{1+}") "x\r\na2 AUTHENTICATE PLAIN AG14MQBzZWNyZXQ=\r\n"),
     "a2 BAD [CLIENTBUG] not allowed here\r\n"},
    {"4.4 before authentication, content swallowed",
     IN(CHECK("a1", "t", "{5+}") "hello\r\na2 STATUS t\r\na3 HEALTH\r\n"),
     "a1 NO [NOPERM] authenticate first\r\na2 NO [NOPERM] authenticate first\r\n"
     "* HEALTH (STATE READY)\r\na3 OK done\r\n",
     FAKE_STRANGER},
    /* 5: commands */
    {"5 keywords in any case", IN("a1 noop\r\na2 Id nil\r\n"),
     "a1 OK done\r\n* ID (NAME \"cccpd\" VERSION \"" CCCPD_VERSION "\")\r\na2 OK done\r\n"},
    {"5 a token comes back quoted", IN("a1 NOOP \"a\\\"b\\\\c\"\r\n"),
     "a1 OK [TAG \"a\\\"b\\\\c\"] here\r\n"},
    {"5 a token with controls", IN("a1 NOOP {2+}\r\n\r\n\r\na2 NOOP\r\n"),
     "a1 BAD [PARSE] expected a token of at most 128 printable octets\r\na2 OK done\r\n"},
    {"5 many commands in one piece",
     IN("a1 NOOP\r\n" CHECK("a2", "t", "{2}") "hi\r\na3 NOOP\r\n" CHECK("a4", "u", "{1+}") "x\r\n"),
     "a1 OK done\r\n+ go\r\na2 OK 2 hi\r\na3 OK done\r\na4 OK 1 x\r\n"},
    {"5 LOGOUT", IN("a1 LOGOUT\r\na2 NOOP\r\n"), "* BYE logging out\r\na1 OK done\r\n",
     .closes = true},
    {"5.1 a check without content", IN("a1 CHECK t inbound () ((1 \"b@y.example\")) ()\r\n"),
     "a1 BAD [PARSE] syntax error\r\n"},
    {"5.1 the disk is full: the rest is swallowed",
     IN(CHECK("a1", "t", "{5+}") "hello\r\na2 NOOP\r\n"),
     "a1 NO [UNAVAILABLE IO] input or output error\r\na2 OK done\r\n", .write_fails = true},
    {"5.1 refused when the content is there",
     IN(CHECK("a1", "conflict", "{5}") "hello\r\na2 NOOP\r\n"),
     "+ go\r\na1 NO [TXNCONFLICT] transaction id names another message\r\na2 OK done\r\n"},
    {"5.2 STATUS of several", IN("a1 STATUS t \"u\"\r\n"),
     "a1 STATE \"t\" (STATE UNKNOWN)\r\na1 STATE \"u\" (STATE UNKNOWN)\r\na1 OK done\r\n"},
    {"5.2 RESULT and WAIT", IN("a1 RESULT t\r\na2 RESULT t (WAIT 5)\r\n"),
     "a1 NO [TXNUNKNOWN] no such transaction\r\na2 NO [PENDING] no result yet\r\n"},
    {"5.2 CANCEL and ACK of unknown ones", IN("a1 CANCEL t\r\na2 ACK t u\r\n"),
     "a1 NO [TXNUNKNOWN] no such transaction\r\na2 OK done\r\n"},
};

static void expect(const struct row *row, const struct session_fake *fake)
{
    const struct session *session = &fake->session;
    size_t length = strlen(row->out);
    if (session->output.size != length || memcmp(session->output.data, row->out, length) != 0)
        fail_msg("%s: got\n%.*s", row->name, (int)session->output.size,
                 (const char *)session->output.data);
    assert_int_equal(session->closing, row->closes);
    assert_int_equal(fake->waiting, 0);
}

static void begin(const struct row *row, struct session_fake *fake)
{
    session_fake_init(fake, row->peer);
    fake->write_fails = row->write_fails;
}

static void row_in_steps(const struct row *row, size_t step)
{
    struct session_fake fake;
    begin(row, &fake);
    session_fake_feed(&fake, row->in, step);
    expect(row, &fake);
    session_fake_clear(&fake);
}

static void row_at_random(const struct row *row, unsigned seed)
{
    struct session_fake fake;
    begin(row, &fake);
    for (size_t at = 0; at < row->in.size;) {
        size_t size = 1 + (size_t)rand_r(&seed) % 40;
        session_fake_feed(&fake, bytes_slice(row->in, at, size), size);
        at += size;
    }
    expect(row, &fake);
    session_fake_clear(&fake);
}

static void row_test(void **state)
{
    const struct row *row = *state;
    row_in_steps(row, row->in.size);
    for (size_t step = 1; step < 8; step++)
        row_in_steps(row, step);
    for (unsigned seed = 1; seed <= 20; seed++)
        row_at_random(row, seed);
}

/* --- what is no dialogue --- */

static void text_is(struct session_fake *fake, const char *text)
{
    assert_int_equal(fake->session.output.size, strlen(text));
    assert_memory_equal(fake->session.output.data, text, strlen(text));
    session_fake_clear(fake);
}

static void greeting_test(void **state)
{
    (void)state;
    struct session_fake fake;
    session_fake_init(&fake, FAKE_ANONYMOUS);
    session_greet(&fake.session, false);
    text_is(&fake, "* PREAUTH [CAPABILITY CCCP1 AUTH=PLAIN MAXLINE=8192 MAXCOMMAND=1048576 "
                   "MAXLITERAL=262144 MAXMSG=157286400 MAXREPLY=16777216 MAXINFLIGHT=512 LINGER=30 "
                   "RETAIN=600] test.example ready\r\n");
    session_fake_init(&fake, FAKE_STRANGER);
    session_greet(&fake.session, false);
    text_is(&fake, "* OK [CAPABILITY CCCP1 AUTH=PLAIN AUTH=EXTERNAL MAXLINE=8192 MAXCOMMAND=8192 "
                   "MAXLITERAL=262144 MAXMSG=157286400 MAXREPLY=16777216 MAXINFLIGHT=512 LINGER=30 "
                   "RETAIN=600] test.example ready\r\n");
}

static void drain_test(void **state)
{
    (void)state;
    struct session_fake fake;
    session_fake_init(&fake, FAKE_ANONYMOUS);
    session_greet(&fake.session, true);
    assert_true(fake.session.closing);
    text_is(&fake, "* BYE [DRAINING] going down\r\n");
}

/* head, so many "x", tail; the answer. */
struct long_row {
    const char *head;
    size_t count;
    const char *tail;
    struct row row;
};

static const struct long_row long_rows[] = {
    {"a1 NOOP \"", 128, "\"\r\n", {"5 a token of 128 octets", .out = NULL}},
    {"a1 ID (A \"",
     8192 - 12,
     "\")\r\na2 NOOP\r\n",
     {"2.1 a line of MAXLINE octets", .out = "* ID (NAME \"cccpd\" VERSION \"" CCCPD_VERSION
                                             "\")\r\na1 OK done\r\na2 OK done\r\n"}},
    {"a1 ID (A \"",
     8192 - 11,
     "\")\r\na2 NOOP\r\n",
     {"2.1 one more names the limit",
      .out = "a1 BAD [LIMIT LINE 8192] line too long\r\na2 OK done\r\n"}},
    {"a1 NOOP \"",
     129,
     "\"\r\n",
     {"5 a token of 129 octets",
      .out = "a1 BAD [PARSE] expected a token of at most 128 printable octets\r\n"}},
    {"a1 NOOP {8200+}\r\n",
     8200,
     "\r\na2 NOOP\r\n",
     {"2.8 over MAXCOMMAND, swallowed when it does not wait", .peer = FAKE_STRANGER,
      .out = "a1 BAD [LIMIT COMMAND 8192] command too long\r\na2 OK done\r\n"}},
};

static void long_test(void **state)
{
    const struct long_row *from = *state;
    static uint8_t octets[10000];
    char answer[200];
    size_t head = strlen(from->head), tail = strlen(from->tail);
    memcpy(octets, from->head, head);
    memset(octets + head, 'x', from->count);
    memcpy(octets + head + from->count, from->tail, tail);
    struct row row = from->row;
    row.in = (struct bytes){octets, head + from->count + tail};
    if (row.out == NULL) {
        snprintf(answer, sizeof(answer), "a1 OK [TAG \"%.*s\"] here\r\n", (int)from->count,
                 (const char *)octets + head);
        row.out = answer;
    }
    row_in_steps(&row, row.in.size);
    row_in_steps(&row, 1);
    for (unsigned seed = 1; seed <= 20; seed++)
        row_at_random(&row, seed);
}

static void in_flight_test(void **state)
{
    (void)state;
    struct session_fake fake;
    session_fake_init(&fake, FAKE_ANONYMOUS);
    fake.config.limits.in_flight = 1;
    session_fake_feed(&fake, BYTES(CHECK("a1", "hold", "{1+}") "x\r\n"), 100);
    session_fake_feed(&fake, BYTES(CHECK("a2", "hold", "{1+}") "x\r\n"), 100);
    session_fake_feed(&fake, BYTES("a3 CANCEL hold\r\n" CHECK("a4", "t", "{1+}") "x\r\n"), 100);
    text_is(&fake, "a2 NO [LIMIT INFLIGHT] too many checks in flight here\r\n"
                   "a1 NO [CANCELLED] cancelled\r\na3 OK done\r\na4 OK 1 x\r\n");
}

static void output_test(void **state)
{
    (void)state;
    struct session_fake fake;
    session_fake_init(&fake, FAKE_ANONYMOUS);
    fake.config.limits.output_bytes = 30;
    session_fake_feed(&fake, BYTES("a1 NOOP\r\na2 NOOP\r\na3 NOOP\r\na4 NOOP\r\n"), 100);
    assert_true(fake.session.closing);
    text_is(&fake, "a1 OK done\r\na2 OK done\r\n* BYE [TIMEOUT] answers are not taken\r\n");
}

/* The content is given back wherever the connection breaks. */
static void leave_test(void **state)
{
    (void)state;
    static const char text[] = CHECK("a1", "t", "{5}") "hello\r\n";
    for (size_t size = 0; size < sizeof(text) - 1; size++) {
        struct session_fake fake;
        session_fake_init(&fake, FAKE_ANONYMOUS);
        session_fake_feed(&fake, (struct bytes){(const uint8_t *)text, size}, 1);
        bool between = size == 0;
        assert_int_equal(session_is_idle(&fake.session), between);
        session_fake_clear(&fake);
    }
}

static const struct CMUnitTest others[] = {
    {"4.2 greeting", greeting_test, NULL, NULL, NULL},
    {"4.6 greeting while draining", drain_test, NULL, NULL, NULL},
    {"8 LIMIT INFLIGHT", in_flight_test, NULL, NULL, NULL},
    {"4.5 answers that are not taken", output_test, NULL, NULL, NULL},
    {"6.4 broken at every octet", leave_test, NULL, NULL, NULL},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(long_rows) + COUNT(others)];
    size_t count = 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        tests[count++] = (struct CMUnitTest){rows[i].name, row_test, NULL, NULL, (void *)&rows[i]};
    for (size_t i = 0; i < COUNT(long_rows); i++)
        tests[count++] = (struct CMUnitTest){long_rows[i].row.name, long_test, NULL, NULL,
                                             (void *)&long_rows[i]};
    for (size_t i = 0; i < COUNT(others); i++)
        tests[count++] = others[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a reply is worth (spec/cccp.md 7): only a whole and well-formed one says anything else than
 * DEFER, however its octets are cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

struct result_row {
    const char *name;
    const char *reply;
    enum cccp_status status;
    const char *dispositions; /* of the two recipients */
};

#define OK_LINE "c0.1 OK [DONE] 2 recipients\r\n"
#define DELIVERED "c0.1 RES 1:2 DELIVER ()\r\n"
#define REPORTED "c0.1 " REPORT_CLEAN
#define BAD_REPORT(words)                                                                          \
    DELIVERED "c0.1 REPORT (" words " EXPECTED 1 EXAMINED 1 EXEMPT 0 UNEXAMINABLE 0 FAILED 0 "     \
              "REASONS () ENGINES () GENERATION 1 TIME 2 REF \"r\")\r\n" OK_LINE

static const struct result_row result_rows[] = {
    {"7 full answer", DELIVERED REPORTED OK_LINE, CCCP_OK, "DELIVER DELIVER"},
    {"7 recipients apart, out of order",
     "c0.1 RES 2 REJECT (STATUS \"5.7.1\" TEXT \"no\")\r\nc0.1 RES 1 DELIVER ()\r\n" REPORTED
         OK_LINE,
     CCCP_OK, "DELIVER REJECT"},
    {"7.1 every disposition of this version: QUARANTINE, DISCARD",
     "c0.1 RES 1 QUARANTINE (CLASS VIRUS TEXT \"x\")\r\nc0.1 RES 2 DISCARD ()\r\n" REPORTED OK_LINE,
     CCCP_OK, "QUARANTINE DISCARD"},
    {"7.1 every disposition of this version: DEFER",
     "c0.1 RES 1,2 DEFER (AFTER 60)\r\n" REPORTED OK_LINE, CCCP_OK, "DEFER DEFER"},
    {"7.1 ids in lines", "c0.1 RES 1,\r\n2 DELIVER ()\r\n" REPORTED OK_LINE, CCCP_OK,
     "DELIVER DELIVER"},
    {"7.1 a missing id", "c0.1 RES 1 DELIVER ()\r\n" REPORTED OK_LINE, CCCP_MALFORMED,
     "DEFER DEFER"},
    {"7.1 no id at all", REPORTED OK_LINE, CCCP_MALFORMED, "DEFER DEFER"},
    {"7.1 a double id", DELIVERED "c0.1 RES 2 DELIVER ()\r\n" REPORTED OK_LINE, CCCP_MALFORMED,
     "DEFER DEFER"},
    {"7.1 a double id in one set", "c0.1 RES 1:2,2 DELIVER ()\r\n" REPORTED OK_LINE,
     CCCP_MALFORMED, "DEFER DEFER"},
    {"7.1 a foreign id", "c0.1 RES 1:3 DELIVER ()\r\n" REPORTED OK_LINE, CCCP_MALFORMED,
     "DEFER DEFER"},
    {"7.1 a huge id range", "c0.1 RES 1:4294967295 DELIVER ()\r\n" REPORTED OK_LINE,
     CCCP_MALFORMED, "DEFER DEFER"},
    {"7.1 not accepted: REDIRECT",
     "c0.1 RES 1:2 REDIRECT (TO ((1 \"z@y.example\")))\r\n" REPORTED OK_LINE, CCCP_MALFORMED,
     "DEFER DEFER"},
    {"7.1 not accepted: HOLD", "c0.1 RES 1:2 HOLD ()\r\n" REPORTED OK_LINE, CCCP_MALFORMED,
     "DEFER DEFER"},
    {"7.1 unknown disposition", "c0.1 RES 1:2 RELEASE ()\r\n" REPORTED OK_LINE, CCCP_MALFORMED,
     "DEFER DEFER"},
    {"7.2 a copy that was not sent", "c0.1 RES 1:2 DELIVER (COPY 1)\r\n" REPORTED OK_LINE,
     CCCP_MALFORMED, "DEFER DEFER"},
    {"7.2 the original by name", "c0.1 RES 1:2 DELIVER (COPY 0)\r\n" REPORTED OK_LINE, CCCP_OK,
     "DELIVER DELIVER"},
    {"7.2 a sender with CR LF", "c0.1 RES 1:2 DELIVER (SENDER {4}\r\na\r\nb)\r\n" REPORTED OK_LINE,
     CCCP_MALFORMED, "DEFER DEFER"},
    {"7.3 no REPORT", DELIVERED OK_LINE, CCCP_MALFORMED, "DEFER DEFER"},
    {"7.3 two REPORTs", DELIVERED REPORTED REPORTED OK_LINE, CCCP_MALFORMED, "DEFER DEFER"},
    {"7.3 CLEAN without full coverage", BAD_REPORT("VERDICT CLEAN COVERAGE PARTIAL"),
     CCCP_MALFORMED, "DEFER DEFER"},
    {"7.3 an unknown verdict", BAD_REPORT("VERDICT FINE COVERAGE FULL"), CCCP_MALFORMED,
     "DEFER DEFER"},
    {"3.7 unknown intermediate lines", "c0.1 SING \"la\" {2}\r\n\r\n (a b)\r\n" DELIVERED REPORTED
                                           OK_LINE,
     CCCP_OK, "DELIVER DELIVER"},
    {"3.7 unknown attributes", "c0.1 RES 1:2 DELIVER (COLOUR RED SHAPE (1 2))\r\n" REPORTED OK_LINE,
     CCCP_OK, "DELIVER DELIVER"},
    {"7.5 PROGRESS", "c0.1 PROGRESS (STATE RUNNING AGE 1)\r\n" DELIVERED REPORTED OK_LINE, CCCP_OK,
     "DELIVER DELIVER"},
    {"5 other untagged lines between", DELIVERED "* OK [DRAINING] soon\r\n" REPORTED OK_LINE,
     CCCP_OK, "DELIVER DELIVER"},
    {"8 NO", "c0.1 NO [OVERLOADED] later\r\n", CCCP_REFUSED, "DEFER DEFER"},
    {"8 NO behind a full set of RES", DELIVERED REPORTED "c0.1 NO [DEADLINE] late\r\n",
     CCCP_REFUSED, "DEFER DEFER"},
    {"8 BAD", "c0.1 BAD [PARSE] what?\r\n", CCCP_REFUSED, "DEFER DEFER"},
    {"8 BYE instead of the end", DELIVERED REPORTED "* BYE [SHUTDOWN] bye\r\n", CCCP_LOST,
     "DEFER DEFER"},
    {"8 an answer to nothing", "zz OK [DONE] hm\r\n", CCCP_MALFORMED, "DEFER DEFER"},
    {"8 an answer to another number", "c0.2 OK [DONE] hm\r\n", CCCP_MALFORMED, "DEFER DEFER"},
    {"2.6 a literal {n+} from the server", "c0.1 RES 1:2 DELIVER (TEXT {2+}\r\nab)\r\n",
     CCCP_MALFORMED, "DEFER DEFER"},
    {"2.1 a line without CRLF in sight", "c0.1 OK \rx\r\n", CCCP_MALFORMED, "DEFER DEFER"},
    {"2.3 + when nothing waits", "+ go\r\n", CCCP_MALFORMED, "DEFER DEFER"},
};

static void check_dispositions(const struct fake_answer *answer, const char *wanted)
{
    char got[64];
    snprintf(got, sizeof(got), "%s %s",
             cccp_disposition_word(cccp_result_recipient(answer->result, 1)->disposition),
             cccp_disposition_word(cccp_result_recipient(answer->result, 2)->disposition));
    assert_string_equal(got, wanted);
}

static void play(const struct result_row *row, size_t piece)
{
    struct cccp *cccp = fake_ready(NULL, GREETING(LIMITS));
    struct cccp_request request = fake_request();
    struct fake_answer answer = {0};
    size_t size = strlen(row->reply);
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    for (size_t at = 0; at < size; at += piece) {
        struct bytes cut = bytes_slice(bytes_of_text(row->reply), at, piece);
        uint8_t *copy = rows_copy(cut);
        cccp_receive(cccp, copy, cut.size);
        rows_free(&copy);
    }
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.status, row->status);
    check_dispositions(&answer, row->dispositions);
    assert_true((cccp_result_summary(answer.result) != NULL) == (row->status == CCCP_OK));
    fake_answer_clear(&answer);
    cccp_free(&cccp);
}

static void test_result(void **state)
{
    const struct result_row *row = *state;
    for (size_t piece = 1; piece <= strlen(row->reply); piece++)
        play(row, piece);
}

/* One answered check with this reply; the caller clears. */
static struct fake_answer answer_of(const char *reply, bool explain)
{
    struct cccp *cccp = fake_ready(NULL, GREETING(LIMITS));
    struct cccp_request request = fake_request();
    struct fake_answer answer = {0};
    request.explain = explain;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    fake_says(cccp, reply);
    assert_int_equal(answer.calls, 1);
    cccp_free(&cccp);
    return answer;
}

struct text_row {
    const char *name;
    const char *attributes; /* of a REJECT */
    const char *status, *text;
};

static const struct text_row text_rows[] = {
    {"7.1 REJECT with status and text", "STATUS \"5.7.9\" TEXT \"no\"", "5.7.9", "no"},
    {"7.1 REJECT without a status", "TEXT \"no\"", "5.7.1", "no"},
    {"7.1 REJECT with a good status is not believed", "STATUS \"2.0.0\" TEXT \"no\"", "5.7.1",
     "no"},
    {"7.1 REJECT, temporary", "STATUS \"4.7.1\"", "4.7.1", NULL},
    {"7.1 a status with more behind it", "STATUS \"5.7.1 x\"", "5.7.1", NULL},
    {"7.1 a status with long numbers", "STATUS \"5.7000.1\"", "5.7.1", NULL},
    {"7.1 a status without its end", "STATUS \"5.7.\"", "5.7.1", NULL},
    {"7.1 text of several lines becomes one", "TEXT {4}\r\na\r\nb", "5.7.1", "a  b"},
    {"7.1 text with an escape sequence", "TEXT {3}\r\na\x1b[", "5.7.1", "a ["},
    {"7.1 text that is not UTF-8 is left out", "TEXT {2}\r\n\xff\xfe", "5.7.1", NULL},
};

static void test_text(void **state)
{
    const struct text_row *row = *state;
    char reply[1024];
    snprintf(reply, sizeof(reply), "c0.1 RES 1:2 REJECT (%s)\r\n%s%s", row->attributes, REPORTED,
             OK_LINE);
    struct fake_answer answer = answer_of(reply, false);
    const struct cccp_recipient *recipient = cccp_result_recipient(answer.result, 1);
    assert_int_equal(answer.status, CCCP_OK);
    assert_int_equal(recipient->disposition, CCCP_REJECT);
    assert_string_equal(recipient->status, row->status);
    if (row->text)
        assert_string_equal(recipient->text, row->text);
    else
        assert_null(recipient->text);
    fake_answer_clear(&answer);
}

static void test_long_text(void **state)
{
    (void)state;
    char text[4001], reply[6000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    snprintf(reply, sizeof(reply), "c0.1 RES 1:2 DEFER (TEXT {4000}\r\n%s)\r\n%s%s", text, REPORTED,
             OK_LINE);
    struct fake_answer answer = answer_of(reply, false);
    assert_int_equal(answer.status, CCCP_OK);
    assert_int_equal(strlen(cccp_result_recipient(answer.result, 1)->text), 512);
    fake_answer_clear(&answer);
}

static void test_summary(void **state)
{
    (void)state;
    struct fake_answer answer = answer_of(
        "c0.1 RES 1:2 QUARANTINE (CLASS VIRUS TEXT \"Eicar\")\r\n"
        "c0.1 REPORT (VERDICT INFECTED COVERAGE PARTIAL EXPECTED 4 EXAMINED 1 EXEMPT 1 "
        "UNEXAMINABLE 1 FAILED 1 REASONS ((clamav Eicar) (clamav \"Two words\")) ENGINES () "
        "GENERATION 3 TIME 2214 REF \"c7-9\")\r\n" OK_LINE,
        false);
    const struct cccp_summary *summary = cccp_result_summary(answer.result);
    assert_non_null(summary);
    assert_int_equal(summary->verdict, CCCP_INFECTED);
    assert_false(summary->full_coverage);
    assert_int_equal(summary->expected + 10 * summary->examined + 100 * summary->exempt +
                         1000 * summary->unexaminable + 10000 * summary->failed,
                     11114);
    assert_int_equal(summary->time_us, 2214);
    assert_int_equal(summary->generation, 3);
    assert_string_equal(summary->reference, "c7-9");
    assert_int_equal(summary->reason_count, 2);
    assert_string_equal(summary->reasons[1].symbol, "Two words");
    assert_string_equal(cccp_result_recipient(answer.result, 2)->class_word, "VIRUS");
    assert_false(cccp_result_all_delivered(answer.result));
    fake_answer_clear(&answer);
}

#define PART_LINE                                                                                  \
    "c0.1 PART 1 (PARENT 0 DEPTH 0 KIND LEAF TYPE \"text/plain\" NAME \"a.txt\" NAMES (\"b.txt\") "  \
    "CHARSET \"utf-8\" HEADER (0 8) BODY (8 3) DECODED 3)\r\n"                                      \
    "c0.1 PART 2 (PARENT 1 DEPTH 1 READING 7 WITHIN 1 KIND LEAF TYPE \"text/html\" HEADER (8 0) "    \
    "BODY (8 3) DECODED 3)\r\n"

static void test_explained(void **state)
{
    (void)state;
    size_t count;
    struct fake_answer answer = answer_of(
        DELIVERED PART_LINE
        "c0.1 FINDING clamav (SYMBOL \"Odd\" CLASS POLICY POINTS -500 PART 1 RANGE (8 2) TEXT "
        "\"is odd\" EXCERPT \"c\")\r\nc0.1 COVERAGE clamav (PARTS 1 STATE EXAMINED)\r\n"
        "c0.1 ENGINE clamav (STATE OK VERSION \"1.4\" TIME 17)\r\n"
        "c0.1 FACT \"size\" \"11\"\r\n" REPORTED OK_LINE,
        true);
    assert_int_equal(answer.status, CCCP_OK);
    const struct cccp_part *parts = cccp_result_parts(answer.result, &count);
    assert_int_equal(count, 2);
    assert_string_equal(parts[0].name, "a.txt");
    assert_int_equal(parts[0].name_count, 2);
    assert_string_equal(parts[0].names[0], "a.txt");
    assert_string_equal(parts[0].names[1], "b.txt");
    assert_string_equal(parts[0].charset, "utf-8");
    assert_null(parts[0].encoding);
    assert_int_equal(parts[0].reading + parts[0].within, 0);
    assert_int_equal(parts[1].reading, 7);
    assert_int_equal(parts[1].within, 1);
    assert_int_equal(parts[1].name_count, 0);
    assert_null(parts[1].charset);
    assert_int_equal(parts[0].body_offset, 8);
    const struct cccp_finding *findings = cccp_result_findings(answer.result, &count);
    assert_int_equal(count, 1);
    assert_string_equal(findings[0].class_word, "POLICY");
    assert_int_equal(findings[0].points, -500);
    const struct cccp_coverage *coverage = cccp_result_coverage(answer.result, &count);
    assert_string_equal(coverage[0].state, "EXAMINED");
    const struct cccp_engine *engines = cccp_result_engines(answer.result, &count);
    assert_int_equal(engines[0].time_us, 17);
    const struct cccp_fact *facts = cccp_result_facts(answer.result, &count);
    assert_string_equal(facts[0].value, "11");
    fake_answer_clear(&answer);
}

static void test_explained_outside(void **state)
{
    (void)state;
    struct fake_answer answer = answer_of(
        DELIVERED "c0.1 PART 1 (PARENT 0 DEPTH 0 KIND LEAF TYPE \"text/plain\" HEADER (0 8) BODY "
                  "(8 4) DECODED 3)\r\n" REPORTED OK_LINE,
        true);
    assert_int_equal(answer.status, CCCP_MALFORMED);
    fake_answer_clear(&answer);
}

/* A server may have been told to take more parts than it does by default. */
static void test_many_parts(void **state)
{
    (void)state;
    enum { PARTS = 2000, LINE_MOST = 128 };
    size_t count, size = 0;
    char *reply = malloc((PARTS + 8) * LINE_MOST);
    assert_non_null(reply);
    size += (size_t)sprintf(reply, DELIVERED);
    for (unsigned i = 1; i <= PARTS; i++)
        size += (size_t)sprintf(
            reply + size, "c0.1 PART %u (KIND LEAF TYPE \"t/t\" HEADER (0 8) BODY (8 3))\r\n", i);
    sprintf(reply + size, REPORTED OK_LINE);
    struct fake_answer answer = answer_of(reply, true);
    assert_int_equal(answer.status, CCCP_OK);
    (void)cccp_result_parts(answer.result, &count);
    assert_int_equal(count, PARTS);
    fake_answer_clear(&answer);
    free(reply);
}

static void test_not_asked(void **state)
{
    (void)state;
    size_t count;
    struct fake_answer answer = answer_of(DELIVERED PART_LINE REPORTED OK_LINE, false);
    assert_int_equal(answer.status, CCCP_OK);
    assert_null(cccp_result_parts(answer.result, &count));
    assert_int_equal(count, 0);
    fake_answer_clear(&answer);
}

static void test_codes(void **state)
{
    (void)state;
    static const struct {
        const char *line, *code;
        enum cccp_duty duty;
    } rows[] = {
        {"c0.1 NO [TOOBIG 1000] big\r\n", "TOOBIG 1000", CCCP_DUTY_ASIDE},
        {"c0.1 NO [OVERLOADED] x\r\n", "OVERLOADED", CCCP_DUTY_RETRY},
        {"c0.1 NO [LIMIT INFLIGHT 2] x\r\n", "LIMIT INFLIGHT 2", CCCP_DUTY_RETRY},
        {"c0.1 NO [NOPERM] x\r\n", "NOPERM", CCCP_DUTY_CONFIGURE},
        {"c0.1 NO [SOMETHING-NEW] x\r\n", "SOMETHING-NEW", CCCP_DUTY_RETRY},
        {"c0.1 NO x\r\n", "", CCCP_DUTY_RETRY},
        {"c0.1 BAD [PARSE] x\r\n", "PARSE", CCCP_DUTY_REPAIR},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_answer answer = answer_of(rows[i].line, false);
        assert_int_equal(answer.status, CCCP_REFUSED);
        assert_string_equal(cccp_result_code(answer.result), rows[i].code);
        assert_int_equal(cccp_result_duty(answer.result), rows[i].duty);
        fake_answer_clear(&answer);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, result_rows, test_result);
    ROWS_ADD(&rows, text_rows, test_text);
    rows_add_one(&rows, "7.1 long text is cut", test_long_text);
    rows_add_one(&rows, "7.3 REPORT", test_summary);
    rows_add_one(&rows, "7.4 report lines", test_explained);
    rows_add_one(&rows, "7.4 a range outside the message", test_explained_outside);
    rows_add_one(&rows, "7.4 more parts than by default", test_many_parts);
    rows_add_one(&rows, "7.4 report lines nobody asked for", test_not_asked);
    rows_add_one(&rows, "8 codes and duties", test_codes);
    return rows_run("result", &rows, argc, argv);
}

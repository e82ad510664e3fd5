#include "feed.h"

#include "protocol/reply.h"

static const struct frame_limits limits = {
    .line_bytes = 8192, .command_bytes = 65536, .literal_bytes = 65536, .nesting = 8};

struct reply_row {
    const char *name;
    struct bytes octets;
    const char *transcript;
};

static void note_slice(struct transcript *transcript, const char *name, struct bytes octets)
{
    if (octets.size == 0)
        return;
    note(transcript, " %s=", name);
    note_octets(transcript, octets);
}

static void note_reply(struct transcript *transcript, struct frame *frame, bool content_follows)
{
    static const char *const kinds[] = {"continue", "untagged", "line", "completion"};
    static const char *const completions[] = {"OK", "NO", "BAD", "BYE"};
    AUTO(rows_free) uint8_t *copy = rows_copy(buffer_bytes(&frame->buffer));
    struct reply reply;
    enum status status = reply_parse(copy, frame->buffer.size, limits.nesting, &reply);
    assert_false(content_follows);
    if (status != STATUS_OK) {
        note(transcript, "!%s@%zu", status_name(status), reply.lexer.wrong_at);
        return;
    }
    note(transcript, "%s", kinds[reply.kind]);
    note_slice(transcript, "tag", reply.tag);
    note_slice(transcript, "word", reply.word);
    if (reply.is_state)
        note(transcript, " %s", completions[reply.completion]);
    note_slice(transcript, "code", reply.code);
    note_slice(transcript, "text", reply.text);
    note(transcript, ";");
}

static const struct reply_row reply_rows[] = {
    {"3 continue", OCTETS("+ go\r\n"), "Ccontinue tag=+ text=go;."},
    {"4.3 continue without text", OCTETS("+ \r\n+\r\n"), "Ccontinue tag=+;Ccontinue tag=+;."},
    {"3 continue without SP", OCTETS("+go\r\n"), "C!PARSE@1."},
    {"4.2 greeting", OCTETS("* PREAUTH [CAPABILITY CCCP1 AUTH=PLAIN MAXLINE=8192] x ready\r\n"),
     "Cuntagged tag=* word=PREAUTH OK code=CAPABILITY CCCP1 AUTH=PLAIN MAXLINE=8192 text=x "
     "ready;."},
    {"4.2 greeting that is a BYE", OCTETS("* bye [DRAINING] no\r\n"),
     "Cuntagged tag=* word=bye BYE code=DRAINING text=no;."},
    {"3 completion", OCTETS("a1 OK [DONE] 2 recipients\r\n"),
     "Ccompletion tag=a1 word=OK OK code=DONE text=2 recipients;."},
    {"3 completion without a code", OCTETS("a1 NO no\r\n"),
     "Ccompletion tag=a1 word=NO NO text=no;."},
    {"3 completion with a quoted code", OCTETS("a1 OK [TAG \"a ]\\\"b\"] x\r\n"),
     "Ccompletion tag=a1 word=OK OK code=TAG \"a ]\\\"b\" text=x;."},
    {"3 text with everything", OCTETS("a1 BAD [PARSE] \"( {3} \xC3\xA4 [x] \\\r\n"),
     "Ccompletion tag=a1 word=BAD BAD code=PARSE text=\"( {3} \xC3\xA4 [x] \\;."},
    {"3 a completion without text", OCTETS("a1 OK\r\n"), "C!PARSE@5."},
    {"3 a completion with a code, without text", OCTETS("a1 OK [DONE]\r\n"), "C!PARSE@12."},
    {"3 a code that does not end", OCTETS("a1 OK [DONE x\r\n"), "C!PARSE@13."},
    {"3 a code of nothing", OCTETS("a1 OK [] x\r\n"), "C!PARSE@7."},
    {"3 a code with two SP", OCTETS("a1 OK [A  B] x\r\n"), "C!PARSE@9."},
    {"3 a code with other octets", OCTETS("a1 OK [A=B] x\r\n"), "C!PARSE@10."},
    {"3 a code of 33 octets", OCTETS("a1 OK [A12345678901234567890123456789012] x\r\n"),
     "C!PARSE@40."},
    {"3 text with a TAB", OCTETS("a1 OK a\tb\r\n"), "C!PARSE@6."},
    {"3 text that is not UTF-8", OCTETS("a1 OK \xFF\r\n"), "C!PARSE@6."},
    {"3 text with DEL", OCTETS("a1 OK \x7f\r\n"), "C!PARSE@6."},
    {"3 untagged", OCTETS("* CAPABILITY CCCP1 AUTH=PLAIN\r\n"),
     "Cuntagged tag=* word=CAPABILITY;."},
    {"3 intermediate", OCTETS("a1 RES 1:2 DELIVER ()\r\n"), "Cline tag=a1 word=RES;."},
    {"3 a tagged BYE is no state", OCTETS("a1 BYE x\r\n"), "Cline tag=a1 word=BYE;."},
    {"3 no word", OCTETS("a1 \r\n"), "C!PARSE@3."},
    {"3 no tag", OCTETS("\r\n* \r\n"), "C!PARSE@0C!PARSE@2."},
    {"3 a tag of other octets", OCTETS("a:1 OK x\r\n"), "C!PARSE@3."},
};

static void test_reply(void **state)
{
    const struct reply_row *row = *state;
    const struct feed feed = {
        .side = FRAME_OF_SERVER, .limits = limits, .note_command = note_reply};
    feed_all_cuts(&feed, row->octets, row->transcript);
}

static void note_result(struct transcript *transcript, struct lexer *lexer)
{
    AUTO(arena_clear) struct arena arena;
    struct id_range *ranges;
    size_t count;
    struct reply_result result;
    arena_init(&arena, 65536);
    if (reply_read_result(lexer, &arena, &ranges, &count, &result) != STATUS_OK) {
        note(transcript, "!%s@%zu", status_name(lexer->status), lexer->wrong_at);
        return;
    }
    for (size_t i = 0; i < count; i++)
        note(transcript, "%" PRIu32 "-%" PRIu32 " ", ranges[i].first, ranges[i].last);
    note(transcript, "%s%s", disposition_word(result.disposition), result.known ? "" : "?");
    note_slice(transcript, "word", result.known ? (struct bytes){NULL, 0} : result.word);
    if (result.copy > 0)
        note(transcript, " copy=%" PRIu64, result.copy);
    note(transcript, "%s", result.has_sender && result.sender.size == 0 ? " sender=<>" : "");
    note_slice(transcript, "sender", result.sender);
    note_slice(transcript, "class", result.class);
    note_slice(transcript, "status", result.status);
    note_slice(transcript, "text", result.text);
    note_slice(transcript, "mark", result.mark);
    if (result.has_after)
        note(transcript, " after=%" PRIu64, result.after_s);
}

static const struct reply_row result_rows[] = {
    {"7 DELIVER", OCTETS("a1 RES 1:2 DELIVER ()"), "1-2 DELIVER"},
    {"7 ids", OCTETS("a1 RES 1,3:5,\r\n7 deliver ()"), "1-1 3-5 7-7 DELIVER"},
    {"7.1 REJECT", OCTETS("a1 RES 1 REJECT (STATUS \"5.7.1\" TEXT {3}\r\na\"b CLASS VIRUS)"),
     "1-1 REJECT class=VIRUS status=5.7.1 text=a\"b"},
    {"7.2 all attributes", OCTETS("a1 RES 1 DEFER (COPY 2 SENDER \"\" MARK \"m\" AFTER 300 X (Y))"),
     "1-1 DEFER copy=2 sender=<> mark=m after=300"},
    {"7.1 a disposition of tomorrow", OCTETS("a1 RES 1 EXPLODE (X 1)"), "1-1 DEFER? word=EXPLODE"},
    {"7 no ids", OCTETS("a1 RES DELIVER ()"), "!PARSE@7"},
    {"7 no attributes", OCTETS("a1 RES 1 DELIVER"), "!PARSE@16"},
    {"7 no disposition", OCTETS("a1 RES 1 ()"), "!PARSE@9"},
    {"7 more behind it", OCTETS("a1 RES 1 DELIVER () x"), "!PARSE@19"},
    {"7.2 a copy that is no number", OCTETS("a1 RES 1 DELIVER (COPY x)"), "!PARSE@23"},
    {"3.5 a key twice", OCTETS("a1 RES 1 DELIVER (COPY 1 COPY 1)"), "!PARSE@25"},
};

static void test_result(void **state)
{
    const struct reply_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    static struct transcript transcript;
    struct reply reply;
    transcript.size = 0;
    assert_int_equal(reply_parse(copy, row->octets.size, 8, &reply), STATUS_OK);
    note_result(&transcript, &reply.lexer);
    assert_string_equal(transcript.text, row->transcript);
}

struct summary_row {
    const char *name;
    struct bytes octets;
    enum status status;
    enum verdict_kind verdict;
};

#define FULL "COVERAGE FULL EXPECTED 3 EXAMINED 2 EXEMPT 1 UNEXAMINABLE 0 FAILED 0"

static const struct summary_row summary_rows[] = {
    {"7.3 CLEAN", OCTETS("a REPORT (VERDICT CLEAN " FULL ")"), STATUS_OK, VERDICT_CLEAN},
    {"7.3 INFECTED needs nothing more", OCTETS("a REPORT (VERDICT infected X (1 2))"), STATUS_OK,
     VERDICT_INFECTED},
    {"7.3 CLEAN without a coverage", OCTETS("a REPORT (VERDICT CLEAN)"), STATUS_PARSE, 0},
    {"7.3 CLEAN with PARTIAL",
     OCTETS("a REPORT (VERDICT CLEAN COVERAGE PARTIAL EXPECTED 1 "
            "EXAMINED 1)"),
     STATUS_PARSE, 0},
    {"7.3 CLEAN with nothing expected", OCTETS("a REPORT (VERDICT CLEAN COVERAGE FULL)"),
     STATUS_PARSE, 0},
    {"7.3 CLEAN with one missing",
     OCTETS("a REPORT (VERDICT CLEAN COVERAGE FULL EXPECTED 2 EXAMINED 1)"), STATUS_PARSE, 0},
    {"7.3 CLEAN with one too many",
     OCTETS("a REPORT (VERDICT CLEAN COVERAGE FULL EXPECTED 1 EXAMINED 2)"), STATUS_PARSE, 0},
    {"7.3 CLEAN with one failed",
     OCTETS("a REPORT (VERDICT CLEAN COVERAGE FULL EXPECTED 1 EXAMINED 1 FAILED 1)"), STATUS_PARSE,
     0},
    {"7.3 no verdict", OCTETS("a REPORT (" FULL ")"), STATUS_PARSE, 0},
    {"7.3 an unknown verdict", OCTETS("a REPORT (VERDICT FINE " FULL ")"), STATUS_PARSE, 0},
    {"7.3 more behind it", OCTETS("a REPORT (VERDICT SPAM) x"), STATUS_PARSE, 0},
    {"7.3 no list", OCTETS("a REPORT"), STATUS_PARSE, 0},
};

static void test_summary(void **state)
{
    const struct summary_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    struct reply reply;
    struct reply_summary summary;
    assert_int_equal(reply_parse(copy, row->octets.size, 8, &reply), STATUS_OK);
    assert_int_equal(reply_read_summary(&reply.lexer, &summary), row->status);
    if (row->status == STATUS_OK)
        assert_int_equal(summary.verdict, row->verdict);
}

static void assert_written(struct buffer *out, const char *wanted)
{
    assert_bytes(buffer_bytes(out), bytes_of_text(wanted));
    buffer_clear(out);
}

static void test_write_result(void **state)
{
    (void)state;
    struct buffer out;
    const struct id_range ranges[] = {{1, 2}, {4, 4}};
    struct reply_result result = {.disposition = DISPOSITION_DELIVER, .known = true};
    buffer_init(&out, 65536);
    assert_int_equal(reply_write_result(&out, "a1", ranges, 2, &result), STATUS_OK);
    assert_written(&out, "a1 RES 1:2,4 DELIVER ()\r\n");
    result = (struct reply_result){.disposition = DISPOSITION_REJECT,
                                   .known = true,
                                   .copy = 1,
                                   .has_sender = true,
                                   .class = BYTES("VIRUS"),
                                   .status = BYTES("5.7.1"),
                                   .text = BYTES("a\nb"),
                                   .mark = BYTES("m"),
                                   .has_after = true};
    assert_int_equal(reply_write_result(&out, "a1", ranges, 1, &result), STATUS_OK);
    assert_written(&out, "a1 RES 1:2 REJECT (COPY 1 SENDER \"\" CLASS VIRUS STATUS \"5.7.1\" TEXT "
                         "{3}\r\na\nb MARK \"m\" AFTER 0)\r\n");
    result = (struct reply_result){.word = BYTES("X-A.B")};
    assert_int_equal(reply_write_result(&out, "a1", ranges, 1, &result), STATUS_OK);
    assert_written(&out, "a1 RES 1:2 X-A.B ()\r\n");
    assert_int_equal(reply_write_result(&out, "a1", ranges, 0, &result), STATUS_INVALID);
    assert_int_equal(out.size, 0);
    buffer_clear(&out);
}

/* Reasons: findings, then what was not examined, then what failed; each once. */
static void test_write_summary(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    struct buffer out;
    const struct bytes clamav = BYTES("clamav");
    const struct report_finding finding = {
        .engine = clamav, .symbol = BYTES("Eicar"), .class = CLASS_VIRUS};
    const struct report_finding note = {
        .engine = clamav, .symbol = BYTES("odd"), .class = CLASS_NOTE};
    const struct report_engine engine = {clamav, BYTES("1.4.6"), BYTES("late"), true, 5};
    const struct report_engine view = {.name = BYTES("message"), .time_us = 3};
    const struct report_coverage coverage = {
        clamav, {1, 1}, COVERAGE_UNEXAMINABLE, BYTES("encrypted")};
    const struct report_coverage exempt = {clamav, {2, 2}, COVERAGE_EXEMPT, BYTES("small")};
    struct reply_summary summary = {.verdict = VERDICT_INCOMPLETE,
                                    .transient = true,
                                    .tally = {1, 0, 0, 0, 1},
                                    .reference = BYTES("c7-1"),
                                    .time_us = 7,
                                    .generation = 3};
    report_init(&report, 65536);
    buffer_init(&out, 65536);
    assert_int_equal(report_add_finding(&report, &finding), STATUS_OK);
    assert_int_equal(report_add_finding(&report, &finding), STATUS_OK);
    assert_int_equal(report_add_finding(&report, &note), STATUS_OK);
    assert_int_equal(report_add_engine(&report, &view), STATUS_OK);
    assert_int_equal(report_add_engine(&report, &engine), STATUS_OK);
    assert_int_equal(report_add_coverage(&report, &coverage), STATUS_OK);
    assert_int_equal(report_add_coverage(&report, &exempt), STATUS_OK);
    assert_int_equal(reply_write_summary(&out, "a1", &summary, &report), STATUS_OK);
    assert_written(&out,
                   "a1 REPORT (VERDICT INCOMPLETE TRANSIENT YES COVERAGE PARTIAL EXPECTED 1 "
                   "EXAMINED 0 EXEMPT 0 UNEXAMINABLE 0 FAILED 1 REASONS ((\"clamav\" \"Eicar\") "
                   "(\"clamav\" \"encrypted\") (\"clamav\" \"late\")) ENGINES ((\"clamav\" "
                   "\"1.4.6\")) GENERATION 3 TIME 7 REF \"c7-1\")\r\n");
    summary.verdict = VERDICT_CLEAN;
    assert_int_equal(reply_write_summary(&out, "a1", &summary, NULL), STATUS_INVALID);
    assert_int_equal(out.size, 0);
    summary.full = true;
    summary.tally = (struct coverage_tally){1, 1, 0, 0, 0};
    assert_int_equal(reply_write_summary(&out, "a1", &summary, NULL), STATUS_OK);
    struct reply reply;
    struct reply_summary read;
    assert_int_equal(reply_parse(out.data, out.size - 2, 8, &reply), STATUS_OK);
    assert_int_equal(reply_read_summary(&reply.lexer, &read), STATUS_OK);
    assert_int_equal(read.verdict, VERDICT_CLEAN);
    assert_bytes(read.reference, BYTES("c7-1"));
    assert_bytes(read.reasons, BYTES("()"));
    assert_int_equal(read.generation, 3);
    buffer_clear(&out);
}

static void test_many_reasons(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    AUTO(buffer_clear) struct buffer out;
    AUTO(frame_clear) struct frame frame;
    const struct reply_summary summary = {.verdict = VERDICT_INFECTED};
    struct reply reply;
    struct reply_summary read;
    report_init(&report, 1 << 20);
    buffer_init(&out, 65536);
    for (int i = 0; i < 1000; i++) {
        char symbol[128];
        snprintf(symbol, sizeof symbol, "Heuristics.%0100d", i);
        const struct report_finding finding = {
            .engine = BYTES("clamav"), .symbol = bytes_of_text(symbol), .class = CLASS_POLICY};
        assert_int_equal(report_add_finding(&report, &finding), STATUS_OK);
    }
    assert_int_equal(reply_write_summary(&out, "a1", &summary, &report), STATUS_OK);
    assert_true(out.size < 16384);
    frame_init(&frame, FRAME_OF_SERVER, &(struct frame_limits){1024, 65536, 1024, 8});
    struct bytes input = buffer_bytes(&out);
    assert_int_equal(frame_step(&frame, &input), FRAME_COMPLETE);
    assert_int_equal(reply_parse(frame.buffer.data, frame.buffer.size, 8, &reply), STATUS_OK);
    assert_int_equal(reply_read_summary(&reply.lexer, &read), STATUS_OK);
}

static void test_write_status(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 65536);
    assert_int_equal(reply_write_status(&out, "a1", STATUS_LIMIT_LINE, true, 8192, NULL),
                     STATUS_OK);
    assert_written(&out, "a1 BAD [LIMIT LINE 8192] line too long\r\n");
    assert_int_equal(reply_write_status(&out, NULL, STATUS_PARSE, false, 0, "no\r\ntag"),
                     STATUS_OK);
    assert_written(&out, "* BAD [PARSE] no  tag\r\n");
    assert_int_equal(reply_write_status(&out, "a1", STATUS_SHUTDOWN, false, 0, ""), STATUS_OK);
    assert_written(&out, "* BYE [SHUTDOWN] closing\r\n");
    assert_int_equal(reply_write_status(&out, "a1", STATUS_OK, false, 0, NULL), STATUS_OK);
    assert_written(&out, "a1 OK done\r\n");
    assert_int_equal(reply_write_ok(&out, "a1", "DONE", "2 recipients"), STATUS_OK);
    assert_written(&out, "a1 OK [DONE] 2 recipients\r\n");
    assert_int_equal(reply_write_status(&out, "a1", STATUS_PARSE, false, 0, " ,}\r\n"), STATUS_OK);
    assert_written(&out, "a1 BAD [PARSE] syntax error\r\n");
    assert_int_equal(reply_write_ok(&out, NULL, "DRAINING", NULL), STATUS_OK);
    assert_written(&out, "* OK [DRAINING] done\r\n");
    assert_int_equal(reply_write_refusal(&out, "a1", STATUS_UNSUPPORTED, BYTES("FOO"), NULL),
                     STATUS_OK);
    assert_written(&out, "a1 NO [UNSUPPORTED FOO] not supported\r\n");
    assert_int_equal(reply_write_refusal(&out, "a1", STATUS_BAD_ENVELOPE, BYTES("a]b"), "x"),
                     STATUS_OK);
    assert_written(&out, "a1 NO [BADENVELOPE] x\r\n");
}

/* Every status that can be said is read again as what it was. */
static void test_statuses_are_read(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        AUTO(buffer_clear) struct buffer out;
        const struct status_reply *said = status_reply((enum status)i);
        struct reply reply;
        buffer_init(&out, 1024);
        assert_int_equal(reply_write_status(&out, "a1", (enum status)i, true, 7, NULL), STATUS_OK);
        assert_int_equal(reply_parse(out.data, out.size - 2, 8, &reply), STATUS_OK);
        assert_true(reply.is_state);
        assert_int_equal(reply.completion, said->completion);
        assert_bytes(reply.text, bytes_of_text(said->text));
        assert_int_equal(reply.kind == REPLY_UNTAGGED, said->completion == COMPLETION_BYE);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, reply_rows, test_reply);
    ROWS_ADD(&rows, result_rows, test_result);
    ROWS_ADD(&rows, summary_rows, test_summary);
    rows_add_one(&rows, "7 RES is written", test_write_result);
    rows_add_one(&rows, "7.3 REPORT is written", test_write_summary);
    rows_add_one(&rows, "7.3 REPORT with a thousand findings", test_many_reasons);
    rows_add_one(&rows, "8 completions are written", test_write_status);
    rows_add_one(&rows, "8 completions are read as they were meant", test_statuses_are_read);
    return rows_run("reply", &rows, argc, argv);
}

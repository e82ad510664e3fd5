#include "rows.h"

#include <string.h>

#include "protocol/job.h"

static void test_job_comes_back(void **state)
{
    (void)state;
    struct bytes engines[] = {BYTES("clamav"), BYTES("auth")};
    struct job_answer answers[] = {
        {BYTES("auth"), BYTES("dns-txt"), BYTES("a.example"), true, BYTES("v=\"x\"\r\n")},
        {BYTES("auth"), BYTES("dns-txt"), BYTES("b.example"), true, BYTES("")},
        {BYTES("auth"), BYTES("dns-txt"), BYTES("c.example"), false, {NULL, 0}}};
    const struct job job = {.id = 17,
                            .stage = JOB_CONCLUDE,
                            .size = 1 << 30,
                            .deadline_ms = 20000,
                            .engines = engines,
                            .engine_count = 2,
                            .answers = answers,
                            .answer_count = 3};
    AUTO(buffer_clear) struct buffer out;
    AUTO(arena_clear) struct arena arena;
    struct job read;
    buffer_init(&out, JOB_DATAGRAM_BYTES);
    arena_init(&arena, 65536);
    assert_int_equal(job_write(&job, &out), STATUS_OK);
    assert_int_equal(job_read(out.data, out.size, &arena, &read), STATUS_OK);
    assert_int_equal(read.id, 17);
    assert_int_equal(read.stage, JOB_CONCLUDE);
    assert_int_equal(read.size, 1 << 30);
    assert_int_equal(read.deadline_ms, 20000);
    assert_int_equal(read.engine_count, 2);
    assert_int_equal(read.answer_count, 3);
    for (size_t i = 0; i < 2; i++)
        assert_bytes(read.engines[i], engines[i]);
    for (size_t i = 0; i < 3; i++) {
        assert_bytes(read.answers[i].engine, answers[i].engine);
        assert_bytes(read.answers[i].kind, answers[i].kind);
        assert_bytes(read.answers[i].name, answers[i].name);
        assert_int_equal(read.answers[i].has_value, answers[i].has_value);
        assert_bytes(read.answers[i].value, answers[i].value);
    }
}

struct job_row {
    const char *name;
    struct bytes octets;
    enum status status;
};

static const struct job_row job_rows[] = {
    {"job: the least", OCTETS("1 JOB ()\r\n"), STATUS_OK},
    {"job: unknown keys", OCTETS("1 JOB (X (1 2) SIZE 5)\r\n"), STATUS_OK},
    {"job: without CRLF", OCTETS("1 JOB ()"), STATUS_PARSE},
    {"job: nothing", OCTETS(""), STATUS_PARSE},
    {"job: two", OCTETS("1 JOB ()\r\n2 JOB ()\r\n"), STATUS_PARSE},
    {"job: no number", OCTETS("a JOB ()\r\n"), STATUS_PARSE},
    {"job: another word", OCTETS("1 JOBS ()\r\n"), STATUS_PARSE},
    {"job: unknown stage", OCTETS("1 JOB (STAGE LATER)\r\n"), STATUS_PARSE},
    {"job: a critical key", OCTETS("1 JOB (!X 1)\r\n"), STATUS_UNSUPPORTED},
    {"job: an answer without a value", OCTETS("1 JOB (ANSWERS ((\"a\" \"b\" \"c\")))\r\n"),
     STATUS_PARSE},
    {"job: wants", OCTETS("1 JOB (WANTS (\"header.subject\" \"mark.X-A\"))\r\n"), STATUS_OK},
    {"job: an empty want", OCTETS("1 JOB (WANTS (\"\"))\r\n"), STATUS_PARSE},
    {"job: a transformation", OCTETS("1 JOB (STAGE TRANSFORM EDITS 4194304)\r\n"), STATUS_OK},
    {"job: a transformation without edits", OCTETS("1 JOB (STAGE TRANSFORM)\r\n"), STATUS_PARSE},
    {"job: edits beyond the bound", OCTETS("1 JOB (STAGE TRANSFORM EDITS 4194305)\r\n"),
     STATUS_PARSE},
    {"job: edits of a scan", OCTETS("1 JOB (STAGE SCAN EDITS 5)\r\n"), STATUS_PARSE},
    {"job: an engine that is an atom", OCTETS("1 JOB (ENGINES (clamav))\r\n"), STATUS_PARSE},
};

static void test_job(void **state)
{
    const struct job_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    AUTO(arena_clear) struct arena arena;
    struct job job;
    arena_init(&arena, 65536);
    assert_int_equal(job_read(copy, row->octets.size, &arena, &job), row->status);
}

#define EIGHT_NAMES "\"n\" \"n\" \"n\" \"n\" \"n\" \"n\" \"n\" \"n\" "

#define DIGEST "\"00000000000000000000000000000000000000000000000000000000000000aF\""
#define COPY(head, form) OCTETS("7 COPY " head " " form "\r\n7 OK [DONE] a\r\n")
#define COPY_HEAD "1 (SIZE 3 SHA256 " DIGEST " BODY 7BIT SMTPUTF8 NO)"
#define KEEPS "SPLICE ((KEEP 0 3))"

static const struct job_row copy_rows[] = {
    {"7.8 COPY", COPY(COPY_HEAD, KEEPS), STATUS_OK},
    {"7.8 COPY of everything",
     COPY("4294967295 (DKIM-BROKEN (\"a\" \"b\") SIZE 0 SHA256 " DIGEST
          " BODY BINARYMIME SMTPUTF8 YES X (1))",
          "SPLICE ()"),
     STATUS_OK},
    {"7.8 COPY 0", COPY("0 (SIZE 3 SHA256 " DIGEST " BODY 7BIT SMTPUTF8 NO)", KEEPS), STATUS_PARSE},
    {"7.8 COPY over 2^32",
     COPY("4294967296 (SIZE 3 SHA256 " DIGEST " BODY 7BIT SMTPUTF8 NO)", KEEPS), STATUS_PARSE},
    {"7.8 COPY without a size", COPY("1 (SHA256 " DIGEST " BODY 7BIT SMTPUTF8 NO)", KEEPS),
     STATUS_PARSE},
    {"7.8 COPY without a digest", COPY("1 (SIZE 3 BODY 7BIT SMTPUTF8 NO)", KEEPS), STATUS_PARSE},
    {"7.8 COPY without a body", COPY("1 (SIZE 3 SHA256 " DIGEST " SMTPUTF8 NO)", KEEPS),
     STATUS_PARSE},
    {"7.8 COPY without SMTPUTF8", COPY("1 (SIZE 3 SHA256 " DIGEST " BODY 7BIT)", KEEPS),
     STATUS_PARSE},
    {"7.8 COPY with a short digest", COPY("1 (SIZE 3 SHA256 \"00\" BODY 7BIT SMTPUTF8 NO)", KEEPS),
     STATUS_PARSE},
    {"7.8 COPY with a digest of other digits",
     COPY("1 (SIZE 3 SHA256 \"0000000000000000000000000000000000000000000000000000000000000g00\""
          " BODY 7BIT SMTPUTF8 NO)",
          KEEPS),
     STATUS_PARSE},
    {"7.8 COPY of another body", COPY("1 (SIZE 3 SHA256 " DIGEST " BODY 9BIT SMTPUTF8 NO)", KEEPS),
     STATUS_PARSE},
    {"7.8 COPY that is perhaps UTF-8",
     COPY("1 (SIZE 3 SHA256 " DIGEST " BODY 7BIT SMTPUTF8 MAYBE)", KEEPS), STATUS_PARSE},
    {"7.8 COPY with more signatures than there can be",
     COPY("1 (SIZE 3 SHA256 " DIGEST " BODY 7BIT SMTPUTF8 NO DKIM-BROKEN (" EIGHT_NAMES EIGHT_NAMES
              EIGHT_NAMES EIGHT_NAMES EIGHT_NAMES EIGHT_NAMES EIGHT_NAMES EIGHT_NAMES "\"n\"))",
          KEEPS),
     STATUS_PARSE},
    {"7.8 COPY in another form", COPY(COPY_HEAD, "DIFF ((KEEP 0 3))"), STATUS_PARSE},
    {"7.8 COPY without a form", OCTETS("7 COPY " COPY_HEAD "\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.8 COPY with more behind it", COPY(COPY_HEAD, KEEPS " x"), STATUS_PARSE},
    {"7.8 COPY of a worker that is inline", COPY(COPY_HEAD, "INLINE {3}\r\nabc"), STATUS_PARSE},
};

static const struct job_row answer_rows[] = {
    {"report: only the completion", OCTETS("7 OK [DONE] done\r\n"), STATUS_OK},
    {"report: a failure", OCTETS("7 NO [STATUS ENGINE] text\r\n"), STATUS_OK},
    {"report: LARGE", OCTETS("7 LARGE (SIZE 100000)\r\n"), STATUS_OK},
    {"report: LARGE behind something", OCTETS("7 FACT \"a\" \"b\"\r\n7 LARGE (SIZE 100000)\r\n"),
     STATUS_PARSE},
    {"report: LARGE of nothing", OCTETS("7 LARGE ()\r\n"), STATUS_PARSE},
    {"report: LARGE and then more", OCTETS("7 LARGE (SIZE 9)\r\n7 OK [DONE] x\r\n"), STATUS_PARSE},
    {"report: no completion", OCTETS("7 FACT \"a\" \"b\"\r\n"), STATUS_PARSE},
    {"report: nothing", OCTETS(""), STATUS_PARSE},
    {"report: half a line", OCTETS("7 OK [DONE] done"), STATUS_PARSE},
    {"report: half a line behind it", OCTETS("7 OK [DONE] done\r\n7 O"), STATUS_PARSE},
    {"report: a second completion", OCTETS("7 OK [DONE] a\r\n7 OK [DONE] b\r\n"), STATUS_PARSE},
    {"report: a line behind it", OCTETS("7 OK [DONE] a\r\n7 FACT \"a\" \"b\"\r\n"), STATUS_PARSE},
    {"report: another id", OCTETS("7 FACT \"a\" \"b\"\r\n8 OK [DONE] a\r\n"), STATUS_PARSE},
    {"report: an unknown line", OCTETS("7 SPLICE (X 1)\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"report: names that are none",
     OCTETS(
         "7 PART 1 (KIND LEAF TYPE \"t\" NAMES (7) HEADER (0 1) BODY (1 1))\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"report: names that are no list",
     OCTETS("7 PART 1 (KIND LEAF TYPE \"t\" NAMES \"n\" HEADER (0 1) BODY (1 1))\r\n"
            "7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"report: more names than there can be",
     OCTETS("7 PART 1 (KIND LEAF TYPE \"t\" NAMES (" EIGHT_NAMES EIGHT_NAMES EIGHT_NAMES EIGHT_NAMES
            "\"n\") HEADER (0 1) BODY (1 1))\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"report: a reading beyond numbers",
     OCTETS("7 PART 1 (READING 4294967296 KIND LEAF TYPE \"t\" HEADER (0 1) BODY (1 1))\r\n"
            "7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"report: a status that nobody knows", OCTETS("7 NO [STATUS NICE] x\r\n"), STATUS_PARSE},
    {"report: a failure that is none", OCTETS("7 NO [STATUS OK] x\r\n"), STATUS_PARSE},
    {"report: a failure without a status", OCTETS("7 NO [OVERLOADED] x\r\n"), STATUS_PARSE},
    {"report: a failure without anything", OCTETS("7 NO\r\n"), STATUS_PARSE},
    {"report: untagged", OCTETS("* FACT \"a\" \"b\"\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"report: bare LF", OCTETS("7 OK [DONE] a\n"), STATUS_PARSE},
    {"report: NUL", OCTETS("7 FACT {1}\r\n\0 \"b\"\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"report: a literal that runs over", OCTETS("7 FACT {99}\r\na\r\n"), STATUS_PARSE},
    {"7.4 PART without a kind",
     OCTETS("7 PART 1 (TYPE \"t\" HEADER (0 1) BODY (1 1))\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.4 PART of an unknown kind",
     OCTETS("7 PART 1 (KIND TREE TYPE \"t\" HEADER (0 1) BODY (1 1))\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 PART over 2^32",
     OCTETS(
         "7 PART 4294967296 (KIND LEAF TYPE \"t\" HEADER (0 1) BODY (1 1))\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 PART with half a range",
     OCTETS("7 PART 1 (KIND LEAF TYPE \"t\" HEADER (0) BODY (1 1))\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 FINDING of an unknown class",
     OCTETS("7 FINDING e (SYMBOL \"s\" CLASS NICE)\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.4 FINDING without a symbol", OCTETS("7 FINDING e (CLASS SPAM)\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 FINDING with points",
     OCTETS("7 FINDING e (SYMBOL \"s\" CLASS SPAM POINTS +5)\r\n7 OK [DONE] a\r\n"), STATUS_OK},
    {"7.4 FINDING with two signs",
     OCTETS("7 FINDING e (SYMBOL \"s\" CLASS SPAM POINTS --5)\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.4 COVERAGE without a state", OCTETS("7 COVERAGE e (PARTS 1)\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 COVERAGE of an unknown state",
     OCTETS("7 COVERAGE e (PARTS 1 STATE FINE)\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.4 COVERAGE of the whole message",
     OCTETS("7 COVERAGE e (PARTS 0 STATE EXAMINED)\r\n7 OK [DONE] a\r\n"), STATUS_OK},
    {"7.4 COVERAGE of a range",
     OCTETS("7 COVERAGE e (PARTS 1:3 STATE EXEMPT)\r\n7 OK [DONE] a\r\n"), STATUS_OK},
    {"7.4 COVERAGE that descends",
     OCTETS("7 COVERAGE e (PARTS 3:1 STATE EXEMPT)\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.4 COVERAGE of half a range",
     OCTETS("7 COVERAGE e (PARTS 3: STATE EXEMPT)\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.4 COVERAGE of three ends",
     OCTETS("7 COVERAGE e (PARTS 1:2:3 STATE EXEMPT)\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
    {"7.4 COVERAGE of no part", OCTETS("7 COVERAGE e (PARTS :1 STATE EXEMPT)\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 ENGINE of an unknown state", OCTETS("7 ENGINE e (STATE GOOD)\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 ENGINE with keys of tomorrow",
     OCTETS("7 ENGINE e (STATE OK X (Y \"z\"))\r\n7 OK [DONE] a\r\n"), STATUS_OK},
    {"7.4 QUESTION without a name", OCTETS("7 QUESTION e (KIND \"k\")\r\n7 OK [DONE] a\r\n"),
     STATUS_PARSE},
    {"7.4 FACT with more", OCTETS("7 FACT \"a\" \"b\" c\r\n7 OK [DONE] a\r\n"), STATUS_PARSE},
};

/* As many wants as there may be, as long as they may be, come back; one more or longer is none. */
static void test_wants(void **state)
{
    (void)state;
    static struct bytes wants[JOB_WANTS_MOST + 1];
    static uint8_t text[JOB_WANT_BYTES + 1];
    memset(text, 'w', sizeof text);
    for (size_t i = 0; i <= JOB_WANTS_MOST; i++)
        wants[i] = (struct bytes){text, JOB_WANT_BYTES};
    for (int wrong = 0; wrong < 3; wrong++) {
        struct job job = {.id = 1, .wants = wants, .want_count = JOB_WANTS_MOST + (wrong == 1)};
        AUTO(buffer_clear) struct buffer out;
        AUTO(arena_clear) struct arena arena;
        struct job read;
        wants[7].size = JOB_WANT_BYTES + (wrong == 2);
        buffer_init(&out, 65536);
        arena_init(&arena, 65536);
        assert_int_equal(job_write(&job, &out), STATUS_OK);
        assert_int_equal(job_read(out.data, out.size, &arena, &read),
                         wrong ? STATUS_PARSE : STATUS_OK);
        if (wrong)
            continue;
        assert_int_equal(read.want_count, JOB_WANTS_MOST);
        assert_bytes(read.wants[JOB_WANTS_MOST - 1], wants[0]);
    }
}

static void test_transformation_comes_back(void **state)
{
    (void)state;
    const struct job job = {.id = 3, .stage = JOB_TRANSFORM, .size = 99, .edits_size = 70000};
    AUTO(buffer_clear) struct buffer out;
    AUTO(arena_clear) struct arena arena;
    struct job read;
    buffer_init(&out, JOB_DATAGRAM_BYTES);
    arena_init(&arena, 65536);
    assert_int_equal(job_write(&job, &out), STATUS_OK);
    assert_int_equal(job_read(out.data, out.size, &arena, &read), STATUS_OK);
    assert_int_equal(read.stage, JOB_TRANSFORM);
    assert_int_equal(read.edits_size, 70000);
    assert_null(read.edits);
    assert_int_equal(read.edit_count, 0);
}

static void test_answer(void **state)
{
    const struct job_row *row = *state;
    AUTO(rows_free) uint8_t *copy = rows_copy(row->octets);
    AUTO(report_clear) struct report report;
    struct job_end end;
    report_init(&report, 65536);
    assert_int_equal(job_read_report(copy, row->octets.size, &report, &end), row->status);
    if (row->status == STATUS_OK)
        assert_int_equal(end.id, 7);
}

static void fill_copy(struct report *report)
{
    static const struct bytes broken[] = {OCTETS("d=x.example s=key"), OCTETS("\x01")};
    struct splice_segment segments[] = {{.is_keep = true, .keep = {0, 10}},
                                        {.data = BYTES("X-A: \xFF\r\n")},
                                        {.is_keep = true, .keep = {10, 20}}};
    struct report_copy copy = {.number = 1,
                               .size = 38,
                               .body = BODY_8BITMIME,
                               .smtputf8 = true,
                               .broken = broken,
                               .broken_count = 2,
                               .splice = {.segments = segments, .count = 3}};
    for (uint8_t i = 0; i < COPY_DIGEST_BYTES; i++)
        copy.digest[i] = (uint8_t)(i * 17 + 3);
    assert_int_equal(report_add_copy(report, &copy), STATUS_OK);
}

static void assert_copy(const struct report_copy *copy, const struct report_copy *wanted)
{
    assert_int_equal(copy->number, wanted->number);
    assert_int_equal(copy->size, wanted->size);
    assert_memory_equal(copy->digest, wanted->digest, COPY_DIGEST_BYTES);
    assert_int_equal(copy->body, wanted->body);
    assert_int_equal(copy->smtputf8, wanted->smtputf8);
    assert_int_equal(copy->broken_count, 2);
    assert_bytes(copy->broken[0], BYTES("d=x.example s=key"));
    assert_bytes(copy->broken[1], BYTES("\\x01"));
    assert_int_equal(copy->splice.count, 3);
    assert_int_equal(copy->splice.segments[2].keep.offset, 10);
    assert_int_equal(copy->splice.segments[2].keep.size, 20);
    assert_bytes(copy->splice.segments[1].data, BYTES("X-A: \xFF\r\n"));
}

static void fill(struct report *report)
{
    const struct bytes names[] = {BYTES("b (1).zip"), BYTES("\"c\"")};
    const struct report_part part = {.number = 1,
                                     .depth = 1,
                                     .kind = PART_LEAF,
                                     .type = BYTES("text/plain"),
                                     .name = BYTES("\"\\\xC3\xA4.zip"),
                                     .other_names = names,
                                     .other_name_count = 2,
                                     .encoding = BYTES("base64"),
                                     .charset = BYTES("utf-8"),
                                     .header = {0, 10},
                                     .body = {10, 20},
                                     .decoded_size = 15};
    const struct report_part other = {.number = 2,
                                      .parent = 1,
                                      .depth = 2,
                                      .reading = 3,
                                      .within = 1,
                                      .kind = PART_LEAF,
                                      .type = BYTES("text/html"),
                                      .header = {10, 0},
                                      .body = {10, 20}};
    const struct report_finding finding = {
        BYTES("clamav"), BYTES("Eicar"),  CLASS_VIRUS,       -12345, 1,
        {11, 5},         BYTES("a text"), BYTES("X5O!\\x0D")};
    const struct report_coverage coverage = {
        BYTES("clamav"), {1, 1}, COVERAGE_UNEXAMINABLE, BYTES("encrypted")};
    const struct report_engine engine = {BYTES("clamav"), BYTES("1.4.6"), BYTES("why"), true, 99};
    const struct report_question question = {BYTES("clamav"), BYTES("dns-txt"), BYTES("x")};
    assert_int_equal(report_add_part(report, &part), STATUS_OK);
    assert_int_equal(report_add_part(report, &other), STATUS_OK);
    assert_int_equal(report_add_finding(report, &finding), STATUS_OK);
    assert_int_equal(report_add_coverage(report, &coverage), STATUS_OK);
    assert_int_equal(report_add_engine(report, &engine), STATUS_OK);
    assert_int_equal(report_add_fact(report, BYTES("size"), BYTES("17")), STATUS_OK);
    assert_int_equal(report_add_question(report, &question), STATUS_OK);
    fill_copy(report);
}

static void test_report_comes_back(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    AUTO(report_clear) struct report read;
    AUTO(buffer_clear) struct buffer out;
    struct job_end end;
    report_init(&report, 65536);
    report_init(&read, 65536);
    buffer_init(&out, 65536);
    fill(&report);
    assert_int_equal(job_write_report(&report, 9, STATUS_OK, &out), STATUS_OK);
    assert_int_equal(job_read_report(out.data, out.size, &read, &end), STATUS_OK);
    assert_int_equal(end.id, 9);
    assert_int_equal(end.status, STATUS_OK);
    assert_false(end.large);
    const struct report_part *part = &read.parts[0];
    assert_int_equal(part->number, 1);
    assert_int_equal(part->depth, 1);
    assert_int_equal(part->kind, PART_LEAF);
    assert_bytes(part->name, report.parts[0].name);
    assert_bytes(part->encoding, BYTES("base64"));
    assert_bytes(part->charset, BYTES("utf-8"));
    assert_int_equal(part->other_name_count, 2);
    assert_bytes(part->other_names[0], BYTES("b (1).zip"));
    assert_bytes(part->other_names[1], BYTES("\"c\""));
    assert_int_equal(part->body.offset, 10);
    assert_int_equal(part->decoded_size, 15);
    assert_int_equal(part->reading + part->within, 0);
    assert_int_equal(read.parts[1].reading, 3);
    assert_int_equal(read.parts[1].within, 1);
    assert_int_equal(read.parts[1].other_name_count, 0);
    const struct report_finding *finding = &read.findings[0];
    assert_bytes(finding->symbol, BYTES("Eicar"));
    assert_int_equal(finding->class, CLASS_VIRUS);
    assert_int_equal(finding->points, -12345);
    assert_int_equal(finding->range.size, 5);
    assert_bytes(finding->excerpt, BYTES("X5O!\\x0D"));
    assert_int_equal(read.coverage[0].state, COVERAGE_UNEXAMINABLE);
    assert_bytes(read.coverage[0].reason, BYTES("encrypted"));
    assert_true(read.engines[0].failed);
    assert_int_equal(read.engines[0].time_us, 99);
    assert_bytes(read.facts[0].value, BYTES("17"));
    assert_bytes(read.questions[0].kind, BYTES("dns-txt"));
    assert_int_equal(read.copies_count, 1);
    assert_copy(&read.copies[0], &report.copies[0]);
}

/* Every status that is a failure travels and stays the same. */
static void test_statuses_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        AUTO(buffer_clear) struct buffer out;
        AUTO(report_clear) struct report report;
        struct job_end end;
        buffer_init(&out, 1024);
        report_init(&report, 0);
        if (i == STATUS_MORE)
            continue;
        assert_int_equal(job_write_report(NULL, 1, (enum status)i, &out), STATUS_OK);
        assert_int_equal(job_read_report(out.data, out.size, &report, &end), STATUS_OK);
        assert_int_equal(end.status, i);
    }
}

static void test_large(void **state)
{
    (void)state;
    AUTO(buffer_clear) struct buffer out;
    AUTO(report_clear) struct report report;
    struct job_end end;
    buffer_init(&out, 1024);
    report_init(&report, 0);
    assert_int_equal(job_write_large(5, 77777, &out), STATUS_OK);
    assert_bytes(buffer_bytes(&out), BYTES("5 LARGE (SIZE 77777)\r\n"));
    assert_int_equal(job_read_report(out.data, out.size, &report, &end), STATUS_OK);
    assert_true(end.large);
    assert_int_equal(end.large_size, 77777);
}

static void test_arena_is_full(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    AUTO(buffer_clear) struct buffer out;
    enum status status = STATUS_LIMIT;
    report_init(&report, 65536);
    buffer_init(&out, 65536);
    fill(&report);
    assert_int_equal(job_write_report(&report, 9, STATUS_OK, &out), STATUS_OK);
    for (size_t limit = 0; status != STATUS_OK; limit++) {
        AUTO(report_clear) struct report read;
        AUTO(rows_free) uint8_t *copy = rows_copy(buffer_bytes(&out));
        struct job_end end;
        report_init(&read, limit);
        status = job_read_report(copy, out.size, &read, &end);
        assert_true(status == STATUS_OK || status == STATUS_LIMIT);
        assert_true(limit < 65536);
    }
}

/* The buffer has every size from 0 up: what does not fit is taken back. */
static void test_buffer_is_full(void **state)
{
    (void)state;
    AUTO(report_clear) struct report report;
    enum status status = STATUS_LIMIT_REPLY;
    report_init(&report, 65536);
    fill(&report);
    for (size_t limit = 0; status != STATUS_OK; limit++) {
        AUTO(buffer_clear) struct buffer out;
        buffer_init(&out, limit);
        status = job_write_report(&report, 9, STATUS_OK, &out);
        assert_true(status == STATUS_OK || (status == STATUS_LIMIT_REPLY && out.size == 0));
        assert_true(limit < 65536);
    }
}

static void test_job_arena_is_full(void **state)
{
    (void)state;
    static const struct bytes text =
        OCTETS("1 JOB (ENGINES (\"a\" \"b\") ANSWERS ((\"a\" \"k\" \"n\" NIL)) WANTS (\"w\"))\r\n");
    enum status status = STATUS_MEMORY;
    for (size_t limit = 0; status != STATUS_OK; limit++) {
        AUTO(rows_free) uint8_t *copy = rows_copy(text);
        AUTO(arena_clear) struct arena arena;
        struct job job;
        arena_init(&arena, limit);
        status = job_read(copy, text.size, &arena, &job);
        assert_true(status == STATUS_OK || status == STATUS_MEMORY);
        assert_true(limit < 65536);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, job_rows, test_job);
    ROWS_ADD(&rows, answer_rows, test_answer);
    ROWS_ADD(&rows, copy_rows, test_answer);
    rows_add_one(&rows, "job: wants", test_wants);
    rows_add_one(&rows, "job: a transformation comes back", test_transformation_comes_back);
    rows_add_one(&rows, "job: comes back as it was", test_job_comes_back);
    rows_add_one(&rows, "job: the arena is full", test_job_arena_is_full);
    rows_add_one(&rows, "report: comes back as it was", test_report_comes_back);
    rows_add_one(&rows, "report: every status comes back", test_statuses_come_back);
    rows_add_one(&rows, "report: LARGE comes back", test_large);
    rows_add_one(&rows, "report: the arena is full", test_arena_is_full);
    rows_add_one(&rows, "report: the buffer is full", test_buffer_is_full);
    return rows_run("job", &rows, argc, argv);
}

/* Checks as clients see them, from their content to their end (spec/cccp.md 5 and 6), before a pool
 * that does what the test says. Every test ends in world_clear(), which sees that each job was done
 * once and that no content is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/front/content.h"
#include "server/log.h"
#include "server/metrics.h"
#include "tests/support/house_world.h"

#define MX1 1
#define MX2 2
#define CLEAN_1(tag) tag " RES 1 DELIVER ()\r\n" CLEAN_LINES(tag, "1 recipient")

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_init(&world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&world);
    return 0;
}

/* --- one check --- */

static void clean(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_send(&world, 0,
               "a1 CHECK t inbound (SENDER \"s@x\" QUEUEID \"q1\") ((1 \"a@x\") (2 \"b@x\") "
               "(7 \"c@x\")) () {5+}\r\nhello\r\n");
    world_expect(&world, 0, "");
    assert_int_equal(world.job_count, 1);
    assert_string_equal(world.jobs[0].engines, "*");
    assert_int_equal(world.jobs[0].request.size, 5);
    assert_int_equal(world.jobs[0].request.stage, JOB_SCAN);
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, "a1 RES 1:2,7 DELIVER ()\r\n" CLEAN_LINES("a1", "3 recipients"));
}

static void virus(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world_report(&world, 0, REPORT_VIRUS);
    world_expect(
        &world, 0,
        "a1 RES 1 QUARANTINE (CLASS virus TEXT \"found it\")\r\n"
        "a1 REPORT (VERDICT INFECTED COVERAGE FULL EXPECTED 1 EXAMINED 1 EXEMPT 0 "
        "UNEXAMINABLE 0 FAILED 0 REASONS ((\"alpha\" \"Test.Finding\")) ENGINES "
        "((\"alpha\" \"1\")) GENERATION 3 TIME # REF \"~\")\r\na1 OK [DONE] 1 recipient\r\n");
}

/* Worth knowing, and nothing that the verdict stands on: EXPLAIN has it, REASONS and log have not. */
static void note(void **state)
{
    (void)state;
    char path[] = "/tmp/house-note.XXXXXX", text[4096] = "";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(log_open(LOG_TEXT, path), STATUS_OK);
    world_open(&world, 0, 0);
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\")) (EXPLAIN YES) {5+}\r\nhello\r\n");
    world_report(&world, 0, REPORT_NOTE);
    world_expect(&world, 0,
                 "a1 RES 1 DELIVER ()\r\na1 ENGINE alpha (STATE OK VERSION \"1\" TIME 7)\r\n"
                 "a1 FINDING alpha (SYMBOL \"Test.Finding\" CLASS NOTE POINTS 0 PART 0 RANGE (0 1) "
                 "TEXT \"found it\")\r\n"
                 "a1 COVERAGE alpha (PARTS 0 STATE EXAMINED)\r\n" CLEAN_LINES("a1", "1 recipient"));
    log_close();
    assert_true(read(file, text, sizeof(text) - 1) > 0);
    assert_non_null(strstr(text, "check.done"));
    assert_non_null(strstr(text, "verdict=CLEAN"));
    assert_null(strstr(text, "Test.Finding"));
    close(file);
    unlink(path);
}

static void explain(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\")) (EXPLAIN YES) {5+}\r\nhello\r\n");
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0,
                 "a1 RES 1 DELIVER ()\r\na1 ENGINE alpha (STATE OK VERSION \"1\" TIME 7)\r\n"
                 "a1 COVERAGE alpha (PARTS 0 STATE EXAMINED)\r\n" CLEAN_LINES("a1", "1 recipient"));
}

/* What an enabled engine did not say has failed. */
static void silent(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world_report(&world, 0, REPORT_SILENT);
    world_expect(&world, 0,
                 DEFER_LINE("a1") "a1 REPORT (VERDICT INCOMPLETE TRANSIENT YES COVERAGE PARTIAL "
                                  "EXPECTED 1 EXAMINED 0 EXEMPT 0 UNEXAMINABLE 0 FAILED 1 ^\r\n"
                                  "a1 OK [DONE] 1 recipient\r\n");
}

static void missing_engine(void **state)
{
    (void)state;
    world.config_engines[1].enabled = true;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0,
                 DEFER_LINE("a1") "a1 REPORT (VERDICT INCOMPLETE TRANSIENT YES COVERAGE PARTIAL "
                                  "EXPECTED 2 EXAMINED 1 EXEMPT 0 UNEXAMINABLE 0 FAILED 1 ^\r\n"
                                  "a1 OK [DONE] 1 recipient\r\n");
}

struct failure_row {
    const char *name;
    enum status status;
    const char *word;
    bool permanent;
};

static const struct failure_row failures[] = {
    {"5.1 a job past its deadline is DEFER", STATUS_DEADLINE, "deadline", false},
    {"5.1 a worker that died is DEFER", STATUS_CRASHED, "crashed", false},
    {"5.1 an engine that failed is DEFER", STATUS_ENGINE, "engine", false},
    {"5.1 no generation is DEFER", STATUS_UNAVAILABLE, "unavailable", false},
    {"5.1 a pool that ends is DEFER", STATUS_SHUTDOWN, "shutdown", false},
    {"5.1 a job that was cancelled is DEFER", STATUS_CANCELLED, "shutdown", false},
    {"5.1 out of memory is DEFER", STATUS_MEMORY, "memory", false},
    {"5.1 anything else is DEFER", STATUS_INVALID, "internal", false},
    {"5.1 poison cannot be examined", STATUS_LIMIT, "poison", true},
};

static void expect_failure(unsigned i, const struct failure_row *row)
{
    char text[700];
    snprintf(text, sizeof(text), "%s%s%s%s%s",
             row->permanent ? "a1 RES 1 QUARANTINE (CLASS unexaminable TEXT \"poison\")\r\n"
                            : DEFER_LINE("a1"),
             "a1 REPORT (VERDICT INCOMPLETE TRANSIENT ", row->permanent ? "NO" : "YES",
             " COVERAGE PARTIAL EXPECTED 0 EXAMINED 0 EXEMPT 0 UNEXAMINABLE 0 FAILED 0 REASONS "
             "((\"front\" \"",
             row->word);
    strcat(text, "\")) ENGINES () GENERATION # TIME # REF \"~\")\r\na1 OK [DONE] 1 recipient\r\n");
    world_expect(&world, i, text);
}

static void failure(void **state)
{
    const struct failure_row *row = *state;
    world_init(&world);
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    world_fail(&world, 0, row->status);
    expect_failure(0, row);
    /* Transient ones are never kept: the retry runs again. */
    world_send(&world, 0, "a2 STATUS t\r\n");
    world_expect(&world, 0,
                 row->permanent ? "a2 STATE \"t\" (STATE DONE AGE 0)\r\na2 OK done\r\n"
                                : "a2 STATE \"t\" (STATE UNKNOWN AGE 0)\r\na2 OK done\r\n");
    world_clear(&world);
}

static void queue_full(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world.submit = STATUS_OVERLOADED;
    world_check(&world, 0, "a1", "t");
    world_expect(&world, 0, DEFER_LINES("a1", "overloaded"));
}

/* --- what is refused before the content --- */

static void refused(void **state)
{
    (void)state;
    world.config.limits.message_bytes = 65536;
    world.config.limits.content_budget_bytes = 70000;
    world_open(&world, 0, MX1);
    world_open(&world, 1, MX2);
    world_send(&world, 0, "a1 CHECK t none () ((1 \"a@x\")) () {5}\r\nf NOOP \"a1\"\r\n");
    world_expect(&world, 0, "a1 NO [NOPERM] not permitted\r\nf OK [TAG \"a1\"] here\r\n");
    world_send(&world, 0, "a1 CHECK t gone () ((1 \"a@x\")) () {5}\r\nf NOOP \"a1\"\r\n");
    world_expect(&world, 0, "a1 NO [NOPERM] not permitted\r\nf OK [TAG \"a1\"] here\r\n");
    world_send(&world, 1, "a1 CHECK t strict () ((1 \"a@x\")) () {5}\r\nf NOOP \"a1\"\r\n");
    world_expect(&world, 1, "a1 NO [NOPERM] not permitted\r\nf OK [TAG \"a1\"] here\r\n");
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\")) () {65537}\r\nf NOOP \"a1\"\r\n");
    world_expect(&world, 0, "a1 NO [TOOBIG 65536] message too big\r\nf OK [TAG \"a1\"] here\r\n");
    world_send(&world, 0,
               "a1 CHECK t inbound () ((1 \"a@x\")) (ACCEPT (DELIVER)) {5}\r\nf NOOP \"a1\"\r\n");
    world_expect(&world, 0,
                 "a1 NO [UNSUPPORTED ACCEPT] not supported\r\nf OK [TAG \"a1\"] here\r\n");
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\")) () {60000}\r\n");
    world_send(&world, 1, "a1 CHECK t inbound () ((1 \"a@x\")) () {10001}\r\nf NOOP \"a1\"\r\n");
    world_expect(&world, 0, "+ go\r\n");
    world_expect(&world, 1, "a1 NO [OVERLOADED] overloaded\r\nf OK [TAG \"a1\"] here\r\n");
    assert_true(content_reserved() >= 60000);
    world_leave(&world, 0);
    assert_int_equal(content_reserved(), 0);
    world.state.queued = 10000;
    world_send(&world, 1, "a1 CHECK t inbound () ((1 \"a@x\")) () {5}\r\nf NOOP \"a1\"\r\n");
    world_expect(&world, 1, "a1 NO [OVERLOADED] overloaded\r\nf OK [TAG \"a1\"] here\r\n");
    assert_int_equal(world.job_count, 0);
}

/* --- repetitions --- */

static void attached(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_open(&world, 1, MX1);
    world_send(&world, 0,
               "a1 CHECK t inbound () ((1 \"a@x\") (2 \"b@x\") (3 \"c@x\")) () {5+}\r\nhello\r\n");
    world_send(&world, 1, "b1 CHECK t inbound () ((5 \"c@x\") (9 \"a@x\")) () {5+}\r\nhello\r\n");
    world_send(&world, 1, "b2 RESULT t (WAIT 5)\r\nb3 RESULT t\r\n");
    world_expect(&world, 1, "b3 NO [PENDING] no result yet\r\n");
    assert_int_equal(world.job_count, 1);
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, "a1 RES 1:3 DELIVER ()\r\n" CLEAN_LINES("a1", "3 recipients"));
    world_expect(
        &world, 1,
        "b1 RES 5,9 DELIVER ()\r\n" CLEAN_LINES(
            "b1", "2 recipients") "b2 RES 1:3 DELIVER ()\r\n" CLEAN_LINES("b2", "3 recipients"));
}

static void kept(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\") (2 \"b@x\")) () {5+}\r\nhello\r\n");
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, "a1 RES 1:2 DELIVER ()\r\n" CLEAN_LINES("a1", "2 recipients"));
    world_leave(&world, 0);
    assert_int_equal(content_reserved(), 0);
    world_open(&world, 1, MX1);
    world_send(&world, 1, "b1 CHECK t inbound () ((4 \"b@x\")) () {5+}\r\nhello\r\n");
    world_expect(&world, 1, "b1 RES 4 DELIVER ()\r\n" CLEAN_LINES("b1", "1 recipient"));
    world_send(&world, 1, "b2 RESULT t\r\n");
    world_expect(&world, 1, "b2 RES 1:2 DELIVER ()\r\n" CLEAN_LINES("b2", "2 recipients"));
    world_send(&world, 1, "b3 CANCEL t\r\nb4 STATUS t\r\nb5 ACK t u\r\nb6 RESULT t\r\n");
    world_expect(
        &world, 1,
        "b3 NO [TOOLATE] already done\r\nb4 STATE \"t\" (STATE DONE AGE 0)\r\nb4 OK done\r\n"
        "b5 OK done\r\nb6 NO [TXNUNKNOWN] no such transaction\r\n");
    assert_int_equal(world.job_count, 1);
    assert_int_equal(metrics.held_results, 0);
}

/* Other channel, recipients or size are seen before the content; other octets after it. */
static void conflict_with(void)
{
    world_send(&world, 0, "c1 CHECK t strict () ((1 \"a@x\")) () {5}\r\nf NOOP \"c1\"\r\n");
    world_send(&world, 0,
               "c2 CHECK t inbound () ((1 \"a@x\") (2 \"b@x\")) () {5}\r\nf NOOP \"c2\"\r\n");
    world_send(&world, 0, "c3 CHECK t inbound () ((1 \"a@x\")) () {6}\r\nf NOOP \"c3\"\r\n");
    world_send(&world, 0, "c4 CHECK t inbound () ((1 \"a@x\")) () {5}\r\nhallo\r\n");
    world_expect(
        &world, 0,
        "c1 NO [TXNCONFLICT] transaction id names another message\r\nf OK [TAG \"c1\"] here\r\n"
        "c2 NO [TXNCONFLICT] transaction id names another message\r\nf OK [TAG \"c2\"] here\r\n"
        "c3 NO [TXNCONFLICT] transaction id names another message\r\nf OK [TAG \"c3\"] here\r\n"
        "+ go\r\nc4 NO [TXNCONFLICT] transaction id names another message\r\n");
}

static void conflict(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    conflict_with();
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, CLEAN_1("a1"));
    conflict_with();
}

static void isolated(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_open(&world, 1, MX2);
    world_open(&world, 2, 0);
    world_open(&world, 3, 0);
    for (unsigned i = 0; i < 4; i++)
        world_check(&world, i, "a1", "t");
    assert_int_equal(world.job_count, 4);
    world_report(&world, 0, REPORT_VIRUS);
    for (size_t i = 1; i < 4; i++)
        world_report(&world, i, REPORT_CLEAN);
    for (unsigned i = 1; i < 4; i++)
        world_expect(&world, i, CLEAN_1("a1"));
}

/* An anonymous peer's kept results die with its connection. */
static void anonymous_kept(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world_report(&world, 0, REPORT_CLEAN);
    assert_int_equal(metrics.held_results, 1);
    world_leave(&world, 0);
    assert_int_equal(metrics.held_results, 0);
}

/* --- looking up --- */

static void looked_up(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    world_report(&world, 0, REPORT_ASKS);
    world_send(&world, 0, "a2 STATUS t\r\n");
    world_expect(&world, 0, "a2 STATE \"t\" (STATE WAITING AGE 0)\r\na2 OK done\r\n");
    world_skip(&world, 6);
    assert_int_equal(world.jobs[1].request.stage, JOB_CONCLUDE);
    assert_string_equal(world.jobs[1].engines, "alpha");
    assert_string_equal(world.jobs[1].answers, "alpha:wait:5=5;");
    world_report(&world, 1, REPORT_VIRUS);
    world_expect(&world, 0,
                 "a1 RES 1 QUARANTINE ^\r\na1 REPORT (VERDICT INFECTED ^\r\na1 OK ^\r\n");
}

/* A kind that nobody serves has no answer, at once; an engine may ask again, but not for ever. */
static void asks_for_ever(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    for (size_t round = 0; round < 5; round++) {
        world_turn(&world);
        assert_int_equal(world.job_count, round + 1);
        if (round > 0)
            assert_string_equal(world.jobs[round].answers, "alpha:nobody:x=NONE;");
        world_report(&world, round, REPORT_ASKS_NOBODY);
    }
    world_expect(&world, 0,
                 "a1 RES 1 QUARANTINE (CLASS unexaminable TEXT \"questions\")\r\n" FRONT_LINES(
                     "a1", "NO", "questions"));
}

static void conclude_fails(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world_report(&world, 0, REPORT_ASKS_NOBODY);
    world_turn(&world);
    world_fail(&world, 1, STATUS_CRASHED);
    world_expect(&world, 0, DEFER_LINES("a1", "crashed"));
}

/* --- deadline, cancel and leaving, in every state --- */

enum stage { INSPECTING, LOOKING_UP, CONCLUDING };

struct stage_row {
    const char *name;
    enum stage stage;
};

static void bring_to(enum stage stage)
{
    if (stage == INSPECTING)
        return;
    world_report(&world, 0, stage == LOOKING_UP ? REPORT_ASKS_LONG : REPORT_ASKS_NOBODY);
    if (stage == CONCLUDING)
        world_turn(&world);
    assert_int_equal(world.job_count, stage == CONCLUDING ? 2 : 1);
}

static void deadline(void **state)
{
    const struct stage_row *row = *state;
    world_init(&world);
    world.config.limits.check_ms = 10000;
    world.config.limits.check_most_ms = 20000;
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    bring_to(row->stage);
    world_skip(&world, 9100);
    world_expect(&world, 0, "");
    /* What is not answered by then is left open: concluding has the last tenth. */
    if (row->stage == LOOKING_UP)
        assert_string_equal(world.jobs[1].answers, "alpha:wait:60000=NONE;");
    world_skip(&world, 1000);
    world_expect(&world, 0, DEFER_LINES("a1", "deadline"));
    world_send(&world, 0, "a2 RESULT t\r\n");
    world_expect(&world, 0, "a2 NO [TXNUNKNOWN] no such transaction\r\n");
    world_clear(&world);
}

static void cancelled(void **state)
{
    const struct stage_row *row = *state;
    world_init(&world);
    world_open(&world, 0, MX1);
    world_open(&world, 1, MX1);
    world_check(&world, 0, "a1", "t");
    world_check(&world, 1, "b1", "t");
    bring_to(row->stage);
    world_send(&world, 1, "b2 CANCEL t\r\nb3 CANCEL t\r\n");
    world_expect(&world, 0, "a1 NO [CANCELLED] cancelled\r\n");
    world_expect(&world, 1,
                 "b1 NO [CANCELLED] cancelled\r\nb2 OK done\r\n"
                 "b3 NO [TXNUNKNOWN] no such transaction\r\n");
    /* The same name at once again, while the old job has not ended yet. */
    world_check(&world, 0, "a2", "t");
    world_turn(&world);
    world_report(&world, world.job_count - 1, REPORT_CLEAN);
    world_expect(&world, 0, CLEAN_1("a2"));
    world_clear(&world);
}

static void lingers(void **state)
{
    const struct stage_row *row = *state;
    world_init(&world);
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    bring_to(row->stage);
    world_leave(&world, 0);
    world_skip(&world, 25000);
    assert_int_equal(metrics.in_flight, 1);
    world_skip(&world, 6000);
    assert_int_equal(metrics.in_flight, 0);
    world_clear(&world);
}

static void lingers_and_attaches(void **state)
{
    const struct stage_row *row = *state;
    world_init(&world);
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    bring_to(row->stage);
    world_leave(&world, 0);
    world_skip(&world, 20000);
    world_open(&world, 1, MX1);
    world_check(&world, 1, "b1", "t");
    world_skip(&world, 20000);
    world_send(&world, 1, "b2 CANCEL t\r\n");
    world_expect(&world, 1, "b1 NO [CANCELLED] cancelled\r\nb2 OK done\r\n");
    world_clear(&world);
}

static void anonymous_leaves(void **state)
{
    const struct stage_row *row = *state;
    world_init(&world);
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    bring_to(row->stage);
    world_leave(&world, 0);
    world_turn(&world);
    assert_int_equal(metrics.in_flight, 0);
    world_clear(&world);
}

static void drains(void **state)
{
    const struct stage_row *row = *state;
    world_init(&world);
    world.config.limits.drain_ms = 5000;
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    bring_to(row->stage);
    house_drain(world.house, &world.drained, NULL);
    assert_string_equal(house_not_ready(world.house), "draining");
    world_skip(&world, 4000);
    world_expect(&world, 0, "");
    world_skip(&world, 2000);
    world_expect(&world, 0, DEFER_LINES("a1", "shutdown"));
    world_clear(&world);
}

static const struct stage_row stages[] = {
    {"inspecting", INSPECTING}, {"looking up", LOOKING_UP}, {"concluding", CONCLUDING}};

/* The result that came while nobody was there is kept for the one who comes again. */
static void done_while_gone(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    world_leave(&world, 0);
    world_report(&world, 0, REPORT_CLEAN);
    world_open(&world, 1, MX1);
    world_check(&world, 1, "b1", "t");
    world_expect(&world, 1, CLEAN_1("b1"));
    assert_int_equal(world.job_count, 1);
}

/* --- the rest --- */

static unsigned drained;

static void on_drained(void *owner)
{
    assert_ptr_equal(owner, &world);
    drained++;
}

static void drain(void **state)
{
    (void)state;
    drained = 0;
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    house_drain(world.house, &world, on_drained);
    world_send(&world, 0, "a2 CHECK u inbound () ((1 \"a@x\")) () {5+}\r\nhello\r\na3 HEALTH\r\n");
    world_expect(&world, 0,
                 "a2 NO [DRAINING] going down\r\n* HEALTH (STATE DRAINING ^\r\na3 OK done\r\n");
    world_turn(&world);
    assert_int_equal(drained, 0);
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, CLEAN_1("a1"));
    assert_int_equal(drained, 0);
    world_turn(&world);
    assert_int_equal(drained, 1);
}

static void drain_idle(void **state)
{
    (void)state;
    drained = 0;
    world_open(&world, 0, MX1);
    house_drain(world.house, &world, on_drained);
    assert_int_equal(drained, 0);
    world_turn(&world);
    assert_int_equal(drained, 1);
}

static void wait_over(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_open(&world, 1, MX1);
    world_check(&world, 0, "a1", "t");
    world_send(&world, 1, "b1 RESULT t (WAIT 5)\r\nb2 RESULT u (WAIT 5)\r\n");
    world_expect(&world, 1, "b2 NO [TXNUNKNOWN] no such transaction\r\n");
    world_skip(&world, 4000);
    world_expect(&world, 1, "");
    world_skip(&world, 2000);
    world_expect(&world, 1, "b1 NO [PENDING] no result yet\r\n");
    world_send(&world, 1, "b3 RESULT t (WAIT 5)\r\n");
    world_leave(&world, 1);
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, CLEAN_1("a1"));
}

/* The last one who waited was a RESULT: from then on the check lingers. */
static void wait_over_lingers(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_open(&world, 1, MX1);
    world_check(&world, 0, "a1", "t");
    world_send(&world, 1, "b1 RESULT t (WAIT 20)\r\n");
    world_leave(&world, 0);
    world_skip(&world, 21000);
    world_expect(&world, 1, "b1 NO [PENDING] no result yet\r\n");
    assert_int_equal(metrics.in_flight, 1);
    world_skip(&world, 31000);
    assert_int_equal(metrics.in_flight, 0);
}

static void progress(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\")) (PROGRESS 5) {5+}\r\nhello\r\n");
    world_skip(&world, 4000);
    world_expect(&world, 0, "");
    world_skip(&world, 1100);
    world_expect(&world, 0, "a1 PROGRESS (STATE RUNNING AGE 5)\r\n");
    world_report(&world, 0, REPORT_ASKS_LONG);
    world_skip(&world, 5100);
    world_expect(&world, 0, "a1 PROGRESS (STATE WAITING AGE 10)\r\n");
    world_send(&world, 0, "a2 CANCEL t\r\n");
    world_skip(&world, 10000);
    world_expect(&world, 0, "a1 NO [CANCELLED] cancelled\r\na2 OK done\r\n");
}

/* Asked for, bounded by the server, and longer for what is larger. */
static void deadlines(void **state)
{
    (void)state;
    static char text[200 + 3 * 1048576];
    world_open(&world, 0, 0);
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\")) (DEADLINE 7) {5+}\r\nhello\r\n");
    world_send(&world, 0, "a2 CHECK u inbound () ((1 \"a@x\")) (DEADLINE 9999) {5+}\r\nhello\r\n");
    world_check(&world, 0, "a3", "v");
    int head = sprintf(text, "a4 CHECK w inbound () ((1 \"a@x\")) () {3145728}\r\n");
    memset(text + head, 'x', 3145728);
    strcpy(text + head + 3145728, "\r\n");
    world_send(&world, 0, text);
    static const uint64_t wanted_ms[] = {7000, 300000, 60000, 61500};
    for (size_t i = 0; i < 4; i++)
        assert_in_range(world.jobs[i].request.deadline_ms - uv_now(&world.loop), wanted_ms[i] - 900,
                        wanted_ms[i]);
}

/* An engine "none" says that nothing is asked of anybody. */
static void no_engine(void **state)
{
    (void)state;
    world.config_engines[0].enabled = false;
    world_open(&world, 0, 0);
    world_check(&world, 0, "a1", "t");
    world_report(&world, 0, REPORT_CLEAN); /* of alpha, which is not required */
    world_expect(&world, 0,
                 DEFER_LINE("a1") "a1 REPORT (VERDICT INCOMPLETE TRANSIENT YES ^\r\n^\r\n");
}

static void health(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    world_send(&world, 0, "a1 HEALTH\r\n");
    world_expect(&world, 0,
                 "* HEALTH (STATE READY GENERATION 3 RUNNING 0 QUEUED 0 WORKERS 2 SIGNATURES 0 "
                 "BUILTIN NO)\r\na1 OK done\r\n");
    world.state.workers = 0;
    world_send(&world, 0, "a1 HEALTH\r\n");
    world_expect(&world, 0, "* HEALTH (STATE DEGRADED ^\r\na1 OK done\r\n");
    assert_string_equal(house_not_ready(world.house), "no worker");
    world.state.generation = 0;
    world_send(&world, 0, "a1 HEALTH\r\n");
    world_expect(&world, 0, "* HEALTH (STATE STARTING ^\r\na1 OK done\r\n");
    assert_string_equal(house_not_ready(world.house), "loading signatures");
    world_check(&world, 0, "a2", "t");
    world_send(&world, 0, "a3 STATUS t\r\n");
    world_expect(&world, 0, "a3 STATE \"t\" (STATE QUEUED AGE 0)\r\na3 OK done\r\n");
    world.state = (struct pool_state){.generation = 3, .workers = 2};
    assert_null(house_not_ready(world.house));
    world_send(&world, 0, "a3 STATUS t\r\n");
    world_expect(&world, 0, "a3 STATE \"t\" (STATE RUNNING AGE 0)\r\na3 OK done\r\n");
}

/* EXPLAIN lines that do not fit are left out, the result is not. */
static void reply_limit(void **state)
{
    (void)state;
    world.config.limits.reply_bytes = 270;
    world_open(&world, 0, 0);
    world_send(&world, 0, "a1 CHECK t inbound () ((1 \"a@x\")) (EXPLAIN YES) {5+}\r\nhello\r\n");
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, CLEAN_1("a1"));
    world.config.limits.reply_bytes = 100;
    world_check(&world, 0, "a2", "u");
    world_report(&world, 1, REPORT_CLEAN);
    world_expect(&world, 0, "a2 NO [LIMIT REPLY 100] the answer would be too long\r\n");
}

static void logout(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    world_check(&world, 0, "a1", "t");
    world_send(&world, 0, "a2 LOGOUT\r\n");
    world_report(&world, 0, REPORT_CLEAN);
    world_expect(&world, 0, "* BYE logging out\r\na2 OK done\r\n");
}

#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, set_up, tear_down, NULL                                                    \
    }

static const struct CMUnitTest tests[] = {
    TEST("5.1 a clean check, ids as ranges", clean),
    TEST("7.1 a virus", virus),
    TEST("7.4 EXPLAIN", explain),
    TEST("7.3 a note is no reason", note),
    TEST("7.3 a silent engine is never clean", silent),
    TEST("7.3 an engine that is not in the report is never clean", missing_engine),
    TEST("7.3 no engine enabled and none exempt is never clean", no_engine),
    TEST("5.1 a full queue is DEFER", queue_full),
    TEST("5.1 what is refused before the content", refused),
    TEST("6.2 attached, with its own ids", attached),
    TEST("6.2 kept, answered to a subset", kept),
    TEST("6.2 conflicts", conflict),
    TEST("6.1 names are private", isolated),
    TEST("6.1 an anonymous peer's results die with it", anonymous_kept),
    TEST("5.2 looked up and concluded", looked_up),
    TEST("5.2 questions have an end", asks_for_ever),
    TEST("5.2 concluding fails", conclude_fails),
    TEST("6.4 done while nobody was there", done_while_gone),
    TEST("4.6 drain waits for the last check", drain),
    TEST("4.6 drain of an idle house", drain_idle),
    TEST("5.2 RESULT waits, leaves", wait_over),
    TEST("6.4 RESULT waits as the last one", wait_over_lingers),
    TEST("7.5 PROGRESS", progress),
    TEST("5.1 DEADLINE", deadlines),
    TEST("5 HEALTH, STATUS and readiness", health),
    TEST("8 MAXREPLY", reply_limit),
    TEST("5 LOGOUT with a check in flight", logout),
};

static const struct {
    const char *name;
    void (*run)(void **state);
} staged[] = {
    {"5.1 the deadline passes while", deadline},
    {"5.2 CANCEL while", cancelled},
    {"6.4 lingers while", lingers},
    {"6.4 attached again while", lingers_and_attaches},
    {"6.4 anonymous leaves while", anonymous_leaves},
    {"4.6 the drain's time is over while", drains},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(void)
{
    static char names[COUNT(staged) * COUNT(stages)][80];
    struct CMUnitTest all[COUNT(tests) + COUNT(failures) + COUNT(names)];
    size_t count = 0, name = 0;
    for (size_t i = 0; i < COUNT(tests); i++)
        all[count++] = tests[i];
    for (size_t i = 0; i < COUNT(failures); i++)
        all[count++] =
            (struct CMUnitTest){failures[i].name, failure, NULL, NULL, (void *)&failures[i]};
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct stage_row *row = &stages[i % COUNT(stages)];
        snprintf(names[name], sizeof(names[name]), "%s %s", staged[i / COUNT(stages)].name,
                 row->name);
        all[count++] = (struct CMUnitTest){names[name++], staged[i / COUNT(stages)].run, NULL, NULL,
                                           (void *)row};
    }
    return cmocka_run_group_tests(all, NULL, NULL);
}

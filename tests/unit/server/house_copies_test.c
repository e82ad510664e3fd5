/* Copies in the life of a check: made, refused, lost, late (server/front/copies.h, transforming.c),
 * before a pool that the test plays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/crypto/digest.h"
#include "server/metrics.h"
#include "tests/support/house_world.h"
#include "tests/unit/server/config_support.h"

#define MX1 1
#define ALL_FORMS "DELIVER QUARANTINE REJECT DEFER COPY SPLICE"

static const char rules[] =
    "engines: {clamav: {enabled: yes}}\n"
    "channels:\n"
    "  inbound:\n"
    "    rules:\n"
    "      - {name: why, when: \"coverage.reason == 'crashed'\", then: reject,"
    " text: '${recipient}: ${coverage.reason}'}\n"
    "      - {name: staff, when: \"virus and recipient == 'c@x'\", then: deliver, despite: virus,"
    " edits: [{part-remove: infected}]}\n"
    "      - {name: tagged, when: \"virus and recipient == 'd@x'\", then: deliver,"
    " edits: [{part-remove: infected}, {subject-tag: x}]}\n"
    "      - {name: clean, when: virus, then: deliver, despite: spam,"
    " edits: [{part-remove: infected}]}\n"
    "      - {name: late, when: virus, then: reject}\n"
    "      - {name: add, when: \"recipient == 'a@x'\", then: deliver,"
    " edits: [{header-add: {name: X-A, value: a}}]}\n";

static struct world world;
static struct config *config;

static int set_up(void **state)
{
    (void)state;
    config = config_made(rules);
    world_init(&world);
    world.config.sets = config->sets;
    world.config.inside = config->inside;
    world.channels[0].compiled = config->channels[0].compiled;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&world);
    config_unref(&config);
    return 0;
}

static void check(unsigned i, const char *tag, const char *recipients, const char *accept)
{
    char command[512];
    snprintf(command, sizeof(command),
             "%s CHECK t inbound () (%s) (ACCEPT (%s)) {7+}\r\nX: y\r\n\xF0\r\n", tag, recipients,
             accept);
    world_send(&world, i, command);
}

/* The copy of the original's 7 octets behind these, with a right or a wrong digest. */
static void made(size_t job, const char *before, bool is_right)
{
    static const char original[] = "X: y\r\n\xF0";
    struct report report;
    struct report_copy copy = {.number = 1, .body = BODY_8BITMIME};
    report_init(&report, 65536);
    assert_int_equal(splice_data(&copy.splice, &report.arena, bytes_of_text(before)), STATUS_OK);
    assert_int_equal(splice_keep(&copy.splice, &report.arena, (struct range){0, 7}), STATUS_OK);
    copy.size = strlen(before) + 7;
    struct digest *digest = digest_new();
    digest_add(digest, bytes_of_text(before));
    digest_add(digest, BYTES(original));
    digest_finish(digest, copy.digest);
    digest_free(&digest);
    copy.digest[0] ^= is_right ? 0 : 1;
    assert_int_equal(report_add_copy(&report, &copy), STATUS_OK);
    world_answer(&world, job, &report);
    report_clear(&report);
}

/* Until the threads that build copies have come back. */
static void build(void)
{
    world_wait(&world);
}

static bool answered(unsigned i, const char *words)
{
    struct buffer *output = &world.sessions[i].output;
    return output->size > 0 && memmem(output->data, output->size, words, strlen(words)) != NULL;
}

static void a_copy_is_made(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\") (2 \"b@x\")", ALL_FORMS);
    world_report(&world, 0, REPORT_CLEAN);
    assert_int_equal(world.job_count, 2);
    assert_int_equal(world.jobs[1].request.stage, JOB_TRANSFORM);
    assert_int_equal(world.sessions[0].output.size, 0);
    made(1, "X-A: a\r\n", true);
    build();
    assert_true(answered(0, "a1 COPY 1 (SIZE 15 "));
    assert_true(answered(0, "a1 RES 1 DELIVER (COPY 1"));
    assert_true(answered(0, "a1 RES 2 DELIVER ()"));
    assert_true(answered(0, "a1 OK [DONE] 2 recipients"));
    buffer_clear(&world.sessions[0].output);
    /* Told again, copy and all. */
    world_send(&world, 0, "r1 RESULT t\r\n");
    assert_true(answered(0, "r1 COPY 1 (SIZE 15 "));
    assert_true(answered(0, "r1 RES 1 DELIVER (COPY 1"));
    buffer_clear(&world.sessions[0].output);
}

static void a_wrong_digest(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\") (2 \"b@x\")", ALL_FORMS);
    world_report(&world, 0, REPORT_CLEAN);
    made(1, "X-A: a\r\n", false);
    build();
    assert_true(answered(0, "a1 RES 1 DEFER (CLASS incomplete"));
    assert_true(answered(0, "a1 RES 2 DELIVER ()"));
    assert_false(answered(0, "COPY"));
    buffer_clear(&world.sessions[0].output);
}

/* How the job that makes the copy may end, and what that means for who needs it. */
static void failures(void **state)
{
    (void)state;
    static const enum status ends[] = {STATUS_CRASHED, STATUS_DEADLINE, STATUS_ENGINE,
                                       STATUS_MEMORY};
    world_open(&world, 0, MX1);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char tag[8], wanted[64];
        snprintf(tag, sizeof(tag), "a%zu", i);
        check(0, tag, "(1 \"a@x\")", ALL_FORMS);
        world_report(&world, world.job_count - 1, REPORT_CLEAN);
        world_fail(&world, world.job_count - 1, ends[i]);
        build();
        snprintf(wanted, sizeof(wanted), "%s RES 1 DEFER (CLASS incomplete", tag);
        assert_true(answered(0, wanted));
        buffer_clear(&world.sessions[0].output);
    }
}

/* Poison, and edits that no worker can make: it would fail again and again. */
static void impossible(void **state)
{
    (void)state;
    struct report nothing;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\")", ALL_FORMS);
    world_report(&world, 0, REPORT_CLEAN);
    world_fail(&world, 1, STATUS_LIMIT);
    assert_true(answered(0, "a1 RES 1 QUARANTINE (CLASS unexaminable"));
    buffer_clear(&world.sessions[0].output);
    world_send(&world, 0, "k ACK t\r\n");
    buffer_clear(&world.sessions[0].output);
    check(0, "a2", "(1 \"a@x\")", ALL_FORMS);
    world_report(&world, 2, REPORT_CLEAN);
    report_init(&nothing, 0);
    world_answer(&world, 3, &nothing);
    assert_true(answered(0, "a2 RES 1 QUARANTINE (CLASS unexaminable"));
    buffer_clear(&world.sessions[0].output);
}

/* spec/policy.md 1.4 */
static void a_cleaned_copy(void **state)
{
    (void)state;
    static const struct {
        enum world_report report;
        const char *wanted;
    } rows[] = {{REPORT_CLEAN, "RES 1 DELIVER (COPY 1"},
                {REPORT_VIRUS, "RES 1 REJECT (CLASS virus"},
                {REPORT_UNEXAMINABLE, "RES 1 REJECT (CLASS virus"},
                {REPORT_FAILED, "RES 1 DEFER (CLASS incomplete"},
                {REPORT_SPAM, " MARK \"spam\")"},
                {REPORT_SPAM_UNEXAMINABLE, "RES 1 REJECT (CLASS virus"},
                {REPORT_SPAM_FAILED, "RES 1 DEFER (CLASS incomplete"}};
    world_open(&world, 0, MX1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(0, "a", "(1 \"b@x\")", ALL_FORMS);
        world_report_part(&world, world.job_count - 1, REPORT_VIRUS);
        assert_int_equal(world.jobs[world.job_count - 1].request.stage, JOB_TRANSFORM);
        made(world.job_count - 1, "X-A: a\r\n", true);
        build();
        assert_int_equal(world.jobs[world.job_count - 1].request.stage, JOB_SCAN);
        assert_int_equal(world.jobs[world.job_count - 1].request.size, 15);
        world_report(&world, world.job_count - 1, rows[i].report);
        build();
        assert_true(answered(0, rows[i].wanted));
        buffer_clear(&world.sessions[0].output);
        world_send(&world, 0, "k ACK t\r\n");
        buffer_clear(&world.sessions[0].output);
    }
}

/* The first recipient takes the copy as it is, for the second it has to be checked. */
static void one_copy_for_both(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"c@x\") (2 \"b@x\")", ALL_FORMS);
    world_report_part(&world, 0, REPORT_VIRUS);
    assert_int_equal(world.job_count, 2);
    made(1, "X-A: a\r\n", true);
    build();
    assert_int_equal(world.job_count, 3);
    assert_int_equal(world.jobs[2].request.stage, JOB_SCAN);
    world_report(&world, 2, REPORT_CLEAN);
    assert_true(answered(0, "a1 RES 1 DELIVER (COPY 1"));
    assert_true(answered(0, "a1 RES 2 DELIVER (COPY 1"));
    buffer_clear(&world.sessions[0].output);
}

/* It is asked for only when another copy has turned out badly: by then it stands there, built. */
static void checked_late(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"c@x\") (2 \"d@x\")", ALL_FORMS);
    world_report_part(&world, 0, REPORT_VIRUS);
    assert_int_equal(world.job_count, 3);
    made(1, "X-A: a\r\n", true);
    build();
    world_fail(&world, 2, STATUS_LIMIT);
    build();
    assert_int_equal(world.job_count, 4);
    assert_int_equal(world.jobs[3].request.stage, JOB_SCAN);
    world_report(&world, 3, REPORT_CLEAN);
    assert_true(answered(0, "a1 RES 1 DELIVER (COPY 1"));
    assert_true(answered(0, "a1 RES 2 DELIVER (COPY 1"));
    buffer_clear(&world.sessions[0].output);
}

static void the_deadline_passes(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\") (2 \"b@x\")", ALL_FORMS);
    world_report(&world, 0, REPORT_CLEAN);
    world_skip(&world, 61000);
    assert_true(world.jobs[1].cancelled);
    assert_true(answered(0, "a1 RES 1:2 DEFER (CLASS incomplete"));
    assert_true(answered(0, "((\"front\" \"deadline\"))"));
    buffer_clear(&world.sessions[0].output);
}

/* libuv has four threads: nothing else is done in them until the gate is open. */
enum { THREADS = 4 };
static uv_sem_t gate;
static uv_work_t holds[THREADS];

static void hold(uv_work_t *work)
{
    (void)work;
    uv_sem_wait(&gate);
}

static void threads_hold(void)
{
    assert_int_equal(uv_sem_init(&gate, 0), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(uv_queue_work(&world.loop, &holds[i], hold, NULL), 0);
}

static void threads_go(void)
{
    for (size_t i = 0; i < THREADS; i++)
        uv_sem_post(&gate);
    build();
    uv_sem_destroy(&gate);
}

enum { MANY = 300 };

static void check_many(void)
{
    char recipients[MANY * 20] = "";
    size_t length = 0;
    for (unsigned i = 1; i <= MANY; i++)
        length += (size_t)snprintf(recipients + length, sizeof(recipients) - length,
                                   "%s(%u \"r%u@x\")", i > 1 ? " " : "", i, i);
    char command[sizeof(recipients) + 256];
    snprintf(command, sizeof(command),
             "a1 CHECK t inbound () (%s) (ACCEPT (%s)) {7+}\r\nX: y\r\n\xF0\r\n", recipients,
             ALL_FORMS);
    world_send(&world, 0, command);
}

/* The thread still reads why there is no report when the deadline gives another reason. */
static void the_deadline_passes_while_deciding(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check_many();
    threads_hold();
    world_fail(&world, 0, STATUS_CRASHED);
    world_skip(&world, 61000);
    threads_go();
    assert_true(answered(0, "a1 RES 1:300 DEFER (CLASS incomplete"));
    assert_true(answered(0, "TRANSIENT YES"));
    buffer_clear(&world.sessions[0].output);
}

static void cancelled_while_deciding(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check_many();
    threads_hold();
    world_report(&world, 0, REPORT_CLEAN);
    world_send(&world, 0, "c1 CANCEL t\r\n");
    threads_go();
    assert_true(answered(0, "a1 NO [CANCELLED]"));
    buffer_clear(&world.sessions[0].output);
}

static void cancelled(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\")", ALL_FORMS);
    world_report(&world, 0, REPORT_CLEAN);
    world_send(&world, 0, "c1 CANCEL t\r\n");
    assert_true(answered(0, "a1 NO [CANCELLED]"));
    assert_true(world.jobs[1].cancelled);
    world_turn(&world);
    buffer_clear(&world.sessions[0].output);
}

/* The connection goes while the thread is at work: the end waits for it. */
static void gone_while_building(void **state)
{
    (void)state;
    world_open(&world, 0, 0);
    check(0, "a1", "(1 \"a@x\")", ALL_FORMS);
    world_report(&world, 0, REPORT_CLEAN);
    made(1, "X-A: a\r\n", true);
    world_leave(&world, 0);
    build();
}

static void nobody_takes_copies(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\") (2 \"b@x\")", "DELIVER DEFER");
    world_report(&world, 0, REPORT_CLEAN);
    assert_int_equal(world.job_count, 1);
    assert_true(answered(0, "a1 RES 1 DEFER"));
    assert_true(answered(0, "a1 RES 2 DELIVER ()"));
    buffer_clear(&world.sessions[0].output);
}

static void whole_copies(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\")", "DELIVER DEFER COPY");
    world_report(&world, 0, REPORT_CLEAN);
    made(1, "X-A: a\r\n", true);
    build();
    assert_true(answered(0, " INLINE {15}\r\nX-A: a\r\nX: y\r\n\xF0"));
    buffer_clear(&world.sessions[0].output);
    /* Octets are not kept: the check runs again. */
    world_send(&world, 0, "r1 RESULT t\r\n");
    assert_true(answered(0, "r1 NO [TXNUNKNOWN]"));
    buffer_clear(&world.sessions[0].output);
}

static void too_large(void **state)
{
    (void)state;
    world.config.limits.message_bytes = 14;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\")", "DELIVER QUARANTINE DEFER COPY");
    world_report(&world, 0, REPORT_CLEAN);
    made(1, "X-A: a\r\n", true);
    build();
    assert_true(answered(0, "a1 RES 1 QUARANTINE (CLASS unexaminable"));
    buffer_clear(&world.sessions[0].output);
}

static void too_many(void **state)
{
    (void)state;
    world.config.limits.copies = 0;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\") (2 \"b@x\")", ALL_FORMS);
    world_report(&world, 0, REPORT_CLEAN);
    build();
    assert_true(answered(0, "a1 RES 1 DEFER"));
    assert_true(answered(0, "a1 RES 2 DELIVER ()"));
    buffer_clear(&world.sessions[0].output);
}

/* Every job is refused, now and later. */
static void an_overloaded_pool(void **state)
{
    (void)state;
    world_open(&world, 0, MX1);
    check(0, "a1", "(1 \"a@x\")", ALL_FORMS);
    world.submit = STATUS_OVERLOADED;
    world_report(&world, 0, REPORT_CLEAN);
    assert_true(answered(0, "a1 RES 1 DEFER"));
    buffer_clear(&world.sessions[0].output);
}

#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, set_up, tear_down, NULL                                                    \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("1.2 a copy is made, and told again", a_copy_is_made),
        TEST("1.3 a wrong digest is transient", a_wrong_digest),
        TEST("1.3 a copy that cannot be made", failures),
        TEST("1.3 a copy that can never be made", impossible),
        TEST("1.4 a cleaned copy is checked again", a_cleaned_copy),
        TEST("1.4 one copy, delivered as it is and when it is clean", one_copy_for_both),
        TEST("1.4 a copy that is there is checked when somebody needs that", checked_late),
        TEST("the deadline passes while a copy is made", the_deadline_passes),
        TEST("the deadline passes while many are decided", the_deadline_passes_while_deciding),
        TEST("CANCEL while many are decided", cancelled_while_deciding),
        TEST("CANCEL while a copy is made", cancelled),
        TEST("the connection goes while a copy is built", gone_while_building),
        TEST("nobody takes copies: none is made", nobody_takes_copies),
        TEST("a client without splices gets octets", whole_copies),
        TEST("1.3 a copy that is larger than a message may be", too_large),
        TEST("more copies than limits.copies", too_many),
        TEST("no job can be had", an_overloaded_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The asynchronous core: what it sends when, and that every check ends exactly once. */
#include <stdio.h>
#include <string.h>

#include "fake.h"

#define CONTENT "A: b\r\n\r\nc\r\n"
#define SMALL(tag) FAKE_CHECK(tag, "{11+}\r\n" CONTENT "\r\n")
#define DELIVERED(tag) tag " RES 1:2 DELIVER ()\r\n" tag " " REPORT_CLEAN tag " OK [DONE] 2\r\n"

static struct cccp *ready(unsigned retries)
{
    struct cccp_options options = {.retries = retries};
    return fake_ready(&options, GREETING(LIMITS));
}

static void submit(struct cccp *cccp, struct fake_answer *answer)
{
    struct cccp_request request = fake_request();
    assert_int_equal(cccp_submit(cccp, &request, fake_done, answer, NULL), CCCP_OK);
    assert_int_equal(answer->calls, 0);
}

static struct cccp_request big_request(void)
{
    static char content[100];
    struct cccp_request request = fake_request();
    memset(content, 'x', sizeof(content));
    request.content = content;
    request.content_size = sizeof(content);
    return request;
}

static void expect_end(struct cccp *cccp, struct fake_answer *answer, enum cccp_status status)
{
    assert_int_equal(answer->calls, 1);
    assert_int_equal(answer->status, status);
    fake_answer_clear(answer);
    cccp_free(&cccp);
}

static void test_small(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    submit(cccp, &answer);
    fake_expect_sent(cccp, SMALL("c0.1"));
    fake_says(cccp, DELIVERED("c0.1"));
    assert_true(cccp_result_all_delivered(answer.result));
    expect_end(cccp, &answer, CCCP_OK);
}

static void test_literal(void **state)
{
    (void)state;
    struct fake_answer answer = {0}, second = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = big_request();
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    submit(cccp, &second);
    fake_expect_sent(cccp, FAKE_CHECK("c0.1", "{100}\r\n"));
    fake_expect_sent(cccp, ""); /* nothing while it waits */
    fake_says(cccp, "+ go\r\n");
    char *sent = fake_sent(cccp);
    assert_int_equal(strspn(sent, "x"), 100);
    assert_string_equal(sent + 100, "\r\n" SMALL("c1.2"));
    free(sent);
    fake_says(cccp, DELIVERED("c1.2"));
    assert_int_equal(second.calls, 1);
    fake_says(cccp, DELIVERED("c0.1"));
    fake_answer_clear(&second);
    expect_end(cccp, &answer, CCCP_OK);
}

static void test_fence(void **state)
{
    (void)state;
    struct fake_answer answer = {0}, second = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = big_request();
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    submit(cccp, &second);
    free(fake_sent(cccp));
    fake_says(cccp, "c0.1 NO [OVERLOADED] later\r\n");
    fake_expect_sent(cccp, "n NOOP \"c0.1\"\r\n" SMALL("c0.2"));
    fake_says(cccp, "n OK [TAG \"c0.1\"] done\r\n" DELIVERED("c0.2"));
    assert_int_equal(second.status, CCCP_OK);
    fake_answer_clear(&second);
    expect_end(cccp, &answer, CCCP_REFUSED);
}

/* The caller's content is borrowed until all of it has been sent. */
static void test_early_answer(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = big_request();
    size_t size;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    fake_says(cccp, "+ go\r\n");
    assert_ptr_equal(cccp_output(cccp, &size), request.content);
    cccp_sent(cccp, 60);
    fake_says(cccp, "c0.1 NO [DEADLINE] too slow\r\n");
    assert_int_equal(answer.calls, 0);
    assert_ptr_equal(cccp_output(cccp, &size), (const char *)request.content + 60);
    assert_int_equal(size, 40);
    fake_expect_sent(cccp, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n");
    expect_end(cccp, &answer, CCCP_REFUSED);
}

static void test_early_ok(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = big_request();
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    fake_says(cccp, DELIVERED("c0.1")); /* of a content that it has not seen */
    expect_end(cccp, &answer, CCCP_MALFORMED);
}

static void test_in_flight(void **state)
{
    (void)state;
    struct fake_answer answers[3] = {0};
    struct cccp *cccp = ready(0);
    for (unsigned i = 0; i < 3; i++)
        submit(cccp, &answers[i]);
    assert_int_equal(cccp_in_flight(cccp), 3);
    assert_int_equal(cccp_in_flight_most(cccp), 2);
    fake_expect_sent(cccp, SMALL("c0.1") SMALL("c1.2"));
    fake_says(cccp, "c0.1 RES 1:2 DELIVER ()\r\nc1.2 RES 1 REJECT ()\r\nc0.1 " REPORT_CLEAN
                    "c1.2 RES 2 DEFER ()\r\nc1.2 " REPORT_CLEAN "c1.2 OK [DONE] 2\r\n");
    assert_int_equal(answers[0].calls, 0);
    assert_int_equal(cccp_result_recipient(answers[1].result, 1)->disposition, CCCP_REJECT);
    fake_expect_sent(cccp, SMALL("c1.3"));
    fake_says(cccp, "c0.1 OK [DONE] 2\r\n" DELIVERED("c1.3"));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(answers[i].calls, 1);
        assert_int_equal(answers[i].status, CCCP_OK);
        fake_answer_clear(&answers[i]);
    }
    cccp_free(&cccp);
}

static void test_too_big(void **state)
{
    (void)state;
    static char content[1001];
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = fake_request();
    request.content = content;
    request.content_size = sizeof(content);
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    fake_expect_sent(cccp, "");
    assert_int_equal(answer.calls, 0);
    assert_int_equal(cccp_deadline(cccp), 1); /* something is due */
    cccp_tick(cccp, 5);
    assert_string_equal(cccp_result_code(answer.result), "TOOBIG 1000");
    assert_int_equal(cccp_result_duty(answer.result), CCCP_DUTY_ASIDE);
    expect_end(cccp, &answer, CCCP_REFUSED);
}

static void test_too_many(void **state)
{
    (void)state;
    const char *recipients[200];
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = fake_request();
    for (unsigned i = 0; i < 200; i++)
        recipients[i] = "b@y.example";
    request.recipients = recipients;
    request.recipient_count = 200;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    fake_expect_sent(cccp, "");
    cccp_tick(cccp, 5);
    assert_string_equal(cccp_result_code(answer.result), "LIMIT COMMAND 2000");
    expect_end(cccp, &answer, CCCP_REFUSED);
}

static void test_lost(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    submit(cccp, &answer);
    free(fake_sent(cccp));
    fake_says(cccp, "c0.1 RES 1:2 DELIVER ()\r\nc0.1 " REPORT_CLEAN "c0.1 OK [DONE");
    cccp_lost(cccp);
    expect_end(cccp, &answer, CCCP_LOST);
}

static void test_again(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(1);
    submit(cccp, &answer);
    free(fake_sent(cccp));
    fake_says(cccp, "c0.1 RES 1 DELIVER ()\r\n");
    cccp_lost(cccp);
    assert_int_equal(answer.calls, 0);
    assert_int_equal(cccp_state(cccp), CCCP_CLOSED);
    assert_int_equal(cccp_begin(cccp, 0), CCCP_OK);
    fake_says(cccp, GREETING(LIMITS));
    fake_expect_sent(cccp, SMALL("c0.2")); /* the same txn under a tag that is new */
    fake_says(cccp, DELIVERED("c0.2"));
    expect_end(cccp, &answer, CCCP_OK);
}

static void test_again_and_again(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(1);
    submit(cccp, &answer);
    cccp_lost(cccp);
    assert_int_equal(answer.calls, 0);
    assert_int_equal(cccp_begin(cccp, 0), CCCP_OK);
    fake_says(cccp, "* BYE [DRAINING] going down\r\n");
    assert_string_equal(cccp_result_code(answer.result), "DRAINING");
    assert_int_equal(cccp_result_duty(answer.result), CCCP_DUTY_RETRY);
    expect_end(cccp, &answer, CCCP_UNREACHABLE);
}

static void test_deadline_queued(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = cccp_new(NULL);
    struct cccp_request request = fake_request();
    request.deadline_ms = 100;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    assert_int_equal(cccp_deadline(cccp), 100);
    cccp_tick(cccp, 99);
    assert_int_equal(answer.calls, 0);
    cccp_tick(cccp, 100);
    expect_end(cccp, &answer, CCCP_TIMEOUT);
}

/* A late answer is swallowed, and its slot is not used before. */
static void test_deadline_waiting(void **state)
{
    (void)state;
    struct fake_answer answer = {0}, second = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = fake_request();
    request.deadline_ms = 100;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    cccp_tick(cccp, 100);
    submit(cccp, &second);
    fake_expect_sent(cccp, "x CANCEL \"q1\"\r\n" SMALL("c1.2"));
    fake_says(cccp, DELIVERED("c0.1") "x NO [TOOLATE] done\r\n");
    assert_int_equal(cccp_state(cccp), CCCP_READY);
    assert_int_equal(second.calls, 0);
    fake_says(cccp, DELIVERED("c1.2"));
    assert_int_equal(second.status, CCCP_OK);
    fake_answer_clear(&second);
    expect_end(cccp, &answer, CCCP_TIMEOUT);
}

static void test_deadline_sending(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(5);
    struct cccp_request request = big_request();
    request.deadline_ms = 100;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    fake_says(cccp, "+ go\r\n");
    cccp_tick(cccp, 100);
    assert_int_equal(cccp_state(cccp), CCCP_CLOSED);
    expect_end(cccp, &answer, CCCP_TIMEOUT);
}

static void test_cancel(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp_check *check;
    struct cccp *cccp = ready(0);
    struct cccp_request request = fake_request();
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, &check), CCCP_OK);
    free(fake_sent(cccp));
    cccp_cancel(cccp, check);
    cccp_cancel(cccp, check); /* twice is once */
    assert_int_equal(answer.calls, 0);
    cccp_tick(cccp, 1);
    fake_expect_sent(cccp, "x CANCEL \"q1\"\r\n");
    fake_says(cccp, "c0.1 NO [CANCELLED] x\r\nx OK done\r\n");
    assert_int_equal(cccp_in_flight(cccp), 0);
    expect_end(cccp, &answer, CCCP_CANCELLED);
}

static void test_freed(void **state)
{
    (void)state;
    struct fake_answer sent = {0}, queued = {0};
    struct cccp *cccp = ready(9);
    submit(cccp, &sent);
    free(fake_sent(cccp));
    submit(cccp, &queued);
    cccp_free(&cccp);
    assert_int_equal(sent.status, CCCP_CANCELLED);
    assert_int_equal(queued.status, CCCP_CANCELLED);
    assert_int_equal(sent.calls + queued.calls, 2);
    fake_answer_clear(&sent);
    fake_answer_clear(&queued);
}

static void test_acknowledge(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = fake_request();
    request.acknowledge = true;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    fake_says(cccp, DELIVERED("c0.1"));
    fake_expect_sent(cccp, "k ACK \"q1\"\r\n");
    fake_says(cccp, "k OK done\r\n");
    assert_int_equal(cccp_state(cccp), CCCP_READY);
    expect_end(cccp, &answer, CCCP_OK);
}

static void test_not_acknowledged(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = fake_request();
    request.acknowledge = true;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    fake_says(cccp, "c0.1 RES 1 DELIVER ()\r\nc0.1 " REPORT_CLEAN "c0.1 OK [DONE] 1\r\n");
    fake_expect_sent(cccp, "");
    expect_end(cccp, &answer, CCCP_MALFORMED);
}

static void on_health(void *owner, enum cccp_status status, const char *text)
{
    char *got = owner;
    snprintf(got, 64, "%d %s", (int)status, text ? text : "nothing");
}

static void test_health(void **state)
{
    (void)state;
    char got[64] = "";
    struct cccp *cccp = ready(0);
    assert_int_equal(cccp_health(cccp, on_health, got), CCCP_OK);
    fake_expect_sent(cccp, "h HEALTH\r\n");
    fake_says(cccp, "* HEALTH (STATE READY)\r\n");
    assert_string_equal(got, "");
    fake_says(cccp, "h OK done\r\n");
    assert_string_equal(got, "0 (STATE READY)");
    assert_int_equal(cccp_health(cccp, on_health, got), CCCP_OK);
    cccp_free(&cccp);
    assert_string_equal(got, "5 nothing");
}

/* A hostile server sends texts without end, for a check that is never completed. */
static void test_memory(void **state)
{
    (void)state;
    struct cccp_options options = {.memory_bytes = 65536};
    struct fake_answer answer = {0};
    struct cccp *cccp = fake_ready(&options, GREETING(LIMITS));
    struct cccp_request request = fake_request();
    request.explain = true;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    free(fake_sent(cccp));
    unsigned lines = 0;
    for (; lines < 10000 && answer.calls == 0; lines++)
        fake_says(cccp, "c0.1 FACT \"name\" \"some value or other\"\r\n");
    assert_in_range(lines, 100, 3000);
    expect_end(cccp, &answer, CCCP_MALFORMED);
}

struct greeting_row {
    const char *name;
    const char *greeting;
    bool plain;
    const char *error; /* NULL: ready */
};

static const struct greeting_row greeting_rows[] = {
    {"4.2 PREAUTH", GREETING(LIMITS), false, NULL},
    {"4.2 unknown capabilities", GREETING("X=1 " LIMITS " Y"), false, NULL},
    {"4.2 OK wants authentication", "* OK [CAPABILITY CCCP1] hello\r\n", false,
     "the server wants authentication"},
    {"4.2 BYE", "* BYE [OVERLOADED] full\r\n", false, "full"},
    {"4.2 another protocol", "220 mx.example ESMTP\r\n", false, "this is not a CCCP server"},
    {"4.2 another version", "* PREAUTH [CAPABILITY CCCP2] hello\r\n", false,
     "this is not a CCCP1 server"},
    {"4.2 no capabilities", "* PREAUTH hello\r\n", false, "this is not a CCCP1 server"},
    {"4.2 a tagged line first", "a1 OK hello\r\n", false, "this is not a CCCP server"},
    {"4.3 PLAIN is not offered", "* OK [CAPABILITY CCCP1 AUTH=EXTERNAL] hello\r\n", true,
     "the server does not offer this way to authenticate here"},
};

static void test_greeting(void **state)
{
    const struct greeting_row *row = *state;
    struct cccp_options options = {.identity = row->plain ? "mx1" : NULL, .password = "s3cret"};
    struct cccp *cccp = fake_ready(&options, row->greeting);
    if (row->error) {
        assert_int_equal(cccp_state(cccp), CCCP_CLOSED);
        assert_string_equal(cccp_error(cccp), row->error);
    } else {
        assert_int_equal(cccp_state(cccp), CCCP_READY);
    }
    cccp_free(&cccp);
}

static void test_plain(void **state)
{
    (void)state;
    struct cccp_options options = {.identity = "mx1", .password = "s3cret"};
    struct cccp *cccp =
        fake_ready(&options, "* OK [CAPABILITY CCCP1 AUTH=PLAIN MAXINFLIGHT=1] hello\r\n");
    assert_int_equal(cccp_state(cccp), CCCP_AUTHENTICATING);
    fake_expect_sent(cccp, "auth AUTHENTICATE PLAIN AG14MQBzM2NyZXQ=\r\n");
    fake_says(cccp, "auth OK [CAPABILITY CCCP1 MAXINFLIGHT=7] welcome\r\n");
    assert_int_equal(cccp_in_flight_most(cccp), 7);
    cccp_free(&cccp);
}

static void test_plain_refused(void **state)
{
    (void)state;
    struct cccp_options options = {.identity = "mx1", .password = "wrong", .retries = 9};
    struct fake_answer answer = {0};
    struct cccp *cccp = fake_ready(&options, "* OK [CAPABILITY CCCP1 AUTH=PLAIN] hello\r\n");
    submit(cccp, &answer);
    free(fake_sent(cccp));
    fake_says(cccp, "auth NO [AUTHENTICATIONFAILED] no\r\n");
    assert_string_equal(cccp_result_code(answer.result), "AUTHENTICATIONFAILED");
    assert_int_equal(cccp_result_duty(answer.result), CCCP_DUTY_CONFIGURE);
    expect_end(cccp, &answer, CCCP_REFUSED);
}

static void test_external(void **state)
{
    (void)state;
    struct cccp_options options = {.external = true};
    struct cccp *cccp = fake_ready(&options, "* OK [CAPABILITY CCCP1 AUTH=EXTERNAL] hello\r\n");
    fake_expect_sent(cccp, "auth AUTHENTICATE EXTERNAL =\r\n");
    fake_says(cccp, "auth OK welcome\r\n");
    assert_int_equal(cccp_state(cccp), CCCP_READY);
    cccp_free(&cccp);
}

static void test_ready_in_time(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = cccp_new(NULL);
    assert_int_equal(cccp_begin(cccp, 50), CCCP_OK);
    submit(cccp, &answer);
    assert_int_equal(cccp_deadline(cccp), 50);
    cccp_tick(cccp, 50);
    expect_end(cccp, &answer, CCCP_UNREACHABLE);
}

static void test_request(void **state)
{
    (void)state;
    char long_text[400];
    struct cccp *cccp = ready(0);
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    const char *none[] = {"b@y.example", ""}, *much[] = {"b@y.example", long_text};
    struct cccp_request good = fake_request(), bad[9];
    for (unsigned i = 0; i < 9; i++)
        bad[i] = good;
    bad[0].txn = NULL;
    bad[1].txn = "with space";
    bad[2].channel = "in bound";
    bad[3].recipient_count = 0;
    bad[4].recipients = none;
    bad[5].recipients = much;
    bad[6].sender = long_text;
    bad[7].content = NULL;
    bad[8].txn = long_text;
    for (unsigned i = 0; i < 9; i++)
        assert_int_equal(cccp_submit(cccp, &bad[i], fake_done, NULL, NULL), CCCP_INVALID);
    assert_int_equal(cccp_in_flight(cccp), 0);
    cccp_free(&cccp);
}

static void test_empty_content(void **state)
{
    (void)state;
    struct fake_answer answer = {0};
    struct cccp *cccp = ready(0);
    struct cccp_request request = fake_request();
    request.content = NULL;
    request.content_size = 0;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    fake_expect_sent(cccp, FAKE_CHECK("c0.1", "{0+}\r\n\r\n"));
    fake_says(cccp, DELIVERED("c0.1"));
    expect_end(cccp, &answer, CCCP_OK);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, greeting_rows, test_greeting);
    rows_add_one(&rows, "2.5 a small content does not wait", test_small);
    rows_add_one(&rows, "2.5 an empty content", test_empty_content);
    rows_add_one(&rows, "2.3 a large content waits, others wait with it", test_literal);
    rows_add_one(&rows, "2.4 NOOP behind a refused literal", test_fence);
    rows_add_one(&rows, "2.3 the answer comes while the content is sent", test_early_answer);
    rows_add_one(&rows, "2.3 OK without the content", test_early_ok);
    rows_add_one(&rows, "4.2 MAXINFLIGHT, answers out of order", test_in_flight);
    rows_add_one(&rows, "4.2 MAXMSG", test_too_big);
    rows_add_one(&rows, "4.2 MAXCOMMAND", test_too_many);
    rows_add_one(&rows, "8 a lost connection", test_lost);
    rows_add_one(&rows, "6.2 the same check again", test_again);
    rows_add_one(&rows, "8 BYE, as often as wanted", test_again_and_again);
    rows_add_one(&rows, "5.1 deadline of a queued check", test_deadline_queued);
    rows_add_one(&rows, "5.1 deadline of a check under way", test_deadline_waiting);
    rows_add_one(&rows, "5.1 deadline while a content is sent", test_deadline_sending);
    rows_add_one(&rows, "5.2 CANCEL", test_cancel);
    rows_add_one(&rows, "5.2 ACK", test_acknowledge);
    rows_add_one(&rows, "5.2 no ACK for what was not believed", test_not_acknowledged);
    rows_add_one(&rows, "5 HEALTH", test_health);
    rows_add_one(&rows, "3.7 memory is bounded", test_memory);
    rows_add_one(&rows, "4.3 PLAIN", test_plain);
    rows_add_one(&rows, "4.3 PLAIN refused", test_plain_refused);
    rows_add_one(&rows, "4.3 EXTERNAL", test_external);
    rows_add_one(&rows, "4.2 ready in time", test_ready_in_time);
    rows_add_one(&rows, "3.1 what cannot be asked", test_request);
    rows_add_one(&rows, "8 freeing ends every check", test_freed);
    return rows_run("client", &rows, argc, argv);
}

/* Questions and answers (server/lookup/lookup.h), with the test kind `wait`. done comes exactly
 * once, never from inside lookup_start(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/lookup/lookup.h"

#define BYTES_OF(text)                                                                             \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static uv_loop_t loop;
static unsigned done_count;
static bool starting;
static char answered[128];
static struct lookup *lookup;

static int set_up(void **state)
{
    (void)state;
    done_count = 0;
    answered[0] = '\0';
    return uv_loop_init(&loop);
}

static int tear_down(void **state)
{
    (void)state;
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static void append(struct bytes text)
{
    size_t length = strlen(answered);
    assert_true(length + text.size < sizeof(answered));
    if (text.size > 0)
        memcpy(answered + length, text.data, text.size);
    answered[length + text.size] = '\0';
}

static void on_done(void *owner, const struct job_answer *answers, size_t count)
{
    assert_false(starting);
    assert_ptr_equal(owner, &loop);
    done_count++;
    for (size_t i = 0; i < count; i++) {
        append(answers[i].engine);
        append(answers[i].kind);
        append(answers[i].name);
        append(answers[i].has_value ? BYTES("=") : BYTES("?"));
        append(answers[i].value);
        append(BYTES(";"));
    }
}

static void ask(const struct report_question *questions, size_t count, uint64_t wait_ms)
{
    starting = true;
    uv_update_time(&loop);
    assert_int_equal(
        lookup_start(&loop, questions, count, uv_now(&loop) + wait_ms, &loop, on_done, &lookup),
        STATUS_OK);
    starting = false;
    assert_int_equal(done_count, 0);
}

static const struct report_question questions[] = {
    {BYTES_OF("a"), BYTES_OF("wait"), BYTES_OF("3")},
    {BYTES_OF("b"), BYTES_OF("nobody"), BYTES_OF("x")},
    {BYTES_OF("c"), BYTES_OF("wait"), BYTES_OF("0")},
    {BYTES_OF("d"), BYTES_OF("wait"), BYTES_OF("not-a-number")},
    {BYTES_OF("e"), BYTES_OF("wait"), BYTES_OF("60000")},
};

static void all(void **state)
{
    (void)state;
    ask(questions, 4, 10000);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(done_count, 1);
    assert_string_equal(answered, "await3=3;bnobodyx?;cwait0=0;dwaitnot-a-number?;");
}

static void late(void **state)
{
    (void)state;
    ask(questions, 5, 10);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(done_count, 1);
    assert_string_equal(answered, "await3=3;bnobodyx?;cwait0=0;dwaitnot-a-number?;ewait60000?;");
}

static void nobody(void **state)
{
    (void)state;
    ask(questions + 1, 1, 10000);
    uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(done_count, 1);
    assert_string_equal(answered, "bnobodyx?;");
}

static void stopped(void **state)
{
    (void)state;
    ask(questions, 5, 10000);
    lookup_stop(&lookup);
    assert_null(lookup);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(done_count, 0);
    lookup_stop(&lookup);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        {"5.2 all questions at once", all, set_up, tear_down, NULL},
        {"5.2 the deadline leaves questions open", late, set_up, tear_down, NULL},
        {"5.2 nobody serves the kind", nobody, set_up, tear_down, NULL},
        {"5.2 stopped", stopped, set_up, tear_down, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

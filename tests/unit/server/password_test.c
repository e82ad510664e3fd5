#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/crypto/password.h"

static uv_loop_t loop;
static char hash[128];

struct outcome {
    unsigned calls;
    bool right;
    uint64_t at_ms;
};

static void on_done(void *owner, bool right)
{
    struct outcome *outcome = owner;
    outcome->calls++;
    outcome->right = right;
    outcome->at_ms = uv_now(&loop);
}

static int start(void **state)
{
    (void)state;
    return uv_loop_init(&loop) != 0 || password_init(&loop) != STATUS_OK ||
           password_hash(BYTES("correct horse"), hash) != STATUS_OK;
}

static int stop(void **state)
{
    (void)state;
    password_clear();
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static struct outcome verify(const char *stored, struct bytes password, unsigned failures)
{
    struct outcome outcome = {.calls = 0};
    struct password_check *check = NULL;
    uv_update_time(&loop);
    uint64_t began = uv_now(&loop);
    assert_int_equal(password_verify(stored, password, failures, &outcome, on_done, &check),
                     STATUS_OK);
    assert_int_equal(outcome.calls, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(outcome.calls, 1);
    outcome.at_ms -= began;
    return outcome;
}

static void test_right(void **state)
{
    (void)state;
    assert_true(verify(hash, BYTES("correct horse"), 2).right);
}

static void test_wrong_is_late(void **state)
{
    (void)state;
    struct outcome outcome = verify(hash, BYTES("correct horsf"), 1);
    assert_false(outcome.right);
    assert_true(outcome.at_ms >= 1000);
    assert_false(verify(hash, BYTES(""), 0).right);
}

static void test_unknown_name(void **state)
{
    (void)state;
    struct outcome outcome = verify(NULL, BYTES("correct horse"), 0);
    assert_false(outcome.right);
    assert_true(outcome.at_ms >= 500);
}

static void test_queue_is_bounded(void **state)
{
    static struct outcome outcomes[200];
    static struct password_check *checks[200];
    unsigned taken = 0;
    (void)state;
    while (taken < 200 && password_verify(hash, BYTES("x"), 0, &outcomes[taken], on_done,
                                          &checks[taken]) == STATUS_OK)
        taken++;
    assert_int_equal(taken, 66); /* two run, 64 wait */
    for (unsigned i = 0; i < taken; i++) {
        password_forget(&checks[i]);
        assert_null(checks[i]);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    for (unsigned i = 0; i < taken; i++)
        assert_int_equal(outcomes[i].calls, 0);
    assert_true(verify(hash, BYTES("correct horse"), 0).right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"4.3 the right password", test_right, start, stop, NULL},
        {"4.3 a wrong one is answered late", test_wrong_is_late, start, stop, NULL},
        {"4.3 an unknown name costs the same", test_unknown_name, start, stop, NULL},
        {"4.3 the queue is bounded, the forgotten are silent", test_queue_is_bounded, start, stop,
         NULL},
    };
    return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}

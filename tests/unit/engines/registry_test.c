/* The rows of a build: every slot is filled, names are atoms and stand once. Built twice: with the
 * rows of the program, and with the one more of a build for tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engines/engine.h"

#ifdef ENGINE_SCRIPTED
static const char *const names[] = {"clamav", "attachment", "scripted"};
#else
static const char *const names[] = {"clamav", "attachment"};
#endif
enum { NAMES = sizeof names / sizeof names[0] };

static void test_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NAMES; i++) {
        const struct engine *engine = engine_row(i);

        assert_non_null(engine);
        assert_string_equal(engine->name, names[i]);
        assert_ptr_equal(engine_find(bytes_of_text(names[i])), engine);
    }
    assert_null(engine_row(NAMES));
    assert_null(engine_find(BYTES("none-such")));
    assert_null(engine_find(BYTES("")));
}

static void test_slots(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NAMES; i++) {
        const struct engine *engine = engine_row(i);

        assert_true(is_atom(bytes_of_text(engine->name)));
        assert_non_null(engine->settings);
        assert_non_null(engine->open);
        assert_non_null(engine->enter);
        assert_non_null(engine->scan);
        assert_non_null(engine->conclude);
        assert_non_null(engine->self_test);
        assert_non_null(engine->stale);
        assert_non_null(engine->close);
    }
}

static void test_nothing(void **state)
{
    char why[256] = "x";

    (void)state;
    assert_int_equal(engine_nothing_enter(NULL, "/nowhere"), STATUS_OK);
    assert_int_equal(engine_nothing_conclude(NULL, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(engine_nothing_self_test(NULL, why), STATUS_OK);
    assert_string_equal(why, "");
    assert_false(engine_nothing_stale(NULL));
    engine_nothing_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"design 5 one row, one engine", test_rows, NULL, NULL, NULL},
        {"design 5 every slot is filled", test_slots, NULL, NULL, NULL},
        {"design 5 nothing does nothing", test_nothing, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

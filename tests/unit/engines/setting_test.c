/* Settings are read by name and kind. */
#include "engines/setting.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct setting rows[] = {
    {.name = "enabled", .kind = SETTING_BOOLEAN},
    {.name = "size", .kind = SETTING_NUMBER},
    {.name = "mode", .kind = SETTING_WORD, .choices = "a|b|c"},
    {.name = "folder", .kind = SETTING_PATH},
    {.name = NULL},
};

static const struct setting_value values[] = {{1, "yes"}, {2048, "2K"}, {2, "c"}, {0, "/x"}};

static void test_values(void **state)
{
    const struct settings_view view = {rows, values};

    (void)state;
    assert_true(settings_boolean(&view, "enabled"));
    assert_int_equal(settings_number(&view, "size"), 2048);
    assert_int_equal(settings_word(&view, "mode"), 2);
    assert_string_equal(settings_text(&view, "folder"), "/x");
    assert_string_equal(settings_text(&view, "size"), "2K");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"design 5 settings are read by their rows", test_values, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

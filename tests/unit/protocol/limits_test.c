#include "rows.h"

#include <string.h>

#include "protocol/limits.h"

static void test_defaults(void **state)
{
    (void)state;
    struct limits limits;
    limits_init(&limits);
    assert_int_equal(limits.line_bytes, 8192);
    assert_int_equal(limits.message_bytes, 157286400);
    assert_int_equal(limits.decoded_bytes, 629145600);
    unsigned i = 0;
    for (; limits_row(i); i++) {
        const struct limit_row *row = limits_row(i);
        assert_int_equal(*limits_value(&limits, i), row->value);
        assert_true(row->least <= row->value && row->value <= row->most);
        assert_true(row->status < STATUS_COUNT);
    }
    assert_int_equal(i, sizeof limits / sizeof(uint64_t));
    assert_null(limits_value(&limits, i));
}

/* Names are keys of the configuration: lower case, digits, hyphens, each once. */
static void test_names(void **state)
{
    (void)state;
    for (unsigned i = 0; limits_row(i); i++) {
        const char *name = limits_row(i)->name;
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(name, limits_row(j)->name);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "2.8 defaults lie in their ranges", test_defaults);
    rows_add_one(&rows, "2.8 names are keys", test_names);
    return rows_run("limits", &rows, argc, argv);
}

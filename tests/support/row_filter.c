/* In every cmocka program: TEST_ROW='pattern*' in the environment runs those rows alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void row_filter(void)
{
    const char *pattern = getenv("TEST_ROW");
    if (pattern != NULL && pattern[0] != '\0')
        cmocka_set_test_filter(pattern);
}

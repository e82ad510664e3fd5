/* Walks all of cl_error_t and the names of signatures: nothing but CL_CLEAN examines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engines/clamav/outcome.h"

static void only_clean_examines(void **state)
{
    (void)state;
    for (int code = -3; code <= CL_ELAST_ERROR + 3; code++) {
        struct outcome outcome = outcome_of_code(code);
        if (code == CL_CLEAN) {
            assert_int_equal(outcome.state, COVERAGE_EXAMINED);
            assert_null(outcome.reason);
            continue;
        }
        assert_true(outcome.state == COVERAGE_FAILED || outcome.state == COVERAGE_UNEXAMINABLE);
        assert_non_null(outcome.reason);
    }
}

static void caps_are_permanent(void **state)
{
    (void)state;
    assert_string_equal(outcome_of_code(CL_EMAXREC).reason, "recursion");
    assert_string_equal(outcome_of_code(CL_EMAXSIZE).reason, "scan-size");
    assert_string_equal(outcome_of_code(CL_EMAXFILES).reason, "files");
    assert_string_equal(outcome_of_code(CL_ETIMEOUT).reason, "scan-time");
    assert_string_equal(outcome_of_code(CL_EPARSE).reason, "broken");
    assert_int_equal(outcome_of_code(CL_ETIMEOUT).state, COVERAGE_UNEXAMINABLE);
    assert_int_equal(outcome_of_code(CL_EMEM).state, COVERAGE_FAILED);
    assert_int_equal(outcome_of_code(CL_EWRITE).state, COVERAGE_FAILED);
}

static void names_have_meanings(void **state)
{
    static const struct {
        const char *name;
        enum name_kind kind;
        const char *reason;
    } rows[] = {
        {"Eicar-Test-Signature.UNOFFICIAL", NAME_VIRUS, NULL},
        {"Heuristics.Encrypted.Zip", NAME_ENCRYPTED, "encrypted"},
        {"Heuristics.Limits.Exceeded.MaxRecursion", NAME_LIMIT, "recursion"},
        {"Heuristics.Limits.Exceeded.MaxScanSize", NAME_LIMIT, "scan-size"},
        {"Heuristics.Limits.Exceeded.MaxFileSize", NAME_LIMIT, "file-size"},
        {"Heuristics.Limits.Exceeded.EmailMIMEPartsPerMessage", NAME_LIMIT, "scan-limit"},
        {"Heuristics.Phishing.Email.SpoofedDomain", NAME_POLICY, NULL},
        {"Heuristics.OLE2.ContainsMacros.VBA", NAME_POLICY, NULL},
        {"PUA.Win.Packer.Upx", NAME_POLICY, NULL},
        {"Heuristics.Worm.Mydoom", NAME_VIRUS, NULL},
        {"Detected.By.Callback.Inspection", NAME_OURS, NULL},
        {"", NAME_VIRUS, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct name_meaning *meaning = outcome_of_name(rows[i].name);
        assert_int_equal(meaning->kind, rows[i].kind);
        if (rows[i].reason)
            assert_string_equal(meaning->reason, rows[i].reason);
    }
}

static void worse_wins(void **state)
{
    struct outcome examined = {COVERAGE_EXAMINED, NULL}, exempt = {COVERAGE_EXEMPT, "rule"},
                   closed = {COVERAGE_UNEXAMINABLE, "broken"}, failed = {COVERAGE_FAILED, "io"};
    (void)state;
    assert_string_equal(outcome_worse(examined, exempt).reason, "rule");
    assert_string_equal(outcome_worse(closed, exempt).reason, "broken");
    assert_string_equal(outcome_worse(closed, failed).reason, "io");
    assert_null(outcome_worse(examined, examined).reason);
    assert_string_equal(outcome_worse(closed, (struct outcome){COVERAGE_UNEXAMINABLE, "b"}).reason,
                        "broken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"coverage: nothing but CL_CLEAN examines", only_clean_examines, NULL, NULL, NULL},
        {"coverage: caps are permanent, errors are not", caps_are_permanent, NULL, NULL, NULL},
        {"findings: a name's beginning tells its class", names_have_meanings, NULL, NULL, NULL},
        {"coverage: the worse of two", worse_wins, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

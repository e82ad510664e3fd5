#include "rows.h"

#include "protocol/verdict.h"

#define FOUND(class) (1u << CLASS_##class)

struct conclude_row {
    const char *name;
    struct coverage_tally tally; /* expected examined exempt unexaminable failed */
    unsigned found;
    enum verdict_kind kind;
    bool transient;
};

static const struct conclude_row conclude_rows[] = {
    {"7.3 all examined", {3, 3, 0, 0, 0}, 0, VERDICT_CLEAN, false},
    {"7.3 examined or exempt", {3, 2, 1, 0, 0}, 0, VERDICT_CLEAN, false},
    {"7.3 all exempt", {2, 0, 2, 0, 0}, 0, VERDICT_CLEAN, false},
    {"7.3 a finding of AUTH only", {1, 1, 0, 0, 0}, FOUND(AUTH), VERDICT_CLEAN, false},
    {"7.3 nobody looked", {0, 0, 0, 0, 0}, 0, VERDICT_INCOMPLETE, true},
    {"7.3 nothing expected, something examined", {0, 1, 0, 0, 0}, 0, VERDICT_INCOMPLETE, true},
    {"7.3 one unaccounted", {3, 2, 0, 0, 0}, 0, VERDICT_INCOMPLETE, true},
    {"7.3 more counted than expected", {3, 4, 0, 0, 0}, 0, VERDICT_INCOMPLETE, true},
    {"7.3 counts that run over", {1, UINT64_MAX, 2, 0, 0}, 0, VERDICT_INCOMPLETE, true},
    {"7.3 one failed", {3, 2, 0, 0, 1}, 0, VERDICT_INCOMPLETE, true},
    {"7.3 one unexaminable", {3, 2, 0, 1, 0}, 0, VERDICT_INCOMPLETE, false},
    {"7.3 failed and unexaminable: trying again may help",
     {3, 1, 0, 1, 1},
     0,
     VERDICT_INCOMPLETE,
     true},
    {"7.3 a limit was hit", {3, 3, 0, 0, 0}, FOUND(LIMIT), VERDICT_INCOMPLETE, false},
    {"7.3 a class nobody knows", {3, 3, 0, 0, 0}, 1u << 31, VERDICT_INCOMPLETE, false},
    {"7.3 virus", {3, 3, 0, 0, 0}, FOUND(VIRUS) | FOUND(SPAM), VERDICT_INFECTED, false},
    {"7.3 virus though engines failed", {3, 0, 0, 0, 3}, FOUND(VIRUS), VERDICT_INFECTED, false},
    {"7.3 policy", {3, 3, 0, 0, 0}, FOUND(POLICY) | FOUND(SPAM), VERDICT_POLICY, false},
    {"7.3 structure is policy", {3, 3, 0, 0, 0}, FOUND(STRUCTURE), VERDICT_POLICY, false},
    {"7.3 spam", {3, 3, 0, 0, 0}, FOUND(SPAM) | FOUND(LIMIT), VERDICT_SPAM, false},
    {"7.3 spam though engines failed", {3, 0, 0, 0, 0}, FOUND(SPAM), VERDICT_SPAM, false},
};

static void test_conclude(void **state)
{
    const struct conclude_row *row = *state;
    struct verdict verdict = verdict_conclude(&row->tally, row->found);
    assert_int_equal(verdict.kind, row->kind);
    assert_int_equal(verdict.transient, row->transient);
}

/* Every tally of up to three pairs and every set of findings: clean only when the definition says
 * so. */
static void test_clean_is_rare(void **state)
{
    (void)state;
    for (unsigned found = 0; found < 1u << CLASS_COUNT; found++) {
        for (unsigned i = 0; i < 4 * 4 * 4 * 4 * 4; i++) {
            struct coverage_tally tally = {i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6 & 3, i >> 8 & 3};
            bool clean = verdict_conclude(&tally, found).kind == VERDICT_CLEAN;
            bool may = tally.expected > 0 && tally.examined + tally.exempt == tally.expected &&
                       tally.unexaminable + tally.failed == 0 &&
                       (found & ~(FOUND(AUTH) | FOUND(NOTE))) == 0;
            assert_int_equal(clean, may);
        }
    }
}

/* A finding does not hide that something was not examined. */
static void test_gap(void **state)
{
    (void)state;
    static const unsigned found[] = {FOUND(VIRUS), FOUND(POLICY), FOUND(STRUCTURE), FOUND(SPAM), 0};
    const struct coverage_tally whole = {2, 1, 1, 0, 0}, closed = {2, 1, 0, 1, 0},
                                failed = {2, 0, 0, 1, 1};
    for (unsigned i = 0; i < sizeof found / sizeof found[0]; i++) {
        assert_int_equal(verdict_conclude(&whole, found[i]).gap, GAP_NONE);
        assert_int_equal(verdict_conclude(&whole, found[i] | FOUND(LIMIT)).gap, GAP_UNEXAMINABLE);
        assert_int_equal(verdict_conclude(&closed, found[i]).gap, GAP_UNEXAMINABLE);
        assert_int_equal(verdict_conclude(&failed, found[i]).gap, GAP_FAILED);
    }
    assert_int_equal(verdict_incomplete(true).gap, GAP_FAILED);
    assert_int_equal(verdict_incomplete(false).gap, GAP_UNEXAMINABLE);
}

static void test_zero_is_not_clean(void **state)
{
    (void)state;
    struct verdict verdict = {0};
    assert_int_equal(verdict.kind, VERDICT_INCOMPLETE);
    assert_int_equal(verdict_incomplete(true).kind, VERDICT_INCOMPLETE);
    assert_true(verdict_incomplete(true).transient);
    assert_false(verdict_incomplete(false).transient);
    enum coverage_state said_nothing = 0;
    assert_int_equal(said_nothing, COVERAGE_FAILED);
}

static void test_words(void **state)
{
    (void)state;
    enum verdict_kind kind;
    enum finding_class class;
    enum coverage_state coverage;
    enum disposition disposition;
    for (int i = 0; i < VERDICT_KIND_COUNT; i++) {
        assert_true(verdict_of_word(bytes_of_text(verdict_word(i)), &kind));
        assert_int_equal(kind, i);
    }
    for (int i = 0; i < CLASS_COUNT; i++) {
        assert_true(finding_class_of_word(bytes_of_text(finding_class_word(i)), &class));
        assert_int_equal(class, i);
    }
    for (int i = 0; i < COVERAGE_STATE_COUNT; i++) {
        assert_true(coverage_of_word(bytes_of_text(coverage_word(i)), &coverage));
        assert_int_equal(coverage, i);
    }
    for (int i = 0; i < DISPOSITION_COUNT; i++) {
        assert_true(disposition_of_word(bytes_of_text(disposition_word(i)), &disposition));
        assert_int_equal(disposition, i);
    }
    assert_true(verdict_of_word(BYTES("cLeAn"), &kind));
    assert_int_equal(kind, VERDICT_CLEAN);
    assert_false(verdict_of_word(BYTES("CLEANER"), &kind));
    assert_false(disposition_of_word(BYTES(""), &disposition));
}

static void test_badness(void **state)
{
    (void)state;
    const enum verdict_kind order[] = {VERDICT_CLEAN, VERDICT_INCOMPLETE, VERDICT_SPAM,
                                       VERDICT_POLICY, VERDICT_INFECTED};
    for (int i = 0; i < VERDICT_KIND_COUNT; i++)
        assert_int_equal(verdict_badness(order[i]), i);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, conclude_rows, test_conclude);
    rows_add_one(&rows, "7.3 clean only from a complete coverage", test_clean_is_rare);
    rows_add_one(&rows, "7.3 what was not examined stays known", test_gap);
    rows_add_one(&rows, "7.3 what nobody set is not clean", test_zero_is_not_clean);
    rows_add_one(&rows, "7.1 words both ways", test_words);
    rows_add_one(&rows, "7.3 badness", test_badness);
    return rows_run("verdict", &rows, argc, argv);
}

/* The channel's table (spec/policy.md 1.2), every row of it, as a client is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/front/outcome.h"
#include "server/policy/decider.h"

#define BIT(disposition) (1U << DISPOSITION_##disposition)
#define ALL UINT32_MAX
#define USUAL (BIT(DELIVER) | BIT(REJECT) | BIT(DISCARD) | BIT(QUARANTINE) | BIT(DEFER))

struct row {
    const char *name;
    struct verdict verdict;
    const char *engine; /* of a finding with class, or NULL */
    enum finding_class class;
    struct config_channel channel;
    unsigned accept;
    enum disposition wanted;
    const char *result_class, *text, *mark, *status;
    bool defers;
};

#define CHANNEL(infected_, policy_, unexaminable_)                                                 \
    .channel = {.name = "c",                                                                       \
                .infected = DISPOSITION_##infected_,                                               \
                .policy = DISPOSITION_##policy_,                                                   \
                .unexaminable = DISPOSITION_##unexaminable_,                                       \
                .defer_after_s = 77}
#define DEFAULTS CHANNEL(QUARANTINE, QUARANTINE, QUARANTINE)
#define IS(kind_) .verdict = {.kind = VERDICT_##kind_}
#define TRANSIENT .verdict = {.kind = VERDICT_INCOMPLETE, .transient = true}
#define FOUND(class_) .engine = "alpha", .class = CLASS_##class_
#define GIVES(disposition) .wanted = DISPOSITION_##disposition

static const struct row rows[] = {
    {"clean is delivered", IS(CLEAN), DEFAULTS, .accept = USUAL, GIVES(DELIVER)},
    {"clean is delivered however strict the channel", IS(CLEAN), CHANNEL(REJECT, REJECT, REJECT),
     .accept = USUAL, GIVES(DELIVER)},
    {"infected, by default quarantined", IS(INFECTED), FOUND(VIRUS), DEFAULTS, .accept = USUAL,
     GIVES(QUARANTINE), .result_class = "virus", .text = "words"},
    {"infected, rejected", IS(INFECTED), FOUND(VIRUS), CHANNEL(REJECT, DELIVER, DELIVER),
     .accept = USUAL, GIVES(REJECT), .result_class = "virus", .text = "words", .status = "5.7.1"},
    {"infected, discarded", IS(INFECTED), FOUND(VIRUS), CHANNEL(DISCARD, DELIVER, DELIVER),
     .accept = USUAL, GIVES(DISCARD), .result_class = "virus", .text = "words"},
    {"infected, the report has lost the finding", IS(INFECTED), DEFAULTS, .accept = USUAL,
     GIVES(QUARANTINE), .result_class = "virus", .text = "a virus was found"},
    {"policy, by default quarantined", IS(POLICY), FOUND(POLICY), DEFAULTS, .accept = USUAL,
     GIVES(QUARANTINE), .result_class = "policy", .text = "words"},
    {"policy, rejected", IS(POLICY), FOUND(POLICY), CHANNEL(DISCARD, REJECT, DELIVER),
     .accept = USUAL, GIVES(REJECT), .result_class = "policy", .text = "words", .status = "5.7.1"},
    {"policy, delivered with a mark", IS(POLICY), FOUND(POLICY), CHANNEL(DISCARD, DELIVER, DEFER),
     .accept = USUAL, GIVES(DELIVER), .result_class = "policy", .text = "words", .mark = "policy"},
    {"structure counts as policy", IS(POLICY), FOUND(STRUCTURE), DEFAULTS, .accept = USUAL,
     GIVES(QUARANTINE), .result_class = "policy", .text = "words"},
    {"a note does not speak for the verdict", IS(POLICY), FOUND(NOTE), DEFAULTS, .accept = USUAL,
     GIVES(QUARANTINE), .result_class = "policy", .text = "against the policy"},
    {"clean with a note is delivered", IS(CLEAN), FOUND(NOTE), CHANNEL(REJECT, REJECT, REJECT),
     .accept = USUAL, GIVES(DELIVER)},
    {"another class does not speak for the verdict", IS(POLICY), FOUND(SPAM), DEFAULTS,
     .accept = USUAL, GIVES(QUARANTINE), .result_class = "policy", .text = "against the policy"},
    {"spam goes the way of policy", IS(SPAM), FOUND(SPAM), CHANNEL(DISCARD, DELIVER, DEFER),
     .accept = USUAL, GIVES(DELIVER), .result_class = "spam", .text = "words", .mark = "spam"},
    {"policy delivered, but an engine failed",
     .verdict = {.kind = VERDICT_POLICY, .gap = GAP_FAILED}, FOUND(POLICY),
     CHANNEL(DISCARD, DELIVER, DELIVER), .accept = USUAL, GIVES(DEFER),
     .result_class = "incomplete", .text = "not checked completely, try again", .defers = true},
    {"spam delivered, but a part cannot be examined",
     .verdict = {.kind = VERDICT_SPAM, .gap = GAP_UNEXAMINABLE}, FOUND(SPAM),
     CHANNEL(DISCARD, DELIVER, QUARANTINE), .accept = USUAL, GIVES(QUARANTINE),
     .result_class = "unexaminable", .text = "encrypted"},
    {"policy and unexaminable, both delivered",
     .verdict = {.kind = VERDICT_POLICY, .gap = GAP_UNEXAMINABLE}, FOUND(POLICY),
     CHANNEL(DISCARD, DELIVER, DELIVER), .accept = USUAL, GIVES(DELIVER), .result_class = "policy",
     .text = "words", .mark = "policy"},
    {"policy quarantined, whatever failed", .verdict = {.kind = VERDICT_POLICY, .gap = GAP_FAILED},
     FOUND(POLICY), DEFAULTS, .accept = USUAL, GIVES(QUARANTINE), .result_class = "policy",
     .text = "words"},
    {"transient is deferred", TRANSIENT, DEFAULTS, .accept = USUAL, GIVES(DEFER),
     .result_class = "incomplete", .text = "not checked completely, try again", .defers = true},
    {"transient is deferred however lenient the channel", TRANSIENT,
     CHANNEL(DISCARD, DELIVER, DELIVER), .accept = ALL, GIVES(DEFER), .result_class = "incomplete",
     .text = "not checked completely, try again", .defers = true},
    {"unexaminable, by default quarantined", IS(INCOMPLETE), FOUND(LIMIT), DEFAULTS,
     .accept = USUAL, GIVES(QUARANTINE), .result_class = "unexaminable", .text = "words"},
    {"unexaminable, rejected", IS(INCOMPLETE), CHANNEL(DISCARD, DELIVER, REJECT), .accept = USUAL,
     GIVES(REJECT), .result_class = "unexaminable", .text = "encrypted", .status = "5.7.1"},
    {"unexaminable, deferred", IS(INCOMPLETE), CHANNEL(DISCARD, DELIVER, DEFER), .accept = USUAL,
     GIVES(DEFER), .result_class = "unexaminable", .text = "encrypted", .defers = true},
    {"unexaminable, delivered with a mark", IS(INCOMPLETE), CHANNEL(DISCARD, REJECT, DELIVER),
     .accept = USUAL, GIVES(DELIVER), .result_class = "unexaminable", .text = "encrypted",
     .mark = "unexaminable"},
    {"no verdict is transient", .verdict = {.kind = VERDICT_KIND_COUNT}, DEFAULTS, .accept = USUAL,
     GIVES(DEFER), .result_class = "incomplete", .text = "not checked completely, try again",
     .defers = true},
    {"a disposition that is not accepted is DEFER", IS(INFECTED), FOUND(VIRUS), DEFAULTS,
     .accept = BIT(DELIVER) | BIT(DEFER), GIVES(DEFER), .result_class = "virus", .text = "words",
     .defers = true},
    {"DELIVER not accepted", IS(CLEAN), DEFAULTS, .accept = BIT(DEFER), GIVES(DEFER),
     .result_class = "unaccepted", .text = "the client does not accept what policy decided",
     .defers = true},
};

static void text_is(struct bytes got, const char *wanted)
{
    struct bytes text = bytes_of_text(wanted);
    assert_int_equal(got.size, text.size);
    if (text.size > 0)
        assert_memory_equal(got.data, text.data, text.size);
}

static void report_fill(struct report *report, const struct row *row)
{
    report_init(report, 65536);
    struct report_coverage coverage = {
        .engine = BYTES("alpha"), .state = COVERAGE_UNEXAMINABLE, .reason = BYTES("encrypted")};
    struct report_finding finding = {.engine = bytes_of_text(row->engine),
                                     .symbol = BYTES("Symbol"),
                                     .class = row->class,
                                     .text = BYTES("words")};
    assert_int_equal(report_add_coverage(report, &coverage), STATUS_OK);
    if (row->engine != NULL)
        assert_int_equal(report_add_finding(report, &finding), STATUS_OK);
}

static struct decision deferred = {.disposition = DISPOSITION_DEFER, .has_after = true};

/* A decider without rules, and what is told of its decision; strings borrow the decider. */
struct telling {
    struct config config;
    struct envelope envelope;
    struct decider *decider;
    struct arena arena;
};

static enum status tell(struct telling *telling, struct verdict verdict,
                        const struct report *report, const struct config_channel *channel,
                        unsigned accept, struct reply_result *result)
{
    const struct outcome_client client = {.accept = accept};
    const struct decision *decision = NULL;
    *telling = (struct telling){0};
    limits_init(&telling->config.limits);
    arena_init(&telling->arena, 65536);
    const struct decide_input input = {.config = &telling->config,
                                       .channel = channel,
                                       .report = report,
                                       .verdict = verdict,
                                       .envelope = &telling->envelope,
                                       .recipient_count = 1,
                                       .reference = "c7-1"};
    deferred.after_s = channel->defer_after_s;
    assert_int_equal(decider_new(&input, &telling->decider), STATUS_OK);
    assert_int_equal(decider_decide(telling->decider, BYTES("b@y.example"), &decision), STATUS_OK);
    return outcome_make(decision, NULL, &deferred, &client, &telling->arena, result);
}

static void telling_clear(struct telling *telling)
{
    arena_clear(&telling->arena);
    decider_free(&telling->decider);
}

static void row_test(void **state)
{
    struct telling telling;
    const struct row *row = *state;
    struct report report;
    report_fill(&report, row);
    struct reply_result result;
    assert_int_equal(tell(&telling, row->verdict, &report, &row->channel, row->accept, &result),
                     STATUS_OK);
    assert_int_equal(result.disposition, row->wanted);
    assert_true(result.known);
    assert_int_equal(result.copy, 0);
    assert_false(result.has_sender);
    text_is(result.class, row->result_class);
    text_is(result.text, row->text);
    text_is(result.mark, row->mark);
    text_is(result.status, row->status);
    assert_int_equal(result.has_after, row->defers);
    if (row->defers)
        assert_int_equal(result.after_s, 77);
    telling_clear(&telling);
    report_clear(&report);
}

/* Whatever is not clean is never delivered without a mark, whatever the channel says. */
static void never_unmarked(void **state)
{
    (void)state;
    struct report report;
    report_init(&report, 65536);
    for (unsigned kind = 0; kind < VERDICT_KIND_COUNT * 2; kind++)
        for (unsigned d = 0; d < DISPOSITION_COUNT; d++) {
            if (d == DISPOSITION_REDIRECT || d == DISPOSITION_EXPAND)
                continue; /* no channel can say so */
            struct verdict verdict = {.kind = kind / 2, .transient = kind % 2};
            struct config_channel channel = {
                .name = "c", .infected = d, .policy = d, .unexaminable = d, .defer_after_s = 1};
            struct reply_result result;
            struct telling telling;
            if (tell(&telling, verdict, &report, &channel, ALL, &result) == STATUS_OK &&
                result.disposition == DISPOSITION_DELIVER) {
                assert_true(verdict.kind == VERDICT_CLEAN || result.mark.size > 0);
                assert_false(verdict.kind == VERDICT_INCOMPLETE && verdict.transient);
            }
            telling_clear(&telling);
        }
    report_clear(&report);
}

static void unsupported(void **state)
{
    (void)state;
    struct report report;
    report_init(&report, 65536);
    struct config_channel channel = {.name = "c",
                                     .infected = DISPOSITION_REJECT,
                                     .policy = DISPOSITION_REJECT,
                                     .unexaminable = DISPOSITION_REJECT,
                                     .defer_after_s = 1};
    struct reply_result result;
    struct telling telling;
    assert_int_equal(tell(&telling, verdict_incomplete(true), &report, &channel,
                          BIT(DELIVER) | BIT(REJECT), &result),
                     STATUS_UNSUPPORTED);
    telling_clear(&telling);
    report_clear(&report);
}

#define COUNT (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
    struct CMUnitTest tests[COUNT + 2] = {
        {"only clean is delivered without a mark", never_unmarked, NULL, NULL, NULL},
        {"neither the wanted one nor DEFER is accepted", unsupported, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT; i++)
        tests[2 + i] = (struct CMUnitTest){rows[i].name, row_test, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

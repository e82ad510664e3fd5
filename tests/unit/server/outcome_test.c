/* What a client is told for a decision (server/front/outcome.h): a row for each way of policy and
 * client to differ. The clauses are of spec/policy.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/front/outcome.h"

#define BIT(disposition) (1U << DISPOSITION_##disposition)
#define FORM(form) (1U << ACCEPT_##form)
#define EVERYTHING UINT32_MAX
#define USUAL (BIT(DELIVER) | BIT(REJECT) | BIT(DISCARD) | BIT(QUARANTINE) | BIT(DEFER))

static const struct decision deferred = {.disposition = DISPOSITION_DEFER,
                                         .class = {(const uint8_t *)"incomplete", 10},
                                         .has_after = true,
                                         .after_s = 77};
static const struct edit marks_edit = {.kind = EDIT_MARKS}, tag_edit = {.kind = EDIT_SUBJECT_TAG};
static const struct decision_edits marks = {1, &marks_edit, 1}, tag = {2, &tag_edit, 1};

static const struct decision delivered = {
    .number = 1, .disposition = DISPOSITION_DELIVER, .otherwise = DISPOSITION_DEFER};
static const struct decision tagged = {.number = 2,
                                       .disposition = DISPOSITION_DELIVER,
                                       .edits = &tag,
                                       .otherwise = DISPOSITION_QUARANTINE};
static const struct decision unmarked = {.number = 3,
                                         .disposition = DISPOSITION_DELIVER,
                                         .edits = &marks,
                                         .otherwise = DISPOSITION_DEFER};
static const struct decision rejected = {.number = 4,
                                         .disposition = DISPOSITION_REJECT,
                                         .status = {(const uint8_t *)"5.7.9", 5},
                                         .is_silent = true,
                                         .otherwise = DISPOSITION_DISCARD};
static const struct decision cleaned = {.number = 5,
                                        .disposition = DISPOSITION_DELIVER,
                                        .edits = &tag,
                                        .is_conditional = true,
                                        .allowed = 1U << VERDICT_CLEAN,
                                        .instead = &rejected,
                                        .otherwise = DISPOSITION_DEFER};
static const struct decision routed = {.number = 6,
                                       .disposition = DISPOSITION_DELIVER,
                                       .route = {(const uint8_t *)"smtp:[10.0.0.1]", 15},
                                       .otherwise = DISPOSITION_DEFER};
static const struct decision owned = {.number = 7,
                                      .disposition = DISPOSITION_DELIVER,
                                      .has_sender = true,
                                      .otherwise = DISPOSITION_REJECT};
static const struct decision_store store = {
    .kind = STORE_QUARANTINE, .is_original = true, .name = {(const uint8_t *)"virus", 5}};
static const struct decision stored = {.number = 8,
                                       .disposition = DISPOSITION_DELIVER,
                                       .stores = &store,
                                       .store_count = 1,
                                       .otherwise = DISPOSITION_DEFER};
static const struct decision_member to_bob[] = {{{(const uint8_t *)"bob@y", 5}, &delivered}};
static const struct decision redirected = {.number = 9,
                                           .disposition = DISPOSITION_REDIRECT,
                                           .members = to_bob,
                                           .member_count = 1,
                                           .stores = &store,
                                           .store_count = 1,
                                           .otherwise = DISPOSITION_DEFER};
static const struct decision_member to_nobody[] = {{{(const uint8_t *)"bob@y", 5}, &rejected}};
static const struct decision redirected_away = {.number = 10,
                                                .disposition = DISPOSITION_REDIRECT,
                                                .members = to_nobody,
                                                .member_count = 1,
                                                .otherwise = DISPOSITION_DEFER};
static const struct decision_member to_cleaned[] = {{{(const uint8_t *)"bob@y", 5}, &cleaned}};
static const struct decision redirected_cleaned = {.number = 13,
                                                   .disposition = DISPOSITION_REDIRECT,
                                                   .members = to_cleaned,
                                                   .member_count = 1,
                                                   .otherwise = DISPOSITION_DEFER};
static const struct decision_member list[] = {{{(const uint8_t *)"a@y", 3}, &delivered},
                                              {{(const uint8_t *)"b@y", 3}, &delivered},
                                              {{(const uint8_t *)"c@z", 3}, &rejected}};
static const struct decision expanded = {.number = 11,
                                         .disposition = DISPOSITION_EXPAND,
                                         .is_list = true,
                                         .members = list,
                                         .member_count = 3,
                                         .otherwise = DISPOSITION_DEFER};
static const struct decision_member later[] = {{{(const uint8_t *)"a@y", 3}, &delivered},
                                               {{(const uint8_t *)"c@z", 3}, &deferred}};
static const struct decision expanded_later = {.number = 12,
                                               .disposition = DISPOSITION_EXPAND,
                                               .members = later,
                                               .member_count = 2,
                                               .otherwise = DISPOSITION_DEFER};

struct row {
    const char *name;
    const struct decision *decision;
    unsigned accept, forms;
    enum status status;
    enum disposition wanted;
};

#define GIVES(disposition) .wanted = DISPOSITION_##disposition

static const struct row rows[] = {
    {"1.5 deliver", &delivered, USUAL, 0, GIVES(DELIVER)},
    {"1.5 deliver, not accepted", &delivered, BIT(DEFER), 0, GIVES(DEFER)},
    {"1.5 neither deliver nor defer accepted", &delivered, BIT(REJECT), 0, STATUS_UNSUPPORTED,
     GIVES(DEFER)},
    {"1.5 edits for a client without copies", &tagged, USUAL, FORM(SPLICE), GIVES(QUARANTINE)},
    {"1.5 otherwise is not accepted either", &tagged, BIT(DELIVER) | BIT(DEFER), 0, GIVES(DEFER)},
    {"5 marks are taken away by a client without copies", &unmarked, USUAL, 0, GIVES(DELIVER)},
    {"1.5 reject", &rejected, USUAL, 0, GIVES(REJECT)},
    {"1.5 reject, not accepted", &rejected, BIT(DISCARD) | BIT(DEFER), 0, GIVES(DISCARD)},
    {"1.4 cleaning for a client without copies: what later rules say", &cleaned, USUAL, 0,
     GIVES(REJECT)},
    {"1.7 a route for a client without routes", &routed, USUAL, 0, GIVES(DEFER)},
    {"1.7 a route", &routed, USUAL, FORM(ROUTE), GIVES(DELIVER)},
    {"1.7 a sender for a client that cannot", &owned, USUAL, 0, GIVES(REJECT)},
    {"1.7 a sender", &owned, USUAL, FORM(SENDER), GIVES(DELIVER)},
    {"1.7 a store for a client that cannot", &stored, USUAL, 0, GIVES(DEFER)},
    {"1.7 a store", &stored, USUAL, FORM(STORE), GIVES(DELIVER)},
    {"1.6 redirect", &redirected, USUAL | BIT(REDIRECT), FORM(STORE), GIVES(REDIRECT)},
    {"1.6 redirect, not accepted", &redirected, USUAL, FORM(STORE), GIVES(DEFER)},
    {"1.6 redirect to one who gets nothing", &redirected_away, USUAL, 0, GIVES(REJECT)},
    {"1.6 redirect of what is cleaned, for a client without copies", &redirected_cleaned,
     USUAL | BIT(REDIRECT), 0, GIVES(REJECT)},
    {"1.3 a copy that is not there is told to nobody", &tagged, USUAL, FORM(COPY), GIVES(DEFER)},
    {"1.4 a copy that was not checked neither", &cleaned, USUAL, FORM(COPY), GIVES(DEFER)},
    {"1.6 nor behind a redirection", &redirected_cleaned, USUAL | BIT(REDIRECT), FORM(COPY),
     GIVES(DEFER)},
    {"1.6 expand", &expanded, USUAL | BIT(EXPAND), 0, GIVES(EXPAND)},
    {"1.6 expand, not accepted", &expanded, USUAL, 0, GIVES(DEFER)},
    {"1.6 a member that is deferred defers its recipient", &expanded_later, EVERYTHING, EVERYTHING,
     GIVES(DEFER)},
};

static void row_test(void **state)
{
    const struct row *row = *state;
    const struct outcome_client client = {row->accept, row->forms};
    struct reply_result result = {0};
    AUTO(arena_clear) struct arena arena;
    arena_init(&arena, 65536);
    enum status status = outcome_make(row->decision, NULL, &deferred, &client, &arena, &result);
    assert_int_equal(status, row->status);
    if (status != STATUS_OK)
        return;
    assert_int_equal(result.disposition, row->wanted);
    assert_true(result.known);
    assert_int_equal(result.copy, 0);
    if (result.disposition == DISPOSITION_REJECT)
        assert_true(result.status.size > 0);
    assert_int_equal(result.has_after, result.disposition == DISPOSITION_DEFER);
    if (result.has_after)
        assert_int_equal(result.after_s, 77);
}

static void redirect_has_all(void **state)
{
    (void)state;
    const struct outcome_client client = {EVERYTHING, EVERYTHING};
    struct reply_result result;
    AUTO(arena_clear) struct arena arena;
    arena_init(&arena, 65536);
    assert_int_equal(outcome_make(&redirected, NULL, &deferred, &client, &arena, &result),
                     STATUS_OK);
    assert_true(bytes_equal(result.target, BYTES("bob@y")));
    assert_int_equal(result.store_count, 1);
    assert_int_equal(result.stores[0].kind, STORE_QUARANTINE);
    assert_int_equal(result.stores[0].copy, 0);
}

/* What a rule for everybody stores stands once; what two rules store is as much as a line takes. */
static void redirect_stores_once(void **state)
{
    (void)state;
    static const uint8_t names[] = "abcdefghijklmnopqrstuvwxyz";
    struct decision_store first[REPLY_STORES_MOST], second[REPLY_STORES_MOST];
    for (size_t i = 0; i < REPLY_STORES_MOST; i++) {
        first[i] = (struct decision_store){STORE_ARCHIVE, true, {&names[i], 1}};
        second[i] = (struct decision_store){STORE_ARCHIVE, true, {&names[i + 1], 1}};
    }
    struct decision target = stored, from = redirected;
    const struct decision_member member = {BYTES("bob@y"), &target};
    const struct outcome_client client = {EVERYTHING, EVERYTHING};
    struct reply_result result;
    AUTO(arena_clear) struct arena arena;
    arena_init(&arena, 65536);
    from.members = &member;
    assert_int_equal(outcome_make(&from, NULL, &deferred, &client, &arena, &result), STATUS_OK);
    assert_int_equal(result.store_count, 1);
    target.stores = first;
    from.stores = second;
    target.store_count = from.store_count = REPLY_STORES_MOST;
    assert_int_equal(outcome_make(&from, NULL, &deferred, &client, &arena, &result), STATUS_OK);
    assert_int_equal(result.store_count, REPLY_STORES_MOST);
}

static void members_share_groups(void **state)
{
    (void)state;
    const struct outcome_client client = {EVERYTHING, EVERYTHING};
    struct reply_result result;
    AUTO(arena_clear) struct arena arena;
    arena_init(&arena, 65536);
    assert_int_equal(outcome_make(&expanded, NULL, &deferred, &client, &arena, &result), STATUS_OK);
    assert_true(result.is_list);
    assert_int_equal(result.member_count, 2);
    assert_int_equal(result.members[0].count, 2);
    assert_true(bytes_equal(result.members[0].addresses[1], BYTES("b@y")));
    assert_int_equal(result.members[0].result->disposition, DISPOSITION_DELIVER);
    assert_int_equal(result.members[1].count, 1);
    assert_int_equal(result.members[1].result->disposition, DISPOSITION_REJECT);
    assert_true(result.members[1].result->is_silent);
}

/* Whatever a client accepts, it is never told what it did not. */
static void never_unaccepted(void **state)
{
    (void)state;
    const struct decision *const decisions[] = {&delivered,  &tagged,   &unmarked,      &rejected,
                                                &cleaned,    &routed,   &owned,         &stored,
                                                &redirected, &expanded, &expanded_later};
    AUTO(arena_clear) struct arena arena;
    arena_init(&arena, 64 << 20);
    for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++)
        for (unsigned accept = 0; accept < 1U << DISPOSITION_COUNT; accept++)
            for (unsigned forms = 0; forms < 1U << ACCEPT_FORM_COUNT; forms++) {
                const struct outcome_client client = {accept, forms};
                struct reply_result result;
                if ((forms & FORM(COPY)) != 0 ||
                    outcome_make(decisions[i], NULL, &deferred, &client, &arena, &result) !=
                        STATUS_OK)
                    continue;
                assert_true((accept & 1U << result.disposition) != 0);
                assert_true(result.route.size == 0 || (forms & FORM(ROUTE)) != 0);
                assert_true(!result.has_sender || (forms & FORM(SENDER)) != 0);
                assert_true(result.store_count == 0 || (forms & FORM(STORE)) != 0);
                assert_int_equal(result.copy, 0);
            }
}

#define COUNT (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
    struct CMUnitTest tests[COUNT + 4] = {
        {"1.6 a redirection has target and stores", redirect_has_all, NULL, NULL, NULL},
        {"1.7 what a redirection stores", redirect_stores_once, NULL, NULL, NULL},
        {"1.6 members with one decision share a group", members_share_groups, NULL, NULL, NULL},
        {"1.5 nothing that was not accepted", never_unaccepted, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT; i++)
        tests[4 + i] = (struct CMUnitTest){rows[i].name, row_test, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The made-up message of policy_world.h. */
#include "policy_world.h"

#include <inttypes.h>
#include <stdlib.h>

#include "server/policy/organisation.h"
#include "server/policy/rule.h"
#include "server/policy/verdict_table.h"

static struct bytes kept(struct policy_world *world, const char *from, size_t size)
{
    char *copy = (char *)arena_copy(&world->arena, (struct bytes){(const uint8_t *)from, size});
    assert_non_null(copy);
    for (size_t i = 0; i < size; i++)
        copy[i] = copy[i] == '_' ? ' ' : copy[i];
    return (struct bytes){(const uint8_t *)copy, size};
}

/* The next field up to a colon; the rest stays. */
static struct bytes next_field(struct bytes *rest)
{
    size_t end = bytes_find(*rest, 0, ':');
    struct bytes field = end > 0 ? bytes_slice(*rest, 0, end) : BYTES("");
    *rest = bytes_slice(*rest, end + 1, SIZE_MAX);
    return field;
}

static uint32_t number_of(struct bytes text)
{
    char copy[24] = "";
    if (text.size > 0)
        memcpy(copy, text.data, text.size < 23 ? text.size : 23);
    return (uint32_t)strtoul(copy, NULL, 10);
}

static void add_part(struct policy_world *world, struct bytes value, const char *kind)
{
    size_t at = bytes_find(value, 0, '@');
    struct bytes rest = bytes_slice(value, 0, at);
    uint32_t above = number_of(bytes_slice(value, at + 1, SIZE_MAX));
    struct report_part part = {.number = (uint32_t)world->report.parts_count + 1,
                               .kind = PART_LEAF,
                               .type = next_field(&rest),
                               .name = next_field(&rest),
                               .charset = next_field(&rest)};
    part.parent = part.number > 1 ? 1 : 0;
    part.depth = part.number > 1 ? 1 : 0;
    if (bytes_begin_fold(part.type, BYTES("multipart/")))
        part.kind = PART_MULTIPART;
    if (kind[0] == 'o') {
        part.reading = 1;
        part.parent = above;
    } else if (kind[0] == 'w') {
        part.within = above;
    }
    assert_int_equal(report_add_part(&world->report, &part), STATUS_OK);
}

static void add_finding(struct policy_world *world, struct bytes rest)
{
    struct report_finding finding = {.text = BYTES("words")};
    assert_true(finding_class_of_word(next_field(&rest), &finding.class));
    finding.engine = next_field(&rest);
    finding.symbol = next_field(&rest);
    struct bytes points = next_field(&rest);
    char copy[24] = "";
    memcpy(copy, points.data, points.size < 23 ? points.size : 23);
    finding.points = strtoll(copy, NULL, 10);
    finding.part = number_of(next_field(&rest));
    assert_int_equal(report_add_finding(&world->report, &finding), STATUS_OK);
}

static void add_coverage(struct policy_world *world, enum coverage_state state, struct bytes reason)
{
    struct report_coverage coverage = {
        .engine = BYTES("alpha"), .parts = {1, 1}, .state = state, .reason = reason};
    assert_int_equal(report_add_coverage(&world->report, &coverage), STATUS_OK);
}

static void take(struct policy_world *world, struct bytes key, struct bytes value)
{
    char word[16] = "";
    struct envelope *envelope = &world->envelope;
    memcpy(word, key.data, key.size < 15 ? key.size : 15);
    struct {
        const char *word;
        struct bytes *field;
    } fields[] = {{"from", &envelope->sender},
                  {"client", &envelope->client_address},
                  {"helo", &envelope->helo},
                  {"login", &envelope->login},
                  {"name", &envelope->client_name}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(word, fields[i].word) == 0)
            *fields[i].field = value;
    envelope->has_sender = envelope->has_sender || strcmp(word, "from") == 0;
    struct bytes rest = value;
    if (strcmp(word, "part") == 0 || strcmp(word, "other") == 0 || strcmp(word, "within") == 0)
        add_part(world, value, word);
    else if (strcmp(word, "find") == 0)
        add_finding(world, value);
    else if (strcmp(word, "gap") == 0)
        add_coverage(world, COVERAGE_UNEXAMINABLE, value);
    else if (strcmp(word, "fail") == 0)
        add_coverage(world, COVERAGE_FAILED, value);
    else if (strcmp(word, "size") == 0)
        world->input.size = number_of(value);
    else if (strcmp(word, "rcpts") == 0)
        world->input.recipient_count = number_of(value);
    if (strcmp(word, "fact") == 0) {
        struct bytes name = next_field(&rest);
        assert_int_equal(report_add_fact(&world->report, name, rest), STATUS_OK);
    }
}

static void read_message(struct policy_world *world, const char *message)
{
    for (const char *at = message; *at != '\0';) {
        size_t size = strcspn(at, " ");
        struct bytes word = kept(world, at, size);
        size_t equal = bytes_find(word, 0, '=');
        if (size > 0)
            take(world, bytes_slice(word, 0, equal), bytes_slice(word, equal + 1, SIZE_MAX));
        at += size;
        at += *at == ' ' ? 1 : 0;
    }
}

static struct verdict verdict_of(const struct report *report)
{
    struct coverage_tally tally = {.expected = 3, .examined = 3};
    for (size_t i = 0; i < report->coverage_count; i++) {
        tally.examined--;
        tally.failed += report->coverage[i].state == COVERAGE_FAILED;
        tally.unexaminable += report->coverage[i].state == COVERAGE_UNEXAMINABLE;
    }
    return verdict_conclude(&tally, report_classes(report));
}

void world_open(struct policy_world *world, const char *yaml, const char *message)
{
    world_open_channel(world, yaml, "c", message);
}

void world_open_channel(struct policy_world *world, const char *yaml, const char *channel,
                        const char *message)
{
    *world = (struct policy_world){.config = config_made(yaml)};
    arena_init(&world->arena, 1 << 20);
    report_init(&world->report, 1 << 24);
    world->input =
        (struct decide_input){.config = world->config,
                              .channel = config_find_channel(world->config, bytes_of_text(channel)),
                              .report = &world->report,
                              .envelope = &world->envelope,
                              .recipient_count = 1,
                              .size = 1000,
                              .reference = "ref-1"};
    assert_non_null(world->input.channel);
    read_message(world, message);
    world->input.verdict = verdict_of(&world->report);
}

void world_close(struct policy_world *world)
{
    report_clear(&world->report);
    arena_clear(&world->arena);
    config_unref(&world->config);
}

struct shown {
    char *text;
    size_t size, at;
};

static void show(struct shown *shown, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void show(struct shown *shown, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(shown->text + shown->at, shown->size - shown->at, format, arguments);
    va_end(arguments);
    assert_in_range(length, 0, shown->size - shown->at - 1);
    shown->at += (size_t)length;
}

static void show_text(struct shown *shown, const char *key, struct bytes text)
{
    if (text.size > 0)
        show(shown, " %s=%.*s", key, (int)text.size, (const char *)text.data);
}

static void show_edit(struct shown *shown, const struct edit *edit)
{
    show(shown, "%s", edit_word(edit->kind));
    for (size_t i = 0; i < edit->part_count; i++)
        show(shown, "%s%u:%u", i == 0 ? "#" : ",", edit->parts[i].first, edit->parts[i].last);
    for (size_t i = 0; i < edit->value_count; i++)
        show(shown, "/%.*s=%.*s", (int)edit->values[i].key.size,
             (const char *)edit->values[i].key.data, (int)edit->values[i].value.size,
             (const char *)edit->values[i].value.data);
}

static void show_beside(struct shown *shown, const struct decision *decision)
{
    for (size_t i = 0; i < decision->store_count; i++)
        show(shown, " store=%s%s:%.*s",
             decision->stores[i].kind == STORE_ARCHIVE ? "archive" : "quarantine",
             decision->stores[i].is_original ? "-original" : "", (int)decision->stores[i].name.size,
             (const char *)decision->stores[i].name.data);
    for (size_t i = 0; i < decision->notice_count; i++)
        show(shown, " note=%d:%.*s:%.*s", decision->notices[i].kind,
             (int)decision->notices[i].address.size,
             (const char *)decision->notices[i].address.data,
             (int)decision->notices[i].texts[0].size,
             (const char *)decision->notices[i].texts[0].data);
}

static void show_decision(struct shown *shown, const struct decision *decision)
{
    show(shown, "%s", disposition_word(decision->disposition));
    if (decision->rule != NULL)
        show(shown, " rule=%s", decision->rule->name);
    else
        show(shown, " row=%s", decision->row);
    show_text(shown, "class", decision->class);
    show_text(shown, "status", decision->status);
    show_text(shown, "text", decision->text);
    show_text(shown, "mark", decision->mark);
    if (decision->is_silent)
        show(shown, " silent");
    if (decision->has_after)
        show(shown, " after=%" PRIu64, decision->after_s);
    if (decision->has_sender)
        show(shown, " sender=<%.*s>", (int)decision->sender.size,
             (const char *)decision->sender.data);
    show_text(shown, "route", decision->route);
    if (decision->otherwise != DISPOSITION_DEFER)
        show(shown, " otherwise=%s", disposition_word(decision->otherwise));
    for (size_t i = 0; decision->edits != NULL && i < decision->edits->count; i++) {
        show(shown, i == 0 ? " edits=" : "+");
        show_edit(shown, &decision->edits->edits[i]);
    }
    show_beside(shown, decision);
    for (size_t i = 0; i < decision->member_count; i++) {
        show(shown, "%s %.*s(", i == 0 ? (decision->is_list ? " list:" : " to:") : "",
             (int)decision->members[i].address.size,
             (const char *)decision->members[i].address.data);
        show_decision(shown, decision->members[i].decision);
        show(shown, ")");
    }
    if (decision->is_conditional)
        show(shown, " if=%x else(", decision->allowed);
    if (decision->instead != NULL)
        show_decision(shown, decision->instead);
    if (decision->is_conditional)
        show(shown, ")");
}

void decision_show(const struct decision *decision, char *text, size_t size)
{
    struct shown shown = {text, size, 0};
    show_decision(&shown, decision);
}

void world_decide(struct policy_world *world, const char *recipient, char shown[SHOWN_BYTES])
{
    AUTO(decider_free) struct decider *decider = NULL;
    const struct decision *decision = NULL;
    assert_int_equal(decider_new(&world->input, &decider), STATUS_OK);
    assert_int_equal(decider_decide(decider, bytes_of_text(recipient), &decision), STATUS_OK);
    decision_show(decision, shown, SHOWN_BYTES);
}

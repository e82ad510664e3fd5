/* An opened engine `attachment` for tests, and one check of octets from view to verdict. */
#include "tests/unit/engines/attachment_opened.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engines/settings_made.h"

extern const struct engine engine_attachment;

static const struct bytes engine_name = {(const uint8_t *)"attachment", 10};

enum status attachment_try(const char *const *changes, struct engine_instance *instance,
                           char why[256])
{
    struct setting_value values[SETTINGS_MADE_MOST];
    struct settings_view view = {engine_attachment.settings, values};
    struct limits limits;

    message_warm_up();
    limits_init(&limits);
    settings_make(engine_attachment.settings, changes, values);
    *instance = (struct engine_instance){.engine = &engine_attachment};
    return engine_attachment.open(&view, &limits, "/nonexistent", &instance->state,
                                  &instance->edition, why);
}

void attachment_open_with(const char *const *changes, struct engine_instance *instance)
{
    char why[256];

    if (attachment_try(changes, instance, why) != STATUS_OK)
        fail_msg("%s", why);
    assert_int_equal(engine_attachment.enter(instance->state, "/nonexistent"), STATUS_OK);
}

void attachment_shut(struct engine_instance *instance)
{
    engine_attachment.close(instance->state);
    instance->state = NULL;
}

static void say(char *said, struct bytes word, const char *end)
{
    size_t length = strlen(said);

    snprintf(said + length, SAID_OCTETS - length, "%s%.*s%s", length ? "" : " ", (int)word.size,
             (const char *)word.data, end);
}

static void hear_findings(const struct report *report, struct attachment_said *said)
{
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct report_finding *finding = &report->findings[i];
        bool is_ours = bytes_equal(bytes_slice(finding->symbol, 0, 11), BYTES("attachment."));
        struct bytes symbol =
            is_ours ? bytes_slice(finding->symbol, 11, finding->symbol.size) : finding->symbol;

        if (!bytes_equal(finding->engine, engine_name))
            continue;
        say(finding->class == CLASS_POLICY  ? said->policy
            : finding->class == CLASS_LIMIT ? said->limits
                                            : said->notes,
            symbol, " ");
        if (finding->class == CLASS_POLICY)
            say(said->texts, finding->text, ";");
    }
}

static void hear(const struct report *report, struct attachment_said *said)
{
    hear_findings(report, said);
    for (size_t i = 0; i < report->coverage_count; i++)
        if (report->coverage[i].state != COVERAGE_EXAMINED)
            say(said->reasons, report->coverage[i].reason, " ");
    for (size_t i = 0; i < report->facts_count; i++) {
        say(said->facts, report->facts[i].name, "=");
        say(said->facts, report->facts[i].value, " ");
    }
    for (size_t i = 0; i < report->engines_count; i++)
        said->time_us += report->engines[i].time_us;
}

void attachment_check(const struct engine_instance *instance, struct bytes octets,
                      const struct limits *limits, uint64_t deadline_ms,
                      struct attachment_said *said)
{
    struct bytes engine = engine_name;
    struct job job = {.deadline_ms = deadline_ms, .engines = &engine, .engine_count = 1};
    struct coverage_tally tally;
    struct limits usual;
    struct report report;

    *said = (struct attachment_said){0};
    limits_init(&usual);
    if (limits == NULL)
        limits = &usual;
    report_init(&report, (size_t)limits->report_bytes);
    assert_int_equal(engines_run(instance, 1, limits, &job, octets, &report), STATUS_OK);
    assert_int_equal(report_check(&report, octets.size, limits), STATUS_OK);
    report_tally(&report, &engine, 1, &tally);
    said->verdict = verdict_conclude(&tally, report_classes(&report));
    hear(&report, said);
    report_clear(&report);
}

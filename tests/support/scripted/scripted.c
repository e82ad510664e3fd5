/* Does what the message says (scripted.h). */
#include "tests/support/scripted/scripted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORD_BYTES = 128 };

/* What the run of a script has come to. */
struct run {
    struct message *message;
    struct reporter *reporter;
    bool covers; /* coverage is reported at the end */
    enum coverage_state coverage;
    char reason[WORD_BYTES];
    enum status status;
};

static uint64_t scan_count; /* of this process */

static uint64_t clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void spin(uint64_t us)
{
    uint64_t begun = clock_us(CLOCK_PROCESS_CPUTIME_ID);
    while (us == UINT64_MAX || clock_us(CLOCK_PROCESS_CPUTIME_ID) - begun < us)
        ;
}

static void wait_ms(uint64_t ms)
{
    struct timespec left = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0)
        ;
}

static void find(struct run *run, enum finding_class class, const char *symbol)
{
    reporter_finding(run->reporter, symbol, class, 0, 0, (struct range){0, 0},
                     "as the script says");
}

static void do_clean(struct run *run, const char *first, const char *second)
{
    (void)run, (void)first, (void)second;
}

static void do_virus(struct run *run, const char *first, const char *second)
{
    (void)second;
    find(run, CLASS_VIRUS, first);
}

static void do_policy(struct run *run, const char *first, const char *second)
{
    (void)second;
    find(run, CLASS_POLICY, first);
}

static void do_structure(struct run *run, const char *first, const char *second)
{
    (void)second;
    find(run, CLASS_STRUCTURE, first);
}

static void do_note(struct run *run, const char *first, const char *second)
{
    (void)second;
    find(run, CLASS_NOTE, first);
}

static void cover(struct run *run, enum coverage_state state, const char *reason)
{
    run->covers = true;
    run->coverage = state;
    snprintf(run->reason, sizeof run->reason, "%s", reason);
}

static void do_unexaminable(struct run *run, const char *first, const char *second)
{
    (void)second;
    cover(run, COVERAGE_UNEXAMINABLE, first);
}

static void do_exempt(struct run *run, const char *first, const char *second)
{
    (void)second;
    cover(run, COVERAGE_EXEMPT, first);
}

static void do_silent(struct run *run, const char *first, const char *second)
{
    (void)first, (void)second;
    run->covers = false;
}

static void do_fail(struct run *run, const char *first, const char *second)
{
    (void)first, (void)second;
    run->status = STATUS_ENGINE;
}

static void do_crash(struct run *run, const char *first, const char *second)
{
    (void)run, (void)first, (void)second;
    abort();
}

static void do_spin(struct run *run, const char *first, const char *second)
{
    (void)run, (void)first, (void)second;
    spin(UINT64_MAX);
}

static void do_spin_ms(struct run *run, const char *first, const char *second)
{
    (void)run, (void)second;
    spin(strtoull(first, NULL, 10) * 1000);
}

static void do_sleep(struct run *run, const char *first, const char *second)
{
    (void)run, (void)second;
    wait_ms(strtoull(first, NULL, 10));
}

static void do_big(struct run *run, const char *first, const char *second)
{
    (void)second;
    for (uint64_t left = strtoull(first, NULL, 10); left > 0; left--)
        find(run, CLASS_AUTH, "scripted.big");
}

static void do_question(struct run *run, const char *first, const char *second)
{
    reporter_question(run->reporter, first, second);
    run->covers = false;
}

static const struct {
    const char *word;
    void (*run)(struct run *run, const char *first, const char *second);
} verbs[] = {
#define SCRIPTED_VERB(word, name) {word, do_##name},
    SCRIPTED_WORDS(SCRIPTED_VERB)};

static void run_line(struct run *run, const char *line)
{
    char word[WORD_BYTES] = "", first[WORD_BYTES] = "", second[WORD_BYTES] = "";
    sscanf(line, "%127s %127s %127s", word, first, second);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].word, word) == 0) {
            verbs[i].run(run, first, second);
            return;
        }
    run->status = STATUS_ENGINE;
}

/* Each line of the header section that begins with X-Script. */
static void run_script(struct run *run)
{
    struct bytes octets = run->message->octets, field = BYTES("X-Script:");
    char text[3 * WORD_BYTES];
    for (size_t at = 0; at < octets.size && run->status == STATUS_OK;) {
        size_t end = bytes_find(octets, at, '\n');
        struct bytes line = bytes_slice(octets, at, end - at);
        if (line.size && line.data[line.size - 1] == '\r')
            line.size--;
        if (line.size == 0)
            return;
        if (bytes_equal_fold(bytes_slice(line, 0, field.size), field)) {
            snprintf(text, sizeof text, "%.*s", (int)(line.size - field.size),
                     (const char *)line.data + field.size);
            run_line(run, text);
        }
        at = end + 1;
    }
}

static void report_leaf(struct run *run, uint32_t part)
{
    if (run->coverage == COVERAGE_EXAMINED)
        reporter_examined(run->reporter, part);
    else if (run->coverage == COVERAGE_EXEMPT)
        reporter_exempt(run->reporter, part, run->reason);
    else
        reporter_unexaminable(run->reporter, part, run->reason);
}

static void report_leaves(struct run *run)
{
    for (uint32_t i = 0; run->covers && i < run->message->part_count; i++)
        if (run->message->parts[i].kind == PART_LEAF)
            report_leaf(run, run->message->parts[i].number);
}

static void report_count(struct reporter *reporter)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)++scan_count);
    reporter_fact(reporter, "scripted.scans", text);
}

static enum status scripted_scan(void *state, struct message *message, struct reporter *reporter)
{
    struct run run = {.message = message,
                      .reporter = reporter,
                      .covers = true,
                      .coverage = COVERAGE_EXAMINED,
                      .status = STATUS_OK};
    (void)state;
    report_count(reporter);
    run_script(&run);
    if (run.status == STATUS_OK)
        report_leaves(&run);
    return run.status;
}

static enum status scripted_conclude(void *state, struct message *message,
                                     const struct job *answers, struct reporter *reporter)
{
    struct run run = {
        .message = message, .reporter = reporter, .covers = true, .coverage = COVERAGE_EXAMINED};
    char text[4 * WORD_BYTES];
    (void)state;
    for (size_t i = 0; i < answers->answer_count; i++) {
        const struct job_answer *answer = &answers->answers[i];
        if (!bytes_equal(answer->engine, BYTES("scripted")))
            continue;
        snprintf(text, sizeof text, "%.*s", answer->has_value ? (int)answer->value.size : 3,
                 answer->has_value ? (const char *)answer->value.data : "NIL");
        reporter_fact(reporter, "scripted.answer", text);
    }
    report_leaves(&run);
    return STATUS_OK;
}

static enum status scripted_open(const struct settings_view *settings, const struct limits *limits,
                                 const char *scratch, void **state, struct engine_edition *edition,
                                 char why[256])
{
    (void)settings, (void)limits, (void)scratch;
    *state = NULL;
    *edition = (struct engine_edition){.version = "1", .source = "tests/support/scripted"};
    why[0] = '\0';
    return STATUS_OK;
}

static const struct setting settings[] = {{0}};

const struct engine engine_scripted = {
    .name = "scripted",
    .room = ENGINE_SANDBOX,
    .settings = settings,
    .open = scripted_open,
    .enter = engine_nothing_enter,
    .scan = scripted_scan,
    .conclude = scripted_conclude,
    .clean = engine_nothing_clean,
    .self_test = engine_nothing_self_test,
    .stale = engine_nothing_stale,
    .close = engine_nothing_close,
};

/* Random histories: clients check, repeat, cancel, ask, leave and come again while workers answer,
 * fail and time passes. Whatever happens, every command of a client that stays is completed exactly
 * once, and at the end nothing is left (world_clear()). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/house_world.h"

enum { HISTORIES = 400, STEPS = 50, TAGS = STEPS + 1 };

struct history {
    struct world world;
    unsigned seed;
    unsigned sent;          /* tags are t1, t2, … */
    unsigned sender[TAGS];  /* session */
    unsigned answers[TAGS]; /* completions seen */
    bool gone[TAGS];        /* the session left before its answer */
};

static struct history history;

static unsigned pick(unsigned count)
{
    return (unsigned)rand_r(&history.seed) % count;
}

static bool is_completion(const char *word)
{
    return strncmp(word, "OK", 2) == 0 || strncmp(word, "NO", 2) == 0 ||
           strncmp(word, "BAD", 3) == 0;
}

/* Takes the output of the session and counts completions by tag. */
static void collect(unsigned i)
{
    struct buffer *output = &history.world.sessions[i].output;
    if (output->size == 0)
        return;
    output->limit = SIZE_MAX;
    assert_int_equal(buffer_append_octet(output, '\0'), STATUS_OK);
    char *rest = NULL;
    for (char *line = strtok_r((char *)output->data, "\r\n", &rest); line != NULL;
         line = strtok_r(NULL, "\r\n", &rest)) {
        char *end = NULL;
        unsigned tag = line[0] == 't' ? (unsigned)strtoul(line + 1, &end, 10) : 0;
        if (tag == 0 || end == NULL || !is_completion(end + 1))
            continue;
        assert_true(tag < TAGS);
        assert_int_equal(history.sender[tag], i);
        history.answers[tag]++;
    }
    buffer_clear(output);
}

static void send_text(unsigned i, const char *format_before, const char *format_after, char txn)
{
    char text[200];
    unsigned tag = ++history.sent;
    history.sender[tag] = i;
    snprintf(text, sizeof(text), "t%u %s%c%s\r\n", tag, format_before, txn, format_after);
    world_send(&history.world, i, text);
}

static void leave(unsigned i)
{
    collect(i);
    for (unsigned tag = 1; tag <= history.sent; tag++)
        if (history.sender[tag] == i && history.answers[tag] == 0)
            history.gone[tag] = true;
    world_leave(&history.world, i);
    world_open(&history.world, i, i % 3);
}

/* Sessions 0 and 3 are anonymous, 1 and 4 are mx1, 2 and 5 mx2. */
static void client_step(unsigned i, char txn)
{
    static const char content[] = " inbound () ((1 \"a@x\")) () {5+}\r\nhello";
    static const char other[] = " inbound () ((1 \"a@x\")) (EXPLAIN YES) {5+}\r\nHELLO";
    switch (pick(8)) {
    case 0:
    case 1:
    case 2:
        send_text(i, "CHECK ", content, txn);
        break;
    case 3:
        send_text(i, "CHECK ", other, txn);
        break;
    case 4:
        send_text(i, "CANCEL ", "", txn);
        break;
    case 5:
        send_text(i, "RESULT ", pick(2) ? " (WAIT 10)" : "", txn);
        break;
    case 6:
        send_text(i, pick(2) ? "ACK " : "STATUS ", "", txn);
        break;
    default:
        leave(i);
        break;
    }
}

static void worker_step(void)
{
    static const enum status failures[] = {STATUS_CRASHED, STATUS_DEADLINE, STATUS_LIMIT};
    struct world *world = &history.world;
    size_t open[WORLD_JOBS], count = 0;
    for (size_t i = 0; i < world->job_count; i++)
        if (!world->jobs[i].done && !world->jobs[i].cancelled)
            open[count++] = i;
    if (count == 0)
        return;
    size_t job = open[pick((unsigned)count)];
    if (pick(4) == 0)
        world_fail(world, job, failures[pick(3)]);
    else
        world_report(world, job, (enum world_report)pick(REPORT_ASKS_NOBODY + 1));
}

static void step(void)
{
    static const unsigned pauses_ms[] = {0, 1, 6, 5000, 31000, 61000};
    world_turn(&history.world);
    history.world.submit = pick(10) == 0 ? STATUS_OVERLOADED : STATUS_OK;
    unsigned action = pick(10);
    if (action < 6)
        client_step(pick(WORLD_SESSIONS), (char)('a' + pick(3)));
    else if (action < 9)
        worker_step();
    else
        world_skip(&history.world, pauses_ms[pick(6)]);
    for (unsigned i = 0; i < WORLD_SESSIONS; i++)
        collect(i);
}

/* Every check still under way ends by its deadline at the latest. */
static void run_history(unsigned seed)
{
    memset(&history, 0, sizeof(history));
    history.seed = seed;
    world_init(&history.world);
    for (unsigned i = 0; i < WORLD_SESSIONS; i++)
        world_open(&history.world, i, i % 3);
    for (unsigned i = 0; i < STEPS; i++)
        step();
    world_skip(&history.world, 100000);
    for (unsigned i = 0; i < WORLD_SESSIONS; i++)
        collect(i);
    for (unsigned tag = 1; tag <= history.sent; tag++)
        if (history.answers[tag] != (history.gone[tag] ? 0 : 1))
            fail_msg("seed %u: t%u has %u answers", seed, tag, history.answers[tag]);
    world_clear(&history.world);
}

static void histories(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= HISTORIES; seed++)
        run_history(seed);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        {"6 every command is completed exactly once", histories, NULL, NULL, NULL}};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

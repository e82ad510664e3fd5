/* What may come, and what it takes of the one budget (spec/cccp.md 2.10, 5.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/front/content.h"
#include "tests/support/house_world.h"

enum { RECIPIENTS = 2000 };

static struct world world;
static char command[RECIPIENTS * 24];

static int set_up(void **state)
{
    (void)state;
    world_init(&world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&world);
    return 0;
}

/* A CHECK without content, whose recipients are what it costs. */
static void send_many(const char *tag)
{
    int length = snprintf(command, sizeof(command), "%s CHECK %s inbound () (", tag, tag);
    for (unsigned i = 1; i <= RECIPIENTS; i++)
        length += snprintf(command + length, sizeof(command) - (size_t)length, "(%u \"a@x\") %s", i,
                           i % 100 == 0 && i < RECIPIENTS ? "\r\n" : "");
    snprintf(command + length - 1, sizeof(command) - (size_t)length, ") () {0}\r\n");
    world_send(&world, 0, command);
}

/* Contents of no octets, and commands of many: the budget bounds them all the same. */
static void recipients_count(void **state)
{
    (void)state;
    world_open(&world, 0, 1);
    send_many("a1");
    world_expect(&world, 0, "+ go\r\n");
    uint64_t held = content_reserved();
    assert_true(held > strlen(command));
    world_send(&world, 0, "\r\n");
    assert_int_equal(content_reserved(), held);
    world.config.limits.content_budget_bytes = held * 3 / 2;
    send_many("a2");
    world_expect(&world, 0, "a2 NO [OVERLOADED] ^\r\n");
    assert_int_equal(content_reserved(), held);
    world_send(&world, 0, "n NOOP \"a2\"\r\n");
    world_expect(&world, 0, "n OK [TAG \"a2\"] here\r\n");
    world_report(&world, 0, REPORT_CLEAN);
    /* So many are decided in a thread. */
    while (content_reserved() > 0 && uv_run(&world.loop, UV_RUN_ONCE) != 0)
        continue;
    buffer_clear(&world.sessions[0].output);
    assert_int_equal(content_reserved(), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        {"2.10 recipients take of the budget", recipients_count, set_up, tear_down, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* TERM: everybody is told, nothing new begins, what runs ends, then the connections. */
#include "stage.h"

static void on_drained(void *owner)
{
    ((struct stage *)owner)->drained = true;
}

static void drain(struct stage *stage)
{
    listeners_drain(stage->listeners);
    house_drain(stage->house, stage, on_drained);
}

static void test_drain(void **state)
{
    struct stage stage;
    struct client busy, idle, late;
    (void)state;
    stage_start(&stage, NULL);
    client_connect(&stage, 0, &busy);
    client_expect(&busy, "\r\n");
    client_connect(&stage, 0, &idle);
    client_expect(&idle, "\r\n");
    client_check(&busy, "a1", "t1", "x\r\nX-Script: sleep 1000");
    STAGE_UNTIL(&stage, pool_state(stage.pool)->running == 1);
    drain(&stage);
    client_expect(&idle, "* OK [DRAINING]");
    client_expect(&idle, "\r\n");
    client_expect(&idle, "* BYE [SHUTDOWN]");
    client_expect(&busy, "* OK [DRAINING]");
    client_check(&busy, "a2", "t2", "too late");
    client_expect(&busy, "a2 NO [DRAINING]");
    client_connect(&stage, 0, &late);
    client_expect(&late, "* BYE [DRAINING]");
    client_expect(&busy, "a1 RES 1 DELIVER");
    client_expect(&busy, "a1 OK [DONE]");
    client_expect(&busy, "* BYE [SHUTDOWN]");
    client_expect(&busy, "\r\n");
    client_expect_end(&busy);
    STAGE_UNTIL(&stage, stage.drained);
    client_close(&busy);
    client_close(&idle);
    client_close(&late);
    stage_stop(&stage);
}

static void test_bounded(void **state)
{
    static const char *const sets[] = {"limits.drain-time=1s", NULL};
    struct stage stage;
    struct client client;
    (void)state;
    stage_start(&stage, sets);
    client_connect(&stage, 0, &client);
    client_expect(&client, "\r\n");
    client_check(&client, "a1", "t1", "x\r\nX-Script: spin");
    STAGE_UNTIL(&stage, pool_state(stage.pool)->running == 1);
    drain(&stage);
    STAGE_UNTIL(&stage, stage.drained);
    client_close(&client);
    stage_stop(&stage);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"4.6 what is in flight ends", test_drain, NULL, NULL, NULL},
        {"4.6 not later than drain-time", test_bounded, NULL, NULL, NULL},
    };
    return stage_main(argc, argv, "drain", tests, 2);
}

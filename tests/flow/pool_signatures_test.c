/* Signatures that change, and generations that cannot be loaded. */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/flow/pool_flow.h"

static char database[] = "/tmp/cccpd-signatures-XXXXXX";
static char setting[96];

static const char *const settings[] = {"engines.clamav.enabled=yes", "engines.scripted.enabled=no",
                                       setting, NULL};

static void write_signature(const char *name, const char *line)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", database, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file, "%s\n", line);
    assert_int_equal(fclose(file), 0);
}

static void remove_signature(const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", database, name);
    assert_true(unlink(path) == 0 || errno == ENOENT);
}

static int make_database(void **state)
{
    (void)state;
    snprintf(database, sizeof database, "/tmp/cccpd-signatures-XXXXXX");
    if (mkdtemp(database) == NULL) {
        return -1;
    }
    snprintf(setting, sizeof setting, "engines.clamav.database=%s", database);
    write_signature("one.ndb", "Test.One:0:*:544553542d4f4e45"); /* TEST-ONE */
    return 0;
}

static int remove_database(void **state)
{
    (void)state;
    remove_signature("one.ndb");
    remove_signature("two.ndb");
    return rmdir(database);
}

static bool finds(struct flow *flow, const char *text)
{
    struct outcome outcome = {0};
    char mail[128];
    int size = snprintf(mail, sizeof mail, "Subject: x\r\n\r\nbody %s\r\n", text);
    flow_submit_text(flow, (struct bytes){(uint8_t *)mail, (size_t)size}, 30000, &outcome);
    flow_wait(flow, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    bool virus = outcome_virus(&outcome);
    outcome_clear(&outcome);
    return virus;
}

static void test_stale(void **state)
{
    (void)state;
    struct flow flow;
    flow_open(&flow, settings);
    assert_true(finds(&flow, "TEST-ONE"));
    assert_false(finds(&flow, "TEST-TWO"));
    write_signature("two.ndb", "Test.Two:0:*:544553542d54574f");
    flow_until(&flow, flow.usable == 2);
    assert_true(finds(&flow, "TEST-TWO"));
    assert_int_equal(flow_logged(&flow, "generation.stale"), 1);
    flow_close(&flow);
}

/* The generation in use goes on; a reload of our own is not tried again at once. */
static void test_broken_signatures(void **state)
{
    (void)state;
    struct flow flow;
    flow_open(&flow, settings);
    write_signature("two.ndb", "this is no signature");
    flow_until(&flow, flow.failed == 1);
    assert_true(strstr(flow.why, "clamav") != NULL);
    assert_true(finds(&flow, "TEST-ONE"));
    assert_int_equal(pool_state(flow.pool)->generation, 1);
    flow_run(&flow, 6000);
    assert_int_equal(flow.failed, 1);
    /* An operator's reload is tried at once. */
    assert_int_equal(pool_reload(flow.pool, flow.config, &flow.source), STATUS_OK);
    flow_until(&flow, flow.failed == 2);
    assert_true(finds(&flow, "TEST-ONE"));
    flow_close(&flow);
}

/* Nothing but the shipped test signatures would call every message clean. */
static void test_vanished(void **state)
{
    (void)state;
    struct flow flow;
    flow_open(&flow, settings);
    remove_signature("one.ndb");
    assert_int_equal(pool_reload(flow.pool, flow.config, &flow.source), STATUS_OK);
    flow_until(&flow, flow.failed == 1 || flow.usable == 2);
    assert_int_equal(flow.usable, 1);
    assert_non_null(strstr(flow.why, "clamav has lost its signatures"));
    assert_true(finds(&flow, "TEST-ONE"));
    write_signature("one.ndb", "Test.One:0:*:544553542d4f4e45");
    assert_int_equal(pool_reload(flow.pool, flow.config, &flow.source), STATUS_OK);
    flow_until(&flow, flow.usable == 2);
    assert_true(finds(&flow, "TEST-ONE"));
    flow_close(&flow);
}

/* The loader of the generation in use dies and comes back without them: its workers go on, and it
 * makes no others until they are there again. */
static void test_vanished_under_way(void **state)
{
    (void)state;
    struct flow flow;
    int loader;
    flow_open(&flow, settings);
    remove_signature("one.ndb");
    assert_int_equal(flow_children("cccpd-loader", &loader, 1), 1);
    assert_int_equal(kill(loader, SIGKILL), 0);
    flow_until(&flow, flow_logged(&flow, "has lost its signatures") > 0);
    assert_true(finds(&flow, "TEST-ONE"));
    write_signature("one.ndb", "Test.One:0:*:544553542d4f4e45");
    flow_until(&flow, flow_logged(&flow, "generation.loaded") == 2);
    assert_true(finds(&flow, "TEST-ONE"));
    flow_close(&flow);
}

static void test_first_fails(void **state)
{
    (void)state;
    struct flow flow;
    struct outcome early = {0};
    write_signature("two.ndb", "this is no signature");
    flow_start(&flow, settings);
    flow_submit(&flow, NULL, 200, &early);
    flow_until(&flow, flow.failed >= 3);
    assert_int_equal(pool_state(flow.pool)->generation, 0);
    assert_true(pool_state(flow.pool)->loading);
    flow_wait(&flow, &early);
    assert_int_equal(early.status, STATUS_DEADLINE);
    remove_signature("two.ndb");
    flow_until(&flow, flow.usable == 1);
    assert_true(finds(&flow, "TEST-ONE"));
    flow_close(&flow);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"Reload: signatures change on disk", test_stale, make_database, remove_database, NULL},
        {"Reload: broken signatures do not replace good ones", test_broken_signatures,
         make_database, remove_database, NULL},
        {"Reload: signatures that vanish", test_vanished, make_database, remove_database, NULL},
        {"Deaths: signatures vanish and the loader dies", test_vanished_under_way, make_database,
         remove_database, NULL},
        {"Reload: the first generation fails", test_first_fails, make_database, remove_database,
         NULL},
    };
    return flow_main(argc, argv, "pool_signatures", tests, sizeof tests / sizeof *tests);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/worker/control.h"

static struct arena arena;
static struct buffer line;

static int start(void **state)
{
    (void)state;
    arena_init(&arena, 65536);
    buffer_init(&line, 65536);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_clear(&arena);
    buffer_clear(&line);
    return 0;
}

static struct control there_and_back(const struct control *control)
{
    struct control read;
    assert_int_equal(control_write(control, &line), STATUS_OK);
    assert_int_equal(control_read(line.data, line.size, &arena, &read), STATUS_OK);
    assert_int_equal(read.word, control->word);
    assert_int_equal(read.id, control->id);
    return read;
}

static void test_words(void **state)
{
    (void)state;
    const struct control controls[] = {
        {.word = CONTROL_FORK, .id = 7},
        {.word = CONTROL_FAILED, .text = BYTES("clamav: no \"main.cvd\"\r\nthere")},
        {.word = CONTROL_FAILED, .text = BYTES("")},
        {.word = CONTROL_WORKER, .id = 7, .number = 4194304},
        {.word = CONTROL_REFUSED, .id = 8, .text = BYTES("Resource temporarily unavailable")},
        {.word = CONTROL_STALE},
        {.word = CONTROL_READY, .text = BYTES("tmpfs landlock-7 seccomp")},
    };
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        buffer_clear(&line);
        struct control read = there_and_back(&controls[i]);
        assert_true(bytes_equal(read.text, controls[i].text));
        assert_int_equal(read.number, controls[i].number);
    }
}

static void test_loaded(void **state)
{
    (void)state;
    struct control_engine engines[2] = {
        {BYTES("clamav"), {"1.4.6", "/var/lib/clamav, \"daily\"", 8700000, 1732300000, true}},
        {BYTES("scripted"), {"", "", 0, 0, false}}};
    struct control control = {
        .word = CONTROL_LOADED, .number = 1234567890, .engines = engines, .engine_count = 2};
    struct control read = there_and_back(&control);
    assert_int_equal(read.number, 1234567890);
    assert_int_equal(read.engine_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(bytes_equal(read.engines[i].name, engines[i].name));
        assert_string_equal(read.engines[i].edition.version, engines[i].edition.version);
        assert_string_equal(read.engines[i].edition.source, engines[i].edition.source);
        assert_int_equal(read.engines[i].edition.signatures, engines[i].edition.signatures);
        assert_int_equal(read.engines[i].edition.date, engines[i].edition.date);
        assert_int_equal(read.engines[i].edition.only_builtin, engines[i].edition.only_builtin);
    }
}

static void test_no_engine(void **state)
{
    (void)state;
    struct control control = {.word = CONTROL_LOADED, .number = 1};
    assert_int_equal(there_and_back(&control).engine_count, 0);
}

static const struct row {
    const char *name, *octets;
} rows[] = {
    {"Datagrams: nothing", ""},
    {"Datagrams: no end of line", "* STALE"},
    {"Datagrams: unknown word", "* HELLO\r\n"},
    {"Datagrams: a tag that is no number", "a FORK\r\n"},
    {"Datagrams: more than there may be", "* STALE now\r\n"},
    {"Datagrams: no text", "* FAILED\r\n"},
    {"Datagrams: text without quotes", "* FAILED why\r\n"},
    {"Datagrams: a list that does not end", "1 WORKER (PID 7\r\n"},
    {"Datagrams: another key", "1 WORKER (PAD 7)\r\n"},
    {"Datagrams: a number that is none", "1 WORKER (PID seven)\r\n"},
    {"Datagrams: an edition's unknown key", "* LOADED (MEMORY 1 ENGINES ((\"a\" COLOUR 1)))\r\n"},
    {"Datagrams: two lines", "* STALE\r\n* STALE\r\n"},
};

static void test_refused(void **state)
{
    const struct row *row = *state;
    struct control read;
    uint8_t octets[128];
    size_t size = strlen(row->octets);
    arena_init(&arena, 65536);
    memcpy(octets, row->octets, size);
    assert_int_equal(control_read(octets, size, &arena, &read), STATUS_PARSE);
    arena_clear(&arena);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof *rows, OTHERS = 3 };
    struct CMUnitTest tests[OTHERS + ROWS] = {
        {"Datagrams: every word there and back", test_words, start, end, NULL},
        {"Datagrams: LOADED with two engines", test_loaded, start, end, NULL},
        {"Datagrams: LOADED with none", test_no_engine, start, end, NULL},
    };
    for (size_t i = 0; i < ROWS; i++) {
        tests[OTHERS + i] = (struct CMUnitTest){.name = rows[i].name,
                                                .test_func = test_refused,
                                                .initial_state = (void *)(uintptr_t)&rows[i]};
    }
    return cmocka_run_group_tests_name("worker_control", tests, NULL, NULL);
}

/* Log lines: escaped whatever they hold, bounded, never waiting for a reader. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/log.h"
#include "tests/unit/protocol/rows.h"

static char path[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/cccpd-log-test-XXXXXX");
    int fd = mkstemp(path);
    return fd >= 0 ? close(fd) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    log_close();
    return remove(path);
}

static size_t read_file(const char *name, char *text, size_t most)
{
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, most - 1, file);
    text[size] = '\0';
    assert_int_equal(fclose(file), 0);
    return size;
}

/* Behind "2026-11-23T02:55:04.123Z", which must stand at text. */
static const char *behind_time(const char *text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    for (size_t i = 0; shape[i] != '\0'; i++) {
        if (shape[i] == 'd')
            assert_in_range(text[i], '0', '9');
        else
            assert_int_equal(text[i], shape[i]);
    }
    return text + sizeof shape - 1;
}

struct value_row {
    const char *name;
    struct bytes value;
    const char *text, *json; /* behind the key */
};

/* clang-format off */
static const struct value_row value_rows[] = {
    {"a word", OCTETS("q7.1"), "q7.1", "\"q7.1\""},
    {"nothing", OCTETS(""), "\"\"", "\"\""},
    {"a blank", OCTETS("a b"), "\"a b\"", "\"a b\""},
    {"an equals sign", OCTETS("a=b"), "\"a=b\"", "\"a=b\""},
    {"a quote and a backslash", OCTETS("\"\\"), "\"\\\"\\\\\"", "\"\\\"\\\\\""},
    {"a forged line", OCTETS("x\r\n2026 error"), "\"x\\r\\n2026 error\"", "\"x\\r\\n2026 error\""},
    {"an escape sequence", OCTETS("\x1b[31m"), "\"\\x1b[31m\"", "\"\\u001b[31m\""},
    {"NUL and DEL", OCTETS("a\0b\x7f"), "\"a\\x00b\\x7f\"", "\"a\\u0000b\\u007f\""},
    {"a tabulator", OCTETS("a\tb"), "\"a\\tb\"", "\"a\\tb\""},
    {"UTF-8", OCTETS("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7"),
     "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7\"", "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7\""},
    {"a typographic quote stays", OCTETS("\xe2\x80\x9cx"), "\"\xe2\x80\x9cx\"", "\"\xe2\x80\x9cx\""},
    {"Latin-1", OCTETS("\xfc"), "\"\\xfc\"", "\"\\\\xfc\""},
    {"an overlong form", OCTETS("\xc0\x8a"), "\"\\xc0\\x8a\"", "\"\\\\xc0\\\\x8a\""},
    {"a surrogate", OCTETS("\xed\xa0\x80"), "\"\\xed\\xa0\\x80\"", "\"\\\\xed\\\\xa0\\\\x80\""},
    {"UTF-8 cut short", OCTETS("\xe2\x82"), "\"\\xe2\\x82\"", "\"\\\\xe2\\\\x82\""},
    {"a C1 control", OCTETS("\xc2\x9b" "31m"), "\"\\xc2\\x9b31m\"", "\"\\\\xc2\\\\x9b31m\""},
    {"a line separator", OCTETS("\xe2\x80\xa8"), "\"\\xe2\\x80\\xa8\"", "\"\\\\xe2\\\\x80\\\\xa8\""},
    {"a turn of the reading direction", OCTETS("\xe2\x80\xae" "fdp"), "\"\\xe2\\x80\\xaefdp\"", "\"\\\\xe2\\\\x80\\\\xaefdp\""},
    {"an isolate", OCTETS("\xe2\x81\xa6"), "\"\\xe2\\x81\\xa6\"", "\"\\\\xe2\\\\x81\\\\xa6\""},
};
/* clang-format on */

static void test_value(void **state)
{
    const struct value_row *row = *state;
    char text[8192], wanted[512];
    struct log_line line;
    for (int json = 0; json < 2; json++) {
        assert_int_equal(truncate(path, 0), 0);
        assert_int_equal(log_open(json ? LOG_JSON : LOG_TEXT, path), STATUS_OK);
        uint8_t *exact = rows_copy(row->value);
        log_begin(&line, LOG_LEVEL_WARNING, "test.value");
        log_bytes(&line, "key", (struct bytes){exact, row->value.size});
        log_number(&line, "n", -7);
        log_end(&line);
        rows_free(&exact);
        read_file(path, text, sizeof text);
        if (json)
            snprintf(wanted, sizeof wanted,
                     "\",\"level\":\"warning\",\"event\":\"test.value\",\"key\":%s,\"n\":-7}\n",
                     row->json);
        else
            snprintf(wanted, sizeof wanted, " warning test.value key=%s n=-7\n", row->text);
        if (json)
            assert_memory_equal(text, "{\"ts\":\"", 7);
        assert_string_equal(behind_time(text + (json ? 7 : 0)), wanted);
    }
}

/* True for one JSON object with simple members: what a reader of the log relies on. */
static bool is_json_line(struct bytes line)
{
    bool quoted = false;
    if (line.size < 3 || line.data[0] != '{' || line.data[line.size - 1] != '\n' ||
        line.data[line.size - 2] != '}' || !bytes_is_utf8(line))
        return false;
    for (size_t i = 1; i < line.size - 2; i++) {
        if (line.data[i] < 0x20)
            return false;
        if (quoted && line.data[i] == '\\' && strchr("\"\\nrtu", line.data[++i]) == NULL)
            return false;
        else if (line.data[i] == '"' && line.data[i - 1] != '\\')
            quoted = !quoted;
        else if (line.data[i] == '"')
            quoted = quoted && line.data[i - 2] == '\\' ? false : quoted;
        if (!quoted && strchr("{}", line.data[i]) != NULL)
            return false;
    }
    return !quoted;
}

/* Any octets in any size give one line of text and one JSON object. */
static void test_random(void **state)
{
    (void)state;
    char text[8192];
    uint8_t octets[6000];
    struct log_line line;
    uint32_t seed = 7;
    for (int round = 0; round < 600; round++) {
        size_t size = (size_t)round * 10;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1664525 + 1013904223;
            octets[i] = (uint8_t)(seed >> 24);
            if (octets[i] == '"' || octets[i] == '\\')
                octets[i] = 'x'; /* the plain reader above does not pair them; rows do */
        }
        assert_int_equal(truncate(path, 0), 0);
        assert_int_equal(log_open(round % 2 ? LOG_JSON : LOG_TEXT, path), STATUS_OK);
        log_begin(&line, LOG_LEVEL_INFO, "test.random");
        log_bytes(&line, "a", (struct bytes){octets, size / 2});
        log_bytes(&line, "b", (struct bytes){octets + size / 2, size - size / 2});
        log_number(&line, "c", round);
        log_end(&line);
        struct bytes got = {(uint8_t *)text, read_file(path, text, sizeof text)};
        assert_in_range(got.size, 1, sizeof line.text);
        assert_int_equal(bytes_find(got, 0, '\n'), got.size - 1);
        assert_true(bytes_is_utf8(got));
        assert_true(round % 2 == 0 || is_json_line(got));
    }
}

static void test_cut(void **state)
{
    (void)state;
    char text[8192], value[9000];
    memset(value, 'a', sizeof value);
    value[sizeof value - 1] = '\0';
    struct log_line line;
    assert_int_equal(log_open(LOG_TEXT, path), STATUS_OK);
    log_begin(&line, LOG_LEVEL_INFO, "test.cut");
    log_text(&line, "a", value);
    log_text(&line, "b", "never");
    log_end(&line);
    size_t size = read_file(path, text, sizeof text);
    assert_in_range(size, 4000, 4096);
    assert_string_equal(text + size - 11, "a\" cut=yes\n");
    assert_null(strstr(text, "never"));
}

static void test_event(void **state)
{
    (void)state;
    char text[8192];
    assert_int_equal(log_open(LOG_TEXT, path), STATUS_OK);
    log_event(LOG_LEVEL_ERROR, "test.event", "%s and %d", "one\n", 2);
    read_file(path, text, sizeof text);
    assert_string_equal(behind_time(text), " error test.event message=\"one\\n and 2\"\n");
}

/* Adds up what all "log.dropped" lines say. */
static uint64_t told_dropped(const char *text)
{
    uint64_t sum = 0;
    for (const char *at = text; (at = strstr(at, " log.dropped count=")) != NULL;) {
        at += strlen(" log.dropped count=");
        sum += strtoull(at, NULL, 10);
    }
    return sum;
}

/* Lines are dropped while nobody reads, and said when somebody does: none is missing unsaid. */
static void test_full_pipe(void **state)
{
    (void)state;
    static char text[1 << 18];
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_int_equal(log_open(LOG_TEXT, path), STATUS_OK);
    uint64_t before = log_dropped();
    for (int i = 0; i < 4000; i++)
        log_event(LOG_LEVEL_INFO, "test.full", "%0100d", i);
    uint64_t dropped = log_dropped() - before;
    assert_in_range(dropped, 1, 3999);
    ssize_t size = read(reader, text, 1 << 17);
    assert_true(size > 0);
    log_event(LOG_LEVEL_INFO, "test.full", "again");
    ssize_t more = read(reader, text + size, 1 << 16);
    assert_true(more > 0);
    text[size + more] = '\0';
    assert_int_equal(told_dropped(text), dropped);
    assert_non_null(strstr(text + size, " info test.full message=again\n"));
    assert_int_equal(log_dropped() - before, dropped);
    uint64_t taken = 0;
    for (const char *at = text; (at = strstr(at, "test.full")) != NULL; at++)
        taken++;
    assert_int_equal(taken + dropped, 4001);
    close(reader);
    log_event(LOG_LEVEL_INFO, "test.full", "to nobody");
    assert_int_equal(log_dropped() - before, dropped + 1);
}

struct stderr_row {
    const char *name;
    bool socket; /* as journald's; else a pipe */
};

static const struct stderr_row stderr_rows[] = {
    {"a full pipe on standard error", false},
    {"a full socket on standard error", true},
};

/* In a process of its own: 0 when lines were dropped, and those who share the pipe wait as before.
 */
static int fill_standard_error(int fd)
{
    if (dup2(fd, STDERR_FILENO) < 0 || log_open(LOG_TEXT, NULL) != STATUS_OK)
        return 1;
    uint64_t before = log_dropped();
    for (int i = 0; i < 20000 && log_dropped() == before; i++)
        log_event(LOG_LEVEL_INFO, "test.full", "%0100d", i);
    if (log_dropped() == before)
        return 2;
    return (fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK) != 0 ? 3 : 0;
}

static void test_standard_error(void **state)
{
    const struct stderr_row *row = *state;
    char text[200];
    int ends[2], status = -1;
    int made = row->socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) : pipe(ends);
    assert_int_equal(made, 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(fill_standard_error(ends[1]));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(ends[1]);
    assert_true(read(ends[0], text, sizeof text) == sizeof text);
    assert_memory_equal(strstr(text, "Z info "), "Z info test.full message=0000", 29);
    close(ends[0]);
}

static void test_reopen(void **state)
{
    (void)state;
    char text[8192], old[80];
    snprintf(old, sizeof old, "%s.old", path);
    assert_int_equal(log_open(LOG_TEXT, path), STATUS_OK);
    log_event(LOG_LEVEL_INFO, "test.first", "1");
    assert_int_equal(rename(path, old), 0);
    log_event(LOG_LEVEL_INFO, "test.second", "2");
    log_reopen();
    log_event(LOG_LEVEL_INFO, "test.third", "3");
    read_file(old, text, sizeof text);
    assert_non_null(strstr(text, "test.second"));
    assert_null(strstr(text, "test.third"));
    read_file(path, text, sizeof text);
    assert_non_null(strstr(text, "test.third"));
    assert_int_equal(remove(old), 0);
}

/* What cannot be opened again: the old file goes on and says so. */
static void test_reopen_fails(void **state)
{
    (void)state;
    char text[8192], old[80];
    snprintf(old, sizeof old, "%s.old", path);
    assert_int_equal(log_open(LOG_TEXT, path), STATUS_OK);
    assert_int_equal(rename(path, old), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    log_reopen();
    log_event(LOG_LEVEL_INFO, "test.on", "1");
    read_file(old, text, sizeof text);
    assert_non_null(strstr(text, " error log.reopen message="));
    assert_non_null(strstr(text, " info test.on message=1\n"));
    assert_int_equal(log_open(LOG_JSON, path), STATUS_IO);
    assert_int_equal(remove(old), 0);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    signal(SIGPIPE, SIG_IGN);
    ROWS_ADD(&rows, value_rows, test_value);
    rows_add_one(&rows, "any octets give one line", test_random);
    rows_add_one(&rows, "a line that is too long is cut", test_cut);
    rows_add_one(&rows, "an event with one message", test_event);
    rows_add_one(&rows, "a full pipe does not stop us", test_full_pipe);
    ROWS_ADD(&rows, stderr_rows, test_standard_error);
    rows_add_one(&rows, "reopened behind a rotation", test_reopen);
    rows_add_one(&rows, "reopening fails", test_reopen_fails);
    for (size_t i = 0; i < rows.count; i++) {
        rows.tests[i].setup_func = set_up;
        rows.tests[i].teardown_func = tear_down;
    }
    return rows_run("log", &rows, argc, argv);
}

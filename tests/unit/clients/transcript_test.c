/* Patterns of transcripts, and what a transcript may not say. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clients/cccpc/transcript.h"
#include "tests/unit/protocol/rows.h"

struct pattern_row {
    const char *name;
    struct bytes pattern; /* NUL stands for "..." */
    const char *octets;
    bool matches;
};

static const struct pattern_row pattern_rows[] = {
    {"the same", OCTETS("a1 OK"), "a1 OK", true},
    {"one octet more", OCTETS("a1 OK"), "a1 OK ", false},
    {"one octet less", OCTETS("a1 OK "), "a1 OK", false},
    {"anything behind", OCTETS("a1 OK\0"), "a1 OK done", true},
    {"nothing behind", OCTETS("a1 OK\0"), "a1 OK", true},
    {"anything between", OCTETS("a\0c\0e"), "abcde", true},
    {"between, tried again", OCTETS("\0ab"), "aab", true},
    {"between, in the wrong order", OCTETS("\0x\0y"), "yx", false},
    {"nothing at all", OCTETS(""), "", true},
};

static void test_pattern(void **state)
{
    const struct pattern_row *row = *state;
    assert_int_equal(pattern_matches(row->pattern, bytes_of_text(row->octets)), row->matches);
}

struct text_row {
    const char *name;
    const char *text;
    const char *problem; /* behind the path; NULL: none */
};

static const struct text_row text_rows[] = {
    {"a case", "# x\n\nSERVER: a=b\nCASE: 1 x\nC: \\x41\\\\\nS: ...\nEOF:\nSHUT:\n", NULL},
    {"no case", "# x\n", ":1: there is no CASE:\n"},
    {"a step before the first case", "C: x\n", ":1: want a CASE: first\n"},
    {"an unknown word", "CASE: 1 x\nD: x\n",
     ":2: want CASE: SERVER: C: C- C* C! S: S* S& EOF: or SHUT:\n"},
    {"an unknown escape", "CASE: 1 x\nC: \\n\n", ":2: want \\xHH or \\\\ behind a backslash\n"},
    {"half an escape", "CASE: 1 x\nC: \\x4\n", ":2: want \\xHH or \\\\ behind a backslash\n"},
    {"repeated, without a number", "CASE: 1 x\nC* x\n", ":2: want C* number text\n"},
    {"repeated too often", "CASE: 1 x\nC* 99999999999 x\n", ":2: the transcript is too long\n"},
    {"a setting behind a case", "CASE: 1 x\nSERVER: a=b\n",
     ":2: SERVER: stands before the first CASE:\n"},
};

static void test_text(void **state)
{
    const struct text_row *row = *state;
    struct transcript transcript;
    char path[] = "/tmp/cccp-test.XXXXXX", problem[256] = "";
    int fd = mkstemp(path);
    FILE *problems = fmemopen(problem, sizeof(problem), "w");
    assert_int_equal(write(fd, row->text, strlen(row->text)), strlen(row->text));
    close(fd);
    assert_int_equal(transcript_open(&transcript, path, problems), row->problem == NULL);
    fclose(problems);
    unlink(path);
    assert_string_equal(problem[0] ? problem + strlen(path) : "", row->problem ? row->problem : "");
    if (!row->problem) {
        assert_bytes(transcript.conversations[0].steps[0].octets, BYTES("A\\\r\n"));
        assert_int_equal(transcript.conversations[0].step_count, 4);
        assert_string_equal(transcript.settings[0], "a=b");
    }
    transcript_close(&transcript);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, pattern_rows, test_pattern);
    ROWS_ADD(&rows, text_rows, test_text);
    return rows_run("transcript", &rows, argc, argv);
}

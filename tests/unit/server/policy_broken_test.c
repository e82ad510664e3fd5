/* Policies that are refused, each with its place and its reason (spec/policy.md 7). The rows stand
 * in policy_broken.tsv: name, form, text, "line:column: reason". Forms: `when`, a condition;
 * `rule`, a rule; `all`, everything, "\n" for a line break. CCCPD_WRITE_PAGES=1 writes what is said
 * now. */
#include <stdlib.h>

#include "tests/unit/server/config_support.h"

enum { BROKEN_MOST = 400, LINE_BYTES = 4096 };

struct broken {
    char *name, *form, *text, *said;
};

static const char tail[] =
    "\nlists: {team: {entries: [a@y.example]}, friends: {entries: [b@y.example]}}\n"
    "tables: {moved: {entries: {a@y.example: b@y.example}}}\n"
    "templates:\n"
    "  t: {subject: s, text: x}\n"
    "  wrong: {subject: s, text: 'a ${recipent}'}\n";

static struct broken broken[BROKEN_MOST];
static size_t broken_count;

static void text_of(const struct broken *row, char *yaml, size_t size)
{
    const char *head = "";
    if (strcmp(row->form, "when") == 0)
        head = "channels:\n  c:\n    rules:\n      - then: discard\n        when: ";
    if (strcmp(row->form, "rule") == 0)
        head = "channels:\n  c:\n    rules:\n      - ";
    size_t at = (size_t)snprintf(yaml, size, "%s", head);
    for (const char *from = row->text; *from != '\0' && at + 1 < size; from++) {
        bool is_break = head[0] == '\0' && from[0] == '\\' && from[1] == 'n';
        yaml[at++] = is_break ? '\n' : *from;
        from += is_break;
    }
    snprintf(yaml + at, size - at, "%s", tail);
}

static void what_is_said(const struct broken *row, char said[640])
{
    char yaml[LINE_BYTES + sizeof tail];
    struct config *config = NULL;
    text_of(row, yaml, sizeof yaml);
    if (config_of(bytes_of_text(yaml), &config, said) == STATUS_OK)
        snprintf(said, 640, "nothing");
    config_unref(&config);
}

static void test_row(void **state)
{
    const struct broken *row = *state;
    char said[640];
    what_is_said(row, said);
    assert_string_equal(said, row->said);
}

static char *field(char **rest)
{
    char *start = *rest, *end = strchr(start, '\t');
    *rest = end != NULL ? end + 1 : start + strlen(start);
    if (end != NULL)
        *end = '\0';
    return start;
}

static void read_rows(const char *path)
{
    static char lines[BROKEN_MOST][LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        abort();
    while (broken_count < BROKEN_MOST && fgets(lines[broken_count], LINE_BYTES, file) != NULL) {
        char *rest = lines[broken_count];
        rest[strcspn(rest, "\n")] = '\0';
        struct broken *row = &broken[broken_count++];
        row->name = field(&rest);
        row->form = field(&rest);
        row->text = field(&rest);
        row->said = field(&rest);
    }
    fclose(file);
}

static void write_rows(const char *path)
{
    FILE *file = fopen(path, "w");
    char said[640];
    if (file == NULL)
        abort();
    for (size_t i = 0; i < broken_count; i++) {
        what_is_said(&broken[i], said);
        fprintf(file, "%s\t%s\t%s\t%s\n", broken[i].name, broken[i].form, broken[i].text, said);
    }
    fclose(file);
}

int main(int argc, char **argv)
{
    static struct rows all;
    static const char path[] = SOURCE_ROOT "/tests/unit/server/policy_broken.tsv";
    read_rows(path);
    if (getenv("CCCPD_WRITE_PAGES") != NULL)
        write_rows(path);
    rows_add(&all, broken, broken_count, sizeof *broken, test_row);
    return broken_count >= 200 ? rows_run("policy_broken", &all, argc, argv) : 1;
}

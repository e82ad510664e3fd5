/* Pages say what the rows say, and their examples load. CCCPD_WRITE_PAGES=1 writes what is made
 * from rows into the pages; without it a difference is a failure that prints what to paste. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_pages.h"
#include "server/config/config.h"
#include "tests/unit/protocol/rows.h"

enum { PAGE_BYTES_MOST = 1 << 20 };

static char *read_page(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", SOURCE_ROOT, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, PAGE_BYTES_MOST);
    assert_non_null(text);
    size_t size = fread(text, 1, PAGE_BYTES_MOST - 1, file);
    assert_in_range(size, 100, PAGE_BYTES_MOST - 2);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void write_page(const char *name, const char *text, const char *begin, const char *end,
                       const struct buffer *made)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", SOURCE_ROOT, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%.*s%.*s%s", (int)(begin - text), text, (int)made->size, (char *)made->data,
            end);
    assert_int_equal(fclose(file), 0);
}

struct page_row {
    const char *name;
    const char *page;
    const char *begin, *end; /* lines around what is made */
    void (*make)(struct buffer *out);
};

static const struct page_row page_rows[] = {
    {"6 keys of spec/configuration.md", "spec/configuration.md", "<!-- keys: begin -->\n",
     "<!-- keys: end -->\n", pages_keys_markdown},
    {"6 spec/limits.md", "spec/limits.md", "<!-- limits: begin -->\n", "<!-- limits: end -->\n",
     pages_limits_markdown},
    {"6 keys of cccpd.yaml(5)", "server/man/cccpd.yaml.5", ".\\\" keys: begin\n",
     ".\\\" keys: end\n", pages_keys_manual},
    {"examples of cccpd-policy(5)", "server/man/cccpd-policy.5", ".\\\" examples: begin\n",
     ".\\\" examples: end\n", pages_examples_manual},
    {"2.5 facts of spec/policy.md", "spec/policy.md", "<!-- facts: begin -->\n",
     "<!-- facts: end -->\n", pages_facts_markdown},
    {"2.5 facts of cccpd-policy(5)", "server/man/cccpd-policy.5", ".\\\" facts: begin\n",
     ".\\\" facts: end\n", pages_facts_manual},
};

static void test_page(void **state)
{
    const struct page_row *row = *state;
    AUTO(buffer_clear) struct buffer made;
    buffer_init(&made, PAGE_BYTES_MOST);
    row->make(&made);
    char *text = read_page(row->page);
    const char *begin = strstr(text, row->begin), *end = strstr(text, row->end);
    assert_true(begin != NULL && end != NULL && begin < end);
    begin += strlen(row->begin);
    bool same = (size_t)(end - begin) == made.size && memcmp(begin, made.data, made.size) == 0;
    if (!same && getenv("CCCPD_WRITE_PAGES") != NULL)
        write_page(row->page, text, begin, end, &made);
    else if (!same)
        fail_msg("%s must have, between its marks:\n%.*s", row->page, (int)made.size,
                 (char *)made.data);
    free(text);
}

/* Every ```yaml block of the page is a whole configuration. The files that it names are not there.
 */
static void test_examples(void **state)
{
    (void)state;
    static const char fence[] = "```yaml\n";
    char *text = read_page("spec/configuration.md");
    unsigned count = 0;
    for (char *at = text; (at = strstr(at, fence)) != NULL; count++) {
        at += strlen(fence);
        char *end = strstr(at, "\n```\n");
        assert_non_null(end);
        struct config_source source;
        struct config_problem problem;
        struct config *config = NULL;
        assert_int_equal(config_source_open(&source, NULL, NULL, 0, &problem), STATUS_OK);
        struct config_text texts[] = {
            source.texts[0], {.name = "example", .text = {(uint8_t *)at, (size_t)(end + 1 - at)}}};
        struct config_source both = {.texts = texts, .text_count = 2, .checked = true};
        if (config_new(&both, &config, &problem) != STATUS_OK)
            fail_msg("example %u:%u:%u: %s", count + 1, problem.line, problem.column,
                     problem.reason);
        config_unref(&config);
        config_source_close(&source);
        at = end;
    }
    assert_in_range(count, 3, 20);
    free(text);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, page_rows, test_page);
    rows_add_one(&rows, "7 the examples load", test_examples);
    return rows_run("config_pages", &rows, argc, argv);
}

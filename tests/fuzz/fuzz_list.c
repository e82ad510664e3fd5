/* A list (first octet even) or a table. Oracle: a refusal has a line, a column inside it and a
 * reason that a terminal can show; what is accepted is found again: each plain line's entry in all
 * the ways in which it can be asked for, each address that is handed out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/endpoint.h"
#include "server/policy/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrong(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_problem(const struct config_problem *problem, struct bytes text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    if (problem->line == 0 || problem->line > lines || problem->column == 0)
        wrong("a problem without its place");
    if (problem->column > text.size + 1)
        wrong("a column behind the text");
    for (const char *at = problem->reason; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            wrong("a control character in a reason");
}

/* The entry itself, or what it stands for. */
static void check_found(const struct list *list, const char *entry)
{
    char asked[800];
    struct network network;
    size_t length = strlen(entry);
    if (strchr(entry, '@') == NULL && network_read(entry, &network) == NULL) {
        if (!list_has_network(list, network.address))
            wrong("a network does not hold its first address");
        return;
    }
    const char *before = "", *behind = "";
    const char *at_sign = strrchr(entry, '@');
    bool is_address = at_sign != NULL && at_sign > entry && at_sign[1] != '\0';
    if (is_address)
        before = "";
    else if (entry[0] == '.' && at_sign == NULL)
        before = "local@a.b";
    else if (entry[0] == '@')
        before = "local";
    else if (entry[length - 1] == '@')
        behind = "q.example";
    snprintf(asked, sizeof asked, "%s%s%s", before, entry, behind);
    for (char *at = asked; *at != '\0'; at++)
        *at = *at >= 'a' && *at <= 'z' && (at - asked) % 2 ? (char)(*at - 'a' + 'A') : *at;
    if (!list_has(list, bytes_of_text(asked)))
        wrong("an entry is not found");
}

/* Lines of one word without quotes, escapes and comments. */
static void check_lines(const struct list *list, struct bytes text)
{
    for (size_t at = 0; at < text.size;) {
        size_t end = bytes_find(text, at, '\n'), size = 0;
        char word[400];
        while (at + size < end && size < sizeof word - 1 &&
               strchr(" \t\r#\"\\", text.data[at + size]) == NULL && text.data[at + size] < 0x80)
            size++;
        snprintf(word, sizeof word, "%.*s", (int)size, (const char *)text.data + at);
        if (size > 0 && (at + size == end || text.data[at + size] == ' '))
            check_found(list, word);
        at = end + 1;
    }
}

static void check_addresses(const struct list *list, bool is_table)
{
    struct bytes address, values, value;
    size_t at = 0, count = 0;
    while (list_next_address(list, &at, &address)) {
        if (!list_has(list, address))
            wrong("an address is not found");
        if (is_table && !table_find(list, address, &values))
            wrong("a key has no values");
        while (is_table && table_next_value(&values, &value))
            if (value.size == 0)
                wrong("an empty value");
        count++;
    }
    if (count > list_count(list))
        wrong("more addresses than entries");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct list *list = NULL;
    struct config_problem problem;
    if (size == 0)
        return 0;
    enum list_kind kind = data[0] % 2 == 0 ? LIST_PLAIN : LIST_TABLE;
    struct bytes text = {data + 1, size - 1};
    if (list_read_text(kind, "fuzz", text, &list, &problem) != STATUS_OK) {
        check_problem(&problem, text);
        return 0;
    }
    if (bytes_find(text, 0, '\0') == text.size && kind == LIST_PLAIN)
        check_lines(list, text);
    check_addresses(list, kind == LIST_TABLE);
    list_unref(&list);
    return 0;
}

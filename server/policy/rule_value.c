/* Values that rules are made of: words, choices, texts, lists, names of templates and tables. */
#include <stdio.h>
#include <string.h>

#include "server/policy/rule_reader.h"

/* Characters of text before the offset. */
static unsigned characters_before(const char *text, size_t offset)
{
    unsigned count = 0;
    for (size_t i = 0; i < offset && text[i] != '\0'; i++)
        count += (text[i] & 0xC0) != 0x80;
    return count;
}

enum status rule_fault(struct rule_reader *reading, const struct node *node,
                       const struct expression_fault *fault)
{
    unsigned column = node->column;
    if (node->text_column > 0)
        column = node->text_column + characters_before(node->text, fault->offset);
    return problem_at(reading->reader->problem, node->file, node->line, column, "%s: %s",
                      reading->reader->path, fault->reason);
}

enum status rule_word(struct rule_reader *reading, const struct node *node, size_t most,
                      const char *what, struct bytes *word)
{
    if (node->kind != NODE_SCALAR || node->text[0] == '\0' || node->has_breaks)
        return reader_expected(reading->reader, node, "%s", what);
    *word = bytes_of_text(node->text);
    if (word->size > most)
        return reader_problem(reading->reader, node, "longer than %zu octets", most);
    return STATUS_OK;
}

enum status rule_fixed_word(struct rule_reader *reading, const struct node *node, size_t most,
                            const char *what, struct bytes *word)
{
    enum status status = rule_word(reading, node, most, what, word);
    if (status == STATUS_OK && strstr(node->text, "${") != NULL)
        return reader_problem(reading->reader, node, "facts in ${ } do not stand here");
    return status;
}

enum status rule_choice(struct rule_reader *reading, const struct node *node, const char *choices,
                        unsigned *index)
{
    int found = node->kind == NODE_SCALAR ? choice_find(choices, node->text) : -1;
    if (found < 0)
        return reader_expected(reading->reader, node, "one of %s", choices);
    *index = (unsigned)found;
    return STATUS_OK;
}

enum status rule_text(struct rule_reader *reading, const struct node *node, bool may_break,
                      bool is_html, struct substitution **text)
{
    struct expression_fault fault;
    if (node->kind != NODE_SCALAR)
        return reader_expected(reading->reader, node, "a text");
    if (node->has_breaks && !may_break)
        return reader_expected(reading->reader, node, "one line");
    enum status status =
        substitution_compile(&reading->names, bytes_of_text(node->text), is_html, text, &fault);
    if (status == STATUS_INVALID)
        return rule_fault(reading, node, &fault);
    return status == STATUS_OK ? status : problem_memory(reading->reader->problem);
}

enum status rule_items(struct rule_reader *reading, const struct node *node, size_t most,
                       size_t size, void **items, size_t *count, const struct node **first)
{
    bool is_list = node->kind == NODE_LIST;
    size_t total = is_list ? node->count : 1;
    if (total == 0)
        return reader_problem(reading->reader, node, "an empty list");
    if (total > most)
        return reader_problem(reading->reader, node, "more than %zu entries", most);
    *items = arena_take(reading->names.arena, total * size);
    *count = total;
    *first = is_list ? node->first : node;
    return *items != NULL ? STATUS_OK : problem_memory(reading->reader->problem);
}

static const char *template_name(const void *owner, unsigned i)
{
    const struct config *config = owner;
    static const char *const built_in[] = {"sender", "recipient", "administrator", NULL};
    return i < config->template_count ? config->templates[i].name
                                      : built_in[i - config->template_count];
}

/* Subject and text of each language, one behind the other. */
static enum status compile_template(struct rule_reader *reading, const struct node *node,
                                    const struct template *template, struct substitution **texts)
{
    struct expression_fault fault;
    for (size_t i = 0; i < 2 * template->count; i++) {
        const struct template_text *text = &template->texts[i / 2];
        bool is_subject = i % 2 == 0;
        const struct node *place = is_subject ? text->subject_node : text->text_node;
        enum status status = substitution_compile(
            &reading->names, bytes_of_text(is_subject ? text->subject : text->text), false,
            &texts[i], &fault);
        if (status == STATUS_INVALID)
            return rule_fault(reading, place != NULL ? place : node, &fault);
        if (status != STATUS_OK)
            return problem_memory(reading->reader->problem);
    }
    return STATUS_OK;
}

enum status rule_template(struct rule_reader *reading, const struct node *node,
                          const struct template **template, struct substitution ***texts)
{
    struct bytes name;
    enum status status = rule_word(reading, node, 64, "the name of a template", &name);
    if (status != STATUS_OK)
        return status;
    *template = template_find(reading->config, name);
    if (*template == NULL) {
        const char *near = reader_near(node->text, template_name, reading->config);
        return reader_problem(reading->reader, node, "there is no template \"%.64s\"%s%s%s",
                              node->text, near != NULL ? "; \"" : "", near != NULL ? near : "",
                              near != NULL ? "\" is meant?" : "");
    }
    *texts = arena_take(reading->names.arena, 2 * (*template)->count * sizeof **texts);
    if (*texts == NULL)
        return problem_memory(reading->reader->problem);
    return compile_template(reading, node, *template, *texts);
}

static const char *table_name(const void *owner, unsigned i)
{
    const struct config *config = owner;
    return i < config->table_count ? config->tables[i].name : NULL;
}

enum status rule_table(struct rule_reader *reading, const struct node *node, struct bytes name,
                       int *number)
{
    char word[80];
    *number = tables_find(reading->config, name);
    if (*number >= 0)
        return STATUS_OK;
    snprintf(word, sizeof word, "%.*s", (int)(name.size < 64 ? name.size : 64),
             (const char *)name.data);
    const char *near = reader_near(word, table_name, reading->config);
    return reader_problem(reading->reader, node, "there is no table \"%s\"%s%s%s", word,
                          near != NULL ? "; \"" : "", near != NULL ? near : "",
                          near != NULL ? "\" is meant?" : "");
}

bool is_header_name(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] <= 0x20 || name.data[i] >= 0x7F || name.data[i] == ':')
            return false;
    return name.size > 0 && name.size <= 64;
}

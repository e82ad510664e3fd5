/* Addresses of the header by table, domains and pattern (spec/conversion.md 4.1). */
#include <string.h>

#include "protocol/address.h"
#include "server/policy/rule_edit.h"
#include "server/policy/table.h"

static struct rule_mapping *mapping_of(struct rule_reader *reading, struct rule_edit *edit)
{
    if (edit->mapping != NULL)
        return edit->mapping;
    edit->mapping = arena_take(reading->names.arena, sizeof *edit->mapping);
    if (edit->mapping != NULL)
        edit->mapping->table = edit->mapping->domains = -1;
    return edit->mapping;
}

static enum status add_field(struct rule_reader *reading, const struct node *node,
                             struct bytes name, struct rule_mapping *mapping)
{
    char text[96] = "header.";
    const char *near = NULL;
    static const char suffix[] = ".address";
    if (!is_header_name(name))
        return reader_expected(reading->reader, node, "the name of a header field");
    memcpy(text + 7, name.data, name.size);
    memcpy(text + 7 + name.size, suffix, sizeof suffix);
    enum status status = fact_find(reading->names.facts, reading->names.arena, bytes_of_text(text),
                                   &mapping->fields[mapping->field_count], &near);
    if (status != STATUS_OK)
        return status == STATUS_MEMORY ? problem_memory(reading->reader->problem)
                                       : reader_problem(reading->reader, node, "no header field");
    mapping->names[mapping->field_count++] = name;
    return STATUS_OK;
}

static enum status take_fields(struct rule_reader *reading, struct rule_mapping *mapping,
                               size_t count)
{
    mapping->fields = arena_take(reading->names.arena, count * sizeof(struct fact *));
    mapping->names = arena_take(reading->names.arena, count * sizeof *mapping->names);
    bool fits = mapping->fields != NULL && mapping->names != NULL;
    return fits ? STATUS_OK : problem_memory(reading->reader->problem);
}

static enum status read_fields(struct rule_reader *reading, const struct node *node,
                               struct rule_mapping *mapping)
{
    enum { FIELDS_MOST = 64 };
    if (node->kind == NODE_MAP || (node->kind == NODE_LIST && node->count == 0))
        return reader_expected(reading->reader, node, "names of header fields");
    if (node->count > FIELDS_MOST)
        return reader_problem(reading->reader, node, "more than %d entries", FIELDS_MOST);
    bool is_list = node->kind == NODE_LIST;
    enum status status = take_fields(reading, mapping, is_list ? node->count : 1);
    for (const struct node *item = is_list ? node->first : node;
         item != NULL && status == STATUS_OK; item = is_list ? item->next : NULL) {
        struct bytes name;
        status = rule_word(reading, item, 64, "the name of a header field", &name);
        if (status == STATUS_OK)
            status = add_field(reading, item, name, mapping);
    }
    return status;
}

static enum status read_pattern(struct rule_reader *reading, const struct node *node,
                                struct rule_mapping *mapping)
{
    struct expression_fault fault = {.offset = 0};
    char why[PATTERN_WHY_BYTES];
    struct pattern *pattern = NULL;
    struct bytes text;
    enum status status = rule_word(reading, node, PATTERN_BYTES_MOST, "a pattern", &text);
    if (status != STATUS_OK)
        return status;
    status = pattern_new(text, &pattern, &fault.offset, why);
    if (status == STATUS_INVALID) {
        (void)expression_fault_write(&fault, "not a pattern: %s", why);
        return rule_fault(reading, node, &fault);
    }
    if (status == STATUS_OK)
        status = expression_keep_pattern(&reading->names, pattern);
    mapping->pattern = pattern;
    return status == STATUS_MEMORY ? problem_memory(reading->reader->problem) : status;
}

enum status rule_read_mapping(struct rule_reader *reading, const struct node *node, const char *key,
                              struct rule_edit *edit)
{
    struct rule_mapping *mapping = mapping_of(reading, edit);
    struct bytes word;
    if (mapping == NULL)
        return problem_memory(reading->reader->problem);
    if (strcmp(key, "fields") == 0)
        return read_fields(reading, node, mapping);
    if (strcmp(key, "pattern") == 0)
        return read_pattern(reading, node, mapping);
    bool is_to = strcmp(key, "to") == 0;
    enum status status =
        rule_word(reading, node, 320, is_to ? "an address with $1 to $9" : "the name of a table",
                  is_to ? &mapping->to : &word);
    if (status != STATUS_OK || is_to)
        return status;
    return rule_table(reading, node, word,
                      strcmp(key, "table") == 0 ? &mapping->table : &mapping->domains);
}

static enum status add_usual_fields(struct rule_reader *reading, const struct node *node,
                                    struct rule_mapping *mapping)
{
    static const char *const usual[] = {"From", "To", "Cc", "Reply-To", "Sender"};
    enum status status = take_fields(reading, mapping, sizeof usual / sizeof *usual);
    for (size_t i = 0; i < sizeof usual / sizeof *usual && status == STATUS_OK; i++)
        status = add_field(reading, node, bytes_of_text(usual[i]), mapping);
    return status;
}

enum status rule_check_mapping(struct rule_reader *reading, const struct node *value,
                               struct rule_edit *edit)
{
    struct rule_mapping *mapping = mapping_of(reading, edit);
    size_t offset = 0;
    if (mapping == NULL)
        return problem_memory(reading->reader->problem);
    if (mapping->table < 0 && mapping->domains < 0 && mapping->pattern == NULL)
        return reader_problem(reading->reader, value,
                              "\"table\", \"domains\" or \"pattern\" is missing");
    if ((mapping->pattern != NULL) != (mapping->to.size > 0))
        return reader_problem(reading->reader, value, "\"pattern\" and \"to\" need each other");
    if (mapping->pattern != NULL && !pattern_takes(mapping->pattern, mapping->to, &offset)) {
        const struct node *to = node_find(value, "to");
        struct expression_fault fault = {.offset = offset};
        (void)expression_fault_write(&fault, "%s", "the pattern has no such group");
        size_t mark = reader_enter(reading->reader, "to");
        enum status status = rule_fault(reading, to, &fault);
        reader_leave(reading->reader, mark);
        return status;
    }
    return mapping->fields == NULL ? add_usual_fields(reading, value, mapping) : STATUS_OK;
}

/* The local part of address, "@" and a domain. */
static enum status with_domain(struct fact_view *view, struct bytes address, size_t at,
                               struct bytes domain, struct bytes *mapped)
{
    if (domain.size > 0 && domain.data[0] == '@')
        domain = bytes_slice(domain, 1, SIZE_MAX);
    uint8_t *text = arena_take(view->arena, at + 1 + domain.size);
    if (text == NULL)
        return STATUS_MEMORY;
    memcpy(text, address.data, at);
    text[at] = '@';
    memcpy(text + at + 1, domain.data, domain.size);
    *mapped = (struct bytes){text, at + 1 + domain.size};
    return STATUS_OK;
}

/* A value of a table: an address as it stands, or the domain for the local part. */
static enum status take_value(struct fact_view *view, struct bytes address, size_t at,
                              struct bytes value, struct bytes *mapped)
{
    size_t sign = bytes_find(value, 0, '@');
    if (sign > 0 && sign < value.size) {
        *mapped = value;
        return STATUS_OK;
    }
    return with_domain(view, address, at, value, mapped);
}

static enum status by_pattern(const struct rule_mapping *mapping, struct fact_view *view,
                              struct bytes address, struct bytes *mapped)
{
    AUTO(buffer_clear) struct buffer out;
    buffer_init(&out, ADDRESS_LENGTH_MOST);
    enum pattern_answer answer = pattern_replace(mapping->pattern, address, mapping->to, &out);
    view->is_bound_hit = view->is_bound_hit || answer == PATTERN_BOUND;
    if (answer != PATTERN_YES)
        return STATUS_OK;
    const char *copy = arena_copy(view->arena, buffer_bytes(&out));
    if (copy == NULL)
        return STATUS_MEMORY;
    *mapped = (struct bytes){(const uint8_t *)copy, out.size};
    return STATUS_OK;
}

enum status mapping_apply(const struct rule_mapping *mapping, struct fact_view *view,
                          struct bytes address, struct bytes *mapped, bool *changed)
{
    struct bytes values, value, domain;
    enum status status = STATUS_OK;
    size_t at = address.size;
    while (at > 0 && address.data[at - 1] != '@')
        at--;
    *changed = false;
    *mapped = address;
    if (at < 2 || at == address.size)
        return STATUS_OK;
    domain = bytes_slice(address, at--, SIZE_MAX);
    struct list *const *tables = view->lists->tables;
    if (mapping->table >= 0 && table_find(tables[mapping->table], address, &values) &&
        table_next_value(&values, &value))
        status = take_value(view, address, at, value, mapped);
    else if (mapping->domains >= 0 && table_find(tables[mapping->domains], domain, &values) &&
             table_next_value(&values, &value))
        status = with_domain(view, address, at, value, mapped);
    else if (mapping->pattern != NULL)
        status = by_pattern(mapping, view, address, mapped);
    *changed = status == STATUS_OK && !bytes_equal(*mapped, address) && is_address(*mapped);
    return status;
}

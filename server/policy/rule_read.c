/* One rule: its keys as rows, each with the words of `then` that it goes with (spec/policy.md 1.5).
 */
#include <stdio.h>
#include <string.h>

#include "protocol/address.h"
#include "server/policy/rule_reader.h"

#define BIT(disposition) (1U << DISPOSITION_##disposition)
#define NONE (1U << DISPOSITION_COUNT)
#define DELIVERING (BIT(DELIVER) | BIT(REDIRECT) | BIT(EXPAND))
#define FINAL (DELIVERING | BIT(REJECT) | BIT(DISCARD) | BIT(QUARANTINE))
#define EVERY (FINAL | BIT(DEFER))

struct rule_key {
    const char *name; /* NULL ends the rows */
    unsigned with;    /* bits: with which `then`; NONE: without one */
    enum status (*read)(struct rule_reader *reading, const struct node *node, struct rule *rule);
};

static enum status read_name(struct rule_reader *reading, const struct node *node,
                             struct rule *rule)
{
    struct bytes name;
    enum status status = rule_word(reading, node, RULE_NAME_MOST, "a name", &name);
    if (status == STATUS_OK)
        rule->name = node->text;
    return status;
}

static enum status read_when(struct rule_reader *reading, const struct node *node,
                             struct rule *rule)
{
    struct expression_fault fault;
    if (node->kind != NODE_SCALAR)
        return reader_expected(reading->reader, node, "a condition");
    if (node->has_breaks)
        return reader_expected(reading->reader, node, "one line");
    enum status status =
        expression_compile(&reading->names, bytes_of_text(node->text), &rule->when, &fault);
    if (status == STATUS_INVALID)
        return rule_fault(reading, node, &fault);
    return status == STATUS_OK ? status : problem_memory(reading->reader->problem);
}

static enum status read_then(struct rule_reader *reading, const struct node *node,
                             struct rule *rule)
{
    static const enum disposition words[] = {
        DISPOSITION_DELIVER, DISPOSITION_REDIRECT,   DISPOSITION_EXPAND, DISPOSITION_REJECT,
        DISPOSITION_DISCARD, DISPOSITION_QUARANTINE, DISPOSITION_DEFER};
    unsigned index = 0;
    enum status status = rule_choice(
        reading, node, "deliver|redirect|expand|reject|discard|quarantine|defer", &index);
    rule->decides = true;
    rule->then = words[index];
    return status;
}

static enum status read_despite(struct rule_reader *reading, const struct node *node,
                                struct rule *rule)
{
    static const enum verdict_kind kinds[] = {VERDICT_SPAM, VERDICT_POLICY, VERDICT_INCOMPLETE,
                                              VERDICT_INFECTED};
    void *unused = NULL;
    const struct node *item = NULL;
    size_t count = 0;
    enum status status = rule_items(reading, node, 4, 1, &unused, &count, &item);
    for (size_t i = 0; i < count && status == STATUS_OK; i++, item = item->next) {
        unsigned index = 0;
        status = rule_choice(reading, item, "spam|policy|unexaminable|virus", &index);
        rule->despite |= 1U << kinds[index];
    }
    return status;
}

static enum status read_sender(struct rule_reader *reading, const struct node *node,
                               struct rule *rule)
{
    static const char expected[] = "an address, or '' for the null reverse-path";
    struct bytes word = {NULL, 0};
    bool is_null = node->kind == NODE_SCALAR && node->text[0] == '\0';
    enum status status =
        is_null ? STATUS_OK : rule_fixed_word(reading, node, ADDRESS_LENGTH_MOST, expected, &word);
    if (status != STATUS_OK)
        return status;
    if (!is_null && (!is_address(word) || bytes_find(word, 0, '@') == word.size))
        return reader_expected(reading->reader, node, "%s", expected);
    rule->has_sender = true;
    rule->sender = node->text;
    return STATUS_OK;
}

static enum status read_route(struct rule_reader *reading, const struct node *node,
                              struct rule *rule)
{
    struct bytes word;
    static const char expected[] = "a next hop, as the client's transport tables write it";
    enum status status = rule_fixed_word(reading, node, 255, expected, &word);
    if (status == STATUS_OK && bytes_find(word, 0, ' ') < word.size)
        return reader_expected(reading->reader, node, "%s", expected);
    rule->route = node->text;
    return status;
}

static enum status read_mode(struct rule_reader *reading, const struct node *node,
                             struct rule *rule)
{
    unsigned index = 0;
    enum status status = rule_choice(reading, node, "list|alias", &index);
    rule->is_list = status == STATUS_OK && index == 0;
    return status;
}

/* "5.7.1": class 5, subject and detail of one to three digits (RFC 3463). */
static bool is_enhanced_status(const char *text)
{
    size_t subject = strspn(text + 1, ".") == 1 ? strspn(text + 2, "0123456789") : 0;
    if (text[0] != '5' || subject < 1 || subject > 3 || text[2 + subject] != '.')
        return false;
    const char *detail = text + 3 + subject;
    size_t digits = strspn(detail, "0123456789");
    return digits >= 1 && digits <= 3 && detail[digits] == '\0';
}

static enum status read_status(struct rule_reader *reading, const struct node *node,
                               struct rule *rule)
{
    struct bytes word;
    static const char expected[] = "an enhanced status code of class 5, as 5.7.1";
    enum status status = rule_word(reading, node, 12, expected, &word);
    if (status == STATUS_OK && !is_enhanced_status(node->text))
        return reader_expected(reading->reader, node, "%s", expected);
    rule->status = node->text;
    return status;
}

static enum status read_text(struct rule_reader *reading, const struct node *node,
                             struct rule *rule)
{
    return rule_text(reading, node, false, false, &rule->text);
}

static enum status read_dsn(struct rule_reader *reading, const struct node *node, struct rule *rule)
{
    static const struct config_row row = {.kind = CONFIG_BOOLEAN, .size = sizeof(bool)};
    bool told = true;
    enum status status = row_read(reading->reader, &row, node, &told);
    rule->is_silent = !told;
    return status;
}

static enum status read_class(struct rule_reader *reading, const struct node *node,
                              struct rule *rule)
{
    struct bytes word;
    enum status status = rule_word(reading, node, 64, "a word", &word);
    if (status == STATUS_OK && !is_atom(word))
        return reader_expected(reading->reader, node, "a word of letters, digits and -._:/=+@*");
    rule->class = node->text;
    return status;
}

static enum status read_after(struct rule_reader *reading, const struct node *node,
                              struct rule *rule)
{
    static const struct config_row row = {
        .kind = CONFIG_NUMBER, .size = sizeof(uint64_t), .unit = "s", .least = 1, .most = 86400};
    rule->has_after = true;
    return row_read(reading->reader, &row, node, &rule->after_s);
}

static enum status read_otherwise(struct rule_reader *reading, const struct node *node,
                                  struct rule *rule)
{
    static const enum disposition words[] = {DISPOSITION_REJECT, DISPOSITION_QUARANTINE,
                                             DISPOSITION_DISCARD, DISPOSITION_DEFER};
    unsigned index = 0;
    enum status status = rule_choice(reading, node, "reject|quarantine|discard|defer", &index);
    rule->has_otherwise = true;
    rule->otherwise = words[index];
    return status;
}

/* `then` and `name` come first, whatever the order in the file. */
static const struct rule_key rule_keys[] = {{"name", EVERY | NONE, read_name},
                                            {"then", EVERY | NONE, read_then},
                                            {"when", EVERY | NONE, read_when},
                                            {"despite", DELIVERING, read_despite},
                                            {"edits", BIT(DELIVER) | NONE, rule_read_edits},
                                            {"sender", DELIVERING | NONE, read_sender},
                                            {"route", BIT(DELIVER) | NONE, read_route},
                                            {"store", FINAL | NONE, rule_read_store},
                                            {"notify", FINAL | NONE, rule_read_notify},
                                            {"to", BIT(REDIRECT) | BIT(EXPAND), rule_read_to},
                                            {"mode", BIT(EXPAND), read_mode},
                                            {"status", BIT(REJECT), read_status},
                                            {"text", BIT(REJECT) | BIT(QUARANTINE), read_text},
                                            {"dsn", BIT(REJECT), read_dsn},
                                            {"class", BIT(QUARANTINE), read_class},
                                            {"after", BIT(DEFER), read_after},
                                            {"otherwise", FINAL, read_otherwise},
                                            {NULL, 0, NULL}};

static const char *key_name(const void *owner, unsigned i)
{
    (void)owner;
    return rule_keys[i].name;
}

static const struct rule_key *key_find(const char *name)
{
    const struct rule_key *key = rule_keys;
    while (key->name != NULL && strcmp(key->name, name) != 0)
        key++;
    return key->name != NULL ? key : NULL;
}

static unsigned bit_of(const struct rule *rule)
{
    return rule->decides ? 1U << rule->then : NONE;
}

/* "then: reject", in lower case; "a rule without then". */
static const char *then_describe(const struct rule *rule, char text[40])
{
    snprintf(text, 40, "then: %s", rule->decides ? disposition_word(rule->then) : "");
    for (char *at = text; *at != '\0'; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    return rule->decides ? text : "a rule without then";
}

static enum status read_value(struct rule_reader *reading, const struct rule_key *key,
                              const struct node *child, struct rule *rule)
{
    struct config_reader *reader = reading->reader;
    char then[40];
    if ((key->with & bit_of(rule)) == 0)
        return problem_at(reader->problem, child->file, child->key_line, child->key_column,
                          "%s.%s: says nothing with %s", reader->path, child->key,
                          then_describe(rule, then));
    size_t mark = reader_enter(reader, child->key);
    enum status status = key->read(reading, child, rule);
    reader_leave(reader, mark);
    return status;
}

static bool is_first(const char *key)
{
    return strcmp(key, "then") == 0 || strcmp(key, "name") == 0;
}

/* What a rule of this kind cannot be without. */
static enum status check_whole(struct rule_reader *reading, const struct node *node,
                               const struct rule *rule)
{
    bool targets =
        rule->decides && (rule->then == DISPOSITION_REDIRECT || rule->then == DISPOSITION_EXPAND);
    bool adds = rule->edit_count > 0 || rule->store_count > 0 || rule->notice_count > 0 ||
                rule->has_sender || rule->route != NULL;
    if (targets && rule->target_count == 0)
        return reader_problem(reading->reader, node, "\"to\" is missing");
    if (rule->is_list && !rule->has_sender)
        return reader_problem(reading->reader, node, "mode: list needs a sender, the list's owner");
    if (!rule->decides && !adds)
        return reader_problem(reading->reader, node,
                              "does nothing: then, edits, sender, route, store or notify is "
                              "missing");
    return STATUS_OK;
}

static bool edit_is_steady(const struct rule_edit *edit)
{
    bool steady = true;
    for (size_t i = 0; i < edit->value_count; i++)
        steady = steady && substitution_is_steady(edit->values[i].value);
    for (size_t i = 0; edit->template != NULL && i < 2 * edit->template->count; i++)
        steady = steady && substitution_is_steady(edit->template_texts[i]);
    return steady;
}

static bool notice_is_steady(const struct rule_notice *notice)
{
    bool steady = notice->kind != NOTIFY_RECIPIENT;
    for (size_t i = 0; i < 2 * notice->template->count; i++)
        steady = steady && substitution_is_steady(notice->texts[i]);
    return steady;
}

/* Members are decided for each recipient. */
static bool is_steady(const struct rule *rule)
{
    bool steady =
        rule->target_count == 0 && (rule->text == NULL || substitution_is_steady(rule->text));
    for (size_t i = 0; i < rule->edit_count && steady; i++)
        steady = edit_is_steady(&rule->edits[i]);
    for (size_t i = 0; i < rule->notice_count && steady; i++)
        steady = notice_is_steady(&rule->notices[i]);
    return steady;
}

/* What stands in the place of a name. */
static enum status settle_name(struct rule_reader *reading, struct rule *rule)
{
    char number[24];
    snprintf(number, sizeof number, "%u", rule->number + 1);
    if (rule->name == NULL)
        rule->name = arena_copy(reading->names.arena, bytes_of_text(number));
    return rule->name != NULL ? STATUS_OK : problem_memory(reading->reader->problem);
}

enum status rule_read(struct rule_reader *reading, const struct node *node, struct rule *rule)
{
    enum status status = STATUS_OK;
    if (node->kind != NODE_MAP)
        return reader_expected(reading->reader, node, "a map, a rule");
    rule->file = node->file;
    rule->line = node->line;
    rule->otherwise = DISPOSITION_DEFER;
    for (unsigned pass = 0; pass < 2; pass++) {
        for (const struct node *child = node->first; child != NULL && status == STATUS_OK;
             child = child->next) {
            const struct rule_key *key = key_find(child->key);
            if (key == NULL)
                status = reader_unknown(reading->reader, child, key_name, NULL);
            else if (is_first(child->key) == (pass == 0))
                status = read_value(reading, key, child, rule);
        }
    }
    if (status == STATUS_OK)
        status = check_whole(reading, node, rule);
    if (status != STATUS_OK)
        return status;
    rule->is_steady = is_steady(rule);
    return settle_name(reading, rule);
}

/* What rules say beside their decision: `to`, `store`, `notify`. */
#include <string.h>

#include "protocol/address.h"
#include "server/notice/notice.h"
#include "server/policy/rule_reader.h"

static const char list_expected[] = "an address, @LIST or table:NAME";

static bool is_whole_address(struct bytes address)
{
    return is_address(address) && bytes_find(address, 0, '@') < address.size - 1 &&
           address.data[0] != '@';
}

static const char *list_name(const void *owner, unsigned i)
{
    const struct config *config = owner;
    return i < config->list_count ? config->lists[i].name : NULL;
}

static enum status read_target(struct rule_reader *reading, const struct node *node,
                               struct rule_target *target)
{
    struct bytes word;
    enum status status = rule_fixed_word(reading, node, 320, list_expected, &word);
    if (status != STATUS_OK)
        return status;
    if (bytes_begin_fold(word, BYTES("table:"))) {
        target->kind = TARGET_TABLE;
        return rule_table(reading, node, bytes_slice(word, 6, SIZE_MAX), &target->number);
    }
    if (word.data[0] != '@') {
        target->address = word;
        return is_whole_address(word) ? STATUS_OK
                                      : reader_expected(reading->reader, node, "%s", list_expected);
    }
    target->kind = TARGET_LIST;
    target->number = lists_find(reading->config, bytes_slice(word, 1, SIZE_MAX));
    if (target->number >= 0)
        return STATUS_OK;
    const char *near = reader_near(node->text + 1, list_name, reading->config);
    return reader_problem(reading->reader, node, "there is no list \"%.64s\"%s%s%s", node->text + 1,
                          near != NULL ? "; \"" : "", near != NULL ? near : "",
                          near != NULL ? "\" is meant?" : "");
}

enum status rule_read_to(struct rule_reader *reading, const struct node *node, struct rule *rule)
{
    void *items = NULL;
    const struct node *item = NULL;
    enum status status = rule_items(reading, node, RULE_TARGETS_MOST, sizeof *rule->targets, &items,
                                    &rule->target_count, &item);
    rule->targets = items;
    for (size_t i = 0; i < rule->target_count && status == STATUS_OK; i++, item = item->next)
        status = read_target(reading, item, &rule->targets[i]);
    if (status != STATUS_OK || rule->then != DISPOSITION_REDIRECT)
        return status;
    if (rule->target_count > 1 || rule->targets[0].kind == TARGET_LIST)
        return reader_expected(reading->reader, node,
                               "one address, or table:NAME; then: expand has several");
    return STATUS_OK;
}

static enum status read_store(struct rule_reader *reading, const struct node *node,
                              struct rule_store *store)
{
    static const char *const words[] = {"quarantine", "archive", "archive-original"};
    struct config_reader *reader = reading->reader;
    if (node->kind != NODE_MAP || node->count != 1)
        return reader_expected(reader, node,
                               "quarantine: CLASS, archive: NAME or archive-original: NAME");
    const struct node *child = node->first;
    unsigned i = 0;
    while (i < 3 && strcmp(words[i], child->key) != 0)
        i++;
    if (i == 3)
        return problem_at(reader->problem, child->file, child->key_line, child->key_column,
                          "%s: found \"%.64s\", expected quarantine, archive or archive-original",
                          reader->path, child->key);
    store->kind = i == 0 ? STORE_QUARANTINE : STORE_ARCHIVE;
    store->is_original = i != 1;
    size_t mark = reader_enter(reader, child->key);
    enum status status = rule_fixed_word(reading, child, 128, "a name", &store->name);
    reader_leave(reader, mark);
    return status;
}

enum status rule_read_store(struct rule_reader *reading, const struct node *node, struct rule *rule)
{
    void *items = NULL;
    const struct node *item = NULL;
    enum status status = rule_items(reading, node, REPLY_STORES_MOST, sizeof *rule->stores, &items,
                                    &rule->store_count, &item);
    rule->stores = items;
    for (size_t i = 0; i < rule->store_count && status == STATUS_OK; i++, item = item->next) {
        status = read_store(reading, item, &rule->stores[i]);
        bool copy = status == STATUS_OK && !rule->stores[i].is_original;
        if (copy && rule->decides && rule->then != DISPOSITION_DELIVER)
            return reader_problem(reading->reader, item,
                                  "archive keeps the copy that is delivered; archive-original is "
                                  "meant?");
    }
    return status;
}

static enum status read_notice_to(struct rule_reader *reading, const struct node *node,
                                  struct rule_notice *notice)
{
    static const char *const words[] = {"sender", "recipient", "postmaster"};
    static const char expected[] = "sender, recipient, postmaster or an address";
    struct bytes word;
    enum status status = rule_fixed_word(reading, node, 320, expected, &word);
    if (status != STATUS_OK)
        return status;
    for (unsigned i = 0; i < 3; i++) {
        if (!bytes_equal(word, bytes_of_text(words[i])))
            continue;
        notice->kind = i;
        return STATUS_OK;
    }
    notice->kind = NOTIFY_ADDRESS;
    notice->address = word;
    return is_whole_address(word) ? STATUS_OK
                                  : reader_expected(reading->reader, node, "%s", expected);
}

static const char *notice_key(const void *owner, unsigned i)
{
    (void)owner;
    static const char *const keys[] = {"template", "to", NULL};
    return keys[i];
}

static enum status read_notice_value(struct rule_reader *reading, const struct node *node,
                                     struct rule_notice *notice)
{
    if (strcmp(node->key, "template") == 0)
        return rule_template(reading, node, &notice->template, &notice->texts);
    if (strcmp(node->key, "to") == 0)
        return read_notice_to(reading, node, notice);
    return STATUS_INVALID;
}

static enum status read_notice(struct rule_reader *reading, const struct node *node,
                               struct rule_notice *notice)
{
    struct config_reader *reader = reading->reader;
    if (node->kind != NODE_MAP)
        return reader_expected(reader, node, "{template: NAME, to: WHOM}");
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        if (strcmp(child->key, "template") != 0 && strcmp(child->key, "to") != 0)
            return reader_unknown(reader, child, notice_key, NULL);
        size_t mark = reader_enter(reader, child->key);
        enum status status = read_notice_value(reading, child, notice);
        reader_leave(reader, mark);
        if (status != STATUS_OK)
            return status;
    }
    for (unsigned i = 0; i < 2; i++)
        if (node_find(node, notice_key(NULL, i)) == NULL)
            return reader_problem(reader, node, "\"%s\" is missing", notice_key(NULL, i));
    return STATUS_OK;
}

/* What notice_refuse() asks of the message. */
static enum status want_facts(struct rule_reader *reading)
{
    const struct fact *fact;
    const char *near;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < notice_want_count && status == STATUS_OK; i++)
        status =
            fact_find(reading->names.facts, reading->reader->arena, notice_wants[i], &fact, &near);
    return status == STATUS_OK ? STATUS_OK : problem_memory(reading->reader->problem);
}

enum status rule_read_notify(struct rule_reader *reading, const struct node *node,
                             struct rule *rule)
{
    void *items = NULL;
    const struct node *item = NULL;
    enum status status =
        rule_items(reading, node, 16, sizeof *rule->notices, &items, &rule->notice_count, &item);
    rule->notices = items;
    for (size_t i = 0; i < rule->notice_count && status == STATUS_OK; i++, item = item->next)
        status = read_notice(reading, item, &rule->notices[i]);
    return status == STATUS_OK && rule->notice_count > 0 ? want_facts(reading) : status;
}

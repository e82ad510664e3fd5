/* Which comparisons make sense: each side has a type that the operator takes (spec/policy.md 2.1).
 */
#include <stdio.h>
#include <string.h>

#include "server/config/endpoint.h"
#include "server/policy/expression_inside.h"

static const char *const type_words[] = {[FACT_BOOLEAN] = "a boolean",
                                         [FACT_NUMBER] = "a number",
                                         [FACT_TEXT] = "text",
                                         [FACT_NETWORK] = "an address"};

bool network_of_text(struct bytes text, struct network *network)
{
    char buffer[64];
    if (text.size == 0 || text.size >= sizeof buffer)
        return false;
    memcpy(buffer, text.data, text.size);
    buffer[text.size] = '\0';
    return network_read(buffer, network) == NULL;
}

/* Literals stand as they are, facts by their names. */
static const char *operand_describe(const struct operand *operand, char text[64])
{
    int size = operand->text.size < 40 ? (int)operand->text.size : 40;
    while (size > 0 && !bytes_is_utf8(bytes_slice(operand->text, 0, (size_t)size)))
        size--;
    if (operand->kind == OPERAND_FACT)
        snprintf(text, 64, "\"%.40s\"", operand->fact->name);
    else if (operand->kind == OPERAND_LIST)
        snprintf(text, 64, "a list");
    else if (operand->kind == OPERAND_ITEMS)
        snprintf(text, 64, "\"[\"");
    else if (operand->kind == OPERAND_UNKNOWN)
        snprintf(text, 64, "\"unknown\"");
    else if (operand->type == FACT_NUMBER)
        snprintf(text, 64, "a number");
    else
        snprintf(text, 64, "'%.*s'", size, (const char *)operand->text.data);
    return text;
}

static enum status expected(struct expression_reader *reader, const struct operand *operand,
                            const char *what)
{
    char shown[64];
    bool is_fact = operand->kind == OPERAND_FACT;
    return expression_fail(reader, operand->offset, "found %s%s%s, expected %s",
                           operand_describe(operand, shown), is_fact ? ", which is " : "",
                           is_fact ? type_words[operand->type] : "", what);
}

static bool is_single(const struct operand *operand)
{
    return operand->kind == OPERAND_FACT || operand->kind == OPERAND_CONSTANT;
}

static bool is_of_type(const struct operand *operand, enum fact_type type)
{
    return is_single(operand) && operand->type == type;
}

static bool is_of_message(const struct operand *operand)
{
    return operand->kind != OPERAND_FACT || operand->fact->row->scope == FACT_OF_MESSAGE;
}

static enum status make_comparison(struct expression_reader *reader, const struct operand *left,
                                   enum relation relation, const struct operand *right,
                                   struct term **term)
{
    struct term *made = term_new(reader, TERM_COMPARE);
    if (made == NULL)
        return STATUS_MEMORY;
    made->relation = relation;
    made->left = *left;
    made->right = *right;
    made->is_of_message = is_of_message(left) && is_of_message(right);
    *term = made;
    return term_fold(reader, term);
}

enum status expression_condition(struct expression_reader *reader, struct operand *operand,
                                 struct term **term)
{
    if (operand->kind != OPERAND_FACT)
        return expected(reader, operand, "a condition: a fact, or a comparison");
    struct term *made = term_new(reader, TERM_FACT);
    if (made == NULL)
        return STATUS_MEMORY;
    made->left = *operand;
    made->is_of_message = is_of_message(operand);
    *term = made;
    return STATUS_OK;
}

/* A literal beside an address is one too. */
static enum status settle_network(struct expression_reader *reader, struct operand *operand)
{
    if (!is_of_type(operand, FACT_TEXT) || operand->kind != OPERAND_CONSTANT ||
        !network_of_text(operand->text, &operand->network))
        return expected(reader, operand, "an address or a network in quotes, as '192.0.2.0/24'");
    operand->type = FACT_NETWORK;
    return STATUS_OK;
}

static void swap(struct operand *left, struct operand *right)
{
    struct operand other = *left;
    *left = *right;
    *right = other;
}

static enum status refuse_boolean(struct expression_reader *reader, const struct operand *operand)
{
    return expression_fail(reader, operand->offset, "\"%s\" is a boolean and stands alone",
                           operand->fact->name);
}

/* A fact that has one of few words is compared with those. */
static enum status check_word(struct expression_reader *reader, const struct operand *fact,
                              const struct operand *value)
{
    static const struct {
        const char *fact, *words[5], *expected;
    } rows[] = {{"direction",
                 {"inbound", "outbound", "internal", "relay", NULL},
                 "inbound, outbound, internal or relay"},
                {"verdict",
                 {"infected", "policy", "spam", "incomplete", "clean"},
                 "infected, policy, spam, incomplete or clean"}};
    const char *name = fact->fact->name;
    bool is_text = value->kind == OPERAND_CONSTANT && value->type == FACT_TEXT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && is_text; i++) {
        bool fits = strcmp(name, rows[i].fact) != 0;
        for (size_t j = 0; j < 5 && rows[i].words[j] != NULL; j++)
            fits = fits || bytes_equal_fold(value->text, bytes_of_text(rows[i].words[j]));
        if (!fits)
            return expected(reader, value, rows[i].expected);
    }
    bool has_dot = is_text && value->text.size > 0 && value->text.data[0] == '.';
    if (has_dot && strcmp(name, "attachment.extension") == 0)
        return expected(reader, value, "an extension without its dot");
    return STATUS_OK;
}

static enum status compare_equal(struct expression_reader *reader, struct operand *left,
                                 struct operand *right, struct term **term)
{
    if (right->kind == OPERAND_LIST || right->kind == OPERAND_ITEMS)
        return expected(reader, right, "a single value; \"in\" asks lists");
    if (left->kind != OPERAND_FACT)
        swap(left, right);
    if (left->kind == OPERAND_UNKNOWN)
        swap(left, right);
    if (right->kind == OPERAND_UNKNOWN)
        return make_comparison(reader, left, RELATION_EQUAL, right, term);
    enum status status = STATUS_OK;
    if (left->type == FACT_NETWORK && right->type != FACT_NETWORK)
        status = settle_network(reader, right);
    else if (left->type != right->type)
        status = expected(reader, right, type_words[left->type]);
    else
        status = check_word(reader, left, right);
    return status == STATUS_OK ? make_comparison(reader, left, RELATION_EQUAL, right, term)
                               : status;
}

static enum status compare_order(struct expression_reader *reader, struct operand *left,
                                 enum relation relation, struct operand *right, struct term **term)
{
    static const enum relation mirrored[] = {[RELATION_LESS] = RELATION_MORE,
                                             [RELATION_LESS_EQUAL] = RELATION_MORE_EQUAL,
                                             [RELATION_MORE] = RELATION_LESS,
                                             [RELATION_MORE_EQUAL] = RELATION_LESS_EQUAL};
    if (!is_of_type(left, FACT_NUMBER))
        return expected(reader, left, type_words[FACT_NUMBER]);
    if (!is_of_type(right, FACT_NUMBER))
        return expected(reader, right, type_words[FACT_NUMBER]);
    if (left->kind == OPERAND_FACT)
        return make_comparison(reader, left, relation, right, term);
    return make_comparison(reader, right, mirrored[relation], left, term);
}

static enum status compare_text(struct expression_reader *reader, struct operand *left,
                                enum relation relation, struct operand *right, struct term **term)
{
    if (!is_of_type(left, FACT_TEXT))
        return expected(reader, left, type_words[FACT_TEXT]);
    if (!is_of_type(right, FACT_TEXT))
        return expected(reader, right, type_words[FACT_TEXT]);
    if (right->kind == OPERAND_FACT && right->fact->row->is_many)
        return expected(reader, right, "a text in quotes, or a fact that has one value");
    if (right->kind == OPERAND_CONSTANT && right->text.size == 0)
        return expected(reader, right, "text: every text has an empty one in it");
    return make_comparison(reader, left, relation, right, term);
}

enum status expression_keep_pattern(struct expression_names *names, struct pattern *pattern)
{
    if (!arena_grow(names->arena, (void **)&names->patterns, &names->pattern_capacity,
                    names->pattern_count, sizeof(struct pattern *))) {
        pattern_free(&pattern);
        return STATUS_MEMORY;
    }
    names->patterns[names->pattern_count++] = pattern;
    return STATUS_OK;
}

static enum status compare_pattern(struct expression_reader *reader, struct operand *left,
                                   struct operand *right, struct term **term)
{
    char why[PATTERN_WHY_BYTES];
    size_t offset = 0;
    struct pattern *pattern = NULL;
    if (left->kind != OPERAND_FACT || left->type != FACT_TEXT)
        return expected(reader, left, "a fact that is text");
    if (right->kind != OPERAND_CONSTANT || right->type != FACT_TEXT)
        return expected(reader, right, "a pattern in quotes");
    struct term *made = term_new(reader, TERM_MATCH);
    if (made == NULL)
        return STATUS_MEMORY;
    enum status status = pattern_new(right->text, &pattern, &offset, why);
    if (status == STATUS_INVALID)
        return expression_fail(reader, right->offset + 1 + offset, "not a pattern: %s", why);
    if (status == STATUS_OK)
        status = expression_keep_pattern(reader->names, pattern);
    if (status != STATUS_OK)
        return status;
    made->left = *left;
    made->right = *right;
    made->pattern = pattern;
    made->is_of_message = is_of_message(left);
    *term = made;
    return STATUS_OK;
}

static enum status in_list(struct expression_reader *reader, const struct operand *left,
                           const struct operand *list, struct term **term)
{
    if (left->type != FACT_TEXT && left->type != FACT_NETWORK)
        return expected(reader, left, "text or an address");
    struct term *made = term_new(reader, TERM_LIST);
    if (made == NULL)
        return STATUS_MEMORY;
    made->left = *left;
    made->right = *list;
    made->is_of_message = is_of_message(left);
    *term = made;
    return STATUS_OK;
}

/* One item as a condition of its own. Two facts of which nobody knows either are equal, but one is
 * not in the other. */
static enum status in_item(struct expression_reader *reader, const struct operand *left,
                           struct operand *item, struct term **term)
{
    struct operand fact = *left;
    if (item->kind == OPERAND_UNKNOWN)
        return expected(reader, item, "a value: \"unknown\" is in no list");
    if (item->kind == OPERAND_LIST)
        return in_list(reader, left, item, term);
    enum status status = compare_equal(reader, &fact, item, term);
    if (status != STATUS_OK || item->kind != OPERAND_FACT)
        return status;
    struct term *both = term_new(reader, TERM_AND), *known = NULL;
    fact = *left;
    status = both == NULL ? STATUS_MEMORY : expression_condition(reader, &fact, &known);
    if (status != STATUS_OK)
        return status;
    term_append(both, known);
    term_append(both, *term);
    *term = both;
    return STATUS_OK;
}

static enum status compare_in(struct expression_reader *reader, struct operand *left,
                              struct operand *right, struct term **term)
{
    if (left->kind != OPERAND_FACT)
        return expected(reader, left, "a fact");
    if (right->kind == OPERAND_LIST)
        return in_list(reader, left, right, term);
    if (right->kind != OPERAND_ITEMS)
        return expected(reader, right, "@LIST, or values in [ ]; \"==\" compares with one");
    struct term *any = term_new(reader, TERM_OR);
    enum status status = any == NULL ? STATUS_MEMORY : STATUS_OK;
    for (size_t i = 0; i < right->item_count && status == STATUS_OK; i++) {
        struct term *one = NULL;
        status = in_item(reader, left, &right->items[i], &one);
        if (status == STATUS_OK)
            term_append(any, one);
    }
    if (status != STATUS_OK)
        return status;
    *term = any;
    return term_fold(reader, term);
}

static enum status compare_known(struct expression_reader *reader, struct operand *left,
                                 enum relation relation, struct operand *right, struct term **term)
{
    switch (relation) {
    case RELATION_EQUAL:
    case RELATION_NOT_EQUAL:
        return compare_equal(reader, left, right, term);
    case RELATION_LESS:
    case RELATION_LESS_EQUAL:
    case RELATION_MORE:
    case RELATION_MORE_EQUAL:
        return compare_order(reader, left, relation, right, term);
    case RELATION_IN:
    case RELATION_NOT_IN:
        return compare_in(reader, left, right, term);
    case RELATION_CONTAINS:
    case RELATION_BEGINS:
    case RELATION_ENDS:
        return compare_text(reader, left, relation, right, term);
    case RELATION_MATCHES:
    case RELATION_COUNT:
        break;
    }
    return compare_pattern(reader, left, right, term);
}

enum status expression_compare(struct expression_reader *reader, struct operand *left,
                               enum relation relation, size_t relation_offset,
                               struct operand *right, struct term **term)
{
    if (left->kind == OPERAND_LIST || left->kind == OPERAND_ITEMS)
        return expected(reader, left, "a fact: lists stand behind \"in\"");
    if (left->kind == OPERAND_FACT && left->type == FACT_BOOLEAN)
        return refuse_boolean(reader, left);
    if (right->kind == OPERAND_FACT && right->type == FACT_BOOLEAN)
        return refuse_boolean(reader, right);
    if (left->kind != OPERAND_FACT && right->kind != OPERAND_FACT && relation != RELATION_IN &&
        relation != RELATION_NOT_IN)
        return expression_fail(reader, relation_offset, "a comparison without a fact");
    enum status status = compare_known(reader, left, relation, right, term);
    bool negated = relation == RELATION_NOT_EQUAL || relation == RELATION_NOT_IN;
    return status == STATUS_OK && negated ? term_negate(reader, term) : status;
}

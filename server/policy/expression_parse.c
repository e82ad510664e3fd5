/* From words to terms: recursive descent, bounded by EXPRESSION_DEPTH_MOST parentheses and
 * EXPRESSION_OPERANDS_MOST operands. */
#include <string.h>

#include "server/config/row.h"
#include "server/policy/expression_inside.h"

static enum status read_disjunction(struct expression_reader *reader, struct term **term);

struct term *term_new(struct expression_reader *reader, enum term_kind kind)
{
    struct term *term = arena_take(reader->names->arena, sizeof *term);
    if (term != NULL)
        *term = (struct term){.kind = kind, .is_of_message = true};
    return term;
}

void term_append(struct term *parent, struct term *child)
{
    child->next = NULL;
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
    parent->is_of_message = parent->is_of_message && child->is_of_message;
}

static const char *list_name(const void *owner, unsigned i)
{
    const struct config *config = owner;
    return i < config->list_count ? config->lists[i].name : NULL;
}

static enum status read_list_name(struct expression_reader *reader, struct operand *operand)
{
    const struct config *config = reader->names->config;
    struct bytes name = reader->word.text;
    *operand = (struct operand){
        .kind = OPERAND_LIST, .offset = reader->word.offset, .list = lists_find(config, name)};
    if (operand->list >= 0)
        return expression_next(reader);
    char word[64];
    size_t size = name.size < sizeof word - 1 ? name.size : sizeof word - 1;
    memcpy(word, name.data, size);
    word[size] = '\0';
    const char *near = reader_near(word, list_name, config);
    return expression_fail(reader, reader->word.offset, "there is no list \"%s\"%s%s%s", word,
                           near != NULL ? "; \"" : "", near != NULL ? near : "",
                           near != NULL ? "\" is meant?" : "");
}

static bool is_keyword(const struct word *word)
{
    static const char *const keywords[] = {"and",      "or",     "not",  "in",
                                           "contains", "begins", "ends", "matches"};
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (word_is(word, keywords[i]))
            return true;
    return false;
}

static enum status read_fact(struct expression_reader *reader, struct operand *operand)
{
    struct word word = reader->word;
    const char *near = NULL;
    const struct fact *fact = NULL;
    enum status status =
        fact_find(reader->names->facts, reader->names->arena, word.raw, &fact, &near);
    if (status == STATUS_INVALID) {
        char shown[64];
        return expression_fail(reader, word.offset, "an unknown fact %s%s%s%s",
                               word_describe(&word, shown), near != NULL ? "; \"" : "",
                               near != NULL ? near : "",
                               near != NULL ? "\" is meant?" : ", or text without quotes");
    }
    if (status != STATUS_OK)
        return status;
    *operand = (struct operand){
        .kind = OPERAND_FACT, .type = fact->row->type, .offset = word.offset, .fact = fact};
    return expression_next(reader);
}

/* A fact, a literal, `unknown` or a list's name. */
static enum status read_item(struct expression_reader *reader, struct operand *operand)
{
    const struct word *word = &reader->word;
    char shown[64];
    if (++reader->operands > EXPRESSION_OPERANDS_MOST)
        return expression_fail(reader, word->offset, "more than %d operands",
                               EXPRESSION_OPERANDS_MOST);
    if (word->kind == WORD_LIST)
        return read_list_name(reader, operand);
    if (word->kind == WORD_NAME && !is_keyword(word) && !word_is(word, "unknown"))
        return read_fact(reader, operand);
    *operand = (struct operand){.kind = OPERAND_CONSTANT, .offset = word->offset};
    if (word->kind == WORD_TEXT) {
        operand->type = FACT_TEXT;
        operand->text = word->text;
    } else if (word->kind == WORD_NUMBER) {
        operand->type = FACT_NUMBER;
        operand->number = word->number;
    } else if (word_is(word, "unknown")) {
        operand->kind = OPERAND_UNKNOWN;
    } else {
        return expression_fail(reader, word->offset,
                               "found %s, expected a fact, a number or a text in quotes",
                               word_describe(word, shown));
    }
    return expression_next(reader);
}

/* "[" has been taken. */
static enum status read_items(struct expression_reader *reader, struct operand *operand)
{
    char shown[64];
    struct operand items[EXPRESSION_OPERANDS_MOST];
    size_t count = 0;
    enum status status = STATUS_OK;
    do {
        if (count > 0)
            status = expression_next(reader); /* the comma */
        if (status == STATUS_OK && count == EXPRESSION_OPERANDS_MOST)
            return expression_fail(reader, reader->word.offset, "more than %d operands",
                                   EXPRESSION_OPERANDS_MOST);
        if (status == STATUS_OK)
            status = read_item(reader, &items[count++]);
    } while (status == STATUS_OK && word_is(&reader->word, ","));
    if (status != STATUS_OK)
        return status;
    if (!word_is(&reader->word, "]"))
        return expression_fail(reader, reader->word.offset, "found %s, expected \",\" or \"]\"",
                               word_describe(&reader->word, shown));
    operand->items = arena_take(reader->names->arena, count * sizeof *items);
    if (operand->items == NULL)
        return STATUS_MEMORY;
    memcpy(operand->items, items, count * sizeof *items);
    operand->item_count = count;
    return expression_next(reader);
}

static enum status read_operand(struct expression_reader *reader, struct operand *operand)
{
    if (!word_is(&reader->word, "["))
        return read_item(reader, operand);
    *operand = (struct operand){.kind = OPERAND_ITEMS, .offset = reader->word.offset};
    enum status status = expression_next(reader);
    return status == STATUS_OK ? read_items(reader, operand) : status;
}

static const char *const relation_words[] = {
    "==", "!=", "<", "<=", ">", ">=", "in", "", "contains", "begins", "ends", "matches"};

/* False: the next word is no operator. */
static bool find_relation(const struct word *word, enum relation *relation)
{
    for (unsigned i = 0; i < RELATION_COUNT; i++) {
        if (i == RELATION_NOT_IN || !word_is(word, relation_words[i]))
            continue;
        *relation = i;
        return true;
    }
    return false;
}

/* Takes an operator when there is one; "not" must have "in" behind it. */
static enum status read_relation(struct expression_reader *reader, enum relation *relation,
                                 bool *found)
{
    char shown[64];
    *found = find_relation(&reader->word, relation);
    if (*found)
        return expression_next(reader);
    if (!word_is(&reader->word, "not"))
        return STATUS_OK;
    enum status status = expression_next(reader);
    if (status != STATUS_OK)
        return status;
    if (!word_is(&reader->word, "in"))
        return expression_fail(reader, reader->word.offset, "found %s, expected \"in\"",
                               word_describe(&reader->word, shown));
    *relation = RELATION_NOT_IN;
    *found = true;
    return expression_next(reader);
}

static enum status read_parentheses(struct expression_reader *reader, struct term **term)
{
    char shown[64];
    if (++reader->depth > EXPRESSION_DEPTH_MOST)
        return expression_fail(reader, reader->word.offset,
                               "more than %d parentheses one in the "
                               "other",
                               EXPRESSION_DEPTH_MOST);
    enum status status = expression_next(reader);
    if (status == STATUS_OK)
        status = read_disjunction(reader, term);
    if (status != STATUS_OK)
        return status;
    if (!word_is(&reader->word, ")"))
        return expression_fail(reader, reader->word.offset, "found %s, expected and, or, or \")\"",
                               word_describe(&reader->word, shown));
    reader->depth--;
    return expression_next(reader);
}

static enum status read_comparison(struct expression_reader *reader, struct term **term)
{
    if (word_is(&reader->word, "("))
        return read_parentheses(reader, term);
    struct operand left, right;
    enum relation relation = RELATION_EQUAL;
    bool found = false;
    enum status status = read_operand(reader, &left);
    size_t offset = reader->word.offset;
    if (status == STATUS_OK)
        status = read_relation(reader, &relation, &found);
    if (status != STATUS_OK)
        return status;
    if (!found)
        return expression_condition(reader, &left, term);
    status = read_operand(reader, &right);
    return status == STATUS_OK ? expression_compare(reader, &left, relation, offset, &right, term)
                               : status;
}

static enum status read_negation(struct expression_reader *reader, struct term **term)
{
    bool negated = word_is(&reader->word, "not");
    enum status status = negated ? expression_next(reader) : STATUS_OK;
    if (status == STATUS_OK)
        status = read_comparison(reader, term);
    return status == STATUS_OK && negated ? term_negate(reader, term) : status;
}

/* What stands between the words "and" or "or". */
static enum status read_chain(struct expression_reader *reader, enum term_kind kind,
                              const char *between,
                              enum status (*read)(struct expression_reader *, struct term **),
                              struct term **term)
{
    struct term *chain = term_new(reader, kind);
    if (chain == NULL)
        return STATUS_MEMORY;
    for (;;) {
        struct term *child = NULL;
        enum status status = read(reader, &child);
        if (status != STATUS_OK)
            return status;
        term_append(chain, child);
        if (!word_is(&reader->word, between))
            break;
        status = expression_next(reader);
        if (status != STATUS_OK)
            return status;
    }
    *term = chain;
    return term_fold(reader, term);
}

static enum status read_conjunction(struct expression_reader *reader, struct term **term)
{
    return read_chain(reader, TERM_AND, "and", read_negation, term);
}

static enum status read_disjunction(struct expression_reader *reader, struct term **term)
{
    return read_chain(reader, TERM_OR, "or", read_conjunction, term);
}

/* The largest terms that are about the message alone are kept for all recipients. */
static void assign_slots(struct expression_names *names, struct term *term)
{
    if (term->kind == TERM_CONSTANT)
        return;
    if (term->is_of_message) {
        term->slot = ++names->term_slots;
        return;
    }
    for (struct term *child = term->first; child != NULL; child = child->next)
        assign_slots(names, child);
}

/* Conjuncts have slots of their own, so that one that is false ends it early. */
static void assign_conjunct_slots(struct expression_names *names, struct term *root)
{
    if (root->kind != TERM_AND) {
        assign_slots(names, root);
        return;
    }
    for (struct term *child = root->first; child != NULL; child = child->next)
        assign_slots(names, child);
}

enum status expression_compile(struct expression_names *names, struct bytes text,
                               const struct expression **expression, struct expression_fault *fault)
{
    struct expression_reader reader = {.names = names, .fault = fault, .text = text};
    char shown[64];
    *fault = (struct expression_fault){.offset = 0};
    if (text.size > EXPRESSION_BYTES_MOST)
        return expression_fail(&reader, 0, "longer than %d octets", EXPRESSION_BYTES_MOST);
    struct expression *made = arena_take(names->arena, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    enum status status = expression_next(&reader);
    if (status == STATUS_OK && reader.word.kind == WORD_END)
        return expression_fail(&reader, 0, "found nothing, expected a condition");
    if (status == STATUS_OK)
        status = read_disjunction(&reader, &made->root);
    if (status == STATUS_OK && reader.word.kind != WORD_END)
        return expression_fail(&reader, reader.word.offset, "found %s, expected %s",
                               word_describe(&reader.word, shown),
                               reader.word.kind == WORD_SIGN ? "and, or, or the end"
                                                             : "an operator, and, or, or the end");
    if (status != STATUS_OK)
        return status;
    assign_conjunct_slots(names, made->root);
    *expression = made;
    return STATUS_OK;
}

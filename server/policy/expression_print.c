/* Expressions as text again: what was folded, and it compiles to the same. */
#include <inttypes.h>
#include <stdio.h>

#include "server/policy/expression_inside.h"

struct expression_printer {
    struct buffer *out;
    const struct config *config;
    enum status status;
};

static void put_bytes(struct expression_printer *printer, struct bytes text)
{
    if (printer->status == STATUS_OK)
        printer->status = buffer_append(printer->out, text);
}

static void put(struct expression_printer *printer, const char *text)
{
    put_bytes(printer, bytes_of_text(text));
}

static void put_text(struct expression_printer *printer, struct bytes text)
{
    put(printer, "'");
    for (size_t i = 0; i < text.size; i++)
        put_bytes(printer, text.data[i] == '\'' ? BYTES("''") : bytes_slice(text, i, 1));
    put(printer, "'");
}

static void put_number(struct expression_printer *printer, int64_t number)
{
    char text[48];
    const char *sign = number < 0 ? "-" : "";
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (size % 1000 == 0)
        snprintf(text, sizeof text, "%s%" PRIu64, sign, size / 1000);
    else
        snprintf(text, sizeof text, "%s%" PRIu64 ".%03" PRIu64, sign, size / 1000, size % 1000);
    put(printer, text);
}

static void put_operand(struct expression_printer *printer, const struct operand *operand)
{
    if (operand->kind == OPERAND_FACT)
        put(printer, operand->fact->name);
    else if (operand->kind == OPERAND_UNKNOWN)
        put(printer, "unknown");
    else if (operand->type == FACT_NUMBER)
        put_number(printer, operand->number);
    else
        put_text(printer, operand->text);
}

static void put_set(struct expression_printer *printer, const struct term *term)
{
    put(printer, "[");
    for (size_t i = 0; i < term->set_count; i++) {
        put(printer, i > 0 ? ", " : "");
        put_text(printer, term->set[i]);
    }
    put(printer, "]");
}

static const char *const relation_texts[] = {" == ",       " != ",     " < ",    " <= ",
                                             " > ",        " >= ",     " in ",   " not in ",
                                             " contains ", " begins ", " ends ", " matches "};

static void put_simple(struct expression_printer *printer, const struct term *term, bool negated)
{
    enum relation relation = term->relation;
    if (term->kind == TERM_LIST || term->kind == TERM_SET)
        relation = negated ? RELATION_NOT_IN : RELATION_IN;
    else if (term->kind == TERM_MATCH)
        relation = RELATION_MATCHES;
    else if (negated)
        relation = RELATION_NOT_EQUAL;
    put_operand(printer, &term->left);
    put(printer, relation_texts[relation]);
    if (term->kind == TERM_LIST) {
        put(printer, "@");
        put(printer, printer->config->lists[term->right.list].name);
    } else if (term->kind == TERM_SET) {
        put_set(printer, term);
    } else {
        put_operand(printer, &term->right);
    }
}

/* "!=" and "not in" have words of their own. */
static bool has_opposite(const struct term *term)
{
    return term->kind == TERM_LIST || term->kind == TERM_SET ||
           (term->kind == TERM_COMPARE && term->relation == RELATION_EQUAL);
}

static void put_term(struct expression_printer *printer, const struct term *term, bool inner);

static void put_chain(struct expression_printer *printer, const struct term *term, bool inner)
{
    put(printer, inner ? "(" : "");
    for (const struct term *child = term->first; child != NULL; child = child->next) {
        put_term(printer, child, true);
        if (child->next != NULL)
            put(printer, term->kind == TERM_AND ? " and " : " or ");
    }
    put(printer, inner ? ")" : "");
}

static void put_term(struct expression_printer *printer, const struct term *term, bool inner)
{
    switch (term->kind) {
    case TERM_CONSTANT:
        put(printer, term->truth ? "channel == channel" : "channel != channel");
        break;
    case TERM_FACT:
        put_operand(printer, &term->left);
        break;
    case TERM_AND:
    case TERM_OR:
        put_chain(printer, term, inner);
        break;
    case TERM_NOT:
        if (has_opposite(term->first)) {
            put_simple(printer, term->first, true);
            break;
        }
        put(printer, "not ");
        put_term(printer, term->first, true);
        break;
    case TERM_COMPARE:
    case TERM_LIST:
    case TERM_SET:
    case TERM_MATCH:
        put_simple(printer, term, false);
        break;
    }
}

enum status expression_print(const struct expression *expression, const struct config *config,
                             struct buffer *out)
{
    struct expression_printer printer = {.out = out, .config = config};
    put_term(&printer, expression->root, false);
    return printer.status;
}

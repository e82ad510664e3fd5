/* Texts with ${fact} in them: pieces that are filled in one after the other. */
#include "server/policy/substitution.h"

#include <stdio.h>
#include <string.h>

#include "server/policy/rule.h"
#include "server/policy/value_text.h"

enum piece_kind {
    PIECE_LITERAL,
    PIECE_FACT,
    PIECE_RULE,
    PIECE_REFERENCE,
    PIECE_DISPOSITION,
    PIECE_FINDINGS,
    PIECE_NAMES
};

struct piece {
    enum piece_kind kind;
    struct bytes literal;
    const struct fact *fact;
};

struct substitution {
    struct piece *pieces;
    size_t count, capacity;
    bool is_html, is_steady;
};

/* What is no fact but a name of its own; FINDINGS and NAMES read facts. */
static const struct {
    const char *name;
    enum piece_kind kind;
    const char *fact;
} own_names[] = {
    {"rule", PIECE_RULE, NULL},
    {"reference", PIECE_REFERENCE, NULL},
    {"disposition", PIECE_DISPOSITION, NULL},
    {"findings", PIECE_FINDINGS, "finding.symbol"},
    {"names", PIECE_NAMES, NULL},
};

static enum status fail_name(struct expression_fault *fault, size_t offset, struct bytes name,
                             const char *near)
{
    int size = name.size < 60 ? (int)name.size : 60;
    while (size > 0 && !bytes_is_utf8(bytes_slice(name, 0, (size_t)size)))
        size--;
    fault->offset = offset;
    return expression_fault_write(fault, "an unknown fact \"%.*s\" in ${ }%s%s%s", size,
                                  (const char *)name.data, near != NULL ? "; \"" : "",
                                  near != NULL ? near : "", near != NULL ? "\" is meant?" : "");
}

static enum status add_piece(struct expression_names *names, struct substitution *made,
                             const struct piece *piece)
{
    if (piece->kind == PIECE_LITERAL && piece->literal.size == 0)
        return STATUS_OK;
    if (!arena_grow(names->arena, (void **)&made->pieces, &made->capacity, made->count,
                    sizeof *made->pieces))
        return STATUS_MEMORY;
    made->pieces[made->count++] = *piece;
    if (piece->fact != NULL && piece->fact->row->scope == FACT_OF_RECIPIENT)
        made->is_steady = false;
    return STATUS_OK;
}

/* What a name between ${ and } stands for. */
static enum status read_name(struct expression_names *names, struct bytes name, size_t offset,
                             struct piece *piece, struct expression_fault *fault)
{
    const char *near = NULL;
    struct bytes fact = name;
    piece->kind = PIECE_FACT;
    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++) {
        if (!bytes_equal_fold(name, bytes_of_text(own_names[i].name)))
            continue;
        piece->kind = own_names[i].kind;
        fact = bytes_of_text(own_names[i].fact);
    }
    if (fact.size == 0 && piece->kind != PIECE_FACT)
        return STATUS_OK;
    enum status status = fact_find(names->facts, names->arena, fact, &piece->fact, &near);
    if (status == STATUS_INVALID)
        return fail_name(fault, offset, name, near);
    return status;
}

static size_t find_opening(struct bytes text, size_t from)
{
    size_t at = bytes_find(text, from, '$');
    while (at < text.size && (at + 1 == text.size || text.data[at + 1] != '{'))
        at = bytes_find(text, at + 1, '$');
    return at;
}

static enum status read_pieces(struct expression_names *names, struct bytes text,
                               struct substitution *made, struct expression_fault *fault)
{
    size_t at = 0;
    enum status status = STATUS_OK;
    while (at < text.size && status == STATUS_OK) {
        size_t opening = find_opening(text, at);
        struct piece literal = {.kind = PIECE_LITERAL,
                                .literal = bytes_slice(text, at, opening - at)};
        status = add_piece(names, made, &literal);
        if (opening == text.size || status != STATUS_OK)
            return status;
        size_t closing = bytes_find(text, opening, '}');
        struct bytes name = bytes_slice(text, opening + 2, closing - opening - 2);
        if (closing == text.size) {
            *fault = (struct expression_fault){.offset = opening,
                                               .reason = "found \"${\" without \"}\""};
            return STATUS_INVALID;
        }
        struct piece piece = {.kind = PIECE_FACT};
        status = read_name(names, name, opening + 2, &piece, fault);
        if (status == STATUS_OK)
            status = add_piece(names, made, &piece);
        at = closing + 1;
    }
    return status;
}

enum status substitution_compile(struct expression_names *names, struct bytes text, bool is_html,
                                 struct substitution **substitution, struct expression_fault *fault)
{
    struct substitution *made = arena_take(names->arena, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    made->is_html = is_html;
    made->is_steady = true;
    enum status status = read_pieces(names, text, made, fault);
    if (status == STATUS_OK)
        *substitution = made;
    return status;
}

bool substitution_is_steady(const struct substitution *substitution)
{
    return substitution->is_steady;
}

struct bytes substitution_literal(const struct substitution *substitution)
{
    bool literal = substitution->count == 1 && substitution->pieces[0].kind == PIECE_LITERAL;
    return literal ? substitution->pieces[0].literal : (struct bytes){NULL, 0};
}

static bool has_number(const uint32_t *numbers, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* Names of files in which something was found, in the order of the findings. A value holds at most
 * VALUE_TEXT_BYTES names. */
static void join_names(struct value_text *value, const struct report *report)
{
    uint32_t joined[VALUE_TEXT_BYTES];
    size_t count = 0;
    for (size_t i = 0; i < report->findings_count && !value->is_full; i++) {
        const struct report_finding *finding = &report->findings[i];
        bool is_of_part = finding->part > 0 && finding->part <= report->parts_count;
        if (finding->class == CLASS_NOTE || !is_of_part || count == VALUE_TEXT_BYTES)
            continue;
        const struct report_part *part = &report->parts[finding->part - 1];
        if (part->name.size == 0 || has_number(joined, count, finding->part))
            continue;
        joined[count++] = finding->part;
        value_text_join(value, part->name);
    }
}

static void join_number(struct value_text *value, int64_t number)
{
    char text[40];
    long long whole = number / 1000, rest = number % 1000;
    int length = snprintf(text, sizeof text, "%s%lld", number < 0 && whole == 0 ? "-" : "", whole);
    if (rest != 0)
        length += snprintf(text + length, sizeof text - (size_t)length, ".%03lld",
                           rest < 0 ? -rest : rest);
    while (rest != 0 && text[length - 1] == '0')
        length--;
    value_text_join(value, (struct bytes){(const uint8_t *)text, (size_t)length});
}

static void join_fact(struct value_text *value, struct fact_view *view, const struct fact *fact)
{
    const struct fact_values *values = fact_values(view, fact);
    if (fact->row->type == FACT_BOOLEAN)
        value_text_join(value, values->truth ? BYTES("yes") : BYTES("no"));
    else if (fact->row->type == FACT_NETWORK)
        value_text_join(value, view->input->envelope->client_address);
    else if (fact->row->type == FACT_NUMBER && values->count > 0)
        join_number(value, values->number);
    for (size_t i = 0; fact->row->type == FACT_TEXT && i < values->count; i++)
        value_text_join(value, values->texts[i]);
}

static void piece_fill(const struct piece *piece, const struct substitution_context *context,
                       struct value_text *value)
{
    switch (piece->kind) {
    case PIECE_FACT:
    case PIECE_FINDINGS:
        join_fact(value, context->view, piece->fact);
        break;
    case PIECE_RULE:
        value_text_join(value, bytes_of_text(context->rule != NULL ? context->rule->name : NULL));
        break;
    case PIECE_REFERENCE:
        value_text_join(value, bytes_of_text(context->view->input->reference));
        break;
    case PIECE_DISPOSITION:
        value_text_join(value, bytes_of_text(disposition_word(context->disposition)));
        break;
    case PIECE_NAMES:
        join_names(value, context->view->input->report);
        break;
    case PIECE_LITERAL:
        break;
    }
}

enum status substitution_fill(const struct substitution *substitution,
                              const struct substitution_context *context, struct arena *arena,
                              struct bytes *text)
{
    AUTO(buffer_clear) struct buffer out;
    buffer_init(&out, EDIT_VALUE_BYTES);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < substitution->count && status == STATUS_OK; i++) {
        const struct piece *piece = &substitution->pieces[i];
        struct value_text value = {.size = 0};
        piece_fill(piece, context, &value);
        struct bytes filled =
            piece->kind == PIECE_LITERAL ? piece->literal : value_text_end(&value);
        status = substitution->is_html && piece->kind != PIECE_LITERAL
                     ? value_text_html(filled, &out)
                     : buffer_append(&out, filled);
    }
    if (context->view->status != STATUS_OK)
        return context->view->status;
    if (status == STATUS_LIMIT_REPLY) /* what is over the limit is left out */
        status = STATUS_OK;
    const char *copy = status == STATUS_OK ? arena_copy(arena, buffer_bytes(&out)) : NULL;
    if (copy == NULL)
        return STATUS_MEMORY;
    *text = (struct bytes){(const uint8_t *)copy, out.size};
    return STATUS_OK;
}

/* Parses the envelope of CHECK (spec/cccp.md 5.1): one table of what is known, and of what each
 * value can be. A list that is no list is PARSE; a value that cannot be is BAD_ENVELOPE. */
#include <stddef.h>

#include "protocol/address.h"
#include "protocol/command_parse.h"

/* True when a value of its kind was taken. False: none stands here, or the lexer failed. */
typedef bool envelope_value(struct lexer *lexer, struct bytes *text);

static bool value_text(struct lexer *lexer, struct bytes *text)
{
    enum token token = lexer_peek(lexer);
    return token != TOKEN_OPEN && token != TOKEN_NIL && lexer_text(lexer, text) == STATUS_OK;
}

static bool value_number(struct lexer *lexer, struct bytes *text)
{
    uint64_t number;
    size_t begin = lexer->at;
    if (lexer_peek(lexer) != TOKEN_NUMBER || lexer_number(lexer, &number) != STATUS_OK)
        return false;
    *text = (struct bytes){lexer->octets + begin, lexer->at - begin};
    return true;
}

static bool value_any(struct lexer *lexer, struct bytes *text)
{
    return lexer_skip(lexer, text) == STATUS_OK;
}

static bool value_sender(struct lexer *lexer, struct bytes *text)
{
    return lexer_peek(lexer) == TOKEN_STRING && lexer_string(lexer, text) == STATUS_OK &&
           (text->size == 0 || is_address(*text));
}

static bool value_of_words(struct lexer *lexer, struct bytes *text, const char *const *words)
{
    if (!value_text(lexer, text))
        return false;
    while (*words && !bytes_equal_fold(*text, bytes_of_text(*words)))
        words++;
    return *words != NULL;
}

static bool value_yes_no(struct lexer *lexer, struct bytes *text)
{
    return value_of_words(lexer, text, (const char *const[]){"YES", "NO", NULL});
}

static bool value_body(struct lexer *lexer, struct bytes *text)
{
    return value_of_words(lexer, text,
                          (const char *const[]){"7BIT", "8BITMIME", "BINARYMIME", NULL});
}

static bool value_return(struct lexer *lexer, struct bytes *text)
{
    return value_of_words(lexer, text, (const char *const[]){"FULL", "HDRS", NULL});
}

/* RFC 6710: -9 to +9 */
static bool value_priority(struct lexer *lexer, struct bytes *text)
{
    if (lexer_peek(lexer) == TOKEN_STRING || !value_text(lexer, text))
        return false;
    bool has_sign = text->data[0] == '-' || text->data[0] == '+';
    struct bytes digits = bytes_slice(*text, has_sign, text->size);
    return digits.size == 1 && digits.data[0] >= '0' && digits.data[0] <= '9';
}

static bool value_list(struct lexer *lexer, struct bytes *text)
{
    return lexer_peek(lexer) == TOKEN_OPEN && value_any(lexer, text);
}

enum { NOT_KEPT = sizeof(struct envelope) };

static const struct envelope_row {
    const char *key;
    envelope_value *take;
    size_t place; /* of a struct bytes in struct envelope, or NOT_KEPT: it stands in raw */
} rows[] = {
    {"SENDER", value_sender, offsetof(struct envelope, sender)},
    {"NAME", value_text, offsetof(struct envelope, client_name)},
    {"HELO", value_text, offsetof(struct envelope, helo)},
    {"PROTOCOL", value_text, offsetof(struct envelope, protocol)},
    {"LOGIN", value_text, offsetof(struct envelope, login)},
    {"QUEUEID", value_text, offsetof(struct envelope, queue_id)},
    {"BODY", value_body, offsetof(struct envelope, body)},
    {"SMTPUTF8", value_yes_no, offsetof(struct envelope, smtputf8)},
    {"SIZE", value_number, NOT_KEPT},
    {"RET", value_return, NOT_KEPT},
    {"ENVID", value_text, NOT_KEPT},
    {"AUTH", value_text, NOT_KEPT},
    {"REQUIRETLS", value_yes_no, NOT_KEPT},
    {"PRIORITY", value_priority, NOT_KEPT},
    {"TLS", value_list, NOT_KEPT},
    {"ARRIVAL", value_text, NOT_KEPT},
    {"EXPIRES", value_text, NOT_KEPT},
    {"DIRECTION", value_text, NOT_KEPT},
};

/* CLIENT ("address" port) */
static bool take_client(struct lexer *lexer, struct envelope *envelope)
{
    if (lexer_peek(lexer) != TOKEN_OPEN || lexer_open(lexer) != STATUS_OK ||
        lexer_peek(lexer) != TOKEN_STRING ||
        lexer_string(lexer, &envelope->client_address) != STATUS_OK ||
        lexer_space(lexer) != STATUS_OK || lexer_peek(lexer) != TOKEN_NUMBER ||
        lexer_number(lexer, &envelope->client_port) != STATUS_OK)
        return false;
    return lexer_close(lexer) == STATUS_OK && envelope->client_port <= UINT16_MAX;
}

static const struct envelope_row *row_of(const struct pairs *pairs)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (pairs_is(pairs, rows[i].key))
            return &rows[i];
    }
    return NULL;
}

/* Texts of an envelope go to logs, headers and policies: UTF-8, and no controls. */
static bool is_plain(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < 0x20 || text.data[i] == 0x7F)
            return false;
    }
    return bytes_is_utf8(text);
}

/* Takes the value of a known key. */
static bool take_value(struct lexer *lexer, const struct envelope_row *row,
                       struct envelope *envelope)
{
    struct bytes text = {0};
    if (!row->take(lexer, &text))
        return false;
    if (row->place == NOT_KEPT)
        return true;
    *(struct bytes *)((char *)envelope + row->place) = text;
    envelope->has_sender = envelope->has_sender || row->take == value_sender;
    return is_plain(text);
}

void parse_envelope(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct envelope *envelope = &parser->command->envelope;
    struct pairs pairs;
    if (lexer_space(lexer) != STATUS_OK)
        return;
    parser_raw(parser, &envelope->raw);
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        const struct envelope_row *row = row_of(&pairs);
        bool fine = true;
        if (pairs_is(&pairs, "CLIENT"))
            fine = take_client(lexer, envelope);
        else if (row)
            fine = take_value(lexer, row, envelope);
        else
            parser_skip_pair(parser, &pairs);
        if (!fine)
            parser_bad_value(parser, pairs.key);
    }
}

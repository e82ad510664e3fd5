/* Parses a command (spec/cccp.md 3 and 5): the verb's row says how its arguments are read. */
#include "protocol/command.h"

#include <assert.h>
#include <string.h>

#include "protocol/command_parse.h"

/*     command = tag SP verb [arguments] */

const char *command_word(enum command_verb verb)
{
    static const char *const words[] = {
#define COMMAND_WORD(name, early) #name,
        COMMAND_ROWS(COMMAND_WORD)};
    assert(verb < COMMAND_COUNT);
    return words[verb];
}

bool command_is_early(enum command_verb verb)
{
    static const bool early_ones[] = {
#define COMMAND_EARLY(name, early) early,
        COMMAND_ROWS(COMMAND_EARLY)};
    assert(verb < COMMAND_COUNT);
    return early_ones[verb];
}

void parser_fail(struct command_parser *parser, enum status status, struct bytes word,
                 const char *expected)
{
    if (parser->lexer.status == STATUS_OK)
        parser->word = word;
    parser->lexer.status = lexer_fail(&parser->lexer, status, expected);
}

void parser_bad_value(struct command_parser *parser, struct bytes key)
{
    parser->lexer.status = STATUS_OK;
    parser_fail(parser, STATUS_BAD_ENVELOPE, key, "a value that can be");
}

void parser_skip_pair(struct command_parser *parser, struct pairs *pairs)
{
    if (pairs->critical)
        parser_fail(parser, STATUS_UNSUPPORTED, pairs->key, "a key that is known here");
    else
        pairs_skip(pairs);
}

void parser_raw(struct command_parser *parser, struct bytes *raw)
{
    struct lexer probe = parser->lexer;
    if (lexer_skip(&probe, raw) != STATUS_OK) {
        parser->lexer = probe;
        return;
    }
    if (bytes_find(*raw, 0, '\\') == raw->size)
        return;
    const char *copy = arena_copy(parser->arena, *raw);
    if (copy)
        raw->data = (const uint8_t *)copy;
    else
        parser_fail(parser, STATUS_MEMORY, (struct bytes){NULL, 0}, "a smaller list");
}

void parse_txn(struct command_parser *parser, struct bytes *txn)
{
    struct lexer *lexer = &parser->lexer;
    struct lexer before;
    if (lexer_space(lexer) != STATUS_OK)
        return;
    before = *lexer;
    if (lexer_text(lexer, txn) == STATUS_OK && !is_transaction_id(*txn)) {
        *lexer = before;
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a transaction id");
    }
}

static void parse_nothing(struct command_parser *parser)
{
    (void)parser;
}

/* NOOP [SP string] */
static void parse_noop(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct command *command = parser->command;
    if (lexer_at_end(lexer) || lexer_space(lexer) != STATUS_OK)
        return;
    command->has_token = lexer_string(lexer, &command->token) == STATUS_OK;
}

/* ID SP ( nil / pairs ) */
static void parse_id(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct pairs pairs;
    if (lexer_space(lexer) != STATUS_OK)
        return;
    parser_raw(parser, &parser->command->id);
    if (lexer_peek(lexer) == TOKEN_NIL) {
        lexer->status = lexer_nil(lexer);
        return;
    }
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs))
        parser_skip_pair(parser, &pairs);
}

static bool is_base64(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_atom(bytes_slice(text, i, 1)) || strchr("-._:@*", text.data[i]))
            return false;
    }
    return text.size > 0;
}

/* AUTHENTICATE SP mechanism [SP ( base64 / "=" )]; mechanism = 1*20( ALPHA / DIGIT / "-" / "_" ) */
static void parse_authenticate(struct command_parser *parser)
{
    enum { MECHANISM_LENGTH_MOST = 20 };
    struct lexer *lexer = &parser->lexer;
    struct command *command = parser->command;
    if (lexer_space(lexer) != STATUS_OK)
        return;
    struct lexer before = *lexer;
    struct bytes mechanism;
    if (lexer_atom(lexer, &mechanism) != STATUS_OK)
        return;
    bool fits = is_tag(mechanism) && bytes_find(mechanism, 0, '.') == mechanism.size &&
                mechanism.size <= MECHANISM_LENGTH_MOST;
    if (!fits) {
        *lexer = before;
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "the name of a mechanism");
        return;
    }
    command->mechanism = mechanism;
    if (lexer_at_end(lexer) || lexer_space(lexer) != STATUS_OK)
        return;
    struct bytes rest = {lexer->octets + lexer->at, lexer->size - lexer->at};
    if (!is_base64(rest)) {
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "base64");
        return;
    }
    command->has_initial = true;
    command->initial = rest;
    lexer->at = lexer->size;
}

/* RESULT SP txn [SP pairs] */
static void parse_result(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct pairs pairs;
    parse_txn(parser, &parser->command->txn);
    if (lexer_at_end(lexer) || lexer_space(lexer) != STATUS_OK || !pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        if (pairs_is(&pairs, "WAIT"))
            lexer->status = lexer_number(lexer, &parser->command->wait_s);
        else
            parser_skip_pair(parser, &pairs);
    }
}

static void parse_cancel(struct command_parser *parser)
{
    parse_txn(parser, &parser->command->txn);
}

/* STATUS, ACK: 1*( SP txn ) */
static void parse_txns(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct command *command = parser->command;
    size_t capacity = 0;
    do {
        struct bytes txn = {0};
        parse_txn(parser, &txn);
        if (lexer->status != STATUS_OK)
            return;
        if (!arena_grow(parser->arena, (void **)&command->txns, &capacity, command->txn_count,
                        sizeof txn)) {
            parser_fail(parser, STATUS_MEMORY, (struct bytes){NULL, 0}, "fewer transaction ids");
            return;
        }
        command->txns[command->txn_count++] = txn;
    } while (!lexer_at_end(lexer));
}

static void parse_arguments(struct command_parser *parser)
{
    static void (*const arguments[])(struct command_parser *
                                     parser) = {[COMMAND_CAPABILITY] = parse_nothing,
                                                [COMMAND_NOOP] = parse_noop,
                                                [COMMAND_ID] = parse_id,
                                                [COMMAND_HEALTH] = parse_nothing,
                                                [COMMAND_LOGOUT] = parse_nothing,
                                                [COMMAND_AUTHENTICATE] = parse_authenticate,
                                                [COMMAND_CHECK] = parse_check,
                                                [COMMAND_RESULT] = parse_result,
                                                [COMMAND_STATUS] = parse_txns,
                                                [COMMAND_CANCEL] = parse_cancel,
                                                [COMMAND_ACK] = parse_txns};
    arguments[parser->command->verb](parser);
}

static void parse_tag(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct lexer before = *lexer;
    struct bytes tag;
    if (lexer_atom(lexer, &tag) == STATUS_OK && is_tag(tag)) {
        parser->command->tag = tag;
        return;
    }
    *lexer = before;
    lexer->status = lexer_fail(lexer, STATUS_PARSE, "a tag");
}

static void parse_verb(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct bytes word;
    size_t begin = lexer->at + 1;
    if (lexer_space(lexer) != STATUS_OK || lexer_atom(lexer, &word) != STATUS_OK)
        return;
    unsigned verb = 0;
    while (verb < COMMAND_COUNT && !bytes_equal_fold(word, bytes_of_text(command_word(verb))))
        verb++;
    parser->command->verb = verb;
    if (verb == COMMAND_COUNT) {
        lexer->at = begin;
        parser_fail(parser, STATUS_UNKNOWN_COMMAND, word, "a command");
    }
}

/* The content stands outside the octets: behind them and a SP. */
static void parse_end(struct command_parser *parser, bool content_follows)
{
    struct lexer *lexer = &parser->lexer;
    bool is_check = parser->command->verb == COMMAND_CHECK;
    if (is_check != content_follows)
        lexer->status =
            lexer_fail(lexer, STATUS_PARSE, is_check ? "the content, a literal" : "no content");
    if (is_check)
        lexer->status = lexer_space(lexer);
    lexer->status = lexer_end(lexer);
}

enum status command_parse(uint8_t *octets, size_t size, unsigned nesting, bool content_follows,
                          struct arena *arena, struct command *command,
                          struct command_problem *problem)
{
    struct command_parser parser = {.arena = arena, .command = command};
    struct lexer *lexer = &parser.lexer;
    lexer_init(lexer, octets, size, nesting);
    *command = (struct command){.verb = COMMAND_COUNT};
    parse_tag(&parser);
    parse_verb(&parser);
    if (lexer->status == STATUS_OK)
        parse_arguments(&parser);
    parse_end(&parser, content_follows);
    if (lexer->status != STATUS_OK)
        *problem = (struct command_problem){.status = lexer->status,
                                            .offset = lexer->wrong_at,
                                            .expected = lexer->expected,
                                            .word = parser.word};
    return lexer->status;
}

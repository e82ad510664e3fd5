/* Parses the arguments of CHECK but for its envelope and its content (spec/cccp.md 5.1).
 *
 *     CHECK txn channel envelope recipients options content */
#include "protocol/address.h"
#include "protocol/command_parse.h"

static void out_of_memory(struct command_parser *parser)
{
    parser_fail(parser, STATUS_MEMORY, (struct bytes){NULL, 0}, "a smaller command");
}

/* SP channel: a string or an atom of 1..64 octets of an atom. */
static void parse_channel(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct bytes *channel = &parser->command->channel;
    if (lexer_space(lexer) != STATUS_OK)
        return;
    struct lexer before = *lexer;
    if (lexer_text(lexer, channel) == STATUS_OK &&
        (!is_atom(*channel) || channel->size > CHANNEL_LENGTH_MOST)) {
        *lexer = before;
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a channel");
    }
}

/* How many recipients there are: looks ahead, takes nothing, changes nothing. */
static size_t count_recipients(struct command_parser *parser)
{
    struct lexer probe = parser->lexer;
    bool first = true;
    size_t count = 0;
    if (lexer_open(&probe) == STATUS_OK) {
        while (lexer_item(&probe, &first)) {
            if (lexer_skip(&probe, NULL) == STATUS_OK)
                count++;
        }
    }
    if (probe.status != STATUS_OK)
        parser->lexer = probe;
    return count;
}

/* NOTIFY (NEVER), NOTIFY (SUCCESS FAILURE DELAY) */
static bool is_notify(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    bool first = true, never = false, known = true;
    size_t count = 0;
    struct bytes word;
    if (lexer_peek(lexer) != TOKEN_OPEN || lexer_open(lexer) != STATUS_OK)
        return false;
    while (lexer_item(lexer, &first)) {
        if (lexer_atom(lexer, &word) != STATUS_OK)
            break;
        bool is_never = bytes_equal_fold(word, BYTES("NEVER"));
        never = never || is_never;
        known = known && (is_never || bytes_equal_fold(word, BYTES("SUCCESS")) ||
                          bytes_equal_fold(word, BYTES("FAILURE")) ||
                          bytes_equal_fold(word, BYTES("DELAY")));
        count++;
    }
    return lexer->status == STATUS_OK && known && count > 0 && (!never || count == 1);
}

/* ORCPT "type;address" */
static bool is_original_recipient(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct bytes text;
    if (lexer_peek(lexer) != TOKEN_STRING || lexer_string(lexer, &text) != STATUS_OK)
        return false;
    size_t semicolon = bytes_find(text, 0, ';');
    return semicolon > 0 && semicolon + 1 < text.size;
}

static void parse_parameters(struct command_parser *parser, struct recipient *recipient)
{
    struct lexer *lexer = &parser->lexer;
    struct pairs pairs;
    parser_raw(parser, &recipient->parameters);
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        bool fine = true;
        if (pairs_is(&pairs, "NOTIFY"))
            fine = is_notify(parser);
        else if (pairs_is(&pairs, "ORCPT"))
            fine = is_original_recipient(parser);
        else
            parser_skip_pair(parser, &pairs);
        if (!fine)
            parser_bad_value(parser, pairs.key);
    }
}

/* recipient = "(" id gap address [gap pairs] ")" */
static void parse_recipient(struct command_parser *parser, uint32_t before,
                            struct recipient *recipient)
{
    struct lexer *lexer = &parser->lexer;
    bool first = true;
    uint64_t id = 0;
    if (lexer_open(lexer) != STATUS_OK)
        return;
    size_t begin = lexer->at;
    if (lexer_number(lexer, &id) == STATUS_OK && (id <= before || id > UINT32_MAX)) {
        lexer->at = begin;
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "an id above the one before");
    }
    recipient->id = (uint32_t)id;
    if (lexer_space(lexer) != STATUS_OK || lexer_string(lexer, &recipient->address) != STATUS_OK)
        return;
    if (!is_address(recipient->address))
        parser_fail(parser, STATUS_BAD_ENVELOPE, BYTES("RECIPIENT"), "an address");
    first = false;
    if (!lexer_item(lexer, &first))
        return;
    parse_parameters(parser, recipient);
    lexer->status = lexer_close(lexer);
}

/* recipients = "(" recipient *( gap recipient ) ")" */
static void parse_recipients(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct command *command = parser->command;
    bool first = true;
    uint32_t before = 0;
    if (lexer_space(lexer) != STATUS_OK)
        return;
    size_t count = count_recipients(parser);
    if (count == 0) {
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "at least one recipient");
        return;
    }
    command->recipients = count <= SIZE_MAX / sizeof *command->recipients
                              ? arena_take(parser->arena, count * sizeof *command->recipients)
                              : NULL;
    if (!command->recipients) {
        out_of_memory(parser);
        return;
    }
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        struct recipient *recipient = &command->recipients[command->recipient_count];
        parse_recipient(parser, before, recipient);
        before = recipient->id;
        command->recipient_count += lexer->status == STATUS_OK;
    }
}

/* A word of ACCEPT: a disposition or a form; those that are not known are left out. */
static void note_accepted(struct check_options *options, struct bytes word)
{
    static const char *const forms[] = {
#define ACCEPT_FORM_WORD(name) #name,
        ACCEPT_FORM_ROWS(ACCEPT_FORM_WORD)};
    enum disposition disposition;
    if (disposition_of_word(word, &disposition))
        options->accept |= 1u << disposition;
    for (unsigned i = 0; i < ACCEPT_FORM_COUNT; i++) {
        if (bytes_equal_fold(word, bytes_of_text(forms[i])))
            options->forms |= 1u << i;
    }
}

/* ACCEPT (DELIVER REJECT … COPY …) */
static void parse_accept(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct check_options *options = &parser->command->options;
    struct bytes word;
    bool first = true;
    if (lexer_open(lexer) != STATUS_OK)
        return;
    while (lexer_item(lexer, &first)) {
        if (lexer_atom(lexer, &word) == STATUS_OK)
            note_accepted(options, word);
    }
    options->has_accept = true;
}

static void parse_options(struct command_parser *parser)
{
    struct lexer *lexer = &parser->lexer;
    struct check_options *options = &parser->command->options;
    struct pairs pairs;
    if (lexer_space(lexer) != STATUS_OK || !pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        if (pairs_is(&pairs, "DEADLINE"))
            lexer->status = lexer_number(lexer, &options->deadline_s);
        else if (pairs_is(&pairs, "PROGRESS"))
            lexer->status = lexer_number(lexer, &options->progress_s);
        else if (pairs_is(&pairs, "EXPLAIN"))
            lexer->status = lexer_yes(lexer, &options->explain);
        else if (pairs_is(&pairs, "DRYRUN"))
            lexer->status = lexer_yes(lexer, &options->dry_run);
        else if (pairs_is(&pairs, "ACCEPT"))
            parse_accept(parser);
        else
            parser_skip_pair(parser, &pairs);
    }
}

void parse_check(struct command_parser *parser)
{
    parse_txn(parser, &parser->command->txn);
    parse_channel(parser);
    parse_envelope(parser);
    parse_recipients(parser);
    parse_options(parser);
}

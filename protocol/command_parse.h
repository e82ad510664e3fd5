/* What the files that parse commands share. Nobody else includes it. */
#ifndef PROTOCOL_COMMAND_PARSE_H
#define PROTOCOL_COMMAND_PARSE_H

#include "protocol/command.h"
#include "protocol/pairs.h"

/* One command that is being parsed. */
struct command_parser {
    struct lexer lexer;
    struct arena *arena;
    struct command *command;
    struct bytes word; /* key that is not supported, or whose value cannot be */
};

/* Notes a failure that names a key. */
void parser_fail(struct command_parser *parser, enum status status, struct bytes word,
                 const char *expected);
/* The value of a known key is none that can be, though the list is one (parser_raw has seen it). */
void parser_bad_value(struct command_parser *parser, struct bytes key);
/* A value that the parser does not know: skipped, or refused when it is critical. */
void parser_skip_pair(struct command_parser *parser, struct pairs *pairs);
/* A list (or NIL) as it stands, not changed by pulls that come later: a copy when strings in it
 * have escapes. The lexer stays before it. */
void parser_raw(struct command_parser *parser, struct bytes *raw);
/* SP txn, SP channel. */
void parse_txn(struct command_parser *parser, struct bytes *txn);
/* Behind "CHECK": SP txn SP channel SP envelope SP recipients SP options. */
void parse_check(struct command_parser *parser);
/* Envelope: its pairs, and what of them is known. */
void parse_envelope(struct command_parser *parser);

#endif

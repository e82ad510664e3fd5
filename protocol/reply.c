/* Parses replies: the client's side of spec/cccp.md 3 and 7. The server may be hostile or broken:
 * what is not exactly a reply is STATUS_PARSE. */
#include "protocol/reply.h"

#include "protocol/pairs.h"

/* The octets that are left. */
static struct bytes rest_of(const struct lexer *lexer)
{
    return bytes_slice((struct bytes){lexer->octets, lexer->size}, lexer->at, lexer->size);
}

/* text = 1*( %x20-7E / UTF8-2 / UTF8-3 / UTF8-4 ), to the end of the line. */
static void read_text(struct lexer *lexer, struct bytes *text)
{
    *text = rest_of(lexer);
    bool fine = text->size > 0 && bytes_is_utf8(*text);
    for (size_t i = 0; i < text->size; i++)
        fine = fine && text->data[i] >= 0x20 && text->data[i] != 0x7F;
    if (!fine)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "text");
    lexer->at = lexer->size;
}

/* 1*32( ALPHA / DIGIT / "/" / "-" / "." ) */
static bool is_code_head(struct bytes head)
{
    enum { HEAD_LENGTH_MOST = 32 };
    for (size_t i = 0; i < head.size; i++) {
        struct bytes octet = bytes_slice(head, i, 1);
        if (octet.data[0] != '/' && (!is_tag(octet) || octet.data[0] == '_'))
            return false;
    }
    return head.size > 0 && head.size <= HEAD_LENGTH_MOST;
}

/* code = "[" head *( SP ( atom / quoted ) ) "]"; the lexer stands at "[". */
static void read_code(struct lexer *lexer, struct bytes *code)
{
    struct bytes item = {0};
    size_t begin = ++lexer->at;
    lexer->status = lexer_atom(lexer, &item);
    if (!is_code_head(item))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a code");
    while (lexer->status == STATUS_OK && lexer->at < lexer->size &&
           lexer->octets[lexer->at] == ' ') {
        lexer->at++;
        if (lexer->at < lexer->size && lexer->octets[lexer->at] == '"')
            lexer->status = lexer_skip(lexer, NULL);
        else
            lexer->status = lexer_atom(lexer, &item);
    }
    if (lexer->at >= lexer->size || lexer->octets[lexer->at] != ']')
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "\"]\"");
    *code = bytes_slice((struct bytes){lexer->octets, lexer->size}, begin, lexer->at - begin);
    lexer->at++;
}

/* [SP code] SP text */
static enum status read_state(struct lexer *lexer, struct reply *reply)
{
    lexer->status = lexer_space(lexer);
    struct bytes rest = rest_of(lexer);
    if (rest.size > 0 && rest.data[0] == '[') {
        read_code(lexer, &reply->code);
        lexer->status = lexer_space(lexer);
    }
    if (lexer->status == STATUS_OK)
        read_text(lexer, &reply->text);
    return lexer->status;
}

/* continue = "+" [SP text] */
static enum status read_continue(struct lexer *lexer, struct reply *reply)
{
    reply->kind = REPLY_CONTINUE;
    reply->tag = bytes_slice(rest_of(lexer), 0, 1);
    lexer->at++;
    if (lexer_at_end(lexer))
        return STATUS_OK;
    lexer->status = lexer_space(lexer);
    if (lexer->status == STATUS_OK && !lexer_at_end(lexer))
        read_text(lexer, &reply->text);
    return lexer->status;
}

static void note_state(struct reply *reply)
{
    static const struct {
        const char *word;
        enum completion completion;
        bool tagged;
    } states[] = {{"OK", COMPLETION_OK, true},
                  {"NO", COMPLETION_NO, true},
                  {"BAD", COMPLETION_BAD, true},
                  {"PREAUTH", COMPLETION_OK, false},
                  {"BYE", COMPLETION_BYE, false}};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (!bytes_equal_fold(reply->word, bytes_of_text(states[i].word)))
            continue;
        reply->is_state = states[i].tagged || reply->kind == REPLY_UNTAGGED;
        reply->completion = states[i].completion;
    }
    if (reply->is_state && reply->kind == REPLY_INTERMEDIATE)
        reply->kind = REPLY_COMPLETION;
}

enum status reply_parse(uint8_t *octets, size_t size, unsigned nesting, struct reply *reply)
{
    struct lexer *lexer = &reply->lexer;
    *reply = (struct reply){.kind = REPLY_INTERMEDIATE};
    lexer_init(lexer, octets, size, nesting);
    struct bytes line = rest_of(lexer);
    if (line.size > 0 && line.data[0] == '+')
        return read_continue(lexer, reply);
    lexer->status = lexer_atom(lexer, &reply->tag);
    if (bytes_equal(reply->tag, BYTES("*")))
        reply->kind = REPLY_UNTAGGED;
    else if (!is_tag(reply->tag))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a tag");
    lexer->status = lexer_space(lexer);
    if (lexer_atom(lexer, &reply->word) != STATUS_OK)
        return lexer->status;
    note_state(reply);
    return reply->is_state ? read_state(lexer, reply) : STATUS_OK;
}

/* Takes the value of a key whose value is a number: false when the key is another one. */
static bool read_count(struct lexer *lexer, const struct pairs *pairs,
                       struct reply_summary *summary)
{
    const struct {
        const char *key;
        uint64_t *number;
    } counts[] = {{"EXPECTED", &summary->tally.expected},
                  {"EXAMINED", &summary->tally.examined},
                  {"EXEMPT", &summary->tally.exempt},
                  {"UNEXAMINABLE", &summary->tally.unexaminable},
                  {"FAILED", &summary->tally.failed},
                  {"GENERATION", &summary->generation},
                  {"TIME", &summary->time_us}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (!pairs_is(pairs, counts[i].key))
            continue;
        lexer->status = lexer_number(lexer, counts[i].number);
        return true;
    }
    return false;
}

static void read_coverage(struct lexer *lexer, bool *full)
{
    static const char *const words[] = {"PARTIAL", "FULL"};
    unsigned index;
    lexer->status = lexer_word(lexer, words, 2, "FULL or PARTIAL", &index);
    if (lexer->status == STATUS_OK)
        *full = index == 1;
}

/* What a CLEAN must say besides: a full coverage whose counts agree. */
static bool clean_is_backed(const struct reply_summary *summary)
{
    const struct coverage_tally *tally = &summary->tally;
    return summary->full && tally->expected > 0 && tally->unexaminable == 0 && tally->failed == 0 &&
           tally->examined <= tally->expected && tally->exempt == tally->expected - tally->examined;
}

static void read_summary_pairs(struct lexer *lexer, struct reply_summary *summary)
{
    struct pairs pairs;
    bool has_verdict = false;
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        if (pairs_is(&pairs, "VERDICT")) {
            struct bytes word = {0};
            lexer->status = lexer_atom(lexer, &word);
            has_verdict = verdict_of_word(word, &summary->verdict);
        } else if (pairs_is(&pairs, "TRANSIENT")) {
            lexer->status = lexer_yes(lexer, &summary->transient);
        } else if (pairs_is(&pairs, "COVERAGE")) {
            read_coverage(lexer, &summary->full);
        } else if (pairs_is(&pairs, "REASONS")) {
            lexer->status = lexer_skip(lexer, &summary->reasons);
        } else if (pairs_is(&pairs, "REF")) {
            lexer->status = lexer_string(lexer, &summary->reference);
        } else if (!read_count(lexer, &pairs, summary)) {
            pairs_skip(&pairs);
        }
    }
    if (!has_verdict)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a verdict");
    if (summary->verdict == VERDICT_CLEAN && !clean_is_backed(summary))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a full coverage with CLEAN");
}

enum status reply_read_summary(struct lexer *lexer, struct reply_summary *summary)
{
    *summary = (struct reply_summary){.verdict = VERDICT_INCOMPLETE};
    lexer->status = lexer_space(lexer);
    read_summary_pairs(lexer, summary);
    return lexer_end(lexer);
}

/* NOTE lines: messages that the client is to send (spec/cccp.md 7.9).
 *
 *     tag NOTE number (KIND SENDER|RECIPIENT|ADMINISTRATOR FROM "" TO ("a@x" ..) SIZE n) INLINE
 * literal */
#include "protocol/address.h"
#include "protocol/list.h"
#include "protocol/pairs.h"
#include "protocol/reply.h"

enum { FORM_BYTES = 40 };

static const char *const kind_words[] = {
#define NOTE_WORD(name) #name,
    NOTE_KIND_ROWS(NOTE_WORD)};

static bool note_is_fine(const struct reply_note *note)
{
    bool fine = note->number > 0 && note->kind < NOTE_KIND_COUNT &&
                (note->sender.size == 0 || is_address(note->sender)) && note->recipient_count > 0 &&
                note->recipient_count <= REPLY_NOTE_RECIPIENTS_MOST;
    for (size_t i = 0; i < note->recipient_count && fine; i++)
        fine = is_address(note->recipients[i]);
    return fine;
}

enum status reply_write_note(struct buffer *out, const char *tag, const struct reply_note *note)
{
    struct writer writer;
    if (!note_is_fine(note))
        return STATUS_INVALID;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, bytes_of_text(tag));
    writer.reserve = FORM_BYTES;
    writer_atom(&writer, "NOTE");
    writer_number(&writer, note->number);
    writer_open(&writer);
    writer_pair_atom(&writer, "KIND", kind_words[note->kind]);
    writer_pair_string(&writer, "FROM", note->sender);
    writer_pair_strings(&writer, "TO", note->recipients, note->recipient_count);
    writer_pair_number(&writer, "SIZE", note->octets.size);
    writer_close(&writer);
    writer_atom(&writer, "INLINE");
    writer_literal(&writer, note->octets);
    return writer_end(&writer);
}

/* What a NOTE line must say. TO is missed by note_is_fine(). */
enum { HAS_KIND = 1, HAS_FROM = 2, HAS_SIZE = 4, HAS_ALL = 7 };

static void read_pairs(struct lexer *lexer, struct arena *arena, struct reply_note *note,
                       uint64_t *size)
{
    struct bytes *recipients = NULL;
    struct pairs pairs;
    unsigned seen = 0, kind = 0;
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        if (pairs_is(&pairs, "KIND")) {
            lexer->status = lexer_word(lexer, kind_words, NOTE_KIND_COUNT,
                                       "SENDER, RECIPIENT or ADMINISTRATOR", &kind);
            seen |= HAS_KIND;
        } else if (pairs_is(&pairs, "FROM")) {
            lexer->status = lexer_string(lexer, &note->sender);
            seen |= HAS_FROM;
        } else if (pairs_is(&pairs, "SIZE")) {
            lexer->status = lexer_number(lexer, size);
            seen |= HAS_SIZE;
        } else if (pairs_is(&pairs, "TO")) {
            lexer->status = list_strings(lexer, arena, REPLY_NOTE_RECIPIENTS_MOST, &recipients,
                                         &note->recipient_count);
        } else {
            pairs_skip(&pairs);
        }
    }
    note->kind = kind;
    note->recipients = recipients;
    if (seen != HAS_ALL)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "KIND, FROM, TO and SIZE");
}

enum status reply_read_note(struct lexer *lexer, struct arena *arena, struct reply_note *note)
{
    static const char *const forms[] = {"INLINE"};
    uint64_t number = 0, size = 0;
    unsigned form;
    *note = (struct reply_note){.number = 0};
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_number(lexer, &number);
    note->number = number <= UINT32_MAX ? (uint32_t)number : 0;
    lexer->status = lexer_space(lexer);
    read_pairs(lexer, arena, note, &size);
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_word(lexer, forms, 1, "INLINE", &form);
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_literal(lexer, &note->octets);
    if (lexer->status == STATUS_OK && (!note_is_fine(note) || note->octets.size != size))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a number, addresses and SIZE octets");
    return lexer_end(lexer);
}

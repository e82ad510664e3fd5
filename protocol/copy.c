/* Changed versions of a message: their lines on both wires (protocol/report.h, reply.h;
 * spec/cccp.md 7.8).
 *
 *     tag COPY number (SIZE n SHA256 "hex" BODY 7BIT|8BITMIME|BINARYMIME SMTPUTF8 YES|NO
 *                      [DKIM-BROKEN ("d=x.example s=key" ..)]) SPLICE segments / INLINE literal
 *
 * The digest is only carried here: who has the octets compares it. */
#include "protocol/list.h"
#include "protocol/pairs.h"
#include "protocol/reply.h"

enum { DIGEST_DIGITS = 2 * COPY_DIGEST_BYTES, FORM_BYTES = 40 };

static const char *const body_words[] = {
#define BODY_WORD(name) #name,
    BODY_KIND_ROWS(BODY_WORD)};

/* All that stands before the form. */
static void begin(struct writer *writer, struct buffer *out, struct bytes tag,
                  const struct report_copy *copy)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t text[DIGEST_DIGITS];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)digits[copy->digest[i / 2] >> (i % 2 ? 0 : 4) & 15];
    writer_begin(writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer->reserve = FORM_BYTES;
    writer_atom(writer, "COPY");
    writer_number(writer, copy->number);
    writer_open(writer);
    writer_pair_number(writer, "SIZE", copy->size);
    writer_pair_string(writer, "SHA256", (struct bytes){text, sizeof text});
    writer_pair_atom(writer, "BODY", body_words[copy->body]);
    writer_pair_atom(writer, "SMTPUTF8", copy->smtputf8 ? "YES" : "NO");
    if (copy->broken_count > 0)
        writer_pair_strings(writer, "DKIM-BROKEN", copy->broken, copy->broken_count);
    writer_close(writer);
    writer->reserve = 0;
}

enum status report_write_copy(const struct report_copy *copy, struct buffer *out, struct bytes tag)
{
    struct writer writer;
    begin(&writer, out, tag, copy);
    writer_atom(&writer, "SPLICE");
    splice_write(&writer, &copy->splice);
    return writer_end(&writer);
}

enum status reply_write_copy(struct buffer *out, const char *tag, const struct report_copy *copy,
                             bool is_inline, struct bytes octets)
{
    struct writer writer;
    if (!is_inline)
        return report_write_copy(copy, out, bytes_of_text(tag));
    if (octets.size != copy->size)
        return STATUS_INVALID;
    begin(&writer, out, bytes_of_text(tag), copy);
    writer_atom(&writer, "INLINE");
    writer_literal(&writer, octets);
    return writer_end(&writer);
}

static int value_of_digit(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* 64 hexadecimal digits, quoted. */
static void read_digest(struct lexer *lexer, uint8_t digest[COPY_DIGEST_BYTES])
{
    struct bytes text = {0};
    lexer->status = lexer_string(lexer, &text);
    bool fine = text.size == DIGEST_DIGITS;
    for (size_t i = 0; i < COPY_DIGEST_BYTES && fine; i++) {
        int high = value_of_digit(text.data[2 * i]), low = value_of_digit(text.data[2 * i + 1]);
        fine = high >= 0 && low >= 0;
        digest[i] = (uint8_t)(fine ? high << 4 | low : 0);
    }
    if (!fine)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "64 hexadecimal digits");
}

static void read_body(struct lexer *lexer, enum body_kind *body)
{
    unsigned index;
    lexer->status =
        lexer_word(lexer, body_words, BODY_KIND_COUNT, "7BIT, 8BITMIME or BINARYMIME", &index);
    if (lexer->status == STATUS_OK)
        *body = index;
}

static void read_broken(struct lexer *lexer, struct arena *arena, struct report_copy *copy)
{
    struct bytes *broken;
    lexer->status = list_strings(lexer, arena, COPY_SIGNATURES_MOST, &broken, &copy->broken_count);
    copy->broken = broken;
}

/* What a COPY line must say. */
enum { HAS_SIZE = 1, HAS_DIGEST = 2, HAS_BODY = 4, HAS_SMTPUTF8 = 8, HAS_ALL = 15 };

static void read_pairs(struct lexer *lexer, struct arena *arena, struct report_copy *copy)
{
    struct pairs pairs;
    unsigned seen = 0;
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        if (pairs_is(&pairs, "SIZE")) {
            lexer->status = lexer_number(lexer, &copy->size);
            seen |= HAS_SIZE;
        } else if (pairs_is(&pairs, "SHA256")) {
            read_digest(lexer, copy->digest);
            seen |= HAS_DIGEST;
        } else if (pairs_is(&pairs, "BODY")) {
            read_body(lexer, &copy->body);
            seen |= HAS_BODY;
        } else if (pairs_is(&pairs, "SMTPUTF8")) {
            lexer->status = lexer_yes(lexer, &copy->smtputf8);
            seen |= HAS_SMTPUTF8;
        } else if (pairs_is(&pairs, "DKIM-BROKEN")) {
            read_broken(lexer, arena, copy);
        } else {
            pairs_skip(&pairs);
        }
    }
    if (seen != HAS_ALL)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "SIZE, SHA256, BODY and SMTPUTF8");
}

enum status reply_read_copy(struct lexer *lexer, struct arena *arena, struct report_copy *copy,
                            bool *is_inline, struct bytes *octets)
{
    uint64_t number = 0;
    struct bytes word = {0};
    *copy = (struct report_copy){.number = 0};
    *octets = (struct bytes){NULL, 0};
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_number(lexer, &number);
    if (number == 0 || number > UINT32_MAX)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "the number of a copy");
    copy->number = (uint32_t)number;
    lexer->status = lexer_space(lexer);
    read_pairs(lexer, arena, copy);
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_atom(lexer, &word);
    lexer->status = lexer_space(lexer);
    *is_inline = bytes_equal_fold(word, BYTES("INLINE"));
    if (*is_inline)
        lexer->status = lexer_literal(lexer, octets);
    else if (bytes_equal_fold(word, BYTES("SPLICE")))
        lexer->status = splice_read(lexer, arena, &copy->splice);
    else
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "SPLICE or INLINE");
    if (*is_inline && octets->size != copy->size)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "as many octets as SIZE says");
    return lexer_end(lexer);
}

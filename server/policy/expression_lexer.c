/* Words of expressions.
 *
 *     name   = ( ALPHA / "_" ) *( ALPHA / DIGIT / "." / "-" / "_" )
 *     number = [ "-" ] 1*DIGIT [ "." 1*3DIGIT ] [ "K" / "M" / "G" ]
 *     text   = "'" *( any but "'" / "''" ) "'" / DQUOTE *( any but DQUOTE / 2DQUOTE ) DQUOTE
 *     list   = "@" name */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/policy/expression_inside.h"

#define NUMBER_MOST INT64_C(1000000000000)

static void fault_vwrite(struct expression_fault *fault, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* No control, no half character. */
static void fault_vwrite(struct expression_fault *fault, const char *format, va_list arguments)
{
    vsnprintf(fault->reason, sizeof fault->reason, format, arguments);
    size_t length = strlen(fault->reason);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)fault->reason[i] < 0x20 || fault->reason[i] == 0x7F)
            fault->reason[i] = '?';
    while (length > 0 && !bytes_is_utf8(bytes_of_text(fault->reason)))
        fault->reason[--length] = '\0';
}

enum status expression_fail(struct expression_reader *reader, size_t offset, const char *format,
                            ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_vwrite(reader->fault, format, arguments);
    va_end(arguments);
    reader->fault->offset = offset;
    return STATUS_INVALID;
}

enum status expression_fault_write(struct expression_fault *fault, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_vwrite(fault, format, arguments);
    va_end(arguments);
    return STATUS_INVALID;
}

static bool is_alpha(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || octet == '_';
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static uint8_t octet_at(const struct expression_reader *reader, size_t at)
{
    return at < reader->text.size ? reader->text.data[at] : 0;
}

/* The end of a name that begins at `at`. */
static size_t name_end(const struct expression_reader *reader, size_t at)
{
    while (is_alpha(octet_at(reader, at)) || is_digit(octet_at(reader, at)) ||
           octet_at(reader, at) == '.' || octet_at(reader, at) == '-')
        at++;
    return at;
}

static void end_word(struct expression_reader *reader, enum word_kind kind, size_t end)
{
    struct word *word = &reader->word;
    word->kind = kind;
    word->raw = bytes_slice(reader->text, word->offset, end - word->offset);
    reader->at = end;
}

/* Thousandths of up to three places behind the point. */
static int64_t read_fraction(const struct expression_reader *reader, size_t *at)
{
    static const int64_t weights[] = {100, 10, 1};
    int64_t fraction = 0;
    for (unsigned i = 0; i < 3 && is_digit(octet_at(reader, *at)); i++, (*at)++)
        fraction += (octet_at(reader, *at) - '0') * weights[i];
    return fraction;
}

static int64_t unit_of(uint8_t octet)
{
    return octet == 'K' ? 1 << 10 : octet == 'M' ? 1 << 20 : octet == 'G' ? 1 << 30 : 0;
}

static enum status next_number(struct expression_reader *reader)
{
    size_t start = reader->at, at = start;
    bool minus = octet_at(reader, at) == '-';
    at += minus ? 1 : 0;
    int64_t number = 0;
    for (; is_digit(octet_at(reader, at)); at++)
        if (number <= NUMBER_MOST)
            number = number * 10 + (octet_at(reader, at) - '0');
    number *= 1000;
    if (octet_at(reader, at) == '.' && is_digit(octet_at(reader, at + 1))) {
        at++;
        number += read_fraction(reader, &at);
    }
    int64_t unit = unit_of(octet_at(reader, at));
    if (unit > 0)
        at++;
    size_t end = name_end(reader, at);
    if (end > at)
        return expression_fail(reader, start,
                               "found %.*s, expected a number with K, M or G behind it or nothing, "
                               "and at most three places behind the point",
                               (int)(end - start > 40 ? 40 : end - start),
                               (const char *)reader->text.data + start);
    unit = unit > 0 ? unit : 1;
    if (number > NUMBER_MOST * 1000 / unit)
        return expression_fail(reader, start, "a number over 1000000000000");
    reader->word.number = (minus ? -number : number) * unit;
    end_word(reader, WORD_NUMBER, at);
    return STATUS_OK;
}

/* The text without its quotes; doubled ones stand for one. */
static enum status undouble(struct expression_reader *reader, size_t from, size_t to, uint8_t quote)
{
    struct bytes raw = bytes_slice(reader->text, from, to - from);
    reader->word.text = raw.size > 0 ? raw : BYTES("");
    if (bytes_find(raw, 0, quote) == raw.size)
        return STATUS_OK;
    uint8_t *text = arena_take(reader->names->arena, raw.size);
    size_t size = 0;
    if (text == NULL)
        return STATUS_MEMORY;
    for (size_t i = 0; i < raw.size; i++) {
        text[size++] = raw.data[i];
        i += raw.data[i] == quote ? 1 : 0;
    }
    reader->word.text = (struct bytes){text, size};
    return STATUS_OK;
}

static enum status next_text(struct expression_reader *reader)
{
    size_t start = reader->at, at = start + 1;
    uint8_t quote = octet_at(reader, start);
    while (at < reader->text.size &&
           (octet_at(reader, at) != quote || octet_at(reader, at + 1) == quote))
        at += octet_at(reader, at) == quote ? 2 : 1;
    if (at >= reader->text.size)
        return expression_fail(reader, start, "a text without its closing %c", quote);
    end_word(reader, WORD_TEXT, at + 1);
    return undouble(reader, start + 1, at, quote);
}

static enum status fail_foreign(struct expression_reader *reader, size_t offset)
{
    return expression_fail(reader, offset,
                           "a character that is none of ASCII stands outside quotes");
}

static enum status next_name(struct expression_reader *reader)
{
    size_t end = name_end(reader, reader->at);
    if (octet_at(reader, end) >= 0x80)
        return fail_foreign(reader, end);
    end_word(reader, WORD_NAME, end);
    return STATUS_OK;
}

static enum status next_list(struct expression_reader *reader)
{
    size_t start = reader->at, end = name_end(reader, start + 1);
    if (end == start + 1)
        return expression_fail(reader, start, "found \"@\", expected the name of a list behind it");
    end_word(reader, WORD_LIST, end);
    reader->word.text = bytes_slice(reader->text, start + 1, end - start - 1);
    return STATUS_OK;
}

static enum status next_sign(struct expression_reader *reader)
{
    static const char *const signs[] = {"==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ","};
    struct bytes rest = bytes_slice(reader->text, reader->at, SIZE_MAX);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        struct bytes sign = bytes_of_text(signs[i]);
        if (!bytes_equal(bytes_slice(rest, 0, sign.size), sign))
            continue;
        end_word(reader, WORD_SIGN, reader->at + sign.size);
        return STATUS_OK;
    }
    if (rest.data[0] == '=')
        return expression_fail(reader, reader->at, "found \"=\", expected \"==\"");
    if (rest.data[0] == '&' || rest.data[0] == '|' || rest.data[0] == '!')
        return expression_fail(reader, reader->at, "found \"%c\", expected and, or, not",
                               rest.data[0]);
    if (rest.data[0] < 0x20 || rest.data[0] == 0x7F)
        return expression_fail(reader, reader->at, "a control character");
    if (rest.data[0] < 0x80)
        return expression_fail(reader, reader->at,
                               "found \"%c\", expected a fact, a number, a text in quotes or an "
                               "operator",
                               rest.data[0]);
    return fail_foreign(reader, reader->at);
}

enum status expression_next(struct expression_reader *reader)
{
    while (octet_at(reader, reader->at) == ' ')
        reader->at++;
    uint8_t octet = octet_at(reader, reader->at);
    reader->word = (struct word){.offset = reader->at};
    if (reader->at == reader->text.size) {
        end_word(reader, WORD_END, reader->at);
        return STATUS_OK;
    }
    if (is_alpha(octet))
        return next_name(reader);
    if (is_digit(octet) || (octet == '-' && is_digit(octet_at(reader, reader->at + 1))))
        return next_number(reader);
    if (octet == '\'' || octet == '"')
        return next_text(reader);
    return octet == '@' ? next_list(reader) : next_sign(reader);
}

const char *word_describe(const struct word *word, char text[64])
{
    int size = word->raw.size < 40 ? (int)word->raw.size : 40;
    while (size > 0 && !bytes_is_utf8(bytes_slice(word->raw, 0, (size_t)size)))
        size--;
    const char *quote = word->kind == WORD_TEXT ? "" : "\"";
    if (word->kind == WORD_END)
        snprintf(text, 64, "the end");
    else
        snprintf(text, 64, "%s%.*s%s%s", quote, size, (const char *)word->raw.data, quote,
                 word->raw.size > (size_t)size ? "..." : "");
    return text;
}

bool word_is(const struct word *word, const char *name)
{
    return (word->kind == WORD_NAME || word->kind == WORD_SIGN) &&
           bytes_equal(word->raw, bytes_of_text(name));
}

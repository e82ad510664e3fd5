/* Writes lines of the grammar (spec/cccp.md 2 and 3). A line is built in place at the end of the
 * buffer; what fails is taken back by writer_end(). */
#include "protocol/writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A longer string is a literal, so that behind an id-set or an opening parenthesis, where no line
 * can break, TAIL_BYTES are enough for what comes before the next place where one can. */
enum { QUOTED_BYTES_MOST = 258, TAIL_BYTES = 384, NUMBER_BYTES = 32 };

static void fail(struct writer *writer, enum status status)
{
    if (writer->status == STATUS_OK)
        writer->status = status;
}

static void put(struct writer *writer, struct bytes octets)
{
    if (writer->status == STATUS_OK)
        fail(writer, buffer_append(writer->out, octets));
}

static size_t column(const struct writer *writer)
{
    return writer->out->size - writer->line_start;
}

/* Looks whether the physical line that ends here was short enough, and puts CRLF. */
static void put_line_end(struct writer *writer)
{
    if (writer->status == STATUS_OK && column(writer) > writer->line_limit)
        fail(writer, STATUS_LIMIT_LINE);
    put(writer, BYTES("\r\n"));
    writer->line_start = writer->out->size;
}

/* True when size more octets, the parentheses that must still close, what is reserved behind them
 * and a SP leave the physical line short enough. */
static bool fits(const struct writer *writer, size_t size)
{
    return column(writer) + size + writer->depth + writer->reserve + 2 <= writer->line_limit;
}

/* The SP that is due, with a line break behind it where the grammar allows one and the token of
 * size octets would not fit. */
static void put_gap(struct writer *writer, size_t size)
{
    if (writer->gap) {
        bool breaks = writer->depth > 0 && !fits(writer, size + 1);
        put(writer, BYTES(" "));
        if (breaks)
            put_line_end(writer);
    }
    writer->gap = true;
}

static void put_token(struct writer *writer, struct bytes token)
{
    put_gap(writer, token.size);
    put(writer, token);
}

void writer_begin(struct writer *writer, struct buffer *out, enum writer_literal literal,
                  size_t line_limit, struct bytes tag)
{
    *writer = (struct writer){.out = out,
                              .literal = literal,
                              .line_limit = line_limit,
                              .line_start = out->size,
                              .begin = out->size,
                              .status = STATUS_OK};
    put_token(writer, tag);
}

void writer_atom(struct writer *writer, const char *atom)
{
    writer_atom_bytes(writer, bytes_of_text(atom));
}

void writer_atom_bytes(struct writer *writer, struct bytes atom)
{
    if (!is_atom(atom))
        fail(writer, STATUS_INVALID);
    put_token(writer, atom);
}

void writer_number(struct writer *writer, uint64_t number)
{
    char text[NUMBER_BYTES];
    if (number > INT64_MAX)
        fail(writer, STATUS_INVALID);
    snprintf(text, sizeof text, "%" PRIu64, number);
    put_token(writer, bytes_of_text(text));
}

/* The size of string when it is quoted, 0 when it cannot be. */
static size_t quoted_size(struct bytes string)
{
    size_t size = string.size + 2;
    if (size > QUOTED_BYTES_MOST)
        return 0;
    for (size_t i = 0; i < string.size; i++) {
        uint8_t octet = string.data[i];
        if (octet < 0x20 || octet == 0x7F)
            return 0;
        size += octet == '"' || octet == '\\';
    }
    return size <= QUOTED_BYTES_MOST && bytes_is_utf8(string) ? size : 0;
}

static void put_quoted(struct writer *writer, struct bytes string)
{
    put(writer, BYTES("\""));
    for (size_t i = 0; i < string.size; i++) {
        if (string.data[i] == '"' || string.data[i] == '\\')
            put(writer, BYTES("\\"));
        put(writer, (struct bytes){string.data + i, 1});
    }
    put(writer, BYTES("\""));
}

/* "{n}" or "{n+}": returns its length. */
static size_t announcement(char text[NUMBER_BYTES], uint64_t size, bool waits)
{
    return (size_t)snprintf(text, NUMBER_BYTES, waits ? "{%" PRIu64 "}" : "{%" PRIu64 "+}", size);
}

void writer_string(struct writer *writer, struct bytes string)
{
    if (string.size > 0 && memchr(string.data, 0, string.size))
        fail(writer, STATUS_INVALID);
    size_t size = quoted_size(string);
    if (size > 0 && (writer->depth > 0 || fits(writer, size + 1))) {
        put_gap(writer, size);
        put_quoted(writer, string);
        return;
    }
    writer_literal(writer, string);
}

void writer_literal(struct writer *writer, struct bytes octets)
{
    writer_announce(writer, octets.size, writer->literal == WRITER_LITERAL_PLAIN);
    put_line_end(writer);
    put(writer, octets);
    writer->line_start = writer->out->size;
}

void writer_text(struct writer *writer, const char *text)
{
    writer_string(writer, bytes_of_text(text));
}

void writer_nil(struct writer *writer)
{
    put_token(writer, BYTES("NIL"));
}

void writer_open(struct writer *writer)
{
    put_gap(writer, TAIL_BYTES);
    put(writer, BYTES("("));
    writer->depth++;
    writer->gap = false;
}

void writer_close(struct writer *writer)
{
    assert(writer->depth > 0);
    writer->depth--;
    put(writer, BYTES(")"));
    writer->gap = true;
}

void writer_pair_number(struct writer *writer, const char *key, uint64_t number)
{
    writer_atom(writer, key);
    writer_number(writer, number);
}

void writer_pair_atom(struct writer *writer, const char *key, const char *atom)
{
    writer_atom(writer, key);
    writer_atom(writer, atom);
}

void writer_pair_string(struct writer *writer, const char *key, struct bytes string)
{
    writer_atom(writer, key);
    writer_string(writer, string);
}

void writer_pair_given(struct writer *writer, const char *key, struct bytes string)
{
    if (string.size > 0)
        writer_pair_string(writer, key, string);
}

void writer_pair_strings(struct writer *writer, const char *key, const struct bytes *strings,
                         size_t count)
{
    writer_atom(writer, key);
    writer_open(writer);
    for (size_t i = 0; i < count; i++)
        writer_string(writer, strings[i]);
    writer_close(writer);
}

void writer_pair_range(struct writer *writer, const char *key, struct range range)
{
    writer_atom(writer, key);
    writer_open(writer);
    writer_number(writer, range.offset);
    writer_number(writer, range.size);
    writer_close(writer);
}

static bool range_follows(const struct id_range *ranges, size_t i)
{
    return ranges[i].first > 0 && ranges[i].first <= ranges[i].last &&
           (i == 0 || ranges[i].first - 1 > ranges[i - 1].last);
}

void writer_ranges(struct writer *writer, const struct id_range *ranges, size_t count)
{
    if (count == 0)
        fail(writer, STATUS_INVALID);
    for (size_t i = 0; i < count; i++) {
        char text[NUMBER_BYTES];
        int size = ranges[i].first == ranges[i].last
                       ? snprintf(text, sizeof text, "%" PRIu32, ranges[i].first)
                       : snprintf(text, sizeof text, "%" PRIu32 ":%" PRIu32, ranges[i].first,
                                  ranges[i].last);
        struct bytes token = {(const uint8_t *)text, (size_t)size};
        if (!range_follows(ranges, i))
            fail(writer, STATUS_INVALID);
        if (i == 0) {
            put_token(writer, token);
            continue;
        }
        put(writer, BYTES(","));
        if (!fits(writer, token.size + TAIL_BYTES))
            put_line_end(writer);
        put(writer, token);
    }
}

/* Also what becomes a blank. */
static bool ends_like_a_line_that_goes_on(uint8_t octet)
{
    return octet <= ' ' || octet == 0x7F || octet == ',' || octet == '}';
}

void writer_rest(struct writer *writer, const char *text)
{
    struct bytes rest = bytes_of_text(text);
    size_t room = column(writer) < writer->line_limit ? writer->line_limit - column(writer) : 0;
    bool is_text = bytes_is_utf8(rest);
    if (writer->gap && room > 0)
        room--;
    if (rest.size > room)
        rest.size = room;
    while (is_text && rest.size > 0 && !bytes_is_utf8(rest))
        rest.size--;
    while (rest.size > 0 && ends_like_a_line_that_goes_on(rest.data[rest.size - 1]))
        rest.size--;
    if (rest.size > 0)
        put_gap(writer, 0);
    for (size_t i = 0; i < rest.size; i++) {
        uint8_t octet = rest.data[i];
        bool odd = octet < 0x20 || octet == 0x7F || (!is_text && octet >= 0x80);
        put(writer, odd ? BYTES(" ") : (struct bytes){&octet, 1});
    }
}

void writer_code(struct writer *writer, const char *code, bool has_number, uint64_t number)
{
    char text[NUMBER_BYTES] = "";
    if (has_number)
        snprintf(text, sizeof text, " %" PRIu64, number);
    put_gap(writer, 0);
    put(writer, BYTES("["));
    put(writer, bytes_of_text(code));
    put(writer, bytes_of_text(text));
    put(writer, BYTES("]"));
}

void writer_announce(struct writer *writer, uint64_t size, bool waits)
{
    char text[NUMBER_BYTES];
    size_t length = announcement(text, size, waits);
    put_token(writer, (struct bytes){(const uint8_t *)text, length});
}

enum status writer_end(struct writer *writer)
{
    assert(writer->status != STATUS_OK || writer->depth == 0);
    put_line_end(writer);
    if (writer->status != STATUS_OK)
        writer->out->size = writer->begin;
    return writer->status;
}

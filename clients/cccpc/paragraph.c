#include "clients/cccpc/paragraph.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

enum { PIECE_BYTES = 4096, ESCAPED_BYTES = 7, HEX_ESCAPE_BYTES = 4 };
enum { FILLED_COLUMNS = PARAGRAPH_COLUMNS - 2 }; /* behind them a gap's mark may still stand */

/* The character at text (UTF-8, or an octet that is none), and its size. */
static uint32_t character_at(const char *text, size_t *size)
{
    const uint8_t *octets = (const uint8_t *)text;
    uint32_t code = octets[0];
    size_t more = code >= 0xF0 ? 3 : code >= 0xE0 ? 2 : code >= 0xC0 ? 1 : 0;
    if (more > 0)
        code &= 0x3Fu >> more;
    for (*size = 1; *size <= more && (octets[*size] & 0xC0) == 0x80; (*size)++)
        code = code << 6 | (octets[*size] & 0x3F);
    return code;
}

/* Controls, separators of lines and paragraphs, and what turns the reading direction. */
static bool is_treacherous(uint32_t code)
{
    static const uint32_t ranges[][2] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},
                                         {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}};
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    }
    return false;
}

static unsigned columns_of(const char *text)
{
    unsigned columns = 0;
    for (; *text; text++)
        columns += ((uint8_t)*text & 0xC0) != 0x80;
    return columns;
}

/* text with \uHHHH for what is treacherous; out has room for ESCAPED_BYTES for each octet. */
static void defuse(const char *text, char *out)
{
    for (size_t size; *text; text += size) {
        uint32_t code = character_at(text, &size);
        if (is_treacherous(code)) {
            out += snprintf(out, ESCAPED_BYTES, "\\u%04X", (unsigned)code);
            continue;
        }
        memcpy(out, text, size);
        out += size;
    }
    *out = '\0';
}

/* Size of text without the blanks at its end. */
static int ink_of(const char *text)
{
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == ' ')
        size--;
    return (int)size;
}

static void put(struct paragraph *paragraph, const char *gap, const char *piece)
{
    unsigned columns = columns_of(piece);
    if (!paragraph->begun)
        gap = "";
    if (paragraph->begun && paragraph->column + columns_of(gap) + columns > FILLED_COLUMNS) {
        fprintf(paragraph->out, "%.*s\n%*s", ink_of(gap), gap, (int)paragraph->indent, "");
        paragraph->column = paragraph->indent;
        gap = "";
    }
    fprintf(paragraph->out, "%s%s", gap, piece);
    paragraph->column += columns_of(gap) + columns;
    paragraph->begun = true;
}

void paragraph_begin(struct paragraph *paragraph, FILE *out, unsigned indent, unsigned hanging)
{
    *paragraph = (struct paragraph){.out = out, .indent = indent + hanging, .column = indent};
    fprintf(out, "%*s", (int)indent, "");
}

void paragraph_put(struct paragraph *paragraph, const char *gap, const char *format, ...)
{
    char piece[PIECE_BYTES], safe[PIECE_BYTES * ESCAPED_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(piece, sizeof(piece), format, arguments);
    va_end(arguments);
    defuse(piece, safe);
    put(paragraph, gap, safe);
}

void paragraph_words(struct paragraph *paragraph, const char *gap, const char *text)
{
    for (size_t size; text && *text; text += size + (text[size] == ' ')) {
        size = strcspn(text, " ");
        paragraph_put(paragraph, gap, "%.*s", (int)size, text);
        gap = " ";
    }
}

void paragraph_end(struct paragraph *paragraph)
{
    fputc('\n', paragraph->out);
}

/* How much of text goes into a line of so many octets. */
static size_t line_of(const char *text, size_t most)
{
    size_t size = strnlen(text, most + 1);
    if (size <= most)
        return size;
    for (size_t back = 1; back < HEX_ESCAPE_BYTES; back++) {
        if (text[most - back] == '\\')
            return most - back;
    }
    while (most > 1 && ((uint8_t)text[most] & 0xC0) == 0x80)
        most--;
    return most;
}

void paragraph_quote(FILE *out, unsigned indent, char mark, const char *text)
{
    char safe[PIECE_BYTES * ESCAPED_BYTES];
    size_t most = PARAGRAPH_COLUMNS - indent - 2, size;
    char piece[PIECE_BYTES];
    snprintf(piece, sizeof(piece), "%s", text);
    defuse(piece, safe);
    for (const char *at = safe; *at; at += size) {
        size = line_of(at, most);
        fprintf(out, "%*s%c %.*s\n", (int)indent, "", mark, (int)size, at);
    }
}

void paragraph_plain(FILE *out, const char *text)
{
    char safe[PIECE_BYTES * ESCAPED_BYTES], piece[PIECE_BYTES];
    snprintf(piece, sizeof(piece), "%s", text);
    defuse(piece, safe);
    fputs(safe, out);
}

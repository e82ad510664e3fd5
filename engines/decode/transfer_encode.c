#include "engines/decode/transfer_encode.h"

#include <string.h>

/* Counts without octets. */
struct writing {
    uint8_t *octets;
    size_t size, column;
    struct bytes line_break;
};

static inline void put(struct writing *writing, uint8_t octet)
{
    if (writing->octets != NULL)
        writing->octets[writing->size] = octet;
    writing->size++;
    writing->column++;
}

static void put_break(struct writing *writing)
{
    for (size_t i = 0; i < writing->line_break.size; i++)
        put(writing, writing->line_break.data[i]);
    writing->column = 0;
}

const char *transfer_form_word(enum transfer_form form)
{
    static const char *const words[FORM_COUNT] = {"7bit", "8bit", "quoted-printable", "base64"};

    return words[form];
}

/* Octets of a line break that stands there, 0 for none: of lines that end with LF alone CRLF is one
 * too. */
static inline size_t break_at(struct bytes octets, size_t at, struct bytes line_break)
{
    if (octets.data[at] == '\n')
        return line_break.size == 1;
    return octets.data[at] == '\r' && at + 1 < octets.size && octets.data[at + 1] == '\n' ? 2 : 0;
}

bool transfer_form_carries(enum transfer_form form, struct bytes octets, struct bytes line_break)
{
    size_t length = 0;

    if (form == FORM_QUOTED_PRINTABLE || form == FORM_BASE64)
        return true;
    for (size_t at = 0; at < octets.size;) {
        uint8_t octet = octets.data[at];
        bool is_break = octet == '\r' || octet == '\n';
        size_t size = is_break ? break_at(octets, at, line_break) : 1;

        length = is_break ? 0 : length + 1;
        if (size == 0 || octet == 0 || length > FORM_LINE_MOST ||
            (octet >= 0x80 && form == FORM_7BIT))
            return false;
        at += size;
    }
    return true;
}

static bool is_plain(uint8_t octet)
{
    return (octet >= 33 && octet <= 126 && octet != '=') || octet == ' ' || octet == '\t';
}

enum transfer_form transfer_form_encoded(struct bytes octets, struct bytes line_break,
                                         bool has_lines)
{
    size_t escapes = 0;

    if (!has_lines)
        return FORM_BASE64;
    for (size_t at = 0; at < octets.size;) {
        size_t size = break_at(octets, at, line_break);

        escapes += size == 0 && !is_plain(octets.data[at]);
        at += size > 0 ? size : 1;
    }
    /* two octets more for each escape, against a third more of all */
    return escapes > octets.size / 6 ? FORM_BASE64 : FORM_QUOTED_PRINTABLE;
}

enum transfer_form transfer_form_lightest(struct bytes octets, struct bytes line_break,
                                          bool allows_8bit, bool has_lines)
{
    if (has_lines && transfer_form_carries(FORM_7BIT, octets, line_break))
        return FORM_7BIT;
    if (has_lines && allows_8bit && transfer_form_carries(FORM_8BIT, octets, line_break))
        return FORM_8BIT;
    return transfer_form_encoded(octets, line_break, has_lines);
}

static void write_base64(struct bytes octets, struct writing *writing)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t at = 0; at < octets.size; at += 3) {
        size_t left = octets.size - at < 3 ? octets.size - at : 3;
        uint32_t bits = (uint32_t)octets.data[at] << 16 |
                        (left > 1 ? (uint32_t)octets.data[at + 1] << 8 : 0) |
                        (left > 2 ? octets.data[at + 2] : 0);

        if (writing->column == FORM_ENCODED_LINE)
            put_break(writing);
        for (unsigned i = 0; i < 4; i++)
            put(writing, i <= left ? (uint8_t)digits[bits >> (18 - 6 * i) & 63] : '=');
    }
}

/* A blank stands for itself only where something else of its line follows. */
static bool is_literal(struct bytes octets, size_t at, struct bytes line_break)
{
    uint8_t octet = octets.data[at];

    if (octet != ' ' && octet != '\t')
        return is_plain(octet);
    return at + 1 < octets.size && break_at(octets, at + 1, line_break) == 0;
}

static void write_quoted(struct bytes octets, struct writing *writing)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t at = 0; at < octets.size;) {
        size_t size = break_at(octets, at, writing->line_break);
        bool literal = size == 0 && is_literal(octets, at, writing->line_break);

        if (size > 0) {
            put_break(writing);
            at += size;
            continue;
        }
        if (writing->column + (literal ? 1 : 3) > FORM_ENCODED_LINE - 1) {
            put(writing, '=');
            put_break(writing);
        }
        put(writing, literal ? octets.data[at] : '=');
        if (!literal) {
            put(writing, (uint8_t)digits[octets.data[at] >> 4]);
            put(writing, (uint8_t)digits[octets.data[at] & 15]);
        }
        at++;
    }
}

static void write_plain(struct bytes octets, struct writing *writing)
{
    for (size_t at = 0; at < octets.size;) {
        size_t size = break_at(octets, at, writing->line_break);

        if (size > 0)
            put_break(writing);
        else
            put(writing, octets.data[at]);
        at += size > 0 ? size : 1;
    }
}

static size_t write_form(enum transfer_form form, struct bytes octets, struct bytes line_break,
                         uint8_t *out)
{
    static void (*const writers[FORM_COUNT])(struct bytes, struct writing *) = {
        write_plain, write_plain, write_quoted, write_base64};
    struct writing writing = {.octets = out, .line_break = line_break};

    writers[form](octets, &writing);
    return writing.size;
}

size_t transfer_encode_room(enum transfer_form form, struct bytes octets, struct bytes line_break)
{
    return write_form(form, octets, line_break, NULL);
}

size_t transfer_encode(enum transfer_form form, struct bytes octets, struct bytes line_break,
                       uint8_t *out)
{
    return write_form(form, octets, line_break, out);
}

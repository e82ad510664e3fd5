/* Finds where files begin within text, by the first octets of lines, and where they end. */
#include "engines/decode/embedded.h"

#include <string.h>

#include "engines/decode/decoder.h"
#include "engines/message/header.h"

enum { JUNK_LINES_MOST = 3, BLANK_LINES_MOST = 8 };

struct beginning {
    uint8_t first; /* octet of the line */
    /* Whether a file begins with the line from `at`; fills in all but the end of the block. */
    bool (*read)(struct bytes octets, size_t at, struct embedded *found);
    bool (*is_end)(struct bytes line);
    bool has_end; /* the line that ends it belongs to it */
};

static bool is_octal(uint8_t octet)
{
    return octet >= '0' && octet <= '7';
}

/* "644 name": octal digits, as many as there are, and a name when there is one. */
static bool read_mode(struct bytes rest, struct bytes *name)
{
    size_t at = 0, digits;

    while (at < rest.size && rest.data[at] == ' ')
        at++;
    digits = at;
    while (at < rest.size && is_octal(rest.data[at]))
        at++;
    *name = bytes_slice(rest, at + 1, SIZE_MAX);
    return at > digits && (at == rest.size || rest.data[at] == ' ');
}

/* The line from `at`, or behind a few blank ones. */
static struct bytes line_behind_blank_ones(struct bytes octets, size_t at)
{
    struct bytes line = {0};

    for (unsigned i = 0; i <= BLANK_LINES_MOST && at < octets.size && line_is_blank(line); i++)
        line = line_at(octets, at, &at);
    return line;
}

static bool is_base64_line(struct bytes line)
{
    if (line.size == 0 || line.size % 4 != 0 || line.data[0] == '=')
        return false;
    for (size_t i = 0; i < line.size; i++) {
        uint8_t octet = line.data[i];

        if (!(octet >= '0' && octet <= '9') && !((octet | 0x20) >= 'a' && (octet | 0x20) <= 'z') &&
            octet != '+' && octet != '/' && octet != '=')
            return false;
    }
    return true;
}

/* A data line among the first lines: some readers pass over what is none. */
static bool has_data_soon(struct bytes octets, size_t at)
{
    for (unsigned i = 0; i < JUNK_LINES_MOST && at < octets.size; i++) {
        if (decode_begins_uu(line_behind_blank_ones(octets, at)))
            return true;
        (void)line_at(octets, at, &at);
    }
    return false;
}

/* "begin 644 name" and a data line. */
static bool read_uuencode(struct bytes octets, size_t at, struct embedded *found)
{
    static const char word[] = "begin ";
    size_t next;
    struct bytes line = line_at(octets, at, &next);

    found->encoding = ENCODING_UUENCODE;
    found->block.offset = at;
    return line_begins(line, word) &&
           read_mode(bytes_slice(line, sizeof word - 1, SIZE_MAX), &found->name) &&
           has_data_soon(octets, next);
}

/* "begin-base64 644 name" and a line of base64, where the block begins. */
static bool read_base64(struct bytes octets, size_t at, struct embedded *found)
{
    static const char word[] = "begin-base64 ";
    size_t next, behind;
    struct bytes line = line_at(octets, at, &next);

    found->encoding = ENCODING_BASE64;
    found->block.offset = next;
    return line_begins(line, word) &&
           read_mode(bytes_slice(line, sizeof word - 1, SIZE_MAX), &found->name) &&
           is_base64_line(line_at(octets, next, &behind));
}

static bool read_yenc(struct bytes octets, size_t at, struct embedded *found)
{
    size_t next;
    struct bytes line = line_at(octets, at, &next);
    uint64_t number;

    line = bytes_slice(line, 0, LINE_HELD_MOST);
    found->encoding = ENCODING_YENC;
    found->block.offset = at;
    if (!line_begins(line, "=ybegin ") || !yenc_name(line, &found->name))
        return false;
    found->is_partial = yenc_number(line, " part=", 10, &number);
    return yenc_number(line, " line=", 10, &number) || yenc_number(line, " size=", 10, &number);
}

/* ":" and characters with a whole header, whose sum is right. */
static bool read_binhex(struct bytes octets, size_t at, struct embedded *found)
{
    enum { HEADER_CHARACTERS = 256 };

    found->encoding = ENCODING_BINHEX;
    found->block.offset = at;
    return binhex_name(bytes_slice(octets, at + 1, HEADER_CHARACTERS), found->name_room,
                       &found->name);
}

/* The comment that RFC 1741 wants, a few blank lines and ":": the header need not be right. */
static bool read_commented(struct bytes octets, size_t at, struct embedded *found)
{
    size_t next;

    if (!line_begins(bytes_slice(octets, at, sizeof BINHEX_COMMENT), BINHEX_COMMENT))
        return false;
    (void)line_at(octets, at, &next);
    for (unsigned i = 0; i < BLANK_LINES_MOST && next < octets.size; i++) {
        if (octets.data[next] == ':') {
            (void)read_binhex(octets, next, found);
            return true;
        }
        if (!line_is_blank(line_at(octets, next, &next)))
            break;
    }
    return false;
}

static bool is_uu_end(struct bytes line)
{
    return line.size == 3 && memcmp(line.data, "end", 3) == 0;
}

static bool is_base64_end(struct bytes line)
{
    return line_begins(line, "====") || is_uu_end(line);
}

static bool is_yenc_end(struct bytes line)
{
    return line_begins(line, "=yend");
}

static bool is_binhex_end(struct bytes line)
{
    return bytes_find(line, 0, ':') < line.size;
}

static const struct beginning beginnings[] = {{'b', read_uuencode, is_uu_end, true},
                                              {'b', read_base64, is_base64_end, false},
                                              {'=', read_yenc, is_yenc_end, true},
                                              {':', read_binhex, is_binhex_end, true},
                                              {'(', read_commented, is_binhex_end, true}};

enum { BEGINNINGS = sizeof beginnings / sizeof beginnings[0] };

static bool may_begin(uint8_t first)
{
    return first == 'b' || first == '=' || first == ':' || first == '(';
}

static const struct beginning *beginning_at(struct bytes octets, size_t at, struct embedded *found)
{
    uint8_t first = octets.data[at];

    for (size_t i = 0; i < BEGINNINGS; i++) {
        *found = (struct embedded){.is_partial = false};
        if (beginnings[i].first == first && beginnings[i].read(octets, at, found))
            return &beginnings[i];
    }
    return NULL;
}

static size_t behind_line(struct bytes octets, size_t at)
{
    size_t end = bytes_find(octets, at, '\n');

    return end < octets.size ? end + 1 : end;
}

/* Where the block ends that begins at *at; *at is moved to where reading goes on. */
static size_t end_of(const struct beginning *beginning, struct bytes octets, size_t *at)
{
    bool is_binhex = beginning->is_end == is_binhex_end;
    struct embedded other;
    size_t begin = *at;

    while (*at < octets.size) {
        size_t line_begin = *at;
        struct bytes line = line_at(octets, line_begin, at);

        if (line_begin == begin && is_binhex)
            line = bytes_slice(line, 1, SIZE_MAX);
        if (beginning->is_end(line))
            return beginning->has_end ? *at : line_begin;
        if (line_begin > begin && may_begin(octets.data[line_begin]) &&
            beginning_at(octets, line_begin, &other) != NULL) {
            *at = line_begin;
            return line_begin;
        }
    }
    return octets.size;
}

bool embedded_next(struct bytes octets, size_t *at, struct embedded *found)
{
    while (*at < octets.size) {
        const struct beginning *beginning =
            may_begin(octets.data[*at]) ? beginning_at(octets, *at, found) : NULL;

        if (beginning != NULL) {
            *at = (size_t)found->block.offset;
            found->block.size = end_of(beginning, octets, at) - found->block.offset;
            return true;
        }
        *at = behind_line(octets, *at);
    }
    return false;
}

const char *embedded_word(enum transfer_encoding encoding)
{
    if (encoding == ENCODING_YENC)
        return "x-yenc";
    if (encoding == ENCODING_BINHEX)
        return "x-binhex40";
    return encoding == ENCODING_BASE64 ? "base64" : "x-uuencode";
}

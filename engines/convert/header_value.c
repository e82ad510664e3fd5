/* Text is cut into pieces at single blanks; pieces that cannot stand as they are become encoded
 * words, neighbours of them together, as blanks between encoded words are not shown (RFC 2047 6.2).
 * A line is folded before a piece that does not fit. */
#include "engines/convert/header_value.h"

#include <string.h>

enum { WORD_AROUND = 12, /* "=?UTF-8?Q?" and "?=" */ WORD_LEAST = 24, PIECE_MOST = 900 };

struct making {
    struct buffer out;
    size_t column;
    const struct header_style *style;
    bool ends_before_word; /* an encoded word follows: a blank before it belongs into ours */
    enum status status;    /* the first failure sticks */
};

static void put(struct making *making, struct bytes octets)
{
    if (making->status == STATUS_OK)
        making->status = buffer_append(&making->out, octets);
    making->column += octets.size;
}

static void fold(struct making *making)
{
    put(making, making->style->line_break);
    put(making, BYTES(" "));
    making->column = 1;
}

/* Octets of the character at `at`, 1 for what is no UTF-8. */
static size_t character_size(struct bytes text, size_t at)
{
    for (size_t size = 1; size <= 4 && at + size <= text.size; size++) {
        if (bytes_is_utf8(bytes_slice(text, at, size)))
            return size;
    }
    return 1;
}

/* Controls become blanks, octets that are no UTF-8 U+FFFD; no blanks around it. */
static enum status clean(struct bytes text, struct buffer *out)
{
    enum status status = STATUS_OK;
    size_t size, begin = 0;

    for (size_t at = 0; at < text.size && status == STATUS_OK; at += size) {
        struct bytes one = bytes_slice(text, at, size = character_size(text, at));
        bool is_control = one.data[0] < ' ' || one.data[0] == 0x7F ||
                          (one.size == 2 && one.data[0] == 0xC2 && one.data[1] < 0xA0);

        if (is_control)
            one = BYTES(" ");
        else if (one.size == 1 && one.data[0] > 0x7F)
            one = BYTES("\xEF\xBF\xBD");
        status = buffer_append(out, one);
    }
    while (out->size > 0 && out->data[out->size - 1] == ' ')
        out->size--;
    while (begin < out->size && out->data[begin] == ' ')
        begin++;
    buffer_drop(out, begin);
    return status;
}

/* Behind the piece that begins at `at`: at a single blank, or the end. */
static size_t piece_end(struct bytes text, size_t at)
{
    for (; at < text.size; at++) {
        if (text.data[at] == ' ' && text.data[at - 1] != ' ' && text.data[at + 1] != ' ')
            break;
    }
    return at;
}

static bool needs_encoding(struct bytes piece, const struct header_style *style)
{
    if (piece.size > PIECE_MOST)
        return true;
    for (size_t i = 0; i < piece.size; i++) {
        if (piece.data[i] > '~' && !style->is_international)
            return true;
        if (piece.data[i] == '=' && i + 1 < piece.size && piece.data[i + 1] == '?')
            return true;
    }
    return false;
}

/* What stands for itself in an encoded word wherever it is (RFC 2047 5 (3)), and the blank. */
static bool is_plain_in_q(uint8_t octet)
{
    uint8_t letter = octet | 0x20;

    return (letter >= 'a' && letter <= 'z') || (octet >= '0' && octet <= '9') ||
           memchr("!*+-/ ", octet, 6) != NULL;
}

static size_t q_size(struct bytes text)
{
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++)
        size += is_plain_in_q(text.data[i]) ? 1 : 3;
    return size;
}

static void put_q(struct making *making, struct bytes text)
{
    static const char digits[] = "0123456789ABCDEF";

    put(making, BYTES("=?UTF-8?Q?"));
    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];
        const uint8_t escape[3] = {'=', (uint8_t)digits[octet >> 4], (uint8_t)digits[octet & 15]};

        if (octet == ' ')
            put(making, BYTES("_"));
        else if (is_plain_in_q(octet))
            put(making, bytes_slice(text, i, 1));
        else
            put(making, (struct bytes){escape, sizeof escape});
    }
    put(making, BYTES("?="));
}

static void put_b(struct making *making, struct bytes text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    put(making, BYTES("=?UTF-8?B?"));
    for (size_t i = 0; i < text.size; i += 3) {
        struct bytes three = bytes_slice(text, i, 3);
        uint32_t bits = (uint32_t)three.data[0] << 16 |
                        (three.size > 1 ? (uint32_t)three.data[1] << 8 : 0) |
                        (three.size > 2 ? three.data[2] : 0);
        uint8_t four[4] = {(uint8_t)letters[bits >> 18], (uint8_t)letters[bits >> 12 & 63],
                           three.size > 1 ? (uint8_t)letters[bits >> 6 & 63] : '=',
                           three.size > 2 ? (uint8_t)letters[bits & 63] : '='};

        put(making, (struct bytes){four, sizeof four});
    }
    put(making, BYTES("?="));
}

/* How much of the text, in whole characters, one word of `room` octets holds. */
static size_t fitting(struct bytes text, size_t room, bool is_q)
{
    size_t taken = 0, size;

    while (taken < text.size) {
        size = character_size(text, taken);
        if (is_q ? q_size(bytes_slice(text, 0, taken + size)) > room
                 : (taken + size + 2) / 3 * 4 > room)
            break;
        taken += size;
    }
    return taken;
}

/* Encoded words for all of it, the first one behind what stands in the line. */
static void put_encoded(struct making *making, struct bytes text)
{
    bool is_q = q_size(text) <= (text.size + 2) / 3 * 4;

    while (text.size > 0 && making->status == STATUS_OK) {
        size_t room, taken;

        if (making->column + WORD_LEAST > HEADER_LINE_WIDTH)
            fold(making);
        room = HEADER_LINE_WIDTH - making->column;
        room = (room < HEADER_WORD_MOST ? room : HEADER_WORD_MOST) - WORD_AROUND;
        taken = fitting(text, room, is_q);
        (is_q ? put_q : put_b)(making, bytes_slice(text, 0, taken));
        text = bytes_slice(text, taken, SIZE_MAX);
        if (text.size > 0)
            fold(making);
    }
}

/* Pieces that are encoded together. The blank behind them is shown only from within when an encoded
 * word follows. */
static void put_run(struct making *making, struct bytes run, bool is_last)
{
    struct buffer text;

    buffer_init(&text, SIZE_MAX);
    if (making->status == STATUS_OK)
        making->status = buffer_append(&text, run);
    if (is_last && making->ends_before_word && making->status == STATUS_OK)
        making->status = buffer_append_octet(&text, ' ');
    put_encoded(making, buffer_bytes(&text));
    buffer_clear(&text);
}

/* A blank before what follows in the line, or a fold when it does not fit. */
static void separate(struct making *making, size_t size)
{
    if (making->column + 1 + size > HEADER_LINE_WIDTH)
        fold(making);
    else
        put(making, BYTES(" "));
}

/* Behind the last of the pieces from `at` that are encoded together. */
static size_t run_end(struct bytes text, size_t at, const struct header_style *style)
{
    size_t end = piece_end(text, at), next;

    while (end < text.size) {
        next = piece_end(text, end + 1);
        if (!needs_encoding(bytes_slice(text, end + 1, next - end - 1), style))
            break;
        end = next;
    }
    return end;
}

static void put_pieces(struct making *making, struct bytes text)
{
    size_t at = 0, end;

    while (at < text.size && making->status == STATUS_OK) {
        struct bytes piece = bytes_slice(text, at, piece_end(text, at) - at);
        bool is_encoded = needs_encoding(piece, making->style);

        if (at > 0)
            separate(making, is_encoded ? WORD_LEAST : piece.size);
        end = is_encoded ? run_end(text, at, making->style) : at + piece.size;
        if (is_encoded)
            put_run(making, bytes_slice(text, at, end - at), end == text.size);
        else
            put(making, piece);
        at = end + 1;
    }
}

static enum status make(struct making *making, struct bytes text, struct arena *arena,
                        struct header_value *value)
{
    struct buffer cleaned;

    buffer_init(&cleaned, SIZE_MAX);
    buffer_init(&making->out, SIZE_MAX);
    making->status = clean(text, &cleaned);
    put_pieces(making, buffer_bytes(&cleaned));
    if (making->status == STATUS_OK) {
        value->octets.size = making->out.size;
        value->octets.data = (const uint8_t *)arena_copy(arena, buffer_bytes(&making->out));
    }
    buffer_clear(&cleaned);
    buffer_clear(&making->out);
    return making->status == STATUS_OK && value->octets.data != NULL ? STATUS_OK : STATUS_MEMORY;
}

enum status header_text_clean(struct bytes text, struct arena *arena, struct bytes *cleaned)
{
    struct buffer out;
    enum status status;

    buffer_init(&out, SIZE_MAX);
    status = clean(text, &out);
    if (status == STATUS_OK) {
        cleaned->size = out.size;
        cleaned->data = (const uint8_t *)arena_copy(arena, buffer_bytes(&out));
    }
    buffer_clear(&out);
    return status == STATUS_OK && cleaned->data != NULL ? STATUS_OK : STATUS_MEMORY;
}

enum status header_value_make(struct bytes text, size_t column, const struct header_style *style,
                              struct arena *arena, struct header_value *value)
{
    struct making making = {.column = column, .style = style};

    return make(&making, text, arena, value);
}

enum status header_value_before(struct bytes text, const struct header_place *place,
                                const struct header_style *style, struct arena *arena,
                                struct header_value *value)
{
    struct making making = {
        .column = place->column, .style = style, .ends_before_word = place->is_before_word};
    enum status status = make(&making, text, arena, value);
    bool fits = making.column + 1 + place->rest <= HEADER_LINE_WIDTH;
    uint8_t *joined;
    struct bytes blank = fits ? (struct bytes){0} : style->line_break;

    if (status != STATUS_OK || value->octets.size == 0)
        return status;
    joined = arena_take(arena, value->octets.size + blank.size + 1);
    if (joined == NULL)
        return STATUS_MEMORY;
    memcpy(joined, value->octets.data, value->octets.size);
    if (blank.size > 0)
        memcpy(joined + value->octets.size, blank.data, blank.size);
    joined[value->octets.size + blank.size] = ' ';
    value->octets = (struct bytes){joined, value->octets.size + blank.size + 1};
    return STATUS_OK;
}

bool header_name_is_valid(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] <= ' ' || name.data[i] > '~' || name.data[i] == ':')
            return false;
    }
    return name.size > 0 && name.size <= HEADER_NAME_MOST;
}

enum status header_field(struct bytes name, const struct header_value *value,
                         const struct header_style *style, struct arena *arena,
                         struct bytes *octets)
{
    const struct bytes pieces[] = {name, value->octets.size > 0 ? BYTES(": ") : BYTES(":"),
                                   value->octets, style->line_break};
    size_t size = 0;
    uint8_t *out;

    if (!header_name_is_valid(name))
        return STATUS_INVALID;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        size += pieces[i].size;
    out = arena_take(arena, size);
    if (out == NULL)
        return STATUS_MEMORY;
    *octets = (struct bytes){out, size};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        if (pieces[i].size > 0)
            memcpy(out, pieces[i].data, pieces[i].size);
        out += pieces[i].size;
    }
    return STATUS_OK;
}

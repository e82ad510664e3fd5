/* Each decoder walks raw once and yields octets with the range that they come from; the same walk
 * makes the content and answers where an octet of it came from. */
#include "engines/decode/transfer.h"

#include <string.h>

#include "engines/message/header.h"

struct yielding {
    uint8_t *out; /* NULL: only the origin is asked for */
    size_t count;
    uint64_t from, to; /* decoded octets whose origin is asked for */
    size_t begin, end; /* their octets in raw */
    bool odd;          /* readers could differ */
};

static inline void yield(struct yielding *yielding, uint8_t octet, size_t begin, size_t end)
{
    if (yielding->out != NULL) {
        yielding->out[yielding->count++] = octet;
        return;
    }
    if (yielding->count >= yielding->from && yielding->count < yielding->to) {
        if (yielding->count == yielding->from)
            yielding->begin = begin;
        yielding->end = end;
    }
    yielding->count++;
}

/* 0..63 for an octet of the base64 alphabet, 64 for "=", 65 for all others. */
enum { BASE64_PADDING = 64, BASE64_OTHER = 65 };

static const uint8_t *base64_table(void)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static uint8_t table[256];

    if (table['='] == BASE64_PADDING)
        return table;
    memset(table, BASE64_OTHER, sizeof table);
    for (uint8_t i = 0; i < 64; i++)
        table[(uint8_t)alphabet[i]] = i;
    table['='] = BASE64_PADDING;
    return table;
}

/* Four characters at `at` without junk between them give three octets at once. */
static inline bool base64_group(struct yielding *yielding, const uint8_t *table,
                                const uint8_t *four, size_t at)
{
    uint8_t a = table[four[0]], b = table[four[1]], c = table[four[2]], d = table[four[3]];

    if ((a | b | c | d) >= 64)
        return false;
    yield(yielding, (uint8_t)(a << 2 | b >> 4), at, at + 2);
    yield(yielding, (uint8_t)(b << 4 | c >> 2), at + 1, at + 3);
    yield(yielding, (uint8_t)(c << 6 | d), at + 2, at + 4);
    return true;
}

/* What no encoder writes and decoders take differently: octets outside the alphabet, "=" before the
 * third character of a group, anything behind "=", lines that end within a group. */
struct base64_state {
    unsigned held; /* characters of the open group */
    uint8_t last;  /* of them */
    size_t last_at;
    bool padded, broken; /* "=", a line's end within a group, has been seen */
};

static void base64_character(struct yielding *yielding, struct base64_state *state, uint8_t six,
                             size_t at)
{
    unsigned held = state->held;

    yielding->odd |= state->padded || state->broken;
    if (held > 0)
        yield(yielding, (uint8_t)(state->last << 2 * held | six >> (6 - 2 * held)), state->last_at,
              at + 1);
    state->held = (held + 1) % 4;
    state->last = six;
    state->last_at = at;
}

static void base64_other(struct yielding *yielding, struct base64_state *state, uint8_t octet)
{
    if (octet == '=') {
        yielding->odd |= state->held < 2 && !state->padded;
        state->padded = true;
        state->held = 0;
    } else if (octet == '\n') {
        state->broken |= state->held != 0;
    } else {
        yielding->odd |= octet != '\r' && octet != ' ' && octet != '\t';
    }
}

static void decode_base64(struct bytes raw, struct yielding *yielding)
{
    const uint8_t *table = base64_table();
    struct base64_state state = {0};

    for (size_t at = 0; at < raw.size; at++) {
        uint8_t six = table[raw.data[at]];

        if (state.held == 0 && !state.padded && raw.size - at >= 4 &&
            base64_group(yielding, table, raw.data + at, at))
            at += 3;
        else if (six < BASE64_PADDING)
            base64_character(yielding, &state, six, at);
        else
            base64_other(yielding, &state, raw.data[at]);
    }
    yielding->odd |= state.held == 1;
}

static int hex_value(uint8_t octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    if (octet >= 'A' && octet <= 'F')
        return octet - 'A' + 10;
    if (octet >= 'a' && octet <= 'f')
        return octet - 'a' + 10;
    return -1;
}

/* Behind a soft line break that begins with the "=" at `at`, or `at` when it is none. */
static size_t behind_soft_break(struct bytes raw, size_t at)
{
    size_t end = at + 1;

    while (end < raw.size && (raw.data[end] == ' ' || raw.data[end] == '\t'))
        end++;
    if (end < raw.size && raw.data[end] == '\r')
        end++;
    if (end == raw.size)
        return end;
    return raw.data[end] == '\n' ? end + 1 : at;
}

/* Strict decoders take capitals only: one body with both can say two things. */
enum { HEX_CAPITAL = 1, HEX_SMALL = 2 };

static unsigned hex_case(uint8_t octet)
{
    if (octet >= 'a')
        return HEX_SMALL;
    return octet >= 'A' ? HEX_CAPITAL : 0;
}

static void decode_quoted_printable(struct bytes raw, struct yielding *yielding)
{
    unsigned cases = 0;
    size_t at = 0;

    while (at < raw.size) {
        size_t behind;

        if (raw.data[at] != '=') {
            yield(yielding, raw.data[at], at, at + 1);
            at++;
            continue;
        }
        if (raw.size - at >= 3 && hex_value(raw.data[at + 1]) >= 0 &&
            hex_value(raw.data[at + 2]) >= 0) {
            int octet = hex_value(raw.data[at + 1]) << 4 | hex_value(raw.data[at + 2]);

            cases |= hex_case(raw.data[at + 1]) | hex_case(raw.data[at + 2]);
            yield(yielding, (uint8_t)octet, at, at + 3);
            at += 3;
            continue;
        }
        behind = behind_soft_break(raw, at);
        if (behind == at) {
            yielding->odd = true;
            yield(yielding, '=', at, at + 1);
        }
        at = behind == at ? at + 1 : behind;
    }
    yielding->odd |= cases == (HEX_CAPITAL | HEX_SMALL);
}

static void yield_raw(struct yielding *yielding, struct bytes raw, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        yield(yielding, raw.data[i], i, i + 1);
}

/* A data line's first octet says how many octets follow, four characters for three. False when the
 * line holds more than that and two characters of check sum: then it is text. */
static bool decode_uu_line(struct bytes line, size_t at, struct yielding *yielding)
{
    size_t count = (line.data[0] - 32u) & 63u;

    if (line.size > 1 + (count + 2) / 3 * 4 + 2)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t first = 1 + i / 3 * 4 + i % 3;
        uint8_t high, low;

        if (first >= line.size)
            break;
        high = (line.data[first] - 32u) & 63u;
        low = first + 1 < line.size ? (line.data[first + 1] - 32u) & 63u : 0;
        yield(yielding, (uint8_t)(high << (2 + 2 * (i % 3)) | low >> (4 - 2 * (i % 3))), at + first,
              at + first + 1);
    }
    return true;
}

static bool begins_with(struct bytes line, const char *word)
{
    size_t length = strlen(word);

    return line.size >= length && memcmp(line.data, word, length) == 0;
}

bool decode_is_uu_line(struct bytes line)
{
    size_t count, least;

    if (line.size < 2)
        return false;
    count = (line.data[0] - 32u) & 63u;
    least = 1 + count / 3 * 4 + (count % 3 > 0 ? count % 3 + 1 : 0);
    if (line.size < least || line.size > 1 + (count + 2) / 3 * 4 + 2)
        return false;
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] < ' ' || line.data[i] > '`')
            return false;
    }
    return true;
}

/* Without any "begin" the first line that is not blank must be a data line. */
static bool begins_inside(struct bytes raw)
{
    struct bytes line = {0};
    size_t next;

    for (size_t at = 0; at < raw.size && line.size == 0; at = next)
        line = line_at(raw, at, &next);
    return decode_is_uu_line(line);
}

static void decode_uuencode(struct bytes raw, struct yielding *yielding)
{
    bool inside = begins_inside(raw);
    size_t next;

    yielding->odd = inside;
    for (size_t at = 0; at < raw.size; at = next) {
        struct bytes line = line_at(raw, at, &next);

        if (!inside && begins_with(line, "begin "))
            inside = true;
        else if (inside && bytes_equal(line, BYTES("end")))
            inside = false;
        else if (!inside)
            yield_raw(yielding, raw, at, next);
        else if (line.size > 0 && !decode_uu_line(line, at, yielding))
            yield_raw(yielding, raw, at, next);
    }
}

static void decode(enum transfer_encoding encoding, struct bytes raw, struct yielding *yielding)
{
    if (encoding == ENCODING_BASE64)
        decode_base64(raw, yielding);
    else if (encoding == ENCODING_QUOTED_PRINTABLE)
        decode_quoted_printable(raw, yielding);
    else
        decode_uuencode(raw, yielding);
}

size_t decode_bound(enum transfer_encoding encoding, size_t raw_size)
{
    return encoding == ENCODING_BASE64 ? raw_size / 4 * 3 + 3 : raw_size;
}

unsigned decode_variants(enum transfer_encoding encoding)
{
    (void)encoding;
    return 1;
}

size_t decode_octets(enum transfer_encoding encoding, unsigned variant, struct bytes raw,
                     uint8_t *out, bool *odd)
{
    struct yielding yielding = {.out = out};

    (void)variant;
    decode(encoding, raw, &yielding);
    *odd = yielding.odd;
    return yielding.count;
}

struct range decode_origin(enum transfer_encoding encoding, struct bytes raw, uint64_t from,
                           uint64_t size)
{
    struct yielding yielding = {.from = from, .to = from + size < from ? UINT64_MAX : from + size};

    if (size == 0)
        return (struct range){raw.size, 0};
    yielding.begin = raw.size;
    yielding.end = raw.size;
    decode(encoding, raw, &yielding);
    return (struct range){yielding.begin, yielding.end - yielding.begin};
}

enum transfer_encoding decode_named(struct bytes value, bool *clean)
{
    static const struct {
        const char *word;
        enum transfer_encoding encoding;
    } words[] = {{"7bit", ENCODING_IDENTITY},
                 {"8bit", ENCODING_IDENTITY},
                 {"binary", ENCODING_IDENTITY},
                 {"base64", ENCODING_BASE64},
                 {"quoted-printable", ENCODING_QUOTED_PRINTABLE},
                 {"x-uuencode", ENCODING_UUENCODE},
                 {"uuencode", ENCODING_UUENCODE},
                 {"x-uue", ENCODING_UUENCODE},
                 {"uue", ENCODING_UUENCODE},
                 {"", ENCODING_IDENTITY}};
    uint8_t room[32];
    struct bytes word;

    *clean = value_word(value, room, sizeof room, &word);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_equal(word, bytes_of_text(words[i].word)))
            return words[i].encoding;
    }
    return ENCODING_UNKNOWN;
}

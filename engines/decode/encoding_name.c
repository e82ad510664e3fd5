/* What a Content-Transfer-Encoding value names (RFC 2045 6.1), and what it could name to readers
 * that are content with less: the word within quotes, behind or before others, cut by a comment or
 * a NUL, escaped, within an encoded word. */
#include "engines/decode/transfer.h"

#include <string.h>

#include "engines/message/header.h"

static const struct encoding_word {
    const char *word;
    enum transfer_encoding encoding;
} names[] = {{"", ENCODING_IDENTITY},
             {"7bit", ENCODING_IDENTITY},
             {"8bit", ENCODING_IDENTITY},
             {"base64", ENCODING_BASE64},
             {"binary", ENCODING_IDENTITY},
             {"binhex", ENCODING_BINHEX},
             {"binhex40", ENCODING_BINHEX},
             {"mac-binhex", ENCODING_BINHEX},
             {"mac-binhex40", ENCODING_BINHEX},
             {"quoted-printable", ENCODING_QUOTED_PRINTABLE},
             {"uue", ENCODING_UUENCODE},
             {"uuencode", ENCODING_UUENCODE},
             {"x-binhex", ENCODING_BINHEX},
             {"x-binhex40", ENCODING_BINHEX},
             {"x-uue", ENCODING_UUENCODE},
             {"x-uuencode", ENCODING_UUENCODE},
             {"x-yenc", ENCODING_YENC},
             {"x-yencode", ENCODING_YENC},
             {"yenc", ENCODING_YENC}};

/* What is enough for some reader, wherever it stands. */
static const struct encoding_word hints[] = {
    {"7bit", ENCODING_IDENTITY}, {"8bit", ENCODING_IDENTITY},
    {"base", ENCODING_BASE64},   {"binary", ENCODING_IDENTITY},
    {"binhex", ENCODING_BINHEX}, {"quoted", ENCODING_QUOTED_PRINTABLE},
    {"uu", ENCODING_UUENCODE},   {"yenc", ENCODING_YENC}};

enum { NAMES = sizeof names / sizeof names[0], HINTS = sizeof hints / sizeof hints[0] };

static enum transfer_encoding encoding_of(struct bytes word)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (bytes_equal_fold(word, bytes_of_text(names[i].word)))
            return names[i].encoding;
    }
    return ENCODING_UNKNOWN;
}

enum transfer_encoding decode_named(struct bytes value, bool *clean)
{
    uint8_t room[32];
    struct bytes word;

    *clean = value_word(value, room, sizeof room, &word);
    return encoding_of(word);
}

/* The last letters and digits of what a reader sees, and the encodings that stood in them. */
struct sight {
    uint8_t last[8];
    unsigned claims;
};

static void see(struct sight *sight, uint8_t octet)
{
    memmove(sight->last, sight->last + 1, sizeof sight->last - 1);
    sight->last[sizeof sight->last - 1] =
        (uint8_t)(octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
    for (size_t i = 0; i < HINTS; i++) {
        size_t length = strlen(hints[i].word);

        if (memcmp(sight->last + sizeof sight->last - length, hints[i].word, length) == 0)
            sight->claims |= 1u << hints[i].encoding;
    }
}

static bool is_letter_or_digit(uint8_t octet)
{
    return (octet >= '0' && octet <= '9') || ((octet | 0x20) >= 'a' && (octet | 0x20) <= 'z');
}

/* As one reader sees it: only letters and digits; without comments. */
static void see_letters(struct sight *sight, struct bytes value, bool has_comments)
{
    unsigned depth = 0;

    for (size_t i = 0; i < value.size; i++) {
        uint8_t octet = value.data[i];

        if (octet == '(')
            depth++;
        else if (octet == ')')
            depth -= depth > 0;
        else if (is_letter_or_digit(octet) && (has_comments || depth == 0))
            see(sight, octet);
    }
}

/* Encoded words (RFC 2047) as they decode: "=?charset?B?text?=". */
static void see_encoded_words(struct sight *sight, struct bytes value)
{
    uint8_t out[DECODING_HELD_MOST + 64];
    struct decoding decoding;

    for (size_t at = bytes_find(value, 0, '?'); at < value.size; at = bytes_find(value, at, '?')) {
        size_t size, end;
        uint8_t letter;

        at++;
        if (value.size - at < 2 || value.data[at + 1] != '?')
            continue;
        letter = value.data[at] | 0x20;
        if (letter != 'b' && letter != 'q')
            continue;
        end = bytes_find(value, at + 2, '?');
        decoding_begin(&decoding, letter == 'b' ? ENCODING_BASE64 : ENCODING_QUOTED_PRINTABLE, 0);
        for (at += 2; at < end; at += size) {
            size = end - at < 32 ? end - at : 32;
            see_letters(
                sight,
                (struct bytes){out, decoding_take(&decoding, bytes_slice(value, at, size), out)},
                true);
        }
        see_letters(sight, (struct bytes){out, decoding_end(&decoding, out)}, true);
    }
}

/* Encodings that many readers do not know: they show the octets. */
static bool is_known_to_all(enum transfer_encoding encoding)
{
    return encoding <= ENCODING_QUOTED_PRINTABLE;
}

unsigned decode_claims(struct bytes value)
{
    enum transfer_encoding exact = encoding_of(value), guessed;
    struct sight sight = {.claims = 0};
    bool clean;

    if (exact != ENCODING_UNKNOWN)
        return 1u << exact | (is_known_to_all(exact) ? 0 : 1u << ENCODING_IDENTITY);
    see_letters(&sight, value, true);
    see(&sight, 0);
    see_letters(&sight, value, false);
    see(&sight, 0);
    see_encoded_words(&sight, value);
    guessed = decode_named(value, &clean);
    if (guessed != ENCODING_UNKNOWN)
        sight.claims |= 1u << guessed;
    return sight.claims | 1u << ENCODING_IDENTITY;
}

/* Encoded words (spec/decoders.md, "Encoded words"; RFC 2047). One walk over the value; where the
 * next "?=" and "=?" stand is remembered, so that a flood of beginnings stays linear. */
#include "engines/decode/encoded_word.h"

#include "engines/decode/charset.h"
#include "engines/decode/transfer.h"

enum { CHARSET_OCTETS_MOST = 64 };

struct word {
    struct bytes charset; /* without its language */
    uint8_t encoding;     /* 'q' or 'b' */
    struct bytes text;
    size_t end;
};

struct decoding_words {
    struct bytes value;
    size_t next_end, next_begin; /* the next "?=" and "=?" at or behind what was asked last */
    struct budget *budget;
    struct arena *arena;
    struct encoded_text *text;
    struct buffer run; /* octets of adjoining words of one charset */
    struct bytes charset;
    struct buffer plain; /* octets outside words */
    struct buffer out;
};

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

static size_t find_two(struct bytes value, size_t from, uint8_t first, uint8_t second)
{
    while (from + 1 < value.size) {
        from = bytes_find(value, from, first);
        if (from + 1 < value.size && value.data[from + 1] == second)
            return from;
        from++;
    }
    return value.size;
}

/* Behind "=?": a charset and the letter of an encoding. *at is then behind the third "?". */
static bool read_head(struct bytes value, size_t *at, struct word *word)
{
    size_t end = *at;

    while (end < value.size && end - *at < CHARSET_OCTETS_MOST && value.data[end] != '?' &&
           value.data[end] > ' ' && value.data[end] != '=')
        end++;
    if (end == *at || value.size - end < 3 || value.data[end] != '?' || value.data[end + 2] != '?')
        return false;
    word->charset = bytes_slice(value, *at, end - *at);
    word->charset.size = bytes_find(word->charset, 0, '*');
    word->encoding = value.data[end + 1] | 0x20;
    *at = end + 3;
    return word->encoding == 'q' || word->encoding == 'b';
}

static bool word_at(struct decoding_words *decoding, size_t at, struct word *word)
{
    struct bytes value = decoding->value;
    size_t begin = at + 2;

    if (value.size - at < 2 || value.data[at] != '=' || value.data[at + 1] != '?' ||
        !read_head(value, &begin, word))
        return false;
    if (decoding->next_end < begin)
        decoding->next_end = find_two(value, begin, '?', '=');
    if (decoding->next_begin < begin)
        decoding->next_begin = find_two(value, begin, '=', '?');
    if (decoding->next_end == value.size || decoding->next_begin + 1 < decoding->next_end)
        return false;
    word->text = bytes_slice(value, begin, decoding->next_end - begin);
    word->end = decoding->next_end + 2;
    return true;
}

static int hex_value(uint8_t octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    octet |= 0x20;
    return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

/* RFC 2047 4.2; a "=" without two digits is itself. */
static enum status append_q(struct decoding_words *decoding, struct bytes text)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < text.size && status == STATUS_OK; i++) {
        uint8_t octet = text.data[i];
        int high = -1, low = -1;

        if (octet == '=' && text.size - i > 2) {
            high = hex_value(text.data[i + 1]);
            low = hex_value(text.data[i + 2]);
        }
        decoding->text->is_odd |= is_blank(octet) || (octet == '=' && (high < 0 || low < 0));
        if (high >= 0 && low >= 0) {
            octet = (uint8_t)(high << 4 | low);
            i += 2;
        } else if (octet == '_') {
            octet = ' ';
        }
        status = buffer_append_octet(&decoding->run, octet);
    }
    return status;
}

static enum status append_b(struct decoding_words *decoding, struct bytes text)
{
    uint8_t *room = arena_take(decoding->arena, decode_bound(ENCODING_BASE64, text.size) + 1);
    struct bytes octets = {room, 0};
    bool odd = false;

    if (room == NULL)
        return STATUS_MEMORY;
    octets.size = decode_octets(ENCODING_BASE64, 0, text, room, &odd);
    decoding->text->is_odd |= odd;
    return buffer_append(&decoding->run, octets);
}

/* Controls never come out: line breaks with the blanks behind them are one blank, a tab is one, the
 * others are nothing. */
static enum status append_clean(struct buffer *out, struct bytes text)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < text.size && status == STATUS_OK; i++) {
        uint8_t octet = text.data[i];

        if (octet == '\r' || octet == '\n') {
            while (i + 1 < text.size && is_blank(text.data[i + 1]))
                i++;
            octet = ' ';
        }
        if (octet == 0xC2 && i + 1 < text.size && text.data[i + 1] < 0xA0)
            i++;
        else if (octet == '\t')
            status = buffer_append_octet(out, ' ');
        else if (octet >= ' ' && octet != 0x7F)
            status = buffer_append_octet(out, octet);
    }
    return status;
}

/* Converts what was gathered, and empties it. */
static enum status flush(struct decoding_words *decoding, struct buffer *gathered,
                         struct bytes charset, bool is_word)
{
    struct charset_text text;
    const char *cap;
    enum status status;

    if (gathered->size == 0)
        return STATUS_OK;
    status = charset_to_utf8(charset, buffer_bytes(gathered), decoding->budget, decoding->arena,
                             &text, &cap);
    if (status != STATUS_OK)
        return status;
    decoding->text->is_odd |= text.invalid > 0 || cap != NULL || (is_word && !text.is_known);
    status = append_clean(&decoding->out, text.text);
    buffer_drop(gathered, gathered->size);
    return status;
}

/* A word: its octets to those of the words before it, when they adjoin and have its charset. */
static enum status take_word(struct decoding_words *decoding, const struct word *word)
{
    enum status status = flush(decoding, &decoding->plain, (struct bytes){0}, false);

    if (status == STATUS_OK && !bytes_equal_fold(decoding->charset, word->charset))
        status = flush(decoding, &decoding->run, decoding->charset, true);
    decoding->charset = word->charset;
    decoding->text->words++;
    if (status != STATUS_OK)
        return status;
    return word->encoding == 'q' ? append_q(decoding, word->text) : append_b(decoding, word->text);
}

/* Words stand alone (RFC 2047 5): between blanks, parentheses and quotes. */
static bool stands_alone(struct bytes value, size_t at, size_t end)
{
    static const uint8_t around[] = " \t\r\n()\"<>,";
    const struct bytes allowed = {around, sizeof around - 1};

    return (at == 0 || bytes_find(allowed, 0, value.data[at - 1]) < allowed.size) &&
           (end == value.size || bytes_find(allowed, 0, value.data[end]) < allowed.size);
}

/* Takes a word and those that adjoin; *at is then behind the last one. */
static enum status take_words(struct decoding_words *decoding, struct word *word, size_t *at)
{
    enum status status = STATUS_OK;
    size_t next = *at;

    do {
        decoding->text->is_odd |= !stands_alone(decoding->value, next, word->end);
        status = take_word(decoding, word);
        *at = next = word->end;
        while (next < decoding->value.size && is_blank(decoding->value.data[next]))
            next++;
    } while (status == STATUS_OK && word_at(decoding, next, word));
    return status == STATUS_OK ? flush(decoding, &decoding->run, decoding->charset, true) : status;
}

static enum status decode(struct decoding_words *decoding)
{
    enum status status = STATUS_OK;
    struct word word;
    size_t at = 0;

    while (at < decoding->value.size && status == STATUS_OK) {
        if (word_at(decoding, at, &word))
            status = take_words(decoding, &word, &at);
        else
            status = buffer_append_octet(&decoding->plain, decoding->value.data[at++]);
    }
    return status == STATUS_OK ? flush(decoding, &decoding->plain, (struct bytes){0}, false)
                               : status;
}

static bool is_plain(struct bytes value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < ' ' || value.data[i] > '~' ||
            (value.data[i] == '=' && i + 1 < value.size && value.data[i + 1] == '?'))
            return false;
    }
    return true;
}

enum status encoded_words_decode(struct bytes value, struct budget *budget, struct arena *arena,
                                 struct encoded_text *text)
{
    struct decoding_words decoding = {
        .value = value, .budget = budget, .arena = arena, .text = text};
    enum status status;

    *text = (struct encoded_text){.text = value};
    if (is_plain(value))
        return STATUS_OK;
    buffer_init(&decoding.run, SIZE_MAX);
    buffer_init(&decoding.plain, SIZE_MAX);
    buffer_init(&decoding.out, SIZE_MAX);
    status = decode(&decoding);
    if (status == STATUS_OK) {
        text->text.data = (const uint8_t *)arena_copy(arena, buffer_bytes(&decoding.out));
        text->text.size = decoding.out.size;
        status = text->text.data != NULL ? STATUS_OK : STATUS_MEMORY;
    }
    buffer_clear(&decoding.run);
    buffer_clear(&decoding.plain);
    buffer_clear(&decoding.out);
    return status == STATUS_OK ? STATUS_OK : STATUS_MEMORY;
}

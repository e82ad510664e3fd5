/* Charsets to UTF-8 and back: which charset a label means, what can be borrowed as it stands, and
 * the blocks in between (spec/decoders.md, "Charsets"). */
#include "engines/decode/charset.h"

#include <string.h>

#include "engines/decode/charset_encoder.h"
#include "engines/decode/charset_table.h"

enum { CHARSET_TABLES_BYTES = 16 << 20 };

void charset_warm_up(void)
{
    charset_tables_warm_up();
}

bool charset_keeps_ascii(struct bytes label)
{
    const struct charset *charset = charset_find(label);

    return charset == NULL || charset->keeps_ascii;
}

static bool is_ascii(struct bytes octets)
{
    uint64_t word;
    size_t i = 0;

    for (; octets.size - i >= sizeof word; i += sizeof word) {
        memcpy(&word, octets.data + i, sizeof word);
        if ((word & 0x8080808080808080) != 0)
            return false;
    }
    for (; i < octets.size; i++) {
        if (octets.data[i] >= 0x80)
            return false;
    }
    return true;
}

/* Decodes block by block; each is charged before it is kept. */
static enum status convert_blocks(struct charset_decoder *decoder, struct budget *budget,
                                  struct charset_text *text, struct buffer *out, const char **cap)
{
    struct sink sink;

    while (decoder->at < decoder->octets.size || decoder->in_run) {
        sink.size = 0;
        sink.invalid = 0;
        charset_decoder_step(decoder, &sink);
        *cap = budget_take_octets(budget, sink.size);
        if (*cap != NULL)
            return STATUS_OK;
        text->invalid += sink.invalid;
        if (buffer_append(out, (struct bytes){sink.octets, sink.size}) != STATUS_OK)
            return STATUS_MEMORY;
    }
    return STATUS_OK;
}

static enum status convert(const struct charset *charset, struct budget *budget,
                           struct arena *arena, struct charset_text *text, const char **cap)
{
    struct charset_decoder decoder = {.charset = charset, .octets = text->text};
    AUTO(buffer_clear) struct buffer out = {.limit = SIZE_MAX};
    enum status status = convert_blocks(&decoder, budget, text, &out, cap);

    if (status != STATUS_OK)
        return status;
    text->text = (struct bytes){(const uint8_t *)arena_copy(arena, buffer_bytes(&out)), out.size};
    return text->text.data != NULL ? STATUS_OK : STATUS_MEMORY;
}

enum status charset_to_utf8(struct bytes label, struct bytes octets, struct budget *budget,
                            struct arena *arena, struct charset_text *text, const char **cap)
{
    const struct charset *charset = charset_find(label);
    bool is_guess = charset == NULL || charset->kind == CHARSET_US_ASCII;

    *text = (struct charset_text){.text = octets, .is_known = charset != NULL};
    *cap = NULL;
    if ((charset == NULL || charset->keeps_ascii) && is_ascii(octets))
        return STATUS_OK;
    if ((is_guess || charset->kind == CHARSET_UTF_8) && bytes_is_utf8(octets))
        return STATUS_OK;
    return convert(is_guess ? charset_find(BYTES("cp1252")) : charset, budget, arena, text, cap);
}

bool charset_is_known(struct bytes label)
{
    return charset_find(label) != NULL;
}

bool charset_keeps_lines(struct bytes label)
{
    const struct charset *charset = charset_find(label);

    if (charset == NULL || charset->keeps_ascii)
        return true;
    if (charset->single != NULL)
        return charset->single['\r'] == '\r' && charset->single['\n'] == '\n';
    return charset->kind >= CHARSET_UTF_7;
}

/* Each block is charged before it is kept. */
static enum status encode_blocks(struct charset_encoder *encoder, struct budget *budget,
                                 struct buffer *out, const char **cap)
{
    bool has_more = true;
    struct sink sink;

    while (has_more) {
        sink.size = 0;
        has_more = charset_encoder_step(encoder, &sink);
        *cap = budget_take_octets(budget, sink.size);
        if (*cap != NULL)
            return STATUS_OK;
        if (buffer_append(out, (struct bytes){sink.octets, sink.size}) != STATUS_OK)
            return STATUS_MEMORY;
    }
    return STATUS_OK;
}

static enum status encode(const struct charset *charset, struct budget *budget, struct arena *arena,
                          struct charset_octets *octets, const char **cap)
{
    AUTO(arena_clear) struct arena tables;
    AUTO(buffer_clear) struct buffer out = {.limit = SIZE_MAX};
    struct charset_encoder encoder;
    enum status status;

    arena_init(&tables, CHARSET_TABLES_BYTES);
    status = charset_encoder_init(&encoder, charset, octets->octets, &tables);
    if (status == STATUS_OK)
        status = encode_blocks(&encoder, budget, &out, cap);
    if (status != STATUS_OK)
        return status;
    octets->unmappable = encoder.unmappable;
    octets->octets =
        (struct bytes){(const uint8_t *)arena_copy(arena, buffer_bytes(&out)), out.size};
    return octets->octets.data != NULL ? STATUS_OK : STATUS_MEMORY;
}

enum status charset_from_utf8(struct bytes label, struct bytes text, struct budget *budget,
                              struct arena *arena, struct charset_octets *octets, const char **cap)
{
    const struct charset *charset = charset_find(label);

    *octets = (struct charset_octets){.octets = text};
    *cap = NULL;
    if (charset == NULL)
        return STATUS_INVALID;
    if ((charset->keeps_ascii && is_ascii(text)) ||
        (charset->kind == CHARSET_UTF_8 && bytes_is_utf8(text)))
        return STATUS_OK;
    return encode(charset, budget, arena, octets, cap);
}

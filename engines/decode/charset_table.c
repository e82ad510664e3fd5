/* Fills the tables of charsets, once, and finds a charset by its label (spec/decoders.md). The door
 * to ICU and to iconv. */
#include "engines/decode/charset_table.h"

#include <assert.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>

enum { LABELS_MOST = 1024, LABEL_OCTETS = 48, CHARSETS_MOST = 256, TEXT_MOST = 8 };

struct label {
    struct bytes text;
    const struct charset *charset;
};

/* Of the process: made by the first warm-up, then only read. */
static struct charset charsets[CHARSETS_MOST];
static struct label labels[LABELS_MOST];
static size_t labels_count;

const uint16_t charset_marks[7] = {0x0304, 0x030C, 0x309A, 0x0300, 0x0301, 0x02E9, 0x02E5};

/* One of the two is open. */
struct source {
    UConverter *icu;
    iconv_t libc;
};

static const struct source source_none = {NULL, (iconv_t)-1};

static struct source source_open(const char *name)
{
    struct source source = source_none;
    UErrorCode error = U_ZERO_ERROR;

    source.icu = ucnv_open(name, &error);
    if (source.icu != NULL) /* else it makes up a substitute */
        ucnv_setToUCallBack(source.icu, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
    if (source.icu == NULL || U_FAILURE(error)) {
        source.icu = NULL;
        source.libc = iconv_open("UTF-16LE", name);
    }
    return source;
}

static void source_close(struct source *source)
{
    if (source->icu != NULL)
        ucnv_close(source->icu);
    if (source->libc != (iconv_t)-1)
        iconv_close(source->libc);
    *source = source_none;
}

static bool source_is_open(const struct source *source)
{
    return source->icu != NULL || source->libc != (iconv_t)-1;
}

/* UTF-16 units that the octets mean; 0 when they are not all of one character. */
static size_t source_units(const struct source *source, const uint8_t *octets, size_t size,
                           uint16_t units[TEXT_MOST])
{
    if (source->icu != NULL) {
        UErrorCode error = U_ZERO_ERROR;
        int32_t count = ucnv_toUChars(source->icu, (UChar *)units, TEXT_MOST, (const char *)octets,
                                      (int32_t)size, &error);

        return U_SUCCESS(error) && count > 0 ? (size_t)count : 0;
    }
    char *in = (char *)(uintptr_t)octets, *out = (char *)units;
    size_t out_left = TEXT_MOST * sizeof *units;

    iconv(source->libc, NULL, NULL, NULL, NULL);
    if (iconv(source->libc, &in, &size, &out, &out_left) == (size_t)-1)
        return 0;
    iconv(source->libc, NULL, NULL, &out, &out_left);
    return TEXT_MOST - out_left / sizeof *units;
}

static uint32_t with_mark(uint32_t code, uint32_t mark)
{
    for (unsigned i = 0; i < sizeof charset_marks / sizeof charset_marks[0]; i++) {
        if (charset_marks[i] == mark)
            return (i + 1) << CODE_MARK_SHIFT | code;
    }
    return CODE_NONE;
}

static uint32_t source_code(const struct source *source, const uint8_t *octets, size_t size)
{
    uint16_t units[TEXT_MOST];
    size_t count = source_units(source, octets, size, units);

    if (count == 1 && units[0] != 0xFFFD)
        return units[0];
    if (count != 2)
        return CODE_NONE;
    if (units[0] >> 10 == 0xD800 >> 10)
        return 0x10000 + ((units[0] & 0x3FFU) << 10) + (units[1] & 0x3FFU);
    return with_mark(units[0], units[1]);
}

static uint32_t *new_codes(size_t count)
{
    uint32_t *codes = malloc(count * sizeof *codes);

    assert(codes != NULL); /* at start, once: nothing can go on without */
    for (size_t i = 0; i < count; i++)
        codes[i] = CODE_NONE;
    return codes;
}

/* IBM's converters turn three control octets around: no mail program does. */
static void fill_single(struct charset *charset, const struct source *source)
{
    static const uint8_t turned[] = {0x1A, 0x1C, 0x7F};

    charset->single = new_codes(256);
    for (unsigned octet = 0; octet < 256; octet++)
        charset->single[octet] = source_code(source, &(uint8_t){(uint8_t)octet}, 1);
    for (size_t i = 0; i < sizeof turned && charset->single['A'] == 'A'; i++)
        charset->single[turned[i]] = turned[i];
}

/* The octets of a pair in the converter's own charset. */
static size_t pair_octets(enum charset_kind kind, uint8_t lead, uint8_t trail, uint8_t octets[4])
{
    size_t size = 0;

    if (kind == CHARSET_DEC_HANYU && trail < 0x80) {
        octets[size++] = 0x8E;
        octets[size++] = 0xA2;
        trail |= 0x80;
    }
    octets[size++] = kind == CHARSET_ISO_IR_165 ? lead & 0x7F : lead;
    octets[size++] = kind == CHARSET_ISO_IR_165 ? trail & 0x7F : trail;
    return size;
}

static void fill_pairs(struct charset *charset, const struct source *source)
{
    uint8_t octets[4];

    charset->pairs = new_codes(CHARSET_PAIRS_CODES);
    for (unsigned i = 0; i < CHARSET_PAIRS_CODES; i++) {
        uint8_t lead = (uint8_t)(0x80 + i / 256), trail = (uint8_t)(i % 256);

        if (trail < 0x21 || charset->single[lead] != CODE_NONE)
            continue;
        charset->pairs[i] =
            source_code(source, octets, pair_octets(charset->kind, lead, trail, octets));
    }
}

static void fill_plane(struct charset *charset, unsigned plane, const struct source *source,
                       const uint8_t *prefix, size_t prefix_size)
{
    uint8_t octets[4];

    charset->planes[plane] = new_codes(PLANE_CODES);
    memcpy(octets, prefix, prefix_size);
    for (unsigned i = 0; i < PLANE_CODES; i++) {
        octets[prefix_size] = (uint8_t)(0xA1 + i / PLANE_SIDE);
        octets[prefix_size + 1] = (uint8_t)(0xA1 + i % PLANE_SIDE);
        charset->planes[plane][i] = source_code(source, octets, prefix_size + 2);
    }
}

static void fill_planes(struct charset *charset, const struct source *source)
{
    if (charset->kind == CHARSET_EUC_JP)
        fill_plane(charset, 0, source, (const uint8_t[]){0x8F}, 1);
    if (charset->kind == CHARSET_DEC_HANYU)
        fill_plane(charset, 3, source, (const uint8_t[]){0x8E, 0xA3}, 2);
    for (unsigned plane = 1; plane < PLANES_MOST && charset->kind == CHARSET_EUC_TW; plane++)
        fill_plane(charset, plane, source, (const uint8_t[]){0x8E, (uint8_t)(0xA0 + plane)}, 2);
}

static void fill_four(struct charset *charset, const struct source *source)
{
    charset->four = new_codes(FOUR_OCTETS_CODES);
    for (unsigned i = 0; i < FOUR_OCTETS_CODES; i++) {
        const uint8_t octets[4] = {(uint8_t)(0x81 + i / 12600), (uint8_t)(0x30 + i / 1260 % 10),
                                   (uint8_t)(0x81 + i / 10 % 126), (uint8_t)(0x30 + i % 10)};

        charset->four[i] = source_code(source, octets, sizeof octets);
    }
}

static bool has_pairs(enum charset_kind kind)
{
    return kind >= CHARSET_PAIRS || kind == CHARSET_ISO_IR_165;
}

/* An octet above 127 with a pair, and no meaning of its own. */
static void mark_leads(struct charset *charset)
{
    for (unsigned i = 0; charset->pairs != NULL && i < CHARSET_PAIRS_CODES; i++) {
        if (charset->pairs[i] != CODE_NONE && charset->single[0x80 + i / 256] == CODE_NONE)
            charset->single[0x80 + i / 256] = CODE_LEAD;
    }
    if (charset->kind == CHARSET_EUC_TW)
        charset->single[0x8E] = CODE_LEAD;
    if (charset->kind == CHARSET_EUC_JP)
        charset->single[0x8F] = CODE_LEAD;
    for (unsigned lead = 0x81; lead < 0xFF && charset->kind == CHARSET_GB18030; lead++)
        charset->single[lead] = CODE_LEAD;
}

/* Where the code of the octets stands. */
static uint32_t *place_of(struct charset *charset, const uint8_t *octets, size_t size)
{
    size_t cell;

    if (size == 1)
        return &charset->single[octets[0]];
    cell = (size_t)((octets[size - 2] & 0x7F) - 0x21) * PLANE_SIDE +
           (size_t)((octets[size - 1] & 0x7F) - 0x21);
    if (size == 3)
        return &charset->planes[0][cell];
    if (size == 4)
        return &charset->planes[3][cell];
    return &charset->pairs[(size_t)(octets[0] & 0x7F) * 256 +
                           (charset->kind == CHARSET_ISO_IR_165 ? octets[1] | 0x80U : octets[1])];
}

/* OCTETS[+COUNT]=CODE, CODE.MARK or -. Behind it, or NULL at the end. */
static const char *apply_patch(struct charset *charset, const char *patch)
{
    char *end;
    size_t size = strcspn(patch, "+=") / 2;
    unsigned long octets = strtoul(patch, &end, 16);
    unsigned long count = *end == '+' ? strtoul(end + 1, &end, 10) : 1;
    bool is_none = end[1] == '-';
    uint32_t code = (uint32_t)strtoul(end + 1, &end, 16);

    end += is_none;
    if (*end == '.')
        code = with_mark(code, (uint32_t)strtoul(end + 1, &end, 16));
    for (; count > 0; count--, octets++) {
        const uint8_t all[4] = {(uint8_t)(octets >> 24), (uint8_t)(octets >> 16),
                                (uint8_t)(octets >> 8), (uint8_t)octets};

        *place_of(charset, all + 4 - size, size) = is_none ? CODE_NONE : code++;
    }
    return *end == ' ' ? end + 1 : NULL;
}

static void note_labels(const struct charset *charset, const char *text)
{
    for (size_t length; *text != '\0'; text += length + (text[length] == ' ')) {
        length = strcspn(text, " ");
        assert(labels_count < LABELS_MOST && length < LABEL_OCTETS);
        labels[labels_count++] = (struct label){{(const uint8_t *)text, length}, charset};
    }
}

static void note_ascii(struct charset *charset)
{
    charset->keeps_ascii = charset->kind == CHARSET_UTF_8 || charset->kind == CHARSET_US_ASCII;
    if (charset->single == NULL || charset->kind == CHARSET_ISO_IR_165)
        return;
    charset->keeps_ascii = true;
    for (unsigned octet = 0; octet < 0x80; octet++) {
        if (charset->single[octet] != octet)
            charset->keeps_ascii = false;
    }
}

/* A charset that neither library here has stays unknown. */
static void make_charset(struct charset *charset, const struct charset_row *row)
{
    struct source source = row->base != NULL ? source_open(row->base) : source_none;

    charset->kind = row->kind;
    if (row->base != NULL && !source_is_open(&source))
        return;
    if (source_is_open(&source)) {
        fill_single(charset, &source);
        if (has_pairs(row->kind))
            fill_pairs(charset, &source);
        fill_planes(charset, &source);
        if (row->kind == CHARSET_GB18030)
            fill_four(charset, &source);
        source_close(&source);
    }
    for (const char *patch = row->patches; patch != NULL;)
        patch = apply_patch(charset, patch);
    mark_leads(charset);
    note_ascii(charset);
    note_labels(charset, row->labels);
}

static int compare_labels(const void *a, const void *b)
{
    return bytes_compare(((const struct label *)a)->text, ((const struct label *)b)->text);
}

void charset_tables_warm_up(void)
{
    if (labels_count > 0)
        return;
    assert(charset_rows_count <= CHARSETS_MOST);
    for (size_t i = 0; i < charset_rows_count; i++)
        make_charset(&charsets[i], &charset_rows[i]);
    qsort(labels, labels_count, sizeof labels[0], compare_labels);
}

static const struct charset *find_plain(struct bytes text)
{
    const struct label wanted = {text, NULL};
    const struct label *found =
        bsearch(&wanted, labels, labels_count, sizeof labels[0], compare_labels);

    return found != NULL ? found->charset : NULL;
}

/* Letters in lower case and digits. */
static size_t squeeze(struct bytes label, uint8_t text[LABEL_OCTETS])
{
    size_t size = 0;

    for (size_t i = 0; i < label.size && size < LABEL_OCTETS; i++) {
        uint8_t octet = label.data[i];

        if (octet >= 'A' && octet <= 'Z')
            octet |= 0x20;
        if ((octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9'))
            text[size++] = octet;
    }
    return size;
}

/* The number of a code page without what may stand before it; empty when it is none. */
static struct bytes code_page(struct bytes text)
{
    static const char *const prefixes[] = {"cp",  "ibm",   "windows",  "win",  "ms",
                                           "dos", "ccsid", "codepage", "cspc", ""};
    struct bytes number = {0};

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        struct bytes prefix = bytes_of_text(prefixes[i]);

        if (bytes_equal(bytes_slice(text, 0, prefix.size), prefix)) {
            number = bytes_slice(text, prefix.size, SIZE_MAX);
            break;
        }
    }
    for (size_t i = 0; i < number.size; i++) {
        if (number.data[i] > '9')
            return (struct bytes){0};
    }
    while (number.size > 0 && number.data[0] == '0')
        number = bytes_slice(number, 1, SIZE_MAX);
    return number;
}

static const struct charset *find_squeezed(struct bytes text)
{
    uint8_t room[LABEL_OCTETS + 2] = {'c', 'p'};
    struct bytes number = code_page(text);

    if (number.size == 0)
        return find_plain(text);
    memcpy(room + 2, number.data, number.size);
    return find_plain((struct bytes){room, number.size + 2});
}

const struct charset *charset_find(struct bytes label)
{
    uint8_t room[LABEL_OCTETS];
    struct bytes text = {room, squeeze(label, room)};
    const struct charset *charset = find_squeezed(text);

    if (text.size == LABEL_OCTETS)
        return NULL;
    if (charset == NULL && text.size > 1 && text.data[0] == 'x')
        charset = find_squeezed(bytes_slice(text, 1, SIZE_MAX));
    if (charset == NULL && text.size > 2 && text.data[0] == 'c' && text.data[1] == 's')
        charset = find_squeezed(bytes_slice(text, 2, SIZE_MAX));
    return charset;
}

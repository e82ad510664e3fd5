/* Every row of two suites of charset tables: GNU libiconv's (octets, code points) and the WHATWG
 * Encoding Standard's (pointers, code points; the octets follow from the pointer as the standard
 * says). Where they contradict each other, a label that the standard has means what it says: those
 * rows are listed here, and each must be used. Arguments: the suite's folder, libiconv or whatwg.
 */
#include "engines/decode/charset.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unicode/unorm2.h>

#include "engines/decode/charset_encoder.h"

static const char *folder;

/* Rows of a table that are read in another way; octets from and to, as in the table. */
static struct difference {
    const char *table, *from, *to, *why;
    unsigned used;
} differences[] = {
    {"ISO-8859-1", "80", "9F", "the label means windows-1252", 0},
    {"ISO-8859-9", "80", "9F", "the label means windows-1254", 0},
    {"ISO-8859-11", "80", "9F", "the label means windows-874", 0},
    {"KOI8-U", "AE", "AE", "the standard has the letters of Belarus", 0},
    {"KOI8-U", "BE", "BE", "the standard has the letters of Belarus", 0},
    {"BIG5", "A145", "A247", "the standard's signs", 0},
    {"BIG5", "C6A1", "C7FC", "the label means Big5-HKSCS; libiconv's is Big5-ETEN's", 0},
    {"EUC-CN", "A1A4", "A1AA", "the label means GB18030", 0},
    {"CP932", "8160", "81CA", "the standard's signs, as in windows-31j", 0},
    {"SHIFT_JIS", "5C", "7E", "the label means windows-31j, which keeps ASCII", 0},
    {"SHIFT_JIS", "8160", "81CA", "the standard's signs, as in windows-31j", 0},
    {"EUC-JP", "A1C1", "A2CC", "the standard's signs, as in windows-31j", 0},
    {"EUC-JP", "F9A1", "FCFE", "the standard has IBM's extensions, libiconv private use", 0},
    {"EUC-JP", "5C", "7E", "only written so", 0},
    {"GB18030", "A6D9", "FEA0", "only written so: the standard has 2005's code points", 0},
    {"CP1258", "D3DE", "FADE", "only written so: marks in another order", 0},
    {"CP950", "A145", "F9FE", "only written so", 0},
    {"CP1163", "AF", "D0", "only written so", 0},
    {"ISO-2022-JP-3", "", "", "the standard's signs, as in windows-31j", 0},
    {"ISO-2022-JP-MS", "", "", "the standard's signs, as in windows-31j", 0},
    {"labels", "replacement", "", "no charset: the standard means what must not be decoded", 0},
};

static bool is_listed(const char *table, const char *octets)
{
    for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
        struct difference *difference = &differences[i];

        if (strcmp(difference->table, table) != 0 ||
            (strlen(difference->from) != strlen(octets) && difference->to[0] != '\0') ||
            (difference->to[0] != '\0' &&
             (strcasecmp(octets, difference->from) < 0 || strcasecmp(octets, difference->to) > 0)))
            continue;
        if (difference->to[0] == '\0' && difference->from[0] != '\0' &&
            strcmp(difference->from, octets) != 0)
            continue;
        difference->used++;
        return true;
    }
    return false;
}

struct conversion {
    struct arena arena;
    struct charset_text text;
};

static struct bytes convert(struct conversion *conversion, const char *label, struct bytes octets)
{
    struct limits limits;
    struct budget budget;
    const char *cap;

    limits_init(&limits);
    budget_init(&budget, &limits, octets.size, 0);
    arena_init(&conversion->arena, (size_t)64 << 20);
    assert_int_equal(charset_to_utf8(bytes_of_text(label), octets, &budget, &conversion->arena,
                                     &conversion->text, &cap),
                     STATUS_OK);
    return conversion->text.text;
}

static size_t put_utf8(uint8_t *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (code & 63));
    return 4;
}

/* Canonically equivalent: libiconv composes letters and marks (CP1255, CP1258), the standard does
 * not. */
static bool is_equivalent(struct bytes a, struct bytes b)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&error);
    UChar *text[2], *normal[2];
    int32_t sizes[2];
    bool equal;

    if (bytes_equal(a, b))
        return true;
    for (int i = 0; i < 2; i++) {
        struct bytes given = i == 0 ? a : b;
        int32_t room = (int32_t)given.size + 8, size;

        text[i] = calloc((size_t)room, sizeof(UChar));
        normal[i] = calloc((size_t)room * 4, sizeof(UChar));
        assert_non_null(text[i]);
        assert_non_null(normal[i]);
        u_strFromUTF8(text[i], room, &size, (const char *)given.data, (int32_t)given.size, &error);
        sizes[i] = unorm2_normalize(nfd, text[i], size, normal[i], room * 4, &error);
        assert_true(U_SUCCESS(error));
    }
    equal =
        sizes[0] == sizes[1] && memcmp(normal[0], normal[1], (size_t)sizes[0] * sizeof(UChar)) == 0;
    for (int i = 0; i < 2; i++) {
        free(text[i]);
        free(normal[i]);
    }
    return equal;
}

/* Octets of a row that are written otherwise than they stand: the text comes back all the same. */
static struct alternative {
    const char *table, *from, *to, *why;
    unsigned used;
} alternatives[] = {
    {"ARMSCII-8", "A4", "AC", "ASCII has them", 0},
    {"BIG5", "A2A4", "A2A7", "the standard takes the last of two", 0},
    {"BIG5", "C6DE", "C969", "the first of two", 0},
    {"BIG5-2003", "F9FA", "F9FD", "the first of two", 0},
    {"CP1161", "E8", "EB", "the first of two", 0},
    {"CP932", "8790", "879C", "JIS X 0208 has them", 0},
    {"CP932", "ED40", "EEFC", "NEC's selection of IBM's: the standard takes IBM's", 0},
    {"CP932", "FA4A", "FA5B", "NEC's row has them", 0},
    {"CP936", "80", "80", "two octets have it, as GB18030 asks for", 0},
    {"CP950", "A244", "A2CE", "the last of two", 0},
    {"CP950", "F9E9", "F9FD", "the first of two", 0},
    {"DEC-HANYU", "C8DE", "C8DE", "the first of two", 0},
    {"DEC-HANYU", "C2CBA1B8", "C2CBA1B8", "two octets have it", 0},
    {"DEC-KANJI", "A1F1", "A2CC", "one octet has them", 0},
    {"EUC-JP", "8FA2B7", "8FECD6", "two octets have them", 0},
    {"EUC-JP", "FCFB", "FCFB", "JIS X 0208 has it", 0},
    {"GB18030", "82359037", "84318335", "two octets have them", 0},
    {"IBM-1160", "ED", "FD", "the first of two", 0},
    {"IBM-838", "ED", "FE", "the first of two", 0},
    {"ISO-IR-165", "283B", "2B40", "the first of two", 0},
    {"index-big5.txt", "8E69", "A0E4", "those behind A1 are more widely known", 0},
    {"index-big5.txt", "A2A4", "A2CE", "the standard takes the last of two", 0},
    {"index-big5.txt", "C6DE", "FEDD", "the first of two", 0},
    {"index-gb18030.txt", "A3A0", "A3A0", "the ideographic space", 0},
    {"index-jis0208.txt", "8790", "879C", "the first of two", 0},
    {"index-jis0208.txt", "ED40", "EEFC", "NEC's selection of IBM's", 0},
    {"index-jis0208.txt", "FA4A", "FCFB", "the first of two", 0},
    {"index-jis0208.txt", "ADF0", "ADFC", "the first of two", 0},
    {"index-jis0208.txt", "1B24422D701B2842", "1B24427C7B1B2842", "the first of two", 0},
    {"index-jis0212.txt", "8FA2B7", "8FECD6", "two octets have them", 0},
};

static bool is_alternative(const char *table, const char *octets)
{
    for (size_t i = 0; i < sizeof alternatives / sizeof alternatives[0]; i++) {
        struct alternative *row = &alternatives[i];

        if (strcmp(row->table, table) == 0 && strlen(row->from) == strlen(octets) &&
            strcasecmp(octets, row->from) >= 0 && strcasecmp(octets, row->to) <= 0) {
            row->used++;
            return true;
        }
    }
    return false;
}

/* The tables of one charset are made once for all of its rows. */
static struct bytes encode(const char *label, struct bytes text, struct sink *sink,
                           uint64_t *unmappable)
{
    static const struct charset *charset;
    static struct charset_encoder encoder;
    static struct arena arena;

    if (charset != charset_find(bytes_of_text(label))) {
        charset = charset_find(bytes_of_text(label));
        arena_clear(&arena);
        arena_init(&arena, (size_t)64 << 20);
        assert_int_equal(charset_encoder_init(&encoder, charset, text, &arena), STATUS_OK);
    }
    encoder.text = text;
    encoder.at = encoder.unmappable = 0;
    encoder.begun = encoder.has_second = false;
    encoder.set = 0;
    sink->size = 0;
    assert_false(charset_encoder_step(&encoder, sink));
    *unmappable = encoder.unmappable;
    return (struct bytes){sink->octets, sink->size};
}

/* What a row was read as, written again: the same text, and the same octets but for alternatives.
 */
static unsigned check_back(const char *table, const char *label, struct bytes octets,
                           struct bytes text, const char *digits)
{
    struct sink sink;
    uint64_t unmappable;
    struct bytes back = encode(label, text, &sink, &unmappable);
    struct conversion again;
    unsigned wrong = 0;

    if (unmappable > 0 || !bytes_equal(convert(&again, label, back), text)) {
        print_error("%s %s: does not come back\n", table, digits);
        wrong = 1;
    } else if (!bytes_equal(back, octets) && !is_alternative(table, digits)) {
        print_error("%s %s: written as %02X%02X\n", table, digits, back.data[0], back.data[1]);
        wrong = 1;
    }
    if (unmappable == 0)
        arena_clear(&again.arena);
    return wrong;
}

/* One row: the octets in hexadecimal digits for what is printed and listed. */
static unsigned check_row(const char *table, const char *label, struct bytes octets,
                          struct bytes expected)
{
    struct conversion conversion;
    char digits[64] = "";
    unsigned wrong = 0;
    struct bytes got = convert(&conversion, label, octets);

    for (size_t i = 0; i < octets.size && i < 8; i++)
        snprintf(digits + 2 * i, 3, "%02X", octets.data[i]);
    if (!conversion.text.is_known || (!is_equivalent(got, expected) && !is_listed(table, digits))) {
        print_error("%s %s: not as its row says\n", table, digits);
        wrong = 1;
    }
    if (conversion.text.invalid == 0)
        wrong += check_back(table, label, octets, got, digits);
    arena_clear(&conversion.arena);
    return wrong;
}

static FILE *open_file(const char *name)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    return file;
}

/* "0xOCTETS<tab>0xCODE[ 0xCODE]": false for a line that is none. */
static bool parse_row(char *line, uint8_t *octets, size_t *size, uint8_t *expected, size_t *length)
{
    char *at = strchr(line, '\t');
    unsigned octet;

    *size = *length = 0;
    if (strncmp(line, "0x", 2) != 0 || at == NULL)
        return false;
    for (char *digits = line + 2; digits + 1 < at && sscanf(digits, "%2x", &octet) == 1;
         digits += 2)
        octets[(*size)++] = (uint8_t)octet;
    for (at++; strncmp(at, "0x", 2) == 0; at += strspn(at, " \t"))
        *length += put_utf8(expected + *length, (uint32_t)strtoul(at, &at, 16));
    return *length > 0;
}

static void test_table(void **state)
{
    const char *name = *state;
    char table[128], line[256];
    uint8_t octets[16], expected[64];
    struct bytes in = {octets, 0}, out = {expected, 0};
    FILE *file = open_file(name);
    unsigned rows = 0, wrong = 0;

    snprintf(table, sizeof table, "%.*s",
             (int)(strstr(name, ".IRR") != NULL ? strstr(name, ".IRR") - name
                                                : strstr(name, ".TXT") - name),
             name);
    while (fgets(line, sizeof line, file) != NULL) {
        if (!parse_row(line, octets, &in.size, expected, &out.size))
            continue;
        rows++;
        wrong += check_row(table, table, in, out);
    }
    fclose(file);
    assert_true(rows > 0);
    assert_int_equal(wrong, 0);
}

/* Snippets of charsets that are read with every set that exists, and written with those that all
 * programs know. */
static bool is_unwritable(const char *charset, uint64_t count)
{
    static const struct {
        const char *charset;
        uint64_t most;
    } rows[] = {{"ISO-2022-CN-EXT", 1},
                {"ISO-2022-JP-2", 19},
                {"ISO-2022-JP-3", 3992},
                {"ISO-2022-JP-MS", 6726}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].charset, charset) == 0)
            return count <= rows[i].most;
    }
    return false;
}

static struct bytes read_all(const char *name)
{
    FILE *file = open_file(name);
    uint8_t *octets = calloc(1, 1 << 20);
    size_t size;

    assert_non_null(octets);
    size = fread(octets, 1, 1 << 20, file);
    fclose(file);
    return (struct bytes){octets, size};
}

static size_t character_end(struct bytes text, size_t at)
{
    do
        at++;
    while (at < text.size && text.data[at] >> 6 == 2);
    return at;
}

/* Characters of two texts that are not the same ones. */
static unsigned count_different(struct bytes a, struct bytes b)
{
    unsigned count = 0;

    for (size_t i = 0, j = 0; i < a.size || j < b.size;) {
        size_t i_end = character_end(a, i), j_end = character_end(b, j);

        count += !bytes_equal(bytes_slice(a, i, i_end - i), bytes_slice(b, j, j_end - j));
        i = i_end;
        j = j_end;
    }
    return count;
}

/* A text in a charset with states ends in the first one: it comes back with more behind it. */
static void check_snippet_back(const char *charset, struct bytes text)
{
    struct limits limits;
    struct budget budget;
    struct arena arena;
    struct charset_octets back;
    struct conversion again, longer;
    static uint8_t octets[1 << 20];
    const char *cap;

    limits_init(&limits);
    budget_init(&budget, &limits, text.size, 0);
    arena_init(&arena, (size_t)64 << 20);
    assert_int_equal(charset_from_utf8(bytes_of_text(charset), text, &budget, &arena, &back, &cap),
                     STATUS_OK);
    assert_true(back.unmappable == 0 || is_unwritable(charset, back.unmappable));
    if (back.unmappable == 0)
        assert_true(bytes_equal(convert(&again, charset, back.octets), text));
    assert_true(back.octets.size < sizeof octets);
    memcpy(octets, back.octets.data, back.octets.size);
    octets[back.octets.size] = 'a';
    if (charset_keeps_lines(bytes_of_text(charset))) {
        struct bytes all = convert(&longer, charset, (struct bytes){octets, back.octets.size + 1});

        assert_int_equal(longer.text.invalid, 0);
        assert_int_equal(all.data[all.size - 1], 'a');
        arena_clear(&longer.arena);
    }
    if (back.unmappable == 0)
        arena_clear(&again.arena);
    arena_clear(&arena);
}

static void test_snippet(void **state)
{
    const char *name = *state;
    char charset[128], twin[128];
    struct conversion conversion;
    struct bytes given = read_all(name), expected;
    struct bytes got;

    snprintf(charset, sizeof charset, "%.*s", (int)(strlen(name) - strlen("-snippet")), name);
    snprintf(twin, sizeof twin, "%s.UTF-8", name);
    expected = read_all(twin);
    got = convert(&conversion, charset, given);
    assert_int_equal(conversion.text.invalid, 0);
    check_snippet_back(charset, got);
    if (!is_equivalent(got, expected)) {
        assert_true(is_listed(charset, ""));
        assert_in_range(count_different(got, expected), 1, 7);
    }
    arena_clear(&conversion.arena);
    free((void *)given.data);
    free((void *)expected.data);
}

/* The octets of a pointer of the standard's index. */
static size_t octets_single(uint32_t pointer, uint8_t *octets)
{
    octets[0] = (uint8_t)(0x80 + pointer);
    return 1;
}

static size_t octets_big5(uint32_t pointer, uint8_t *octets)
{
    uint32_t trail = pointer % 157;

    octets[0] = (uint8_t)(pointer / 157 + 0x81);
    octets[1] = (uint8_t)(trail + (trail < 0x3F ? 0x40 : 0x62));
    return 2;
}

static size_t octets_euc_kr(uint32_t pointer, uint8_t *octets)
{
    octets[0] = (uint8_t)(pointer / 190 + 0x81);
    octets[1] = (uint8_t)(pointer % 190 + 0x41);
    return 2;
}

static size_t octets_gb18030(uint32_t pointer, uint8_t *octets)
{
    uint32_t trail = pointer % 190;

    octets[0] = (uint8_t)(pointer / 190 + 0x81);
    octets[1] = (uint8_t)(trail + (trail < 0x3F ? 0x40 : 0x41));
    return 2;
}

static size_t octets_ranges(uint32_t pointer, uint8_t *octets)
{
    octets[0] = (uint8_t)(pointer / 12600 + 0x81);
    octets[1] = (uint8_t)(pointer / 1260 % 10 + 0x30);
    octets[2] = (uint8_t)(pointer / 10 % 126 + 0x81);
    octets[3] = (uint8_t)(pointer % 10 + 0x30);
    return 4;
}

static size_t octets_shift_jis(uint32_t pointer, uint8_t *octets)
{
    uint32_t lead = pointer / 188, trail = pointer % 188;

    octets[0] = (uint8_t)(lead + (lead < 0x1F ? 0x81 : 0xC1));
    octets[1] = (uint8_t)(trail + (trail < 0x3F ? 0x40 : 0x41));
    return 2;
}

/* Rows behind the 94th are those of Shift_JIS alone. */
static size_t octets_euc_jp(uint32_t pointer, uint8_t *octets)
{
    octets[0] = (uint8_t)(pointer / 94 + 0xA1);
    octets[1] = (uint8_t)(pointer % 94 + 0xA1);
    return pointer / 94 < 94 ? 2 : 0;
}

static size_t octets_jis0212(uint32_t pointer, uint8_t *octets)
{
    octets[0] = 0x8F;
    return octets_euc_jp(pointer, octets + 1) + 1;
}

static size_t octets_iso_2022_jp(uint32_t pointer, uint8_t *octets)
{
    memcpy(octets, "\x1B$B..\x1B(B", 8);
    octets[3] = (uint8_t)(pointer / 94 + 0x21);
    octets[4] = (uint8_t)(pointer % 94 + 0x21);
    return pointer / 94 < 94 ? 8 : 0;
}

struct index {
    const char *name, *file, *label;
    size_t (*octets)(uint32_t pointer, uint8_t *octets);
};

static const struct index indexes[] = {
    {"2 big5", "index-big5.txt", "big5", octets_big5},
    {"2 euc-kr", "index-euc-kr.txt", "euc-kr", octets_euc_kr},
    {"2 gb18030", "index-gb18030.txt", "gb18030", octets_gb18030},
    {"2 gbk", "index-gb18030.txt", "gbk", octets_gb18030},
    {"2 gb18030, four octets", "index-gb18030-ranges.txt", "gb18030", octets_ranges},
    {"2 shift_jis", "index-jis0208.txt", "shift_jis", octets_shift_jis},
    {"2 euc-jp", "index-jis0208.txt", "euc-jp", octets_euc_jp},
    {"2 euc-jp, three octets", "index-jis0212.txt", "euc-jp", octets_jis0212},
    {"2 iso-2022-jp", "index-jis0208.txt", "iso-2022-jp", octets_iso_2022_jp},
};

static unsigned check_index(const char *file_name, const char *label,
                            size_t (*octets_of)(uint32_t, uint8_t *))
{
    char line[512];
    uint8_t octets[16], expected[4];
    FILE *file = open_file(file_name);
    unsigned rows = 0, wrong = 0, pointer, code;

    while (fgets(line, sizeof line, file) != NULL) {
        struct bytes in = {octets, 0}, out = {expected, 0};

        if (sscanf(line, "%u 0x%x", &pointer, &code) != 2)
            continue;
        rows++;
        in.size = octets_of(pointer, octets);
        out.size = put_utf8(expected, code);
        if (in.size > 0)
            wrong += check_row(file_name, label, in, out);
    }
    fclose(file);
    assert_true(rows > 0);
    return wrong;
}

static void test_index(void **state)
{
    const struct index *index = *state;

    assert_int_equal(check_index(index->file, index->label, index->octets), 0);
}

/* A file of one octet each is named after its charset. */
static void test_single(void **state)
{
    const char *name = *state;
    char label[64];

    snprintf(label, sizeof label, "%.*s", (int)(strlen(name) - strlen("index-.txt")),
             name + strlen("index-"));
    assert_int_equal(check_index(name, label, octets_single), 0);
}

/* encodings.json: every string in a list of labels. */
static void test_labels(void **state)
{
    struct bytes text = read_all("encodings.json");
    unsigned count = 0, wrong = 0;
    char *at = (char *)(uintptr_t)text.data;

    (void)state;
    while ((at = strstr(at, "\"labels\": [")) != NULL) {
        char *end = strchr(at, ']');

        for (at = strchr(at, '['); (at = strchr(at, '"')) != NULL && at < end;) {
            char label[64];
            struct conversion conversion;

            snprintf(label, sizeof label, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
            at = strchr(at + 1, '"') + 1;
            convert(&conversion, label, BYTES("a"));
            count++;
            if (!conversion.text.is_known && !is_listed("labels", label)) {
                print_error("%s: unknown\n", label);
                wrong++;
            }
            arena_clear(&conversion.arena);
        }
        at = end;
    }
    free((void *)text.data);
    assert_true(count > 200);
    assert_int_equal(wrong, 0);
}

/* What is listed as a difference is one. */
static void test_differences(void **state)
{
    bool is_whatwg = *(bool *)*state;

    for (size_t i = 0; i < sizeof alternatives / sizeof alternatives[0]; i++) {
        if ((strstr(alternatives[i].table, "index-") != NULL) == is_whatwg &&
            alternatives[i].used == 0)
            fail_msg("%s %s: written as it stands (%s)", alternatives[i].table,
                     alternatives[i].from, alternatives[i].why);
    }

    for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
        if ((strcmp(differences[i].table, "labels") == 0) == is_whatwg && differences[i].used == 0)
            fail_msg("%s %s: no difference (%s)", differences[i].table, differences[i].from,
                     differences[i].why);
    }
}

static bool is_table(const char *name)
{
    return strstr(name, ".TXT") != NULL;
}

static bool is_snippet(const char *name)
{
    return strlen(name) > 8 && strcmp(name + strlen(name) - 8, "-snippet") == 0;
}

static bool is_single(const char *name)
{
    return strncmp(name, "index-", 6) == 0 && strstr(name, "jis0") == NULL &&
           strstr(name, "big5") == NULL && strstr(name, "euc-kr") == NULL &&
           strstr(name, "gb18030") == NULL && strstr(name, "katakana") == NULL;
}

static struct CMUnitTest tests[512];
static size_t tests_count;

static void add(const char *clause, const char *name, CMUnitTestFunction test, void *state)
{
    char *text = NULL;

    if (asprintf(&text, "%s%s", clause, name) < 0)
        exit(1);
    tests[tests_count++] = (struct CMUnitTest){text, test, NULL, NULL, state};
}

static void add_files(bool (*fits)(const char *name), const char *clause, CMUnitTestFunction test)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, NULL, alphasort);

    for (int i = 0; i < found; i++) {
        if (fits(entries[i]->d_name))
            add(clause, entries[i]->d_name, test, strdup(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
}

int main(int count, char **arguments)
{
    bool is_whatwg = count == 3 && strcmp(arguments[2], "whatwg") == 0;

    if (count != 3)
        return 1;
    folder = arguments[1];
    charset_warm_up();
    if (is_whatwg) {
        for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++)
            add(indexes[i].name, "", test_index, (void *)(uintptr_t)&indexes[i]);
        add_files(is_single, "2 ", test_single);
        add("1 every label of the standard", "", test_labels, NULL);
    } else {
        add_files(is_table, "2 ", test_table);
        add_files(is_snippet, "5 ", test_snippet);
    }
    add("7 what is listed as a difference is one", "", test_differences, &is_whatwg);
    return _cmocka_run_group_tests("corpus_charset", tests, tests_count, NULL, NULL);
}

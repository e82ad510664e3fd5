/* Reads a name character by character into a folded copy, one octet for each character, and takes
 * its extensions from that. Windows: trailing dots and blanks go away, ":" begins a stream, both
 * slashes separate; Unicode: compatibility forms that programs fold to ASCII (NFKC). */
#include "engines/attachment/name_rules.h"

#include <string.h>

#include "engines/attachment/magic.h"

enum {
    NAME_OCTETS = 4096, /* of a longer name the end counts */
    PADDING_OCTETS = 8, /* blanks or underscores that make a padding */
    MARK_CUT = 1,       /* in the folded copy: a control or U+FFFD */
    MARK_HIDDEN = 2,    /* without width: dropped at the end */
    MARK_LOOKALIKE = 4, /* precedes a character that was folded to ASCII; dropped as well */
    MARK_OTHER = 0x80
};

struct folded {
    char text[2 * NAME_OCTETS + 1];
    size_t size;
};

/* Runs of code points that are folded to ASCII from `first` on, `cycle` letters again and again. */
static const struct {
    uint32_t from, to;
    char first;
    uint8_t cycle;
} lookalikes[] = {
    {0xFF01, 0xFF5E, '!', 94},   {0x1D400, 0x1D6A3, 0, 52}, {0x24B6, 0x24CF, 'A', 26},
    {0x24D0, 0x24E9, 'a', 26},   {0x2024, 0x2024, '.', 1},  {0xFE52, 0xFE52, '.', 1},
    {0x1D7CE, 0x1D7FF, '0', 10}, {0x212F, 0x212F, 'e', 1},  {0x2148, 0x2148, 'i', 1},
    {0x2079, 0x2079, '9', 1},    {0x02E3, 0x02E3, 'x', 1},  {0x1D49, 0x1D49, 'e', 1},
};

static const struct {
    uint32_t from, to;
    char mark;
    unsigned oddity;
} specials[] = {
    {0, 0x1F, MARK_CUT, NAME_CUT},
    {0x7F, 0x9F, MARK_CUT, NAME_CUT},
    {0xFFFD, 0xFFFD, MARK_CUT, NAME_CUT},
    {0x202B, 0x202B, MARK_HIDDEN, NAME_BIDI},
    {0x202D, 0x202E, MARK_HIDDEN, NAME_BIDI},
    {0x2067, 0x2067, MARK_HIDDEN, NAME_BIDI},
    {0xAD, 0xAD, MARK_HIDDEN, 0},
    {0x34F, 0x34F, MARK_HIDDEN, 0},
    {0x61C, 0x61C, MARK_HIDDEN, 0},
    {0x180B, 0x180E, MARK_HIDDEN, 0},
    {0x200B, 0x200F, MARK_HIDDEN, 0},
    {0x2028, 0x202F - 1, MARK_HIDDEN, 0},
    {0x2060, 0x206F, MARK_HIDDEN, 0},
    {0xFE00, 0xFE0F, MARK_HIDDEN, 0},
    {0xFEFF, 0xFEFF, MARK_HIDDEN, 0},
    {0xE0000, 0xE0FFF, MARK_HIDDEN, 0},
    {0xA0, 0xA0, ' ', 0},
    {0x2000, 0x200A, ' ', 0},
    {0x202F, 0x202F, ' ', 0},
    {0x205F, 0x205F, ' ', 0},
    {0x3000, 0x3000, ' ', 0},
    {0x2800, 0x2800, ' ', 0},
    {0x3164, 0x3164, ' ', 0},
};

/* The next code point; octets that are not UTF-8 are U+FFFD. */
static uint32_t next_point(struct bytes name, size_t *at)
{
    uint8_t first = name.data[(*at)++];
    unsigned more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    uint32_t point = first & (0x3Fu >> more);

    if (first < 0x80)
        return first;
    if (first < 0xC2 || first > 0xF4 || name.size - *at < more)
        return 0xFFFD;
    for (unsigned i = 0; i < more; i++) {
        if ((name.data[*at + i] & 0xC0) != 0x80)
            return 0xFFFD;
        point = point << 6 | (name.data[*at + i] & 0x3Fu);
    }
    *at += more;
    return point;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static void put(struct folded *folded, char letter)
{
    if (folded->size < sizeof folded->text - 1)
        folded->text[folded->size++] = letter;
}

static char lookalike_of(uint32_t point)
{
    for (size_t i = 0; i < sizeof lookalikes / sizeof lookalikes[0]; i++) {
        uint32_t place = point - lookalikes[i].from;

        if (point < lookalikes[i].from || point > lookalikes[i].to)
            continue;
        place %= lookalikes[i].cycle;
        if (lookalikes[i].first != 0)
            return (char)(lookalikes[i].first + (char)place);
        return (char)('a' + (char)(place % 26));
    }
    return 0;
}

static void fold_point(uint32_t point, struct folded *folded, unsigned *oddities)
{
    char alike;

    if (point >= ' ' && point < 0x7F) {
        put(folded, lower((char)point));
        return;
    }
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
        if (point >= specials[i].from && point <= specials[i].to) {
            *oddities |= specials[i].oddity;
            put(folded, specials[i].mark);
            return;
        }
    }
    alike = lookalike_of(point);
    if (alike != 0)
        put(folded, MARK_LOOKALIKE);
    put(folded, alike != 0 ? lower(alike) : (char)MARK_OTHER);
}

static bool is_word(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '.';
}

/* Drops what has no width, and says so when it stood between two characters of ASCII: languages
 * that need joiners have them between their own letters. */
static void drop_hidden(struct folded *folded, unsigned *oddities)
{
    size_t kept = 0, last_dot = 0;
    bool is_alike = false, dot_alike = false, was_hidden = false;

    for (size_t i = 0; i < folded->size; i++) {
        char letter = folded->text[i];

        if (letter == MARK_LOOKALIKE) {
            is_alike = true;
            continue;
        }
        if (letter == MARK_HIDDEN) {
            was_hidden = true;
            continue;
        }
        if (was_hidden && kept > 0 && is_word(folded->text[kept - 1]) && is_word(letter))
            *oddities |= NAME_INVISIBLE;
        if (letter == '.')
            last_dot = kept, dot_alike = is_alike;
        else
            dot_alike = dot_alike || (is_alike && kept > last_dot);
        was_hidden = is_alike = false;
        folded->text[kept++] = letter;
    }
    folded->size = kept;
    folded->text[kept] = '\0';
    if (dot_alike)
        *oddities |= NAME_COMPATIBLE;
}

/* Trailing dots and blanks, as Windows drops them; and what ends a name for nobody. */
static size_t trimmed(const char *text, size_t size)
{
    while (size > 0 && (text[size - 1] == '.' || text[size - 1] == ' '))
        size--;
    return size;
}

static size_t dot_before(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] != '.')
        size--;
    return size; /* behind the dot; 0: there is none */
}

static void add_extension(struct name_reading *reading, const char *text, size_t size)
{
    struct name_extension extension = {.size = 0};
    size_t end = trimmed(text, size), begin = dot_before(text, end);

    if (begin > 0 && end - begin <= NAME_EXTENSION_OCTETS) {
        extension.size = end - begin;
        memcpy(extension.text, text + begin, extension.size);
    }
    for (unsigned i = 0; i < reading->count; i++) {
        if (strcmp(reading->extensions[i].text, extension.text) == 0)
            return;
    }
    if (reading->count < NAME_EXTENSIONS_MOST)
        reading->extensions[reading->count++] = extension;
}

/* The last folder that is not empty: begins at *base, ends at the value returned. */
static size_t last_component(const struct folded *folded, size_t *base)
{
    size_t end = folded->size;

    while (end > 0 && (folded->text[end - 1] == '/' || folded->text[end - 1] == '\\'))
        end--;
    *base = end;
    while (*base > 0 && folded->text[*base - 1] != '/' && folded->text[*base - 1] != '\\')
        (*base)--;
    return end;
}

static void read_extensions(const char *base, size_t size, struct name_reading *reading)
{
    static const char ends[][8] = {{MARK_CUT, 0}, ":", "\"<>|?*;"};

    add_extension(reading, base, size);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        for (size_t k = 0; k < size; k++) {
            if (strchr(ends[i], base[k]) == NULL)
                continue;
            add_extension(reading, base, k);
            if (i == 1)
                reading->oddities |= NAME_STREAM;
            break;
        }
    }
}

static bool is_active_extension(const struct name_extension *extension)
{
    const struct magic *kind =
        magic_of_extension((struct bytes){(const uint8_t *)extension->text, extension->size});

    return kind != NULL && magic_is_active(kind->class);
}

static bool is_shown_extension(const char *text, size_t size)
{
    const struct magic *kind = magic_of_extension((struct bytes){(const uint8_t *)text, size});

    return kind != NULL && !magic_is_active(kind->class) && kind->class != MAGIC_UNKNOWN;
}

/* What stands before the last dot: padding, and an extension that a person takes for the real one.
 */
static void read_stem(const char *base, size_t size, struct name_reading *reading)
{
    size_t end = dot_before(base, trimmed(base, size)), stem = end > 0 ? end - 1 : 0, begin;
    size_t padded = stem;
    bool is_active = is_active_extension(&reading->extensions[0]);

    while (stem > 0 && (base[stem - 1] == ' ' || base[stem - 1] == '_'))
        stem--;
    begin = dot_before(base, stem);
    bool is_shown = begin > 0 && is_shown_extension(base + begin, stem - begin);
    if (padded - stem >= PADDING_OCTETS && (is_shown || is_active))
        reading->oddities |= NAME_PADDED;
    if (is_shown && is_active)
        reading->oddities |= NAME_DOUBLE;
}

static bool is_device(const char *base, size_t size)
{
    static const char *const devices = "con prn aux nul";
    size_t stem = 0;

    while (stem < size && base[stem] != '.' && base[stem] != ' ' && base[stem] != ':')
        stem++;
    if (stem == 4 && (memcmp(base, "com", 3) == 0 || memcmp(base, "lpt", 3) == 0))
        return base[3] >= '0' && base[3] <= '9';
    return stem == 3 && magic_lists(devices, (struct bytes){(const uint8_t *)base, stem});
}

void name_read(struct bytes name, struct name_reading *reading)
{
    struct folded folded;
    size_t at = name.size > NAME_OCTETS ? name.size - NAME_OCTETS : 0, base, end;

    *reading = (struct name_reading){0};
    folded.size = 0;
    while (at < name.size)
        fold_point(next_point(name, &at), &folded, &reading->oddities);
    drop_hidden(&folded, &reading->oddities);
    end = last_component(&folded, &base);
    if (base > 0)
        reading->oddities |= NAME_PATH;
    if (trimmed(folded.text + base, end - base) < end - base)
        reading->oddities |= NAME_TRAILING;
    if (is_device(folded.text + base, end - base))
        reading->oddities |= NAME_DEVICE;
    read_extensions(folded.text + base, end - base, reading);
    read_stem(folded.text + base, end - base, reading);
}

bool name_is_deceptive(const struct name_reading *reading)
{
    bool is_active = is_active_extension(&reading->extensions[0]);

    if ((reading->oddities & (NAME_BIDI | NAME_INVISIBLE | NAME_PADDED | NAME_DOUBLE)) != 0)
        return true;
    if ((reading->oddities & NAME_COMPATIBLE) != 0 && is_active)
        return true;
    for (unsigned i = 1; i < reading->count; i++) {
        if (!is_active && is_active_extension(&reading->extensions[i]))
            return true;
    }
    return false;
}

const char *name_oddity_text(unsigned oddities)
{
    static const struct {
        unsigned bit;
        const char *text;
    } rows[] = {
        {NAME_BIDI, "letters are turned around"},
        {NAME_INVISIBLE, "it has characters that nobody sees"},
        {NAME_DOUBLE, "what runs stands behind what is read"},
        {NAME_PADDED, "blanks push the extension away"},
        {NAME_COMPATIBLE, "the extension only looks like ASCII"},
        {NAME_CUT, "some programs end it earlier"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((oddities & rows[i].bit) != 0)
            return rows[i].text;
    }
    return "programs take it for different things";
}

/* One star is remembered at a time: a later one makes earlier ones settled. */
bool name_matches(const char *pattern, struct bytes name)
{
    const char *star = NULL;
    size_t at = 0, again = 0;

    while (at < name.size) {
        if (*pattern == '*') {
            star = pattern++;
            again = at;
        } else if (*pattern == '?' ||
                   (*pattern != '\0' && lower(*pattern) == lower((char)name.data[at]))) {
            pattern++;
            at++;
        } else if (star != NULL) {
            pattern = star + 1;
            at = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* The kinds by what goes with them: names, media types, extensions, classes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engines/attachment/magic_kinds.h"

enum { WORDS_MOST = 512 };

#define MAGIC_ROW(id, name, class, form, types, extensions)                                        \
    [KIND_##id] = {name, MAGIC_##class, MAGIC_##form, types, extensions},
const struct magic magic_kinds[KIND_COUNT] = {MAGIC_ROWS(MAGIC_ROW)};
#undef MAGIC_ROW

const struct magic *magic_named(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(magic_kinds[i].name, name) == 0)
            return &magic_kinds[i];
    }
    return NULL;
}

bool magic_lists(const char *list, struct bytes word)
{
    while (*list != '\0') {
        const char *end = strchrnul(list, ' ');

        if ((size_t)(end - list) == word.size && word.size > 0 &&
            memcmp(list, word.data, word.size) == 0)
            return true;
        list = *end == ' ' ? end + 1 : end;
    }
    return false;
}

/* Words of all rows, sorted; made from the rows at the first use: an archive has many names. */
struct item {
    struct bytes word;
    enum magic_kind kind;
};

struct words {
    struct item items[WORDS_MOST];
    size_t count;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *left = a, *right = b;
    int order = bytes_compare(left->word, right->word);

    return order != 0 ? order : (int)left->kind - (int)right->kind;
}

static void add_words(struct words *words, const char *list, enum magic_kind kind)
{
    while (*list != '\0') {
        const char *end = strchrnul(list, ' ');

        assert(words->count < WORDS_MOST);
        words->items[words->count++] =
            (struct item){{(const uint8_t *)list, (size_t)(end - list)}, kind};
        list = *end == ' ' ? end + 1 : end;
    }
}

static const struct magic *find_word(const struct words *words, struct bytes word)
{
    size_t from = 0, to = words->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (bytes_compare(words->items[middle].word, word) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == words->count || !bytes_equal(words->items[from].word, word))
        return NULL;
    return &magic_kinds[words->items[from].kind];
}

const struct magic *magic_of_extension(struct bytes extension)
{
    static struct words words;

    if (words.count == 0) {
        for (unsigned i = 0; i < KIND_COUNT; i++)
            add_words(&words, magic_kinds[i].extensions, (enum magic_kind)i);
        qsort(words.items, words.count, sizeof words.items[0], compare_items);
    }
    return find_word(&words, extension);
}

const struct magic *magic_of_type(struct bytes type)
{
    static struct words words;

    if (words.count == 0) {
        for (unsigned i = 0; i < KIND_COUNT; i++)
            add_words(&words, magic_kinds[i].types, (enum magic_kind)i);
        qsort(words.items, words.count, sizeof words.items[0], compare_items);
    }
    return find_word(&words, type);
}

enum magic_class magic_class_of_type(struct bytes type)
{
    static const struct {
        const char *prefix;
        enum magic_class class;
    } prefixes[] = {{"image/", MAGIC_IMAGE}, {"audio/", MAGIC_AUDIO}, {"video/", MAGIC_VIDEO},
                    {"font/", MAGIC_FONT},   {"text/", MAGIC_TEXT},   {"message/", MAGIC_MAIL}};
    const struct magic *kind = magic_of_type(type);

    if (kind != NULL)
        return kind->class;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (bytes_equal(bytes_slice(type, 0, strlen(prefixes[i].prefix)),
                        bytes_of_text(prefixes[i].prefix)))
            return prefixes[i].class;
    }
    return MAGIC_UNKNOWN;
}

const char *magic_class_word(enum magic_class class)
{
#define MAGIC_CLASS_WORD(id, word) [MAGIC_##id] = word,
    static const char *const words[MAGIC_CLASS_COUNT] = {MAGIC_CLASS_ROWS(MAGIC_CLASS_WORD)};
#undef MAGIC_CLASS_WORD

    return words[class];
}

bool magic_is_active(enum magic_class class)
{
    return class == MAGIC_EXECUTABLE || class == MAGIC_SCRIPT || class == MAGIC_SHORTCUT ||
           class == MAGIC_DISK_IMAGE;
}

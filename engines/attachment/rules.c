/* Lists become sorted arrays; words that nobody knows end the opening. */
#include "engines/attachment/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULES_OCTETS = 4 << 20 };

/* What large providers refuse (spec/engine-attachment.md 8 has the sources). */
#define REFUSED                                                                                    \
    "ade adp apk application appref-ms appx appxbundle bat bgi chm cmd com cpl diagcab diagcfg "   \
    "diagpkg dll dmg ex ex_ exe gadget grp hlp hta img ins iso isp its jar jnlp js jse lib lnk "   \
    "mad maf mag mam maq mar mas mat mau mav maw mde mdw mdz mjs msc msh msh1 msh2 mshxml msi "    \
    "msix msixbundle msp mst nsh ops pcd pif plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 reg scf " \
    "scr sct settingcontent-ms shb shs sys url vb vbe vbp vbs vhd vhdx vsmacros vsw vxd website "  \
    "ws wsc wsf wsh xbap xll xnk"

const struct setting rules_settings[] = {
    {"refuse-extensions", SETTING_TEXT, REFUSED, NULL, NULL, 0, 0,
     "Extensions that no name of a file may have, a blank between."},
    {"refuse-types", SETTING_TEXT, "executable script shortcut disk-image", NULL, NULL, 0, 0,
     "Classes of content that are refused whatever the name: executable, script, shortcut, "
     "disk-image, archive, document, image, audio, video, font, source, mail, crypto."},
    {"refuse-names", SETTING_TEXT, "", NULL, NULL, 0, 0,
     "Patterns of names that are refused (* and ?), a blank between."},
    {"in-archives", SETTING_BOOLEAN, "yes", NULL, NULL, 0, 0,
     "Names and classes are refused within archives too."},
    {"macros", SETTING_WORD, "refuse-autorun", "refuse-autorun|refuse|note", NULL, 0, 0,
     "Which documents with macros are refused: those that run by themselves, all, or none."},
    {"html-downloads", SETTING_WORD, "refuse", "refuse|note", NULL, 0, 0,
     "HTML and SVG with a script that makes a file."},
    {"deceptive", SETTING_WORD, "refuse", "refuse|note", NULL, 0, 0,
     "Names, contents and archives that are made to look like something else."},
    {"remote-templates", SETTING_WORD, "refuse", "refuse|note", NULL, 0, 0,
     "Documents that load a template or object from the web when they are opened."},
    {"largest", SETTING_NUMBER, "0", NULL, "octets", 0, 1000 * 1000 * 1000,
     "Attachments with more octets are refused; 0: none is."},
    {"most", SETTING_NUMBER, "0", NULL, "count", 0, 100000,
     "Messages with more attachments are refused; 0: none is."},
    {0},
};

struct words {
    const char **items;
    size_t count, capacity;
};

/* Splits at blanks and commas; words in lower case, in the arena. */
static enum status split(struct rules *rules, const char *text, struct words *words)
{
    *words = (struct words){0};
    for (;;) {
        size_t length;
        char *word;

        text += strspn(text, " ,");
        length = strcspn(text, " ,");
        if (length == 0)
            return STATUS_OK;
        if (words->count == RULES_WORDS_MOST)
            return STATUS_LIMIT;
        word = (char *)(uintptr_t)arena_copy(&rules->arena,
                                             (struct bytes){(const uint8_t *)text, length});
        if (word == NULL || !arena_grow(&rules->arena, (void **)&words->items, &words->capacity,
                                        words->count, sizeof *words->items))
            return STATUS_MEMORY;
        for (size_t i = 0; i < length; i++) {
            if (word[i] >= 'A' && word[i] <= 'Z')
                word[i] = (char)(word[i] - 'A' + 'a');
        }
        words->items[words->count++] = word;
        text += length;
    }
}

static enum status split_setting(struct rules *rules, const struct settings_view *view,
                                 const char *name, struct words *words, char why[256])
{
    enum status status = split(rules, settings_text(view, name), words);

    if (status == STATUS_LIMIT)
        snprintf(why, 256, "%s: more than %d words", name, RULES_WORDS_MOST);
    return status == STATUS_LIMIT ? STATUS_INVALID : status;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status read_extensions(const struct settings_view *view, struct rules *rules,
                                   char why[256])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_~$#!";
    struct words words;
    enum status status = split_setting(rules, view, "refuse-extensions", &words, why);

    for (size_t i = 0; status == STATUS_OK && i < words.count; i++) {
        if (words.items[i][0] == '.')
            words.items[i]++;
        size_t length = strlen(words.items[i]);
        if (length > 0 && length <= NAME_EXTENSION_OCTETS &&
            strspn(words.items[i], letters) == length)
            continue;
        snprintf(why, 256, "refuse-extensions: \"%.64s\" is no extension", words.items[i]);
        status = STATUS_INVALID;
    }
    if (status == STATUS_OK && words.count > 1)
        qsort(words.items, words.count, sizeof *words.items, compare_words);
    rules->extensions = words.items;
    rules->extension_count = words.count;
    return status;
}

static enum status read_classes(const struct settings_view *view, struct rules *rules,
                                char why[256])
{
    struct words words;
    enum status status = split_setting(rules, view, "refuse-types", &words, why);

    for (size_t i = 0; status == STATUS_OK && i < words.count; i++) {
        unsigned class = MAGIC_UNKNOWN + 1;

        while (class < MAGIC_CLASS_COUNT && strcmp(words.items[i], magic_class_word(class)) != 0)
            class ++;
        if (class < MAGIC_CLASS_COUNT && class != MAGIC_TEXT) {
            rules->refuses_class[class] = true;
            continue;
        }
        snprintf(why, 256, "refuse-types: \"%.64s\" is no class that can be refused",
                 words.items[i]);
        status = STATUS_INVALID;
    }
    return status;
}

static enum status read_patterns(const struct settings_view *view, struct rules *rules,
                                 char why[256])
{
    struct words words;
    enum status status = split_setting(rules, view, "refuse-names", &words, why);

    for (size_t i = 0; status == STATUS_OK && i < words.count; i++) {
        if (strlen(words.items[i]) <= RULES_PATTERN_OCTETS &&
            strspn(words.items[i], "*") < strlen(words.items[i]))
            continue;
        snprintf(why, 256, "refuse-names: \"%.64s\" is no pattern", words.items[i]);
        status = STATUS_INVALID;
    }
    rules->patterns = words.items;
    rules->pattern_count = words.count;
    return status;
}

static enum finding_class class_of(const struct settings_view *view, const char *name)
{
    return settings_word(view, name) == 0 ? CLASS_POLICY : CLASS_NOTE;
}

enum status rules_read(const struct settings_view *view, struct rules *rules, char why[256])
{
    enum status status;

    *rules = (struct rules){.in_archives = settings_boolean(view, "in-archives"),
                            .macros = (enum rules_macros)settings_word(view, "macros"),
                            .html = class_of(view, "html-downloads"),
                            .deceptive = class_of(view, "deceptive"),
                            .remote = class_of(view, "remote-templates"),
                            .largest = settings_number(view, "largest"),
                            .most = settings_number(view, "most")};
    arena_init(&rules->arena, RULES_OCTETS);
    snprintf(why, 256, "out of memory");
    status = read_extensions(view, rules, why);
    if (status == STATUS_OK)
        status = read_classes(view, rules, why);
    if (status == STATUS_OK)
        status = read_patterns(view, rules, why);
    if (status == STATUS_OK)
        why[0] = '\0';
    return status;
}

void rules_clear(struct rules *rules)
{
    arena_clear(&rules->arena);
}

bool rules_refuse_extension(const struct rules *rules, const struct name_extension *extension)
{
    const char *wanted = extension->text;

    return extension->size > 0 && rules->extension_count > 0 &&
           bsearch(&wanted, rules->extensions, rules->extension_count, sizeof *rules->extensions,
                   compare_words) != NULL;
}

const char *rules_refuse_name(const struct rules *rules, struct bytes name)
{
    size_t base = name.size;

    while (base > 0 && name.data[base - 1] != '/' && name.data[base - 1] != '\\')
        base--;
    for (size_t i = 0; i < rules->pattern_count; i++) {
        if (name_matches(rules->patterns[i], name) ||
            name_matches(rules->patterns[i], bytes_slice(name, base, name.size)))
            return rules->patterns[i];
    }
    return NULL;
}

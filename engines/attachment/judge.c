/* What a name, a content, a document or an archive is by the rules: each judgement is one finding
 * or none (spec/engine-attachment.md 1). */
#include <string.h>

#include "engines/attachment/crypto.h"
#include "engines/attachment/html_script.h"
#include "engines/attachment/leaf.h"
#include "engines/attachment/narrow.h"
#include "engines/message/header.h"

static bool may_refuse(const struct leaf *leaf, bool in_archive)
{
    return !in_archive || leaf->inspection->rules->in_archives;
}

static void refuse_extensions(struct leaf *leaf, const struct name_reading *reading,
                              const struct place *place)
{
    for (unsigned i = 0; i < reading->count; i++) {
        if (!rules_refuse_extension(leaf->inspection->rules, &reading->extensions[i]))
            continue;
        leaf_say(leaf, SYMBOL_REFUSED_NAME, CLASS_POLICY, place, "files with .%s are refused",
                 reading->extensions[i].text);
        return;
    }
}

void judge_name(struct leaf *leaf, struct bytes name, const struct place *place,
                struct name_reading *reading)
{
    const struct rules *rules = leaf->inspection->rules;
    const char *pattern;

    name_read(name, reading);
    for (unsigned i = 0; i < reading->count; i++) {
        const struct magic *kind = magic_of_extension((struct bytes){
            (const uint8_t *)reading->extensions[i].text, reading->extensions[i].size});

        note_extension(leaf->inspection, &reading->extensions[i]);
        leaf->holds_active = leaf->holds_active ||
                             (!place->in_header && kind != NULL && magic_is_active(kind->class));
    }
    if (name_is_deceptive(reading))
        leaf_say(leaf, SYMBOL_NAME_DECEPTIVE, rules->deceptive, place, "%s",
                 name_oddity_text(reading->oddities));
    if (!may_refuse(leaf, !place->in_header))
        return;
    refuse_extensions(leaf, reading, place);
    pattern = rules_refuse_name(rules, name);
    if (pattern != NULL)
        leaf_say(leaf, SYMBOL_REFUSED_NAME, CLASS_POLICY, place, "names like %s are refused",
                 pattern);
}

void judge_class(struct leaf *leaf, const struct magic *kind, const struct place *place,
                 bool in_archive)
{
    enum symbol symbol = kind->class == MAGIC_DISK_IMAGE ? SYMBOL_DISK_IMAGE
                         : kind->class == MAGIC_SHORTCUT ? SYMBOL_SHORTCUT
                                                         : SYMBOL_REFUSED_TYPE;

    leaf->holds_active = leaf->holds_active || (in_archive && magic_is_active(kind->class));
    if (leaf->inspection->rules->refuses_class[kind->class] && may_refuse(leaf, in_archive))
        leaf_say(leaf, symbol, CLASS_POLICY, place, "it is %s, of the refused class %s", kind->name,
                 magic_class_word(kind->class));
}

/* What a name or a type promises, if it is something that people look at. */
static enum magic_class promise_of(const struct leaf *leaf)
{
    struct bytes extension = {(const uint8_t *)leaf->shown.text, leaf->shown.size};
    const struct magic *kind = magic_of_extension(extension);

    return kind != NULL ? kind->class : magic_class_of_type(leaf->part->type);
}

static bool is_for_looking(enum magic_class class)
{
    return class == MAGIC_DOCUMENT || class == MAGIC_IMAGE || class == MAGIC_AUDIO ||
           class == MAGIC_VIDEO || class == MAGIC_FONT || class == MAGIC_TEXT ||
           class == MAGIC_MAIL || class == MAGIC_SOURCE;
}

static bool is_of_package(const struct leaf *leaf)
{
    struct bytes extension = {(const uint8_t *)leaf->shown.text, leaf->shown.size};

    return magic_lists(leaf->kind->extensions, extension) ||
           (leaf->shown.size == 0 && magic_lists(leaf->kind->types, leaf->part->type));
}

void judge_promise(struct leaf *leaf)
{
    enum magic_class promise = promise_of(leaf), class = leaf->kind->class;
    struct place whole = {.range = {0, leaf->content.size}};
    bool is_readable = leaf->kind->form == MAGIC_READABLE;
    bool is_active = magic_is_active(class) || (class == MAGIC_ARCHIVE && leaf->holds_active) ||
                     (leaf->has_project && promise != MAGIC_DOCUMENT);

    if (!is_for_looking(promise) || is_of_package(leaf) || class == MAGIC_UNKNOWN)
        return;
    /* Text is what it shows. */
    if (is_readable && (promise == MAGIC_TEXT || promise == MAGIC_SOURCE || promise == MAGIC_MAIL))
        return;
    if (is_active)
        leaf_say(leaf, SYMBOL_TYPE_DECEPTIVE, leaf->inspection->rules->deceptive, &whole,
                 "it is %s, and made to look like %s", leaf->kind->name, magic_class_word(promise));
    else if (class != promise ||
             (leaf->shown.size > 0 && class != MAGIC_TEXT && class != MAGIC_DOCUMENT))
        leaf_say(leaf, SYMBOL_TYPE_MISMATCH, CLASS_NOTE, &whole, "it is %s", leaf->kind->name);
}

void judge_macro(struct leaf *leaf, const struct macro *macro, const struct place *place)
{
    enum rules_macros mode = leaf->inspection->rules->macros;
    bool is_automatic = macro->automatic[0] != '\0' || macro->is_unread;

    if (macro->cap != NULL)
        leaf_capped(leaf, macro->cap, place);
    else if (macro->is_encrypted)
        leaf_cannot(leaf, "encrypted-content", place);
    else if (macro->is_broken)
        leaf_cannot(leaf, "broken", place);
    if (!macro->has_project && !macro->has_sheet)
        return;
    leaf_say(leaf, SYMBOL_MACRO, mode == MACROS_REFUSE ? CLASS_POLICY : CLASS_NOTE, place, "%s",
             macro->has_sheet ? "a sheet of Excel 4 macros" : "a project of macros");
    if (is_automatic)
        leaf_say(leaf, SYMBOL_MACRO_AUTORUN, mode == MACROS_NOTE ? CLASS_NOTE : CLASS_POLICY, place,
                 macro->automatic[0] != '\0' ? "%s runs by itself" : "%s cannot be read",
                 macro->automatic[0] != '\0' ? macro->automatic : "its source");
}

enum status judge_html(struct leaf *leaf, struct bytes html, bool is_svg, const struct place *place)
{
    struct arena arena;
    struct narrow narrow;
    struct html_script found;
    struct place here = *place;
    const char *why;
    enum status status;

    arena_init(&arena, html.size + 64);
    status = narrow_text(html, leaf->inspection->message->budget, &arena, &narrow);
    if (status == STATUS_OK && narrow.cap != NULL)
        leaf_capped(leaf, narrow.cap, place);
    if (status == STATUS_OK && narrow.cap == NULL) {
        html_script_read(narrow.text, &found);
        if (html.data == leaf->content.data)
            here.range =
                (struct range){found.where.offset * narrow.unit, found.where.size * narrow.unit};
        if (html_script_is_download(&found, is_svg, &why))
            leaf_say(leaf, SYMBOL_HTML_DOWNLOAD, leaf->inspection->rules->html, &here, "%s", why);
    }
    arena_clear(&arena);
    return status;
}

static void judge_oddities(struct leaf *leaf, const struct listing *listing,
                           const struct place *place)
{
    static const struct {
        unsigned bit;
        bool is_deceptive, only_zip;
        const char *text;
    } rows[] = {
        {LISTING_HIDDEN_ENTRY, true, false, "an entry that the directory does not name"},
        {LISTING_NAMES_DIFFER, true, false, "an entry with two names"},
        {LISTING_OVERLAP, true, false, "entries that share octets"},
        {LISTING_MISSING_ENTRY, true, false, "the directory names what is not there"},
        {LISTING_CONCATENATED, true, true, "more than one archive"},
        {LISTING_PREFIX, false, false, "octets before the first entry"},
        {LISTING_SUFFIX, false, false, "octets behind the end"},
        {LISTING_GAP, false, false, "octets between entries"},
    };
    bool is_zip = strcmp(listing->format, "zip") == 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((listing->oddities & rows[i].bit) == 0)
            continue;
        if (rows[i].is_deceptive && (is_zip || !rows[i].only_zip))
            leaf_say(leaf, SYMBOL_ARCHIVE_DECEPTIVE, leaf->inspection->rules->deceptive, place,
                     "%s", rows[i].text);
        else
            leaf_say(leaf, SYMBOL_ARCHIVE_ODD, CLASS_NOTE, place, "%s", rows[i].text);
    }
}

void judge_listing(struct leaf *leaf, const struct listing *listing)
{
    static const char *const words[] = {
        [LISTING_ENCRYPTED_CONTENT] = "encrypted-content",
        [LISTING_ENCRYPTED_NAMES] = "encrypted-names",
        [LISTING_BROKEN] = "broken",
        [LISTING_UNSUPPORTED] = "unsupported",
        [LISTING_NESTED] = "nested",
    };
    struct place place = {.range = listing->evidence};

    judge_oddities(leaf, listing, &place);
    if (listing->cap != NULL && strcmp(listing->cap, "deadline") == 0)
        leaf->status = STATUS_DEADLINE;
    else if (listing->state == LISTING_CAPPED)
        leaf_capped(leaf, listing->cap != NULL ? listing->cap : "entries", &place);
    else if (listing->state != LISTING_WHOLE)
        leaf_cannot(leaf, words[listing->state], &place);
}

/* The parameter smime-type of the part's Content-Type, in lower case. */
static struct bytes smime_type_of(const struct leaf *leaf, uint8_t room[32])
{
    struct fields fields = {.section = bytes_slice(leaf->inspection->message->octets,
                                                   (size_t)leaf->part->header.offset,
                                                   (size_t)leaf->part->header.size)};
    struct parameters parameters;
    struct parameter parameter;
    struct field field;

    while (leaf->part->within == 0 && fields_next(&fields, &field)) {
        if (!bytes_equal_fold(field.name, BYTES("Content-Type")))
            continue;
        parameters_init(&parameters, field.value);
        while (parameters_next(&parameters, &parameter)) {
            struct bytes value = bytes_slice(parameter.value, 0, 32);

            if (!bytes_equal_fold(parameter.name, BYTES("smime-type")))
                continue;
            for (size_t i = 0; i < value.size; i++)
                room[i] = value.data[i] >= 'A' && value.data[i] <= 'Z' ? value.data[i] | 0x20
                                                                       : value.data[i];
            return (struct bytes){room, value.size};
        }
    }
    return (struct bytes){room, 0};
}

/* Whether the view made a part of what an opaque signature holds. */
static bool is_opened(const struct leaf *leaf)
{
    const struct message *message = leaf->inspection->message;

    for (uint32_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].within == leaf->part->number)
            return true;
    }
    return false;
}

void judge_crypto(struct leaf *leaf)
{
    static const char *const words[] = {[CRYPTO_PGP_ENCRYPTED] = "encrypted",
                                        [CRYPTO_SMIME_ENCRYPTED] = "encrypted",
                                        [CRYPTO_SMIME_COMPRESSED] = "unsupported",
                                        [CRYPTO_SMIME_BROKEN] = "broken"};
    struct crypto crypto;
    struct place place;
    uint8_t room[32];

    crypto_look(leaf->content, leaf->part->type, &crypto);
    if (crypto.kind == CRYPTO_NONE)
        return;
    place = (struct place){.range = crypto.where};
    if (!crypto_agrees(crypto.kind, smime_type_of(leaf, room)))
        leaf_say(leaf, SYMBOL_TYPE_MISMATCH, CLASS_NOTE, &place, "smime-type says something else");
    if (crypto.kind == CRYPTO_PGP_SIGNED || crypto.kind == CRYPTO_SMIME_SIGNED ||
        crypto.kind == CRYPTO_SMIME_OPAQUE) {
        leaf_say(leaf, SYMBOL_SIGNED, CLASS_NOTE, &place, "signed");
        if (crypto.kind == CRYPTO_SMIME_OPAQUE && !is_opened(leaf))
            leaf_cannot(leaf, "opaque-signed", &place);
        return;
    }
    leaf_cannot(leaf, words[crypto.kind], &place);
}

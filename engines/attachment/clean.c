/* Which cleaner a document needs, and the proof afterwards: the same reading that finds macros
 * finds none. */
#include <string.h>

#include "engines/attachment/clean.h"
#include "engines/attachment/leaf.h"

enum { DEPTH_MOST = 3 };

struct search {
    struct budget *budget;
    unsigned depth;
    bool has, is_unread;
    enum status status;
};

static void search_octets(struct search *search, struct bytes octets);

static void take_document(void *context, struct bytes name, struct bytes octets)
{
    (void)name;
    search_octets(context, octets);
}

static void search_ole(struct search *search, struct bytes octets)
{
    struct macro macro = {0};

    if (search->status == STATUS_OK)
        search->status = macro_read_ole(octets, search->budget, take_document, search, &macro);
    search->has |= macro.has_project || macro.has_sheet;
    search->is_unread |= macro.cap != NULL || macro.is_broken || macro.is_encrypted;
    search->is_unread |= macro.document != NULL && strcmp(macro.document, "powerpoint") == 0;
}

static bool ends_fold(struct bytes name, const char *text)
{
    struct bytes end = bytes_of_text(text);

    return name.size >= end.size &&
           bytes_equal_fold(bytes_slice(name, name.size - end.size, end.size), end);
}

static void take_entry(void *context, const struct listing_entry *entry)
{
    struct search *search = context;
    struct macro macro = {0};

    search->has |= ends_fold(entry->name, "vbaProject.bin") ||
                   bytes_contain_fold(entry->name, BYTES("xl/macrosheets/"));
    if (ends_fold(entry->name, "[Content_Types].xml"))
        macro_read_content_types(entry->whole, &macro);
    search->has |= macro.is_named || macro.has_sheet;
    search->is_unread |=
        entry->is_encrypted || (entry->whole.size == 0 && entry->size > LISTING_WHOLE_MOST);
    if (search->depth < DEPTH_MOST && strcmp(magic_of(entry->head)->name, "ole") == 0)
        search_octets(search, entry->whole);
}

static void search_octets(struct search *search, struct bytes octets)
{
    struct listing listing = {0};

    if (octets.size == 0 || search->status != STATUS_OK)
        return;
    if (search->depth == DEPTH_MOST) {
        search->is_unread = true;
        return;
    }
    search->depth++;
    if (strcmp(magic_of(octets)->name, "ole") == 0) {
        search_ole(search, octets);
    } else if (listing_is_archive(octets)) {
        search->status = listing_walk(octets, search->budget, take_entry, search, &listing);
        search->is_unread |= listing.state != LISTING_WHOLE;
    }
    search->depth--;
}

enum status clean_has_macros(struct bytes octets, struct budget *budget, bool *has)
{
    struct search search = {.budget = budget};

    search_octets(&search, octets);
    *has = search.has || search.is_unread;
    return search.status;
}

static enum status clean_content(struct bytes content, struct budget *budget, struct arena *arena,
                                 struct bytes *cleaned)
{
    const char *kind = magic_of(content)->name;

    if (strcmp(kind, "ole") == 0)
        return ole_clean(content, budget, arena, cleaned);
    return strcmp(kind, "zip") == 0 ? package_clean(content, budget, arena, cleaned)
                                    : STATUS_UNSUPPORTED;
}

enum status attachment_clean(void *state, struct message *message, struct part *part,
                             struct arena *arena, struct bytes *cleaned)
{
    struct bytes content, made;
    bool has;
    enum status status = message_decode(message, part, &content);

    (void)state;
    if (status == STATUS_OK)
        status = clean_content(content, message->budget, arena, &made);
    if (status == STATUS_OK)
        status = clean_has_macros(made, message->budget, &has);
    if (status != STATUS_OK)
        return status;
    if (has)
        return STATUS_UNSUPPORTED;
    *cleaned = made;
    return STATUS_OK;
}

#include "clients/cccpc/explain_recipients.h"

#include "clients/cccpc/paragraph.h"
#include "clients/cccpc/recipient_line.h"

enum { INDENT = 4, LEVEL = 2, HANGING = 3, MEMBERS_SHOWN = 20 };

static void stores_put(struct paragraph *line, const struct cccp_recipient *recipient)
{
    for (size_t i = 0; i < recipient->store_count; i++) {
        const struct cccp_store *store = &recipient->stores[i];
        char what[24] = "original";
        if (store->copy)
            snprintf(what, sizeof(what), "copy %u", store->copy);
        paragraph_put(line, "  ", "%s kept in %s %s", what,
                      store->is_archive ? "archive" : "quarantine", store->name);
    }
}

/* Everything but the addresses. */
static void result_put(struct paragraph *line, const struct cccp_recipient *one)
{
    char text[512];
    recipient_short(text, sizeof(text), one);
    paragraph_put(line, " ", "%s", text);
    if (one->status)
        paragraph_put(line, " ", "%s", one->status);
    if (one->after_seconds)
        paragraph_put(line, " ", "after %llu s", (unsigned long long)one->after_seconds);
    if (one->mark)
        paragraph_put(line, " ", "mark \"%s\"", one->mark);
    if (one->sender)
        paragraph_put(line, "  ", "sender <%s>", one->sender);
    if (one->route)
        paragraph_put(line, "  ", "route %s", one->route);
    stores_put(line, one);
    paragraph_words(line, ": ", one->text);
}

static void members_write(FILE *out, const struct cccp_members *members)
{
    struct paragraph line;
    paragraph_begin(&line, out, INDENT + LEVEL, HANGING);
    for (size_t i = 0; i < members->count && i < MEMBERS_SHOWN; i++)
        paragraph_put(&line, ", ", "<%s>", members->addresses[i]);
    if (members->count > MEMBERS_SHOWN)
        paragraph_put(&line, " ", "and %zu more", members->count - MEMBERS_SHOWN);
    result_put(&line, members->result);
    paragraph_end(&line);
}

void explain_recipient_write(FILE *out, uint32_t id, const char *address,
                             const struct cccp_recipient *recipient)
{
    struct paragraph line;
    paragraph_begin(&line, out, INDENT, HANGING);
    paragraph_put(&line, "", "%u <%s>", id, address);
    result_put(&line, recipient);
    paragraph_end(&line);
    for (size_t i = 0; i < recipient->member_count; i++)
        members_write(out, &recipient->members[i]);
}

void explain_recipients_write(FILE *out, const struct cccp_result *result,
                              const char *const *addresses)
{
    fputs("  recipients\n", out);
    for (uint32_t id = 1; id <= cccp_result_recipients(result); id++)
        explain_recipient_write(out, id, addresses[id - 1], cccp_result_recipient(result, id));
}

/* Templates of notices and texts (spec/policy.md 6.1): a subject and a text, in one language or in
 * several that stand one below the other. ${fact} in them is checked when the configuration is
 * read. Three are built in, in English and German; a configuration may have its own of that name.
 */
#ifndef SERVER_POLICY_TEMPLATE_H
#define SERVER_POLICY_TEMPLATE_H

#include "server/config/row.h"

enum { TEMPLATE_LANGUAGES_MOST = 8, TEMPLATE_SUBJECT_BYTES = 256, TEMPLATE_TEXT_BYTES = 16384 };

/* One language of a template, as it was written; lines of text end with LF. */
struct template_text {
    const char *language;                        /* "en", "de", "pt-BR"; "": not told */
    const char *subject, *text;                  /* with ${fact} in them */
    const struct node *subject_node, *text_node; /* for messages; NULL: built in */
};

struct template
{
    const char *name;
    const struct template_text *texts; /* in the order in which they are shown, at least one */
    size_t count;
};

/* config->template_texts from what is written. INVALID: one has no text, or a language twice. */
MUST_CHECK enum status templates_read(struct config_reader *reader, struct config *config);
/* One of the configuration, else a built-in one ("sender", "recipient", "administrator"); NULL:
 * there is none. */
const struct template *template_find(const struct config *config, struct bytes name);

#endif

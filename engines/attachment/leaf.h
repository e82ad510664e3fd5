/* One leaf under examination, and what is said of it. leaf.c looks at the leaf itself, entries.c at
 * what an archive or document in it holds, judge.c turns what was seen into findings. */
#ifndef ENGINES_ATTACHMENT_LEAF_H
#define ENGINES_ATTACHMENT_LEAF_H

#include "engines/attachment/listing.h"
#include "engines/attachment/macro.h"
#include "engines/attachment/rules.h"
#include "engines/message/message.h"
#include "engines/reporter.h"

enum { FACTS_MOST = 64, SAID_MOST = 4 };

#define SYMBOL_ROWS(row)                                                                           \
    row(REFUSED_NAME, "refused-name") row(REFUSED_TYPE, "refused-type")                            \
        row(DISK_IMAGE, "disk-image") row(SHORTCUT, "shortcut")                                    \
            row(NAME_DECEPTIVE, "name-deceptive") row(TYPE_DECEPTIVE, "type-deceptive")            \
                row(TYPE_MISMATCH, "type-mismatch") row(ARCHIVE_DECEPTIVE, "archive-deceptive")    \
                    row(ARCHIVE_ODD, "archive-odd") row(MACRO, "macro")                            \
                        row(MACRO_AUTORUN, "macro-autorun")                                        \
                            row(REMOTE_TEMPLATE, "remote-template")                                \
                                row(HTML_DOWNLOAD, "html-download") row(SIGNED, "signed")          \
                                    row(TOO_LARGE, "too-large")
#define SYMBOL_ENUM(id, text) SYMBOL_##id,
enum symbol { SYMBOL_ROWS(SYMBOL_ENUM) SYMBOL_COUNT };

/* The whole message, in one pass over its leaves. */
struct inspection {
    const struct rules *rules;
    struct message *message;
    struct reporter *reporter;
    uint64_t attachments, entries;
    struct name_extension extensions[FACTS_MOST]; /* distinct */
    unsigned extension_count;
    const struct magic *kinds[FACTS_MOST]; /* distinct, of attachments and entries */
    unsigned kind_count;
};

struct leaf {
    struct inspection *inspection;
    struct part *part;
    struct bytes content;
    const struct magic *kind;    /* by its octets, and by what an archive holds */
    struct name_extension shown; /* the extension of its first name */
    enum coverage_state state;
    const char *reason;          /* when the state is not EXAMINED */
    unsigned said[SYMBOL_COUNT]; /* findings of each symbol */
    /* of an archive or package */
    const struct magic *package; /* docx, jar, … by the names of its entries, or NULL */
    bool is_ooxml, holds_active, says_project, has_project;
    enum status status; /* of a callback: MEMORY, DEADLINE */
};

/* Examines, says, and sets state and reason. STATUS_MEMORY, or STATUS_DEADLINE: it has
 * failed. */
MUST_CHECK enum status leaf_examine(struct leaf *leaf);

/* entries.c: what is in an archive or compound file. STATUS_MEMORY, STATUS_DEADLINE. */
MUST_CHECK enum status entries_examine(struct leaf *leaf);
MUST_CHECK enum status entries_examine_document(struct leaf *leaf);

/* judge.c. Where something is: in the content, in the header of the part, or, without a range,
 * where the name stands in the content. */
struct place {
    struct range range;
    bool in_header;
    struct bytes name; /* of the file meant, for people too */
};
/* Of one symbol SAID_MOST findings are said for a leaf. */
void leaf_say(struct leaf *leaf, enum symbol symbol, enum finding_class class,
              const struct place *place, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Finding `attachment.WORD`, class LIMIT; the leaf is UNEXAMINABLE with WORD. */
void leaf_cannot(struct leaf *leaf, const char *word, const struct place *place);
/* A cap of the budget. */
void leaf_capped(struct leaf *leaf, const char *cap, const struct place *place);
void judge_name(struct leaf *leaf, struct bytes name, const struct place *place,
                struct name_reading *reading);
/* What the octets of the leaf (in_archive: of an entry) are. */
void judge_class(struct leaf *leaf, const struct magic *kind, const struct place *place,
                 bool in_archive);
/* What they are against what was promised. */
void judge_promise(struct leaf *leaf);
void judge_macro(struct leaf *leaf, const struct macro *macro, const struct place *place);
MUST_CHECK enum status judge_html(struct leaf *leaf, struct bytes html, bool is_svg,
                                  const struct place *place);
void judge_listing(struct leaf *leaf, const struct listing *listing);
void judge_crypto(struct leaf *leaf);
void note_kind(struct inspection *inspection, const struct magic *kind);
void note_extension(struct inspection *inspection, const struct name_extension *extension);

/* inspect.c: a worker's pass over a message. */
enum status attachment_inspect(void *state, struct message *message, struct reporter *reporter);

#endif

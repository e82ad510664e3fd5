/* What a file is by its octets, and what names and media types go with that. Our own table: small,
 * linear, nothing to open, and it knows what Windows runs on a double click. First octets, and the
 * few places where disk images have their mark; documents in compound files and zips are told apart
 * by ole.h and by the entries (spec/engine-attachment.md 2). */
#ifndef ENGINES_ATTACHMENT_MAGIC_H
#define ENGINES_ATTACHMENT_MAGIC_H

#include "protocol/bytes.h"

/* The words of the setting refuse-types. SCRIPT: Windows runs it when it is opened. SOURCE: text of
 * a program that is only run when somebody asks for it. */
#define MAGIC_CLASS_ROWS(row)                                                                      \
    row(UNKNOWN, "unknown") row(EXECUTABLE, "executable") row(SCRIPT, "script")                    \
        row(SHORTCUT, "shortcut") row(DISK_IMAGE, "disk-image") row(ARCHIVE, "archive")            \
            row(DOCUMENT, "document") row(IMAGE, "image") row(AUDIO, "audio") row(VIDEO, "video")  \
                row(FONT, "font") row(SOURCE, "source") row(TEXT, "text") row(MAIL, "mail")        \
                    row(CRYPTO, "crypto")
#define MAGIC_CLASS_ENUM(id, word) MAGIC_##id,
enum magic_class { MAGIC_CLASS_ROWS(MAGIC_CLASS_ENUM) MAGIC_CLASS_COUNT };

enum magic_form {
    MAGIC_BINARY,
    MAGIC_READABLE, /* what it is stands there as text */
    MAGIC_NAMED     /* has no octets of its own: known by name only */
};

struct magic {
    const char *name; /* stable word: facts and explanations have it */
    enum magic_class class;
    enum magic_form form;
    const char *types;      /* media types, a blank between */
    const char *extensions; /* lower case, a blank between */
};

enum { MAGIC_HEAD_OCTETS = 4096 }; /* as much of a file as most rows look at */

/* Never NULL: "empty", "text" or "data" when no other row fits. */
const struct magic *magic_of(struct bytes octets);
/* The row of that name; NULL. */
const struct magic *magic_named(const char *name);
/* The first row that has the extension (lower case) or media type (lower case), or NULL. */
const struct magic *magic_of_extension(struct bytes extension);
const struct magic *magic_of_type(struct bytes type);
/* The class that a media type promises, also by its first word: "image/x-new" is an image.
 * UNKNOWN for application/octet-stream. */
enum magic_class magic_class_of_type(struct bytes type);
/* Whether the word stands in a list with blanks between. */
bool magic_lists(const char *list, struct bytes word);
const char *magic_class_word(enum magic_class class);
/* What runs, or makes something else run, when it is opened. */
bool magic_is_active(enum magic_class class);

#endif

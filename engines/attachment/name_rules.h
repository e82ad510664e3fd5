/* What a file name means to Windows and what it shows to a person: pure functions over one UTF-8
 * name, linear (spec/engine-attachment.md 3). */
#ifndef ENGINES_ATTACHMENT_NAME_RULES_H
#define ENGINES_ATTACHMENT_NAME_RULES_H

#include "protocol/bytes.h"

enum { NAME_EXTENSIONS_MOST = 6, NAME_EXTENSION_OCTETS = 24 };

enum name_oddity {
    NAME_BIDI = 1,         /* overrides or embeddings that turn letters around */
    NAME_INVISIBLE = 2,    /* a character without width between two of ASCII, or in an extension */
    NAME_CUT = 4,          /* a control or U+FFFD: some programs end the name there */
    NAME_PADDED = 8,       /* a run of blanks or underscores that pushes the extension away */
    NAME_DOUBLE = 16,      /* what runs behind what is read: invoice.pdf.exe */
    NAME_TRAILING = 32,    /* dots and blanks at the end, which Windows drops */
    NAME_STREAM = 64,      /* a colon: an alternate data stream */
    NAME_PATH = 128,       /* folders */
    NAME_COMPATIBLE = 256, /* letters or dots that only look like ASCII */
    NAME_DEVICE = 512      /* con, nul, com1 … */
};

/* Lower case ASCII; other characters as they are; empty when there is none or it is longer. */
struct name_extension {
    char text[NAME_EXTENSION_OCTETS + 1];
    size_t size;
};

struct name_reading {
    unsigned oddities;
    /* Every extension that the file could end up with; the first is that of the whole name. */
    struct name_extension extensions[NAME_EXTENSIONS_MOST];
    unsigned count;
};

void name_read(struct bytes name, struct name_reading *reading);
/* Meant to look like something else: oddities that no honest name has, as spec 3.2 says. */
bool name_is_deceptive(const struct name_reading *reading);
/* The oddity for people, of those that deceive. */
const char *name_oddity_text(unsigned oddities);
/* "*" any octets, "?" one; ASCII letters in any case; the whole name. */
bool name_matches(const char *pattern, struct bytes name);

#endif

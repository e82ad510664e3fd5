/* What in an Office document runs or fetches something: VBA projects and their automatic names,
 * Excel 4 macro sheets, packages, remote templates; and whether it can be read at all
 * (spec/engine-attachment.md 5). */
#ifndef ENGINES_ATTACHMENT_MACRO_H
#define ENGINES_ATTACHMENT_MACRO_H

#include "engines/attachment/vba.h"
#include "engines/budget.h"

struct macro {
    const char *document;            /* the kind as magic_named() knows it, or NULL */
    bool is_named;                   /* a package says that it has a project */
    bool has_project;                /* VBA, or Basic of an OpenDocument */
    bool has_sheet;                  /* Excel 4 macros */
    bool is_unread;                  /* a project of which no source could be read */
    bool is_encrypted;               /* the document, not just its project */
    bool is_broken;                  /* a compound file that cannot be read wholly */
    const char *cap;                 /* of the budget: not read further */
    char automatic[VBA_NAME_OCTETS]; /* the first name that runs by itself, or empty */
    struct range where;              /* of the project or sheet, in the file that was read last */
};

/* A file within a document. name: UTF-8 or what stands there. Valid during the call only. */
typedef void (*macro_take)(void *context, struct bytes name, struct bytes octets);

/* Adds what a compound file has; what is no compound file leaves it as it is. STATUS_MEMORY only.
 */
MUST_CHECK enum status macro_read_ole(struct bytes file, struct budget *budget, macro_take take,
                                      void *context, struct macro *macro);
/* Whether "[Content_Types].xml" names a VBA project or macro sheet, under whatever name. */
void macro_read_content_types(struct bytes xml, struct macro *macro);

/* The value of an attribute in one tag of XML, as it stands; empty when there is none. */
struct bytes macro_attribute(struct bytes tag, const char *name);

/* What a part *.rels of an OOXML package has loaded from elsewhere when it is opened. */
enum macro_remote { MACRO_NOTHING_REMOTE, MACRO_REMOTE_SHARE, MACRO_REMOTE_WEB };
enum macro_remote macro_remote_of(struct bytes rels, struct range *where);

#endif

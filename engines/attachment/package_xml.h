/* The two kinds of XML that name the parts of an OOXML package: "[Content_Types].xml" and "*.rels".
 * Only tags that name a project change; everything else stays octet for octet. */
#ifndef ENGINES_ATTACHMENT_PACKAGE_XML_H
#define ENGINES_ATTACHMENT_PACKAGE_XML_H

#include "protocol/arena.h"

struct package_names {
    struct bytes *items; /* paths of parts that go */
    size_t count;
};

/* vbaProject.bin and what belongs to it, by the name that Office gives it. */
bool package_is_project_name(struct bytes path);
/* UNSUPPORTED: not UTF-8, or a tag that does not end as it should. MEMORY. */
MUST_CHECK enum status package_xml_clean(struct bytes xml, const struct package_names *names,
                                         struct arena *arena, struct bytes *cleaned);

#endif

/* The Content- fields of a part whose body is another one (RFC 2045): set right so that no reader
 * takes an older value. */
#ifndef ENGINES_CONVERT_CONTENT_FIELDS_H
#define ENGINES_CONVERT_CONTENT_FIELDS_H

#include "engines/convert/conversion.h"

/* A part's header section while it is edited: the message's own, or one read for it. */
struct content_fields {
    struct conversion *conversion;
    const struct part *part;
    struct section own, *section;
};

/* Where a part's section begins: of one without fields at the empty line before its body. */
size_t content_fields_begin(const struct conversion *conversion, const struct part *part);
/* LIMIT, MEMORY. */
MUST_CHECK enum status content_fields_open(struct content_fields *fields,
                                           struct conversion *conversion, const struct part *part);
/* Content-Transfer-Encoding: replaced or added, others of it go. Nothing to do when one word says
 * so already, or when 7bit is meant and nothing is said. */
MUST_CHECK enum status content_fields_encode(struct content_fields *fields, const char *word);
/* The parameter charset of Content-Type: only it changes, and what could be taken for it goes. */
MUST_CHECK enum status content_fields_label(struct content_fields *fields, struct bytes label);
/* Content-MD5 (RFC 1864) of another content goes. */
MUST_CHECK enum status content_fields_drop_sum(struct content_fields *fields);
/* Every Content- field goes; type and word are put in, MIME-Version besides where there is none and
 * the section is that of a message. */
MUST_CHECK enum status content_fields_replace(struct content_fields *fields, struct bytes type,
                                              struct bytes disposition, const char *word);
MUST_CHECK enum status content_fields_close(struct content_fields *fields);

#endif

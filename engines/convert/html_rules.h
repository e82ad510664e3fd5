/* What may stay of HTML that is disarmed (spec/conversion.md 7): elements, attributes, addresses.
 */
#ifndef ENGINES_CONVERT_HTML_RULES_H
#define ENGINES_CONVERT_HTML_RULES_H

#include "engines/decode/html_tokens.h"

enum html_fate {
    HTML_STAYS,
    HTML_TAG_GOES,    /* its tags; what stands between them is looked at by itself */
    HTML_ELEMENT_GOES /* with all that it hides */
};

/* By its name: what has octets in it that no element's name has goes. */
enum html_fate html_element_fate(const struct html_token *token);
/* An attribute of a start tag. */
bool html_attribute_stays(const struct html_token *tag, const struct html_attribute *attribute);
/* A meta element that sends the reader elsewhere, or names a charset in which ASCII is not itself.
 */
bool html_meta_stays(const struct html_token *tag);
/* A comment that every reader ends where we do, and that is no condition. */
bool html_comment_stays(struct bytes html, const struct html_token *token);
bool html_doctype_stays(struct bytes html, const struct html_token *token);
/* What style and title hide. */
bool html_raw_stays(const struct html_token *token);

/* css_rules.c: a style that loads, runs or hides the like; escapes are taken for it. */
bool css_is_dangerous(struct bytes css, bool is_attribute);

#endif

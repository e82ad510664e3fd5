/* A footer: which texts a reader sees as the message, and what is put at their end
 * (spec/conversion.md 2, `footer`). */
#ifndef ENGINES_CONVERT_FOOTER_H
#define ENGINES_CONVERT_FOOTER_H

#include "engines/convert/body.h"

struct footer {
    struct conversion *conversion;
    const struct edit *edit;
    struct bytes text, html; /* UTF-8; one of them may be empty */
    bool is_found;           /* a text that has it now */
    bool is_signed;          /* one that must not have it */
    enum status status;
};

/* footer_text.c: behind the last line, in the text's charset when it fits, else in UTF-8. */
MUST_CHECK enum status footer_put_text(struct footer *footer, struct body *body);
/* The content with the footer. */
typedef enum status (*footer_put)(struct footer *footer, const struct part *part,
                                  struct bytes content, struct bytes *all);
/* All of the text with its footer through UTF-8: to its own charset again when that writes it. */
MUST_CHECK enum status footer_recode(struct footer *footer, struct body *body, struct bytes label,
                                     footer_put put_footer);
/* As the lines of a text end; those of the message where it has none. */
struct bytes footer_line_break(const struct footer *footer, struct bytes content);
/* footer_html.c: before the last </body> that a reader sees as one, else at the end. */
MUST_CHECK enum status footer_put_html(struct footer *footer, struct body *body);
/* Where it goes: before the last end tag of body, and never inside anything. */
size_t footer_html_place(struct bytes html);
/* footer_wrap.c: a message without any text becomes a multipart/mixed with one. */
MUST_CHECK enum status footer_wrap(struct footer *footer);

#endif

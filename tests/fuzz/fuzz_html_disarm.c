/* Any octets as HTML that is disarmed. The oracle: a second run changes nothing, no tag that starts
 * a script, a frame, a form or a picture of elsewhere is left for the tokenizer, and a footer goes
 * to a place within. */
#include <stdlib.h>
#include <string.h>

#include "engines/convert/footer.h"
#include "engines/convert/html_disarm.h"
#include "engines/convert/html_rules.h"
#include "engines/decode/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tag(const struct html_token *token)
{
    static const char *const gone[] = {"script", "iframe", "form", "object", "base", "svg", "math"};
    struct html_attribute attribute;
    size_t at = 0;

    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        if (html_is_named(token, gone[i]))
            abort();
    }
    while (token->kind == HTML_START && html_attribute_next(token->inside, &at, &attribute)) {
        if (bytes_begin_fold(attribute.name, BYTES("on")) ||
            bytes_begin_fold(attribute.value, BYTES("javascript:")))
            abort();
    }
}

static void check_tokens(struct bytes html)
{
    struct html_reader reader = {.html = html};
    struct html_token token;
    size_t end = 0;

    while (html_next(&reader, &token)) {
        if (token.range.offset != end || token.range.size == 0)
            abort();
        end = (size_t)(token.range.offset + token.range.size);
        if (token.kind == HTML_START || token.kind == HTML_END)
            check_tag(&token);
    }
    if (end != html.size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer once = {.limit = SIZE_MAX}, twice = {.limit = SIZE_MAX};
    struct bytes html = {data, size};
    uint64_t changes;

    charset_warm_up();
    if (html_disarm(html, &once, &changes) != STATUS_OK)
        abort();
    if (changes == 0 && !bytes_equal(buffer_bytes(&once), html))
        abort();
    check_tokens(buffer_bytes(&once));
    if (html_disarm(buffer_bytes(&once), &twice, &changes) != STATUS_OK || changes != 0 ||
        !bytes_equal(buffer_bytes(&once), buffer_bytes(&twice)))
        abort();
    if (footer_html_place(html) > size)
        abort();
    buffer_clear(&once);
    buffer_clear(&twice);
    return 0;
}

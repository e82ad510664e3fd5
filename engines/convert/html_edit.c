/* html-disarm: which leaves, and in which charset they are looked at. */
#include "engines/convert/body.h"
#include "engines/convert/html_disarm.h"
#include "engines/convert/signed.h"
#include "engines/decode/charset.h"

/* A byte order mark is stronger than any label (WHATWG Encoding Standard 6). */
static struct bytes label_of(const struct part *part, struct bytes content)
{
    if (bytes_equal(bytes_slice(content, 0, 2), BYTES("\xFF\xFE")))
        return BYTES("utf-16le");
    if (bytes_equal(bytes_slice(content, 0, 2), BYTES("\xFE\xFF")))
        return BYTES("utf-16be");
    return part->charset;
}

static enum status disarm_octets(struct conversion *conversion, struct body *body,
                                 struct bytes html, bool is_converted)
{
    AUTO(buffer_clear) struct buffer out = {.limit = SIZE_MAX};
    uint64_t changes;
    enum status status = html_disarm(html, &out, &changes);
    uint8_t *octets;

    if (status != STATUS_OK || changes == 0)
        return status;
    status = conversion_take(conversion, out.size + 1, &octets);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < out.size; i++)
        octets[i] = out.data[i];
    body_change(body, (struct bytes){octets, out.size});
    if (is_converted) {
        body->is_relabelled = true;
        body->charset = BYTES("utf-8");
    }
    return STATUS_OK;
}

/* Where ASCII is not itself the text is looked at, and written, as UTF-8. */
static enum status disarm_leaf(struct conversion *conversion, struct body *body)
{
    struct bytes label = label_of(body->part, body->content);
    struct charset_text text = {.text = body->content};
    bool is_converted = !charset_keeps_ascii(label);
    const char *cap = NULL;
    enum status status = STATUS_OK;

    if (is_converted)
        status = charset_to_utf8(label, body->content, conversion->budget, conversion->draft.arena,
                                 &text, &cap);
    if (cap != NULL)
        return body_hit(conversion, body->part, cap);
    return status == STATUS_OK ? disarm_octets(conversion, body, text.text, is_converted) : status;
}

enum status convert_html_disarm(struct draft *draft, const struct edit *edit,
                                struct conversion *conversion)
{
    enum status status = STATUS_OK;
    struct part *part;
    struct body *body;
    uint32_t at = 0;

    (void)draft;
    while (status == STATUS_OK && (part = bodies_next_leaf(conversion, &at)) != NULL) {
        bool passes = false;

        if (!bytes_equal_fold(part->type, BYTES("text/html")))
            continue;
        status = body_of(conversion, part, &body);
        if (status == STATUS_OK)
            status = body_load(conversion, body);
        if (status == STATUS_OK)
            status = signed_passes_over(conversion, edit, body, true, &passes);
        if (status == STATUS_OK && !passes)
            status = disarm_leaf(conversion, body);
    }
    return status;
}

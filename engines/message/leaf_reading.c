/* Looks into leaves without decoding them; linear. */
#include "engines/message/leaf_reading.h"

#include <string.h>

#include "engines/decode/embedded.h"
#include "engines/message/header.h"

static bool begins_with_content(struct bytes line)
{
    return bytes_equal_fold(bytes_slice(line, 0, 8), BYTES("Content-")) &&
           bytes_find(line, 0, ':') < line.size;
}

/* The body begins with a field of a part, or with dashes and such a field: a header that came too
 * late, or a multipart that this view was not told of. */
static bool begins_like_part(struct bytes body)
{
    struct bytes line = {0};
    size_t at = 0, next;

    while (at < body.size && line_is_blank(line))
        line = line_at(body, at, &at);
    if (begins_with_content(line))
        return true;
    return line.size > 2 && line.data[0] == '-' && line.data[1] == '-' && at < body.size &&
           begins_with_content(line_at(body, at, &next));
}

void leaf_reading_find_file(struct reporter *reporter, uint32_t part, struct range where,
                            const struct embedded *file)
{
    if (file->encoding == ENCODING_YENC)
        reporter_finding(reporter, "message.yenc", CLASS_STRUCTURE, 0, part, where,
                         file->is_partial ? "a piece of a yEnc file"
                                          : "a yEnc file, which only some readers show");
    if (file->encoding == ENCODING_BINHEX)
        reporter_finding(reporter, "message.binhex", CLASS_STRUCTURE, 0, part, where,
                         "a BinHex file, which only some readers show");
}

void leaf_reading_check(struct reporter *reporter, const struct part *part)
{
    struct bytes body =
        bytes_slice(reporter->message->octets, (size_t)part->body.offset, (size_t)part->body.size);

    if (body.size == 0)
        return;
    if (begins_like_part(body) && !bytes_equal(part->type, BYTES("message/external-body")))
        reporter_finding(reporter, "message.hidden-part", CLASS_STRUCTURE, 0, part->number,
                         (struct range){part->body.offset, body.size},
                         "the body begins like a part");
}

/* tag-list = tag-spec *( ";" tag-spec ) [ ";" ], tag-spec = [FWS] tag-name [FWS] "=" [FWS]
 * tag-value [FWS] (RFC 6376 3.2). */
#include "engines/convert/signature_tags.h"

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

static struct bytes trimmed(struct bytes text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = bytes_slice(text, 1, SIZE_MAX);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static uint64_t read_number(struct bytes text)
{
    uint64_t number = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || number > UINT64_MAX / 10 - 10)
            return UINT64_MAX;
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return text.size > 0 ? number : UINT64_MAX;
}

static void take_tag(struct signature_tags *tags, struct bytes name, struct bytes value)
{
    if (bytes_equal(name, BYTES("d"))) {
        tags->domain = value;
    } else if (bytes_equal(name, BYTES("s"))) {
        tags->selector = value;
    } else if (bytes_equal(name, BYTES("h"))) {
        tags->fields = value;
    } else if (bytes_equal(name, BYTES("l"))) {
        tags->has_length = true;
        tags->length = read_number(value);
    } else if (bytes_equal(name, BYTES("c"))) {
        size_t slash = bytes_find(value, 0, '/');

        tags->has_relaxed_body =
            bytes_equal_fold(bytes_slice(value, slash + 1, SIZE_MAX), BYTES("relaxed"));
    }
}

void signature_tags_read(struct bytes value, struct signature_tags *tags)
{
    size_t at = 0;

    *tags = (struct signature_tags){.has_length = false};
    while (at < value.size) {
        size_t end = bytes_find(value, at, ';');
        struct bytes tag = bytes_slice(value, at, end - at);
        size_t equals = bytes_find(tag, 0, '=');

        take_tag(tags, trimmed(bytes_slice(tag, 0, equals)),
                 trimmed(bytes_slice(tag, equals + 1, SIZE_MAX)));
        at = end + 1;
    }
}

size_t signature_names(const struct signature_tags *tags, struct bytes name)
{
    size_t at = 0, count = 0;

    while (at < tags->fields.size) {
        size_t end = bytes_find(tags->fields, at, ':');

        count += bytes_equal_fold(trimmed(bytes_slice(tags->fields, at, end - at)), name);
        at = end + 1;
    }
    return count;
}

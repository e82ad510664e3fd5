/* The content of a leaf as those read it who look into it: a text by its charset, a file that is a
 * mail by its name. */
#include <string.h>

#include "engines/decode/charset.h"
#include "engines/message/reader.h"

/* Those of the declaration and of a byte order mark, which decides for readers that look for one.
 */
size_t reader_charsets(const struct claims *claims, struct bytes content,
                       struct bytes charsets[READER_CHARSETS_MOST])
{
    static const struct {
        struct bytes mark, charset;
    } marks[] = {{{(const uint8_t *)"\xFF\xFE\0\0", 4}, {(const uint8_t *)"utf-32", 6}},
                 {{(const uint8_t *)"\0\0\xFE\xFF", 4}, {(const uint8_t *)"utf-32", 6}},
                 {{(const uint8_t *)"\xFF\xFE", 2}, {(const uint8_t *)"utf-16", 6}},
                 {{(const uint8_t *)"\xFE\xFF", 2}, {(const uint8_t *)"utf-16", 6}}};
    const struct bytes declared[] = {claims->charset, claims->other_charset};
    size_t count = 0;

    for (size_t i = 0; i < 2; i++) {
        if (declared[i].size > 0 && !charset_keeps_ascii(declared[i]))
            charsets[count++] = declared[i];
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (bytes_equal(bytes_slice(content, 0, marks[i].mark.size), marks[i].mark)) {
            charsets[count++] = marks[i].charset;
            break;
        }
    }
    return count;
}

enum status reader_convert(struct reader *reader, uint32_t number, struct bytes charset)
{
    struct message *message = reader->message;
    struct part text = message->parts[number - 1];
    struct charset_text converted;
    enum status status;
    const char *cap;
    bool kept;

    if (!reader_may_walk(reader, text.content.size))
        return STATUS_OK;
    status =
        charset_to_utf8(charset, text.content, message->budget, &message->arena, &converted, &cap);
    if (status != STATUS_OK)
        return status;
    if (cap != NULL)
        reader_cap(reader, cap);
    text.content = converted.text;
    text.charset = BYTES("utf-8");
    text.parent = number;
    text.is_derived = true;
    return reader_keep(reader, &text, &kept);
}

bool reader_is_mail_file(const struct part *part)
{
    static const char *const ends[] = {".eml", ".mht", ".mhtml", ".nws"};

    for (uint32_t i = 0; i <= part->names.count; i++) {
        struct bytes name = i == 0 ? part->name : part->names.items[i - 1].text;

        for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
            struct bytes end = bytes_of_text(ends[k]);

            if (name.size > end.size &&
                bytes_equal_fold(bytes_slice(name, name.size - end.size, end.size), end))
                return true;
        }
    }
    return false;
}

enum status reader_open_mail_file(struct reader *reader, uint32_t number)
{
    const struct part *part = &reader->message->parts[number - 1];
    struct entity entity = {
        .octets = part->content, .within = number, .parent = number, .depth = part->depth};

    return reader_queue_section(reader, &entity, 0, part->content.size);
}

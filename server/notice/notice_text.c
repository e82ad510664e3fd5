/* Text of notices: what is put in comes from mail, so nothing of it is trusted to be text. */
#include "server/notice/notice_text.h"

enum { PLAIN_LINE_MOST = 78, QUOTED_LINE_MOST = 76, CHARACTER_MOST = 4 };

static enum status append_limited(struct buffer *out, struct bytes octets)
{
    enum status status = buffer_append(out, octets);
    return status == STATUS_LIMIT_REPLY ? STATUS_LIMIT : status;
}

/* Octets of the character at `at`; 0: none of UTF-8 is there. */
static size_t character_size(struct bytes text, size_t at)
{
    for (size_t size = 1; size <= CHARACTER_MOST && at + size <= text.size; size++)
        if (bytes_is_utf8(bytes_slice(text, at, size)))
            return size;
    return 0;
}

/* C0 but for LF, DEL, C1. */
static bool is_control(struct bytes character)
{
    uint8_t octet = character.data[0];
    return (octet < 0x20 && octet != '\n') || octet == 0x7F ||
           (character.size == 2 && octet == 0xC2 && character.data[1] < 0xA0);
}

/* CRLF ends a line as LF does. */
static enum status append_clean(struct bytes text, struct buffer *out)
{
    enum status status = STATUS_OK;
    for (size_t at = 0; at < text.size && status == STATUS_OK;) {
        size_t size = character_size(text, at);
        struct bytes one = bytes_slice(text, at, size > 0 ? size : 1);
        at += one.size;
        if (one.data[0] == '\r' && at < text.size && text.data[at] == '\n')
            continue;
        if (size == 0)
            one = BYTES("\xEF\xBF\xBD");
        else if (is_control(one))
            one = BYTES(" ");
        status = append_limited(out, one);
    }
    return status;
}

static enum status end_line(struct buffer *out)
{
    if (out->size == 0 || out->data[out->size - 1] == '\n')
        return STATUS_OK;
    return append_limited(out, BYTES("\n"));
}

enum status notice_text_join(const struct notice *notice, struct buffer *out)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < notice->text_count && status == STATUS_OK; i++) {
        if (i > 0)
            status = append_limited(out, BYTES("\n----------------------------------------\n"));
        if (status == STATUS_OK && i > 0)
            status = append_clean(notice->texts[i].subject, out);
        if (status == STATUS_OK && i > 0)
            status = append_limited(out, BYTES("\n\n"));
        if (status == STATUS_OK)
            status = append_clean(notice->texts[i].text, out);
        if (status == STATUS_OK)
            status = end_line(out);
    }
    return status;
}

static bool line_is_plain(struct bytes line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] >= 0x7F)
            return false;
    bool blank_ends = line.size > 0 && line.data[line.size - 1] == ' ';
    return line.size <= PLAIN_LINE_MOST && !blank_ends &&
           !bytes_equal(bytes_slice(line, 0, 5), BYTES("From "));
}

bool notice_text_is_plain(struct bytes text)
{
    for (size_t at = 0; at < text.size;) {
        size_t end = bytes_find(text, at, '\n');
        if (!line_is_plain(bytes_slice(text, at, end - at)))
            return false;
        at = end + 1;
    }
    return true;
}

/* "=" and what a line may not begin or end with are written as "=3D". */
static bool stands_for_itself(struct bytes line, size_t at)
{
    uint8_t octet = line.data[at];
    bool first_of_from = at == 0 && bytes_equal(bytes_slice(line, 0, 5), BYTES("From "));
    bool dot_alone = at == 0 && octet == '.';
    bool blank_ends = octet == ' ' && at + 1 == line.size;
    return octet >= 0x20 && octet < 0x7F && octet != '=' && !first_of_from && !dot_alone &&
           !blank_ends;
}

static enum status append_quoted(struct bytes line, struct buffer *out)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t column = 0;
    enum status status = STATUS_OK;
    for (size_t at = 0; at < line.size && status == STATUS_OK; at++) {
        uint8_t octet = line.data[at];
        const uint8_t escaped[3] = {'=', digits[octet >> 4], digits[octet & 15]};
        struct bytes one = stands_for_itself(line, at) ? bytes_slice(line, at, 1)
                                                       : (struct bytes){escaped, sizeof escaped};
        if (column + one.size > QUOTED_LINE_MOST - 1) {
            status = append_limited(out, BYTES("=\r\n"));
            column = 0;
        }
        if (status == STATUS_OK)
            status = append_limited(out, one);
        column += one.size;
    }
    return status;
}

enum status notice_text_encode(struct bytes text, bool is_plain, struct buffer *out)
{
    enum status status = STATUS_OK;
    for (size_t at = 0; at < text.size && status == STATUS_OK;) {
        size_t end = bytes_find(text, at, '\n');
        struct bytes line = bytes_slice(text, at, end - at);
        status = is_plain ? append_limited(out, line) : append_quoted(line, out);
        if (status == STATUS_OK)
            status = append_limited(out, BYTES("\r\n"));
        at = end + 1;
    }
    return status;
}

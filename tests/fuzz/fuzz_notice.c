/* A notice whose values are the input, cut at octets 0xFE: to, from, reference, In-Reply-To, host
 * name, subject, the rest is the text. Oracle: the header has the fields that it must have, each
 * once and in their order; no line is over 998 octets; no octet is a lone CR, a lone LF or NUL. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/notice/notice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrong(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

static struct bytes take(struct bytes *input)
{
    size_t end = bytes_find(*input, 0, 0xFE);
    struct bytes one = bytes_slice(*input, 0, end);
    *input = bytes_slice(*input, end + 1, SIZE_MAX);
    return one;
}

static void check_lines(struct bytes text)
{
    size_t column = 0;
    for (size_t i = 0; i < text.size; i++) {
        bool cr = text.data[i] == '\r', lf = text.data[i] == '\n';
        if (text.data[i] == '\0')
            wrong("NUL");
        if (cr != (i + 1 < text.size && text.data[i + 1] == '\n'))
            wrong("a lone CR or LF");
        column = lf || cr ? 0 : column + 1;
        if (column > 998)
            wrong("a line that is too long");
    }
    if (text.size < 2 || text.data[text.size - 1] != '\n')
        wrong("no line break at the end");
}

static void check_header(struct bytes text)
{
    static const char *const wanted[] = {"From:",
                                         "To:",
                                         "Subject:",
                                         "Date:",
                                         "Message-ID:",
                                         "In-Reply-To:",
                                         "References:",
                                         "Auto-Submitted:",
                                         "X-Content-Check: notice",
                                         "MIME-Version:",
                                         "Content-Type:",
                                         "Content-Transfer-Encoding:"};
    size_t next = 0, count = sizeof wanted / sizeof *wanted;
    for (size_t at = 0; at < text.size;) {
        size_t end = bytes_find(text, at, '\n');
        struct bytes line = bytes_slice(text, at, end - at - 1);
        if (line.size == 0)
            break;
        at = end + 1;
        if (line.data[0] == ' ')
            continue;
        if (next == 5 && !bytes_begin_fold(line, BYTES("In-Reply-To:")))
            next += 2;
        if (next == count || !bytes_begin_fold(line, bytes_of_text(wanted[next])))
            wrong("a field that does not belong there");
        next++;
    }
    if (next != count)
        wrong("a field is missing");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct buffer out;
    char reference[300], host[300];
    struct notice notice = {.kind = size % 2 == 0 ? NOTE_SENDER : NOTE_ADMINISTRATOR,
                            .reference = reference,
                            .host_name = host,
                            .time = 1795869069,
                            .text_count = 1};
    struct notice_text text = {.language = ""};
    notice.texts = &text;
    notice.to = take(&input);
    notice.from = take(&input);
    struct bytes name = take(&input);
    snprintf(reference, sizeof reference, "%.*s", (int)name.size, (const char *)name.data);
    notice.in_reply_to = take(&input);
    name = take(&input);
    snprintf(host, sizeof host, "%.*s", (int)name.size, (const char *)name.data);
    text.subject = take(&input);
    text.text = input;
    buffer_init(&out, NOTICE_BYTES_MOST);
    if (notice_write(&notice, &out) == STATUS_OK) {
        check_lines(buffer_bytes(&out));
        check_header(buffer_bytes(&out));
    }
    buffer_clear(&out);
    return 0;
}

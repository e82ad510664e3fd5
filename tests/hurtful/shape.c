#include "tests/hurtful/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_OCTETS = 57, MESSAGE_MOST = 1 << 28 };

void append(struct buffer *out, struct bytes octets)
{
    if (buffer_append(out, octets) != STATUS_OK) {
        fprintf(stderr, "no memory for a message\n");
        exit(1);
    }
}

void append_number(struct buffer *out, uint64_t value, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++) {
        uint8_t octet = 0;

        if (i < sizeof value)
            octet = (uint8_t)(value >> 8 * i & 0xFF);
        append(out, (struct bytes){&octet, 1});
    }
}

void append_base64(struct buffer *out, struct bytes octets)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char line[LINE_OCTETS / 3 * 4 + 2];

    for (size_t at = 0; at < octets.size; at += LINE_OCTETS) {
        struct bytes rest = bytes_slice(octets, at, LINE_OCTETS);
        size_t size = 0;

        for (size_t i = 0; i < rest.size; i += 3) {
            uint32_t bits = (uint32_t)rest.data[i] << 16;

            bits |= i + 1 < rest.size ? (uint32_t)rest.data[i + 1] << 8 : 0;
            bits |= i + 2 < rest.size ? rest.data[i + 2] : 0;
            line[size++] = digits[bits >> 18];
            line[size++] = digits[bits >> 12 & 63];
            line[size++] = i + 1 < rest.size ? digits[bits >> 6 & 63] : '=';
            line[size++] = i + 2 < rest.size ? digits[bits & 63] : '=';
        }
        line[size++] = '\r';
        line[size++] = '\n';
        append(out, (struct bytes){(const uint8_t *)line, size});
    }
}

/* Behind the \6 that ends the repetition whose text begins at `text`; *count: how often. */
static const char *end_of(const char *text, size_t *count)
{
    for (int depth = 0;; text++) {
        depth += *text == '\4';
        if (*text == '\5' && depth == 0)
            break;
        depth -= *text == '\6';
    }
    *count = strtoul(text + 1, NULL, 10);
    return strchr(text, '\6') + 1;
}

/* Up to a \5 or the end. */
static void write_text(struct buffer *out, const char *text, size_t number, size_t inner)
{
    while (*text != '\0' && *text != '\5') {
        size_t plain = strcspn(text, "\1\2\3\4\5"), count;
        char digits[24];

        append(out, (struct bytes){(const uint8_t *)text, plain});
        text += plain;
        if (*text == '\1')
            append_number(out, 0, 1);
        if (*text == '\2' || *text == '\3') {
            snprintf(digits, sizeof digits, "%zu", *text == '\2' ? number : inner);
            append(out, bytes_of_text(digits));
        }
        if (*text == '\4') {
            const char *behind = end_of(text + 1, &count);

            for (size_t i = 0; i < count; i++)
                write_text(out, text + 1, number, i);
            text = behind;
        } else if (*text >= '\1' && *text <= '\3') {
            text++;
        }
    }
}

void append_text(struct buffer *out, const char *text, size_t number)
{
    write_text(out, text, number, 0);
}

static void make(const struct shape *shape, size_t size, struct buffer *out)
{
    if (shape->make != NULL) {
        shape->make(out, size);
        return;
    }
    append_text(out, shape->head, 0);
    for (size_t i = 0; out->size < size; i++)
        append_text(out, shape->unit, i);
    append_text(out, shape->tail, 0);
}

void shape_make(const struct shape *shape, size_t size, struct buffer *out)
{
    struct buffer content;

    if (shape->wrapped == NULL) {
        make(shape, size, out);
        return;
    }
    buffer_init(&content, MESSAGE_MOST);
    make(shape, size / 78 * LINE_OCTETS, &content);
    append_text(out, shape->wrapped, 0);
    append_text(out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n", 0);
    append_base64(out, buffer_bytes(&content));
    buffer_clear(&content);
}

/* Octets: comparing, searching, UTF-8 (RFC 3629), and the growing buffer. */
#include "protocol/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER_FIRST_BYTES = 256 };

struct bytes bytes_of_text(const char *text)
{
    if (!text)
        return (struct bytes){NULL, 0};
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size &&
           (a.size == 0 || a.data == b.data || memcmp(a.data, b.data, a.size) == 0);
}

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

bool bytes_equal_fold(struct bytes a, struct bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        if (fold(a.data[i]) != fold(b.data[i]))
            return false;
    }
    return true;
}

bool bytes_begin_fold(struct bytes a, struct bytes word)
{
    return bytes_equal_fold(bytes_slice(a, 0, word.size), word);
}

bool bytes_contain_fold(struct bytes a, struct bytes word)
{
    for (size_t i = 0; i + word.size <= a.size; i++) {
        if (fold(a.data[i]) == fold(word.data[0]) &&
            bytes_begin_fold(bytes_slice(a, i, SIZE_MAX), word))
            return true;
    }
    return false;
}

int bytes_compare(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

/* Size of the well-formed sequence at the beginning of a (which is not empty), 0 when there is
 * none. RFC 3629 section 4. */
static size_t utf8_sequence(struct bytes a)
{
    uint8_t lead = a.data[0], least = 0x80, most = 0xBF;
    size_t size;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        size = 2;
    else if ((lead & 0xF0) == 0xE0)
        size = 3;
    else if (lead >= 0xF0 && lead <= 0xF4)
        size = 4;
    else
        return 0;
    if (lead == 0xE0)
        least = 0xA0;
    else if (lead == 0xED)
        most = 0x9F;
    else if (lead == 0xF0)
        least = 0x90;
    else if (lead == 0xF4)
        most = 0x8F;
    if (a.size < size || a.data[1] < least || a.data[1] > most)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if ((a.data[i] & 0xC0) != 0x80)
            return 0;
    }
    return size;
}

bool bytes_is_utf8(struct bytes a)
{
    for (size_t at = 0; at < a.size;) {
        size_t size = utf8_sequence((struct bytes){a.data + at, a.size - at});
        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

void buffer_init(struct buffer *buffer, size_t limit)
{
    *buffer = (struct buffer){.limit = limit};
}

void buffer_clear(struct buffer *buffer)
{
    free(buffer->data);
    buffer_init(buffer, buffer->limit);
}

/* Room for at least size octets in all; doubles, never beyond the limit. */
static enum status buffer_reserve(struct buffer *buffer, size_t size)
{
    if (size <= buffer->capacity)
        return STATUS_OK;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : BUFFER_FIRST_BYTES;
    while (capacity < size && capacity <= buffer->limit / 2)
        capacity *= 2;
    if (capacity < size || capacity > buffer->limit)
        capacity = buffer->limit;
    uint8_t *grown = realloc(buffer->data, capacity);
    if (!grown)
        return STATUS_MEMORY;
    buffer->data = grown;
    buffer->capacity = capacity;
    return STATUS_OK;
}

enum status buffer_append(struct buffer *buffer, struct bytes octets)
{
    if (octets.size == 0)
        return STATUS_OK;
    if (buffer->size > buffer->limit || octets.size > buffer->limit - buffer->size)
        return STATUS_LIMIT_REPLY;
    enum status status = buffer_reserve(buffer, buffer->size + octets.size);
    if (status != STATUS_OK)
        return status;
    memcpy(buffer->data + buffer->size, octets.data, octets.size);
    buffer->size += octets.size;
    return STATUS_OK;
}

enum status buffer_append_octet(struct buffer *buffer, uint8_t octet)
{
    return buffer_append(buffer, (struct bytes){&octet, 1});
}

void buffer_drop(struct buffer *buffer, size_t size)
{
    if (size >= buffer->size) {
        buffer->size = 0;
        return;
    }
    if (size == 0)
        return;
    memmove(buffer->data, buffer->data + size, buffer->size - size);
    buffer->size -= size;
}

/* Octets: a slice that borrows, and a bounded buffer that owns.
 * Pure: libc only, like all of protocol/. A slice is never NUL-terminated by promise. */
#ifndef PROTOCOL_BYTES_H
#define PROTOCOL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "protocol/status.h"

/* Runs free_fn(&variable) when the variable leaves its scope. */
#define AUTO(free_fn) __attribute__((cleanup(free_fn)))

/* A borrowed run of octets. data may be NULL only when size is 0. */
struct bytes {
    const uint8_t *data;
    size_t size;
};

/* A string literal (or any array with a terminating NUL) as a slice without that NUL. */
#define BYTES(literal) ((struct bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

/* A NUL-terminated text as a slice; NULL gives the empty slice. */
struct bytes bytes_of_text(const char *text);
bool bytes_equal(struct bytes a, struct bytes b);
/* Compares with ASCII case folded: protocol words, header names, never addresses. */
bool bytes_equal_fold(struct bytes a, struct bytes b);
/* The same of the beginning of a, and of any place in it; word is not empty. */
bool bytes_begin_fold(struct bytes a, struct bytes word);
bool bytes_contain_fold(struct bytes a, struct bytes word);
/* <0, 0, >0 as memcmp, the shorter one first when one is the other's beginning. */
int bytes_compare(struct bytes a, struct bytes b);
/* The slice [from, from + size) of a, cut to what a holds. */
static inline struct bytes bytes_slice(struct bytes a, size_t from, size_t size)
{
    size_t left = from < a.size ? a.size - from : 0;

    return left == 0 ? (struct bytes){NULL, 0}
                     : (struct bytes){a.data + from, size < left ? size : left};
}
/* Offset of the first occurrence of octet at or after from; a.size when there is none. Lines of a
 * few octets are what hurtful mail is made of: a call for each costs more than a look. */
static inline size_t bytes_find(struct bytes a, size_t from, uint8_t octet)
{
    enum { NEAR_OCTETS = 3 };

    if (from >= a.size)
        return a.size;
    for (size_t near = from; near < a.size && near < from + NEAR_OCTETS; near++)
        if (a.data[near] == octet)
            return near;
    const void *found = memchr(a.data + from, octet, a.size - from);
    return found ? (size_t)((const uint8_t *)found - a.data) : a.size;
}
/* True when a is well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, <= U+10FFFF. */
bool bytes_is_utf8(struct bytes a);

/* An octet range of a message: [offset, offset + size). */
struct range {
    uint64_t offset;
    uint64_t size;
};

/* Growing octets with a hard limit. Grows as octets arrive, never as they are announced. */
struct buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t limit; /* most octets it may ever hold */
};

void buffer_init(struct buffer *buffer, size_t limit);
/* Frees the octets; the limit stays and the buffer can be used again. */
void buffer_clear(struct buffer *buffer);
/* STATUS_LIMIT_REPLY when the limit would be passed, STATUS_MEMORY; nothing is appended then. */
MUST_CHECK enum status buffer_append(struct buffer *buffer, struct bytes octets);
MUST_CHECK enum status buffer_append_octet(struct buffer *buffer, uint8_t octet);
/* Removes the first size octets. */
void buffer_drop(struct buffer *buffer, size_t size);
static inline struct bytes buffer_bytes(const struct buffer *buffer)
{
    return (struct bytes){buffer->data, buffer->size};
}

#endif

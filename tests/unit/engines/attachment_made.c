/* Files for tests, made of their parts. Sectors of 512 octets; a FAT of as many as are needed. */
#include "tests/unit/engines/attachment_made.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512, MINI = 64, CUTOFF = 4096, ROOM = 1 << 20 };

static const uint32_t end_of_chain = 0xFFFFFFFE, fat_sector = 0xFFFFFFFD, nothing = 0xFFFFFFFF;

static void put(uint8_t *at, unsigned size, uint32_t value)
{
    for (unsigned i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

struct maker {
    uint8_t *file;
    uint32_t sectors; /* in use, behind the header */
    uint32_t fat[ROOM / SECTOR];
};

/* Appends octets as a chain; returns its first sector. */
static uint32_t add_chain(struct maker *maker, struct bytes octets)
{
    uint32_t first = maker->sectors, count = (uint32_t)(octets.size + SECTOR - 1) / SECTOR;

    if (count == 0)
        return end_of_chain;
    assert((first + count + 2) * SECTOR < ROOM);
    memcpy(maker->file + (first + 1) * SECTOR, octets.data, octets.size);
    for (uint32_t i = 0; i < count; i++)
        maker->fat[first + i] = i + 1 < count ? first + i + 1 : end_of_chain;
    maker->sectors += count;
    return first;
}

struct small {
    uint8_t octets[ROOM / 4];
    uint8_t table[ROOM / 64];
    uint32_t count;
};

static uint32_t add_small(struct small *small, struct bytes octets)
{
    uint32_t first = small->count, count = (uint32_t)(octets.size + MINI - 1) / MINI;

    memcpy(small->octets + (size_t)first * MINI, octets.data, octets.size);
    for (uint32_t i = 0; i < count; i++)
        put(small->table + 4 * (first + i), 4, i + 1 < count ? first + i + 1 : end_of_chain);
    small->count += count;
    return first;
}

static void put_entry(uint8_t *at, const char *name, uint8_t type, uint32_t first, size_t size)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        at[2 * i] = (uint8_t)name[i];
    put(at + 64, 2, (uint32_t)(2 * length + 2));
    at[66] = type;
    put(at + 68, 4, nothing);
    put(at + 72, 4, nothing);
    put(at + 76, 4, nothing);
    put(at + 116, 4, first);
    put(at + 120, 4, (uint32_t)size);
}

static void put_header(uint8_t *file, uint32_t fat_count, uint32_t fat, uint32_t directory,
                       uint32_t mini_fat, uint32_t mini_count)
{
    memcpy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    put(file + 24, 2, 0x3E);
    put(file + 26, 2, 3);
    put(file + 28, 2, 0xFFFE);
    put(file + 30, 2, 9);
    put(file + 32, 2, 6);
    put(file + 44, 4, fat_count);
    put(file + 48, 4, directory);
    put(file + 56, 4, CUTOFF);
    put(file + 60, 4, mini_fat);
    put(file + 64, 4, mini_count);
    put(file + 68, 4, end_of_chain);
    for (uint32_t i = 0; i < 109; i++)
        put(file + 76 + 4 * i, 4, i < fat_count ? fat + i : nothing);
}

static uint32_t add_fat(struct maker *maker, uint32_t *count)
{
    uint32_t first = maker->sectors;

    *count = 1;
    while (*count * (SECTOR / 4) < first + *count)
        (*count)++;
    for (uint32_t i = 0; i < *count; i++)
        maker->fat[maker->sectors++] = fat_sector;
    for (uint32_t i = 0; i < *count * (SECTOR / 4); i++)
        put(maker->file + (first + 1) * SECTOR + 4 * i, 4,
            i < maker->sectors ? maker->fat[i] : nothing);
    return first;
}

struct bytes made_ole(const struct made_file *files, size_t count)
{
    struct maker *maker = calloc(1, sizeof *maker);
    struct small *small = calloc(1, sizeof *small);
    size_t directory_size = (count + 1 + 3) / 4 * SECTOR;
    uint8_t *directory = calloc(1, directory_size);

    assert(maker && small && directory);
    maker->file = calloc(1, ROOM);
    assert(maker->file);
    for (size_t i = 0; i < count; i++) {
        struct bytes content = files[i].content;
        uint32_t first = content.data == NULL     ? 0
                         : content.size >= CUTOFF ? add_chain(maker, content)
                                                  : add_small(small, content);

        put_entry(directory + (i + 1) * 128, files[i].name, content.data != NULL ? 2 : 1, first,
                  content.size);
    }
    uint32_t mini = add_chain(maker, (struct bytes){small->octets, (size_t)small->count * MINI});
    put_entry(directory, "Root Entry", 5, mini, (size_t)small->count * MINI);
    uint32_t mini_fat = add_chain(maker, (struct bytes){small->table, (size_t)small->count * 4});
    uint32_t mini_count = (small->count * 4 + SECTOR - 1) / SECTOR;
    uint32_t at = add_chain(maker, (struct bytes){directory, directory_size}), fat_count;
    uint32_t fat = add_fat(maker, &fat_count);
    put_header(maker->file, fat_count, fat, at, mini_fat, mini_count);
    struct bytes made = {maker->file, (size_t)(maker->sectors + 1) * SECTOR};
    free(maker);
    free(small);
    free(directory);
    return made;
}

static struct bytes pack(struct bytes source)
{
    uint8_t *out = malloc(source.size * 2 + 16);
    size_t size = 1;

    assert(out);
    out[0] = 1;
    for (size_t at = 0; at < source.size;) {
        size_t header = size, end = at + 3000 < source.size ? at + 3000 : source.size;

        size += 2;
        for (size_t i = 0; at < end; i++, at++) {
            if (i % 8 == 0)
                out[size++] = 0;
            out[size++] = source.data[at];
        }
        put(out + header, 2, (uint32_t)(size - header - 3) | 0xB000);
    }
    return (struct bytes){out, size};
}

struct bytes made_vba(const char *source)
{
    return pack((struct bytes){(const uint8_t *)source, strlen(source)});
}

struct bytes made_dir(const char *stream, uint32_t offset)
{
    uint8_t records[512] = {0};
    size_t size = 0, length = strlen(stream);

    put(records + size, 2, 0x09); /* PROJECTVERSION: says 4, has 6 */
    put(records + size + 2, 4, 4);
    size += 12;
    put(records + size, 2, 0x1A);
    put(records + size + 2, 4, (uint32_t)length);
    memcpy(records + size + 6, stream, length);
    size += 6 + length;
    put(records + size, 2, 0x32);
    put(records + size + 2, 4, (uint32_t)(2 * length));
    for (size_t i = 0; i < length; i++)
        records[size + 6 + 2 * i] = (uint8_t)stream[i];
    size += 6 + 2 * length;
    put(records + size, 2, 0x31);
    put(records + size + 2, 4, 4);
    put(records + size + 6, 4, offset);
    return pack((struct bytes){records, size + 10});
}

static uint32_t crc32_of(struct bytes octets)
{
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < octets.size; i++) {
        crc ^= octets.data[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void put_common(uint8_t *at, const struct made_file *file)
{
    put(at, 2, 20);
    put(at + 10, 4, crc32_of(file->content));
    put(at + 14, 4, (uint32_t)file->content.size);
    put(at + 18, 4, (uint32_t)file->content.size);
    put(at + 22, 2, (uint32_t)strlen(file->name));
}

struct bytes made_zip(const struct made_file *files, size_t count)
{
    uint8_t *zip = calloc(1, 2 * ROOM), *central = calloc(1, ROOM);
    size_t size = 0, central_size = 0;

    assert(zip && central);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(files[i].name);
        uint8_t *record = central + central_size;

        memcpy(record, "PK\x01\x02", 4);
        put(record + 4, 2, 20);
        put_common(record + 6, &files[i]);
        put(record + 42, 4, (uint32_t)size);
        memcpy(record + 46, files[i].name, length);
        central_size += 46 + length;
        memcpy(zip + size, "PK\x03\x04", 4);
        put_common(zip + size + 4, &files[i]);
        memcpy(zip + size + 30, files[i].name, length);
        size += 30 + length;
        if (files[i].content.size > 0)
            memcpy(zip + size, files[i].content.data, files[i].content.size);
        size += files[i].content.size;
    }
    memcpy(zip + size, central, central_size);
    uint8_t *end = zip + size + central_size;
    memcpy(end, "PK\x05\x06", 4);
    put(end + 8, 2, (uint32_t)count);
    put(end + 10, 2, (uint32_t)count);
    put(end + 12, 4, (uint32_t)central_size);
    put(end + 16, 4, (uint32_t)size);
    free(central);
    return (struct bytes){zip, size + central_size + 22};
}

static size_t put_base64(char *out, struct bytes octets)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = 0;

    for (size_t i = 0; i < octets.size; i += 3) {
        size_t left = octets.size - i;
        uint32_t group = (uint32_t)octets.data[i] << 16 |
                         (left > 1 ? (uint32_t)octets.data[i + 1] << 8 : 0) |
                         (left > 2 ? octets.data[i + 2] : 0);

        for (unsigned k = 0; k < 4; k++)
            out[size++] = k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
        if (i % 57 == 54 || left <= 3)
            size += (size_t)sprintf(out + size, "\r\n");
    }
    return size;
}

struct bytes made_mail(struct bytes content, const char *type, const char *name)
{
    char *mail = malloc(content.size * 3 / 2 + 4096);
    size_t size;

    assert(mail);
    size = (size_t)sprintf(mail,
                           "From: <a@a.example>\r\nTo: <b@b.example>\r\nSubject: attached\r\n"
                           "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                           "--b\r\nContent-Type: text/plain\r\n\r\nSee what is attached.\r\n--b\r\n"
                           "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n",
                           type != NULL ? type : "application/octet-stream");
    if (name != NULL)
        size += (size_t)sprintf(mail + size, "Content-Disposition: attachment; filename=\"%s\"\r\n",
                                name);
    size += (size_t)sprintf(mail + size, "\r\n");
    size += put_base64(mail + size, content);
    size += (size_t)sprintf(mail + size, "--b--\r\n");
    return (struct bytes){(uint8_t *)mail, size};
}

struct bytes made_joined(struct bytes a, struct bytes b)
{
    uint8_t *joined = malloc(a.size + b.size + 1);

    assert(joined);
    memcpy(joined, a.data, a.size);
    memcpy(joined + a.size, b.data, b.size);
    return (struct bytes){joined, a.size + b.size};
}

void made_free(struct bytes *made)
{
    free((void *)(uintptr_t)made->data);
    *made = (struct bytes){NULL, 0};
}

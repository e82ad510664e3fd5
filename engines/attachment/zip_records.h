/* The records of a zip (APPNOTE.TXT 6.3.10, section 4.3), read where they stand and not believed.
 */
#ifndef ENGINES_ATTACHMENT_ZIP_RECORDS_H
#define ENGINES_ATTACHMENT_ZIP_RECORDS_H

#include "protocol/bytes.h"

enum zip_flag {
    ZIP_ENCRYPTED = 1,
    ZIP_DESCRIPTOR = 1 << 3, /* sizes stand behind the content */
    ZIP_STRONG = 1 << 6,
    ZIP_UTF8 = 1 << 11,
    ZIP_MASKED = 1 << 13 /* the central directory is encrypted, local headers are blanked */
};
enum zip_method { ZIP_STORED = 0, ZIP_DEFLATED = 8, ZIP_AES = 99 };

/* A local header, or one of the central directory. */
struct zip_record {
    struct range place; /* the header, with name, extra and comment */
    uint16_t made_by, flags, method;
    uint32_t crc, attributes, disk;
    uint64_t packed, size; /* zip64 counted in */
    uint64_t local_at;     /* central only, as it says */
    struct bytes name, extra;
};

struct zip_end {
    struct range place; /* the end record with its zip64 records and its comment */
    struct range comment;
    struct range directory;
    uint64_t base; /* to be added to offsets, modulo 2^64: octets were put before the archive */
    uint64_t entry_count;
    bool is_cut;       /* the comment is longer than what follows */
    bool is_split;     /* parts are in other files */
    bool is_encrypted; /* so is the directory */
    bool is_ambiguous; /* two directories: by its size before the end, and by its offset */
};

/* Each is false when there is none of its kind at that place. */
bool zip_read_local(struct bytes octets, uint64_t at, struct zip_record *record);
bool zip_read_central(struct bytes octets, uint64_t at, struct zip_record *record);
/* Directory and end record lie within the region. */
bool zip_read_end(struct bytes octets, struct range region, uint64_t at, struct zip_end *end);
/* The size of the data descriptor at that place that fits the record; 0: none does. */
unsigned zip_descriptor_size(struct bytes octets, uint64_t at, const struct zip_record *record);
/* A field of extra (4.5); empty when there is none. */
struct bytes zip_extra_field(struct bytes extra, uint16_t id);
/* Local headers found without a directory: a method that exists, a name, nothing impossible. */
bool zip_is_plausible(const struct zip_record *record);

#endif

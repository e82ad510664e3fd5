/* What is in an archive, by walking through it: names, sizes, states, the beginning of each file;
 * and the same for archives within archives. Nothing is ever written anywhere. Our own walk reads
 * zip (the central directory and the local headers, and where they disagree), libarchive's read
 * side the rest. */
#ifndef ENGINES_ATTACHMENT_LISTING_H
#define ENGINES_ATTACHMENT_LISTING_H

#include "engines/budget.h"
#include "protocol/arena.h"

enum { LISTING_HEAD_OCTETS = 4096, LISTING_WHOLE_MOST = 16 << 20 };

/* How much could be seen, from everything to the least; the worst of all levels counts. */
enum listing_state {
    LISTING_WHOLE,             /* every entry was seen */
    LISTING_ENCRYPTED_CONTENT, /* names were seen, what is in the files was not */
    LISTING_ENCRYPTED_NAMES,   /* not even the names */
    LISTING_BROKEN,            /* it ends too early, contradicts itself, or cannot be read */
    LISTING_UNSUPPORTED,       /* a method or version that nobody here reads */
    LISTING_NESTED,            /* archives deeper than `archive-depth`: `cap` */
    LISTING_CAPPED             /* another cap of the budget, or the deadline: `cap` */
};

/* Everything in it is valid during the call only. */
struct listing_entry {
    struct bytes name;       /* UTF-8, printable; U+FFFD for the rest. Whole path as it stands */
    struct bytes other_name; /* another one for it, or empty: of the other record of a zip entry, or
                                its Unicode path; the title of a TNEF attachment */
    uint64_t size;           /* UINT64_MAX: not known */
    unsigned levels;         /* archives around it, 1 for an entry of the attachment itself */
    bool is_encrypted, is_folder, is_link;
    struct bytes head;  /* first octets, up to LISTING_HEAD_OCTETS; empty when they cannot be had */
    struct bytes whole; /* all octets of a file of up to LISTING_WHOLE_MOST, or empty: documents in
                           archives are looked into */
};

/* What a zip says that an honest one does not, and what of it other kinds can do too: bits of
 * `oddities` (spec/engine-attachment.md, "Listing"). */
enum listing_oddity {
    LISTING_PREFIX = 1,         /* octets before the first record */
    LISTING_SUFFIX = 2,         /* octets behind the end record */
    LISTING_GAP = 4,            /* octets between records */
    LISTING_OVERLAP = 8,        /* records that share octets */
    LISTING_HIDDEN_ENTRY = 16,  /* a local header that the central directory does not name */
    LISTING_MISSING_ENTRY = 32, /* the central directory names what is not there */
    LISTING_NAMES_DIFFER = 64,
    LISTING_CONCATENATED = 128 /* more than one archive, or members behind the end of a stream */
};

struct listing {
    const char *format; /* "zip", "tar", "7z", "gzip", …; NULL: no archive that is known */
    enum listing_state state;
    const char *cap; /* NESTED and CAPPED: the name of its row, or "deadline"; else NULL */
    unsigned oddities;
    struct range evidence; /* of the worst state, else of the first oddity, in octets */
    uint64_t entry_count;
};

/* take is called for each entry, also of inner archives, in their order. */
typedef void (*listing_take)(void *context, const struct listing_entry *entry);

/* Opens what it needs once for a process: before the sandbox closes. */
void listing_warm_up(void);
/* Whether the octets begin, or in a zip's case end, like an archive of a kind that is known. */
bool listing_is_archive(struct bytes octets);
/* Entries and octets are charged to the budget. STATUS_MEMORY only: whatever else goes wrong is a
 * state. Not an archive: format is NULL, WHOLE. */
MUST_CHECK enum status listing_walk(struct bytes octets, struct budget *budget, listing_take take,
                                    void *context, struct listing *listing);

#endif

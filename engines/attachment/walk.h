/* One walk through an archive and all that is in it, shared by the walkers of the formats: what it
 * may use, what it has found out, and the one way in which an entry is told and then entered. */
#ifndef ENGINES_ATTACHMENT_WALK_H
#define ENGINES_ATTACHMENT_WALK_H

#include "engines/attachment/listing.h"

struct inflater;

struct walk {
    struct budget *budget;
    listing_take take;
    void *context;
    struct listing *listing;
    struct inflater *inflater; /* one for all entries; made when the first one needs it */
    struct arena names;        /* of the entry that is being told */
    uint64_t held_bytes;       /* of all intakes: `archive-memory` */
    unsigned levels;           /* archives around the entries that are told now */
    size_t base;            /* where the outermost archive begins in the octets that were given */
    struct range outermost; /* within an entry: its range in the octets that were given */
    bool is_dry;            /* no more octets: names only */
    bool is_stopped;        /* no more entries either */
    bool is_out_of_memory;  /* STATUS_MEMORY in the end; implies is_stopped */
};

/* What came out of one entry. Octets that stand in the archive as they are are borrowed, others are
 * held. Begin with the first three members set, the rest zero. */
struct intake {
    struct walk *walk;
    struct bytes source; /* the archive's octets */
    struct range place;  /* of the entry in them */
    const uint8_t *octets;
    size_t size; /* kept in octets: all that came, until is_cut */
    uint8_t *held;
    size_t capacity;
    uint64_t total; /* all that came */
    bool is_cut;    /* too large: its head is kept */
    bool is_broken; /* not all of it came */
};

/* The worst state wins: the one that stands later in the enum. cap: NULL, or its row's name. */
void walk_note(struct walk *walk, enum listing_state state, const char *cap, struct range place);
void walk_oddity(struct walk *walk, unsigned oddity, struct range place);
void walk_out_of_memory(struct walk *walk);
/* Processor time and deadline; false once nothing more may be done. */
bool walk_goes_on(struct walk *walk, struct range place);
/* Charges an entry that is about to be told; false once nothing more may be told. */
bool walk_take_entry(struct walk *walk, struct range place);
/* Charges octets that nobody keeps. False as in intake_take(). */
bool walk_take_octets(struct walk *walk, uint64_t count, struct range place);

/* Charges a piece and keeps it. False when no more may come: the walk is dry or stopped, or the
 * entry is too large to be held. */
bool intake_take(struct intake *intake, struct bytes piece);
void intake_clear(struct intake *intake);

/* Tells the entry with what came of it, and walks into it when it is an archive. Name, size and
 * the is_… members are the caller's; a size that is not known is taken from the intake. */
void walk_entry(struct walk *walk, struct listing_entry *entry, const struct intake *intake);
/* Walks through an archive; octets of no archive are nothing. The listing's door (listing.c). */
void walk_archive(struct walk *walk, struct bytes octets);

#endif

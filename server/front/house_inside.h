/* The inside of a house, shared by the files it is split into: house.c (the table of the sessions),
 * admission.c, transaction.c, attachment.c, answer.c, kept.c. Nobody else includes this. */
#ifndef SERVER_FRONT_HOUSE_INSIDE_H
#define SERVER_FRONT_HOUSE_INSIDE_H

#include "server/front/house.h"
#include "server/front/transaction.h"
#include "server/notice/rate.h"

struct house {
    /* its whole life */
    struct house_settings settings;
    struct session_house table;
    struct alarms *alarms;
    struct directory directory;
    struct notice_rate *notices;
    struct link scopes; /* scope.scopes: named ones */
    char spill_dir[256];
    uint32_t boot; /* first half of references */
    uint64_t checks;
    /* changes */
    struct config *config;
    struct link unfinished; /* transaction.unfinished */
    size_t open;            /* transactions that are not kept and not freed */
    struct link kept;       /* transaction.all_kept, oldest first */
    size_t kept_count;
    uint64_t kept_octets;
    struct link verifications; /* verification.link: passwords under way */
    /* the end */
    bool draining;
    struct alarm drain;
    void *drain_owner;
    void (*drained)(void *owner);
};

/* A transaction is kept or gone. */
void house_closed_one(struct house *house);

#endif

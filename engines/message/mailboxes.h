/* Mailboxes in an address field (RFC 5322 3.4, with 4.4's obsolete forms and what programs write in
 * practice), as they stand: where each addr-spec is, so that it can be changed alone. Linear. */
#ifndef ENGINES_MESSAGE_MAILBOXES_H
#define ENGINES_MESSAGE_MAILBOXES_H

#include "protocol/bytes.h"

enum { MAILBOXES_MOST = 10000 };

struct mailbox {
    struct bytes name;    /* display name as it stands; empty when there is none */
    struct bytes address; /* the addr-spec as it stands, comments and folds in it included */
    struct bytes local;   /* of it, as it stands (with quotes) */
    struct bytes domain;  /* as it stands; empty: there is none */
    bool is_plain;        /* neither comment nor fold nor quote inside the addr-spec */
};

struct mailboxes {
    struct bytes value; /* of the field, with its folds */
    size_t at;
    size_t count;
};

void mailboxes_init(struct mailboxes *mailboxes, struct bytes value);
/* The next one; groups are opened, what is no mailbox is passed over up to the next comma. */
bool mailboxes_next(struct mailboxes *mailboxes, struct mailbox *mailbox);

#endif

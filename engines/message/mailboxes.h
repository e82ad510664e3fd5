/* Mailboxes in an address field (RFC 5322 3.4, with 4.4's obsolete forms and what programs write in
 * practice), as they stand: where each addr-spec is, so that it can be changed alone. Linear. */
#ifndef ENGINES_MESSAGE_MAILBOXES_H
#define ENGINES_MESSAGE_MAILBOXES_H

#include "protocol/arena.h"

enum { MAILBOXES_MOST = 10000 };

struct mailbox {
    struct bytes name;    /* display name as it stands, or a comment beside the address; or empty */
    struct bytes address; /* the addr-spec as it stands, comments and folds in it included */
    struct bytes local;   /* of it, as it stands (with quotes) */
    struct bytes domain;  /* as it stands; empty: there is none */
    bool is_plain;        /* neither comment nor blank nor quote inside the addr-spec */
};

struct mailboxes {
    struct bytes value; /* of the field, with its folds */
    size_t at;
    size_t count;
    bool is_behind_angle;                  /* a ">" was last */
    bool has_open_quote, has_open_comment; /* one that does not end: it is text, as all behind it */
};

void mailboxes_init(struct mailboxes *mailboxes, struct bytes value);
/* The next one; groups are opened, what is no mailbox is passed over up to the next comma. */
bool mailboxes_next(struct mailboxes *mailboxes, struct mailbox *mailbox);
/* "local@domain" without comments, blanks and folds, the domain in lower case, in the arena. MEMORY
 * only. */
MUST_CHECK enum status mailbox_text(const struct mailbox *mailbox, struct arena *arena,
                                    struct bytes *text);

#endif

/* What stands in a list: an address, a domain, what is below a domain, a local part, a network; and
 * the keys under which an address is looked for (spec/policy.md 3.1, 3.2). Keys are canonical:
 * ASCII in lower case, a local part without the quotes it was written with, a domain without the
 * dot at its end. So `"A"@X.example.` is a@x.example. */
#ifndef SERVER_POLICY_ENTRY_H
#define SERVER_POLICY_ENTRY_H

#include "protocol/bytes.h"
#include "server/config/policy_parts.h"

enum { ENTRY_KEY_BYTES = 321 }; /* an address, and a "@" behind a bare local part */

enum entry_kind {
    ENTRY_ADDRESS, /* a@x.example */
    ENTRY_LOCAL,   /* a@ */
    ENTRY_DOMAIN,  /* x.example, @x.example */
    ENTRY_BELOW,   /* .x.example */
    ENTRY_NETWORK, /* 192.0.2.0/24, 2001:db8::1 */
    ENTRY_KIND_COUNT
};

/* The canonical form of an address or domain. */
struct entry_key {
    uint8_t octets[ENTRY_KEY_BYTES];
    size_t size;
    size_t domain; /* offset behind the "@"; 0: there is none */
};

struct entry {
    enum entry_kind kind;
    struct entry_key key;   /* but of a network */
    struct network network; /* of a network */
};

/* NULL when text is an entry, else what was expected. */
const char *entry_read(struct bytes text, struct entry *entry);
/* The same of a value of a table: an address, "@domain" or a domain. */
const char *entry_check_value(struct bytes text);
/* False when text is empty or longer than any entry. */
bool entry_key_of(struct bytes address_or_domain, struct entry_key *key);

/* The keys of a canonical text, in the order in which they are asked: the address, its local part,
 * its domain, the domains above it, the nearest first. A text without "@" is a domain; one without
 * a dot may be a bare local part too (RFC 5321 4.5.1: postmaster). */
struct entry_walk {
    struct entry_key key;
    unsigned step;
    size_t at; /* of the dot before the next domain above */
};
bool entry_walk_init(struct entry_walk *walk, struct bytes address_or_domain);
bool entry_walk_next(struct entry_walk *walk, struct bytes *key, enum entry_kind *kind);

#endif

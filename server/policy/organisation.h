/* Who belongs to us, and which way mail goes (spec/policy.md 4). Pure. */
#ifndef SERVER_POLICY_ORGANISATION_H
#define SERVER_POLICY_ORGANISATION_H

#include "protocol/command.h"
#include "server/config/problem.h"

/*  row(NAME, "word")  of the fact `direction` */
/* clang-format off */
#define DIRECTION_ROWS(row)                                                                        \
    row(UNKNOWN, "unknown") row(INBOUND, "inbound") row(OUTBOUND, "outbound")                      \
    row(INTERNAL, "internal") row(RELAY, "relay")
/* clang-format on */
#define DIRECTION_ENUM(name, word) DIRECTION_##name,
enum direction { DIRECTION_ROWS(DIRECTION_ENUM) DIRECTION_COUNT };
const char *direction_word(enum direction direction);

struct organisations;

/* From config->organisations. INVALID: a domain that two organisations have. */
MUST_CHECK enum status organisations_new(const struct config *config,
                                         struct organisations **organisations,
                                         struct config_problem *problem);
void organisations_free(struct organisations **organisations);

/* The name of the organisation that the domain of an address (or a domain) belongs to, the longest
 * match; NULL: none. An address without a domain belongs to none. */
const char *organisation_of(const struct organisations *organisations, struct bytes address);
/* 4.2: once for a message. */
bool organisations_have_sender(const struct organisations *organisations,
                               const struct envelope *envelope);
/* 4.3: for each recipient; a bare local part is ours. */
enum direction organisations_direction(const struct organisations *organisations,
                                       bool sender_is_inside, struct bytes recipient);

/* The address of a client as an envelope has it: "192.0.2.1", "2001:db8::1", "IPv6:2001:db8::1",
 * with or without brackets. v4 as v4-mapped. False: it is none. */
bool client_address_read(struct bytes text, uint8_t address[16]);

#endif

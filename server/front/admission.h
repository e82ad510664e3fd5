/* May a check come, and what becomes of it: a new transaction, one more command that waits for a
 * running one, or an answer from a kept result (spec 5.1, 6.2). */
#ifndef SERVER_FRONT_ADMISSION_H
#define SERVER_FRONT_ADMISSION_H

#include "server/front/transaction.h"

/* Slots of the table in session.h. */
enum status admission_announce(void *owner, struct session *session, const struct command *command,
                               uint64_t size, struct content **content, uint64_t *number);
enum status admission_write(void *owner, struct content *content, struct bytes octets);
void admission_drop(void *owner, struct content **content);
enum status admission_check(void *owner, struct session *session, const struct command *command,
                            struct content **content);

/* The result again, under the tag and, of a CHECK, the ids of this command. */
enum status admission_answer_kept(const struct transaction *transaction, struct session *session,
                                  const struct command *command);

/* Whose transactions the session sees. NULL: out of memory. */
struct scope *house_scope(struct house *house, struct session *session);
/* NULL: unknown, or out of memory. */
struct transaction *house_find(struct house *house, struct session *session, struct bytes txn);
void house_count_session(struct session *session);
void house_count_contents(const struct house *house);

#endif

/* Final results that are kept for a client that asks again (spec 6.3): bounded for each scope by
 * number, octets and time, and for all scopes together. */
#ifndef SERVER_FRONT_KEPT_H
#define SERVER_FRONT_KEPT_H

#include "server/front/transaction.h"

/* False: there is no room at all for it, or it was made with engines or a configuration that are
 * not in use any more. The oldest ones give way. */
bool kept_add(struct transaction *transaction);
void kept_remove(struct transaction *transaction);
/* Engines or configuration are others now: what was found with the old ones is not told again. */
void kept_forget_all(struct house *house);
/* An anonymous connection is gone. */
void kept_forget_scope(struct scope *scope);

#endif

/* A message, an envelope and rules for tests of policy; what is decided, as a line of text. */
#ifndef TESTS_UNIT_SERVER_POLICY_WORLD_H
#define TESTS_UNIT_SERVER_POLICY_WORLD_H

#include "server/policy/decider.h"
#include "tests/unit/server/config_support.h"

enum { SHOWN_BYTES = 8192 };

/* The message is written as one word for each thing, a blank between; "_" in a value is a blank:
 *
 *     part=TYPE[:NAME]        the next part of the first reading, a leaf below the root
 *     other=TYPE[:NAME]@N     a leaf of another reading below part N
 *     within=TYPE[:NAME]@N    a part within the content of part N
 *     find=CLASS:ENGINE:SYMBOL[:POINTS[:PART]]
 *     fact=NAME:VALUE
 *     gap=REASON              a part that cannot be examined    fail    an engine failed
 *     from= client= helo= login= name= size= rcpts=            the envelope */
struct policy_world {
    struct config *config;
    struct report report;
    struct envelope envelope;
    struct decide_input input;
    struct arena arena;
};

/* The channel is "c". */
void world_open(struct policy_world *world, const char *yaml, const char *message);
void world_open_channel(struct policy_world *world, const char *yaml, const char *channel,
                        const char *message);
void world_close(struct policy_world *world);
/* "REJECT rule=x class=policy status=5.7.1 text=…", all that is set, in a fixed order. */
void decision_show(const struct decision *decision, char *text, size_t size);
/* Decides for one recipient with a decider of its own. */
void world_decide(struct policy_world *world, const char *recipient, char shown[SHOWN_BYTES]);

#endif

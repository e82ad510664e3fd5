/* The inside of a session, shared by the files it is split into: session.c (frames),
 * session_output.c, dispatch.c (commands), authentication.c. Nobody else includes this. */
#ifndef SERVER_FRONT_DISPATCH_H
#define SERVER_FRONT_DISPATCH_H

#include "server/front/session.h"

/* Runs session->command. MORE: it is answered, or will be; else the outcome to answer with. */
enum status dispatch(struct session *session, struct session_outcome *outcome);
/* May this peer give commands that need an identity? */
bool session_admitted(const struct session *session);
/* Answers a command that was never in flight: counts BADs, ends the connection after too many. */
void session_answer(struct session *session, struct bytes tag,
                    const struct session_outcome *outcome);
bool session_tag_in_flight(struct session *session, struct bytes tag);
/* The outcome with the number that belongs to a limit. */
struct session_outcome session_outcome(const struct session *session, enum status status);
/* "CAPABILITY CCCP1 …" or, for the untagged line, the same. */
void session_capabilities(const struct session *session, char text[512]);
void session_frame_limits(const struct session *session, struct frame_limits *limits);

/* AUTHENTICATE, from the command to its outcome (as dispatch()). */
enum status authentication_begin(struct session *session, struct session_outcome *outcome);
/* The client's one line after "+". */
void authentication_respond(struct session *session, struct bytes line);

#endif

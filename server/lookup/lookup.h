/* Questions of engines to the outside and their answers. Asynchronous, every one with a deadline.
 * The kinds are rows in lookup_rows.h: DNS, lists, reputation come later; a test build adds `wait`
 * (answers after so many milliseconds). A kind nobody serves is answered at once with "no answer".
 */
#ifndef SERVER_LOOKUP_LOOKUP_H
#define SERVER_LOOKUP_LOOKUP_H

#include <uv.h>

#include "protocol/job.h"

struct lookup;

/* Asks all questions of a report. done: exactly once, never from inside lookup_start(), when the
 * last answer is in or the deadline (uv_now() based) has passed; answers live until it returns. */
MUST_CHECK enum status lookup_start(uv_loop_t *loop, const struct report_question *questions,
                                    size_t count, uint64_t deadline_ms, void *owner,
                                    void (*done)(void *owner, const struct job_answer *answers,
                                                 size_t count),
                                    struct lookup **lookup);
/* done is not called any more. */
void lookup_stop(struct lookup **lookup);

#endif

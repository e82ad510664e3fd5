/* What the front asks of a loader or a worker, and what comes back, in the grammar of commands and
 * replies. One datagram of a SOCK_SEQPACKET socket holds whole lines; the content travels beside it
 * as a sealed memfd (SCM_RIGHTS).
 *
 *     front to worker   id JOB (STAGE SCAN|CONCLUDE SIZE n DEADLINE ms ENGINES ("clamav" ..)
 *                               ANSWERS (("clamav" "kind" "name" "value"|NIL) ..)
 *                               WANTS ("header.subject" ..))                            + memfd
 *     front to worker   id JOB (STAGE TRANSFORM SIZE n DEADLINE ms ENGINES () EDITS octets ..)
 *                                                        + memfd, sealed memfd of EDIT lines
 *     worker to front   report lines (protocol/report.h), then
 *                       id OK [DONE] text   or   id NO [STATUS name] text
 *                       or, when that is over JOB_DATAGRAM_BYTES, only
 *                       id LARGE (SIZE n)                                        + sealed memfd
 *     front to loader   id FORK | id QUIT
 *     loader to front   * LOADED (ENGINE ("clamav" VERSION "1.4.6" SIGNATURES n DATE seconds) ..)
 *                       * FAILED "why"
 *                       * WORKER (PID n)                                       + socket, pidfd
 *                       * EXIT (PID n SIGNAL n CODE n) */
#ifndef PROTOCOL_JOB_H
#define PROTOCOL_JOB_H

#include "protocol/arena.h"
#include "protocol/edit.h"
#include "protocol/report.h"

enum { JOB_DATAGRAM_BYTES = 16384 };

enum job_stage { JOB_SCAN, JOB_CONCLUDE, JOB_TRANSFORM };
enum { JOB_WANTS_MOST = 256, JOB_WANT_BYTES = 128, JOB_EDITS_BYTES_MOST = 4194304 };

struct job_answer {
    struct bytes engine, kind, name;
    bool has_value; /* false: no answer */
    struct bytes value;
};

struct job {
    uint64_t id;
    enum job_stage stage;
    uint64_t size;         /* octets of the content */
    uint64_t deadline_ms;  /* from now */
    struct bytes *engines; /* to run; for CONCLUDE those that asked */
    size_t engine_count;
    struct job_answer *answers;
    size_t answer_count;
    /* SCAN: facts about the header that policy reads (engines/message/facts.h) */
    struct bytes *wants;
    size_t want_count;
    /* TRANSFORM: octets of the EDIT lines in the second memfd; then what was read from them */
    uint64_t edits_size;
    struct edit *edits;
    size_t edit_count;
};

/* Not the edits themselves: edit_write(). */
MUST_CHECK enum status job_write(const struct job *job, struct buffer *out);
/* Takes one datagram, which ends with CRLF. The job borrows octets and the arena; edits stays NULL
 * until somebody reads edits_size octets with edits_read(). PARSE: it is none; MEMORY: the arena is
 * full. */
MUST_CHECK enum status job_read(uint8_t *octets, size_t size, struct arena *arena, struct job *job);

/* How a worker's answer ended. */
struct job_end {
    uint64_t id;
    enum status status; /* OK, or what went wrong with the whole job */
    bool large;         /* the report is in a memfd of large_size octets */
    uint64_t large_size;
};

/* Writes all report lines (none for NULL) and the completion. */
MUST_CHECK enum status job_write_report(const struct report *report, uint64_t id,
                                        enum status status, struct buffer *out);
MUST_CHECK enum status job_write_large(uint64_t id, uint64_t size, struct buffer *out);
/* Reads a whole answer: every line's id must be the same, the completion comes last, nothing
 * follows. PARSE: it is none; LIMIT: the report's arena is full; MEMORY. The report is not checked
 * yet: report_check(). */
MUST_CHECK enum status job_read_report(uint8_t *octets, size_t size, struct report *report,
                                       struct job_end *end);

#endif

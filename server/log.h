/* The log: one line per event, JSON or readable, escaped (no ESC, CR, LF from outside), to a file
 * or standard error (journald reads it there). Reopened on SIGUSR1. Only server/ logs; libraries
 * return. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/bytes.h"
#include "server/config/config.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* file: NULL for standard error. STATUS_IO: errno says why; the log goes on where it went before.
 */
MUST_CHECK enum status log_open(enum log_format format, const char *file);
/* Lines below this level are not written; at first LOG_LEVEL_INFO. */
void log_from(enum log_level least);
/* Opens the file again; when that fails the old one goes on, with a line that says so. */
void log_reopen(void);
void log_close(void);
/* Lines that a full pipe or disk did not take. Writing never waits for a reader; the next line that
 * is taken comes behind one "log.dropped count=n". */
uint64_t log_dropped(void);

/* One line. event is a stable dotted name ("check.done", "worker.crashed"); pairs follow by the
 * typed adders; written by log_end(). In the readable form: TIME LEVEL event key=value … */
struct log_line {
    char text[4096];
    size_t length;
    enum log_level level;
    bool json;
    bool cut; /* full: the rest of the pairs is left out, and said so */
};
void log_begin(struct log_line *line, enum log_level level, const char *event);
void log_text(struct log_line *line, const char *key, const char *value);
void log_bytes(struct log_line *line, const char *key, struct bytes value);
void log_number(struct log_line *line, const char *key, int64_t value);
void log_end(struct log_line *line);
/* Short form: an event with one message. */
void log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

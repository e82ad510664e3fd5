/* Every size, count and time that a peer can choose, in one table: name, unit, default, range, what
 * is answered. The configuration section `limits:` is typed by these rows, and the table in
 * spec/limits.md is made from them (a test compares). All values are uint64. */
#ifndef PROTOCOL_LIMITS_H
#define PROTOCOL_LIMITS_H

#include <stdint.h>

#include "protocol/status.h"

/*  row(FIELD, "name", unit, default, least, most, status, "what it bounds") */
/* clang-format off */
#define LIMITS_ROWS(row)                                                                                               \
    row(line_bytes, "line", "octets", 8192, 1024, 65536, LIMIT_LINE, "one physical line outside literals")             \
    row(command_before_auth_bytes, "command-before-auth", "octets", 8192, 1024, 65536, LIMIT_COMMAND,                  \
        "a command without its content, before authentication")                                                        \
    row(command_bytes, "command", "octets", 1048576, 8192, 16777216, LIMIT_COMMAND,                                    \
        "a command without its content")                                                                               \
    row(nesting, "nesting", "levels", 8, 4, 32, LIMIT_NESTING, "parentheses within parentheses")                       \
    row(literal_bytes, "literal", "octets", 262144, 4096, 1048576, LIMIT_LITERAL, "a non-synchronising literal")       \
    row(message_bytes, "message", "octets", 157286400, 65536, 1073741823, TOO_BIG, "the content of a check")           \
    row(reply_bytes, "reply", "octets", 16777216, 65536, 67108864, LIMIT_REPLY, "all lines that answer one command")   \
    row(output_bytes, "output", "octets", 33554432, 1048576, 268435456, TIMEOUT,                                       \
        "answers waiting for a client that does not read; beyond it the connection is closed")                         \
    row(in_flight, "in-flight", "checks", 512, 1, 65536, LIMIT_IN_FLIGHT, "unfinished checks of one connection")       \
    row(errors, "errors", "replies", 10, 1, 1000, LIMIT_ERRORS, "BAD replies before the connection is closed")         \
    row(connections, "connections", "connections", 10000, 1, 1000000, BUSY, "open connections, all listeners")         \
    row(connections_per_address, "connections-per-address", "connections", 0, 0, 1000000, BUSY,                        \
        "open connections of one remote address; 0: no bound but the one above")                                       \
    row(content_budget_bytes, "content-budget", "octets", 1073741824, 16777216, 1099511627776, OVERLOADED,             \
        "contents held at one time, reserved before they are accepted")                                                \
    row(spill_bytes, "spill", "octets", 16777216, 65536, 1073741823, OK,                                               \
        "a content above it goes to an unlinked file instead of memory")                                               \
    row(queue, "queue", "checks", 10000, 1, 1000000, OVERLOADED, "checks that wait for a worker")                      \
    row(command_ms, "command-time", "ms", 30000, 1000, 3600000, TIMEOUT,                                               \
        "from a command's first octet to its last, without its content")                                               \
    row(rate_bytes, "rate", "octets/s", 500, 1, 1048576, TIMEOUT, "slowest content: its time is command-time + size / rate") \
    row(idle_ms, "idle-time", "ms", 1800000, 1000, 86400000, TIMEOUT,                                                  \
        "a connection without a command and without a check in flight")                                                \
    row(write_ms, "write-time", "ms", 60000, 1000, 3600000, TIMEOUT, "answers that the client does not take")          \
    row(handshake_ms, "handshake-time", "ms", 10000, 1000, 60000, TIMEOUT, "PROXY header and TLS handshake")           \
    row(authentication_ms, "authentication-time", "ms", 60000, 1000, 600000, TIMEOUT, "from greeting to authentication") \
    row(authentication_failures, "authentication-failures", "attempts", 3, 1, 100, LIMIT_ERRORS,                       \
        "failed AUTHENTICATE before the connection is closed")                                                         \
    row(check_ms, "check-time", "ms", 60000, 1000, 3600000, DEADLINE, "deadline of a check that names none")           \
    row(check_most_ms, "check-time-most", "ms", 300000, 1000, 86400000, DEADLINE, "longest deadline a client may ask") \
    row(check_per_megabyte_ms, "check-time-per-megabyte", "ms", 500, 0, 60000, DEADLINE,                               \
        "added to the deadline for each 1,048,576 octets announced")                                                   \
    row(worker_ms, "worker-time", "ms", 20000, 100, 3600000, DEADLINE,                                                 \
        "one job of a worker; shortened so that one retry fits into the check's deadline")                             \
    row(slow_ms, "slow-time", "ms", 250, 10, 60000, OK, "a job beyond it no longer counts as one of the workers")      \
    row(linger_ms, "linger-time", "ms", 30000, 0, 3600000, CANCELLED, "a check whose connection is lost goes on")      \
    row(retain_ms, "retain-time", "ms", 600000, 0, 86400000, TXN_UNKNOWN, "a final result is kept")                    \
    row(retain_results, "retain-results", "results", 10000, 0, 1000000, TXN_UNKNOWN, "kept results of one client")     \
    row(retain_bytes, "retain-octets", "octets", 16777216, 0, 1073741824, TXN_UNKNOWN, "kept results of one client")   \
    row(drain_ms, "drain-time", "ms", 60000, 0, 3600000, SHUTDOWN, "unfinished checks after SIGTERM")                  \
    row(questions, "questions", "questions", 64, 0, 10000, LIMIT, "questions of one message to the outside")           \
    row(report_bytes, "report", "octets", 4194304, 65536, 67108864, ENGINE, "a worker's report")                       \
    row(copies, "copies", "copies", 64, 1, 10000, LIMIT, "different copies of one message")                            \
    row(members, "members", "addresses", 10000, 1, 100000, LIMIT, "members of one recipient that is expanded")         \
    row(expansion_depth, "expansion-depth", "steps", 8, 1, 64, LIMIT, "redirections and expansions one behind the other") \
    row(decision_bytes, "decisions", "octets", 67108864, 1048576, 1073741824, LIMIT, "decisions of one check, edits and members included") \
    row(poison_ms, "poison-time", "ms", 3600000, 0, 604800000, ENGINE,                                                 \
        "content that killed two workers is not tried again")                                                          \
    /* the message: charged before and while it is read (engines/message) */                                           \
    row(header_block_bytes, "header-block", "octets", 1048576, 65536, 16777216, LIMIT, "one header section")           \
    row(header_fields, "header-fields", "fields", 2000, 100, 100000, LIMIT, "fields of one header section")            \
    row(header_line_bytes, "header-field", "octets", 65536, 1000, 16777216, LIMIT, "one field with its folds")         \
    row(headers_bytes, "headers", "octets", 8388608, 65536, 268435456, LIMIT, "all header sections of a message together") \
    row(fields, "fields", "fields", 32000, 100, 10000000, LIMIT, "fields of all header sections together")             \
    row(parameters, "parameters", "parameters", 64, 8, 1000, LIMIT, "parameters of one field")                         \
    row(boundary_bytes, "boundary", "octets", 2048, 70, 65536, LIMIT, "one boundary")                                  \
    row(parts, "parts", "parts", 1000, 10, 100000, LIMIT, "parts of a message")                                        \
    row(depth, "depth", "levels", 64, 4, 500, LIMIT, "parts within parts")                                             \
    row(decoded_bytes, "decoded", "octets", 629145600, 1048576, 17179869184, LIMIT,                                    \
        "octets that all decoders and unpackers of one message yield")                                                 \
    row(ratio, "ratio", "octets", 250, 10, 1000000, LIMIT,                                                             \
        "octets yielded for each octet of the message, once 16 MiB have been")                                         \
    row(readings, "readings", "parts", 256, 0, 10000, LIMIT, "parts of other readings than the first")                 \
    row(entries, "entries", "entries", 20000, 10, 10000000, LIMIT, "entries of all archives of a message")             \
    row(archive_depth, "archive-depth", "levels", 16, 1, 100, LIMIT, "archives within archives")                       \
    row(archive_memory_bytes, "archive-memory", "octets", 67108864, 1048576, 17179869184, LIMIT,                      \
        "unpacked files that are held at one time to see what is in them")                                             \
    row(cpu_ms, "cpu-time", "ms", 15000, 100, 3600000, LIMIT, "processor time of the view and the engines for one message") \
    row(scratch_bytes, "scratch-octets", "octets", 2147483648, 1048576, 1099511627776, LIMIT,                          \
        "octets that the engines write to their scratch folder for one message")
/* clang-format on */

struct limits {
#define LIMITS_FIELD(field, name, unit, value, least, most, status, text) uint64_t field;
    LIMITS_ROWS(LIMITS_FIELD)
#undef LIMITS_FIELD
};

struct limit_row {
    const char *name;
    const char *unit;
    uint64_t value, least, most;
    enum status status;
    const char *text;
};

/* All defaults. */
void limits_init(struct limits *limits);
/* The row number i, and the place of its value in *limits; NULL past the last. */
const struct limit_row *limits_row(unsigned i);
uint64_t *limits_value(struct limits *limits, unsigned i);

#endif

/* Counters and histograms, and the HTTP server for /metrics, /livez, /readyz (libmicrohttpd, run by
 * the loop through its epoll descriptor; metrics_http.c is its only door). Prometheus text format
 * 0.0.4. Rows: metrics_rows.h. */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include <uv.h>

#include "server/config/config.h"
#include "server/notice/notice.h"
#include "server/worker/pool.h"

/*  row(FIELD, "name", "help")  counters */
/* clang-format off */
#define METRIC_ROWS(row)                                                                                               \
    row(connections_total, "cccpd_connections_total", "accepted connections")                                          \
    row(connections_refused, "cccpd_connections_refused_total", "connections refused by a limit")                      \
    row(commands, "cccpd_commands_total", "commands parsed")                                                           \
    row(errors, "cccpd_protocol_errors_total", "BAD replies")                                                          \
    row(content_octets, "cccpd_content_octets_total", "octets of accepted contents")                                   \
    row(checks, "cccpd_checks_total", "checks accepted")                                                               \
    row(checks_attached, "cccpd_checks_attached_total", "checks answered by a running one")                            \
    row(checks_kept, "cccpd_checks_kept_total", "checks answered by a kept result")                                    \
    row(checks_cancelled, "cccpd_checks_cancelled_total", "checks cancelled or abandoned")                             \
    row(checks_refused, "cccpd_checks_refused_total", "checks refused before their content")                           \
    row(authentications_failed, "cccpd_authentications_failed_total", "failed AUTHENTICATE")                                   \
    row(notices, "cccpd_notices_total", "notices handed to clients")
/* clang-format on */

struct metrics {
#define METRIC_FIELD(field, name, help) uint64_t field;
    METRIC_ROWS(METRIC_FIELD)
#undef METRIC_FIELD
    uint64_t verdicts[VERDICT_KIND_COUNT];
    uint64_t recipients[DISPOSITION_COUNT];
    uint64_t notices_refused[NOTICE_REFUSAL_COUNT];
    uint64_t incomplete_transient, incomplete_permanent;
    uint64_t check_seconds[16],
        check_count; /* histogram: buckets 1 ms * 2^i, the last one is the rest */
    double check_seconds_sum;
    uint64_t connections, in_flight, held_results, content_octets_held; /* gauges */
};

extern struct metrics metrics; /* loop thread only */

void metrics_check(double seconds); /* into the histogram */

/* Tells what /readyz and the gauges of the pool say. */
struct metrics_source {
    void *owner;
    bool (*ready)(void *owner, const char **why_not);
    const struct pool_state *(*pool)(void *owner);
};
struct metrics_http;
/* address as in config->http; at most 32 connections of 16 KiB, each for 10 s without a word. The
 * source is copied, its owner borrowed until metrics_http_stop(). */
MUST_CHECK enum status metrics_http_start(uv_loop_t *loop, const char *address,
                                          const struct metrics_source *source,
                                          struct metrics_http **http, char why[256]);
/* Nothing is served from now on; the memory goes when the loop has closed the handles. */
void metrics_http_stop(struct metrics_http **http);
/* The TCP port that is listened on, 0 on a Unix socket. */
unsigned metrics_http_port(const struct metrics_http *http);
/* Everything in Prometheus text format. */
MUST_CHECK enum status metrics_write(const struct metrics_source *source, struct buffer *out);

#endif

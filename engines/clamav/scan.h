/* One scan of octets in memory by libclamav, with our own account of what came out of them:
 * libclamav cuts members over its limits, skips what it cannot open, and says clean. */
#ifndef ENGINES_CLAMAV_SCAN_H
#define ENGINES_CLAMAV_SCAN_H

#include <clamav.h>

#include "engines/budget.h"
#include "engines/clamav/outcome.h"

/* What one scan may use, and which alerts it gives: from the settings, for all scans. */
struct scan_rules {
    struct cl_scan_options options;
    uint64_t file_size, scan_size, ratio;
    uint32_t recursion, files;
    uint64_t scan_time_ms;
    bool alert_encrypted;
};

enum {
    SCAN_NAMES_MOST = 16,
    SCAN_NAME_BYTES = 160,
    SCAN_REASONS_MOST = 8,
    SCAN_LAYERS_MOST = 128,
    SCAN_RATIO_FREE_BYTES = 16 << 20 /* what any scan may unpack, whatever the ratio */
};

/* One container or file that libclamav is in. */
struct scan_layer {
    uint32_t level;
    bool holds;           /* a compressed stream: something must come out of it */
    uint32_t members;     /* announced, not encrypted, not empty */
    uint32_t children;    /* came out */
    uint64_t last_member; /* libclamav announces a member twice */
};

struct scan {
    const struct scan_rules *rules;
    struct budget *budget; /* what comes out is charged to it; NULL: it was charged before */
    uint64_t given;        /* octets */
    uint64_t unpacked, zip_work, last_announced;
    uint32_t file_count, announced;
    bool stopped; /* a cap was hit that ends the scan */
    bool seen;    /* the outermost layer was opened and closed */
    struct scan_layer layers[SCAN_LAYERS_MOST];
    unsigned depth;
    /* The result. */
    char names[SCAN_NAMES_MOST][SCAN_NAME_BYTES]; /* no name twice */
    unsigned name_count;
    struct outcome outcome;                 /* the worst */
    const char *reasons[SCAN_REASONS_MOST]; /* all that kept it from being examined, none twice */
    unsigned reason_count;
};

/* Once for an engine, before it is compiled. */
void scan_install(struct cl_engine *engine);
/* left_us: the scan is told to end by then. budget may be NULL. */
void scan_run(struct scan *scan, struct cl_engine *engine, const struct scan_rules *rules,
              struct budget *budget, struct bytes octets, uint64_t left_us);

/* What libclamav says for people. False: no scan runs that it could concern. */
bool scan_hear(const char *text);
/* The result of a scan that need not be run: examined, nothing found. */
void scan_nothing(struct scan *scan);

#endif

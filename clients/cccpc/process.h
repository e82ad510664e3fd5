/* What a process and its children have used, from /proc (proc(5)). */
#ifndef CCCPC_PROCESS_H
#define CCCPC_PROCESS_H

struct process_usage {
    double cpu_ms;         /* user and system, with children that ended */
    double rss_mb, pss_mb; /* PSS counts shared pages once */
    unsigned count;
};

/* Sums a process and all below it; one that is gone counts nothing. */
struct process_usage process_usage_of(int pid);

#endif

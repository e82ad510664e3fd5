/* The engines' memory in large pages, once they are loaded and before the first worker is forked;
 * a worker's own memory kept from one scan to the next. */
#ifndef SERVER_WORKER_PAGES_H
#define SERVER_WORKER_PAGES_H

#include <stdbool.h>
#include <stdint.h>

/* Asks the kernel to put this process's private memory into large pages, region by region. Returns
 * how many octets it took. What it does not take stays as it is: nothing but speed depends on it.
 * Linux 6.1 and later do it at once (MADV_COLLAPSE), earlier ones do nothing. */
uint64_t pages_enlarge(void);

/* From now on this process keeps up to 64 MiB of what it frees. A scan takes megabytes of tables
 * and frees them; given back to the kernel each time, they cost a page fault for each page of each
 * scan. */
void pages_keep(void);

#endif

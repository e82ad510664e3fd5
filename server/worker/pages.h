/* The engines' memory in large pages, once they are loaded and before the first worker is forked.
 */
#ifndef SERVER_WORKER_PAGES_H
#define SERVER_WORKER_PAGES_H

#include <stdbool.h>
#include <stdint.h>

/* Asks the kernel to put this process's private memory into large pages, region by region. Returns
 * how many octets it took. What it does not take stays as it is: nothing but speed depends on it.
 * Linux 6.1 and later do it at once (MADV_COLLAPSE), earlier ones do nothing. */
uint64_t pages_enlarge(void);

#endif

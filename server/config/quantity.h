/* Numbers with units, as people write them: 150M, 30s, 8192. */
#ifndef SERVER_CONFIG_QUANTITY_H
#define SERVER_CONFIG_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

enum quantity_fault {
    QUANTITY_FINE,
    QUANTITY_NO_NUMBER, /* not digits and a suffix that the unit has */
    QUANTITY_NO_UNIT,   /* a time other than 0 without its suffix */
    QUANTITY_OVERFLOW
};

enum { QUANTITY_TEXT_BYTES = 32 };

/* unit: "octets" and "octets/s" take K M G T (1024), "ms" takes ms s min h d, others nothing; NULL
 * is a bare number. */
enum quantity_fault quantity_read(const char *text, const char *unit, uint64_t *number);
/* The shortest exact form; quantity_read() gives the same number back. */
const char *quantity_write(uint64_t number, const char *unit, char text[QUANTITY_TEXT_BYTES]);
/* What may be written, for people: "octets, or K M G T". */
const char *quantity_suffixes(const char *unit);

#endif

/* The other way through a charset's tables: which octets mean a code point. Made for one text and
 * gone with it: it costs a pass over the tables, less than a millisecond. */
#ifndef ENGINES_DECODE_CHARSET_CODES_H
#define ENGINES_DECODE_CHARSET_CODES_H

#include "engines/decode/charset_table.h"
#include "protocol/arena.h"

enum { CODES_PAGE = 256, CODES_PAGES = 0x110000 / CODES_PAGE, CODES_MARKED_MOST = 64 };

struct charset_codes {
    const struct charset *charset;
    uint32_t **pages; /* of CODES_PAGES; the octets plus 1, 0: none */
    /* Letters that the charset has only together with a mark. */
    struct charset_marked {
        uint32_t code, mark, octets;
    } marked[CODES_MARKED_MOST];
    size_t marked_count;
    bool is_full; /* the arena is */
};

/* STATUS_MEMORY. The arena holds it. */
MUST_CHECK enum status charset_codes_init(struct charset_codes *codes,
                                          const struct charset *charset, struct arena *arena);
/* How many octets mean the code point, 1 to 4, the first of them highest; 0: none do. */
unsigned charset_codes_find(const struct charset_codes *codes, uint32_t code, uint32_t *octets);
/* The same for a letter and a mark behind it. */
unsigned charset_codes_find_marked(const struct charset_codes *codes, uint32_t code, uint32_t mark,
                                   uint32_t *octets);

#endif

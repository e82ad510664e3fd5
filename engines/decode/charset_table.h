/* The charsets that we know: what each label means, and the code points of its octets. The tables
 * are filled once for a process, from ICU (and for three charsets that ICU lacks from the C
 * library's iconv), and corrected by our own rows (charset_rows.c). No octet of a message ever
 * reaches those libraries, and nothing is opened later. */
#ifndef ENGINES_DECODE_CHARSET_TABLE_H
#define ENGINES_DECODE_CHARSET_TABLE_H

#include "protocol/bytes.h"

enum charset_kind {
    CHARSET_UTF_8,
    CHARSET_US_ASCII, /* octets above 127 are not its own: read as for an unknown label */
    CHARSET_UTF_16,
    CHARSET_UTF_16BE,
    CHARSET_UTF_16LE,
    CHARSET_UTF_32,
    CHARSET_UTF_32BE,
    CHARSET_UTF_32LE,
    CHARSET_UTF_7,
    CHARSET_HZ,
    CHARSET_ISO_2022_JP,
    CHARSET_ISO_2022_KR,
    CHARSET_ISO_2022_CN,
    CHARSET_ISO_IR_165,
    CHARSET_SINGLE,
    CHARSET_PAIRS,     /* one octet, or two of which the first is above 127 */
    CHARSET_GB18030,   /* besides: four octets */
    CHARSET_EUC_JP,    /* besides: 8F and two octets */
    CHARSET_EUC_TW,    /* besides: 8E, a plane and two octets */
    CHARSET_DEC_HANYU, /* besides: C2 CB and two octets */
    CHARSET_KINDS
};

/* A row of charset_rows.c. */
struct charset_row {
    const char *labels; /* in the form of charset_find(), with a blank between */
    enum charset_kind kind;
    const char *base;    /* the converter that fills the tables, or NULL */
    const char *patches; /* OCTETS[+COUNT]=CODE: COUNT octets and codes in a row; `-`: unassigned */
};

extern const struct charset_row charset_rows[];
extern const size_t charset_rows_count;

enum {
    CODE_NONE = 0x7FFFFFFF,      /* unassigned */
    CODE_LEAD = 0x7FFFFFFE,      /* the first of two octets */
    CODE_MARK_SHIFT = 24,        /* above it: 1 + the index of a mark that follows */
    PLANE_SIDE = 94,             /* a plane is 94 rows of 94: ISO 2022 */
    PLANE_CODES = 94 * 94,       /* at (row - 0x21) * 94 + column - 0x21 */
    PLANES_MOST = 16,            /* 0: EUC-JP's behind 8F; else that of CNS 11643 */
    FOUR_OCTETS_CODES = 39420,   /* GB18030's of four octets within the BMP */
    CHARSET_PAIRS_CODES = 0x8000 /* at (lead - 0x80) * 256 + trail */
};

struct charset {
    enum charset_kind kind;
    bool keeps_ascii;
    uint32_t *single; /* 256 */
    uint32_t *pairs;  /* CHARSET_PAIRS_CODES */
    uint32_t *four;   /* FOUR_OCTETS_CODES */
    uint32_t *planes[PLANES_MOST];
};

/* Marks that follow a code, in the order of CODE_MARK_SHIFT. */
extern const uint16_t charset_marks[7];

void charset_tables_warm_up(void);
/* The charset that a label means, in any case, with or without punctuation, blanks, quotes and the
 * usual prefixes; NULL when nobody knows it. charset_tables_warm_up() has been called. */
const struct charset *charset_find(struct bytes label);

#endif

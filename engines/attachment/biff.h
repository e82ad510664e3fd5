/* The records of an Excel workbook stream (MS-XLS) that say what runs or that nothing can be read.
 */
#ifndef ENGINES_ATTACHMENT_BIFF_H
#define ENGINES_ATTACHMENT_BIFF_H

#include "protocol/bytes.h"

struct biff {
    bool has_macro_sheet;
    bool is_encrypted;     /* FilePass: the records behind it are not what they seem */
    const char *automatic; /* Auto_Open and its like, or a macro sheet that is hidden; or NULL */
};

void biff_read(struct bytes stream, struct biff *book);

#endif

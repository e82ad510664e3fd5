/* One pass over the records of the workbook's globals: BoundSheet8, Lbl, FilePass. */
#include "engines/attachment/biff.h"

enum {
    RECORD_NAME = 0x18, /* Lbl: a defined name; those that are built in have a number */
    RECORD_NAME_OLD = 0x218,
    RECORD_FILE_PASS = 0x2F,
    RECORD_SHEET = 0x85, /* BoundSheet8 */
    NAME_BUILT_IN = 0x20
};

static uint32_t word16(struct bytes octets, size_t at)
{
    return octets.data[at] | (uint32_t)octets.data[at + 1] << 8;
}

/* Lbl: flags, key, length of the name, 11 octets, then the name; a built-in one is one number. */
static const char *automatic_name(struct bytes record)
{
    static const char *const built_in[] = {
        [1] = "auto_open", [2] = "auto_close", [10] = "auto_activate", [11] = "auto_deactivate"};
    uint8_t number;

    if (record.size < 16 || (record.data[0] & NAME_BUILT_IN) == 0)
        return NULL;
    /* BIFF8 has an octet of flags before the characters. */
    number = record.data[14] == 0 ? record.data[15] : record.data[14];
    return number < sizeof built_in / sizeof built_in[0] ? built_in[number] : NULL;
}

static void take_sheet(struct bytes record, struct biff *book)
{
    if (record.size < 6 || record.data[5] != 1)
        return;
    book->has_macro_sheet = true;
    if ((record.data[4] & 3) != 0)
        book->automatic = "hidden-sheet";
}

void biff_read(struct bytes stream, struct biff *book)
{
    const char *automatic = NULL;
    size_t at = 0;

    *book = (struct biff){0};
    while (stream.size - at >= 4) {
        uint32_t id = word16(stream, at), size = word16(stream, at + 2);
        struct bytes record = bytes_slice(stream, at + 4, size);

        if (id == RECORD_FILE_PASS)
            book->is_encrypted = true;
        if (id == RECORD_SHEET)
            take_sheet(record, book);
        if ((id == RECORD_NAME || id == RECORD_NAME_OLD) && automatic == NULL)
            automatic = automatic_name(record);
        at += 4 + record.size;
    }
    if (book->automatic == NULL && book->has_macro_sheet)
        book->automatic = automatic;
}

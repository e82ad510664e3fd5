/* Edits: what a worker is told to change in a copy (spec/conversion.md 2). All values are filled in
 * by decide; parts are numbers of the report. Between front and worker one line each:
 *
 *     id EDIT kind (PARTS id-set KEY "value" ..)
 *
 * A key may come more than once ("MAP" holds "old" and "new" in two values, one behind the other).
 */
#ifndef PROTOCOL_EDIT_H
#define PROTOCOL_EDIT_H

#include "protocol/arena.h"
#include "protocol/lexer.h"
#include "protocol/writer.h"

/*  row(KIND, "word"): in the order of their ranks, in which they apply (spec/conversion.md 1.4) */
/* clang-format off */
#define EDIT_ROWS(row)                                                                             \
    row(PART_REMOVE, "part-remove") row(PART_REPLACE, "part-replace") row(PART_CLEAN, "part-clean") \
    row(HTML_DISARM, "html-disarm") row(CHARSET, "charset") row(FOOTER, "footer")                  \
    row(ENCODING, "encoding") row(MARKS, "marks") row(HEADER_DELETE, "header-delete")              \
    row(HEADER_REPLACE, "header-replace") row(ADDRESS, "address") row(SUBJECT_TAG, "subject-tag")  \
    row(HEADER_ADD, "header-add") row(HEADER_PREPEND, "header-prepend") row(WRAP, "wrap")
/* clang-format on */
#define EDIT_ENUM(name, word) EDIT_##name,
enum edit_kind { EDIT_ROWS(EDIT_ENUM) EDIT_KIND_COUNT };

struct edit_value {
    struct bytes key; /* "NAME", upper case */
    struct bytes value;
};

struct edit {
    enum edit_kind kind;
    struct id_range *parts; /* ascending, not touching */
    size_t part_count;
    struct edit_value *values; /* in the order in which they were given */
    size_t value_count;
};

enum { EDITS_MOST = 256, EDIT_VALUES_MOST = 4096, EDIT_VALUE_BYTES = 65536 };

/* "header-add"; the other way, case folded. */
const char *edit_word(enum edit_kind kind);
bool edit_of_word(struct bytes word, enum edit_kind *kind);
/* The first value of that key, or an empty slice. */
struct bytes edit_value(const struct edit *edit, const char *key);
/* The value number i of that key. False: there is none. */
bool edit_value_at(const struct edit *edit, const char *key, size_t i, struct bytes *value);
/* <0, 0, >0: a total order; 0 for edits that do the same. */
int edit_compare(const struct edit *a, const struct edit *b);
/* One line, begun with tag. INVALID: what edits_read() would refuse, or a value with NUL. */
MUST_CHECK enum status edit_write(const struct edit *edit, struct buffer *out, struct bytes tag);
/* All lines of octets, each with the same tag. The edits borrow octets, which are changed in place,
 * and the arena. PARSE; LIMIT: too many edits or values, or too large ones; MEMORY. */
MUST_CHECK enum status edits_read(uint8_t *octets, size_t size, struct arena *arena,
                                  struct edit **edits, size_t *count);

#endif

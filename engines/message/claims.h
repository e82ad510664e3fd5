/* All that a header section may say to some mail program about the part it stands before
 * (spec/reading.md 2): fields that stand twice, that only lenient readers see (a comment or a blank
 * in the name, a fold or a bare CR before it, no colon), values that are read in more than one way.
 */
#ifndef ENGINES_MESSAGE_CLAIMS_H
#define ENGINES_MESSAGE_CLAIMS_H

#include "engines/budget.h"
#include "engines/message/header.h"
#include "protocol/arena.h"
#include "protocol/report.h"

enum { CLAIMS_BOUNDARIES_MOST = 16 };

/* Where readers part; the first place of each is evidence. row(NAME, "symbol", "text") */
/* clang-format off */
#define DISPUTE_ROWS(row)                                                                          \
    row(TYPE, "message.duplicate-type", "a second Content-Type says something else")               \
    row(ENCODING, "message.duplicate-encoding", "a second Content-Transfer-Encoding says something else") \
    row(BOUNDARY, "message.duplicate-boundary", "readers would take different boundaries")         \
    row(CHARSET, "message.duplicate-charset", "readers would take a charset in which ASCII is something else")             \
    row(HIDDEN, "message.field-hidden", "a field that only some readers see")
/* clang-format on */
#define DISPUTE_ENUM(name, symbol, text) DISPUTE_##name,
enum dispute { DISPUTE_ROWS(DISPUTE_ENUM) DISPUTE_COUNT };

struct claims {
    /* In the first reading: the last of its kind, as in GMime. Offsets within the section. */
    struct field type, encoding, disposition;
    bool has_type, has_encoding, has_disposition;
    struct bytes charset;       /* of the type, or empty */
    struct bytes other_charset; /* that some reader takes, in which ASCII is something else */
    /* In any reading. */
    struct bytes boundaries[CLAIMS_BOUNDARIES_MOST]; /* distinct, without blanks behind */
    size_t boundary_count;
    unsigned encodings; /* bits 1 << enum transfer_encoding */
    unsigned kinds;     /* bits 1 << enum part_kind; 0: no type is given */
    bool is_digest;     /* parts without a type are messages */
    size_t junk;        /* where the first line stands without a colon that is no fold, or SIZE_MAX */
    bool is_over;       /* more boundaries than fit */
    struct {
        bool seen;
        struct field field;
    } disputes[DISPUTE_COUNT];
};

/* section: as it stands, the blank line or not. Everything is borrowed from it or in the arena.
 * STATUS_MEMORY only. */
MUST_CHECK enum status claims_read(struct bytes section, struct budget *budget, struct arena *arena,
                                   struct claims *claims);
/* Whether some reader takes the declared encoding for one that it decodes. */
bool claims_know_encoding(const struct claims *claims);
/* "type/subtype" in lower case, in the arena, as the field says it; empty when it does not.
 * STATUS_MEMORY only. */
MUST_CHECK enum status claims_type(const struct claims *claims, struct arena *arena,
                                   struct bytes *type);

#endif

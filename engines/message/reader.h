/* Reads octets in every way that their headers claim (claims.h), without GMime: a union of all that
 * mail programs could see, for what the first reading does not show (spec/reading.md). */
#ifndef ENGINES_MESSAGE_READER_H
#define ENGINES_MESSAGE_READER_H

#include "engines/message/claims.h"
#include "engines/message/content_index.h"
#include "engines/message/decodings.h"
#include "engines/reporter.h"

/* A header section and what follows, in some octets. */
struct entity {
    struct bytes octets; /* all of its source */
    uint32_t within;     /* whose decoded content that is; 0: the original, or as many octets */
    size_t header, body, end;
    uint32_t parent, depth;
    bool is_retold; /* a header that ends elsewhere: not asked again */
    bool is_digest; /* what it is split into is in a digest: */
    bool in_digest; /* without a type it is a message */
    bool is_late;   /* found at the beginning of a leaf: not looked for once more in it */
    bool is_quoted; /* in the middle of a text: few readers look there, and none closely */
};

struct reader {
    struct reporter *reporter;
    struct message *message;
    struct content_index index;
    struct decodings decodings;
    struct entity *queue; /* what is still to be read, in order */
    size_t queued, queue_capacity;
    uint32_t reading;     /* of the deviation at hand */
    bool has_near;        /* there may be lines that only lenient readers take for delimiters */
    bool is_capped;       /* a cap was hit: nothing more is read */
    uint64_t walked;      /* octets that were gone through for other readings */
    uint64_t traced;      /* those that were decoded again to say where some come from */
    uint64_t until_clock; /* octets to walk before the clock is looked at again */
};

/* All return STATUS_MEMORY, or the status of a report that is full; a cap is no failure. */

/* reader.c. Reads what is queued: everything that its header claims, and what stands in it, and
 * what that queues. */
MUST_CHECK enum status reader_drain(struct reader *reader);
/* Queues the parts between the delimiters of each claimed boundary, and between lines that only
 * lenient readers take for delimiters. known: a boundary whose strict reading is there already. */
MUST_CHECK enum status reader_split(struct reader *reader, const struct entity *entity,
                                    const struct claims *claims, struct bytes known);
/* Queues a section of the entity's octets as an entity of its own. */
MUST_CHECK enum status reader_queue_section(struct reader *reader, const struct entity *entity,
                                            size_t begin, size_t end);
/* Queues the entity once more for each other place where its header could end. */
MUST_CHECK enum status reader_retell(struct reader *reader, const struct entity *entity);
/* Bits of all encodings that some reader would decode a body from; all, when nobody knows the one
 * that is declared. */
unsigned reader_encodings(const struct claims *claims);
/* Notes a cap: said once, the root is unexaminable, nothing more is read. */
void reader_cap(struct reader *reader, const char *cap);
/* Octets are about to be gone through; false, and capped, when that is too much. */
bool reader_may_walk(struct reader *reader, uint64_t count);

/* reader_leaf.c. The body as a leaf that is encoded so: kept when it is new, then looked into.
 * variant: of the decoder. *odd: other variants read it differently. */
MUST_CHECK enum status reader_decode(struct reader *reader, const struct entity *entity,
                                     const struct claims *claims, enum transfer_encoding encoding,
                                     unsigned variant, bool *odd);
/* A leaf once more, by another variant of its decoder. */
MUST_CHECK enum status reader_vary(struct reader *reader, uint32_t number, unsigned variant);
/* Keeps a leaf with its content, unless it is known; its number is set. */
MUST_CHECK enum status reader_keep(struct reader *reader, struct part *part, bool *kept);
/* The uuencoded, yEnc and BinHex files in the content of a text leaf. */
MUST_CHECK enum status reader_embedded(struct reader *reader, uint32_t number);
/* All that stands in the content of a leaf: files, other charsets, a mail, and the message or
 * multipart that it is by its claims. */
MUST_CHECK enum status reader_look_within(struct reader *reader, uint32_t number,
                                          const struct claims *claims);

/* reader_text.c. */
enum { READER_CHARSETS_MOST = 3 };
/* The charsets that some reader takes for a text, in which ASCII is something else. Their count. */
size_t reader_charsets(const struct claims *claims, struct bytes content,
                       struct bytes charsets[READER_CHARSETS_MOST]);
/* The decoded content of a leaf once more in UTF-8. */
MUST_CHECK enum status reader_convert(struct reader *reader, uint32_t number, struct bytes charset);
/* A mail as a file, by one of its names; queues the decoded content of a leaf as one. */
bool reader_is_mail_file(const struct part *part);
MUST_CHECK enum status reader_open_mail_file(struct reader *reader, uint32_t number);

#endif

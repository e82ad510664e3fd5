/* The message view: parsed once, read by every engine (design 5). Structure comes from GMime
 * (structure.c is its only door), limits from a linear pre-scan, decoding from our own decoders
 * over the raw octet ranges (research: the packaged GMime loses content that mail readers show).
 *
 * A part is a leaf or a container, numbered 1..n in order of appearance, parents first. No input
 * makes the view give up: what cannot be parsed is one leaf of type text/plain over all octets,
 * with a finding that says why.
 *
 * Readings (spec/reading.md): where mail programs could disagree, each other reading is parts of
 * its own with `reading` > 0, behind those of the first reading, and the ambiguity is a STRUCTURE
 * finding. */
#ifndef ENGINES_MESSAGE_MESSAGE_H
#define ENGINES_MESSAGE_MESSAGE_H

#include "engines/budget.h"
#include "engines/decode/transfer.h"
#include "engines/message/names.h"
#include "protocol/arena.h"
#include "protocol/report.h"

struct part {
    uint32_t number, parent, depth, reading;
    enum part_kind kind;
    uint32_t within; /* the part whose decoded content holds this one; 0: the original does */
    struct range header, body;  /* in the original octets; body without the delimiter's CRLF. A part
                                   within another one has there what its octets come from */
    struct bytes raw;           /* the body as it stands: where `within` says */
    struct bytes type;          /* "text/plain", lower case */
    struct bytes name;          /* the first of names, or empty */
    struct names names;         /* every one that a mail program could show */
    struct bytes charset;       /* label of a text/… part as declared, or empty */
    struct bytes encoding_text; /* as declared, at most 64 octets of it */
    enum transfer_encoding encoding;
    const struct claims *claims; /* of its header (claims.h); NULL when it has none */
    struct bytes boundary;       /* of a multipart of the first reading */
    uint32_t same_as;            /* the first part with the same content; 0: none was looked for */
    bool is_odd;                 /* decoded: other decoders could yield other octets */
    bool is_derived;      /* the content is not what our decoder makes of raw: from all of it */
    bool decoded;         /* content below is set */
    struct bytes content; /* decoded octets: a leaf's; identity ones borrow the original */
    bool is_over;         /* the budget could not hold its content */
    const char *cap;      /* name of the limit that keeps it from being examined, or NULL */
};

struct message {
    struct bytes octets; /* the original; outlives the view */
    struct budget *budget;
    uint64_t spent_us; /* on the view itself and on decoding, whoever asked for it */
    struct part *parts;
    uint32_t part_count;
    size_t part_capacity;
    uint32_t laid_count;    /* of them the layout made: one tree, in the order of their octets */
    uint32_t reading_count; /* beside the first */
    struct arena arena;
    struct report *report; /* where the view's own findings and parts go; engine name "message" */
    bool opaque;           /* over a limit or unparsable: one leaf, scanned raw */
};

/* Its content is its octets as they stand: no encoding, or one that nobody knows. */
bool part_is_identity(const struct part *part);
bool part_is_text(const struct part *part);

/* Makes everything that is made once for a process. Called before the sandbox closes, and before
 * the first message_init(). */
void message_warm_up(void);
/* Reads the structure and reports every part and the structure and limit findings. Parts that a cap
 * cut off have it in `cap`: engines_run() reports them UNEXAMINABLE for each engine. octets, budget
 * and report are borrowed until message_clear(). STATUS_MEMORY, or STATUS_LIMIT when the report is
 * full; nothing is to be cleared then. */
MUST_CHECK enum status message_init(struct message *message, struct bytes octets,
                                    struct budget *budget, struct report *report);
void message_clear(struct message *message);
/* The decoded octets of a leaf; decoded at the first call, charged to the budget, kept until
 * message_clear(). STATUS_LIMIT when the budget is used up: the finding is reported once and the
 * part's cap is set. */
MUST_CHECK enum status message_decode(struct message *message, struct part *part,
                                      struct bytes *content);
/* Where octet `offset` of a part's decoded content comes from in the original: exact for identity,
 * base64 and quoted-printable, else the whole body; size octets long in decoded terms. */
struct range message_origin(const struct message *message, const struct part *part, uint64_t offset,
                            uint64_t size);

#endif

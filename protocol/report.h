/* What was found in one message: parts, findings, coverage, engines, facts, questions. Written by a
 * worker, read and checked by the front, and, for a client that asked for EXPLAIN, written again
 * and read by the client: the same lines on both wires (spec/cccp.md, "Report lines"):
 *
 *     tag PART number (PARENT n DEPTH n [READING n] [WITHIN n] KIND LEAF|MULTIPART|MESSAGE
 *                      TYPE "text/plain" [NAME "x.zip"] [NAMES ("y.zip" ..)] [ENCODING "base64"]
 *                      [CHARSET "utf-8"] HEADER (offset size) BODY (offset size) DECODED size)
 *     tag FINDING engine (SYMBOL "Eicar" CLASS VIRUS POINTS 0 PART n RANGE (offset size)
 *                         [TEXT ".."] [EXCERPT ".."])
 *     tag COVERAGE engine (PARTS n|n:n STATE EXAMINED [REASON ".."])
 *     tag FACT "name" "value"
 *     tag QUESTION engine (KIND "dns-txt" NAME "example.com")
 *     tag ENGINE engine (STATE OK|FAILED VERSION ".." TIME microseconds [REASON ".."])
 *     tag COPY number (SIZE n SHA256 "hex" BODY 7BIT|8BITMIME|BINARYMIME SMTPUTF8 YES|NO
 *                      [DKIM-BROKEN ("d=x.example s=key" ..)]) SPLICE (segments)
 *
 * Numbers of parts are 1..n, those of other readings (spec/reading.md) behind those of the first; 0
 * is the whole message. A report names nothing outside its own message: report_check() before use.
 */
#ifndef PROTOCOL_REPORT_H
#define PROTOCOL_REPORT_H

#include "protocol/arena.h"
#include "protocol/limits.h"
#include "protocol/splice.h"
#include "protocol/verdict.h"
#include "protocol/writer.h"

#define PART_KIND_ROWS(row) row(LEAF) row(MULTIPART) row(MESSAGE)
#define PART_KIND_ENUM(name) PART_##name,
enum part_kind { PART_KIND_ROWS(PART_KIND_ENUM) PART_KIND_COUNT };

enum { REPORT_NAMES_MOST = 32, REPORT_NAME_BYTES = 1024, REPORT_CHARSET_BYTES = 64 };

struct report_part {
    uint32_t number, parent, depth;
    uint32_t reading; /* 0: the first */
    uint32_t within;  /* the part whose decoded content holds this one; 0: the original does */
    enum part_kind kind;
    struct bytes type, name, encoding, charset; /* UTF-8; all but type may be empty */
    const struct bytes *other_names;            /* what else the file could be called, not empty */
    size_t other_name_count;                    /* REPORT_NAMES_MOST at most */
    struct range header, body;                  /* in the original octets */
    uint64_t decoded_size;
};

struct report_finding {
    struct bytes engine, symbol;
    enum finding_class class;
    int64_t points; /* thousandths; written as an atom with its sign */
    uint32_t part;
    struct range range;         /* of the original octets */
    struct bytes text, excerpt; /* UTF-8, printable: other octets stand as \xHH */
};

struct report_coverage {
    struct bytes engine;
    struct id_range parts;
    enum coverage_state state;
    struct bytes reason; /* a stable word: "encrypted", "size-limit"; for EXEMPT the rule's name */
};

struct report_engine {
    struct bytes name, version, reason;
    bool failed;
    uint64_t time_us;
};

struct report_fact {
    struct bytes name, value;
};

struct report_question {
    struct bytes engine, kind, name;
};

#define BODY_KIND_ROWS(row) row(7BIT) row(8BITMIME) row(BINARYMIME)
#define BODY_KIND_ENUM(name) BODY_##name,
enum body_kind { BODY_KIND_ROWS(BODY_KIND_ENUM) BODY_KIND_COUNT };
enum { COPY_DIGEST_BYTES = 32, COPY_SIGNATURES_MOST = 64 };

/* A changed version of the message (spec/cccp.md 7.8). */
struct report_copy {
    uint32_t number; /* from 1; of a worker's answer always 1 */
    uint64_t size;
    uint8_t digest[COPY_DIGEST_BYTES]; /* SHA-256 of its octets */
    enum body_kind body;
    bool smtputf8;              /* its header section is UTF-8: RFC 6531 */
    const struct bytes *broken; /* DKIM signatures that no longer hold */
    size_t broken_count;
    struct splice splice;
};

/* An array that grows in the report's arena. */
#define REPORT_ARRAY(type, name)                                                                   \
    type *name;                                                                                    \
    size_t name##_count, name##_capacity

struct report {
    struct arena arena;
    REPORT_ARRAY(struct report_part, parts);
    REPORT_ARRAY(struct report_finding, findings);
    REPORT_ARRAY(struct report_coverage, coverage);
    REPORT_ARRAY(struct report_engine, engines);
    REPORT_ARRAY(struct report_fact, facts);
    REPORT_ARRAY(struct report_question, questions);
    REPORT_ARRAY(struct report_copy, copies);
};

enum { REPORT_ENGINES_MOST = 64 };

/* most_bytes bounds the arena. */
void report_init(struct report *report, size_t most_bytes);
void report_clear(struct report *report);

/* Builders: everything given is copied into the arena, texts with controls and octets that are not
 * UTF-8 as \xHH. STATUS_LIMIT when the arena is full. Adjoining coverage of the same engine, state
 * and reason is joined. */
/* Names and charset are cut to REPORT_NAME_BYTES and REPORT_CHARSET_BYTES. STATUS_INVALID: more
 * than REPORT_NAMES_MOST other names. */
MUST_CHECK enum status report_add_part(struct report *report, const struct report_part *part);
MUST_CHECK enum status report_add_finding(struct report *report,
                                          const struct report_finding *finding);
MUST_CHECK enum status report_add_coverage(struct report *report,
                                           const struct report_coverage *coverage);
MUST_CHECK enum status report_add_engine(struct report *report, const struct report_engine *engine);
MUST_CHECK enum status report_add_fact(struct report *report, struct bytes name,
                                       struct bytes value);
MUST_CHECK enum status report_add_question(struct report *report,
                                           const struct report_question *question);
/* Splice, data and names are copied. INVALID: more than COPY_SIGNATURES_MOST signatures. */
MUST_CHECK enum status report_add_copy(struct report *report, const struct report_copy *copy);

/* One COPY line with its splices. */
MUST_CHECK enum status report_write_copy(const struct report_copy *copy, struct buffer *out,
                                         struct bytes tag);
/* All lines, each begun with tag. */
MUST_CHECK enum status report_write(const struct report *report, struct buffer *out,
                                    struct bytes tag);
/* Takes one line of the kinds above whose tag and word have been pulled already; *known is false
 * (and OK returned, the line left alone) when the word is none of them. */
MUST_CHECK enum status report_read_line(struct report *report, struct bytes word,
                                        struct lexer *lexer, bool *known);
/* For a report that somebody else wrote, before anything of it is used. Numbers ascend from 1
 * without a gap, parents come before their children and are at most one level above them (the first
 * level is 0 or 1); the first reading comes first, and in it a part of the original octets has a
 * container above it or nothing, while one of another reading, or within another part's content,
 * may have a leaf; a part is within an earlier one. Every range lies inside size octets, every part
 * named exists, words are words, no more than REPORT_ENGINES_MOST engines speak, each with one
 * ENGINE line at most. At most limits.copies copies, numbered likewise, whose splices stay within
 * the message and yield their size. STATUS_INVALID otherwise. */
MUST_CHECK enum status report_check(const struct report *report, uint64_t size,
                                    const struct limits *limits);
/* The same for what answers a TRANSFORM: it has neither parts nor coverage, and its findings are
 * about parts that the scan reported: a number that limits allow. */
MUST_CHECK enum status report_check_copy(const struct report *report, uint64_t size,
                                         const struct limits *limits);
/* Adds what a later job (conclude) found: findings, coverage, engines, facts, questions; not parts.
 * An engine's later coverage of a part replaces its earlier one. */
MUST_CHECK enum status report_merge(struct report *report, const struct report *later);

/* Counts the pairs of counting parts and required engines. The leaves count, or part 0, the whole
 * message, when there is no leaf; a container counts for an engine that could not examine it. A
 * pair named twice has its worst state; what an engine says of part 0 holds for every leaf, and
 * makes what it says of the leaf itself worse but never better; of what it says nothing has failed.
 * An engine that failed fails all its pairs. */
void report_tally(const struct report *report, const struct bytes *required, size_t required_count,
                  struct coverage_tally *tally);
/* Bits 1 << class. */
unsigned report_classes(const struct report *report);

#endif

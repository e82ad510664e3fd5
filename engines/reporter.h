/* How an engine speaks: the only way. Binds a report to the engine that is running and to its
 * message. */
#ifndef ENGINES_REPORTER_H
#define ENGINES_REPORTER_H

#include "engines/message/message.h"

struct reporter {
    struct report *report;
    struct message *message;
    struct bytes engine;
    enum status status; /* first failure of the report itself (full): sticks, the job fails */
};

void reporter_init(struct reporter *reporter, struct report *report, struct message *message,
                   const char *engine);
/* symbol: stable name. part: 0 is the whole message. range: the octets of the original that prove
 * it; the excerpt (at most 64 octets from it, unprintable ones as \xHH) is taken here. Once a
 * report has 128 findings, a symbol that the engine has said already is not added again. */
void reporter_finding(struct reporter *reporter, const char *symbol, enum finding_class class,
                      int64_t points, uint32_t part, struct range range, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/* The same with evidence in decoded content: the range is where [offset, offset + size) of the
 * part's content comes from in the original, the excerpt is of the content. offset and size are cut
 * to the content; a part that was not decoded gives its body. */
void reporter_finding_within(struct reporter *reporter, const char *symbol,
                             enum finding_class class, int64_t points, const struct part *part,
                             struct range content_range, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/* A cap of the budget was hit: finding `limit.CAP`, class LIMIT. What it kept from being examined
 * is to be reported UNEXAMINABLE with the same word. */
void reporter_cap(struct reporter *reporter, const char *cap, uint32_t part, struct range range);
/* Coverage: what an engine does not speak of has FAILED. reason and rule are stable words. */
void reporter_examined(struct reporter *reporter, uint32_t part);
void reporter_exempt(struct reporter *reporter, uint32_t part, const char *rule);
void reporter_unexaminable(struct reporter *reporter, uint32_t part, const char *reason);
void reporter_failed(struct reporter *reporter, uint32_t part, const char *reason);
void reporter_fact(struct reporter *reporter, const char *name, const char *value);
/* Asks the outside; conclude() sees the answer. */
void reporter_question(struct reporter *reporter, const char *kind, const char *name);
/* Microseconds the engine still has. */
uint64_t reporter_left_us(const struct reporter *reporter);

#endif

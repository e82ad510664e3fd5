/* The changed copies of one check (spec/conversion.md 1): a worker makes each from one list of
 * edits; a thread builds its octets and holds them against the digest; where a decision wants so,
 * they are checked again as a message of their own.
 *
 *     transforming ─COPY→ building ─octets are right→ ready
 *                                  ─a decision depends on its verdict→ checking ─verdict→ ready
 *     transforming ─no COPY, poison→ impossible          any ─failure→ failed
 *
 * Loop thread only; facts come by callbacks, `advance` is told of each. */
#ifndef SERVER_FRONT_COPIES_H
#define SERVER_FRONT_COPIES_H

#include "protocol/report.h"
#include "server/front/content.h"
#include "server/policy/decision.h"
#include "server/worker/pool.h"

enum copy_state {
    COPY_NONE, /* nobody has asked for it */
    COPY_TRANSFORMING,
    COPY_BUILDING,
    COPY_CHECKING,
    COPY_READY,
    COPY_IMPOSSIBLE, /* these edits cannot be made in this message */
    COPY_FAILED      /* something broke: trying again may help */
};

struct copies;

/* Borrowed until copies_free(). */
struct copies_settings {
    uv_loop_t *loop;
    struct pool *pool;
    const struct limits *limits;
    const char *spill_dir;
    struct content *content; /* the original */
    const struct config_channel *channel;
    uint64_t deadline_ms;
    void *owner;
    /* Something has changed; never from inside a call of the owner's. The copies may be freed once
     * copies_busy() is false. */
    void (*advance)(void *owner);
};

MUST_CHECK enum status copies_new(const struct copies_settings *settings, struct copies **copies);
/* Nothing is busy any more. */
void copies_free(struct copies **copies);
/* Begins to make this copy, unless it is known. checked: its verdict is wanted too, also of one
 * that is known; keep: its octets are wanted (copies_content). One more than limits.copies has
 * failed at once. While others are under way only what is begun in the same turn is asked for.
 * MEMORY. */
MUST_CHECK enum status copies_want(struct copies *copies, const struct decision_edits *edits,
                                   bool checked, bool keep);
enum copy_state copies_state(const struct copies *copies, uint32_t number);
/* It is known, and its verdict is or will be when checked. */
bool copies_have(const struct copies *copies, uint32_t number, bool checked);
/* Of one that is ready, number as in its edits. */
const struct report_copy *copies_copy(const struct copies *copies, uint32_t number);
/* It is ready, and its octets are those of the original: nothing was there to be changed. */
bool copies_is_original(const struct copies *copies, uint32_t number);
/* Its verdict, when it was checked. */
struct verdict copies_verdict(const struct copies *copies, uint32_t number);
/* Its octets, or NULL when they were not kept. */
struct content *copies_content(const struct copies *copies, uint32_t number);
/* Findings of the engine that made it (what it left alone). */
const struct report *copies_report(const struct copies *copies, uint32_t number);
/* Jobs or threads are at work. */
bool copies_busy(const struct copies *copies);
/* All that are wanted are ready, impossible or failed. */
bool copies_settled(const struct copies *copies);
/* Jobs end soon; what is under way has failed. */
void copies_stop(struct copies *copies);
/* The octets of the originals and the copies go, the splices stay: for a result that is kept. */
void copies_settle_down(struct copies *copies);
/* More were wanted than limits.copies. */
bool copies_are_over(const struct copies *copies);
/* Numbers go from 1 to it. 0 for NULL. */
uint32_t copies_count(const struct copies *copies);
/* copies_content() has all that are ready. */
bool copies_have_octets(const struct copies *copies);
/* Octets of memory they hold. */
size_t copies_memory(const struct copies *copies);

#endif

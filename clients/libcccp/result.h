/* Inside an answer: what its lines are taken into. Each taker gets the rest of one line and returns
 * NULL, or why the line makes the whole answer malformed (static text). */
#ifndef LIBCCCP_RESULT_H
#define LIBCCCP_RESULT_H

#include "clients/libcccp/client.h"

/* As many copies as any server may be told to make (limits.copies). */
enum { COPIES_MOST = 10000, NOTES_MOST = 10000, TEXT_MOST = 512, NAME_MOST = 255 };

struct cccp_result {
    unsigned references;
    struct arena arena;
    enum cccp_status status;
    enum cccp_duty duty;
    const char *code, *text, *txn;
    /* of the request */
    bool explain, dry_run;
    unsigned accept; /* 0: none given */
    uint64_t content_size;
    const char *wrong; /* static text: why it is malformed */
    /* collected */
    const struct cccp_recipient **recipients; /* NULL: no disposition yet */
    size_t count, answered;
    struct cccp_summary summary;
    bool has_summary;
    struct cccp_copy *copies;
    size_t copy_count, copy_capacity;
    uint32_t *used; /* numbers of copies that somebody needs; one may come more than once */
    size_t used_count, used_capacity;
    struct cccp_note *notes;
    size_t note_count, note_capacity;
    struct cccp_decision *decisions;
    size_t decision_count, decision_capacity;
    bool *decided; /* by id - 1, of a dry run */
    size_t decided_count;
    struct report report;
    struct explained explained;
};

/* Room for one more; false: the answer is too long. */
#define RESULT_GROW(result, items, name)                                                           \
    arena_grow(&(result)->arena, (void **)&(result)->items, &(result)->name##_capacity,            \
               (result)->name##_count, sizeof(*(result)->items))

/* True when the client has said that it can do that (CCCP_ACCEPT_), or can without saying so. */
bool result_accepts(const struct cccp_result *result, unsigned bit);
/* One printable line of UTF-8, cut to TEXT_MOST octets: for people. NULL for an empty one, for what
 * is no text, or no room. */
const char *result_text(struct cccp_result *result, struct bytes text);
/* For programs: as it stands. NULL when it is longer than NAME_MOST, has controls or is not UTF-8,
 * or no room. */
const char *result_name(struct cccp_result *result, struct bytes name);
/* Addresses as they stand. NULL: no room. */
const char *const *result_addresses(struct cccp_result *result, const struct bytes *addresses,
                                    size_t count);
/* *accept: the bit that a client needs for it, 0 for DEFER. False: this library does not know it.
 */
bool result_disposition(enum disposition from, enum cccp_disposition *to, unsigned *accept);

/* result_recipients.c */
const char *result_take_res(struct cccp_result *result, struct lexer *lexer);

/* result_summary.c */
const char *result_take_summary(struct cccp_result *result, struct lexer *lexer);

/* result_copies.c */
const char *result_take_copy(struct cccp_result *result, struct lexer *lexer);
/* Somebody needs that copy; 0, the original, is always there. */
const char *result_use_copy(struct cccp_result *result, uint64_t number);
/* The answer is complete: whether every copy is there, once, and is what its line says. content is
 * the original. Copies are in the order of their numbers then. */
const char *result_check_copies(struct cccp_result *result, const void *content);

/* result_notes.c */
const char *result_take_note(struct cccp_result *result, struct lexer *lexer);
/* The answer is complete: whether each has a number of its own, whose order they have then. */
const char *result_check_notes(struct cccp_result *result);
const char *result_take_decision(struct cccp_result *result, struct lexer *lexer);

#endif

/* The inside of expressions, shared by the files they are split into: lexer, parse, type, fold,
 * run, print, compare. Nobody else but the rules' checks and index includes this. */
#ifndef SERVER_POLICY_EXPRESSION_INSIDE_H
#define SERVER_POLICY_EXPRESSION_INSIDE_H

#include "server/policy/expression.h"

enum word_kind {
    WORD_END,
    WORD_NAME,   /* a fact or a keyword */
    WORD_NUMBER, /* with its unit */
    WORD_TEXT,   /* in quotes */
    WORD_LIST,   /* @name */
    WORD_SIGN    /* == != < <= > >= ( ) [ ] , */
};

struct word {
    enum word_kind kind;
    size_t offset;
    struct bytes raw;  /* as it stands */
    struct bytes text; /* TEXT without its quotes, LIST without "@" */
    int64_t number;    /* thousandths */
};

enum relation {
    RELATION_EQUAL,
    RELATION_NOT_EQUAL,
    RELATION_LESS,
    RELATION_LESS_EQUAL,
    RELATION_MORE,
    RELATION_MORE_EQUAL,
    RELATION_IN,
    RELATION_NOT_IN,
    RELATION_CONTAINS,
    RELATION_BEGINS,
    RELATION_ENDS,
    RELATION_MATCHES,
    RELATION_COUNT
};

enum operand_kind { OPERAND_FACT, OPERAND_CONSTANT, OPERAND_UNKNOWN, OPERAND_LIST, OPERAND_ITEMS };

struct operand {
    enum operand_kind kind;
    enum fact_type type; /* FACT, CONSTANT */
    size_t offset;
    const struct fact *fact;
    struct bytes text; /* also of a network, as it was written */
    int64_t number;
    struct network network;
    int list;              /* its number */
    struct operand *items; /* ITEMS: no ITEMS in it, LISTs are */
    size_t item_count;
};

enum term_kind {
    TERM_CONSTANT,
    TERM_FACT, /* a boolean, or whether there is any value */
    TERM_AND,
    TERM_OR,
    TERM_NOT,
    TERM_COMPARE, /* EQUAL LESS … CONTAINS BEGINS ENDS, both sides one operand */
    TERM_LIST,    /* fact in @list */
    TERM_SET,     /* text fact in [texts], sorted, folded */
    TERM_MATCH
};

struct term {
    enum term_kind kind;
    bool truth;         /* CONSTANT */
    bool is_of_message; /* no fact of the recipient in it */
    size_t slot;        /* from 1: kept for all recipients; 0: not kept */
    struct term *first; /* AND OR NOT: what they join */
    struct term *last;
    struct term *next;      /* beside it */
    enum relation relation; /* COMPARE */
    struct operand left, right;
    struct bytes *set;
    size_t set_count;
    const struct pattern *pattern;
};

struct expression {
    struct term *root;
};

struct expression_reader {
    struct expression_names *names;
    struct expression_fault *fault;
    struct bytes text;
    size_t at;
    struct word word; /* the next one */
    unsigned depth, operands;
};

/* INVALID, with the place and the reason. */
enum status expression_fail(struct expression_reader *reader, size_t offset, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));
/* Takes the next word into reader->word. */
MUST_CHECK enum status expression_next(struct expression_reader *reader);
/* "found 'x'": the word for messages, at most 40 octets of it. */
const char *word_describe(const struct word *word, char text[64]);
bool word_is(const struct word *word, const char *name);

/* A term of that kind; NULL: no memory. */
struct term *term_new(struct expression_reader *reader, enum term_kind kind);
void term_append(struct term *parent, struct term *child);
/* Types of both sides are checked here. */
MUST_CHECK enum status expression_compare(struct expression_reader *reader, struct operand *left,
                                          enum relation relation, size_t relation_offset,
                                          struct operand *right, struct term **term);
MUST_CHECK enum status expression_condition(struct expression_reader *reader,
                                            struct operand *operand, struct term **term);
/* Constants go, nested ones of a kind are joined, equalities of one fact become a set. *term may
 * become another one. */
MUST_CHECK enum status term_fold(struct expression_reader *reader, struct term **term);
MUST_CHECK enum status term_negate(struct expression_reader *reader, struct term **term);
/* What two texts have in common with case folded: <0, 0, >0. */
int text_compare_fold(struct bytes a, struct bytes b);
bool network_of_text(struct bytes text, struct network *network);

/* One side of a comparison. */
struct bytes_array {
    const struct bytes *texts;
    size_t count;
};
/* One text stands on both sides, case folded; also when nothing stands on either. */
bool texts_share(struct fact_view *view, struct bytes_array a, struct bytes_array b);
/* A needle over 1,024 octets is in no text. */
bool text_contains(struct bytes text, struct bytes needle);

/* The same condition, written the same way but for case. */
bool term_equal(const struct term *a, const struct term *b);
/* Equal terms have equal ones. */
uint64_t term_hash(const struct term *term);
bool term_run(const struct term *term, struct fact_view *view);

#endif

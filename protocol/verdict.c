/* The verdict vocabulary and the one constructor of clean (design 4). */
#include "protocol/verdict.h"

#include <assert.h>

#define WORD(name) #name,
static const char *const verdict_words[] = {VERDICT_ROWS(WORD)};
static const char *const class_words[] = {FINDING_CLASS_ROWS(WORD)};
static const char *const coverage_words[] = {COVERAGE_ROWS(WORD)};
static const char *const disposition_words[] = {DISPOSITION_ROWS(WORD)};

const char *verdict_word(enum verdict_kind kind)
{
    assert(kind < VERDICT_KIND_COUNT);
    return verdict_words[kind];
}

const char *finding_class_word(enum finding_class class)
{
    assert(class < CLASS_COUNT);
    return class_words[class];
}

const char *coverage_word(enum coverage_state state)
{
    assert(state < COVERAGE_STATE_COUNT);
    return coverage_words[state];
}

const char *disposition_word(enum disposition disposition)
{
    assert(disposition < DISPOSITION_COUNT);
    return disposition_words[disposition];
}

/* The index of word among count words, or count. */
static unsigned word_index(struct bytes word, const char *const *words, unsigned count)
{
    unsigned i = 0;
    while (i < count && !bytes_equal_fold(word, bytes_of_text(words[i])))
        i++;
    return i;
}

bool verdict_of_word(struct bytes word, enum verdict_kind *kind)
{
    unsigned i = word_index(word, verdict_words, VERDICT_KIND_COUNT);
    if (i < VERDICT_KIND_COUNT)
        *kind = i;
    return i < VERDICT_KIND_COUNT;
}

bool finding_class_of_word(struct bytes word, enum finding_class *class)
{
    unsigned i = word_index(word, class_words, CLASS_COUNT);
    if (i < CLASS_COUNT)
        *class = i;
    return i < CLASS_COUNT;
}

bool coverage_of_word(struct bytes word, enum coverage_state *state)
{
    unsigned i = word_index(word, coverage_words, COVERAGE_STATE_COUNT);
    if (i < COVERAGE_STATE_COUNT)
        *state = i;
    return i < COVERAGE_STATE_COUNT;
}

bool disposition_of_word(struct bytes word, enum disposition *disposition)
{
    unsigned i = word_index(word, disposition_words, DISPOSITION_COUNT);
    if (i < DISPOSITION_COUNT)
        *disposition = i;
    return i < DISPOSITION_COUNT;
}

/* True when there are pairs and each is counted exactly once. */
static bool tally_is_whole(const struct coverage_tally *tally)
{
    uint64_t sum = 0;
    const uint64_t counts[] = {tally->examined, tally->exempt, tally->unexaminable, tally->failed};
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (__builtin_add_overflow(sum, counts[i], &sum))
            return false;
    }
    return tally->expected > 0 && sum == tally->expected;
}

static enum verdict_gap gap_of(const struct coverage_tally *tally, unsigned found)
{
    const unsigned known = (1u << CLASS_COUNT) - 1;
    if (!tally_is_whole(tally) || tally->failed > 0)
        return GAP_FAILED;
    if (tally->unexaminable > 0 || found & (1u << CLASS_LIMIT | ~known))
        return GAP_UNEXAMINABLE;
    return GAP_NONE;
}

struct verdict verdict_conclude(const struct coverage_tally *tally, unsigned found)
{
    enum verdict_gap gap = gap_of(tally, found);
    if (found & 1u << CLASS_VIRUS)
        return (struct verdict){VERDICT_INFECTED, false, gap};
    if (found & (1u << CLASS_POLICY | 1u << CLASS_STRUCTURE))
        return (struct verdict){VERDICT_POLICY, false, gap};
    if (found & 1u << CLASS_SPAM)
        return (struct verdict){VERDICT_SPAM, false, gap};
    if (gap != GAP_NONE)
        return verdict_incomplete(gap == GAP_FAILED);
    return (struct verdict){VERDICT_CLEAN, false, GAP_NONE};
}

struct verdict verdict_incomplete(bool transient)
{
    return (struct verdict){VERDICT_INCOMPLETE, transient,
                            transient ? GAP_FAILED : GAP_UNEXAMINABLE};
}

int verdict_badness(enum verdict_kind kind)
{
    static const int badness[] = {[VERDICT_CLEAN] = 0,
                                  [VERDICT_INCOMPLETE] = 1,
                                  [VERDICT_SPAM] = 2,
                                  [VERDICT_POLICY] = 3,
                                  [VERDICT_INFECTED] = 4};
    assert(kind < VERDICT_KIND_COUNT);
    return badness[kind];
}

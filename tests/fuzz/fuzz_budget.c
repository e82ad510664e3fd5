/* Any sequence of takes from a small budget, against a model that counts in 128 bits: NULL exactly
 * when it fits, nothing taken otherwise, and the first cap stays. Two octets for each take: which,
 * and how much. */
#include <stdlib.h>
#include <string.h>

#include "engines/budget.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__extension__ typedef unsigned __int128 wide;

enum { OCTETS, SCRATCH, PART, READING, ENTRY, COUNTERS, DEPTH = COUNTERS, HIT, TAKES };

struct model {
    struct limits limits;
    struct budget budget;
    wide used[COUNTERS];
    const char *cap;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Small and large counts, up to the largest there is. */
static uint64_t count_of(uint8_t octet)
{
    return octet < 192 ? octet : UINT64_MAX >> (255 - octet);
}

static const char *expected(const struct model *model, unsigned take, uint64_t count)
{
    const struct limits *limits = &model->limits;
    const struct {
        uint64_t most;
        const char *cap;
    } rows[COUNTERS] = {[OCTETS] = {limits->decoded_bytes, "decoded"},
                        [SCRATCH] = {limits->scratch_bytes, "scratch-octets"},
                        [PART] = {limits->parts, "parts"},
                        [READING] = {limits->readings, "readings"},
                        [ENTRY] = {limits->entries, "entries"}};

    if (take == DEPTH)
        return count > limits->archive_depth ? "archive-depth" : NULL;
    if (take == HIT)
        return "elsewhere";
    if (take == OCTETS && model->used[OCTETS] + count > BUDGET_RATIO_FREE_BYTES &&
        (model->used[OCTETS] + count) / limits->ratio > model->budget.given_bytes &&
        model->used[OCTETS] + count <= UINT64_MAX)
        return "ratio";
    return model->used[take] + count > rows[take].most ? rows[take].cap : NULL;
}

static const char *taken(struct budget *budget, unsigned take, uint64_t count)
{
    switch (take) {
    case OCTETS:
        return budget_take_octets(budget, count);
    case SCRATCH:
        return budget_take_scratch(budget, count);
    case PART:
        return budget_take_part(budget);
    case READING:
        return budget_take_reading(budget);
    case ENTRY:
        return budget_take_entry(budget);
    case DEPTH:
        return budget_allow_depth(budget, count);
    default:
        return budget_hit(budget, "elsewhere");
    }
}

static void check(const struct model *model)
{
    const struct budget *budget = &model->budget;

    require(budget->decoded_bytes == model->used[OCTETS]);
    require(budget->scratch_bytes == model->used[SCRATCH]);
    require(budget->parts == model->used[PART]);
    require(budget->readings == model->used[READING]);
    require(budget->entries == model->used[ENTRY]);
    require((budget->cap == NULL) == (model->cap == NULL));
    require(model->cap == NULL || strcmp(budget->cap, model->cap) == 0);
}

static void step(struct model *model, unsigned take, uint64_t count)
{
    const char *cap, *wanted;

    if (take == PART || take == READING || take == ENTRY)
        count = 1;
    wanted = expected(model, take, count);
    cap = taken(&model->budget, take, count);
    require((cap == NULL) == (wanted == NULL));
    require(cap == NULL || strcmp(cap, wanted) == 0);
    if (cap == NULL && take < COUNTERS)
        model->used[take] += count;
    if (cap != NULL && model->cap == NULL)
        model->cap = cap;
    check(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct model model = {0};

    if (size < 4)
        return 0;
    limits_init(&model.limits);
    model.limits.parts = data[0] % 16;
    model.limits.readings = model.limits.entries = data[1] % 16;
    model.limits.decoded_bytes = model.limits.scratch_bytes = count_of(data[2]);
    budget_init(&model.budget, &model.limits, count_of(data[3]), 0);
    for (size_t i = 4; i + 1 < size; i += 2)
        step(&model, data[i] % TAKES, count_of(data[i + 1]));
    return 0;
}

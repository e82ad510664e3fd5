/* What a return code and a signature name of libclamav mean for us: two tables. Nothing but
 * CL_CLEAN examines a part (spec/engine-clamav.md, "Coverage"). */
#ifndef ENGINES_CLAMAV_OUTCOME_H
#define ENGINES_CLAMAV_OUTCOME_H

#include <clamav.h>

#include "protocol/verdict.h"

/* Coverage and the stable word that says why; NULL when examined. */
struct outcome {
    enum coverage_state state;
    const char *reason;
};

/* A code that is not in the table, now or in a later libclamav, has failed. */
struct outcome outcome_of_code(int code);

/* What a name speaks of. */
enum name_kind {
    NAME_VIRUS,
    NAME_POLICY,
    NAME_ENCRYPTED, /* reason is "encrypted" */
    NAME_LIMIT,     /* reason names the cap */
    NAME_OURS       /* our own callback stopped the scan; the cap is known already */
};

struct name_meaning {
    const char *prefix;
    enum name_kind kind;
    const char *reason; /* NAME_ENCRYPTED and NAME_LIMIT */
};

/* Never NULL; the last row has an empty prefix and means NAME_VIRUS. */
const struct name_meaning *outcome_of_name(const char *name);

/* The worse of two: failed before unexaminable before exempt before examined. a wins a tie. */
struct outcome outcome_worse(struct outcome a, struct outcome b);

#endif

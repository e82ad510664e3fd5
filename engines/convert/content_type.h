/* Content-Type with another charset (RFC 2045 5.1): the rest of the field as it stands. */
#ifndef ENGINES_CONVERT_CONTENT_TYPE_H
#define ENGINES_CONVERT_CONTENT_TYPE_H

#include "engines/budget.h"
#include "protocol/arena.h"

/* value: of the field, with its folds. type: what readers take it for. The outcome is read as
 * `label` in one way only; when the rest of the field does not let that be, only what is plain of
 * it is kept. Holds no NUL and no line break but folds that stood there. MEMORY. */
MUST_CHECK enum status content_type_with_charset(struct bytes value, struct bytes type,
                                                 struct bytes label, struct budget *budget,
                                                 struct arena *arena, struct bytes *made);

#endif

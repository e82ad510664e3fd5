/* Makes a copy: edits over a message that has been read, to one splice list (spec/conversion.md).
 * Runs in a worker. Octets that no edit speaks of are those of the original. */
#ifndef ENGINES_CONVERT_CONVERT_H
#define ENGINES_CONVERT_CONVERT_H

#include "engines/engine.h"
#include "protocol/edit.h"

/* engines_transform() of run.c calls this with the view it has made. The report gets one COPY and
 * NOTE findings of the engine "convert" for what was left alone. instances: for part-clean. Charged
 * to the message's budget. INVALID: an edit names a part that is not there, or values that no
 * header can hold; LIMIT: a cap; ENGINE; MEMORY. Nothing is reported then but the cap. */
MUST_CHECK enum status convert(struct message *message, const struct edit *edits, size_t count,
                               const struct engine_instance *instances, size_t instance_count,
                               struct report *report);

#endif

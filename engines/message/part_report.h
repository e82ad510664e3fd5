/* The parts of the view as lines of the report: what an administrator is shown of them. */
#ifndef ENGINES_MESSAGE_PART_REPORT_H
#define ENGINES_MESSAGE_PART_REPORT_H

#include "engines/message/message.h"

/* Other names in the report, all parts together: a message must not make its report too long to be
 * had. What engines see is not cut. */
enum { PART_REPORT_NAMES_BYTES = 256 << 10 };

/* Every part. STATUS_LIMIT: the report is full. */
MUST_CHECK enum status part_report_all(const struct message *message);

#endif

/* From tree to struct, and the checks that need more than one value. */
#ifndef SERVER_CONFIG_READ_H
#define SERVER_CONFIG_READ_H

#include "server/config/row.h"

/* All sections of config->tree. */
MUST_CHECK enum status config_read(struct config *config, struct config_problem *problem);
/* Contradictions between values; files only when look_at_files. */
MUST_CHECK enum status config_check(struct config *config, bool look_at_files,
                                    struct config_problem *problem);
/* What policy stands on: organisations, lists and tables are read and kept in *config. before: the
 * configuration in use, or NULL. */
MUST_CHECK enum status config_read_policy(struct config *config, const struct config *before,
                                          bool look_at_files, struct config_problem *problem);
/* The list item or map entry number i of a section's node. */
const struct node *node_at(const struct node *parent, size_t i);

#endif

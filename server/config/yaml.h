/* One YAML text to a tree (libyaml's events; yaml.c is its only door). */
#ifndef SERVER_CONFIG_YAML_H
#define SERVER_CONFIG_YAML_H

#include "server/config/node.h"

enum { YAML_TEXT_BYTES_MOST = 8 << 20 };

/* *root is a map (an empty one for an empty text). Anchors, aliases, tags, directives, second
 * documents, duplicate keys, keys that are no scalars, controls and line breaks in scalars, more
 * than NODE_DEPTH_MOST levels are refused. file is borrowed as long as the arena lives. */
MUST_CHECK enum status yaml_read(struct arena *arena, const char *file, struct bytes text,
                                 struct node **root, struct config_problem *problem);

#endif

/* Files that a configuration names: there, readable, kept from others. */
#ifndef SERVER_CONFIG_CHECK_FILE_H
#define SERVER_CONFIG_CHECK_FILE_H

#include "server/config/config.h"

/* True for NULL. secret: others must not be able to read it. */
bool file_is_readable(const char *path, bool secret, char why[200]);
/* The folder that an absolute path lies in is there. */
bool file_has_folder(const char *path);
/* The first line without its end, at most 1,024 octets. */
bool file_read_line(const char *path, struct arena *arena, const char **line, char why[200]);

#endif

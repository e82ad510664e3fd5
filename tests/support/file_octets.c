#include "tests/support/file_octets.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct bytes file_octets(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *octets = NULL;
    struct stat about;

    if (file != NULL && fstat(fileno(file), &about) == 0)
        octets = malloc((size_t)about.st_size + 1);
    if (octets == NULL || fread(octets, 1, (size_t)about.st_size, file) != (size_t)about.st_size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return (struct bytes){octets, (size_t)about.st_size};
}

/* Gives every file of a folder to a fuzz target, once: what once broke it stays found. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name)
{
    char path[4096];
    uint8_t *octets = NULL;
    FILE *file;
    size_t size = 0, taken;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL)
        return 1;
    do {
        octets = realloc(octets, size + 65536);
        if (octets == NULL)
            abort();
        taken = fread(octets + size, 1, 65536, file);
        size += taken;
    } while (taken > 0);
    fclose(file);
    octets = realloc(octets, size > 0 ? size : 1);
    LLVMFuzzerTestOneInput(octets, size);
    free(octets);
    return 0;
}

int main(int count, char **arguments)
{
    struct dirent **entries = NULL;
    int found = count == 2 ? scandir(arguments[1], &entries, NULL, alphasort) : -1;
    int replayed = 0, failed = 0;

    for (int i = 0; i < found; i++) {
        if (entries[i]->d_name[0] != '.') {
            failed += replay(arguments[1], entries[i]->d_name);
            replayed++;
        }
        free(entries[i]);
    }
    free(entries);
    printf("%d inputs replayed, %d not readable\n", replayed, failed);
    return replayed > 0 && failed == 0 ? 0 : 1;
}

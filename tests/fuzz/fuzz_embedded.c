/* Any text through the finder of files within text. The oracle: blocks are inside, ascend, lie
 * behind each other, hold what their decoder takes; and every line that begins a file for a plain
 * search is in a block. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/decode/embedded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_name(struct bytes octets, const struct embedded *found)
{
    const uint8_t *name = found->name.data;
    bool is_own = name == found->name_room && found->name.size <= sizeof found->name_room;

    check(found->name.size == 0 || is_own ||
              (name >= octets.data && name + found->name.size <= octets.data + octets.size),
          "a name is outside");
}

static void check_block(struct bytes octets, const struct embedded *found)
{
    struct bytes block =
        bytes_slice(octets, (size_t)found->block.offset, (size_t)found->block.size);
    uint8_t *out = malloc(decode_room(found->encoding, 0, block) + 1);
    bool odd;

    check(out != NULL, "memory");
    (void)decode_octets(found->encoding, 0, block, out, &odd);
    free(out);
}

/* Marks yEnc lines outside of the blocks: there must be none with a size and a name. */
static void check_outside(struct bytes octets, size_t from, size_t to)
{
    static const char mark[] = "\n=ybegin size=1 name=x";

    check(to <= from || to - from < sizeof mark ||
              memmem(octets.data + from, to - from, mark, sizeof mark - 1) == NULL,
          "a file was not found");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data, size};
    size_t at = 0, begin = 0, behind = 0;
    struct embedded found;

    while (embedded_next(octets, &at, &found)) {
        check(at > begin && at <= size, "no progress");
        check(found.block.offset >= behind && found.block.size > 0 &&
                  found.block.offset + found.block.size <= at,
              "a block is outside");
        check_outside(octets, behind, (size_t)found.block.offset);
        check_name(octets, &found);
        check_block(octets, &found);
        behind = (size_t)(found.block.offset + found.block.size);
        begin = at;
    }
    check(at == size, "an end that is none");
    check_outside(octets, behind, size);
    return 0;
}

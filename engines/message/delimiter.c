/* Looks for the boundary with memmem(), then at the beginning of its line. */
#include "engines/message/delimiter.h"

#include <string.h>

#include "engines/message/header.h"

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* Whether what stands behind the boundary may stand there. */
static bool tail_fits(const struct delimiters *delimiters, struct bytes tail, bool *is_close)
{
    *is_close = tail.size >= 2 && tail.data[0] == '-' && tail.data[1] == '-';
    return delimiters->mode == DELIMITER_LENIENT ||
           line_is_blank(*is_close ? bytes_slice(tail, 2, SIZE_MAX) : tail);
}

/* The next line at or behind `at` that has the boundary somewhere; false when there is none. Only
 * its first octets can make it a delimiter, so each line is looked at once. */
static bool find_line(const struct delimiters *delimiters, size_t at, size_t *begin, size_t *next)
{
    struct bytes octets = delimiters->octets, rest = bytes_slice(octets, at, SIZE_MAX);
    struct bytes mark = delimiters->boundary.size > 0 ? delimiters->boundary : BYTES("--");
    const uint8_t *found =
        rest.data != NULL ? memmem(rest.data, rest.size, mark.data, mark.size) : NULL;
    const uint8_t *before;

    if (found == NULL)
        return false;
    before = memrchr(rest.data, '\n', (size_t)(found - rest.data));
    *begin = before == NULL ? at : (size_t)(before + 1 - octets.data);
    (void)line_at(octets, (size_t)(found - octets.data), next);
    return true;
}

/* Whether the line that begins at `begin` is a delimiter; then it is taken. */
static bool take(struct delimiters *delimiters, size_t begin, struct delimiter *delimiter)
{
    struct bytes octets = delimiters->octets, boundary = delimiters->boundary;
    size_t dashes = begin, next;

    while (delimiters->mode == DELIMITER_LENIENT && dashes < octets.size &&
           is_blank(octets.data[dashes]))
        dashes++;
    if ((begin > 0 && octets.data[begin - 1] != '\n') ||
        !bytes_equal(bytes_slice(octets, dashes, 2), BYTES("--")) ||
        !bytes_equal(bytes_slice(octets, dashes + 2, boundary.size), boundary) ||
        !tail_fits(delimiters, line_at(octets, dashes + 2 + boundary.size, &next),
                   &delimiter->is_close))
        return false;
    delimiter->begin = line_break_before(octets, begin);
    if (delimiter->begin < delimiters->at)
        delimiter->begin = delimiters->at;
    delimiter->end = next;
    delimiters->at = next;
    return true;
}

bool delimiters_next(struct delimiters *delimiters, struct delimiter *delimiter)
{
    size_t at = delimiters->at, begin, next;

    while (find_line(delimiters, at, &begin, &next)) {
        if (take(delimiters, begin, delimiter))
            return true;
        at = next;
    }
    delimiters->at = delimiters->octets.size;
    return false;
}

/* Where reading stands, and what it says when something is wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/config/row.h"

size_t reader_enter(struct config_reader *reader, const char *key)
{
    size_t mark = reader->path_length;
    size_t room = sizeof reader->path - mark;
    int length = snprintf(reader->path + mark, room, "%s%.80s", mark > 0 ? "." : "", key);
    reader->path_length += (size_t)length < room ? (size_t)length : room - 1;
    return mark;
}

void reader_leave(struct config_reader *reader, size_t mark)
{
    reader->path_length = mark;
    reader->path[mark] = '\0';
}

enum status reader_problem(struct config_reader *reader, const struct node *node,
                           const char *format, ...)
{
    char reason[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return problem_of(reader->problem, node, "%s%s%s", reader->path,
                      reader->path_length > 0 ? ": " : "", reason);
}

enum status reader_expected(struct config_reader *reader, const struct node *node,
                            const char *format, ...)
{
    char expected[400], found[96];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    return reader_problem(reader, node, "found %s, expected %s", node_describe(node, found),
                          expected);
}

static unsigned least_of(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance of two short words; what is longer than 40 is far. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[41];
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > 40 || b_length > 40)
        return 100;
    for (unsigned j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned above = row[j];
            row[j] = least_of(above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1]));
            corner = above;
        }
    }
    return row[b_length];
}

const char *reader_near(const char *word, const char *(*name)(const void *owner, unsigned i),
                        const void *owner)
{
    const char *near = NULL;
    unsigned least = 4;
    for (unsigned i = 0; name(owner, i) != NULL; i++) {
        unsigned far = distance(word, name(owner, i));
        if (far < least && far < strlen(word)) {
            least = far;
            near = name(owner, i);
        }
    }
    return near;
}

enum status reader_unknown(struct config_reader *reader, const struct node *child,
                           const char *(*name)(const void *owner, unsigned i), const void *owner)
{
    const char *near = reader_near(child->key, name, owner);
    return problem_at(reader->problem, child->file, child->key_line, child->key_column,
                      "%s%s%.80s: an unknown key%s%s%s", reader->path,
                      reader->path_length > 0 ? "." : "", child->key, near != NULL ? "; \"" : "",
                      near != NULL ? near : "", near != NULL ? "\" is meant?" : "");
}

/* Lists that several lines have (protocol/list.h). */
#include "protocol/list.h"

enum status list_strings(struct lexer *lexer, struct arena *arena, size_t most,
                         struct bytes **strings, size_t *count)
{
    size_t capacity = 0;
    bool first = true;
    *strings = NULL;
    *count = 0;
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        if (*count == most)
            return lexer_fail(lexer, STATUS_PARSE, "a shorter list");
        if (!arena_grow(arena, (void **)strings, &capacity, *count, sizeof **strings))
            return lexer_fail(lexer, STATUS_MEMORY, "a shorter list");
        if (lexer_string(lexer, &(*strings)[*count]) == STATUS_OK)
            (*count)++;
    }
    return lexer->status;
}

enum status list_ids(struct lexer *lexer, struct arena *arena, struct id_range **ranges,
                     size_t *count)
{
    size_t capacity = 0;
    bool first = true;
    struct id_range range;
    *ranges = NULL;
    *count = 0;
    while (lexer_range(lexer, &first, &range)) {
        if (!arena_grow(arena, (void **)ranges, &capacity, *count, sizeof range))
            return lexer_fail(lexer, STATUS_MEMORY, "fewer ids");
        (*ranges)[(*count)++] = range;
    }
    return lexer->status;
}

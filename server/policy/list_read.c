/* Reading lists and tables, line by line (spec/policy.md 3.1, 3.3):
 *
 *     entry [blanks "#" comment]              of a list
 *     key blanks value *("," value) [...]     of a table
 *
 * Lines end with LF or CRLF. A "#" begins a comment at the beginning of a line or behind a blank;
 * blanks within quotes are the local part's own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/policy/list_inside.h"
#include "server/policy/table.h"

enum { READ_BYTES = 65536 };

struct list_reader {
    struct list *list;
    const char *name;
    struct config_problem *problem;
    unsigned line;
    const struct node *node; /* of the configuration, instead of a line */
};

static enum status complain(const struct list_reader *reader, size_t column, const char *reason)
{
    if (reader->node != NULL)
        return problem_of(reader->problem, reader->node, "%s", reason);
    return problem_at(reader->problem, reader->name, reader->line, (unsigned)column + 1, "%s",
                      reason);
}

static enum status expected(const struct list_reader *reader, size_t column, struct bytes found,
                            const char *what)
{
    char reason[400];
    size_t size = found.size < 80 ? found.size : 80;
    while (size > 0 && size < found.size && (found.data[size] & 0xC0) == 0x80)
        size--;
    snprintf(reason, sizeof reason, "found \"%.*s\", expected %s", (int)size,
             size > 0 ? (const char *)found.data : "", what);
    return complain(reader, column, reason);
}

static enum status failed(const struct list_reader *reader, enum status status)
{
    if (status == STATUS_MEMORY)
        return problem_memory(reader->problem);
    if (status == STATUS_LIMIT)
        return complain(reader, 0, "more than 16777216 entries, or 4 GiB of them");
    return complain(reader, 0, "no random numbers can be had");
}

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* Takes one word: what stands before a blank that is not within quotes. */
static struct bytes take_word(struct bytes line, size_t *at)
{
    bool quoted = false;
    while (*at < line.size && is_blank(line.data[*at]))
        ++*at;
    size_t begin = *at;
    for (; *at < line.size && (quoted || !is_blank(line.data[*at])); ++*at) {
        if (quoted && line.data[*at] == '\\' && *at + 1 < line.size)
            ++*at;
        else if (line.data[*at] == '"')
            quoted = !quoted;
    }
    return bytes_slice(line, begin, *at - begin);
}

/* The line without its comment and the blanks at its end. */
static struct bytes cut_comment(struct bytes line)
{
    bool quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        if (quoted && line.data[i] == '\\')
            i++;
        else if (line.data[i] == '"')
            quoted = !quoted;
        else if (line.data[i] == '#' && !quoted && (i == 0 || is_blank(line.data[i - 1])))
            line.size = i;
    }
    while (line.size > 0 && is_blank(line.data[line.size - 1]))
        line.size--;
    return line;
}

/* Every value of a table's line; column: where they begin. */
static enum status check_values(const struct list_reader *reader, struct bytes values,
                                size_t column)
{
    struct bytes rest = values, value;
    bool any = false;
    while (table_next_value(&rest, &value)) {
        const char *what = entry_check_value(value);
        size_t offset = value.size > 0 ? (size_t)(value.data - values.data) : 0;
        if (what != NULL)
            return expected(reader, column + offset, value, what);
        any = true;
    }
    bool ends = values.size > 0 && values.data[values.size - 1] == ',';
    if (any && !ends)
        return STATUS_OK;
    return expected(reader, column + values.size, BYTES(""), "an address, @domain or a domain");
}

static enum status add_entry(struct list_reader *reader, struct bytes key, size_t column,
                             struct bytes value)
{
    struct entry entry;
    bool is_new = false, is_table = reader->list->kind == LIST_TABLE;
    const char *what = entry_read(key, &entry);
    if (what == NULL && is_table && entry.kind == ENTRY_NETWORK)
        what = "an address, a domain (x.example, .x.example) or a local part (postmaster@)";
    if (what != NULL)
        return expected(reader, column, key, what);
    enum status status = list_add(reader->list, &entry, key, value, &is_new);
    if (status != STATUS_OK)
        return failed(reader, status);
    if (is_table && !is_new)
        return expected(reader, column, key, "a key that does not stand before");
    return STATUS_OK;
}

/* line: without its end. */
static enum status take_line(struct list_reader *reader, struct bytes line)
{
    size_t at = 0;
    reader->line++;
    if (line.size > LIST_LINE_BYTES)
        return complain(reader, 0, "a line longer than 65536 octets");
    if (reader->line == 1 && bytes_equal(bytes_slice(line, 0, 3), BYTES("\xEF\xBB\xBF")))
        at = 3;
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    struct bytes rest = cut_comment(bytes_slice(line, at, SIZE_MAX));
    line.size = at + rest.size;
    struct bytes key = take_word(line, &at);
    if (key.size == 0)
        return STATUS_OK;
    size_t column = (size_t)(key.data - line.data);
    while (at < line.size && is_blank(line.data[at]))
        at++;
    struct bytes value = bytes_slice(line, at, SIZE_MAX);
    if (reader->list->kind == LIST_PLAIN && value.size > 0)
        return expected(reader, at, value, "one entry a line");
    enum status status = STATUS_OK;
    if (reader->list->kind == LIST_TABLE)
        status = check_values(reader, value, at);
    return status == STATUS_OK ? add_entry(reader, key, column, value) : status;
}

/* All whole lines of text; *used: their octets. */
static enum status take_lines(struct list_reader *reader, struct bytes text, size_t *used)
{
    enum status status = STATUS_OK;
    *used = 0;
    for (;;) {
        size_t end = bytes_find(text, *used, '\n');
        if (end == text.size || status != STATUS_OK)
            return status;
        status = take_line(reader, bytes_slice(text, *used, end - *used));
        *used = end + 1;
    }
}

static enum status begin(struct list_reader *reader, enum list_kind kind)
{
    enum status status = list_new(kind, &reader->list);
    return status == STATUS_OK ? status : failed(reader, status);
}

/* Hands the list over, or frees what there is of it. */
static enum status end(struct list_reader *reader, enum status status, struct list **list)
{
    if (status != STATUS_OK) {
        list_unref(&reader->list);
        return status;
    }
    list_finish(reader->list);
    *list = reader->list;
    return STATUS_OK;
}

enum status list_read_text(enum list_kind kind, const char *name, struct bytes text,
                           struct list **list, struct config_problem *problem)
{
    struct list_reader reader = {.name = name, .problem = problem};
    size_t used = 0;
    enum status status = begin(&reader, kind);
    if (status == STATUS_OK)
        status = take_lines(&reader, text, &used);
    if (status == STATUS_OK && used < text.size)
        status = take_line(&reader, bytes_slice(text, used, SIZE_MAX));
    return end(&reader, status, list);
}

static void file_of(const struct stat *state, struct list_file *file)
{
    *file = (struct list_file){.device = state->st_dev,
                               .inode = state->st_ino,
                               .size = (uint64_t)state->st_size,
                               .changed_ns = (int64_t)state->st_mtim.tv_sec * 1000000000 +
                                             state->st_mtim.tv_nsec};
}

bool list_file_now(const char *path, struct list_file *file)
{
    struct stat state;
    if (stat(path, &state) != 0)
        return false;
    file_of(&state, file);
    return true;
}

/* Reads to the end, a piece at a time: room holds the rest of a line and one piece. */
static enum status take_file(struct list_reader *reader, int fd, uint8_t *room)
{
    size_t kept = 0, used = 0;
    uint64_t total = 0;
    for (;;) {
        ssize_t size = read(fd, room + kept, READ_BYTES);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return complain(reader, 0, strerror(errno));
        if (size == 0)
            break;
        total += (uint64_t)size;
        if (total > LIST_TEXT_MOST)
            return complain(reader, 0, "longer than 1 GiB");
        struct bytes text = {room, kept + (size_t)size};
        enum status status = take_lines(reader, text, &used);
        if (status != STATUS_OK)
            return status;
        kept = text.size - used;
        if (kept > LIST_LINE_BYTES) {
            reader->line++;
            return complain(reader, 0, "a line longer than 65536 octets");
        }
        memmove(room, room + used, kept);
    }
    return kept > 0 ? take_line(reader, (struct bytes){room, kept}) : STATUS_OK;
}

static enum status take_opened(struct list_reader *reader, int fd)
{
    struct stat state;
    if (fstat(fd, &state) != 0)
        return complain(reader, 0, strerror(errno));
    if (!S_ISREG(state.st_mode))
        return complain(reader, 0, "not a regular file");
    file_of(&state, &reader->list->file);
    uint8_t *room = malloc(LIST_LINE_BYTES + READ_BYTES);
    if (room == NULL)
        return problem_memory(reader->problem);
    enum status status = take_file(reader, fd, room);
    free(room);
    return status;
}

enum status list_read(enum list_kind kind, const char *path, struct list **list,
                      struct config_problem *problem)
{
    struct list_reader reader = {.name = path, .problem = problem};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return problem_at(problem, path, 0, 0, "cannot be opened: %s", strerror(errno));
    enum status status = begin(&reader, kind);
    if (status == STATUS_OK)
        status = take_opened(&reader, fd);
    close(fd);
    return end(&reader, status, list);
}

/* Values of one key: a text, or a list of texts; joined with commas in text. */
static enum status take_values(struct list_reader *reader, const struct node *node,
                               struct buffer *text)
{
    enum status status = STATUS_OK;
    if (node->kind == NODE_SCALAR)
        return buffer_append(text, bytes_of_text(node->text));
    for (const struct node *item = node->first; item != NULL && status == STATUS_OK;
         item = item->next) {
        reader->node = item;
        if (item->kind != NODE_SCALAR)
            return complain(reader, 0, "expected an address, @domain or a domain");
        if (item != node->first)
            status = buffer_append_octet(text, ',');
        if (status == STATUS_OK)
            status = buffer_append(text, bytes_of_text(item->text));
    }
    return status;
}

static enum status take_pair(struct list_reader *reader, const struct node *node)
{
    AUTO(buffer_clear) struct buffer text;
    buffer_init(&text, LIST_LINE_BYTES);
    enum status status = take_values(reader, node, &text);
    reader->node = node;
    if (status == STATUS_LIMIT_REPLY)
        return complain(reader, 0, "longer than 65536 octets");
    if (status == STATUS_MEMORY)
        return problem_memory(reader->problem);
    if (status == STATUS_OK)
        status = check_values(reader, buffer_bytes(&text), 0);
    if (status != STATUS_OK)
        return status;
    return add_entry(reader, bytes_of_text(node->key), 0, buffer_bytes(&text));
}

enum status list_read_node(enum list_kind kind, const struct node *entries, struct list **list,
                           struct config_problem *problem)
{
    struct list_reader reader = {.name = entries->file, .problem = problem, .node = entries};
    enum status status = begin(&reader, kind);
    if (status == STATUS_OK && entries->kind != (kind == LIST_TABLE ? NODE_MAP : NODE_LIST))
        status = complain(&reader, 0,
                          kind == LIST_TABLE ? "expected a map of keys and values"
                                             : "expected a list of entries");
    for (const struct node *item = entries->first; item != NULL && status == STATUS_OK;
         item = item->next) {
        reader.node = item;
        if (kind == LIST_TABLE)
            status = take_pair(&reader, item);
        else if (item->kind != NODE_SCALAR)
            status = complain(&reader, 0, "expected an entry");
        else
            status = add_entry(&reader, bytes_of_text(item->text), 0, BYTES(""));
    }
    return end(&reader, status, list);
}

/* YAML by libyaml's event interface, the smallest part of it that a configuration needs: one
 * document of maps, lists and scalars. Whatever could make a text mean more than it shows (anchors,
 * aliases, tags, merged or doubled keys) is refused with its place. */
#include "server/config/yaml.h"

#include <string.h>
#include <yaml.h>

#include "server/config/problem.h"

struct yaml_reading {
    struct arena *arena;
    const char *file;
    struct bytes text;
    struct config_problem *problem;
    struct node *open[NODE_DEPTH_MOST]; /* containers, outermost first */
    unsigned depth;
    const char *key; /* of the innermost map, waits for its value */
    yaml_mark_t key_mark;
    struct node *root;
    size_t nodes;
    bool ended;
};

static enum status refuse(struct yaml_reading *reading, yaml_mark_t mark, const char *reason)
{
    return problem_at(reading->problem, reading->file, (unsigned)mark.line + 1,
                      (unsigned)mark.column + 1, "%s", reason);
}

/* The reader's errors have an offset only. */
static yaml_mark_t mark_of_offset(struct bytes text, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < text.size; i++) {
        mark.column++;
        if (text.data[i] == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return mark;
}

/* What the parser says, and the slip that is nearly always behind it. */
static const char *hint_of(const char *problem)
{
    static const struct {
        const char *problem, *hint;
    } rows[] = {
        {"did not find expected key", "; a value that begins with a quote ends at the next one"},
        {"found character that cannot start any token",
         "; what begins with @ or % stands in quotes, and no tabulator indents"},
        {"mapping values are not allowed in this context", "; text with \": \" stands in quotes"},
        {"did not find expected ',' or '}'", "; text with , : { } [ ] stands in quotes"}};
    for (size_t i = 0; problem != NULL && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(problem, rows[i].problem) == 0)
            return rows[i].hint;
    return "";
}

static enum status refuse_syntax(struct yaml_reading *reading, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return problem_memory(reading->problem);
    yaml_mark_t mark = parser->problem_mark;
    if (parser->error == YAML_READER_ERROR)
        mark = mark_of_offset(reading->text, parser->problem_offset);
    return problem_at(reading->problem, reading->file, (unsigned)mark.line + 1,
                      (unsigned)mark.column + 1, "not YAML: %s%s%s%s",
                      parser->problem != NULL ? parser->problem : "unreadable",
                      parser->context != NULL ? ", " : "",
                      parser->context != NULL ? parser->context : "", hint_of(parser->problem));
}

/* Texts for people may have several lines. */
static bool may_have_lines(const char *key)
{
    return key != NULL && (strcmp(key, "text") == 0 || strcmp(key, "html") == 0);
}

/* C0, DEL, C1, NEL, LS, PS and the byte order mark: none belongs into a value; LF only where lines
 * may be. */
static bool scalar_has_control(struct bytes text, bool lines)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];
        uint8_t second = i + 1 < text.size ? text.data[i + 1] : 0;
        uint8_t third = i + 2 < text.size ? text.data[i + 2] : 0;
        if (lines && octet == '\n')
            continue;
        if (octet < 0x20 || octet == 0x7F || (octet == 0xC2 && second < 0xA0))
            return true;
        if (octet == 0xE2 && second == 0x80 && (third == 0xA8 || third == 0xA9))
            return true;
        if (octet == 0xEF && second == 0xBB && third == 0xBF)
            return true;
    }
    return false;
}

static bool wants_key(const struct yaml_reading *reading)
{
    return reading->depth > 0 && reading->open[reading->depth - 1]->kind == NODE_MAP &&
           reading->key == NULL;
}

static enum status take_key(struct yaml_reading *reading, const yaml_event_t *event,
                            struct bytes text)
{
    const struct node *map = reading->open[reading->depth - 1];
    if (text.size == 0)
        return refuse(reading, event->start_mark, "an empty key");
    if (map->count >= NODE_KEYS_MOST)
        return refuse(reading, event->start_mark, "more than 4096 keys in one map");
    const char *key = arena_copy(reading->arena, text);
    if (key == NULL)
        return problem_memory(reading->problem);
    const struct node *old = node_find(map, key);
    if (old != NULL)
        return problem_at(reading->problem, reading->file, (unsigned)event->start_mark.line + 1,
                          (unsigned)event->start_mark.column + 1,
                          "%.100s: a duplicate key, first in line %u", key, old->key_line);
    reading->key = key;
    reading->key_mark = event->start_mark;
    return STATUS_OK;
}

/* A new node in its place; *node is NULL when that is refused. */
static enum status add_node(struct yaml_reading *reading, const yaml_event_t *event,
                            enum node_kind kind, struct node **node)
{
    if (wants_key(reading))
        return refuse(reading, event->start_mark, "a key must be a word, not a list or a map");
    if (++reading->nodes > NODE_COUNT_MOST)
        return refuse(reading, event->start_mark, "more than 400000 values in one file");
    struct node *made =
        node_new(reading->arena, kind, reading->file, (unsigned)event->start_mark.line + 1,
                 (unsigned)event->start_mark.column + 1);
    if (made == NULL)
        return problem_memory(reading->problem);
    if (reading->depth == 0) {
        reading->root = made;
    } else {
        made->key = reading->key;
        made->key_line = (unsigned)reading->key_mark.line + 1;
        made->key_column = (unsigned)reading->key_mark.column + 1;
        node_append(reading->open[reading->depth - 1], made);
    }
    reading->key = NULL;
    *node = made;
    return STATUS_OK;
}

/* Marks count characters. A plain scalar is as wide as its text, a quoted one by its quotes wider;
 * where escapes or folds stand in it nothing is known. */
static unsigned text_column_of(const yaml_event_t *event, struct bytes text)
{
    size_t characters = 0;
    for (size_t i = 0; i < text.size; i++)
        characters += (text.data[i] & 0xC0) != 0x80;
    size_t quotes = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? 0 : 2;
    bool one_line = event->start_mark.line == event->end_mark.line;
    if (!one_line || event->end_mark.column - event->start_mark.column != characters + quotes)
        return 0;
    return (unsigned)(event->start_mark.column + 1 + quotes / 2);
}

static enum status take_scalar(struct yaml_reading *reading, const yaml_event_t *event)
{
    if (event->data.scalar.anchor != NULL)
        return refuse(reading, event->start_mark, "anchors are not allowed");
    if (event->data.scalar.tag != NULL)
        return refuse(reading, event->start_mark, "tags are not allowed");
    struct bytes text = {event->data.scalar.value, event->data.scalar.length};
    bool lines = !wants_key(reading) && may_have_lines(reading->key);
    if (scalar_has_control(text, lines))
        return refuse(reading, event->start_mark,
                      event->data.scalar.style == YAML_FOLDED_SCALAR_STYLE
                          ? "a control character or line break in a value; \">-\" ends without one"
                          : "a control character or line break in a value");
    if (wants_key(reading))
        return take_key(reading, event, text);
    struct node *node = NULL;
    enum status status = add_node(reading, event, NODE_SCALAR, &node);
    if (status != STATUS_OK)
        return status;
    node->text = arena_copy(reading->arena, text);
    node->text_column = text_column_of(event, text);
    node->has_breaks = bytes_find(text, 0, '\n') < text.size;
    return node->text == NULL ? problem_memory(reading->problem) : STATUS_OK;
}

static enum status take_container(struct yaml_reading *reading, const yaml_event_t *event,
                                  enum node_kind kind)
{
    bool is_map = kind == NODE_MAP;
    if ((is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor) != NULL)
        return refuse(reading, event->start_mark, "anchors are not allowed");
    if ((is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag) != NULL)
        return refuse(reading, event->start_mark, "tags are not allowed");
    if (reading->depth == NODE_DEPTH_MOST)
        return refuse(reading, event->start_mark, "nested deeper than 16 levels");
    struct node *node = NULL;
    enum status status = add_node(reading, event, kind, &node);
    if (status == STATUS_OK)
        reading->open[reading->depth++] = node;
    return status;
}

static enum status take_document(struct yaml_reading *reading, const yaml_event_t *event)
{
    if (reading->root != NULL)
        return refuse(reading, event->start_mark, "a second document");
    if (event->data.document_start.version_directive != NULL ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        return refuse(reading, event->start_mark, "directives are not allowed");
    return STATUS_OK;
}

static enum status take_event(struct yaml_reading *reading, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_STREAM_START_EVENT:
        if (event->data.stream_start.encoding != YAML_UTF8_ENCODING)
            return refuse(reading, event->start_mark, "not UTF-8");
        return STATUS_OK;
    case YAML_DOCUMENT_START_EVENT:
        return take_document(reading, event);
    case YAML_ALIAS_EVENT:
        return refuse(reading, event->start_mark, "aliases are not allowed");
    case YAML_SCALAR_EVENT:
        return take_scalar(reading, event);
    case YAML_SEQUENCE_START_EVENT:
        return take_container(reading, event, NODE_LIST);
    case YAML_MAPPING_START_EVENT:
        return take_container(reading, event, NODE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        reading->depth--;
        return STATUS_OK;
    case YAML_STREAM_END_EVENT:
        reading->ended = true;
        return STATUS_OK;
    case YAML_DOCUMENT_END_EVENT:
    case YAML_NO_EVENT:
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status read_events(struct yaml_reading *reading, yaml_parser_t *parser)
{
    while (!reading->ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return refuse_syntax(reading, parser);
        enum status status = take_event(reading, &event);
        yaml_event_delete(&event);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* An empty text, or one of comments only, is an empty map. */
static enum status finish(struct yaml_reading *reading)
{
    struct node *root = reading->root;
    bool empty = root == NULL || (root->kind == NODE_SCALAR && root->text[0] == '\0');
    if (empty)
        reading->root = node_new(reading->arena, NODE_MAP, reading->file, 1, 1);
    else if (root->kind != NODE_MAP)
        return problem_of(reading->problem, root, "a map of sections is expected here");
    return reading->root == NULL ? problem_memory(reading->problem) : STATUS_OK;
}

enum status yaml_read(struct arena *arena, const char *file, struct bytes text, struct node **root,
                      struct config_problem *problem)
{
    struct yaml_reading reading = {.arena = arena, .file = file, .text = text, .problem = problem};
    if (text.size > YAML_TEXT_BYTES_MOST)
        return problem_at(problem, file, 1, 1, "longer than 8388608 octets");
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return problem_memory(problem);
    yaml_parser_set_input_string(&parser, text.data != NULL ? text.data : (const uint8_t *)"",
                                 text.size);
    enum status status = read_events(&reading, &parser);
    yaml_parser_delete(&parser);
    if (status == STATUS_OK)
        status = finish(&reading);
    if (status == STATUS_OK)
        *root = reading.root;
    return status;
}

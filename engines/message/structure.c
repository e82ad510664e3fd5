/* Parses with GMime over the caller's own octets (nothing is copied: the content streams are ranges
 * of them) and writes the tree down as a flat outline. The walk keeps its own stack, as deep as the
 * depth limit; GMime's own recursion ends at 1,024 levels. */
#include "engines/message/structure.h"

#include <gmime/gmime.h>
#include <string.h>

static GMimeParserOptions *parser_options;

struct frame {
    GMimeObject *object;
    int next; /* child to be entered */
    int32_t place;
};

struct walk {
    struct outline *outline;
    struct arena *arena;
    const struct limits *limits;
    struct frame *frames;
    uint32_t depth;
    uint64_t reached; /* offsets ascend through the walk */
};

/* array borrows the octets; it outlives the message, whose contents are streams over it. */
static GMimeMessage *parse(GByteArray *array)
{
    GMimeStream *stream = g_mime_stream_mem_new();
    GMimeMessage *message;
    GMimeParser *parser;

    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), array);
    parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    message = g_mime_parser_construct_message(parser, parser_options);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

void structure_warm_up(void)
{
    static const char sample[] =
        "Subject: =?utf-8?B?eA==?=\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\nQUI=\r\n"
        "--b\r\nContent-Type: text/plain; name*=utf-8''a\r\nContent-Disposition: attachment\r\n\r\n"
        "--b--\r\n";
    GByteArray array = {(guint8 *)sample, sizeof sample - 1};
    GMimeMessage *message;

    if (parser_options != NULL)
        return;
    g_mime_init();
    parser_options = g_mime_parser_options_new();
    message = parse(&array);
    if (message != NULL)
        g_object_unref(message);
}

/* Widens the header's range by the fields of one list. */
static void add_fields(struct outline_part *part, GMimeObject *object)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    int count = g_mime_header_list_get_count(list);

    for (int i = 0; i < count; i++) {
        gint64 offset = g_mime_header_get_offset(g_mime_header_list_get_header_at(list, i));

        if (offset < 0)
            continue;
        if (!part->has_header || (uint64_t)offset < part->first_field)
            part->first_field = (uint64_t)offset;
        if (!part->has_header || (uint64_t)offset > part->last_field)
            part->last_field = (uint64_t)offset;
        part->has_header = true;
    }
}

static struct bytes text_in(struct arena *arena, const char *text)
{
    struct bytes octets = bytes_of_text(text);

    return (struct bytes){(const uint8_t *)arena_copy(arena, octets), octets.size};
}

/* A Content-Type without a subtype, which GMime takes for an unknown one: the last, as it does. */
static bool lacks_subtype(GMimeObject *object)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(object);

    for (int i = g_mime_header_list_get_count(list); i-- > 0;) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *value = g_mime_header_get_raw_value(header);

        if (g_ascii_strcasecmp(g_mime_header_get_name(header), "Content-Type") == 0)
            return value[strcspn(value, "/;")] != '/';
    }
    return false;
}

/* "type/subtype" in lower case. RFC 2045 5.2: without a subtype it is text/plain. What is no token
 * is an unknown type. */
static struct bytes type_of(GMimeObject *object, struct arena *arena)
{
    GMimeContentType *type = object == NULL ? NULL : g_mime_object_get_content_type(object);
    char text[160];
    int length =
        type == NULL || lacks_subtype(object)
            ? snprintf(text, sizeof text, "text/plain")
            : snprintf(text, sizeof text, "%s/%s", g_mime_content_type_get_media_type(type),
                       g_mime_content_type_get_media_subtype(type));

    if (length < 0 || (size_t)length >= sizeof text)
        return BYTES("application/octet-stream");
    for (char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\')
            return BYTES("application/octet-stream");
        *at = g_ascii_tolower(*at);
    }
    return text_in(arena, text);
}

static void set_content(struct outline_part *part, GMimeObject *object)
{
    GMimeDataWrapper *content =
        GMIME_IS_PART(object) ? g_mime_part_get_content(GMIME_PART(object)) : NULL;
    GMimeStream *stream = content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);

    if (stream == NULL || stream->bound_start < 0 || stream->bound_end < stream->bound_start)
        return;
    part->has_content = true;
    part->content.offset = (uint64_t)stream->bound_start;
    part->content.size = (uint64_t)(stream->bound_end - stream->bound_start);
}

static void set_kind(struct outline_part *part, GMimeObject *object, struct arena *arena)
{
    const char *boundary;

    part->kind = PART_LEAF;
    if (object == NULL)
        return;
    if (GMIME_IS_MESSAGE_PART(object)) {
        part->kind = PART_MESSAGE;
    } else if (GMIME_IS_MULTIPART(object)) {
        part->kind = PART_MULTIPART;
        boundary = g_mime_object_get_content_type_parameter(object, "boundary");
        part->has_boundary = boundary != NULL;
        part->boundary = text_in(arena, boundary);
    } else {
        set_content(part, object);
    }
}

/* For a message without a header inside a digest GMime names octets that it has read long before:
 * what does not ascend is not true. */
static void check_order(struct walk *walk, struct outline_part *part)
{
    part->has_header = part->has_header && part->first_field >= walk->reached;
    if (part->has_header)
        walk->reached = part->last_field + 1;
    part->has_content = part->has_content && part->content.offset >= walk->reached;
    if (part->has_content)
        walk->reached = part->content.offset + part->content.size;
}

/* Writes one part down and, when it is a container above the depth limit, enters it. message: the
 * one whose root the object is, or NULL. */
static enum status enter(struct walk *walk, GMimeObject *object, GMimeMessage *message,
                         int32_t parent)
{
    struct outline *outline = walk->outline;
    struct outline_part part = {.parent = parent, .depth = walk->depth + 1};

    if (outline->count >= walk->limits->parts)
        return STATUS_LIMIT;
    if (!arena_grow(walk->arena, (void **)&outline->parts, &outline->capacity, outline->count,
                    sizeof part))
        return STATUS_MEMORY;
    if (message != NULL)
        add_fields(&part, GMIME_OBJECT(message));
    if (object != NULL)
        add_fields(&part, object);
    set_kind(&part, object, walk->arena);
    check_order(walk, &part);
    part.type = type_of(object, walk->arena);
    if (part.type.data == NULL || (part.boundary.size > 0 && part.boundary.data == NULL))
        return STATUS_MEMORY;
    part.is_cut = part.kind != PART_LEAF && part.depth >= walk->limits->depth;
    if (part.kind != PART_LEAF && !part.is_cut)
        walk->frames[walk->depth++] = (struct frame){object, 0, (int32_t)outline->count};
    outline->parts[outline->count++] = part;
    return STATUS_OK;
}

/* Enters the next child of the innermost container, or leaves it. */
static enum status step(struct walk *walk)
{
    struct frame *frame = &walk->frames[walk->depth - 1];
    int child = frame->next++;
    GMimeMessage *message;

    if (GMIME_IS_MULTIPART(frame->object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(frame->object);

        if (child < g_mime_multipart_get_count(multipart))
            return enter(walk, g_mime_multipart_get_part(multipart, child), NULL, frame->place);
    } else if (child == 0) {
        message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(frame->object));
        if (message != NULL)
            return enter(walk, g_mime_message_get_mime_part(message), message, frame->place);
    }
    walk->depth--;
    return STATUS_OK;
}

enum status structure_read(struct bytes octets, const struct limits *limits, struct arena *arena,
                           struct outline *outline)
{
    struct walk walk = {.outline = outline, .arena = arena, .limits = limits};
    GByteArray array = {(guint8 *)octets.data, (guint)octets.size};
    GMimeMessage *message;
    enum status status;

    *outline = (struct outline){0};
    walk.frames = arena_take(arena, (size_t)limits->depth * sizeof *walk.frames);
    if (walk.frames == NULL)
        return STATUS_MEMORY;
    message = parse(&array);
    if (message == NULL)
        return STATUS_INVALID;
    status = enter(&walk, g_mime_message_get_mime_part(message), message, -1);
    while (status == STATUS_OK && walk.depth > 0)
        status = step(&walk);
    g_object_unref(message);
    return status;
}

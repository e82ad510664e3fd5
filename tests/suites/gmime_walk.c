/* GMime's own walk with its own decoders, which the view does not use: a line for each path on
 * standard input, in it TYPE,NAME,OCTETS of each leaf in base64, blanks between leaves. A reader of
 * differential.py. */
#include <gmime/gmime.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PATH_OCTETS = 4096 };

static void put_field(const void *octets, size_t size)
{
    char *text = g_base64_encode(octets, size);

    fputs(text, stdout);
    g_free(text);
}

static void put_leaf(GMimePart *part, bool is_first)
{
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    const char *name = g_mime_part_get_filename(part);
    GMimeStream *stream = g_mime_stream_mem_new();
    char *word = g_mime_content_type_get_mime_type(type);
    GByteArray *octets;

    if (content != NULL)
        g_mime_data_wrapper_write_to_stream(content, stream);
    octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    if (!is_first)
        putchar(' ');
    put_field(word, strlen(word));
    putchar(',');
    put_field(name != NULL ? name : "", name != NULL ? strlen(name) : 0);
    putchar(',');
    put_field(octets->data, octets->len);
    g_free(word);
    g_object_unref(stream);
}

static void put_message(GMimeMessage *message)
{
    GMimePartIter *iterator = g_mime_part_iter_new(GMIME_OBJECT(message));
    bool is_first = true;

    do {
        GMimeObject *object = g_mime_part_iter_get_current(iterator);

        if (object == NULL || !GMIME_IS_PART(object))
            continue;
        put_leaf(GMIME_PART(object), is_first);
        is_first = false;
    } while (g_mime_part_iter_next(iterator));
    g_mime_part_iter_free(iterator);
}

static void walk(const char *path)
{
    GMimeStream *stream = g_mime_stream_fs_open(path, 0, 0, NULL);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

    if (message != NULL) {
        put_message(message);
        g_object_unref(message);
    }
    putchar('\n');
    fflush(stdout);
    g_object_unref(parser);
    g_object_unref(stream);
}

int main(void)
{
    char path[PATH_OCTETS];

    g_mime_init();
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        walk(path);
    }
    return ferror(stdout);
}

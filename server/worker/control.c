/*     line    = tag SP word [SP arguments] CRLF
 *     word    = "FORK" / "LOADED" / "FAILED" / "WORKER" / "REFUSED" / "STALE" / "READY" */
#include "server/worker/control.h"

#include <stdio.h>
#include <string.h>

#include "protocol/lexer.h"
#include "protocol/writer.h"
#include "server/worker/datagram.h"

enum { CONTROL_NESTING = 6 };

static const struct control_shape {
    const char *word;
    const char *key; /* of its one list, or NULL: a bare string, or nothing */
    bool text;       /* it has a string */
    bool number;     /* it has a number */
} shapes[CONTROL_COUNT] = {
    [CONTROL_FORK] = {"FORK", NULL, false, false},
    [CONTROL_LOADED] = {"LOADED", "MEMORY", false, true},
    [CONTROL_FAILED] = {"FAILED", NULL, true, false},
    [CONTROL_WORKER] = {"WORKER", "PID", false, true},
    [CONTROL_REFUSED] = {"REFUSED", NULL, true, false},
    [CONTROL_STALE] = {"STALE", NULL, false, false},
    [CONTROL_READY] = {"READY", "SANDBOX", true, false},
};

static void write_engine(struct writer *writer, const struct control_engine *engine)
{
    const struct engine_edition *edition = &engine->edition;
    writer_open(writer);
    writer_string(writer, engine->name);
    writer_pair_string(writer, "VERSION", bytes_of_text(edition->version));
    writer_pair_string(writer, "SOURCE", bytes_of_text(edition->source));
    writer_pair_number(writer, "SIGNATURES", edition->signatures);
    writer_pair_number(writer, "DATE", edition->date);
    writer_pair_number(writer, "BUILTIN", edition->only_builtin);
    writer_close(writer);
}

static void write_arguments(struct writer *writer, const struct control *control)
{
    const struct control_shape *shape = &shapes[control->word];
    if (shape->key == NULL) {
        if (shape->text) {
            writer_string(writer, control->text);
        }
        return;
    }
    writer_open(writer);
    if (shape->number) {
        writer_pair_number(writer, shape->key, control->number);
    } else {
        writer_pair_string(writer, shape->key, control->text);
    }
    if (control->word == CONTROL_LOADED) {
        writer_atom(writer, "ENGINES");
        writer_open(writer);
        for (size_t i = 0; i < control->engine_count; i++) {
            write_engine(writer, &control->engines[i]);
        }
        writer_close(writer);
    }
    writer_close(writer);
}

enum status control_write(const struct control *control, struct buffer *out)
{
    char tag[24] = "*";
    if (control->id != 0) {
        snprintf(tag, sizeof tag, "%llu", (unsigned long long)control->id);
    }
    struct writer writer;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, DATAGRAM_BYTES_MOST, bytes_of_text(tag));
    writer_atom(&writer, shapes[control->word].word);
    write_arguments(&writer, control);
    return writer_end(&writer);
}

/* SP string, kept as NUL-terminated text that is cut to size. */
static void read_text(struct lexer *lexer, char *text, size_t size)
{
    struct bytes value = {0};
    (void)!lexer_space(lexer);
    if (lexer_string(lexer, &value) == STATUS_OK) {
        snprintf(text, size, "%.*s", (int)value.size, (const char *)value.data);
    }
}

static uint64_t read_number(struct lexer *lexer)
{
    uint64_t number = 0;
    (void)!lexer_space(lexer);
    if (lexer_number(lexer, &number) != STATUS_OK) {
        return 0;
    }
    return number;
}

static void read_engine_pair(struct lexer *lexer, struct engine_edition *edition)
{
    struct bytes key;
    if (lexer_atom(lexer, &key) != STATUS_OK) {
        return;
    }
    if (bytes_equal(key, BYTES("VERSION"))) {
        read_text(lexer, edition->version, sizeof edition->version);
    } else if (bytes_equal(key, BYTES("SOURCE"))) {
        read_text(lexer, edition->source, sizeof edition->source);
    } else if (bytes_equal(key, BYTES("SIGNATURES"))) {
        edition->signatures = read_number(lexer);
    } else if (bytes_equal(key, BYTES("DATE"))) {
        edition->date = read_number(lexer);
    } else if (bytes_equal(key, BYTES("BUILTIN"))) {
        edition->only_builtin = read_number(lexer) != 0;
    } else {
        lexer_fail(lexer, STATUS_PARSE, "an edition's key");
    }
}

static enum status read_engines(struct lexer *lexer, struct arena *arena, struct control *control)
{
    size_t capacity = 0;
    bool first = true;
    (void)!lexer_space(lexer);
    (void)!lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        if (!arena_grow(arena, (void **)&control->engines, &capacity, control->engine_count,
                        sizeof *control->engines)) {
            return STATUS_MEMORY;
        }
        struct control_engine *engine = &control->engines[control->engine_count++];
        *engine = (struct control_engine){0};
        (void)!lexer_open(lexer);
        (void)!lexer_string(lexer, &engine->name);
        bool inner = false;
        while (lexer_item(lexer, &inner)) {
            read_engine_pair(lexer, &engine->edition);
        }
    }
    return STATUS_OK;
}

static enum status read_list(struct lexer *lexer, struct arena *arena, struct control *control)
{
    const struct control_shape *shape = &shapes[control->word];
    bool first = true;
    (void)!lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        struct bytes key = {0};
        if (lexer_atom(lexer, &key) != STATUS_OK) {
            break;
        }
        if (control->word == CONTROL_LOADED && bytes_equal(key, BYTES("ENGINES"))) {
            if (read_engines(lexer, arena, control) != STATUS_OK) {
                return STATUS_MEMORY;
            }
        } else if (!bytes_equal(key, bytes_of_text(shape->key))) {
            return lexer_fail(lexer, STATUS_PARSE, shape->key);
        } else if (shape->number) {
            control->number = read_number(lexer);
        } else {
            (void)!lexer_space(lexer);
            (void)!lexer_string(lexer, &control->text);
        }
    }
    return STATUS_OK;
}

static bool read_tag(struct lexer *lexer, struct control *control)
{
    if (lexer_peek(lexer) == TOKEN_NUMBER) {
        return lexer_number(lexer, &control->id) == STATUS_OK;
    }
    struct bytes star;
    return lexer_atom(lexer, &star) == STATUS_OK && bytes_equal(star, BYTES("*"));
}

static bool read_word(struct lexer *lexer, struct control *control)
{
    struct bytes word;
    (void)!lexer_space(lexer);
    if (lexer_atom(lexer, &word) != STATUS_OK) {
        return false;
    }
    for (unsigned i = 0; i < CONTROL_COUNT; i++) {
        if (bytes_equal(word, bytes_of_text(shapes[i].word))) {
            control->word = (enum control_word)i;
            return true;
        }
    }
    return false;
}

enum status control_read(uint8_t *octets, size_t size, struct arena *arena, struct control *control)
{
    if (size < 2 || memcmp(octets + size - 2, "\r\n", 2) != 0) {
        return STATUS_PARSE;
    }
    struct lexer lexer;
    lexer_init(&lexer, octets, size - 2, CONTROL_NESTING);
    *control = (struct control){0};
    if (!read_tag(&lexer, control) || !read_word(&lexer, control)) {
        return STATUS_PARSE;
    }
    const struct control_shape *shape = &shapes[control->word];
    if (shape->key != NULL || shape->text) {
        (void)!lexer_space(&lexer);
    }
    if (shape->key != NULL) {
        enum status status = read_list(&lexer, arena, control);
        if (status != STATUS_OK) {
            return status;
        }
    } else if (shape->text) {
        (void)!lexer_string(&lexer, &control->text);
    }
    return lexer_end(&lexer);
}

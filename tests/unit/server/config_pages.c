/* Tables of keys from rows, as Markdown and as a manual's list. */
#include "config_pages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/quantity.h"
#include "server/config/row.h"
#include "server/policy/fact.h"

enum { WORDS_BYTES = 2048 };

static void put(struct buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct buffer *out, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (buffer_append(out, bytes_of_text(text)) != STATUS_OK)
        abort();
}

/* One section: its key as it stands in the file, its rows. */
struct section {
    const char *name, *path; /* "listeners", "listeners[]" */
    const char *words;       /* a sentence below the heading */
    const struct config_row *rows;
};

static const struct section sections[] = {
    {"server", "server", "The process and its workers.", config_server_rows},
    {"http", "http", "What monitoring reads.", config_http_rows},
    {"log", "log", "Where log lines go.", config_log_rows},
    {"listeners", "listeners[]",
     "A list, one entry for each socket. By default `unix:cccpd.sock` and `127.0.0.1:10030`, both "
     "anonymous.",
     config_listener_rows},
    {"clients", "clients.NAME", "A map: who may do what. By default empty.", config_client_rows},
    {"channels", "channels.NAME",
     "A map: what happens to a message (spec/policy.md). By default `inbound` and `outbound`.",
     config_channel_rows},
    {"organisations", "organisations.NAME",
     "A map: who belongs to us (spec/policy.md 4). By default empty.", config_organisation_rows},
    {"lists", "lists.NAME", "A map: what `in @NAME` asks (spec/policy.md 3). By default empty.",
     config_list_rows},
    {"tables", "tables.NAME", "A map: what `table:NAME` asks (spec/policy.md 3). By default empty.",
     config_table_rows},
    {"templates", "templates.NAME",
     "A map: texts of notices (spec/policy.md 6). `sender`, `recipient` and `administrator` are "
     "built in, in English and German.",
     config_template_rows},
    {"notices", "notices", "Who notices are from, and how many there may be.", config_notices_rows},
};

static bool is_time(const char *unit)
{
    return unit != NULL && (strcmp(unit, "ms") == 0 || strcmp(unit, "s") == 0);
}

/* mark stands around each word: "`" or nothing. */
static const char *type_of(const struct config_row *row, const char *mark, char words[WORDS_BYTES])
{
    size_t length = 0;
    words[0] = '\0';
    switch (row->kind) {
    case CONFIG_BOOLEAN:
        return "yes or no";
    case CONFIG_NUMBER:
        return is_time(row->unit) ? "time" : row->unit != NULL ? row->unit : "number";
    case CONFIG_MODE:
        return "octal mode";
    case CONFIG_ID:
        return "user id";
    case CONFIG_TEXT:
        return "text";
    case CONFIG_PATH:
        return "path";
    case CONFIG_LINES:
        return "text, lines";
    case CONFIG_NAMES:
        snprintf(words, WORDS_BYTES, "list of %s", row->unit != NULL ? row->unit : "channels");
        return words;
    case CONFIG_NETWORKS:
        return "list of networks";
    case CONFIG_TREE:
        return strncmp(row->choices, "a ", 2) == 0 ? row->choices + 2 : row->choices;
    case CONFIG_WORD:
    case CONFIG_DISPOSITION:
        break;
    }
    for (const char *at = row->choices;; at++) {
        size_t size = strcspn(at, "|");
        length += (size_t)snprintf(words + length, WORDS_BYTES - length, "%s%s%.*s%s",
                                   length > 0 ? ", " : "", mark, (int)size, at, mark);
        at += size;
        if (*at == '\0')
            return words;
    }
}

/* A number in its shortest form, any other default as it is written; "" when there is none. */
static const char *default_of(const struct config_row *row, char words[WORDS_BYTES])
{
    uint64_t number = 0;
    char text[QUANTITY_TEXT_BYTES];
    snprintf(words, WORDS_BYTES, "%s", row->value != NULL ? row->value : "");
    if (row->kind == CONFIG_NUMBER && quantity_read(words, row->unit, &number) <= QUANTITY_NO_UNIT)
        snprintf(words, WORDS_BYTES, "%s", quantity_write(number, row->unit, text));
    return words;
}

static const char *range_of(const struct config_row *row, char words[WORDS_BYTES])
{
    char least[QUANTITY_TEXT_BYTES], most[QUANTITY_TEXT_BYTES];
    words[0] = '\0';
    if (row->kind == CONFIG_MODE)
        return "0 to 0777";
    if (row->kind == CONFIG_NUMBER || row->kind == CONFIG_ID)
        snprintf(words, WORDS_BYTES, "%s to %s", quantity_write(row->least, row->unit, least),
                 quantity_write(row->most, row->unit, most));
    return words;
}

/* `enabled` of one engine: the embedded defaults enable these. */
static struct config_row enabled_of(const struct engine *engine)
{
    struct config_row row = config_engine_rows[0];
    bool is_usual = strcmp(engine->name, "clamav") == 0 || strcmp(engine->name, "attachment") == 0;
    row.value = is_usual ? "yes" : "no";
    return row;
}

/* --- Markdown --- */

static void put_row_markdown(struct buffer *out, const struct config_row *row)
{
    char type[WORDS_BYTES], value[WORDS_BYTES], range[WORDS_BYTES];
    default_of(row, value);
    put(out, "| `%s` | %s | %s%s%s | %s | %s |\n", row->name, type_of(row, "`", type),
        value[0] != '\0' ? "`" : "", value, value[0] != '\0' ? "`" : "", range_of(row, range),
        row->help);
}

static void put_head_markdown(struct buffer *out, const char *name, const char *words)
{
    put(out,
        "\n### `%s`\n\n%s\n\n| key | type | default | range | meaning |\n|---|---|---|---|---|\n",
        name, words);
}

static void put_limits_rows(struct buffer *out)
{
    char number[QUANTITY_TEXT_BYTES];
    for (unsigned i = 0; limits_row(i) != NULL; i++) {
        struct config_row row = row_of_limit(limits_row(i));
        row.value = quantity_write(limits_row(i)->value, row.unit, number);
        put_row_markdown(out, &row);
    }
}

void pages_keys_markdown(struct buffer *out)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        put_head_markdown(out, sections[i].name, sections[i].words);
        for (const struct config_row *row = sections[i].rows; row->name != NULL; row++)
            put_row_markdown(out, row);
    }
    for (unsigned i = 0; engine_row(i) != NULL; i++) {
        char name[80];
        snprintf(name, sizeof name, "engines.%s", engine_row(i)->name);
        put_head_markdown(out, name, "Settings of this engine.");
        struct config_row enabled = enabled_of(engine_row(i));
        put_row_markdown(out, &enabled);
        for (const struct setting *setting = engine_row(i)->settings; setting->name; setting++) {
            struct config_row row = row_of_setting(setting);
            put_row_markdown(out, &row);
        }
    }
    put_head_markdown(out, "limits", "What a peer can choose, bounded (spec/limits.md).");
    put_limits_rows(out);
    put(out, "\n");
}

/* What a client is told when it hits a limit. */
static void put_answer(struct buffer *out, enum status status)
{
    static const char *const words[] = {"OK", "NO", "BAD", "* BYE"};
    const struct status_reply *reply = status_reply(status);
    if (status == STATUS_OK)
        put(out, "nothing");
    else if (status == STATUS_LIMIT)
        put(out, "finding, part unexaminable");
    else if (reply->code[0] == '\0')
        put(out, "`%s`", words[reply->completion]);
    else
        put(out, "`%s [%s]`", words[reply->completion], reply->code);
}

void pages_limits_markdown(struct buffer *out)
{
    char value[QUANTITY_TEXT_BYTES], least[QUANTITY_TEXT_BYTES], most[QUANTITY_TEXT_BYTES];
    put(out, "\n| name | unit | default | least | most | what is answered | what it bounds |\n"
             "|---|---|---|---|---|---|---|\n");
    for (unsigned i = 0; limits_row(i) != NULL; i++) {
        const struct limit_row *row = limits_row(i);
        put(out, "| `%s` | %s | %s | %s | %s | ", row->name,
            is_time(row->unit) ? "time" : row->unit, quantity_write(row->value, row->unit, value),
            quantity_write(row->least, row->unit, least),
            quantity_write(row->most, row->unit, most));
        put_answer(out, row->status);
        put(out, " | %s |\n", row->text);
    }
    put(out, "\n");
}

/* --- the manual --- */

/* `word` becomes bold, a minus sign one that can be copied. */
static void put_roff(struct buffer *out, const char *text)
{
    bool bold = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '`') {
            bold = !bold;
            put(out, "%s", bold ? "\\fB" : "\\fR");
        } else if (*at == '-') {
            put(out, "\\-");
        } else if (*at == '\\') {
            put(out, "\\e");
        } else {
            put(out, "%c", *at);
        }
    }
}

static void put_row_roff(struct buffer *out, const char *path, const struct config_row *row)
{
    char type[WORDS_BYTES], value[WORDS_BYTES], range[WORDS_BYTES], head[4 * WORDS_BYTES];
    default_of(row, value);
    range_of(row, range);
    snprintf(head, sizeof head, "`%s.%s` (%s%s%s%s%s)", path, row->name, type_of(row, "", type),
             range[0] != '\0' ? ", " : "", range, value[0] != '\0' ? "; default " : "", value);
    put(out, ".TP\n");
    put_roff(out, head);
    put(out, "\n");
    put_roff(out, row->help);
    put(out, "\n");
}

void pages_keys_manual(struct buffer *out)
{
    char number[QUANTITY_TEXT_BYTES];
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        put(out, ".SS %s\n", sections[i].name);
        for (const struct config_row *row = sections[i].rows; row->name != NULL; row++)
            put_row_roff(out, sections[i].path, row);
    }
    put(out, ".SS engines\n");
    for (unsigned i = 0; engine_row(i) != NULL; i++) {
        char path[80];
        snprintf(path, sizeof path, "engines.%s", engine_row(i)->name);
        struct config_row enabled = enabled_of(engine_row(i));
        put_row_roff(out, path, &enabled);
        for (const struct setting *setting = engine_row(i)->settings; setting->name; setting++) {
            struct config_row row = row_of_setting(setting);
            put_row_roff(out, path, &row);
        }
    }
    put(out, ".SS limits\n");
    for (unsigned i = 0; limits_row(i) != NULL; i++) {
        struct config_row row = row_of_limit(limits_row(i));
        row.value = quantity_write(limits_row(i)->value, row.unit, number);
        put_row_roff(out, "limits", &row);
    }
}

/* --- facts --- */

static const char *fact_type(const struct fact_row *row, char text[40])
{
    static const char *const words[] = {[FACT_BOOLEAN] = "boolean",
                                        [FACT_NUMBER] = "number",
                                        [FACT_TEXT] = "text",
                                        [FACT_NETWORK] = "address"};
    snprintf(text, 40, "%s%s", words[row->type], row->is_many ? ", many" : "");
    return text;
}

static const char *fact_name(const struct fact_row *row)
{
    return row->form != NULL ? row->form : row->name;
}

static void put_attachment_words(struct buffer *out, const char *quote)
{
    for (unsigned i = 0; attachment_word(i) != NULL; i++)
        put(out, "%s%s%s%s", i > 0 ? ", " : "", quote, attachment_word(i), quote);
}

void pages_facts_markdown(struct buffer *out)
{
    char type[40];
    put(out, "\n| fact | type | |\n|---|---|---|\n");
    for (unsigned i = 0; fact_row(i) != NULL; i++)
        put(out, "| `%s` | %s | %s |\n", fact_name(fact_row(i)), fact_type(fact_row(i), type),
            fact_row(i)->help);
    put(out, "\nWORD is one of ");
    put_attachment_words(out, "`");
    put(out, ".\n\n");
}

void pages_facts_manual(struct buffer *out)
{
    char type[40], head[200];
    for (unsigned i = 0; fact_row(i) != NULL; i++) {
        snprintf(head, sizeof head, "`%s` (%s)", fact_name(fact_row(i)),
                 fact_type(fact_row(i), type));
        put(out, ".TP\n");
        put_roff(out, head);
        put(out, "\n");
        put_roff(out, fact_row(i)->help);
        put(out, "\n");
    }
    AUTO(buffer_clear) struct buffer words;
    buffer_init(&words, WORDS_BYTES);
    put_attachment_words(&words, "");
    if (buffer_append_octet(&words, 0) != STATUS_OK)
        abort();
    put(out, ".PP\nWORD is one of ");
    put_roff(out, (const char *)words.data);
    put(out, ".\n");
}

/* --- examples --- */

const char *const pages_examples[] = {"tag", "block", "redirect", "expand", "clean", NULL};

static void put_example(struct buffer *out, const char *name)
{
    char path[512], line[1024];
    snprintf(path, sizeof path, "%s/spec/examples/policy-%s.yaml", SOURCE_ROOT, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        abort();
    put(out, ".PP\n.nf\n");
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '.' || line[0] == '\'')
            put(out, "\\&");
        put_roff(out, line);
    }
    put(out, ".fi\n");
    fclose(file);
}

void pages_examples_manual(struct buffer *out)
{
    for (unsigned i = 0; pages_examples[i] != NULL; i++)
        put_example(out, pages_examples[i]);
}

/* Keys as rows: one row types a value, gives its default, checks it, prints it and documents it
 * (spec/configuration.md). */
#ifndef SERVER_CONFIG_ROW_H
#define SERVER_CONFIG_ROW_H

#include "server/config/problem.h"

enum config_kind {
    CONFIG_BOOLEAN,     /* bool */
    CONFIG_NUMBER,      /* unsigned or uint64_t */
    CONFIG_MODE,        /* unsigned, octal */
    CONFIG_ID,          /* uint32_t; the bool at `count` says that it is set */
    CONFIG_WORD,        /* an enum: index into choices, plus least */
    CONFIG_DISPOSITION, /* enum disposition */
    CONFIG_TEXT,        /* const char * */
    CONFIG_LINES,       /* const char *; may have several lines */
    CONFIG_PATH,        /* const char *, absolute */
    CONFIG_NAMES,       /* const char **, size_t at `count` */
    CONFIG_NETWORKS,    /* struct network *, size_t at `count` */
    CONFIG_TREE         /* const struct node *: a list or map that its owner types */
};

struct config_row {
    const char *name; /* NULL ends the rows */
    enum config_kind kind;
    size_t offset, size; /* of the field */
    size_t count;        /* offset of the size_t or bool beside it */
    const char *value;   /* default as written; NULL: none, or found out (see help) */
    const char *none;    /* the word that stands for NULL */
    const char *choices; /* "a|b|c" */
    const char *unit;    /* NUMBER; what NAMES name, "channels" when NULL */
    uint64_t least, most;
    bool secret; /* never printed */
    const char *help;
};

#define CONFIG_FIELD(type, field)                                                                  \
    .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)

/* Where reading stands: the key path for messages. */
struct config_reader {
    struct arena *arena;
    struct config_problem *problem;
    char path[320];
    size_t path_length;
};

/* Appends ".key" to the path; returns what reader_leave() takes. */
size_t reader_enter(struct config_reader *reader, const char *key);
void reader_leave(struct config_reader *reader, size_t mark);
/* "path: found X, expected Y" at the node's place. */
enum status reader_expected(struct config_reader *reader, const struct node *node,
                            const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "path: reason" at the node's place. */
enum status reader_problem(struct config_reader *reader, const struct node *node,
                           const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Of the names that name(owner, 0..) lists the one that is meant by a word with a slip in it; NULL.
 */
const char *reader_near(const char *word, const char *(*name)(const void *owner, unsigned i),
                        const void *owner);
/* Names an unknown key; name(owner, i) lists the known ones. */
enum status reader_unknown(struct config_reader *reader, const struct node *child,
                           const char *(*name)(const void *owner, unsigned i), const void *owner);

/* The value of one row from its node into the field. */
MUST_CHECK enum status row_read(struct config_reader *reader, const struct config_row *row,
                                const struct node *node, void *field);
/* Defaults of all rows. */
void rows_init(const struct config_row *rows, void *object);
/* A whole map by its rows; NULL: nothing was written. */
MUST_CHECK enum status rows_read(struct config_reader *reader, const struct config_row *rows,
                                 const struct node *map, void *object);
/* The value as a YAML scalar or flow list; false when there is nothing to print. */
MUST_CHECK enum status row_print(const struct config_row *row, const void *field, const void *count,
                                 struct buffer *out);
bool row_is_set(const struct config_row *row, const void *object);
/* Index of word in "a|b|c"; -1 when it is not there. */
int choice_find(const char *choices, const char *word);

/* The rows of each section (rows.c). */
extern const struct config_row config_server_rows[];
extern const struct config_row config_http_rows[];
extern const struct config_row config_log_rows[];
extern const struct config_row config_listener_rows[];
extern const struct config_row config_client_rows[];
extern const struct config_row config_channel_rows[];
extern const struct config_row config_organisation_rows[];
extern const struct config_row config_list_rows[];
extern const struct config_row config_table_rows[];
extern const struct config_row config_template_rows[];
extern const struct config_row config_language_rows[];
extern const struct config_row config_notices_rows[];
extern const struct config_row config_engine_rows[];
/* A limits row, or a setting of an engine, as one of ours; offset and size are not set. */
struct config_row row_of_limit(const struct limit_row *limit);
struct config_row row_of_setting(const struct setting *setting);

#endif

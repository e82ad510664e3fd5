/* The configuration, checked completely before it is used (spec/configuration.md). Read through
 * libyaml's event interface (yaml.c is its only door), typed by rows; unknown keys, duplicate keys,
 * anchors, aliases and tags are refused with file, line, column and reason. Immutable once loaded;
 * shared by reference until the last user is gone. */
#ifndef SERVER_CONFIG_CONFIG_H
#define SERVER_CONFIG_CONFIG_H

#include "engines/engine.h"
#include "protocol/arena.h"
#include "protocol/limits.h"
#include "protocol/report.h"
#include "protocol/verdict.h"
#include "server/config/policy_parts.h"

enum role { ROLE_ANONYMOUS, ROLE_CLIENT, ROLE_OPERATOR };
enum proxy_mode { PROXY_OFF, PROXY_REQUIRED };

/* listeners: a list. One per socket. */
struct config_listener {
    const char *address; /* "127.0.0.1:10030", "[::1]:10030", "unix:/run/cccpd/cccpd.sock",
                            "fd:name" (socket activation) */
    bool anonymous;      /* admits peers without authentication; refused outside loopback and Unix
                            sockets */
    bool allow_plain_remote; /* a non-loopback listener without TLS must say so */
    unsigned socket_mode;    /* Unix socket: 0660 */
    const char **channels;   /* what an anonymous peer may use */
    size_t channel_count;
    bool tls;
    const char *certificate, *key,
        *client_ca; /* PEM files; client_ca: ask for client certificates */
    enum proxy_mode proxy;
    struct network *proxy_from;
    size_t proxy_from_count;
};

/* clients: a map. Who may do what. */
struct config_client {
    const char *name;
    enum role role;
    const char *password;      /* argon2id string of libsodium (crypto_pwhash_str), or NULL */
    const char *password_file; /* where it was read from, or NULL */
    const char *certificate;   /* subject common name, or NULL */
    const char *fingerprint;   /* SHA-256 of the certificate, hex, or NULL */
    bool has_uid;
    uint32_t uid; /* peer credentials of a Unix socket */
    const char **channels;
    size_t channel_count;
};

/* channels: a map. The fixed table that stands where policy will be. */
struct config_channel {
    const char *name;
    enum disposition infected; /* QUARANTINE (default), REJECT, DISCARD */
    enum disposition
        policy; /* policy and structure findings: QUARANTINE (default), REJECT, DELIVER (marked) */
    enum disposition unexaminable; /* QUARANTINE (default), REJECT, DEFER, DELIVER (marked) */
    uint64_t defer_after_s;        /* what DEFER advises */
    const char **engines;          /* that look at its messages; none: all that are enabled */
    size_t engine_count;
    const char **marks; /* header fields that are ours; none: the usual one */
    size_t mark_count;
    const struct node *rules;      /* as they are written; NULL: none */
    const struct policy *compiled; /* what rules and marks say */
};

struct config_engine {
    const struct engine *engine;
    bool enabled;
    struct settings_view settings;
};

enum log_format { LOG_TEXT, LOG_JSON };

struct node;          /* server/config/node.h */
struct lists;         /* server/policy/lists.h */
struct policy;        /* server/policy/rule.h */
struct organisations; /* server/policy/organisation.h */
struct template;      /* server/policy/template.h */

struct config {
    struct arena arena;
    unsigned references;
    struct node *tree;     /* what was written, with its places: for config_print() */
    uint64_t generation;   /* 1, 2, …: counted by who loads */
    const char *host_name; /* in the greeting; default: gethostname() */
    const char
        *user; /* to become when started as root; NULL: stay. Default "_cccpd" where it exists */
    const char *runtime_dir; /* scratch folders of workers: default $RUNTIME_DIRECTORY, /run/cccpd
                                or a folder under $TMPDIR */
    unsigned workers;        /* 0: one per core */
    unsigned
        workers_most; /* with spare ones for slow jobs; default 4 * workers, at least workers + 2 */
    uint64_t worker_jobs;         /* recycled after so many */
    uint64_t worker_memory_bytes; /* RLIMIT_AS beyond the loaded engine */
    uint64_t scratch_bytes;       /* size of a worker's scratch folder */
    bool sandbox;                 /* always on; off only in sanitizer builds */
    const char *http;             /* "127.0.0.1:10031", or NULL: no metrics */
    enum log_format log_format;
    const char *log_file; /* NULL: standard error */
    struct config_listener *listeners;
    size_t listener_count;
    struct config_client *clients;
    size_t client_count;
    struct config_channel *channels;
    size_t channel_count;
    struct config_organisation *organisations;
    size_t organisation_count;
    struct organisations *inside; /* all of them, made ready to be asked */
    struct config_list *lists, *tables;
    size_t list_count, table_count;
    struct lists *sets; /* what lists and tables hold now; watch.c puts another set here, so who
                           needs one state takes lists_ref() */
    struct config_template *templates;
    size_t template_count;
    struct template *template_texts; /* one for each of templates */
    struct config_notices notices;
    struct config_engine *engines; /* one for each row of engine_rows.h */
    size_t engine_count;
    struct limits limits;
};

struct config_problem {
    char file[256];
    unsigned line, column; /* from 1; 0: of no place in the file */
    char reason[512];      /* "limits.message: 2G is over the most, 1073741823" */
};

enum { CONFIG_PROBLEM_BYTES = 800 };
/* "file:line:column: reason"; "file: reason" when it has no place. */
void config_problem_text(const struct config_problem *problem, char text[CONFIG_PROBLEM_BYTES]);

/* The texts a configuration is made of, so that a loader reads the same octets as the front did. */
struct config_source {
    struct config_text {
        const char *name; /* for messages */
        struct bytes text;
    } * texts;
    size_t text_count;
    const struct config *before; /* the one in use: its lists are taken over where their files are
                                    still the same; NULL: none */
    bool checked;                /* read by config_source_read(): files are not looked at again */
    struct arena arena;
};

/* path: the main file; conf.d/NAME.yaml beside it are read in byte order: maps merge, scalars and
 * lists replace. NULL: embedded defaults only. sets: "section.key=value" from the command line,
 * last of all; "listeners=ADDRESS,ADDRESS" makes anonymous ones. What the environment decides
 * (host name, user, runtime folder) is found out here and stands in the first text. */
MUST_CHECK enum status config_source_open(struct config_source *source, const char *path,
                                          const char *const *sets, size_t set_count,
                                          struct config_problem *problem);
void config_source_close(struct config_source *source);
/* The source as octets for a sealed memfd, and back: one merged text without listeners, clients and
 * channels, which a loader has no use for (and so never sees a password). */
MUST_CHECK enum status config_source_write(const struct config_source *source, struct buffer *out);
MUST_CHECK enum status config_source_read(struct config_source *source, struct bytes octets);

/* Everything is checked: types, ranges, names, files that must exist, contradictions. */
MUST_CHECK enum status config_new(const struct config_source *source, struct config **config,
                                  struct config_problem *problem);
struct config *config_ref(struct config *config);
void config_unref(struct config **config);

/* The effective values as YAML with the origin of each ("# default", "# /etc/cccpd/cccpd.yaml:12").
 */
MUST_CHECK enum status config_print(const struct config *config, struct buffer *out);

/* The engines that must have spoken of every part before a message of this channel is clean: those
 * that are enabled and that the channel has, all of the channel's when none of them is enabled, or
 * "none" when no engine is enabled at all. names has room for REPORT_ENGINES_MOST. */
size_t config_required_engines(const struct config *config, const struct config_channel *channel,
                               struct bytes *names);
/* Does this channel have it? */
bool config_channel_has_engine(const struct config_channel *channel, const char *engine);
/* NULL when there is none. */
const struct config_channel *config_find_channel(const struct config *config, struct bytes name);
const struct config_client *config_find_client(const struct config *config, struct bytes name);
bool network_contains(const struct network *network, const uint8_t address[16]);

#endif

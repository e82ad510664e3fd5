#include "clients/cccpc/arguments.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "clients/libcccp/cccp.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_FLAG, KIND_LIST, KIND_ACCEPT };

enum {
    CHECKS = COMMAND_CHECK_BIT | COMMAND_EXPLAIN_BIT | COMMAND_POLICY_BIT,
    SENDS = CHECKS | COMMAND_BENCH_BIT,
    SPEAKS = SENDS | COMMAND_PING_BIT,
    ALL = SPEAKS | COMMAND_REPLAY_BIT
};

struct row {
    const char *name; /* "--server" */
    char letter;      /* 'l' for "-l", or 0 */
    enum kind kind;
    size_t offset; /* in struct arguments */
    unsigned commands;
    const char *value, *meaning;
};

#define FIELD(name) offsetof(struct arguments, name)
static const struct row rows[] = {
    {"--server", 's', KIND_TEXT, FIELD(server), ALL, "ADDRESS",
     "host:port, [v6]:port or unix:/path (127.0.0.1:10030)"},
    {"--channel", 0, KIND_TEXT, FIELD(channel), SENDS, "NAME", "the server's channel (inbound)"},
    {"--from", 0, KIND_TEXT, FIELD(sender), SENDS, "ADDRESS", "the envelope's sender"},
    {"--sender", 0, KIND_TEXT, FIELD(sender), SENDS, "ADDRESS", "the same"},
    {"--rcpt", 0, KIND_LIST, 0, SENDS, "ADDRESS", "a recipient; may be repeated"},
    {"--ip", 0, KIND_TEXT, FIELD(ip), SENDS, "ADDRESS", "the address that sent the message"},
    {"--helo", 0, KIND_TEXT, FIELD(helo), SENDS, "NAME", "what it called itself"},
    {"--accept", 0, KIND_ACCEPT, 0, CHECKS, "WORD,...",
     "what a client could perform: REDIRECT, COPY, ... (everything)"},
    {"--identity", 0, KIND_TEXT, FIELD(identity), SPEAKS, "NAME",
     "authenticate with the password in CCCP_PASSWORD"},
    {"--password-file", 0, KIND_TEXT, FIELD(password_file), SPEAKS, "FILE", "... or in FILE"},
    {"--external", 0, KIND_FLAG, FIELD(external), SPEAKS, NULL,
     "authenticate by the uid on a Unix socket"},
    {"--timeout", 0, KIND_NUMBER, FIELD(timeout_s), SPEAKS, "SECONDS",
     "for each answer (120; ping: 5)"},
    {"--json", 0, KIND_FLAG, FIELD(json), SPEAKS, NULL, "JSON, one object a line"},
    {"--jobs", 'j', KIND_NUMBER, FIELD(jobs), COMMAND_CHECK_BIT, "N",
     "messages checked at one time (4)"},
    {"--out", 'o', KIND_TEXT, FIELD(out), COMMAND_CHECK_BIT, "DIR",
     "write verdicts, copies and notices there"},
    {"--connections", 'n', KIND_NUMBER, FIELD(connections), COMMAND_BENCH_BIT, "N",
     "connections (1)"},
    {"--in-flight", 'm', KIND_NUMBER, FIELD(in_flight), COMMAND_BENCH_BIT, "N",
     "checks in flight on each (1)"},
    {"--list", 'l', KIND_TEXT, FIELD(list), COMMAND_BENCH_BIT, "FILE",
     "paths of messages, by line"},
    {"--seconds", 0, KIND_NUMBER, FIELD(seconds), COMMAND_BENCH_BIT, "N", "how long"},
    {"--passes", 0, KIND_NUMBER, FIELD(passes), COMMAND_BENCH_BIT, "N", "... or how often (1)"},
    {"--label", 0, KIND_TEXT, FIELD(label), COMMAND_BENCH_BIT, "WORD", "begins the line (cccpd)"},
    {"--pid", 'P', KIND_NUMBER, FIELD(pid), COMMAND_BENCH_BIT, "PID",
     "sum CPU and memory of this process and its children"},
    {"--cut", 0, KIND_TEXT, FIELD(cut), COMMAND_REPLAY_BIT, "HOW", "none, every or random (none)"},
    {"--seed", 0, KIND_NUMBER, FIELD(seed), COMMAND_REPLAY_BIT, "N", "of random cuts"},
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static const struct row *row_find(const char *word, enum command_bit command)
{
    size_t length = strcspn(word, "=");
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        bool named = strlen(rows[i].name) == length && strncmp(rows[i].name, word, length) == 0;
        bool lettered = rows[i].letter && word[0] == '-' && word[1] == rows[i].letter && !word[2];
        if ((named || lettered) && rows[i].commands & command)
            return &rows[i];
    }
    return NULL;
}

static int complain(const char *word, const char *what)
{
    fprintf(stderr, "cccpc: %s: %s\n", word, what);
    return EX_USAGE;
}

static int recipient_add(struct arguments *arguments, const char *address)
{
    size_t size = (arguments->recipient_count + 1) * sizeof(char *);
    const char **grown = realloc(arguments->recipients, size);
    if (!grown)
        return EX_OSERR;
    arguments->recipients = grown;
    grown[arguments->recipient_count++] = address;
    return 0;
}

static int accept_read(struct arguments *arguments, const char *words)
{
    char word[16];
    for (arguments->accept = 0; *words; words += *words != '\0') {
        size_t size = strcspn(words, ", ");
        snprintf(word, sizeof(word), "%.*s", (int)size, words);
        unsigned bit = cccp_accept_bit(size < sizeof(word) ? word : "");
        if (bit == 0 && strcasecmp(word, "DEFER") != 0)
            return complain("--accept", "wants words like DELIVER,COPY,SPLICE");
        arguments->accept |= bit;
        words += size;
    }
    return arguments->accept ? 0 : complain("--accept", "wants more than DEFER");
}

static int row_apply(struct arguments *arguments, const struct row *row, const char *value)
{
    void *field = (char *)arguments + row->offset;
    char *end;
    switch (row->kind) {
    case KIND_FLAG:
        *(bool *)field = true;
        return 0;
    case KIND_TEXT:
        *(const char **)field = value;
        return 0;
    case KIND_LIST:
        return recipient_add(arguments, value);
    case KIND_ACCEPT:
        return accept_read(arguments, value);
    case KIND_NUMBER:
        break;
    }
    unsigned long number = strtoul(value, &end, 10);
    if (*end || end == value || value[0] == '-' || number == 0 || number > 1000000000)
        return complain(row->name, "wants a number from 1");
    *(unsigned *)field = (unsigned)number;
    return 0;
}

/* One option and its value; *used counts the words. */
static int option_read(struct arguments *arguments, char **words, int count, int *used)
{
    const struct row *row = row_find(words[0], arguments->command);
    const char *value = strchr(words[0], '=');
    *used = 1;
    if (!row)
        return complain(words[0], "no such option of this command");
    if (row->kind == KIND_FLAG)
        return value ? complain(words[0], "takes no value") : row_apply(arguments, row, NULL);
    if (value)
        return row_apply(arguments, row, value + 1);
    if (count < 2)
        return complain(words[0], "wants a value");
    *used = 2;
    return row_apply(arguments, row, words[1]);
}

static void defaults(struct arguments *arguments)
{
    arguments->server = "127.0.0.1:10030";
    arguments->channel = "inbound";
    arguments->jobs = 4;
    arguments->accept = arguments->command & CHECKS ? CCCP_ACCEPT_ALL : 0;
    arguments->timeout_s = arguments->command == COMMAND_PING_BIT ? 5 : 120;
    arguments->connections = arguments->in_flight = 1;
    arguments->label = "cccpd";
    arguments->cut = "none";
}

int arguments_read(struct arguments *arguments, enum command_bit command, int argc, char **argv)
{
    bool options = true;
    int status = 0, used;
    *arguments = (struct arguments){.command = command};
    defaults(arguments);
    arguments->paths = calloc((size_t)argc + 1, sizeof(char *));
    if (!arguments->paths)
        return EX_OSERR;
    for (int i = 0; i < argc && status == 0; i += used) {
        used = 1;
        if (options && strcmp(argv[i], "--") == 0)
            options = false;
        else if (options && argv[i][0] == '-' && argv[i][1])
            status = option_read(arguments, argv + i, argc - i, &used);
        else
            arguments->paths[arguments->path_count++] = argv[i];
    }
    if (status == 0 && arguments->recipient_count == 0)
        status = recipient_add(arguments, "postmaster");
    return status;
}

void arguments_clear(struct arguments *arguments)
{
    free(arguments->recipients);
    free(arguments->paths);
    *arguments = (struct arguments){0};
}

void arguments_usage(FILE *out, enum command_bit command)
{
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        const struct row *row = &rows[i];
        char name[40];
        if (!(row->commands & command))
            continue;
        snprintf(name, sizeof(name), "%s%s%s", row->name, row->value ? " " : "",
                 row->value ? row->value : "");
        fprintf(out, row->letter ? "  -%c, %-24s %s\n" : "  %c   %-24s %s\n",
                row->letter ? row->letter : ' ', name, row->meaning);
    }
}

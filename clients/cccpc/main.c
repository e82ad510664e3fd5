/* cccpc: speaks with a content checking server from the command line. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "protocol/bytes.h"

struct row {
    const char *name;
    enum command_bit bit;
    int (*run)(const struct arguments *arguments);
    const char *operands, *meaning;
};

static const struct row rows[] = {
    {"check", COMMAND_CHECK_BIT, command_check, "FILE|DIR|- ...",
     "check messages; one line each with its verdict and the reason"},
    {"explain", COMMAND_EXPLAIN_BIT, command_explain, "FILE|- ...",
     "every part, finding, octet range, engine and time"},
    {"policy", COMMAND_POLICY_BIT, command_policy, "test FILE|- ...",
     "who would decide what: rules and findings, without effect"},
    {"ping", COMMAND_PING_BIT, command_ping, "", "ask whether the server is ready"},
    {"bench", COMMAND_BENCH_BIT, command_bench, "[FILE|DIR ...]", "measure throughput and delay"},
    {"replay", COMMAND_REPLAY_BIT, command_replay, "TRANSCRIPT ...",
     "play conversations (tests/conformance/README.md)"},
    {"samples", COMMAND_SAMPLES_BIT, command_samples, "DIR",
     "write sample messages, some with the EICAR test file"},
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static int usage(FILE *out, int status)
{
    fprintf(out, "usage: cccpc COMMAND [OPTION ...] ...   (cccpc COMMAND --help)\n");
    for (unsigned i = 0; i < ROW_COUNT; i++)
        fprintf(out, "  %-8s %-16s %s\n", rows[i].name, rows[i].operands, rows[i].meaning);
    fprintf(out, "exit status: 0 all recipients delivered, 1 another verdict, 2 incomplete,\n"
                 "  64 usage, 66 no such file, 69 no server, 73 cannot write, 75 try later,\n"
                 "  76 protocol broken, 77 not permitted\n");
    return status;
}

static int usage_of(const struct row *row)
{
    printf("usage: cccpc %s [OPTION ...]%s%s\n%s\n", row->name, row->operands[0] ? " " : "",
           row->operands, row->meaning);
    arguments_usage(stdout, row->bit);
    return 0;
}

static int run(const struct row *row, int argc, char **argv)
{
    struct arguments arguments AUTO(arguments_clear);
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return usage_of(row);
    }
    int status = arguments_read(&arguments, row->bit, argc, argv);
    return status ? status : row->run(&arguments);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return usage(stderr, EX_USAGE);
    if (strcmp(argv[1], "--version") == 0)
        return printf("cccpc %s (CCCP1)\n", CCCPD_VERSION) < 0;
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        if (strcmp(argv[1], rows[i].name) == 0)
            return run(&rows[i], argc - 2, argv + 2);
    }
    bool asked = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0;
    return usage(asked ? stdout : stderr, asked ? 0 : EX_USAGE);
}

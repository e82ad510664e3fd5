#include "server/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char file_by_default[] = "/etc/cccpd/cccpd.yaml";

static const char usage[] =
    "usage: cccpd [-c FILE] [--set SECTION.KEY=VALUE]... [-t | -f] [-v]\n"
    "       cccpd --hash-password | --version | --help\n"
    "\n"
    "  -c, --config FILE  configuration; by default /etc/cccpd/cccpd.yaml where it exists,\n"
    "                     else the embedded defaults\n"
    "      --set K=V      a setting that replaces the file's, as often as wanted:\n"
    "                     --set engines.clamav.enabled=no\n"
    "  -t, --test         check the configuration, print the effective values and their origin\n"
    "  -v, --verbose      log the end of every connection too\n"
    "  -f, --foreground   stay in the foreground (always so; systemd and containers want it)\n"
    "      --hash-password  read a password, print what stands for it in clients.NAME.password\n"
    "\n"
    "Signals: HUP reads the configuration again, USR1 reopens the log, TERM and INT finish what "
    "is\n"
    "in flight and stop; a second one stops at once.\n"
    "Exit status: 0; 64 wrong command line, 66 no password given, 69 no engine or no socket could\n"
    "be had, 70 something did not close, 71 system error, 73 no runtime folder or log, 77 the "
    "user\n"
    "cannot be changed, 78 wrong configuration.\n";

enum { OPTION_SET = 256, OPTION_HASH, OPTION_VERSION, OPTION_HELP, OPTION_LOADER };

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"test", no_argument, NULL, 't'},
    {"verbose", no_argument, NULL, 'v'},
    {"foreground", no_argument, NULL, 'f'},
    {"set", required_argument, NULL, OPTION_SET},
    {"hash-password", no_argument, NULL, OPTION_HASH},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {"loader", no_argument, NULL, OPTION_LOADER},
    {NULL, 0, NULL, 0},
};

static int wrong(const char *what)
{
    fprintf(stderr, "cccpd: %s\n%s", what, usage);
    return EX_USAGE;
}

static int take(int option, struct options *options)
{
    switch (option) {
    case 'c':
        options->file = optarg;
        return -1;
    case 't':
        options->task = TASK_CHECK;
        return -1;
    case 'v':
        options->verbose = true;
        return -1;
    case 'f':
        return -1;
    case OPTION_SET:
        if (options->set_count == OPTIONS_SETS_MOST)
            return wrong("too many --set");
        options->sets[options->set_count++] = optarg;
        return -1;
    case OPTION_HASH:
        options->task = TASK_HASH_PASSWORD;
        return -1;
    case OPTION_LOADER:
        options->task = TASK_LOADER;
        return -1;
    case OPTION_VERSION:
        puts("cccpd " CCCPD_VERSION);
        return EX_OK;
    case OPTION_HELP:
        fputs(usage, stdout);
        return EX_OK;
    default:
        fputs(usage, stderr);
        return EX_USAGE;
    }
}

int options_read(int argc, char **argv, struct options *options)
{
    int option;
    *options = (struct options){.task = TASK_SERVE};
    while ((option = getopt_long(argc, argv, "c:tfv", long_options, NULL)) != -1) {
        int status = take(option, options);
        if (status >= 0)
            return status;
    }
    if (optind < argc)
        return wrong("an argument too many");
    if (options->file == NULL && access(file_by_default, F_OK) == 0)
        options->file = file_by_default;
    return -1;
}

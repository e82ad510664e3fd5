/* `cccpc check`: one line for each message, in the order in which the answers come. */
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/flight.h"
#include "clients/cccpc/json.h"
#include "clients/cccpc/out.h"
#include "clients/cccpc/source.h"
#include "clients/cccpc/verdict_line.h"

struct checking {
    const struct arguments *arguments;
    struct source_list list;
    size_t next, done;
    int status; /* the worst so far */
    bool progress;
};

static bool next(void *self, struct cccp_request *request, void **item)
{
    struct checking *checking = self;
    while (checking->next < checking->list.count) {
        struct source *source = malloc(sizeof(*source));
        int status =
            source ? source_open(source, checking->list.paths[checking->next++]) : EX_OSERR;
        if (status == 0) {
            request->content = source->content;
            request->content_size = source->size;
            *item = source;
            return true;
        }
        checking->status = flight_worse(checking->status, status);
        if (source)
            source_close(source);
        free(source);
    }
    return false;
}

static void done(void *self, void *item, const struct cccp_result *result)
{
    struct checking *checking = self;
    struct source *source = item;
    int status = flight_exit(result);
    if (checking->progress)
        fprintf(stderr, "\r\033[K");
    if (checking->arguments->json)
        json_result(stdout, source->path, result, checking->arguments->recipients);
    else
        verdict_line_write(stdout, source->path, result);
    if (checking->arguments->out)
        status = flight_worse(status, out_write(checking->arguments, source, result));
    checking->status = flight_worse(checking->status, status);
    checking->done++;
    if (checking->progress)
        fprintf(stderr, "%zu of %zu", checking->done, checking->list.count);
    source_close(source);
    free(source);
}

int command_check(const struct arguments *arguments)
{
    struct checking checking = {.arguments = arguments};
    const struct flight_owner owner = {&checking, next, done};
    if (arguments->path_count == 0) {
        fprintf(stderr, "cccpc: check wants files, folders, or - for standard input\n");
        return EX_USAGE;
    }
    int status = out_open(arguments);
    if (status == 0)
        status = source_list_open(&checking.list, arguments->paths, arguments->path_count);
    checking.progress = checking.list.count > 20 && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    if (status == 0)
        status = flight_run(arguments, 1, arguments->jobs, false, &owner);
    if (checking.progress)
        fprintf(stderr, "\r\033[K");
    source_list_close(&checking.list);
    return flight_worse(status, checking.status);
}

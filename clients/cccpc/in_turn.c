#include "clients/cccpc/in_turn.h"

#include "clients/cccpc/flight.h"
#include "clients/cccpc/json.h"

struct turn {
    const struct arguments *arguments;
    show_fn *show;
    size_t next;
    struct source source; /* the one that is being checked */
    int status;
};

static bool next(void *self, struct cccp_request *request, void **item)
{
    struct turn *turn = self;
    while (turn->next < turn->arguments->path_count) {
        int status = source_open(&turn->source, turn->arguments->paths[turn->next++]);
        if (status == 0) {
            request->content = turn->source.content;
            request->content_size = turn->source.size;
            *item = &turn->source;
            return true;
        }
        source_close(&turn->source);
        turn->status = flight_worse(turn->status, status);
    }
    return false;
}

static void done(void *self, void *item, const struct cccp_result *result)
{
    struct turn *turn = self;
    struct source *source = item;
    if (turn->arguments->json)
        json_result(stdout, source->path, result, turn->arguments->recipients);
    else
        turn->show(turn->arguments, source, result);
    turn->status = flight_worse(turn->status, flight_exit(result));
    source_close(source);
}

int in_turn_run(const struct arguments *arguments, size_t first, bool explain, show_fn *show)
{
    struct turn turn = {.arguments = arguments, .show = show, .next = first};
    const struct flight_owner owner = {&turn, next, done};
    int status = flight_run(arguments, 1, 1, explain, &owner);
    return flight_worse(status, turn.status);
}

/* `cccpc replay`: plays transcripts against a running server. The settings that a transcript needs
 * must be the server's already; they are shown. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/flight.h"
#include "clients/cccpc/transcript.h"

static int play_file(const struct arguments *arguments, const char *path, enum cut cut)
{
    struct transcript transcript AUTO(transcript_close);
    int status = 0;
    if (!transcript_open(&transcript, path, stderr))
        return EX_NOINPUT;
    for (size_t i = 0; i < transcript.setting_count; i++)
        printf("%s: needs --set %s\n", path, transcript.settings[i]);
    for (size_t i = 0; i < transcript.conversation_count; i++) {
        const struct conversation *conversation = &transcript.conversations[i];
        bool ok = conversation_play(&transcript, conversation, arguments->server, cut,
                                    arguments->seed, stderr);
        printf("%s: case %s: %s\n", path, conversation->title, ok ? "ok" : "DIFFERS");
        status = ok ? status : EX_PROTOCOL;
    }
    return status;
}

int command_replay(const struct arguments *arguments)
{
    struct arguments seeded = *arguments;
    enum cut cut;
    int status = 0;
    if (arguments->path_count == 0 || !cut_of_word(arguments->cut, &cut)) {
        fprintf(stderr, "cccpc: replay wants transcripts, and --cut none, every or random\n");
        return EX_USAGE;
    }
    if (seeded.seed == 0)
        seeded.seed = (unsigned)flight_now_us();
    if (cut == CUT_RANDOM)
        printf("seed %u\n", seeded.seed);
    for (size_t i = 0; i < arguments->path_count; i++)
        status = flight_worse(status, play_file(&seeded, arguments->paths[i], cut));
    return status;
}

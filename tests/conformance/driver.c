/* Plays transcripts against a cccpd that it starts: each case in one piece, octet by octet and at
 * random cuts.
 *
 *     driver --server PROGRAM [--seed N] TRANSCRIPT... */
#include <errno.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clients/cccpc/transcript.h"
#include "clients/libcccp/cccp.h"

enum { ARGUMENTS_MOST = 64, START_MS = 20000, TURN_MS = 20, DIFFER_MOST = 5 };

struct server {
    char folder[64];
    char address[128]; /* of the listener that is played against */
    char settings[ARGUMENTS_MOST][2048];
    const char *arguments[2 * ARGUMENTS_MOST + 2];
    size_t setting_count;
    pid_t pid;
};

/* A port that was free just now. */
static unsigned free_port(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(any);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&any, size) == 0 &&
              getsockname(fd, (struct sockaddr *)&any, &size) == 0;
    if (fd >= 0)
        close(fd);
    return ok ? ntohs(any.sin_port) : 0;
}

/* "@ADDRESS@" in a setting is a Unix socket of this server, "@TCP@" a port of the loopback, "@UID@"
 * our own. */
static void setting_add(struct server *server, const char *setting)
{
    static const char *const marks[] = {"@ADDRESS@", "@TCP@", "@UID@"};
    char uid[16], *to = server->settings[server->setting_count++];
    size_t room = sizeof(server->settings[0]);
    snprintf(to, room, "%s", setting);
    snprintf(uid, sizeof(uid), "%u", (unsigned)getuid());
    for (unsigned i = 0; i < 3; i++) {
        const char *at = strstr(setting, marks[i]);
        if (!at)
            continue;
        if (i == 1)
            snprintf(server->address, sizeof(server->address), "127.0.0.1:%u", free_port());
        snprintf(to, room, "%.*s%s%s", (int)(at - setting), setting, i == 2 ? uid : server->address,
                 at + strlen(marks[i]));
    }
}

static bool has_listener(const struct transcript *transcript)
{
    for (size_t i = 0; i < transcript->setting_count; i++) {
        if (strncmp(transcript->settings[i], "listeners", 9) == 0)
            return true;
    }
    return false;
}

static bool settings_add(struct server *server, const struct transcript *transcript)
{
    char setting[128];
    if (transcript->setting_count + 4 > ARGUMENTS_MOST)
        return false;
    snprintf(server->address, sizeof(server->address), "unix:%s/socket", server->folder);
    snprintf(setting, sizeof(setting), "server.runtime-dir=%s/run", server->folder);
    setting_add(server, setting);
    snprintf(setting, sizeof(setting), "http.address=unix:%s/http", server->folder);
    setting_add(server, setting);
    if (!has_listener(transcript))
        setting_add(server, "listeners=@ADDRESS@");
    for (size_t i = 0; i < transcript->setting_count; i++)
        setting_add(server, transcript->settings[i]);
    return true;
}

static bool server_start(struct server *server, const char *program,
                         const struct transcript *transcript)
{
    char log[96];
    snprintf(server->folder, sizeof(server->folder), "/tmp/cccpd-conformance.XXXXXX");
    if (!mkdtemp(server->folder) || !settings_add(server, transcript))
        return false;
    server->arguments[0] = program;
    for (size_t i = 0; i < server->setting_count; i++) {
        server->arguments[2 * i + 1] = "--set";
        server->arguments[2 * i + 2] = server->settings[i];
    }
    snprintf(log, sizeof(log), "%s/log", server->folder);
    server->pid = fork();
    if (server->pid != 0)
        return server->pid > 0;
    if (!freopen(log, "w", stderr))
        _exit(71);
    execv(program, (char *const *)server->arguments);
    _exit(71);
}

static void on_health(void *owner, enum cccp_status status, const char *text)
{
    *(bool *)owner = status == CCCP_OK && strstr(text, "STATE READY");
}

/* One connection that asks for HEALTH; the socket is non-blocking, so it is asked in turns. */
static bool is_ready(const char *address)
{
    static const struct timespec turn = {.tv_nsec = TURN_MS * 1000000};
    static const struct cccp_options options = {.probe = true};
    struct cccp *cccp = cccp_new(&options);
    bool ready = false, asked = false;
    if (!cccp || cccp_connect(cccp, address, 0) != CCCP_OK) {
        cccp_free(&cccp);
        return false;
    }
    for (unsigned turns = 0; turns < 10 && !ready && cccp_state(cccp) != CCCP_CLOSED; turns++) {
        cccp_writable(cccp);
        cccp_readable(cccp);
        if (cccp_state(cccp) == CCCP_READY && !asked)
            asked = cccp_health(cccp, on_health, &ready) == CCCP_OK;
        nanosleep(&turn, NULL);
    }
    cccp_free(&cccp);
    return ready;
}

static bool server_wait(const struct server *server)
{
    static const struct timespec turn = {.tv_nsec = TURN_MS * 1000000};
    for (unsigned waited = 0; waited < START_MS; waited += TURN_MS) {
        if (is_ready(server->address))
            return true;
        if (waitpid(server->pid, NULL, WNOHANG) != 0)
            return false;
        nanosleep(&turn, NULL);
    }
    return false;
}

static void log_show(const struct server *server)
{
    char path[96], line[4096];
    snprintf(path, sizeof(path), "%s/log", server->folder);
    FILE *log = fopen(path, "re");
    while (log && fgets(line, sizeof(line), log))
        fputs(line, stderr);
    if (log)
        fclose(log);
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
    (void)stat, (void)kind, (void)place;
    return remove(path);
}

static void server_stop(struct server *server)
{
    if (server->pid > 0 && kill(server->pid, SIGTERM) == 0)
        (void)waitpid(server->pid, NULL, 0);
    (void)nftw(server->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The number of cases that differed. */
static unsigned play(const struct transcript *transcript, const struct server *server,
                     unsigned seed)
{
    unsigned differ = 0;
    for (size_t i = 0; i < transcript->conversation_count && differ < DIFFER_MOST; i++) {
        for (enum cut cut = CUT_NONE; cut <= CUT_RANDOM; cut++)
            differ += !conversation_play(transcript, &transcript->conversations[i], server->address,
                                         cut, seed, stderr);
    }
    return differ;
}

static unsigned run(const char *program, const char *path, unsigned seed)
{
    struct transcript transcript AUTO(transcript_close);
    struct server server = {.pid = -1};
    unsigned differ = 1;
    if (!transcript_open(&transcript, path, stderr))
        return 1;
    if (server_start(&server, program, &transcript) && server_wait(&server))
        differ = play(&transcript, &server, seed);
    else
        fprintf(stderr, "%s: %s does not become ready\n", path, program);
    printf("%s: %zu cases, each cut in three ways, %u differ\n", path,
           transcript.conversation_count, differ);
    if (differ > 0)
        log_show(&server);
    server_stop(&server);
    return differ;
}

int main(int argc, char **argv)
{
    const char *program = NULL;
    unsigned seed = (unsigned)time(NULL), differ = 0, files = 0;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--server") == 0 && i + 1 < argc)
            program = argv[++i];
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            seed = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (program) {
            differ += run(program, argv[i], seed);
            files++;
        }
    }
    printf("seed %u: %u files, %u cases differ\n", seed, files, differ);
    return files == 0 || differ > 0;
}

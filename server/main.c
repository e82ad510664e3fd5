/* cccpd: the content checking server. See server.h for what happens, options.c for the command
 * line. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include "server/crypto/password.h"
#include "server/server.h"
#include "server/worker/pool.h"

static bool read_password(char password[1024])
{
    struct termios before;
    bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        struct termios silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        fputs("Password: ", stderr);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    bool got = fgets(password, 1024, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (got)
        password[strcspn(password, "\r\n")] = '\0';
    return got && password[0] != '\0';
}

static int hash_password(void)
{
    char password[1024], hash[128];
    if (!read_password(password)) {
        fputs("cccpd: no password was given\n", stderr);
        return EX_NOINPUT;
    }
    if (password_init(NULL) != STATUS_OK ||
        password_hash(bytes_of_text(password), hash) != STATUS_OK) {
        fputs("cccpd: out of memory\n", stderr);
        return EX_OSERR;
    }
    explicit_bzero(password, sizeof(password));
    puts(hash);
    return EX_OK;
}

int main(int argc, char **argv)
{
    struct options options;
    int status = options_read(argc, argv, &options);
    if (status >= 0)
        return status;
    signal(SIGPIPE, SIG_IGN);
    switch (options.task) {
    case TASK_LOADER:
        loader_main();
    case TASK_CHECK:
        return server_check(&options);
    case TASK_HASH_PASSWORD:
        return hash_password();
    case TASK_SERVE:
        break;
    }
    return server_run(&options);
}

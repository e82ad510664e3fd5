#include "tests/hurtful/measure.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef CCCPD_SANITIZED
enum { STACK_OCTETS = 8 << 20, CPU_SECONDS = 600 };
#else
enum { STACK_OCTETS = 256 << 10, CPU_SECONDS = 20 };
#endif
enum { DEADLINE_MS = 600000 };

struct errand {
    const struct opened_engines *opened;
    struct bytes octets;
    struct measure *measure;
};

static uint64_t cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint64_t resident_kb(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1)
        abort();
    fclose(file);
    return pages * ((uint64_t)sysconf(_SC_PAGESIZE) >> 10);
}

static uint64_t most_resident_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss;
}

static void list_symbols(const struct report *report, char *text, size_t room)
{
    text[0] = '\0';
    for (size_t i = 0; i < report->findings_count; i++) {
        struct bytes symbol = report->findings[i].symbol;
        size_t length = strlen(text);

        if (memmem(text, length, symbol.data, symbol.size) == NULL &&
            length + symbol.size + 2 < room)
            snprintf(text + length, room - length, "%s%.*s", length > 0 ? " " : "",
                     (int)symbol.size, (const char *)symbol.data);
    }
}

static void *run(void *argument)
{
    struct errand *errand = argument;
    const struct opened_engines *opened = errand->opened;
    const struct limits *limits = &opened->config->limits;
    const struct job job = {.size = errand->octets.size,
                            .deadline_ms = DEADLINE_MS,
                            .engines = opened->names,
                            .engine_count = opened->count};
    struct measure *measure = errand->measure;
    uint64_t before_kb = resident_kb(), begun_us = cpu_us();
    struct report report;
    enum status status;

    report_init(&report, limits->report_bytes);
    status = engines_run(opened->instances, opened->count, limits, &job, errand->octets, &report);
    measure->cpu_us = cpu_us() - begun_us;
    measure->memory_kb = most_resident_kb() - before_kb;
    if (status == STATUS_OK)
        status = report_check(&report, errand->octets.size, limits);
    if (status != STATUS_OK)
        snprintf(measure->fault, sizeof measure->fault, "status %s", status_name(status));
    list_symbols(&report, measure->says, sizeof measure->says);
    report_clear(&report);
    return NULL;
}

static void run_on_small_stack(struct errand *errand)
{
    const struct rlimit processor = {CPU_SECONDS, CPU_SECONDS}, core = {0, 0};
    pthread_attr_t attributes;
    pthread_t thread;

    setrlimit(RLIMIT_CPU, &processor);
    setrlimit(RLIMIT_CORE, &core);
    pthread_attr_init(&attributes);
    if (pthread_attr_setstacksize(&attributes, STACK_OCTETS) != 0 ||
        pthread_create(&thread, &attributes, run, errand) != 0 || pthread_join(thread, NULL) != 0)
        _exit(1);
}

static void read_result(int from, pid_t child, struct measure *measure)
{
    ssize_t size = read(from, measure, sizeof *measure);
    int ended = 0;

    waitpid(child, &ended, 0);
    if (size == sizeof *measure && ended == 0)
        return;
    *measure = (struct measure){0};
    if (WIFSIGNALED(ended))
        snprintf(measure->fault, sizeof measure->fault, "%s",
                 WTERMSIG(ended) == SIGKILL ? "too much CPU" : strsignal(WTERMSIG(ended)));
    else
        snprintf(measure->fault, sizeof measure->fault, "exit %d", WEXITSTATUS(ended));
}

void measure(const struct opened_engines *opened, struct bytes octets, struct measure *measure)
{
    struct errand errand = {opened, octets, measure};
    int ends[2];
    pid_t child;

    *measure = (struct measure){0};
    fflush(NULL);
    if (pipe(ends) != 0 || (child = fork()) < 0) {
        perror("fork");
        exit(1);
    }
    if (child == 0) {
        run_on_small_stack(&errand);
        _exit(write(ends[1], measure, sizeof *measure) != sizeof *measure);
    }
    close(ends[1]);
    read_result(ends[0], child, measure);
    close(ends[0]);
}

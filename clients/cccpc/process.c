#include "clients/cccpc/process.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROCESSES_MOST = 4096 };

struct process {
    int pid, parent;
    double cpu_ms;
    bool ours;
};

static bool process_read(struct process *process, int pid)
{
    char path[64], line[1024];
    unsigned long times[4];
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    const char *read = fgets(line, sizeof(line), file);
    fclose(file);
    const char *rest = read ? strrchr(line, ')') : NULL; /* behind the name, which may hold anything */
    *process = (struct process){.pid = pid};
    if (!rest || sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
                        &process->parent, &times[0], &times[1], &times[2], &times[3]) != 5)
        return false;
    double ticks = (double)(times[0] + times[1] + times[2] + times[3]);
    process->cpu_ms = ticks * 1000 / (double)sysconf(_SC_CLK_TCK);
    return true;
}

static size_t processes_read(struct process *processes)
{
    size_t count = 0;
    DIR *folder = opendir("/proc");
    if (!folder)
        return 0;
    for (struct dirent *entry = readdir(folder); entry && count < PROCESSES_MOST;
         entry = readdir(folder)) {
        if (isdigit((unsigned char)entry->d_name[0]))
            count += process_read(&processes[count], atoi(entry->d_name));
    }
    closedir(folder);
    return count;
}

/* Marks all that is below parent. */
static void mark_children(struct process *processes, size_t count, int parent)
{
    for (size_t i = 0; i < count; i++) {
        if (processes[i].ours || processes[i].parent != parent)
            continue;
        processes[i].ours = true;
        mark_children(processes, count, processes[i].pid);
    }
}

static void memory_add(struct process_usage *usage, int pid)
{
    char path[64], line[256];
    long kilobytes;
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "Rss: %ld", &kilobytes) == 1)
            usage->rss_mb += (double)kilobytes / 1000;
        if (sscanf(line, "Pss: %ld", &kilobytes) == 1)
            usage->pss_mb += (double)kilobytes / 1000;
    }
    if (file)
        fclose(file);
}

struct process_usage process_usage_of(int pid)
{
    struct process_usage usage = {0};
    struct process *processes = calloc(PROCESSES_MOST, sizeof(*processes));
    if (!processes)
        return usage;
    size_t count = processes_read(processes);
    for (size_t i = 0; i < count; i++)
        processes[i].ours = processes[i].pid == pid;
    mark_children(processes, count, pid);
    for (size_t i = 0; i < count; i++) {
        if (!processes[i].ours)
            continue;
        usage.cpu_ms += processes[i].cpu_ms;
        usage.count++;
        memory_add(&usage, processes[i].pid);
    }
    free(processes);
    return usage;
}

/* The callbacks of libclamav and what they add up to. Facts that this rests on are in
 * HACKING.md, "what surprised us"; measured with 1.4.6:
 * file_inspection opens a layer, post_scan closes it; meta announces a member, in a ZIP twice; a
 * layer of up to five octets is never opened; CL_VIRUS from a callback ends the scan. */
#include "engines/clamav/scan.h"

#include "engines/clamav/container.h"

#include <stdio.h>
#include <string.h>

/* libclamav 1.4 clears its list of all entries of a ZIP once for each of them, before it announces
 * one: 4,000 cost a second. The sum of squares over all ZIPs of a scan is bounded. */
enum { LAYER_BYTES_LEAST = 6, ZIP_WORK_MOST = 4000 * 4000 };

/* Containers whose members libclamav announces one by one. */
static const char *const archives[] = {"CL_TYPE_ZIP",   "CL_TYPE_RAR",  "CL_TYPE_7Z", "CL_TYPE_ARJ",
                                       "CL_TYPE_MSCAB", "CL_TYPE_MAIL", NULL};
/* Containers out of which something must come, unless they are so small that it is nothing. */
static const struct {
    const char *type;
    size_t small;
} holders[] = {
    {"CL_TYPE_ZIP", 22},     {"CL_TYPE_RAR", 20}, {"CL_TYPE_7Z", 32},  {"CL_TYPE_ARJ", 0},
    {"CL_TYPE_MSCAB", 36},   {"CL_TYPE_GZ", 30},  {"CL_TYPE_BZ", 48},  {"CL_TYPE_XZ", 64},
    {"CL_TYPE_LHA_LZH", 30}, {"CL_TYPE_ALZ", 16}, {"CL_TYPE_EGG", 16}, {"CL_TYPE_SZDD", 14},
};

static void note(struct scan *scan, enum coverage_state state, const char *reason)
{
    struct outcome outcome = {state, reason};
    /* Of two reasons policy is told the one that it can do most with. */
    if (state == scan->outcome.state && strcmp(reason, "encrypted") == 0)
        scan->outcome = outcome;
    scan->outcome = outcome_worse(scan->outcome, outcome);
    for (unsigned i = 0; i < scan->reason_count; i++)
        if (strcmp(scan->reasons[i], reason) == 0)
            return;
    if (scan->reason_count < SCAN_REASONS_MOST)
        scan->reasons[scan->reason_count++] = reason;
}

static void note_closed(struct scan *scan, const char *reason)
{
    if (strcmp(reason, "encrypted") == 0 && !scan->rules->alert_encrypted)
        note(scan, COVERAGE_EXEMPT, "clamav.alert-encrypted");
    else
        note(scan, COVERAGE_UNEXAMINABLE, reason);
}

static void stop(struct scan *scan, const char *reason)
{
    note(scan, COVERAGE_UNEXAMINABLE, reason);
    scan->stopped = true;
}

/* Would octets more be too much? */
static void check_unpacked(struct scan *scan, uint64_t more)
{
    uint64_t sum = scan->unpacked + more;
    if (sum > scan->rules->scan_size)
        stop(scan, "scan-size");
    else if (sum > SCAN_RATIO_FREE_BYTES && sum / scan->rules->ratio > scan->given)
        stop(scan, "ratio");
}

/* What comes out is written to the scratch folder, and is an entry of something. */
static void charge(struct scan *scan, uint64_t size)
{
    const char *cap = budget_take_octets(scan->budget, size);
    if (!cap)
        cap = budget_take_scratch(scan->budget, size);
    if (!cap)
        cap = budget_take_entry(scan->budget);
    if (!cap)
        cap = budget_allow_cpu(scan->budget);
    if (cap)
        stop(scan, cap);
}

static void take_layer(struct scan *scan, uint64_t size)
{
    /* libclamav cuts at the limit or a chunk before it. */
    if (size >= scan->rules->file_size - scan->rules->file_size / 64)
        note(scan, COVERAGE_UNEXAMINABLE, "file-size");
    if (++scan->file_count > scan->rules->files)
        note(scan, COVERAGE_UNEXAMINABLE, "files");
    check_unpacked(scan, size);
    scan->unpacked += size;
    if (scan->budget)
        charge(scan, size);
}

static bool must_hold(const char *type, size_t size)
{
    for (size_t i = 0; i < sizeof holders / sizeof holders[0]; i++)
        if (strcmp(holders[i].type, type) == 0)
            return size > holders[i].small;
    return false;
}

static void layer_close(struct scan *scan)
{
    const struct scan_layer *layer = &scan->layers[--scan->depth];
    if (scan->depth == 0)
        scan->seen = true;
    if (scan->stopped || scan->name_count)
        return; /* it was left early */
    if ((layer->holds && !layer->children) || layer->children < layer->members)
        note_closed(scan, "unsupported");
}

static void layer_open(struct scan *scan, uint32_t level, const char *type, size_t size)
{
    while (scan->depth && scan->layers[scan->depth - 1].level >= level)
        layer_close(scan);
    if (scan->depth)
        scan->layers[scan->depth - 1].children++;
    if (scan->depth == SCAN_LAYERS_MOST) {
        stop(scan, "recursion");
        return;
    }
    scan->layers[scan->depth++] =
        (struct scan_layer){.level = level, .holds = must_hold(type, size)};
}

static void take_zip(struct scan *scan, struct bytes octets)
{
    uint64_t entries = container_zip_entries(octets);
    scan->zip_work += entries * entries;
    if (scan->zip_work > ZIP_WORK_MOST)
        stop(scan, "files");
}

static cl_error_t on_layer(int fd, const char *type, const char **ancestors, size_t parent_size,
                           const char *name, size_t size, const char *octets, uint32_t level,
                           uint32_t attributes, void *context)
{
    struct scan *scan = context;
    (void)fd, (void)ancestors, (void)parent_size, (void)name;
    if (scan->stopped)
        return CL_VIRUS;
    layer_open(scan, level, type, size);
    if (attributes & LAYER_ATTRIBUTES_NORMALIZED)
        return CL_CLEAN; /* the same content once more */
    if (level > 0)
        take_layer(scan, size);
    if (octets && strcmp(type, "CL_TYPE_GZ") == 0)
        check_unpacked(scan, container_gzip_size((struct bytes){(const uint8_t *)octets, size}));
    if (octets)
        take_zip(scan, (struct bytes){(const uint8_t *)octets, size});
    const char *closed =
        octets ? container_closed((struct bytes){(const uint8_t *)octets, size}) : NULL;
    if (closed)
        note_closed(scan, closed);
    return scan->stopped ? CL_VIRUS : CL_CLEAN;
}

static cl_error_t on_layer_end(int fd, int result, const char *name, void *context)
{
    struct scan *scan = context;
    (void)fd, (void)result, (void)name;
    if (scan->depth)
        layer_close(scan);
    return CL_CLEAN;
}

static bool is_archive(const char *type)
{
    for (const char *const *row = archives; *row; row++)
        if (strcmp(*row, type) == 0)
            return true;
    return false;
}

/* FNV-1a over what names a member: only to tell the second announcement from the next member. */
static uint64_t member_hash(const char *name, unsigned long size, unsigned position)
{
    uint64_t hash = 14695981039346656037u ^ size ^ (uint64_t)position << 40;
    for (; name && *name; name++)
        hash = (hash ^ (uint8_t)*name) * 1099511628211u;
    return hash;
}

static void count_member(struct scan *scan, const char *name, unsigned long size, unsigned position)
{
    if (!scan->depth)
        return;
    struct scan_layer *layer = &scan->layers[scan->depth - 1];
    if (size < LAYER_BYTES_LEAST) {
        layer->holds = false; /* nothing of it will be seen */
        return;
    }
    uint64_t hash = member_hash(name, size, position);
    if (layer->members && hash == layer->last_member)
        return;
    layer->last_member = hash;
    layer->members++;
}

/* It does not come out, and that is known. */
static void pass_encrypted(struct scan *scan)
{
    note_closed(scan, "encrypted");
    if (scan->depth)
        scan->layers[scan->depth - 1].holds = false;
}

/* Members of nothing never become layers, but each costs libclamav as much as a small one. */
static void count_announced(struct scan *scan, uint64_t hash)
{
    scan->announced += hash != scan->last_announced;
    scan->last_announced = hash;
    if (scan->announced > scan->rules->files)
        stop(scan, "files");
}

static cl_error_t on_member(const char *type, unsigned long packed, const char *name,
                            unsigned long size, int encrypted, unsigned position, void *context)
{
    struct scan *scan = context;
    (void)packed;
    count_announced(scan, member_hash(name, size, position));
    if (scan->stopped)
        return CL_VIRUS;
    if (!is_archive(type))
        return CL_CLEAN;
    if (size == UINT32_MAX) { /* ZIP64 keeps the size elsewhere; libclamav does not read it */
        note(scan, COVERAGE_UNEXAMINABLE, "unsupported");
        return CL_CLEAN;
    }
    if (encrypted)
        pass_encrypted(scan);
    else
        count_member(scan, name, size, position);
    if (size > scan->rules->file_size)
        note(scan, COVERAGE_UNEXAMINABLE, "file-size");
    if (scan->depth && scan->layers[scan->depth - 1].level + 1 >= scan->rules->recursion)
        note(scan, COVERAGE_UNEXAMINABLE, "recursion");
    check_unpacked(scan, size);
    return scan->stopped ? CL_VIRUS : CL_CLEAN;
}

static void add_name(struct scan *scan, const char *name)
{
    for (unsigned i = 0; i < scan->name_count; i++)
        if (strncmp(scan->names[i], name, SCAN_NAME_BYTES - 1) == 0)
            return;
    if (scan->name_count < SCAN_NAMES_MOST)
        snprintf(scan->names[scan->name_count++], SCAN_NAME_BYTES, "%s", name);
}

static void on_name(int fd, const char *name, void *context)
{
    struct scan *scan = context;
    const struct name_meaning *meaning = outcome_of_name(name);
    (void)fd;
    switch (meaning->kind) {
    case NAME_ENCRYPTED:
    case NAME_LIMIT:
        note_closed(scan, meaning->reason);
        break;
    case NAME_OURS:
        break;
    case NAME_VIRUS:
    case NAME_POLICY:
        add_name(scan, name);
        break;
    }
}

void scan_install(struct cl_engine *engine)
{
    cl_engine_set_clcb_file_inspection(engine, on_layer);
    cl_engine_set_clcb_post_scan(engine, on_layer_end);
    cl_engine_set_clcb_meta(engine, on_member);
    cl_engine_set_clcb_virus_found(engine, on_name);
}

/* When the time that is left is less than a scan may have, running out of it is not the content's
 * fault. */
static void note_code(struct scan *scan, int code, const char *name, bool hurried)
{
    if (code == CL_VIRUS && name)
        on_name(-1, name, scan);
    if (code == CL_VIRUS && (scan->name_count || scan->reason_count))
        code = CL_CLEAN; /* what was found says it all; without a name it is an error */
    struct outcome outcome = outcome_of_code(code);
    if (outcome.reason)
        note(scan, outcome.state, outcome.reason);
    for (unsigned i = 0; hurried && i < scan->reason_count; i++)
        if (strcmp(scan->reasons[i], "scan-time") == 0) {
            scan->reasons[i] = "deadline";
            scan->outcome = (struct outcome){COVERAGE_FAILED, "deadline"};
        }
}

/* libclamav's messages are the process's; a scan is one at a time. */
static struct scan *running;

/* What libclamav says while it scans: more than it returns. Most of its readers take a failed write
 * for the end of the content. The first row whose text occurs counts. */
static const struct {
    const char *text;
    struct outcome outcome;
} remarks[] = {
    {"message/external-body", {COVERAGE_EXAMINED, NULL}}, /* what it names is not in the mail */
    {"Partial message", {COVERAGE_UNEXAMINABLE, "partial"}},
    {"Unsupported message format", {COVERAGE_UNEXAMINABLE, "unsupported"}},
    {"rite", {COVERAGE_FAILED, "io"}},
    {"an't create", {COVERAGE_FAILED, "io"}},
    {"an't open", {COVERAGE_FAILED, "io"}},
    {"llocat", {COVERAGE_FAILED, "memory"}},
    {"", {COVERAGE_UNEXAMINABLE, "broken"}},
};

bool scan_hear(const char *text)
{
    size_t row = 0;
    if (!running)
        return false;
    while (!strstr(text, remarks[row].text))
        row++;
    if (remarks[row].outcome.reason)
        note(running, remarks[row].outcome.state, remarks[row].outcome.reason);
    return true;
}

void scan_nothing(struct scan *scan)
{
    scan->depth = scan->name_count = scan->reason_count = 0;
    scan->unpacked = scan->zip_work = scan->file_count = scan->announced = 0;
    scan->stopped = scan->seen = false;
    scan->outcome = (struct outcome){COVERAGE_EXAMINED, NULL};
}

void scan_run(struct scan *scan, struct cl_engine *engine, const struct scan_rules *rules,
              struct budget *budget, struct bytes octets, uint64_t left_us)
{
    struct cl_scan_options options = rules->options;
    unsigned long scanned = 0;
    const char *name = NULL;
    uint64_t left_ms = left_us / 1000;
    bool hurried = left_ms < rules->scan_time_ms;
    scan_nothing(scan);
    scan->rules = rules;
    scan->budget = budget;
    scan->given = octets.size;
    if (octets.size < LAYER_BYTES_LEAST)
        return; /* libclamav would not look at so little */
    if (octets.size > rules->file_size) {
        note(scan, COVERAGE_UNEXAMINABLE, "file-size");
        return;
    }
    if (left_ms == 0) {
        note(scan, COVERAGE_FAILED, "deadline");
        return;
    }
    /* 0 would be no bound. */
    cl_engine_set_num(engine, CL_ENGINE_MAX_SCANTIME,
                      (long long)(hurried ? left_ms : rules->scan_time_ms));
    cl_fmap_t *map = cl_fmap_open_memory(octets.data, octets.size);
    if (!map) {
        note(scan, COVERAGE_FAILED, "memory");
        return;
    }
    running = scan;
    int code = cl_scanmap_callback(map, NULL, &name, &scanned, engine, &options, scan);
    running = NULL;
    cl_fmap_close(map);
    note_code(scan, code, name, hurried);
    /* Without a scratch folder libclamav returns clean and has not looked. */
    if (!scan->seen && !scan->name_count)
        note(scan, COVERAGE_FAILED, "io");
}

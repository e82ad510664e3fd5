/* The engine `clamav`: its settings, and its life in loader and worker (spec/engine-clamav.md). */
#include "engines/clamav/clamav.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEGABYTE (1024 * 1024)

/* Below 1 GB: CVE-2025-20260 needs more. */
enum { SIZE_MOST = 1000 * 1000 * 1000 };

static const struct setting settings[] = {
    {"mode", SETTING_WORD, "union", "parts|message|union", NULL, 0, 0,
     "What is scanned: each decoded part, the message as it came, or both."},
    {"database", SETTING_PATH, "/var/lib/clamav", NULL, NULL, 0, 0,
     "The folder of the site's signatures; loaded when it holds any."},
    {"phishing", SETTING_BOOLEAN, "yes", NULL, NULL, 0, 0,
     "Load signatures of phishing and compare addresses that are shown with those behind them."},
    {"heuristics", SETTING_BOOLEAN, "yes", NULL, NULL, 0, 0,
     "Let libclamav's heuristics report; its caps and encryption count all the same."},
    {"alert-encrypted", SETTING_BOOLEAN, "yes", NULL, NULL, 0, 0,
     "An encrypted archive or document cannot be examined; no: it is exempt."},
    {"macros", SETTING_BOOLEAN, "no", NULL, NULL, 0, 0,
     "A document with macros is a policy finding."},
    {"scan-size", SETTING_NUMBER, "300M", NULL, "octets", MEGABYTE, SIZE_MOST,
     "All that is unpacked from one part or message."},
    {"file-size", SETTING_NUMBER, "150M", NULL, "octets", MEGABYTE, SIZE_MOST,
     "One file, outside or inside of archives."},
    {"ratio", SETTING_NUMBER, "250", NULL, "count", 10, 1000000,
     "Octets unpacked for each octet given, once 16M are unpacked."},
    {"recursion", SETTING_NUMBER, "20", NULL, "levels", 2, 100, "Archives within archives."},
    {"files", SETTING_NUMBER, "10000", NULL, "count", 1, 10000000,
     "Files unpacked from one part or message."},
    {"scan-time", SETTING_NUMBER, "15s", NULL, "ms", 100, 3600000, "One part or message."},
    {"pcre-match-limit", SETTING_NUMBER, "100000", NULL, "count", 1, 100000000,
     "Steps of one regular expression of a signature."},
    {"pcre-recursion-limit", SETTING_NUMBER, "2000", NULL, "count", 1, 1000000,
     "Depth of one regular expression of a signature."},
    {"smallest", SETTING_NUMBER, "0", NULL, "octets", 0, SIZE_MOST,
     "Parts with fewer octets are exempt, by the rule clamav.smallest."},
    {"largest", SETTING_NUMBER, "0", NULL, "octets", 0, SIZE_MOST,
     "Parts with more octets are exempt, by the rule clamav.largest; 0: none is."},
    {"cache", SETTING_NUMBER, "8192", NULL, "count", 0, 10000000,
     "Clean contents that a worker remembers by their digest; 0: none."},
    {0},
};

static void take_rules(const struct settings_view *view, struct scan_rules *rules)
{
    bool encrypted = settings_boolean(view, "alert-encrypted");
    *rules = (struct scan_rules){.options = {.general = settings_boolean(view, "heuristics")
                                                            ? CL_SCAN_GENERAL_HEURISTICS
                                                            : 0,
                                             .parse = ~0u,
                                             .heuristic = CL_SCAN_HEURISTIC_EXCEEDS_MAX},
                                 .file_size = settings_number(view, "file-size"),
                                 .scan_size = settings_number(view, "scan-size"),
                                 .ratio = settings_number(view, "ratio"),
                                 .recursion = (uint32_t)settings_number(view, "recursion"),
                                 .files = (uint32_t)settings_number(view, "files"),
                                 .scan_time_ms = settings_number(view, "scan-time"),
                                 .alert_encrypted = encrypted};
    if (encrypted)
        rules->options.heuristic |=
            CL_SCAN_HEURISTIC_ENCRYPTED_ARCHIVE | CL_SCAN_HEURISTIC_ENCRYPTED_DOC;
    if (settings_boolean(view, "macros"))
        rules->options.heuristic |= CL_SCAN_HEURISTIC_MACROS;
}

static void take_settings(struct clamav *clamav, const struct settings_view *view)
{
    take_rules(view, &clamav->rules);
    clamav->mode = (enum clamav_mode)settings_word(view, "mode");
    clamav->smallest = settings_number(view, "smallest");
    clamav->largest = settings_number(view, "largest");
    clamav->cache_entries = settings_number(view, "cache");
}

static bool use_scratch(struct clamav *clamav, const char *scratch)
{
    free(clamav->scratch);
    clamav->scratch = strdup(scratch);
    return clamav->scratch &&
           cl_engine_set_str(clamav->engine, CL_ENGINE_TMPDIR, scratch) == CL_SUCCESS;
}

/* Sizes up to which libclamav looks deeper follow file-size: beyond its own smaller ones it would
 * look less closely and not say so. */
static bool configure(struct clamav *clamav, const struct settings_view *view, const char *scratch)
{
    const struct scan_rules *rules = &clamav->rules;
    const struct {
        enum cl_engine_field field;
        uint64_t value;
    } numbers[] = {
        {CL_ENGINE_DISABLE_CACHE, 1}, /* its cache would keep callbacks from being called */
        {CL_ENGINE_MAX_FILESIZE, rules->file_size},
        {CL_ENGINE_MAX_SCANSIZE, rules->scan_size},
        {CL_ENGINE_MAX_RECURSION, rules->recursion},
        {CL_ENGINE_MAX_FILES, rules->files},
        {CL_ENGINE_MAX_SCANTIME, rules->scan_time_ms},
        {CL_ENGINE_MAX_EMBEDDEDPE, rules->file_size},
        {CL_ENGINE_MAX_HTMLNORMALIZE, rules->file_size},
        {CL_ENGINE_MAX_HTMLNOTAGS, rules->file_size},
        {CL_ENGINE_MAX_SCRIPTNORMALIZE, rules->file_size},
        {CL_ENGINE_PCRE_MAX_FILESIZE, rules->file_size},
        {CL_ENGINE_PCRE_MATCH_LIMIT, settings_number(view, "pcre-match-limit")},
        {CL_ENGINE_PCRE_RECMATCH_LIMIT, settings_number(view, "pcre-recursion-limit")},
        {CL_ENGINE_BYTECODE_SECURITY, CL_BYTECODE_TRUST_SIGNED},
        {CL_ENGINE_BYTECODE_MODE, CL_BYTECODE_MODE_INTERPRETER},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (cl_engine_set_num(clamav->engine, numbers[i].field, (long long)numbers[i].value) !=
            CL_SUCCESS)
            return false;
    return use_scratch(clamav, scratch);
}

static void clamav_close(void *state)
{
    struct clamav *clamav = state;
    if (!clamav)
        return;
    if (clamav->engine)
        cl_engine_free(clamav->engine);
    cache_free(&clamav->cache);
    database_forget(clamav);
    warm_forget(clamav);
    free(clamav->database);
    free(clamav->scratch);
    free(clamav);
}

static enum status load(struct clamav *clamav, const struct settings_view *view,
                        const char *scratch, struct engine_edition *edition, char why[256])
{
    unsigned options =
        CL_DB_BYTECODE |
        (settings_boolean(view, "phishing") ? CL_DB_PHISHING | CL_DB_PHISHING_URLS : 0);
    take_settings(clamav, view);
    clamav->database = strdup(settings_text(view, "database"));
    clamav->engine = cl_engine_new();
    if (!clamav->database || !clamav->engine || !configure(clamav, view, scratch)) {
        snprintf(why, 256, "libclamav does not take its settings");
        return STATUS_ENGINE;
    }
    enum status status = database_load(clamav, scratch, options, edition, why);
    if (status != STATUS_OK)
        return status;
    scan_install(clamav->engine);
    int code = cl_engine_compile(clamav->engine);
    if (code == CL_SUCCESS)
        return STATUS_OK;
    snprintf(why, 256, "libclamav cannot compile the signatures: %s", cl_strerror(code));
    return STATUS_ENGINE;
}

static enum status clamav_open(const struct settings_view *view, const struct limits *limits,
                               const char *scratch, void **state, struct engine_edition *edition,
                               char why[256])
{
    (void)limits;
    why[0] = '\0';
    *edition = (struct engine_edition){0};
    database_listen();
    int code = cl_init(CL_INIT_DEFAULT);
    struct clamav *clamav = calloc(1, sizeof *clamav);
    if (code != CL_SUCCESS || !clamav) {
        snprintf(why, 256, "libclamav cannot start: %s",
                 clamav ? cl_strerror(code) : "out of memory");
        free(clamav);
        return STATUS_ENGINE;
    }
    enum status status = load(clamav, view, scratch, edition, why);
    if (status != STATUS_OK) {
        clamav_close(clamav);
        return status;
    }
    warm_up(clamav);
    *state = clamav;
    return STATUS_OK;
}

/* The engine is this process's own by now: copy-on-write, so that its folder can be. */
static enum status clamav_enter(void *state, const char *scratch)
{
    struct clamav *clamav = state;
    if (!use_scratch(clamav, scratch))
        return STATUS_MEMORY;
    if (!scratch_fit(clamav))
        return STATUS_IO;
    cache_free(&clamav->cache);
    if (clamav->cache_entries == 0)
        return STATUS_OK;
    return cache_new((size_t)clamav->cache_entries, &clamav->cache);
}

static bool clamav_stale(void *state)
{
    return database_changed(state);
}

const struct engine engine_clamav = {
    .name = "clamav",
    .room = ENGINE_SANDBOX,
    .settings = settings,
    .open = clamav_open,
    .enter = clamav_enter,
    .scan = inspect_message,
    .conclude = engine_nothing_conclude,
    .clean = engine_nothing_clean,
    .self_test = self_test,
    .stale = clamav_stale,
    .close = clamav_close,
};

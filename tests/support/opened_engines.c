#include "tests/support/opened_engines.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/config.h"

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static struct config *read_config(const char *const *sets, size_t set_count)
{
    char why[CONFIG_PROBLEM_BYTES];
    struct config_problem problem = {0};
    struct config_source source;
    struct config *config = NULL;
    enum status status = config_source_open(&source, NULL, sets, set_count, &problem);

    if (status == STATUS_OK) {
        status = config_new(&source, &config, &problem);
        config_source_close(&source);
    }
    if (status != STATUS_OK) {
        config_problem_text(&problem, why);
        give_up("configuration", why);
    }
    return config;
}

static void open_engine(struct opened_engines *opened, const struct config_engine *wanted)
{
    struct engine_instance *instance = &opened->instances[opened->count];
    const struct engine *engine = wanted->engine;
    char why[256] = "";

    instance->engine = engine;
    if (engine->open(&wanted->settings, &opened->config->limits, opened->scratch, &instance->state,
                     &instance->edition, why) != STATUS_OK ||
        engine->enter(instance->state, opened->scratch) != STATUS_OK)
        give_up(engine->name, why);
    opened->names[opened->count++] = bytes_of_text(engine->name);
}

void engines_open(struct opened_engines *opened, const char *const *sets, size_t set_count)
{
    struct config *config = read_config(sets, set_count);

    *opened = (struct opened_engines){.config = config, .scratch = "/tmp/opened-engines-XXXXXX"};
    opened->instances = calloc(config->engine_count + 1, sizeof *opened->instances);
    opened->names = calloc(config->engine_count + 1, sizeof *opened->names);
    if (opened->instances == NULL || opened->names == NULL || mkdtemp(opened->scratch) == NULL)
        give_up("engines", "no memory or no scratch folder");
    for (size_t i = 0; i < config->engine_count; i++) {
        if (config->engines[i].enabled)
            open_engine(opened, &config->engines[i]);
    }
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about, (void)kind, (void)place;
    return remove(path);
}

void engines_close(struct opened_engines *opened)
{
    for (size_t i = 0; i < opened->count; i++)
        opened->instances[i].engine->close(opened->instances[i].state);
    nftw(opened->scratch, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(opened->instances);
    free(opened->names);
    config_unref(&opened->config);
}

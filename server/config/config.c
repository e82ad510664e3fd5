/* A configuration as a whole: made from its texts, shared by reference, looked up. */
#include "server/config/config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/read.h"
#include "server/config/yaml.h"
#include "server/policy/lists.h"
#include "server/policy/organisation.h"
#include "server/policy/rule.h"

enum { CONFIG_ARENA_BYTES = 256 << 20 };

static enum status read_texts(const struct config_source *source, struct config *config,
                              struct config_problem *problem)
{
    config->tree = node_new(&config->arena, NODE_MAP, "default", 1, 1);
    if (config->tree == NULL)
        return problem_memory(problem);
    for (size_t i = 0; i < source->text_count; i++) {
        struct node *root = NULL;
        const char *name = arena_copy(&config->arena, bytes_of_text(source->texts[i].name));
        if (name == NULL)
            return problem_memory(problem);
        enum status status = yaml_read(&config->arena, name, source->texts[i].text, &root, problem);
        if (status != STATUS_OK)
            return status;
        node_merge(config->tree, root);
    }
    return STATUS_OK;
}

enum status config_new(const struct config_source *source, struct config **config,
                       struct config_problem *problem)
{
    *problem = (struct config_problem){.file = ""};
    AUTO(config_unref) struct config *made = calloc(1, sizeof *made);
    if (made == NULL)
        return problem_memory(problem);
    made->references = 1;
    arena_init(&made->arena, CONFIG_ARENA_BYTES);
    enum status status = read_texts(source, made, problem);
    if (status == STATUS_OK)
        status = config_read(made, problem);
    if (status == STATUS_OK)
        status = config_check(made, !source->checked, problem);
    if (status == STATUS_OK)
        status = config_read_policy(made, source->before, !source->checked, problem);
    if (status != STATUS_OK)
        return status;
    *config = made;
    made = NULL;
    return STATUS_OK;
}

struct config *config_ref(struct config *config)
{
    config->references++;
    return config;
}

void config_unref(struct config **config)
{
    struct config *old = *config;
    *config = NULL;
    if (old == NULL)
        return;
    assert(old->references > 0);
    if (--old->references > 0)
        return;
    policy_close(old);
    lists_unref(&old->sets);
    organisations_free(&old->inside);
    arena_clear(&old->arena);
    free(old);
}

const struct config_channel *config_find_channel(const struct config *config, struct bytes name)
{
    for (size_t i = 0; i < config->channel_count; i++)
        if (bytes_equal(bytes_of_text(config->channels[i].name), name))
            return &config->channels[i];
    return NULL;
}

const struct config_client *config_find_client(const struct config *config, struct bytes name)
{
    for (size_t i = 0; i < config->client_count; i++)
        if (bytes_equal(bytes_of_text(config->clients[i].name), name))
            return &config->clients[i];
    return NULL;
}

bool config_channel_has_engine(const struct config_channel *channel, const char *engine)
{
    for (size_t i = 0; i < channel->engine_count; i++)
        if (strcmp(channel->engines[i], engine) == 0)
            return true;
    return channel->engine_count == 0;
}

size_t config_required_engines(const struct config *config, const struct config_channel *channel,
                               struct bytes *names)
{
    size_t count = 0;
    bool any = false;
    assert(config->engine_count < REPORT_ENGINES_MOST);
    for (size_t i = 0; i < config->engine_count; i++) {
        const char *name = config->engines[i].engine->name;
        any = any || config->engines[i].enabled;
        if (config->engines[i].enabled && config_channel_has_engine(channel, name))
            names[count++] = bytes_of_text(name);
    }
    for (size_t i = 0; any && count == 0 && i < channel->engine_count; i++)
        names[i] = bytes_of_text(channel->engines[i]);
    if (any && count == 0)
        return channel->engine_count;
    if (count == 0)
        names[count++] = BYTES("none");
    return count;
}

/* What policy stands on, made ready to be asked: addresses of notices, organisations, lists and
 * tables with what is in them. */
#include "server/config/read.h"

#include "server/policy/entry.h"
#include "server/policy/lists.h"
#include "server/policy/organisation.h"
#include "server/policy/rule.h"

static enum status check_address(struct config *config, const char *key, const char *address,
                                 struct config_problem *problem)
{
    struct entry entry;
    const struct node *section = node_find(config->tree, "notices");
    const struct node *node = node_find(section, key);
    if (entry_read(bytes_of_text(address), &entry) == NULL && entry.kind == ENTRY_ADDRESS)
        return STATUS_OK;
    return problem_of(problem, node != NULL ? node : config->tree,
                      "notices.%s: expected an address as postmaster@x.example", key);
}

enum status config_read_policy(struct config *config, const struct config *before,
                               bool look_at_files, struct config_problem *problem)
{
    enum status status = check_address(config, "from", config->notices.from, problem);
    if (status == STATUS_OK)
        status = check_address(config, "postmaster", config->notices.postmaster, problem);
    if (status == STATUS_OK)
        status = organisations_new(config, &config->inside, problem);
    if (status == STATUS_OK)
        status = lists_new(config, before, look_at_files, &config->sets, problem);
    return status == STATUS_OK ? policy_read(config, problem) : status;
}

/* Memory is short while a message is decided: there is a decision, or MEMORY. */
#include "malloc_fails.h"
#include "policy_world.h"

static struct policy_world world;

static enum status use(void)
{
    static const char *const recipients[] = {"a@y.example", "team@y.example", "b@z.example"};
    const struct report_finding *const *needs = NULL;
    size_t count = 0;
    AUTO(decider_free) struct decider *decider = NULL;
    enum status status = decider_new(&world.input, &decider);
    for (size_t i = 0; i < 3 && status == STATUS_OK; i++) {
        const struct decision *decision = NULL;
        status = decider_decide(decider, bytes_of_text(recipients[i]), &decision);
    }
    return status == STATUS_OK
               ? decider_needs(decider, bytes_of_text(recipients[0]), &needs, &count)
               : status;
}

static void test_memory(void **state)
{
    world_open(&world,
               "lists: {l: {entries: [a@y.example, b@z.example]}}\n"
               "channels: {c: {rules: ["
               "{when: \"recipient == 'team@y.example'\", then: expand, mode: alias, to: '@l'},"
               "{edits: [footer: '${recipient} ${findings}', part-remove: infected]},"
               "{when: header.subject == part.name, then: discard},"
               "{when: virus, then: deliver, despite: virus, notify: {template: sender, to: "
               "recipient}}]}}\n",
               "part=multipart/mixed part=text/plain:x find=VIRUS:clamav:Eicar:0:2 "
               "fact=header.subject:s");
    fail_each(use, *state != NULL);
    world_close(&world);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    static char yes;
    rows_add_one(&rows, "9 one allocation fails", test_memory);
    rows_add_one(&rows, "9 all allocations fail from one on", test_memory);
    rows.tests[1].initial_state = &yes;
    return rows_run("policy_memory", &rows, argc, argv);
}

/* Memory is short: a configuration is whole, or the problem says so. */
#include "config_support.h"
#include "malloc_fails.h"

static const char *const sets[] = {"limits.check-time=45s",
                                   "listeners=127.0.0.1:0,127.0.0.1:0",
                                   "clients.mx1={uid: 7, channels: [inbound, outbound]}",
                                   "channels.x.infected=reject",
                                   "organisations.us={domains: [x.example], networks: 10.0.0.0/8}",
                                   "lists.a={entries: [a@x.example, x.example, 192.0.2.0/24]}",
                                   "tables.b={entries: {x.example: [a@x.example, b@x.example]}}",
                                   "templates.c={languages: {de: {subject: a, text: b}}}",
                                   "channels.x.rules=[{when: \"sender matches 'a' and recipient in "
                                   "['b', 'c']\", then: reject, text: '${sender}'}]"};

/* Everything that a server and its loader do with a configuration. */
static enum status use(struct config_problem *problem)
{
    struct config_source source, shared = {.text_count = 0};
    AUTO(config_unref) struct config *config = NULL;
    AUTO(config_unref) struct config *loader = NULL;
    AUTO(buffer_clear) struct buffer out;
    buffer_init(&out, 1 << 20);
    enum status status =
        config_source_open(&source, NULL, sets, sizeof sets / sizeof *sets, problem);
    if (status != STATUS_OK)
        return status;
    status = config_new(&source, &config, problem);
    if (status == STATUS_OK)
        status = config_print(config, &out);
    buffer_clear(&out);
    if (status == STATUS_OK)
        status = config_source_write(&source, &out);
    if (status == STATUS_OK)
        status = config_source_read(&shared, buffer_bytes(&out));
    if (status == STATUS_OK)
        status = config_new(&shared, &loader, problem);
    config_source_close(&shared);
    config_source_close(&source);
    return status;
}

static enum status use_once(void)
{
    struct config_problem problem;
    return use(&problem);
}

static void test_memory(void **state)
{
    fail_each(use_once, *state != NULL);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    static char yes;
    rows_add_one(&rows, "5 one allocation fails", test_memory);
    rows_add_one(&rows, "5 all allocations fail from one on", test_memory);
    rows.tests[1].initial_state = &yes;
    return rows_run("config_memory", &rows, argc, argv);
}

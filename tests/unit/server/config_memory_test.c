/* The N-th allocation fails, for every N until nothing fails any more: a configuration is whole, or
 * the problem says that memory is short. malloc, calloc and realloc are wrapped by the linker. */
#include <stdlib.h>

#include "config_support.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);

static unsigned left; /* until one fails; 0: none does */
static bool failed, for_ever;

static bool fails(void)
{
    if (for_ever && failed)
        return true;
    if (left == 0 || --left > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

static const char *const sets[] = {"limits.check-time=45s",
                                   "listeners=127.0.0.1:0,127.0.0.1:0",
                                   "clients.mx1={uid: 7, channels: [inbound, outbound]}",
                                   "channels.x.infected=reject",
                                   "organisations.us={domains: [x.example], networks: 10.0.0.0/8}",
                                   "lists.a={entries: [a@x.example, x.example, 192.0.2.0/24]}",
                                   "tables.b={entries: {x.example: [a@x.example, b@x.example]}}",
                                   "templates.c={languages: {de: {subject: a, text: b}}}"};

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

static void test_memory(void **state)
{
    for_ever = *state != NULL;
    unsigned n = 0;
    do {
        struct config_problem problem;
        failed = false;
        left = ++n;
        enum status status = use(&problem);
        left = 0;
        assert_int_equal(status, failed ? STATUS_MEMORY : STATUS_OK);
        assert_in_range(n, 1, 10000);
    } while (failed);
    assert_in_range(n, 10, 10000);
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

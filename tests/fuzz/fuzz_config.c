/* A configuration text. Oracle: a refusal has a place and a reason that a terminal can show; what
 * is accepted gives, printed and read again, the same values, and so does what a loader is given.
 * No file that the text names is looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrong(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_problem(const struct config_problem *problem)
{
    if (problem->line == 0 || problem->column == 0 || problem->reason[0] == '\0')
        wrong("a problem without place or reason");
    for (const char *at = problem->reason; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            wrong("a control character in a reason");
}

/* NULL: refused. */
static struct config *config_of(struct bytes text)
{
    struct config_source defaults;
    struct config_problem problem;
    struct config *config = NULL;
    if (config_source_open(&defaults, NULL, NULL, 0, &problem) != STATUS_OK)
        wrong("no defaults");
    struct config_text texts[] = {defaults.texts[0], {.name = "fuzz", .text = text}};
    struct config_source source = {.texts = texts, .text_count = 2, .checked = true};
    if (config_new(&source, &config, &problem) != STATUS_OK)
        check_problem(&problem);
    config_source_close(&defaults);
    return config;
}

/* The printed form; without the origin at the end of each line when they would differ. */
static struct buffer printed(const struct config *config, bool origins)
{
    struct buffer out;
    buffer_init(&out, 64 << 20);
    if (config_print(config, &out) != STATUS_OK)
        wrong("cannot be printed");
    size_t to = 0, mark = SIZE_MAX;
    for (size_t at = 0; at < out.size && !origins; at++) {
        uint8_t octet = out.data[at];
        if (octet == '#')
            mark = to;
        if (octet == '\n' && mark != SIZE_MAX)
            to = mark;
        if (octet == '\n')
            mark = SIZE_MAX;
        out.data[to++] = octet;
    }
    out.size = origins ? out.size : to;
    return out;
}

static void check_print(const struct config *config)
{
    struct buffer whole = printed(config, true), first = printed(config, false);
    struct config *again = config_of(buffer_bytes(&whole));
    if (again == NULL)
        wrong("the printed form is refused");
    struct buffer second = printed(again, false);
    if (!bytes_equal(buffer_bytes(&first), buffer_bytes(&second)) ||
        memcmp(&config->limits, &again->limits, sizeof config->limits) != 0)
        wrong("the printed form gives other values");
    config_unref(&again);
    buffer_clear(&whole);
    buffer_clear(&first);
    buffer_clear(&second);
}

static void check_share(const struct config *config, struct bytes text)
{
    struct config_text one = {.name = "fuzz", .text = text};
    struct config_source source = {.texts = &one, .text_count = 1}, shared;
    struct config_problem problem;
    struct config *loader = NULL;
    struct buffer out;
    buffer_init(&out, 64 << 20);
    if (config_source_write(&source, &out) != STATUS_OK ||
        config_source_read(&shared, buffer_bytes(&out)) != STATUS_OK ||
        config_new(&shared, &loader, &problem) != STATUS_OK)
        wrong("a loader cannot read it");
    if (memcmp(&config->limits, &loader->limits, sizeof config->limits) != 0 ||
        config->workers != loader->workers)
        wrong("a loader reads other values");
    config_unref(&loader);
    config_source_close(&shared);
    buffer_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = {data, size};
    struct config *config = config_of(text);
    if (config == NULL)
        return 0;
    check_print(config);
    check_share(config, text);
    config_unref(&config);
    return 0;
}

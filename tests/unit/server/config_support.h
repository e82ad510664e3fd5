/* Configurations from texts, for tests: the embedded defaults, then the given text as "t.yaml",
 * with two made-up engines (config_engines.c), so that engines can change without these tests. */
#ifndef TESTS_UNIT_SERVER_CONFIG_SUPPORT_H
#define TESTS_UNIT_SERVER_CONFIG_SUPPORT_H

#include <stdio.h>
#include <string.h>

#include "server/config/config.h"
#include "tests/unit/protocol/rows.h"

/* STATUS_OK and a configuration, or the problem as "line:column: reason". */
static inline enum status config_of(struct bytes text, struct config **config, char said[640])
{
    struct config_source source;
    struct config_problem problem;
    said[0] = '\0';
    assert_int_equal(config_source_open(&source, NULL, NULL, 0, &problem), STATUS_OK);
    struct config_text texts[] = {source.texts[0], {.name = "t.yaml", .text = text}};
    struct config_source both = {.texts = texts, .text_count = 2};
    enum status status = config_new(&both, config, &problem);
    if (status != STATUS_OK)
        snprintf(said, 640, "%u:%u: %s", problem.line, problem.column, problem.reason);
    config_source_close(&source);
    return status;
}

static inline struct config *config_made(const char *text)
{
    struct config *config = NULL;
    char said[640];
    if (config_of(bytes_of_text(text), &config, said) != STATUS_OK)
        fail_msg("%s", said);
    return config;
}

static inline char *config_printed(const struct config *config)
{
    struct buffer out;
    buffer_init(&out, 1 << 20);
    assert_int_equal(config_print(config, &out), STATUS_OK);
    assert_int_equal(buffer_append_octet(&out, '\0'), STATUS_OK);
    return (char *)out.data;
}

#endif

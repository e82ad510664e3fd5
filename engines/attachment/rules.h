/* The settings of the engine, read once when it is opened. */
#ifndef ENGINES_ATTACHMENT_RULES_H
#define ENGINES_ATTACHMENT_RULES_H

#include "engines/attachment/magic.h"
#include "engines/attachment/name_rules.h"
#include "engines/setting.h"
#include "protocol/arena.h"
#include "protocol/verdict.h"

enum { RULES_WORDS_MOST = 1024, RULES_PATTERN_OCTETS = 128 };

enum rules_macros { MACROS_REFUSE_AUTORUN, MACROS_REFUSE, MACROS_NOTE };

struct rules {
    struct arena arena;
    const char **extensions; /* sorted, lower case */
    size_t extension_count;
    const char **patterns;
    size_t pattern_count;
    bool refuses_class[MAGIC_CLASS_COUNT];
    bool in_archives;
    enum rules_macros macros;
    enum finding_class html, deceptive, remote; /* POLICY, or NOTE */
    uint64_t largest, most;                     /* 0: none */
};

extern const struct setting rules_settings[];

/* STATUS_INVALID: *why says which word of which setting. STATUS_MEMORY. rules_clear() either way.
 */
MUST_CHECK enum status rules_read(const struct settings_view *view, struct rules *rules,
                                  char why[256]);
void rules_clear(struct rules *rules);
bool rules_refuse_extension(const struct rules *rules, const struct name_extension *extension);
/* The pattern that the name, or its last folder, matches; NULL. */
const char *rules_refuse_name(const struct rules *rules, struct bytes name);

#endif

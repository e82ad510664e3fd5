/* What a return code and a signature name of libclamav mean for us. */
#include "engines/clamav/outcome.h"

#include <string.h>

static const struct outcome codes[CL_ELAST_ERROR] = {
    [CL_CLEAN] = {COVERAGE_EXAMINED, NULL},
    /* Examined as far as the name goes; without a name it is an error of libclamav's. */
    [CL_VIRUS] = {COVERAGE_FAILED, "engine"},
    [CL_ENULLARG] = {COVERAGE_FAILED, "engine"},
    [CL_EARG] = {COVERAGE_FAILED, "engine"},
    [CL_EMALFDB] = {COVERAGE_FAILED, "engine"},
    [CL_ECVD] = {COVERAGE_FAILED, "engine"},
    [CL_EVERIFY] = {COVERAGE_FAILED, "engine"},
    [CL_EUNPACK] = {COVERAGE_UNEXAMINABLE, "broken"},
    [CL_EOPEN] = {COVERAGE_FAILED, "io"},
    [CL_ECREAT] = {COVERAGE_FAILED, "io"},
    [CL_EUNLINK] = {COVERAGE_FAILED, "io"},
    [CL_ESTAT] = {COVERAGE_FAILED, "io"},
    [CL_EREAD] = {COVERAGE_FAILED, "io"},
    [CL_ESEEK] = {COVERAGE_FAILED, "io"},
    [CL_EWRITE] = {COVERAGE_FAILED, "io"},
    [CL_EDUP] = {COVERAGE_FAILED, "io"},
    [CL_EACCES] = {COVERAGE_FAILED, "io"},
    [CL_ETMPFILE] = {COVERAGE_FAILED, "io"},
    [CL_ETMPDIR] = {COVERAGE_FAILED, "io"},
    [CL_EMAP] = {COVERAGE_FAILED, "memory"},
    [CL_EMEM] = {COVERAGE_FAILED, "memory"},
    [CL_ETIMEOUT] = {COVERAGE_UNEXAMINABLE, "scan-time"},
    [CL_BREAK] = {COVERAGE_FAILED, "engine"},
    [CL_EMAXREC] = {COVERAGE_UNEXAMINABLE, "recursion"},
    [CL_EMAXSIZE] = {COVERAGE_UNEXAMINABLE, "scan-size"},
    [CL_EMAXFILES] = {COVERAGE_UNEXAMINABLE, "files"},
    [CL_EFORMAT] = {COVERAGE_UNEXAMINABLE, "broken"},
    [CL_EPARSE] = {COVERAGE_UNEXAMINABLE, "broken"},
    [CL_EBYTECODE] = {COVERAGE_FAILED, "engine"},
    [CL_EBYTECODE_TESTFAIL] = {COVERAGE_FAILED, "engine"},
    [CL_ELOCK] = {COVERAGE_FAILED, "engine"},
    [CL_EBUSY] = {COVERAGE_FAILED, "engine"},
    [CL_ESTATE] = {COVERAGE_FAILED, "engine"},
    /* A signed program that libclamav trusts: our callers never see it returned. */
    [CL_VERIFIED] = {COVERAGE_FAILED, "engine"},
    [CL_ERROR] = {COVERAGE_FAILED, "engine"},
};

static const struct name_meaning names[] = {
    {"Detected.By.Callback", NAME_OURS, NULL},
    {"Heuristics.Encrypted.", NAME_ENCRYPTED, "encrypted"},
    {"Heuristics.Limits.Exceeded.MaxRecursion", NAME_LIMIT, "recursion"},
    {"Heuristics.Limits.Exceeded.MaxFileSize", NAME_LIMIT, "file-size"},
    {"Heuristics.Limits.Exceeded.MaxScanSize", NAME_LIMIT, "scan-size"},
    {"Heuristics.Limits.Exceeded.MaxFiles", NAME_LIMIT, "files"},
    {"Heuristics.Limits.Exceeded.MaxScanTime", NAME_LIMIT, "scan-time"},
    {"Heuristics.Limits.Exceeded", NAME_LIMIT, "scan-limit"},
    {"Heuristics.Phishing.", NAME_POLICY, NULL},
    {"Heuristics.OLE2.ContainsMacros", NAME_POLICY, NULL},
    {"Heuristics.Structured.", NAME_POLICY, NULL},
    {"Heuristics.Broken.", NAME_POLICY, NULL},
    {"PUA.", NAME_POLICY, NULL},
    {"", NAME_VIRUS, NULL},
};

struct outcome outcome_of_code(int code)
{
    /* A hole in the table is zero: COVERAGE_FAILED without a reason. */
    if (code < 0 || code >= CL_ELAST_ERROR || (code != CL_CLEAN && !codes[code].reason))
        return (struct outcome){COVERAGE_FAILED, "engine"};
    return codes[code];
}

const struct name_meaning *outcome_of_name(const char *name)
{
    const struct name_meaning *row = names;
    while (strncmp(name, row->prefix, strlen(row->prefix)) != 0)
        row++;
    return row;
}

struct outcome outcome_worse(struct outcome a, struct outcome b)
{
    return b.state < a.state ? b : a;
}

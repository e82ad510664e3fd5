#include "clients/cccpc/explain_tree.h"

#include <string.h>

#include "clients/cccpc/paragraph.h"
#include "protocol/report.h"

enum { INDENT = 4, LEVEL = 2, LEVELS_MOST = 20, HANGING = 3, NAME_BYTES = 2 * 4 * 1024 + 3 };

struct tree {
    FILE *out;
    const struct cccp_part *parts;
    const struct cccp_finding *findings;
    const struct cccp_coverage *coverage;
    size_t part_count, finding_count, coverage_count;
    struct examiner {
        const char *name;
        bool failed; /* then nothing counts that it has said */
    } engines[REPORT_ENGINES_MOST];
    size_t engine_count;
};

static void engine_add(struct tree *tree, const char *name, bool failed)
{
    for (size_t i = 0; i < tree->engine_count; i++) {
        if (strcmp(tree->engines[i].name, name) == 0)
            return;
    }
    if (tree->engine_count < REPORT_ENGINES_MOST)
        tree->engines[tree->engine_count++] = (struct examiner){name, failed};
}

/* Those that have run, but for the view, which makes the parts; and who else speaks of parts. */
static void tree_init(struct tree *tree, FILE *out, const struct cccp_result *result)
{
    size_t count;
    const struct cccp_engine *engines = cccp_result_engines(result, &count);
    *tree = (struct tree){.out = out};
    tree->parts = cccp_result_parts(result, &tree->part_count);
    tree->findings = cccp_result_findings(result, &tree->finding_count);
    tree->coverage = cccp_result_coverage(result, &tree->coverage_count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(engines[i].name, "message") != 0)
            engine_add(tree, engines[i].name, engines[i].failed);
    }
    for (size_t i = 0; i < tree->coverage_count; i++)
        engine_add(tree, tree->coverage[i].engine, false);
}

/* --- coverage --- */

static enum coverage_state state_of(const struct cccp_coverage *coverage)
{
    enum coverage_state state = COVERAGE_FAILED;
    (void)coverage_of_word(bytes_of_text(coverage->state), &state);
    return state;
}

/* The worst that the engine says of the part, or of the whole message; NULL: nothing. */
static const struct cccp_coverage *coverage_worst(const struct tree *tree, const char *engine,
                                                  uint32_t part)
{
    const struct cccp_coverage *worst = NULL;
    for (size_t i = 0; i < tree->coverage_count; i++) {
        const struct cccp_coverage *one = &tree->coverage[i];
        bool speaks = one->last_part == 0 || (one->first_part <= part && part <= one->last_part);
        if (speaks && strcmp(one->engine, engine) == 0 &&
            (!worst || state_of(one) < state_of(worst)))
            worst = one;
    }
    return worst;
}

static void state_put(struct paragraph *line, const char *gap, const struct cccp_coverage *one)
{
    static const char *const words[COVERAGE_STATE_COUNT] = {[COVERAGE_EXAMINED] = "examined",
                                                            [COVERAGE_EXEMPT] = "exempt",
                                                            [COVERAGE_UNEXAMINABLE] =
                                                                "unexaminable",
                                                            [COVERAGE_FAILED] = "failed"};
    paragraph_put(line, gap, "%s %s%s%s", one->engine, words[state_of(one)],
                  one->reason ? ": " : "", one->reason ? one->reason : "");
}

static void examiner_put(struct paragraph *line, const char *gap, const struct examiner *engine,
                         const struct cccp_coverage *worst)
{
    if (engine->failed || !worst)
        paragraph_put(line, gap, "%s %s", engine->name, engine->failed ? "failed" : "silent");
    else
        state_put(line, gap, worst);
}

/* Of a container only what keeps the message from being clean is worth a word. */
static void coverage_put(const struct tree *tree, struct paragraph *line,
                         const struct cccp_part *part)
{
    bool is_leaf = strcmp(part->kind, "LEAF") == 0;
    const char *gap = "  ";
    for (size_t i = 0; i < tree->engine_count; i++) {
        const struct examiner *engine = &tree->engines[i];
        const struct cccp_coverage *worst = coverage_worst(tree, engine->name, part->number);
        if (!is_leaf && (!worst || worst->last_part == 0 || state_of(worst) >= COVERAGE_EXEMPT))
            continue;
        examiner_put(line, gap, engine, worst);
        gap = " \u00B7 ";
    }
}

/* What was said of the whole message, in one line. */
static void whole_write(const struct tree *tree)
{
    struct paragraph line;
    bool any = false;
    for (size_t i = 0; i < tree->coverage_count; i++) {
        if (tree->coverage[i].last_part != 0)
            continue;
        if (!any)
            paragraph_begin(&line, tree->out, LEVEL, HANGING);
        if (!any)
            paragraph_put(&line, "", "whole message");
        state_put(&line, any ? " \u00B7 " : "  ", &tree->coverage[i]);
        any = true;
    }
    if (any)
        paragraph_end(&line);
}

/* --- findings --- */

static void finding_write(const struct tree *tree, const struct cccp_finding *finding,
                          unsigned indent)
{
    struct paragraph line;
    paragraph_begin(&line, tree->out, indent, LEVEL);
    paragraph_put(&line, "", "! %s %s %s", finding->engine, finding->class_word, finding->symbol);
    paragraph_put(&line, "  ", "octets %llu+%llu", (unsigned long long)finding->offset,
                  (unsigned long long)finding->size);
    if (finding->points)
        paragraph_put(&line, "  ", "%+.3f points", (double)finding->points / 1000);
    paragraph_words(&line, "  ", finding->text);
    paragraph_end(&line);
    if (finding->excerpt)
        paragraph_quote(tree->out, indent + LEVEL, '|', finding->excerpt);
}

static void findings_write(const struct tree *tree, uint32_t part, unsigned indent)
{
    for (size_t i = 0; i < tree->finding_count; i++) {
        if (tree->findings[i].part == part)
            finding_write(tree, &tree->findings[i], indent);
    }
}

/* --- parts --- */

/* In quotes, with \ before a quote or a \ of its own. */
static void name_put(struct paragraph *line, const char *gap, const char *name)
{
    char quoted[NAME_BYTES];
    size_t at = 0;
    for (; *name && at + 2 < sizeof(quoted); name++) {
        if (*name == '"' || *name == '\\')
            quoted[at++] = '\\';
        quoted[at++] = *name;
    }
    quoted[at] = '\0';
    paragraph_put(line, gap, "\"%s\"", quoted);
}

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* The kind is said where it is not the one that the type lets expect. */
static void type_put(struct paragraph *line, const struct cccp_part *part)
{
    bool message =
        begins_with(part->type, "message/rfc822") || begins_with(part->type, "message/global");
    const char *expected = begins_with(part->type, "multipart/") ? "MULTIPART"
                           : message                             ? "MESSAGE"
                                                                 : "LEAF";
    paragraph_put(line, " ", "%s%s%s", part->type, part->charset ? "; charset=" : "",
                  part->charset ? part->charset : "");
    if (strcmp(part->kind, expected) != 0)
        paragraph_put(line, " ", "as %s", part->kind);
}

static void octets_put(struct paragraph *line, const struct cccp_part *part)
{
    paragraph_put(line, "  ", "header %llu+%llu", (unsigned long long)part->header_offset,
                  (unsigned long long)part->header_size);
    paragraph_put(line, "  ", "body %llu+%llu", (unsigned long long)part->body_offset,
                  (unsigned long long)part->body_size);
    if (part->decoded_size != part->body_size && strcmp(part->kind, "LEAF") == 0)
        paragraph_put(line, " ", "\u2192 %llu", (unsigned long long)part->decoded_size);
}

/* level: below the first part of its reading. */
static void part_write(const struct tree *tree, const struct cccp_part *part, uint32_t level)
{
    struct paragraph line;
    unsigned indent = INDENT + LEVEL * (level < LEVELS_MOST ? level : LEVELS_MOST);
    paragraph_begin(&line, tree->out, indent, HANGING);
    paragraph_put(&line, "", "%u", part->number);
    type_put(&line, part);
    for (size_t i = 0; i < part->name_count; i++)
        name_put(&line, i == 0 ? "  " : ", ", part->names[i]);
    if (part->encoding)
        paragraph_put(&line, "  ", "%s", part->encoding);
    if (part->within)
        paragraph_put(&line, "  ", "within %u", part->within);
    octets_put(&line, part);
    coverage_put(tree, &line, part);
    paragraph_end(&line);
    findings_write(tree, part->number, indent + HANGING);
}

/* All parts of one reading, beginning with the one at `first`. */
static void reading_write(const struct tree *tree, size_t first)
{
    const struct cccp_part *top = &tree->parts[first];
    for (size_t i = first; i < tree->part_count; i++) {
        const struct cccp_part *part = &tree->parts[i];
        if (part->reading == top->reading)
            part_write(tree, part, part->depth > top->depth ? part->depth - top->depth : 0);
    }
}

static bool reading_begins(const struct tree *tree, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (tree->parts[i].reading == tree->parts[at].reading)
            return false;
    }
    return true;
}

static void readings_write(const struct tree *tree)
{
    for (size_t i = 0; i < tree->part_count; i++) {
        const struct cccp_part *part = &tree->parts[i];
        if (!reading_begins(tree, i))
            continue;
        if (part->reading == 0)
            fputs("  parts\n", tree->out);
        else if (part->parent == 0)
            fprintf(tree->out, "  reading %u of the message\n", part->reading);
        else
            fprintf(tree->out, "  reading %u of part %u\n", part->reading, part->parent);
        reading_write(tree, i);
    }
}

void explain_tree_write(FILE *out, const struct cccp_result *result)
{
    struct tree tree;
    tree_init(&tree, out, result);
    whole_write(&tree);
    if (tree.finding_count == 0)
        fputs("  no findings\n", out);
    findings_write(&tree, 0, LEVEL);
    readings_write(&tree);
}

/* Writes the lines of a report (protocol/report.h). */
#include <inttypes.h>
#include <stdio.h>

#include "protocol/report.h"

static const char *const part_words[] = {
#define PART_WORD(name) #name,
    PART_KIND_ROWS(PART_WORD)};

static void begin(struct writer *writer, struct buffer *out, struct bytes tag, const char *word)
{
    writer_begin(writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer_atom(writer, word);
}

static void write_number_given(struct writer *writer, const char *key, uint64_t number)
{
    if (number > 0)
        writer_pair_number(writer, key, number);
}

static enum status write_part(struct buffer *out, struct bytes tag, const struct report_part *part)
{
    struct writer writer;
    begin(&writer, out, tag, "PART");
    writer_number(&writer, part->number);
    writer_open(&writer);
    writer_pair_number(&writer, "PARENT", part->parent);
    writer_pair_number(&writer, "DEPTH", part->depth);
    write_number_given(&writer, "READING", part->reading);
    write_number_given(&writer, "WITHIN", part->within);
    writer_pair_atom(&writer, "KIND", part_words[part->kind]);
    writer_pair_string(&writer, "TYPE", part->type);
    writer_pair_given(&writer, "NAME", part->name);
    if (part->other_name_count > 0)
        writer_pair_strings(&writer, "NAMES", part->other_names, part->other_name_count);
    writer_pair_given(&writer, "ENCODING", part->encoding);
    writer_pair_given(&writer, "CHARSET", part->charset);
    writer_pair_range(&writer, "HEADER", part->header);
    writer_pair_range(&writer, "BODY", part->body);
    writer_pair_number(&writer, "DECODED", part->decoded_size);
    writer_close(&writer);
    return writer_end(&writer);
}

static enum status write_finding(struct buffer *out, struct bytes tag,
                                 const struct report_finding *finding)
{
    struct writer writer;
    char points[32];
    snprintf(points, sizeof points, "%" PRId64, finding->points);
    begin(&writer, out, tag, "FINDING");
    writer_atom_bytes(&writer, finding->engine);
    writer_open(&writer);
    writer_pair_string(&writer, "SYMBOL", finding->symbol);
    writer_pair_atom(&writer, "CLASS", finding_class_word(finding->class));
    writer_pair_atom(&writer, "POINTS", points);
    writer_pair_number(&writer, "PART", finding->part);
    writer_pair_range(&writer, "RANGE", finding->range);
    writer_pair_given(&writer, "TEXT", finding->text);
    writer_pair_given(&writer, "EXCERPT", finding->excerpt);
    writer_close(&writer);
    return writer_end(&writer);
}

static enum status write_coverage(struct buffer *out, struct bytes tag,
                                  const struct report_coverage *coverage)
{
    struct writer writer;
    char parts[32];
    if (coverage->parts.first == coverage->parts.last)
        snprintf(parts, sizeof parts, "%" PRIu32, coverage->parts.first);
    else
        snprintf(parts, sizeof parts, "%" PRIu32 ":%" PRIu32, coverage->parts.first,
                 coverage->parts.last);
    begin(&writer, out, tag, "COVERAGE");
    writer_atom_bytes(&writer, coverage->engine);
    writer_open(&writer);
    writer_pair_atom(&writer, "PARTS", parts);
    writer_pair_atom(&writer, "STATE", coverage_word(coverage->state));
    writer_pair_given(&writer, "REASON", coverage->reason);
    writer_close(&writer);
    return writer_end(&writer);
}

static enum status write_engine(struct buffer *out, struct bytes tag,
                                const struct report_engine *engine)
{
    struct writer writer;
    begin(&writer, out, tag, "ENGINE");
    writer_atom_bytes(&writer, engine->name);
    writer_open(&writer);
    writer_pair_atom(&writer, "STATE", engine->failed ? "FAILED" : "OK");
    writer_pair_string(&writer, "VERSION", engine->version);
    writer_pair_number(&writer, "TIME", engine->time_us);
    writer_pair_given(&writer, "REASON", engine->reason);
    writer_close(&writer);
    return writer_end(&writer);
}

static enum status write_fact(struct buffer *out, struct bytes tag, const struct report_fact *fact)
{
    struct writer writer;
    begin(&writer, out, tag, "FACT");
    writer_string(&writer, fact->name);
    writer_string(&writer, fact->value);
    return writer_end(&writer);
}

static enum status write_question(struct buffer *out, struct bytes tag,
                                  const struct report_question *question)
{
    struct writer writer;
    begin(&writer, out, tag, "QUESTION");
    writer_atom_bytes(&writer, question->engine);
    writer_open(&writer);
    writer_pair_string(&writer, "KIND", question->kind);
    writer_pair_string(&writer, "NAME", question->name);
    writer_close(&writer);
    return writer_end(&writer);
}

enum status report_write(const struct report *report, struct buffer *out, struct bytes tag)
{
    enum status status = STATUS_OK;
    size_t before = out->size;
    for (size_t i = 0; i < report->parts_count && status == STATUS_OK; i++)
        status = write_part(out, tag, &report->parts[i]);
    for (size_t i = 0; i < report->engines_count && status == STATUS_OK; i++)
        status = write_engine(out, tag, &report->engines[i]);
    for (size_t i = 0; i < report->findings_count && status == STATUS_OK; i++)
        status = write_finding(out, tag, &report->findings[i]);
    for (size_t i = 0; i < report->coverage_count && status == STATUS_OK; i++)
        status = write_coverage(out, tag, &report->coverage[i]);
    for (size_t i = 0; i < report->facts_count && status == STATUS_OK; i++)
        status = write_fact(out, tag, &report->facts[i]);
    for (size_t i = 0; i < report->questions_count && status == STATUS_OK; i++)
        status = write_question(out, tag, &report->questions[i]);
    for (size_t i = 0; i < report->copies_count && status == STATUS_OK; i++)
        status = report_write_copy(&report->copies[i], out, tag);
    if (status != STATUS_OK)
        out->size = before;
    return status;
}

/* Writes replies: the server's side of spec/cccp.md 3, 7 and 8. */
#include "protocol/reply.h"

static void begin(struct writer *writer, struct buffer *out, const char *tag, const char *word)
{
    writer_begin(writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, bytes_of_text(tag));
    writer_atom(writer, word);
}

/* The reasons that have been written. */
struct reasons {
    struct writer *writer;
    struct bytes engines[REPLY_REASONS_MOST], symbols[REPLY_REASONS_MOST];
    size_t count;
};

/* "(" engine SP symbol ")", unless it has been there or there are too many. */
static void write_reason(struct reasons *reasons, struct bytes engine, struct bytes symbol)
{
    for (size_t i = 0; i < reasons->count; i++) {
        if (bytes_equal(reasons->engines[i], engine) && bytes_equal(reasons->symbols[i], symbol))
            return;
    }
    if (symbol.size == 0 || reasons->count == REPLY_REASONS_MOST)
        return;
    reasons->engines[reasons->count] = engine;
    reasons->symbols[reasons->count++] = symbol;
    writer_open(reasons->writer);
    writer_string(reasons->writer, engine);
    writer_string(reasons->writer, symbol);
    writer_close(reasons->writer);
}

static void write_reasons(struct writer *writer, const struct report *report)
{
    struct reasons reasons = {.writer = writer};
    writer_atom(writer, "REASONS");
    writer_open(writer);
    for (size_t i = 0; report && i < report->findings_count; i++)
        if (report->findings[i].class != CLASS_NOTE)
            write_reason(&reasons, report->findings[i].engine, report->findings[i].symbol);
    for (size_t i = 0; report && i < report->coverage_count; i++) {
        const struct report_coverage *coverage = &report->coverage[i];
        if (coverage->state == COVERAGE_UNEXAMINABLE || coverage->state == COVERAGE_FAILED)
            write_reason(&reasons, coverage->engine, coverage->reason);
    }
    for (size_t i = 0; report && i < report->engines_count; i++) {
        if (report->engines[i].failed)
            write_reason(&reasons, report->engines[i].name, report->engines[i].reason);
    }
    writer_close(writer);
}

/* Those that have a version: the view of the message is none. */
static void write_engines(struct writer *writer, const struct report *report)
{
    writer_atom(writer, "ENGINES");
    writer_open(writer);
    for (size_t i = 0; report && i < report->engines_count; i++) {
        if (report->engines[i].version.size == 0)
            continue;
        writer_open(writer);
        writer_string(writer, report->engines[i].name);
        writer_string(writer, report->engines[i].version);
        writer_close(writer);
    }
    writer_close(writer);
}

static void write_tally(struct writer *writer, const struct coverage_tally *tally)
{
    writer_pair_number(writer, "EXPECTED", tally->expected);
    writer_pair_number(writer, "EXAMINED", tally->examined);
    writer_pair_number(writer, "EXEMPT", tally->exempt);
    writer_pair_number(writer, "UNEXAMINABLE", tally->unexaminable);
    writer_pair_number(writer, "FAILED", tally->failed);
}

enum status reply_write_summary(struct buffer *out, const char *tag,
                                const struct reply_summary *summary, const struct report *report)
{
    struct writer writer;
    if (summary->verdict == VERDICT_CLEAN && !summary->full)
        return STATUS_INVALID;
    begin(&writer, out, tag, "REPORT");
    writer_open(&writer);
    writer_pair_atom(&writer, "VERDICT", verdict_word(summary->verdict));
    if (summary->verdict == VERDICT_INCOMPLETE)
        writer_pair_atom(&writer, "TRANSIENT", summary->transient ? "YES" : "NO");
    writer_pair_atom(&writer, "COVERAGE", summary->full ? "FULL" : "PARTIAL");
    write_tally(&writer, &summary->tally);
    write_reasons(&writer, report);
    write_engines(&writer, report);
    writer_pair_number(&writer, "GENERATION", summary->generation);
    writer_pair_number(&writer, "TIME", summary->time_us);
    writer_pair_string(&writer, "REF", summary->reference);
    writer_close(&writer);
    return writer_end(&writer);
}

static const char *completion_word(enum completion completion)
{
    static const char *const words[] = {[COMPLETION_OK] = "OK",
                                        [COMPLETION_NO] = "NO",
                                        [COMPLETION_BAD] = "BAD",
                                        [COMPLETION_BYE] = "BYE"};
    return words[completion];
}

/* What a completion says: the text given, or that of the table when nothing is left of it. */
static void write_said(struct writer *writer, const char *text, const char *otherwise)
{
    size_t before = writer->out->size;
    if (text)
        writer_rest(writer, text);
    if (writer->out->size == before)
        writer_rest(writer, otherwise);
}

/* tag OK|NO|BAD, or "*" when there is no tag or the connection ends. */
static void begin_status(struct writer *writer, struct buffer *out, const char *tag,
                         const struct status_reply *reply)
{
    bool untagged = !tag || reply->completion == COMPLETION_BYE;
    begin(writer, out, untagged ? "*" : tag, completion_word(reply->completion));
}

enum status reply_write_status(struct buffer *out, const char *tag, enum status status,
                               bool has_number, uint64_t number, const char *text)
{
    const struct status_reply *reply = status_reply(status);
    struct writer writer;
    begin_status(&writer, out, tag, reply);
    if (reply->code[0] != '\0')
        writer_code(&writer, reply->code, has_number, number);
    write_said(&writer, text, reply->text);
    return writer_end(&writer);
}

enum status reply_write_refusal(struct buffer *out, const char *tag, enum status status,
                                struct bytes word, const char *text)
{
    enum { CODE_BYTES = 64 };
    const struct status_reply *reply = status_reply(status);
    struct writer writer;
    char code[CODE_BYTES] = "";
    size_t at = 0;
    for (const char *from = reply->code; *from && at + 1 < sizeof code; from++)
        code[at++] = *from;
    if (is_atom(word) && at + 1 + word.size < sizeof code) {
        code[at++] = ' ';
        for (size_t i = 0; i < word.size; i++)
            code[at++] = (char)word.data[i];
    }
    code[at] = '\0';
    begin_status(&writer, out, tag, reply);
    if (at > 0)
        writer_code(&writer, code, false, 0);
    write_said(&writer, text, reply->text);
    return writer_end(&writer);
}

enum status reply_write_ok(struct buffer *out, const char *tag, const char *code, const char *text)
{
    struct writer writer;
    begin(&writer, out, tag ? tag : "*", "OK");
    if (code[0] != '\0')
        writer_code(&writer, code, false, 0);
    write_said(&writer, text, status_reply(STATUS_OK)->text);
    return writer_end(&writer);
}

/* Writes the result of a check under one tag (answer.h). */
#include "server/front/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/policy/decide.h"

/* --- ids --- */

static uint32_t id_at(const struct transaction *transaction, const struct answer_request *request,
                      size_t i)
{
    return request->ids != NULL ? request->ids[i] : transaction->recipients[i].id;
}

static size_t id_count(const struct transaction *transaction, const struct answer_request *request)
{
    return request->ids != NULL ? request->id_count : transaction->recipient_count;
}

/* Ascending ids as ranges that do not touch; room for one each. */
static size_t ranges_make(const struct transaction *transaction,
                          const struct answer_request *request, struct id_range *ranges)
{
    size_t count = 0;
    for (size_t i = 0; i < id_count(transaction, request); i++) {
        uint32_t id = id_at(transaction, request, i);
        if (count > 0 && ranges[count - 1].last + 1 == id)
            ranges[count - 1].last = id;
        else
            ranges[count++] = (struct id_range){id, id};
    }
    return count;
}

/* --- lines --- */

/* Recipients with the same result share a RES. The fixed table (decide.h) sees no recipient, so
 * all of one request share theirs; a policy groups them here. */
static enum status results_write(const struct transaction *transaction,
                                 const struct answer_request *request, const char *tag,
                                 struct buffer *out, enum disposition *disposition)
{
    struct reply_result result = {.disposition = DISPOSITION_DEFER};
    enum status status = decide(transaction->verdict, &transaction->report, transaction->channel,
                                request->accept, &result);
    if (status != STATUS_OK)
        return status;
    struct id_range *ranges = calloc(id_count(transaction, request) + 1, sizeof(*ranges));
    if (ranges == NULL)
        return STATUS_MEMORY;
    size_t count = ranges_make(transaction, request, ranges);
    status = reply_write_result(out, tag, ranges, count, &result);
    free(ranges);
    *disposition = result.disposition;
    return status;
}

static enum status summary_write(const struct transaction *transaction, const char *tag,
                                 struct buffer *out)
{
    const struct coverage_tally *tally = &transaction->tally;
    struct reply_summary summary = {
        .verdict = transaction->verdict.kind,
        .transient = transaction->verdict.transient,
        .full = tally->expected > 0 && tally->expected == tally->examined + tally->exempt,
        .tally = *tally,
        .reference = bytes_of_text(transaction->reference),
        .time_us = transaction->ended_us - transaction->begun_us,
        .generation = transaction->generation,
    };
    return reply_write_summary(out, tag, &summary, &transaction->report);
}

static enum status done_write(const struct transaction *transaction,
                              const struct answer_request *request, struct buffer *out)
{
    char text[64];
    size_t count = id_count(transaction, request);
    snprintf(text, sizeof(text), "%zu recipient%s", count, count == 1 ? "" : "s");
    struct writer writer;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, request->tag);
    writer_atom(&writer, "OK");
    writer_code(&writer, "DONE", false, 0);
    writer_rest(&writer, text);
    return writer_end(&writer);
}

static enum status lines_write(const struct transaction *transaction,
                               const struct answer_request *request, bool explain,
                               struct buffer *out, enum disposition *disposition)
{
    char tag[TAG_LENGTH_MOST + 1];
    snprintf(tag, sizeof(tag), "%.*s", (int)request->tag.size, (const char *)request->tag.data);
    enum status status = results_write(transaction, request, tag, out, disposition);
    if (status == STATUS_OK && explain)
        status = report_write(&transaction->report, out, request->tag);
    if (status == STATUS_OK)
        status = summary_write(transaction, tag, out);
    return status == STATUS_OK ? done_write(transaction, request, out) : status;
}

enum status answer_write(const struct transaction *transaction,
                         const struct answer_request *request, struct buffer *out,
                         enum disposition *disposition)
{
    enum status status = lines_write(transaction, request, request->explain, out, disposition);
    if (status != STATUS_LIMIT_REPLY || !request->explain)
        return status;
    buffer_clear(out);
    return lines_write(transaction, request, false, out, disposition);
}

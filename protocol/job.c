/* Jobs and their answers, in the grammar of commands and replies (protocol/job.h). */
#include "protocol/job.h"

#include <inttypes.h>
#include <stdio.h>

#include "protocol/frame.h"
#include "protocol/list.h"
#include "protocol/pairs.h"

enum { JOB_NESTING = 8, ID_BYTES = 24 };

static const char *const stage_words[] = {
    [JOB_SCAN] = "SCAN", [JOB_CONCLUDE] = "CONCLUDE", [JOB_TRANSFORM] = "TRANSFORM"};

static void begin(struct writer *writer, struct buffer *out, uint64_t id, const char *word)
{
    char tag[ID_BYTES];
    snprintf(tag, sizeof tag, "%" PRIu64, id);
    writer_begin(writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, bytes_of_text(tag));
    writer_atom(writer, word);
}

static void write_answer(struct writer *writer, const struct job_answer *answer)
{
    writer_open(writer);
    writer_string(writer, answer->engine);
    writer_string(writer, answer->kind);
    writer_string(writer, answer->name);
    if (answer->has_value)
        writer_string(writer, answer->value);
    else
        writer_nil(writer);
    writer_close(writer);
}

enum status job_write(const struct job *job, struct buffer *out)
{
    struct writer writer;
    begin(&writer, out, job->id, "JOB");
    writer_open(&writer);
    writer_pair_atom(&writer, "STAGE", stage_words[job->stage]);
    writer_pair_number(&writer, "SIZE", job->size);
    writer_pair_number(&writer, "DEADLINE", job->deadline_ms);
    writer_pair_strings(&writer, "ENGINES", job->engines, job->engine_count);
    writer_atom(&writer, "ANSWERS");
    writer_open(&writer);
    for (size_t i = 0; i < job->answer_count; i++)
        write_answer(&writer, &job->answers[i]);
    writer_close(&writer);
    if (job->want_count > 0)
        writer_pair_strings(&writer, "WANTS", job->wants, job->want_count);
    if (job->stage == JOB_TRANSFORM)
        writer_pair_number(&writer, "EDITS", job->edits_size);
    writer_close(&writer);
    return writer_end(&writer);
}

static void read_stage(struct lexer *lexer, enum job_stage *stage)
{
    unsigned index;
    lexer->status = lexer_word(lexer, stage_words, sizeof stage_words / sizeof stage_words[0],
                               "SCAN, CONCLUDE or TRANSFORM", &index);
    if (lexer->status == STATUS_OK)
        *stage = index;
}

/* "(" engine SP kind SP name SP ( value / NIL ) ")" */
static void read_answer(struct lexer *lexer, struct job_answer *answer)
{
    struct bytes *const names[] = {&answer->engine, &answer->kind, &answer->name};
    lexer->status = lexer_open(lexer);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lexer->status = lexer_string(lexer, names[i]);
        lexer->status = lexer_space(lexer);
    }
    answer->has_value = lexer_peek(lexer) != TOKEN_NIL;
    if (answer->has_value)
        lexer->status = lexer_string(lexer, &answer->value);
    else
        lexer->status = lexer_nil(lexer);
    lexer->status = lexer_close(lexer);
}

static void read_answers(struct lexer *lexer, struct arena *arena, struct job *job)
{
    size_t capacity = 0;
    bool first = true;
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        if (!arena_grow(arena, (void **)&job->answers, &capacity, job->answer_count,
                        sizeof *job->answers)) {
            lexer->status = lexer_fail(lexer, STATUS_MEMORY, "fewer answers");
            return;
        }
        struct job_answer *answer = &job->answers[job->answer_count];
        *answer = (struct job_answer){0};
        read_answer(lexer, answer);
        job->answer_count += lexer->status == STATUS_OK;
    }
}

static void read_pairs(struct lexer *lexer, struct arena *arena, struct job *job)
{
    struct pairs pairs;
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        if (pairs_is(&pairs, "STAGE"))
            read_stage(lexer, &job->stage);
        else if (pairs_is(&pairs, "SIZE"))
            lexer->status = lexer_number(lexer, &job->size);
        else if (pairs_is(&pairs, "DEADLINE"))
            lexer->status = lexer_number(lexer, &job->deadline_ms);
        else if (pairs_is(&pairs, "ENGINES"))
            lexer->status = list_strings(lexer, arena, SIZE_MAX, &job->engines, &job->engine_count);
        else if (pairs_is(&pairs, "ANSWERS"))
            read_answers(lexer, arena, job);
        else if (pairs_is(&pairs, "WANTS"))
            lexer->status =
                list_strings(lexer, arena, JOB_WANTS_MOST, &job->wants, &job->want_count);
        else if (pairs_is(&pairs, "EDITS"))
            lexer->status = lexer_number(lexer, &job->edits_size);
        else
            pairs_skip(&pairs);
    }
}

/* What only some stages have, and its bounds. */
static bool job_is_fine(const struct job *job)
{
    bool transforms = job->stage == JOB_TRANSFORM;
    bool fine = transforms == (job->edits_size > 0) && job->edits_size <= JOB_EDITS_BYTES_MOST;
    for (size_t i = 0; i < job->want_count && fine; i++)
        fine = job->wants[i].size > 0 && job->wants[i].size <= JOB_WANT_BYTES;
    return fine;
}

enum status job_read(uint8_t *octets, size_t size, struct arena *arena, struct job *job)
{
    struct lexer lexer;
    struct bytes word = {0};
    *job = (struct job){0};
    if (size < 2 || octets[size - 2] != '\r' || octets[size - 1] != '\n')
        return STATUS_PARSE;
    lexer_init(&lexer, octets, size - 2, JOB_NESTING);
    lexer.status = lexer_number(&lexer, &job->id);
    lexer.status = lexer_space(&lexer);
    lexer.status = lexer_atom(&lexer, &word);
    if (!bytes_equal_fold(word, BYTES("JOB")))
        lexer.status = lexer_fail(&lexer, STATUS_PARSE, "JOB");
    lexer.status = lexer_space(&lexer);
    read_pairs(&lexer, arena, job);
    if (!job_is_fine(job))
        lexer.status = lexer_fail(&lexer, STATUS_PARSE, "edits and wants within their bounds");
    return lexer_end(&lexer);
}

enum status job_write_report(const struct report *report, uint64_t id, enum status status,
                             struct buffer *out)
{
    struct writer writer;
    char tag[ID_BYTES], code[64];
    size_t before = out->size;
    snprintf(tag, sizeof tag, "%" PRIu64, id);
    snprintf(code, sizeof code, "STATUS %s", status_name(status));
    if (report) {
        enum status written = report_write(report, out, bytes_of_text(tag));
        if (written != STATUS_OK)
            return written;
    }
    begin(&writer, out, id, status == STATUS_OK ? "OK" : "NO");
    writer_code(&writer, status == STATUS_OK ? "DONE" : code, false, 0);
    writer_rest(&writer, status_reply(status)->text);
    enum status ended = writer_end(&writer);
    if (ended != STATUS_OK)
        out->size = before;
    return ended;
}

enum status job_write_large(uint64_t id, uint64_t size, struct buffer *out)
{
    struct writer writer;
    begin(&writer, out, id, "LARGE");
    writer_open(&writer);
    writer_pair_number(&writer, "SIZE", size);
    writer_close(&writer);
    return writer_end(&writer);
}

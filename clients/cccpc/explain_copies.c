#include "clients/cccpc/explain_copies.h"

#include "clients/cccpc/paragraph.h"

enum { INDENT = 4, LEVEL = 2, HANGING = 3, SAMPLE_BYTES = 60 };

/* The beginning of some octets, printable: others stand as \xHH. */
struct sample {
    char text[4 * SAMPLE_BYTES + 1];
    size_t taken;  /* octets of it */
    uint64_t size; /* of all octets */
};

static void sample_add(struct sample *sample, const uint8_t *octets, uint64_t size)
{
    char *end = sample->text;
    while (*end)
        end++;
    for (uint64_t i = 0; i < size && sample->taken < SAMPLE_BYTES; i++, sample->taken++) {
        bool printable = octets[i] >= 0x20 && octets[i] < 0x7F && octets[i] != '\\';
        end += sprintf(end, printable ? "%c" : "\\x%02X", octets[i]);
    }
    sample->size += size;
}

static void sample_write(FILE *out, char mark, const struct sample *sample)
{
    if (sample->size > 0)
        paragraph_quote(out, INDENT + LEVEL + LEVEL, mark, sample->text);
}

/* One edit: that range of the original gives way to what is put in. */
static void edit_write(FILE *out, const struct source *source, uint64_t offset, uint64_t end,
                       const struct sample *put_in)
{
    struct sample taken_out = {.size = 0};
    if (offset == end && put_in->size == 0)
        return;
    sample_add(&taken_out, (const uint8_t *)source->content + offset, end - offset);
    fprintf(out, "%*soctets %llu+%llu, %llu put in\n", INDENT + LEVEL, "",
            (unsigned long long)offset, (unsigned long long)(end - offset),
            (unsigned long long)put_in->size);
    sample_write(out, '-', &taken_out);
    sample_write(out, '+', put_in);
}

/* What stands between two kept pieces is one edit. */
static void edits_write(FILE *out, const struct cccp_copy *copy, const struct source *source)
{
    struct sample put_in = {.size = 0};
    uint64_t at = 0;
    for (size_t i = 0; i < copy->segment_count; i++) {
        const struct cccp_segment *segment = &copy->segments[i];
        if (!segment->is_kept) {
            sample_add(&put_in, segment->data, segment->size);
            continue;
        }
        edit_write(out, source, at, segment->offset, &put_in);
        put_in = (struct sample){.size = 0};
        at = segment->offset + segment->size;
    }
    edit_write(out, source, at, source->size, &put_in);
}

static void copy_write(FILE *out, const struct cccp_copy *copy, const struct source *source)
{
    struct paragraph line;
    paragraph_begin(&line, out, INDENT, HANGING);
    paragraph_put(&line, "", "%u", copy->number);
    paragraph_put(&line, "  ", "%llu octets", (unsigned long long)copy->size);
    paragraph_put(&line, "  ", "%s%s", copy->body, copy->smtputf8 ? " SMTPUTF8" : "");
    for (size_t i = 0; i < copy->broken_count; i++)
        paragraph_put(&line, i == 0 ? "  breaks DKIM " : ", ", "%s", copy->broken[i]);
    paragraph_end(&line);
    edits_write(out, copy, source);
}

void explain_copies_write(FILE *out, const struct cccp_result *result, const struct source *source)
{
    size_t count;
    const struct cccp_copy *copies = cccp_result_copies(result, &count);
    if (count > 0)
        fputs("  copies\n", out);
    for (size_t i = 0; i < count; i++)
        copy_write(out, &copies[i], source);
}

static void note_write(FILE *out, const struct cccp_note *note)
{
    struct paragraph line;
    paragraph_begin(&line, out, INDENT, HANGING);
    paragraph_put(&line, "", "%u", note->number);
    paragraph_put(&line, " ", "%s", cccp_note_word(note->kind));
    paragraph_put(&line, "  ", "from <%s>", note->sender);
    for (size_t i = 0; i < note->recipient_count; i++)
        paragraph_put(&line, i == 0 ? " to " : ", ", "<%s>", note->recipients[i]);
    paragraph_put(&line, "  ", "%zu octets", note->size);
    paragraph_end(&line);
}

void explain_notes_write(FILE *out, const struct cccp_result *result)
{
    size_t count;
    const struct cccp_note *notes = cccp_result_notes(result, &count);
    if (count > 0)
        fputs("  notices\n", out);
    for (size_t i = 0; i < count; i++)
        note_write(out, &notes[i]);
}

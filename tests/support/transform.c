/* Makes copies as a worker does. Without --each of one message, to standard output, and says its
 * COPY line (splices left out) and notes on standard error; with it of every path that is read from
 * standard input, as FOLDER/0, FOLDER/1 .., and says the lines on standard output behind the path.
 *
 *     transform [--engines] [--set KEY=VALUE].. [--each FOLDER] [FILE]
 *               'header-add (NAME "X-A" VALUE "b")' 'part-remove (PARTS 2)' ..
 *
 * --engines opens those of the embedded defaults, for part-clean. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/file_octets.h"
#include "tests/support/opened_engines.h"

enum { SETS_MOST = 32, PATH_OCTETS = 4096, DEADLINE_MS = 60000, ARENA_BYTES = 16 << 20 };

static struct options {
    bool opens_engines;
    const char *folder; /* of --each */
    const char *sets[SETS_MOST];
    size_t set_count;
} options;
static struct opened_engines opened;
static struct limits limits;
static struct job job = {.stage = JOB_TRANSFORM, .deadline_ms = DEADLINE_MS};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

/* Each argument is what stands behind "EDIT" in a line. */
static void read_edits(char **arguments, size_t count, struct buffer *lines, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        if (buffer_append(lines, BYTES("e EDIT ")) != STATUS_OK ||
            buffer_append(lines, bytes_of_text(arguments[i])) != STATUS_OK ||
            buffer_append(lines, BYTES("\r\n")) != STATUS_OK)
            fail(arguments[i], "no memory");
    }
    if (edits_read(lines->data, lines->size, arena, &job.edits, &job.edit_count) != STATUS_OK)
        fail("transform", "an edit is none: KIND (KEY \"value\" ..)");
}

static enum status print(void *owner, struct bytes piece)
{
    return fwrite(piece.data, 1, piece.size, owner) == piece.size ? STATUS_OK : STATUS_IO;
}

static void print_facts(const struct report *report, FILE *out)
{
    static const char *const bodies[] = {"7BIT", "8BITMIME", "BINARYMIME"};
    const struct report_copy *copy = &report->copies[0];

    fprintf(out, "SIZE %llu BODY %s SMTPUTF8 %s DATA %llu SEGMENTS %zu SHA256 ",
            (unsigned long long)copy->size, bodies[copy->body], copy->smtputf8 ? "YES" : "NO",
            (unsigned long long)splice_data_size(&copy->splice), copy->splice.count);
    for (size_t i = 0; i < sizeof copy->digest; i++)
        fprintf(out, "%02x", copy->digest[i]);
    for (size_t i = 0; i < copy->broken_count; i++)
        fprintf(out, " DKIM-BROKEN \"%.*s\"", (int)copy->broken[i].size,
                (const char *)copy->broken[i].data);
    for (size_t i = 0; i < report->findings_count; i++)
        fprintf(out, " NOTE %.*s %u", (int)report->findings[i].symbol.size,
                (const char *)report->findings[i].symbol.data, report->findings[i].part);
    fputc('\n', out);
}

static void transform(const char *path, struct bytes octets, FILE *copy_to, FILE *facts_to)
{
    struct report report;
    enum status status;
    uint64_t size;

    report_init(&report, (size_t)limits.report_bytes);
    status = engines_transform(opened.instances, opened.count, &limits, &job, octets, &report);
    if (status == STATUS_OK &&
        (splice_check(&report.copies[0].splice, octets.size, &size) != STATUS_OK ||
         size != report.copies[0].size))
        fail(path, "the splices are none");
    if (status == STATUS_OK) {
        print_facts(&report, facts_to);
        status = splice_each(&report.copies[0].splice, octets, print, copy_to);
    } else {
        fprintf(facts_to, "NO %s\n", status_name(status));
    }
    report_clear(&report);
}

static void transform_file(const char *path, FILE *copy_to, FILE *facts_to)
{
    struct bytes octets = file_octets(path);

    transform(path, octets, copy_to, facts_to);
    free((void *)octets.data);
}

static void transform_each(void)
{
    char path[PATH_OCTETS], name[PATH_OCTETS];

    for (size_t i = 0; fgets(path, sizeof path, stdin) != NULL; i++) {
        FILE *out;

        path[strcspn(path, "\n")] = '\0';
        snprintf(name, sizeof name, "%s/%zu", options.folder, i);
        out = fopen(name, "wb");
        if (out == NULL)
            fail(name, "cannot be written");
        printf("%s\t", path);
        transform_file(path, out, stdout);
        if (fclose(out) != 0)
            fail(name, "cannot be written");
    }
}

static void read_options(int count, char **arguments)
{
    static const struct option rows[] = {{"engines", no_argument, NULL, 'e'},
                                         {"each", required_argument, NULL, 'f'},
                                         {"set", required_argument, NULL, 's'},
                                         {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(count, arguments, "", rows, NULL)) != -1) {
        if (option == '?' || options.set_count == SETS_MOST)
            exit(64);
        options.opens_engines |= option != 'f';
        if (option == 'f')
            options.folder = optarg;
        if (option == 's')
            options.sets[options.set_count++] = optarg;
    }
    if (options.folder == NULL && optind == count)
        exit(64);
}

int main(int count, char **arguments)
{
    struct buffer lines;
    struct arena arena;
    const char *path;

    read_options(count, arguments);
    path = options.folder == NULL ? arguments[optind++] : NULL;
    message_warm_up();
    limits_init(&limits);
    if (options.opens_engines) {
        engines_open(&opened, options.sets, options.set_count);
        limits = opened.config->limits;
    }
    buffer_init(&lines, SIZE_MAX);
    arena_init(&arena, ARENA_BYTES);
    read_edits(arguments + optind, (size_t)(count - optind), &lines, &arena);
    if (path != NULL)
        transform_file(path, stdout, stderr);
    else
        transform_each();
    arena_clear(&arena);
    buffer_clear(&lines);
    if (options.opens_engines)
        engines_close(&opened);
    return ferror(stdout) || fflush(stdout) != 0;
}

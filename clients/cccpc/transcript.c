#include "clients/cccpc/transcript.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TRANSCRIPT_MOST = 64 << 20 };

struct reader {
    struct transcript *transcript;
    FILE *problems;
    unsigned line;
    bool failed;
};

static void complain(struct reader *reader, const char *what)
{
    if (!reader->failed)
        fprintf(reader->problems, "%s:%u: %s\n", reader->transcript->path, reader->line, what);
    reader->failed = true;
}

static int hex(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit ? strchr(digits, tolower((unsigned char)digit)) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* \xHH and \\; in a pattern "..." becomes NUL. Returns the number of octets. */
static size_t unescape(struct reader *reader, char *text, bool pattern)
{
    size_t size = 0;
    for (const char *at = text; *at; at++) {
        if (pattern && strncmp(at, "...", 3) == 0) {
            text[size++] = '\0';
            at += 2;
        } else if (*at != '\\') {
            text[size++] = *at;
        } else if (at[1] == '\\') {
            text[size++] = *++at;
        } else if (at[1] == 'x' && hex(at[2]) >= 0 && hex(at[3]) >= 0) {
            text[size++] = (char)(hex(at[2]) << 4 | hex(at[3]));
            at += 3;
        } else {
            complain(reader, "want \\xHH or \\\\ behind a backslash");
        }
    }
    return size;
}

static struct conversation *conversation_now(struct reader *reader)
{
    struct transcript *transcript = reader->transcript;
    if (transcript->conversation_count == 0) {
        complain(reader, "want a CASE: first");
        return NULL;
    }
    return &transcript->conversations[transcript->conversation_count - 1];
}

static struct step *step_add(struct reader *reader, enum step_kind kind)
{
    struct conversation *conversation = conversation_now(reader);
    if (!conversation)
        return NULL;
    if (!arena_grow(&reader->transcript->arena, (void **)&conversation->steps,
                    &conversation->step_capacity, conversation->step_count,
                    sizeof(struct step))) {
        complain(reader, "the transcript is too long");
        return NULL;
    }
    struct step *step = &conversation->steps[conversation->step_count++];
    *step = (struct step){.kind = kind, .line = reader->line};
    return step;
}

static void send_add(struct reader *reader, char *text, unsigned long times, const char *end)
{
    size_t size = unescape(reader, text, false), tail = strlen(end);
    struct step *step = step_add(reader, STEP_SEND);
    if (!step)
        return;
    if (size > 0 && times > TRANSCRIPT_MOST / size) {
        complain(reader, "the transcript is too long");
        return;
    }
    uint8_t *octets = arena_take(&reader->transcript->arena, size * times + tail + 1);
    if (!octets) {
        complain(reader, "the transcript is too long");
        return;
    }
    for (unsigned long i = 0; i < times; i++)
        memcpy(octets + i * size, text, size);
    memcpy(octets + size * times, end, tail);
    step->octets = (struct bytes){octets, size * times + tail};
}

static void send_many(struct reader *reader, char *text)
{
    char *rest;
    unsigned long times = strtoul(text, &rest, 10);
    if (rest == text || *rest != ' ')
        complain(reader, "want C* number text");
    else
        send_add(reader, rest + 1, times, "");
}

static void expect_add(struct reader *reader, char *text, enum step_kind kind)
{
    struct step *step = step_add(reader, kind);
    size_t size = unescape(reader, text, true);
    if (step)
        step->octets.data = (const uint8_t *)arena_copy(
            &reader->transcript->arena, (struct bytes){(const uint8_t *)text, size});
    if (step && step->octets.data)
        step->octets.size = size;
    else
        complain(reader, "the transcript is too long");
}

static void conversation_add(struct reader *reader, const char *title)
{
    struct transcript *transcript = reader->transcript;
    if (!arena_grow(&transcript->arena, (void **)&transcript->conversations,
                    &transcript->conversation_capacity, transcript->conversation_count,
                    sizeof(struct conversation))) {
        complain(reader, "the transcript is too long");
        return;
    }
    struct conversation *made = &transcript->conversations[transcript->conversation_count++];
    *made = (struct conversation){.line = reader->line};
    made->title = arena_copy(&transcript->arena, bytes_of_text(title));
}

static void setting_add(struct reader *reader, const char *setting)
{
    struct transcript *transcript = reader->transcript;
    if (transcript->conversation_count > 0)
        complain(reader, "SERVER: stands before the first CASE:");
    else if (arena_grow(&transcript->arena, (void **)&transcript->settings,
                        &transcript->setting_capacity, transcript->setting_count, sizeof(char *)))
        transcript->settings[transcript->setting_count++] =
            arena_copy(&transcript->arena, bytes_of_text(setting));
}

static void line_read(struct reader *reader, char *line)
{
    char *rest = strchr(line, ' ');
    char nothing[] = "";
    if (line[0] == '\0' || line[0] == '#')
        return;
    if (rest)
        *rest++ = '\0';
    else
        rest = nothing;
    if (strcmp(line, "CASE:") == 0)
        conversation_add(reader, rest);
    else if (strcmp(line, "SERVER:") == 0)
        setting_add(reader, rest);
    else if (strcmp(line, "C:") == 0 || strcmp(line, "C!") == 0)
        send_add(reader, rest, 1, "\r\n");
    else if (strcmp(line, "C-") == 0)
        send_add(reader, rest, 1, "");
    else if (strcmp(line, "C*") == 0)
        send_many(reader, rest);
    else if (strcmp(line, "S:") == 0)
        expect_add(reader, rest, STEP_EXPECT);
    else if (strcmp(line, "S*") == 0)
        expect_add(reader, rest, STEP_EXPECT_ANY);
    else if (strcmp(line, "S&") == 0)
        expect_add(reader, rest, STEP_EXPECT_ALL);
    else if (strcmp(line, "EOF:") == 0)
        (void)step_add(reader, STEP_EOF);
    else if (strcmp(line, "SHUT:") == 0)
        (void)step_add(reader, STEP_SHUT);
    else
        complain(reader, "want CASE: SERVER: C: C- C* C! S: S* S& EOF: or SHUT:");
}

bool transcript_open(struct transcript *transcript, const char *path, FILE *problems)
{
    struct reader reader = {.transcript = transcript, .problems = problems};
    char *line = NULL;
    size_t room = 0;
    *transcript = (struct transcript){.path = path};
    arena_init(&transcript->arena, TRANSCRIPT_MOST);
    FILE *file = fopen(path, "re");
    if (!file) {
        fprintf(problems, "%s: %s\n", path, strerror(errno));
        return false;
    }
    for (ssize_t size = getline(&line, &room, file); size >= 0 && !reader.failed;
         size = getline(&line, &room, file)) {
        reader.line++;
        if (size > 0 && line[size - 1] == '\n')
            line[size - 1] = '\0';
        line_read(&reader, line);
    }
    free(line);
    fclose(file);
    if (!reader.failed && transcript->conversation_count == 0)
        complain(&reader, "there is no CASE:");
    return !reader.failed;
}

void transcript_close(struct transcript *transcript)
{
    arena_clear(&transcript->arena);
    *transcript = (struct transcript){0};
}

bool cut_of_word(const char *word, enum cut *cut)
{
    static const char *const words[] = {
        [CUT_NONE] = "none", [CUT_EVERY] = "every", [CUT_RANDOM] = "random"};
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            *cut = (enum cut)i;
            return true;
        }
    }
    return false;
}

bool pattern_matches(struct bytes pattern, struct bytes octets)
{
    size_t at = 0, i = 0, star = SIZE_MAX, mark = 0;
    while (at < octets.size) {
        if (i < pattern.size && pattern.data[i] == '\0') {
            star = i++;
            mark = at;
        } else if (i < pattern.size && pattern.data[i] == octets.data[at]) {
            i++;
            at++;
        } else if (star != SIZE_MAX) {
            i = star + 1;
            at = ++mark;
        } else {
            return false;
        }
    }
    while (i < pattern.size && pattern.data[i] == '\0')
        i++;
    return i == pattern.size;
}

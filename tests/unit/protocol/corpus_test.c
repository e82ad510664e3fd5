/* Literals, quoted strings and lists of IMAP as others know them: shared/corpus/imap-literal-own.
 * Its bytes are fed at every cut; the outcomes are ours (spec/cccp.md wins: there is no literal8).
 * A case of the corpus without an outcome here fails. */
#include "feed.h"

#include "protocol/lexer.h"

static const struct frame_limits limits = {
    .line_bytes = 1024, .command_bytes = 65536, .literal_bytes = 4096, .nesting = 8};

struct outcome {
    const char *name;
    const char *transcript;
};

/* Arguments: <atom or string>, ~ for NIL, lists in parentheses. */
static const struct outcome outcomes[] = {
    {"lit-sync", "L5C<hello>."},
    {"lit-plus", "C<hello>."},
    {"lit-minus-4097", "!LIMIT_LITERAL(A1)X"},
    {"lit-zero", "L0C<>."},
    {"lit-two", "C<abc><de>."},
    {"lit-crlf-inside", "C<a\\r\\nb\\r\\nc>."},
    {"lit-nul", "C!PARSE."},
    {"lit8", "C!PARSE."},
    {"lit-64bit", "!LIMIT_COMMAND(A1)#."},
    {"lit-32bit", "!LIMIT_COMMAND(A1)#."},
    {"lit-neg", "C!PARSE."},
    {"lit-plus-sign", "C!PARSEC!PARSE."},
    {"lit-space", "C!PARSEC!PARSE."},
    {"lit-empty", "C!PARSE."},
    {"lit-lf-only", "!PARSE(A1)."},
    {"lit-cr-only", "!PARSE(A1)."},
    {"lit-long", "C<hello>!PARSE."},
    {"lit-tag", "C!PARSE."},
    {"quoted-badesc", "C!PARSE."},
    {"quoted-crlf", "!PARSE(A1)!PARSE."},
    {"atom-nil", "C~<NIL><NIL>."},
    {"list", "C(<a>(<b><c>)<d>)."},
    {"list-unbalanced", "C(<a><b>!PARSE."},
    {"list-close", "C<a>!PARSE."},
    {"pipeline", "CC<hi>C."},
    {"split-bytes", "C<hello>."},
    {"sync-no-wait", "L5C<hello>."},
    {"sync-cancel", "L5~"},
    {"8bit-atom", "C!PARSE."},
};

static void note_value(struct transcript *transcript, struct lexer *lexer)
{
    struct bytes text = {0};
    bool first = true;
    enum token token = lexer_peek(lexer);
    if (token == TOKEN_OPEN) {
        if (lexer_open(lexer) == STATUS_OK)
            note(transcript, "(");
        while (lexer_item(lexer, &first))
            note_value(transcript, lexer);
        if (lexer->status == STATUS_OK)
            note(transcript, ")");
        return;
    }
    if (token == TOKEN_NIL) {
        note(transcript, "%s", lexer_nil(lexer) == STATUS_OK ? "~" : "");
        return;
    }
    if (lexer_text(lexer, &text) == STATUS_OK) {
        note(transcript, "<");
        note_octets(transcript, text);
        note(transcript, ">");
    }
}

static void note_arguments(struct transcript *transcript, struct frame *frame, bool content_follows)
{
    AUTO(rows_free) uint8_t *copy = rows_copy(buffer_bytes(&frame->buffer));
    struct lexer lexer;
    struct bytes word = {0};
    assert_false(content_follows);
    lexer_init(&lexer, copy, frame->buffer.size, limits.nesting);
    if (lexer_atom(&lexer, &word) == STATUS_OK && !is_tag(word))
        lexer.status = lexer_fail(&lexer, STATUS_PARSE, "a tag");
    if (lexer_space(&lexer) == STATUS_OK)
        lexer.status = lexer_atom(&lexer, &word);
    while (lexer.status == STATUS_OK && !lexer_at_end(&lexer)) {
        if (lexer_space(&lexer) == STATUS_OK)
            note_value(transcript, &lexer);
    }
    if (lexer.status != STATUS_OK)
        note(transcript, "!%s", status_name(lexer.status));
}

static const char *corpus_path;

/* Decodes \r \n \\ \xHH in place; returns the size. */
static size_t decode(char *text)
{
    size_t to = 0;
    for (size_t at = 0; text[at]; to++) {
        unsigned octet = (uint8_t)text[at++];
        int taken = 0;
        if (octet == '\\' && text[at] == 'x' && sscanf(text + at + 1, "%2x%n", &octet, &taken) == 1)
            at += 1 + (size_t)taken;
        else if (octet == '\\') {
            octet = text[at] == 'r' ? '\r' : text[at] == 'n' ? '\n' : (uint8_t)text[at];
            at++;
        }
        text[to] = (char)octet;
    }
    return to;
}

/* The bytes of the case with this name, or NULL. Remarks behind them are cut off. */
static char *find_case(FILE *file, const char *name, char *line, int line_size)
{
    static const char *const remarks[] = {" (sent in one segment)", "<EOF>"};
    rewind(file);
    while (fgets(line, line_size, file)) {
        char *octets = strchr(line, '\t');
        char *end = octets ? strchr(octets + 1, '\t') : NULL;
        if (!end || strncmp(line, name, (size_t)(octets - line)) != 0 ||
            name[octets - line] != '\0')
            continue;
        *end = '\0';
        for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++) {
            char *remark = strstr(octets, remarks[i]);
            if (remark)
                *remark = '\0';
        }
        return octets + 1;
    }
    return NULL;
}

static void test_case(void **state)
{
    const struct outcome *row = *state;
    const struct feed feed = {
        .side = FRAME_OF_CLIENT, .limits = limits, .note_command = note_arguments};
    char line[4096];
    FILE *file = fopen(corpus_path, "r");
    assert_non_null(file);
    char *text = find_case(file, row->name, line, sizeof line);
    fclose(file);
    assert_non_null(text);
    size_t size = decode(text);
    feed_all_cuts(&feed, (struct bytes){(uint8_t *)text, size}, row->transcript);
}

static void test_every_case_has_an_outcome(void **state)
{
    (void)state;
    char line[4096];
    size_t count = 0;
    FILE *file = fopen(corpus_path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        count++;
    fclose(file);
    assert_int_equal(count - 1, sizeof outcomes / sizeof outcomes[0]);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    if (argc < 2)
        return 2;
    corpus_path = argv[1];
    ROWS_ADD(&rows, outcomes, test_case);
    rows_add_one(&rows, "every case has an outcome", test_every_case_has_an_outcome);
    return rows_run("corpus", &rows, argc - 1, argv + 1);
}

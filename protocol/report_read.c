/* Reads the lines of a report (protocol/report.h). Keys that are not known are skipped, those
 * without which a line says nothing must be there. */
#include "protocol/pairs.h"
#include "protocol/reply.h"

static void wrong(struct lexer *lexer, const char *expected)
{
    lexer->status = lexer_fail(lexer, STATUS_PARSE, expected);
}

static void read_number(struct lexer *lexer, uint64_t *number)
{
    lexer->status = lexer_number(lexer, number);
}

static void read_number32(struct lexer *lexer, uint32_t *number)
{
    uint64_t wide = 0;
    read_number(lexer, &wide);
    if (wide > UINT32_MAX)
        wrong(lexer, "a number below 2^32");
    *number = (uint32_t)wide;
}

static void read_string(struct lexer *lexer, struct bytes *string)
{
    lexer->status = lexer_string(lexer, string);
}

/* "(" offset SP size ")" */
static void read_range(struct lexer *lexer, struct range *range)
{
    lexer->status = lexer_open(lexer);
    read_number(lexer, &range->offset);
    lexer->status = lexer_space(lexer);
    read_number(lexer, &range->size);
    lexer->status = lexer_close(lexer);
}

/* Takes an atom; empty after a failure, so that no word is recognised in it. */
static struct bytes read_word(struct lexer *lexer)
{
    struct bytes word = {0};
    lexer->status = lexer_atom(lexer, &word);
    return word;
}

/* ["+" / "-"] number */
static void read_points(struct lexer *lexer, int64_t *points)
{
    uint64_t number = 0;
    bool negative = lexer->at < lexer->size && lexer->octets[lexer->at] == '-';
    bool positive = lexer->at < lexer->size && lexer->octets[lexer->at] == '+';
    if (lexer->status == STATUS_OK)
        lexer->at += negative || positive;
    read_number(lexer, &number);
    *points = negative ? -(int64_t)number : (int64_t)number;
}

static void read_part_kind(struct lexer *lexer, enum part_kind *kind)
{
    static const char *const words[] = {
#define PART_WORD(name) #name,
        PART_KIND_ROWS(PART_WORD)};
    unsigned index;
    lexer->status = lexer_word(lexer, words, PART_KIND_COUNT, "LEAF, MULTIPART or MESSAGE", &index);
    if (lexer->status == STATUS_OK)
        *kind = index;
}

/* PARTS n or n:n, one atom. */
static void read_part_numbers(struct lexer *lexer, struct id_range *parts)
{
    struct bytes word = read_word(lexer);
    size_t colon = bytes_find(word, 0, ':');
    struct lexer inner = *lexer;
    if (lexer->status != STATUS_OK)
        return;
    inner.at = lexer->at - word.size;
    inner.size = inner.at + colon;
    read_number32(&inner, &parts->first);
    parts->last = parts->first;
    if (colon < word.size) {
        inner.at = inner.size + 1;
        inner.size = lexer->at;
        read_number32(&inner, &parts->last);
    }
    if (inner.status != STATUS_OK || parts->last < parts->first)
        wrong(lexer, "a part or a range of parts");
}

/* SP word SP "(": what FINDING, COVERAGE, QUESTION and ENGINE begin with. */
static bool begin_engine_line(struct lexer *lexer, struct bytes *engine, struct pairs *pairs)
{
    lexer->status = lexer_space(lexer);
    *engine = read_word(lexer);
    lexer->status = lexer_space(lexer);
    return pairs_begin(pairs, lexer);
}

/* Notes that the current pair is the one with this key: true once for each pair. */
static bool take(const struct pairs *pairs, const char *key, unsigned bit, unsigned *seen)
{
    bool is_it = pairs_is(pairs, key);
    if (is_it)
        *seen |= bit;
    return is_it;
}

static bool line_is_whole(struct lexer *lexer, unsigned seen, unsigned wanted, const char *keys)
{
    if ((seen & wanted) != wanted)
        wrong(lexer, keys);
    return lexer_end(lexer) == STATUS_OK;
}

/* "(" string *( SP string ) ")", into `names`. */
static void read_names(struct lexer *lexer, struct bytes *names, size_t *count)
{
    bool first = true;
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        if (*count == REPORT_NAMES_MOST)
            wrong(lexer, "at most 32 names");
        else
            read_string(lexer, &names[(*count)++]);
    }
}

/* The number that stands under this key, or NULL. */
static uint32_t *number_of_part(struct report_part *part, const struct pairs *pairs)
{
    const struct {
        const char *key;
        uint32_t *number;
    } rows[] = {{"PARENT", &part->parent},
                {"DEPTH", &part->depth},
                {"READING", &part->reading},
                {"WITHIN", &part->within}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (pairs_is(pairs, rows[i].key))
            return rows[i].number;
    }
    return NULL;
}

/* The same of a text that may be missing. */
static struct bytes *text_of_part(struct report_part *part, const struct pairs *pairs)
{
    const struct {
        const char *key;
        struct bytes *text;
    } rows[] = {{"NAME", &part->name}, {"ENCODING", &part->encoding}, {"CHARSET", &part->charset}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (pairs_is(pairs, rows[i].key))
            return rows[i].text;
    }
    return NULL;
}

static enum status read_part(struct report *report, struct lexer *lexer)
{
    struct bytes names[REPORT_NAMES_MOST];
    struct report_part part = {.other_names = names};
    struct pairs pairs;
    unsigned seen = 0;
    lexer->status = lexer_space(lexer);
    read_number32(lexer, &part.number);
    lexer->status = lexer_space(lexer);
    if (!pairs_begin(&pairs, lexer))
        return lexer->status;
    while (pairs_next(&pairs)) {
        uint32_t *number = number_of_part(&part, &pairs);
        struct bytes *text = text_of_part(&part, &pairs);
        if (number)
            read_number32(lexer, number);
        else if (text)
            read_string(lexer, text);
        else if (take(&pairs, "KIND", 1, &seen))
            read_part_kind(lexer, &part.kind);
        else if (take(&pairs, "TYPE", 2, &seen))
            read_string(lexer, &part.type);
        else if (pairs_is(&pairs, "NAMES"))
            read_names(lexer, names, &part.other_name_count);
        else if (take(&pairs, "HEADER", 4, &seen))
            read_range(lexer, &part.header);
        else if (take(&pairs, "BODY", 8, &seen))
            read_range(lexer, &part.body);
        else if (pairs_is(&pairs, "DECODED"))
            read_number(lexer, &part.decoded_size);
        else
            pairs_skip(&pairs);
    }
    if (!line_is_whole(lexer, seen, 15, "KIND, TYPE, HEADER and BODY"))
        return lexer->status;
    return report_add_part(report, &part);
}

static enum status read_finding(struct report *report, struct lexer *lexer)
{
    struct report_finding finding = {0};
    struct pairs pairs;
    unsigned seen = 0;
    if (!begin_engine_line(lexer, &finding.engine, &pairs))
        return lexer->status;
    while (pairs_next(&pairs)) {
        if (take(&pairs, "SYMBOL", 1, &seen)) {
            read_string(lexer, &finding.symbol);
        } else if (take(&pairs, "CLASS", 2, &seen)) {
            if (!finding_class_of_word(read_word(lexer), &finding.class))
                wrong(lexer, "a class of findings");
        } else if (pairs_is(&pairs, "POINTS")) {
            read_points(lexer, &finding.points);
        } else if (pairs_is(&pairs, "PART")) {
            read_number32(lexer, &finding.part);
        } else if (pairs_is(&pairs, "RANGE")) {
            read_range(lexer, &finding.range);
        } else if (pairs_is(&pairs, "TEXT")) {
            read_string(lexer, &finding.text);
        } else if (pairs_is(&pairs, "EXCERPT")) {
            read_string(lexer, &finding.excerpt);
        } else {
            pairs_skip(&pairs);
        }
    }
    if (!line_is_whole(lexer, seen, 3, "SYMBOL and CLASS"))
        return lexer->status;
    return report_add_finding(report, &finding);
}

static enum status read_coverage(struct report *report, struct lexer *lexer)
{
    struct report_coverage coverage = {0};
    struct pairs pairs;
    unsigned seen = 0;
    if (!begin_engine_line(lexer, &coverage.engine, &pairs))
        return lexer->status;
    while (pairs_next(&pairs)) {
        if (take(&pairs, "PARTS", 1, &seen)) {
            read_part_numbers(lexer, &coverage.parts);
        } else if (take(&pairs, "STATE", 2, &seen)) {
            if (!coverage_of_word(read_word(lexer), &coverage.state))
                wrong(lexer, "a state of coverage");
        } else if (pairs_is(&pairs, "REASON")) {
            read_string(lexer, &coverage.reason);
        } else {
            pairs_skip(&pairs);
        }
    }
    if (!line_is_whole(lexer, seen, 3, "PARTS and STATE"))
        return lexer->status;
    return report_add_coverage(report, &coverage);
}

static enum status read_engine(struct report *report, struct lexer *lexer)
{
    struct report_engine engine = {0};
    struct pairs pairs;
    unsigned seen = 0;
    if (!begin_engine_line(lexer, &engine.name, &pairs))
        return lexer->status;
    while (pairs_next(&pairs)) {
        if (take(&pairs, "STATE", 1, &seen)) {
            struct bytes word = read_word(lexer);
            engine.failed = bytes_equal_fold(word, BYTES("FAILED"));
            if (!engine.failed && !bytes_equal_fold(word, BYTES("OK")))
                wrong(lexer, "OK or FAILED");
        } else if (pairs_is(&pairs, "VERSION")) {
            read_string(lexer, &engine.version);
        } else if (pairs_is(&pairs, "TIME")) {
            read_number(lexer, &engine.time_us);
        } else if (pairs_is(&pairs, "REASON")) {
            read_string(lexer, &engine.reason);
        } else {
            pairs_skip(&pairs);
        }
    }
    if (!line_is_whole(lexer, seen, 1, "STATE"))
        return lexer->status;
    return report_add_engine(report, &engine);
}

static enum status read_fact(struct report *report, struct lexer *lexer)
{
    struct report_fact fact = {0};
    lexer->status = lexer_space(lexer);
    read_string(lexer, &fact.name);
    lexer->status = lexer_space(lexer);
    read_string(lexer, &fact.value);
    if (lexer_end(lexer) != STATUS_OK)
        return lexer->status;
    return report_add_fact(report, fact.name, fact.value);
}

static enum status read_question(struct report *report, struct lexer *lexer)
{
    struct report_question question = {0};
    struct pairs pairs;
    unsigned seen = 0;
    if (!begin_engine_line(lexer, &question.engine, &pairs))
        return lexer->status;
    while (pairs_next(&pairs)) {
        if (take(&pairs, "KIND", 1, &seen))
            read_string(lexer, &question.kind);
        else if (take(&pairs, "NAME", 2, &seen))
            read_string(lexer, &question.name);
        else
            pairs_skip(&pairs);
    }
    if (!line_is_whole(lexer, seen, 3, "KIND and NAME"))
        return lexer->status;
    return report_add_question(report, &question);
}

/* With splices: a report holds no octets of copies. */
static enum status read_copy(struct report *report, struct lexer *lexer)
{
    AUTO(arena_clear) struct arena arena;
    struct report_copy copy;
    bool is_inline;
    struct bytes octets;
    arena_init(&arena, report->arena.limit);
    enum status status = reply_read_copy(lexer, &arena, &copy, &is_inline, &octets);
    if (status != STATUS_OK)
        return status == STATUS_MEMORY ? STATUS_LIMIT : status;
    return is_inline ? STATUS_PARSE : report_add_copy(report, &copy);
}

enum status report_read_line(struct report *report, struct bytes word, struct lexer *lexer,
                             bool *known)
{
    static const struct {
        const char *word;
        enum status (*read)(struct report *report, struct lexer *lexer);
    } lines[] = {{"PART", read_part},     {"FINDING", read_finding}, {"COVERAGE", read_coverage},
                 {"ENGINE", read_engine}, {"FACT", read_fact},       {"QUESTION", read_question},
                 {"COPY", read_copy}};
    *known = true;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (bytes_equal_fold(word, bytes_of_text(lines[i].word)))
            return lines[i].read(report, lexer);
    }
    *known = false;
    return STATUS_OK;
}

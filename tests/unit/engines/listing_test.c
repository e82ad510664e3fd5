/* Archives, and what a walk has to say of each: a row of a table (tests/support/archives/case.py
 * says what its columns mean).
 *
 *     listing_test ROWS.tsv FOLDER */
#include "engines/attachment/listing.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/protocol/rows.h"

enum { COLUMNS = 7, BOMB_BYTES_MOST = 256 << 20 };
#ifdef CCCPD_SANITIZED
enum { BOMB_CPU_MS = 15000 };
#else
enum { BOMB_CPU_MS = 2000 };
#endif

struct row {
    const char *name; /* first, for rows_add() */
    char *columns[COLUMNS];
};
enum column { NAME, FILE_NAME, FORMAT, STATE, CAP, ODDITIES, ENTRIES };

static const char *folder;
static struct row rows[512];
static size_t row_count;

static const char *const states[] = {
    "whole", "encrypted-content", "encrypted-names", "broken", "unsupported", "nested", "capped"};
static const char *const oddities[] = {"prefix",       "suffix",       "gap",
                                       "overlap",      "hidden-entry", "missing-entry",
                                       "names-differ", "concatenated"};

static uint8_t *read_file(const char *name, size_t *size)
{
    char path[4096];
    uint8_t *octets = NULL;
    size_t taken;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    *size = 0;
    do {
        octets = realloc(octets, *size + 65536);
        assert_non_null(octets);
        taken = fread(octets + *size, 1, 65536, file);
        *size += taken;
    } while (taken > 0);
    fclose(file);
    /* Exactly so large: the address sanitizer sees one octet too many. */
    octets = realloc(octets, *size > 0 ? *size : 1);
    assert_non_null(octets);
    return octets;
}

/* Entries as rows.tsv writes them. */
struct told {
    struct buffer text;
    uint64_t count;
    unsigned deepest;
};

static void append(struct buffer *text, struct bytes octets)
{
    assert_int_equal(buffer_append(text, octets), STATUS_OK);
}

static void append_name(struct buffer *text, struct bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        append(text, name.data[i] == ' ' ? BYTES("_") : bytes_slice(name, i, 1));
}

static const char *flags_of(const struct listing_entry *entry)
{
    if (entry->is_encrypted)
        return "/e";
    if (entry->is_folder)
        return "/d";
    if (entry->is_link)
        return "/l";
    if (entry->size == 0 || entry->whole.size > 0)
        return "";
    return entry->head.size > 0 ? "/h" : "/n";
}

static void take(void *context, const struct listing_entry *entry)
{
    struct told *told = context;
    char level[32];

    assert_true(bytes_is_utf8(entry->name));
    assert_true(bytes_is_utf8(entry->other_name));
    assert_true(entry->head.size <= LISTING_HEAD_OCTETS);
    assert_true(entry->whole.size <= LISTING_WHOLE_MOST);
    if (entry->whole.size > 0)
        assert_memory_equal(entry->whole.data, entry->head.data, entry->head.size);
    snprintf(level, sizeof level, "%s%u:", told->count++ > 0 ? " " : "", entry->levels);
    if (told->count <= 100 && entry->name.size < 1000) {
        append(&told->text, bytes_of_text(level));
        append_name(&told->text, entry->name);
        append(&told->text, entry->other_name.size > 0 ? BYTES("|") : BYTES(""));
        append_name(&told->text, entry->other_name);
        append(&told->text, bytes_of_text(flags_of(entry)));
    }
}

static void put_oddities(unsigned bits, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s", bits == 0 ? "-" : "");

    for (unsigned i = 0; i < sizeof oddities / sizeof oddities[0]; i++)
        if ((bits >> i & 1) != 0)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? "," : "",
                                     oddities[i]);
}

/* A number: so many. "-": none. */
static void check_entries(const struct row *row, const struct told *told)
{
    char *end;
    unsigned long count = strtoul(row->columns[ENTRIES], &end, 10);
    struct bytes wanted = bytes_of_text(row->columns[ENTRIES]);

    if (*end == '\0')
        assert_int_equal(told->count, count);
    else if (strcmp(row->columns[ENTRIES], "-") == 0)
        assert_int_equal(told->count, 0);
    else if (!bytes_equal(buffer_bytes(&told->text), wanted))
        fail_msg("%.*s", (int)told->text.size, (const char *)told->text.data);
}

static void check(const struct row *row, const struct listing *listing, const struct told *told,
                  size_t size)
{
    char found[256];

    assert_string_equal(listing->format != NULL ? listing->format : "-", row->columns[FORMAT]);
    put_oddities(listing->oddities, found, sizeof found);
    assert_string_equal(found, row->columns[ODDITIES]);
    assert_string_equal(states[listing->state], row->columns[STATE]);
    assert_string_equal(listing->cap != NULL ? listing->cap : "-", row->columns[CAP]);
    assert_int_equal(listing->entry_count, told->count);
    check_entries(row, told);
    assert_true(listing->evidence.offset <= size);
    assert_true(listing->evidence.size <= size - listing->evidence.offset);
    if (listing->state != LISTING_WHOLE || listing->oddities != 0)
        assert_true(listing->evidence.size > 0);
}

static void walk(const struct row *row, uint64_t cpu_ms)
{
    struct limits limits;
    struct budget budget;
    struct listing listing;
    struct told told = {.count = 0};
    size_t size;
    uint8_t *octets = read_file(row->columns[FILE_NAME], &size);

    limits_init(&limits);
    limits.cpu_ms = cpu_ms > 0 ? cpu_ms : limits.cpu_ms;
    budget_init(&budget, &limits, size, 0);
    buffer_init(&told.text, 1 << 20);
    assert_int_equal(listing_is_archive((struct bytes){octets, size}),
                     strcmp(row->columns[FORMAT], "-") != 0);
    assert_int_equal(listing_walk((struct bytes){octets, size}, &budget, take, &told, &listing),
                     STATUS_OK);
    check(row, &listing, &told, size);
    assert_true(told.count <= limits.entries);
    assert_true(budget.decoded_bytes <= limits.decoded_bytes);
    buffer_clear(&told.text);
    free(octets);
}

static void test_row(void **state)
{
    walk(*state, 0);
}

/* The first row's archive, when there is no time left. */
static void test_deadline(void **state)
{
    struct limits limits;
    struct budget budget;
    struct listing listing;
    struct told told = {.count = 0};
    size_t size;
    uint8_t *octets = read_file(rows[0].columns[FILE_NAME], &size);

    (void)state;
    limits_init(&limits);
    budget_init(&budget, &limits, size, 1);
    assert_int_equal(listing_walk((struct bytes){octets, size}, &budget, take, &told, &listing),
                     STATUS_OK);
    assert_int_equal(listing.state, LISTING_CAPPED);
    assert_string_equal(listing.cap, "deadline");
    assert_int_equal(told.count, 0);
    free(octets);
}

/* No small limit is of use if the work is not bounded too: the processor time of the row's own cap
 * would be another cap. The memory is that of a process which does nothing else. */
static void test_bomb(void **state)
{
    struct rusage usage;
    int result;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        /* A failed assertion ends the child, not its test. */
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        walk(*state, BOMB_CPU_MS);
        _exit(0);
    }
    assert_int_equal(wait4(child, &result, 0, &usage), child);
    assert_int_equal(result, 0);
#ifndef CCCPD_SANITIZED
    assert_true(usage.ru_maxrss < BOMB_BYTES_MOST / 1024);
#endif
}

static void read_rows(const char *table)
{
    static char line[65536];
    FILE *file = fopen(table, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        struct row *row = &rows[row_count++];
        char *rest = strdup(line);

        assert_true(row_count <= sizeof rows / sizeof rows[0]);
        for (unsigned i = 0; i < COLUMNS; i++)
            row->columns[i] = strsep(&rest, "\t\n");
        row->name = row->columns[NAME];
    }
    fclose(file);
}

int main(int count, char **arguments)
{
    static struct rows tests;

    assert_true(count > 2);
    folder = arguments[2];
    listing_warm_up();
    read_rows(arguments[1]);
    rows_add_one(&tests, "1 deadline", test_deadline);
    for (size_t i = 0; i < row_count; i++)
        rows_add(&tests, &rows[i], 1, sizeof rows[i],
                 strncmp(rows[i].name, "5 ", 2) == 0 ? test_bomb : test_row);
    return rows_run("listing", &tests, count - 2, arguments + 2);
}

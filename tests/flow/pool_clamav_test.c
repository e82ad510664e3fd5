/* libclamav behind all the walls of a worker: every wrapping of EICAR is found, every file format
 * is read, and nobody dies of a system call.
 *
 *     pool_clamav_test CORPUS */
#include <ftw.h>
#include <sys/stat.h>

#include "tests/flow/pool_flow.h"

enum { FILE_BYTES_MOST = 4 << 20, PATH_BYTES = 512, LINE_OCTETS = 57 };

static const char *corpus;
static uint8_t octets[FILE_BYTES_MOST];
static char mail[2 * FILE_BYTES_MOST];

static const char *const settings[] = {"engines.clamav.enabled=yes", "engines.scripted.enabled=no",
                                       "engines.clamav.database=/nonexistent", NULL};

static struct bytes read_file(const char *path)
{
    struct bytes content = {octets, 0};
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    content.size = fread(octets, 1, sizeof octets, file);
    fclose(file);
    return content;
}

static size_t encode_line(const uint8_t *from, size_t size, char *to)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = 0;
    for (size_t i = 0; i < size; i += 3) {
        uint32_t group = (uint32_t)from[i] << 16 | (i + 1 < size ? (uint32_t)from[i + 1] << 8 : 0) |
                         (i + 2 < size ? from[i + 2] : 0);
        to[length++] = digits[group >> 18];
        to[length++] = digits[group >> 12 & 63];
        to[length++] = i + 1 < size ? digits[group >> 6 & 63] : '=';
        to[length++] = i + 2 < size ? digits[group & 63] : '=';
    }
    memcpy(to + length, "\r\n", 2);
    return length + 2;
}

/* The octets as the only attachment of a mail. */
static struct bytes wrap(struct bytes content, const char *name)
{
    size_t size = (size_t)snprintf(mail, sizeof mail,
                                   "MIME-Version: 1.0\r\n"
                                   "Content-Type: application/octet-stream; name=\"%s\"\r\n"
                                   "Content-Transfer-Encoding: base64\r\n\r\n",
                                   name);
    for (size_t at = 0; at < content.size; at += LINE_OCTETS) {
        size_t left = content.size - at;
        size +=
            encode_line(content.data + at, left < LINE_OCTETS ? left : LINE_OCTETS, mail + size);
    }
    return (struct bytes){(uint8_t *)mail, size};
}

static void check_file(struct flow *flow, const char *path, const char *name,
                       struct outcome *outcome)
{
    print_message("%s\n", name);
    flow_submit_text(flow, wrap(read_file(path), name), 30000, outcome);
    flow_wait(flow, outcome);
    assert_int_equal(outcome->status, STATUS_OK);
    assert_int_equal(outcome->report.engines_count, 2);
    assert_false(outcome->report.engines[1].failed);
}

static void test_eicar(void **state)
{
    (void)state;
    struct flow flow;
    char path[PATH_BYTES], line[PATH_BYTES], name[128], expected[128];
    unsigned found = 0;
    snprintf(path, sizeof path, "%s/av-eicar/expected.tsv", corpus);
    FILE *rows = fopen(path, "re");
    assert_non_null(rows);
    flow_open(&flow, settings);
    while (fgets(line, sizeof line, rows) != NULL) {
        struct outcome outcome = {0};
        if (sscanf(line, "%127[^\t]\t%127[^\t]", name, expected) != 2 ||
            strncmp(name, "eicar", 5) != 0) {
            continue;
        }
        snprintf(path, sizeof path, "%s/av-eicar/%s", corpus, name);
        check_file(&flow, path, name, &outcome);
        if (strcmp(expected, "found") == 0) {
            assert_true(outcome_virus(&outcome));
            found++;
        }
        outcome_clear(&outcome);
    }
    fclose(rows);
    assert_true(found >= 10);
    assert_int_equal(pool_state(flow.pool)->crashes, 0);
    assert_int_equal(pool_state(flow.pool)->deadlines, 0);
    flow_close(&flow);
}

static struct flow *walked;

static int check_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    struct outcome outcome = {0};
    if (kind == FTW_F && info->st_size <= FILE_BYTES_MOST) {
        check_file(walked, path, path + place->base, &outcome);
        outcome_clear(&outcome);
    }
    return 0;
}

static void test_formats(void **state)
{
    const char *suite = *state;
    struct flow flow;
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s/%s", corpus, suite);
    flow_open(&flow, settings);
    walked = &flow;
    assert_int_equal(nftw(folder, check_entry, 8, FTW_PHYS), 0);
    assert_true(pool_state(flow.pool)->jobs >= 20);
    assert_int_equal(pool_state(flow.pool)->crashes, 0);
    assert_int_equal(pool_state(flow.pool)->deadlines, 0);
    flow_close(&flow);
}

int main(int argc, char **argv)
{
    static char deb[] = "av-clamav-testfiles-deb", unit[] = "av-clamav-unit";
    const struct CMUnitTest tests[] = {
        {"The sandbox: EICAR in every wrapping", test_eicar, NULL, NULL, NULL},
        {"The sandbox: every format of clamav-testfiles", test_formats, NULL, NULL, deb},
        {"The sandbox: every format of clamav's own tests", test_formats, NULL, NULL, unit},
    };
    if (argc > 1 && strcmp(argv[1], "--loader") != 0) {
        corpus = argv[1];
        argc--;
        argv++;
    }
    return flow_main(argc, argv, "pool_clamav", tests, sizeof tests / sizeof *tests);
}

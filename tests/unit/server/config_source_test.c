/* Where a configuration comes from: files, drop-ins, the command line, a memfd
 * (spec/configuration.md 1 and 5). */
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_support.h"

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"

static char folder[64];

static void write_file(const char *name, const char *text, mode_t mode)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static int set_up(void **state)
{
    char path[96];
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/cccpd-source-test-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/conf.d", folder);
    return mkdir(path, 0755);
}

static int remove_one(const char *path, const struct stat *state, int kind, struct FTW *place)
{
    (void)state;
    (void)kind;
    (void)place;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The main file in the folder, and these settings. */
static enum status load(const char *const *sets, size_t set_count, struct config **config,
                        struct config_problem *problem)
{
    struct config_source source;
    char path[128];
    snprintf(path, sizeof path, "%s/cccpd.yaml", folder);
    enum status status = config_source_open(&source, path, sets, set_count, problem);
    if (status != STATUS_OK)
        return status;
    status = config_new(&source, config, problem);
    config_source_close(&source);
    return status;
}

static void test_drop_ins(void **state)
{
    (void)state;
    struct config *config = NULL;
    struct config_problem problem;
    write_file("cccpd.yaml",
               "limits: {message: 1M, parts: 20}\n"
               "listeners: [{address: '127.0.0.1:1', anonymous: yes}]\n"
               "channels: {inbound: {infected: reject, policy: reject}}\n",
               0644);
    write_file("conf.d/20-b.yaml", "limits: {message: 3M}\n", 0644);
    write_file("conf.d/10-a.yaml",
               "limits: {message: 2M, depth: 5}\n"
               "listeners: [{address: '127.0.0.1:2', anonymous: yes}]\n"
               "channels: {inbound: {infected: discard}}\n",
               0644);
    write_file("conf.d/30-c.yaml~", "limits: {message: 4M}\n", 0644);
    write_file("conf.d/.40-d.yaml", "limits: {message: 5M}\n", 0644);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_OK);
    assert_int_equal(config->limits.message_bytes, 3 << 20);
    assert_int_equal(config->limits.depth, 5);
    assert_int_equal(config->limits.parts, 20);
    assert_int_equal(config->listener_count, 1);
    assert_string_equal(config->listeners[0].address, "127.0.0.1:2");
    const struct config_channel *inbound = config_find_channel(config, BYTES("inbound"));
    assert_int_equal(inbound->infected, DISPOSITION_DISCARD);
    assert_int_equal(inbound->policy, DISPOSITION_REJECT);
    char wanted[96], *printed = config_printed(config);
    snprintf(wanted, sizeof wanted, "# %s/conf.d/20-b.yaml:1\n", folder);
    assert_non_null(strstr(printed, wanted));
    free(printed);
    config_unref(&config);
}

static void test_sets(void **state)
{
    (void)state;
    static const char *const sets[] = {
        "limits.check-time=45s",   "engines.clamav.mode=whole",  "log.format=json",
        "server.host-name=a: \"b", "listen=127.0.0.1:0,[::1]:5", "channels.new.infected=reject"};
    struct config *config = NULL;
    struct config_problem problem;
    write_file("cccpd.yaml", "limits: {check-time: 30s}\n", 0644);
    assert_int_equal(load(sets, 6, &config, &problem), STATUS_OK);
    assert_int_equal(config->limits.check_ms, 45000);
    assert_int_equal(settings_word(&config->engines[0].settings, "mode"), 1);
    assert_int_equal(config->log_format, LOG_JSON);
    assert_string_equal(config->host_name, "a: \"b");
    assert_int_equal(config->listener_count, 2);
    assert_string_equal(config->listeners[1].address, "[::1]:5");
    assert_true(config->listeners[1].anonymous);
    assert_non_null(config_find_channel(config, BYTES("new")));
    config_unref(&config);
}

static void test_set_as_yaml(void **state)
{
    (void)state;
    static const char *const sets[] = {"listeners=[{address: '127.0.0.1:9'}]",
                                       "clients.mx1={uid: 7, channels: [inbound]}"};
    struct config *config = NULL;
    struct config_problem problem;
    write_file("cccpd.yaml", "", 0644);
    assert_int_equal(load(sets, 2, &config, &problem), STATUS_OK);
    assert_false(config->listeners[0].anonymous);
    assert_non_null(config_find_client(config, BYTES("mx1")));
    config_unref(&config);
}

struct set_row {
    const char *name;
    const char *set;
    const char *reason;
};

static const struct set_row set_rows[] = {
    {"1.4 no equals sign", "limits.message", "limits.message: expected section.key=value"},
    {"1.4 no key", "=1", "=1: expected section.key=value"},
    {"1.4 an empty key", "limits..message=1", "an empty key"},
    {"1.4 an unknown key", "limits.massage=1M",
     "limits.massage: an unknown key; \"message\" is meant?"},
    {"1.4 a section as a value", "limits=1M", "limits: found \"1M\", expected a map"},
    {"1.4 a control character", "server.user=a\nb", "a control character or line break in a value"},
    {"1.4 a bracket that does not close", "listeners=[{address: x}",
     "not YAML: did not find expected ',' or ']', while parsing a flow sequence"},
};

static void test_set_refused(void **state)
{
    const struct set_row *row = *state;
    struct config *config = NULL;
    struct config_problem problem;
    write_file("cccpd.yaml", "", 0644);
    assert_int_equal(load(&row->set, 1, &config, &problem), STATUS_INVALID);
    assert_string_equal(problem.file, "--set");
    assert_string_equal(problem.reason, row->reason);
}

static void test_places(void **state)
{
    (void)state;
    struct config *config = NULL;
    struct config_problem problem;
    char wanted[128];
    write_file("cccpd.yaml", "limits: {message: 1M}\n", 0644);
    write_file("conf.d/x.yaml", "\nlimits:\n  message: 1X\n", 0644);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_INVALID);
    snprintf(wanted, sizeof wanted, "%s/conf.d/x.yaml", folder);
    assert_string_equal(problem.file, wanted);
    assert_int_equal(problem.line, 3);
    assert_int_equal(problem.column, 12);
}

/* A line break in the name of a drop-in does not get into what is printed. */
static void test_odd_name(void **state)
{
    (void)state;
    struct config *config = NULL;
    struct config_problem problem;
    write_file("cccpd.yaml", "", 0644);
    write_file("conf.d/a\nuser: root #.yaml", "limits: {parts: 20}\n", 0644);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_OK);
    assert_int_equal(config->limits.parts, 20);
    char *printed = config_printed(config);
    assert_non_null(strstr(printed, "/conf.d/a?user: root #.yaml:1\n"));
    free(printed);
    config_unref(&config);
}

static void test_missing(void **state)
{
    (void)state;
    struct config *config = NULL;
    struct config_problem problem;
    char path[128];
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_IO);
    assert_string_equal(problem.reason, "cannot be opened: No such file or directory");
    char text[CONFIG_PROBLEM_BYTES], wanted[CONFIG_PROBLEM_BYTES];
    config_problem_text(&problem, text);
    snprintf(wanted, sizeof wanted, "%s: %s", problem.file, problem.reason);
    assert_string_equal(text, wanted); /* no line where there is no file */
    snprintf(path, sizeof path, "%s/cccpd.yaml", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_INVALID);
    assert_string_equal(problem.reason, "not a regular file");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_INVALID);
    assert_string_equal(problem.reason, "not a regular file");
}

static void test_password_file(void **state)
{
    (void)state;
    struct config *config = NULL;
    struct config_problem problem;
    char text[256], *printed;
    snprintf(text, sizeof text, "clients: {mx1: {password-file: %s/secret, channels: inbound}}\n",
             folder);
    write_file("cccpd.yaml", text, 0644);
    write_file("secret", HASH "\nsecond line\n", 0600);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_OK);
    assert_string_equal(config_find_client(config, BYTES("mx1"))->password, HASH);
    printed = config_printed(config);
    assert_null(strstr(printed, "argon2id"));
    assert_non_null(strstr(printed, "password-file: "));
    free(printed);
    config_unref(&config);
    write_file("secret", HASH, 0644);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_INVALID);
    write_file("secret", "hello\n", 0600);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_INVALID);
    assert_string_equal(problem.reason, "clients.mx1.password-file: not an argon2id string; cccpd "
                                        "--hash-password makes one");
    write_file("secret", "", 0600);
    assert_int_equal(load(NULL, 0, &config, &problem), STATUS_INVALID);
}

/* A loader reads the same values, but never a password, and does not look at files again. */
static void test_share(void **state)
{
    (void)state;
    static const char *const sets[] = {
        "limits.check-time=45s", "engines.clamav.label=a \"quoted\" \\ text", "server.workers=3"};
    struct config_source source, shared;
    struct config_problem problem;
    struct config *front = NULL, *loader = NULL;
    struct buffer octets;
    char path[128];
    buffer_init(&octets, 1 << 20);
    write_file("cccpd.yaml",
               "clients: {mx1: {password: \"" HASH "\", channels: inbound}}\n"
               "organisations: {us: {domains: of-policy.example}}\n"
               "lists: {a: {entries: [of-policy.example]}}\n"
               "tables: {b: {entries: {of-policy.example: a@x.example}}}\n"
               "templates: {c: {subject: of-policy, text: of-policy}}\n"
               "notices: {from: of-policy@x.example}\n"
               "limits: {parts: 20}\n",
               0644);
    snprintf(path, sizeof path, "%s/cccpd.yaml", folder);
    assert_int_equal(config_source_open(&source, path, sets, 3, &problem), STATUS_OK);
    assert_int_equal(config_new(&source, &front, &problem), STATUS_OK);
    assert_int_equal(config_source_write(&source, &octets), STATUS_OK);
    config_source_close(&source);
    assert_null(memmem(octets.data, octets.size, "argon2id", 8));
    assert_null(memmem(octets.data, octets.size, "of-policy", 9));
    assert_int_equal(config_source_read(&shared, buffer_bytes(&octets)), STATUS_OK);
    buffer_clear(&octets);
    assert_int_equal(config_new(&shared, &loader, &problem), STATUS_OK);
    config_source_close(&shared);
    assert_memory_equal(&front->limits, &loader->limits, sizeof front->limits);
    assert_int_equal(loader->workers, 3);
    assert_string_equal(loader->runtime_dir, front->runtime_dir);
    assert_string_equal(settings_text(&loader->engines[0].settings, "label"),
                        "a \"quoted\" \\ text");
    assert_int_equal(loader->client_count, 0);
    assert_int_equal(loader->list_count + loader->table_count + loader->template_count, 0);
    config_unref(&front);
    config_unref(&loader);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "1.3 drop-ins in byte order", test_drop_ins);
    rows_add_one(&rows, "1.4 settings of the command line", test_sets);
    rows_add_one(&rows, "1.4 a setting as YAML", test_set_as_yaml);
    ROWS_ADD(&rows, set_rows, test_set_refused);
    rows_add_one(&rows, "1.5 the place is that of the drop-in", test_places);
    rows_add_one(&rows, "1.3 a drop-in with an odd name", test_odd_name);
    rows_add_one(&rows, "1.2 a main file that is none", test_missing);
    rows_add_one(&rows, "4.2 a password from a file", test_password_file);
    rows_add_one(&rows, "5.3 what a loader is given", test_share);
    for (size_t i = 0; i < rows.count; i++) {
        rows.tests[i].setup_func = set_up;
        rows.tests[i].teardown_func = tear_down;
    }
    return rows_run("config_source", &rows, argc, argv);
}

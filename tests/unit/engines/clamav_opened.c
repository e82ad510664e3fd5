/* An opened engine `clamav` for tests, and one check of octets from view to verdict. */
#include "tests/unit/engines/clamav_opened.h"

#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/engines/settings_made.h"

extern const struct engine engine_clamav;

enum { CHANGES_MOST = 16 };

static char scratch[64];

enum status clamav_try(const char *const *changes, struct engine_instance *instance, char why[256])
{
    const char *all[CHANGES_MOST] = {NULL};
    size_t count = 0;
    struct setting_value values[SETTINGS_MADE_MOST];
    struct settings_view view = {engine_clamav.settings, values};
    struct limits limits;
    message_warm_up();
    limits_init(&limits);
    for (; changes && changes[count]; count++) {
        assert_true(count + 2 < CHANGES_MOST);
        all[count] = changes[count];
    }
    all[count] = "database=/nonexistent";
    settings_make(engine_clamav.settings, all, values);
    if (!scratch[0]) {
        strcpy(scratch, "/tmp/clamav-test-XXXXXX");
        assert_non_null(mkdtemp(scratch));
    }
    *instance = (struct engine_instance){.engine = &engine_clamav};
    return engine_clamav.open(&view, &limits, scratch, &instance->state, &instance->edition, why);
}

void clamav_open_with(const char *const *changes, struct engine_instance *instance)
{
    char why[256];
    enum status status = clamav_try(changes, instance, why);
    if (status != STATUS_OK)
        fail_msg("%s", why);
    assert_int_equal(engine_clamav.enter(instance->state, scratch), STATUS_OK);
}

void clamav_shut(struct engine_instance *instance)
{
    engine_clamav.close(instance->state);
    instance->state = NULL;
    /* libclamav leaves nothing behind: else the folder cannot be removed. */
    assert_int_equal(rmdir(scratch), 0);
    scratch[0] = '\0';
}

static void limit(int resource, rlim_t most)
{
    struct rlimit limits;
    assert_int_equal(getrlimit((__rlimit_resource_t)resource, &limits), 0);
    limits.rlim_cur = most < limits.rlim_max ? most : limits.rlim_max;
    assert_int_equal(setrlimit((__rlimit_resource_t)resource, &limits), 0);
}

void clamav_starve(enum starved what)
{
    /* Standard output must be a pipe: files cannot grow any more. */
    signal(SIGXFSZ, SIG_IGN);
    if (what == STARVED_FOLDER)
        assert_int_equal(rmdir(scratch), 0);
    if (what == STARVED_ROOM)
        limit(RLIMIT_FSIZE, 0);
    if (what == STARVED_DESCRIPTORS)
        limit(RLIMIT_NOFILE, 3);
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about, (void)kind, (void)place;
    return remove(path);
}

void clamav_feed(void)
{
    limit(RLIMIT_FSIZE, RLIM_INFINITY);
    limit(RLIMIT_NOFILE, RLIM_INFINITY);
    /* Without a descriptor libclamav cannot clear up behind itself: a worker's folder is emptied
     * by the worker. */
    nftw(scratch, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(mkdir(scratch, 0700), 0);
}

static void say(char *said, struct bytes word)
{
    size_t length = strlen(said);
    snprintf(said + length, CHECKED_SAID_BYTES - length, "%s%.*s ", length ? "" : " ",
             (int)word.size, (const char *)word.data);
}

static void hear(const struct report *report, struct bytes engine, struct checked *checked)
{
    for (size_t i = 0; i < report->findings_count; i++)
        if (bytes_equal(report->findings[i].engine, engine))
            say(checked->symbols, report->findings[i].symbol);
    for (size_t i = 0; i < report->coverage_count; i++)
        if (report->coverage[i].state != COVERAGE_EXAMINED)
            say(checked->reasons, report->coverage[i].reason);
}

/* Of this process: the machine may be busy with others. */
static uint64_t processor_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

struct checked clamav_check(const struct engine_instance *instance, struct bytes octets,
                            uint64_t deadline_ms)
{
    struct bytes engine = BYTES("clamav");
    struct job job = {.deadline_ms = deadline_ms, .engines = &engine, .engine_count = 1};
    struct checked checked = {0};
    struct coverage_tally tally;
    struct limits limits;
    struct report report;
    limits_init(&limits);
    report_init(&report, (size_t)limits.report_bytes);
    uint64_t begun_us = processor_us();
    assert_int_equal(engines_run(instance, 1, &limits, &job, octets, &report), STATUS_OK);
    checked.cpu_us = processor_us() - begun_us;
    assert_int_equal(report_check(&report, octets.size, &limits), STATUS_OK);
    report_tally(&report, &engine, 1, &tally);
    checked.verdict = verdict_conclude(&tally, report_classes(&report));
    hear(&report, engine, &checked);
    report_clear(&report);
    return checked;
}

static size_t put_base64(char *out, struct bytes octets)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = 0;
    for (size_t i = 0; i < octets.size; i += 3) {
        size_t left = octets.size - i;
        uint32_t group = (uint32_t)octets.data[i] << 16 |
                         (left > 1 ? (uint32_t)octets.data[i + 1] << 8 : 0) |
                         (left > 2 ? octets.data[i + 2] : 0);
        for (unsigned k = 0; k < 4; k++)
            out[size++] = k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
        if (i % 57 == 54 || left <= 3) {
            out[size++] = '\r';
            out[size++] = '\n';
        }
    }
    return size;
}

struct bytes mail_around(struct bytes octets, const char *name)
{
    char *mail = malloc(octets.size * 3 / 2 + 1024);
    size_t size = (size_t)sprintf(
        mail,
        "From: <a@a.example>\r\nTo: <b@b.example>\r\nSubject: attached\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=\"=_1\"\r\n\r\n--=_1\r\n"
        "Content-Type: text/plain\r\n\r\nSee what is attached.\r\n--=_1\r\n"
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n",
        name);
    size += put_base64(mail + size, octets);
    size += (size_t)sprintf(mail + size, "--=_1--\r\n");
    return (struct bytes){(uint8_t *)mail, size};
}

struct bytes file_octets(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot read %s", path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(size + 1);
    assert_int_equal(fread(data, 1, size, file), size);
    fclose(file);
    return (struct bytes){data, size};
}

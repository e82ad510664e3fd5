/* The engine `attachment` over the suites of the corpus.
 *
 *     corpus_attachment_test names FOLDER      mime-ambiguity-own: name:X in cases.tsv is refused
 *     corpus_attachment_test files FOLDER      the corpus: what single files have to say
 *     corpus_attachment_test ham FOLDER NAME   NAME.tar.xz: false alarms, coverage, time */
#include <assert.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "tests/unit/engines/attachment_made.h"
#include "tests/unit/engines/attachment_opened.h"

enum { CASES_MOST = 200, TEXT_OCTETS = 512, DEADLINE_MS = 60000, MESSAGE_MOST = 64 << 20 };

static const char *folder, *suite;
static struct engine_instance engine;

static struct bytes read_file(const char *name)
{
    char path[1024];
    struct buffer buffer;
    uint8_t piece[65536];
    size_t size;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("cannot read %s", path);
    buffer_init(&buffer, MESSAGE_MOST);
    while ((size = fread(piece, 1, sizeof piece, file)) > 0)
        assert_int_equal(buffer_append(&buffer, (struct bytes){piece, size}), STATUS_OK);
    fclose(file);
    return buffer_bytes(&buffer);
}

/* --- names --- */

struct name_case {
    char file[TEXT_OCTETS], name[2 * TEXT_OCTETS];
};

static struct name_case name_cases[CASES_MOST];

static void name_is_refused(void **state)
{
    const struct name_case *row = *state;
    char path[2 * TEXT_OCTETS];
    struct attachment_said said;

    snprintf(path, sizeof path, "%s.eml", row->file);
    struct bytes octets = read_file(path);
    attachment_check(&engine, octets, NULL, DEADLINE_MS, &said);
    assert_non_null(strstr(said.policy, " refused-name "));
    made_free(&octets);
}

static size_t add_names(struct CMUnitTest *tests)
{
    char path[1024], line[4096], file[TEXT_OCTETS], expect[2 * TEXT_OCTETS];
    size_t count = 0;

    snprintf(path, sizeof path, "%s/cases.tsv", folder);
    FILE *table = fopen(path, "r");
    assert(table);
    while (fgets(line, sizeof line, table) != NULL) {
        if (sscanf(line, "%511[^\t]\t%*[^\t]\t%1023[^\t]", file, expect) != 2 ||
            strncmp(expect, "name:", 5) != 0)
            continue;
        assert(count < CASES_MOST);
        struct name_case *row = &name_cases[count];
        strcpy(row->file, file);
        snprintf(row->name, sizeof row->name, "mime-ambiguity-own, %.*s", TEXT_OCTETS, file);
        tests[count++] = (struct CMUnitTest){row->name, name_is_refused, NULL, NULL, row};
    }
    fclose(table);
    return count;
}

/* --- files --- */

struct file_case {
    const char *file;
    const char *policy, *reason; /* must be among them; NULL: there is none at all */
    bool is_attachment;          /* no mail yet */
};

static const struct file_case file_cases[] = {
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.fat.doc", NULL, "encrypted-content",
     true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.fat.docx", NULL, "encrypted-content",
     true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.fat.dot", NULL, "encrypted-content",
     true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.fat.ppsx", NULL, "encrypted-content",
     true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.fat.pptx", NULL, "encrypted-content",
     true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.fat.xls", NULL, "encrypted-content",
     true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.fat.xlsx", NULL, "encrypted-content",
     true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.ministream.doc", NULL,
     "encrypted-content", true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.ministream.docx", NULL,
     "encrypted-content", true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.ministream.dot", NULL,
     "encrypted-content", true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.ministream.ppsx", NULL,
     "encrypted-content", true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.ministream.pptx", NULL,
     "encrypted-content", true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.ministream.xls", NULL,
     "encrypted-content", true},
    {"av-clamav-unit/other_scanfiles/ole2_encryption/password.ministream.xlsx", NULL,
     "encrypted-content", true},
    {"spam-suite-spamassassin/spam/olevbmacro/macro.eml", NULL, NULL, false},
    {"spam-suite-spamassassin/spam/olevbmacro/renamedmacro.eml", "type-deceptive", NULL, false},
    {"spam-suite-spamassassin/spam/olevbmacro/zippwmacro.eml", NULL, "encrypted-content", false},
    {"mime-suite-rspamd/messages/exe_attm.eml", "refused-name", NULL, false},
    {"mime-suite-rspamd/messages/exe_attm.eml", "refused-type", NULL, false},
    {"mime-suite-rspamd/messages/bad_ext.dotted_file_name.eml", "refused-name", NULL, false},
    {"mime-suite-rspamd/messages/rar4.eml", "refused-name", NULL, false},
    {"mime-suite-rspamd/messages/rar-date-bad-ext.eml", "refused-name", NULL, false},
    {"mime-suite-rspamd/messages/zip.eml", "refused-name", NULL, false},
    {"mime-suite-rspamd/messages/ham.eml", NULL, NULL, false},
    {"mime-suite-rspamd/messages/ics.eml", NULL, NULL, false},
    {"mime-suite-rspamd/messages/pdf_js.eml", NULL, NULL, false},
    {"mime-suite-rspamd/messages/fname.eml", NULL, NULL, false},
    {"mime-suite-rspamd/messages/mixed-html-zip.eml", NULL, NULL, false},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.7z", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.cab", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.tar.gz", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.zip", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.bz2.zip", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.chm", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.newc.cpio", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.iso", "disk-image", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.ole.doc", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.exe.html", "html-download", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.exe.bz2", "refused-type", NULL, true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.exe.binhex", NULL, "unsupported", true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam.exe.szdd", NULL, "unsupported", true},
    {"av-clamav-unit/clamav_hdb_scanfiles/clam_ISmsi_ext.exe", "refused-type", NULL, true},
    {"av-clamav-unit/other_scanfiles/screnc_test", "refused-type", NULL, true},
    {"av-clamav-unit/other_scanfiles/has_png_and_jpeg.xls", NULL, NULL, true},
    {"av-clamav-unit/other_scanfiles/alz/bzip2.alz", NULL, "unsupported", true},
};

static void file_holds(void **state)
{
    const struct file_case *row = *state;
    struct bytes octets = read_file(row->file);
    char word[64];
    struct attachment_said said;

    if (row->is_attachment) {
        struct bytes mail = made_mail(octets, NULL, strrchr(row->file, '/') + 1);
        made_free(&octets);
        octets = mail;
    }
    attachment_check(&engine, octets, NULL, DEADLINE_MS, &said);
    printf("%s: policy%s reasons%s\n", row->file, said.policy, said.reasons);
    snprintf(word, sizeof word, " %s ", row->policy != NULL ? row->policy : "");
    if (row->policy == NULL)
        assert_string_equal(said.policy, "");
    else
        assert_non_null(strstr(said.policy, word));
    snprintf(word, sizeof word, " %s ", row->reason != NULL ? row->reason : "");
    if (row->reason == NULL)
        assert_string_equal(said.reasons, "");
    else
        assert_non_null(strstr(said.reasons, word));
    made_free(&octets);
}

static size_t add_files(struct CMUnitTest *tests)
{
    size_t count = sizeof file_cases / sizeof file_cases[0];

    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){file_cases[i].file, file_holds, NULL, NULL,
                                       (void *)(uintptr_t)&file_cases[i]};
    return count;
}

/* --- ham --- */

struct census {
    unsigned messages, policy, unexaminable;
    uint64_t time_us, worst_us;
};

static void count_message(struct bytes octets, const char *path, struct census *census)
{
    struct attachment_said said;

    attachment_check(&engine, octets, NULL, DEADLINE_MS, &said);
    census->messages++;
    census->time_us += said.time_us;
    if (said.time_us > census->worst_us)
        census->worst_us = said.time_us;
    census->policy += said.policy[0] != '\0';
    census->unexaminable += said.reasons[0] != '\0' && said.policy[0] == '\0';
    if (said.policy[0] != '\0' || said.reasons[0] != '\0')
        printf("%s: policy%s reasons%s (%s)\n", path, said.policy, said.reasons, said.texts);
}

static void read_archive(struct archive *archive, struct census *census)
{
    uint8_t *octets = malloc(MESSAGE_MOST);
    struct archive_entry *entry;

    assert_non_null(octets);
    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        la_ssize_t size;

        if (archive_entry_filetype(entry) != AE_IFREG ||
            strstr(archive_entry_pathname(entry), "/ham/") == NULL)
            continue;
        size = archive_read_data(archive, octets, MESSAGE_MOST);
        assert_true(size >= 0 && size < MESSAGE_MOST);
        count_message((struct bytes){octets, (size_t)size}, archive_entry_pathname(entry), census);
    }
    free(octets);
}

/* What is refused of ham is listed; it must be near to nothing, as what cannot be examined. */
static void ham_is_left_alone(void **state)
{
    struct archive *archive = archive_read_new();
    struct census census = {0};
    char path[1024];

    (void)state;
    snprintf(path, sizeof path, "%s/%s/%s.tar.xz", folder, suite, suite);
    archive_read_support_filter_xz(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 65536), ARCHIVE_OK);
    read_archive(archive, &census);
    archive_read_free(archive);
    assert_true(census.messages > 1000);
    printf("%u messages, %u refused, %u not examined wholly, mean %.1f us, worst %llu us\n",
           census.messages, census.policy, census.unexaminable,
           (double)census.time_us / census.messages, (unsigned long long)census.worst_us);
    assert_true(census.policy * 500 <= census.messages);
    assert_true(census.unexaminable * 200 <= census.messages);
}

static int set_up(void **state)
{
    (void)state;
    attachment_open_with(NULL, &engine);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    attachment_shut(&engine);
    return 0;
}

int main(int count, char **arguments)
{
    static struct CMUnitTest tests[CASES_MOST];
    size_t test_count = 0;

    if (count < 3)
        return 2;
    folder = arguments[2];
    if (strcmp(arguments[1], "names") == 0)
        test_count = add_names(tests);
    else if (strcmp(arguments[1], "files") == 0)
        test_count = add_files(tests);
    else if (strcmp(arguments[1], "ham") == 0 && count == 4)
        tests[test_count++] =
            (struct CMUnitTest){"ham is left alone", ham_is_left_alone, NULL, NULL, NULL};
    suite = count == 4 ? arguments[3] : NULL;
    assert(test_count > 0);
    return _cmocka_run_group_tests("attachment", tests, test_count, set_up, tear_down);
}

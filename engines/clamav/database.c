/* Signatures: ours, always, and those of the site's folder, when there are any. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engines/clamav/clamav.h"
#include "engines/clamav/tiny.h"

/* What libclamav loads from a folder (libclamav, readdb.h). */
static const char *const endings[] = {
    ".cvd", ".cld", ".cud", ".hdb",  ".hdu",  ".hsb", ".hsu",  ".fp",   ".sfp", ".mdb",
    ".mdu", ".msb", ".msu", ".imp",  ".ndb",  ".ndu", ".ldb",  ".ldu",  ".sdb", ".zmd",
    ".rmd", ".pdb", ".gdb", ".wdb",  ".cbc",  ".ftm", ".cfg",  ".cdb",  ".cat", ".crb",
    ".idb", ".ioc", ".yar", ".yara", ".pwdb", ".ign", ".ign2", ".info", ".db",  NULL};

static char last_error[256];

static void on_message(enum cl_msg severity, const char *full, const char *text, void *context)
{
    (void)full, (void)context;
    if (severity == CL_MSG_INFO_VERBOSE || scan_hear(text))
        return;
    /* The first error names the line, the last one the file: keep what names a file. */
    if (severity != CL_MSG_ERROR || (last_error[0] && !strchr(text, '/')))
        return;
    snprintf(last_error, sizeof last_error, "%s", text);
    last_error[strcspn(last_error, "\n")] = '\0';
}

void database_listen(void)
{
    cl_set_clcb_msg(on_message);
}

static bool is_signature_file(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && endings[i]; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* Newest data of one file: what a signed database says of itself, else the file's time. */
static uint64_t file_date(const char *path)
{
    struct stat stat_buffer;
    const char *dot = strrchr(path, '.');
    struct cl_cvd *head =
        strcmp(dot, ".cvd") == 0 || strcmp(dot, ".cld") == 0 ? cl_cvdhead(path) : NULL;
    if (head) {
        uint64_t date = head->stime;
        cl_cvdfree(head);
        return date;
    }
    return stat(path, &stat_buffer) == 0 ? (uint64_t)stat_buffer.st_mtime : 0;
}

/* Counts the signature files of a folder. A folder that is not there has none; -1: it cannot be
 * read. */
static int folder_look(const char *folder, uint64_t *date)
{
    char path[4096];
    int count = 0;
    DIR *directory = opendir(folder);
    if (!directory)
        return access(folder, F_OK) == 0 ? -1 : 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!is_signature_file(entry->d_name))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        uint64_t file = file_date(path);
        *date = file > *date ? file : *date;
        count++;
    }
    closedir(directory);
    return count;
}

static enum status tiny_load(struct clamav *clamav, const char *scratch, const char *name,
                             const char *text, unsigned *count, char why[256])
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    FILE *file = fopen(path, "wx");
    bool written = file && fputs(text, file) >= 0;
    if (file)
        written = fclose(file) == 0 && written;
    int code = written ? cl_load(path, clamav->engine, count, CL_DB_STDOPT) : CL_EWRITE;
    unlink(path);
    if (code == CL_SUCCESS)
        return STATUS_OK;
    snprintf(why, 256, "cannot load our own signatures by way of %.120s: %s", path,
             cl_strerror(code));
    return STATUS_ENGINE;
}

static enum status site_load(struct clamav *clamav, unsigned options, unsigned *count,
                             char why[256])
{
    if (cl_statinidir(clamav->database, &clamav->watch) != CL_SUCCESS) {
        snprintf(why, 256, "cannot watch %.200s", clamav->database);
        return STATUS_ENGINE;
    }
    clamav->watched = true;
    last_error[0] = '\0';
    int code = cl_load(clamav->database, clamav->engine, count, options);
    if (code == CL_SUCCESS)
        return STATUS_OK;
    snprintf(why, 256, "cannot load %.100s: %s%s%.120s", clamav->database, cl_strerror(code),
             last_error[0] ? ": " : "", last_error);
    return STATUS_ENGINE;
}

enum status database_load(struct clamav *clamav, const char *scratch, unsigned options,
                          struct engine_edition *edition, char why[256])
{
    unsigned count = 0;
    enum status status = tiny_load(clamav, scratch, "cccpd.ndb", tiny_ndb, &count, why);
    if (status == STATUS_OK)
        status = tiny_load(clamav, scratch, "cccpd.hsb", tiny_hsb, &count, why);
    if (status != STATUS_OK)
        return status;
    int files = folder_look(clamav->database, &edition->date);
    if (files < 0) {
        snprintf(why, 256, "cannot read the folder %.200s", clamav->database);
        return STATUS_ENGINE;
    }
    if (files > 0)
        status = site_load(clamav, options, &count, why);
    edition->signatures = count;
    edition->only_builtin = files == 0;
    snprintf(edition->version, sizeof edition->version, "%s", cl_retver());
    snprintf(edition->source, sizeof edition->source, "%.200s",
             files ? clamav->database : "built-in test signatures only");
    return status;
}

bool database_changed(const struct clamav *clamav)
{
    uint64_t date = 0;
    if (clamav->watched)
        return cl_statchkdir(&clamav->watch) == 1;
    return folder_look(clamav->database, &date) > 0;
}

void database_forget(struct clamav *clamav)
{
    if (clamav->watched)
        cl_statfree(&clamav->watch);
    clamav->watched = false;
}

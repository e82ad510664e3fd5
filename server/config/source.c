/* The texts of a configuration: embedded defaults, the main file, its drop-ins, the command line.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/config/set.h"
#include "server/config/yaml.h"

enum { SOURCE_TEXTS_MOST = 1024, SOURCE_BYTES_MOST = 32 << 20, SOURCE_NAME_BYTES = 4096 };

/* %s: host name, user, runtime folder, each as a quoted scalar. */
static const char embedded[] =
    "server: {host-name: %s, user: %s, runtime-dir: %s}\n"
    "listeners:\n"
    "  - {address: 'unix:cccpd.sock', anonymous: yes}\n"
    "  - {address: '127.0.0.1:10030', anonymous: yes}\n"
    "channels:\n"
    "  inbound: {infected: quarantine, policy: quarantine, unexaminable: quarantine}\n"
    "  outbound: {infected: quarantine, policy: quarantine, unexaminable: quarantine}\n"
    "engines:\n"
    "  clamav: {enabled: yes}\n"
    "  attachment: {enabled: yes}\n";

/* Found out once: a process that has given up root must not find another runtime folder when it
 * reads its configuration again. */
static struct surroundings {
    bool known;
    char host_name[256], user[40], runtime_dir[128];
} surroundings;

static void find_host_name(char name[256])
{
    bool usable = gethostname(name, 255) == 0 && name[0] != '\0';
    name[255] = '\0';
    for (const char *at = name; usable && *at != '\0'; at++)
        usable = *at >= 0x21 && *at <= 0x7E;
    if (!usable)
        snprintf(name, 256, "localhost");
}

static void find_runtime_dir(char path[128])
{
    const char *given = getenv("RUNTIME_DIRECTORY");
    const char *temporary = getenv("TMPDIR");
    if (temporary == NULL || temporary[0] != '/' || strlen(temporary) > 70)
        temporary = "/tmp";
    if (given != NULL && given[0] == '/' && strcspn(given, ":") < 90)
        snprintf(path, 128, "%.*s", (int)strcspn(given, ":"), given);
    else if (geteuid() == 0)
        snprintf(path, 128, "/run/cccpd");
    else
        snprintf(path, 128, "%s/cccpd-%u", temporary, (unsigned)geteuid());
}

static const struct surroundings *look_around(void)
{
    if (surroundings.known)
        return &surroundings;
    bool has_user = geteuid() == 0 && getpwnam("_cccpd") != NULL;
    snprintf(surroundings.user, sizeof surroundings.user, has_user ? "_cccpd" : "none");
    find_host_name(surroundings.host_name);
    find_runtime_dir(surroundings.runtime_dir);
    surroundings.known = true;
    return &surroundings;
}

static enum status add_text(struct config_source *source, const char *name, struct bytes text,
                            struct config_problem *problem)
{
    if (source->texts == NULL)
        source->texts = arena_take(&source->arena, SOURCE_TEXTS_MOST * sizeof *source->texts);
    if (source->texts == NULL)
        return problem_memory(problem);
    if (source->text_count == SOURCE_TEXTS_MOST)
        return problem_at(problem, name, 1, 1, "more than %d files and settings",
                          SOURCE_TEXTS_MOST);
    struct config_text *place = &source->texts[source->text_count];
    place->name = arena_copy(&source->arena, bytes_of_text(name));
    place->text = (struct bytes){(const uint8_t *)arena_copy(&source->arena, text), text.size};
    if (place->name == NULL || place->text.data == NULL)
        return problem_memory(problem);
    source->text_count++;
    return STATUS_OK;
}

static enum status add_embedded(struct config_source *source, struct config_problem *problem)
{
    char text[sizeof embedded + 1024];
    struct buffer scalars[3];
    const struct surroundings *here = look_around();
    const char *values[3] = {here->host_name, here->user, here->runtime_dir};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < 3; i++) {
        buffer_init(&scalars[i], 1024);
        if (status == STATUS_OK)
            status = node_print_scalar(values[i], &scalars[i]);
        if (status == STATUS_OK)
            status = buffer_append_octet(&scalars[i], '\0');
    }
    if (status == STATUS_OK) {
        snprintf(text, sizeof text, embedded, (char *)scalars[0].data, (char *)scalars[1].data,
                 (char *)scalars[2].data);
        status = add_text(source, "default", bytes_of_text(text), problem);
    }
    for (size_t i = 0; i < 3; i++)
        buffer_clear(&scalars[i]);
    return status;
}

static enum status refuse_file(struct config_problem *problem, const char *path, const char *what)
{
    (void)problem_at(problem, path, 0, 0, "%s: %s", what, strerror(errno));
    return STATUS_IO;
}

static enum status read_all(int fd, struct buffer *octets)
{
    for (;;) {
        uint8_t block[16384];
        ssize_t size = read(fd, block, sizeof block);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return STATUS_IO;
        if (size == 0)
            return STATUS_OK;
        enum status status = buffer_append(octets, (struct bytes){block, (size_t)size});
        if (status != STATUS_OK)
            return status;
    }
}

static enum status add_file(struct config_source *source, const char *path,
                            struct config_problem *problem)
{
    struct stat state;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return refuse_file(problem, path, "cannot be opened");
    AUTO(buffer_clear) struct buffer octets;
    buffer_init(&octets, YAML_TEXT_BYTES_MOST);
    enum status status = STATUS_OK;
    if (fstat(fd, &state) != 0 || !S_ISREG(state.st_mode))
        status = problem_at(problem, path, 0, 0, "not a regular file");
    else if ((status = read_all(fd, &octets)) == STATUS_IO)
        status = refuse_file(problem, path, "cannot be read");
    else if (status == STATUS_LIMIT_REPLY)
        status = problem_at(problem, path, 1, 1, "longer than %d octets", YAML_TEXT_BYTES_MOST);
    else if (status != STATUS_OK)
        status = problem_memory(problem);
    close(fd);
    return status == STATUS_OK ? add_text(source, path, buffer_bytes(&octets), problem) : status;
}

static int is_drop_in(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static int by_octets(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum status add_drop_ins(struct config_source *source, const char *path,
                                struct config_problem *problem)
{
    char folder[SOURCE_NAME_BYTES], file[SOURCE_NAME_BYTES + 300];
    const char *slash = strrchr(path, '/');
    int stem = slash != NULL ? (int)(slash - path + 1) : 0;
    snprintf(folder, sizeof folder, "%.*sconf.d", stem, path);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_drop_in, by_octets);
    if (count < 0)
        return errno == ENOENT ? STATUS_OK : refuse_file(problem, folder, "cannot be listed");
    enum status status = STATUS_OK;
    for (int i = 0; i < count; i++) {
        snprintf(file, sizeof file, "%s/%s", folder, entries[i]->d_name);
        if (status == STATUS_OK)
            status = add_file(source, file, problem);
        free(entries[i]);
    }
    free(entries);
    return status;
}

enum status config_source_open(struct config_source *source, const char *path,
                               const char *const *sets, size_t set_count,
                               struct config_problem *problem)
{
    *problem = (struct config_problem){.file = ""};
    *source = (struct config_source){.checked = false};
    arena_init(&source->arena, SOURCE_BYTES_MOST);
    enum status status = add_embedded(source, problem);
    if (status == STATUS_OK && path != NULL && strlen(path) > SOURCE_NAME_BYTES - 10)
        status = problem_at(problem, path, 0, 0, "the path is too long");
    if (status == STATUS_OK && path != NULL)
        status = add_file(source, path, problem);
    if (status == STATUS_OK && path != NULL)
        status = add_drop_ins(source, path, problem);
    for (size_t i = 0; i < set_count && status == STATUS_OK; i++) {
        AUTO(buffer_clear) struct buffer text;
        buffer_init(&text, 65536);
        status = set_write(sets[i], &text, problem);
        if (status == STATUS_OK)
            status = add_text(source, "--set", buffer_bytes(&text), problem);
    }
    if (status != STATUS_OK)
        config_source_close(source);
    return status;
}

void config_source_close(struct config_source *source)
{
    arena_clear(&source->arena);
    source->texts = NULL;
    source->text_count = 0;
}

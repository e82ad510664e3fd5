#include "engines/attachment/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <iconv.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "engines/attachment/archive_guard.h"
#include "engines/attachment/listing_kind.h"
#include "engines/attachment/listing_name.h"
#include "engines/attachment/little_endian.h"

enum { ZIP_HEADER = 30, METHOD_LZMA = 14, ZEROS = 64 * 1024, TAR_BLOCK = 512 };
/* libarchive 3.6 crashes when it is told that a stream is .Z; it has to find that out itself. */
enum { FILTER_BY_MAGIC = -1 };

/* libarchive converts names to the charset of the locale. */
static locale_t utf8_locale;
/* Those that names are converted from: their libraries stay loaded. */
static const char *const charsets[] = {"ISO-8859-1", "CP932"};
enum { CHARSETS = sizeof charsets / sizeof charsets[0] };
static iconv_t converters[CHARSETS];

struct kind {
    const char *name;
    int (*support)(struct archive *archive); /* a format; NULL: filter */
    int filter;
    archive_guard guard;  /* NULL, or what is looked at before libarchive looks */
    bool names_are_cheap; /* headers are read without unpacking what lies before them */
    const char *charset;  /* of its names, where nobody says it and libarchive would give up */
    size_t block;         /* read from front to end in such blocks: what is behind is looked at */
    struct bytes member;  /* what another file compressed behind the first begins with */
};

#define OCTETS(literal)                                                                            \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }

static const struct kind kinds[] = {
    {"7z", archive_read_support_format_7zip, 0, guard_7z, true, NULL, 0, {NULL, 0}},
    {"rar", archive_read_support_format_rar, 0, guard_rar, true, NULL, 0, {NULL, 0}},
    {"rar5", archive_read_support_format_rar5, 0, guard_rar5, false, NULL, 0, {NULL, 0}},
    {"cab", archive_read_support_format_cab, 0, NULL, false, NULL, 0, {NULL, 0}},
    {"ar", archive_read_support_format_ar, 0, NULL, true, NULL, 1, {NULL, 0}},
    {"xar", archive_read_support_format_xar, 0, guard_xar, false, NULL, 0, {NULL, 0}},
    {"cpio", archive_read_support_format_cpio, 0, NULL, true, NULL, 1, {NULL, 0}},
    {"tar", archive_read_support_format_tar, 0, NULL, true, NULL, TAR_BLOCK, {NULL, 0}},
    {"iso9660", archive_read_support_format_iso9660, 0, guard_iso, true, NULL, 0, {NULL, 0}},
    {"lha", archive_read_support_format_lha, 0, NULL, false, "ISO-8859-1", 0, {NULL, 0}},
    {"bzip2", NULL, ARCHIVE_FILTER_BZIP2, NULL, false, NULL, 1, OCTETS("BZh91AY&SY")},
    {"xz", NULL, ARCHIVE_FILTER_XZ, NULL, false, NULL, 1, OCTETS("YZ\xFD\x37zXZ\0\0")},
    {"zstd", NULL, ARCHIVE_FILTER_ZSTD, NULL, false, NULL, 1, {NULL, 0}},
    {"lz4", NULL, ARCHIVE_FILTER_LZ4, NULL, false, NULL, 1, {NULL, 0}},
    {"lzip", NULL, ARCHIVE_FILTER_LZIP, NULL, false, NULL, 1, OCTETS("\0\0\0LZIP\1")},
    {"compress", NULL, FILTER_BY_MAGIC, NULL, false, NULL, 1, {NULL, 0}},
    {"rpm", NULL, ARCHIVE_FILTER_RPM, NULL, false, NULL, 1, {NULL, 0}},
    {"lzma", NULL, ARCHIVE_FILTER_LZMA, guard_lzma, false, NULL, 1, {NULL, 0}},
};

static const struct kind *kind_of(const char *name)
{
    const struct kind *kind = kinds;

    while (strcmp(kind->name, name) != 0)
        kind++;
    return kind;
}

/* The octets from `at` on are read; what is in front is another archive's. */
struct source {
    struct walk *walk;
    const struct kind *kind;
    struct bytes octets;
    size_t at;
    struct archive *reader;
    uint64_t told, skip; /* entries from `at` on: told, and those told before it was opened again */
    bool is_dead, was_dead; /* reading ended within a file, now or before: names only. To skip the
                               rest of a file would be to unpack it */
};

static void reader_free(struct archive **reader)
{
    if (*reader != NULL)
        archive_read_free(*reader);
    *reader = NULL;
}

/* Exactly one format, or exactly one filter: nothing is guessed. */
static int support(struct archive *reader, const struct kind *kind)
{
    if (kind->support != NULL) {
        int result = kind->support(reader);

        if (kind->charset != NULL)
            archive_read_set_format_option(reader, kind->name, "hdrcharset", kind->charset);
        return result;
    }
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
    if (kind->filter == FILTER_BY_MAGIC)
        return archive_read_support_filter_compress(reader);
    return archive_read_append_filter(reader, kind->filter);
}

/* What libarchive says when it gives up. ENOMEM is what an archive asks for, by its dictionary or
 * its counts: no more than we have is held, so that is a cap. */
static void note_failure(struct walk *walk, struct archive *reader, struct range place)
{
    static const char *const unsupported[] = {"nsupported", "not supported", "Unknown codec"};
    const char *text = archive_error_string(reader);
    enum listing_state state = LISTING_BROKEN;

    if (archive_errno(reader) == ENOMEM) {
        walk_note(walk, LISTING_CAPPED, budget_hit(walk->budget, "archive-memory"), place);
        return;
    }
    for (unsigned i = 0; text != NULL && i < sizeof unsupported / sizeof unsupported[0]; i++)
        if (strstr(text, unsupported[i]) != NULL)
            state = LISTING_UNSUPPORTED;
    walk_note(walk, state, NULL, place);
}

/* The octets that a sparse file does not store. */
static bool take_hole(struct intake *intake, uint64_t until)
{
    static const uint8_t zeros[ZEROS];

    while (intake->total < until) {
        uint64_t left = until - intake->total;

        if (!intake_take(intake, (struct bytes){zeros, left < ZEROS ? left : ZEROS}))
            return false;
    }
    return true;
}

/* ARCHIVE_EOF, or what went wrong; ARCHIVE_OK: no more may come. */
static int read_data(struct archive *reader, struct intake *intake)
{
    const void *data = NULL;
    size_t size = 0;
    la_int64_t offset = 0;
    int result;

    for (;;) {
        result = archive_read_data_block(reader, &data, &size, &offset);
        if (result < ARCHIVE_WARN || result == ARCHIVE_EOF)
            return result;
        intake->is_broken |= result == ARCHIVE_WARN;
        if (!take_hole(intake, offset > 0 ? (uint64_t)offset : 0) ||
            !intake_take(intake, (struct bytes){data, size}))
            return ARCHIVE_OK;
    }
}

/* libarchive's UTF-8 name where it could make one, else the octets that stand there. */
static void read_name(struct walk *walk, struct archive_entry *entry, struct listing_entry *told)
{
    const char *name = archive_entry_pathname_utf8(entry);

    if (name == NULL)
        name = archive_entry_pathname(entry);
    if (!listing_name_latin1(&walk->names, bytes_of_text(name), &told->name))
        walk_out_of_memory(walk);
}

static struct range place_of(const struct source *source)
{
    la_int64_t at = archive_read_header_position(source->reader);
    uint64_t left = source->octets.size - source->at;
    uint64_t from = at > 0 && (uint64_t)at < left ? (uint64_t)at : 0;

    return (struct range){source->at + from, left - from};
}

static void describe(struct walk *walk, const struct kind *kind, struct archive_entry *entry,
                     struct listing_entry *told)
{
    mode_t type = archive_entry_filetype(entry);

    if (kind->support != NULL)
        read_name(walk, entry, told);
    told->size =
        archive_entry_size_is_set(entry) ? (uint64_t)archive_entry_size(entry) : UINT64_MAX;
    told->is_folder = type == S_IFDIR;
    told->is_link = type == S_IFLNK || archive_entry_hardlink(entry) != NULL;
    told->is_encrypted = archive_entry_is_encrypted(entry) != 0;
}

/* One entry; false: nothing more can be read. */
static bool walk_one(struct source *source, struct archive_entry *entry)
{
    struct walk *walk = source->walk;
    struct listing_entry told = {0};
    struct intake intake = {.walk = walk, .source = source->octets, .place = place_of(source)};
    int result = ARCHIVE_EOF;

    if (!walk_take_entry(walk, intake.place))
        return false;
    source->told++;
    describe(walk, source->kind, entry, &told);
    if (told.is_encrypted)
        walk_note(walk, LISTING_ENCRYPTED_CONTENT, NULL, intake.place);
    else if (!walk->is_dry && !source->is_dead)
        result = read_data(source->reader, &intake);
    if (result < ARCHIVE_WARN)
        note_failure(walk, source->reader, intake.place);
    else if (intake.is_broken && !walk->is_dry)
        walk_note(walk, LISTING_BROKEN, NULL, intake.place);
    intake.is_broken |=
        result < ARCHIVE_WARN || told.is_encrypted || walk->is_dry || source->is_dead;
    walk_entry(walk, &told, &intake);
    intake_clear(&intake);
    source->is_dead |= result == ARCHIVE_FATAL || result == ARCHIVE_OK;
    return !source->is_dead || source->was_dead;
}

/* No name could be read: it is encrypted, or libarchive says what is wrong. */
static void note_end(struct source *source)
{
    if (archive_read_has_encrypted_entries(source->reader) > 0 && source->told == 0)
        walk_note(source->walk, LISTING_ENCRYPTED_NAMES, NULL, place_of(source));
    else
        note_failure(source->walk, source->reader, place_of(source));
}

/* True at the archive's own end. */
static bool walk_entries(struct source *source)
{
    struct walk *walk = source->walk;
    struct archive_entry *entry;
    int result;

    while (!walk->is_stopped) {
        result = archive_read_next_header(source->reader, &entry);
        if (result == ARCHIVE_EOF)
            return true;
        if (result < ARCHIVE_WARN) {
            note_end(source);
            return false;
        }
        if (source->skip > 0)
            source->skip--;
        else if (!walk_one(source, entry))
            return false;
    }
    return false;
}

/* Behind the end: zeros fill a block, everything else is an oddity. True: another archive of this
 * kind begins at source->at. */
static bool look_behind(struct source *source, size_t end)
{
    struct bytes octets = source->octets;
    const struct listing_kind *kind;
    struct range rest;
    size_t at = end, behind;

    while (at < octets.size && octets.data[at] == 0)
        at++;
    if (source->kind->block == 0 || at >= octets.size)
        return false;
    at -= (at - end) % source->kind->block;
    rest = (struct range){at, octets.size - at};
    kind = listing_kind_of(bytes_slice(octets, at, rest.size), &behind);
    source->at = at;
    if (kind == NULL || strcmp(kind->format, source->kind->name) != 0) {
        walk_oddity(source->walk, LISTING_SUFFIX, rest);
        return false;
    }
    walk_oddity(source->walk, LISTING_CONCATENATED, rest);
    return true;
}

/* A stream that yields nothing: for libarchive it has no entry. */
static void tell_nothing(struct source *source, bool is_broken)
{
    struct walk *walk = source->walk;
    struct listing_entry told = {.size = is_broken ? UINT64_MAX : 0};
    struct intake intake = {.walk = walk,
                            .place = {source->at, source->octets.size - source->at},
                            .is_broken = is_broken};

    if (walk_take_entry(walk, intake.place))
        walk_entry(walk, &told, &intake);
}

/* True when there is more from source->at on: as in look_behind(), or names behind a file that
 * cannot be read. */
static bool walk_from(struct source *source)
{
    struct bytes octets = source->octets;
    AUTO(reader_free) struct archive *reader = archive_read_new();
    la_int64_t used;
    bool is_broken;

    if (reader == NULL) {
        walk_out_of_memory(source->walk);
        return false;
    }
    source->reader = reader;
    if (support(reader, source->kind) < ARCHIVE_WARN ||
        archive_read_open_memory(reader, octets.data + source->at, octets.size - source->at) <
            ARCHIVE_WARN) {
        note_failure(source->walk, reader, (struct range){source->at, octets.size - source->at});
        return false;
    }
    is_broken = source->kind->support == NULL && archive_errno(reader) != 0;
    if (is_broken)
        note_failure(source->walk, reader, place_of(source));
    source->was_dead = source->is_dead;
    if (!walk_entries(source)) {
        source->skip = source->told;
        return source->is_dead && !source->was_dead && source->kind->names_are_cheap;
    }
    if (source->kind->support == NULL && source->told == 0)
        tell_nothing(source, is_broken);
    source->told = 0;
    source->is_dead = false;
    used = archive_filter_bytes(reader, -1);
    return used > 0 && look_behind(source, source->at + (size_t)used);
}

void archive_walk(struct walk *walk, struct bytes octets, const char *format)
{
    struct source source = {.walk = walk, .kind = kind_of(format), .octets = octets};
    locale_t before;

    if (source.kind->guard != NULL && !source.kind->guard(walk, octets))
        return;
    before = uselocale(utf8_locale);
    while (walk_from(&source))
        continue;
    uselocale(before);
}

/* Unpackers read files compressed one behind the other as one, but not all of them do. */
static void look_for_members(struct walk *walk, const struct kind *kind, struct bytes octets)
{
    const uint8_t *found = NULL;

    if (kind->member.size > 0 && octets.size > 1)
        found = memmem(octets.data + 1, octets.size - 1, kind->member.data, kind->member.size);
    if (found != NULL)
        walk_oddity(walk, LISTING_CONCATENATED,
                    (struct range){(size_t)(found - octets.data),
                                   octets.size - (size_t)(found - octets.data)});
}

void archive_walk_stream(struct walk *walk, struct bytes octets, const char *format)
{
    look_for_members(walk, kind_of(format), octets);
    archive_walk(walk, octets, format);
}

/* Two pieces to read from: a local header that says what is known, then the packed octets. */
struct pieces {
    struct bytes piece[2];
    unsigned next;
};

static la_ssize_t next_piece(struct archive *reader, void *context, const void **data)
{
    struct pieces *pieces = context;

    (void)reader;
    if (pieces->next == 2)
        return 0;
    *data = pieces->piece[pieces->next].data;
    return (la_ssize_t)pieces->piece[pieces->next++].size;
}

static void put(uint8_t *at, uint64_t number, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        at[i] = (uint8_t)(number >> 8 * i);
}

bool archive_unpack_zip(struct intake *intake, uint16_t method, struct bytes packed, uint32_t crc,
                        uint64_t size)
{
    static const uint16_t methods[] = {12, METHOD_LZMA, 93, 95, 98}; /* bzip2, zstd, xz, PPMd */
    AUTO(reader_free) struct archive *reader = NULL;
    uint8_t header[ZIP_HEADER + 1] = "PK\3\4?";
    struct pieces pieces = {{{header, sizeof header}, packed}, 0};
    struct archive_entry *entry;
    bool is_known = false;

    for (unsigned i = 0; i < sizeof methods / sizeof methods[0]; i++)
        is_known |= methods[i] == method;
    if (!is_known || packed.size > UINT32_MAX || size > UINT32_MAX)
        return false;
    /* 5.8.8: two octets of version, two of the size of the properties, then these. */
    if (method == METHOD_LZMA &&
        !guard_dictionary(intake->walk, little_endian(packed, 5, 4), intake->place))
        return true;
    put(header + 6, method == METHOD_LZMA ? 2 : 0, 2);
    put(header + 8, method, 2);
    put(header + 14, crc, 4);
    put(header + 18, packed.size, 4);
    put(header + 22, size, 4);
    put(header + 26, 1, 2);
    header[ZIP_HEADER] = 'x';
    reader = archive_read_new();
    if (reader == NULL)
        walk_out_of_memory(intake->walk);
    else if (archive_read_support_format_zip_streamable(reader) < ARCHIVE_WARN ||
             archive_read_open(reader, &pieces, NULL, next_piece, NULL) < ARCHIVE_WARN ||
             archive_read_next_header(reader, &entry) < ARCHIVE_WARN ||
             read_data(reader, intake) < ARCHIVE_WARN)
        note_failure(intake->walk, reader, intake->place);
    return true;
}

void archive_warm_up(void)
{
    if (utf8_locale != (locale_t)0)
        return;
    utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    for (unsigned i = 0; i < CHARSETS; i++)
        converters[i] = iconv_open("UTF-8", charsets[i]);
    tzset();
}

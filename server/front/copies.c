/* Copies of a check, from edits to octets (copies.h). */
#include "server/front/copies.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/worker/sealed.h"

struct copy {
    struct copies *copies;
    uint32_t number;
    enum copy_state state;
    bool checked, keep;
    bool stopped;
    /* transforming */
    int edits_fd; /* -1: none */
    struct pool_job *job;
    struct report report; /* with the COPY */
    /* building */
    uv_work_t work;
    bool is_working;
    struct content *content; /* its octets, when they are wanted */
    enum status built;
    /* checking */
    struct verdict verdict;
};

struct copies {
    struct copies_settings settings;
    struct copy **items; /* by number - 1 */
    size_t count;
    size_t wanted;
    uint64_t original_size;
    bool is_over;
};

enum status copies_new(const struct copies_settings *settings, struct copies **copies)
{
    *copies = calloc(1, sizeof(**copies));
    if (*copies == NULL)
        return STATUS_MEMORY;
    (*copies)->settings = *settings;
    (*copies)->original_size = settings->content->size;
    return STATUS_OK;
}

static struct copy *copy_at(const struct copies *copies, uint32_t number)
{
    return copies != NULL && number >= 1 && number <= copies->count ? copies->items[number - 1]
                                                                    : NULL;
}

static bool copy_is_busy(const struct copy *copy)
{
    return copy != NULL && (copy->job != NULL || copy->is_working);
}

static void edits_close(struct copy *copy)
{
    if (copy->edits_fd >= 0)
        close(copy->edits_fd);
    copy->edits_fd = -1;
}

static void copy_free(struct copy *copy)
{
    if (copy == NULL)
        return;
    assert(!copy_is_busy(copy));
    edits_close(copy);
    content_unref(&copy->content);
    report_clear(&copy->report);
    free(copy);
}

void copies_free(struct copies **handle)
{
    struct copies *copies = *handle;
    *handle = NULL;
    if (copies == NULL)
        return;
    for (size_t i = 0; i < copies->count; i++)
        copy_free(copies->items[i]);
    free(copies->items);
    free(copies);
}

/* The copy's life goes on; the owner looks at it. */
static void copy_enter(struct copy *copy, enum copy_state state)
{
    copy->state = copy->stopped ? COPY_FAILED : state;
}

static void tell(struct copy *copy)
{
    copy->copies->settings.advance(copy->copies->settings.owner);
}

static enum copy_state state_of_failure(enum status status)
{
    return status == STATUS_LIMIT ? COPY_IMPOSSIBLE : COPY_FAILED;
}

/* --- checking --- */

static void on_checked(void *owner, enum status status, struct report *report, uint64_t generation,
                       struct config *config)
{
    struct copy *copy = owner;
    (void)generation;
    copy->job = NULL;
    copy->verdict = verdict_incomplete(status != STATUS_LIMIT);
    if (status == STATUS_OK) {
        struct bytes names[REPORT_ENGINES_MOST];
        struct coverage_tally tally = {0};
        size_t count = config_required_engines(config, copy->copies->settings.channel, names);
        report_tally(report, names, count, &tally);
        copy->verdict = verdict_conclude(&tally, report_classes(report));
        report_clear(report);
    }
    copy_enter(copy, COPY_READY);
    tell(copy);
}

static void copy_check(struct copy *copy)
{
    const struct copies_settings *settings = &copy->copies->settings;
    struct pool_request request = {
        .stage = JOB_SCAN,
        .content_fd = copy->content->fd,
        .size = copy->content->size,
        .deadline_ms = settings->deadline_ms,
        .channel = settings->channel,
        .edits_fd = -1,
        .owner = copy,
        .done = on_checked,
    };
    memcpy(request.digest, copy->content->digest, DIGEST_BYTES);
    copy_enter(copy, COPY_CHECKING);
    if (copy->state != COPY_CHECKING)
        return;
    enum status status = pool_submit(settings->pool, &request, &copy->job);
    if (status != STATUS_OK)
        copy_enter(copy, state_of_failure(status));
}

/* --- building --- */

struct building {
    struct content *content; /* or NULL */
    struct digest *hash;
};

static enum status take_piece(void *owner, struct bytes piece)
{
    struct building *building = owner;
    if (building->content != NULL)
        return content_write(building->content, piece);
    digest_add(building->hash, piece);
    return STATUS_OK;
}

/* The digest of what the splices make, and its octets. */
static enum status splice_build(const struct copy *copy, struct bytes original,
                                uint8_t digest[DIGEST_BYTES])
{
    const struct report_copy *made = &copy->report.copies[0];
    struct building building = {.content = copy->content};
    if (copy->content == NULL && (building.hash = digest_new()) == NULL)
        return STATUS_MEMORY;
    enum status status = splice_each(&made->splice, original, take_piece, &building);
    if (status == STATUS_OK && copy->content != NULL)
        status = content_seal(copy->content);
    if (status == STATUS_OK && copy->content != NULL)
        memcpy(digest, copy->content->digest, DIGEST_BYTES);
    if (building.hash != NULL)
        digest_finish(building.hash, digest);
    digest_free(&building.hash);
    return status;
}

/* In a thread: touches this copy, its content and the original's octets alone. */
static void build(uv_work_t *work)
{
    struct copy *copy = work->data;
    const struct content *original = copy->copies->settings.content;
    uint8_t digest[DIGEST_BYTES];
    struct sealed_map map;
    copy->built = sealed_map(original->fd, SEALED_ANY, original->size, false, &map);
    if (copy->built != STATUS_OK)
        return;
    copy->built = splice_build(copy, (struct bytes){map.data, map.size}, digest);
    sealed_unmap(&map);
    if (copy->built == STATUS_OK &&
        memcmp(digest, copy->report.copies[0].digest, DIGEST_BYTES) != 0)
        copy->built = STATUS_INVALID;
}

static void on_built(uv_work_t *work, int cancelled)
{
    struct copy *copy = work->data;
    copy->is_working = false;
    if (cancelled != 0 || copy->built != STATUS_OK) {
        copy_enter(copy, COPY_FAILED);
    } else if (copy->checked) {
        copy_check(copy);
    } else {
        copy_enter(copy, COPY_READY);
    }
    tell(copy);
}

static void copy_build(struct copy *copy)
{
    const struct copies_settings *settings = &copy->copies->settings;
    enum status status = STATUS_OK;
    copy_enter(copy, COPY_BUILDING);
    if (copy->state != COPY_BUILDING)
        return;
    if (copy->checked || copy->keep)
        status = content_new(settings->limits, settings->spill_dir, copy->report.copies[0].size,
                             &copy->content);
    copy->work.data = copy;
    if (status == STATUS_OK && uv_queue_work(settings->loop, &copy->work, build, on_built) != 0)
        status = STATUS_MEMORY;
    copy->is_working = status == STATUS_OK;
    if (status != STATUS_OK) /* a copy that is larger than a message may be stays so */
        copy_enter(copy, status == STATUS_TOO_BIG ? COPY_IMPOSSIBLE : COPY_FAILED);
}

/* --- transforming --- */

static void on_transformed(void *owner, enum status status, struct report *report,
                           uint64_t generation, struct config *config)
{
    struct copy *copy = owner;
    (void)generation;
    (void)config;
    copy->job = NULL;
    edits_close(copy);
    if (status == STATUS_OK) {
        copy->report = *report;
        report_init(report, 0);
    }
    if (status != STATUS_OK)
        copy_enter(copy, state_of_failure(status));
    else if (copy->report.copies_count != 1)
        copy_enter(copy, COPY_IMPOSSIBLE);
    else
        copy_build(copy);
    tell(copy);
}

static enum status edits_write(const struct decision_edits *edits, struct buffer *lines)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < edits->count && status == STATUS_OK; i++)
        status = edit_write(&edits->edits[i], lines, BYTES("1"));
    return status;
}

/* Names the work: these edits in this message. */
static enum status digest_make(const struct copy *copy, struct bytes lines,
                               uint8_t digest[DIGEST_BYTES])
{
    struct digest *hash = digest_new();
    if (hash == NULL)
        return STATUS_MEMORY;
    digest_add(hash, (struct bytes){copy->copies->settings.content->digest, DIGEST_BYTES});
    digest_add(hash, lines);
    digest_finish(hash, digest);
    digest_free(&hash);
    return STATUS_OK;
}

static enum status copy_submit(struct copy *copy, struct bytes lines)
{
    const struct copies_settings *settings = &copy->copies->settings;
    struct pool_request request = {
        .stage = JOB_TRANSFORM,
        .content_fd = settings->content->fd,
        .size = settings->content->size,
        .deadline_ms = settings->deadline_ms,
        .edits_size = lines.size,
        .owner = copy,
        .done = on_transformed,
    };
    enum status status = sealed_new("edits", lines, &copy->edits_fd);
    if (status == STATUS_OK)
        status = digest_make(copy, lines, request.digest);
    request.edits_fd = copy->edits_fd;
    return status == STATUS_OK ? pool_submit(settings->pool, &request, &copy->job) : status;
}

static enum status copy_begin(struct copy *copy, const struct decision_edits *edits)
{
    struct buffer lines;
    buffer_init(&lines, JOB_EDITS_BYTES_MOST);
    enum status status = edits_write(edits, &lines);
    if (status == STATUS_OK)
        status = copy_submit(copy, buffer_bytes(&lines));
    buffer_clear(&lines);
    copy->state = COPY_TRANSFORMING;
    return status;
}

static enum status copies_grow(struct copies *copies, uint32_t number)
{
    if (number <= copies->count)
        return STATUS_OK;
    struct copy **items = realloc(copies->items, number * sizeof(*items));
    if (items == NULL)
        return STATUS_MEMORY;
    memset(items + copies->count, 0, (number - copies->count) * sizeof(*items));
    copies->items = items;
    copies->count = number;
    return STATUS_OK;
}

/* Somebody else takes it only when it is clean: its octets are built once more, if nobody kept
 * them. Its making has begun at most, or it is ready: nobody asks while copies are under way. */
static void copy_want_checked(struct copy *copy)
{
    if (copy->checked || copy->state >= COPY_IMPOSSIBLE)
        return;
    copy->checked = true;
    if (copy->state != COPY_READY)
        return;
    if (copy->content != NULL)
        copy_check(copy);
    else
        copy_build(copy);
}

enum status copies_want(struct copies *copies, const struct decision_edits *edits, bool checked,
                        bool keep)
{
    struct copy *copy = copy_at(copies, edits->number);
    if (copy != NULL && checked)
        copy_want_checked(copy);
    if (copy != NULL)
        return STATUS_OK;
    if (copies_grow(copies, edits->number) != STATUS_OK ||
        (copy = calloc(1, sizeof(*copy))) == NULL)
        return STATUS_MEMORY;
    copies->items[edits->number - 1] = copy;
    *copy = (struct copy){.copies = copies,
                          .number = edits->number,
                          .checked = checked,
                          .keep = keep,
                          .edits_fd = -1};
    report_init(&copy->report, 0);
    copies->is_over = ++copies->wanted > copies->settings.limits->copies;
    if (copies->is_over || copy_begin(copy, edits) != STATUS_OK)
        copy->state = COPY_FAILED;
    return STATUS_OK;
}

bool copies_are_over(const struct copies *copies)
{
    return copies != NULL && copies->is_over;
}

/* --- what became of them --- */

enum copy_state copies_state(const struct copies *copies, uint32_t number)
{
    const struct copy *copy = copy_at(copies, number);
    return copy == NULL ? COPY_NONE : copy->state;
}

bool copies_have(const struct copies *copies, uint32_t number, bool checked)
{
    const struct copy *copy = copy_at(copies, number);
    return copy != NULL && (copy->checked || !checked || copy->state >= COPY_IMPOSSIBLE);
}

const struct report_copy *copies_copy(const struct copies *copies, uint32_t number)
{
    const struct copy *copy = copy_at(copies, number);
    assert(copy != NULL && copy->state == COPY_READY);
    return &copy->report.copies[0];
}

bool copies_is_original(const struct copies *copies, uint32_t number)
{
    const struct copy *copy = copy_at(copies, number);
    if (copy == NULL || copy->state != COPY_READY)
        return false;
    const struct splice *splice = &copy->report.copies[0].splice;
    return splice->count == 1 && splice->segments[0].is_keep &&
           splice->segments[0].keep.size == copies->original_size;
}

struct verdict copies_verdict(const struct copies *copies, uint32_t number)
{
    const struct copy *copy = copy_at(copies, number);
    return copy != NULL && copy->checked ? copy->verdict : verdict_incomplete(true);
}

struct content *copies_content(const struct copies *copies, uint32_t number)
{
    const struct copy *copy = copy_at(copies, number);
    return copy == NULL ? NULL : copy->content;
}

const struct report *copies_report(const struct copies *copies, uint32_t number)
{
    const struct copy *copy = copy_at(copies, number);
    return copy == NULL ? NULL : &copy->report;
}

bool copies_busy(const struct copies *copies)
{
    for (size_t i = 0; copies != NULL && i < copies->count; i++)
        if (copy_is_busy(copies->items[i]))
            return true;
    return false;
}

bool copies_settled(const struct copies *copies)
{
    for (size_t i = 0; i < copies->count; i++) {
        const struct copy *copy = copies->items[i];
        if (copy != NULL && copy->state < COPY_READY)
            return false;
    }
    return true;
}

void copies_stop(struct copies *copies)
{
    for (size_t i = 0; copies != NULL && i < copies->count; i++) {
        struct copy *copy = copies->items[i];
        if (copy == NULL || copy->state >= COPY_READY)
            continue;
        copy->stopped = true;
        if (copy->job != NULL)
            pool_cancel(copies->settings.pool, copy->job);
        copy->state = COPY_FAILED;
    }
}

void copies_settle_down(struct copies *copies)
{
    for (size_t i = 0; i < copies->count; i++)
        if (copies->items[i] != NULL)
            content_unref(&copies->items[i]->content);
    copies->settings.content = NULL;
}

size_t copies_memory(const struct copies *copies)
{
    size_t octets = sizeof(*copies);
    for (size_t i = 0; i < copies->count; i++)
        if (copies->items[i] != NULL)
            octets += sizeof(struct copy) + copies->items[i]->report.arena.used;
    return octets;
}

uint32_t copies_count(const struct copies *copies)
{
    return copies == NULL ? 0 : (uint32_t)copies->count;
}

bool copies_have_octets(const struct copies *copies)
{
    for (size_t i = 0; i < copies->count; i++) {
        const struct copy *copy = copies->items[i];
        if (copy != NULL && copy->state == COPY_READY && copy->content == NULL)
            return false;
    }
    return true;
}

/* From octets to the walker of their kind. */
#include "engines/attachment/listing.h"

#include "engines/attachment/archive.h"
#include "engines/attachment/gzip.h"
#include "engines/attachment/inflate.h"
#include "engines/attachment/listing_kind.h"
#include "engines/attachment/listing_name.h"
#include "engines/attachment/tnef.h"
#include "engines/attachment/walk.h"
#include "engines/attachment/zip.h"

static void nobody_walk(struct walk *walk, struct bytes octets, const char *format)
{
    (void)format;
    walk_note(walk, LISTING_UNSUPPORTED, NULL, (struct range){0, octets.size});
}

static void (*const walkers[])(struct walk *walk, struct bytes octets, const char *format) = {
    [READER_ZIP] = zip_walk,         [READER_GZIP] = gzip_walk,
    [READER_ARCHIVE] = archive_walk, [READER_STREAM] = archive_walk_stream,
    [READER_TNEF] = tnef_walk,       [READER_NOBODY] = nobody_walk,
};

void listing_warm_up(void)
{
    archive_warm_up();
}

bool listing_is_archive(struct bytes octets)
{
    size_t at;

    return listing_kind_of(octets, &at) != NULL;
}

/* Ends like a zip besides: who reads from the end sees another archive. */
static void walk_zip_behind(struct walk *walk, struct bytes octets)
{
    if (walk->is_stopped || !zip_ends_there(octets))
        return;
    walk_oddity(walk, LISTING_CONCATENATED, (struct range){0, octets.size});
    zip_walk(walk, octets, "zip");
}

void walk_archive(struct walk *walk, struct bytes octets)
{
    size_t at;
    const struct listing_kind *kind = listing_kind_of(octets, &at);

    if (kind == NULL)
        return;
    if (walk->levels == 0)
        walk->listing->format = kind->format;
    walk->levels++;
    if (at > 0)
        walk_oddity(walk, LISTING_PREFIX, (struct range){0, at});
    walk->base = walk->levels == 1 ? at : walk->base;
    walkers[kind->reader](walk, bytes_slice(octets, at, octets.size - at), kind->format);
    walk->base = walk->levels == 1 ? 0 : walk->base;
    if (kind->reader != READER_ZIP)
        walk_zip_behind(walk, octets);
    walk->levels--;
}

enum status listing_walk(struct bytes octets, struct budget *budget, listing_take take,
                         void *context, struct listing *listing)
{
    struct walk walk = {.budget = budget, .take = take, .context = context, .listing = listing};

    *listing = (struct listing){.state = LISTING_WHOLE};
    arena_init(&walk.names, LISTING_NAME_ROOM);
    walk_archive(&walk, octets);
    arena_clear(&walk.names);
    inflate_free(&walk.inflater);
    return walk.is_out_of_memory ? STATUS_MEMORY : STATUS_OK;
}

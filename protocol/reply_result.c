/* RES lines, written and read (spec/cccp.md 7.1, 7.2, 7.7).
 *
 *     res     = "RES" SP id-set SP disposition SP attributes
 *     MEMBERS "(" group *( gap group ) ")"
 *     group   = "(" disposition gap "(" address *( gap address ) ")" gap attributes ")"
 *     STORE   "(" [ kept *( gap kept ) ] ")"      kept = "(" kind gap copy gap name ")"
 *
 * What a disposition must have and may not have is the same for both sides: result_is_fine(). */
#include "protocol/address.h"
#include "protocol/list.h"
#include "protocol/pairs.h"
#include "protocol/reply.h"

static const char *const store_words[] = {
#define STORE_WORD(name) #name,
    STORE_KIND_ROWS(STORE_WORD)};

static bool is_route(struct bytes route)
{
    bool fine = route.size <= REPLY_ROUTE_BYTES && bytes_is_utf8(route);
    for (size_t i = 0; i < route.size && fine; i++)
        fine = route.data[i] >= 0x20 && route.data[i] != 0x7F;
    return fine;
}

static bool stores_are_fine(const struct reply_result *result)
{
    bool fine = result->store_count <= REPLY_STORES_MOST;
    for (size_t i = 0; i < result->store_count && fine; i++)
        fine = result->stores[i].kind < STORE_KIND_COUNT && result->stores[i].name.size > 0;
    return fine;
}

/* What every disposition, also one of a member, must be. */
static bool attributes_are_fine(const struct reply_result *result)
{
    bool sender_is_fine =
        !result->has_sender || result->sender.size == 0 || is_address(result->sender);
    bool target_is_fine = result->disposition == DISPOSITION_REDIRECT ? is_address(result->target)
                                                                      : result->target.size == 0;
    bool silence_is_fine = !result->is_silent || result->disposition == DISPOSITION_REJECT;
    return sender_is_fine && target_is_fine && silence_is_fine && is_route(result->route) &&
           stores_are_fine(result);
}

static bool is_for_members(enum disposition disposition)
{
    return disposition == DISPOSITION_DELIVER || disposition == DISPOSITION_REJECT ||
           disposition == DISPOSITION_DISCARD || disposition == DISPOSITION_QUARANTINE;
}

static bool group_is_fine(const struct reply_members *group)
{
    bool fine = group->count > 0 && group->result->known &&
                is_for_members(group->result->disposition) && group->result->member_count == 0 &&
                !group->result->is_list && attributes_are_fine(group->result);
    for (size_t i = 0; i < group->count && fine; i++)
        fine = is_address(group->addresses[i]);
    return fine;
}

/* What is for the members alone does not stand beside them. */
static bool members_are_fine(const struct reply_result *result)
{
    size_t left = REPLY_MEMBERS_MOST;
    bool fine = result->member_count > 0 && result->copy == 0 && result->route.size == 0 &&
                result->mark.size == 0;
    for (size_t i = 0; i < result->member_count && fine; i++) {
        fine = result->members[i].count <= left && group_is_fine(&result->members[i]);
        left -= fine ? result->members[i].count : 0;
    }
    return fine;
}

/* An unknown disposition may have anything. */
static bool result_is_fine(const struct reply_result *result)
{
    bool expands = result->disposition == DISPOSITION_EXPAND;
    if (!result->known)
        return true;
    if (!attributes_are_fine(result))
        return false;
    return expands ? members_are_fine(result) : result->member_count == 0 && !result->is_list;
}

static void write_attributes(struct writer *writer, const struct reply_result *result);

static void write_members(struct writer *writer, const struct reply_result *result)
{
    writer_pair_atom(writer, "MODE", result->is_list ? "LIST" : "ALIAS");
    writer_atom(writer, "MEMBERS");
    writer_open(writer);
    for (size_t i = 0; i < result->member_count; i++) {
        const struct reply_members *group = &result->members[i];
        writer_open(writer);
        writer_pair_strings(writer, disposition_word(group->result->disposition), group->addresses,
                            group->count);
        write_attributes(writer, group->result);
        writer_close(writer);
    }
    writer_close(writer);
}

static void write_stores(struct writer *writer, const struct reply_result *result)
{
    writer_atom(writer, "STORE");
    writer_open(writer);
    for (size_t i = 0; i < result->store_count; i++) {
        writer_open(writer);
        writer_pair_number(writer, store_words[result->stores[i].kind], result->stores[i].copy);
        writer_string(writer, result->stores[i].name);
        writer_close(writer);
    }
    writer_close(writer);
}

static void write_attributes(struct writer *writer, const struct reply_result *result)
{
    writer_open(writer);
    if (result->copy > 0)
        writer_pair_number(writer, "COPY", result->copy);
    if (result->has_sender)
        writer_pair_string(writer, "SENDER", result->sender);
    if (result->class.size > 0) {
        writer_atom(writer, "CLASS");
        writer_atom_bytes(writer, result->class);
    }
    writer_pair_given(writer, "STATUS", result->status);
    writer_pair_given(writer, "TEXT", result->text);
    if (result->is_silent)
        writer_pair_atom(writer, "DSN", "NO");
    writer_pair_given(writer, "TO", result->target);
    if (result->member_count > 0)
        write_members(writer, result);
    writer_pair_given(writer, "ROUTE", result->route);
    if (result->store_count > 0)
        write_stores(writer, result);
    writer_pair_given(writer, "MARK", result->mark);
    if (result->has_after)
        writer_pair_number(writer, "AFTER", result->after_s);
    writer_close(writer);
}

enum status reply_write_result(struct buffer *out, const char *tag, const struct id_range *ranges,
                               size_t range_count, const struct reply_result *result)
{
    struct writer writer;
    if (!result_is_fine(result))
        return STATUS_INVALID;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, bytes_of_text(tag));
    writer_atom(&writer, "RES");
    writer_ranges(&writer, ranges, range_count);
    if (result->known)
        writer_atom(&writer, disposition_word(result->disposition));
    else
        writer_atom_bytes(&writer, result->word);
    write_attributes(&writer, result);
    return writer_end(&writer);
}

/* A result that is being read, or the one of a group of its members. */
struct result_reader {
    struct lexer *lexer;
    struct arena *arena;
    bool is_member;
    bool has_mode;
    size_t members_left; /* addresses that may still come */
};

static void read_attributes(struct result_reader *reader, struct reply_result *result);

static void read_disposition(struct lexer *lexer, struct reply_result *result)
{
    *result = (struct reply_result){.disposition = DISPOSITION_DEFER};
    if (lexer_atom(lexer, &result->word) == STATUS_OK)
        result->known = disposition_of_word(result->word, &result->disposition);
}

static void read_group(struct result_reader *reader, struct reply_members *group)
{
    struct lexer *lexer = reader->lexer;
    struct result_reader inner = {.lexer = lexer, .arena = reader->arena, .is_member = true};
    struct reply_result *result = arena_take(reader->arena, sizeof *result);
    struct bytes *addresses;
    if (!result) {
        lexer->status = lexer_fail(lexer, STATUS_MEMORY, "fewer members");
        return;
    }
    lexer->status = lexer_open(lexer);
    read_disposition(lexer, result);
    lexer->status = lexer_space(lexer);
    lexer->status =
        list_strings(lexer, reader->arena, reader->members_left, &addresses, &group->count);
    reader->members_left -= group->count;
    lexer->status = lexer_space(lexer);
    read_attributes(&inner, result);
    lexer->status = lexer_close(lexer);
    group->addresses = addresses;
    group->result = result;
}

static void read_members(struct result_reader *reader, struct reply_result *result)
{
    struct lexer *lexer = reader->lexer;
    struct reply_members *groups = NULL;
    size_t count = 0, capacity = 0;
    bool first = true;
    if (reader->is_member)
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "a member without members");
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        if (!arena_grow(reader->arena, (void **)&groups, &capacity, count, sizeof *groups)) {
            lexer->status = lexer_fail(lexer, STATUS_MEMORY, "fewer members");
            return;
        }
        read_group(reader, &groups[count]);
        count += lexer->status == STATUS_OK;
    }
    result->members = groups;
    result->member_count = count;
}

static void read_store(struct lexer *lexer, struct reply_store *store)
{
    unsigned kind = 0;
    lexer->status = lexer_open(lexer);
    lexer->status =
        lexer_word(lexer, store_words, STORE_KIND_COUNT, "QUARANTINE or ARCHIVE", &kind);
    store->kind = kind;
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_number(lexer, &store->copy);
    lexer->status = lexer_space(lexer);
    lexer->status = lexer_string(lexer, &store->name);
    lexer->status = lexer_close(lexer);
}

static void read_stores(struct result_reader *reader, struct reply_result *result)
{
    struct lexer *lexer = reader->lexer;
    struct reply_store *stores = arena_take(reader->arena, REPLY_STORES_MOST * sizeof *stores);
    bool first = true;
    if (!stores)
        lexer->status = lexer_fail(lexer, STATUS_MEMORY, "less to store");
    result->stores = stores;
    lexer->status = lexer_open(lexer);
    while (lexer_item(lexer, &first)) {
        if (result->store_count == REPLY_STORES_MOST)
            lexer->status = lexer_fail(lexer, STATUS_PARSE, "at most 16 to store");
        else
            read_store(lexer, &stores[result->store_count++]);
    }
}

/* The string that stands under this key, or NULL. */
static struct bytes *string_of(struct reply_result *result, const struct pairs *pairs)
{
    const struct {
        const char *key;
        struct bytes *string;
    } rows[] = {{"TEXT", &result->text},
                {"MARK", &result->mark},
                {"STATUS", &result->status},
                {"TO", &result->target},
                {"ROUTE", &result->route}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (pairs_is(pairs, rows[i].key))
            return rows[i].string;
    }
    return NULL;
}

static void read_mode(struct result_reader *reader, struct reply_result *result)
{
    static const char *const words[] = {"ALIAS", "LIST"};
    struct lexer *lexer = reader->lexer;
    unsigned index = 0;
    lexer->status = lexer_word(lexer, words, 2, "LIST or ALIAS", &index);
    result->is_list = index == 1;
    reader->has_mode = true;
}

/* Those that are more than a string: false when the key is none of them. */
static bool read_attribute(struct result_reader *reader, const struct pairs *pairs,
                           struct reply_result *result)
{
    struct lexer *lexer = reader->lexer;
    bool tells = true;
    if (pairs_is(pairs, "COPY"))
        lexer->status = lexer_number(lexer, &result->copy);
    else if (pairs_is(pairs, "SENDER"))
        result->has_sender = lexer_string(lexer, &result->sender) == STATUS_OK;
    else if (pairs_is(pairs, "CLASS"))
        lexer->status = lexer_atom(lexer, &result->class);
    else if (pairs_is(pairs, "AFTER"))
        result->has_after = lexer_number(lexer, &result->after_s) == STATUS_OK;
    else if (pairs_is(pairs, "DSN"))
        result->is_silent = lexer_yes(lexer, &tells) == STATUS_OK && !tells;
    else if (pairs_is(pairs, "MODE"))
        read_mode(reader, result);
    else if (pairs_is(pairs, "MEMBERS"))
        read_members(reader, result);
    else if (pairs_is(pairs, "STORE"))
        read_stores(reader, result);
    else
        return false;
    return true;
}

static void read_attributes(struct result_reader *reader, struct reply_result *result)
{
    struct lexer *lexer = reader->lexer;
    struct pairs pairs;
    if (!pairs_begin(&pairs, lexer))
        return;
    while (pairs_next(&pairs)) {
        struct bytes *string = string_of(result, &pairs);
        if (string)
            lexer->status = lexer_string(lexer, string);
        else if (!read_attribute(reader, &pairs, result))
            pairs_skip(&pairs);
    }
}

enum status reply_read_result(struct lexer *lexer, struct arena *arena, struct id_range **ranges,
                              size_t *range_count, struct reply_result *result)
{
    struct result_reader reader = {
        .lexer = lexer, .arena = arena, .members_left = REPLY_MEMBERS_MOST};
    lexer->status = lexer_space(lexer);
    lexer->status = list_ids(lexer, arena, ranges, range_count);
    lexer->status = lexer_space(lexer);
    read_disposition(lexer, result);
    lexer->status = lexer_space(lexer);
    read_attributes(&reader, result);
    bool expands = result->known && result->disposition == DISPOSITION_EXPAND;
    if (lexer->status == STATUS_OK && (!result_is_fine(result) || (expands && !reader.has_mode)))
        lexer->status = lexer_fail(lexer, STATUS_PARSE, "attributes that fit the disposition");
    return lexer_end(lexer);
}

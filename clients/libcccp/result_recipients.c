/* RES: what to do for recipients, and for the members of those that are expanded (spec/cccp.md 7.1,
 * 7.2, 7.7). Each id has one; nothing is in it that the client did not accept. What is in it is
 * well-formed: reply_read_result() has seen to that. */
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/result.h"

static const char too_long[] = "the answer is too long";

/* class "." subject "." detail of RFC 3463, class 4 or 5: what a bounce may say. */
static bool is_failure_status(struct bytes status)
{
    unsigned dots = 0, digits = 0;
    if (status.size < 5 || (status.data[0] != '4' && status.data[0] != '5'))
        return false;
    for (size_t i = 0; i < status.size; i++) {
        bool dot = status.data[i] == '.';
        if (!dot && (status.data[i] < '0' || status.data[i] > '9'))
            return false;
        digits = dot ? 0 : digits + 1;
        dots += dot;
        if (digits > 3 || (dot && (i + 1 == status.size || status.data[i + 1] == '.')))
            return false;
    }
    return dots == 2 && status.data[1] == '.';
}

static const char *disposition_take(struct cccp_result *result, const struct reply_result *line,
                                    struct cccp_recipient *recipient)
{
    unsigned accept;
    if (!line->known || !result_disposition(line->disposition, &recipient->disposition, &accept) ||
        (accept != 0 && !result_accepts(result, accept)))
        return "a disposition was not asked for";
    return NULL;
}

static const char *texts_take(struct cccp_result *result, const struct reply_result *line,
                              struct cccp_recipient *recipient)
{
    recipient->class_word = result_text(result, line->class);
    recipient->text = result_text(result, line->text);
    recipient->mark = result_text(result, line->mark);
    if (is_failure_status(line->status))
        recipient->status = arena_copy(&result->arena, line->status);
    if (recipient->disposition == CCCP_REJECT && !recipient->status)
        recipient->status = "5.7.1";
    recipient->silent = recipient->disposition == CCCP_REJECT && line->is_silent;
    recipient->after_seconds = line->has_after ? line->after_s : 0;
    return NULL;
}

static const char *way_take(struct cccp_result *result, const struct reply_result *line,
                            struct cccp_recipient *recipient)
{
    if (line->has_sender) {
        if (!result_accepts(result, CCCP_ACCEPT_SENDER))
            return "a sender was not accepted";
        recipient->sender = arena_copy(&result->arena, line->sender);
        if (!recipient->sender)
            return too_long;
    }
    if (line->route.size > 0) {
        if (!result_accepts(result, CCCP_ACCEPT_ROUTE))
            return "a route was not accepted";
        recipient->route = arena_copy(&result->arena, line->route);
        if (!recipient->route)
            return too_long;
    }
    return NULL;
}

static const char *copy_take(struct cccp_result *result, const struct reply_result *line,
                             struct cccp_recipient *recipient)
{
    if (line->copy != 0 && !result_accepts(result, CCCP_ACCEPT_COPY))
        return "a copy was not accepted";
    recipient->copy = (uint32_t)line->copy;
    return result_use_copy(result, line->copy);
}

static const char *target_take(struct cccp_result *result, const struct reply_result *line,
                               struct cccp_recipient *recipient)
{
    if (recipient->disposition == CCCP_REDIRECT)
        recipient->target = arena_copy(&result->arena, line->target);
    return recipient->disposition == CCCP_REDIRECT && !recipient->target ? too_long : NULL;
}

static const char *stores_take(struct cccp_result *result, const struct reply_result *line,
                               struct cccp_recipient *recipient)
{
    struct cccp_store *stores;
    if (line->store_count == 0)
        return NULL;
    if (!result_accepts(result, CCCP_ACCEPT_STORE))
        return "a STORE was not accepted";
    stores = arena_take(&result->arena, line->store_count * sizeof(*stores));
    for (size_t i = 0; stores && i < line->store_count; i++) {
        const struct reply_store *from = &line->stores[i];
        stores[i] = (struct cccp_store){
            .is_archive = from->kind == STORE_ARCHIVE,
            .copy = (uint32_t)from->copy,
            .name = result_name(result, from->name),
        };
        const char *wrong = result_use_copy(result, from->copy);
        if (wrong || !stores[i].name)
            return wrong ? wrong : "a STORE is malformed";
    }
    recipient->stores = stores;
    recipient->store_count = line->store_count;
    return stores ? NULL : too_long;
}

/* Of a recipient, or of members, which have no members of their own. */
static const char *recipient_take(struct cccp_result *result, const struct reply_result *line,
                                  struct cccp_recipient *recipient)
{
    static const char *(*const takers[])(struct cccp_result *, const struct reply_result *,
                                         struct cccp_recipient *) = {
        disposition_take, texts_take, way_take, copy_take, target_take, stores_take,
    };
    for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
        const char *wrong = takers[i](result, line, recipient);
        if (wrong)
            return wrong;
    }
    return NULL;
}

static const char *group_take(struct cccp_result *result, const struct reply_members *from,
                              struct cccp_members *to, const char *sender)
{
    struct cccp_recipient *recipient = arena_take(&result->arena, sizeof(*recipient));
    if (!recipient)
        return too_long;
    const char *wrong = recipient_take(result, from->result, recipient);
    if (!recipient->sender)
        recipient->sender = sender;
    *to = (struct cccp_members){
        .addresses = result_addresses(result, from->addresses, from->count),
        .count = from->count,
        .result = recipient,
    };
    return !wrong && !to->addresses ? too_long : wrong;
}

static int by_address(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Who came twice would get the message twice, or be told two things. */
static const char *members_check(const struct cccp_recipient *recipient)
{
    size_t count = 0, at = 0;
    for (size_t i = 0; i < recipient->member_count; i++)
        count += recipient->members[i].count;
    const char **all = malloc((count + 1) * sizeof(*all));
    if (!all)
        return "out of memory";
    for (size_t i = 0; i < recipient->member_count; i++) {
        const struct cccp_members *group = &recipient->members[i];
        memcpy(all + at, group->addresses, group->count * sizeof(*all));
        at += group->count;
    }
    qsort(all, count, sizeof(*all), by_address);
    bool twice = false;
    for (size_t i = 1; i < count; i++)
        twice |= strcmp(all[i - 1], all[i]) == 0;
    free(all);
    return twice ? "a member comes twice" : NULL;
}

static const char *members_take(struct cccp_result *result, const struct reply_result *line,
                                struct cccp_recipient *recipient)
{
    const char *wrong = NULL;
    if (recipient->disposition != CCCP_EXPAND)
        return NULL;
    struct cccp_members *groups = arena_take(&result->arena, line->member_count * sizeof(*groups));
    if (!groups)
        return too_long;
    for (size_t i = 0; !wrong && i < line->member_count; i++)
        wrong = group_take(result, &line->members[i], &groups[i], recipient->sender);
    recipient->members = groups;
    recipient->member_count = line->member_count;
    recipient->is_list = line->is_list;
    return wrong ? wrong : members_check(recipient);
}

/* Each id once, and none that was not asked for. */
static bool range_take(struct cccp_result *result, struct id_range range,
                       const struct cccp_recipient *recipient)
{
    if (range.first == 0 || range.last < range.first || range.last > result->count)
        return false;
    for (size_t i = range.first - 1; i < range.last; i++) {
        if (result->recipients[i])
            return false;
        result->recipients[i] = recipient;
        result->answered++;
    }
    return true;
}

const char *result_take_res(struct cccp_result *result, struct lexer *lexer)
{
    struct id_range *ranges;
    size_t count;
    struct reply_result line;
    struct cccp_recipient *recipient = arena_take(&result->arena, sizeof(*recipient));
    if (!recipient)
        return too_long;
    if (reply_read_result(lexer, &result->arena, &ranges, &count, &line) != STATUS_OK)
        return "a RES line is malformed";
    const char *wrong = recipient_take(result, &line, recipient);
    if (!wrong)
        wrong = members_take(result, &line, recipient);
    for (size_t i = 0; !wrong && i < count; i++) {
        if (!range_take(result, ranges[i], recipient))
            wrong = "a recipient is answered twice, or was not asked for";
    }
    return wrong;
}

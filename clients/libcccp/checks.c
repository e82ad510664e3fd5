/* The checks of a connection: queued, in slots, ended; and that `done` is called exactly once,
 * never from inside the call that started it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/libcccp/client.h"

void check_list_add(struct check_list *list, struct cccp_check *check)
{
    check->next = NULL;
    if (list->last)
        list->last->next = check;
    else
        list->first = check;
    list->last = check;
    list->count++;
}

struct cccp_check *check_list_take(struct check_list *list)
{
    struct cccp_check *check = list->first;
    if (!check)
        return NULL;
    list->first = check->next;
    if (!list->first)
        list->last = NULL;
    list->count--;
    check->next = NULL;
    return check;
}

static void check_list_remove(struct check_list *list, struct cccp_check *check)
{
    struct check_list rest = {0};
    for (struct cccp_check *one = check_list_take(list); one; one = check_list_take(list)) {
        if (one != check)
            check_list_add(&rest, one);
    }
    *list = rest;
}

void check_free(struct cccp_check **check)
{
    if (!*check)
        return;
    cccp_result_unref(&(*check)->result);
    arena_clear(&(*check)->arena);
    free(*check);
    *check = NULL;
}

/* A tag is "c", the slot, "." and a number that is never used twice on a connection. */
bool check_reserve(struct cccp *cccp, struct cccp_check *check)
{
    if (cccp->free_count == 0)
        return false;
    check->slot = cccp->free_slots[--cccp->free_count];
    struct slot *slot = &cccp->slots[check->slot];
    *slot = (struct slot){.check = check, .serial = ++cccp->serial, .busy = true};
    snprintf(check->tag, sizeof(check->tag), "c%u.%u", check->slot, slot->serial);
    return true;
}

void slot_release(struct cccp *cccp, struct slot *slot)
{
    assert(slot->busy);
    *slot = (struct slot){0};
    cccp->free_slots[cccp->free_count++] = (uint16_t)(slot - cccp->slots);
}

/* The busy slot that a tag names; *slot is NULL when it names none. A ghost has no check. */
struct cccp_check *check_find(struct cccp *cccp, struct bytes tag, struct slot **slot)
{
    unsigned number, serial;
    char text[TAG_LENGTH_MOST + 1], written[TAG_LENGTH_MOST + 1];
    *slot = NULL;
    if (tag.size >= sizeof(text))
        return NULL;
    memcpy(text, tag.data, tag.size);
    text[tag.size] = '\0';
    if (sscanf(text, "c%4u.%10u", &number, &serial) != 2 || number >= SLOTS_MOST)
        return NULL;
    snprintf(written, sizeof(written), "c%u.%u", number, serial);
    struct slot *found = &cccp->slots[number];
    if (strcmp(text, written) != 0 || !found->busy || found->serial != serial)
        return NULL;
    *slot = found;
    return found->check;
}

void check_end(struct cccp *cccp, struct cccp_check *check)
{
    if (check->state == CHECK_QUEUED)
        check_list_remove(&cccp->queue, check);
    else if (cccp->slots[check->slot].check == check)
        slot_release(cccp, &cccp->slots[check->slot]);
    if (cccp->sending == check)
        cccp->sending = NULL;
    cccp->memory_used -= result_memory(check->result);
    check_list_add(&cccp->ended, check);
}

void check_fail(struct cccp *cccp, struct cccp_check *check, enum cccp_status status,
                enum cccp_duty duty, const char *code, const char *text)
{
    cccp->memory_used -= result_memory(check->result);
    result_fail(check->result, status, duty, code, text);
    cccp->memory_used += result_memory(check->result);
    check_end(cccp, check);
}

/* Remembers a transaction for the next ACK. Without room the server forgets it by itself. */
static void acknowledge(struct cccp *cccp, const struct cccp_check *check)
{
    struct bytes txn = {(const uint8_t *)check->request.txn, strlen(check->request.txn) + 1};
    if (check->request.acknowledge && cccp_result_status(check->result) == CCCP_OK &&
        cccp->state == CCCP_READY && buffer_append(&cccp->acks, txn) == STATUS_OK)
        cccp->ack_count++;
}

void checks_deliver(struct cccp *cccp)
{
    if (cccp->delivering)
        return;
    cccp->delivering = true;
    for (struct cccp_check *check = check_list_take(&cccp->ended); check;
         check = check_list_take(&cccp->ended)) {
        check->done(check->owner, check->result);
        acknowledge(cccp, check);
        check_free(&check);
    }
    cccp->delivering = false;
}

/* Back into the queue, as new; false when it was tried often enough or has been answered. */
static bool check_again(struct cccp *cccp, struct cccp_check *check)
{
    if (check->tries >= cccp->options.retries)
        return false;
    struct cccp_result *fresh = result_new(&check->request, cccp->options.memory_bytes);
    if (!fresh)
        return false;
    cccp->memory_used += result_memory(fresh) - result_memory(check->result);
    cccp_result_unref(&check->result);
    check->result = fresh;
    check->state = CHECK_QUEUED;
    check->tries++;
    check->answered = false;
    return true;
}

static void check_lose(struct cccp *cccp, struct cccp_check *check, enum cccp_status status,
                       struct check_list *again)
{
    bool retry = status == CCCP_LOST || status == CCCP_UNREACHABLE;
    if (check->state != CHECK_QUEUED)
        slot_release(cccp, &cccp->slots[check->slot]);
    check->state = CHECK_QUEUED;
    if (retry && check_again(cccp, check)) {
        check_list_add(again, check);
        return;
    }
    check_fail(cccp, check, status, cccp->duty, cccp->code, cccp->error);
}

void checks_lose(struct cccp *cccp, enum cccp_status status)
{
    struct check_list queued = cccp->queue, again = {0};
    cccp->queue = (struct check_list){0};
    cccp->sending = NULL;
    for (unsigned i = 0; i < SLOTS_MOST; i++) {
        struct slot *slot = &cccp->slots[i];
        if (slot->busy && slot->check)
            check_lose(cccp, slot->check, status, &again);
        else if (slot->busy)
            slot_release(cccp, slot);
    }
    for (struct cccp_check *check = check_list_take(&queued); check;
         check = check_list_take(&queued))
        check_lose(cccp, check, status, &again);
    cccp->queue = again;
}

/* Ends a check under way whose completion is still to come: a ghost stays in its slot. */
static void leave_ghost(struct cccp *cccp, struct cccp_check *check, enum cccp_status status,
                        const char *text)
{
    struct slot *slot = &cccp->slots[check->slot];
    struct slot ghost = {.serial = slot->serial, .busy = true};
    check_fail(cccp, check, status, CCCP_DUTY_RETRY, "", text);
    cccp->free_count--; /* the slot that has just been released */
    *slot = ghost;
}

void check_disbelieve(struct cccp *cccp, struct cccp_check *check, const char *why)
{
    if (check->state == CHECK_WAITING)
        leave_ghost(cccp, check, CCCP_MALFORMED, why);
}

/* The caller gives up. The content is borrowed, so one that is being sent ends the connection. */
static void check_abandon(struct cccp *cccp, struct cccp_check *check, enum cccp_status status)
{
    if (check->state == CHECK_WAITING &&
        command_write(&cccp->output, "x", COMMAND_CANCEL, check->request.txn) == STATUS_OK) {
        leave_ghost(cccp, check, status, cccp_status_text(status));
        return;
    }
    bool queued = check->state == CHECK_QUEUED;
    check_fail(cccp, check, status, CCCP_DUTY_RETRY, "", cccp_status_text(status));
    if (!queued)
        conversation_fail(cccp, CCCP_LOST, "", "gave up while a content was being sent");
}

void cccp_cancel(struct cccp *cccp, struct cccp_check *check)
{
    for (struct cccp_check *one = cccp->ended.first; one; one = one->next) {
        if (one == check)
            return;
    }
    check_abandon(cccp, check, CCCP_CANCELLED);
}

static bool expired(const struct cccp_check *check, int64_t now_ms)
{
    return check && check->request.deadline_ms != 0 && check->request.deadline_ms <= now_ms;
}

void checks_expire(struct cccp *cccp, int64_t now_ms)
{
    for (unsigned i = 0; i < SLOTS_MOST; i++) {
        if (expired(cccp->slots[i].check, now_ms))
            check_abandon(cccp, cccp->slots[i].check, CCCP_TIMEOUT);
    }
    for (struct cccp_check *check = cccp->queue.first, *next; check; check = next) {
        next = check->next;
        if (expired(check, now_ms))
            check_abandon(cccp, check, CCCP_TIMEOUT);
    }
}

static void earliest(int64_t *deadline_ms, const struct cccp_check *check)
{
    if (!check || check->request.deadline_ms == 0)
        return;
    if (*deadline_ms == 0 || check->request.deadline_ms < *deadline_ms)
        *deadline_ms = check->request.deadline_ms;
}

int64_t checks_deadline(const struct cccp *cccp)
{
    int64_t deadline_ms = 0;
    for (unsigned i = 0; i < SLOTS_MOST; i++)
        earliest(&deadline_ms, cccp->slots[i].check);
    for (const struct cccp_check *check = cccp->queue.first; check; check = check->next)
        earliest(&deadline_ms, check);
    return deadline_ms;
}

/* Passwords by argon2id (libsodium). One check costs about 130 ms of a core and 64 MiB, so checks
 * run in libuv's threads, two at a time, behind a short queue. A wrong password is answered late,
 * later each time: the delay is held by a timer and costs nothing. An unknown name costs the same
 * work as a wrong password, so that time does not tell which it was. */
#include "server/crypto/password.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { RUNNING_MOST = 2, WAITING_MOST = 64, DELAY_FIRST_MS = 500, DELAY_MOST_MS = 8000 };

_Static_assert(crypto_pwhash_STRBYTES <= 128, "password_hash() gives 128 octets");

/* Of 32 random octets that nobody kept: the same parameters as password_hash(). */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$T3eE9qcWtPUfz1F+jbxsQw$"
                             "f78FjDDJlgaOXFwlpFs/28oPVgPb3GuDLLlCVd88tYQ";

/* queued ─thread free→ running ─right→ done
 *                      running ─wrong→ delayed ─timer→ done; freed in on_closed */
struct password_check {
    uv_work_t work;
    uv_timer_t timer;
    struct password_check *next; /* passwords.first */
    char hash[128];
    bool known;
    uint8_t *password;
    size_t password_size;
    unsigned failures;
    bool right;
    void *owner;
    void (*done)(void *owner, bool right); /* NULL: forgotten */
};

static struct {
    uv_loop_t *loop;
    struct password_check *first, **last;
    unsigned running, waiting;
} passwords;

static void check_next(void);

enum status password_init(uv_loop_t *loop)
{
    if (sodium_init() < 0)
        return STATUS_UNAVAILABLE;
    passwords.loop = loop;
    passwords.first = NULL;
    passwords.last = &passwords.first;
    passwords.running = passwords.waiting = 0;
    return STATUS_OK;
}

static void check_free(struct password_check *check)
{
    if (check->password != NULL)
        sodium_memzero(check->password, check->password_size);
    free(check->password);
    free(check);
}

void password_clear(void)
{
    while (passwords.first != NULL) {
        struct password_check *check = passwords.first;
        passwords.first = check->next;
        check_free(check);
    }
    passwords.last = &passwords.first;
    passwords.waiting = 0;
}

static void on_closed(uv_handle_t *handle)
{
    check_free(handle->data);
}

static void check_end(struct password_check *check)
{
    if (check->done != NULL)
        check->done(check->owner, check->right);
    check->done = NULL;
    uv_close((uv_handle_t *)&check->timer, on_closed);
}

static void on_delayed(uv_timer_t *timer)
{
    check_end(timer->data);
}

/* Doubles with each failure of the connection. */
static uint64_t delay_ms(unsigned failures)
{
    uint64_t ms = (uint64_t)DELAY_FIRST_MS << (failures > 8 ? 8 : failures);
    return ms > DELAY_MOST_MS ? DELAY_MOST_MS : ms;
}

static void on_work(uv_work_t *work)
{
    struct password_check *check = work->data;
    int wrong = crypto_pwhash_str_verify(check->known ? check->hash : nobody,
                                         (const char *)check->password, check->password_size);
    check->right = check->known && wrong == 0;
}

static void on_worked(uv_work_t *work, int status)
{
    struct password_check *check = work->data;
    assert(passwords.running > 0);
    passwords.running--;
    check_next();
    int error = uv_timer_init(passwords.loop, &check->timer);
    assert(error == 0);
    check->timer.data = check;
    if (check->right || check->done == NULL || status != 0)
        check_end(check);
    else
        uv_timer_start(&check->timer, on_delayed, delay_ms(check->failures), 0);
}

static void check_next(void)
{
    while (passwords.first != NULL && passwords.running < RUNNING_MOST) {
        struct password_check *check = passwords.first;
        passwords.first = check->next;
        if (passwords.first == NULL)
            passwords.last = &passwords.first;
        passwords.waiting--;
        passwords.running++;
        check->work.data = check;
        int error = uv_queue_work(passwords.loop, &check->work, on_work, on_worked);
        assert(error == 0);
    }
}

enum status password_verify(const char *hash, struct bytes password, unsigned failures, void *owner,
                            void (*done)(void *owner, bool right), struct password_check **out)
{
    if (passwords.waiting >= WAITING_MOST)
        return STATUS_OVERLOADED;
    struct password_check *check = calloc(1, sizeof(*check));
    if (check == NULL)
        return STATUS_MEMORY;
    check->password = malloc(password.size + 1);
    if (check->password == NULL) {
        free(check);
        return STATUS_MEMORY;
    }
    if (password.size > 0)
        memcpy(check->password, password.data, password.size);
    check->password_size = password.size;
    check->known = hash != NULL && strlen(hash) < sizeof(check->hash);
    if (check->known)
        strcpy(check->hash, hash);
    check->failures = failures;
    check->owner = owner;
    check->done = done;
    *passwords.last = check;
    passwords.last = &check->next;
    passwords.waiting++;
    check_next();
    *out = check;
    return STATUS_OK;
}

static bool check_unqueue(struct password_check *check)
{
    for (struct password_check **at = &passwords.first; *at != NULL; at = &(*at)->next) {
        if (*at != check)
            continue;
        *at = check->next;
        if (passwords.last == &check->next)
            passwords.last = at;
        passwords.waiting--;
        return true;
    }
    return false;
}

void password_forget(struct password_check **check)
{
    if (*check == NULL)
        return;
    (*check)->done = NULL;
    if (check_unqueue(*check))
        check_free(*check);
    *check = NULL;
}

enum status password_hash(struct bytes password, char out[128])
{
    if (crypto_pwhash_str(out, (const char *)password.data, password.size,
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return STATUS_MEMORY;
    return STATUS_OK;
}

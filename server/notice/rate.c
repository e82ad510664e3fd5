/* Token buckets by the moment at which they are full again: taking one moves it by an hour's part,
 * and it may be at most an hour ahead. */
#include "server/notice/rate.h"

#include <stdlib.h>

#include "server/crypto/keyed_hash.h"
#include "server/policy/entry.h"

enum { ROW_COUNT = 4096, ROW_WIDTH = 4 };
#define HOUR_US ((uint64_t)3600 * 1000000)

struct bucket {
    uint64_t hash; /* of the address */
    uint64_t full_at_us;
};

struct notice_rate {
    struct hash_key key;
    struct bucket all;
    struct bucket rows[ROW_COUNT][ROW_WIDTH];
};

enum status notice_rate_new(struct notice_rate **rate)
{
    struct notice_rate *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STATUS_MEMORY;
    enum status status = hash_key_init(&made->key);
    if (status == STATUS_OK)
        *rate = made;
    else
        free(made);
    return status;
}

void notice_rate_free(struct notice_rate **rate)
{
    free(*rate);
    *rate = NULL;
}

/* The bucket of an address; a new one takes the place of that which is fullest in its row. */
static struct bucket *bucket_find(struct notice_rate *rate, struct bytes address)
{
    struct entry_key key;
    if (!entry_key_of(address, &key))
        key.size = 0;
    uint64_t hash = keyed_hash(&rate->key, (struct bytes){key.octets, key.size});
    struct bucket *row = rate->rows[hash % ROW_COUNT], *fullest = row;
    for (size_t i = 0; i < ROW_WIDTH; i++) {
        if (row[i].hash == hash)
            return &row[i];
        if (row[i].full_at_us < fullest->full_at_us)
            fullest = &row[i];
    }
    *fullest = (struct bucket){.hash = hash};
    return fullest;
}

/* When it would be full again with one token less; 0: there is none. */
static uint64_t bucket_without_one(const struct bucket *bucket, uint64_t an_hour, uint64_t now_us)
{
    uint64_t begin = bucket->full_at_us > now_us ? bucket->full_at_us : now_us;
    uint64_t full_at_us = begin + HOUR_US / (an_hour > 0 ? an_hour : 1);
    return full_at_us > now_us + HOUR_US ? 0 : full_at_us;
}

enum notice_refusal notice_rate_take(struct notice_rate *rate, struct bytes address, uint64_t each,
                                     uint64_t all, uint64_t now_ms)
{
    uint64_t now_us = now_ms * 1000;
    uint64_t all_full_us = bucket_without_one(&rate->all, all, now_us);
    if (all_full_us == 0)
        return NOTICE_REFUSAL_RATE_ALL;
    struct bucket *bucket = bucket_find(rate, address);
    uint64_t full_us = bucket_without_one(bucket, each, now_us);
    if (full_us == 0)
        return NOTICE_REFUSAL_RATE;
    bucket->full_at_us = full_us;
    rate->all.full_at_us = all_full_us;
    return NOTICE_REFUSAL_NONE;
}

/* Numbers with units. */
#include "server/config/quantity.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct quantity_suffix {
    const char *text;
    uint64_t factor;
};

/* Largest first: writing takes the first that divides. */
static const struct quantity_suffix octet_suffixes[] = {
    {"T", 1ULL << 40}, {"G", 1ULL << 30}, {"M", 1ULL << 20}, {"K", 1ULL << 10}, {"", 1}, {NULL, 0}};
static const struct quantity_suffix time_suffixes[] = {
    {"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0}};
static const struct quantity_suffix second_suffixes[] = {
    {"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}, {NULL, 0}};
static const struct quantity_suffix no_suffixes[] = {{"", 1}, {NULL, 0}};

static bool is_time(const char *unit)
{
    return unit != NULL && (strcmp(unit, "ms") == 0 || strcmp(unit, "s") == 0);
}

static const struct quantity_suffix *suffixes_of(const char *unit)
{
    if (is_time(unit))
        return unit[0] == 'm' ? time_suffixes : second_suffixes;
    if (unit != NULL && strncmp(unit, "octets", 6) == 0)
        return octet_suffixes;
    return no_suffixes;
}

enum quantity_fault quantity_read(const char *text, const char *unit, uint64_t *number)
{
    uint64_t value = 0;
    const char *at = text;
    bool overflow = false;
    for (; *at >= '0' && *at <= '9'; at++) {
        overflow |= __builtin_mul_overflow(value, 10, &value);
        overflow |= __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value);
    }
    if (at == text)
        return QUANTITY_NO_NUMBER;
    const struct quantity_suffix *suffix = suffixes_of(unit);
    while (suffix->text != NULL && strcmp(suffix->text, at) != 0)
        suffix++;
    uint64_t factor = suffix->factor;
    if (suffix->text == NULL && *at == '\0')
        factor = 1;
    else if (suffix->text == NULL)
        return QUANTITY_NO_NUMBER;
    if (overflow || __builtin_mul_overflow(value, factor, &value))
        return QUANTITY_OVERFLOW;
    *number = value;
    return suffix->text == NULL && value != 0 ? QUANTITY_NO_UNIT : QUANTITY_FINE;
}

const char *quantity_write(uint64_t number, const char *unit, char text[QUANTITY_TEXT_BYTES])
{
    const struct quantity_suffix *suffix = suffixes_of(unit);
    while (suffix[1].text != NULL && number % suffix->factor != 0)
        suffix++;
    if (number == 0)
        snprintf(text, QUANTITY_TEXT_BYTES, "0");
    else
        snprintf(text, QUANTITY_TEXT_BYTES, "%" PRIu64 "%s", number / suffix->factor, suffix->text);
    return text;
}

const char *quantity_suffixes(const char *unit)
{
    if (is_time(unit))
        return "a time with its unit (ms, s, min, h, d)";
    if (suffixes_of(unit) == octet_suffixes)
        return "a number of octets (K, M, G, T: times 1024)";
    return "a number";
}

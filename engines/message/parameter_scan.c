/* Finds an attribute in a field's value (spec/decoders.md, "Parameters"). Two walks in step: one
 * over parameters by the rules, one over every place where the letters stand. */
#include "engines/message/parameter_scan.h"

/* A comment that is looked at from within: longer ones are not stepped over there. */
enum { COMMENT_OCTETS_MOST = 512 };

bool scan_is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

size_t scan_behind_comment(struct bytes value, size_t at, size_t most)
{
    size_t end = value.size - at > most ? at + most : value.size;
    unsigned depth = 0;

    for (size_t i = at; i < end; i++) {
        if (value.data[i] == '\\')
            i++;
        else if (value.data[i] == '(')
            depth++;
        else if (value.data[i] == ')' && --depth == 0)
            return i + 1;
    }
    return at;
}

size_t scan_behind_quoted(struct bytes value, size_t at, bool *is_closed)
{
    *is_closed = false;
    for (at++; at < value.size && !*is_closed; at++) {
        if (value.data[at] == '\\')
            at++;
        else
            *is_closed = value.data[at] == '"';
    }
    return at < value.size ? at : value.size;
}

size_t scan_behind_blanks(struct bytes value, size_t at)
{
    while (at < value.size) {
        size_t behind = at;

        if (scan_is_blank(value.data[at]))
            behind++;
        else if (value.data[at] == '(')
            behind = scan_behind_comment(value, at, COMMENT_OCTETS_MOST);
        if (behind == at)
            break;
        at = behind;
    }
    return at;
}

/* The next ";" from `at` that is in no comment; one that does not end is text. */
static size_t next_semicolon(struct scan *scan, size_t at)
{
    struct bytes value = scan->value;

    while (at < value.size && value.data[at] != ';') {
        size_t behind = at;

        if (value.data[at] == '(' && !scan->no_comments) {
            behind = scan_behind_comment(value, at, SIZE_MAX);
            scan->no_comments = behind == at;
        }
        at = behind > at ? behind : at + 1;
    }
    return at;
}

/* The parameter behind the next ";"; quotes count where a value begins with them. */
static void advance_main(struct scan *scan)
{
    struct bytes value = scan->value;
    size_t at = next_semicolon(scan, scan->main_next);
    bool is_closed;

    while (at < value.size && value.data[at] == ';')
        at = scan_behind_blanks(value, at + 1);
    scan->main_at = at;
    while (at < value.size && value.data[at] != '=' && value.data[at] != ';')
        at++;
    if (at < value.size && value.data[at] == '=') {
        at = scan_behind_blanks(value, at + 1);
        if (at < value.size && value.data[at] == '"')
            at = scan_behind_quoted(value, at, &is_closed);
    }
    scan->main_next = at < value.size ? at : value.size;
}

void scan_init(struct scan *scan, struct bytes value, struct bytes attribute)
{
    *scan = (struct scan){.value = value, .attribute = attribute};
    advance_main(scan);
}

static bool is_letter(uint8_t octet, uint8_t lower)
{
    return octet == lower || (octet >= 'A' && octet <= 'Z' && octet + 32 == lower);
}

/* Behind the attribute's letters, with comments and escapes between them; 0 when they are others.
 */
static size_t behind_letters(const struct scan *scan, size_t at, bool *is_odd)
{
    struct bytes value = scan->value;

    for (size_t i = 0; i < scan->attribute.size; i++) {
        size_t begin = at;

        while (i > 0 && at < value.size && (value.data[at] == '\\' || value.data[at] == '(')) {
            size_t behind = value.data[at] == '\\'
                                ? at + 1
                                : scan_behind_comment(value, at, COMMENT_OCTETS_MOST);
            if (behind == at)
                return 0;
            at = behind;
        }
        *is_odd |= at > begin;
        if (at >= value.size || !is_letter(value.data[at], scan->attribute.data[i]))
            return 0;
        at++;
    }
    return at;
}

/* "*", "*3", "*3*": RFC 2231. */
static size_t read_section(struct bytes value, size_t at, struct occurrence *occurrence)
{
    size_t begin = ++at;
    int section = 0;

    for (; at < value.size && value.data[at] >= '0' && value.data[at] <= '9'; at++)
        section = section < SECTION_MOST ? section * 10 + value.data[at] - '0' : SECTION_MOST;
    if (at == begin) {
        occurrence->is_extended = true;
        return at;
    }
    occurrence->section = section < SECTION_MOST ? section : SECTION_MOST;
    occurrence->is_odd |= at - begin > 1 && value.data[begin] == '0';
    occurrence->is_extended = at < value.size && value.data[at] == '*';
    return at + occurrence->is_extended;
}

static bool read_occurrence(const struct scan *scan, size_t at, struct occurrence *occurrence)
{
    struct bytes value = scan->value;
    size_t end;

    *occurrence = (struct occurrence){.at = at, .section = SECTION_NONE};
    end = behind_letters(scan, at, &occurrence->is_odd);
    if (end == 0)
        return false;
    end = scan_behind_blanks(value, end);
    if (end < value.size && value.data[end] == '\\') {
        occurrence->is_odd = true;
        end++;
    }
    if (end < value.size && value.data[end] == '*')
        end = scan_behind_blanks(value, read_section(value, end, occurrence));
    occurrence->begin = end + 1;
    return end < value.size && value.data[end] == '=';
}

/* Of a longer name. */
static bool is_name_octet(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') || octet == '-' || octet == '_' || octet == '*' ||
           octet == '.' || octet == '%';
}

bool scan_next(struct scan *scan, struct occurrence *occurrence)
{
    struct bytes value = scan->value;

    for (; scan->at < value.size; scan->at++) {
        size_t at = scan->at;

        if (!is_letter(value.data[at], scan->attribute.data[0]))
            continue;
        while (scan->main_at < at && scan->main_next < value.size)
            advance_main(scan);
        if (at > 0 && at != scan->main_at && is_name_octet(value.data[at - 1]))
            continue;
        if (!read_occurrence(scan, at, occurrence))
            continue;
        occurrence->is_main = at == scan->main_at;
        scan->at = occurrence->begin;
        return true;
    }
    return false;
}

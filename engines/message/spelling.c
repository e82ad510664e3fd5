/* The strict reader's name first; only one that is no token is looked at more closely. */
#include "engines/message/spelling.h"

enum { LETTERS_MOST = 128 };

static bool is_name_octet(uint8_t octet)
{
    return octet > ' ' && octet <= '~' && octet != ':';
}

static bool is_word_octet(uint8_t octet)
{
    uint8_t letter = octet | 0x20;

    return (letter >= 'a' && letter <= 'z') || (octet >= '0' && octet <= '9') || octet == '-' ||
           octet == '_';
}

static bool is_token(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (!is_name_octet(name.data[i]) || name.data[i] == '(' || name.data[i] == '?')
            return false;
    }
    return true;
}

/* The name that is given, and whether it is a beginning only. */
static struct bytes stem_of(struct bytes name, bool *is_beginning)
{
    *is_beginning = name.size > 0 && name.data[name.size - 1] == '*';
    return bytes_slice(name, 0, *is_beginning ? name.size - 1 : name.size);
}

static bool is_called(struct bytes candidate, struct bytes name)
{
    bool is_beginning;
    struct bytes stem = stem_of(name, &is_beginning);

    if (candidate.size == 0 || stem.size == 0)
        return false;
    return is_beginning ? bytes_begin_fold(candidate, stem) : bytes_equal_fold(candidate, stem);
}

/* What is left of a name without comments and without octets that no name needs. */
static struct bytes letters_of(struct bytes name, uint8_t room[LETTERS_MOST])
{
    size_t size = 0, depth = 0;

    for (size_t i = 0; i < name.size && size < LETTERS_MOST; i++) {
        uint8_t octet = name.data[i];

        if (octet == '(')
            depth++;
        else if (octet == ')' && depth > 0)
            depth--;
        else if (depth == 0 && is_name_octet(octet))
            room[size++] = octet;
    }
    return (struct bytes){room, size};
}

/* As a word of its own anywhere in the name: in an encoded word, behind junk. */
static bool has_word(struct bytes candidate, struct bytes name)
{
    size_t at = 0, end;

    while (at < candidate.size) {
        while (at < candidate.size && !is_word_octet(candidate.data[at]))
            at++;
        for (end = at; end < candidate.size && is_word_octet(candidate.data[end]);)
            end++;
        if (is_called(bytes_slice(candidate, at, end - at), name))
            return true;
        at = end;
    }
    return false;
}

/* A line without a colon, or with it on a later line: its first word. */
static struct bytes first_word(struct bytes value)
{
    size_t end = 0;

    while (end < value.size && is_name_octet(value.data[end]))
        end++;
    return bytes_slice(value, 0, end);
}

bool spelling_is_field(const struct field *field, struct bytes name)
{
    uint8_t room[LETTERS_MOST];
    struct bytes candidate = field->name;

    if (is_called(candidate, name))
        return true;
    if (candidate.size == 0) {
        candidate = bytes_slice(field->value, 0, bytes_find(field->value, 0, ':'));
        if (is_called(first_word(candidate), name))
            return true;
    }
    if (is_token(candidate))
        return false;
    return is_called(letters_of(candidate, room), name) || has_word(candidate, name);
}

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* The name before a colon with perhaps blanks before it; *behind is the octet behind the colon. */
static struct bytes name_at(struct bytes octets, size_t at, size_t *behind)
{
    size_t end = at;

    while (end < octets.size && is_name_octet(octets.data[end]))
        end++;
    for (*behind = end; *behind < octets.size && is_blank(octets.data[*behind]);)
        ++*behind;
    if (*behind == octets.size || octets.data[*behind] != ':')
        return (struct bytes){0};
    ++*behind;
    return bytes_slice(octets, at, end - at);
}

/* From `at` in a line to its end for who takes a bare CR for one, folds with it. */
static size_t end_behind_cr(struct bytes octets, size_t at)
{
    for (; at < octets.size; at++) {
        bool is_pair;

        if (octets.data[at] != '\r' && octets.data[at] != '\n')
            continue;
        is_pair = octets.data[at] == '\r' && at + 1 < octets.size && octets.data[at + 1] == '\n';
        if (at + 1 + is_pair >= octets.size || !is_blank(octets.data[at + 1 + is_pair]))
            return at;
        at += is_pair;
    }
    return at;
}

/* octets[at] is a CR alone: the field that begins behind it. */
static bool is_within_cr(struct bytes octets, struct bytes name, size_t at, struct range *cut)
{
    size_t begin = at + 1, behind, end;

    if (!is_called(name_at(octets, begin, &behind), name))
        return false;
    end = end_behind_cr(octets, behind);
    *cut = (struct range){at, end - at};
    return true;
}

/* octets[at] begins a line with a blank that reads like a field. */
static bool is_fold(struct bytes octets, struct bytes name, size_t at, struct range *cut)
{
    size_t begin = at, behind, end;

    while (begin < octets.size && is_blank(octets.data[begin]))
        begin++;
    if (begin == at || !is_called(name_at(octets, begin, &behind), name) || behind == octets.size ||
        octets.data[behind] != ' ')
        return false;
    end = bytes_find(octets, behind, '\n');
    *cut = (struct range){at, (end < octets.size ? end + 1 : end) - at};
    return true;
}

static bool is_signature(struct bytes octets)
{
    return bytes_contain_fold(bytes_slice(octets, 0, bytes_find(octets, 0, ':')),
                              BYTES("signature"));
}

bool spelling_next_within(struct bytes octets, struct bytes name, size_t *at, struct range *cut)
{
    bool has_folds = !is_signature(octets);

    for (size_t i = *at; i < octets.size; i++) {
        bool is_bare = octets.data[i] == '\r' && i + 1 < octets.size && octets.data[i + 1] != '\n';

        if ((is_bare && is_within_cr(octets, name, i, cut)) ||
            (has_folds && octets.data[i] == '\n' && is_fold(octets, name, i + 1, cut))) {
            *at = (size_t)(cut->offset + cut->size);
            /* a fold's line break begins the next line */
            *at -= *at > i + 1 && octets.data[*at - 1] == '\n' ? 1 : 0;
            return true;
        }
    }
    *at = octets.size;
    return false;
}

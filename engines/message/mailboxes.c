/* One walk over the tokens of the value. What may be a local part is a run of words with dots
 * between them; an "@" behind it makes an address of it, a word that no dot joins ends it. */
#include "engines/message/mailboxes.h"

enum { ENCODED_WORD_MOST = 128 };

enum token { TOKEN_NONE, TOKEN_WORD, TOKEN_COMMENT, TOKEN_SPECIAL };

/* What has been read of one mailbox. Places are offsets in the value. */
struct reading {
    struct mailboxes *mailboxes;
    size_t begin;            /* of all of it, and of its display name */
    size_t run, run_end;     /* the words that dots join */
    bool has_run, is_joined; /* a dot or "@" was last: the next word goes on */
    bool is_angle, has_at, is_route;
    bool is_behind_angle; /* no comma since then: a word alone is no mailbox */
    size_t local, local_end, domain;
    size_t words; /* runs in it */
    size_t name, name_end;
    struct bytes comment;
    bool has_next; /* a run behind the address: perhaps the next mailbox */
    size_t next;
};

void mailboxes_init(struct mailboxes *mailboxes, struct bytes value)
{
    *mailboxes = (struct mailboxes){.value = value};
}

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

static bool is_special(uint8_t octet)
{
    return octet == ',' || octet == ';' || octet == ':' || octet == '<' || octet == '>' ||
           octet == '@' || octet == '.';
}

static size_t behind_quotes(struct mailboxes *mailboxes, size_t at)
{
    struct bytes value = mailboxes->value;

    for (size_t i = at + 1; i < value.size && !mailboxes->has_open_quote; i++) {
        if (value.data[i] == '\\')
            i++;
        else if (value.data[i] == '"')
            return i + 1;
    }
    mailboxes->has_open_quote = true;
    return at + 1;
}

static size_t behind_comment(struct mailboxes *mailboxes, size_t at)
{
    struct bytes value = mailboxes->value;
    size_t depth = 0;

    for (size_t i = at; i < value.size && !mailboxes->has_open_comment; i++) {
        if (value.data[i] == '\\')
            i++;
        else if (value.data[i] == '(')
            depth++;
        else if (value.data[i] == ')' && --depth == 0)
            return i + 1;
    }
    mailboxes->has_open_comment = true;
    return at + 1;
}

/* An encoded word may hold what else would end the name: programs write commas into it. */
static size_t behind_encoded_word(struct bytes value, size_t at)
{
    struct bytes ahead = bytes_slice(value, at, ENCODED_WORD_MOST);
    unsigned marks = 0;

    if (ahead.size < 2 || ahead.data[1] != '?')
        return at;
    for (size_t i = 1; i + 1 < ahead.size && !is_blank(ahead.data[i]); i++) {
        marks += ahead.data[i] == '?';
        if (marks == 4 && ahead.data[i] == '?' && ahead.data[i + 1] == '=')
            return at + i + 2;
    }
    return at;
}

static size_t behind_atom(const struct mailboxes *mailboxes, size_t at)
{
    struct bytes value = mailboxes->value;
    size_t begin = at;

    if (value.data[at] == '=')
        at = behind_encoded_word(value, at);
    for (; at < value.size && !is_blank(value.data[at]) && !is_special(value.data[at]); at++) {
        if (at == begin)
            continue; /* a quote or comment that does not end */
        if ((value.data[at] == '"' && !mailboxes->has_open_quote) ||
            (value.data[at] == '(' && !mailboxes->has_open_comment))
            break;
    }
    return at;
}

static size_t behind_literal(struct bytes value, size_t at)
{
    while (at < value.size && value.data[at] != ']' && value.data[at] != ',' &&
           value.data[at] != '>')
        at++;
    return at < value.size && value.data[at] == ']' ? at + 1 : at;
}

/* The token that begins at *begin, blanks before it passed over; *end is behind it. */
static enum token next_token(struct mailboxes *mailboxes, size_t *begin, size_t *end)
{
    struct bytes value = mailboxes->value;
    uint8_t octet;

    while (*begin < value.size && is_blank(value.data[*begin]))
        ++*begin;
    if (*begin == value.size)
        return TOKEN_NONE;
    octet = value.data[*begin];
    *end = *begin + 1;
    if (is_special(octet))
        return TOKEN_SPECIAL;
    if (octet == '(' && !mailboxes->has_open_comment) {
        *end = behind_comment(mailboxes, *begin);
        if (!mailboxes->has_open_comment)
            return TOKEN_COMMENT;
    }
    if (octet == '"' && !mailboxes->has_open_quote) {
        *end = behind_quotes(mailboxes, *begin);
        if (!mailboxes->has_open_quote)
            return TOKEN_WORD;
    }
    *end = octet == '[' ? behind_literal(value, *end) : behind_atom(mailboxes, *begin);
    return TOKEN_WORD;
}

static void take_word(struct reading *reading, size_t begin, size_t end)
{
    if (reading->is_route)
        return;
    if (reading->has_at && reading->domain > reading->run_end && !reading->has_next)
        reading->domain = begin;
    if (reading->has_run && reading->is_joined) {
        reading->run_end = reading->has_next ? reading->run_end : end;
    } else if (reading->has_at) {
        reading->has_next = true; /* the address has ended */
        reading->next = begin;
    } else {
        reading->has_run = true;
        reading->run = begin;
        reading->run_end = end;
        reading->words++;
    }
    reading->is_joined = false;
}

/* True: what has been read is a mailbox, and another one begins without a comma. */
static bool take_at(struct reading *reading, size_t at)
{
    if (reading->has_next || !reading->has_run) {
        reading->is_route |= !reading->has_run;
        return reading->has_next && !reading->is_angle;
    }
    if (!reading->has_at)
        reading->local = reading->run;
    reading->local_end = reading->run_end;
    reading->has_at = true;
    reading->is_joined = true;
    reading->domain = at + 1;
    return false;
}

static void forget_run(struct reading *reading)
{
    reading->has_run = reading->has_at = reading->has_next = reading->is_joined = false;
    reading->is_route = false;
    reading->words = 0;
}

static void take_dot(struct reading *reading, size_t at)
{
    if (!reading->has_run)
        take_word(reading, at, at + 1);
    else if (!reading->has_next)
        reading->run_end = at + 1;
    reading->is_joined = true;
}

/* Takes a special octet; true when it ends the mailbox. *at is behind it. */
static bool take_special(struct reading *reading, uint8_t octet, size_t *at)
{
    size_t place = *at - 1;

    if (octet == '@') {
        bool is_end = take_at(reading, place);

        *at = is_end ? reading->next : *at;
        return is_end;
    }
    if (octet == '<' && !reading->is_angle) {
        reading->is_angle = true;
        reading->name = reading->begin;
        reading->name_end = place;
        forget_run(reading);
        return false;
    }
    if (octet == '.')
        take_dot(reading, place);
    else if (octet == ':')
        forget_run(reading);
    if (octet == ':' && !reading->is_angle)
        reading->begin = *at; /* of a group */
    if (octet == ',')
        return !reading->is_angle || reading->has_run;
    return octet == ';' || (octet == '>' && reading->is_angle);
}

static struct bytes trimmed(struct bytes value, size_t begin, size_t end)
{
    while (begin < end && is_blank(value.data[begin]))
        begin++;
    while (end > begin && is_blank(value.data[end - 1]))
        end--;
    return bytes_slice(value, begin, end - begin);
}

static bool is_plain(struct bytes address)
{
    for (size_t i = 0; i < address.size; i++) {
        if (is_blank(address.data[i]) || address.data[i] == '(' || address.data[i] == '"')
            return false;
    }
    return true;
}

/* What was read as a mailbox; false when it is none. */
static bool finish(const struct reading *reading, struct mailbox *mailbox)
{
    struct bytes value = reading->mailboxes->value;
    size_t local = reading->has_at ? reading->local : reading->run;
    size_t local_end = reading->has_at ? reading->local_end : reading->run_end;

    if (!reading->has_run ||
        (!reading->has_at && (reading->words != 1 || reading->is_behind_angle)))
        return false;
    *mailbox = (struct mailbox){.local = bytes_slice(value, local, local_end - local)};
    if (reading->is_angle)
        mailbox->name = trimmed(value, reading->name, reading->name_end);
    else if (reading->has_at && local > reading->begin)
        mailbox->name = trimmed(value, reading->begin, local);
    if (mailbox->name.size == 0)
        mailbox->name = reading->comment;
    if (reading->has_at && reading->run_end > reading->domain)
        mailbox->domain = trimmed(value, reading->domain, reading->run_end);
    mailbox->address = bytes_slice(value, local, reading->run_end - local);
    mailbox->is_plain = is_plain(mailbox->address);
    return true;
}

/* Reads up to the end of one mailbox, or of what is none. */
static void read_one(struct reading *reading)
{
    struct mailboxes *mailboxes = reading->mailboxes;
    size_t begin = mailboxes->at, end;
    bool is_ended = false;

    while (!is_ended) {
        enum token token = next_token(mailboxes, &begin, &end);

        if (token == TOKEN_NONE) {
            end = mailboxes->value.size;
            is_ended = true;
        } else if (token == TOKEN_WORD) {
            take_word(reading, begin, end);
        } else if (token == TOKEN_COMMENT && reading->comment.size == 0) {
            reading->comment = bytes_slice(mailboxes->value, begin + 1, end - begin - 2);
        } else if (token == TOKEN_SPECIAL) {
            is_ended = take_special(reading, mailboxes->value.data[begin], &end);
        }
        begin = end;
    }
    mailboxes->is_behind_angle = end > 0 && mailboxes->value.data[end - 1] == '>';
    mailboxes->at = end;
}

bool mailboxes_next(struct mailboxes *mailboxes, struct mailbox *mailbox)
{
    while (mailboxes->at < mailboxes->value.size && mailboxes->count < MAILBOXES_MOST) {
        struct reading reading = {.mailboxes = mailboxes,
                                  .begin = mailboxes->at,
                                  .is_behind_angle = mailboxes->is_behind_angle};

        read_one(&reading);
        if (finish(&reading, mailbox)) {
            mailboxes->count++;
            return true;
        }
    }
    return false;
}

/* Behind what is no part of an address at `at`: a blank, a comment that ends. */
static size_t behind_filler(struct mailboxes *text, size_t at)
{
    size_t next;

    if (text->value.data[at] != '(' || text->has_open_comment)
        return is_blank(text->value.data[at]) ? at + 1 : at;
    next = behind_comment(text, at);
    return text->has_open_comment ? at : next;
}

/* Appends the text without blanks and comments, but for blanks in quotes. */
static size_t append(uint8_t *room, size_t size, struct bytes text, bool is_domain)
{
    struct mailboxes walk = {.value = text};
    bool is_quoted = false;

    for (size_t at = 0; at < text.size;) {
        uint8_t octet = text.data[at];
        size_t next = is_quoted ? at : behind_filler(&walk, at);

        if (next > at || octet == '\r' || octet == '\n') {
            at = next > at ? next : at + 1;
            continue;
        }
        is_quoted ^= octet == '"';
        if (is_quoted && octet == '\\' && at + 1 < text.size)
            room[size++] = text.data[at++];
        octet = text.data[at++];
        room[size++] = is_domain && octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
    }
    return size;
}

enum status mailbox_text(const struct mailbox *mailbox, struct arena *arena, struct bytes *text)
{
    uint8_t *room = arena_take(arena, mailbox->local.size + mailbox->domain.size + 1);
    size_t size;

    if (room == NULL)
        return STATUS_MEMORY;
    size = append(room, 0, mailbox->local, false);
    if (mailbox->domain.size > 0) {
        room[size++] = '@';
        size = append(room, size, mailbox->domain, true);
    }
    *text = (struct bytes){room, size};
    return STATUS_OK;
}

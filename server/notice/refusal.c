/* To whom no notice goes (spec/policy.md 6.2; RFC 3834 2). */
#include "server/notice/notice.h"

#include "server/policy/entry.h"

#define HEADER(name)                                                                               \
    {                                                                                              \
        (const uint8_t *)("header." name), sizeof("header." name) - 1                              \
    }

/* That such a field is there says that a list or a program has sent it. */
static const struct bytes list_fields[] = {HEADER("list-id"), HEADER("list-post"),
                                           HEADER("list-help"), HEADER("list-unsubscribe")};

const struct bytes notice_wants[] = {HEADER("list-id"),
                                     HEADER("list-post"),
                                     HEADER("list-help"),
                                     HEADER("list-unsubscribe"),
                                     HEADER("precedence"),
                                     HEADER("auto-submitted"),
                                     HEADER("x-auto-response-suppress"),
                                     HEADER("x-content-check"),
                                     HEADER("message-id")};
const size_t notice_want_count = sizeof notice_wants / sizeof *notice_wants;

const char *notice_refusal_word(enum notice_refusal refusal)
{
#define REFUSAL_WORD(name, word) word,
    static const char *const words[] = {NOTICE_REFUSAL_ROWS(REFUSAL_WORD)};
#undef REFUSAL_WORD
    return words[refusal];
}

/* The next value of that fact from *at on; false: there is none. */
static bool next_value(const struct report *report, struct bytes name, size_t *at,
                       struct bytes *value)
{
    while (*at < report->facts_count) {
        const struct report_fact *fact = &report->facts[(*at)++];
        if (!bytes_equal_fold(fact->name, name))
            continue;
        *value = fact->value;
        return true;
    }
    return false;
}

static bool has_field(const struct report *report, struct bytes name)
{
    struct bytes value;
    size_t at = 0;
    return next_value(report, name, &at, &value);
}

struct bytes notice_message_id(const struct report *report)
{
    const struct bytes name = HEADER("message-id");
    struct bytes value, another;
    size_t at = 0;
    if (!next_value(report, name, &at, &value) || next_value(report, name, &at, &another))
        return BYTES("");
    return value;
}

/* The word that a value begins with, before parameters, comments and blanks. */
static struct bytes first_word(struct bytes value)
{
    size_t begin = 0, end;
    while (begin < value.size && (value.data[begin] == ' ' || value.data[begin] == '\t'))
        begin++;
    for (end = begin; end < value.size; end++)
        if (value.data[end] == ' ' || value.data[end] == '\t' || value.data[end] == ';' ||
            value.data[end] == '(')
            break;
    return bytes_slice(value, begin, end - begin);
}

/* A field of that name begins with that word. */
static bool says(const struct report *report, struct bytes name, const char *word)
{
    struct bytes value;
    size_t at = 0;
    while (next_value(report, name, &at, &value))
        if (bytes_equal_fold(first_word(value), bytes_of_text(word)))
            return true;
    return false;
}

static bool is_from_list(const struct report *report)
{
    for (size_t i = 0; i < sizeof list_fields / sizeof *list_fields; i++)
        if (has_field(report, list_fields[i]))
            return true;
    const struct bytes precedence = HEADER("precedence");
    return says(report, precedence, "list") || says(report, precedence, "bulk") ||
           says(report, precedence, "junk");
}

static bool is_automatic(const struct report *report)
{
    const struct bytes submitted = HEADER("auto-submitted");
    const struct bytes suppress = HEADER("x-auto-response-suppress");
    struct bytes value;
    size_t at = 0;
    while (next_value(report, submitted, &at, &value))
        if (!bytes_equal_fold(first_word(value), BYTES("no")))
            return true;
    return has_field(report, suppress) && !says(report, suppress, "none");
}

/* Local parts that no person reads, in lower case. */
enum place { WHOLE, BEGINNING, END };
static const struct unread {
    enum place place;
    const char *text;
} unread[] = {{BEGINNING, "owner-"},  {END, "-owner"},          {END, "-request"},
              {END, "-bounces"},      {END, "-bounce"},         {BEGINNING, "bounces+"},
              {BEGINNING, "bounce-"}, {BEGINNING, "prvs="},     {BEGINNING, "srs0="},
              {BEGINNING, "srs1="},   {WHOLE, "mailer-daemon"}, {WHOLE, "noreply"},
              {WHOLE, "no-reply"},    {WHOLE, "listserv"},      {WHOLE, "majordomo"},
              {WHOLE, "bounces"},     {WHOLE, "bounce"}};

static bool unread_is(const struct unread *name, struct bytes local)
{
    struct bytes text = bytes_of_text(name->text);
    if (local.size < text.size || (name->place == WHOLE && local.size != text.size))
        return false;
    size_t from = name->place == END ? local.size - text.size : 0;
    return bytes_equal(bytes_slice(local, from, text.size), text);
}

static bool is_for_nobody(struct bytes address)
{
    struct entry entry;
    if (entry_read(address, &entry) != NULL || entry.kind != ENTRY_ADDRESS)
        return true;
    struct bytes local = {entry.key.octets, entry.key.domain - 1};
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
        if (unread_is(&unread[i], local))
            return true;
    return false;
}

/* Our guard in a message whose sender could not be told anyway. A guard beside another sender is
 * anybody's: believing it would let him keep notices from being written. */
static bool is_notice(const struct notice_question *question)
{
    const struct bytes guard = HEADER("x-content-check");
    return question->envelope->has_sender && question->envelope->sender.size == 0 &&
           says(question->report, guard, "notice");
}

static enum notice_refusal refuse_sender(const struct notice_question *question)
{
    if (question->report->parts_count == 0) /* nobody has read its fields */
        return NOTICE_REFUSAL_FAILED;
    if (is_from_list(question->report))
        return NOTICE_REFUSAL_LIST;
    if (is_automatic(question->report))
        return NOTICE_REFUSAL_AUTOMATIC;
    if (!question->sender_is_inside && !question->outsiders)
        return NOTICE_REFUSAL_OUTSIDER;
    return NOTICE_REFUSAL_NONE;
}

enum notice_refusal notice_refuse(const struct notice_question *question)
{
    struct entry entry;
    if (question->to.size == 0)
        return NOTICE_REFUSAL_NULL_SENDER;
    bool is_ours = question->kind == NOTE_ADMINISTRATOR; /* the configuration names it */
    bool is_wrong = is_ours
                        ? entry_read(question->to, &entry) != NULL || entry.kind != ENTRY_ADDRESS
                        : is_for_nobody(question->to);
    if (is_wrong)
        return NOTICE_REFUSAL_ADDRESS;
    if (is_notice(question))
        return NOTICE_REFUSAL_LOOP;
    return question->kind == NOTE_SENDER ? refuse_sender(question) : NOTICE_REFUSAL_NONE;
}

/* A notice as a message (RFC 5322, 2045, 2047, 3834). Every value goes through the type of header
 * values (engines/convert/header_value.h), or is checked to be an address or an id. */
#include "server/notice/notice.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engines/convert/header_value.h"
#include "server/notice/notice_text.h"
#include "server/policy/entry.h"

enum { SUBJECT_MOST = 400, ID_MOST = 250, FIELD_ARENA_BYTES = 65536 };

/* The header while it is written; the first failure sticks. */
struct writing {
    struct buffer *out;
    struct arena *arena;
    bool is_international; /* an address in it is not ASCII (RFC 6532) */
    enum status status;
};

static void put(struct writing *writing, struct bytes octets)
{
    if (writing->status == STATUS_OK)
        writing->status = buffer_append(writing->out, octets);
    if (writing->status == STATUS_LIMIT_REPLY)
        writing->status = STATUS_LIMIT;
}

/* A field whose value is ours, or was checked: on one line. */
static void put_field(struct writing *writing, const char *name, struct bytes value)
{
    put(writing, bytes_of_text(name));
    put(writing, BYTES(": "));
    put(writing, value);
    put(writing, BYTES("\r\n"));
}

/* Any text as a field's value. */
static void put_text_field(struct writing *writing, const char *name, struct bytes text)
{
    const struct header_style style = {.line_break = BYTES("\r\n"),
                                       .is_international = writing->is_international};
    struct header_value value;
    struct bytes field;
    enum status status = header_value_make(text, strlen(name) + 2, &style, writing->arena, &value);
    if (status == STATUS_OK)
        status = header_field(bytes_of_text(name), &value, &style, writing->arena, &field);
    if (status != STATUS_OK)
        writing->status = writing->status == STATUS_OK ? status : writing->status;
    else
        put(writing, field);
}

static bool is_ascii(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] >= 0x80)
            return false;
    return true;
}

/* What can stand in an address field alone: a local part without quotes has no octet that means
 * something there. */
static bool stands_alone(struct bytes address)
{
    struct entry entry;
    if (entry_read(address, &entry) != NULL || entry.kind != ENTRY_ADDRESS)
        return false;
    for (size_t i = 0; address.data[0] != '"' && address.data[i] != '@'; i++)
        if (strchr("()<>[],:;\\\"", address.data[i]) != NULL)
            return false;
    return true;
}

/* "Mon, 02 Jan 2006 15:04:05 +0000", in no locale's words. */
static void put_date(struct writing *writing, int64_t seconds)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[64];
    struct tm tm;
    time_t when = (time_t)seconds;
    if (gmtime_r(&when, &tm) == NULL) {
        writing->status = STATUS_INVALID;
        return;
    }
    snprintf(text, sizeof text, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000", days + 3 * tm.tm_wday,
             tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
             tm.tm_sec);
    put_field(writing, "Date", bytes_of_text(text));
}

/* Letters, digits and a few marks: what an id can be made of without quotes. */
static bool is_id_text(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= 0x20 || text.data[i] >= 0x7F ||
            strchr("()<>[]:;@\\,\"", text.data[i]) != NULL)
            return false;
    return text.size > 0 && text.size <= ID_MOST;
}

static void put_id(struct writing *writing, const struct notice *notice)
{
    char text[2 * ID_MOST + 32];
    const char *host =
        is_id_text(bytes_of_text(notice->host_name)) ? notice->host_name : "localhost";
    if (!is_id_text(bytes_of_text(notice->reference))) {
        writing->status = STATUS_INVALID;
        return;
    }
    snprintf(text, sizeof text, "<%s.%u@%s>", notice->reference, notice->number, host);
    put_field(writing, "Message-ID", bytes_of_text(text));
}

/* <…@…> of visible ASCII: what can be repeated. */
static bool is_message_id(struct bytes id)
{
    size_t at_signs = 0;
    if (id.size < 5 || id.size > ID_MOST || id.data[0] != '<' || id.data[id.size - 1] != '>')
        return false;
    for (size_t i = 1; i + 1 < id.size; i++) {
        if (id.data[i] <= 0x20 || id.data[i] >= 0x7F || id.data[i] == '<' || id.data[i] == '>')
            return false;
        at_signs += id.data[i] == '@';
    }
    return at_signs > 0;
}

static void put_relation(struct writing *writing, const struct notice *notice)
{
    bool to_sender = notice->kind == NOTE_SENDER;
    if (to_sender && is_message_id(notice->in_reply_to)) {
        put_field(writing, "In-Reply-To", notice->in_reply_to);
        put_field(writing, "References", notice->in_reply_to);
    }
    put_field(writing, "Auto-Submitted",
              to_sender ? BYTES("auto-replied") : BYTES("auto-generated"));
    put_field(writing, "X-Content-Check", BYTES("notice"));
}

static void put_languages(struct writing *writing, const struct notice *notice)
{
    char text[TEMPLATE_LANGUAGES_MOST * 40] = "";
    size_t length = 0;
    for (size_t i = 0; i < notice->text_count && i < TEMPLATE_LANGUAGES_MOST; i++) {
        const char *language = notice->texts[i].language;
        if (language[0] != '\0')
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%.35s",
                                       length > 0 ? ", " : "", language);
    }
    if (length > 0)
        put_text_field(writing, "Content-Language", bytes_of_text(text));
}

static void put_header(struct writing *writing, const struct notice *notice, bool is_plain)
{
    struct bytes subject = bytes_slice(notice->texts[0].subject, 0, SUBJECT_MOST);
    while (subject.size > 0 && !bytes_is_utf8(subject) && subject.size > SUBJECT_MOST - 4)
        subject.size--;
    put_field(writing, "From", notice->from);
    put_field(writing, "To", notice->to);
    put_text_field(writing, "Subject", subject);
    put_date(writing, notice->time);
    put_id(writing, notice);
    put_relation(writing, notice);
    put_field(writing, "MIME-Version", BYTES("1.0"));
    put_field(writing, "Content-Type", BYTES("text/plain; charset=utf-8"));
    put_field(writing, "Content-Transfer-Encoding",
              is_plain ? BYTES("7bit") : BYTES("quoted-printable"));
    put_languages(writing, notice);
    put(writing, BYTES("\r\n"));
}

enum status notice_write(const struct notice *notice, struct buffer *out)
{
    AUTO(buffer_clear) struct buffer text;
    AUTO(arena_clear) struct arena arena;
    buffer_init(&text, NOTICE_BYTES_MOST);
    arena_init(&arena, FIELD_ARENA_BYTES);
    if (notice->text_count == 0 || !stands_alone(notice->from) || !stands_alone(notice->to))
        return STATUS_INVALID;
    enum status status = notice_text_join(notice, &text);
    if (status != STATUS_OK)
        return status;
    bool is_plain = notice_text_is_plain(buffer_bytes(&text));
    struct writing writing = {.out = out,
                              .arena = &arena,
                              .is_international = !is_ascii(notice->from) || !is_ascii(notice->to)};
    put_header(&writing, notice, is_plain);
    return writing.status == STATUS_OK ? notice_text_encode(buffer_bytes(&text), is_plain, out)
                                       : writing.status;
}

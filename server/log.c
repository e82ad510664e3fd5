/* The log: lines made in place, escaped, written with one call that never waits. */
#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LOG_TAIL_BYTES = 32, /* kept free for the end of a line */
    LOG_FILE_MODE = 0640
};

static struct {
    int fd;
    bool owned;  /* opened here, closed here */
    bool socket; /* journald's stream */
    bool torn;   /* the last line was taken in part */
    enum log_format format;
    enum log_level least;
    char file[4096];
    uint64_t dropped, told;
} output = {.fd = STDERR_FILENO, .format = LOG_TEXT, .least = LOG_LEVEL_INFO};

/* A pipe on standard error is opened anew, so that not waiting is our own choice and not that of
 * everybody who shares it. */
static int open_standard_error(bool *owned)
{
    struct stat state;
    *owned = false;
    if (fstat(STDERR_FILENO, &state) != 0 || !S_ISFIFO(state.st_mode))
        return STDERR_FILENO;
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    *owned = fd >= 0;
    return fd >= 0 ? fd : STDERR_FILENO;
}

static int open_output(const char *file, bool *owned)
{
    if (file == NULL || file[0] == '\0')
        return open_standard_error(owned);
    *owned = true;
    return open(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
                LOG_FILE_MODE);
}

enum status log_open(enum log_format format, const char *file)
{
    struct stat state;
    bool owned = false;
    if (file != NULL && strlen(file) >= sizeof output.file)
        return STATUS_INVALID;
    int fd = open_output(file, &owned);
    if (fd < 0)
        return STATUS_IO;
    log_close();
    output.fd = fd;
    output.owned = owned;
    output.socket = fstat(fd, &state) == 0 && S_ISSOCK(state.st_mode);
    output.format = format;
    snprintf(output.file, sizeof output.file, "%s", file != NULL ? file : "");
    return STATUS_OK;
}

void log_from(enum log_level least)
{
    output.least = least;
}

void log_reopen(void)
{
    char file[sizeof output.file];
    snprintf(file, sizeof file, "%s", output.file);
    if (file[0] != '\0' && log_open(output.format, file) != STATUS_OK)
        log_event(LOG_LEVEL_ERROR, "log.reopen", "%s: %s", file, strerror(errno));
}

void log_close(void)
{
    if (output.owned)
        close(output.fd);
    output.fd = STDERR_FILENO;
    output.owned = output.socket = output.torn = false;
    output.file[0] = '\0';
}

uint64_t log_dropped(void)
{
    return output.dropped;
}

/* --- making a line --- */

static size_t room(const struct log_line *line)
{
    size_t most = sizeof line->text - LOG_TAIL_BYTES;
    return line->length < most ? most - line->length : 0;
}

/* Our own words: short, clean. False, and the line is cut, when they do not fit. */
static bool put(struct log_line *line, const char *text)
{
    size_t length = strlen(text);
    if (line->cut || length > room(line)) {
        line->cut = true;
        return false;
    }
    memcpy(line->text + line->length, text, length);
    line->length += length;
    return true;
}

/* The length of the well-formed, printable UTF-8 character at octets; 0: must be escaped. C1
 * controls, line and paragraph separators and what turns the reading direction are not printable.
 */
static size_t printable_size(struct bytes octets)
{
    uint8_t first = octets.data[0];
    if (first < 0x80)
        return first >= 0x20 && first != 0x7F;
    size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (size > octets.size || !bytes_is_utf8(bytes_slice(octets, 0, size)))
        return 0;
    uint8_t second = octets.data[1], third = size > 2 ? octets.data[2] : 0;
    if (first == 0xC2 && second < 0xA0)
        return 0;
    bool turns = first == 0xE2 && ((second == 0x80 && third >= 0x8E && third <= 0xAF) ||
                                   (second == 0x81 && third >= 0xA6 && third <= 0xA9));
    bool general = first == 0xE2 && second == 0x80 && third >= 0x90 && third <= 0xA7;
    return turns && !general ? 0 : size;
}

/* One octet that is not printable, or needs an escape in quotes. JSON gets U+00XX for controls and
 * the four characters \xHH for octets that are no UTF-8. */
static void escape(const struct log_line *line, uint8_t octet, char text[8])
{
    const char *names = "\"\"\\\\\nn\rr\tt";
    for (const char *name = names; *name != '\0'; name += 2) {
        if ((uint8_t)*name == octet) {
            snprintf(text, 8, "\\%c", name[1]);
            return;
        }
    }
    if (line->json && octet < 0x80)
        snprintf(text, 8, "\\u%04x", octet);
    else
        snprintf(text, 8, line->json ? "\\\\x%02x" : "\\x%02x", octet);
}

static void put_quoted(struct log_line *line, struct bytes value)
{
    if (!put(line, "\""))
        return;
    for (size_t at = 0; at < value.size && !line->cut;) {
        char text[8];
        size_t size = printable_size(bytes_slice(value, at, value.size));
        if (size == 0 || value.data[at] == '"' || value.data[at] == '\\') {
            escape(line, value.data[at], text);
            size = 1;
        } else {
            memcpy(text, value.data + at, size);
            text[size] = '\0';
        }
        put(line, text);
        at += size;
    }
    line->text[line->length++] = '"'; /* in the tail's room */
}

/* Readable without quotes: letters, digits and the usual punctuation of names. */
static bool is_plain(struct bytes value)
{
    for (size_t i = 0; i < value.size; i++) {
        uint8_t octet = value.data[i];
        bool plain = octet > 0x20 && octet < 0x7F && octet != '"' && octet != '\\' && octet != '=';
        if (!plain)
            return false;
    }
    return value.size > 0 && value.size < 512;
}

static bool put_key(struct log_line *line, const char *key)
{
    if (line->cut || strlen(key) + 16 > room(line)) {
        line->cut = true;
        return false;
    }
    put(line, line->json ? ",\"" : " ");
    put(line, key);
    return put(line, line->json ? "\":" : "=");
}

void log_bytes(struct log_line *line, const char *key, struct bytes value)
{
    if (!put_key(line, key))
        return;
    if (line->json || !is_plain(value) || value.size > room(line)) {
        put_quoted(line, value);
        return;
    }
    memcpy(line->text + line->length, value.data, value.size);
    line->length += value.size;
}

void log_text(struct log_line *line, const char *key, const char *value)
{
    log_bytes(line, key, bytes_of_text(value));
}

void log_number(struct log_line *line, const char *key, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    if (put_key(line, key))
        put(line, text);
}

void log_begin(struct log_line *line, enum log_level level, const char *event)
{
    static const char *const levels[] = {"debug", "info", "warning", "error"};
    struct timespec now;
    struct tm parts;
    char stamp[64];
    line->length = 0;
    line->level = level;
    line->json = output.format == LOG_JSON;
    line->cut = level < output.least; /* takes nothing, and is not written */
    if (line->cut)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t length = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(stamp + length, sizeof stamp - length, ".%03ldZ", now.tv_nsec / 1000000);
    put(line, line->json ? "{\"ts\":\"" : "");
    put(line, stamp);
    put(line, line->json ? "\",\"level\":\"" : " ");
    put(line, levels[level]);
    put(line, line->json ? "\",\"event\":\"" : " ");
    put(line, event);
    put(line, line->json ? "\"" : "");
}

/* --- writing it --- */

static bool write_once(const char *text, size_t length)
{
    ssize_t written;
    do {
        written = output.socket ? send(output.fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL)
                                : write(output.fd, text, length);
    } while (written < 0 && errno == EINTR);
    if (written > 0)
        output.torn = (size_t)written < length;
    return written == (ssize_t)length;
}

/* Behind a line that was taken in part, and behind dropped ones, first says so. */
static bool settle_debts(void)
{
    if (output.torn && !write_once("\n", 1))
        return false;
    output.torn = false;
    if (output.dropped == output.told)
        return true;
    struct log_line note;
    uint64_t dropped = output.dropped;
    log_begin(&note, LOG_LEVEL_WARNING, "log.dropped");
    log_number(&note, "count", (int64_t)(dropped - output.told));
    memcpy(note.text + note.length, note.json ? "}\n" : "\n", note.json ? 3 : 2);
    if (!write_once(note.text, strlen(note.text)))
        return false;
    output.told = dropped;
    return true;
}

void log_end(struct log_line *line)
{
    const char *end = line->json ? "}\n" : "\n";
    if (line->level < output.least)
        return;
    if (line->cut)
        end = line->json ? ",\"cut\":true}\n" : " cut=yes\n";
    size_t length = strlen(end);
    memcpy(line->text + line->length, end, length);
    line->length += length;
    if (!settle_debts() || !write_once(line->text, line->length))
        output.dropped++;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    struct log_line line;
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    log_begin(&line, level, event);
    log_text(&line, "message", message);
    log_end(&line);
}

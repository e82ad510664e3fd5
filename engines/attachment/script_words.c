/* One octet at a time: undo an escape, lengthen or end a word, lengthen or end a run. */
#include "engines/attachment/script_words.h"

#include <stdlib.h>
#include <string.h>

#include "engines/attachment/html_script.h"

static const struct {
    const char *word; /* as JavaScript writes it: case counts */
    unsigned signal;
} rows[] = {
    {"createObjectURL", HTML_OBJECT_URL},
    {"msSaveBlob", HTML_OBJECT_URL},
    {"msSaveOrOpenBlob", HTML_OBJECT_URL},
    {"showSaveFilePicker", HTML_OBJECT_URL},
    {"Blob", HTML_BLOB},
    {"BlobBuilder", HTML_BLOB},
    {"atob", HTML_DECODES},
    {"fromCharCode", HTML_DECODES},
    {"charCodeAt", HTML_DECODES},
    {"Uint8Array", HTML_DECODES},
    {"unescape", HTML_DECODES},
    {"decodeURIComponent", HTML_DECODES},
    {"download", HTML_DOWNLOAD},
    {"write", HTML_WRITES},
    {"writeln", HTML_WRITES},
    {"eval", HTML_WRITES},
    {"Function", HTML_WRITES},
    {"innerHTML", HTML_WRITES},
    {"outerHTML", HTML_WRITES},
    {"insertAdjacentHTML", HTML_WRITES},
    {"srcdoc", HTML_WRITES},
};

static void end_word(struct script_words *words)
{
    words->word[words->length < SCRIPT_WORD_OCTETS ? words->length : SCRIPT_WORD_OCTETS] = '\0';
    for (size_t i = 0; words->length >= 4 && i < sizeof rows / sizeof rows[0]; i++) {
        if (words->length <= SCRIPT_WORD_OCTETS && words->word[0] == rows[i].word[0] &&
            strcmp(words->word, rows[i].word) == 0)
            words->signals |= rows[i].signal;
    }
    words->length = 0;
}

static void end_run(struct script_words *words)
{
    if (words->run >= SCRIPT_RUN_OCTETS)
        words->literal_octets += words->run;
    if (words->literal_octets >= HTML_LITERAL_OCTETS)
        words->signals |= HTML_LITERAL;
    words->run = 0;
}

/* "data:application/" in any case. */
static void follow_data(struct script_words *words, uint8_t octet)
{
    static const char wanted[] = "data:application/";

    if (octet >= 'A' && octet <= 'Z')
        octet = (uint8_t)(octet - 'A' + 'a');
    if (octet == (uint8_t)wanted[words->data_at])
        words->data_at++;
    else
        words->data_at = octet == 'd';
    if (words->data_at == sizeof wanted - 1) {
        words->signals |= HTML_DATA_SCRIPT;
        words->data_at = 0;
    }
}

static bool is_letter(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9');
}

static void take(struct script_words *words, uint8_t octet)
{
    follow_data(words, octet);
    if (is_letter(octet) || octet == '_' || octet == '$') {
        if (words->length < SCRIPT_WORD_OCTETS)
            words->word[words->length] = (char)octet;
        words->length++;
    } else {
        end_word(words);
    }
    if (is_letter(octet) || octet == '+' || octet == '/' || octet == '=' || octet == '%')
        words->run++;
    else
        end_run(words);
}

/* What has been put aside was no escape: it is what it is. */
static void give_back(struct script_words *words)
{
    unsigned size = words->escape_size;

    words->escape_size = 0;
    for (unsigned i = 0; i < size; i++)
        take(words, (uint8_t)words->escape[i]);
}

static bool is_hex(uint8_t octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'f') ||
           (octet >= 'A' && octet <= 'F');
}

/* Whether the escape that has been put aside is whole: \xHH, \uHHHH. */
static bool is_whole(const struct script_words *words)
{
    return words->escape_size == (words->escape[1] == 'x' ? 4 : 6);
}

static void finish_escape(struct script_words *words)
{
    unsigned long point =
        strtoul((const char[]){words->escape[2], words->escape[3],
                               words->escape_size == 6 ? words->escape[4] : '\0',
                               words->escape_size == 6 ? words->escape[5] : '\0', '\0'},
                NULL, 16);

    words->escape_size = 0;
    take(words, point < 0x80 ? (uint8_t)point : 0xFF);
}

void script_words_feed(struct script_words *words, uint8_t octet)
{
    if (words->escape_size == 0 && octet != '\\') {
        take(words, octet);
        return;
    }
    bool fits = words->escape_size == 0   ? true
                : words->escape_size == 1 ? octet == 'x' || octet == 'u'
                                          : is_hex(octet);
    if (!fits) {
        give_back(words);
        if (octet != '\\') {
            take(words, octet);
            return;
        }
    }
    words->escape[words->escape_size++] = (char)octet;
    if (words->escape_size >= 4 && is_whole(words))
        finish_escape(words);
}

void script_words_end(struct script_words *words)
{
    give_back(words);
    end_word(words);
    end_run(words);
    words->data_at = 0;
}

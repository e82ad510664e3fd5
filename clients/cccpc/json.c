#include "clients/cccpc/json.h"

#include <string.h>

#include "clients/libcccp/base64.h"

static void octets_write(FILE *out, struct bytes text)
{
    bool utf8 = bytes_is_utf8(text);
    fputc('"', out);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char octet = text.data[i];
        if (octet == '"' || octet == '\\')
            fprintf(out, "\\%c", octet);
        else if (octet < 0x20 || octet == 0x7F)
            fprintf(out, "\\u%04x", octet);
        else if (octet > 0x7F && !utf8)
            fputs("\\ufffd", out);
        else
            fputc(octet, out);
    }
    fputc('"', out);
}

static void string(FILE *out, const char *text)
{
    octets_write(out, bytes_of_text(text));
}

static void key_write(struct json *json, const char *key)
{
    if (json->comma)
        fputc(',', json->out);
    json->comma = true;
    if (key) {
        string(json->out, key);
        fputc(':', json->out);
    }
}

void json_open(struct json *json, const char *key, char bracket)
{
    key_write(json, key);
    fputc(bracket, json->out);
    json->comma = false;
}

void json_close(struct json *json, char bracket)
{
    fputc(bracket, json->out);
    json->comma = true;
}

void json_text(struct json *json, const char *key, const char *text)
{
    key_write(json, key);
    if (text)
        string(json->out, text);
    else
        fputs("null", json->out);
}

void json_octets(struct json *json, const char *key, const void *octets, size_t size)
{
    struct bytes bytes = {octets, size};
    struct buffer base64;
    if (bytes_is_utf8(bytes)) {
        key_write(json, key);
        octets_write(json->out, bytes);
        return;
    }
    buffer_init(&base64, SIZE_MAX / 2);
    bool made = base64_append(&base64, bytes) == STATUS_OK &&
                buffer_append_octet(&base64, '\0') == STATUS_OK;
    json_text(json, "base64", made ? (const char *)base64.data : NULL);
    buffer_clear(&base64);
}

void json_number(struct json *json, const char *key, uint64_t number)
{
    key_write(json, key);
    fprintf(json->out, "%llu", (unsigned long long)number);
}

void json_signed(struct json *json, const char *key, int64_t number)
{
    key_write(json, key);
    fprintf(json->out, "%lld", (long long)number);
}

void json_real(struct json *json, const char *key, double number)
{
    key_write(json, key);
    fprintf(json->out, "%.3f", number);
}

void json_bool(struct json *json, const char *key, bool value)
{
    key_write(json, key);
    fputs(value ? "true" : "false", json->out);
}

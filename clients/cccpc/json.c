#include "clients/cccpc/json.h"

#include <string.h>

#include "protocol/bytes.h"

static void string(FILE *out, const char *text)
{
    bool utf8 = bytes_is_utf8(bytes_of_text(text));
    fputc('"', out);
    for (; *text; text++) {
        unsigned char octet = (unsigned char)*text;
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

static void recipients_write(struct json *json, const struct cccp_result *result,
                             const char *const *recipients)
{
    json_open(json, "recipients", '[');
    for (uint32_t id = 1; id <= cccp_result_recipients(result); id++) {
        const struct cccp_recipient *one = cccp_result_recipient(result, id);
        json_open(json, NULL, '{');
        json_number(json, "id", id);
        json_text(json, "address", recipients[id - 1]);
        json_text(json, "disposition", cccp_disposition_word(one->disposition));
        json_text(json, "class", one->class_word);
        json_text(json, "status", one->status);
        json_text(json, "text", one->text);
        json_text(json, "mark", one->mark);
        json_number(json, "after_seconds", one->after_seconds);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void summary_write(struct json *json, const struct cccp_summary *summary)
{
    json_text(json, "verdict", cccp_verdict_word(summary->verdict));
    json_bool(json, "transient", summary->transient);
    json_text(json, "coverage", summary->full_coverage ? "FULL" : "PARTIAL");
    json_number(json, "expected", summary->expected);
    json_number(json, "examined", summary->examined);
    json_number(json, "exempt", summary->exempt);
    json_number(json, "unexaminable", summary->unexaminable);
    json_number(json, "failed", summary->failed);
    json_number(json, "time_us", summary->time_us);
    json_number(json, "generation", summary->generation);
    json_text(json, "reference", summary->reference);
    json_open(json, "reasons", '[');
    for (size_t i = 0; i < summary->reason_count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "engine", summary->reasons[i].engine);
        json_text(json, "symbol", summary->reasons[i].symbol);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void part_write(struct json *json, const struct cccp_part *part)
{
    json_number(json, "number", part->number);
    json_number(json, "parent", part->parent);
    json_number(json, "depth", part->depth);
    json_number(json, "reading", part->reading);
    json_number(json, "within", part->within);
    json_text(json, "kind", part->kind);
    json_text(json, "type", part->type);
    json_text(json, "name", part->name);
    json_open(json, "names", '[');
    for (size_t i = 0; i < part->name_count; i++)
        json_text(json, NULL, part->names[i]);
    json_close(json, ']');
    json_text(json, "encoding", part->encoding);
    json_text(json, "charset", part->charset);
    json_number(json, "header_offset", part->header_offset);
    json_number(json, "header_size", part->header_size);
    json_number(json, "body_offset", part->body_offset);
    json_number(json, "body_size", part->body_size);
    json_number(json, "decoded_size", part->decoded_size);
}

static void finding_write(struct json *json, const struct cccp_finding *finding)
{
    json_text(json, "engine", finding->engine);
    json_text(json, "symbol", finding->symbol);
    json_text(json, "class", finding->class_word);
    json_signed(json, "points", finding->points);
    json_number(json, "part", finding->part);
    json_number(json, "offset", finding->offset);
    json_number(json, "size", finding->size);
    json_text(json, "text", finding->text);
    json_text(json, "excerpt", finding->excerpt);
}

static void coverage_write(struct json *json, const struct cccp_coverage *coverage)
{
    json_text(json, "engine", coverage->engine);
    json_text(json, "state", coverage->state);
    json_text(json, "reason", coverage->reason);
    json_number(json, "first_part", coverage->first_part);
    json_number(json, "last_part", coverage->last_part);
}

static void engine_write(struct json *json, const struct cccp_engine *engine)
{
    json_text(json, "name", engine->name);
    json_text(json, "version", engine->version);
    json_text(json, "reason", engine->reason);
    json_bool(json, "failed", engine->failed);
    json_number(json, "time_us", engine->time_us);
}

static void fact_write(struct json *json, const struct cccp_fact *fact)
{
    json_text(json, "name", fact->name);
    json_text(json, "value", fact->value);
}

#define ARRAY(type, name)                                                                          \
    do {                                                                                           \
        size_t count;                                                                              \
        const struct cccp_##type *items = cccp_result_##name(result, &count);                      \
        json_open(json, #name, '[');                                                               \
        for (size_t i = 0; i < count; i++) {                                                       \
            json_open(json, NULL, '{');                                                            \
            type##_write(json, &items[i]);                                                         \
            json_close(json, '}');                                                                 \
        }                                                                                          \
        json_close(json, ']');                                                                     \
    } while (0)

static void arrays_write(struct json *json, const struct cccp_result *result)
{
    ARRAY(part, parts);
    ARRAY(finding, findings);
    ARRAY(coverage, coverage);
    ARRAY(engine, engines);
    ARRAY(fact, facts);
}

void json_result(FILE *out, const char *path, const struct cccp_result *result,
                 const char *const *recipients)
{
    struct json json = {.out = out};
    const struct cccp_summary *summary = cccp_result_summary(result);
    size_t parts;
    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    json_text(&json, "txn", cccp_result_txn(result));
    json_text(&json, "status", cccp_status_text(cccp_result_status(result)));
    json_text(&json, "code", cccp_result_code(result));
    json_text(&json, "text", cccp_result_text(result));
    if (summary)
        summary_write(&json, summary);
    recipients_write(&json, result, recipients);
    if (cccp_result_parts(result, &parts))
        arrays_write(&json, result);
    json_close(&json, '}');
    fputc('\n', out);
}

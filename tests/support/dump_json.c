#include "tests/support/dump_json.h"

#include <stdlib.h>
#include <string.h>

#include "server/crypto/digest.h"

void dump_bytes(struct json *json, const char *key, struct bytes text)
{
    char *copy = calloc(1, text.size + 1);

    if (copy == NULL)
        abort();
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    json_text(json, key, copy);
    free(copy);
}

static void dump_hex(struct json *json, const char *key, struct bytes octets)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * octets.size + 1);

    if (text == NULL)
        abort();
    for (size_t i = 0; i < octets.size; i++) {
        text[2 * i] = digits[octets.data[i] >> 4];
        text[2 * i + 1] = digits[octets.data[i] & 15];
    }
    text[2 * octets.size] = '\0';
    json_text(json, key, text);
    free(text);
}

static void dump_digest(struct json *json, struct bytes octets)
{
    struct digest *digest = digest_new();
    uint8_t result[DIGEST_BYTES];

    if (digest == NULL)
        abort();
    digest_add(digest, octets);
    digest_finish(digest, result);
    digest_free(&digest);
    dump_hex(json, "sha256", (struct bytes){result, sizeof result});
}

static void dump_range(struct json *json, const char *key, struct range range)
{
    json_open(json, key, '[');
    json_number(json, NULL, range.offset);
    json_number(json, NULL, range.size);
    json_close(json, ']');
}

static void dump_names(struct json *json, const struct names *names)
{
    json_open(json, "names", '[');
    for (uint32_t i = 0; i < names->count; i++)
        dump_bytes(json, NULL, names->items[i].text);
    json_close(json, ']');
    json_bool(json, "names_differ", names->differ);
}

static void dump_content(struct json *json, struct message *message, struct part *part,
                         bool with_octets)
{
    struct bytes content;

    if (part->kind != PART_LEAF || message_decode(message, part, &content) != STATUS_OK)
        return;
    json_number(json, "size", content.size);
    dump_digest(json, content);
    if (with_octets)
        dump_hex(json, "octets", content);
}

static void dump_part(struct json *json, struct message *message, struct part *part,
                      bool with_octets)
{
#define KIND_WORD(name) [PART_##name] = #name,
    static const char *const kinds[] = {PART_KIND_ROWS(KIND_WORD)};
#undef KIND_WORD

    json_open(json, NULL, '{');
    json_number(json, "number", part->number);
    json_number(json, "parent", part->parent);
    json_number(json, "depth", part->depth);
    json_number(json, "reading", part->reading);
    json_number(json, "within", part->within);
    json_text(json, "kind", kinds[part->kind]);
    dump_bytes(json, "type", part->type);
    dump_bytes(json, "name", part->name);
    dump_names(json, &part->names);
    dump_bytes(json, "charset", part->charset);
    dump_bytes(json, "encoding", part->encoding_text);
    dump_range(json, "header", part->header);
    dump_range(json, "body", part->body);
    dump_content(json, message, part, with_octets);
    json_text(json, "cap", part->cap);
    json_close(json, '}');
}

void dump_parts(struct json *json, struct message *message, bool with_octets)
{
    json_open(json, "parts", '[');
    for (uint32_t i = 0; i < message->part_count; i++)
        dump_part(json, message, &message->parts[i], with_octets);
    json_close(json, ']');
}

static void dump_findings(struct json *json, const struct report *report)
{
    json_open(json, "findings", '[');
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct report_finding *finding = &report->findings[i];

        json_open(json, NULL, '{');
        dump_bytes(json, "engine", finding->engine);
        dump_bytes(json, "symbol", finding->symbol);
        json_text(json, "class", finding_class_word(finding->class));
        json_number(json, "part", finding->part);
        dump_range(json, "range", finding->range);
        dump_bytes(json, "text", finding->text);
        dump_bytes(json, "excerpt", finding->excerpt);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void dump_facts(struct json *json, const struct report *report)
{
    json_open(json, "facts", '[');
    for (size_t i = 0; i < report->facts_count; i++) {
        json_open(json, NULL, '[');
        dump_bytes(json, NULL, report->facts[i].name);
        dump_bytes(json, NULL, report->facts[i].value);
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void dump_coverage(struct json *json, const struct report *report)
{
    json_open(json, "coverage", '[');
    for (size_t i = 0; i < report->coverage_count; i++) {
        const struct report_coverage *coverage = &report->coverage[i];

        json_open(json, NULL, '{');
        dump_bytes(json, "engine", coverage->engine);
        json_number(json, "first", coverage->parts.first);
        json_number(json, "last", coverage->parts.last);
        json_text(json, "state", coverage_word(coverage->state));
        dump_bytes(json, "reason", coverage->reason);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void dump_engines(struct json *json, const struct report *report)
{
    json_open(json, "engines", '[');
    for (size_t i = 0; i < report->engines_count; i++) {
        const struct report_engine *engine = &report->engines[i];

        json_open(json, NULL, '{');
        dump_bytes(json, "name", engine->name);
        json_bool(json, "failed", engine->failed);
        dump_bytes(json, "reason", engine->reason);
        json_number(json, "time_us", engine->time_us);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void dump_report(struct json *json, const struct report *report, bool with_coverage)
{
    dump_findings(json, report);
    dump_facts(json, report);
    if (!with_coverage)
        return;
    dump_coverage(json, report);
    dump_engines(json, report);
}

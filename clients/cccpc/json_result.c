/* All of a check's result as one JSON object. */
#include "clients/cccpc/json.h"

static void texts_write(struct json *json, const char *key, const char *const *texts, size_t count)
{
    json_open(json, key, '[');
    for (size_t i = 0; i < count; i++)
        json_text(json, NULL, texts[i]);
    json_close(json, ']');
}

static void stores_write(struct json *json, const struct cccp_recipient *one)
{
    json_open(json, "stores", '[');
    for (size_t i = 0; i < one->store_count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "kind", one->stores[i].is_archive ? "ARCHIVE" : "QUARANTINE");
        json_number(json, "copy", one->stores[i].copy);
        json_text(json, "name", one->stores[i].name);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* What recipients and groups of members have in common. */
static void recipient_write(struct json *json, const struct cccp_recipient *one)
{
    json_text(json, "disposition", cccp_disposition_word(one->disposition));
    json_text(json, "class", one->class_word);
    json_text(json, "status", one->status);
    json_text(json, "text", one->text);
    json_text(json, "mark", one->mark);
    json_number(json, "after_seconds", one->after_seconds);
    json_number(json, "copy", one->copy);
    json_bool(json, "silent", one->silent);
    json_text(json, "sender", one->sender);
    json_text(json, "target", one->target);
    json_text(json, "route", one->route);
    json_bool(json, "is_list", one->is_list);
    stores_write(json, one);
}

static void members_write(struct json *json, const struct cccp_members *members)
{
    json_open(json, NULL, '{');
    texts_write(json, "addresses", members->addresses, members->count);
    recipient_write(json, members->result);
    json_close(json, '}');
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
        recipient_write(json, one);
        json_open(json, "members", '[');
        for (size_t i = 0; i < one->member_count; i++)
            members_write(json, &one->members[i]);
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void segment_write(struct json *json, const struct cccp_segment *segment)
{
    json_bool(json, "kept", segment->is_kept);
    if (segment->is_kept)
        json_number(json, "offset", segment->offset);
    json_number(json, "size", segment->size);
    if (!segment->is_kept)
        json_octets(json, "data", segment->data, segment->size);
}

static void copy_write(struct json *json, const struct cccp_copy *copy)
{
    char digest[2 * sizeof(copy->digest) + 1];
    for (size_t i = 0; i < sizeof(copy->digest); i++)
        snprintf(digest + 2 * i, 3, "%02x", copy->digest[i]);
    json_number(json, "number", copy->number);
    json_number(json, "size", copy->size);
    json_text(json, "sha256", digest);
    json_text(json, "body", copy->body);
    json_bool(json, "smtputf8", copy->smtputf8);
    texts_write(json, "broken", copy->broken, copy->broken_count);
    json_open(json, "segments", '[');
    for (size_t i = 0; i < copy->segment_count; i++) {
        json_open(json, NULL, '{');
        segment_write(json, &copy->segments[i]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void note_write(struct json *json, const struct cccp_note *note)
{
    json_number(json, "number", note->number);
    json_text(json, "kind", cccp_note_word(note->kind));
    json_text(json, "sender", note->sender);
    texts_write(json, "recipients", note->recipients, note->recipient_count);
    json_octets(json, "message", note->octets, note->size);
}

static void decision_write(struct json *json, const struct cccp_decision *decision)
{
    json_number(json, "first", decision->first);
    json_number(json, "last", decision->last);
    json_text(json, "member", decision->member);
    json_text(json, "disposition", cccp_disposition_word(decision->disposition));
    json_text(json, "rule", decision->rule);
    json_text(json, "place", decision->place);
    json_open(json, "needs", '[');
    for (size_t i = 0; i < decision->need_count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "engine", decision->needs[i].engine);
        json_text(json, "symbol", decision->needs[i].symbol);
        json_number(json, "part", decision->needs[i].part);
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
    texts_write(json, "names", part->names, part->name_count);
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

static void made_write(struct json *json, const struct cccp_result *result)
{
    ARRAY(copy, copies);
    ARRAY(note, notes);
    ARRAY(decision, decisions);
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
    made_write(&json, result);
    if (cccp_result_parts(result, &parts))
        arrays_write(&json, result);
    json_close(&json, '}');
    fputc('\n', out);
}

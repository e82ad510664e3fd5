/* What a value alone cannot show: contradictions, names that must exist, credentials, limits
 * against each other. Files are looked at by check_file.c. */
#include <ctype.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "server/config/check_file.h"
#include "server/config/endpoint.h"
#include "server/config/read.h"

struct check {
    struct config *config;
    struct config_reader reader;
    bool look_at_files;
};

/* The place of section[.i].key, as near as it was written. */
static const struct node *place_of(struct check *check, const char *section, size_t i,
                                   const char *key)
{
    const struct node *node = node_find(check->config->tree, section);
    const struct node *item = node_at(node, i);
    const struct node *value = key != NULL ? node_find(item, key) : NULL;
    if (value != NULL)
        return value;
    if (item != NULL)
        return item;
    return node != NULL ? node : check->config->tree;
}

/* The problem of one entry of a section: its path is "section.name.key". */
static enum status complain(struct check *check, const char *section, size_t i, const char *key,
                            const char *reason)
{
    const struct node *node = place_of(check, section, i, key);
    const struct node *item = node_at(node_find(check->config->tree, section), i);
    char number[24];
    snprintf(number, sizeof number, "%zu", i + 1);
    (void)reader_enter(&check->reader, section);
    (void)reader_enter(&check->reader, item != NULL && item->key != NULL ? item->key : number);
    if (key != NULL)
        (void)reader_enter(&check->reader, key);
    return reader_problem(&check->reader, node, "%s", reason);
}

/* The problem of a single value, path "section.key". */
static enum status complain_value(struct check *check, const char *section, const char *key,
                                  const char *reason)
{
    const struct node *map = node_find(check->config->tree, section);
    const struct node *node = node_find(map, key);
    (void)reader_enter(&check->reader, section);
    (void)reader_enter(&check->reader, key);
    if (node == NULL)
        node = map != NULL ? map : check->config->tree;
    return reader_problem(&check->reader, node, "%s", reason);
}

static const char *unknown_channel(const struct config *config, const char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (config_find_channel(config, bytes_of_text(names[i])) == NULL)
            return names[i];
    return NULL;
}

static enum status check_channels(struct check *check, const char *section, size_t i,
                                  const char **names, size_t count)
{
    const char *unknown = unknown_channel(check->config, names, count);
    if (unknown == NULL)
        return STATUS_OK;
    char reason[160];
    snprintf(reason, sizeof reason, "there is no channel \"%.80s\"", unknown);
    return complain(check, section, i, "channels", reason);
}

/* The first contradiction of a listener, and the key it is about. */
static const char *listener_fault(const struct config_listener *listener,
                                  const struct endpoint *address, const char **key)
{
    bool remote = !endpoint_is_local(address);
    bool files = listener->certificate != NULL || listener->key != NULL;
    *key = "anonymous";
    if (listener->anonymous && remote)
        return "anonymous peers are admitted on loopback addresses and Unix sockets only";
    *key = "channels";
    if (!listener->anonymous && listener->channel_count > 0)
        return "they are for anonymous peers, which this listener does not admit";
    *key = "tls";
    if (remote && !listener->tls && !listener->allow_plain_remote)
        return "a remote listener needs TLS, or says allow-plain-remote: yes";
    if (!listener->tls && (files || listener->client_ca != NULL))
        return "certificate, key and client-ca need tls: yes";
    if (listener->tls && (listener->certificate == NULL || listener->key == NULL))
        return "needs a certificate and a key";
    *key = "proxy-from";
    bool required = listener->proxy == PROXY_REQUIRED;
    if (required && listener->proxy_from_count == 0 && address->kind != ENDPOINT_UNIX)
        return "proxy: required needs the networks that the proxies are in";
    if (!required && listener->proxy_from_count > 0)
        return "says nothing without proxy: required";
    return NULL;
}

static bool same_address(const struct endpoint *a, const struct endpoint *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind != ENDPOINT_TCP)
        return strcmp(a->name, b->name) == 0;
    return a->port == b->port && a->port != 0 && memcmp(a->octets, b->octets, 16) == 0;
}

static bool taken_before(const struct config *config, size_t i, const struct endpoint *address)
{
    struct endpoint other;
    for (size_t j = 0; j < i; j++)
        if (endpoint_read(config->listeners[j].address, &other) == NULL &&
            same_address(address, &other))
            return true;
    return false;
}

static enum status check_listener(struct check *check, size_t i)
{
    const struct config_listener *listener = &check->config->listeners[i];
    struct endpoint address;
    const char *key = "address";
    if (listener->address == NULL)
        return complain(check, "listeners", i, NULL, "an address is missing");
    const char *fault = endpoint_read(listener->address, &address);
    if (fault == NULL && taken_before(check->config, i, &address))
        fault = "another listener has the same address";
    if (fault == NULL)
        fault = listener_fault(listener, &address, &key);
    if (fault != NULL)
        return complain(check, "listeners", i, key, fault);
    enum status status =
        check_channels(check, "listeners", i, listener->channels, listener->channel_count);
    char why[200];
    if (status != STATUS_OK || !check->look_at_files)
        return status;
    if (!file_is_readable(listener->certificate, false, why))
        return complain(check, "listeners", i, "certificate", why);
    if (!file_is_readable(listener->key, true, why))
        return complain(check, "listeners", i, "key", why);
    if (!file_is_readable(listener->client_ca, false, why))
        return complain(check, "listeners", i, "client-ca", why);
    return STATUS_OK;
}

/* base64 without padding, at least 11 octets (the shortest salt), or what config_print() puts. */
static bool is_hash_field(const char *at, size_t size)
{
    if (size == 6 && memcmp(at, "masked", 6) == 0)
        return true;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)at[i]) && at[i] != '+' && at[i] != '/')
            return false;
    return size >= 11;
}

/* $argon2id$v=19$m=65536,t=2,p=1$salt$hash, and a price that every attempt can be let pay. */
static bool is_argon2id(const char *text)
{
    enum { MEMORY_KIB_MOST = 1 << 20, PASSES_MOST = 100, LANES_MOST = 16 };
    unsigned version = 0, memory = 0, passes = 0, lanes = 0;
    int length = 0;
    int read = sscanf(text, "$argon2id$v=%2u$m=%9u,t=%9u,p=%3u$%n", &version, &memory, &passes,
                      &lanes, &length);
    bool bounded = memory >= 8 && memory <= MEMORY_KIB_MOST && passes >= 1 &&
                   passes <= PASSES_MOST && lanes >= 1 && lanes <= LANES_MOST;
    if (read != 4 || length == 0 || version != 19 || !bounded)
        return false;
    const char *salt = text + length;
    size_t size = strcspn(salt, "$");
    if (salt[size] != '$' || !is_hash_field(salt, size))
        return false;
    return is_hash_field(salt + size + 1, strlen(salt + size + 1));
}

/* 64 hexadecimal digits, lower case, colons gone; false when they are not 64. */
static bool settle_fingerprint(char *text)
{
    size_t count = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == ':')
            continue;
        if (!isxdigit((unsigned char)*at))
            return false;
        text[count++] = (char)tolower((unsigned char)*at);
    }
    text[count] = '\0';
    return count == 64;
}

static enum status check_password(struct check *check, struct config_client *client, size_t i)
{
    char why[200];
    if (client->password != NULL && client->password_file != NULL)
        return complain(check, "clients", i, "password-file", "password is given too");
    if (client->password_file != NULL && check->look_at_files) {
        if (!file_is_readable(client->password_file, true, why) ||
            !file_read_line(client->password_file, check->reader.arena, &client->password, why))
            return complain(check, "clients", i, "password-file", why);
    }
    if (client->password != NULL && !is_argon2id(client->password))
        return complain(check, "clients", i,
                        client->password_file != NULL ? "password-file" : "password",
                        "not an argon2id string; cccpd --hash-password makes one");
    return STATUS_OK;
}

static bool same_text(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* A credential must name one client. */
static const char *shared_credential(const struct config *config, size_t i)
{
    const struct config_client *one = &config->clients[i];
    for (size_t j = 0; j < i; j++) {
        const struct config_client *other = &config->clients[j];
        if (one->has_uid && other->has_uid && one->uid == other->uid)
            return "uid";
        if (same_text(one->certificate, other->certificate))
            return "certificate";
        if (same_text(one->fingerprint, other->fingerprint))
            return "fingerprint";
    }
    return NULL;
}

static enum status check_client(struct check *check, size_t i)
{
    struct config_client *client = &check->config->clients[i];
    if (strcmp(client->name, "anonymous") == 0)
        return complain(check, "clients", i, NULL, "the name is reserved");
    if (client->fingerprint != NULL) {
        char *copy = (char *)arena_copy(check->reader.arena, bytes_of_text(client->fingerprint));
        if (copy == NULL)
            return problem_memory(check->reader.problem);
        if (!settle_fingerprint(copy))
            return complain(check, "clients", i, "fingerprint", "not 64 hexadecimal digits");
        client->fingerprint = copy;
    }
    enum status status = check_password(check, client, i);
    if (status != STATUS_OK)
        return status;
    bool any = client->password != NULL || client->password_file != NULL ||
               client->certificate != NULL || client->fingerprint != NULL || client->has_uid;
    if (!any)
        return complain(check, "clients", i, NULL,
                        "needs a password, password-file, certificate, fingerprint or uid");
    const char *shared = shared_credential(check->config, i);
    if (shared != NULL)
        return complain(check, "clients", i, shared, "another client has the same");
    if (client->role == ROLE_CLIENT && client->channel_count == 0)
        return complain(check, "clients", i, "channels", "a client needs at least one channel");
    return check_channels(check, "clients", i, client->channels, client->channel_count);
}

/* Engines of a channel are there, and switched on unless none is at all. */
static enum status check_channel(struct check *check, size_t i)
{
    const struct config_channel *channel = &check->config->channels[i];
    char reason[160];
    for (size_t j = 0; j < channel->engine_count; j++) {
        const struct config_engine *engine = NULL;
        bool any = false;
        for (size_t k = 0; k < check->config->engine_count; k++) {
            const struct config_engine *one = &check->config->engines[k];
            any = any || one->enabled;
            if (strcmp(one->engine->name, channel->engines[j]) == 0)
                engine = one;
        }
        if (engine != NULL && (engine->enabled || !any))
            continue;
        snprintf(reason, sizeof reason,
                 engine == NULL ? "there is no engine \"%.80s\""
                                : "the engine \"%.80s\" is not enabled",
                 channel->engines[j]);
        return complain(check, "channels", i, "engines", reason);
    }
    return STATUS_OK;
}

/* One limit that must not be over another. */
struct limit_order {
    const char *lower, *upper;
    size_t lower_offset, upper_offset;
};
#define LIMIT_ORDER(lower, lower_field, upper, upper_field)                                        \
    {                                                                                              \
        lower, upper, offsetof(struct limits, lower_field), offsetof(struct limits, upper_field)   \
    }

static const struct limit_order limit_orders[] = {
    LIMIT_ORDER("command-before-auth", command_before_auth_bytes, "command", command_bytes),
    LIMIT_ORDER("line", line_bytes, "command", command_bytes),
    LIMIT_ORDER("literal", literal_bytes, "command", command_bytes),
    LIMIT_ORDER("literal", literal_bytes, "message", message_bytes),
    LIMIT_ORDER("message", message_bytes, "content-budget", content_budget_bytes),
    LIMIT_ORDER("reply", reply_bytes, "output", output_bytes),
    LIMIT_ORDER("report", report_bytes, "reply", reply_bytes),
    LIMIT_ORDER("check-time", check_ms, "check-time-most", check_most_ms),
    LIMIT_ORDER("handshake-time", handshake_ms, "authentication-time", authentication_ms),
    LIMIT_ORDER("boundary", boundary_bytes, "header-field", header_line_bytes),
    LIMIT_ORDER("header-field", header_line_bytes, "header-block", header_block_bytes),
};

static enum status check_limits(struct check *check)
{
    const char *limits = (const char *)&check->config->limits;
    char reason[120];
    for (size_t i = 0; i < sizeof limit_orders / sizeof *limit_orders; i++) {
        const struct limit_order *order = &limit_orders[i];
        uint64_t lower = *(const uint64_t *)(limits + order->lower_offset);
        uint64_t upper = *(const uint64_t *)(limits + order->upper_offset);
        if (lower <= upper)
            continue;
        snprintf(reason, sizeof reason, "is over limits.%s", order->upper);
        return complain_value(check, "limits", order->lower, reason);
    }
    if (check->config->limits.worker_ms >= check->config->limits.check_ms)
        return complain_value(check, "limits", "worker-time",
                              "is not below limits.check-time: a retry would never fit");
    return STATUS_OK;
}

static enum status check_server(struct check *check)
{
    const struct config *config = check->config;
    struct endpoint http;
    if (config->workers_most < config->workers)
        return complain_value(check, "server", "workers-most", "is below server.workers");
    if (check->look_at_files && config->user != NULL && getpwnam(config->user) == NULL)
        return complain_value(check, "server", "user", "there is no such user on this machine");
    if (check->look_at_files && config->log_file != NULL && !file_has_folder(config->log_file))
        return complain_value(check, "log", "file", "its folder is not there");
#ifndef CCCPD_SANITIZED
    if (!config->sandbox)
        return complain_value(check, "server", "sandbox",
                              "can be switched off in builds with sanitizers only");
#endif
    if (config->http == NULL)
        return STATUS_OK;
    const char *fault = endpoint_read(config->http, &http);
    if (fault == NULL && http.kind == ENDPOINT_INHERITED)
        fault = "an IP address and port, or unix:/path, is expected";
    if (fault == NULL && http.kind == ENDPOINT_UNIX && http.name[0] != '/')
        fault = "the path of the Unix socket is not absolute";
    if (fault == NULL && taken_before(config, config->listener_count, &http))
        fault = "a listener has the same address";
    return fault == NULL ? STATUS_OK : complain_value(check, "http", "address", fault);
}

enum status config_check(struct config *config, bool look_at_files, struct config_problem *problem)
{
    struct check check = {.config = config,
                          .reader = {.arena = &config->arena, .problem = problem},
                          .look_at_files = look_at_files};
    enum status status = STATUS_OK;
    if (look_at_files && config->listener_count == 0)
        status = problem_of(problem, place_of(&check, "listeners", 0, NULL),
                            "listeners: at least one is needed");
    for (size_t i = 0; i < config->listener_count && status == STATUS_OK; i++)
        status = check_listener(&check, i);
    for (size_t i = 0; i < config->client_count && status == STATUS_OK; i++)
        status = check_client(&check, i);
    for (size_t i = 0; i < config->channel_count && status == STATUS_OK && look_at_files; i++)
        status = check_channel(&check, i);
    if (status == STATUS_OK)
        status = check_limits(&check);
    return status == STATUS_OK ? check_server(&check) : status;
}

#include "tests/support/session_fake.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static enum status announce(void *owner, struct session *session, const struct command *command,
                            uint64_t size, struct content **content, uint64_t *number)
{
    struct session_fake *fake = owner;
    (void)session;
    if (!bytes_equal(command->channel, BYTES("inbound")))
        return STATUS_NO_PERMISSION;
    if (size > FAKE_CONTENT_MOST) {
        *number = FAKE_CONTENT_MOST;
        return STATUS_TOO_BIG;
    }
    buffer_init(&fake->content, (size_t)size);
    fake->contents++;
    *content = (struct content *)fake;
    return STATUS_OK;
}

static enum status content_write(void *owner, struct content *content, struct bytes octets)
{
    struct session_fake *fake = owner;
    assert((void *)content == owner);
    return fake->write_fails ? STATUS_IO : buffer_append(&fake->content, octets);
}

static void content_drop(void *owner, struct content **content)
{
    struct session_fake *fake = owner;
    assert((void *)*content == owner);
    buffer_clear(&fake->content);
    fake->contents--;
    *content = NULL;
}

static void echo(const struct session_fake *fake, char text[])
{
    size_t length = (size_t)sprintf(text, "%zu ", fake->content.size);
    for (size_t i = 0; i < fake->content.size && i < 64; i++) {
        uint8_t octet = fake->content.data[i];
        text[length++] = octet > 0x20 && octet < 0x7f ? (char)octet : '.';
    }
    text[length] = '\0';
}

static enum status check(void *owner, struct session *session, const struct command *command,
                         struct content **content)
{
    struct session_fake *fake = owner;
    char tag[TAG_LENGTH_MOST + 1], text[100];
    snprintf(tag, sizeof(tag), "%.*s", (int)command->tag.size, (const char *)command->tag.data);
    if (bytes_equal(command->txn, BYTES("conflict")))
        return STATUS_TXN_CONFLICT;
    enum status status = session_tag_begin(session, command->tag, fake);
    if (status != STATUS_OK)
        return status;
    echo(fake, text);
    content_drop(owner, content);
    if (bytes_equal(command->txn, BYTES("hold")))
        return STATUS_OK;
    struct session_outcome outcome = {.status = STATUS_OK, .text = text};
    session_complete(session, tag, &outcome);
    return STATUS_OK;
}

static enum status result(void *owner, struct session *session, const struct command *command)
{
    (void)owner;
    (void)session;
    return command->wait_s > 0 ? STATUS_PENDING : STATUS_TXN_UNKNOWN;
}

static enum status cancel(void *owner, struct session *session, struct bytes txn)
{
    struct session_fake *fake = owner;
    if (!bytes_equal(txn, BYTES("hold")) || session->tag_count == 0)
        return STATUS_TXN_UNKNOWN;
    char tag[TAG_LENGTH_MOST + 1];
    memcpy(tag, session->tags[0].tag, sizeof(tag));
    assert(session->tags[0].owner == fake);
    struct session_outcome outcome = {.status = STATUS_CANCELLED};
    session_complete(session, tag, &outcome);
    return STATUS_OK;
}

static enum status acknowledge(void *owner, struct session *session, struct bytes txn)
{
    (void)owner;
    (void)session;
    (void)txn;
    return STATUS_OK;
}

static enum status state(void *owner, struct session *session, struct bytes tag, struct bytes txn,
                         struct buffer *out)
{
    (void)owner;
    (void)session;
    struct writer writer;
    writer_begin(&writer, out, WRITER_LITERAL_PLAIN, WRITER_LINE_BYTES, tag);
    writer_atom(&writer, "STATE");
    writer_string(&writer, txn);
    writer_open(&writer);
    writer_pair_atom(&writer, "STATE", "UNKNOWN");
    writer_close(&writer);
    return writer_end(&writer);
}

static enum status health(void *owner, bool detail, struct buffer *out)
{
    (void)owner;
    return buffer_append(out, detail ? BYTES("* HEALTH (STATE READY WORKERS 2)\r\n")
                                     : BYTES("* HEALTH (STATE READY)\r\n"));
}

static enum status verify(void *owner, struct session *session, struct bytes name,
                          struct bytes password)
{
    struct session_fake *fake = owner;
    if (bytes_equal(name, BYTES("busy")))
        return STATUS_OVERLOADED;
    fake->known = config_find_client(session->config, name) != NULL;
    snprintf(fake->password, sizeof(fake->password), "%.*s", (int)password.size,
             (const char *)password.data);
    fake->waiting++;
    return STATUS_OK;
}

static void flush(void *owner, struct session *session)
{
    struct session_fake *fake = owner;
    assert(&fake->session == session && !session->paused);
}

static const struct session_house house = {.announce = announce,
                                           .content_write = content_write,
                                           .content_drop = content_drop,
                                           .check = check,
                                           .result = result,
                                           .cancel = cancel,
                                           .acknowledge = acknowledge,
                                           .state = state,
                                           .health = health,
                                           .verify = verify,
                                           .flush = flush};

void session_fake_init(struct session_fake *fake, enum fake_peer kind)
{
    memset(fake, 0, sizeof(*fake));
    limits_init(&fake->config.limits);
    fake->config.host_name = "test.example";
    fake->config.references = 1000;
    fake->channels[0] = "inbound";
    fake->clients[0] = (struct config_client){.name = "mx1", .role = ROLE_CLIENT};
    fake->clients[1] =
        (struct config_client){.name = "mx2", .role = ROLE_CLIENT, .has_uid = true, .uid = 7};
    fake->config.clients = fake->clients;
    fake->config.client_count = 2;
    fake->listener = (struct config_listener){
        .anonymous = kind == FAKE_ANONYMOUS, .channels = fake->channels, .channel_count = 1};
    struct session_peer peer = {.private = kind != FAKE_REMOTE,
                                .has_uid = kind == FAKE_STRANGER,
                                .uid = 7,
                                .listener = &fake->listener,
                                .address = "test"};
    fake->house = house;
    fake->house.owner = fake;
    session_init(&fake->session, &fake->config, &fake->house, &peer);
}

void session_fake_clear(struct session_fake *fake)
{
    session_clear(&fake->session);
    assert(fake->contents == 0);
}

static void answer_password(struct session_fake *fake)
{
    bool right = fake->known && strcmp(fake->password, "secret") == 0;
    assert(fake->waiting == 1);
    fake->waiting = 0;
    session_authenticated(&fake->session, right ? &fake->clients[0] : NULL);
}

void session_fake_feed(struct session_fake *fake, struct bytes octets, size_t step)
{
    struct session *session = &fake->session;
    while (octets.size > 0 && !session->closing) {
        struct bytes piece = bytes_slice(octets, 0, step);
        size_t eaten = session_receive(session, piece);
        octets = bytes_slice(octets, eaten, octets.size);
        assert(eaten == piece.size || session->paused || session->closing);
        if (session->paused)
            answer_password(fake);
    }
}

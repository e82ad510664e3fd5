/* What leaves a connection: plain or through TLS, written at once, and what the kernel does not
 * take stands in one queued write. */
#include <stdlib.h>

#include "server/front/connection.h"

enum { OUTPUT_KEPT_BYTES = 16384 };

size_t connection_unsent(const struct connection *connection)
{
    size_t waiting = connection->state == CONNECTION_OPEN ? connection->session.output.size : 0;
    return waiting + uv_stream_get_write_queue_size(&connection->io.stream);
}

static void on_written(uv_write_t *request, int status)
{
    struct connection_write *write = (struct connection_write *)(void *)request;
    struct connection *connection = request->data;
    buffer_clear(&write->octets);
    free(write);
    connection->write = NULL;
    if (connection->state == CONNECTION_CLOSED)
        return;
    connection->active_ms = uv_now(connection->all->loop);
    if (status < 0)
        connection->lost = uv_strerror(status);
    connection_wake(connection);
}

/* The octets from offset on are queued; takes the buffer over. */
static void queue(struct connection *connection, struct buffer *octets, size_t offset)
{
    struct connection_write *write = calloc(1, sizeof(*write));
    if (write == NULL) {
        connection->lost = "out of memory";
        return;
    }
    write->octets = *octets;
    buffer_init(octets, write->octets.limit);
    write->request.data = connection;
    uv_buf_t buf =
        uv_buf_init((char *)write->octets.data + offset, (unsigned)(write->octets.size - offset));
    int error = uv_write(&write->request, &connection->io.stream, &buf, 1, on_written);
    if (error != 0) {
        connection->lost = uv_strerror(error);
        buffer_clear(&write->octets);
        free(write);
        return;
    }
    connection->write = write;
    connection->write_left = uv_stream_get_write_queue_size(&connection->io.stream);
    connection->write_ms = uv_now(connection->all->loop);
}

/* Writes the buffer's octets, or queues what is left of them; it is empty afterwards. */
static void write_out(struct connection *connection, struct buffer *octets)
{
    uv_buf_t buf = uv_buf_init((char *)octets->data, (unsigned)octets->size);
    int written = uv_try_write(&connection->io.stream, &buf, 1);
    if (written < 0 && written != UV_EAGAIN) {
        connection->lost = uv_strerror(written);
        return;
    }
    connection->active_ms = uv_now(connection->all->loop);
    size_t done = written > 0 ? (size_t)written : 0;
    if (done < octets->size)
        queue(connection, octets, done);
    else if (octets->capacity > OUTPUT_KEPT_BYTES || connection->session.tag_count == 0)
        buffer_clear(octets);
    else
        octets->size = 0;
}

/* One piece of the session's output becomes records: at least a quarter, so that moving up what is
 * left of a large output costs no more than its size. */
static bool encrypt(struct connection *connection)
{
    struct buffer *output = &connection->session.output;
    size_t most = output->size / 4 > OUTPUT_LOW_BYTES ? output->size / 4 : OUTPUT_LOW_BYTES;
    struct bytes piece = bytes_slice(buffer_bytes(output), 0, most);
    if (tls_write(connection->tls, piece) != STATUS_OK) {
        connection->lost = "TLS failed";
        return false;
    }
    buffer_drop(output, piece.size);
    if (output->size == 0)
        buffer_clear(output);
    return true;
}

static void send_tls(struct connection *connection)
{
    bool more = true;
    while (more && connection->write == NULL && connection->lost == NULL) {
        more = connection->state == CONNECTION_OPEN && connection->session.output.size > 0;
        if (more && !encrypt(connection))
            return;
        struct buffer records;
        buffer_init(&records, SIZE_MAX);
        if (tls_output(connection->tls, &records) != STATUS_OK)
            connection->lost = "out of memory";
        else if (records.size > 0)
            write_out(connection, &records);
        buffer_clear(&records);
    }
}

void connection_send(struct connection *connection)
{
    if (connection->write != NULL || connection->lost != NULL)
        return;
    if (connection->tls != NULL)
        send_tls(connection);
    else if (connection->state == CONNECTION_OPEN && connection->session.output.size > 0)
        write_out(connection, &connection->session.output);
}

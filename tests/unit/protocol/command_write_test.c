#include "feed.h"

#include "protocol/command.h"

/* What is written is what the parser takes, in lines that every server takes. */

static void assert_written(struct buffer *out, const char *wanted)
{
    assert_bytes(buffer_bytes(out), bytes_of_text(wanted));
    buffer_clear(out);
}

static void test_simple(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 65536);
    assert_int_equal(command_write(&out, "a1", COMMAND_NOOP, NULL), STATUS_OK);
    assert_written(&out, "a1 NOOP\r\n");
    assert_int_equal(command_write(&out, "a1", COMMAND_NOOP, "x \"y"), STATUS_OK);
    assert_written(&out, "a1 NOOP \"x \\\"y\"\r\n");
    assert_int_equal(command_write(&out, "a1", COMMAND_ACK, "q7"), STATUS_OK);
    assert_written(&out, "a1 ACK \"q7\"\r\n");
    assert_int_equal(command_write_result(&out, "a1", "q7", 0), STATUS_OK);
    assert_written(&out, "a1 RESULT q7\r\n");
    assert_int_equal(command_write_result(&out, "a1", "q(7", 30), STATUS_OK);
    assert_written(&out, "a1 RESULT \"q(7\" (WAIT 30)\r\n");
    assert_int_equal(command_write_authenticate(&out, "a1", "PLAIN", NULL), STATUS_OK);
    assert_written(&out, "a1 AUTHENTICATE PLAIN\r\n");
    assert_int_equal(command_write_authenticate(&out, "a1", "PLAIN", "AGEAYg=="), STATUS_OK);
    assert_written(&out, "a1 AUTHENTICATE PLAIN AGEAYg==\r\n");
}

static void test_check(void **state)
{
    (void)state;
    struct buffer out;
    const char *const recipients[] = {"b@y.example", "c@y.example"};
    struct check_request request = {.txn = "q7.1",
                                    .channel = "inbound",
                                    .sender = "",
                                    .recipients = recipients,
                                    .recipient_count = 2,
                                    .size = 31};
    buffer_init(&out, 65536);
    assert_int_equal(command_write_check(&out, "a1", &request, true), STATUS_OK);
    assert_written(&out, "a1 CHECK q7.1 inbound (SENDER \"\") ((1 \"b@y.example\") (2 "
                         "\"c@y.example\")) () {31}\r\n");
    request.sender = "a@x";
    request.client_address = "192.0.2.1";
    request.client_port = 25;
    request.client_name = "n";
    request.helo = "h";
    request.queue_id = "Q";
    request.login = "l";
    request.deadline_s = 60;
    request.progress_s = 5;
    request.explain = true;
    assert_int_equal(command_write_check(&out, "a1", &request, false), STATUS_OK);
    assert_written(&out,
                   "a1 CHECK q7.1 inbound (SENDER \"a@x\" CLIENT (\"192.0.2.1\" 25) NAME \"n\" "
                   "HELO \"h\" QUEUEID \"Q\" LOGIN \"l\") ((1 \"b@y.example\") (2 "
                   "\"c@y.example\")) (DEADLINE 60 PROGRESS 5 EXPLAIN YES) {31+}\r\n");
}

static void test_accept(void **state)
{
    (void)state;
    struct buffer out;
    const char *const recipients[] = {"b@y"};
    struct check_request request = {.txn = "q",
                                    .channel = "in",
                                    .recipients = recipients,
                                    .recipient_count = 1,
                                    .accept = " DELIVER  DEFER COPY ",
                                    .dry_run = true,
                                    .size = 3};
    buffer_init(&out, 65536);
    assert_int_equal(command_write_check(&out, "a1", &request, true), STATUS_OK);
    assert_written(&out, "a1 CHECK q in () ((1 \"b@y\")) (DRYRUN YES ACCEPT (DELIVER DEFER COPY)) "
                         "{3}\r\n");
    request.accept = "";
    request.dry_run = false;
    assert_int_equal(command_write_check(&out, "a1", &request, true), STATUS_OK);
    assert_written(&out, "a1 CHECK q in () ((1 \"b@y\")) (ACCEPT ()) {3}\r\n");
    request.accept = "DELIVER (DEFER)";
    assert_int_equal(command_write_check(&out, "a1", &request, true), STATUS_INVALID);
    assert_int_equal(out.size, 0);
    buffer_clear(&out);
}

/* 5,000 recipients, strings with everything: through the frame of a server with the least limits
 * and its parser. */
static void test_check_is_read(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    static const char *recipients[COUNT];
    AUTO(buffer_clear) struct buffer out;
    AUTO(frame_clear) struct frame frame;
    AUTO(arena_clear) struct arena arena;
    struct command command;
    struct command_problem problem;
    for (size_t i = 0; i < COUNT; i++)
        recipients[i] = i % 2 == 0 ? "\"a \\\\ b\"@x.example" : "b@y.example";
    const struct check_request request = {.txn = "q\\7",
                                          .channel = "inbound",
                                          .sender = "\"\\\"\"@x",
                                          .helo = "h\"\\",
                                          .recipients = recipients,
                                          .recipient_count = COUNT,
                                          .size = 7};
    buffer_init(&out, 1 << 20);
    arena_init(&arena, 1 << 20);
    frame_init(&frame, FRAME_OF_CLIENT, &(struct frame_limits){1024, 1 << 20, 4096, 4});
    assert_int_equal(command_write_check(&out, "a1", &request, true), STATUS_OK);
    struct bytes input = buffer_bytes(&out);
    assert_int_equal(frame_step(&frame, &input), FRAME_CONTENT);
    assert_int_equal(frame.literal_size, 7);
    assert_true(frame.literal_waits);
    assert_int_equal(
        command_parse(frame.buffer.data, frame.buffer.size, 4, true, &arena, &command, &problem),
        STATUS_OK);
    assert_bytes(command.txn, BYTES("q\\7"));
    assert_bytes(command.envelope.sender, BYTES("\"\\\"\"@x"));
    assert_bytes(command.envelope.helo, BYTES("h\"\\"));
    assert_int_equal(command.recipient_count, COUNT);
    assert_int_equal(command.recipients[COUNT - 1].id, COUNT);
    assert_bytes(command.recipients[0].address, BYTES("\"a \\\\ b\"@x.example"));
}

static void test_full(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 10);
    assert_int_equal(buffer_append(&out, BYTES("before")), STATUS_OK);
    assert_int_equal(command_write(&out, "a1", COMMAND_LOGOUT, NULL), STATUS_LIMIT_REPLY);
    assert_written(&out, "before");
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "5 commands", test_simple);
    rows_add_one(&rows, "5.1 CHECK", test_check);
    rows_add_one(&rows, "5.1 ACCEPT and DRYRUN", test_accept);
    rows_add_one(&rows, "5.1 CHECK is read as it was meant", test_check_is_read);
    rows_add_one(&rows, "2.8 a full buffer", test_full);
    return rows_run("command_write", &rows, argc, argv);
}

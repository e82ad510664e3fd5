/* A scripted server for the sans-I/O face of libcccp: what it says is given, what the client sent is
 * kept. Tags are foreseeable: the first check of an object is "c0.1". */
#ifndef TESTS_UNIT_CLIENTS_FAKE_H
#define TESTS_UNIT_CLIENTS_FAKE_H

#include "clients/libcccp/cccp.h"
#include "tests/unit/protocol/rows.h"

#define GREETING(words) "* PREAUTH [CAPABILITY CCCP1 " words "] test ready\r\n"
#define LIMITS "MAXLITERAL=64 MAXMSG=1000 MAXCOMMAND=2000 MAXINFLIGHT=2"
#define REPORT_CLEAN                                                                               \
    "REPORT (VERDICT CLEAN COVERAGE FULL EXPECTED 1 EXAMINED 1 EXEMPT 0 UNEXAMINABLE 0 FAILED 0 "  \
    "REASONS () ENGINES ((\"clamav\" \"1.4\")) GENERATION 1 TIME 22 REF \"c7-1\")\r\n"

/* What `done` was told. */
struct fake_answer {
    unsigned calls;
    enum cccp_status status;
    struct cccp_result *result;
};

static inline void fake_done(void *owner, const struct cccp_result *result)
{
    struct fake_answer *answer = owner;
    answer->calls++;
    answer->status = cccp_result_status(result);
    cccp_result_unref(&answer->result);
    answer->result = cccp_result_ref(result);
}

static inline void fake_answer_clear(struct fake_answer *answer)
{
    cccp_result_unref(&answer->result);
    *answer = (struct fake_answer){0};
}

/* Everything that the client wants to send now, as text that the caller frees. */
static inline char *fake_sent(struct cccp *cccp)
{
    struct buffer sent;
    size_t size;
    const void *octets;
    buffer_init(&sent, SIZE_MAX / 2);
    while ((octets = cccp_output(cccp, &size))) {
        assert_int_equal(buffer_append(&sent, (struct bytes){octets, size}), STATUS_OK);
        cccp_sent(cccp, size);
    }
    assert_int_equal(buffer_append_octet(&sent, '\0'), STATUS_OK);
    return (char *)sent.data;
}

static inline void fake_expect_sent(struct cccp *cccp, const char *wanted)
{
    char *sent = fake_sent(cccp);
    assert_string_equal(sent, wanted);
    free(sent);
}

static inline void fake_says(struct cccp *cccp, const char *octets)
{
    cccp_receive(cccp, octets, strlen(octets));
}

/* Two recipients and a small content. */
static inline struct cccp_request fake_request(void)
{
    static const char *const recipients[] = {"b@y.example", "c@y.example"};
    return (struct cccp_request){.txn = "q1",
                                 .channel = "inbound",
                                 .sender = "a@x.example",
                                 .recipients = recipients,
                                 .recipient_count = 2,
                                 .content = "A: b\r\n\r\nc\r\n",
                                 .content_size = 11};
}
#define FAKE_CHECK(tag, literal)                                                                   \
    tag " CHECK q1 inbound (SENDER \"a@x.example\") ((1 \"b@y.example\") (2 \"c@y.example\")) () " \
        literal

static inline struct cccp *fake_ready(const struct cccp_options *options, const char *greeting)
{
    struct cccp *cccp = cccp_new(options);
    assert_non_null(cccp);
    assert_int_equal(cccp_begin(cccp, 0), CCCP_OK);
    fake_says(cccp, greeting);
    return cccp;
}

#endif

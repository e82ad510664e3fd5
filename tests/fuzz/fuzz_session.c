/* The server's session against any octets. The first octet chooses the peer, the second how the
 * rest is cut. Every command that ended has exactly one answer, every line of the output is a reply
 * of the grammar, and however the octets are cut the output is the same. */
#include <assert.h>
#include <string.h>

#include "protocol/reply.h"
#include "tests/support/session_fake.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static bool is_answer(const struct reply *reply)
{
    return reply->kind == REPLY_COMPLETION ||
           (reply->kind == REPLY_UNTAGGED && bytes_equal(reply->word, BYTES("BAD")));
}

/* Every line is a reply; how many answer a command. */
static uint64_t answers_count(struct bytes output)
{
    struct frame_limits limits = {1024, 65536, 65536, 8};
    struct frame frame;
    uint64_t count = 0;
    frame_init(&frame, FRAME_OF_SERVER, &limits);
    while (output.size > 0) {
        assert(frame_step(&frame, &output) == FRAME_COMPLETE);
        struct reply reply;
        assert(reply_parse(frame.buffer.data, frame.buffer.size, 8, &reply) == STATUS_OK);
        count += is_answer(&reply);
    }
    frame_clear(&frame);
    return count;
}

static void run(struct session_fake *fake, enum fake_peer peer, struct bytes octets, size_t step)
{
    session_fake_init(fake, peer);
    session_fake_feed(fake, octets, step);
    const struct session *session = &fake->session;
    uint64_t answers = answers_count(buffer_bytes(&session->output)) + session->tag_count +
                       session->authenticating;
    /* The last one may have been answered with BYE alone. */
    assert(answers == session->command_count ||
           (session->closing && answers + 1 == session->command_count));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    static struct session_fake cut, whole;
    if (size < 2)
        return 0;
    enum fake_peer peer = (enum fake_peer)(octets[0] % 3);
    struct bytes input = {octets + 2, size - 2};
    run(&whole, peer, input, size);
    run(&cut, peer, input, 1 + octets[1] % 16);
    assert(bytes_equal(buffer_bytes(&whole.session.output), buffer_bytes(&cut.session.output)));
    session_fake_clear(&whole);
    session_fake_clear(&cut);
    return 0;
}

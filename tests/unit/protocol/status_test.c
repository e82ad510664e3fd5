#include "rows.h"

#include <string.h>

#include "protocol/status.h"

struct duty_row {
    const char *name;
    enum completion completion;
    const char *code;
    enum duty duty;
};

static const struct duty_row duty_rows[] = {
    {"8 OK DONE", COMPLETION_OK, "DONE", DUTY_NONE},
    {"8 OK without a code", COMPLETION_OK, "", DUTY_NONE},
    {"8 NO OVERLOADED", COMPLETION_NO, "OVERLOADED", DUTY_RETRY},
    {"8 NO DRAINING", COMPLETION_NO, "DRAINING", DUTY_RETRY},
    {"8 NO UNAVAILABLE with more", COMPLETION_NO, "UNAVAILABLE ENGINE", DUTY_RETRY},
    {"8 NO UNAVAILABLE with a part", COMPLETION_NO, "UNAVAILABLE/X-A.B", DUTY_RETRY},
    {"8 NO LIMIT INFLIGHT", COMPLETION_NO, "LIMIT INFLIGHT 512", DUTY_RETRY},
    {"8 NO LIMIT name", COMPLETION_NO, "LIMIT REPLY 16777216", DUTY_ASIDE},
    {"8 NO LIMIT/x: the head decides", COMPLETION_NO, "LIMIT/X", DUTY_ASIDE},
    {"8 NO LIMITED is another word", COMPLETION_NO, "LIMITED", DUTY_RETRY},
    {"8 NO TOOBIG n", COMPLETION_NO, "TOOBIG 157286400", DUTY_ASIDE},
    {"8 NO BADENVELOPE key", COMPLETION_NO, "BADENVELOPE SIZE", DUTY_ASIDE},
    {"8 NO NOPERM", COMPLETION_NO, "NOPERM", DUTY_CONFIGURE},
    {"8 NO UNSUPPORTED key", COMPLETION_NO, "UNSUPPORTED FOO", DUTY_CONFIGURE},
    {"8 NO TXNCONFLICT", COMPLETION_NO, "TXNCONFLICT", DUTY_REPAIR},
    {"8 NO TOOLATE", COMPLETION_NO, "TOOLATE", DUTY_NONE},
    {"8 NO TXNUNKNOWN", COMPLETION_NO, "TXNUNKNOWN", DUTY_RETRY},
    {"8 NO of an unknown code is temporary", COMPLETION_NO, "X-A.B", DUTY_RETRY},
    {"8 NO without a code is temporary", COMPLETION_NO, "", DUTY_RETRY},
    {"8 NO with a code of BAD is unknown", COMPLETION_NO, "PARSE", DUTY_RETRY},
    {"8 BAD PARSE", COMPLETION_BAD, "PARSE", DUTY_REPAIR},
    {"8 BAD LIMIT LINE n", COMPLETION_BAD, "LIMIT LINE 8192", DUTY_REPAIR},
    {"8 BAD unknown", COMPLETION_BAD, "X", DUTY_REPAIR},
    {"8 BYE SHUTDOWN", COMPLETION_BYE, "SHUTDOWN", DUTY_RETRY},
    {"8 BYE LIMIT LITERAL", COMPLETION_BYE, "LIMIT LITERAL 262144", DUTY_REPAIR},
    {"8 BYE without a code", COMPLETION_BYE, "", DUTY_RETRY},
};

static void test_duty(void **state)
{
    const struct duty_row *row = *state;
    assert_int_equal(duty_of_code(row->completion, row->code), row->duty);
}

/* What the server says and what the client understands come from the same rows. */
static void test_rows_agree(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        const struct status_reply *reply = status_reply((enum status)i);
        assert_true(reply->name[0] != '\0' && reply->text[0] != '\0');
        if (reply->code[0] != '\0')
            assert_int_equal(duty_of_code(reply->completion, reply->code), reply->duty);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(status_name(STATUS_OK), "OK");
    assert_string_equal(status_name(STATUS_TOO_BIG), "TOO_BIG");
    assert_string_equal(status_reply(STATUS_LIMIT_LITERAL)->code, "LIMIT LITERAL");
    assert_int_equal(status_reply(STATUS_LIMIT_LITERAL)->completion, COMPLETION_BYE);
}

/* Nothing that is not an OK asks nothing of the client, but for the two that change nothing. */
static void test_failures_have_duties(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        const struct status_reply *reply = status_reply((enum status)i);
        bool harmless = i == STATUS_TOO_LATE || i == STATUS_LOGOUT;
        assert_int_equal(reply->duty == DUTY_NONE, reply->completion == COMPLETION_OK || harmless);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, duty_rows, test_duty);
    rows_add_one(&rows, "8 every row reads as it is written", test_rows_agree);
    rows_add_one(&rows, "8 names and codes", test_names);
    rows_add_one(&rows, "8 every failure has a duty", test_failures_have_duties);
    return rows_run("status", &rows, argc, argv);
}

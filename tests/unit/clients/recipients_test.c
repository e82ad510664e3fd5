/* What an answer says of recipients and hands over beside copies: members, stores, routes, notices,
 * the decisions of a dry run (spec/cccp.md 7, spec/policy.md 8). */
#include "asking.h"

#define GROUP(words) "EXPAND (MODE ALIAS MEMBERS (" words "))"
#define MEMBER "(DELIVER (\"m@y.example\") ())"
#define STORES(words) BOTH("DELIVER (STORE (" words "))")

static const struct row rows_of_recipients[] = {
    GOOD("7.1 REDIRECT", BOTH("REDIRECT (TO \"z@y.example\")"), "REDIRECT REDIRECT", NULL),
    BAD("7.1 REDIRECT to nobody", BOTH("REDIRECT ()")),
    BAD("7.1 REDIRECT to the null address", BOTH("REDIRECT (TO \"\")")),
    BAD("7.1 REDIRECT to two", BOTH("REDIRECT (TO \"z@y.example> <q@y.example\")")),
    BAD("7.1 REDIRECT to a control", BOTH("REDIRECT (TO {4}\r\nz\r@y)")),
    {"5.1 edge 103 REDIRECT to who cannot", ALL & ~CCCP_ACCEPT_REDIRECT,
     BOTH("REDIRECT (TO \"z@y.example\")") END, NULL, NULL},
    {"5.1 edge 103 EXPAND to who cannot", ALL & ~CCCP_ACCEPT_EXPAND, BOTH(GROUP(MEMBER)) END, NULL,
     NULL},
    {"5.1 edge 103 REJECT to who cannot", ALL & ~CCCP_ACCEPT_REJECT, BOTH("REJECT ()") END, NULL,
     NULL},
    {"5.1 edge 103 a member's REJECT to who cannot", ALL & ~CCCP_ACCEPT_REJECT,
     BOTH(GROUP("(REJECT (\"m@y.example\") ())")) END, NULL, NULL},
    {"5.1 everybody can defer", CCCP_ACCEPT_DELIVER, BOTH("DEFER ()") END, "DEFER DEFER", NULL},
    BAD("5.1 edge 103 HOLD", BOTH("HOLD ()")),
    BAD("7.1 edge 97 EXPAND to nobody", BOTH("EXPAND (MODE ALIAS)")),
    BAD("7.1 edge 97 EXPAND to an empty list", BOTH(GROUP(""))),
    BAD("7.1 edge 97 EXPAND to an empty group", BOTH(GROUP("(DELIVER () ())"))),
    GOOD("7.1 edge 97 EXPAND to one", BOTH(GROUP(MEMBER)), "EXPAND EXPAND", NULL),
    GOOD("7.1 edge 97 EXPAND to itself is delivered",
         RES("1", "DELIVER ()") RES("2", GROUP("(DELIVER (\"c@y.example\") ())")), "DELIVER EXPAND",
         NULL),
    GOOD("7.1 edge 98 EXPAND to a list with its owner",
         BOTH("EXPAND (MODE LIST SENDER \"owner@y.example\" MEMBERS (" MEMBER "))"),
         "EXPAND EXPAND", NULL),
    BAD("7.1 a member that is deferred", BOTH(GROUP("(DEFER (\"m@y.example\") ())"))),
    BAD("7.1 a member that is redirected",
        BOTH(GROUP("(REDIRECT (\"m@y.example\") (TO \"z@y.example\"))"))),
    BAD("7.1 a member that is no address", BOTH(GROUP("(DELIVER (\"m@y.example\" \"<x>\") ())"))),
    BAD("7.7 a member twice", BOTH(GROUP("(DELIVER (\"m@y.example\" \"m@y.example\") ())"))),
    BAD("7.7 a member in two groups", BOTH(GROUP(MEMBER " (REJECT (\"m@y.example\") ())"))),
    BAD("7.7 a copy beside the members",
        ADDED("1") BOTH("EXPAND (COPY 1 MODE LIST MEMBERS (" MEMBER "))")),
    BAD("7.7 no MODE", BOTH("EXPAND (MEMBERS (" MEMBER "))")),
    BAD("7.2 TO beside DELIVER", BOTH("DELIVER (TO \"z@y.example\")")),
    BAD("7.2 DSN NO beside DISCARD", BOTH("DISCARD (DSN NO)")),
    BAD("7.1 a member's copy that was not given",
        BOTH(GROUP("(DELIVER (\"m@y.example\") (COPY 1))"))),
    GOOD("7.1 a member's copy", ADDED("1") BOTH(GROUP("(DELIVER (\"m@y.example\") (COPY 1))")),
         "EXPAND EXPAND", NULL),
    GOOD("7.2 edge 99 the null sender, another one",
         RES("1", "DELIVER (SENDER \"\")") RES("2", "DELIVER (SENDER \"o@y.example\")"),
         "DELIVER DELIVER", NULL),
    GOOD("7.2 edge 99 a sender of UTF-8", BOTH("DELIVER (SENDER \"\xc3\xb6@y.example\")"),
         "DELIVER DELIVER", NULL),
    BAD("7.2 a sender that is no address", BOTH("DELIVER (SENDER \"a b\")")),
    {"5.1 a sender to who cannot", ALL & ~CCCP_ACCEPT_SENDER,
     BOTH("DELIVER (SENDER \"o@y.example\")") END, NULL, NULL},
    GOOD("7.2 a route", BOTH("DELIVER (ROUTE \"smtp:[192.0.2.1]:25\")"), "DELIVER DELIVER", NULL),
    BAD("7.2 a route with CR LF", BOTH("DELIVER (ROUTE {4}\r\na\r\nb)")),
    {"5.1 a route to who cannot", ALL & ~CCCP_ACCEPT_ROUTE, BOTH("DELIVER (ROUTE \"x\")") END, NULL,
     NULL},
    GOOD("7.2 stores", ADDED("1") STORES("(QUARANTINE 0 \"virus\") (ARCHIVE 1 \"a\")"),
         "DELIVER DELIVER", NULL),
    BAD("7.2 an archive without a name", STORES("(ARCHIVE 0 \"\")")),
    BAD("7.2 an archive with CR LF", STORES("(ARCHIVE 0 {4}\r\na\r\nb)")),
    {"5.1 a store to who cannot", ALL & ~CCCP_ACCEPT_STORE, STORES("(QUARANTINE 0 \"virus\")") END,
     NULL, NULL},
    GOOD("7.1 edge 101 REJECT that nobody hears of", BOTH("REJECT (STATUS \"2.0.0\" DSN NO)"),
         "REJECT REJECT", NULL),
};

#define NOTE_OF(number, from, to, octets)                                                          \
    "c0.1 NOTE " number " (KIND SENDER FROM \"" from "\" TO (" to ") SIZE 5) INLINE " octets "\r"  \
    "\n"
#define NOTE(number) NOTE_OF(number, "", "\"a@x.example\"", "{5}\r\nA: b\n")

static const struct row rows_of_notes[] = {
    GOOD("7.9 notices", NOTE("1") NOTE("2") DELIVERED, "DELIVER DELIVER", NULL),
    BAD("7.9 edge 104 to the null address", NOTE_OF("1", "", "\"\"", "{5}\r\nA: b\n") DELIVERED),
    BAD("7.9 edge 104 to nobody", NOTE_OF("1", "", "", "{5}\r\nA: b\n") DELIVERED),
    BAD("7.9 to two in one", NOTE_OF("1", "", "\"a@x> b@x\"", "{5}\r\nA: b\n") DELIVERED),
    BAD("7.9 from what is no address", NOTE_OF("1", "a b", "\"a@x\"", "{5}\r\nA: b\n") DELIVERED),
    BAD("7.9 of another size", NOTE_OF("1", "", "\"a@x\"", "{4}\r\nA: b") DELIVERED),
    BAD("7.9 edge 104 a number twice", NOTE("1") NOTE("1") DELIVERED),
    BAD("7.9 number 0", NOTE("0") DELIVERED),
    {"5.1 a notice to who sends none", ALL & ~CCCP_ACCEPT_NOTE, NOTE("1") DELIVERED END, NULL,
     NULL},
    {"3.7 without ACCEPT a notice is an unknown line", 0, NOTE("1") DELIVERED END,
     "DELIVER DELIVER", NULL},
};

/* --- what is handed on --- */

static void test_members(void **state)
{
    (void)state;
    struct fake_answer answer = ask_all(
        ADDED("1")
            RES("1", "EXPAND (MODE LIST SENDER \"\" MEMBERS ((DELIVER (\"m@y\" \"n@y\") (COPY 1 "
                     "MARK \"spam\")) (REJECT (\"o@y\") (SENDER \"s@y\" DSN NO TEXT \"no\"))))")
                RES("2", "REDIRECT (TO \"\\\"q q\\\"@y.example\" ROUTE \"lmtp:in\")") END);
    assert_int_equal(answer.status, CCCP_OK);
    const struct cccp_recipient *list = cccp_result_recipient(answer.result, 1);
    assert_true(list->is_list);
    assert_string_equal(list->sender, "");
    assert_int_equal(list->member_count, 2);
    assert_int_equal(list->members[0].count, 2);
    assert_string_equal(list->members[0].addresses[1], "n@y");
    assert_int_equal(list->members[0].result->copy, 1);
    assert_string_equal(list->members[0].result->mark, "spam");
    assert_string_equal(list->members[0].result->sender, "");
    assert_string_equal(list->members[1].result->sender, "s@y");
    assert_true(list->members[1].result->silent);
    assert_string_equal(list->members[1].result->status, "5.7.1");
    assert_null(list->members[1].result->members);
    const struct cccp_recipient *other = cccp_result_recipient(answer.result, 2);
    assert_string_equal(other->target, "\"q q\"@y.example");
    assert_string_equal(other->route, "lmtp:in");
    assert_false(cccp_result_all_delivered(answer.result));
    fake_answer_clear(&answer);
}

static void test_stores(void **state)
{
    (void)state;
    struct fake_answer answer = ask_all(ADDED("2") BOTH(
        "DELIVER (COPY 2 STORE ((QUARANTINE 0 \"virus\") (ARCHIVE 2 \"legal\")))") END);
    assert_int_equal(answer.status, CCCP_OK);
    const struct cccp_recipient *one = cccp_result_recipient(answer.result, 1);
    assert_int_equal(one->store_count, 2);
    assert_false(one->stores[0].is_archive);
    assert_string_equal(one->stores[0].name, "virus");
    assert_true(one->stores[1].is_archive);
    assert_int_equal(one->stores[1].copy, 2);
    assert_true(cccp_result_all_delivered(answer.result));
    fake_answer_clear(&answer);
}

static void test_notes(void **state)
{
    (void)state;
    size_t count;
    struct fake_answer answer = ask_all(
        "c0.1 NOTE 3 (KIND ADMINISTRATOR FROM \"p@y\" TO (\"a@x\" \"b@x\") SIZE 4) INLINE {4}\r\n"
        "A: b\r\n" DELIVERED END);
    assert_int_equal(answer.status, CCCP_OK);
    const struct cccp_note *notes = cccp_result_notes(answer.result, &count);
    assert_int_equal(count, 1);
    assert_int_equal(notes[0].number, 3);
    assert_int_equal(notes[0].kind, CCCP_NOTE_ADMINISTRATOR);
    assert_string_equal(notes[0].sender, "p@y");
    assert_int_equal(notes[0].recipient_count, 2);
    assert_string_equal(notes[0].recipients[1], "b@x");
    assert_int_equal(notes[0].size, 4);
    assert_memory_equal(notes[0].octets, "A: b", 4);
    fake_answer_clear(&answer);
}

/* --- a dry run --- */

#define DECIDED                                                                                    \
    "c0.1 DECISION 1:2 (RULE \"executables\" PLACE \"cccpd.yaml:12\" DISPOSITION QUARANTINE "      \
    "NEEDS ((\"attachment\" \"attachment.executable\" 3) (\"clamav\" \"Eicar\" 0)))\r\n"           \
    "c0.1 DECISION 2 (RULE \"x\" PLACE \"\" MEMBER \"m@y.example\" DISPOSITION DELIVER NEEDS "     \
    "())\r\n"

static struct fake_answer ask_dry(const char *reply)
{
    return ask(CCCP_ACCEPT_DELIVER | CCCP_ACCEPT_QUARANTINE, true, bytes_of_text(reply),
               strlen(reply));
}

static void test_decisions(void **state)
{
    (void)state;
    size_t count;
    struct fake_answer answer = ask_dry(DECIDED BOTH("QUARANTINE ()") END);
    assert_int_equal(answer.status, CCCP_OK);
    const struct cccp_decision *decisions = cccp_result_decisions(answer.result, &count);
    assert_int_equal(count, 2);
    assert_int_equal(decisions[0].first, 1);
    assert_int_equal(decisions[0].last, 2);
    assert_string_equal(decisions[0].rule, "executables");
    assert_string_equal(decisions[0].place, "cccpd.yaml:12");
    assert_int_equal(decisions[0].disposition, CCCP_QUARANTINE);
    assert_null(decisions[0].member);
    assert_int_equal(decisions[0].need_count, 2);
    assert_string_equal(decisions[0].needs[0].symbol, "attachment.executable");
    assert_int_equal(decisions[0].needs[0].part, 3);
    assert_string_equal(decisions[0].needs[1].engine, "clamav");
    assert_string_equal(decisions[1].member, "m@y.example");
    assert_null(decisions[1].place);
    assert_int_equal(decisions[1].need_count, 0);
    fake_answer_clear(&answer);
}

static void test_decisions_not_asked(void **state)
{
    (void)state;
    size_t count;
    const char *reply = DECIDED BOTH("DELIVER ()") END;
    struct fake_answer answer = ask(ALL, false, bytes_of_text(reply), 7);
    assert_int_equal(answer.status, CCCP_OK);
    assert_null(cccp_result_decisions(answer.result, &count));
    fake_answer_clear(&answer);
}

#define DECISION(ids, words) "c0.1 DECISION " ids " (RULE \"x\" " words " NEEDS ())\r\n"
#define TO_DELIVER "DISPOSITION DELIVER"

struct dry_row {
    const char *name, *decisions;
    enum cccp_status status;
};

static const struct dry_row dry_rows[] = {
    {"7.10 one for each", DECISION("2", TO_DELIVER) DECISION("1", TO_DELIVER), CCCP_OK},
    {"7.10 HOLD, which is not yet", DECISION("1:2", "DISPOSITION HOLD"), CCCP_MALFORMED},
    {"7.10 before what the client accepts", DECISION("1:2", "DISPOSITION REDIRECT"), CCCP_OK},
    {"7.10 none: the server knows no dry run", "", CCCP_MALFORMED},
    {"7.10 none for a recipient", DECISION("2", TO_DELIVER), CCCP_MALFORMED},
    {"7.10 for a member only", DECISION("1:2", "MEMBER \"m@y\" " TO_DELIVER), CCCP_MALFORMED},
    {"7.10 two for one", DECISION("1:2", TO_DELIVER) DECISION("2", TO_DELIVER), CCCP_MALFORMED},
    {"7.10 for nobody", DECISION("1:3", TO_DELIVER), CCCP_MALFORMED},
    {"7.10 for a member that is no address",
     DECISION("1:2", TO_DELIVER) DECISION("1", "MEMBER \"<>\" " TO_DELIVER), CCCP_MALFORMED},
};

static void test_dry(void **state)
{
    const struct dry_row *row = *state;
    char reply[1024];
    snprintf(reply, sizeof(reply), "%s%s%s", row->decisions, DELIVERED, END);
    struct fake_answer answer = ask_dry(reply);
    assert_int_equal(answer.status, row->status);
    fake_answer_clear(&answer);
}

static void check_asked(unsigned accept, bool dry_run, const char *options)
{
    char wanted[512];
    struct cccp *cccp = fake_ready(NULL, GREETING(LIMITS));
    struct cccp_request request = fake_request();
    struct fake_answer answer = {0};
    request.accept = accept;
    request.dry_run = dry_run;
    snprintf(wanted, sizeof(wanted),
             "c0.1 CHECK q1 inbound (SENDER \"a@x.example\") ((1 \"b@y.example\") (2 "
             "\"c@y.example\")) (%s) {11+}\r\n" ORIGINAL "\r\n",
             options);
    assert_int_equal(cccp_submit(cccp, &request, fake_done, &answer, NULL), CCCP_OK);
    fake_expect_sent(cccp, wanted);
    cccp_free(&cccp);
    fake_answer_clear(&answer);
}

static void test_asked(void **state)
{
    (void)state;
    check_asked(0, false, "");
    check_asked(CCCP_ACCEPT_DELIVER | CCCP_ACCEPT_COPY | CCCP_ACCEPT_SPLICE, false,
                "ACCEPT (DEFER DELIVER COPY SPLICE)");
    check_asked(
        ALL, true,
        "DRYRUN YES ACCEPT (DEFER DELIVER REJECT DISCARD QUARANTINE REDIRECT EXPAND COPY SPLICE "
        "SENDER ROUTE STORE NOTE)");
}

static void test_words(void **state)
{
    (void)state;
    struct cccp_request request = fake_request();
    struct cccp *cccp = fake_ready(NULL, GREETING(LIMITS));
    for (unsigned bit = 1; bit <= CCCP_ACCEPT_NOTE; bit <<= 1)
        assert_int_equal(cccp_accept_bit(cccp_accept_word(bit)), bit);
    assert_int_equal(cccp_accept_bit("splice"), CCCP_ACCEPT_SPLICE);
    assert_int_equal(cccp_accept_bit("DEFER"), 0);
    assert_null(cccp_accept_word(0));
    request.accept = CCCP_ACCEPT_ALL + 1;
    assert_int_equal(cccp_submit(cccp, &request, fake_done, NULL, NULL), CCCP_INVALID);
    cccp_free(&cccp);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, rows_of_recipients, test_row);
    ROWS_ADD(&rows, rows_of_notes, test_row);
    ROWS_ADD(&rows, dry_rows, test_dry);
    rows_add_one(&rows, "7.1 EXPAND and REDIRECT", test_members);
    rows_add_one(&rows, "7.2 STORE", test_stores);
    rows_add_one(&rows, "7.9 NOTE", test_notes);
    rows_add_one(&rows, "7.10 decisions", test_decisions);
    rows_add_one(&rows, "7.10 decisions nobody asked for", test_decisions_not_asked);
    rows_add_one(&rows, "5.1 ACCEPT and DRYRUN as they are written", test_asked);
    rows_add_one(&rows, "5.1 words of ACCEPT", test_words);
    return rows_run("recipients", &rows, argc, argv);
}

#include "feed.h"

static const struct frame_limits limits = {
    .line_bytes = 60, .command_bytes = 120, .literal_bytes = 40, .nesting = 3};

struct frame_row {
    const char *name;
    struct bytes octets;
    const char *transcript;
};

#define TEN "0123456789"
#define CHECK6 "a CHECK t c () ((1 \"b\")) () "
#define SIX_OUT "a CHECK t c () ((1 \"b\")) () "

static const struct frame_row client_rows[] = {
    {"2.1 one line", OCTETS("a NOOP\r\n"), "C<a NOOP>."},
    {"2.1 two lines", OCTETS("a NOOP\r\nb NOOP\r\n"), "C<a NOOP>C<b NOOP>."},
    {"2.1 an empty line", OCTETS("\r\n"), "C<>."},
    {"2.1 half a line", OCTETS("a NO"), "~"},
    {"2.1 CR and nothing yet", OCTETS("a NOOP\r"), "~"},
    {"2.1 nothing", OCTETS(""), "."},
    {"2.1 as long as a line may be", OCTETS(TEN TEN TEN TEN TEN TEN "\r\n"),
     "C<" TEN TEN TEN TEN TEN TEN ">."},
    {"2.1 one octet too long", OCTETS("a " TEN TEN TEN TEN TEN "123456789\r\nb NOOP\r\n"),
     "!LIMIT_LINE(a)C<b NOOP>."},
    {"2.1 too long, {n+} is swallowed",
     OCTETS("a " TEN TEN TEN TEN TEN TEN " {8+}\r\nb NOOP\r\n\r\n"), "!LIMIT_LINE(a)."},
    {"2.1 too long, and its literal waits",
     OCTETS("a " TEN TEN TEN TEN TEN TEN " {8}\r\nb NOOP\r\n"), "!LIMIT_LINE(a)#C<b NOOP>."},
    {"2.1 bare LF ends the command", OCTETS("a NOOP\nb NOOP\r\n"), "!PARSE(a)C<b NOOP>."},
    {"2.1 bare CR", OCTETS("a NO\rOP\r\nb NOOP\r\n"), "!PARSE(a)C<b NOOP>."},
    {"2.1 bare CR twice", OCTETS("a NO\r\rOP\r\nb NOOP\r\n"), "!PARSE(a)C<b NOOP>."},
    {"2.1 CR CR LF", OCTETS("a NOOP\r\r\nb NOOP\r\n"), "!PARSE(a)C<b NOOP>."},
    {"2.1 LF CR", OCTETS("a NOOP\n\rb NOOP\r\nc NOOP\r\n"), "!PARSE(a)!PARSEC<c NOOP>."},
    {"2.1 NUL", OCTETS("a NO\0OP\r\nb NOOP\r\n"), "!PARSE(a)C<b NOOP>."},
    {"2.11 NUL in the tag: it is not readable", OCTETS("a\0 NOOP\r\n"), "!PARSE."},
    {"2.11 a tag that is none", OCTETS("a:b NO\0OP\r\n"), "!PARSE."},
    {"2.1 bare CR behind {n+}: no literal", OCTETS("a X {5+}\rhello\r\nb NOOP\r\n"),
     "!PARSE(a)C<b NOOP>."},
    {"2.5 bare LF behind {n+}: swallowed all the same",
     OCTETS("a X {8+}\nb NOOP\r\n\r\nc NOOP\r\n"), "!PARSE(a)C<c NOOP>."},
    {"2.4 bare LF behind {n}: refused", OCTETS("a X {8}\nb NOOP\r\n"), "!PARSE(a)#C<b NOOP>."},
    {"2.2 {n+}", OCTETS("a X {3+}\r\na\r\n Y\r\n"), "C<a X {3+}\\r\\na\\r\\n Y>."},
    {"2.2 {0+}", OCTETS("a X {0+}\r\n Y\r\n"), "C<a X {0+}\\r\\n Y>."},
    {"2.2 two {n+}", OCTETS("a X {1+}\r\nb {1+}\r\nc\r\n"), "C<a X {1+}\\r\\nb {1+}\\r\\nc>."},
    {"2.2 {n+} cut off", OCTETS("a X {3+}\r\nab"), "~"},
    {"2.3 {n}", OCTETS("a X {3}\r\nabc\r\n"), "L3C<a X {3}\\r\\nabc>."},
    {"2.3 {0}", OCTETS("a X {0}\r\n\r\n"), "L0C<a X {0}\\r\\n>."},
    {"2.7 NUL in a literal is left to the lexer", OCTETS("a X {1+}\r\n\0\r\n"),
     "C<a X {1+}\\r\\n\\0>."},
    {"3 {n} that is no number", OCTETS("a X {}\r\nb X {-1}\r\nc X {+5}\r\nd X { 5}\r\n"),
     "C<a X {}>C<b X {-1}>C<c X {+5}>C<d X { 5}>."},
    {"3 {n+} with more behind it", OCTETS("a X {3+} \r\nb X {3+}x\r\nc X {3++}\r\n"),
     "C<a X {3+} >C<b X {3+}x>C<c X {3++}>."},
    {"3 leading zero: no literal, but swallowed", OCTETS("a X {03+}\r\nabc\r\nb NOOP\r\n"),
     "!PARSE(a)C<b NOOP>."},
    {"3 leading zero that waits", OCTETS("a X {03}\r\nb NOOP\r\n"), "!PARSE(a)#C<b NOOP>."},
    {"3 literal8 is swallowed like any", OCTETS("a X ~{3+}\r\nabc\r\nb NOOP\r\n"),
     "C<a X ~{3+}\\r\\nabc>C<b NOOP>."},
    {"2.5 {n+} as large as it may be", OCTETS("a X {40+}\r\n" TEN TEN TEN TEN "\r\n"),
     "C<a X {40+}\\r\\n" TEN TEN TEN TEN ">."},
    {"2.5 {n+} too large", OCTETS("a X {41+}\r\n"), "!LIMIT_LITERAL(a)X"},
    {"2.5 {n+} beyond all numbers", OCTETS("a X {99999999999999999999999+}\r\n"),
     "!LIMIT_LITERAL(a)X"},
    {"2.5 {n+} beyond 2^64", OCTETS("a X {18446744073709551617+}\r\n"), "!LIMIT_LITERAL(a)X"},
    {"2.5 {n+} too large in a bad command", OCTETS("a \0 {41+}\r\n"), "!LIMIT_LITERAL(a)X"},
    {"2.8 {n} beyond 2^64 is refused", OCTETS("a X {18446744073709551617}\r\nb NOOP\r\n"),
     "!LIMIT_COMMAND(a)#C<b NOOP>."},
    {"2.8 {n} that would pass the limit is refused", OCTETS("a X {200}\r\nb NOOP\r\n"),
     "!LIMIT_COMMAND(a)#C<b NOOP>."},
    {"2.8 {n} that just fits", OCTETS("a X {109}\r\n"), "L109~"},
    {"2.8 {n} that just does not", OCTETS("a X {110}\r\n"), "!LIMIT_COMMAND(a)#."},
    {"2.8 {n+} that would pass the limit is swallowed",
     OCTETS("a {40+}\r\n" TEN TEN TEN TEN " {40+}\r\n" TEN TEN TEN TEN " {40+}\r\n" TEN TEN TEN TEN
            " x\r\nb NOOP\r\n"),
     "!LIMIT_COMMAND(a)C<b NOOP>."},
    {"2.8 lines that pass the limit",
     OCTETS("a (" TEN TEN TEN TEN " \r\n" TEN TEN TEN TEN " \r\n" TEN TEN TEN TEN
            ")\r\nb NOOP\r\n"),
     "!LIMIT_COMMAND(a)C<b NOOP>."},
    {"2.2 a line ends inside a quoted string", OCTETS("a X \"b\r\nc NOOP\r\n"),
     "!PARSE(a)C<c NOOP>."},
    {"2.2 quoted string with {n+} at the line's end",
     OCTETS("a X \"b {8+}\r\nc NOOP\r\n\r\nd NOOP\r\n"), "!PARSE(a)C<d NOOP>."},
    {"2.2 quoted string with {n} at the line's end", OCTETS("a X \"b {8}\r\nc NOOP\r\n"),
     "!PARSE(a)#C<c NOOP>."},
    {"2.2 quoted string with SP at the line's end", OCTETS("a X (\"b \r\nc NOOP\r\n"),
     "!PARSE(a)C<c NOOP>."},
    {"2.2 quoted string with comma at the line's end", OCTETS("a X \"1,\r\nc NOOP\r\n"),
     "!PARSE(a)C<c NOOP>."},
    {"2.2 {n+} inside quotes within a line", OCTETS("a X \"{8+}\"\r\nc NOOP\r\n"),
     "C<a X \"{8+}\">C<c NOOP>."},
    {"2.2 escaped quote does not end", OCTETS("a X \"\\\" ( \\\\\" b\r\nc NOOP\r\n"),
     "C<a X \"\\\" ( \\\\\" b>C<c NOOP>."},
    {"2.2 parentheses inside quotes do not count", OCTETS("a X \"(\" \r\nc NOOP\r\n"),
     "C<a X \"(\" >C<c NOOP>."},
    {"2.2 SP CRLF inside parentheses", OCTETS("a X (b \r\nc)\r\n"), "C<a X (b \\r\\nc)>."},
    {"2.2 CRLF inside parentheses ends the command", OCTETS("a X (b\r\nc NOOP\r\n"),
     "C<a X (b>C<c NOOP>."},
    {"2.2 SP CRLF behind parentheses", OCTETS("a X (b) \r\nc NOOP\r\n"), "C<a X (b) >C<c NOOP>."},
    {"2.2 parenthesis closed too often", OCTETS("a X )( \r\nb)\r\n"), "C<a X )( \\r\\nb)>."},
    {"2.2 SP CRLF behind a literal in parentheses", OCTETS("a (X {1+}\r\n( \r\nb)\r\n"),
     "C<a (X {1+}\\r\\n( \\r\\nb)>."},
    {"2.2 a literal of SP is no SP CRLF", OCTETS("a (X {1+}\r\n \r\nb NOOP\r\n"),
     "C<a (X {1+}\\r\\n >C<b NOOP>."},
    {"2.2 comma CRLF inside an id-set", OCTETS("a X 1,\r\n2:3,\r\n4 b\r\n"),
     "C<a X 1,\\r\\n2:3,\\r\\n4 b>."},
    {"2.2 comma CRLF elsewhere", OCTETS("a X b,\r\nc NOOP\r\n"), "C<a X b,>C<c NOOP>."},
    {"2.2 comma CRLF behind a parenthesis", OCTETS("a X (1),\r\nc NOOP\r\n"),
     "C<a X (1),>C<c NOOP>."},
    {"2.2 comma CRLF behind a literal", OCTETS("a X {1+}\r\n1,\r\nc NOOP\r\n"),
     "C<a X {1+}\\r\\n1,>C<c NOOP>."},
    {"2.9 as deep as it may be", OCTETS("a X (((b)))\r\n"), "C<a X (((b)))>."},
    {"2.9 too deep", OCTETS("a X ((((b))))\r\nc NOOP\r\n"), "!LIMIT_NESTING(a)C<c NOOP>."},
    {"2.9 too deep, over two lines, with a literal",
     OCTETS("a X ((((b \r\n{8+}\r\nc NOOP\r\n))))\r\nd NOOP\r\n"), "!LIMIT_NESTING(a)C<d NOOP>."},
    {"2.9 deep twice", OCTETS("a X (((b))) (((b)))\r\n"), "C<a X (((b))) (((b)))>."},
    {"5.1 content {n}", OCTETS(CHECK6 "{5}\r\na\0\r\nb\r\nb NOOP\r\n"),
     "T5<" SIX_OUT ">D<a\\0\\r\\nb>C<" SIX_OUT ">C<b NOOP>."},
    {"5.1 content {n+}", OCTETS(CHECK6 "{5+}\r\n\"{((\0\r\n"),
     "T5+<" SIX_OUT ">D<\"{((\\0>C<" SIX_OUT ">."},
    {"5.1 content of no octets", OCTETS(CHECK6 "{0}\r\n\r\nb NOOP\r\n"),
     "T0<" SIX_OUT ">D<>C<" SIX_OUT ">C<b NOOP>."},
    {"5.1 content cut off", OCTETS(CHECK6 "{5}\r\nabc"), "T5<" SIX_OUT ">D<abc~"},
    {"5.1 content larger than all other limits", OCTETS(CHECK6 "{1073741824}\r\nabc"),
     "T1073741824<" SIX_OUT ">D<abc~"},
    {"2.5 content {n+} too large", OCTETS(CHECK6 "{41+}\r\n"), "!LIMIT_LITERAL(a)X"},
    {"5.1 something behind the content", OCTETS(CHECK6 "{1}\r\nxyz\r\nb NOOP\r\n"),
     "T1<" SIX_OUT ">D<x>!PARSE(a)C<b NOOP>."},
    {"5.1 a literal behind the content is swallowed",
     OCTETS(CHECK6 "{1+}\r\nx {8+}\r\nb NOOP\r\n\r\nc NOOP\r\n"),
     "T1+<" SIX_OUT ">D<x>!PARSE(a)C<c NOOP>."},
    {"5.1 verb in any case", OCTETS("a cHeCk t c () () () {1}\r\nx\r\n"),
     "T1<a cHeCk t c () () () >D<x>C<a cHeCk t c () () () >."},
    {"5.1 literals before the content",
     OCTETS("a CHECK {1+}\r\nt {1}\r\nc () ( {1+}\r\nx) () {1}\r\nx\r\n"),
     "L1T1<a CHECK {1+}\\r\\nt {1}\\r\\nc () ( {1+}\\r\\nx) () >D<x>"
     "C<a CHECK {1+}\\r\\nt {1}\\r\\nc () ( {1+}\\r\\nx) () >."},
    {"5.1 blanks inside quotes and parentheses do not count",
     OCTETS("a CHECK \"t t\" c (a b c) (d \r\ne) () {1}\r\nx\r\n"),
     "T1<a CHECK \"t t\" c (a b c) (d \\r\\ne) () >D<x>"
     "C<a CHECK \"t t\" c (a b c) (d \\r\\ne) () >."},
    {"5.1 six arguments: a string", OCTETS("a CHECK t c () () {1}\r\nx\r\n"),
     "L1C<a CHECK t c () () {1}\\r\\nx>."},
    {"5.1 eight arguments: a string", OCTETS("a CHECK t c () () () 1 {1}\r\nx\r\n"),
     "L1C<a CHECK t c () () () 1 {1}\\r\\nx>."},
    {"5.1 inside parentheses: a string", OCTETS("a CHECK t c () () () ({1}\r\nx\r\n"),
     "L1C<a CHECK t c () () () ({1}\\r\\nx>."},
    {"5.1 not the whole argument: a string", OCTETS("a CHECK t c () () () x{1}\r\nx\r\n"),
     "L1C<a CHECK t c () () () x{1}\\r\\nx>."},
    {"5.1 another verb: a string", OCTETS("a CHECKS t c () () () {1}\r\nx\r\n"),
     "L1C<a CHECKS t c () () () {1}\\r\\nx>."},
    {"2.9 content of a bad CHECK that waits",
     OCTETS("a CHECK t c () ((((1)))) () {8}\r\nb NOOP\r\n"), "!LIMIT_NESTING(a)#C<b NOOP>."},
    {"2.9 content {n+} of a bad CHECK",
     OCTETS("a CHECK t c () ((((1)))) () {8+}\r\nb NOOP\r\n\r\nc NOOP\r\n"),
     "!LIMIT_NESTING(a)C<c NOOP>."},
};

static void test_client(void **state)
{
    const struct frame_row *row = *state;
    const struct feed feed = {.side = FRAME_OF_CLIENT, .limits = limits};
    feed_all_cuts(&feed, row->octets, row->transcript);
}

static const struct frame_row refusing_rows[] = {
    {"2.4 {n} refused, the client waited", OCTETS("a X {8}\r\nb NOOP\r\n"), "L8C<b NOOP>."},
    {"2.4 content {n} refused", OCTETS(CHECK6 "{8}\r\nb NOOP\r\n"), "T8<" SIX_OUT ">C<b NOOP>."},
    {"2.5 content {n+} refused: swallowed first", OCTETS(CHECK6 "{8+}\r\nb NOOP\r\n\r\nc NOOP\r\n"),
     "T8+<" SIX_OUT ">!TOO_BIG(a)C<c NOOP>."},
    {"2.5 content {0+} refused", OCTETS(CHECK6 "{0+}\r\n\r\nc NOOP\r\n"),
     "T0+<" SIX_OUT ">!TOO_BIG(a)C<c NOOP>."},
    {"2.5 content {n+} refused, and what looks like more",
     OCTETS(CHECK6 "{1+}\r\nx ( \r\nb NOOP\r\n"), "T1+<" SIX_OUT ">!TOO_BIG(a)C<b NOOP>."},
    {"2.5 content {n+} refused, and something behind it",
     OCTETS(CHECK6 "{1+}\r\nx y {8+}\r\nb NOOP\r\n\r\nc NOOP\r\n"),
     "T1+<" SIX_OUT ">!TOO_BIG(a)C<c NOOP>."},
};

static void test_refusing(void **state)
{
    const struct frame_row *row = *state;
    const struct feed feed = {.side = FRAME_OF_CLIENT,
                              .limits = limits,
                              .refuse_literal = STATUS_LIMIT_COMMAND,
                              .refuse_content = STATUS_TOO_BIG};
    feed_all_cuts(&feed, row->octets, row->transcript);
}

static const struct frame_row server_rows[] = {
    {"2.6 {n} follows at once", OCTETS("a X {3}\r\nb\r\n Y\r\n"), "C<a X {3}\\r\\nb\\r\\n Y>."},
    {"2.6 {n+} never comes from a server", OCTETS("a X {3+}\r\n"), "!PARSE(a)X"},
    {"2.6 {n} too large", OCTETS("a X {41}\r\n"), "!LIMIT_LITERAL(a)X"},
    {"2.8 a reply too long is followed to its end",
     OCTETS("a {40}\r\n" TEN TEN TEN TEN " {40}\r\n" TEN TEN TEN TEN " {40}\r\n" TEN TEN TEN TEN
            " x\r\n* OK x\r\n"),
     "!LIMIT_REPLY(a)C<* OK x>."},
    {"3 text of a completion ends with {n}", OCTETS("a NO no {3}\r\nb OK yes {3+}\r\n"),
     "C<a NO no {3}>C<b OK yes {3+}>."},
    {"3 text with a quote and a parenthesis",
     OCTETS("a BAD expected \"(\r\n* BYE (x \r\nb OK 1,\r\n"),
     "C<a BAD expected \"(>C<* BYE (x >C<b OK 1,>."},
    {"3 text of PREAUTH, any case", OCTETS("* preauth {5}\r\n"), "C<* preauth {5}>."},
    {"3 text behind a plus", OCTETS("+ go \"( {3}\r\n+\r\na OK x\r\n"),
     "C<+ go \"( {3}>C<+>C<a OK x>."},
    {"3 no text: another word", OCTETS("a OKAY {3}\r\n \"(\r\n"), "C<a OKAY {3}\\r\\n \"(>."},
    {"3 a literal as RES would have it",
     OCTETS("a RES 1,\r\n3 REJECT (TEXT {4}\r\nb OK)\r\na OK done\r\n"),
     "C<a RES 1,\\r\\n3 REJECT (TEXT {4}\\r\\nb OK)>C<a OK done>."},
    {"2.1 bare LF in text", OCTETS("a OK x\ny\r\n"), "!PARSE(a)C<y>."},
    {"2.1 NUL in text", OCTETS("a OK x\0y\r\nb OK x\r\n"), "!PARSE(a)C<b OK x>."},
    {"5.1 no content from a server", OCTETS("a CHECK t c () () () {1}\r\nx\r\n"),
     "C<a CHECK t c () () () {1}\\r\\nx>."},
};

static void test_server(void **state)
{
    const struct frame_row *row = *state;
    const struct feed feed = {.side = FRAME_OF_SERVER, .limits = limits};
    feed_all_cuts(&feed, row->octets, row->transcript);
}

static void test_announced_is_not_allocated(void **state)
{
    (void)state;
    const struct frame_limits wide = {65536, 1 << 30, 1 << 30, 8};
    AUTO(frame_clear) struct frame frame;
    struct bytes input = BYTES("a X {1073741000+}\r\nabc");
    frame_init(&frame, FRAME_OF_CLIENT, &wide);
    assert_int_equal(frame_step(&frame, &input), FRAME_MORE);
    assert_true(frame.buffer.capacity <= 1024);
}

static void test_large_buffers_go(void **state)
{
    (void)state;
    const struct frame_limits wide = {65536, 1 << 20, 1 << 20, 8};
    AUTO(frame_clear) struct frame frame;
    static uint8_t octets[200000];
    memset(octets, 'x', sizeof octets);
    struct bytes input = BYTES("a NOOP {200000+}\r\n");
    frame_init(&frame, FRAME_OF_CLIENT, &wide);
    assert_int_equal(frame_step(&frame, &input), FRAME_MORE);
    input = (struct bytes){octets, sizeof octets};
    assert_int_equal(frame_step(&frame, &input), FRAME_MORE);
    input = BYTES("\r\n");
    assert_int_equal(frame_step(&frame, &input), FRAME_COMPLETE);
    assert_true(frame.buffer.size > sizeof octets && frame.at_start);
    assert_int_equal(frame_step(&frame, &input), FRAME_MORE);
    assert_int_equal(frame.buffer.capacity, 0);
}

static void test_limits_change(void **state)
{
    (void)state;
    AUTO(frame_clear) struct frame frame;
    struct bytes input = BYTES("a X {100}\r\n");
    frame_init(&frame, FRAME_OF_CLIENT, &(struct frame_limits){60, 50, 40, 3});
    assert_int_equal(frame_step(&frame, &input), FRAME_BAD);
    frame_limit(&frame, &limits);
    input = BYTES("a X {100}\r\n");
    assert_int_equal(frame_step(&frame, &input), FRAME_LITERAL);
    assert_int_equal(frame.literal_size, 100);
}

static void test_fatal_stays(void **state)
{
    (void)state;
    AUTO(frame_clear) struct frame frame;
    struct bytes input = BYTES("a X {41+}\r\nb NOOP\r\n");
    frame_init(&frame, FRAME_OF_CLIENT, &limits);
    assert_int_equal(frame_step(&frame, &input), FRAME_BAD);
    assert_int_equal(frame_step(&frame, &input), FRAME_BAD);
    assert_int_equal(input.size, 0);
    assert_int_equal(frame.status, STATUS_LIMIT_LITERAL);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, client_rows, test_client);
    ROWS_ADD(&rows, refusing_rows, test_refusing);
    ROWS_ADD(&rows, server_rows, test_server);
    rows_add_one(&rows, "2.10 what is announced is not allocated", test_announced_is_not_allocated);
    rows_add_one(&rows, "2.8 a large buffer goes with its command", test_large_buffers_go);
    rows_add_one(&rows, "2.8 limits change with authentication", test_limits_change);
    rows_add_one(&rows, "2.5 fatal stays fatal", test_fatal_stays);
    return rows_run("frame", &rows, argc, argv);
}

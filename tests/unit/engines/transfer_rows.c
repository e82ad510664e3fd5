/* Rows: encoding, variant, input, what it yields, whether it is odd. */
#include "tests/unit/engines/transfer_rows.h"

#define T(text)                                                                                    \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

const struct transfer_row transfer_rows[] = {
    {"1.1 whole groups", ENCODING_BASE64, "ours", T("aGVsbG8h"), T("hello!"), false},
    {"1.1 with padding", ENCODING_BASE64, "ours", T("aGVsbG8="), T("hello"), false},
    {"1.1 double padding and blank lines", ENCODING_BASE64, "ours",
     T("QUJD \r\n\tREVG\r\nQQ==\r\n\r\n"), T("ABCDEFA"), false},
    {"1.1 line by line", ENCODING_BASE64, "ours", T("aGVs\r\nbG8h\r\n"), T("hello!"), false},
    {"1.1 nothing", ENCODING_BASE64, "ours", T(""), T(""), false},
    {"1.1 goes on behind padding", ENCODING_BASE64, "ours", T("QUI=\r\nQ0Q="), T("ABCD"), true},
    {"1.1 goes on behind padding: padding-ends", ENCODING_BASE64, "padding-ends", T("QUI=\r\nQ0Q="),
     T("AB"), true},
    {"1.1 goes on behind padding: padding-counts", ENCODING_BASE64, "padding-counts",
     T("QUI=\r\nQ0Q="), T("ABCD"), true},
    {"1.1 goes on behind padding: padding-skipped", ENCODING_BASE64, "padding-skipped",
     T("QUI=\r\nQ0Q="), T("AB\020\321"), true},
    {"1.1 goes on behind padding: junk-ends", ENCODING_BASE64, "junk-ends", T("QUI=\r\nQ0Q="),
     T("ABCD"), true},
    {"1.1 goes on behind double padding", ENCODING_BASE64, "ours", T("QQ==Qg=="), T("AB"), true},
    {"1.1 goes on behind double padding: padding-ends", ENCODING_BASE64, "padding-ends",
     T("QQ==Qg=="), T("A"), true},
    {"1.1 goes on behind double padding: padding-skipped", ENCODING_BASE64, "padding-skipped",
     T("QQ==Qg=="), T("A\004 "), true},
    {"1.1 begins with padding", ENCODING_BASE64, "ours", T("=QUI="), T("AB"), true},
    {"1.1 begins with padding: padding-ends", ENCODING_BASE64, "padding-ends", T("=QUI="), T(""),
     true},
    {"1.1 begins with padding: padding-skipped", ENCODING_BASE64, "padding-skipped", T("=QUI="),
     T("AB"), true},
    {"1.1 begins with padding: padding-counts", ENCODING_BASE64, "padding-counts", T("=QUI="),
     T("\001\005"), true},
    {"1.1 padding within a group", ENCODING_BASE64, "ours", T("QU=IQUJD"), T("A!\005\t"), true},
    {"1.1 padding within a group: padding-ends", ENCODING_BASE64, "padding-ends", T("QU=IQUJD"),
     T("A"), true},
    {"1.1 padding within a group: padding-skipped", ENCODING_BASE64, "padding-skipped",
     T("QU=IQUJD"), T("AB\020P\220"), true},
    {"1.1 padding within a group: padding-counts", ENCODING_BASE64, "padding-counts", T("QU=IQUJD"),
     T("A@ABC"), true},
    {"1.1 too much padding", ENCODING_BASE64, "ours", T("QUJD====QUJD"), T("ABCABC"), true},
    {"1.1 too much padding: padding-ends", ENCODING_BASE64, "padding-ends", T("QUJD====QUJD"),
     T("ABC"), true},
    {"1.1 too much padding: padding-counts", ENCODING_BASE64, "padding-counts", T("QUJD====QUJD"),
     T("ABC\000ABC"), true},
    {"1.1 too much padding: padding-skipped", ENCODING_BASE64, "padding-skipped", T("QUJD====QUJD"),
     T("ABCABC"), true},
    {"1.1 too little padding", ENCODING_BASE64, "ours", T("QQ="), T("A"), true},
    {"1.1 too little padding: padding-counts", ENCODING_BASE64, "padding-counts", T("QQ="), T("A"),
     true},
    {"1.1 padding and one too many", ENCODING_BASE64, "ours", T("QUI=="), T("AB"), true},
    {"1.1 padding and one too many: padding-counts", ENCODING_BASE64, "padding-counts", T("QUI=="),
     T("AB"), true},
    {"1.1 skips junk", ENCODING_BASE64, "ours", T("a-G*V\r\ns b\tG8h"), T("hello!"), true},
    {"1.1 skips junk: junk-ends", ENCODING_BASE64, "junk-ends", T("a-G*V\r\ns b\tG8h"), T(""),
     true},
    {"1.1 skips junk: padding-ends", ENCODING_BASE64, "padding-ends", T("a-G*V\r\ns b\tG8h"),
     T("hello!"), true},
    {"1.1 junk behind a group", ENCODING_BASE64, "ours", T("QUJD!REVG"), T("ABCDEF"), true},
    {"1.1 junk behind a group: junk-ends", ENCODING_BASE64, "junk-ends", T("QUJD!REVG"), T("ABC"),
     true},
    {"1.1 junk behind a group: url-safe", ENCODING_BASE64, "url-safe", T("QUJD!REVG"), T("ABCDEF"),
     true},
    {"1.1 skips octets above 127", ENCODING_BASE64, "ours", T("aG\377\376Vs"), T("hel"), true},
    {"1.1 the url-safe alphabet", ENCODING_BASE64, "ours", T("__77QUJD"), T("\357\264\024$"), true},
    {"1.1 the url-safe alphabet: url-safe", ENCODING_BASE64, "url-safe", T("__77QUJD"),
     T("\377\376\373ABC"), true},
    {"1.1 the url-safe alphabet and padding", ENCODING_BASE64, "ours", T("_w==QUJD"), T("ABC"),
     true},
    {"1.1 the url-safe alphabet and padding: url-safe", ENCODING_BASE64, "url-safe", T("_w==QUJD"),
     T("\377"), true},
    {"1.1 without its padding", ENCODING_BASE64, "ours", T("aGVsbG8"), T("hello"), true},
    {"1.1 without its padding: padding-ends", ENCODING_BASE64, "padding-ends", T("aGVsbG8"),
     T("hel"), true},
    {"1.1 without its padding: padding-counts", ENCODING_BASE64, "padding-counts", T("aGVsbG8"),
     T("hello"), true},
    {"1.1 without its padding: padding-skipped", ENCODING_BASE64, "padding-skipped", T("aGVsbG8"),
     T("hello"), true},
    {"1.1 one character says nothing", ENCODING_BASE64, "ours", T("aGVsb"), T("hel"), true},
    {"1.1 one character says nothing: padding-counts", ENCODING_BASE64, "padding-counts",
     T("aGVsb"), T("hell"), true},
    {"1.1 a line that ends within a group", ENCODING_BASE64, "ours", T("QUJ\r\nD"), T("ABC"), true},
    {"1.1 junk of the alphabet at the ends of lines", ENCODING_BASE64, "ours",
     T("QUJDXXX\r\nREVGXX\r\nQQ==\r\n"), T("ABC]u\321\021Q\227]\004"), true},
    {"1.1 junk of the alphabet at the ends of lines: lines", ENCODING_BASE64, "lines",
     T("QUJDXXX\r\nREVGXX\r\nQQ==\r\n"), T("ABCDEFA"), true},
    {"1.1 text behind the padding", ENCODING_BASE64, "ours", T("QUI=\r\nlist"), T("AB\226+-"),
     true},
    {"1.1 text behind the padding: padding-ends", ENCODING_BASE64, "padding-ends",
     T("QUI=\r\nlist"), T("AB"), true},
    {"1.1 text behind the padding: junk-ends", ENCODING_BASE64, "junk-ends", T("QUI=\r\nlist"),
     T("AB\226+-"), true},
    {"1.2 octets", ENCODING_QUOTED_PRINTABLE, "ours", T("a=3Db=C3=A9"), T("a=b\303\251"), false},
    {"1.2 small digits only", ENCODING_QUOTED_PRINTABLE, "ours", T("=3d=e9"), T("=\351"), false},
    {"1.2 small and capital digits", ENCODING_QUOTED_PRINTABLE, "ours", T("a=3Db=c3=A9"),
     T("a=b\303\251"), true},
    {"1.2 soft break CRLF", ENCODING_QUOTED_PRINTABLE, "ours", T("ab=\r\ncd"), T("abcd"), false},
    {"1.2 soft break LF", ENCODING_QUOTED_PRINTABLE, "ours", T("ab=\ncd"), T("abcd"), false},
    {"1.2 soft break with blanks", ENCODING_QUOTED_PRINTABLE, "ours", T("ab= \t\r\ncd"), T("abcd"),
     true},
    {"1.2 soft break with blanks: trimmed", ENCODING_QUOTED_PRINTABLE, "trimmed", T("ab= \t\r\ncd"),
     T("abcd"), true},
    {"1.2 soft break with blanks: triples", ENCODING_QUOTED_PRINTABLE, "triples", T("ab= \t\r\ncd"),
     T("ab= \t\r\ncd"), true},
    {"1.2 soft break with blanks: cr-breaks", ENCODING_QUOTED_PRINTABLE, "cr-breaks",
     T("ab= \t\r\ncd"), T("abcd"), true},
    {"1.2 soft break with CR alone", ENCODING_QUOTED_PRINTABLE, "ours", T("ab=\rcd"), T("ab=\rcd"),
     true},
    {"1.2 soft break with CR alone: triples", ENCODING_QUOTED_PRINTABLE, "triples", T("ab=\rcd"),
     T("abcd"), true},
    {"1.2 soft break with CR alone: cr-breaks", ENCODING_QUOTED_PRINTABLE, "cr-breaks",
     T("ab=\rcd"), T("abcd"), true},
    {"1.2 soft break with CR alone: escapes-dropped", ENCODING_QUOTED_PRINTABLE, "escapes-dropped",
     T("ab=\rcd"), T("ab\rcd"), true},
    {"1.2 soft break with CR alone: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped",
     T("ab=\rcd"), T("ab\rcd"), true},
    {"1.2 soft break with CR CR LF", ENCODING_QUOTED_PRINTABLE, "ours", T("ab=\r\r\ncd"),
     T("ab=\r\r\ncd"), true},
    {"1.2 soft break with CR CR LF: cr-breaks", ENCODING_QUOTED_PRINTABLE, "cr-breaks",
     T("ab=\r\r\ncd"), T("ab\r\ncd"), true},
    {"1.2 soft break at the end", ENCODING_QUOTED_PRINTABLE, "ours", T("ab="), T("ab"), false},
    {"1.2 soft break before CR at the end", ENCODING_QUOTED_PRINTABLE, "ours", T("ab=\r"), T("ab"),
     false},
    {"1.2 an escape that is cut", ENCODING_QUOTED_PRINTABLE, "ours", T("ab=4"), T("ab=4"), true},
    {"1.2 an escape that is cut: triples", ENCODING_QUOTED_PRINTABLE, "triples", T("ab=4"), T("ab"),
     true},
    {"1.2 an escape that is cut: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped",
     T("ab=4"), T("ab"), true},
    {"1.2 other = is itself", ENCODING_QUOTED_PRINTABLE, "ours", T("a=b =x = =3"), T("a=b =x = =3"),
     true},
    {"1.2 other = is itself: cr-breaks", ENCODING_QUOTED_PRINTABLE, "cr-breaks", T("a=b =x = =3"),
     T("a=b =x = =3"), true},
    {"1.2 other = is itself: trimmed", ENCODING_QUOTED_PRINTABLE, "trimmed", T("a=b =x = =3"),
     T("a=b =x = =3"), true},
    {"1.2 = before an escape", ENCODING_QUOTED_PRINTABLE, "ours", T("==50"), T("=P"), true},
    {"1.2 = before an escape: triples", ENCODING_QUOTED_PRINTABLE, "triples", T("==50"), T("==50"),
     true},
    {"1.2 = before an escape: escapes-dropped", ENCODING_QUOTED_PRINTABLE, "escapes-dropped",
     T("==50"), T("P"), true},
    {"1.2 = before an escape: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped", T("==50"),
     T("P"), true},
    {"1.2 one digit before an escape", ENCODING_QUOTED_PRINTABLE, "ours", T("=0=50"), T("=0P"),
     true},
    {"1.2 one digit before an escape: triples", ENCODING_QUOTED_PRINTABLE, "triples", T("=0=50"),
     T("=0=50"), true},
    {"1.2 one digit before an escape: escapes-dropped", ENCODING_QUOTED_PRINTABLE,
     "escapes-dropped", T("=0=50"), T("P"), true},
    {"1.2 one digit before an escape: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped",
     T("=0=50"), T("P"), true},
    {"1.2 no digits before an escape", ENCODING_QUOTED_PRINTABLE, "ours", T("=XX=50"), T("=XXP"),
     true},
    {"1.2 no digits before an escape: triples", ENCODING_QUOTED_PRINTABLE, "triples", T("=XX=50"),
     T("=XXP"), true},
    {"1.2 no digits before an escape: escapes-dropped", ENCODING_QUOTED_PRINTABLE,
     "escapes-dropped", T("=XX=50"), T("P"), true},
    {"1.2 no digits before an escape: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped",
     T("=XX=50"), T("XXP"), true},
    {"1.2 blanks before an escape", ENCODING_QUOTED_PRINTABLE, "ours", T("=  =50"), T("=  P"),
     true},
    {"1.2 blanks before an escape: triples", ENCODING_QUOTED_PRINTABLE, "triples", T("=  =50"),
     T("=  P"), true},
    {"1.2 blanks before an escape: escapes-dropped", ENCODING_QUOTED_PRINTABLE, "escapes-dropped",
     T("=  =50"), T("P"), true},
    {"1.2 blanks before an escape: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped",
     T("=  =50"), T("  P"), true},
    {"1.2 = before a letter", ENCODING_QUOTED_PRINTABLE, "ours", T("=P=K"), T("=P=K"), true},
    {"1.2 = before a letter: escapes-dropped", ENCODING_QUOTED_PRINTABLE, "escapes-dropped",
     T("=P=K"), T(""), true},
    {"1.2 = before a letter: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped", T("=P=K"),
     T("PK"), true},
    {"1.2 one digit before a letter", ENCODING_QUOTED_PRINTABLE, "ours", T("=0P=0K"), T("=0P=0K"),
     true},
    {"1.2 one digit before a letter: marks-dropped", ENCODING_QUOTED_PRINTABLE, "marks-dropped",
     T("=0P=0K"), T("PK"), true},
    {"1.2 blanks at the ends of lines of text", ENCODING_QUOTED_PRINTABLE, "ours", T("a =20\r\nb"),
     T("a  \r\nb"), false},
    {"1.2 blanks at the ends of lines with octets", ENCODING_QUOTED_PRINTABLE, "ours",
     T("=00a  \r\nb \nc "), T("\000a  \r\nb \nc "), true},
    {"1.2 blanks at the ends of lines with octets: trimmed", ENCODING_QUOTED_PRINTABLE, "trimmed",
     T("=00a  \r\nb \nc "), T("\000a\r\nb\nc "), true},
    {"1.2 blanks at the ends of lines with octets: triples", ENCODING_QUOTED_PRINTABLE, "triples",
     T("=00a  \r\nb \nc "), T("\000a  \r\nb \nc "), true},
    {"1.2 blanks at the end of all", ENCODING_QUOTED_PRINTABLE, "ours", T("=01a "), T("\001a "),
     false},
    {"1.2 blanks within a line", ENCODING_QUOTED_PRINTABLE, "ours", T("=00a  b"), T("\000a  b"),
     false},
    {"1.3 a file", ENCODING_UUENCODE, "ours", T("begin 644 x\n%:&5L;&\\\n`\nend\n"), T("hello"),
     false},
    {"1.3 CRLF and blank lines around", ENCODING_UUENCODE, "ours",
     T("\r\nbegin 644 x\r\n#86)C\r\n`\r\nend\r\n\r\n"), T("abc"), false},
    {"1.3 blanks for zeros", ENCODING_UUENCODE, "ours", T("begin 644 x\n#    \n \nend\n"),
     T("\000\000\000"), false},
    {"1.3 a check sum behind the line", ENCODING_UUENCODE, "ours",
     T("begin 644 x\n#86)C/#\n`\nend\n"), T("abc"), false},
    {"1.3 text around is kept", ENCODING_UUENCODE, "ours",
     T("see:\nbegin 644 x\n#86)C\nend\nbye\n"), T("see:\nabcbye\n"), true},
    {"1.3 text around is kept: first-file", ENCODING_UUENCODE, "first-file",
     T("see:\nbegin 644 x\n#86)C\nend\nbye\n"), T("abc"), true},
    {"1.3 text around is kept: zero-ends", ENCODING_UUENCODE, "zero-ends",
     T("see:\nbegin 644 x\n#86)C\nend\nbye\n"), T("abc"), true},
    {"1.3 without an end", ENCODING_UUENCODE, "ours", T("begin 644 x\r\n#86)C\r\n"), T("abc"),
     true},
    {"1.3 without an end: first-file", ENCODING_UUENCODE, "first-file",
     T("begin 644 x\r\n#86)C\r\n"), T("abc"), true},
    {"1.3 blanks at the end of a line were lost", ENCODING_UUENCODE, "ours",
     T("begin 644 x\n#86)\n#86\nend\n"), T("ab@a`\000"), true},
    {"1.3 blanks at the end of a line were lost: first-file", ENCODING_UUENCODE, "first-file",
     T("begin 644 x\n#86)\n#86\nend\n"), T("ab@a`\000"), true},
    {"1.3 text inside stays", ENCODING_UUENCODE, "ours",
     T("begin 644 x\n!text that is long\n#86)C\n`\nend\n"), T("!text that is long\nabc"), true},
    {"1.3 text inside stays: first-file", ENCODING_UUENCODE, "first-file",
     T("begin 644 x\n!text that is long\n#86)C\n`\nend\n"), T("Pabc"), true},
    {"1.3 text inside stays: zero-ends", ENCODING_UUENCODE, "zero-ends",
     T("begin 644 x\n!text that is long\n#86)C\n`\nend\n"), T("Pabc"), true},
    {"1.3 a line without an end that is long", ENCODING_UUENCODE, "ours",
     T("begin 644 x\n!8xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxx\n#86)C\n`\nend\n"),
     T("!8xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxx\nabc"),
     true},
    {"1.3 a line without an end that is long: first-file", ENCODING_UUENCODE, "first-file",
     T("begin 644 x\n!8xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxx\n#86)C\n`\nend\n"),
     T("aabc"), true},
    {"1.3 data behind a line of zero octets", ENCODING_UUENCODE, "ours",
     T("begin 644 x\n#86)C\n`\n#86)D\nend\n"), T("abcabd"), true},
    {"1.3 data behind a line of zero octets: first-file", ENCODING_UUENCODE, "first-file",
     T("begin 644 x\n#86)C\n`\n#86)D\nend\n"), T("abcabd"), true},
    {"1.3 data behind a line of zero octets: zero-ends", ENCODING_UUENCODE, "zero-ends",
     T("begin 644 x\n#86)C\n`\n#86)D\nend\n"), T("abc"), true},
    {"1.3 a second file", ENCODING_UUENCODE, "ours",
     T("begin 644 x\n#86)C\n`\nend\nbegin 644 y\n#86)D\n`\nend\n"), T("abcabd"), true},
    {"1.3 a second file: first-file", ENCODING_UUENCODE, "first-file",
     T("begin 644 x\n#86)C\n`\nend\nbegin 644 y\n#86)D\n`\nend\n"), T("abc"), true},
    {"1.3 a second file: zero-ends", ENCODING_UUENCODE, "zero-ends",
     T("begin 644 x\n#86)C\n`\nend\nbegin 644 y\n#86)D\n`\nend\n"), T("abc"), true},
    {"1.3 a begin within a file", ENCODING_UUENCODE, "ours",
     T("begin 644 x\n#86)C\nbegin 644 y\n#86)D\n`\nend\n"), T("abcabd"), true},
    {"1.3 without a begin", ENCODING_UUENCODE, "ours", T("\n#86)C\n`\n"), T("abc"), true},
    {"1.3 without a begin: first-file", ENCODING_UUENCODE, "first-file", T("\n#86)C\n`\n"), T(""),
     true},
    {"1.3 without a begin: zero-ends", ENCODING_UUENCODE, "zero-ends", T("\n#86)C\n`\n"), T(""),
     true},
    {"1.3 characters that are none", ENCODING_UUENCODE, "ours", T("begin 644 x\n#86)c\n`\nend\n"),
     T("abC"), true},
    {"1.3 plain text", ENCODING_UUENCODE, "ours", T("plain\n\ntext"), T("plain\n\ntext"), true},
    {"1.3 plain text: first-file", ENCODING_UUENCODE, "first-file", T("plain\n\ntext"), T(""),
     true},
    {"1.3 long text", ENCODING_UUENCODE, "ours",
     T("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nbegin 644 x\n#86)C\n`"
       "\nend\n"),
     T("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nabc"),
     true},
    {"1.3 long text: first-file", ENCODING_UUENCODE, "first-file",
     T("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nbegin 644 x\n#86)C\n`"
       "\nend\n"),
     T("abc"), true},
    {"1.4 every octet", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=256 name=a b\r\n*+,-./0123456789:;<=}>\077@ABCDEFGHIJKLM"
       "NOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\177\200\201\202\203\204\205"
       "\206\207\210\211\212\213\214\215\216\217\220\221\222\223\224\225\226\227\230"
       "\231\232\233\234\235\236\237\240\241\242\243\244\245\246\247\250\251\r\n\252"
       "\253\254\255\256\257\260\261\262\263\264\265\266\267\270\271\272\273\274\275"
       "\276\277\300\301\302\303\304\305\306\307\310\311\312\313\314\315\316\317\320"
       "\321\322\323\324\325\326\327\330\331\332\333\334\335\336\337\340\341\342\343"
       "\344\345\346\347\350\351\352\353\354\355\356\357\360\361\362\363\364\365\366"
       "\367\370\371\372\373\374\375\376\377=@\001\002\003\004\005\006\007\010\t=J\013"
       "\014=M\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"
       " !\"#$%&'()\r\n=yend size=256 crc32=29058c73\r\n"),
     T("\000\001\002\003\004\005\006\007\010\t\n\013\014\r\016\017\020\021\022\023\024"
       "\025\026\027\030\031\032\033\034\035\036\037 !\"#$%&'()*+,-./0123456789:;<=>"
       "\077@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\177\200"
       "\201\202\203\204\205\206\207\210\211\212\213\214\215\216\217\220\221\222\223"
       "\224\225\226\227\230\231\232\233\234\235\236\237\240\241\242\243\244\245\246"
       "\247\250\251\252\253\254\255\256\257\260\261\262\263\264\265\266\267\270\271"
       "\272\273\274\275\276\277\300\301\302\303\304\305\306\307\310\311\312\313\314"
       "\315\316\317\320\321\322\323\324\325\326\327\330\331\332\333\334\335\336\337"
       "\340\341\342\343\344\345\346\347\350\351\352\353\354\355\356\357\360\361\362"
       "\363\364\365\366\367\370\371\372\373\374\375\376\377"),
     false},
    {"1.4 no sum", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=3 name=x\n\213\214\215\n=yend size=3\n"), T("abc"), false},
    {"1.4 a sum in capitals", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=5 name=x\n\222\217\226\226\231\n=yend size=5 crc32=3610A"
       "686\n"),
     T("hello"), false},
    {"1.4 the sum is wrong", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=3 name=x\n\213\214\215\n=yend size=3 crc32=00000001\n"), T("abc"),
     true},
    {"1.4 the size is wrong", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=4 name=x\n\213\214\215\n=yend size=4\n"), T("abc"), true},
    {"1.4 the sizes differ", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=3 name=x\n\213\214\215\n=yend size=4\n"), T("abc"), true},
    {"1.4 size= within the name", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=3 name=x size=9\n\213\214\215\n=yend size=3\n"), T("abc"), false},
    {"1.4 one of two parts", ENCODING_YENC, "ours",
     T("=ybegin part=1 total=2 line=128 size=9 name=x\n=ypart begin=1 end=3\n\213\214"
       "\215\n=yend size=3 part=1 pcrc32=352441c2\n"),
     T("abc"), true},
    {"1.4 one of two parts: first-file", ENCODING_YENC, "first-file",
     T("=ybegin part=1 total=2 line=128 size=9 name=x\n=ypart begin=1 end=3\n\213\214"
       "\215\n=yend size=3 part=1 pcrc32=352441c2\n"),
     T("abc"), true},
    {"1.4 the only part", ENCODING_YENC, "ours",
     T("=ybegin part=1 total=1 line=128 size=3 name=x\n=ypart begin=1 end=3\n\213\214"
       "\215\n=yend size=3 part=1 pcrc32=352441c2\n"),
     T("abc"), false},
    {"1.4 text around is kept", ENCODING_YENC, "ours",
     T("see:\n=ybegin line=128 size=3 name=x\n\213\214\215\n=yend size=3\nbye"), T("see:\nabcbye"),
     true},
    {"1.4 text around is kept: first-file", ENCODING_YENC, "first-file",
     T("see:\n=ybegin line=128 size=3 name=x\n\213\214\215\n=yend size=3\nbye"), T("abc"), true},
    {"1.4 two files", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=3 name=x\n\213\214\215\n=yend size=3\n=ybegin line=128 s"
       "ize=3 name=x\n\213\214\215\n=yend size=3\n"),
     T("abcabc"), true},
    {"1.4 two files: first-file", ENCODING_YENC, "first-file",
     T("=ybegin line=128 size=3 name=x\n\213\214\215\n=yend size=3\n=ybegin line=128 s"
       "ize=3 name=x\n\213\214\215\n=yend size=3\n"),
     T("abc"), true},
    {"1.4 without an end", ENCODING_YENC, "ours", T("=ybegin line=128 size=3 name=x\n\213\214\215"),
     T("abc"), true},
    {"1.4 without an end: first-file", ENCODING_YENC, "first-file",
     T("=ybegin line=128 size=3 name=x\n\213\214\215"), T("abc"), true},
    {"1.4 a mark before a line break", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=3 name=x\n\213\214=\n\215\n=yend size=3\n"), T("abc"), true},
    {"1.4 a keyword that is none", ENCODING_YENC, "ours",
     T("=ybegin line=128 size=3 name=x\n=y\214\215\n=yend size=3\n"), T("\017bc"), true},
    {"1.4 a keyword that is none: first-file", ENCODING_YENC, "first-file",
     T("=ybegin line=128 size=3 name=x\n=y\214\215\n=yend size=3\n"), T("\017bc"), true},
    {"1.4 a long line", ENCODING_YENC, "ours",
     T("=ybegin line=997 size=700 name=x\n\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233\233"
       "\233\233\233\233\233\n=yend size=700\n"),
     T("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
       "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"),
     false},
    {"1.4 plain text", ENCODING_YENC, "ours", T("=ybeginx oops\n= not yet\n"),
     T("=ybeginx oops\n= not yet\n"), true},
    {"1.4 plain text: first-file", ENCODING_YENC, "first-file", T("=ybeginx oops\n= not yet\n"),
     T(""), true},
    {"1.5 a data fork", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8&!*!%"
       "TkKSC@aXEm0L!!!:\r\n"),
     T("hello"), false},
    {"1.5 a data fork: data-fork", ENCODING_BINHEX, "data-fork",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8&!*!%"
       "TkKSC@aXEm0L!!!:\r\n"),
     T("hello"), false},
    {"1.5 without the comment", ENCODING_BINHEX, "ours",
     T(":!@%!9%9B9(4dH(3!N!8&!*!%TkKSC@aXEm0L!!!:\r\n"), T("hello"), false},
    {"1.5 an empty file", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!U%r`#3"
       "\"!:\r\n"),
     T(""), false},
    {"1.5 runs and the octet that marks them", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:\"'jKE@8!9%9B9(4dH(3!N!3"
       "\"0!#3\"09-N!#3\"hL3rhL3,C!!!,)!!!:\r\n"),
     T("\220\220\220\220\220\220\220xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxx\220"),
     false},
    {"1.5 both forks", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8&!!!!"
       "!jI,D'9XE'r$BP*&8kJ\":\r\n"),
     T("helloRES"), true},
    {"1.5 both forks: data-fork", ENCODING_BINHEX, "data-fork",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8&!!!!"
       "!jI,D'9XE'r$BP*&8kJ\":\r\n"),
     T("hello"), true},
    {"1.5 a sum that is wrong is kept", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8&!*!%"
       "TkKSC@aXEeKC!!!:\r\n"),
     T("helloXY"), true},
    {"1.5 a sum that is wrong is kept: data-fork", ENCODING_BINHEX, "data-fork",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8&!*!%"
       "TkKSC@aXEeKC!!!:\r\n"),
     T("hello"), true},
    {"1.5 a size that is too small", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8#!*!%"
       "`(aSC@aXEm0L!!!:\r\n"),
     T("hello\303b\000\000"), true},
    {"1.5 a size that is too small: data-fork", ENCODING_BINHEX, "data-fork",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8#!*!%"
       "`(aSC@aXEm0L!!!:\r\n"),
     T("he"), true},
    {"1.5 a size that is too large", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!3(d!#3"
       "\"(YFD'9XE'r$BJ!!:\r\n"),
     T("hello\303b\000\000"), true},
    {"1.5 text around is kept", ENCODING_BINHEX, "ours",
     T("see\n(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8"
       "&!*!%TkKSC@aXEm0L!!!:\r\nbye\n"),
     T("see\nhellobye\n"), true},
    {"1.5 text around is kept: data-fork", ENCODING_BINHEX, "data-fork",
     T("see\n(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8"
       "&!*!%TkKSC@aXEm0L!!!:\r\nbye\n"),
     T("hello"), true},
    {"1.5 without an end", ENCODING_BINHEX, "ours",
     T("(This file must be converted with BinHex 4.0)\r\n\r\n:!@%!9%9B9(4dH(3!N!8&!*!%"
       "TkKSC@aXEm0L!!!"),
     T("hello"), true},
    {"1.5 a header that is none", ENCODING_BINHEX, "ours", T(":!!3r:"), T("\000\004\077"), true},
    {"1.5 a header that is none: data-fork", ENCODING_BINHEX, "data-fork", T(":!!3r:"), T(""),
     true},
    {"1.5 a header that is cut", ENCODING_BINHEX, "ours", T(":#'&LBf4PCQGS!:"), T("\010abcdefgh"),
     true},
    {"1.5 characters that are none", ENCODING_BINHEX, "ours",
     T(":!@%!9%~9B9(4dH(3!N!8&!*!%TkKSC@aXEm0L!!!:\r\n"), T("hello"), true},
    {"1.5 plain text", ENCODING_BINHEX, "ours", T("plain\n"), T("plain\n"), true},
    {"1.5 plain text: data-fork", ENCODING_BINHEX, "data-fork", T("plain\n"), T(""), true},
    {"1 identity", ENCODING_IDENTITY, "ours", T("a=3D\n"), T("a=3D\n"), false},
};

const size_t transfer_rows_count = sizeof transfer_rows / sizeof transfer_rows[0];

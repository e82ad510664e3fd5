/* HTML that is disarmed (spec/conversion.md 7): what goes, what stays octet for octet, and that a
 * second run changes nothing; where a footer goes. */
#include "engines/convert/html_disarm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engines/convert/footer.h"
#include "engines/decode/charset.h"

struct row {
    const char *name, *given, *expected; /* NULL: as it stands */
};

static const struct row rows[] = {
    {"7 what is harmless stays",
     "<!DOCTYPE html><html><head><title>t</title><style>p { color: red }</style></head>"
     "<body bgcolor=\"#fff\"><!-- c --><p style='color:red' class=x>a < b &amp; c"
     "<a href=\"http://x.example/?a=1&b\" target=_blank>l</a><br/><img src=\"cid:1@x\" alt='a'>",
     NULL},
    {"7 a style in a comment stays", "<style><!-- p { color: red } --></style>", NULL},
    {"7 a data: picture stays", "<img src=\"data:image/png;base64,AAAA\">", NULL},
    {"7 a path stays", "<img src=\"a/b.png\"><a href=\"#x\">", NULL},
    {"7 mail and telephone links stay", "<a href=mailto:a@b>a</a><a href='tel:1'>b</a>", NULL},
    {"7 script", "a<script>alert('</p>')</script>b", "ab"},
    {"7 script, any case, attributes, no end", "a<SCRIPT src=x\n>alert(1)", "a"},
    {"7 script within escapes", "a<script><!--<script></script>x--></script>b", "ab"},
    {"7 script with a slash", "a<script/x>1</script >b", "ab"},
    {"7 event handlers", "<p onclick=\"a()\" class=x ONLOAD = b>c", "<p class=x>c"},
    {"7 handlers behind a slash", "<img/onerror=a/src=cid:x>", "<img>"},
    {"7 handlers without blanks", "<p a=\"b\"onclick='c'd='e'>", "<p a=\"b\" d='e'>"},
    {"7 javascript:", "<a href=\"javascript:a()\">b</a>", "<a>b</a>"},
    {"7 javascript: with references, tabs and controls",
     "<a href=\" \x01java&#115;cri\tpt&colon;a()\">b</a><a href=java&#x0A;script&#58a>c</a>",
     "<a>b</a><a>c</a>"},
    {"7 vbscript: and data:", "<a href=vbscript:a>b</a><a href='data:text/html,c'>d</a>",
     "<a>b</a><a>d</a>"},
    {"7 a scheme in any attribute", "<td x-link=\"JavaScript:a\">", "<td>"},
    {"7 texts may name a scheme", "<img alt=\"javascript: the good parts\">", NULL},
    {"7 remote pictures", "<img src=http://x/a.png alt=a><img src='//x/a'><img src=\"\\\\x\\a\">",
     "<img alt=a><img><img>"},
    {"7 remote in other attributes",
     "<table background=\"http://x/a\"><video poster=http://x/a><img srcset=\"a 1x\">",
     "<table><video><img>"},
    {"7 a picture that is a document", "<img src=\"data:image/svg+xml,a\">", "<img>"},
    {"7 styles that load", "<style>p { background: url(http://x) }</style>a", "a"},
    {"7 styles with comments and escapes",
     "<p style=\"width: exp/**/ression(a)\"><p style=\"background:u\\72l(a)\">"
     "<p style=\"content:'/*'; background:url(x)\"><p style='background:ur&#108;(x)'>",
     "<p><p><p><p>"},
    {"7 imports", "<style>@import 'http://x'</style>a<style>@IMPORT\n'x';</style>", "a"},
    {"7 a style that hides markup", "<style>a<b onclick=c></style>d", "d"},
    {"7 forms", "<form action=x><input name=a><button onclick=b>c</button></form>", "c"},
    {"7 selections", "<select><option>a<style><b></style></select>", "a"},
    {"7 texts to fill in", "<textarea><b onclick=a></textarea>b", "b"},
    {"7 objects and frames",
     "<object data=a>b</object><embed src=a><applet>c</applet><iframe src=x><b></iframe>d"
     "<frameset><frame src=x></frameset>",
     "bcd"},
    {"7 base, link", "<base href=http://x><link rel=stylesheet href=x>a", "a"},
    {"7 meta", "<meta name=a content=b><meta http-equiv=refresh content='0;url=x'>",
     "<meta name=a content=b>"},
    {"7 meta of a charset",
     "<meta http-equiv=Content-Type content='text/html; charset=utf-8'><meta charset=utf-7>"
     "<meta http-equiv=content-type content='text/html; charset=utf-7'>",
     "<meta http-equiv=Content-Type content='text/html; charset=utf-8'>"},
    {"7 svg and math", "a<svg onload=b><script>c</script><a xlink:href=javascript:d>e</a></svg>f",
     "a<a>e</a>f"},
    {"7 what svg would hide", "<svg><style><img src=x onerror=a></style></svg>b", "b"},
    {"7 what math would hide",
     "<math><mtext><mglyph><style><!--</style><img title=\"--><img src=1 onerror=a>\">",
     "<mtext><img title=\"--><img src=1 onerror=a>\">"},
    {"7 noscript", "<noscript><p title=\"</noscript><b onclick=a>\"></noscript>c",
     "<p title=\"</noscript><b onclick=a>\">c"},
    {"7 plaintext", "a<plaintext><b onclick=c>d", "a<b>d"},
    {"7 conditional comments", "a<!--[if mso]><b><![endif]-->b<![if !mso]>c<![endif]>d", "abcd"},
    {"7 comments that readers end elsewhere", "a<!--><b>--><!-- -- --><!-- x --!>c", "a<b>-->c"},
    {"7 a comment without an end", "a<!-- b <p>", "a"},
    {"7 a tag without an end", "a<p onclick=\"b", "a"},
    {"7 processing instructions", "a<?xml version='1.0'?>b</ x>c", "abc"},
    {"7 names that are none", "a<scr\x01ipt>b</scr\x01ipt><p\"x>c", "abc"},
    {"7 what is left makes no tag", "a<<form>img src=x onerror=b>", "a< img src=x onerror=b>"},
    {"7 quotes that old readers see", "<p a=b`c d=e\"f title='a`b'>", "<p>"},
    {"7 an end tag with attributes", "<p>a</p onclick=b>", "<p>a</p>"},
    {"7 a title that hides markup", "<title><b></title>a", "a"},
};

static void disarm(struct bytes html, struct buffer *out, uint64_t *changes)
{
    *out = (struct buffer){.limit = SIZE_MAX};
    assert_int_equal(html_disarm(html, out, changes), STATUS_OK);
    assert_int_equal(buffer_append_octet(out, '\0'), STATUS_OK);
    out->size--;
}

static void test_row(void **state)
{
    const struct row *row = *state;
    const char *expected = row->expected != NULL ? row->expected : row->given;
    struct buffer once, twice;
    uint64_t changes;

    disarm(bytes_of_text(row->given), &once, &changes);
    assert_string_equal(once.data, expected);
    assert_int_equal(changes > 0, row->expected != NULL);
    disarm(buffer_bytes(&once), &twice, &changes);
    assert_string_equal(twice.data, expected);
    assert_int_equal(changes, 0);
    buffer_clear(&once);
    buffer_clear(&twice);
}

static const struct place {
    const char *name, *html;
    const char *before; /* the footer goes before the last place of this, or to the end */
} places[] = {
    {"2 footer: before </body>", "<body>a</body></html>", "</body>"},
    {"2 footer: before the last one", "<body>a</body>b</BODY >c", "</BODY"},
    {"2 footer: no body", "a<p>b", NULL},
    {"2 footer: not in a comment", "a</body><!-- </body> -->", "</body><!"},
    {"2 footer: not in a script", "a</body><script>'</body>'</script>", "</body><s"},
    {"2 footer: not in an attribute", "a</body><p title='</body>'>", "</body><p"},
    {"2 footer: not in plaintext", "a<plaintext>b</body>", "<plaintext>"},
    {"2 footer: before a comment without an end", "a<b>c<!-- d", "<!--"},
    {"2 footer: before a style without an end", "a<style>b", "<style>"},
    {"2 footer: before a tag without an end", "a<p title='b", "<p"},
};

static void test_place(void **state)
{
    const struct place *row = *state;
    size_t place = footer_html_place(bytes_of_text(row->html));

    if (row->before == NULL)
        assert_int_equal(place, strlen(row->html));
    else
        assert_int_equal(strncmp(row->html + place, row->before, strlen(row->before)), 0);
}

int main(void)
{
    static struct CMUnitTest tests[128];
    size_t count = 0;

    charset_warm_up();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tests[count++] =
            (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        tests[count++] = (struct CMUnitTest){places[i].name, test_place, NULL, NULL,
                                             (void *)(uintptr_t)&places[i]};
    return _cmocka_run_group_tests("convert_html", tests, count, NULL, NULL);
}

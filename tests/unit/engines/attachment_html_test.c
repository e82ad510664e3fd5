/* HTML that makes a file by itself (spec/engine-attachment.md 6). */
#include "tests/unit/protocol/rows.h"

#include <stdio.h>
#include <string.h>

#include "engines/attachment/html_script.h"
#include "engines/attachment/narrow.h"

/* "@@" in the input becomes 1600 octets of base64. */
struct html_row {
    const char *name, *input;
    bool is_svg, is_download;
    unsigned signals; /* these at least */
    unsigned without; /* none of these */
};

enum { NOTHING = 0xFFFF };

static struct html_row html_rows[] = {
    {"6 plain", "<html><body><p onclick=>Hello <b>you</b></body></html>", false, false, 0,
     HTML_LITERAL | HTML_DOWNLOAD},
    {"6 no script at all", "<a href='http://x/atob'>createObjectURL</a>", false, false, 0, NOTHING},
    {"6 blob and object URL",
     "<script>var b=new Blob([Uint8Array.from(atob('@@'))]);x.href=URL.createObjectURL(b)</script>",
     false, true, HTML_BLOB | HTML_OBJECT_URL | HTML_DECODES | HTML_LITERAL, 0},
    {"6 msSaveOrOpenBlob", "<SCRIPT>navigator.msSaveOrOpenBlob(f,'a');x='@@'</SCRIPT >", false,
     true, HTML_OBJECT_URL | HTML_LITERAL, 0},
    {"6 a word within a word is none", "<script>myatob(1);createObjectURLs()</script>", false,
     false, HTML_SCRIPT, HTML_DECODES | HTML_OBJECT_URL},
    {"6 words in brackets", "<script>window['ato\\x62'](w['create\\u004fbjectURL'](@@))</script>",
     false, true, HTML_DECODES | HTML_OBJECT_URL, 0},
    {"6 an escape that is none", "<script>'\\xzz\\u12\\';atob(1)</script>", false, false,
     HTML_DECODES, HTML_LITERAL},
    {"6 data link", "<a href=\"data:application/zip;base64,AAAA\" download=x.zip>", false, true,
     HTML_DATA_LINK | HTML_DOWNLOAD, HTML_SCRIPT},
    {"6 data link with references", "<a href='&#100;at&#x61;&colon;application/x-msdownload,MZ'>",
     false, true, HTML_DATA_LINK, 0},
    {"6 references with zeros before them, and too large",
     "<a href='&#x00000000000000064;ata:application/"
     "zip,&#99999999999999999999;'>",
     false, true, HTML_DATA_LINK, 0},
    {"6 data link with tabs in it", "<a href='da\tta:appli\ncation/zip,x'>", false, true,
     HTML_DATA_LINK, 0},
    {"6 data frame", "<iframe src=data:text/html;base64,AAAA></iframe>", false, true,
     HTML_DATA_LINK, 0},
    {"6 data picture", "<img src='data:image/png;base64,@@'>", false, false, 0, HTML_DATA_LINK},
    {"6 data font", "<a href='data:application/font-woff;base64,@@'>", false, false, 0,
     HTML_DATA_LINK},
    {"6 atob and write", "<script>document.write(atob('@@'))</script>", false, true,
     HTML_WRITES | HTML_DECODES | HTML_LITERAL, 0},
    {"6 atob of something short", "<script>document.write(atob('aGVsbG8='))</script>", false, false,
     HTML_WRITES | HTML_DECODES, HTML_LITERAL},
    {"6 in an event handler", "<body onload=\"eval(ato&#98;('@@'))\">", false, true, HTML_LITERAL,
     0},
    {"6 in an address", "<a href=\"java&Tab;script:eval(atob('@@'))\">", false, true, HTML_LITERAL,
     0},
    {"6 download set by script", "<script>a.download='x';a.href='data:application/zip,'+x</script>",
     false, true, HTML_DOWNLOAD | HTML_DATA_SCRIPT, 0},
    {"6 a comment hides", "<!-- <script>eval(atob('@@'))</script> -->", false, false, 0,
     HTML_SCRIPT},
    {"6 a comment that ends at once", "<!--><script>eval(atob('@@'))</script>-->", false, true,
     HTML_SCRIPT, 0},
    {"6 a comment that ends with a dash", "<!---><script>eval(atob('@@'))</script>", false, true,
     HTML_SCRIPT, 0},
    {"6 a comment that ends with a bang", "<!-- x --!><script>eval(atob('@@'))</script>", false,
     true, HTML_SCRIPT, 0},
    {"6 two dashes and a blank end nothing", "<!-- x -- ><script>eval(atob('@@'))</script>", false,
     false, 0, HTML_SCRIPT},
    {"6 a bogus comment ends at >", "<!x '><script>eval(atob('@@'))</script>", false, true,
     HTML_SCRIPT, 0},
    {"6 the title is text", "<title><script>eval(atob('@@'))</script></title>", false, false, 0,
     HTML_SCRIPT},
    {"6 the style of svg is not", "<svg><style><script>eval(atob('@@'))</script></style></svg>",
     false, true, HTML_SCRIPT, 0},
    {"6 a title that ends", "<title></ti</title ><script>eval(atob('@@'))</script>", false, true,
     HTML_SCRIPT, 0},
    {"6 double escaped", "<script><!--<script></script>eval(atob('@@'))--></script>", false, true,
     HTML_LITERAL | HTML_WRITES, 0},
    {"6 not closed", "<script>eval(atob('@@'))", false, true, HTML_SCRIPT, 0},
    {"6 a slash between attributes", "<a/x/href='data:application/zip,1'>", false, true,
     HTML_DATA_LINK, 0},
    {"6 quotes within a value", "<a title=\"'>\" href=data:application/zip,1>", false, true,
     HTML_DATA_LINK, 0},
    {"6 script from data", "<script src='data:text/javascript;base64,AAAA'></script>", false, true,
     HTML_SCRIPT, 0},
    {"6 svg with script", "<svg><script>x</script></svg>", true, true, HTML_SCRIPT, 0},
    {"6 svg with a handler", "<svg onload='x()'/>", true, true, HTML_SCRIPT, 0},
    {"6 svg without", "<svg><path d='M0 0'/><style>a{}</style></svg>", true, false, 0, HTML_SCRIPT},
};

static struct bytes expanded(const char *input)
{
    char *out = malloc(8192);
    size_t size = 0;

    assert_non_null(out);
    for (; *input != '\0'; input++) {
        if (input[0] == '@' && input[1] == '@') {
            for (unsigned i = 0; i < 1600; i++)
                out[size++] = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo"[i % 35];
            input++;
        } else {
            out[size++] = *input;
        }
    }
    return (struct bytes){realloc(out, size), size};
}

static void check(struct bytes html, const struct html_row *row)
{
    struct html_script found;
    const char *why = NULL;

    html_script_read(html, &found);
    assert_int_equal(found.signals & row->signals, row->signals);
    assert_int_equal(found.signals & row->without, 0);
    assert_true(found.where.offset + found.where.size <= html.size);
    assert_int_equal(html_script_is_download(&found, row->is_svg, &why), row->is_download);
    assert_int_equal(why != NULL, row->is_download);
}

static void html_holds(void **state)
{
    struct html_row *row = *state;
    struct bytes html = expanded(row->input);

    check(html, row);
    free((void *)html.data);
}

/* Any beginning of any row is read within bounds. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof html_rows / sizeof html_rows[0]; i++) {
        struct bytes html = {(const uint8_t *)html_rows[i].input, strlen(html_rows[i].input)};

        for (size_t size = 0; size <= html.size; size++) {
            uint8_t *copy = rows_copy(bytes_slice(html, 0, size));
            struct html_script found;

            html_script_read((struct bytes){copy, size}, &found);
            assert_true(found.where.offset + found.where.size <= size);
            rows_free(&copy);
        }
    }
}

/* The same in UTF-16, both ways. */
static void wide(void **state)
{
    static const char text[] = "<script>eval(atob(1))</script>";

    (void)state;
    for (unsigned is_high_first = 0; is_high_first < 2; is_high_first++) {
        uint8_t octets[2 * sizeof text] = {is_high_first ? 0xFE : 0xFF,
                                           is_high_first ? 0xFF : 0xFE};
        struct limits limits;
        struct budget budget;
        struct arena arena;
        struct narrow narrow;
        struct html_script found;

        for (size_t i = 0; i + 1 < sizeof text; i++)
            octets[2 + 2 * i + is_high_first] = (uint8_t)text[i];
        limits_init(&limits);
        budget_init(&budget, &limits, sizeof octets, 0);
        arena_init(&arena, 4096);
        assert_int_equal(
            narrow_text((struct bytes){octets, sizeof octets}, &budget, &arena, &narrow),
            STATUS_OK);
        assert_int_equal(narrow.unit, 2);
        html_script_read(narrow.text, &found);
        assert_int_equal(found.signals, HTML_SCRIPT | HTML_DECODES | HTML_WRITES);
        arena_clear(&arena);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;

    ROWS_ADD(&rows, html_rows, html_holds);
    rows_add_one(&rows, "6 cut anywhere", cut_anywhere);
    rows_add_one(&rows, "6 UTF-16", wide);
    return rows_run("attachment_html", &rows, argc, argv);
}

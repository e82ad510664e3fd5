/* HTML, scripts and documents of text, for the engine `attachment`. */
#include "tests/hurtful/shape.h"

#define HTML "Content-Type: text/html\r\n\r\n"
#define SCRIPT HTML "<script>"

const struct shape shapes_html[] = {
    {"elements within elements", HTML, "<div>", "", NULL, NULL},
    {"tags without an end", HTML, "<a ", "", NULL, NULL},
    {"less-than signs", HTML, "<", "", NULL, NULL},
    {"comments without an end", HTML, "<!--", "", NULL, NULL},
    {"comments", HTML, "<!-- x -->", "", NULL, NULL},
    {"dashes in a comment", HTML "<!--", "--", "", NULL, NULL},
    {"attributes", HTML "<a", " href=x" NUMBER, ">", NULL, NULL},
    {"quotes without an end", HTML, "<a href=\"", "", NULL, NULL},
    {"blanks in a tag", HTML "<a", "    ", ">", NULL, NULL},
    {"names of tags", HTML "<", "a", ">", NULL, NULL},
    {"scripts", HTML, "<script>x</script>", "", NULL, NULL},
    {"scripts without an end", HTML, "<script>", "", NULL, NULL},
    {"almost ends of scripts", SCRIPT, "</scrip", "", NULL, NULL},
    {"script words", SCRIPT, "new Blob([atob('QUJD')]);a.download='x';URL.createObjectURL(b);", "",
     NULL, NULL},
    {"almost script words", SCRIPT, "new Blo atob createObjectUR downloa fromCharCod ", "", NULL,
     NULL},
    {"a string in a script", SCRIPT "x='", "QUJDREVG", "'", NULL, NULL},
    {"strings in a script", SCRIPT, "'Q'+", "''", NULL, NULL},
    {"data: in links", HTML, "<a href='data:text/html;base64,QUJD'>", "", NULL, NULL},
    {"entities", HTML, "&#x41;&#0000000000065;&lt", "", NULL, NULL},
    {"conditional comments", HTML, "<!--[if IE]><![CDATA[", "", NULL, NULL},
    {"HTML in UTF-16 in base64", "\xFF\xFE", "<" NUL "a" NUL, "", "Content-Type: text/html", NULL},
    {"HTML in base64", "<html>", "<script>atob('QUJD')</script>", "", "Content-Type: text/html",
     NULL},
    {"HTML in each part", "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
     "--b\r\n" HTML REPEAT("<script>atob('QUJD')</script>", 1000) "\r\n", "", NULL, NULL},
    {"RTF groups", "{\\rtf1 ", "{\\object\\objdata ", "", "Content-Type: application/rtf", NULL},
    {"PDF objects", "%PDF-1.4\n", "1 0 obj<</A[<</B", "", "Content-Type: application/pdf", NULL},
    {"SVG", "<svg xmlns='http://www.w3.org/2000/svg'>", "<g onload='x'>", "",
     "Content-Type: image/svg+xml", NULL},
    {"XML entities", "<?xml version='1.0'?><!DOCTYPE a [", "<!ENTITY a" NUMBER " '&a0;&a0;'>",
     "]><a/>", "Content-Type: text/xml", NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

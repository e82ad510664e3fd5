/* HTML or SVG that makes a file for its reader by itself ("smuggling"): what it carries, decodes,
 * and hands out. Over tokens (engines/decode/html_tokens.h), no tree (spec/engine-attachment.md 6).
 */
#ifndef ENGINES_ATTACHMENT_HTML_SCRIPT_H
#define ENGINES_ATTACHMENT_HTML_SCRIPT_H

#include "protocol/bytes.h"

enum html_signal {
    HTML_SCRIPT = 1,        /* any script, also in an attribute */
    HTML_OBJECT_URL = 2,    /* createObjectURL, msSaveBlob, msSaveOrOpenBlob, FileReader */
    HTML_BLOB = 4,          /* Blob, File */
    HTML_DECODES = 8,       /* atob, fromCharCode, Uint8Array, unescape, charCodeAt */
    HTML_LITERAL = 16,      /* HTML_LITERAL_OCTETS of base64 or hexadecimal within scripts */
    HTML_DOWNLOAD = 32,     /* a `download` attribute, or one that a script sets */
    HTML_DATA_LINK = 64,    /* a link or frame of data: with an application type */
    HTML_DATA_SCRIPT = 128, /* the same within a script */
    HTML_WRITES = 256       /* document.write, eval, Function, innerHTML */
};

enum { HTML_LITERAL_OCTETS = 1024 };

struct html_script {
    unsigned signals;
    uint64_t literal_octets;
    struct range where; /* of what decided: in the octets given */
};

/* is_svg: the octets are an SVG document: a script in it is for itself what no picture needs. */
void html_script_read(struct bytes html, struct html_script *found);
/* Whether the signals together make a download; why is for people. */
bool html_script_is_download(const struct html_script *found, bool is_svg, const char **why);

#endif

/* `cccpc samples`: messages to try a server with. They are made here and not kept in the source
 * tree, so that no virus scanner takes it away for the EICAR test file (harmless by its definition,
 * eicar.org). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "clients/cccpc/commands.h"
#include "clients/cccpc/zip.h"
#include "clients/libcccp/base64.h"

enum { SAMPLE_MOST = 1048576, BASE64_LINE = 76 };

/* How the attachment is made from the EICAR test file. */
enum packing { PACK_NONE, PACK_ZIP, PACK_NESTED, PACK_PASSWORD };

struct sample {
    const char *name, *subject;
    const char *body;       /* a whole body with its Content-Type, or NULL: text and attachment */
    const char *attachment; /* its name; content is the test file */
    enum packing packing;
};

#define TEXT_TYPE "Content-Type: text/plain; charset=utf-8\r\n\r\n"
static const struct sample samples[] = {
    {"01-plain.eml", "a plain text", TEXT_TYPE "Good morning,\r\n\r\nnothing to see here.\r\n",
     NULL, PACK_NONE},
    {"02-alternative.eml", "text and HTML",
     "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\n" TEXT_TYPE
     "Good morning.\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>Good=20<b>morning</b>.</p>\r\n"
     "--alt--\r\n",
     NULL, PACK_NONE},
    {"03-attachments.eml", "a picture and a forwarded message",
     "Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\n" TEXT_TYPE "See below.\r\n"
     "--mix\r\nContent-Type: image/gif; name=dot.gif\r\nContent-Transfer-Encoding: base64\r\n"
     "Content-Disposition: attachment; filename=dot.gif\r\n\r\n"
     "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r\n"
     "--mix\r\nContent-Type: message/rfc822\r\n\r\nFrom: d@w.example\r\nTo: a@x.example\r\n"
     "Subject: lunch\r\n\r\nAt one?\r\n--mix--\r\n",
     NULL, PACK_NONE},
    {"10-eicar.eml", "the EICAR test file", NULL, "eicar.com", PACK_NONE},
    {"11-eicar-zip.eml", "the EICAR test file in an archive", NULL, "eicar.zip", PACK_ZIP},
    {"12-eicar-nested-zip.eml", "the EICAR test file, two archives deep", NULL, "outer.zip",
     PACK_NESTED},
    {"20-password-zip.eml", "an archive with a password", NULL, "secret.zip", PACK_PASSWORD},
    {"30-no-end-boundary.eml", "a multipart without its end",
     "Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\n" TEXT_TYPE
     "The end is missing.\r\n--cut\r\nContent-Type: application/octet-stream\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQ=\r\n",
     NULL, PACK_NONE},
    {"31-two-content-types.eml", "readers disagree on this one",
     "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=two\r\n\r\n"
     "--two\r\nContent-Type: text/html\r\n\r\n<p>Which one?</p>\r\n--two--\r\n",
     NULL, PACK_NONE},
};
enum { SAMPLE_COUNT = sizeof(samples) / sizeof(samples[0]) };

/* In two halves, so that the program itself is not found. */
static enum status eicar_append(struct buffer *out)
{
    static const char first[] = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-";
    static const char second[] = "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    enum status status = buffer_append(out, bytes_of_text(first));
    return status == STATUS_OK ? buffer_append(out, bytes_of_text(second)) : status;
}

static enum status attachment_append(struct buffer *out, enum packing packing)
{
    struct buffer file AUTO(buffer_clear), inner AUTO(buffer_clear);
    buffer_init(&file, SAMPLE_MOST);
    buffer_init(&inner, SAMPLE_MOST);
    enum status status = eicar_append(&file);
    if (status == STATUS_OK && packing == PACK_NONE)
        status = buffer_append(out, buffer_bytes(&file));
    else if (status == STATUS_OK && packing != PACK_NESTED)
        status = zip_write(out, "eicar.com", buffer_bytes(&file),
                           packing == PACK_PASSWORD ? "eicar" : NULL);
    else if (status == STATUS_OK)
        status = zip_write(&inner, "eicar.com", buffer_bytes(&file), NULL);
    if (status == STATUS_OK && packing == PACK_NESTED)
        status = zip_write(out, "inner.zip", buffer_bytes(&inner), NULL);
    return status;
}

/* In lines of 76 characters (RFC 2045, 6.8). */
static enum status base64_write(FILE *file, struct bytes octets)
{
    struct buffer text AUTO(buffer_clear);
    buffer_init(&text, SAMPLE_MOST);
    enum status status = base64_append(&text, octets);
    for (size_t at = 0; at < text.size; at += BASE64_LINE) {
        struct bytes line = bytes_slice(buffer_bytes(&text), at, BASE64_LINE);
        fwrite(line.data, 1, line.size, file);
        fputs("\r\n", file);
    }
    return status;
}

static enum status body_write(FILE *file, const struct sample *sample)
{
    struct buffer content AUTO(buffer_clear);
    buffer_init(&content, SAMPLE_MOST);
    if (sample->body)
        return fputs(sample->body, file) < 0 ? STATUS_IO : STATUS_OK;
    enum status status = attachment_append(&content, sample->packing);
    fprintf(file,
            "Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\n" TEXT_TYPE
            "See the attachment.\r\n--mix\r\nContent-Type: application/octet-stream\r\n"
            "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=%s\r\n"
            "\r\n",
            sample->attachment);
    if (status == STATUS_OK)
        status = base64_write(file, buffer_bytes(&content));
    fputs("--mix--\r\n", file);
    return status;
}

static int sample_write(const char *folder, const struct sample *sample)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, sample->name);
    FILE *file = fopen(path, "we");
    if (file) {
        fprintf(file,
                "From: sender@example.com\r\nTo: you@example.org\r\nSubject: Sample: %s\r\n"
                "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <%s@example.com>\r\n"
                "MIME-Version: 1.0\r\n",
                sample->subject, sample->name);
        enum status status = body_write(file, sample);
        if (fclose(file) == 0 && status == STATUS_OK)
            return 0;
    }
    fprintf(stderr, "cccpc: %s: %s\n", path, strerror(errno));
    return EX_CANTCREAT;
}

int command_samples(const struct arguments *arguments)
{
    int status = 0;
    if (arguments->path_count != 1) {
        fprintf(stderr, "cccpc: samples wants one folder\n");
        return EX_USAGE;
    }
    const char *folder = arguments->paths[0];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "cccpc: %s: %s\n", folder, strerror(errno));
        return EX_CANTCREAT;
    }
    for (unsigned i = 0; i < SAMPLE_COUNT && status == 0; i++)
        status = sample_write(folder, &samples[i]);
    return status;
}

/* In the sandbox nothing can be loaded from disk any more. libclamav reads HTML in foreign
 * character sets through iconv(3), which loads one library for each; a converter that stays open
 * keeps it there. The self-test warms the rest: OpenSSL's digests, the time zone. */
#include <iconv.h>
#include <stdlib.h>

#include "engines/clamav/clamav.h"

static const char *const charsets[] = {
    "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",   "ISO-8859-6",
    "ISO-8859-7",   "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-13",  "ISO-8859-14",
    "ISO-8859-15",  "ISO-8859-16",  "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253",
    "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257", "WINDOWS-1258", "KOI8-R",
    "KOI8-U",       "IBM850",       "IBM866",       "MACINTOSH",    "TIS-620",      "GB2312",
    "GBK",          "GB18030",      "BIG5",         "BIG5-HKSCS",   "EUC-JP",       "EUC-KR",
    "EUC-TW",       "SHIFT_JIS",    "ISO-2022-JP",  "ISO-2022-KR",  "UTF-7",        "UTF-16",
    "UTF-16LE",     "UTF-16BE",     "UTF-32",       "UCS-4",        "UCS-2"};
enum { CHARSETS = sizeof charsets / sizeof charsets[0] };

void warm_up(struct clamav *clamav)
{
    iconv_t *converters = calloc(CHARSETS, sizeof *converters);
    /* Without memory or without a set the text is matched as it is: nothing is lost but a match. */
    for (size_t i = 0; converters && i < CHARSETS; i++)
        converters[i] = iconv_open("UTF-8", charsets[i]);
    clamav->converters = converters;
}

void warm_forget(struct clamav *clamav)
{
    iconv_t *converters = clamav->converters;
    for (size_t i = 0; converters && i < CHARSETS; i++)
        if (converters[i] != (iconv_t)-1)
            iconv_close(converters[i]);
    free(converters);
    clamav->converters = NULL;
}

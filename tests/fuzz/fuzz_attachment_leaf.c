/* Any octets as a name, as content, and as crypto. The oracle: there is always a kind, places lie
 * within, and a dot behind a name changes nothing that Windows would see. */
#include <stdlib.h>
#include <string.h>

#include "engines/attachment/biff.h"
#include "engines/attachment/crypto.h"
#include "engines/decode/cms.h"
#include "engines/attachment/macro.h"
#include "engines/attachment/magic.h"
#include "engines/attachment/name_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAME_MOST = 1000 };

static void check_range(struct range range, size_t size)
{
    if (range.offset > size || range.size > size - range.offset)
        abort();
}

static void check_name(const uint8_t *data, size_t size)
{
    uint8_t dotted[NAME_MOST + 1];
    struct name_reading reading, again;

    size = size < NAME_MOST ? size : NAME_MOST;
    name_read((struct bytes){data, size}, &reading);
    if (reading.count == 0 || reading.count > NAME_EXTENSIONS_MOST)
        abort();
    for (unsigned i = 0; i < reading.count; i++) {
        if (strlen(reading.extensions[i].text) > NAME_EXTENSION_OCTETS)
            abort();
    }
    if (size == 0 || data[size - 1] == '/' || data[size - 1] == '\\' || data[size - 1] >= 0x80)
        return;
    memcpy(dotted, data, size);
    dotted[size] = '.';
    name_read((struct bytes){dotted, size + 1}, &again);
    if (strcmp(reading.extensions[0].text, again.extensions[0].text) != 0)
        abort();
    name_matches("*a*b?c*", (struct bytes){data, size});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = {data, size};
    const struct magic *kind = magic_of(octets);
    struct crypto crypto;
    struct range range;
    struct biff book;

    if (kind == NULL || magic_named(kind->name) != kind)
        abort();
    check_name(data, size);
    crypto_look(octets, BYTES("application/pkcs7-mime"), &crypto);
    check_range(crypto.where, size);
    if (cms_signed_content(octets, &range))
        check_range(range, size);
    if (macro_remote_of(octets, &range) != MACRO_NOTHING_REMOTE)
        check_range(range, size);
    biff_read(octets, &book);
    if (book.automatic != NULL && !book.has_macro_sheet)
        abort();
    return 0;
}

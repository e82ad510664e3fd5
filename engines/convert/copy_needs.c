/* One walk over the pieces; what stands at their edges is carried from one to the next. */
#include "engines/convert/copy_needs.h"

#include <assert.h>

enum { LINE_MOST = 998, CHARACTER_MOST = 4 };

struct looking {
    size_t line; /* octets of this line so far */
    bool is_behind_cr, is_long, has_nul, has_bare_cr, has_bare_lf, has_pair, has_8bit;
    /* the header section */
    bool is_body, has_utf8, has_other;
    uint8_t character[CHARACTER_MOST]; /* begun */
    size_t character_size;
};

/* Octets above ASCII in the header: whole characters, or something else. */
static void look_at_character(struct looking *looking, uint8_t octet)
{
    struct bytes character = {looking->character, looking->character_size + 1};

    if (looking->is_body || looking->has_other || (octet < 0x80 && looking->character_size == 0))
        return;
    looking->character[looking->character_size++] = octet;
    if (octet < 0x80 || (character.size == CHARACTER_MOST && !bytes_is_utf8(character)))
        looking->has_other = true;
    if (bytes_is_utf8(character)) {
        looking->has_utf8 = true;
        looking->character_size = 0;
    }
}

static void end_line(struct looking *looking)
{
    looking->is_long |= looking->line > LINE_MOST;
    looking->is_body |= looking->line == 0;
    looking->line = 0;
}

static void look_at(struct looking *looking, uint8_t octet)
{
    look_at_character(looking, octet);
    looking->has_bare_cr |= looking->is_behind_cr && octet != '\n';
    looking->has_nul |= octet == 0;
    looking->has_8bit |= octet > 0x7F;
    if (octet == '\n') {
        looking->has_pair |= looking->is_behind_cr;
        looking->has_bare_lf |= !looking->is_behind_cr;
        looking->line -= looking->is_behind_cr ? 1 : 0;
        end_line(looking);
    } else {
        looking->line++;
    }
    looking->is_behind_cr = octet == '\r';
}

static enum status take(void *owner, struct bytes piece)
{
    for (size_t i = 0; i < piece.size; i++)
        look_at(owner, piece.data[i]);
    return STATUS_OK;
}

void copy_needs_of_splice(const struct splice *splice, struct bytes original,
                          struct copy_needs *needs)
{
    struct looking looking = {.line = 0};
    enum status status = splice_each(splice, original, take, &looking);
    bool is_binary;

    assert(status == STATUS_OK); /* take() never fails */
    looking.has_bare_cr |= looking.is_behind_cr;
    end_line(&looking);
    is_binary = looking.is_long || looking.has_nul || looking.has_bare_cr ||
                (looking.has_bare_lf && looking.has_pair);
    needs->body = is_binary ? BODY_BINARYMIME : looking.has_8bit ? BODY_8BITMIME : BODY_7BIT;
    needs->smtputf8 = looking.has_utf8 && !looking.has_other && looking.character_size == 0;
}

/* Words of a style that load or run something. Readers part about comments and escapes, so a style
 * is looked at with its comments and without; a backslash in a word is reason enough. */
#include <string.h>

#include "engines/convert/html_rules.h"

enum { WINDOW = 16 };

/* The last letters, in lower case, without blanks and controls. */
struct window {
    char octets[2 * WINDOW];
    size_t size;
    bool is_dangerous;
};

static bool ends_with(const struct window *window, const char *word)
{
    size_t length = strlen(word);

    return window->size >= length &&
           memcmp(window->octets + window->size - length, word, length) == 0;
}

static void look(struct window *window)
{
    static const char *const words[] = {"url(",      "@import",    "expression(", "-moz-binding",
                                        "behavior:", "behaviour:", "script:",     "image-set(",
                                        "image(",    "src(",       "element(",    "-o-link"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        window->is_dangerous |= ends_with(window, words[i]);
}

static void feed(struct window *window, uint8_t octet)
{
    if (octet <= ' ' || octet == 0x7F)
        return;
    if (octet == '\\')
        window->is_dangerous = true;
    if (window->size == 2 * WINDOW) {
        memmove(window->octets, window->octets + WINDOW, WINDOW);
        window->size = WINDOW;
    }
    window->octets[window->size++] = (char)(octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet);
    switch (window->octets[window->size - 1]) { /* what the words end with */
    case '(':
    case 't':
    case ':':
    case 'g':
    case 'k':
        look(window);
        break;
    default:
        break;
    }
}

bool css_is_dangerous(struct bytes css, bool is_attribute)
{
    struct window all = {.size = 0}, plain = {.size = 0};
    bool in_comment = false;
    uint8_t last = 0;

    for (size_t at = 0; at < css.size;) {
        uint8_t octet = is_attribute ? html_character(css, &at) : css.data[at++];

        feed(&all, octet);
        if (!in_comment && last == '/' && octet == '*') {
            in_comment = true;
            plain.size--; /* the slash */
            octet = 0;
        } else if (in_comment && last == '*' && octet == '/') {
            in_comment = false;
        } else if (!in_comment) {
            feed(&plain, octet);
        }
        last = octet;
    }
    return all.is_dangerous || plain.is_dangerous;
}

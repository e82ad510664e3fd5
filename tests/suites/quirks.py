"""What readers.py's readers show against what the view has, and what those readers do wrong
(reader_quirks.tsv): each row names a test below, by its column `test`."""
import base64
import collections
import csv
import email.header
import pathlib
import re
import unicodedata

TABLE = pathlib.Path(__file__).with_name('reader_quirks.tsv')
MARKS = {'STRUCTURE', 'LIMIT'}
OVERLAP_LEAST = 16


def plain(octets):
    return re.sub(rb'\r*\n|\r', b'\n', octets).strip(b' \t\n\0')


def squeezed(octets):
    return b''.join(octets.split())


def forms(name):
    """As it could be shown: whole or its last part, escapes undone or not, in small letters, without blanks
    and without what is not ASCII: readers convert charsets in many ways, an extension never depends on it."""
    text = re.sub(r'\\x[0-9A-Fa-f]{2}|[^!-~]', '', unicodedata.normalize('NFKC', name)).lower()
    return {text, re.sub(r'["\\]', '', text), re.split(r'[/\\]', text)[-1]}


def letters(name):
    """Without what programs replace in the names of files, and what they replace it by."""
    return ''.join(c for c in name if c.isascii() and c.isalnum()).lower().replace('x', '')


class Ours:
    """The view of one message."""

    def __init__(self, view, octets):
        self.original = plain(octets)
        self.marked = {finding['symbol'] for finding in view['findings'] if finding['class'] in MARKS}
        leaves = [part for part in view['parts'] if 'octets' in part]
        self.contents = [plain(bytes.fromhex(part['octets'])) for part in leaves]
        self.known = set(self.contents)
        self.names = {name for part in view['parts'] for name in [*part['names'], part['name']] if name}
        self.forms = {form for name in self.names for form in forms(name)}


# What quirks are made of (reader_quirks.tsv, column `test`): whether one explains a leaf's octets, or name.

def is_piece(leaf, ours):
    """Not decoded, and within one of our leaves: nothing is lost to an engine."""
    text = plain(leaf.octets)
    return text in ours.original and any(text in content for content in ours.contents)


def is_raw(leaf, ours):
    """Not decoded, not parted."""
    return plain(leaf.octets) in ours.original or squeezed(leaf.octets) in squeezed(ours.original)


def is_prefix(leaf, ours):
    text = plain(leaf.octets).rstrip(b'=')
    return any(content.startswith(text) for content in ours.contents)


def overlaps(leaf, ours):
    """It begins or ends elsewhere: one of ours is within it, or it is within one of ours."""
    text = plain(leaf.octets)
    return any(text in content or content and text.startswith(content) or
               len(content) >= OVERLAP_LEAST and content in text for content in ours.contents)


def is_half(leaf, ours):
    """Its second half is in one of ours."""
    text = squeezed(leaf.octets.replace(b'\xff', b''))
    return any(text[len(text) // 2:] in squeezed(content) for content in ours.contents)


def is_mailbox(_leaf, ours):
    """Several messages in one file."""
    return b'\nFrom ' in ours.original


def is_garbage(leaf, _ours):
    return len(leaf.octets) < OVERLAP_LEAST and b'\xff' in leaf.octets


def without(*octets):
    """The leaf is one of ours but for these octets."""
    left_out = bytes(octets)

    def is_known(leaf, ours):
        text = leaf.octets.translate(None, left_out)
        return any(content.translate(None, left_out) == text for content in ours.contents)
    return is_known


def is_equals(leaf, ours):
    """A soft line break, or its beginning, at the end of all."""
    return plain(leaf.octets).endswith(b'=') and plain(plain(leaf.octets)[:-1]) in ours.known


def base64_only(octets):
    return re.sub(rb'[^A-Za-z0-9+/]', b'', octets)


def is_bare_base64(leaf, ours):
    """Encoded text that nothing declares, in the message or in one of our leaves; or no such text: a header."""
    begin = base64_only(base64.b64encode(leaf.octets[:57]))
    begin = begin[:max(4, len(begin) - 1)]
    return any(begin in base64_only(octets) for octets in [ours.original, *ours.contents])


def begins_alike(leaf, ours):
    return any(content and content[:4] == plain(leaf.octets)[:4] for content in ours.contents)


def has_x_field(_leaf, ours):
    return re.search(rb'^x-content-transfer-encoding', ours.original, re.I | re.M) is not None


def is_scattered(leaf, ours):
    """Half of its pieces are in the message, or in one of our leaves."""
    text = plain(leaf.octets)
    pieces = [text[at:at + OVERLAP_LEAST] for at in range(0, len(text), 2 * OVERLAP_LEAST)]
    found = sum(any(piece in octets for octets in [ours.original, *ours.contents]) for piece in pieces)
    return 2 * found >= len(pieces)


def is_first_line(leaf, ours):
    """The first line of uuencoded octets is read like ours."""
    return any(content[:40] == plain(leaf.octets)[:40] for content in ours.contents) and re.search(
        rb'begin \d|uue', ours.original) is not None


OCTET_TESTS = {
    'bare-base64': is_bare_base64, 'begins-alike': begins_alike, 'blanks': without(*b' \t\r\n\0'),
    'equals': is_equals, 'first-line': is_first_line, 'garbage': is_garbage, 'half': is_half, 'mailbox': is_mailbox,
    'octet-255': without(*b'\xff= \t\r\n\0'), 'overlap': overlaps, 'piece': is_piece, 'prefix': is_prefix,
    'raw': is_raw, 'scattered': is_scattered, 'x-field': has_x_field}


def has_letters(leaf, ours):
    names = {letters(leaf.name), letters(re.sub(r'_\d+(?=\.|$)', '', leaf.name))}
    return any(other and (name in other or other in name) for other in map(letters, ours.names) for name in names)


def is_generated(leaf, _ours):
    return re.fullmatch(r'(textfile|part|UNKNOWN|doubleCR|blank_filename|)[.\d]*(\.\w+)?(_\d+)?', leaf.name) is not None


def is_in_text(leaf, ours):
    """Its beginning stands in the message, or in one of our leaves."""
    begin = letters(leaf.name)[:4]
    return any(begin in letters(octets.decode('latin-1')) for octets in [ours.original, *ours.contents])


def is_location(leaf, ours):
    values = re.findall(rb'^content-(?:location|description|id):([^\n]*)', ours.original, re.I | re.M)
    texts = [re.sub(r'\([^)]*\)', '', value.decode('latin-1')) for value in values]
    return any(letters(leaf.name) in letters(text) for text in texts)


def is_encoded(leaf, ours):
    """Made of an RFC 2231 value: in RFC 2047 words."""
    try:
        text = str(email.header.make_header(email.header.decode_header(leaf.name)))
    except (LookupError, ValueError):
        return False
    return '=?' in leaf.name and not forms(text).isdisjoint(ours.forms)


def is_name_prefix(leaf, ours):
    return any(name.startswith(leaf.name) for name in ours.names)


def is_swapped(leaf, ours):
    """UTF-16 from the other side."""
    return leaf.name.encode('utf-16-be', 'replace').decode('utf-16-le', 'replace') in ours.names


def has_words(_leaf, ours):
    return b'=?' in ours.original


NAME_TESTS = {
    'encoded': is_encoded, 'generated': is_generated, 'in-text': is_in_text, 'letters': has_letters,
    'location': is_location, 'prefix': is_name_prefix, 'swapped': is_swapped, 'words': has_words,
    'x-field': has_x_field}


def table():
    """{(reader, what): [(label, test)]}"""
    rows = collections.defaultdict(list)
    with TABLE.open(encoding='utf-8', newline='') as lines:
        for row in csv.DictReader(lines, delimiter='\t'):
            tests = NAME_TESTS if row['what'] == 'name' else OCTET_TESTS
            rows[row['reader'], row['what']].append((row['test'], tests[row['test']]))
    return rows


def explain(leaf, what, reader, ours, rows):
    """Why the view need not have it, or `unexplained`."""
    if ours.marked:
        return 'marked'
    for label, test in rows['*', what] + rows[reader, what]:
        if test(leaf, ours):
            return label
    return 'unexplained'


def judge(leaf, reader, ours, rows):
    """(what, outcome) of one leaf of a reader."""
    octets = plain(leaf.octets)
    yield 'octets', 'same' if not octets or octets in ours.known else explain(leaf, 'octets', reader, ours, rows)
    if leaf.name.strip():
        known = not forms(leaf.name).isdisjoint(ours.forms)
        yield 'name', 'same' if known else explain(leaf, 'name', reader, ours, rows)

"""The first reading against what suites of other MIME parsers expect of their messages: kind, type,
names and decoded octets of every part.

    parsers.py VIEW_DUMP CORPUS SUITE [--list]

Every difference is a row of differences.tsv, which says why it is right, and every row still
differs: anything else fails. --list prints what differs, with both values."""
import csv
import html
import pathlib
import re
import sys
import tempfile

import expected
import messages

TABLE = pathlib.Path(__file__).with_name('differences.tsv')
COLUMNS = ['suite', 'message', 'part', 'what', 'class', 'reason']


def charset_text(part):
    """Python's converters stand in for ours, which have suites of their own."""
    charset = part.charset.lower()
    try:
        return part.octets.decode('latin-1' if charset == 'us-ascii' else charset or 'utf-8', 'replace')
    except LookupError:
        return part.octets.decode('utf-8', 'replace')


def lines(octets):
    return octets.replace(b'\r\n', b'\n')


def raw_lines(octets, body):
    """Readers differ about which line breaks at the end of a body are the delimiter's."""
    return lines(octets[body[0]:body[0] + body[1]]).rstrip(b'\n')


def octets_differ(wanted, found, message):
    """None, or (wanted, found)."""
    pairs = []
    if wanted.octets is not None:
        pairs.append((lines(wanted.octets), lines(found.octets or b'')))
    if wanted.text is not None:
        pairs.append((wanted.text, charset_text(found)))
    if wanted.size is not None:
        pairs.append((wanted.size, found.size))
    if wanted.body[1]:
        pairs.append((raw_lines(message, wanted.body), raw_lines(message, found.body)))
    return next((pair for pair in pairs if pair[0] != pair[1]), None)


def outline(part):
    return part.kind + ''.join(f' {child.kind}:{child.type}' for child in part.children)


def is_empty(part):
    return part.kind == 'LEAF' and not (part.octets or part.text or part.size or part.body[1])


def children_pairs(wanted, found):
    """Parts that hold nothing are left out where only some parsers count them."""
    pair = wanted.children, found.children
    if len(pair[0]) != len(pair[1]):
        pair = [[child for child in children if not is_empty(child)] for children in pair]
    return zip(*pair)


def compare(wanted, found, message, path='1'):
    """(part, what, wanted, found) for each difference."""
    if wanted.type is not None and wanted.type != found.type:
        yield path, 'type', wanted.type, found.type
    if wanted.names is not None and wanted.names[:1] != found.names[:1]:
        yield path, 'name', wanted.names[:1], found.names[:1]
    if wanted.kind != found.kind or len(wanted.children) != len(found.children):
        yield path, 'tree', outline(wanted), outline(found)
    elif wanted.kind == 'LEAF':
        pair = octets_differ(wanted, found, message)
        if pair:
            yield path, 'octets', *pair
    for number, pair in enumerate(children_pairs(wanted, found), 1):
        yield from compare(*pair, message, f'{path}.{number}')


def words(text):
    return ' '.join(html.unescape(re.sub(r'<[^>]*>', '', text)).replace('\xa0', ' ').split())


def is_made_from(part, octets):
    """The suite itself compares texts without their line breaks and tags; its files are latin1. Some
    programs put names of images before the text."""
    if part.type.startswith('text/'):
        return any(words(octets.decode('latin-1')) in words(text)
                   for text in (charset_text(part), part.octets.decode('latin-1')))
    return part.octets == octets


def compare_files(files, found, _message):
    """A part with the name of a file holds that file; any other leaf holds one of them. Of files within
    text (uuencoded) it is enough that a part of some reading holds them."""
    for path, part in messages.walk(found):
        if part.kind != 'LEAF' or not part.octets.strip():
            continue
        name = part.names[0] if part.names else ''
        if not any(is_made_from(part, octets) for file, octets in files.items() if name not in files or file == name):
            yield path, 'octets', name, part.octets
    for name, octets in files.items():
        named = [part for part in found.every if name in part.names]
        if named and not any(is_made_from(part, octets) for part in named):
            yield name, 'octets', name, named[0].octets


def suite_differences(program, folder, suite):
    """{(message, part, what): (wanted, found)}, and how many messages and parts were compared."""
    found, parts = {}, 0
    rows = list(expected.SUITES[suite](folder))
    with tempfile.TemporaryDirectory() as scratch:
        paths = [pathlib.Path(scratch, str(number)) for number in range(len(rows))]
        for path, (_, octets, _) in zip(paths, rows):
            path.write_bytes(octets)
        views = messages.dump(program, paths, '--octets')
    for (name, octets, tree), view in zip(rows, views):
        ours = messages.first_reading(view, octets)
        parts += sum(1 for _ in messages.walk(ours))
        compare_any = compare_files if isinstance(tree, dict) else compare
        for path, what, *pair in compare_any(tree, ours, octets):
            found[name, path, what] = pair
    return found, len(rows), parts


def explained(suite):
    with TABLE.open(encoding='utf-8', newline='') as table:
        return {(row['message'], row['part'], row['what']): row
                for row in csv.DictReader(table, delimiter='\t') if row['suite'] == suite}


def main(program, corpus, suite, *options):
    found, count, parts = suite_differences(program, pathlib.Path(corpus, suite), suite)
    table = explained(suite)
    faults = 0
    for key, pair in found.items():
        if key not in table or '--list' in options:
            print(*key, *(f'\n    {word}: {value!r:.300}' for word, value in zip(('theirs', 'ours'), pair)))
        faults += key not in table
    for key in table.keys() - found.keys():
        print('no longer differs:', *key)
        faults += 1
    names = sum(what == 'name' for _, _, what in found)
    print(f'{suite}: {count} messages, {parts} parts; {len(found)} differences ({names} in names), '
          f'{len(table)} explained, {faults} faults')
    return 1 if faults or not count else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

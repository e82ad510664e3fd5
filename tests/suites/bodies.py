"""Edits of bodies over the corpus (spec/conversion.md 6): the copy has the same tree but for the edited node, and every
other part the same octets, as our view reads them and, where the original is read alike by all, as Python's email
package does.

    bodies.py TRANSFORM VIEW_DUMP CORPUS [--long] [--list]

Without --long a sample of the messages."""
import collections
import email
import email.policy
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import messages

SAMPLE = 700
# an edit, and what it may do: types of the leaves whose content may change, whether all of a part's octets may
EDITS = {
    'charset (TYPES "text/*" TO "utf-8")': 'text/*',
    'charset (TO "iso-2022-jp")': 'text/plain',
    'html-disarm ()': 'text/html',
    'footer (TEXT "a footer that nobody has")': 'text/*',
    'encoding (TO "7bit")': '',
    'encoding (TO "8bit")': '',
}
NUMBERS = (2, 3, 4, 5)


def copies(program, paths, folder, edits):
    done = subprocess.run([program, '--each', folder, *edits], input='\n'.join(map(str, paths)) + '\n', text=True,
                          stdout=subprocess.PIPE, check=True)
    return [line.partition('\t')[2] for line in done.stdout.splitlines()]


def is_between(part):
    """Text between parts, or a file within a text: nothing that an edit is about."""
    return part['kind'] == 'LEAF' and part['header'][1] == 0 and part['number'] > 1


def own_parts(view):
    return [part for part in view['parts'] if part['reading'] == 0 and part['within'] == 0]


def real_parts(view):
    return [part for part in own_parts(view) if not is_between(part)]


def is_wrapped(old, new):
    """A footer that became a part: everything else is its neighbour, and one level deeper."""
    return len(new) == len(old) + 2 and new[0]['type'] == 'multipart/mixed' and new[-1]['type'] == 'text/plain'


def is_alike(view):
    return not view['opaque'] and all(finding['class'] not in ('STRUCTURE', 'LIMIT') for finding in view['findings']) and \
        all(part['reading'] == 0 for part in view['parts'])


def octets_of(part, octets):
    begin, end = part['header'][0], part['body'][0] + part['body'][1]
    return octets[begin:end]


def node(part):
    return part['kind'], part['type'], tuple(part['names'])


def fits(pattern, part):
    kind = part['type'] or 'text/plain'
    return pattern and (kind.startswith('text/') if pattern == 'text/*' else kind == pattern)


def tree_faults(before, after, pattern, octets, copied):
    """The same nodes in the same order; leaves of other types are the same octets."""
    old, new = real_parts(before), real_parts(after)
    if is_wrapped(old, new):
        new = new[1:-1]
        if octets_of(dict(old[0], header=old[0]['body']), octets) != octets_of(dict(new[0], header=new[0]['body']), copied):
            yield 'what is wrapped has other octets'
    if len(old) != len(new):
        yield f'{len(old)} parts became {len(new)}'
        return
    for one, other in zip(old, new):
        if node(one) != node(other):
            yield f'part {one["number"]}: {node(one)} became {node(other)}'
        elif one['kind'] == 'LEAF' and one['sha256'] != other['sha256'] and not fits(pattern, one):
            yield f'part {one["number"]}: another content'
        elif one['kind'] == 'LEAF' and pattern and not fits(pattern, one) and one['number'] > 1 and \
                octets_of(one, octets) != octets_of(other, copied):
            yield f'part {one["number"]}: other octets'


def python_leaves(octets):
    found = []
    for part in email.message_from_bytes(octets).walk():
        if not part.is_multipart():
            found.append((part.get_content_type(), part.get_filename(), part.get_payload(decode=True)))
    return found


def python_faults(octets, copied, pattern):
    old, new = python_leaves(octets), python_leaves(copied)
    if pattern == 'text/*' and len(new) == len(old) + 1:
        new.pop()  # a footer that became a part
    if len(old) != len(new):
        yield f'Python: {len(old)} leaves became {len(new)}'
        return
    for one, other in zip(old, new):
        if one[:2] != other[:2] and not fits(pattern, {'type': one[0].split('\n')[0]}):
            yield f'Python: {one[:2]} became {other[:2]}'
        elif one[2] != other[2] and not one[0].startswith('multipart/') and not fits(pattern, {'type': one[0]}):
            if (one[2] or b'').replace(b'\r\n', b'\n').rstrip(b'\n') != (other[2] or b'').replace(b'\r\n', b'\n').rstrip(b'\n'):
                yield f'Python: {one[0]}: another content'


def subtree(parts, number):
    """A part and all that is in it."""
    inside = {number}
    for part in parts:
        if part['parent'] in inside:
            inside.add(part['number'])
    return inside


def part_faults(before, after, number, is_removed, octets, copied):
    """All but the part are the same, in their order; where nothing else is left, or it is replaced, a text is in its place."""
    old = own_parts(before)
    gone, chosen = subtree(old, number), old[number - 1]
    rest = [part for part in real_parts(before) if part['number'] not in gone]
    place = sum(part['number'] < number for part in rest)
    kept = real_parts(after)
    if len(kept) == len(rest) + 1 and kept[place]['type'] == 'text/plain':
        del kept[place]
    elif not is_removed:
        yield 'nothing stands in the place of the part'
    if [node(part) for part in rest] != [node(part) for part in kept]:
        yield f'without {node(chosen)}: {[node(part)[1] for part in rest]} became {[node(part)[1] for part in kept]}'
        return
    for one, other in zip(rest, kept):
        if one['kind'] == 'LEAF' and octets_of(one, octets) != octets_of(other, copied):
            yield f'part {one["number"]}: other octets'


class Run:
    def __init__(self, arguments):
        self.transform, self.view_dump, self.corpus = arguments[:3]
        self.is_long, self.lists = '--long' in arguments, '--list' in arguments
        self.faults, self.checked, self.changed = collections.Counter(), 0, 0

    def fault(self, path, edit, text):
        self.faults[edit] += 1
        if self.lists or self.faults[edit] <= 5:
            print(f'{path}: {edit}: {text}')

    def views_of(self, edit, paths):
        """Each message with its copy and the views of both."""
        with tempfile.TemporaryDirectory() as folder:
            facts = copies(self.transform, paths, folder, [edit])
            made = [pathlib.Path(folder) / str(i) for i in range(len(paths))]
            for path, copy, fact, view in zip(paths, made, facts, messages.dump(self.view_dump, made)):
                if fact.startswith('NO '):
                    self.fault(path, edit, fact)
                    continue
                octets, copied = path.read_bytes(), copy.read_bytes()
                self.checked += 1
                self.changed += octets != copied
                yield path, octets, copied, view

    def run_text(self, edit, pattern, views):
        for path, octets, copied, view in self.views_of(edit, list(views)):
            before = views[path]
            if octets == copied:
                continue
            if edit.startswith('footer') and not is_alike(before):
                continue  # one level more, a header elsewhere: what was cut then is another
            for text in tree_faults(before, view, pattern, octets, copied):
                self.fault(path, edit, text)
            if is_alike(before):
                for text in python_faults(octets, copied, pattern):
                    self.fault(path, edit, text)

    def run_parts(self, kind, number, views):
        chosen = [path for path, view in views.items() if self.may_choose(view, number)]
        edit = f'{kind} (PARTS {number}' + (' TEXT "it is gone")' if kind == 'part-replace' else ')')
        for path, octets, copied, view in self.views_of(edit, chosen):
            if octets == copied:
                continue
            for text in part_faults(views[path], view, number, kind == 'part-remove', octets, copied):
                self.fault(path, edit, text)

    @staticmethod
    def may_choose(view, number):
        parts = own_parts(view)
        return not view['opaque'] and number <= len(parts) and not is_between(parts[number - 1])

    def main(self):
        paths = sorted(path for folder in pathlib.Path(self.corpus).glob('mime-*') for path in folder.rglob('*')
                       if path.is_file() and path.stat().st_size < 300000)
        random.Random(4).shuffle(paths)
        paths = [path for path in paths if re.match(rb'(From |[!-9;-~]+:)', path.read_bytes()[:200])]
        paths = paths if self.is_long else paths[:SAMPLE]
        views = dict(zip(paths, messages.dump(self.view_dump, paths)))
        for edit, pattern in EDITS.items():
            self.run_text(edit, pattern, views)
        for number in NUMBERS:
            self.run_parts('part-remove', number, views)
            self.run_parts('part-replace', number, views)
        print(f'{len(paths)} messages, {self.checked} copies, {self.changed} of them changed, '
              f'{sum(self.faults.values())} faults {dict(self.faults)}')
        return bool(self.faults) or self.changed < len(paths) / 2


sys.exit(Run(sys.argv[1:]).main())

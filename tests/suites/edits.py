"""Every edit of a header over every message (spec/conversion.md 6): read again, by our view and by Python's email package, the
copy has the same tree, and all but its own header are the same octets; without an edit it is the original.

    edits.py TRANSFORM VIEW_DUMP CORPUS [--long]

Without --long a sample of the messages."""
import email
import hashlib
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from email.errors import MissingHeaderBodySeparatorDefect

import messages

SAMPLE, BATCH, SIZE_MOST = 600, 400, 4 << 20
# edit, and the fields that it may change (a name, or a beginning with *)
EDITS = [
    ('header-add (NAME "X-Edit" VALUE "käse =?utf-8?q?x?=")', 'x-edit'),
    ('header-prepend (NAME "X-Edit" VALUE "a")', 'x-edit'),
    ('header-replace (NAME "X-Mailer" VALUE "replaced")', 'x-mailer'),
    ('header-delete (NAME "X-*")', 'x-*'),
    ('header-delete (NAME "Received")', 'received'),
    ('header-delete (NAME "From")', 'from'),
    ('subject-tag (TEXT "[ä tag]")', 'subject'),
    ('marks (NAME "X-Content-Check")', 'x-content-check'),
    ('address (MAP "bogus@never.example" MAP "a@b.example")', None),
]


def corpus_paths(corpus, is_long):
    paths = sorted(path for suite in ['mime-*', 'spam-suite-*', 'imap-*', 'auth-*'] for folder in corpus.glob(suite)
                   for path in folder.rglob('*') if path.is_file() and 0 < path.stat().st_size < SIZE_MOST)
    random.Random(5).shuffle(paths)
    return paths if is_long else paths[:SAMPLE]


def tree(view, octets):
    """Parts as the first reading has them, without their places."""
    parts = []
    for part in view['parts']:
        if part['reading'] or part['within']:
            continue
        begin, size = part['body']
        body = hashlib.sha256(octets[begin:begin + size]).hexdigest() if part['kind'] == 'LEAF' else ''
        head = octets[part['header'][0]:sum(part['header'])] if part['number'] > 1 else b''
        parts.append((part['number'], part['parent'], part['kind'], part['type'], part['names'], body, head))
    return parts


def python_tree(octets):
    """Types and octets of the leaves as Python's email package reads them, or None where it fails."""
    try:
        message = email.message_from_bytes(octets)
        return [(part.get_content_type(), part.get_filename(), part.get_payload(decode=False) if not part.is_multipart() else '')
                for part in message.walk()], message
    except Exception:  # of any kind: it is not what is tested
        return None, None


def header_and_body(octets):
    """Divided at the first empty line."""
    return (re.split(rb'\r?\n(?=\r?\n)', octets, 1) + [b''])[:2]


def is_behind_blanks(original, copy):
    """Fields behind a first line of blanks or a byte order mark, which some readers pass over: the body is the same."""
    return original[:1] in b' \t\xef' and copy.endswith(header_and_body(original)[1])


def is_ambiguous(message, octets):
    """Where its header ends, and what is a field, is not the same for all readers."""
    header = header_and_body(octets)[0]
    return any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in message.defects) or re.search(
        rb'\r(?!\n|\Z)|\n[ \t]+(From|Received|X-[A-Za-z-]*): ', header)


def fields_without(message, name):
    """All fields but those of the edit."""
    if name is None:
        return message.items()
    fits = (lambda field: field.lower().startswith(name[:-1])) if name.endswith('*') else (lambda field: field.lower() == name)
    return [(field, value) for field, value in message.items() if not fits(field) and field.lower() != 'comments']


def message_faults(path, edit, name, views, original, copy):
    was, now = views
    if was['opaque'] and not was['cap']:  # nobody reads it as mail: it becomes the body of one
        if not copy.endswith(original) and not is_behind_blanks(original, copy):
            yield f'{path}: {edit}: the text is another one'
        return
    if not was['cap'] and tree(was, original) != tree(now, copy):
        yield f'{path}: {edit}: our view has another tree'
    was, message = python_tree(original)
    now, copied = python_tree(copy)
    if was is None or is_ambiguous(message, original):
        return
    if was != now:
        yield f"{path}: {edit}: Python's email has another tree"
    elif message.items() and fields_without(message, name) != fields_without(copied, name):
        yield f"{path}: {edit}: Python's email has other fields"


def transformed(program, paths, folder, *edits):
    done = subprocess.run([program, '--each', folder, *edits], input=''.join(f'{path}\n' for path in paths).encode(),
                          stdout=subprocess.PIPE, check=True)
    return [line.partition(b'\t')[2].decode() for line in done.stdout.splitlines()]


def batch_faults(programs, paths, folder):
    transform, view_dump = programs
    views = messages.dump(view_dump, paths)
    copies = [folder / str(i) for i in range(len(paths))]
    octets = [path.read_bytes() for path in paths]
    for facts, path, before, copy in zip(transformed(transform, paths, folder), paths, octets, copies):
        if facts.startswith('NO ') or copy.read_bytes() != before:
            yield f'{path}: no edit, and yet another message: {facts}'
    for edit, name in EDITS:
        all_facts = transformed(transform, paths, folder, edit)
        for i, view in enumerate(messages.dump(view_dump, copies)):
            copy = copies[i].read_bytes()
            if all_facts[i].startswith('NO '):
                yield f'{paths[i]}: {edit}: {all_facts[i]}'
            else:
                yield from message_faults(paths[i], edit, name, (views[i], view), octets[i], copy)


def main(transform, view_dump, corpus, *options):
    paths, faults = corpus_paths(pathlib.Path(corpus), '--long' in options), []
    with tempfile.TemporaryDirectory() as folder:
        for at in range(0, len(paths), BATCH):
            faults += batch_faults((transform, view_dump), paths[at:at + BATCH], pathlib.Path(folder))
    print(*faults, f'{len(paths)} messages, {len(EDITS)} edits, {len(faults)} faults', sep='\n')
    return 1 if faults or not paths else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

"""How much ordinary mail the view and the engines mark as ambiguous, or cannot examine.

    false_alarms.py VIEW_DUMP CORPUS [--list SYMBOL] [VIEW_DUMP's options]

Prints every symbol of every class with the number of messages that have it in each set; --list
prints the paths of those that have one symbol."""
import collections
import pathlib
import sys
import tarfile
import tempfile

import messages

# suite, folder in its archive, most of its messages that may be marked or not examined
SETS = [('spam-enron-ham', 'ham', 0.005), ('spam-spamassassin', 'ham', 0.005), ('spam-phishing-pot', 'spam', 0.02)]
MARKS = {'STRUCTURE', 'LIMIT'}


def unpack(corpus, suite, folder, scratch):
    with tarfile.open(pathlib.Path(corpus, suite, f'{suite}.tar.xz')) as archive:
        archive.extractall(scratch, [m for m in archive if m.name.startswith(f'{suite}/{folder}/')])
    return sorted(path for path in pathlib.Path(scratch, suite, folder).rglob('*') if path.is_file())


def said(view):
    """{(class, symbol)} of one message, with what was not examined. Some findings of the view come when
    a part is decoded, which not every engine does: the dump decodes every part."""
    check = view['check']
    rows = {(finding['class'], finding['symbol']) for finding in view['findings'] + check['findings']}
    return rows | {(line['state'], f"{line['engine']}: {line['reason']}") for line in check['coverage']
                   if line['state'] in ('UNEXAMINABLE', 'FAILED')}


def is_marked(rows):
    return any(kind in MARKS or kind in ('UNEXAMINABLE', 'FAILED') for kind, _ in rows)


def print_symbols(counts):
    rows = sorted({row for count in counts.values() for row in count})
    print(f"{'':<56}" + ''.join(f'{suite:>20}' for suite in counts))
    for row in rows:
        print(f'{" ".join(row):<56}' + ''.join(f'{count[row]:>20}' for count in counts.values()))


def main(program, corpus, *options):
    wanted, options = (options[1], options[2:]) if options[:1] == ('--list',) else (None, options)
    counts, faults = {}, 0
    with tempfile.TemporaryDirectory() as scratch:
        for suite, folder, most in SETS:
            paths = unpack(corpus, suite, folder, scratch)
            rows = [said(view) for view in messages.dump(program, paths, '--check', *options)]
            for path, row in zip(paths, rows):
                if wanted in {symbol for _, symbol in row}:
                    print(path.relative_to(scratch))
            counts[suite] = collections.Counter(entry for row in rows for entry in row)
            marked = sum(map(is_marked, rows))
            right = marked < most * len(paths)
            faults += not right
            print(f'{suite}: {marked} of {len(paths)} marked, {marked / len(paths):.3%}; less than {most:.1%}: {right}')
    print_symbols(counts)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

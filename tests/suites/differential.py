"""Mutated messages of the corpus, as other programs read them and as the view does.

    differential.py VIEW_DUMP GMIME_WALK CORPUS [--seed N] [--mutants N] [--only N] [--save FOLDER]

What a reader shows must be in the view: the octets of each leaf in some leaf of some reading, each
file name among the names. What is not is a bug, unless the view says that readers differ (a finding of
class STRUCTURE or LIMIT), or reader_quirks.tsv says what that reader does wrong. Octets are compared
without blanks at their ends, and each line break as LF: readers make them anew.

Mutant N of a seed is always the same: --only reads that one. --save keeps what was not explained,
each as small as it goes."""
import argparse
import collections
import concurrent.futures
import pathlib
import random
import re
import sys
import tempfile

import messages
import mutate
import quirks
import readers

MESSAGE_OCTETS_MOST = 24 << 10
BATCH = 400
SHRINK_MOST = 60


class Run:
    """Everything that one comparison needs."""

    def __init__(self, program, gmime_walk):
        self.program, self.gmime_walk = program, pathlib.Path(gmime_walk).resolve()
        self.readers = [reader for reader in readers.READERS if readers.is_installed(reader)]
        self.rows = quirks.table()

    def compare(self, paths, chosen):
        """For each message [(reader, what, outcome, leaf)]."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            tasks = [pool.submit(readers.read, reader, self.gmime_walk, paths) for reader in chosen]
            views = messages.dump(self.program, paths, '--octets')
            answers = [task.result() for task in tasks]
        for path, view, *shown in zip(paths, views, *answers):
            ours = quirks.Ours(view, path.read_bytes())
            yield [row for reader, leaves in zip(chosen, shown) for row in self.judge(reader.name, leaves, ours)]

    def judge(self, reader, leaves, ours):
        if leaves is None:
            yield reader, 'message', 'died', None
        for leaf in leaves or []:
            for what, outcome in quirks.judge(leaf, reader, ours, self.rows):
                yield reader, what, outcome, leaf

    def compare_octets(self, octets, chosen):
        """The same for messages that are not in files."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder, str(number)) for number in range(len(octets))]
            for path, message in zip(paths, octets):
                path.write_bytes(message)
            yield from self.compare(paths, chosen)

    def fault(self, octets, reader, what):
        """A leaf of this reader that is not explained, or None."""
        rows = next(self.compare_octets([octets], [reader]))
        return next((row[3] for row in rows if row[1:3] == (what, 'unexplained')), None)

    def shrink(self, octets, reader, what):
        """Lines are left out as long as it still fails."""
        lines, tries = octets.splitlines(True), 0
        size = len(lines) // 2
        while size > 0 and tries < SHRINK_MOST:
            at = 0
            while at < len(lines) and tries < SHRINK_MOST:
                rest, tries = lines[:at] + lines[at + size:], tries + 1
                if rest and self.fault(b''.join(rest), reader, what):
                    lines = rest
                else:
                    at += size
            size //= 2
        return b''.join(lines)


def corpus_messages(corpus):
    """{suite: [octets]} of what begins like a message and is not large."""
    suites = {}
    for folder in sorted([*corpus.glob('mime-*'), *corpus.glob('spam-suite-*')]):
        files = [path.read_bytes() for path in sorted(folder.rglob('*'))
                 if path.is_file() and 0 < path.stat().st_size <= MESSAGE_OCTETS_MOST]
        found = [octets for octets in files if re.match(rb'(From |[\w-]+:)', octets) and b'\nContent-' in octets]
        if found:
            suites[folder.name] = found
    return suites


def mutant(seed, number, suites):
    source = random.Random(f'{seed}/{number}')
    return mutate.mutant(source, source.choice(suites[source.choice(sorted(suites))]))


def read_arguments(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('gmime_walk')
    parser.add_argument('corpus', type=pathlib.Path)
    parser.add_argument('--seed', type=int, default=random.randrange(1 << 32))
    parser.add_argument('--mutants', type=int, default=400)
    parser.add_argument('--only', type=int)
    parser.add_argument('--save', type=pathlib.Path)
    return parser.parse_args(arguments)


def save(run, options, number, octets, fault):
    """The mutant made small, and what it is about."""
    name, what = fault[:2]
    reader = next(reader for reader in run.readers if reader.name == name)
    options.save.mkdir(parents=True, exist_ok=True)
    path = options.save / f'{options.seed}-{number}-{name}-{what}'
    small = run.shrink(octets, reader, what)
    leaf = run.fault(small, reader, what)
    path.write_bytes(small)
    path.with_name(path.name + '.leaf').write_bytes(f'{leaf.type} {leaf.name}\n'.encode() + leaf.octets)


def print_counts(counts):
    columns = sorted({key for row in counts.values() for key in row})
    print(f"{'':<24}" + ''.join(f'{column:>12}' for column in columns))
    for row, count in sorted(counts.items()):
        print(f"{' '.join(row):<24}" + ''.join(f'{count[column]:>12}' for column in columns))


def faults_of(rows):
    """The first row of each reader and kind that nothing explains."""
    return {row[:2]: row for row in reversed(rows) if row[2] == 'unexplained'}.values()


def compare_batch(run, options, numbers, suites, counts):
    """How many faults there are."""
    mutants = [mutant(options.seed, number, suites) for number in numbers]
    count = 0
    compared = run.compare_octets([octets for octets, _ in mutants], run.readers)
    for number, (octets, done), rows in zip(numbers, mutants, compared):
        for row in rows:
            counts[row[:2]][row[2]] += 1
        for fault in faults_of(rows):
            reader, what, _, leaf = fault
            count += 1
            print(f'mutant {number} {done}: {reader} {what} {leaf.type} {leaf.name!r} {leaf.octets[:60]!r}', flush=True)
            if options.save:
                save(run, options, number, octets, fault)
    return count


def main(arguments):
    options = read_arguments(arguments)
    run = Run(options.program, options.gmime_walk)
    suites = corpus_messages(options.corpus)
    numbers = [options.only] if options.only is not None else list(range(options.mutants))
    counts, faults = collections.defaultdict(collections.Counter), 0
    print(f'seed {options.seed}, {len(numbers)} mutants of {sum(map(len, suites.values()))} messages; readers:',
          *(reader.name for reader in run.readers), flush=True)
    print('left out, not installed:', *(reader.name for reader in set(readers.READERS) - set(run.readers)))
    for begin in range(0, len(numbers), BATCH):
        faults += compare_batch(run, options, numbers[begin:begin + BATCH], suites, counts)
    print_counts(counts)
    print(f'seed {options.seed}: {len(numbers)} mutants, {faults} unexplained')
    return 1 if faults or not suites or not run.readers else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

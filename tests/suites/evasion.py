"""Mail that hides a payload, or the name of one, from a checker: mime-ambiguity-own,
mime-ambiguity-noxxi and the malformed mails of av-clamav-unit, as an installation with the embedded
defaults checks them.

    evasion.py VIEW_DUMP CORPUS [--list]

No message with a payload is delivered; where a suite asks for the payload or the name, it is found.
GTUBE is a try: a text that only a spam filter looks for. --list prints every message."""
import collections
import csv
import os
import pathlib
import re
import subprocess
import sys
import unicodedata

import messages

FAST_SECONDS, FAST_OCTETS = 1, 64 << 20
OWN, NOXXI, CLAMAV = 'mime-ambiguity-own', 'mime-ambiguity-noxxi', 'av-clamav-unit'
MARKS = {'STRUCTURE', 'LIMIT'}
OUTCOMES = ['found', 'marked', 'stopped', 'clean']
Case = collections.namedtuple('Case', 'group name path expect')


def table(path):
    with path.open(encoding='utf-8', newline='') as rows:
        return list(csv.DictReader(rows, delimiter='\t', quoting=csv.QUOTE_NONE))


def own_cases(corpus):
    for row in table(corpus / OWN / 'cases.tsv'):
        group = row['expect'].split(':')[0]
        expect = re.sub(r'\\u([0-9a-f]{4})', lambda match: chr(int(match[1], 16)), row['expect'])
        yield Case(f'own {group}', row['id'], corpus / OWN / f"{row['id']}.eml", expect)


def noxxi_cases(corpus):
    """Levels 3 (valid) and 2 must be found, whatever the table says. The tests whose name ends with
    .png are the suite's controls: they hide no other name."""
    for row in table(corpus / NOXXI / 'expected-content.tsv'):
        expect = 'detect' if row['validity'] >= '2' else 'detect-or-flag'
        yield Case(f"noxxi content {row['validity']}", row['payload_id'], corpus / NOXXI / row['file'], expect)
    for row in table(corpus / NOXXI / 'expected-filename.tsv'):
        expect = 'name:*.png' if row['payload_id'].endswith('.png') else 'name:*.zip'
        yield Case(f"noxxi filename {row['validity']}", row['payload_id'], corpus / NOXXI / row['file'], expect)


def clamav_cases(corpus):
    for path in sorted((corpus / CLAMAV / 'clamav_hdb_scanfiles').glob('clam.mail-*.eml')):
        yield Case('clamav mails', path.name, path, 'detect-or-flag')


def classes(view, engine=None):
    return {finding['class'] for finding in view['check']['findings'] if engine in (None, finding['engine'])}


def outcome(view):
    """found: the payload; marked: a finding about the structure or a limit; stopped: kept from the
    recipient for another reason."""
    if 'VIRUS' in classes(view):
        return 'found'
    if classes(view) & MARKS:
        return 'marked'
    return 'clean' if view['check']['disposition'] == 'DELIVER' else 'stopped'


def forms(name):
    """As a rule about names may look at it: without path, without what Windows strips, up to what
    is no character, in compatible letters."""
    for text in name, unicodedata.normalize('NFKC', name):
        for part in text, re.split(r'[/\\]', text)[-1]:
            yield from (part, part.rstrip('. '), part.split('\ufffd')[0])


def names(view):
    return {form for part in view['parts'] for name in [*part['names'], part['name']] for form in forms(name)}


def sees(view, name):
    """The name is one of a part's, and where the engine for attachments refuses such names, it does.
    `*.zip`: a rule for that extension would see it."""
    if name.startswith('*'):
        return any(form.endswith(name[1:]) for form in names(view))
    engines = {engine['name'] for engine in view['check']['engines']}
    refused = 'attachment' not in engines or not name.endswith('.exe') or classes(view, 'attachment')
    return refused and not names(view).isdisjoint(forms(name))


def fault(case, view):
    """None, or what is wrong."""
    result = outcome(view)
    if case.expect.startswith('name:'):
        seen = result == 'marked' or sees(view, case.expect[5:])
        return None if seen else f'the name is not seen: {sorted(names(view) - {""})}'
    allowed = {'detect': {'found'}, 'detect-or-flag': {'found', 'marked'}, 'flag': {'found', 'marked'},
               'clean': {'clean'}}.get(case.expect, set(OUTCOMES))
    if result not in allowed:
        return result
    delivered = view['check']['disposition'] == 'DELIVER'
    return 'delivered' if delivered and case.expect in ('detect', 'detect-or-flag', 'flag') else None


def slow(program, options, case):
    """None, or what one check of this message alone in a process takes."""
    with subprocess.Popen([program, *options, case.path], stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, octets = used.ru_utime + used.ru_stime, used.ru_maxrss << 10
    right = process.returncode == 0 and seconds < FAST_SECONDS and octets < FAST_OCTETS
    return None if right else f'{seconds:.2f} s, {octets >> 20} MiB, exit {process.returncode}'


def print_counts(counts):
    print(f"{'':<20}" + ''.join(f'{word:>9}' for word in ['mails', *OUTCOMES, 'faults']))
    for group, count in counts.items():
        print(f'{group:<20}' + ''.join(f'{count[word]:>9}' for word in ['mails', *OUTCOMES, 'faults']))


def main(program, corpus, *flags):
    corpus = pathlib.Path(corpus).resolve()
    options = ['--check', '--set', f"engines.clamav.database={corpus / 'av-eicar' / 'db'}"]
    cases = [*own_cases(corpus), *noxxi_cases(corpus), *clamav_cases(corpus)]
    views = messages.dump(program, [case.path for case in cases], *options)
    counts = collections.defaultdict(collections.Counter)
    for case, view in zip(cases, views):
        wrong = fault(case, view) or (case.expect == 'fast' and slow(program, options, case) or None)
        counts[case.group].update({'mails': 1, outcome(view): 1, 'faults': wrong is not None})
        if wrong or '--list' in flags:
            symbols = sorted({finding['symbol'] for finding in view['check']['findings']})
            print(f'{case.group}: {case.name}: {wrong or "right"} {symbols}')
    print_counts(counts)
    return 1 if not cases or any(count['faults'] for count in counts.values()) else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

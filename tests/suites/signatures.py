"""DKIM signatures after edits (spec/conversion.md 3), as python3-dkim verifies them: one that the COPY line does not name
still holds, one that it names does not.

    signatures.py TRANSFORM CORPUS [--long]

Messages that carry a signature which verifies with the recorded keys, and messages of the corpus that are signed here, in
several ways, with a key of it. Without --long a sample of them."""
import json
import logging
import pathlib
import random
import re
import subprocess
import sys
import tempfile

try:
    import dkim
except ImportError:
    print('python3-dkim is not there')
    sys.exit(77)

SAMPLE = 120
# how a message is signed: fields of h= (twice: oversigned), canonicalization, whether l= is there
STYLES = {
    'relaxed': ([b'from', b'subject', b'to'], (b'relaxed', b'relaxed'), False),
    'simple': ([b'from', b'subject'], (b'simple', b'simple'), False),
    'oversigned': ([b'from', b'from', b'subject', b'subject', b'to', b'reply-to'], (b'relaxed', b'simple'), False),
    'length': ([b'from', b'cc', b'cc'], (b'relaxed', b'relaxed'), True),
    'length-simple': ([b'from', b'subject'], (b'relaxed', b'simple'), True),
}
EDITS = [
    [],
    ['header-add (NAME "X-New" VALUE "a")'],
    ['header-prepend (NAME "Received" VALUE "by x.example; Thu, 1 Jan 2026 00:00:00 +0000")'],
    ['header-prepend (NAME "Subject" VALUE "another one")'],
    ['header-add (NAME "Subject" VALUE "another one")'],
    ['header-add (NAME "To" VALUE "x@y.example")'],
    ['subject-tag (TEXT "[a tag nobody has]")'],
    ['header-replace (NAME "Subject" VALUE "another one")'],
    ['header-replace (NAME "Reply-To" VALUE "x@y.example")'],
    ['header-prepend (NAME "Cc" VALUE "x@y.example")'],
    ['header-delete (NAME "Received")'],
    ['header-delete (NAME "Cc")'],
    ['header-delete (NAME "X-*" NAME "List-*")'],
    ['footer (TEXT "a footer that nobody has")'],
    ['wrap (TEXT "wrapped")'],
]


def recorded_keys(corpus):
    keys = {}
    for line in (corpus / 'auth-dkim-maildkim/FAKE_DNS.dat').read_text('utf-8', 'replace').splitlines():
        name, _, record = line.partition(' ')
        if record:
            keys[name.rstrip('.').lower()] = record.strip().encode()
    rows = json.loads((corpus / 'auth-dkim-mailauth/dkim/ec/fixtures/dns.json').read_text())
    for name, types in rows.items():
        for pieces in types.get('TXT', []):
            keys.setdefault(name.lower(), ''.join(pieces).encode())
    keys['test._domainkey.signed.example'] = (corpus / 'auth-dkim-dkimpy/data/test.txt').read_bytes().strip()
    return keys


class Verifier:
    def __init__(self, corpus):
        self.keys = recorded_keys(corpus)
        logging.disable(logging.CRITICAL)

    def record(self, name, timeout=5):
        return self.keys.get(name.decode('ascii', 'replace').rstrip('.').lower())

    def holding(self, octets):
        """d= and s= of each signature, and whether it holds."""
        found = {}
        try:
            message = dkim.DKIM(octets, minkey=512)
        except dkim.DKIMException:
            return found
        fields = [value for name, value in message.headers if name.lower() == b'dkim-signature']
        for i, value in enumerate(fields):
            tags = {key.strip(): b''.join(text.split()) for key, _, text in
                    (tag.partition(b'=') for tag in value.split(b';'))}
            try:
                holds = message.verify(i, dnsfunc=self.record)
            except Exception:  # of dkim, of its parsers, of what it calls
                holds = False
            found[f"d={tags.get(b'd', b'').decode('latin-1')} s={tags.get(b's', b'').decode('latin-1')}"] = holds
        return found


def signed(octets, style, key):
    """With a signature before it, or None when the message is not one that can be signed."""
    names, canonicalization, has_length = STYLES[style]
    try:
        field = dkim.sign(octets, b'test', b'signed.example', key, include_headers=names,
                          canonicalize=canonicalization, length=has_length)
    except Exception:
        return None
    return field + octets


def ordinary(path):
    """Octets with lines that end as in transport, or None for what no mail server would carry so, or whose fields are so
    many that what holds is named all the same."""
    octets = re.sub(rb'\r?\n', b'\r\n', path.read_bytes())
    header = octets.partition(b'\r\n\r\n')[0]
    if b'\0' in octets or re.search(rb'\r(?!\n)', octets) or len(octets) > 300000 or header.count(b'\n') > 1000:
        return None
    if not re.match(rb'(?:[!-9;-~]+:.*\r\n(?:[ \t]+\S.*\r\n)*)+\Z', header + b'\r\n') or b'\nfrom:' not in b'\n' + header.lower():
        return None
    return octets


def material(corpus, verifier, is_long):
    """Messages with a signature that holds."""
    key = (corpus / 'auth-dkim-dkimpy/data/test.private').read_bytes()
    for suite in ['auth-dkim-maildkim', 'auth-dkim-mailauth', 'auth-dkim-dkimpy']:
        for path in sorted((corpus / suite).rglob('*')):
            octets = ordinary(path) if path.is_file() else None
            if octets is not None and any(verifier.holding(octets).values()):
                yield path.name, octets
    paths = sorted(path for folder in corpus.glob('mime-*') for path in folder.rglob('*') if path.is_file())
    random.Random(1).shuffle(paths)
    count = 0
    for path in paths:
        octets = ordinary(path) if path.is_file() else None
        style = list(STYLES)[count % len(STYLES)]
        octets = signed(octets, style, key) if octets else None
        if octets is None or not verifier.holding(octets).get('d=signed.example s=test'):
            continue
        yield f'{path.name} ({style})', octets
        count += 1
        if count == SAMPLE and not is_long:
            return


def copies(program, paths, folder, edits):
    done = subprocess.run([program, '--each', folder, *edits], input='\n'.join(map(str, paths)) + '\n', text=True,
                          stdout=subprocess.PIPE, check=True)
    return [line.partition('\t')[2] for line in done.stdout.splitlines()]


def faults_of(name, edits, before, after, facts):
    named = set(re.findall(r'DKIM-BROKEN "([^"]*)"', facts))
    for signature, held in before.items():
        if not held:
            continue
        if signature not in named and not after.get(signature):
            yield f'{name}: {edits}: {signature} no longer holds and is not named'
        if signature in named and after.get(signature):
            yield f'{name}: {edits}: {signature} is named and holds'


def main(program, corpus, *options):
    corpus, faults = pathlib.Path(corpus), []
    verifier = Verifier(corpus)
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        messages = list(material(corpus, verifier, '--long' in options))
        paths = [folder / f'original-{i}' for i in range(len(messages))]
        for path, (_, octets) in zip(paths, messages):
            path.write_bytes(octets)
        before = [verifier.holding(octets) for _, octets in messages]
        for edits in EDITS:
            for i, facts in enumerate(copies(program, paths, folder, edits)):
                if facts.startswith('NO '):
                    faults.append(f'{messages[i][0]}: {edits}: {facts}')
                    continue
                broken += 'DKIM-BROKEN' in facts
                after = verifier.holding((folder / str(i)).read_bytes())
                faults += faults_of(messages[i][0], edits, before[i], after, facts)
    print(*faults, f'{len(messages)} messages, {len(EDITS)} edits, {broken} copies with broken signatures, '
          f'{len(faults)} faults', sep='\n')
    return 1 if faults or broken == 0 else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

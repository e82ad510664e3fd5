"""Messages as view_dump reads them, and part trees that suites of other parsers expect."""
import email
import json
import subprocess
from dataclasses import dataclass, field


@dataclass
class Part:
    """A node of a part tree, ours or an expected one. None: not known."""
    kind: str                  # LEAF, MULTIPART, MESSAGE
    type: str | None = None
    names: list | None = None  # names[0] is the first reading's
    octets: bytes | None = None
    text: str | None = None    # octets read in the part's charset
    size: int | None = None
    charset: str = ''
    body: tuple = (0, 0)
    children: list = field(default_factory=list)
    every: list = field(default_factory=list)  # of ours, at the root: the leaves of all readings


def dump(program, paths, *options):
    """One object for each path. A crash, or a report that is not valid, is an exception."""
    done = subprocess.run([program, *options], input=''.join(f'{path}\n' for path in paths).encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    lines = done.stdout.splitlines()
    count = done.stdout.count(b'\n')
    if done.returncode != 0 or count != len(paths):
        at = paths[count] if count < len(paths) else 'the end'
        raise RuntimeError(f'view_dump ended with {done.returncode} at {at}: {done.stderr.decode()}')
    return [json.loads(line) for line in lines]


def contains(outer, inner):
    return outer[0] <= inner[0] and inner[0] + inner[1] <= outer[0] + outer[1]


def squeezed(line):
    """Without blanks: parsers differ about those in a boundary."""
    return b''.join(line.split())


def line_before(octets, begin, at):
    """The last line that is not blank in octets[begin:at]."""
    for line in reversed(octets[begin:at].splitlines()):
        if line.strip():
            return squeezed(line)
    return b''


def declared(part, octets):
    """Its header section as Python's email package reads it."""
    begin, size = part['header']
    return email.message_from_bytes(octets[begin:begin + size])


def is_between_parts(octets, parent, part):
    """Text that stands before the first delimiter of its multipart or behind its last one: it is no
    part of the message, the view only lets no octet escape."""
    line = line_before(octets, parent['body'][0], part['body'][0])
    boundary = squeezed((declared(parent, octets).get_boundary() or '').encode('latin-1', 'replace'))
    if line == b'--' + boundary:
        return False
    begin, size = parent['body']
    return not line.startswith(b'--') or line == b'--' + boundary + b'--' or (
        line.endswith(b'--') and line[:-2] in map(squeezed, octets[begin:begin + size].splitlines()))


def is_besides(octets, parts, part):
    """A leaf that the view has for safety, beside what a mail program would list: over octets that
    belong to another part (a uuencoded file in text, junk in a header), or between parts."""
    if part['header'][1] > 0 or part['kind'] != 'LEAF' or part['number'] == 1:
        return False
    for other in parts:
        if other is not part and other['number'] < part['number'] and (
                contains(other['header'], part['body'])
                or other['kind'] == 'LEAF' and part['body'][1] > 0 and contains(other['body'], part['body'])):
            return True
    parent = parts[part['parent'] - 1] if part['parent'] else parts[0]
    if parent['kind'] == 'MULTIPART':
        return is_between_parts(octets, parent, part)
    return parent['kind'] == 'MESSAGE' and any(o['parent'] == parent['number'] and o is not part for o in parts)


def charset_of(part, octets):
    """As the view has it, else as the header section declares it."""
    return part['charset'] or declared(part, octets).get_content_charset() or ''


def part_of(part, octets):
    decoded = bytes.fromhex(part['octets']) if 'octets' in part else None
    return Part(part['kind'], part['type'], part['names'] or ([part['name']] if part['name'] else []), decoded,
                charset=charset_of(part, octets), size=part.get('size'), body=tuple(part['body']))


def first_reading(view, octets):
    """The tree of reading 0 without the leaves that stand besides."""
    nodes, root = {}, None
    parts = [p for p in view['parts'] if p['reading'] == 0 and p['within'] == 0]
    for part in parts:
        if is_besides(octets, parts, part):
            continue
        node = nodes[part['number']] = part_of(part, octets)
        if part['parent'] in nodes:
            nodes[part['parent']].children.append(node)
        elif root is None:
            root = node
    root.every = [part_of(part, octets) for part in view['parts'] if part['kind'] == 'LEAF']
    return root


def walk(part, path='1'):
    """(path, part) for each part; paths as in IMAP: 1.2.1."""
    yield path, part
    for number, child in enumerate(part.children, 1):
        yield from walk(child, f'{path}.{number}')

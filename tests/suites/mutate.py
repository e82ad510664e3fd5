"""Mutants of messages: what breaks MIME for some readers only (spec/reading.md 2). Each mutation takes
(random, octets) and returns octets; where it finds nothing to do, the same ones."""
import base64
import re

TYPES = [
    b'text/plain', b'text/html', b'multipart/mixed; boundary="x"', b'message/rfc822', b'application/octet-stream',
    b'multipart', b'text', b'/', b'', b'image/gif; name=a.gif', b'multipart/mixed', b'text/plain; charset=utf-16']
ENCODINGS = [
    b'base64', b'quoted-printable', b'7bit', b'8bit', b'binary', b'x-uuencode', b'uuencode', b'"base64"', b'base64;',
    b'base 64', b'base64 quoted-printable', b'BASE64', b'base64 (x)', b'base-64', b'', b'none', b'x-yenc',
    b'quoted-printable, base64', b'=?us-ascii?Q?base64?=', b'7bit base64']
DISPOSITIONS = [b'attachment; ', b'inline; ', b'']
NAMES = [
    b'filename="a.exe"', b'filename=a.exe', b"filename*=utf-8''a%2Eexe", b'filename*0="a."; filename*1="exe"',
    b"filename*0*=utf-8''a%2E; filename*1=exe", b'filename="=?utf-8?B?YS5leGU=?="', b'filename==?utf-8?Q?a=2Eexe?=',
    b'filename="a.txt"; filename="a.exe"', b"filename=a.txt; filename*=utf-8''a.exe", b'filename="c:\\\\x\\\\a.exe"',
    b'filename="a\\".exe"', b'filename="a.exe', b"filename='a.exe'", b'filename=a b.exe', b'filename="a.exe\0.txt"',
    b'filename="\xe4.exe"', b'filename (x) = (y) "a.exe"', b'filename*1=exe; filename*0=a.', b'name=a.exe',
    b'filename=a.exe;', b'file\r\n name="a.exe"', b'filename="a\r\n .exe"', b'filename=; filename=a.exe',
    b'FileName=A.EXE']
# NAME and COLON of a field, WORD and its HALVES, the TEXT and the END of a line are put in.
FIELD_NAMES = [
    b'NAME COLON', b'NAME(c)COLON', b' NAMECOLON', b'NAME', b'NAME :', b'NAME\tCOLON', b'NAME::', b'X-NAMECOLON',
    b'NAME\xa0COLON', b'NAME\0COLON', b'=?utf-8?Q?NAME?=COLON']
BOUNDARIES = [
    b'boundary="WORD "', b'boundary=WORD x', b'boundary=""', b"boundary*=us-ascii''WORD", b'boundary="WORD',
    b'boundary*0="FIRST"; boundary*1="SECOND"', b'boundary = "WORD"', b'boundary=x; boundary="WORD"',
    b'boundary="WORD"; boundary=x', b'boundary="FIRST\\SECOND"', b'boundary="FIRST\r\n SECOND"', b'boundary="FIRST"',
    b'boundary=(c)WORD', b"boundary='WORD'", b'x-boundary="WORD"', b'boundary="=?us-ascii?Q?WORD?="',
    b'boundary="WORD--"', b'boundary="\tWORD"', b'"boundary"="WORD"']
DELIMITERS = [
    b' TEXTEND', b'TEXT END', b'TEXT xEND', b'TEXTxEND', b'-TEXTEND', b'TEXT--END', b'TEXTENDTEXTEND', b'', b'TEXT-END',
    b'TEXT\tEND', b'TEXT\0END', b'TEXTEND\n', b'\nTEXTEND', b'TEXT', b'TEXT\rEND', b'> TEXTEND', b'TEXT--xEND',
    b'TEXT\r', b'TEXT\n', b'TEXT\r\n', b'TEXT\r\r\n']
IN_FIELDS = [
    b'\n ', b'\r\n ', b'\r\n\t', b'\r', b'(c)', b'(', b'"', b"'", b'\\', b';', b' ', b'\0', b'\xe4', b'\r ', b'\n \n ',
    b'=', b',', b'\x0b', b'\r\n', b'=20', b'*', b'*0=']
IN_HEADERS = [
    b' ', b'\t', b'', b'junk', b'junk junk', b'>From x', b'From x', b'\0', b'--x', b'\x0c', b':', b' : x',
    b'Content-Type', b'\r']
IN_BASE64 = [
    b'=', b'==', b'!', b'\n', b'\r\n', b'A', b'\n\n', b'====', b' ', b'-', b'_', b'\0', b'\xe4', b'>', b'=\n', b'.\n',
    b'YWJj', b'\n--\n', b'YQ==\n', b'# x\n']
IN_TEXT = [
    b'=', b'=\n', b'=\r\n', b'= \n', b'=3', b'=3d', b'=3D', b'=E', b'==', b' \n', b'=\r', b'=g0', b'\0', b'\xff', b'\r',
    b'\n', b'\x1a', b'\nbegin 644 a.exe\n#86)C\n`\nend\n', b'\n.\n', b'\nFrom x Mon Jan  1 00:00:00 2001\n', b'\n\n',
    b'\n=ybegin line=128 size=3 name=a.exe\n\x8b\x8c\x8d\n=yend size=3\n',
    b'\n(This file must be converted with BinHex 4.0)\n']
BREAKS = [b'\r\n', b'\n', b'\r', b'\r\r\n', b'\n\r']
FIELD = re.compile(rb'^(content-[\w-]+)([ \t]*:)([^\n]*\n?(?:[ \t][^\n]*\n?)*)', re.I | re.M)
DELIMITER = re.compile(rb'^(--[^\s][^\r\n]*)(\r?\n)?', re.M)
BASE64 = re.compile(rb'^(?:[A-Za-z0-9+/]{40,}={0,2}\r?\n)+[A-Za-z0-9+/]*={0,2}\r?\n?', re.M)
BOUNDARY = re.compile(rb'boundary="?([^"\s;]+)"?', re.I)


def filled(template, **words):
    for name, word in words.items():
        template = template.replace(name.upper().encode(), word)
    return template


def spliced(octets, begin, end, put):
    return octets[:begin] + put + octets[end:]


def chosen(random, pattern, octets):
    found = list(pattern.finditer(octets))
    return random.choice(found) if found else None


def break_of(octets):
    return b'\r\n' if b'\r\n' in octets else b'\n'


def field_value(random, name):
    name = name.strip().lower()
    if name.endswith(b'type'):
        return random.choice(TYPES)
    if name.endswith(b'encoding'):
        return random.choice(ENCODINGS)
    return random.choice(DISPOSITIONS) + random.choice(NAMES)


def alter_field(random, octets):
    field = chosen(random, FIELD, octets)
    if not field:
        return octets
    return spliced(octets, *field.span(3), b' ' + field_value(random, field[1]) + break_of(octets))


def duplicate_field(random, octets):
    field = chosen(random, FIELD, octets)
    if not field:
        return octets
    other = field[1] + b': ' + field_value(random, field[1]) + break_of(octets)
    at = random.choice(field.span())
    return spliced(octets, at, at, random.choice([other, field[0]]))


def delete_field(random, octets):
    field = chosen(random, FIELD, octets)
    return spliced(octets, *field.span(), b'') if field else octets


def add_field(random, octets):
    field = chosen(random, FIELD, octets)
    name = random.choice([b'Content-Type', b'Content-Transfer-Encoding', b'Content-Disposition', b'Content(x)-Type'])
    if not field:
        return octets
    at = random.choice(field.span())
    return spliced(octets, at, at, name + b': ' + field_value(random, name) + break_of(octets))


def rename_field(random, octets):
    field = chosen(random, FIELD, octets)
    if not field:
        return octets
    name = random.choice([field[1], field[1], field[1].upper(), field[1].replace(b'-', b'_')])
    return spliced(octets, field.start(1), field.end(2), filled(random.choice(FIELD_NAMES), name=name, colon=field[2]))


def insert_in_field(random, octets):
    field = chosen(random, FIELD, octets)
    if not field:
        return octets
    places = [field.start() + match.end() for match in re.finditer(rb'[;:=\s"]', field[0])]
    at = random.choice([random.randint(*field.span()), *places])
    return spliced(octets, at, at, random.choice(IN_FIELDS))


def requote(random, octets):
    field = chosen(random, FIELD, octets)
    if not field:
        return octets
    value = field[3]
    if b'"' in value and random.random() < 0.5:
        value = value.replace(b'"', random.choice([b'', b"'"]), random.choice([1, 2]))
    else:
        value = re.sub(rb'=([^\s;"]+)', rb'="\1"', value, count=1)
    return spliced(octets, *field.span(3), value)


def alter_boundary(random, octets):
    found = chosen(random, BOUNDARY, octets)
    if not found:
        return octets
    word = random.choice([found[1], found[1], found[1], found[1].swapcase()])
    cut = len(word) // 2
    return spliced(octets, *found.span(),
                   filled(random.choice(BOUNDARIES), word=word, first=word[:cut], second=word[cut:]))


def alter_delimiter(random, octets):
    line = chosen(random, DELIMITER, octets)
    if not line:
        return octets
    text = random.choice([line[1]] * 4 + [line[1].swapcase(), line[1][1:], line[1].rstrip(b'-'), line[1][:-3]])
    return spliced(octets, *line.span(), filled(random.choice(DELIMITERS), end=line[2] or b'', text=text))


def alter_line_ends(random, octets):
    end = random.choice(BREAKS)
    lines = octets.replace(b'\r\n', b'\n').split(b'\n')
    share = random.choice([0.02, 0.2, 0.5, 1, 1, 1])
    plain = break_of(octets)
    return b''.join(line + (end if random.random() < share else plain) for line in lines)


def damage_base64(random, octets):
    block = chosen(random, BASE64, octets)
    if not block:
        return octets
    at = random.choice([random.randint(*block.span()), *block.span()])
    if random.random() < 0.3:
        return spliced(octets, at, min(at + random.randint(1, 3), block.end()), b'')
    return spliced(octets, at, at, random.choice(IN_BASE64))


def damage_text(random, octets):
    at = random.randint(0, len(octets))
    return spliced(octets, at, at, random.choice(IN_TEXT))


def encode_body(random, octets):
    """The text behind a header section in base64 or quoted-printable, declared so."""
    end = break_of(octets)
    head, separator, body = octets.partition(end * 2)
    if not separator:
        return octets
    word = random.choice([b'base64', b'quoted-printable'])
    coded = base64.encodebytes(body) if word == b'base64' else body.replace(b'=', b'=3D')
    return head + end + b'Content-Transfer-Encoding: ' + word + separator + coded


def truncate(random, octets):
    at = random.randint(0, len(octets))
    if random.random() < 0.5:
        at = octets.find(b'\n', at) + 1
    return octets[:at] or octets


def break_header(random, octets):
    """A blank line, or a line that is no field, in a header section; or no blank line behind one."""
    field = chosen(random, FIELD, octets)
    if not field:
        return octets
    end = break_of(octets)
    blank = octets.find(end * 2, field.start())
    if blank >= 0 and random.random() < 0.3:
        return spliced(octets, blank, blank + len(end), b'')
    at = random.choice(field.span())
    return spliced(octets, at, at, random.choice(IN_HEADERS) + end)


def sections(octets):
    """(boundary, parts): the octets parted at the lines of one boundary."""
    found = BOUNDARY.search(octets)
    if not found:
        return None, []
    return found[1], re.split(rb'^--' + re.escape(found[1]) + rb'[ \t]*\r?\n', octets, flags=re.M)


def move_parts(random, octets):
    boundary, parts = sections(octets)
    if len(parts) < 3:
        return octets
    one, other = random.randrange(1, len(parts)), random.randrange(1, len(parts))
    change = random.randrange(4)
    if change == 0:
        parts[one], parts[other] = parts[other], parts[one]
    elif change == 1:
        parts.insert(one, parts[other])
    elif change == 2:
        del parts[one]
    else:
        parts.append(parts.pop(one))
    return (b'--' + boundary + break_of(octets)).join(parts)


def as_message(octets, end):
    return b'Content-Type: message/rfc822' + end * 2 + octets


def as_multipart(random, octets, boundary, end):
    close = random.choice([end + b'--' + boundary + b'--' + end, b''])
    return (b'Content-Type: multipart/mixed; boundary="' + boundary + b'"' + end * 2 +
            random.choice([b'', b'preamble' + end]) + b'--' + boundary + end + octets + close +
            random.choice([b'', b'epilogue' + end]))


def nest_part(random, octets):
    boundary, parts = sections(octets)
    if len(parts) < 2:
        return octets
    end, one = break_of(octets), random.randrange(1, len(parts))
    inner = random.choice([b'inner', boundary, boundary + b'x', boundary[:-1]])
    if random.random() < 0.4:
        parts[one] = as_message(parts[one], end)
    else:
        parts[one] = as_multipart(random, parts[one], inner, end)
    return (b'--' + boundary + end).join(parts)


def wrap(random, octets):
    end = break_of(octets)
    head = b'Subject: outer' + end + b'MIME-Version: 1.0' + end
    kind = random.randrange(4)
    if kind == 0:
        return head + as_message(octets, end)
    if kind == 1:
        return head + b'Content-Transfer-Encoding: base64' + end + as_message(base64.encodebytes(octets), end)
    inner = random.choice([b'message/rfc822', b'text/plain', b'text/html'])
    return head + as_multipart(random, b'Content-Type: ' + inner + end * 2 + octets, b'outer', end)


def hide_around(random, octets):
    """A part before the first delimiter or behind the last one, of the message's boundary or of another."""
    end, boundary = break_of(octets), random.choice([sections(octets)[0] or b'x', b'y'])
    part = end.join([b'--' + boundary, b'Content-Type: text/html', b'Content-Transfer-Encoding: base64', b'',
                     b'PGI+aGlkZGVuPC9iPg==', b''])
    if random.random() < 0.5:
        return octets + random.choice([end, b'']) + part
    return octets.replace(end * 2, end * 2 + part, 1)


MUTATIONS = [
    alter_field, duplicate_field, delete_field, add_field, rename_field, insert_in_field, requote, alter_boundary,
    alter_delimiter, alter_line_ends, damage_base64, damage_text, encode_body, truncate, break_header, move_parts,
    nest_part, wrap, hide_around]


def mutant(random, octets):
    """(octets, names of what was done)"""
    done = []
    for _ in range(random.choice([1, 1, 1, 2, 2, 3])):
        mutation = random.choice(MUTATIONS)
        changed = mutation(random, octets)
        if changed != octets:
            done.append(mutation.__name__)
        octets = changed
    return octets, done

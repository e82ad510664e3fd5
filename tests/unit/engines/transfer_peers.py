"""Our transfer decoders beside those of Python and Perl: what encoders write, read alike by all and
never odd; what is malformed, read as the variant that stands for that reader (spec/decoders.md, 1).
Argument: the program transfer_decode. Perl is left out by name where it is missing."""
import base64
import binascii
import codecs
import quopri
import random
import shutil
import struct
import subprocess
import sys

ROUNDS = 300
BINHEX = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr'
PERL = '''use MIME::Base64; use MIME::QuotedPrint; binmode STDIN; binmode STDOUT;
while (read(STDIN, my $size, 4) == 4) { read(STDIN, my $raw, unpack("N", $size));
  my $out = %s($raw); print "\\0", pack("N", length $out), $out; }'''
random.seed(1)


def ask(command, records):
    """The answers of a program to records: [(odd, octets)]."""
    given = b''.join(struct.pack('>L', len(record)) + record for record in records)
    answers = subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout
    found, at = [], 0
    while at < len(answers):
        size = struct.unpack('>L', answers[at + 1:at + 5])[0]
        found.append((bool(answers[at]), answers[at + 5:at + 5 + size]))
        at += 5 + size
    return found


def ours(encoding, variant, records):
    return ask([sys.argv[1], encoding, variant], records)


def compare(what, records, found, expected):
    for record, (_, octets), wanted in zip(records, found, expected, strict=True):
        if octets != wanted:
            sys.exit(f'{what}: {record!r}: {octets!r}, not {wanted!r}')
    print(f'{what}: {len(records)} alike')


def some_octets():
    alphabet = random.choice([range(256), b'ab =\r\n', b'hello \t.=', [0, 0x90, 1]])
    return bytes(random.choices(alphabet, k=random.randrange(400)))


def uuencode(octets):
    return codecs.encode(octets, 'uu')


def yencode(octets):
    out, column = bytearray(), 0
    for octet in octets:
        value = (octet + 42) & 255
        coded = bytes([61, (value + 64) & 255]) if value in (0, 10, 13, 61) else bytes([value])
        out += coded
        column += len(coded)
        if column >= 128:
            out += b'\r\n'
            column = 0
    head = b'=ybegin line=128 size=%d name=a b\r\n' % len(octets)
    return head + out + b'\r\n=yend size=%d crc32=%08x\r\n' % (len(octets), binascii.crc32(octets))


def runs(octets):
    out, at = bytearray(), 0
    while at < len(octets):
        count = 1
        while at + count < len(octets) and octets[at + count] == octets[at] and count < 255:
            count += 1
        out += octets[at:at + 1] + (b'\0' if octets[at] == 0x90 else b'')
        if count > 3:
            out += bytes([0x90, count])
        at += count if count > 3 else 1
    return bytes(out)


def binhex(octets):
    def summed(part):
        return part + struct.pack('>H', binascii.crc_hqx(part, 0))
    header = b'\4name\0TEXTttxt' + struct.pack('>HLL', 0, len(octets), 0)
    coded = runs(summed(header) + summed(octets) + summed(b''))
    bits = ''.join(f'{octet:08b}' for octet in coded)
    bits += '0' * (-len(bits) % 6)
    text = ':' + ''.join(BINHEX[int(bits[i:i + 6], 2)] for i in range(0, len(bits), 6)) + ':'
    lines = '\r\n'.join(text[i:i + 64] for i in range(0, len(text), 64))
    return f'(This file must be converted with BinHex 4.0)\r\n\r\n{lines}\r\n'.encode()


def check_encoders():
    encoders = {'base64': base64.encodebytes, 'quoted-printable': quopri.encodestring,
                'uuencode': uuencode, 'yenc': yencode, 'binhex': binhex}
    for encoding, encode in encoders.items():
        plain = [some_octets() for _ in range(ROUNDS)]
        if encoding == 'quoted-printable':  # text: Python keeps CR of binary data as it is
            plain = [octets.replace(b'\r', b'') for octets in plain]
        records = [encode(octets) for octets in plain]
        found = ours(encoding, 'ours', records)
        compare(f'{encoding} as Python encodes it', records, found, plain)
        odd = [record for record, (is_odd, _) in zip(records, found) if is_odd]
        if odd:
            sys.exit(f'{encoding}: odd: {odd[0]!r}')


def malformed(alphabet):
    return [bytes(random.choices(alphabet, k=random.randrange(40))) for _ in range(ROUNDS)]


def python_base64(record):
    for padding in (b'', b'=', b'=='):
        try:
            return binascii.a2b_base64(record + padding)
        except binascii.Error:
            pass
    return None


def check_python():
    records = malformed(b'QUJDRA==-!\r\n')
    expected = [python_base64(record) for record in records]
    for record, (_, octets), wanted in zip(records, ours('base64', 'padding-skipped', records), expected):
        if wanted is not None and not octets.startswith(wanted):
            sys.exit(f'base64 padding-skipped: {record!r}: {octets!r} does not begin with {wanted!r}')
    print(f'base64 malformed, Python: {len(records)} begin alike')


def check_perl():
    perl = shutil.which('perl')
    if perl is None or subprocess.run([perl, '-MMIME::Base64', '-MMIME::QuotedPrint', '-e', '1'],
                                      check=False).returncode != 0:
        print('left out: Perl (no MIME::Base64)')
        return
    records = [record + b'QUJDRA==' for record in malformed(b'QUJDRA=-!\r\n')]
    compare('base64 malformed, Perl', records, ours('base64', 'padding-ends', records),
            [octets for _, octets in ask([perl, '-e', PERL % 'decode_base64'], records)])
    # CR is left out: Perl makes LF of CRLF behind blanks.
    records = [record + b'.\n' for record in malformed(b'ab3D4= \t\n')]
    compare('quoted-printable malformed, Perl', records, ours('quoted-printable', 'trimmed', records),
            [octets for _, octets in ask([perl, '-e', PERL % 'decode_qp'], records)])


check_encoders()
check_python()
check_perl()

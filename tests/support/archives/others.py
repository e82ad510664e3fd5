"""Every other kind of archive: from Python's library, or the smallest builder that will do."""
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib

import zips
from case import Case
from zips import File

TEXT = b'some text, some text, some text'


def member(data, name=None, crc=None):
    """A gzip member (RFC 1952)."""
    head = b'\x1f\x8b\x08' + bytes([8 if name is not None else 0]) + bytes(5) + b'\3'
    return head + (name + b'\0' if name is not None else b'') + zips.deflate(data) + \
        struct.pack('<II', zlib.crc32(data) if crc is None else crc, len(data))


def tar(*entries, kind=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=kind) as archive:
        for name, data, *rest in entries:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in (rest[0] if rest else {}).items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_v7(name, data):
    head = name.ljust(100, b'\0') + b'0000644\0' * 3 + b'%011o\0' % len(data) + b'%011o\0' % 0 + b' ' * 8 + b'0'
    head = head.ljust(512, b'\0')
    return head[:148] + b'%06o\0 ' % sum(head) + head[156:] + data.ljust(-len(data) % 512 + len(data), b'\0') + bytes(1024)


def lzip(data):
    body = lzma.compress(data, lzma.FORMAT_RAW, filters=[{'id': lzma.FILTER_LZMA1, 'dict_size': 1 << 16}])
    # raw LZMA of Python ends with the mark that lzip asks for
    return b'LZIP\1\x10' + body + struct.pack('<IQQ', zlib.crc32(data), len(data), 26 + len(body))


def compress(data):
    """LZW of literals in 9 bits, cleared before the codes grow: .Z"""
    codes = []
    for i, octet in enumerate(data):
        codes.append(octet)
    bits = ''.join(format(code, '09b')[::-1] for code in codes[:200])
    bits += '0' * (-len(bits) % 8)
    return b'\x1f\x9d\x90' + bytes(int(bits[i:i + 8][::-1], 2) for i in range(0, len(bits), 8))


def cpio(*entries):
    def one(name, data, mode):
        head = b'070701' + b''.join(b'%08x' % n for n in (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0))
        head += name + b'\0'
        return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return b''.join(one(n, d, 0o100644) for n, d in entries) + one(b'TRAILER!!!', b'', 0)


def ar(*entries):
    out = b'!<arch>\n'
    for name, data in entries:
        out += (name + b'/').ljust(16) + b'0'.ljust(12) + b'0'.ljust(6) * 2 + b'100644'.ljust(8) + b'%d' % len(data)
        out = out.ljust(len(out) - len(b'%d' % len(data)) + 10) + b'`\n' + data + b'\n' * (len(data) % 2)
    return out


def number_7z(value):
    return struct.pack('<BQ', 0xFF, value)


def seven(name, data, header=None, coder=b'\1\0', packed=None):
    """7z of one file, stored (7zFormat.txt); header: instead of the real one."""
    packed = data if packed is None else packed
    if header is None:
        name = name.encode('utf-16-le') + b'\0\0'
        header = b'\1\4' + b'\6\0\1\x09' + number_7z(len(packed)) + b'\0' + \
            b'\7\x0b\1\0\1' + coder + b'\x0c' + number_7z(len(data)) + b'\x0a\1' + \
            struct.pack('<I', zlib.crc32(data)) + b'\0' + b'\x08\0' + b'\0' + \
            b'\5\1' + b'\x11' + number_7z(len(name) + 1) + b'\0' + name + b'\0\0'
    start = struct.pack('<QQI', len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack('<I', zlib.crc32(start)) + start + packed + header


def encoded_header(size, coder=b'\1\0', packed_size=4, packed_at=0):
    """A header that is packed itself: of `size` octets."""
    return b'\x17\6' + number_7z(packed_at) + b'\1\x09' + number_7z(packed_size) + b'\0\7\x0b\1\0\1' + coder + \
        b'\x0c' + number_7z(size) + b'\0\0'


def rar4(*files, main_flags=0):
    def block(kind, flags, body, data=b''):
        head = struct.pack('<BHH', kind, flags, 7 + len(body)) + body
        return struct.pack('<H', zlib.crc32(head) & 0xFFFF) + head + data
    out = b'Rar!\x1a\7\0' + block(0x73, main_flags, bytes(6))
    for name, data, flags in files:
        body = struct.pack('<IIBIIBBHI', len(data), len(data), 3, zlib.crc32(data), 0x5A210000, 29, 0x30, len(name),
                           0o100644) + name
        out += block(0x74, 0x8000 | flags, body, data)
    return out + block(0x7B, 0x4000, b'')


def vint(value):
    out = b''
    while value >= 0x80:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def rar5(*files, first=b'', cut=False):
    def block(kind, body, extra=b'', data=b''):
        head = vint(kind) + vint((1 if extra else 0) | (2 if data else 0)) + (vint(len(extra)) if extra else b'') + \
            (vint(len(data)) if data else b'') + body + extra
        head = vint(len(head)) + head
        return struct.pack('<I', zlib.crc32(head)) + head + data
    out = b'Rar!\x1a\7\1\0' + first + block(1, vint(0))
    for name, data, is_encrypted in files:
        body = vint(4) + vint(len(data)) + vint(0o100644) + struct.pack('<I', zlib.crc32(data)) + vint(0) + vint(1) + \
            vint(len(name)) + name
        crypt = b'\1\0\0\x0f' + bytes(32) if is_encrypted else b''
        out += block(2, body, vint(len(crypt)) + crypt if crypt else b'', data)
    return out if cut else out + block(5, vint(0))


def rar5_encrypted_names():
    head = vint(4) + vint(0) + vint(0) + vint(0) + b'\x0f' + bytes(16)
    head = vint(len(head)) + head
    return rar5(first=struct.pack('<I', zlib.crc32(head)) + head + b'?' * 64)


def cab(name, data):
    """One folder, not compressed, one file (MS-CAB)."""
    file = struct.pack('<IIHHHH', len(data), 0, 0, 0x5A21, 0, 0x20) + name + b'\0'
    block = struct.pack('<IHH', 0, len(data), len(data)) + data
    files_at, data_at = 36 + 8, 36 + 8 + len(file)
    head = b'MSCF' + struct.pack('<IIIIIBBHHHHH', 0, data_at + len(block), 0, files_at, 0, 3, 1, 1, 1, 0, 0, 0)
    return head + struct.pack('<IHH', data_at, 1, 0) + file + block


def crc16(data):
    crc = 0
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def lha(name, data):
    """Level 0, stored."""
    body = b'-lh0-' + struct.pack('<III', len(data), len(data), 0x5A210000) + b'\x20\0' + bytes([len(name)]) + name + \
        struct.pack('<H', crc16(data))
    return bytes([len(body), sum(body) & 0xFF]) + body + data + b'\0'


def both(value, size):
    return value.to_bytes(size, 'little') + value.to_bytes(size, 'big')


def iso(name, data, joliet=None):
    """One file in the root (ECMA-119); joliet: its name in a second tree."""
    def record(where, size, flags, ident):
        body = b'\0' + both(where, 4) + both(size, 4) + bytes(7) + bytes([flags, 0, 0]) + both(1, 2) + bytes([len(ident)]) + \
            ident
        body += b'\0' * (1 - len(body) % 2)
        return bytes([len(body) + 1]) + body

    def descriptor(kind, root, escape=b''):
        text = bytes([kind]) + b'CD001\1\0' + b' ' * 64 + bytes(8) + both(40, 4) + escape.ljust(32, b'\0') + both(1, 2) + \
            both(1, 2) + both(2048, 2) + both(10, 4) + struct.pack('<II', 20, 0) + struct.pack('>II', 21, 0) + root
        return (text.ljust(881, b' ') + b'\1').ljust(2048, b'\0')

    def root(at, ident):
        return (record(at, 2048, 2, b'\0') + record(at, 2048, 2, b'\1') + record(24, len(data), 0, ident)).ljust(2048, b'\0')

    trees = [(1, 22, name + b';1', b'')]
    if joliet:
        trees.append((2, 23, joliet.encode('utf-16-be'), b'%/E'))
    out = bytes(16 * 2048) + b''.join(descriptor(kind, record(at, 2048, 2, b'\0'), esc) for kind, at, _, esc in trees)
    out += (b'\xffCD001\1').ljust(2048, b'\0')
    out = out.ljust(20 * 2048, b'\0')
    out += b'\1\0' + struct.pack('<IH', 22, 1) + b'\0\0'
    out = out.ljust(22 * 2048, b'\0')
    for _, at, ident, _ in trees:
        out = out.ljust(at * 2048, b'\0') + root(at, ident)
    return out.ljust(24 * 2048, b'\0') + data.ljust(16 * 2048, b'\0')


def xar(name, data, index=None):
    if index is None:
        index = b'<?xml version="1.0"?><xar><toc><file id="1"><name>%s</name><type>file</type><data><length>%d</length>' \
            b'<offset>0</offset><size>%d</size><encoding style="application/octet-stream"/></data></file></toc></xar>' % (
                name, len(data), len(data))
    packed = zlib.compress(index)
    return b'xar!' + struct.pack('>HHQQI', 28, 1, len(packed), len(index), 0) + packed + data


def attribute(level, ident, data, wrong=0):
    return struct.pack('<BII', level, ident, len(data)) + data + struct.pack('<H', (sum(data) + wrong) & 0xFFFF)


def tnef(*parts):
    return struct.pack('<IH', 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack('<I', 0x10000)) + b''.join(parts)


def properties(*values):
    out = struct.pack('<I', len(values))
    for ident, kind, value in values:
        out += struct.pack('<HH', kind, ident) + struct.pack('<II', 1, len(value)) + value + bytes(-len(value) % 4)
    return out


def tnef_file(title, data, *values, wrong=0):
    parts = attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, title + b'\0', wrong)
    if data is not None:
        parts += attribute(2, 0x0006800F, data)
    return parts + (attribute(2, 0x00069005, properties(*values)) if values else b'')


def cases():
    a = File('a.txt', TEXT, 8)
    # one compressed file
    yield Case('6.1 gzip', member(TEXT), 'gzip', entries='1:')
    yield Case('6.1 gzip with a name', member(TEXT, 'bl\xe9.txt'.encode('latin-1')), 'gzip', entries='1:blé.txt')
    yield Case('6.1 gzip of Python', gzip.compress(TEXT), 'gzip', entries='1:')
    yield Case('6.1 gzip, zeros behind', member(TEXT) + bytes(512), 'gzip', entries='1:')
    yield Case('6.1 gzip, more behind', member(TEXT) + b'more', 'gzip', odd='suffix', entries='1:')
    yield Case('6.1 gzip, two members', member(TEXT) + member(TEXT), 'gzip', odd='concatenated', entries='1:')
    yield Case('6.1 gzip, wrong sum', member(TEXT, crc=1), 'gzip', 'broken', entries='1:/h')
    yield Case('6.1 gzip, cut off', member(TEXT)[:-10], 'gzip', 'broken', entries='1:/h')
    yield Case('6.1 gzip, nothing but a header', member(b'')[:10], 'gzip', 'broken', entries='1:/n')
    yield Case('6.1 gzip of a tar', member(tar(('t.txt', TEXT)), b'x.tar'), 'gzip', entries='1:x.tar 2:t.txt')
    yield Case('6.2 bzip2', bz2.compress(TEXT), 'bzip2', entries='1:')
    yield Case('6.2 bzip2, two', bz2.compress(TEXT) + bz2.compress(TEXT), 'bzip2', odd='concatenated', entries='1:')
    yield Case('6.2 bzip2, more behind', bz2.compress(TEXT) + b'more', 'bzip2', odd='suffix', entries='1:')
    yield Case('6.2 bzip2, cut off', bz2.compress(TEXT)[:-5], 'bzip2', 'broken', entries='1:/n')
    yield Case('6.2 bzip2 of nothing', bz2.compress(b''), 'bzip2', entries='1:')
    yield Case('6.2 xz of nothing', lzma.compress(b''), 'xz', entries='1:')
    yield Case('6.2 bzip2 in bzip2', bz2.compress(bz2.compress(TEXT)), 'bzip2', entries='1: 2:')
    yield Case('6.2 xz', lzma.compress(TEXT), 'xz', entries='1:')
    yield Case('6.2 xz, two', lzma.compress(TEXT) * 2, 'xz', odd='concatenated', entries='1:')
    yield Case('6.2 xz, more behind', lzma.compress(TEXT) + b'more', 'xz', 'broken', entries='1:/n')
    yield Case('6.2 xz, cut off', lzma.compress(TEXT)[:-20], 'xz', 'broken', entries='1:/n')
    yield Case('6.2 lzma', lzma.compress(TEXT, lzma.FORMAT_ALONE), 'lzma', entries='1:')
    yield Case('6.2 lzip', lzip(TEXT), 'lzip', entries='1:')
    yield Case('6.2 zstd', zips.zstd_raw(TEXT), 'zstd', entries='1:')
    yield Case('6.2 compress', compress(TEXT), 'compress', entries='1:')
    # archives
    plain = tar(('d', b'', {'type': tarfile.DIRTYPE}), ('t.txt', TEXT),
                ('l', b'', {'type': tarfile.SYMTYPE, 'linkname': '/etc/passwd'}))
    yield Case('6.3 tar', plain, 'tar', entries='1:d//d 1:t.txt 1:l/l')
    yield Case('6.3 tar, pax names', tar(('n' * 150 + 'ß.txt', TEXT)), 'tar', entries='1:%sß.txt' % ('n' * 150))
    yield Case('6.3 tar, GNU names', tar(('n' * 150 + 'ß.txt', TEXT), kind=tarfile.GNU_FORMAT), 'tar',
               entries='1:%sß.txt' % ('n' * 150))
    yield Case('6.3 tar of Unix 7', tar_v7(b't.txt', TEXT), 'tar', entries='1:t.txt')
    yield Case('6.3 tar, ISO 8859-1 name', tar_v7(b'bl\xe9.txt', TEXT), 'tar', entries='1:blé.txt')
    yield Case('6.3 tar, cut off', plain[:1300], 'tar', 'broken', entries='1:d//d 1:t.txt/h')
    yield Case('6.3 tar, more behind', plain + b'more', 'tar', odd='suffix', entries='1:d//d 1:t.txt 1:l/l')
    yield Case('6.3 tar, another behind', tar_v7(b'a', TEXT) + tar_v7(b'b', TEXT), 'tar', odd='concatenated',
               entries='1:a 1:b')
    yield Case('6.3 tar with a zip', tar(('x', zips.pack(a))), 'tar', entries='1:x 2:a.txt')
    yield Case('6.3 cpio', cpio((b'c.txt', TEXT), (b'd.txt', TEXT)), 'cpio', entries='1:c.txt 1:d.txt')
    yield Case('6.3 ar', ar((b'a.o', TEXT), (b'b.o', TEXT)), 'ar', entries='1:a.o 1:b.o')
    yield Case('6.3 7z', seven('s ü.txt', TEXT), '7z', entries='1:s_ü.txt')
    yield Case('6.3 7z, cut off', seven('s.txt', TEXT)[:-9], '7z', 'broken')
    yield Case('6.3 7z, more behind', seven('s.txt', TEXT) + b'more', '7z', odd='suffix', entries='1:s.txt')
    yield Case('6.3 7z, unknown method', seven('s.txt', TEXT, coder=b'\4\4\xf7\x11\x7f'), '7z', 'unsupported',
               entries='1:s.txt/n')
    yield Case('6.3 7z, encrypted', seven('s.txt', TEXT, coder=b'\x24\6\xf1\7\1\2\x13\0', packed=b'?' * 32), '7z',
               'encrypted-content', entries='1:s.txt/e')
    yield Case('6.3 7z, encrypted names', seven('', b'????', encoded_header(90, b'\x24\6\xf1\7\1\2\x13\0')), '7z',
               'encrypted-names')
    yield Case('6.3 RAR', rar4((b'r.txt', TEXT, 0), (b's.txt', TEXT, 0)), 'rar', entries='1:r.txt 1:s.txt')
    yield Case('6.3 RAR, encrypted', rar4((b'r.txt', TEXT, 4), (b's.txt', TEXT, 0)), 'rar', 'encrypted-content',
               entries='1:r.txt/e 1:s.txt')
    yield Case('6.3 RAR, encrypted names', rar4((b'r.txt', TEXT, 4), main_flags=0x80), 'rar', 'encrypted-names')
    yield Case('6.3 RAR 5', rar5((b'r.txt', TEXT, False), ('ü.txt'.encode(), TEXT, False)), 'rar5', entries='1:r.txt 1:ü.txt')
    yield Case('6.3 RAR 5, encrypted', rar5((b'r.txt', TEXT, False), (b's.txt', TEXT, True)), 'rar5', 'encrypted-content',
               entries='1:r.txt/n 1:s.txt/e')
    yield Case('6.3 RAR 5, encrypted and cut off', rar5((b's.txt', TEXT, True), cut=True), 'rar5', 'broken',
               entries='1:s.txt/e')
    yield Case('6.3 RAR 5, encrypted names', rar5_encrypted_names(), 'rar5', 'encrypted-names')
    yield Case('6.3 cab', cab(b'c.txt', TEXT), 'cab', entries='1:c.txt')
    yield Case('6.3 lha', lha(b'l.txt', TEXT), 'lha', entries='1:l.txt')
    yield Case('6.3 lha, a name in no charset', lha(b'l\x83\x81\xff.exe', TEXT), 'lha', entries='1:l\ufffd\ufffdÿ.exe')
    yield Case('6.3 ISO 9660', iso(b'I.TXT', TEXT), 'iso9660', entries='1:./d 1:I.TXT')
    yield Case('6.3 ISO 9660 with Joliet', iso(b'I.TXT', TEXT, 'ü long name.txt'), 'iso9660',
               entries='1:./d 1:ü_long_name.txt')
    image = iso(b'I.TXT', TEXT)
    yield Case('6.3 ISO 9660 with UDF', image[:18 * 2048] + b'\0NSR02\1'.ljust(2048, b'\0') + image[19 * 2048:], 'iso9660',
               'unsupported', entries='1:./d 1:I.TXT')
    yield Case('6.3 xar', xar(b'x.txt', TEXT), 'xar', entries='1:x.txt')
    # behind a program, or with a zip behind
    program = b'MZ' + bytes(998)
    yield Case('6.4 7z behind a program', program + seven('s.txt', TEXT), '7z', odd='prefix', entries='1:s.txt')
    yield Case('6.4 RAR behind a program', program + rar4((b'r.txt', TEXT, 0)), 'rar', odd='prefix', entries='1:r.txt')
    yield Case('6.4 cab behind a program', program + cab(b'c.txt', TEXT), 'cab', odd='prefix', entries='1:c.txt')
    yield Case('6.4 a program', program, '-')
    yield Case('6.4 RAR and zip in one', rar4((b'r.txt', TEXT, 0)) + zips.pack(a), 'rar', odd='prefix,concatenated',
               entries='1:r.txt 1:a.txt')
    # nobody's
    arj = bytes(30) + b'a\0\0'
    yield Case('6.5 arj', b'\x60\xea' + struct.pack('<H', len(arj)) + arj + struct.pack('<I', zlib.crc32(arj)) + bytes(8), 'arj',
               'unsupported')
    yield Case('6.5 UDF', bytes(32768) + b'\0BEA01\1' + bytes(4096), 'udf', 'unsupported')
    for name, octets in {'ace': bytes(7) + b'**ACE**', 'alz': b'ALZ\1', 'egg': b'EGGA', 'iscab': b'ISc(',
                         'szdd': b'SZDD\x88\xf0\x27\x33', 'wim': b'MSWIM\0\0\0', 'lzop': b'\x89LZO\0\r\n\x1a\n',
                         'rar1': b'RE~^'}.items():
        yield Case('6.5 ' + name, octets.ljust(40, b'.'), name, 'unsupported')
    for name, octets in {'text': b'PK is no zip', 'nothing': b'', 'GIF': b'GIF89a' + bytes(64), 'HTML': b'<html>' * 100,
                         'two octets of gzip': b'\x1f\x8b', 'PK': b'PK'}.items():
        yield Case('6.6 no archive: ' + name, octets, '-')
    # TNEF
    utf16 = 'lång name.txt\0'.encode('utf-16-le')
    inner = tnef(tnef_file(b'inner.txt', TEXT))
    yield Case('7.1 title', tnef(tnef_file(b'a.txt', TEXT), tnef_file(b'b.txt', TEXT)), 'tnef', entries='1:a.txt 1:b.txt')
    yield Case('7.1 long name', tnef(tnef_file(b'LNGNAM~1.TXT', TEXT, (0x3707, 0x1F, utf16))), 'tnef',
               entries='1:lång_name.txt|LNGNAM~1.TXT')
    yield Case('7.1 long name in octets', tnef(tnef_file(b'x', TEXT, (0x3707, 0x1E, b'bl\xe9.txt\0'))), 'tnef',
               entries='1:blé.txt|x')
    yield Case('7.1 an embedded message', tnef(tnef_file(b'm', None, (0x3701, 0x0D, bytes(16) + inner))), 'tnef',
               entries='1:m 2:inner.txt')
    yield Case('7.1 a zip in it', tnef(tnef_file(b'a.zip', zips.pack(a))), 'tnef', entries='1:a.zip 2:a.txt')
    yield Case('7.1 no attachment', tnef(), 'tnef')
    yield Case('7.2 wrong sum', tnef(tnef_file(b'a.txt', TEXT, wrong=1), tnef_file(b'b.txt', TEXT)), 'tnef', 'broken',
               entries='1:a.txt 1:b.txt')
    yield Case('7.2 cut off', tnef(tnef_file(b'a.txt', TEXT))[:-20], 'tnef', 'broken', entries='1:a.txt')
    yield Case('7.2 more behind', tnef(tnef_file(b'a.txt', TEXT)) + b'\0more', 'tnef', 'broken', odd='suffix', entries='1:a.txt')
    yield Case('7.2 properties that make no sense', tnef(tnef_file(b'a.txt', TEXT, (0x3707, 0x99, b'x'))), 'tnef', 'broken',
               entries='1:a.txt')

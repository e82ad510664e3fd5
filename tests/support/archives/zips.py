"""Zips, honest and not (APPNOTE.TXT 4.3): every record by itself, so that each field can lie."""
import bz2
import lzma
import struct
import zlib

from case import Case

LATE = 8  # sizes stand behind the content
UTF8 = 1 << 11


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def lzma_of_zip(data):
    filters = [{'id': lzma.FILTER_LZMA1, 'dict_size': 1 << 16}]
    body = lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    return struct.pack('<BBHBI', 9, 4, 5, 0x5D, 1 << 16) + body


def zstd_raw(data):
    """One frame with one raw block (RFC 8878)."""
    return b'\x28\xb5\x2f\xfd' + struct.pack('<BI', 0xA0, len(data)) + struct.pack('<I', len(data) << 3 | 1)[:3] + data


PACKERS = {0: bytes, 8: deflate, 12: bz2.compress, 14: lzma_of_zip, 93: zstd_raw, 95: lzma.compress}


class File:
    def __init__(self, name, data=b'', method=0, flags=0, packed=None, **lies):
        self.name = name.encode() if isinstance(name, str) else name
        self.data = data
        self.packed = PACKERS[method](data) if packed is None else packed
        self.fields = dict(method=method, flags=flags, crc=zlib.crc32(data), packed=len(self.packed),
                           size=len(data), extra=b'', name=self.name, attributes=0, made_by=20, disk=0)
        self.is_ghost = lies.pop('ghost', False)  # in the directory only
        self.lies = lies  # l_… in the local header only, c_… in the central one only, at: local offset

    def fields_of(self, prefix):
        fields = dict(self.fields)
        for key, value in self.lies.items():
            if not key.startswith(('l_', 'c_')):
                fields[key] = value
        for key, value in self.lies.items():
            if key.startswith(prefix):
                fields[key[2:]] = value
        return fields

    def local(self):
        f = self.fields_of('l_')
        late = f['flags'] & LATE and 'l_packed' not in self.lies
        return b'PK\3\4' + struct.pack('<HHHIIIIHH', 20, f['flags'], f['method'], 0x5A21_0000, 0 if late else f['crc'],
                                       0 if late else f['packed'], 0 if late else f['size'], len(f['name']),
                                       len(f['extra'])) + f['name'] + f['extra']

    def descriptor(self):
        f = self.fields
        return b'PK\7\10' + struct.pack('<III', f['crc'], f['packed'], f['size'])

    def record(self, descriptor=None):
        late = self.fields_of('l_')['flags'] & LATE
        behind = self.descriptor() if descriptor is None and late else descriptor or b''
        return self.local() + self.packed + behind

    def central(self, at):
        f = self.fields_of('c_')
        return b'PK\1\2' + struct.pack('<HHHHIIIIHHHHHII', f['made_by'], 20, f['flags'], f['method'], 0x5A21_0000,
                                       f['crc'], f['packed'], f['size'], len(f['name']), len(f['extra']), 0, f['disk'],
                                       0, f['attributes'], f.get('at', at)) + f['name'] + f['extra']


def end(count, size, at, comment=b'', disk=0, claimed=None):
    return b'PK\5\6' + struct.pack('<HHHHIIH', disk, disk, count, count, size, at,
                                   len(comment) if claimed is None else claimed) + comment


def pack(*files, between=b'', before_end=b'', base=0, tail=b'', count=None, **end_fields):
    """between stands behind each file; base is added to all offsets."""
    body, central = b'', b''
    for file in files:
        if isinstance(file, bytes):  # octets that the directory does not name
            body += file
            continue
        central += file.central(base + len(body))
        body += b'' if file.is_ghost else file.record() + between
    return body + central + before_end + end(len(files) if count is None else count, len(central), base + len(body),
                                             **end_fields) + tail


def nest(levels, inner, name='n.zip', method=8):
    for _ in range(levels):
        inner = pack(File(name, inner, method))
    return inner


def unicode_path(raw, path):
    return struct.pack('<HHBI', 0x7075, 5 + len(path), 1, zlib.crc32(raw)) + path


def with_zip64_end(*files, version2=False):
    body, central = b'', b''
    for file in files:
        central += file.central(len(body))
        body += file.record()
    if version2:
        central = bytes(range(7, 7 + 90))  # encrypted: nobody reads it
    record = struct.pack('<HHIIQQQQ', 62 if version2 else 45, 62 if version2 else 45, 0, 0, len(files), len(files),
                         len(central), len(body))
    if version2:
        record += struct.pack('<HQQHHHHH', 8, len(central), len(central), 0x660E, 128, 1, 0, 0)
    at = len(body) + len(central)
    return body + central + b'PK\6\6' + struct.pack('<Q', len(record)) + record + b'PK\6\7' + \
        struct.pack('<IQI', 0, at, 1) + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


def directories_differ():
    """Two directories for one end record: its size leads to one, its offset to the other."""
    a, b = File('a.txt', b'one'), File('b.txt', b'two')
    body = a.record() + b.record()
    first, second = a.central(0), b.central(len(a.record()))
    return body + first + second + end(1, len(second), len(body))


def zip64_sizes():
    data = b'sixty-four'
    extra = struct.pack('<HHQQ', 1, 16, len(data), len(data))
    return pack(File('a.txt', data, extra=extra, packed=data, c_size=0xFFFFFFFF, c_packed=0xFFFFFFFF,
                     l_size=0xFFFFFFFF, l_packed=0xFFFFFFFF))


def hidden_central():
    """A header of a directory that no end record leads to."""
    file, ghost = File('a.txt', b'one'), File('ghost.exe', b'')
    return pack(file, before_end=b'') + b'..' + ghost.central(1 << 20) + b'..'


def cases():
    text = b'some text, some text, some text'
    a, b = File('a.txt', text, 8), File('dir/b.bin', b'\0\1\2', 0)
    yield Case('2.1 honest', pack(a, b), entries='1:a.txt 1:dir/b.bin')
    yield Case('2.1 with a comment', pack(a, comment=b'hello'), entries='1:a.txt')
    yield Case('2.1 nothing in it', end(0, 0, 0), entries='-')
    yield Case('2.1 an empty deflated file', pack(File('e', b'', 8)), entries='1:e')
    yield Case('2.1 folder by its name and by its attributes',
               pack(File('d/'), File('e', attributes=0x10), File('f', made_by=3 << 8, attributes=0o40755 << 16)),
               entries='1:d//d 1:e/d 1:f/d')
    yield Case('2.1 link', pack(File('l', b'/etc/passwd', made_by=3 << 8, attributes=0o120777 << 16)), entries='1:l/l')
    yield Case('2.1 descriptor', pack(File('a', text, 8, LATE), File('b', text, 0, LATE)), entries='1:a 1:b')
    yield Case('2.1 descriptor without its magic',
               File('a', text, 8, LATE).record(File('a', text, 8, LATE).descriptor()[4:]) +
               (lambda f, n: f.central(0) + end(1, len(f.central(0)), n))(File('a', text, 8, LATE),
                                                                          len(File('a', text, 8, LATE).record()) - 4),
               entries='1:a')
    yield Case('2.1 zip64 end', with_zip64_end(a), entries='1:a.txt')
    yield Case('2.1 zip64 sizes', zip64_sizes(), entries='1:a.txt')
    yield Case('2.1 mark of a split archive', b'PK00' + pack(a, base=4), entries='1:a.txt')
    yield Case('2.1 two files of one name', pack(a, File('a.txt', b'other')), entries='1:a.txt 1:a.txt')
    for method, name in {12: 'bzip2', 14: 'LZMA', 93: 'zstd', 95: 'xz'}.items():
        yield Case('2.1 method ' + name, pack(File('m', text * 9, method, flags=2 if method == 14 else 0)), entries='1:m')
    for method, name in {1: 'shrink', 6: 'implode', 9: 'deflate64', 97: 'wavpack'}.items():
        yield Case('2.1 method %s is nobody\'s' % name, pack(File('m', text, method, packed=b'....'), a),
                   state='unsupported', entries='1:m/n 1:a.txt')
    # where records are
    yield Case('2.2 prefix, offsets as before', b'#!/bin/sh\n' + pack(a), odd='prefix', entries='1:a.txt')
    yield Case('2.2 prefix, offsets adjusted', b'GIF89a....' + pack(a, base=10), odd='prefix', entries='1:a.txt')
    yield Case('2.2 behind a program', b'MZ' + bytes(700) + pack(a), odd='prefix', entries='1:a.txt')
    yield Case('2.2 suffix', pack(a, tail=b'more'), odd='suffix', entries='1:a.txt')
    yield Case('2.2 suffix longer than a comment', pack(a, tail=bytes(100_000)), odd='suffix', entries='1:a.txt')
    yield Case('2.2 gap', pack(a, b'???????', b, count=2), odd='gap', entries='1:a.txt 1:dir/b.bin')
    yield Case('2.2 gap before the end record', pack(a, before_end=b'???'), odd='gap', entries='1:a.txt')
    yield Case('2.2 overlap: one record, two names', pack(a, File('other', text, 8, at=0, ghost=True)),
               odd='overlap,names-differ', entries='1:a.txt 1:other|a.txt')
    yield Case('2.2 overlap: content that reaches into the next record',
               pack(File('a', text, c_size=len(text) + 40, c_packed=len(text) + 40), b), state='broken', odd='overlap',
               entries='1:a/h 1:dir/b.bin')
    yield Case('2.2 hidden between', pack(a, File('evil.exe', b'MZ').record(), b, count=2), odd='gap,hidden-entry',
               entries='1:a.txt 1:dir/b.bin 1:evil.exe')
    yield Case('2.2 hidden before', File('evil.exe', b'MZ').record() + pack(a), odd='prefix,hidden-entry',
               entries='1:a.txt 1:evil.exe')
    yield Case('2.2 hidden behind', pack(a, tail=File('evil.exe', b'MZ', 8).record()), odd='suffix,hidden-entry',
               entries='1:a.txt 1:evil.exe')
    yield Case('2.2 hidden, of unknown size', pack(a, File('e1', text, 8, LATE).record(), File('e2', text, 0, LATE).record(),
                                                   b, count=2), odd='gap,hidden-entry',
               entries='1:a.txt 1:dir/b.bin 1:e1 1:e2')
    yield Case('2.2 hidden in the comment', pack(a, comment=File('evil.exe', b'MZ').record()), odd='hidden-entry',
               entries='1:a.txt 1:evil.exe')
    yield Case('2.2 hidden in a directory of its own', hidden_central(), state='broken', odd='suffix,hidden-entry',
               entries='1:a.txt 1:ghost.exe')
    yield Case('2.2 missing', pack(a, File('gone', b'', at=5000, ghost=True)), state='broken', odd='missing-entry',
               entries='1:a.txt 1:gone')
    yield Case('2.2 concatenated', pack(a) + pack(b), odd='prefix,concatenated', entries='1:dir/b.bin 1:a.txt')
    yield Case('2.2 concatenated, another in the comment', pack(a, comment=pack(b)), odd='prefix,concatenated',
               entries='1:dir/b.bin 1:a.txt')
    yield Case('2.2 an archive in a gap', pack(a, pack(b), File('c'), count=2), odd='gap,concatenated',
               entries='1:a.txt 1:c 1:dir/b.bin')
    yield Case('2.2 two directories for one end', directories_differ(), odd='prefix,gap,hidden-entry,concatenated',
               entries='1:b.txt 1:a.txt')
    # what two records of one file say
    yield Case('2.3 names differ', pack(File('a.txt', text, l_name=b'a.exe')), odd='names-differ', entries='1:a.txt|a.exe')
    yield Case('2.3 sizes differ', pack(File('a', text, 8, l_size=3)), state='broken', entries='1:a')
    yield Case('2.3 methods differ', pack(File('a', text, 8, l_method=0)), state='broken', entries='1:a')
    yield Case('2.3 sums differ', pack(File('a', text, 8, l_crc=3)), state='broken', entries='1:a')
    yield Case('2.3 encryption differs', pack(File('a', text, 8, l_flags=1)), state='broken', entries='1:a/e')
    yield Case('2.3 more comes out', pack(File('a', text, 8, size=3)), state='broken', entries='1:a/h')
    yield Case('2.3 less comes out', pack(File('a', text, 8, size=300)), state='broken', entries='1:a/h')
    yield Case('2.3 wrong sum', pack(File('a', text, 8, crc=3)), state='broken', entries='1:a/h')
    yield Case('2.3 octets behind the stream', pack(File('a', text, packed=deflate(text) + b'more', method=8)), state='broken',
               entries='1:a/h')
    yield Case('2.3 not deflated at all', pack(File('a', text, packed=b'\xff\xff\xff', method=8), b), state='broken',
               entries='1:a/n 1:dir/b.bin')
    # what is missing
    whole = pack(a, b)
    yield Case('2.4 the directory is cut off', whole[:whole.index(b'PK\1\2')], state='broken', entries='1:a.txt 1:dir/b.bin')
    yield Case('2.4 the end record is cut off', whole[:-10], state='broken', entries='1:a.txt 1:dir/b.bin')
    yield Case('2.4 content is cut off', pack(File('a', text))[:50], state='broken', entries='1:a/h')
    yield Case('2.4 the comment is cut off', pack(a, claimed=99), state='broken', entries='1:a.txt')
    yield Case('2.4 the end record counts more', pack(a, count=3), state='broken', entries='1:a.txt')
    yield Case('2.4 the end record counts less', pack(a, b, count=1), state='broken', entries='1:a.txt 1:dir/b.bin')
    yield Case('2.4 other parts are in other files', pack(a, disk=3), state='broken', entries='1:a.txt')
    # encryption
    yield Case('2.5 encrypted', pack(File('s', b'?' * 20, flags=1), a), state='encrypted-content', entries='1:s/e 1:a.txt')
    yield Case('2.5 AES', pack(File('s', b'?' * 20, flags=1, method=99, packed=b'?' * 20)), state='encrypted-content',
               entries='1:s/e')
    yield Case('2.5 the directory is encrypted', with_zip64_end(File(b'', text, flags=1 | 1 << 6 | 1 << 13), version2=True),
               state='encrypted-names', entries='-')
    yield Case('2.5 blanked local headers', File('1', text, flags=1 | 1 << 6 | 1 << 13).record(), state='broken', entries='1:1/e')
    # names
    yield Case('2.6 UTF-8 with its flag', pack(File('Übung.txt', text, 8, UTF8)), entries='1:Übung.txt')
    yield Case('2.6 UTF-8 without its flag', pack(File('Übung.txt', text, 8)), entries='1:Übung.txt')
    yield Case('2.6 code page 437', pack(File('Übung.txt'.encode('cp437'), text, 8)), entries='1:Übung.txt')
    yield Case('2.6 controls', pack(File(b'a\0b\n\x1b.exe', text, 8)), entries='1:a\ufffdb\ufffd\ufffd.exe')
    raw = 'Übung.txt'.encode('cp437')
    yield Case('2.6 Unicode path, the same', pack(File(raw, text, extra=unicode_path(raw, 'Übung.txt'.encode()))),
               entries='1:Übung.txt')
    yield Case('2.6 Unicode path of another code page',
               pack(File('файл.txt'.encode('cp866'), text, extra=unicode_path('файл.txt'.encode('cp866'), 'файл.txt'.encode()))),
               entries='1:файл.txt|%s' % 'файл.txt'.encode('cp866').decode('cp437').replace(' ', '_'))
    yield Case('2.6 Unicode path, another name', pack(File('a.txt', text, extra=unicode_path(b'a.txt', b'a.exe'))),
               odd='names-differ', entries='1:a.exe|a.txt')
    yield Case('2.6 Unicode path of a name that was changed', pack(File('a.txt', text, extra=unicode_path(b'b.txt', b'a.exe'))),
               entries='1:a.txt')
    # nesting
    yield Case('3.1 archive within archive', nest(2, b'..', 'n.bin', 0), entries='1:n.bin 2:n.bin')
    yield Case('3.1 by its octets, not by its name', pack(File('x.jpg', pack(a), 0)), entries='1:x.jpg 2:a.txt')
    yield Case('3.1 sixteen within', nest(17, b'x'), entries=' '.join('%d:n.zip' % i for i in range(1, 18)))
    yield Case('3.1 seventeen within', nest(18, b'x'), state='nested', cap='archive-depth', entries='17')
    yield Case('3.1 the inner one is broken', pack(File('i', pack(a)[:-9])), state='broken', entries='1:i 2:a.txt')
    yield Case('3.1 the inner one is encrypted', pack(File('i', pack(File('s', b'?' * 20, flags=1)))),
               state='encrypted-content', entries='1:i 2:s/e')
    yield Case('3.1 the inner one is odd', pack(File('i', b'....' + pack(a))), odd='prefix', entries='1:i 2:a.txt')
    big = bytes(16 << 20)
    yield Case('4 16 MiB are given whole', pack(File('b', big)), entries='1:b')
    yield Case('4 one octet more is not', pack(File('b', big + b'.')), entries='1:b/h')

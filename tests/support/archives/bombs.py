"""Small archives that would be large, many or deep: each has to end at a cap, soon and in little
memory. (The clause "5 " makes listing_test.c run a row in a process of its own.)"""
import bz2
import functools
import lzma
import struct
import zlib

import others
import zips
from case import Case
from zips import File

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30
LZMA_FAST = {'id': lzma.FILTER_LZMA1, 'dict_size': 1 << 16, 'mode': lzma.MODE_FAST, 'mf': lzma.MF_HC3, 'nice_len': 273,
             'depth': 1}


@functools.lru_cache(None)
def deflated_zeros(size):
    """Blocks that do not look back, so that one can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (size // MEGABYTE) + b'\3\0'


def zip_of_zeros(size, names=('z',)):
    return zips.pack(*[File(n, b'', 8, packed=deflated_zeros(size), size=size) for n in names])


def gzip_of(packed, size):
    return b'\x1f\x8b\x08' + bytes(7) + packed + struct.pack('<II', 0, size & 0xFFFFFFFF)


def bzip2_bomb():
    one = bz2.compress(bytes(45_000_000))
    return one * 20


def xz_bomb():
    one = lzma.compress(bytes(64 * MEGABYTE), preset=0)
    return one * 20


@functools.lru_cache(None)
def lzma_raw(size):
    packer = lzma.LZMACompressor(lzma.FORMAT_RAW, filters=[LZMA_FAST])
    return b''.join(packer.compress(bytes(MEGABYTE)) for _ in range(size // MEGABYTE)) + packer.flush()


def zstd_bomb(size):
    """RLE blocks: four octets for 128 KiB each."""
    block = struct.pack('<I', (128 << 10) << 3 | 1 << 1)[:3] + b'\0'
    last = struct.pack('<I', 1 << 3 | 1)[:3] + b'.'
    return b'\x28\xb5\x2f\xfd' + b'\x00\x58' + block * (size // (128 << 10)) + last


def overlapping(count):
    """Fifield's: one kernel of zeros, each file quotes the header of the next one."""
    kernel = File('k', b'', 8, packed=deflated_zeros(21 * MEGABYTE), size=21 * MEGABYTE)
    body, centrals = kernel.record(), [(kernel, 0)]
    size, packed = kernel.fields['size'], kernel.packed
    for i in range(count):
        quoted = body[:len(body) - len(packed)] if i == 0 else head
        head_size = len(quoted)
        packed = b'\0' + struct.pack('<HH', head_size, ~head_size & 0xFFFF) + quoted + packed
        size += head_size
        file = File(str(i), b'', 8, packed=packed, size=size)
        head = file.local()
        centrals.append((file, None))
        body = file.record()
    # the first local header is the outermost file's; the others stand within it
    central, at = b'', 0
    for file, _ in reversed(centrals):
        at = body.index(file.local())
        central += file.central(at)
    return body + central + zips.end(len(centrals), len(central), len(body))


def same_record(count):
    file = File('s', b'', 8, packed=deflated_zeros(10 * MEGABYTE), size=10 * MEGABYTE)
    central = file.central(0) * count
    return file.record() + central + zips.end(count & 0xFFFF, len(central), len(file.record()))


def many_files(count, name=b'f'):
    file = File(name)
    body = file.record() * count
    central = file.central(0) * count
    return body + central + zips.end(count & 0xFFFF, len(central), len(body))


def nested_gzip(levels):
    data = others.TEXT
    for _ in range(levels):
        data = others.member(data)
    return data


def sparse_tar(size):
    """GNU's old sparse format: a file that is one hole, with an octet at its end."""
    head = b'hole'.ljust(100, b'\0') + b'0000644\0' * 3 + b'%011o\0' % 512 + b'%011o\0' % 0 + b' ' * 8 + b'S'
    head = head.ljust(257, b'\0') + b'ustar  \0'
    head = head.ljust(386, b'\0') + b'%011o\0' % (size - 512) + b'%011o\0' % 512
    head = head.ljust(483, b'\0') + b'%011o\0' % size
    head = head.ljust(512, b'\0')
    return head[:148] + b'%06o\0 ' % sum(head) + head[156:] + b'x' * 512 + bytes(1024)


def many_tnef(count):
    return others.tnef(*[others.tnef_file(b'a', b'')] * count)


def compress_bomb(rounds):
    """LZW (.Z): each code is the string before it and its first octet again, so strings grow by one; then the table is
    cleared. Codes of one width fill groups of eight."""
    out = bytearray(b'\x1f\x9d\x90')
    for _ in range(rounds):
        code, width = 257, 9
        codes = [0]
        while width <= 16 and code < 65536:
            if code == 1 << width or code == 65535:
                codes += [256] if code == 65535 else []
                codes += [0] * (-len(codes) % 8)
                bits = sum(c << width * i for i, c in enumerate(codes))
                out += bits.to_bytes(len(codes) * width // 8, 'little')
                codes, width = [], width + 1
            codes.append(code)
            code += 1
    return bytes(out)


def cab_bomb(blocks):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = b'CK' + packer.compress(bytes(32768)) + packer.flush()
    body = b''.join(struct.pack('<IHH', 0, len(one), 32768) + one for _ in range(blocks))
    file = struct.pack('<IIHHHH', 32768 * blocks, 0, 0, 0x5A21, 0, 0x20) + b'z\0'
    data_at = 36 + 8 + len(file)
    return b'MSCF' + struct.pack('<IIIIIBBHHHHH', 0, data_at + len(body), 0, 44, 0, 3, 1, 1, 1, 0, 0, 0) + \
        struct.pack('<IHH', data_at, blocks, 1) + file + body


def seven_bomb():
    size = 64 * MEGABYTE
    packed = lzma_raw(size)
    coder = b'\x23\3\1\1\5\x5d' + struct.pack('<I', 1 << 16)
    name = 'z\0'.encode('utf-16-le')
    header = b'\1\4\6\0\1\x09' + others.number_7z(len(packed)) + b'\0\7\x0b\1\0\1' + coder + b'\x0c' + \
        others.number_7z(size) + b'\0\x08\0\0\5\1\x11' + others.number_7z(len(name) + 1) + b'\0' + name + b'\0\0'
    return others.seven('', b'', header, packed=packed)


def seven_header_bomb():
    size = 64 * MEGABYTE
    packed = lzma_raw(size)
    coder = b'\x23\3\1\1\5\x5d' + struct.pack('<I', 1 << 16)
    return others.seven('', b'', others.encoded_header(size, coder, len(packed)), packed=packed)


def xar_bomb():
    packer = zlib.compressobj(9)
    packed = packer.compress(b'<?xml version="1.0"?><xar><toc>')
    packed += b''.join(packer.compress(b'<file><name>a</name></file>' * 40_000) for _ in range(300)) + packer.flush()
    return b'xar!' + struct.pack('>HHQQI', 28, 1, len(packed), 1000, 0) + packed


def end_records(count):
    """Each is plausible for the same directory."""
    file = File('a')
    body, central = file.record(), file.central(0)
    ends = b''
    for i in range(count):
        ends += zips.end(1, len(central), len(body))
    return body + central + ends


def fan_out(width, levels, inner):
    for _ in range(levels):
        inner = zips.pack(*[File('%d.zip' % i, inner, 8) for i in range(width)])
    return inner


def silent_deflate(size):
    """Stored blocks of nothing: octets go in, none come out."""
    return zips.pack(*[File('f%d' % i, b'', 8, packed=b'\0\0\0\xff\xff' * (size // 5) + b'\3\0') for i in range(20)])


def late_headers(count):
    """Local headers of unknown size, no directory: the end of each has to be searched."""
    return File('l', b'', 0, zips.LATE | 1, packed=b'').record(b'') * count


def cases():
    yield Case('5 a gigabyte of zeros', zip_of_zeros(GIGABYTE), state='capped', cap='archive-memory', entries='1:z/h')
    yield Case('5 thirty times forty megabytes', zip_of_zeros(40 * MEGABYTE, [str(i) for i in range(30)]), state='capped',
               cap='ratio', entries='30')
    yield Case('5 sixteen zips in sixteen in sixteen', fan_out(16, 3, zip_of_zeros(10 * MEGABYTE)), state='capped', cap='ratio',
               entries='50')
    yield Case('5 files that overlap', overlapping(60), state='capped', cap='ratio', odd='overlap', entries='61')
    yield Case('5 one record, a thousand names', same_record(1000), state='capped', cap='ratio', odd='overlap', entries='1000')
    yield Case('5 a hundred thousand files', many_files(100_000), state='capped', cap='entries', entries='20000')
    yield Case('5 long names', many_files(300, b'n' * 65000), odd='gap,overlap,hidden-entry', entries='599')
    yield Case('5 zip in zip, a hundred times', zips.nest(100, b'x'), state='nested', cap='archive-depth', entries='17')
    yield Case('5 gzip in gzip, a hundred times', nested_gzip(100), 'gzip', 'nested', 'archive-depth', entries='17')
    yield Case('5 gzip', gzip_of(deflated_zeros(GIGABYTE), GIGABYTE), 'gzip', 'capped', 'archive-memory', entries='1:/h')
    yield Case('5 gzip of gzip', others.member(gzip_of(deflated_zeros(GIGABYTE), GIGABYTE)), 'gzip', 'capped', 'ratio',
               entries='1: 2:/h')
    yield Case('5 gzip of a tar of many', others.member(others.tar_v7(b'a', b'')[:512] * 100_000), 'gzip', 'capped', 'ratio',
               entries='1:/h')
    yield Case('5 bzip2', bzip2_bomb(), 'bzip2', 'capped', 'ratio', odd='concatenated', entries='1:/h')
    yield Case('5 xz', xz_bomb(), 'xz', 'capped', 'ratio', odd='concatenated', entries='1:/h')
    yield Case('5 lzma', b'\x5d' + struct.pack('<IQ', 1 << 16, 2**64 - 1) + lzma_raw(64 * MEGABYTE), 'lzma', 'capped', 'ratio',
               entries='1:/h')
    yield Case('5 lzma, its dictionary', b'\x5d' + struct.pack('<IQ', 1 << 31, 2**64 - 1) + lzma_raw(MEGABYTE), 'lzma', 'capped',
               'archive-memory')
    yield Case('5 lzma, the largest dictionary', b'\x5d' + struct.pack('<IQ', 2**32 - 1, 2**64 - 1) + lzma_raw(MEGABYTE), 'lzma',
               'capped', 'archive-memory')
    yield Case('5 zip, an LZMA dictionary', zips.pack(File('l', b'x', 14, packed=b'\x09\4\5\0\x5d' + struct.pack('<I', 1 << 31) +
                                                          bytes(9))), state='capped', cap='archive-memory', entries='1:l/n')
    yield Case('5 zstd', zstd_bomb(GIGABYTE), 'zstd', 'capped', 'ratio', entries='1:/h')
    yield Case('5 compress', compress_bomb(2), 'compress', 'capped', 'ratio', entries='1:/h')
    yield Case('5 7z', seven_bomb(), '7z', 'capped', 'ratio', entries='1:z/h')
    yield Case('5 7z, its header', seven_header_bomb(), '7z', 'capped', 'entries')
    yield Case('5 xar, its index', xar_bomb(), 'xar', 'capped', 'entries')
    yield Case('5 cab', cab_bomb(20_000), 'cab', 'capped', 'archive-memory', entries='1:z/h')
    yield Case('5 tar with a hole', sparse_tar(4 * GIGABYTE), 'tar', 'capped', 'ratio', entries='1:hole/h')
    yield Case('5 tar of many', others.tar_v7(b'a', b'')[:512] * 50_000 + bytes(1024), 'tar', 'capped', 'entries',
               entries='20000')
    yield Case('5 cpio of many', others.cpio(*[(b'c', b'')] * 50_000), 'cpio', 'capped', 'entries', entries='20000')
    yield Case('5 ar of many', others.ar(*[(b'c', b'')] * 50_000), 'ar', 'capped', 'entries', entries='20000')
    yield Case('5 TNEF of many', many_tnef(50_000), 'tnef', 'capped', 'entries', entries='20000')
    yield Case('5 end records', end_records(40_000), odd='gap', entries='1:a')
    yield Case('5 empty archives', zips.end(0, 0, 0) * 40_000, odd='prefix,concatenated')
    yield Case('5 archives behind each other', zips.pack(File('a')) * 30_000, state='capped', cap='entries',
               odd='prefix,concatenated', entries='20000')
    yield Case('5 octets that yield nothing', silent_deflate(1 << 20), entries='20')
    yield Case('5 headers of unknown size', late_headers(30_000), state='capped', cap='entries', entries='20000')
    yield Case('5 magic everywhere', b'PK\3\4' * 500_000, state='broken')
    yield Case('5 end magic everywhere', b'PK\3\4' + b'PK\5\6' * 500_000, state='broken')
    yield Case('5 gzip members', others.member(b'') * 50_000, 'gzip', odd='concatenated', entries='1:/n')
    yield Case('5 a program full of magic', b'MZ' + b"7z\xbc\xaf\x27\x1c" * 300_000, '-')

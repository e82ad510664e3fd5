"""Archives and streams, written as their formats say and no library would: of any number and size."""
import binascii
import bz2
import functools
import lzma
import struct
import zlib

MEGABYTE = 1 << 20


@functools.lru_cache
def zeros_crc(megabytes):
    crc, block = 0, bytes(MEGABYTE)
    for _ in range(megabytes):
        crc = zlib.crc32(block, crc)
    return crc


@functools.lru_cache
def zeros_deflated(megabytes):
    """Raw deflate: one megabyte that stands for itself, again and again."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = compressor.compress(bytes(MEGABYTE)) + compressor.flush(zlib.Z_FULL_FLUSH)
    again = compressor.compress(bytes(MEGABYTE)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return first + again * (megabytes - 1) + compressor.flush()


def zip_local(name, method, crc, packed, size, flags=0):
    return struct.pack('<4s5H3I2H', b'PK\3\4', 20, flags, method, 0, 33, crc, packed, size, len(name), 0) + name


def zip_central(name, method, crc, packed, size, offset, flags=0, extra=b''):
    return struct.pack('<4s6H3I5H2I', b'PK\1\2', 20, 20, flags, method, 0, 33, crc, packed, size, len(name),
                       len(extra), 0, 0, 0, 0, offset) + name + extra


def zip_end(count, size, offset):
    return struct.pack('<4s4H2IH', b'PK\5\6', 0, 0, count & 0xFFFF, count & 0xFFFF, size, offset, 0)


def zip_raw(entries):
    """entries: name, method, crc, packed octets, size."""
    central, pieces, at = b'', [], 0
    for name, method, crc, packed, size in entries:
        central += zip_central(name, method, crc, len(packed), size, at)
        pieces += [zip_local(name, method, crc, len(packed), size), packed]
        at += len(pieces[-2]) + len(packed)
    return b''.join(pieces) + central + zip_end(len(entries), len(central), at)


def zip_of(files):
    """files: name -> octets."""
    entries = []
    for name, octets in files.items():
        compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = compressor.compress(octets) + compressor.flush()
        entries.append((name.encode(), 8, zlib.crc32(octets), packed, len(octets)))
    return zip_raw(entries)


def zip_zeros(megabytes, name='a', count=1):
    packed = zeros_deflated(megabytes)
    return zip_raw([(f'{name}{i if count > 1 else ""}'.encode(), 8, zeros_crc(megabytes), packed, megabytes << 20)
                    for i in range(count)])


def zip_overlap(megabytes, count):
    """Each name of the directory is the same kernel."""
    packed, crc, size = zeros_deflated(megabytes), zeros_crc(megabytes), megabytes << 20
    local = zip_local(b'a', 8, crc, len(packed), size) + packed
    central = b''.join(zip_central(b'a%d' % i, 8, crc, len(packed), size, 0) for i in range(count))
    return local + central + zip_end(count, len(central), len(local))


def zip_quoting(megabytes, count):
    """D. Fifield, A better zip bomb (2019): each file quotes the header of the next one in a stored block, then goes
    on into the kernel that all share."""
    kernel, crc, whole = zeros_deflated(megabytes), zeros_crc(megabytes), megabytes << 20
    packed, quoted = len(kernel), b''
    head = zip_local(b'%04d' % (count - 1), 8, crc, packed, whole)
    octets, about = head + kernel, [(crc, packed, whole)]
    for i in range(count - 2, -1, -1):
        block = b'\0' + struct.pack('<HH', len(head), 0xFFFF ^ len(head))
        quoted, packed, whole = head + quoted, packed + len(block + head), whole + len(head)
        crc = zlib.crc32(quoted)
        for _ in range(megabytes):
            crc = zlib.crc32(bytes(MEGABYTE), crc)
        head = zip_local(b'%04d' % i, 8, crc, packed, whole)
        octets = head + block + octets
        about.insert(0, (crc, packed, whole))
    central = b''.join(zip_central(b'%04d' % i, 8, *row, i * (len(head) + 5)) for i, row in enumerate(about))
    return octets + central + zip_end(count, len(central), len(octets))


def zip64_lie(size):
    extra = struct.pack('<HHQQ', 1, 16, size, size)
    local = struct.pack('<4s5H3I2H', b'PK\3\4', 45, 0, 8, 0, 33, 0, 0xFFFFFFFF, 0xFFFFFFFF, 1, len(extra))
    local += b'a' + extra
    packed = zeros_deflated(512)
    central = zip_central(b'a', 8, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, extra)
    return local + packed + central + zip_end(1, len(central), len(local) + len(packed))


def gzip_raw(packed, crc, size):
    return b'\37\213\10\0\0\0\0\0\0\3' + packed + struct.pack('<II', crc, size & 0xFFFFFFFF)


def gzip_of(octets):
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    return compressor.compress(octets) + compressor.flush()


def gzip_zeros(megabytes):
    return gzip_raw(zeros_deflated(megabytes), zeros_crc(megabytes), megabytes << 20)


def bzip2_zeros(megabytes):
    """Streams of 32 megabytes behind each other."""
    return bz2.compress(bytes(32 << 20)) * (megabytes // 32)


def xz_zeros(megabytes):
    return lzma.compress(bytes(32 << 20), check=lzma.CHECK_CRC32) * (megabytes // 32)


def lzma_zeros(megabytes, dictionary=None):
    packed = lzma.compress(bytes(megabytes << 20), format=lzma.FORMAT_ALONE)
    return packed if dictionary is None else packed[:1] + struct.pack('<I', dictionary) + packed[5:]


def zstd_zeros(megabytes, window=17):
    """RFC 8878: blocks of one octet that is repeated 128 KiB times."""
    block = struct.pack('<I', (1 << 17) << 3 | 1 << 1)[:3] + b'\0'
    last = struct.pack('<I', (1 << 17) << 3 | 1 << 1 | 1)[:3] + b'\0'
    return b'(\265/\375\0' + bytes([window - 10 << 3]) + block * (megabytes * 8 - 1) + last


def lz4_zeros(megabytes):
    """Frames of one block of 4 MB; its header check sum is that of these flags."""
    block = b'\x1f\0\1\0' + b'\xff' * 16447 + b'\x00' + b'\x50\0\0\0\0\0'
    return (b'\4"M\30\x60\x70\x73' + struct.pack('<I', len(block)) + block + bytes(4)) * (megabytes // 4)


def tar_header(name, size, kind=b'0', tail=b''):
    block = struct.pack('100s8s8s8s12s12s8sc100s8s', name, b'0000644', b'0000000', b'0000000', b'%011o' % size,
                        b'00000000000', b' ' * 8, kind, b'', b'ustar  \0') + tail
    block = block.ljust(512, b'\0')
    return block[:148] + b'%06o\0 ' % sum(block) + block[156:]


def tar_of(files):
    return b''.join(tar_header(name.encode(), len(octets)) + octets + bytes(-len(octets) % 512)
                    for name, octets in files.items()) + bytes(1024)


def tar_sparse(size, count):
    """GNU tar: files of that size, all of it a hole but for the last block."""
    tail = bytes(386 - 265) + b'%011o\0' % (size - 512) + b'%011o\0' % 512
    tail = tail.ljust(483 - 265, b'\0') + b'%011o\0' % size
    return b''.join(tar_header(b'a%d' % i, 512, b'S', tail) + b'x' * 512 for i in range(count)) + bytes(1024)


def number_7z(value):
    return b'\xff' + struct.pack('<Q', value)


def sevenzip(packed, size, crc, coder, properties):
    """7zFormat.txt: one folder of one coder, one file."""
    coders = b'\7\13\1\0' + b'\1' + bytes([0x20 | len(coder)]) + coder + number_7z(len(properties)) + properties
    streams = (b'\4\6' + number_7z(0) + b'\1\11' + number_7z(len(packed)) + b'\0' + coders + b'\14' +
               number_7z(size) + b'\0\10\12\1' + struct.pack('<I', crc) + b'\0\0')
    names = 'a.txt\0'.encode('utf-16le')
    header = b'\1' + streams + b'\5\1' + b'\21' + number_7z(len(names) + 1) + b'\0' + names + b'\0\0'
    start = struct.pack('<QQI', len(packed), len(header), zlib.crc32(header))
    return b'7z\274\257\47\34\0\4' + struct.pack('<I', zlib.crc32(start)) + start + packed + header


def sevenzip_zeros(megabytes, dictionary=1 << 24):
    filters = [{'id': lzma.FILTER_LZMA1, 'dict_size': 1 << 24}]
    packed = lzma.compress(bytes(megabytes << 20), format=lzma.FORMAT_RAW, filters=filters)
    return sevenzip(packed, megabytes << 20, zeros_crc(megabytes), b'\3\1\1', b'\x5d' + struct.pack('<I', dictionary))


def rar_files(count):
    block = struct.pack('<BHHIIBIIBBHI', 0x74, 0x8000, 33, 0, 0, 0, 0, 33, 20, 0x30, 1, 0) + b'x'
    return (b'Rar!\32\7\0\317\220s\0\0\15\0\0\0\0\0\0\0' +
            (struct.pack('<H', zlib.crc32(block) & 0xFFFF) + block) * count)


def cab_zeros(megabytes):
    """[MS-CAB]: blocks of 32 KiB, each deflated with what stands before it."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b'CK' + compressor.compress(bytes(32768)) + compressor.flush()
    count = min(megabytes * 32, 65535)
    data = (struct.pack('<IHH', 0, len(packed), 32768) + packed) * count
    files = struct.pack('<IIHHHH', count * 32768, 0, 0, 0x5A21, 0, 0x20) + b'a.txt\0'
    size = 36 + 8 + len(files) + len(data)
    return (struct.pack('<4sIIIIIBBHHHHH', b'MSCF', 0, size, 0, 44, 0, 3, 1, 1, 1, 0, 0, 0) +
            struct.pack('<IHH', 44 + len(files), count, 1) + files + data)


def cpio_of(files):
    """New ASCII format."""
    def entry(name, octets):
        head = b'070701' + b''.join(b'%08X' % field for field in (1, 0o100644, 0, 0, 1, 0, len(octets), 0, 0, 0, 0,
                                                                 len(name) + 1, 0))
        text = head + name + b'\0'
        return text + bytes(-len(text) % 4) + octets + bytes(-len(octets) % 4)
    return b''.join(entry(name.encode(), octets) for name, octets in files.items()) + entry(b'TRAILER!!!', b'')


def tnef_attribute(level, number, octets):
    return struct.pack('<BII', level, number, len(octets)) + octets + struct.pack('<H', sum(octets) & 0xFFFF)


def tnef_of(files):
    """[MS-OXTNEF]: attachments with a title and octets."""
    out = struct.pack('<IH', 0x223E9F78, 1) + tnef_attribute(1, 0x89006, struct.pack('<I', 0x10000))
    for name, octets in files.items():
        out += tnef_attribute(2, 0x69002, struct.pack('<HIHHII', 1, 0, 32, 32, 0, 0))
        out += tnef_attribute(2, 0x18010, name.encode() + b'\0')
        out += tnef_attribute(2, 0x6800F, octets)
    return out


def iso_loop(depth_sectors):
    """ECMA-119: directories whose entries are all directories, each of them all others."""
    def record(extent, name, size=2048):
        text = struct.pack('<BBIIII7sBBBHHB', 33 + len(name) + (len(name) + 1) % 2, 0, extent,
                           int.from_bytes(struct.pack('>I', extent), 'little'), size,
                           int.from_bytes(struct.pack('>I', size), 'little'), bytes(7), 2, 0, 0, 1, 0x0100,
                           len(name)) + name
        return text.ljust(33 + len(name) + (len(name) + 1) % 2, b'\0')
    volume = bytearray(2048)
    volume[0:7] = b'\1CD001\1'
    volume[80:88] = struct.pack('<I', 18 + depth_sectors) + struct.pack('>I', 18 + depth_sectors)
    volume[120:124] = volume[124:128] = b'\1\0\0\1'
    volume[128:132] = struct.pack('<H', 2048) + struct.pack('>H', 2048)
    volume[156:190] = record(18, b'\0')
    last = bytearray(2048)
    last[0:7] = b'\xffCD001\1'
    sectors = b''
    for i in range(depth_sectors):
        entries = record(18 + i, b'\0') + record(18, b'\1')
        entries += b''.join(record(18 + (i + j) % depth_sectors, b'D%02d' % j) for j in range(40))
        sectors += entries.ljust(2048, b'\0')
    return bytes(32768) + bytes(volume) + bytes(last) + sectors


def ole(fat, directory_stream_size):
    """[MS-CFB]: one FAT sector as given; a root and a stream of a size."""
    def entry(name, kind, child, start, size):
        text = name.encode('utf-16le') + b'\0\0'
        return (text.ljust(64, b'\0') + struct.pack('<HBBIII', len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) +
                bytes(36) + struct.pack('<IQ', start, size))
    head = (b'\320\317\21\340\241\261\32\341' + bytes(16) + struct.pack('<HHHHH', 0x3E, 3, 0xFFFE, 9, 6) + bytes(10) +
            struct.pack('<IIIIIIIII', 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0) + b'\xff' * 432)
    directory = entry('Root Entry', 5, 1, 0xFFFFFFFE, 0) + entry('WordDocument', 2, 0xFFFFFFFF, 2, directory_stream_size)
    return head + struct.pack('<128I', *fat) + directory.ljust(512, b'\0') + bytes(512) * 124


def uuencoded(name, octets):
    lines = [binascii.b2a_uu(octets[at:at + 45], backtick=True) for at in range(0, len(octets), 45)]
    return b'begin 644 ' + name + b'\n' + b''.join(lines) + b'`\nend\n'

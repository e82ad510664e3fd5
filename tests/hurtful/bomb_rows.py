"""The bombs: a message, or the name and octets of a file in one."""
import functools
import lzma
import zlib

from bomb_formats import (bzip2_zeros, cab_zeros, cpio_of, gzip_of, gzip_zeros, iso_loop, lz4_zeros,
                          lzma_zeros, ole, rar_files, sevenzip_zeros, tar_header, tar_of, tar_sparse, tnef_of, uuencoded,
                          xz_zeros, zip64_lie, zip_local, zip_of, zip_overlap, zip_quoting, zip_raw, zip_zeros,
                          zstd_zeros)
from bomb_mail import attached, mail, mixed

LEVELS = 64
XML = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def nested(wrap, octets, levels):
    """wrap(...wrap(wrap(octets)))"""
    return functools.reduce(lambda inner, _: wrap(inner), range(levels), octets)


def zip_tree():
    """Six floors of ten zips each, on 10 MiB of zeros: 10 TB."""
    octets = zip_zeros(10)
    for _ in range(6):
        octets = zip_raw([(b'%d.zip' % i, 8, zlib.crc32(octets), deflated(octets), len(octets)) for i in range(10)])
    return octets


def deflated(octets):
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(octets) + compressor.flush()


def office(part, kind):
    """A document of Office Open XML with one part of 512 MiB of blanks (as good as zeros)."""
    zeros = zip_zeros(512)
    name = part.encode()
    entries = [(b'[Content_Types].xml', 0, zlib.crc32(XML), XML, len(XML)),
               (name, 8, int.from_bytes(zeros[14:18], 'little'), zeros[31:31 + int.from_bytes(zeros[18:22], 'little')],
                512 << 20)]
    return f'a.{kind}', zip_raw(entries)


def pdf(filters, octets):
    names = ' '.join(['/FlateDecode'] * filters)
    return (f'%PDF-1.4\n1 0 obj<</Length {len(octets)}/Filter[{names}]>>stream\n'.encode() + octets +
            b'\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')


def mail_in_mail():
    def wrap(inner):
        return (b'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n' + inner)
    return nested(wrap, b'Subject: x\r\n\r\nx', LEVELS * 2)


def encoded_mail_in_mail():
    return nested(lambda inner: attached('a.eml', inner, 'message/rfc822'), b'Subject: x\r\n\r\nx' * 10, 32)


def mail_in_zip_in_mail():
    def wrap(inner):
        return b'Subject: x\r\n' + attached('a.zip', zip_of({'a.eml': inner}))
    return nested(wrap, mail(('a.zip', zip_zeros(10))), LEVELS)


def uu_in_uu():
    return b'Subject: x\r\n\r\n' + nested(lambda inner: uuencoded(b'a.uu', inner), b'x' * 100, 36)


def names(count):
    return mixed([b'Content-Type: text/plain' + b''.join(b'; name=%d.%d' % (i, j) for j in range(60)) + b'\r\n\r\nx'
                  for i in range(count)])



def cyclic_ole():
    return 'a.doc', ole([0xFFFFFFFD, 0xFFFFFFFE] + [2 + (i + 1) % 100 for i in range(100)] + [0xFFFFFFFF] * 26, 1 << 30)


def flash():
    packed = zlib.compress(bytes(64 << 20), 9)
    return 'a.swf', b'CWS\12' + (8 + (64 << 20)).to_bytes(4, 'little') + packed


# Read to the end within the bounds: no limit is due, but it is never clean.
WHOLE = {'mail: 32 levels of base64'}
# More than 3 s of CPU: libclamav needs 20 ns for each of the octets of its setting scan-size (300 MiB), and the engine
# `attachment` 8 ns for each octet of HTML up to the limit `decoded` (600 MiB).
SECONDS = {'zip: 64 files of 64 MiB': 15, 'html: 20 MB of scripts in 100 zips': 15}
BOMBS = {
    'zip: 512 MiB of zeros': lambda: ('a.zip', zip_zeros(512)),
    'zip: 64 files of 64 MiB': lambda: ('a.zip', zip_zeros(64, count=64)),
    'zip: six floors of ten': lambda: ('a.zip', zip_tree()),
    'zip: one kernel, 2,000 names': lambda: ('a.zip', zip_overlap(10, 2000)),
    'zip: files that quote each other': lambda: ('a.zip', zip_quoting(10, 100)),
    'zip: 60,000 empty files': lambda: ('a.zip', zip_raw([(b'%d' % i, 0, 0, b'', 0) for i in range(60000)])),
    'zip: 40 levels': lambda: ('a.zip', nested(lambda inner: zip_of({'a.zip': inner}), b'x', 40)),
    'zip: 40 levels over zeros': lambda: ('a.zip', nested(lambda inner: zip_of({'a.zip': inner}), zip_zeros(512), 40)),
    'zip: zip64 says 2^60': lambda: ('a.zip', zip64_lie(1 << 60)),
    'zip: no directory': lambda: ('a.zip', zip_local(b'a', 8, 0, 0, 0, 8) + zip_zeros(512)[31:-100]),
    'zip: 300 zips of 10 MiB': lambda: ('a.zip', zip_of({f'{i}.zip': zip_zeros(10) for i in range(300)})),
    'gzip: 512 MiB of zeros': lambda: ('a.gz', gzip_zeros(512)),
    'gzip: twice': lambda: ('a.gz.gz', gzip_of(gzip_zeros(512))),
    'gzip: three times': lambda: ('a.gz.gz.gz', gzip_of(gzip_of(gzip_zeros(2048)))),
    'gzip: 40 levels': lambda: ('a.gz', nested(gzip_of, b'x', 40)),
    'gzip: 100,000 members': lambda: ('a.gz', gzip_of(b'') * 100000),
    'bzip2: 512 MiB of zeros': lambda: ('a.bz2', bzip2_zeros(512)),
    'bzip2: in gzip': lambda: ('a.bz2.gz', gzip_of(bzip2_zeros(512))),
    'xz: 512 MiB of zeros': lambda: ('a.xz', xz_zeros(512)),
    'xz: in xz': lambda: ('a.xz.xz', lzma.compress(xz_zeros(512))),
    'lzma: 256 MiB of zeros': lambda: ('a.lzma', lzma_zeros(256)),
    'lzma: a dictionary of 4 GiB': lambda: ('a.lzma', lzma_zeros(128, 0xFFFFFFFF)),
    'zstd: 4 GiB of zeros': lambda: ('a.zst', zstd_zeros(4096)),
    'zstd: a window of 2 GiB': lambda: ('a.zst', zstd_zeros(512, 31)),
    'zstd: in gzip': lambda: ('a.zst.gz', gzip_of(zstd_zeros(4096))),
    'lz4: 512 MiB of zeros': lambda: ('a.lz4', lz4_zeros(512)),
    'tar.gz: 512 MiB of zeros': lambda: ('a.tar.gz', gzip_of(tar_header(b'a', 256 << 20) + bytes(256 << 20))),
    'tar: sparse files of 8 GiB': lambda: ('a.tar', tar_sparse((1 << 33) - 512, 20)),
    'tar.gz: 100,000 empty files': lambda: ('a.tar.gz', gzip_of(tar_header(b'a', 0) * 100000)),
    'tar: 40 levels': lambda: ('a.tar', nested(lambda inner: tar_of({'a.tar': inner}), b'x', 40)),
    'tar.gz: 30 levels of both': lambda: ('a.tar.gz', nested(lambda inner: gzip_of(tar_of({'a.tar.gz': inner})), b'x', 30)),
    'cpio: 40 levels': lambda: ('a.cpio', nested(lambda inner: cpio_of({'a.cpio': inner}), b'x', 40)),
    '7z: 256 MiB of zeros': lambda: ('a.7z', sevenzip_zeros(256)),
    '7z: a dictionary of 3 GiB': lambda: ('a.7z', sevenzip_zeros(256, 3 << 30)),
    'rar: 100,000 empty files': lambda: ('a.rar', rar_files(100000)),
    'cab: 1 GiB of zeros': lambda: ('a.cab', cab_zeros(1024)),
    'iso: directories within each other': lambda: ('a.iso', iso_loop(60)),
    'ole: a stream in a circle': cyclic_ole,
    'docx: 512 MiB': lambda: office('word/document.xml', 'docx'),
    'docx: a macro of 512 MiB': lambda: office('word/vbaProject.bin', 'docm'),
    'xlsx: 512 MiB': lambda: office('xl/worksheets/sheet1.xml', 'xlsx'),
    'odt: 512 MiB': lambda: office('content.xml', 'odt'),
    'pdf: 512 MiB': lambda: ('a.pdf', pdf(1, zlib.compress(bytes(512 << 20), 9))),
    'pdf: ten filters': lambda: ('a.pdf', pdf(10, nested(lambda inner: zlib.compress(inner, 9), bytes(64 << 20), 10))),
    'flash: 64 MiB': flash,
    'tnef: 40 levels': lambda: ('winmail.dat', nested(lambda inner: tnef_of({'winmail.dat': inner}), b'x', 40)),
    'tnef: 512 MiB in zip': lambda: ('winmail.dat', tnef_of({'a.zip': zip_zeros(512)})),
    'mail: 128 levels': mail_in_mail,
    'mail: 32 levels of base64': encoded_mail_in_mail,
    'mail: in zip in mail, 64 levels': mail_in_zip_in_mail,
    'mail: 5,000 parts': lambda: mixed([b'\r\nx'] * 5000),
    'mail: 900 zips of 10 MiB': lambda: mixed([attached(f'{i}.zip', zip_zeros(10)) for i in range(900)]),
    'mail: 900 gzips of 10 MiB': lambda: mixed([attached(f'{i}.gz', gzip_zeros(10)) for i in range(900)]),
    'mail: uuencoded, 36 levels': uu_in_uu,
    'mail: 10,000 uuencoded files': lambda: b'Subject: x\r\n\r\n' + uuencoded(b'a', b'x') * 10000,
    'mail: 48,000 names': lambda: names(800),
    'mail: 20,000 names of one part': lambda: b'Content-Disposition: attachment; filename=a\r\n' * 20000 + b'\r\nx',
    'mail: 16 boundaries, 5,000 parts': lambda: b''.join(
        b'Content-Type: multipart/mixed; boundary=b%d\r\n' % i for i in range(16)) + b'\r\n' + b''.join(
            b'--b%d\r\n\r\nx%d\r\n' % (i % 16, i) for i in range(5000)),
    'mail: 2,000 hidden parts': lambda: b'A: b\r\n\r\n' + b''.join(
        b'--%d\nContent-Type: text/html\n\nx%d\n' % (i, i) for i in range(2000)),
    'html: 20 MB of scripts in 100 zips': lambda: mixed(
        [attached(f'{i}.zip', zip_of({'a.html': b'<script>atob("QUJD")</script>' * 300000})) for i in range(100)]),
}

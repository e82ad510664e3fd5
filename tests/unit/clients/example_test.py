"""clients/examples/check.py never takes half an answer for a whole one.

    example_test.py clients/examples/check.py
"""
import hashlib
import importlib.util
import io
import sys

sys.dont_write_bytecode = True
SPEC = importlib.util.spec_from_file_location('example', sys.argv[1])
EXAMPLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(EXAMPLE)

READY = b'* PREAUTH [CAPABILITY CCCP1 MAXLINE=8192] x ready\r\n'
END = b'a1 REPORT (VERDICT CLEAN)\r\na1 OK [DONE] done\r\na2 OK done\r\n'
BOTH = {1: ('DELIVER', {}), 2: ('DELIVER', {})}


class Stream(io.BytesIO):
    """Reads what the server says; what is written is kept apart."""

    def write(self, octets):
        self.written = getattr(self, 'written', b'') + octets


def asked(said):
    stream = Stream(said)
    try:
        return EXAMPLE.check(stream, 'a@x', ['b@y', 'c"d@y'], b'hi\0\r\n'), stream.written
    except (EOFError, ValueError, LookupError):
        return None, b''


def whole(lines, wanted, contents=None):
    got, written = asked(READY + b'+ go\r\n' + lines + END)
    assert got == (wanted, {0: b'hi\0\r\n'} | (contents or {})), (lines, got)
    assert b'((1 "b@y") \r\n(2 "c\\"d@y")) (ACCEPT (DELIVER REJECT DISCARD QUARANTINE DEFER COPY ' \
        b'SPLICE)) {5}\r\nhi\0\r\n\r\na2 ACK ' in written, written


def copy(number, octets, form):
    return b'a1 COPY %d (SIZE %d SHA256 "%s" BODY 7BIT \r\nSMTPUTF8 NO) %s\r\n' % (
        number, len(octets), hashlib.sha256(octets).hexdigest().encode(), form)


whole(b'a1 RES 1:2 DELIVER ()\r\n', BOTH)
whole(b'a1 RES 2,\r\n1 DELIVER ()\r\n', BOTH)
whole(b'* OK [DRAINING] soon\r\na1 NEW {5}\r\na1 NO\r\na1 RES 2:2,1 DELIVER ()\r\n', BOTH)
whole(b'a1 RES 1 DELIVER ()\r\na1 RES 2 REJECT (STATUS "5.7.1" \r\nTEXT {3}\r\n"\r\n)\r\n',
      {1: ('DELIVER', {}), 2: ('REJECT', {'STATUS': '5.7.1', 'TEXT': '"\r\n'})})
USED = b'a1 RES 1 DELIVER ()\r\na1 RES 2 DELIVER (COPY 4)\r\n'
ONE = {1: ('DELIVER', {}), 2: ('DELIVER', {'COPY': '4'})}
for made, form in ((b'A: b\r\nhi\0\r\n', b'SPLICE ((DATA {6}\r\nA: b\r\n) \r\n(KEEP 0 5))'),
                   (b'\0\r\n', b'SPLICE ((KEEP 2 3))'), (b'', b'SPLICE ((DATA ""))'),
                   (b'hx\r\n', b'SPLICE ((KEEP 0 1) (DATA "x") (KEEP 3 2))'),
                   (b'\xff\0(")\\', b'INLINE {6}\r\n\xff\0(")\\')):
    whole(copy(4, made, form) + USED, ONE, {4: made})
    whole(USED + copy(4, made, form) + copy(9, made, form), ONE, {4: made, 9: made})

FULL = READY + b'+ go\r\na1 RES 1:2 DELIVER ()\r\n' + END
for cut in range(len(FULL) - len(b'\n')):
    assert asked(FULL[:cut])[0] is None, cut
for said in (b'a1 RES 1 DELIVER ()\r\n', b'a1 RES 1:2 DELIVER ()\r\na1 RES 2 DELIVER ()\r\n',
             b'a1 RES 1:3 DELIVER ()\r\n', b'a1 RES 0:2 DELIVER ()\r\n', b'a1 RES 1:2 HOLD ()\r\n',
             b'a1 RES 1:2 DELIVER ()\r\na1 REPORT ()\r\n', b'* BYE [SHUTDOWN] now\r\n',
             b'a1 RES 1:2 DELIVER ()\r\na1 NO [DEADLINE] late\r\n', b'* BAD [PARSE] what\r\n'):
    assert asked(READY + b'+ go\r\n' + said + END)[0] is None, said
for said in (b'a1 RES 1 DELIVER ()\r\na1 RES 2 DELIVER (ROUTE "x")\r\n', USED, USED + copy(3, b'hi', b'SPLICE ((KEEP 0 2))'),
             USED + 2 * copy(4, b'hi', b'SPLICE ((KEEP 0 2))'), USED + copy(4, b'hi', b'SPLICE ((KEEP 0 3))'),
             USED + copy(4, b'hi', b'SPLICE ((DATA "ho"))'), USED + copy(4, b'hi', b'INLINE {2}\r\nho'),
             USED + copy(4, b'ihi', b'SPLICE ((KEEP 1 1) (KEEP 0 2))'),
             USED + copy(4, b'hih', b'SPLICE ((KEEP 0 2) (KEEP 0 1))'),
             USED + copy(4, b'hi\0\r\n', b'SPLICE ((KEEP 0 6))'), USED + copy(4, b'', b'FORM ()'),
             USED + copy(0, b'hi', b'SPLICE ((KEEP 0 2))')):
    assert asked(READY + b'+ go\r\n' + said + END)[0] is None, said
assert asked(b'* OK [CAPABILITY CCCP1] authenticate\r\n')[0] is None

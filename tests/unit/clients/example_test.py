"""clients/examples/check.py never takes half an answer for a whole one.

    example_test.py clients/examples/check.py
"""
import importlib.util
import io
import sys

sys.dont_write_bytecode = True
SPEC = importlib.util.spec_from_file_location('example', sys.argv[1])
EXAMPLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(EXAMPLE)

READY = b'* PREAUTH [CAPABILITY CCCP1 MAXLINE=8192] x ready\r\n'
END = b'a1 REPORT (VERDICT CLEAN)\r\na1 OK [DONE] done\r\na2 OK done\r\n'
BOTH = {1: 'DELIVER ()', 2: 'DELIVER ()'}


class Stream(io.BytesIO):
    """Reads what the server says; what is written is kept apart."""

    def write(self, octets):
        self.written = getattr(self, 'written', b'') + octets


def asked(said):
    stream = Stream(said)
    try:
        return EXAMPLE.check(stream, 'a@x', ['b@y', 'c"d@y'], b'hi\0\r\n'), stream.written
    except (EOFError, ValueError):
        return None, b''


def whole(lines, wanted):
    got, written = asked(READY + b'+ go\r\n' + lines + END)
    assert got == wanted, (lines, got)
    assert b'((1 "b@y") \r\n(2 "c\\"d@y")) () {5}\r\nhi\0\r\n\r\na2 ACK ' in written, written


whole(b'a1 RES 1:2 DELIVER ()\r\n', BOTH)
whole(b'a1 RES 2,\r\n1 DELIVER ()\r\n', BOTH)
whole(b'* OK [DRAINING] soon\r\na1 NEW {5}\r\na1 NO\r\na1 RES 2:2,1 DELIVER ()\r\n', BOTH)
whole(b'a1 RES 1 DELIVER ()\r\na1 RES 2 REJECT (STATUS "5.7.1" \r\nTEXT {3}\r\n"\r\n)\r\n',
      {1: 'DELIVER ()', 2: 'REJECT (STATUS "5.7.1" TEXT "\\"\r\n")'})

FULL = READY + b'+ go\r\na1 RES 1:2 DELIVER ()\r\n' + END
for cut in range(len(FULL) - len(b'\n')):
    assert asked(FULL[:cut])[0] is None, cut
for said in (b'a1 RES 1 DELIVER ()\r\n', b'a1 RES 1:2 DELIVER ()\r\na1 RES 2 DELIVER ()\r\n',
             b'a1 RES 1:3 DELIVER ()\r\n', b'a1 RES 0:2 DELIVER ()\r\n', b'a1 RES 1:2 HOLD ()\r\n',
             b'a1 RES 1:2 DELIVER ()\r\na1 REPORT ()\r\n', b'* BYE [SHUTDOWN] now\r\n',
             b'a1 RES 1:2 DELIVER ()\r\na1 NO [DEADLINE] late\r\n', b'* BAD [PARSE] what\r\n'):
    assert asked(READY + b'+ go\r\n' + said + END)[0] is None, said
assert asked(b'* OK [CAPABILITY CCCP1] authenticate\r\n')[0] is None

"""cccp_client.py against answers that stand here: which ones it uses, and which make it defer all.

    client_test.py SPEC

The first is the example of the specification (7.8), put together and held against its digest.
"""
import hashlib
import pathlib
import re
import socket
import sys
import tempfile
import threading

from cccp_client import ACCEPT, EVERYTHING, Client

CONTENT = b'Subject: hello\r\n\r\ngood morning\r\n'
CHANGED = b'Subject: hello\r\nX-Spam: YES\r\n\r\ngood morning\r\n'
REPORT = b't1 REPORT (VERDICT SPAM)\r\n'
BOTH = b't1 RES 1:2 DELIVER (COPY 1)\r\n'
USED, DEFERRED = 'used', 'deferred'


def copy(form, octets=CHANGED, number=1, size=None, digest=None):
    digest = digest or hashlib.sha256(octets).hexdigest().encode()
    size = len(octets) if size is None else size
    return b't1 COPY %d (SIZE %d SHA256 "%s" BODY 7BIT SMTPUTF8 NO) %s\r\n' % (number, size, digest, form)


def inline(octets):
    return b'INLINE {%d}\r\n%s' % (len(octets), octets)


def members(groups, more=b''):
    return b't1 RES 1:2 EXPAND (MODE LIST MEMBERS (%s)%s)\r\n' % (groups, more)


SPLICE = b'SPLICE ((KEEP 0 16) (DATA {13}\r\nX-Spam: YES\r\n) (KEEP 16 16))'
NUL = b'\0)\r\na "x"'
NOTE = b't1 NOTE %d (KIND SENDER FROM "" TO ("a@x") SIZE %d) INLINE {4}\r\nA: b\r\n'
GROUP = b'(DELIVER ("a@x" "b@x") ())'
ROWS = [
    ('7.8 splices', BOTH + copy(SPLICE), EVERYTHING, USED),
    ('7.8 before the results', copy(SPLICE) + BOTH, EVERYTHING, USED),
    ('7.8 inline', BOTH + copy(inline(CHANGED)), EVERYTHING, USED),
    ('2.7 inline with NUL', BOTH + copy(inline(NUL), NUL), EVERYTHING, USED),
    ('7.8 digits of any case', BOTH + copy(SPLICE, digest=hashlib.sha256(CHANGED).hexdigest().upper().encode()),
     EVERYTHING, USED),
    ('7.8 nothing is kept', BOTH + copy(b'SPLICE ()', b''), EVERYTHING, USED),
    ('7.8 not given', BOTH, EVERYTHING, DEFERRED),
    ('7.8 another one given', BOTH + copy(SPLICE, number=2), EVERYTHING, DEFERRED),
    ('7.8 given twice', BOTH + copy(SPLICE) + copy(SPLICE), EVERYTHING, DEFERRED),
    ('7.8 another digest', BOTH + copy(SPLICE, digest=b'0' * 64), EVERYTHING, DEFERRED),
    ('7.8 another size', BOTH + copy(SPLICE, size=46), EVERYTHING, DEFERRED),
    ('7.8 a KEEP outside', BOTH + copy(b'SPLICE ((KEEP 0 33))', CONTENT, size=33), EVERYTHING, DEFERRED),
    ('7.8 a KEEP that goes back', BOTH + copy(b'SPLICE ((KEEP 16 16) (KEEP 0 16))', CONTENT[16:] + CONTENT[:16]),
     EVERYTHING, DEFERRED),
    ('7.8 a KEEP that overlaps', BOTH + copy(b'SPLICE ((KEEP 0 16) (KEEP 15 17))', CONTENT[:16] + CONTENT[15:]),
     EVERYTHING, DEFERRED),
    ('7.8 another form', BOTH + copy(b'DIFF ((KEEP 0 32))', CONTENT), EVERYTHING, DEFERRED),
    ('5.1 COPY was not accepted', BOTH + copy(SPLICE), ACCEPT, DEFERRED),
    ('5.1 SPLICE was not accepted', BOTH + copy(SPLICE), ACCEPT + ('COPY',), DEFERRED),
    ('5.1 only COPY was accepted', BOTH + copy(inline(CHANGED)), ACCEPT + ('COPY',), USED),
    ('5.1 ROUTE was not accepted', b't1 RES 1:2 DELIVER (ROUTE "r")\r\n', ACCEPT, DEFERRED),
    ('7.2 STORE names a copy', b't1 RES 1:2 DELIVER (STORE ((ARCHIVE 1 "a")))\r\n' + copy(SPLICE), EVERYTHING, USED),
    ('7.2 STORE names none', b't1 RES 1:2 DELIVER (STORE ((ARCHIVE 1 "a")))\r\n', EVERYTHING, DEFERRED),
    ('7.1 REDIRECT', b't1 RES 1:2 REDIRECT (TO "a@x")\r\n', EVERYTHING, USED),
    ('7.1 REDIRECT to nobody', b't1 RES 1:2 REDIRECT ()\r\n', EVERYTHING, DEFERRED),
    ('7.2 TO of a delivery', b't1 RES 1:2 DELIVER (TO "a@x")\r\n', EVERYTHING, DEFERRED),
    ('7.7 EXPAND', members(GROUP + b' (DISCARD (")@x") ())'), EVERYTHING, USED),
    ('7.7 a copy of a member', members(b'(DELIVER ("a@x") (COPY 1))') + copy(SPLICE), EVERYTHING, USED),
    ('7.7 a copy of a member, not given', members(b'(DELIVER ("a@x") (COPY 1))'), EVERYTHING, DEFERRED),
    ('7.7 a copy beside the members', members(GROUP, b' COPY 1') + copy(SPLICE), EVERYTHING, DEFERRED),
    ('7.7 no members', members(b''), EVERYTHING, DEFERRED),
    ('7.7 a group of nobody', members(b'(DELIVER () ())'), EVERYTHING, DEFERRED),
    ('7.7 a member that is deferred', members(b'(DEFER ("a@x") ())'), EVERYTHING, DEFERRED),
    ('7.7 members of members', members(b'(DELIVER ("a@x") (MODE LIST MEMBERS (%s)))' % GROUP), EVERYTHING, DEFERRED),
    ('7.9 notes', b't1 RES 1:2 REJECT ()\r\n' + NOTE % (1, 4) + NOTE % (2, 4), EVERYTHING, USED),
    ('7.9 a note twice', b't1 RES 1:2 REJECT ()\r\n' + NOTE % (1, 4) + NOTE % (1, 4), EVERYTHING, DEFERRED),
    ('7.9 a note of another size', b't1 RES 1:2 REJECT ()\r\n' + NOTE % (1, 3), EVERYTHING, DEFERRED),
    ('5.1 NOTE was not accepted', b't1 RES 1:2 REJECT ()\r\n' + NOTE % (1, 4), ACCEPT, DEFERRED),
    ('7.10 decisions', b't1 RES 1:2 DELIVER ()\r\nt1 DECISION 1:2 (RULE "r" DISPOSITION DELIVER NEEDS ())\r\n',
     EVERYTHING, USED),
    ('3.7 lines of tomorrow', b't1 RES 1:2 DELIVER ()\r\nt1 X-NEW {5}\r\n\0\r\n)(\r\n', EVERYTHING, USED),
]


def serve(listener, lines):
    connection, _ = listener.accept()
    with connection, connection.makefile('rwb') as stream:
        stream.write(b'* PREAUTH [CAPABILITY CCCP1] x ready\r\n')
        stream.flush()
        size = int(re.search(rb'\{(\d+)\}\r\n', stream.readline())[1])
        stream.write(b'+ go\r\n')
        stream.flush()
        stream.read(size + 2)
        stream.write(lines + b't1 OK [DONE] done\r\n')
        stream.flush()


def play(folder, lines, accept):
    """What the client makes of these lines: its dispositions and its answer."""
    with socket.socket(socket.AF_UNIX) as listener:
        path = tempfile.mktemp(dir=folder)
        listener.bind(path)
        listener.listen()
        server = threading.Thread(target=serve, args=(listener, lines))
        server.start()
        client = Client(f'unix:{path}')
        result, report = client.check('q', 'in', {}, {1: 'b@y', 2: 'c@y'}, CONTENT, accept)
        client.close()
        server.join()
    return result, client.answer, report


def main(spec):
    example = next(block for block in re.findall(r'```\n((?:S:.*\n)+)```', pathlib.Path(spec).read_text())
                   if ' COPY ' in block)
    lines = b''.join(line[3:].encode() + b'\r\n' for line in example.splitlines())
    faults = 0
    with tempfile.TemporaryDirectory(prefix='cccp.') as folder:
        result, answer, report = play(folder, lines.replace(b'a1 ', b't1 ') + REPORT, EVERYTHING)
        if not answer or answer.copies != {1: CHANGED} or answer.results[1][1] != {'COPY': b'1'}:
            faults += 1
            print(f'7.8 the example: {result} {report}')
        for name, lines, accept, wanted in ROWS:
            result, answer, report = play(folder, lines + REPORT, accept)
            outcome = USED if answer else DEFERRED
            if outcome != wanted or (not answer and set(result.values()) != {'DEFER'}):
                faults += 1
                print(f'{name}: {outcome} {result} {report}')
    print(f'{len(ROWS) + 1} answers, {faults} faults')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

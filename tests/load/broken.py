"""The connection breaks at every octet of an exchange, and the client tries again (C12).

    broken.py CCCPD_SCRIPTED

A client (known by its uid on a Unix socket) sends one check and loses the connection behind the n-th octet that it sent, or behind
the n-th octet of the answer; it dials again and sends the same check. It gets exactly one final result, and the message is
scanned at most once more: where it had been sent completely, not at all.
"""
import os
import re
import socket
import sys

import loaded

CONFIG = """
listeners:
  - address: unix:{folder}/socket
    anonymous: no
clients:
  mx1:
    uid: %d
    channels: [inbound]
""" % os.getuid()

END = re.compile(rb'^c1 (OK|NO|BAD)\b.*\r\n', re.M)


class Dialled:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.stream = self.socket.makefile('rb', buffering=0)
        assert self.line().startswith(b'* OK')
        self.socket.sendall(b'a0 AUTHENTICATE EXTERNAL =\r\n')
        assert self.line().startswith(b'a0 OK')

    def line(self):
        got = b''
        while not got.endswith(b'\r\n'):
            octet = self.stream.read(1)
            if not octet:
                break
            got += octet
        return got

    def answer(self, most=None):
        """The octets of the answer to c1, or only so many of them."""
        got = b''
        while not END.search(got) and (most is None or len(got) < most):
            octet = self.stream.read(1)
            if not octet:
                break
            got += octet
        return got

    def close(self):
        self.stream.close()
        self.socket.close()


def final(answer):
    results = re.findall(rb'^c1 RES 1 (\w+) ', answer, re.M)
    ends = END.findall(answer)
    return results == [b'DELIVER'] and ends == [b'OK']


def check(txn):
    content = loaded.message('clean', body=txn)
    return b'c1 CHECK "%s" inbound (SENDER "a@x.example") ((1 "b@y.example")) () {%d+}\r\n%s\r\n' % (
        txn.encode(), len(content), content)


def broken(server, path, txn, sent=None, got=None):
    """One broken try, one whole one. True when all is as promised."""
    octets = check(txn)
    before = server.metric('cccpd_jobs_total')
    first = Dialled(path)
    first.socket.sendall(octets[:sent])
    if got is not None:
        first.answer(got)
    first.close()
    second = Dialled(path)
    second.socket.sendall(octets)
    good = final(second.answer())
    second.close()
    scans = server.metric('cccpd_jobs_total') - before
    complete = sent is None or sent >= len(octets)
    if not good or scans > (1 if complete else 2):
        print(f'{txn}: final result {good}, {scans:.0f} scans')
        return False
    return True


def main():
    tries = wrong = 0
    with loaded.Server(sys.argv[1], 'engines.clamav.enabled=no', 'engines.attachment.enabled=no',
                       'engines.scripted.enabled=yes', port=11950,
                       config=CONFIG) as server:
        path = f'{server.folder}/socket'
        probe = Dialled(path)
        probe.socket.sendall(check('probe'))
        answer = len(probe.answer())
        probe.close()
        for count in range(len(check('s0000')) + 1):
            tries += 1
            wrong += not broken(server, path, f's{count:04}', sent=count)
        for count in range(answer + 1):
            tries += 1
            wrong += not broken(server, path, f'r{count:04}', got=count)
    print(f'{tries} broken exchanges, {wrong} wrong')
    return 1 if wrong or tries < 200 else 0


if __name__ == '__main__':
    sys.exit(main())

"""A client of CCCP1 in one page, written from spec/cccp.md alone: connect, check, read the result.

It shows what an MTA must do, and no more: one check at a time, answers to 16 MiB. Whatever is not
an OK with exactly one accepted disposition for every id is DEFER (spec 7.1, 8).
"""
import re
import socket

TOKEN = re.compile(rb'\r\n|\(|\)|"(?:[^"\\]|\\["\\])*"|\{\d+\}\r\n|[^\s()"{]+|\{')
REPLY_MAX = 16 << 20
ACCEPT = ("DELIVER", "REJECT", "DISCARD", "QUARANTINE", "DEFER")


class Broken(Exception):
    """The stream is lost or makes no sense: the client knows nothing (spec 8, "lost")."""


def quote(text):
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", text.encode()) + b'"'


def parse(tokens):
    """One list of values, nested ones as lists (spec 3, value); ends at ")" or at the end."""
    values = []
    for token in tokens:
        if token == b")":
            return values
        values.append(parse(tokens) if token == b"(" else token)
    return values


def ids(id_set):
    for part in id_set.decode().split(","):
        first, _, last = part.partition(":")
        if int(last or first) - int(first) > 100000:
            raise Broken("id-set")
        yield from range(int(first), int(last or first) + 1)


class Client:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=60)
        self.stream, self.count = self.socket.makefile("rb"), 0
        self.greeting = self.reply()
        if self.greeting[:1] != [b"*"] or self.greeting[1] == b"BYE":
            raise Broken(self.greeting)

    def reply(self):
        """One reply: its line, the literals in it, and the lines that go on (spec 2.2, 2.6)."""
        values, depth, size = [], 0, 0
        while True:
            line = self.stream.readline(REPLY_MAX)
            size += len(line)
            if not line.endswith(b"\r\n") or size > REPLY_MAX:
                raise Broken(line)
            literal = re.search(rb"(?<!\S)\(*\{(\d+)\}\r\n$", line)
            if not values and not depth and re.match(rb"\+|\S+ (OK|NO|BAD|BYE|PREAUTH)\b", line):
                return line.rstrip().split(b" ")
            for token in TOKEN.findall(line):
                depth += (token == b"(") - (token == b")")
                if token[:1] != b"{" and token != b"\r\n":
                    values.append(token)
            if literal:
                size += int(literal[1])
                values.append(self.stream.read(min(int(literal[1]), REPLY_MAX)))
            elif not (depth and line.endswith(b" \r\n")) and not line.endswith(b",\r\n"):
                return parse(iter(values))

    def send(self, octets):
        self.socket.sendall(octets)

    def check(self, txn, channel, envelope, recipients, content):
        """Returns {id: disposition} and the report as a list; all DEFER unless the answer is full."""
        self.count += 1
        tag = b"t%d" % self.count
        pairs = b" ".join(key.encode() + b" " + quote(value) for key, value in envelope.items())
        listed = b" ".join(b"(%d " % n + quote(to) + b")" for n, to in recipients.items())
        self.send(b"%s CHECK %s %s (%s) (%s) (ACCEPT (%s)) {%d}\r\n" % (
            tag, quote(txn), channel.encode(), pairs, listed, " ".join(ACCEPT).encode(),
            len(content)))
        defer, result, report = dict.fromkeys(recipients, "DEFER"), {}, []
        line, sent = self.reply(), False
        while line[0] != tag or line[1] not in (b"OK", b"NO", b"BAD"):
            if line[0] == b"*" and line[1] == b"BYE":
                raise Broken(line)
            if line[0] == b"+" and not sent:
                self.send(content + b"\r\n")
                sent = True
            elif line[:2] == [tag, b"RES"]:
                for n in ids(line[2]):
                    if n in result or n not in defer or line[3].decode() not in ACCEPT:
                        return defer, ["malformed"]
                    result[n] = line[3].decode()
            elif line[:2] == [tag, b"REPORT"]:
                report = line[2]
            line = self.reply()
        if not sent:
            self.send(b"%s.n NOOP %s\r\n" % (tag, quote(tag.decode())))
            self.reply()
        complete = line[1] == b"OK" and result.keys() == defer.keys()
        return (result if complete else defer), report or [b" ".join(line)]

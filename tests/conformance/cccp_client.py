"""A client of CCCP1 in one page, written from spec/cccp.md alone: connect, check, read the result.

It shows what an MTA must do, and no more: one check at a time, answers to 16 MiB. Whatever is not
an OK with exactly one accepted disposition for every id is DEFER (spec 7.1, 8).
"""
import re
import socket

TOKEN = re.compile(rb'\s+|\(|\)|"(?:[^"\\]|\\["\\])*"|\{\d+\}|[^\s()"{]+|[^\s]')
LITERAL = re.compile(rb"\{(\d+)\}\r\n")
STATE = re.compile(rb"\+|\S+ (OK|NO|BAD|BYE|PREAUTH)\b")
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
    def __init__(self, address, greet=True):
        """address: "host:port" or "unix:/path" """
        host, _, port = address.rpartition(":")
        if host == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(60)
            self.socket.connect(port)
        else:
            self.socket = socket.create_connection((host, int(port)), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream, self.count = self.socket.makefile("rb"), 0
        if greet:
            greeting = self.reply()
            if greeting[0] != b"*" or greeting[1] not in (b"OK", b"PREAUTH"):
                raise Broken(greeting)

    def raw(self):
        """The octets of one reply: its line, literals, and lines that go on (spec 2.2, 2.6)."""
        octets, depth = b"", 0
        while True:
            line = self.stream.readline(REPLY_MAX)
            octets += line
            if not line.endswith(b"\r\n") or len(octets) > REPLY_MAX:
                raise Broken(octets)
            if octets == line and STATE.match(line):
                return octets
            literal = LITERAL.search(line)
            depth += sum({b"(": 1, b")": -1}.get(token, 0) for token in TOKEN.findall(line))
            if literal:
                octets += self.stream.read(min(int(literal[1]), REPLY_MAX))
            elif not (depth and line.endswith(b" \r\n")) and not line.endswith(b",\r\n"):
                return octets

    def reply(self):
        """One reply as a list of values; the text of a state is in words."""
        octets, tokens = self.raw(), []
        if STATE.match(octets):
            return octets.rstrip().split(b" ")
        while octets:
            token = TOKEN.match(octets)
            size = LITERAL.match(octets)
            end = size.end() + int(size[1]) if size else token.end()
            if size:
                tokens.append(b'"' + octets[size.end():end] + b'"')
            elif tokens and tokens[-1][-1:] == b"," and token[0].strip():
                tokens[-1] += token[0]  # an id-set that goes on in the next line
            elif token[0].strip():
                tokens.append(token[0])
            octets = octets[end:]
        return parse(iter(tokens))

    def close(self):
        self.stream.close()
        self.socket.close()

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
        complete = line[1] == b"OK" and report and result.keys() == defer.keys()
        return (result if complete else defer), report or [b" ".join(line)]

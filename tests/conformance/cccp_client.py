"""A client of CCCP1, written from spec/cccp.md alone: connect, check, read the result.

It shows what an MTA must do, and no more: one check at a time, answers to 16 MiB. Whatever is not
an OK with exactly one accepted disposition for every id, and with every copy that is named as its line
says, is DEFER (spec 7.1, 7.8, 8).
"""
import hashlib
import re
import socket

TOKEN = re.compile(rb'\s+|\(|\)|"(?:[^"\\]|\\["\\])*"|\{\d+\}|[^\s()"{]+|[^\s]')
LITERAL = re.compile(rb"\{(\d+)\}\r\n")
STATE = re.compile(rb"\+|\S+ (OK|NO|BAD|BYE|PREAUTH)\b")
REPLY_MAX = 16 << 20
ACCEPT = ("DELIVER", "REJECT", "DISCARD", "QUARANTINE", "DEFER")
EVERYTHING = ACCEPT + ("REDIRECT", "EXPAND", "COPY", "SPLICE", "SENDER", "ROUTE", "STORE", "NOTE")
OF_MEMBERS = ("DELIVER", "REJECT", "DISCARD", "QUARANTINE")
FORMS = ("COPY", "SENDER", "ROUTE", "STORE")


class Broken(Exception):
    """The stream is lost or makes no sense: the client knows nothing (spec 8, "lost")."""


class String(bytes):
    """What a quoted string or a literal says; all else that is no list is plain bytes."""


class Malformed(Exception):
    """The answer is whole and cannot be used (spec 7.1, 7.8)."""


def demand(condition, what):
    if not condition:
        raise Malformed(what)


def quote(text):
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", text.encode()) + b'"'


def parse(tokens):
    """One list of values, nested ones as lists (spec 3, value); ends at ")" or at the end."""
    values = []
    for token in tokens:
        is_string = isinstance(token, String)
        if token == b")" and not is_string:
            return values
        values.append(parse(tokens) if token == b"(" and not is_string else token)
    return values


def pairs(values):
    """A list of keys and values as a dict (spec 3.5)."""
    keys = [key.decode().upper() for key in values[::2]]
    demand(len(values) % 2 == 0 and len(set(keys)) == len(keys), "pairs")
    return dict(zip(keys, values[1::2]))


def splice(content, segments):
    """The octets of a copy (spec 7.8)."""
    copy, end = b"", 0
    for word, *rest in segments:
        if word == b"DATA":
            copy += rest[0]
            continue
        offset, size = int(rest[0]), int(rest[1])
        demand(word == b"KEEP" and end <= offset <= offset + size <= len(content), "KEEP")
        copy, end = copy + content[offset:offset + size], offset + size
    return copy


class Answer:
    """The intermediate lines of one check; used only when whole() has not refused them."""

    def __init__(self, recipients, content, accept):
        self.recipients, self.content, self.accept = recipients, content, accept
        self.results, self.copies, self.notes = {}, {}, {}  # id: (disposition, attributes); n: …
        self.decisions, self.report, self.named = [], [], set()

    def take(self, word, line):
        lines = {b"RES": self.result, b"COPY": self.copy, b"NOTE": self.note,
                 b"DECISION": self.decision, b"REPORT": self.summary}
        if word in lines:
            lines[word](*line)

    def attributes(self, disposition, values, members_stand_here):
        given = pairs(values)
        demand(disposition in self.accept, "disposition")
        demand(all(form in self.accept for form in FORMS if form in given), "form")
        demand(("TO" in given) == (disposition == "REDIRECT"), "TO")
        demand(given.get("TO", b"x") != b"", "TO")
        expands = members_stand_here and disposition == "EXPAND"
        demand(("MEMBERS" in given) == ("MODE" in given) == expands, "MEMBERS")
        self.named.add(int(given.get("COPY", 0)))
        self.named.update(int(kept[1]) for kept in given.get("STORE", ()))
        if expands:
            demand(given["MEMBERS"] and not given.keys() & {"COPY", "ROUTE", "MARK"}, "EXPAND")
            for member, addresses, values in given["MEMBERS"]:
                demand(addresses and all(addresses) and member.decode() in OF_MEMBERS, "group")
                self.attributes(member.decode(), values, False)
        return given

    def result(self, id_set, disposition, values):
        disposition = disposition.decode().upper()
        given = self.attributes(disposition, values, True)
        for n in ids(id_set):
            demand(n in self.recipients and n not in self.results, "id")
            self.results[n] = (disposition, given)

    def copy(self, number, values, form, *rest):
        given, number = pairs(values), int(number)
        demand("COPY" in self.accept and form in (b"SPLICE", b"INLINE"), "form")
        demand(form == b"INLINE" or "SPLICE" in self.accept, "form")
        demand(number > 0 and number not in self.copies, "COPY")
        octets = splice(self.content, rest[0]) if form == b"SPLICE" else bytes(rest[0])
        demand(len(octets) == int(given["SIZE"]), "SIZE")
        digest = given["SHA256"].decode().lower()
        demand(hashlib.sha256(octets).hexdigest() == digest, "SHA256")
        self.copies[number] = octets

    def note(self, number, values, form, octets):
        given, number = pairs(values), int(number)
        demand("NOTE" in self.accept and form == b"INLINE" and number not in self.notes, "NOTE")
        demand(given["TO"] and len(octets) == int(given["SIZE"]), "NOTE")
        self.notes[number] = (given, bytes(octets))

    def decision(self, id_set, values):
        self.decisions.append((list(ids(id_set)), pairs(values)))

    def summary(self, values):
        demand(not self.report, "REPORT")
        self.report = values

    def whole(self):
        demand(self.report and self.results.keys() == self.recipients.keys(), "not whole")
        demand(self.named - {0} <= self.copies.keys(), "a copy that is not there")


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
                tokens.append(String(octets[size.end():end]))
            elif token[0][:1] == b'"':
                tokens.append(String(re.sub(rb'\\(["\\])', rb"\1", token[0][1:-1])))
            elif tokens and tokens[-1][-1:] == b"," and token[0].strip() and tokens[-1][:1].isdigit():
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

    def check(self, txn, channel, envelope, recipients, content, accept=ACCEPT):
        """Returns {id: disposition} and the report as a list; all DEFER unless the answer is full.
        self.answer has the attributes, copies and notes of a full one, else it is None."""
        self.count += 1
        tag = b"t%d" % self.count
        envelope = b" ".join(key.encode() + b" " + quote(value) for key, value in envelope.items())
        listed = b" ".join(b"(%d " % n + quote(to) + b")" for n, to in recipients.items())
        self.send(b"%s CHECK %s %s (%s) (%s) (ACCEPT (%s)) {%d}\r\n" % (
            tag, quote(txn), channel.encode(), envelope, listed, " ".join(accept).encode(),
            len(content)))
        answer, wrong = Answer(recipients, content, accept), None
        line, sent = self.reply(), False
        while line[0] != tag or line[1] not in (b"OK", b"NO", b"BAD"):
            if line[0] == b"*" and line[1] == b"BYE":
                raise Broken(line)
            if line[0] == b"+" and not sent:
                self.send(content + b"\r\n")
                sent = True
            elif line[0] == tag and not wrong:
                wrong = attempt(answer.take, line[1].upper(), line[2:])
            line = self.reply()
        if not sent:
            self.send(b"%s.n NOOP %s\r\n" % (tag, quote(tag.decode())))
            self.reply()
        if line[1] != b"OK":
            wrong = wrong or b" ".join(line)
        wrong = wrong or attempt(answer.whole)
        self.answer = None if wrong else answer
        if wrong:
            return dict.fromkeys(recipients, "DEFER"), answer.report or [wrong]
        return {n: result[0] for n, result in answer.results.items()}, answer.report


def attempt(step, *arguments):
    """What was wrong, or None. A value of the wrong kind is as malformed as any other."""
    try:
        step(*arguments)
    except (Malformed, KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        return f"malformed: {problem}"
    return None

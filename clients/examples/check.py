#!/usr/bin/env python3
"""Checks a stored message and prints a line for each recipient: check.py FILE SENDER RECIPIENT...

A client of CCCP1 from spec/cccp.md alone, to begin your own with; its clauses stand in brackets.
The server is $CCCP_SERVER (127.0.0.1:10030), a listener that admits anonymous peers. Changed copies
are written beside the message, as FILE.copy-N: what an MTA would deliver to that recipient.
Whatever is not a full OK is DEFER, and the exit status 75: keep the message, ask again."""
import hashlib, os, re, socket, sys

DISPOSITIONS = "DELIVER", "REJECT", "DISCARD", "QUARANTINE", "DEFER"
ACCEPT = f"ACCEPT ({' '.join(DISPOSITIONS)} COPY SPLICE)"  # what this client can do [5.1]
TOKEN = re.compile(r'(?s)[()]|"((?:[^"\\]|\\.)*)"|[^\s()"]+')


def quoted(text):
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def text(octets):
    return octets.decode(errors="surrogateescape")  # any octets, and back again [2.7]


def read_reply(stream):
    """One reply as one line: continued lines joined, literals made quoted strings [2.2]."""
    reply = ""
    while (line := text(stream.readline())).endswith("\r\n"):
        if literal := re.search(r"\{(\d+)\}\r\n$", line):
            reply += line[:literal.start()] + quoted(text(stream.read(int(literal[1]))))
        else:
            reply += line[:-2]
            if not reply.endswith((" ", ",")):
                return reply
    raise EOFError("connection lost")


def values(line):
    """The words, strings and lists of a line; lists are lists [3]."""
    stack = [[]]
    for token in TOKEN.finditer(line):
        if token[0] == "(":
            stack.append([])
        elif token[0] == ")":
            stack[-2].append(stack.pop())
        else:
            stack[-1].append(token[0] if token[1] is None else re.sub(r"(?s)\\(.)", r"\1", token[1]))
    return stack[0]


def pairs(items):
    return dict(zip(items[::2], items[1::2], strict=True))


def command(stream, line, content=b""):
    """Sends a command, and its content behind `+` [2.3]; the lines before its OK."""
    tag, lines = line.split(" ")[0], []
    stream.write(line.encode() + b"\r\n")
    while True:
        stream.flush()
        first, _, rest = (reply := read_reply(stream)).partition(" ")
        if first == "+":
            stream.write(content + b"\r\n")
        elif reply.startswith(f"{tag} OK "):
            return lines
        elif reply.startswith((f"{tag} NO ", f"{tag} BAD ", "* BAD ", "* BYE ")):
            raise ValueError(reply)
        elif first == tag:
            lines.append(rest)


def copy(original, about, form, pieces):
    """The octets of a COPY line, if they are what it says [7.8]."""
    octets, at = b"", 0
    for kind, *piece in {"INLINE": [("DATA", pieces)], "SPLICE": pieces}[form]:
        if kind == "DATA":
            octets += piece[0].encode(errors="surrogateescape")
            continue
        start, size = map(int, piece)
        if start < at or start + size > len(original):
            raise ValueError("malformed: a copy is not made of the message")
        octets, at = octets + original[start:start + size], start + size
    digest = hashlib.sha256(octets).hexdigest()
    if len(octets) != int(about["SIZE"]) or digest != about["SHA256"].lower():
        raise ValueError("malformed: a copy has another size or digest")
    return octets


def check(stream, sender, recipients, content):
    """Disposition and attributes for each id, and the contents by number: 0 is the original.
    Raises if the answer is not a full one [7.1, 7.3]."""
    if not (greeting := read_reply(stream)).startswith("* PREAUTH [CAPABILITY CCCP1 "):
        raise ValueError(greeting)
    txn = hashlib.sha256("\n".join(recipients).encode() + content).hexdigest()  # for a retry [6.2]
    # A recipient on each line keeps lines below MAXLINE [2.1, 2.2].
    ids = " \r\n".join(f"({id} {quoted(name)})" for id, name in enumerate(recipients, 1))
    envelope = f"(SENDER {quoted(sender)}) ({ids})"
    lines = command(stream, f"a1 CHECK {txn} inbound {envelope} ({ACCEPT}) {{{len(content)}}}", content)
    results, contents = {}, {0: content}
    for word, *rest in map(values, lines):
        if word == "COPY":
            number, about, form, pieces = rest
            if int(number) in contents:
                raise ValueError("malformed: a copy comes twice")
            contents[int(number)] = copy(content, pairs(about), form, pieces)
        elif word == "RES":
            ids, disposition, about = rest
            for first, last in re.findall(r"(\d+):?(\d*)", ids):
                for id in range(int(first), int(last or first) + 1):
                    if id in results or not 0 < id <= len(recipients) or disposition not in DISPOSITIONS:
                        raise ValueError(f"malformed: {ids} {disposition}")
                    results[id] = disposition, pairs(about)
    if len(results) < len(recipients) or sum(line.startswith("REPORT ") for line in lines) != 1:
        raise ValueError("malformed: a recipient or the REPORT is missing")
    if any(int(about.get("COPY", 0)) not in contents or about.keys() & {"SENDER", "ROUTE", "STORE"}
           for _, about in results.values()):
        raise ValueError("malformed: a copy is missing, or there is what was not accepted")
    command(stream, "a2 ACK " + txn)  # an MTA does so when it has applied the results [5.2]
    return results, contents


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    path, sender, *recipients = sys.argv[1:]
    host, port = os.environ.get("CCCP_SERVER", "127.0.0.1:10030").rsplit(":", 1)
    try:
        with open(path, "rb") as file, socket.create_connection((host, int(port)), 120) as server:
            results, contents = check(server.makefile("rwb"), sender, recipients, file.read())
    except (OSError, EOFError, ValueError, LookupError) as error:
        results, contents = dict.fromkeys(range(1, len(recipients) + 1), ("DEFER", {"TEXT": str(error)})), {}
    for number, octets in contents.items():
        if number > 0:
            with open(f"{path}.copy-{number}", "wb") as file:
                file.write(octets)
    for id, recipient in enumerate(recipients, 1):
        print(recipient, results[id][0], *(f"{key}={value}" for key, value in results[id][1].items()))
    sys.exit(75 if any(disposition == "DEFER" for disposition, _ in results.values()) else 0)

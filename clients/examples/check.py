#!/usr/bin/env python3
"""Checks a stored message and prints a line for each recipient: check.py FILE SENDER RECIPIENT...

A client of CCCP1 from spec/cccp.md alone, to begin your own with; its clauses stand in brackets.
The server is $CCCP_SERVER (127.0.0.1:10030), a listener that admits anonymous peers.
Whatever is not a full OK is DEFER, and the exit status 75: keep the message, ask again."""
import hashlib, os, re, socket, sys

DISPOSITIONS = "DELIVER", "REJECT", "DISCARD", "QUARANTINE", "DEFER"


def quoted(text):
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def read_reply(stream):
    """One reply as one line: continued lines joined, literals made quoted strings [2.2]."""
    reply = ""
    while (line := stream.readline().decode()).endswith("\r\n"):
        if literal := re.search(r"\{(\d+)\}\r\n$", line):
            reply += line[:literal.start()] + quoted(stream.read(int(literal[1])).decode())
        else:
            reply += line[:-2]
            if not reply.endswith((" ", ",")):
                return reply
    raise EOFError("connection lost")


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


def check(stream, sender, recipients, content):
    """Disposition and attributes for each id; raises if the answer is not a full one [7.1, 7.3]."""
    if not (greeting := read_reply(stream)).startswith("* PREAUTH [CAPABILITY CCCP1 "):
        raise ValueError(greeting)
    txn = hashlib.sha256("\n".join(recipients).encode() + content).hexdigest()  # for a retry [6.2]
    # A recipient on each line keeps lines below MAXLINE [2.1, 2.2].
    ids = " \r\n".join(f"({id} {quoted(name)})" for id, name in enumerate(recipients, 1))
    envelope = f"(SENDER {quoted(sender)}) ({ids})"
    lines = command(stream, f"a1 CHECK {txn} inbound {envelope} () {{{len(content)}}}", content)
    results = {}
    for res in filter(None, (re.match(r"(?s)RES (\S+) ((\w+) .*)", line) for line in lines)):
        for first, last in re.findall(r"(\d+):?(\d*)", res[1]):
            for id in range(int(first), int(last or first) + 1):
                if id in results or not 0 < id <= len(recipients) or res[3] not in DISPOSITIONS:
                    raise ValueError("malformed: " + res[0])
                results[id] = res[2]
    if len(results) < len(recipients) or sum(line.startswith("REPORT ") for line in lines) != 1:
        raise ValueError("malformed: a recipient or the REPORT is missing")
    command(stream, "a2 ACK " + txn)  # an MTA does so when it has applied the results [5.2]
    return results


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    path, sender, *recipients = sys.argv[1:]
    host, port = os.environ.get("CCCP_SERVER", "127.0.0.1:10030").rsplit(":", 1)
    try:
        with open(path, "rb") as file, socket.create_connection((host, int(port)), 120) as server:
            results = check(server.makefile("rwb"), sender, recipients, file.read())
    except (OSError, EOFError, ValueError) as error:
        results = {id: f"DEFER () {error}" for id in range(1, len(recipients) + 1)}
    for id, recipient in enumerate(recipients, 1):
        print(recipient, results[id])
    sys.exit(75 if any(result.startswith("DEFER ") for result in results.values()) else 0)

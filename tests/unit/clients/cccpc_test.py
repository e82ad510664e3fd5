"""cccpc where no server is needed: exit statuses, messages, samples.

    cccpc_test.py build/clients/cccpc/cccpc
"""
import email
import hashlib
import io
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
EICAR = b'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-' + b'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'


def run(status, said, *arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == status, (arguments, done)
    assert said in done.stdout + done.stderr, (arguments, said, done)


def attachment(folder, name):
    message = email.message_from_bytes(pathlib.Path(folder, name).read_bytes())
    return message.get_payload()[1].get_payload(decode=True)


def samples(folder):
    run(0, '', 'samples', folder)
    assert len(list(pathlib.Path(folder).glob('*.eml'))) == 9
    assert attachment(folder, '10-eicar.eml') == EICAR
    one = zipfile.ZipFile(io.BytesIO(attachment(folder, '11-eicar-zip.eml')))
    assert one.testzip() is None and one.read('eicar.com') == EICAR
    outer = zipfile.ZipFile(io.BytesIO(attachment(folder, '12-eicar-nested-zip.eml')))
    inner = zipfile.ZipFile(io.BytesIO(outer.read('inner.zip')))
    assert inner.read('eicar.com') == EICAR
    locked = zipfile.ZipFile(io.BytesIO(attachment(folder, '20-password-zip.eml')))
    assert locked.read('eicar.com', b'eicar') == EICAR
    assert EICAR not in pathlib.Path(PROGRAM).read_bytes(), 'the program itself would be found'


# What a server says of a message of 500 octets that is read in three ways.
LINES = r"""RES 1 QUARANTINE (CLASS policy TEXT "readers differ")
PART 1 (PARENT 0 DEPTH 1 KIND MULTIPART TYPE "multipart/mixed" HEADER (0 100) BODY (100 400) DECODED 400)
PART 2 (PARENT 1 DEPTH 2 KIND LEAF TYPE "text/plain" CHARSET "utf-8" HEADER (110 20) BODY (130 30) DECODED 30)
PART 3 (PARENT 1 DEPTH 2 KIND LEAF TYPE "application/x-zip-compressed" NAME "\u202Egpj.exe" NAMES ("b \"c\".zip" "d.zip") ENCODING "base64" HEADER (170 130) BODY (300 200) DECODED 140)
PART 4 (PARENT 3 DEPTH 3 WITHIN 3 KIND LEAF TYPE "image/png" HEADER (300 0) BODY (300 100) DECODED 90)
PART 5 (PARENT 3 DEPTH 3 READING 1 KIND LEAF TYPE "multipart/mixed" ENCODING "quoted-printable" HEADER (300 0) BODY (300 200) DECODED 200)
PART 6 (PARENT 0 DEPTH 1 READING 2 KIND MULTIPART TYPE "multipart/mixed" HEADER (0 100) BODY (100 400) DECODED 400)
PART 7 (PARENT 6 DEPTH 2 READING 2 KIND LEAF TYPE "text/html" HEADER (110 20) BODY (130 30) DECODED 30)
ENGINE message (STATE OK VERSION "" TIME 250)
ENGINE clamav (STATE OK VERSION "1.4.6" TIME 1500)
ENGINE attachment (STATE OK VERSION "1" TIME 0)
ENGINE spam (STATE FAILED VERSION "" TIME 0 REASON "deadline")
FINDING message (SYMBOL "message.header-cr" CLASS STRUCTURE POINTS 0 PART 0 RANGE (0 10) TEXT "a bare CR" EXCERPT "A: b\\x0D")
FINDING message (SYMBOL "message.names-differ" CLASS STRUCTURE POINTS 0 PART 3 RANGE (200 40) TEXT "mail programs would give the file other names" EXCERPT "@@@")
FINDING clamav (SYMBOL "Odd" CLASS NOTE POINTS -1500 PART 7 RANGE (130 5))
COVERAGE clamav (PARTS 2:3 STATE EXAMINED)
COVERAGE clamav (PARTS 5 STATE EXEMPT REASON "clamav.smallest")
COVERAGE clamav (PARTS 7 STATE EXAMINED)
COVERAGE attachment (PARTS 3 STATE UNEXAMINABLE REASON "encrypted-names")
COVERAGE attachment (PARTS 2 STATE EXAMINED)
COVERAGE attachment (PARTS 1 STATE UNEXAMINABLE REASON "readings")
COVERAGE attachment (PARTS 3 STATE EXAMINED)
COVERAGE spam (PARTS 2:7 STATE EXAMINED)
FACT "message.header-8bit" "yes"
REPORT (VERDICT POLICY COVERAGE PARTIAL EXPECTED 11 EXAMINED 4 EXEMPT 1 UNEXAMINABLE 1 FAILED 5 REASONS ((message "message.header-cr")) ENGINES () GENERATION 3 TIME 2000 REF "c7-1")
OK [DONE] 1 recipient
""".replace('\\u202E', '\u202E').replace('@@@', 30 * r'\\x5C')

LATE = """RES 1 DEFER (CLASS incomplete AFTER 60)
COVERAGE front (PARTS 0 STATE FAILED REASON "deadline")
REPORT (VERDICT INCOMPLETE TRANSIENT YES COVERAGE PARTIAL EXPECTED 0 REASONS () GENERATION 0 TIME 9 REF "c7-2")
OK [DONE] 1 recipient
"""

EXPLAINED = r"""message.eml: POLICY, QUARANTINE (message:message.header-cr) 2.0 ms
  reference c7-1, generation 3, coverage partial: 4 of 11 examined, 1 exempt, 1 unexaminable,
    5 failed
  recipients
    1 <postmaster> QUARANTINE: readers differ
  ! message STRUCTURE message.header-cr  octets 0+10  a bare CR
    | A: b\x0D
  parts
    1 multipart/mixed  header 0+100  body 100+400  attachment unexaminable: readings
      2 text/plain; charset=utf-8  header 110+20  body 130+30  clamav examined ·
         attachment examined · spam failed
      3 application/x-zip-compressed  "\u202Egpj.exe", "b \"c\".zip", "d.zip"  base64
         header 170+130  body 300+200 → 140  clamav examined ·
         attachment unexaminable: encrypted-names · spam failed
         ! message STRUCTURE message.names-differ  octets 200+40  mail programs would give the
           file other names
           | \x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C
           | \x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C\x5C
        4 image/png  within 3  header 300+0  body 300+100 → 90  clamav silent · attachment silent ·
           spam failed
  reading 1 of part 3
    5 multipart/mixed as LEAF  quoted-printable  header 300+0  body 300+200
       clamav exempt: clamav.smallest · attachment silent · spam failed
  reading 2 of the message
    6 multipart/mixed  header 0+100  body 100+400
      7 text/html  header 110+20  body 130+30  clamav examined · attachment silent · spam failed
         ! clamav NOTE Odd  octets 130+5  -1.500 points
  time 2.000 ms
        0.250 ms  12 %  message
        1.500 ms  75 %  clamav 1.4.6
        0.000 ms   0 %  attachment 1
        0.000 ms   0 %  spam  FAILED: deadline
        0.250 ms  12 %  outside the worker
  facts
    message.header-8bit = yes
"""


class Server(threading.Thread):
    """Answers one CHECK with the lines, whatever is asked, and keeps the question."""

    def __init__(self, path, lines):
        super().__init__(daemon=True)
        self.lines = lines
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen()
        self.start()

    def run(self):
        connection, _ = self.socket.accept()
        connection.sendall(b'* PREAUTH [CAPABILITY CCCP1 MAXLITERAL=4096 MAXMSG=1000000] ready\r\n')
        read = connection.makefile('rb')
        line = read.readline()
        while not (announced := re.search(rb'\{(\d+)\+\}\r\n$', line)):
            line += read.readline()
        read.read(int(announced[1]) + 2)
        self.asked = line
        tag = line.split()[0].decode()
        lines = re.split(r'\n(?=[A-Z]+ )', self.lines.removesuffix('\n'))
        connection.sendall(''.join(f'{tag} {one}\r\n' for one in lines).encode())
        read.readline()


def ask(folder, lines, status, *arguments):
    """What cccpc prints, and what it asked the server."""
    address = pathlib.Path(folder, 'socket')
    server = Server(str(address), lines)
    done = subprocess.run([PROGRAM, *arguments, '-s', f'unix:{address}', 'message.eml'], cwd=folder,
                          capture_output=True, encoding='utf-8', timeout=30)
    address.unlink()
    assert done.returncode == status, done
    return done.stdout, server.asked.decode()


def explain(folder, lines, status, *arguments):
    pathlib.Path(folder, 'message.eml').write_bytes(b'A: b\r\n\r\n'.ljust(500, b'x'))
    return ask(folder, lines, status, 'explain', *arguments)[0]


def explained(folder):
    """Every reading with what belongs to it, in lines that fit; and why there is no report."""
    text = explain(folder, LINES, 1)
    line = explain(folder, LINES, 1, '--json')
    assert 'whole message  front failed: deadline\n' in explain(folder, LATE, 2)
    assert text == EXPLAINED, text
    assert all(len(line) <= 100 for line in text.splitlines()), text
    parts = json.loads(line)['parts']
    assert parts[2]['names'] == ['\u202Egpj.exe', 'b "c".zip', 'd.zip'] and parts[2]['charset'] is None
    assert [part['reading'] for part in parts] == [0, 0, 0, 0, 1, 2, 2]
    assert parts[3]['within'] == 3 and parts[1]['charset'] == 'utf-8' and parts[1]['names'] == []


ORIGINAL = b'Subject: hello\r\nTo: b@y\r\n\r\n'.ljust(500, b'x')
COPY = b'X-Spam-Flag: YES\r\nSubject: [SPAM?] hello\r\n' + ORIGINAL[16:400]
MADE = f"""COPY 1 (SIZE {len(COPY)} SHA256 "{hashlib.sha256(COPY).hexdigest()}" BODY 8BITMIME SMTPUTF8 YES DKIM-BROKEN ("d=x.example s=key" "d=y s=z")) SPLICE ((DATA {{18}}\r\nX-Spam-Flag: YES\r\n) (DATA {{24}}\r\nSubject: [SPAM?] hello\r\n) (KEEP 16 384))
NOTE 1 (KIND SENDER FROM "" TO ("a@x.example") SIZE 5) INLINE {{5}}\r\nA: b\n
RES 1 DELIVER (COPY 1 MARK "spam" SENDER "owner@y.example" ROUTE "smtp:[192.0.2.1]:25" STORE ((QUARANTINE 0 "virus") (ARCHIVE 1 "legal")))
RES 2 EXPAND (MODE LIST SENDER "" MEMBERS ((DELIVER ("m1@y.example" "m2@y.example") (COPY 1)) (REJECT ("m3@y.example") (DSN NO TEXT "not you"))))
RES 3 REDIRECT (TO "\u202Ez@y.example")
DECISION 1 (RULE "tag" PLACE "cccpd.yaml:12" DISPOSITION DELIVER NEEDS (("spam" "odd" 0) ("attachment" "attachment.executable" 3)))
DECISION 2:3 (RULE "list" DISPOSITION EXPAND NEEDS ())
DECISION 2 (RULE "tag" PLACE "cccpd.yaml:12" MEMBER "m1@y.example" DISPOSITION DELIVER NEEDS (("spam" "odd" 0)))
REPORT (VERDICT SPAM COVERAGE FULL EXPECTED 1 EXAMINED 1 EXEMPT 0 UNEXAMINABLE 0 FAILED 0 REASONS ((spam odd)) ENGINES () GENERATION 3 TIME 2000 REF "c7-1")
OK [DONE] 3 recipients
"""
THREE = '--rcpt', 'b@y.example', '--rcpt', 'l@y.example', '--rcpt', 'q@y.example'

VERDICT = r"""message.eml: SPAM, 1 DELIVER copy 1, 2 EXPAND list of 3, 3 REDIRECT \u202Ez@y.example, 1 notice (spam:odd) 2.0 ms
"""

RECIPIENTS = r"""    1 <b@y.example> DELIVER copy 1 mark "spam"  sender <owner@y.example>
       route smtp:[192.0.2.1]:25  original kept in quarantine virus  copy 1 kept in archive legal
    2 <l@y.example> EXPAND list of 3  sender <>
      <m1@y.example>, <m2@y.example> DELIVER copy 1  sender <>
      <m3@y.example> REJECT silent 5.7.1  sender <>: not you
    3 <q@y.example> REDIRECT \u202Ez@y.example
"""

COPIES = r"""  copies
    1  426 octets  8BITMIME SMTPUTF8  breaks DKIM d=x.example s=key, d=y s=z
      octets 0+16, 42 put in
        - Subject: hello\x0D\x0A
        + X-Spam-Flag: YES\x0D\x0ASubject: [SPAM?] hello\x0D\x0A
      octets 400+100, 0 put in
        - xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  notices
    1 SENDER  from <> to <a@x.example>  5 octets
"""

TESTED = VERDICT + r"""    1 <b@y.example> DELIVER copy 1 mark "spam"  sender <owner@y.example>
       route smtp:[192.0.2.1]:25  original kept in quarantine virus  copy 1 kept in archive legal
       DELIVER by tag  cccpd.yaml:12  stands on: spam:odd,
         attachment:attachment.executable (part 3)
    2 <l@y.example> EXPAND list of 3  sender <>
      <m1@y.example>, <m2@y.example> DELIVER copy 1  sender <>
      <m3@y.example> REJECT silent 5.7.1  sender <>: not you
       EXPAND by list  stands on no finding
       <m1@y.example> DELIVER by tag  cccpd.yaml:12  stands on: spam:odd
    3 <q@y.example> REDIRECT \u202Ez@y.example
       EXPAND by list  stands on no finding
""" + COPIES
EVERYTHING = 'ACCEPT (DEFER DELIVER REJECT DISCARD QUARANTINE REDIRECT EXPAND COPY SPLICE SENDER ROUTE STORE NOTE)'


def converted(folder):
    """Copies, members, notices and decisions: shown, written, and as JSON."""
    pathlib.Path(folder, 'message.eml').write_bytes(ORIGINAL)
    text, asked = ask(folder, MADE, 1, 'check', *THREE, '--out', 'out')
    assert text == VERDICT and f'({EVERYTHING})' in asked, (text, asked)
    out = pathlib.Path(folder, 'out')
    assert sorted(path.name for path in out.iterdir()) == [
        'message.eml.copy-1.eml', 'message.eml.json', 'message.eml.note-1.eml']
    assert (out / 'message.eml.copy-1.eml').read_bytes() == COPY
    assert (out / 'message.eml.note-1.eml').read_bytes() == b'A: b\n'
    text, asked = ask(folder, MADE, 1, 'explain', *THREE)
    assert RECIPIENTS + COPIES in text and 'EXPLAIN YES' in asked, text
    text, asked = ask(folder, MADE, 1, 'policy', 'test', *THREE, '--sender', 'a@x')
    assert text == TESTED, text
    assert '(SENDER "a@x")' in asked and f'(DRYRUN YES {EVERYTHING})' in asked, asked
    said = json.loads(ask(folder, MADE, 1, 'policy', 'test', '--json', *THREE)[0])
    copy = said['copies'][0]
    assert copy['sha256'] == hashlib.sha256(COPY).hexdigest() and copy['body'] == '8BITMIME' and copy['smtputf8']
    assert ''.join(one['data'] if not one['kept'] else ORIGINAL[one['offset']:][:one['size']].decode()
                   for one in copy['segments']).encode() == COPY
    assert [member['addresses'] for member in said['recipients'][1]['members']] == [
        ['m1@y.example', 'm2@y.example'], ['m3@y.example']]
    assert said['recipients'][0]['stores'][1] == {'kind': 'ARCHIVE', 'copy': 1, 'name': 'legal'}
    assert said['recipients'][2]['target'] == '\u202Ez@y.example'
    assert said['notes'][0]['message'] == 'A: b\n' and said['decisions'][2]['member'] == 'm1@y.example'
    assert said['decisions'][0]['needs'][1] == {'engine': 'attachment', 'symbol': 'attachment.executable', 'part': 3}
    text, asked = ask(folder, MADE, 76, 'check', *THREE, '--accept', 'deliver,EXPAND,Copy')
    assert 'a copy was not accepted' in text and 'ACCEPT (DEFER DELIVER EXPAND COPY)' in asked, (text, asked)


with tempfile.TemporaryDirectory() as FOLDER:
    explained(FOLDER)
    converted(FOLDER)
    NOBODY = f'unix:{FOLDER}/nobody'
    run(64, 'usage: cccpc COMMAND')
    run(0, 'usage: cccpc COMMAND', '--help')
    run(0, '--in-flight N', 'bench', '--help')
    run(64, '--passes: no such option', 'check', '--passes', '3', 'x')
    run(64, '--jobs: wants a number from 1', 'check', '--jobs', '0', 'x')
    run(64, '--server: wants a value', 'check', '--server')
    run(64, 'wants files, folders', 'check')
    run(64, '--accept: wants words', 'check', '--accept', 'COPY,HOLD', 'x')
    run(64, '--accept: wants more than DEFER', 'check', '--accept', 'DEFER', 'x')
    run(64, 'policy wants `test` and a file', 'policy', 'explain', 'x')
    run(64, 'policy wants `test` and a file', 'policy', 'test')
    run(64, '--out: no such option', 'policy', 'test', '--out', 'x', 'y')
    run(64, 'wants CCCP_PASSWORD', 'ping', '--identity', 'mx1')
    run(66, 'absent: No such file', 'check', '-s', NOBODY, f'{FOLDER}/absent')
    run(66, 'Is a directory', 'explain', '-s', NOBODY, FOLDER)
    run(69, 'nobody: No such file', 'ping', '-s', NOBODY)
    samples(f'{FOLDER}/samples')
    run(69, 'INCOMPLETE, DEFER', 'check', '-s', NOBODY, f'{FOLDER}/samples')

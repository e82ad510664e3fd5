"""Policy, dispositions and copies as a client sees them, with the program itself (spec/policy.md, spec/conversion.md).

    policy_stories.py build/server/cccpd [STORY ...]
"""
import atexit
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'conformance'))
from cccp_client import Client, ids  # noqa: E402

PROGRAM = sys.argv[1]
EICAR = b'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*\r\n'
EVERYTHING = ('DELIVER REJECT DISCARD QUARANTINE DEFER REDIRECT EXPAND COPY SPLICE SENDER ROUTE STORE NOTE')


def mail(*fields, body=b'good morning\r\n'):
    head = [b'From: Ann <ann@x.example>', b'To: bob@y.example', b'Message-ID: <1@x.example>', *fields]
    return b'\r\n'.join(head) + b'\r\n\r\n' + body


def mixed(*parts):
    body = b''.join(b'--b\r\n' + part + b'\r\n' for part in parts) + b'--b--\r\n'
    return mail(b'Subject: hello', b'MIME-Version: 1.0', b'Content-Type: multipart/mixed; boundary=b', body=body)


def text(words=b'words'):
    return b'Content-Type: text/plain\r\n\r\n' + words


def attached(name, octets):
    return b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="%s"\r\n\r\n%s' % (
        name, octets)


class Server:
    """cccpd with this policy; the log is looked at afterwards: nothing unexpected may stand in it."""

    def __init__(self, policy, **files):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='cccpd-stories.'))
        self.log, self.file = self.folder / 'log', self.folder / 'cccpd.yaml'
        for name, content in files.items():
            (self.folder / name).write_text(content)
        self.write(policy)

    def write(self, policy):
        self.file.write_text(f'server: {{runtime-dir: {self.folder}/run, workers: 2}}\nlog: {{file: {self.log}}}\n'
                             f"http: {{address: 'unix:{self.folder}/http'}}\n"
                             "listeners: [{address: 'unix:one.sock', anonymous: yes}]\n"
                             + policy.replace('FOLDER', str(self.folder)))

    def __enter__(self):
        self.process = subprocess.Popen([PROGRAM, '-c', str(self.file)])
        atexit.register(self.process.kill)
        self.until('readiness', lambda: self.logged('generation.ready') or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        log = self.log.read_text()
        for word in ('worker.crashed', 'worker.deadline', 'job.poison', 'loader.died', 'server.stuck'):
            assert word not in log, log
        subprocess.run(['rm', '-rf', self.folder], check=True)

    def until(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f'waited in vain for {what}\n{self.log.read_text()[-3000:]}'
            time.sleep(0.05)

    def logged(self, word):
        return self.log.exists() and word in self.log.read_text()

    def reload(self):
        before = self.log.read_text().count('config.used')
        self.process.send_signal(signal.SIGHUP)
        self.until('the reload', lambda: self.log.read_text().count('config.used') > before)


class Answer:
    """Lines of one check: results by recipient, copies as octets, notes."""

    def __init__(self, size, lines, content):
        self.size, self.lines = size, lines
        self.state = lines[-1]
        self.results, self.copies, self.notes, self.decisions = {}, {0: content}, {}, {}
        for line in lines:
            if line[1] == b'RES':
                for number in ids(line[2]):
                    assert number not in self.results, line
                    self.results[number] = (line[3].decode(), pairs(line[4]))
            elif line[1] == b'COPY':
                self.copies[int(line[2])] = self.copy(pairs(line[3]), line[4:], content)
            elif line[1] == b'NOTE':
                self.notes[int(line[2])] = (pairs(line[3]), plain(line[5]))
            elif line[1] == b'DECISION':
                self.decisions.setdefault(int(line[2]), []).append(pairs(line[3]))

    @staticmethod
    def copy(about, form, content):
        octets = b''
        if form[0] == b'INLINE':
            octets = plain(form[1])
        else:
            for segment in form[1]:
                octets += content[int(segment[1]):int(segment[1]) + int(segment[2])] if segment[0] == b'KEEP' else plain(
                    segment[1])
        assert len(octets) == int(about['SIZE']), about
        assert hashlib.sha256(octets).hexdigest().encode() == plain(about['SHA256']), about
        return octets

    def of(self, number):
        """Disposition, attributes and the octets that this recipient gets."""
        disposition, attributes = self.results[number]
        return disposition, attributes, self.copies[int(attributes.get('COPY', 0))]


def plain(token):
    return bytes(token)


class Recording(Client):
    """Counts the octets of replies."""

    count_octets = 0

    def raw(self):
        octets = super().raw()
        self.count_octets += len(octets)
        return octets


def pairs(values):
    return {values[i].decode(): values[i + 1] for i in range(0, len(values), 2)}


counter = 0


def check(server, recipients, content, channel='inbound', envelope='(SENDER "ann@x.example")', accept=EVERYTHING,
          options='', txn=None):
    global counter
    counter += 1
    client = Recording(f'unix:{server.folder}/run/one.sock')
    listed = ' '.join(f'({number} "{address}")' for number, address in enumerate(recipients, 1))
    line = re.sub(r'(.{4000,}?\)) \(', r'\1 ' + '\r\n(', f'({listed})')
    client.send(f'c{counter} CHECK "{txn or counter}" {channel} {envelope} {line} (ACCEPT ({accept}) {options}) '
                f'{{{len(content)}}}\r\n'.replace(' )', ')').encode())
    client.count_octets, lines = 0, [client.reply()]
    if lines[0][0] == b'+':
        lines = []
        client.send(content + b'\r\n')
    while not lines or lines[-1][1] not in (b'OK', b'NO', b'BAD'):
        lines.append(client.reply())
    client.close()
    return Answer(client.count_octets, lines, content)


def fields(octets):
    return octets.split(b'\r\n\r\n', 1)[0].split(b'\r\n')


STORIES = []


def story(function):
    STORIES.append(function)
    return function


# --- stories ---

@story
def three_policies_for_a_thousand():
    """One scan, at most three copies, a reply below 64 KiB."""
    policy = """
channels:
  inbound:
    rules:
      - {name: a, when: recipient.domain == 'a.example', edits: [{subject-tag: '[A]'}]}
      - {name: b, when: recipient.domain == 'b.example', edits: [{header-add: {name: X-B, value: 'yes'}}]}
      - {name: c, when: recipient.domain == 'c.example', then: deliver, edits: [{footer: {text: 'from outside'}}]}
"""
    recipients = [f'r{i}@{"abc"[i % 3]}.example' for i in range(1000)]
    with Server(policy) as server:
        answer = check(server, recipients, mail(b'Subject: hello'))
        assert answer.state[1] == b'OK', answer.state
        assert answer.size < 65536, answer.size
        assert 1 < len(answer.copies) <= 4, answer.copies.keys()
        assert len(answer.results) == 1000
        for number, recipient in enumerate(recipients, 1):
            disposition, _, octets = answer.of(number)
            assert disposition == 'DELIVER'
            wanted = {'a': b'Subject: [A] hello', 'b': b'X-B: yes', 'c': b'from outside'}[recipient.split('@')[1][0]]
            assert wanted in octets, (recipient, octets)


@story
def one_field_in_fifty_megabytes():
    policy = "channels: {inbound: {rules: [{edits: [{header-add: {name: X-Seen, value: 'yes'}}]}]}}\n"
    content = mail(b'Subject: big', body=(b'%076d\r\n' % 7) * 640000)
    with Server(policy) as server:
        answer = check(server, ['b@y.example'], content, options='DEADLINE 120')
        assert answer.state[1] == b'OK', answer.state
        assert answer.of(1)[0] == 'DELIVER', answer.results
        assert b'X-Seen: yes' in fields(answer.of(1)[2])
        assert answer.size < 1024 + 200, answer.size


@story
def without_edits_no_copy():
    with Server('') as server:
        answer = check(server, ['b@y.example'], mail(b'Subject: hello'))
        assert answer.of(1) == ('DELIVER', {}, mail(b'Subject: hello')) and len(answer.copies) == 1


@story
def forms_that_are_not_accepted():
    """Without SPLICE copies come whole; without COPY a rule's `otherwise` holds."""
    policy = """
channels:
  inbound:
    rules:
      - {name: tag, then: deliver, otherwise: quarantine, edits: [{subject-tag: '[T]'}]}
"""
    content = mail(b'Subject: hello')
    with Server(policy) as server:
        spliced = check(server, ['b@y.example'], content)
        whole = check(server, ['b@y.example'], content, accept='DELIVER DEFER COPY')
        assert spliced.of(1)[2] == whole.of(1)[2] and b'[T] hello' in whole.of(1)[2]
        assert any(line[1] == b'COPY' and line[4] == b'INLINE' for line in whole.lines)
        assert check(server, ['b@y.example'], content, accept='DELIVER QUARANTINE DEFER').of(1)[0] == 'QUARANTINE'
        assert check(server, ['b@y.example'], content, accept='DELIVER DEFER').of(1)[0] == 'DEFER'


@story
def a_result_is_told_again():
    """A kept result has its copies; a retry with some of the recipients gets theirs."""
    policy = """
channels:
  inbound:
    rules:
      - {when: recipient == 'a@y.example', edits: [{subject-tag: '[A]'}]}
      - {when: recipient == 'b@y.example', then: discard}
"""
    content = mail(b'Subject: hello')
    with Server(policy) as server:
        client_policy = 'clients: {mta: {uid: %d, channels: [inbound]}}\n' % os.getuid()
        server.write(policy + client_policy)
    with Server(policy + 'clients: {mta: {uid: %d, channels: [inbound]}}\n' % os.getuid()) as server:
        server.file.read_text()
        first = check(server, ['a@y.example', 'b@y.example', 'c@y.example'], content, txn='same')
        assert [first.results[n][0] for n in (1, 2, 3)] == ['DELIVER', 'DISCARD', 'DELIVER']
        again = check(server, ['c@y.example', 'b@y.example'], content, txn='same')
        assert [again.results[n][0] for n in (1, 2)] == ['DELIVER', 'DISCARD'], again.results


@story
def forged_marks_are_taken_away():
    content = mail(b'Subject: hello', b'x-content-check: virus', b'X-CONTENT-CHECK:\r\n clean', b'X-Content-Check: a')
    with Server('') as server:
        octets = check(server, ['b@y.example'], content).of(1)[2]
        assert not [field for field in fields(octets) if field.lower().startswith(b'x-content-check')], octets
        assert fields(octets) == fields(mail(b'Subject: hello')), octets
        # a client without copies does that itself
        assert check(server, ['b@y.example'], content, accept='DELIVER DEFER').of(1)[0] == 'DELIVER'


@story
def cleaned_and_kept():
    """A cleaned copy is delivered, the original quarantined; what cannot be cleaned is not delivered."""
    policy = """
channels:
  inbound:
    rules:
      - name: clean
        when: virus
        then: deliver
        edits: [{part-replace: {select: infected, text: 'A virus was removed.'}}]
        store: [{quarantine: virus}]
"""
    infected = mixed(text(b'hello'), attached(b'a.com', EICAR))
    with Server(policy) as server:
        disposition, attributes, octets = check(server, ['b@y.example'], infected).of(1)
        assert disposition == 'DELIVER', disposition
        assert b'EICAR' not in octets and b'A virus was removed.' in octets and b'hello' in octets
        assert b'QUARANTINE' in attributes['STORE'][0], attributes
        # the whole message is the virus: the table holds
        alone = mail(b'Subject: x', b'Content-Type: application/octet-stream', body=EICAR)
        answer = check(server, ['b@y.example'], alone, accept=EVERYTHING)
        assert answer.of(1)[0] in ('QUARANTINE', 'DELIVER')
        assert b'EICAR' not in answer.of(1)[2] or answer.of(1)[0] == 'QUARANTINE'
        assert check(server, ['b@y.example'], infected, accept='DELIVER QUARANTINE DEFER').of(1)[0] == 'QUARANTINE'


@story
def raw_octets_ask_for_nothing():
    """A copy wants SMTPUTF8 when the envelope said so, not because an old program wrote raw octets."""
    policy = "channels: {inbound: {rules: [{edits: [{header-add: {name: X-Seen, value: 'yes'}}]}]}}\n"
    raw = mail('Subject: grüße'.encode())
    with Server(policy) as server:
        for said, wanted in (('', b'NO'), ('SMTPUTF8 NO', b'NO'), ('SMTPUTF8 YES', b'YES')):
            answer = check(server, ['b@y.example'], raw, envelope=f'(SENDER "a@x.example" {said})'.replace(' )', ')'))
            copy = next(pairs(line[3]) for line in answer.lines if line[1] == b'COPY')
            assert copy['SMTPUTF8'] == wanted, (said, copy)


@story
def signed_mail_is_left_alone():
    """A footer passes over signed mail, which is delivered; what cannot be cleaned for it goes the way of the table."""
    policy = """
channels:
  inbound:
    rules:
      - {name: footer, edits: [{footer: {text: 'from outside'}}]}
      - name: clean
        when: virus
        then: deliver
        edits: [{part-replace: {select: infected, text: 'A virus was removed.'}}]
"""
    kind = b'Content-Type: multipart/signed; boundary=b; protocol="application/pgp-signature"'
    body = b'--b\r\n%s\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nxxxx\r\n--b--\r\n'
    with Server(policy) as server:
        signed = mail(b'MIME-Version: 1.0', kind, body=body % text(b'hello'))
        disposition, _, octets = check(server, ['b@y.example'], signed).of(1)
        assert (disposition, octets) == ('DELIVER', signed), (disposition, octets)
        answer = check(server, ['b@y.example'], signed, options='EXPLAIN YES')
        assert len(answer.copies) == 1 and 'COPY' not in answer.results[1][1], answer.results
        assert any(line[1:3] == [b'FINDING', b'convert'] and b'convert.left-signed' in line[3] for line in answer.lines)
        infected = mail(b'MIME-Version: 1.0', kind, body=body % attached(b'a.com', EICAR))
        assert check(server, ['b@y.example'], infected).of(1)[0] == 'QUARANTINE'
        assert not server.logged('worker.crashed')


@story
def never_in_spite_of_a_virus():
    """A rule about an address delivers no virus; one that says so does, with a mark."""
    policy = """
channels:
  inbound:
    rules:
      - {name: boss, when: recipient == 'boss@y.example', then: deliver}
      - {name: lab, when: recipient == 'lab@y.example', then: deliver, despite: [virus, unexaminable]}
"""
    infected = mixed(text(), attached(b'a.com', EICAR))
    with Server(policy) as server:
        answer = check(server, ['boss@y.example', 'lab@y.example', 'c@y.example'], infected)
        assert [answer.results[n][0] for n in (1, 2, 3)] == ['QUARANTINE', 'DELIVER', 'QUARANTINE'], answer.results
        assert plain(answer.results[2][1]['MARK']) == b'virus'


@story
def lists_and_aliases():
    """Redirect, expand with different footers inside and outside, a list that holds itself."""
    policy = """
organisations: {house: {domains: [y.example]}}
lists:
  team: {entries: [a@y.example, team@y.example, guest@z.example, b@y.example]}
tables:
  aliases: {file: FOLDER/aliases}
channels:
  inbound:
    rules:
      - {name: alias, when: 'recipient == ''old@y.example''', then: redirect, to: ['table:aliases']}
      - {name: team, when: recipient == 'team@y.example', then: expand, mode: list, sender: owner-team@y.example, to: ['@team']}
      - {name: inside, when: expanded and recipient.organisation == 'house', edits: [{footer: {text: 'for the house'}}]}
      - {name: outside, when: expanded and recipient.organisation == unknown, edits: [{footer: {text: 'for guests'}}]}
"""
    with Server(policy, aliases='# old names\nold@y.example  new@y.example\n') as server:
        answer = check(server, ['old@y.example', 'team@y.example', 'c@y.example'], mail(b'Subject: hello'))
        disposition, attributes, octets = answer.of(1)
        assert disposition == 'REDIRECT' and plain(attributes['TO']) == b'new@y.example', answer.results
        disposition, attributes, _ = answer.of(2)
        assert disposition == 'EXPAND' and attributes['MODE'] == b'LIST', answer.results
        assert plain(attributes['SENDER']) == b'owner-team@y.example'
        members = {}
        for group in attributes['MEMBERS']:
            for address in group[1]:
                members[plain(address)] = (group[0], answer.copies[int(pairs(group[2]).get('COPY', 0))])
        assert members.keys() == {b'a@y.example', b'b@y.example', b'guest@z.example', b'team@y.example'}, members.keys()
        assert b'for the house' in members[b'a@y.example'][1] and b'for guests' in members[b'guest@z.example'][1]
        assert answer.of(3) == ('DELIVER', {}, mail(b'Subject: hello'))


@story
def a_list_file_changes():
    policy = """
lists: {blocked: {file: FOLDER/blocked}}
channels: {inbound: {rules: [{when: 'sender in @blocked', then: reject, text: 'not you'}]}}
"""
    with Server(policy, blocked='# nobody yet\n') as server:
        assert check(server, ['b@y.example'], mail()).of(1)[0] == 'DELIVER'
        (server.folder / 'blocked').write_text('ann@x.example\n')
        server.until('the list', lambda: check(server, ['b@y.example'], mail()).of(1)[0] == 'REJECT')
        (server.folder / 'blocked').write_text('no entry at all @@\n')
        server.until('the refusal', lambda: server.logged('list.refused'))
        assert check(server, ['b@y.example'], mail()).of(1)[0] == 'REJECT'


@story
def a_bad_policy_never_replaces():
    policy = "channels: {inbound: {rules: [{name: no, then: reject, status: 5.7.2, text: 'no'}]}}\n"
    with Server(policy) as server:
        server.write('channels: {inbound: {rules: [{name: no, when: nonsense == 1, then: discard}]}}\n')
        server.process.send_signal(signal.SIGHUP)
        server.until('the refusal', lambda: server.logged('nonsense'))
        disposition, attributes, _ = check(server, ['b@y.example'], mail()).of(1)
        assert disposition == 'REJECT' and plain(attributes['STATUS']) == b'5.7.2', attributes


@story
def a_dry_run():
    """The rule, its place and the findings it needs; nothing is kept."""
    policy = """
channels:
  inbound:
    rules:
      - name: executables
        when: attachment.executable
        then: reject
        text: no executables
        notify: [{template: administrator, to: postmaster}]
"""
    program = mixed(text(), attached(b'a.exe', b'MZ' + bytes(200)))
    with Server(policy) as server:
        answer = check(server, ['b@y.example'], program, options='DRYRUN YES', txn='dry')
        decision = answer.decisions[1][0]
        assert plain(decision['RULE']) == b'executables', decision
        assert plain(decision['PLACE']).startswith(str(server.file).encode()), decision
        assert decision['NEEDS'] == [], decision  # it stands on what the file is, not on a finding
        infected = mixed(text(), attached(b'a.com', EICAR))
        decision = check(server, ['b@y.example'], infected, options='DRYRUN YES').decisions[1][0]
        assert plain(decision['RULE']) == b'(table)', decision
        assert [plain(need[0]) for need in decision['NEEDS']] == [b'clamav'], decision
        assert check(server, ['b@y.example'], program, txn='dry').of(1)[0] == 'REJECT'


@story
def notices():
    """To an administrator; never to a null sender or, by default, to an outsider."""
    policy = """
notices: {from: checker@y.example, postmaster: admin@y.example}
organisations: {house: {domains: [y.example]}}
channels:
  inbound:
    rules:
      - name: executables
        when: attachment.executable
        then: quarantine
        notify: [{template: administrator, to: postmaster}, {template: sender, to: sender}]
"""
    program = mixed(text(), attached(b'a.exe', b'MZ' + bytes(200)))
    with Server(policy) as server:
        answer = check(server, ['b@y.example'], program)
        assert [plain(about['TO'][0]) for about, _ in answer.notes.values()] == [b'admin@y.example'], answer.notes
        about, octets = answer.notes[1]
        assert plain(about['FROM']) == b'' and b'Auto-Submitted: auto-generated' in fields(octets), octets
        assert b'To: admin@y.example' in fields(octets)


@story
def engines_of_a_channel():
    """A channel may have some of the engines; what it leaves out is not missed."""
    policy = """
engines: {clamav: {enabled: yes}, attachment: {enabled: yes}}
channels: {inbound: {}, outbound: {engines: [attachment]}}
"""
    infected = mixed(text(), attached(b'a.txt', EICAR))
    with Server(policy) as server:
        assert check(server, ['b@y.example'], infected).of(1)[0] == 'QUARANTINE'
        assert check(server, ['b@y.example'], infected, channel='outbound').of(1)[0] == 'DELIVER'
        server.write('channels: {inbound: {engines: [nonesuch]}}\n')
        server.process.send_signal(signal.SIGHUP)
        server.until('the refusal', lambda: server.logged('there is no engine'))


def example(name):
    return (pathlib.Path(__file__).parents[2] / 'spec' / 'examples' / f'policy-{name}.yaml').read_text()


@story
def the_manual_tags():
    with Server(example('tag')) as server:
        octets = check(server, ['b@example.org'], mail(b'Subject: You have WON a prize')).of(1)[2]
        assert b'Subject: [SPAM?] You have WON a prize' in fields(octets) and b'X-Spam-Flag: YES' in fields(octets), octets
        encoded = mail(b'Subject: =?utf-8?q?ch=C3=A9ap_pills?=')
        octets = check(server, ['b@example.org'], encoded).of(1)[2]
        assert octets == encoded, octets
        assert check(server, ['b@example.org'], mail(b'Subject: hello')).of(1) == ('DELIVER', {}, mail(b'Subject: hello'))


@story
def the_manual_blocks():
    program = mixed(text(), attached(b'a.exe', b'MZ' + bytes(200)))
    with Server(example('block')) as server:
        answer = check(server, ['it@example.org', 'b@example.org'], program)
        assert [answer.results[n][0] for n in (1, 2)] == ['DELIVER', 'REJECT'], answer.results
        assert b'a.exe' in plain(answer.results[2][1]['TEXT']), answer.results
        infected = mixed(text(), attached(b'a.exe', EICAR))
        assert check(server, ['it@example.org'], infected).of(1)[0] == 'QUARANTINE'


@story
def the_manual_redirects():
    with Server(example('redirect')) as server:
        answer = check(server, ['jane@example.org', 'old.name@example.org', 'x@subsidiary.example', 'b@example.org'], mail())
        assert [plain(answer.results[n][1]['TO']) for n in (1, 2, 3)] == [
            b'jane.doe@example.org', b'new.name@example.org', b'x@example.org'], answer.results
        assert answer.of(4)[0] == 'DELIVER'


@story
def the_manual_expands():
    with Server(example('expand')) as server:
        answer = check(server, ['team@example.org'], mail(b'Subject: hello'))
        disposition, attributes, _ = answer.of(1)
        assert disposition == 'EXPAND' and plain(attributes['SENDER']) == b'team-owner@example.org', answer.results
        copies = {plain(address): answer.copies[int(pairs(group[2])['COPY'])]
                  for group in attributes['MEMBERS'] for address in group[1]}
        assert b'The archive is at' in copies[b'ann@example.org'] and copies[b'ann@example.org'] == copies[b'bob@example.org']
        assert b'You get this because' in copies[b'carol@partner.example']


@story
def the_manual_cleans():
    with Server(example('clean')) as server:
        infected = mixed(text(b'hello'), attached(b'a.com', EICAR))
        disposition, attributes, octets = check(server, ['b@example.org'], infected).of(1)
        assert disposition == 'DELIVER' and b'EICAR' not in octets and b'hello' in octets, octets
        assert b'The file a.com was removed' in octets and attributes['STORE'], octets


wanted = sys.argv[2:]
failed = 0
for function in STORIES:
    if wanted and function.__name__ not in wanted:
        continue
    try:
        function()
        print(function.__name__, 'ok', flush=True)
    except Exception as error:  # noqa: BLE001
        failed += 1
        import traceback
        traceback.print_exc()
        print(function.__name__, 'FAILED', type(error).__name__, flush=True)
sys.exit(1 if failed else 0)

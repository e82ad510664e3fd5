"""The program itself: command line, configuration, signals, exit statuses, sd_notify.

    server_process.py build/server/cccpd
"""
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
FOLDER = tempfile.mkdtemp(prefix='cccpd-process.')
FILE = pathlib.Path(FOLDER, 'cccpd.yaml')
LOG = pathlib.Path(FOLDER, 'log')
SOCKET = f'{FOLDER}/run/one.sock'
CONFIG = f"""server: {{runtime-dir: {FOLDER}/run, workers: 1}}
log: {{file: {LOG}}}
listeners:
  - {{address: 'unix:one.sock', anonymous: yes}}
"""


def run(*arguments, text=''):
    return subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, timeout=60)


def until(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f'waited in vain for {what}\n{LOG.read_text()[-3000:]}'
        time.sleep(0.02)


def logged(word):
    return LOG.exists() and word in LOG.read_text()


class Server:
    """cccpd with a notify socket."""

    def __enter__(self):
        LOG.unlink(missing_ok=True)
        FILE.write_text(CONFIG)
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind('\0' + FOLDER)
        self.notices.settimeout(30)
        self.process = subprocess.Popen([PROGRAM, '-c', str(FILE)],
                                        env={**os.environ, 'NOTIFY_SOCKET': '@' + FOLDER, 'WATCHDOG_USEC': '200000'})
        self.notice('READY=1')
        return self

    def notice(self, word):
        while word not in self.notices.recv(1000).decode():
            pass

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.notices.close()

    def ticks(self):
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def ends(self, status=0):
        assert self.process.wait(30) == status, self.process.returncode


def connect():
    """Lines to and from the server, and its greeting (empty when it closed at once)."""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(30)
    client.connect(SOCKET)
    lines = client.makefile('rwb')
    client.close()
    try:
        return lines, lines.readline()
    except ConnectionResetError:
        return lines, b''


def talk(lines, text):
    lines.write(text.encode())
    lines.flush()
    return lines.readline()


def command_line():
    assert run('--version').stdout.startswith('cccpd ')
    assert 'usage:' in run('--help').stdout
    for wrong in (['--nothing'], ['word'], ['-c']):
        assert run(*wrong).returncode == 64, wrong
    hashed = run('--hash-password', text='secret\n')
    assert hashed.returncode == 0 and hashed.stdout.startswith('$argon2id$'), hashed
    assert run('--hash-password', text='').returncode == 66


def test_of_configuration():
    FILE.write_text(CONFIG)
    good = run('-t', '-c', str(FILE), '--set', 'limits.in-flight=7')
    assert good.returncode == 0, good.stderr
    assert 'in-flight: 7' in good.stdout and f'{FILE}:1' in good.stdout, good.stdout
    FILE.write_text(CONFIG + 'limits:\n  in-flight: many\n')
    bad = run('-t', '-c', str(FILE))
    assert bad.returncode == 78 and bad.stderr.startswith(f'{FILE}:6:14: '), bad.stderr
    assert run('-c', str(FILE)).returncode == 78
    missing = run('-t', '-c', f'{FOLDER}/nowhere.yaml')
    assert missing.returncode == 78 and 'nowhere.yaml' in missing.stderr
    for name in ('a.pem', 'a.key'):
        pathlib.Path(FOLDER, name).write_text('no certificate\n')
        os.chmod(f'{FOLDER}/{name}', 0o600)
    FILE.write_text(f"listeners:\n  - {{address: '127.0.0.1:0', tls: yes, certificate: {FOLDER}/a.pem, key: {FOLDER}/a.key}}\n")
    bad = run('-t', '-c', str(FILE))
    assert bad.returncode == 78 and 'certificate' in bad.stderr, bad.stderr


def life():
    with Server() as server:
        lines, greeting = connect()
        assert greeting.startswith(b'* PREAUTH '), greeting
        server.notice('WATCHDOG=1')
        second = run('-c', str(FILE))
        assert second.returncode == 73 and 'in use by another cccpd' in second.stderr, second

        FILE.write_text('listeners: nothing\n')
        server.process.send_signal(signal.SIGHUP)
        until('the refusal', lambda: logged(f'{FILE}:1:12: '))
        assert b'a1 OK' in talk(lines, 'a1 NOOP\r\n')

        FILE.write_text(CONFIG + "  - {address: 'unix:two.sock', anonymous: yes}\n")
        server.process.send_signal(signal.SIGHUP)
        server.notice('RELOADING=1')
        server.notice('READY=1')
        assert os.path.exists(f'{FOLDER}/run/two.sock')
        assert b'a2 OK' in talk(lines, 'a2 NOOP\r\n')

        LOG.rename(f'{LOG}.1')
        server.process.send_signal(signal.SIGUSR1)
        until('the new log', LOG.exists)

        server.process.send_signal(signal.SIGTERM)
        server.notice('STOPPING=1')
        assert lines.readline().startswith(b'* OK [DRAINING]')
        assert lines.readline().startswith(b'* BYE [SHUTDOWN]')
        assert lines.readline() == b''
        lines.close()
        server.ends()
    assert not os.path.exists(SOCKET)
    assert [name for name in os.listdir(f'{FOLDER}/run') if name != 'lock'] == []


def impatience():
    """A check that never ends holds the drain up; a second signal does not wait."""
    with Server() as server:
        lines, _ = connect()
        lines.write(b'a1 CHECK t inbound () ((1 "b@y.example")) () {100}\r\n')
        lines.flush()
        assert lines.readline().startswith(b'+')
        server.process.send_signal(signal.SIGTERM)
        until('the drain', lambda: logged('server.drain'))
        server.process.send_signal(signal.SIGTERM)
        server.ends()
    with Server():
        assert connect()[1].startswith(b'* PREAUTH ')  # the socket and folder left behind are no hindrance


def descriptors():
    """Out of descriptors: what is over is closed at once, nothing spins, and all is well afterwards."""
    with Server() as server:
        _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (48, hard))
        taken, refused = [], 0
        for _ in range(100):
            lines, greeting = connect()
            taken.append(lines)
            refused += greeting == b''
        assert 50 < refused < 100, refused
        before = server.ticks()
        time.sleep(1)
        assert server.ticks() - before < 20, 'it spins'
        for lines in taken:
            lines.close()
        until('room', lambda: connect()[1].startswith(b'* PREAUTH '))
        lines, _ = connect()
        lines.write(b'a1 CHECK t inbound () ((1 "b@y.example")) () {16+}\r\nSubject: x\r\n\r\nab\r\n')
        lines.flush()
        assert lines.readline().startswith(b'a1 RES 1 DELIVER')


for step in (command_line, test_of_configuration, life, impatience, descriptors):
    step()
    print(step.__name__, 'ok')

"""What the load tests share: a cccpd of their own, a pipelining connection, percentiles.

The server is the build with the scripted engine (tests/support/scripted): a message says in X-Script lines what happens
to it. Everything is bounded: each wait has a time-out, each test a number of checks.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request


class Server:
    """cccpd on a loopback port of its own; stopped by pid at the end of the with block."""

    def __init__(self, program, *sets, port=11930, config=None):
        self.folder = tempfile.mkdtemp(prefix='cccpd-load.')
        self.port, self.http = port, port + 1
        self.log = pathlib.Path(self.folder, 'log')
        values = [f'http.address=127.0.0.1:{self.http}', f'server.runtime-dir={self.folder}/run', *sets]
        arguments = [program]
        if config is None:
            values.append(f'listeners=127.0.0.1:{port}')
        else:
            pathlib.Path(self.folder, 'cccpd.yaml').write_text(config.format(folder=self.folder))
            arguments += ['-c', f'{self.folder}/cccpd.yaml']
        for value in values:
            arguments += ['--set', value]
        self.process = subprocess.Popen(arguments, stderr=self.log.open('wb'), stdin=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(600):
            if self.process.poll() is not None:
                break
            if self.get('/readyz') == 200:
                return self
            time.sleep(0.1)
        print(self.log.read_text(errors='replace')[-4000:])
        raise SystemExit('cccpd did not become ready')

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def get(self, path, text=False):
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{self.http}{path}', timeout=2) as answer:
                return answer.read().decode() if text else answer.status
        except OSError:
            return '' if text else 0

    def metric(self, name):
        values = re.findall(rf'^{name}(?:{{[^}}]*}})? (\S+)$', self.get('/metrics', True), re.M)
        assert values, f'no metric {name}'
        return sum(float(value) for value in values)

    def workers(self):
        """Pids of the workers: children of the server with that name."""
        found = []
        for entry in os.listdir('/proc'):
            try:
                with open(f'/proc/{int(entry)}/stat', encoding='utf-8') as stat:
                    head, _, tail = stat.read().rpartition(')')
            except (ValueError, OSError):
                continue
            if head.endswith('(cccpd-worker') and int(tail.split()[1]) == self.process.pid:
                found.append(int(entry))
        return found


def message(*script, body='hello'):
    lines = ['From: <a@x.example>', 'Subject: load', *(f'X-Script: {line}' for line in script), '', body, '']
    return '\r\n'.join(lines).encode()


class Connection:
    """Many checks in flight on one connection. done(tag, octets of the completion, lines, seconds)."""

    def __init__(self, port, done):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile('rb')
        self.done, self.started, self.lines = done, {}, {}
        greeting = self.stream.readline()
        assert greeting.startswith(b'* PREAUTH'), greeting
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def check(self, tag, content, txn=None, options=b''):
        self.started[tag] = time.monotonic()
        self.socket.sendall(b'%s CHECK "%s" inbound (SENDER "a@x.example") ((1 "b@y.example")) (%s) {%d+}\r\n%s\r\n'
                            % (tag, txn or tag, options, len(content), content))

    def read(self):
        for line in self.stream:
            tag, word, *_ = line.split(b' ', 2)
            if word in (b'OK', b'NO', b'BAD') and tag in self.started:
                self.done(tag, line, self.lines.pop(tag, []), time.monotonic() - self.started.pop(tag))
            elif tag in self.started:
                self.lines.setdefault(tag, []).append(line)

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.reader.join(10)
        self.socket.close()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Window:
    """Keeps so many checks in flight until a number of them is done; remembers how long each took."""

    def __init__(self, server, width):
        self.room, self.times, self.answers = threading.Semaphore(width), [], []
        self.others = {}
        self.connection = Connection(server.port, self.on_done)

    def on_done(self, tag, line, lines, seconds):
        if tag.startswith(b'o'):
            self.others[tag] = (line, lines, seconds)
            return
        self.times.append(seconds)
        self.answers.append((line, lines))
        self.room.release()

    def run(self, prefix, count, content):
        self.times, self.answers = [], []
        for number in range(count):
            assert self.room.acquire(timeout=90), 'no answer for 90 s'
            self.connection.check(b'%s%d' % (prefix, number), content)
        limit = time.monotonic() + 90
        while len(self.times) < count and time.monotonic() < limit:
            time.sleep(0.01)
        assert len(self.times) == count, f'{len(self.times)} of {count} answered'
        assert all(b' OK ' in line and any(b' DELIVER ' in answer for answer in lines)
                   for line, lines in self.answers), 'a clean message was not delivered'
        return percentile(self.times, 0.5), percentile(self.times, 0.99)

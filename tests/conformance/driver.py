"""Plays transcripts (README.md) against a cccpd that it starts: each case in one piece, octet by
octet and at random cuts. Independent of driver.c: it knows the protocol from cccp_client.py only.

    driver.py --server PROGRAM [--seed N] TRANSCRIPT...
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from cccp_client import Broken, Client

ESCAPE = re.compile(rb'\\x([0-9a-fA-F]{2})|\\\\')
PIECE_MOST = 64
DIFFER_MOST = 5


def unescape(text):
    return ESCAPE.sub(lambda found: bytes([int(found[1], 16)]) if found[1] else b'\\', text)


def pattern(text):
    parts = [re.escape(unescape(part)) for part in text.split(b'...')]
    return re.compile(b'.*'.join(parts) + b'\\Z', re.DOTALL)


class Transcript:
    """settings, and cases: [title, [(line number, word, argument)]]"""

    def __init__(self, path):
        self.path, self.settings, self.cases = path, [], []
        for number, line in enumerate(pathlib.Path(path).read_bytes().split(b'\n'), 1):
            word, _, rest = line.partition(b' ')
            if not line or line[:1] == b'#':
                continue
            if word == b'SERVER:':
                self.settings.append(rest.decode())
            elif word == b'CASE:':
                self.cases.append((rest.decode(), []))
            else:
                self.cases[-1][1].append((number, word.decode(), rest))


class Server:
    """One cccpd in a folder of its own."""

    def __init__(self, program, settings):
        self.folder = tempfile.mkdtemp(prefix='cccpd-conformance.')
        self.address = f'unix:{self.folder}/socket'
        if any('@TCP@' in setting for setting in settings):
            with socket.socket() as probe:
                probe.bind(('127.0.0.1', 0))
                self.address = f'127.0.0.1:{probe.getsockname()[1]}'
        own = [f'server.runtime-dir={self.folder}/run', f'http.address=unix:{self.folder}/http']
        if not any(setting.startswith('listeners') for setting in settings):
            own.append('listeners=@ADDRESS@')
        words = [program]
        for setting in own + settings:
            setting = setting.replace('@ADDRESS@', self.address).replace('@TCP@', self.address)
            setting = setting.replace('@UID@', str(os.getuid()))
            words += ['--set', setting]
        self.log = open(f'{self.folder}/log', 'w+b')
        self.process = subprocess.Popen(words, stderr=self.log)

    def wait(self):
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            try:
                client = Client(self.address)
                client.send(b'h HEALTH\r\n')
                if b'READY' in client.raw():
                    return True
            except (OSError, Broken):
                pass
            time.sleep(0.02)
        return False

    def stop(self, show):
        self.process.terminate()
        self.process.wait(60)
        self.log.seek(0)
        if show:
            sys.stderr.buffer.write(self.log.read())
        shutil.rmtree(self.folder)


class Player:
    """One case on one connection."""

    def __init__(self, address, cut, chance):
        self.client = Client(address, greet=False)
        self.client.socket.settimeout(10)
        self.cut, self.chance, self.kept, self.waiting = cut, chance, None, b''

    def flush(self):
        octets, self.waiting = self.waiting, b''
        while octets:
            size = {'none': len(octets), 'every': 1}.get(self.cut) or self.chance.randint(1, PIECE_MOST)
            try:
                self.client.send(octets[:size])
            except (BrokenPipeError, ConnectionResetError):
                return  # what comes next tells
            octets = octets[size:]

    def reply(self):
        """The next one, without its CRLF; None when the server has closed."""
        if self.kept is None:
            try:
                self.kept = self.client.raw()[:-2]
            except ConnectionResetError:
                return None
            except Broken as broken:
                if broken.args != (b'',):
                    raise
                return None
        return self.kept

    def take(self, argument):
        reply = self.reply()
        if reply is None or not pattern(argument).match(reply):
            return False
        self.kept = None
        return True

    def all_of(self, arguments):
        left = list(arguments)
        while left:
            found = next((one for one in left if self.take(one)), None)
            if found is None:
                return False
            left.remove(found)
        return True

    def step(self, word, argument):
        if word in ('C:', 'C!'):
            self.waiting += unescape(argument) + b'\r\n'
        elif word == 'C-':
            self.waiting += unescape(argument)
        elif word == 'C*':
            times, _, text = argument.partition(b' ')
            self.waiting += unescape(text) * int(times)
        else:
            self.flush()
        if word == 'S:':
            return self.take(argument)
        if word == 'S*':
            while self.take(argument):
                pass
        elif word == 'EOF:':
            return self.reply() is None
        elif word == 'SHUT:':
            self.client.socket.shutdown(socket.SHUT_WR)
        return True

    def play(self, steps):
        """The line that differed, or 0."""
        at = 0
        while at < len(steps):
            number, word, argument = steps[at]
            end = at + 1
            if word == 'S&':
                while end < len(steps) and steps[end][1] == 'S&':
                    end += 1
                self.flush()
                ok = self.all_of([step[2] for step in steps[at:end]])
            else:
                ok = self.step(word, argument)
            if not ok:
                return number
            at = end
        self.flush()
        return 0


def play(transcript, server, seed):
    differ = 0
    for title, steps in transcript.cases:
        for cut in ('none', 'every', 'random'):
            if differ >= DIFFER_MOST:
                return differ
            player = Player(server.address, cut, random.Random(seed))
            try:
                number = player.play(steps)
            except (OSError, Broken) as problem:
                number = repr(problem)
            if number:
                differ += 1
                print(f'{transcript.path}:{number}: case {title} (cut: {cut}): {player.kept!r}')
            player.client.close()
    return differ


def run(program, path, seed):
    transcript = Transcript(path)
    server = Server(program, transcript.settings)
    differ = 1
    try:
        if server.wait():
            differ = play(transcript, server, seed)
        else:
            print(f'{path}: {program} does not become ready')
    finally:
        server.stop(show=differ > 0)
    print(f'{path}: {len(transcript.cases)} cases, each cut in three ways, {differ} differ')
    return differ


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--server', required=True, type=os.path.abspath)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('transcripts', nargs='+')
    given = parser.parse_args()
    differ = sum(run(given.server, path, given.seed) for path in given.transcripts)
    print(f'seed {given.seed}: {len(given.transcripts)} files, {differ} cases differ')
    return differ > 0


if __name__ == '__main__':
    sys.exit(main())

"""Programs that read mail, each asked for the leaves of many messages by one process: paths on its
standard input, a line for each on its standard output (readers/python_email.py says which)."""
import base64
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass

FOLDER = pathlib.Path(__file__).with_name('readers')
GMIME_WALK = 'GMIME_WALK'  # put in by find()


@dataclass(frozen=True)
class Reader:
    name: str
    command: tuple
    probe: tuple           # ends with 0 where what it needs is installed
    writes_files: bool = False  # its names are those of files that it makes


@dataclass(frozen=True)
class Leaf:
    type: str
    name: str
    octets: bytes


READERS = [
    Reader('python-compat32', (sys.executable, 'python_email.py', 'compat32'), ('true',)),
    Reader('python-default', (sys.executable, 'python_email.py', 'default'), ('true',)),
    Reader('gmime', (GMIME_WALK,), ('true',)),
    Reader('mime-tools', ('perl', 'mime_parser.pl'), ('perl', '-MMIME::Parser', '-e1')),
    Reader('email-mime', ('perl', 'email_mime.pl'), ('perl', '-MEmail::MIME', '-e1')),
    Reader('mailparse', ('php', 'mailparse.php'), ('php', '-r', 'exit(!extension_loaded("mailparse"));')),
    Reader('ruby-mail', ('ruby', 'ruby_mail.rb'), ('ruby', '-rmail', '-e1')),
    Reader('ripmime', (sys.executable, 'extract.py', 'ripmime'), ('which', 'ripmime'), True),
    Reader('munpack', (sys.executable, 'extract.py', 'munpack'), ('which', 'munpack'), True),
    Reader('uudeview', (sys.executable, 'extract.py', 'uudeview'), ('which', 'uudeview'), True),
]


def is_installed(reader):
    return shutil.which(reader.probe[0]) is not None and subprocess.run(
        reader.probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def leaf_of(text):
    kind, name, octets = map(base64.b64decode, text.split(','))
    return Leaf(kind.decode('utf-8', 'replace').lower(), name.decode('utf-8', 'replace'), octets)


def run(reader, gmime_walk, paths):
    command = [gmime_walk if word == GMIME_WALK else word for word in reader.command]
    done = subprocess.run(command, cwd=FOLDER, input=''.join(f'{path}\n' for path in paths).encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    lines = done.stdout.decode('ascii').split('\n')[:-1]
    return [[leaf_of(text) for text in line.split()] for line in lines]


def read(reader, gmime_walk, paths):
    """The leaves of each message; None for one that the reader dies of: then it begins anew behind it."""
    answers = []
    while len(answers) < len(paths):
        answers += run(reader, gmime_walk, paths[len(answers):])
        if len(answers) < len(paths):
            answers.append(None)
    return answers

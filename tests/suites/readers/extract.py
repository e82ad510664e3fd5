"""Programs that write the parts of one message into a folder: output as in python_email.py, with the
names of the files.

    extract.py ripmime|munpack|uudeview"""
import base64
import os
import pathlib
import subprocess
import sys
import tempfile

SECONDS = 10
# PATH and FOLDER are put in
COMMANDS = {
    'ripmime': ['ripmime', '-i', 'PATH', '-d', 'FOLDER', '--no-ole'],
    'munpack': ['munpack', '-q', '-t', '-C', 'FOLDER', 'PATH'],
    'uudeview': ['uudeview', '-i', '-q', '-p', 'FOLDER', 'PATH'],
}


def field(octets):
    return base64.b64encode(octets).decode()


def run(command, path):
    with tempfile.TemporaryDirectory() as folder:
        words = [word.replace('PATH', path).replace('FOLDER', folder) for word in command]
        try:
            subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            pass
        for file in sorted(pathlib.Path(folder).rglob('*')):
            if file.is_file():
                yield ','.join(map(field, (b'', os.fsencode(file.name), file.read_bytes())))


def main(program):
    for line in sys.stdin:
        print(*run(COMMANDS[program], line.rstrip('\n')), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])

"""cccpc where no server is needed: exit statuses, messages, samples.

    cccpc_test.py build/clients/cccpc/cccpc
"""
import email
import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile

PROGRAM = sys.argv[1]
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


with tempfile.TemporaryDirectory() as FOLDER:
    NOBODY = f'unix:{FOLDER}/nobody'
    run(64, 'usage: cccpc COMMAND')
    run(0, 'usage: cccpc COMMAND', '--help')
    run(0, '--in-flight N', 'bench', '--help')
    run(64, '--passes: no such option', 'check', '--passes', '3', 'x')
    run(64, '--jobs: wants a number from 1', 'check', '--jobs', '0', 'x')
    run(64, '--server: wants a value', 'check', '--server')
    run(64, 'wants files, folders', 'check')
    run(64, 'wants CCCP_PASSWORD', 'ping', '--identity', 'mx1')
    run(66, 'absent: No such file', 'check', '-s', NOBODY, f'{FOLDER}/absent')
    run(66, 'Is a directory', 'explain', '-s', NOBODY, FOLDER)
    run(69, 'nobody: No such file', 'ping', '-s', NOBODY)
    samples(f'{FOLDER}/samples')
    run(69, 'INCOMPLETE, DEFER', 'check', '-s', NOBODY, f'{FOLDER}/samples')

"""Mail that blows up when it is opened. Each bomb is made here, checked as an installation with the
embedded defaults and the engine `attachment` does, and must end within 3 s of CPU and 256 MB with a
LIMIT finding or a part that is unexaminable: never clean.

    bombs.py VIEW_DUMP [--set KEY=VALUE]... [-- PATTERN...]

Memory is the most that is resident during the check less what was before: engines and the message."""
import fnmatch
import json
import subprocess
import sys
import tempfile

import bomb_rows
from bomb_mail import mail

CPU_SECONDS, OCTETS, TURNS = 3, 256 << 20, 2


def check(program, options, octets):
    """What is said of a message."""
    with tempfile.NamedTemporaryFile(suffix='.eml') as file:
        file.write(octets)
        file.flush()
        done = subprocess.run([program, '--check', *options, file.name], stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise RuntimeError(f'ended with {done.returncode}')
    return json.loads(done.stdout)['check']


def limits_of(said):
    """The limits that findings and coverage name."""
    findings = {finding['symbol'] for finding in said['findings'] if finding['class'] == 'LIMIT'}
    return findings | {f"{row['state']} {row['reason']}" for row in said['coverage'] if row['state'] == 'UNEXAMINABLE'}


def faults_of(name, said):
    if said['verdict'] == 'CLEAN':
        yield 'clean'
    if not limits_of(said) and name not in bomb_rows.WHOLE:
        yield 'no limit'
    if said['cpu_us'] > bomb_rows.SECONDS.get(name, CPU_SECONDS) * 1e6:
        yield 'too long'
    if said['memory_kb'] << 10 > OCTETS:
        yield 'too much memory'


def run(program, options, name):
    """One line about the bomb; whether it kept within the bounds."""
    octets = mail(bomb_rows.BOMBS[name]())
    try:
        said = min((check(program, options, octets) for _ in range(TURNS)), key=lambda said: said['cpu_us'])
    except RuntimeError as error:
        print(f'{name:40} {len(octets) >> 10:7} <-- {error}', flush=True)
        return False
    faults = ', '.join(faults_of(name, said))
    print(f"{name:40} {len(octets) >> 10:7} {said['cpu_us'] / 1e6:6.2f} {said['memory_kb'] >> 10:5}  {said['verdict']:12} "
          f"{' '.join(sorted(limits_of(said)))}{' <-- ' if faults else ''}{faults}", flush=True)
    return not faults


def main(program, *arguments):
    at = arguments.index('--') if '--' in arguments else len(arguments)
    options, patterns = arguments[:at], arguments[at + 1:] or ['*']
    names = [name for name in bomb_rows.BOMBS if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    print(f"{'bomb':40} {'KiB':>7} {'CPU s':>6} {'MiB':>5}  verdict, limits")
    good = [run(program, options, name) for name in names]
    print(f'{len(good)} bombs, {len(good) - sum(good)} faults')
    return 0 if good and all(good) else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

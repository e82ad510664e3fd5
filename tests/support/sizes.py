"""No function of the sources is longer than 60 lines, no file than 600 (HACKING.md, "What review will check")."""
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
FUNCTION_LINES, FILE_LINES = 60, 600
faults, files = [], 0
for room in ('protocol', 'engines', 'server', 'clients'):
    for path in sorted((TOP / room).rglob('*.[ch]')):
        lines, begin = path.read_text().split('\n'), 0
        files += 1
        name = path.relative_to(TOP)
        if len(lines) - 1 > FILE_LINES:
            faults.append(f'{name}: {len(lines) - 1} lines')
        for number, line in enumerate(lines, 1):
            if line == '{':
                begin = number
            if line == '}' and begin:
                if number - begin > FUNCTION_LINES:
                    faults.append(f'{name}:{begin}: a function of {number - begin} lines')
                begin = 0

print('\n'.join(faults) if faults else f'{files} files are short enough')
sys.exit(bool(faults))

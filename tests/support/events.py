"""Every event that the server logs stands in spec/monitoring.md, and nothing else does."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
CALL = re.compile(r'\blog_(?:begin|event)\s*\(([^;]*);')
NAME = re.compile(r'"([a-z]+\.[a-z-]+)"')
ROW = re.compile(r'^\| `([a-z]+\.[a-z-]+)` \|', re.M)


def main():
    logged = set()
    for path in sorted((TOP / 'server').rglob('*.c')):
        for call in CALL.findall(path.read_text()):
            logged.update(NAME.findall(call))
    listed = ROW.findall((TOP / 'spec' / 'monitoring.md').read_text())
    faults = [f'{name}: logged, but not in spec/monitoring.md' for name in sorted(logged - set(listed))]
    faults += [f'{name}: in spec/monitoring.md, but never logged' for name in sorted(set(listed) - logged)]
    faults += [f'{name}: listed twice' for name in sorted(set(listed)) if listed.count(name) > 1]
    print('\n'.join(faults) if faults else f'{len(listed)} events stand in their list')
    return 1 if faults or not listed else 0


if __name__ == '__main__':
    sys.exit(main())

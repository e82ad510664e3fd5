"""Counts test results in Meson's testlog.json files: prints "PASSED FAILED".

A TAP test counts each of its cases, any other test counts once. A case that was left out counts as neither.
"""
import json
import re
import sys

CASE = re.compile(r'^(not )?ok\b', re.M)


def count(entry):
    good = entry['result'] in ('OK', 'EXPECTEDFAIL')
    if entry['result'] == 'SKIP':
        return 0, 0
    cases = CASE.findall(entry.get('stdout') or '')
    bad = sum(1 for case in cases if case)
    if cases:
        return len(cases) - bad, bad if not good and bad else (0 if good else 1)
    return (1, 0) if good else (0, 1)


passed = failed = 0
for path in sys.argv[1:]:
    with open(path, encoding='utf-8', errors='replace') as log:
        for line in log:
            ok, bad = count(json.loads(line))
            passed += ok
            failed += bad
print(passed, failed)

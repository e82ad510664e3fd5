"""A slow check never delays another (C7).

    held.py CCCPD_SCRIPTED [CHECKS]

1. As many checks as workers + 100, each waiting 60 s for an answer from outside, on one connection with CHECKS (10,000)
   others: the others' p99 is within 1.5 times the p99 without them.
2. workers - 1 checks that spin until their deadline: p99 within 3 times.
Each pair is measured three times, in turns; the ratio is that of the medians. Prints figures; exit 1 when a bound is broken.
"""
import statistics
import sys
import time

import loaded

WORKERS = 2


def measure(server, name, bound, disturb, count, rounds=3):
    window = loaded.Window(server, 4)
    window.run(b'w', 500, loaded.message('clean'))
    quiet, loud = [], []
    for turn in range(rounds):
        quiet.append(window.run(b'q%d.' % turn, count // rounds, loaded.message('clean')))
        disturb(window, turn)
        time.sleep(0.5)
        loud.append(window.run(b'l%d.' % turn, count // rounds, loaded.message('clean')))
        for tag in list(window.connection.started):
            if tag.startswith(b'o'):
                window.connection.socket.sendall(b'c.%s CANCEL "%s"\r\n' % (tag, tag))
        limit = time.monotonic() + 30
        while any(tag.startswith(b'o') for tag in window.connection.started) and time.monotonic() < limit:
            time.sleep(0.05)
    still = [tag for tag in window.connection.started if tag.startswith(b'o')]
    assert not still, f'{len(still)} disturbing checks have no end'
    window.connection.close()
    before, after = (statistics.median(p99 for _, p99 in pairs) * 1000 for pairs in (quiet, loud))
    p50s = [statistics.median(p50 for p50, _ in pairs) * 1000 for pairs in (quiet, loud)]
    ratio = after / before
    print(f'{name}: p99 {before:.2f} ms alone, {after:.2f} ms beside them, ratio {ratio:.2f} (bound {bound}); '
          f'p50 {p50s[0]:.2f} and {p50s[1]:.2f} ms; {count} checks, {rounds} turns')
    return ratio <= bound


def waiting(window, turn):
    for number in range(WORKERS + 100):
        window.connection.check(b'o%d.%d' % (turn, number),
                                loaded.message('question wait 60000', body=str(number)), options=b'DEADLINE 120')


def spinning(window, turn):
    for number in range(WORKERS - 1):
        window.connection.check(b'o%d.%d' % (turn, number),
                                loaded.message('spin', body=f'{turn} {number}'), options=b'DEADLINE 60')


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    with loaded.Server(sys.argv[1], f'server.workers={WORKERS}', 'engines.clamav.enabled=no', 'engines.attachment.enabled=no',
                       'engines.scripted.enabled=yes',
                       'limits.check-time-most=200s', 'limits.worker-time=50s', port=11930) as server:
        good = measure(server, 'checks that wait for an answer', 1.5, waiting, count)
        good &= measure(server, 'checks that spin', 3, spinning, count)
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())

"""kill -9 of a worker at random instants, under load (P5, P6).

    kills.py CCCPD_SCRIPTED [KILLS [SEED]]

Every check ends with exactly one outcome; at least 99 % of them are the right verdict; none is clean by error: a message
with a virus is never delivered. Prints the ledger; exit 1 when a promise is broken.
"""
import collections
import os
import random
import signal
import sys
import threading
import time

import loaded


def judge(number, line, lines):
    text = b''.join(lines)
    if b' OK ' not in line:
        return 'refused'
    results = [answer for answer in lines if b' RES ' in answer]
    if len(results) != 1:
        return 'not one outcome'
    virus = number % 3 == 0
    if b' DEFER ' in results[0]:
        return 'deferred'
    if virus:
        return 'right' if b' QUARANTINE ' in results[0] and b'INFECTED' in text else 'CLEAN BY ERROR'
    return 'right' if b' DELIVER ' in results[0] else 'wrong'


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    chance, ledger, twice = random.Random(seed), {}, []
    room, stop = threading.Semaphore(8), threading.Event()

    def on_done(tag, line, lines, _):
        if tag in ledger:
            twice.append(tag)
        ledger[tag] = judge(int(tag[1:]), line, lines)
        room.release()

    with loaded.Server(sys.argv[1], 'server.workers=2', 'engines.clamav.enabled=no', 'engines.attachment.enabled=no',
                       'engines.scripted.enabled=yes', port=11940) as server:
        connection = loaded.Connection(server.port, on_done)

        def load():
            number = 0
            while not stop.is_set():
                if room.acquire(timeout=60):
                    script = ('spin-ms 5', 'virus Test') if number % 3 == 0 else ('spin-ms 5',)
                    connection.check(b'k%d' % number, loaded.message(*script, body=str(number)))
                    number += 1

        sender = threading.Thread(target=load)
        sender.start()
        done = 0
        limit = time.monotonic() + 300
        while done < kills and time.monotonic() < limit:
            time.sleep(chance.random() * 0.12)
            workers = server.workers()
            if workers:
                try:
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    done += 1
                except ProcessLookupError:
                    pass
        stop.set()
        sender.join(70)
        limit = time.monotonic() + 90
        while connection.started and time.monotonic() < limit:
            time.sleep(0.05)
        open_tags = len(connection.started)
        connection.close()
        retries, crashes = server.metric('cccpd_job_retries_total'), server.metric('cccpd_worker_crashes_total')

    counts = collections.Counter(ledger.values())
    right = counts['right'] / max(1, len(ledger))
    print(f'seed {seed}: {done} kills, {len(ledger)} checks: {dict(counts)}; {right:.2%} right; without an end {open_tags}; '
          f'answered twice {len(twice)}; crashes {crashes:.0f}, retries {retries:.0f}')
    good = done == kills and not open_tags and not twice and right >= 0.99
    return 0 if good and not counts['CLEAN BY ERROR'] and not counts['not one outcome'] else 1


if __name__ == '__main__':
    sys.exit(main())

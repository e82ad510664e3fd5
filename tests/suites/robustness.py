"""Every file of every suite of mail through the view and the engines: no crash, no sanitizer report,
a valid report, and neither much time nor much memory.

    robustness.py VIEW_DUMP CORPUS SUITE... [-- VIEW_DUMP's options]

SUITE may hold the wildcards of the shell. A build with sanitizers is not asked for its memory."""
import pathlib
import resource
import sys

import messages

# libclamav writes a file for each part that it sees in what looks like a mailbox: system time of the disk.
CPU_SECONDS, OCTETS = 5, 256 << 20


def is_sanitized(program):
    return b'__asan_init' in pathlib.Path(program).read_bytes()


def suite_faults(program, folder, options):
    most_us = CPU_SECONDS * 1e6 * (10 if is_sanitized(program) else 1)
    paths = sorted(path for path in folder.rglob('*') if path.is_file())
    try:
        views = messages.dump(program, paths, *options)
    except RuntimeError as error:
        return len(paths), [f'{folder.name}: {error}']
    return len(paths), [f"{view['path']}: {view['check']['cpu_us'] / 1e6:.2f} s" for view in views
                        if view['check']['cpu_us'] > most_us]


def main(program, corpus, *arguments):
    at = arguments.index('--') if '--' in arguments else len(arguments)
    patterns, options = arguments[:at], ['--check', *arguments[at + 1:]]
    faults, count = [], 0
    for folder in sorted({folder for pattern in patterns for folder in pathlib.Path(corpus).glob(pattern)}):
        files, found = suite_faults(program, folder, options)
        faults, count = faults + found, count + files
    octets = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
    if octets > OCTETS and not is_sanitized(program):
        faults.append(f'{octets >> 20} MiB in one process')
    print(*faults, f'{count} files, {octets >> 20} MiB, {len(faults)} faults', sep='\n')
    return 1 if faults or not count else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

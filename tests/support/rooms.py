"""Who may include whom, and each outside library's one door (spec/architecture.md, "Rooms").

    protocol <- engines <- server        protocol <- clients        nothing includes server/
"""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

# room: what its "…" includes may begin with
MAY_INCLUDE = {
    'protocol': ('protocol/',),
    'engines': ('protocol/', 'engines/'),
    'server': ('protocol/', 'engines/', 'server/'),
    'clients': ('protocol/', 'clients/', 'cccp.h'),
}
# header (regular expression): the files that may include it
DOORS = {
    r'uv\.h': r'server/.*',
    r'(glib|gmime|gio).*': r'engines/message/structure\.c',
    r'clamav\.h': r'engines/clamav/.*',
    r'unicode/.*': r'engines/decode/(charset_table|domain)\.c',
    r'iconv\.h': r'engines/(decode/charset_table|attachment/archive|clamav/warm)\.c',
    r'archive(_entry)?\.h': r'engines/attachment/archive\.c',
    r'zlib\.h': r'engines/attachment/inflate\.c',
    r'yaml\.h': r'server/config/yaml\.c',
    r'microhttpd\.h': r'server/metrics_http\.c',
    r'openssl/.*': r'server/crypto/(tls|digest).*\.c',
    r'sodium.*': r'(server/crypto/(password|keyed_hash)|engines/convert/digest|clients/libcccp/digest)\.c',
    r'pcre2\.h': r'server/policy/pattern\.c',
    r'seccomp\.h': r'server/worker/sandbox\w*\.c',
    r'linux/landlock\.h': r'server/worker/sandbox\w*\.c',
}
LIBC_ONLY = {  # what protocol/ may include with <…>
    'assert.h', 'ctype.h', 'errno.h', 'inttypes.h', 'limits.h', 'stdarg.h', 'stdbool.h', 'stddef.h',
    'stdint.h', 'stdio.h', 'stdlib.h', 'string.h', 'strings.h', 'time.h',
}


def problems(path):
    name = path.relative_to(TOP).as_posix()
    room = name.split('/')[0]
    for bracket, header in INCLUDE.findall(path.read_text(encoding='utf-8')):
        if bracket == '"':
            if not header.startswith(MAY_INCLUDE[room]):
                yield f'{name}: a file of {room}/ includes "{header}"'
            continue
        if room == 'protocol' and header not in LIBC_ONLY:
            yield f'{name}: protocol/ is libc only, not <{header}>'
        for pattern, door in DOORS.items():
            if re.fullmatch(pattern, header) and not re.fullmatch(door, name):
                yield f'{name}: <{header}> has its one door at {door}'


found = [p for room in MAY_INCLUDE for path in sorted((TOP / room).rglob('*.[ch]')) for p in problems(path)]
files = sum(1 for room in MAY_INCLUDE for _ in (TOP / room).rglob('*.[ch]'))
print('\n'.join(found) or f'{files} files keep to their rooms')
sys.exit(1 if found or files == 0 else 0)

"""The grammar of spec/cccp.md against every example and transcript.

    abnf.py SPEC TRANSCRIPTS-FOLDER

Takes the abnf block of the specification (RFC 5234), looks whether it is closed (every rule that is
named exists, every rule that exists is named), and matches every command and answer of the session
in the specification and of the transcripts (README.md) with it. An answer with "..." is a pattern and is
left out, and so is what the client sends but does not finish; a command with `C!` must not match, or
the server must refuse it for what the grammar cannot say (a limit).
"""
import pathlib
import re
import sys

STARTS = ('command', 'auth-response', 'reply')
CORE = {
    'ALPHA': rb'[A-Za-z]', 'DIGIT': rb'[0-9]', 'SP': b' ', 'CRLF': b'\r\n', 'DQUOTE': b'"',
    'OCTET': rb'[\x00-\xff]', 'UTF8-2': rb'[\xc2-\xdf][\x80-\xbf]',
    'UTF8-3': rb'\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]',
    'UTF8-4': rb'\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}',
}
TOKEN = re.compile(r'\s+|"[^"]*"|%x[0-9A-F]+(?:-[0-9A-F]+)?|\d*\*\d*|\d+|[A-Za-z][A-Za-z0-9-]*|[/()\[\]]')
LITERAL = re.compile(rb'\{(0|[1-9]\d{0,17})\+?\}\r\n')
ATOM = re.compile(rb'[A-Za-z0-9._:/=+@*-]*')
NOT_FINISHED = re.compile(rb'(?<!\r\n)\Z|\{\d+\+\}\r\n.*\Z', re.DOTALL)
ANNOUNCED = re.compile(rb'\{(\d+)\}\r\n\Z')

# Their words are no extension's.
WITH_WORDS = ('completion', 'res', 'report', 'progress', 'state', 'report-line', 'held', 'copy', 'note',
              'decision')

# Lines that the grammar must refuse: it would be worth nothing if it took everything.
NEVER = {'command': (
    b'a1  NOOP\r\n', b'a1 NOOP \r\n', b'a1 NOOP', b'a:1 NOOP\r\n', b'a1 NOOP \xff\r\n',
    b'a1 NOOP "\x01"\r\n', b'a1 NOOP "\xc0\x80"\r\n', b'a1 NOOP {4}\r\nabc\r\n', b'a1 NOOP {03}\r\nabc\r\n',
    b'a1 CHECK t c () ((1 "b@c")) {1}\r\nx\r\n', b'a1 CHECK t c () () () {1}\r\nx\r\n',
    b'a1 CHECK t c () ((0 "b@c")) () {1}\r\nx\r\n', b'a1 CHECK t c (HELO) ((1 "b@c")) () {1}\r\nx\r\n',
    b'a1 CHECK t c () ((1 b@c)) () {1}\r\nx\r\n', b'a1 CHECK t c () ((1 "b@c")) () "x"\r\n',
    b'a1 RESULT\r\n', b'a1 OK x\r\n',
), 'reply': (
    b'+go\r\n', b'a1 OK\r\n', b'a1 OK [] x\r\n', b'a1 OK a\tb\r\n', b'* NO x\r\n',
    b'a1 RES 1 DELIVER\r\n', b'a1 RES 01 DELIVER ()\r\n', b'a1 RES 1,\r\n DELIVER ()\r\n',
    b'a1 REPORT ()x\r\n', b'a1 PART 0 ()\r\n', b'a1 X-NEW.LINE (a\r\n',
    b'a1 COPY 0 () SPLICE ()\r\n', b'a1 COPY 1 () SPLICE\r\n', b'a1 COPY 1 () INLINE "a"\r\n',
    b'a1 COPY 1 () SPLICE ((KEEP 0))\r\n', b'a1 COPY 1 () SPLICE (KEEP 0 1)\r\n',
    b'a1 COPY 1 () SPLICE ((DATA a))\r\n', b'a1 COPY 1 () DIFF ((KEEP 0 1))\r\n',
    b'a1 COPY 1 () INLINE {2}\r\nabc\r\n', b'a1 NOTE 1 () SPLICE ((KEEP 0 1))\r\n',
    b'a1 NOTE 1 INLINE {1}\r\na\r\n', b'a1 DECISION ()\r\n', b'a1 DECISION 1\r\n',
)}

# Lines that it must take, of those that no transcript can show in full.
ALWAYS = {'command': (
    b'a1 CHECK t c () ((1 "b@c")) (ACCEPT (DEFER REDIRECT EXPAND COPY SPLICE SENDER ROUTE STORE NOTE)) {1}\r\nx\r\n',
    b'a1 CHECK t c () ((1 "b@c")) (DRYRUN YES ACCEPT ()) {1}\r\nx\r\n',
), 'reply': (
    b'a1 RES 1 REDIRECT (COPY 1 SENDER "" TO "d@e" ROUTE "smtp:[192.0.2.1]:24")\r\n',
    b'a1 RES 1 REJECT (STATUS "5.7.1" TEXT "no" DSN NO)\r\n',
    b'a1 RES 1,\r\n3 EXPAND (SENDER "o@x" MODE LIST MEMBERS ((DELIVER ("a@x" \r\n"b@x") (COPY 1 MARK "spam")) '
    b'(REJECT ("c@x") (STATUS "5.7.1"))) STORE ((QUARANTINE 0 "virus") (ARCHIVE 1 {1}\r\na)))\r\n',
    b'a1 COPY 1 (SIZE 0 SHA256 "00" BODY 7BIT SMTPUTF8 NO DKIM-BROKEN ("d=x s=y")) SPLICE ()\r\n',
    b'a1 COPY 1 () SPLICE ((KEEP 0 \r\n1) \r\n(DATA \r\n"a") (DATA {2}\r\n\r\n))\r\n',
    b'a1 COPY 1 () INLINE {4}\r\n\0\r\n)\r\n',
    b'a1 NOTE 1 (KIND SENDER FROM "" TO ("a@x") SIZE 1) INLINE {1}\r\n\xff\r\n',
    b'a1 DECISION 1:2,4 (RULE "r" PLACE "f:1" MEMBER "a@x" DISPOSITION DELIVER NEEDS (("e" "s" 2)))\r\n',
)}


class Grammar:
    """Rules as trees: ('rule', name) ('regex', pattern) ('all', items) ('any', items)
    ('times', least, most, item)."""

    def __init__(self, text):
        self.rules, self.words = {}, set()
        for line in re.findall(r'.+', re.sub(r'\n[ \t]+', ' ', text)):
            name, _, definition = line.partition(' = ')
            name = name.strip()
            if name in self.rules or not definition:
                raise ValueError(f'rule {line!r}')
            self.rules[name] = self.parse(definition)
            if name in WITH_WORDS:
                self.words.update(word.encode() for word in re.findall(r'"([A-Z]+)"', definition))

    def parse(self, text):
        tokens = TOKEN.findall(text)
        if ''.join(tokens) != text:
            raise ValueError(f'not ABNF: {text!r}')
        self.tokens = [token for token in tokens if not token.isspace()]
        tree = self.alternation()
        if self.tokens:
            raise ValueError(f'not ABNF: {text!r}')
        return tree

    def alternation(self):
        items = [self.concatenation()]
        while self.tokens and self.tokens[0] == '/':
            self.tokens.pop(0)
            items.append(self.concatenation())
        return items[0] if len(items) == 1 else ('any', items)

    def concatenation(self):
        items = []
        while self.tokens and self.tokens[0] not in ('/', ')', ']'):
            items.append(self.repetition())
        return items[0] if len(items) == 1 else ('all', items)

    def repetition(self):
        repeat = re.fullmatch(r'(\d*)(\*?)(\d*)', self.tokens[0])
        if not repeat:
            return self.element()
        self.tokens.pop(0)
        least, star, most = repeat.groups()
        least = int(least or 0)
        return ('times', least, (int(most) if most else None) if star else least, self.element())

    def element(self):
        token = self.tokens.pop(0)
        if token in '([':
            inner = self.alternation()
            self.tokens.pop(0)
            return inner if token == '(' else ('times', 0, 1, inner)
        if token[0] == '"':
            return ('regex', re.compile(re.escape(token[1:-1].encode()), re.IGNORECASE))
        if token[0] == '%':
            first, _, last = token[2:].partition('-')
            octets = bytes(range(int(first, 16), int(last or first, 16) + 1))
            return ('regex', re.compile(b'[' + re.escape(octets) + b']'))
        return ('regex', re.compile(CORE[token], re.DOTALL)) if token in CORE else ('rule', token)

    def named(self, tree):
        if tree[0] == 'rule':
            yield tree[1]
        for item in tree[1] if tree[0] in ('all', 'any') else tree[3:]:
            yield from self.named(item)

    def faults(self):
        """What is named and missing, or there and never named."""
        named = {name for tree in self.rules.values() for name in self.named(tree)}
        yield from (f'{name} is not defined' for name in sorted(named - set(self.rules)))
        yield from (f'{name} is never used' for name in sorted(set(self.rules) - named - set(STARTS)))


class Match:
    """Where can a rule end? Every way is followed, each once for each place."""

    def __init__(self, grammar, octets):
        self.grammar, self.octets, self.known = grammar, octets, {}

    def ends(self, tree, at):
        key = (id(tree), at)
        if key not in self.known:
            self.known[key] = frozenset(getattr(self, tree[0])(tree, at))
        return self.known[key]

    def rule(self, tree, at):
        if tree[1] == 'literal':
            found = LITERAL.match(self.octets, at)
            end = found.end() + int(found[1]) if found else None
            return {end} if found and end <= len(self.octets) else ()
        if tree[1] == 'extension' and ATOM.match(self.octets, at)[0].upper() in self.grammar.words:
            return ()
        return self.ends(self.grammar.rules[tree[1]], at)

    def regex(self, tree, at):
        found = tree[1].match(self.octets, at)
        return {found.end()} if found else ()

    def all(self, tree, at):
        places = {at}
        for item in tree[1]:
            places = {end for place in places for end in self.ends(item, place)}
        return places

    def any(self, tree, at):
        return {end for item in tree[1] for end in self.ends(item, at)}

    def times(self, tree, at):
        _, least, most, item = tree
        ends, places, count = set(), {at}, 0
        if least == 0:
            ends.add(at)
        while places and (most is None or count < most):
            places = {end for place in places for end in self.ends(item, place)} - ends
            count += 1
            if count >= least:
                ends |= places
        return ends


def matches(grammar, octets, *starts):
    """The longest beginning of octets that is one of the rules; 0 when there is none. What nests deeper
    than this program can follow is over the bound of 2.9 anyway."""
    match = Match(grammar, octets)
    try:
        return max((end for start in starts for end in match.ends(grammar.rules[start], 0)), default=0)
    except RecursionError:
        return 0


class Checker:
    def __init__(self, grammar):
        self.grammar, self.faults = grammar, []
        self.count = {'command samples': 0, 'reply samples': 0, 'commands': 0, 'answers': 0, 'patterns left out': 0, 'commands not finished': 0,
                      'not in the grammar on purpose': 0, 'refused for another reason': 0}

    def expect(self, where, octets, count, *starts):
        end = matches(self.grammar, octets, *starts)
        if end == 0:
            self.faults.append(f'{where}: {octets[:200]!r} is not one of {", ".join(starts)}')
        self.count[count] += end > 0
        return end or len(octets)

    def commands(self, where, octets, goes_on):
        """octets: what the client sent until the server spoke. A literal that was announced and
        refused is put in; returns what goes on behind the server's "+"."""
        while octets:
            announced = ANNOUNCED.search(octets)
            if announced and matches(self.grammar, octets, 'command', 'auth-response') == 0:
                if goes_on:
                    return octets
                octets = octets[:announced.start()] + b'{0}\r\n\r\n'
            if NOT_FINISHED.search(octets) and matches(self.grammar, octets, 'command', 'auth-response') == 0:
                self.count['commands not finished'] += 1
                return b''
            octets = octets[self.expect(where, octets, 'commands', 'command', 'auth-response'):]
        return b''

    def wrong(self, where, octets, answer):
        """A command that the grammar must refuse, or the server for another reason; what follows it
        may be anything."""
        if matches(self.grammar, octets, 'command') != len(octets):
            self.count['not in the grammar on purpose'] += 1
            return
        self.count['refused for another reason'] += 1
        if not re.search(rb'\b(NO|BAD|BYE)\b', answer):
            self.faults.append(f'{where}: {octets[:200]!r} is in the grammar and is not refused')

    def answer(self, where, octets):
        if b'...' in octets:
            self.count['patterns left out'] += 1
        else:
            self.expect(where, octets, 'answers', 'reply')


def session(checker, lines, path):
    """Lines of one case: [(number, word, octets)]."""
    sent, wrong, begun = b'', b'', 0
    for number, word, octets in lines + [(0, 'EOF:', b'')]:
        where = f'{path}:{number}'
        if word in ('C:', 'C-', 'C*', 'C!'):
            begun = begun or number
            wrong += octets if word == 'C!' or wrong else b''
            sent += octets if not wrong else b''
            continue
        if wrong:
            checker.wrong(f'{path}:{begun}', sent + wrong, octets)
        sent = b'' if wrong else checker.commands(f'{path}:{begun}', sent, octets[:1] == b'+')
        wrong, begun = b'', begun if sent else 0
        if word in ('S:', 'S*', 'S&'):
            checker.answer(where, octets + b'\r\n')


def unescape(text):
    return re.sub(rb'\\x([0-9a-fA-F]{2})|\\\\', lambda found: bytes.fromhex(found[1].decode()) if found[1] else b'\\',
                  text)


def transcript(checker, path):
    cases = [[]]
    for number, line in enumerate(path.read_bytes().split(b'\n'), 1):
        word, _, text = line.partition(b' ')
        word = word.decode()
        if word == 'CASE:':
            cases.append([])
        elif word == 'C*':
            times, _, text = text.partition(b' ')
            cases[-1].append((number, word, unescape(text) * int(times)))
        elif word in ('C:', 'C!'):
            cases[-1].append((number, word, unescape(text) + b'\r\n'))
        elif word in ('C-', 'S:', 'S*', 'S&', 'EOF:', 'SHUT:'):
            cases[-1].append((number, word, unescape(text)))
    for case in cases:
        session(checker, case, path.name)


def goes_on(octets):
    """The answer ends in a literal, or with it: its line is still to end."""
    announced = None
    for announced in re.finditer(rb'\{(\d+)\}(?:\r\n|\Z)', octets):
        pass
    return bool(announced) and len(octets) <= announced.end() + int(announced[1])


def examples(checker, text, path):
    """Blocks of the specification whose lines begin with "C:" or "S:"."""
    for block in re.finditer(r'```\n((?:[CS]:.*\n)+)```', text):
        first = text.count('\n', 0, block.start(1)) + 1
        lines = []
        for number, line in enumerate(block[1].splitlines(), first):
            octets = line[3:].encode()
            if lines and lines[-1][1] == 'S:' == line[:2] and goes_on(lines[-1][2] + b'\r\n'):
                lines[-1] = (lines[-1][0], 'S:', lines[-1][2] + b'\r\n' + octets)
                continue
            lines.append((number, line[:2], octets + b'\r\n' if line[0] == 'C' else octets))
        session(checker, lines, path)


def main(spec, folder):
    text = pathlib.Path(spec).read_text(encoding='utf-8')
    grammar = Grammar(re.search(r'```abnf\n(.*?)```', text, re.DOTALL)[1])
    checker = Checker(grammar)
    checker.faults.extend(grammar.faults())
    for start, octets in ((start, octets) for start in NEVER for octets in NEVER[start]):
        if matches(grammar, octets, start) == len(octets):
            checker.faults.append(f'{octets!r} is a {start}')
    for start, octets in ((start, octets) for start in ALWAYS for octets in ALWAYS[start]):
        checker.expect('a sample', octets, f'{start} samples', start)
    examples(checker, text, pathlib.Path(spec).name)
    if checker.count['commands'] == 0:
        checker.faults.append(f'{spec} has no example')
    for path in sorted(pathlib.Path(folder).glob('*.txt')):
        transcript(checker, path)
    for fault in checker.faults:
        print(fault)
    print(', '.join(f'{count} {what}' for what, count in checker.count.items()))
    return 1 if checker.faults else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))

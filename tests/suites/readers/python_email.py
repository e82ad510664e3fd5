"""Python's email package, as one of its policies reads: a line for each path on standard input, in it
TYPE,NAME,OCTETS of each leaf in base64, blanks between leaves.

    python_email.py compat32|default"""
import base64
import email
import email.policy
import sys

POLICIES = {'compat32': email.policy.compat32, 'default': email.policy.default}


def field(octets):
    return base64.b64encode(octets).decode()


def name_of(part):
    try:
        return (part.get_filename() or '').encode('utf-8', 'replace')
    except Exception:  # of Python's own on malformed fields: no name is shown then
        return b''


def leaves(message):
    for part in message.walk():
        content = None if part.is_multipart() else part.get_payload(decode=True)
        if content is not None:
            yield ','.join(map(field, (part.get_content_type().encode('utf-8', 'replace'), name_of(part), content)))


def main(policy):
    for line in sys.stdin:
        with open(line.rstrip('\n'), 'rb') as file:
            octets = file.read()
        try:
            print(*leaves(email.message_from_bytes(octets, policy=POLICIES[policy])), flush=True)
        except Exception as error:  # it gives up: shows nothing
            print(f'{line.strip()}: {error!r}', file=sys.stderr)
            print(flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])

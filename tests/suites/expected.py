"""What suites of other MIME parsers expect, read from their own files: for each suite a function
that yields (message, octets, tree) from its folder."""
import gzip
import json
import re
import xml.etree.ElementTree as ElementTree

from messages import Part


def default_type(parent):
    return 'message/rfc822' if parent and parent.type == 'multipart/digest' else 'text/plain'


# mime-stalwart: X.json beside X.eml, X.crlf.json for the same message with CRLF.

def stalwart_headers(part):
    """Of Content-Type and Content-Disposition: the type and the name."""
    found = {'content_type': {}, 'content_disposition': {}}
    for header in part['headers']:
        if header['name'] in list(found) and isinstance(header['value'], dict):
            found[header['name']] = header['value']['ContentType']
    names = []
    for header, attribute in ('content_disposition', 'filename'), ('content_type', 'name'):
        names += [a['value'] for a in found[header].get('attributes') or [] if a['name'] == attribute]
    kind = found['content_type']
    return kind and f"{kind['c_type']}/{kind['c_subtype'] or ''}".lower(), names[:1]


def stalwart_part(message, index, parent=None):
    part = message['parts'][index]
    kind, names = stalwart_headers(part)
    node = Part('LEAF', kind or default_type(parent), names)
    shape, body = next(iter(part['body'].items()))
    if shape == 'Multipart':
        node.kind = 'MULTIPART'
        node.children = [stalwart_part(message, child, node) for child in body]
    elif shape == 'Message':
        node.kind, node.children = 'MESSAGE', [stalwart_part(body, 0)]
    elif shape in ('Text', 'Html'):
        node.text = body
    else:
        node.octets = bytes(body)
    return node


def stalwart(folder):
    for path in sorted(folder.glob('eml/*/*.json')):
        octets = path.with_name(path.name.split('.')[0] + '.eml').read_bytes()
        octets = octets.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
        if not path.name.endswith('.crlf.json'):
            octets = octets.replace(b'\r', b'')
        tree = stalwart_part(json.loads(path.read_text()), 0)
        yield f'{path.parent.name}/{path.name[:-5]}', octets, tree


# mime-mime4j: X_decoded.xml beside X.msg names the files of the decoded bodies.

def mime4j_type(element):
    for field in element.iterfind('header/field'):
        found = re.match(r'\s*content-type[ \t]*:\s*([^;\s]+/[^;\s]+)', field.text or '', re.I)
        if found:
            return found[1].lower()
    return None


def mime4j_part(element, folder, parent=None):
    node = Part('LEAF', mime4j_type(element) or default_type(parent))
    for child in element:
        if child.tag == 'multipart':
            node.kind = 'MULTIPART'
            node.children = [mime4j_part(part, folder, node) for part in child.iterfind('body-part')]
        elif child.tag == 'message':
            node.kind, node.children = 'MESSAGE', [mime4j_part(child, folder)]
        elif child.tag in ('text-body', 'binary-body'):
            body = folder / child.get('name')
            node.octets = body.read_bytes() if body.exists() else None
    return node


def mime4j(folder):
    for path in sorted(folder.glob('*testmsgs/*_decoded.xml')):
        message = path.with_name(path.name.replace('_decoded.xml', '.msg'))
        if not message.exists():
            continue
        tree = mime4j_part(ElementTree.parse(path).getroot(), path.parent)
        yield f'{path.parent.name}/{message.name}', message.read_bytes(), tree


# mime-mimetools: X.ref beside X.msg, a Perl hash with a row for each part.

def mimetools_rows(text):
    for key, body in re.findall(r'^ {2}"(\w+)" => \{\n(.*?)^ {2}\}', text, re.M | re.S):
        yield key, dict(re.findall(r'^ {4}"(\w+)" => (?:qq\{|")?(.*?)[}"]?,?$', body, re.M))


def mimetools_tree(rows, key='Msg', prefix='Part'):
    row = rows.get(key, {})
    children = []
    while f'{prefix}_{len(children) + 1}' in rows:
        child = f'{prefix}_{len(children) + 1}'
        children.append(mimetools_tree(rows, child, child))
    kind = row.get('Type')
    shape = 'LEAF' if not children else 'MESSAGE' if kind == 'message/rfc822' else 'MULTIPART'
    return Part(shape, kind, [row['Filename']] if 'Filename' in row else [], children=children,
                size=int(row['Size']) if 'Size' in row and not children else None)


def mimetools(folder):
    for path in sorted(folder.glob('testmsgs/*.ref')):
        tree = mimetools_tree(dict(mimetools_rows(path.read_text('latin-1'))))
        yield path.name[:-4] + '.msg', path.with_suffix('.msg').read_bytes(), tree


# mime-php-mailparse: X.exp beside X.txt, a paragraph of properties for each part.

def mailparse_rows(text):
    for number, body in re.findall(r'^ *Part ([\d.]+)\n(.*?)(?=^ *Part |\Z)', text, re.M | re.S):
        yield number, dict(re.findall(r'^ *([\w-]+) => \w+\((?:\d+\) )?"?(.*?)"?\)?$', body, re.M))


def mailparse_kind(kind, has_children):
    if kind.startswith('multipart/'):
        return 'MULTIPART'
    return 'MESSAGE' if has_children else 'LEAF'


def mailparse_tree(rows, number='1'):
    row, children = rows[number], []
    while f'{number}.{len(children) + 1}' in rows:
        children.append(mailparse_tree(rows, f'{number}.{len(children) + 1}'))
    names = [row[key] for key in ('disposition-filename', 'content-name') if key in row]
    begin, end = int(row['starting-pos-body']), int(row['ending-pos'])
    return Part(mailparse_kind(row['content-type'], bool(children)), row['content-type'].lower(), names[:1],
                children=children, body=(begin, end - begin))


def mailparse(folder):
    for path in sorted(folder.glob('testdata/*.exp')):
        message = path.with_suffix('.txt')
        octets = message.read_bytes() if message.exists() else gzip.decompress(
            message.with_name(message.name + '.gz').read_bytes())
        yield message.name, octets, mailparse_tree(dict(mailparse_rows(path.read_text('latin-1'))))


# mime-zbateson: no trees; files/ holds what attachments and texts were made from.

def zbateson(folder):
    files = {path.name: path.read_bytes() for path in folder.glob('emails/files/*')}
    for path in sorted(folder.glob('emails/*.txt')):
        yield path.name, path.read_bytes(), files


SUITES = {'mime-stalwart': stalwart, 'mime-mime4j': mime4j, 'mime-mimetools': mimetools,
          'mime-php-mailparse': mailparse, 'mime-zbateson': zbateson}

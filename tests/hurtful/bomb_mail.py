"""Messages around bombs."""
import base64


def body(octets):
    return base64.encodebytes(octets).replace(b'\n', b'\r\n')


def attached(name, octets, kind='application/octet-stream'):
    """A part with octets as a file."""
    return (f'Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment; filename="{name}"\r\n\r\n').encode() + body(octets)


def mixed(parts, boundary=b'b'):
    return (b'Content-Type: multipart/mixed; boundary=' + boundary + b'\r\n\r\n' +
            b''.join(b'--' + boundary + b'\r\n' + part + b'\r\n' for part in parts) + b'--' + boundary + b'--\r\n')


def mail(bomb):
    """bomb: a message as it stands, or a file's name and octets."""
    return bomb if isinstance(bomb, bytes) else b'Subject: x\r\n' + attached(*bomb)

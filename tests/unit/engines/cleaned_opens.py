"""What the engine cleaned another program opens: Python's zipfile, every entry with its sum.

Arguments: the test program, a folder to write to.
"""
import pathlib
import subprocess
import sys
import zipfile

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(exist_ok=True)
subprocess.run([program, folder], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
with zipfile.ZipFile(folder / 'cleaned.docm') as package:
    assert package.testzip() is None
    names = package.namelist()
    assert names == ['[Content_Types].xml', 'word/document.xml', 'word/_rels/document.xml.rels'], names
    assert package.read('word/document.xml') == b'<w:document>text</w:document>'
    assert b'vba' not in package.read('[Content_Types].xml').lower()

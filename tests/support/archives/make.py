"""Writes the archives of the listing's tests to a folder, and rows.tsv: what each has to yield.

    python3 make.py FOLDER
"""
import pathlib
import sys

import bombs
import others
import zips

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
with open(folder / 'rows.tsv', 'w', encoding='utf-8') as rows:
    for group in (zips, others, bombs):
        for number, case in enumerate(group.cases()):
            file = folder / f'{group.__name__}-{number:03}'
            file.write_bytes(case.octets)
            print(case.name, file.name, case.format, case.state, case.cap, case.odd, case.entries, sep='\t', file=rows)

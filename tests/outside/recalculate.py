#!/usr/bin/env python3
"""Has LibreOffice calculate every live formula of a set of workpapers anew, and compares with the value that is stored.

    recalculate.py WORKPAPERS

Needs `soffice` on PATH, which not every machine has: this is run by hand, not by `.ci/run`. Exit status 1 where a formula
gives another value, or where nothing was calculated. Plain Python, no package needed.

The stored values are taken out of a copy of the workbook first, so that what LibreOffice writes it has calculated itself.
Numbers are compared as the decimals of fifteen digits that a cell shows; no tolerance beyond that.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from decimal import Context, Decimal
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIFTEEN = Context(prec=15)


def sheets(path):
    """The parts of the sheets by name, in the order of the workbook."""
    with zipfile.ZipFile(path) as package:
        relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        targets = {one.get("Id"): one.get("Target").lstrip("/") for one in relations}
        for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
            target = targets[sheet.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")]
            yield sheet.get("name"), package.read(target if target.startswith("xl/") else f"xl/{target}")


def formulas(path):
    """Every formula's value by sheet and cell, as a decimal or a text."""
    with zipfile.ZipFile(path) as package:
        shared = []
        if "xl/sharedStrings.xml" in package.namelist():
            root = ElementTree.fromstring(package.read("xl/sharedStrings.xml"))
            shared = ["".join(text.text or "" for text in item.iter(f"{MAIN}t")) for item in root]
    found = {}
    for name, body in sheets(path):
        for cell in ElementTree.fromstring(body).iter(f"{MAIN}c"):
            if cell.find(f"{MAIN}f") is None:
                continue
            value = cell.find(f"{MAIN}v")
            text = "" if value is None or value.text is None else value.text
            kind = cell.get("t", "n")
            if kind == "s":
                text = shared[int(text)]
            number = kind == "n" and text
            found[(name, cell.get("r"))] = FIFTEEN.create_decimal(Decimal(text)).normalize() if number else text
    return found


def without_values(source, target):
    """A copy in which no formula has a value."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                body = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", body)
            new.writestr(info, body)


def main():
    papers = Path(sys.argv[1])
    stored = formulas(papers)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder, "bare.xlsx")
        without_values(papers, bare)
        assert not any(formulas(bare).values()), "values are left in the copy"
        profile = Path(folder, "profile").as_uri()
        command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                   "--outdir", str(Path(folder, "out")), str(bare)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        calculated = formulas(Path(folder, "out", "bare.xlsx"))
    assert stored.keys() == calculated.keys(), "LibreOffice kept other formulas"
    differ = {place: (value, calculated[place]) for place, value in stored.items() if value != calculated[place]}
    for place, (ours, theirs) in list(differ.items())[:20]:
        print(*place, "stored", repr(ours), "calculated", repr(theirs))
    numbers = sum(isinstance(value, Decimal) for value in stored.values())
    assert numbers > 100, f"{numbers} formulas have a number"
    print(f"{len(stored)} formulas, {numbers} with a number: {len(stored) - len(differ)} calculated to the same value")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()

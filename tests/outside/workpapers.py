#!/usr/bin/env python3
"""Reads a set of workpapers with openpyxl and holds every tie-out row against the ledger of the same run.

    workpapers.py WORKPAPERS RUN_JSON

RUN_JSON is what `gouji check … --format json --ledger` printed while it wrote WORKPAPERS (in Chinese). Exit status 1 where
a row or an operand is missing, is there too often, or differs; where a figure's link does not lead to its cell; or where
the openpyxl that reads the annotated workbook beside finds another content at the end of a link.
"""

import json
import re
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl

papers = Path(sys.argv[1])
run = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
VERDICTS = {"balanced": "平", "rounding": "尾差", "rounding-large": "尾差偏大", "unbalanced": "不平", "unchecked": "未核"}
COLUMNS = {"公式": "code", "结论": "verdict", "所报数": "reported", "准确值": "expected", "差异": "difference",
           "允许尾差": "allowance", "单位": "unit"}
NUMBERS = {"reported", "expected", "difference", "allowance"}


def plain(value):
    """A number the same however it was stored: a float's shortest text is what was written."""
    if value in (None, ""):
        return None
    return format(Decimal(str(value)).normalize(), "f")


def tie_rows(sheet):
    """Every tie of a sheet with its operands: the rows from one index number to the next."""
    header = next(row for row in sheet.iter_rows() if row[0].value == "索引")
    titles = {cell.value: cell.column - 1 for cell in header}
    tie = None
    for row in sheet.iter_rows(min_row=header[0].row + 1):
        index = row[0].value
        if index and re.fullmatch(r"C[\d.]+-\d+", index) and row[titles["公式"]].value:
            tie = [row]
            yield titles, tie
        elif index:
            tie = None
        elif tie is not None and row[titles["单元格"]].value:
            tie.append(row)


book = openpyxl.load_workbook(papers, data_only=True)
written, operands, links = Counter(), Counter(), 0
beside = {}
for sheet in book.worksheets:
    if not re.match(r"C\d", sheet.title):
        continue
    for titles, rows in list(tie_rows(sheet)):
        first = rows[0]
        tie = {}
        for title, name in COLUMNS.items():
            value = first[titles[title]].value
            tie[name] = plain(value) if name in NUMBERS else (value or "").split("\n")[0]
        assert first[titles["标识"]].value, f"{sheet.title} {first[0].value} has no mark"
        key = tuple(tie[name] for name in COLUMNS.values())
        written[key] += 1
        for row in rows:
            place = row[titles["单元格"]]
            if not place.value:
                continue
            operands[(tie["code"], place.value)] += 1
            link = place.hyperlink
            if link is None:
                continue  # last year's workbook is not annotated
            target, at = re.fullmatch(r"'(.*)'!([A-Z]+\d+)", link.location).groups()
            assert at == place.value, (sheet.title, place.coordinate, at, place.value)
            if link.target not in beside:
                beside[link.target] = openpyxl.load_workbook(papers.parent / link.target, data_only=True)
            end = beside[link.target][target.replace("''", "'")][at]
            found = end.value
            if isinstance(found, (int, float)) and "%" in end.number_format:
                found = Decimal(str(found)) * 100  # the paper states what the cell shows
            number = row[titles["所报数"]].value
            if isinstance(found, (int, float, Decimal)) and isinstance(number, (int, float)) and row is not first:
                assert plain(found) == plain(number), (sheet.title, place.coordinate, found, number)
            links += 1

expected, cells = Counter(), Counter()
for tie in run["ledger"]:
    if tie["verdict"] == "not-applicable":
        continue
    values = {**tie, "verdict": VERDICTS[tie["verdict"]], "unit": tie.get("unit") or ""}
    expected[tuple(plain(values.get(name)) if name in NUMBERS else values[name] for name in COLUMNS.values())] += 1
    for cell in tie.get("cells", []):
        cells[(tie["code"], cell["cell"])] += 1

if len(sys.argv) > 3:
    print(json.dumps(run["ledger"][0], ensure_ascii=False)[:2000])
for what, ours, theirs in (("ties", written, expected), ("operands", operands, cells)):
    missing, extra = theirs - ours, ours - theirs
    assert not missing and not extra, f"{what}: missing {list(missing.items())[:5]}, extra {list(extra.items())[:5]}"
assert sum(written.values()) > 100 and links > 100, (sum(written.values()), links)
print(f"openpyxl {openpyxl.__version__}: {sum(written.values())} ties and {sum(operands.values())} operands equal the ledger,"
      f" {links} links lead to their cells")

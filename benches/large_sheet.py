"""Marks ten cells of a sheet of 500,000 rows with gouji, and with openpyxl; prints seconds and peak memory of each.

    python3 benches/large_sheet.py [GOUJI] [ROWS]

Makes the workbook itself (ten columns of figures, shared strings and styles as a spreadsheet writes them), in a
temporary folder. Needs Linux for the peak, and openpyxl for the comparison; without it that side is left out.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

OPENPYXL = """
import sys
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
book = load_workbook(sys.argv[1])
sheet = book.worksheets[0]
for address in sys.argv[3].split(","):
    sheet[address].fill = PatternFill("solid", fgColor="FFC7CE")
    sheet[address].comment = Comment("应为 283.87，所报 275.3", "gouji")
book.save(sys.argv[2])
"""


def make(path, rows):
    """Writes the workbook piece by piece."""
    rels = f'<Relationships xmlns="{PACKAGE}/relationships">%s</Relationships>'
    link = f'<Relationship Id="%s" Type="{OFFICE}/%s" Target="%s"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        package.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEET}.sharedStrings+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{SHEET}.styles+xml"/></Types>')
        package.writestr("_rels/.rels", rels % (link % ("rId1", "officeDocument", "xl/workbook.xml")))
        package.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="明细" sheetId="1" r:id="rId1"/></sheets></workbook>')
        package.writestr("xl/_rels/workbook.xml.rels", rels % "".join(link % item for item in (
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "styles.xml"),
            ("rId3", "sharedStrings", "sharedStrings.xml"))))
        package.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
            '<borders count="1"><border/></borders><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
            '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/></cellXfs></styleSheet>')
        names = [f"单位{n}" for n in range(1000)]
        package.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" count="{rows}" uniqueCount="{len(names)}">'
            + "".join(f"<si><t>{name}</t></si>" for name in names) + "</sst>")
        chance = random.Random(1)
        with package.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><dimension ref="A1:J{rows}"/><sheetData>'.encode())
            for row in range(1, rows + 1):
                figures = "".join(f'<c r="{letter}{row}" s="1"><v>{chance.randrange(10**8) / 100}</v></c>' for letter in "BCDEFGHIJ")
                sheet.write(f'<row r="{row}"><c r="A{row}" t="s"><v>{row % 1000}</v></c>{figures}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def run(words):
    """Runs a command; gives its seconds and the most memory it held, in megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{words[0]} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    gouji = sys.argv[1] if len(sys.argv) > 1 else "target/release/gouji"
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 500_000
    with tempfile.TemporaryDirectory() as folder:
        book, marks, out = (os.path.join(folder, name) for name in ("large.xlsx", "marks.json", "out.xlsx"))
        make(book, rows)
        cells = [f"{'BCDEFGHIJ'[n % 9]}{1 + n * (rows - 1) // 9}" for n in range(10)]
        with open(marks, "w", encoding="utf-8") as file:
            json.dump({"marks": [{"sheet": "明细", "cell": cell, "severity": "error", "note": "应为 283.87，所报 275.3"}
                                 for cell in cells]}, file, ensure_ascii=False)
        with zipfile.ZipFile(book) as package:
            inflated = package.getinfo("xl/worksheets/sheet1.xml").file_size
        print(f"{rows} rows, file {os.path.getsize(book) / 2**20:.1f} MB, its sheet {inflated / 2**20:.1f} MB, ten marks")
        seconds, peak = run([gouji, "annotate", book, "--marks", marks, "-o", out])
        print(f"gouji     {seconds:7.2f} s {peak:7.0f} MB")
        with zipfile.ZipFile(out) as package:
            if package.testzip() or package.read("xl/comments1.xml").count(b"<comment ") != 10:
                sys.exit("the marked workbook is not what it should be")
        if subprocess.run([sys.executable, "-c", "import openpyxl"], capture_output=True).returncode:
            print("openpyxl  not compared: it is not installed")
            return
        other, its_peak = run([sys.executable, "-c", OPENPYXL, book, os.path.join(folder, "other.xlsx"), ",".join(cells)])
        print(f"openpyxl  {other:7.2f} s {its_peak:7.0f} MB   {other / seconds:.0f} x the time, {its_peak / peak:.0f} x the memory")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Prints the workpapers of the samples and keeps the first page of every kind of paper as a picture.

    docs/images/workpapers.py [GOUJI]

Writes docs/images/workpapers/*.png (Chinese) and docs/images/workpapers/en/*.png (English). Needs soffice, pdftotext,
pdftoppm and the fonts Noto Sans Mono CJK SC, Carlito and Liberation Sans, which are as wide as those of Windows that the
papers name; on Debian: libreoffice-calc poppler-utils fonts-noto-cjk fonts-crosextra-carlito fonts-liberation. Run by
hand after a change that shows. Plain Python, no package needed.
"""

import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The footer's index of each paper, and its picture.
PICTURES = {
    "A1": "a1-cover", "B1": "b1-issues", "B2": "b2-uncorrected", "C2": "c2-tie-out", "C7": "c7-between-tables",
    "D1": "d1-lead", "E": "e1-evidence", "F": "f-scores", "G1": "g1-rules", "G2": "g2-sources", "G3": "g3-record",
}
STAND_INS = {
    "宋体": "Noto Sans Mono CJK SC", "黑体": "Noto Sans Mono CJK SC", "Calibri": "Carlito", "Arial": "Liberation Sans",
}
MATCH = (
    '<match target="pattern"><test name="family"><string>{}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>{}</string></edit></match>'
)


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, **options)


def printed(folder, gouji, arguments):
    """The workpapers of a run as PDF."""
    out = folder / "out"
    done = run(gouji, "check", *arguments, "-o", out, cwd=ROOT)
    if done.returncode not in (0, 1):  # the samples hold errors on purpose
        sys.exit(done.stderr.decode())
    return as_pdf(folder, out / "workpapers.xlsx")


def as_pdf(folder, workbook):
    """A workbook printed with fonts as wide as those that it names."""
    fonts = folder / "fonts.conf"
    rules = "".join(MATCH.format(*pair) for pair in STAND_INS.items())
    fonts.write_text(f'<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>{rules}</fontconfig>')
    run("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
        folder, workbook, check=True, env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
    return folder / f"{Path(workbook).stem}.pdf"


def first_pages(pdf):
    """The first page of each paper, by the index in its footer."""
    pages = run("pdftotext", "-layout", pdf, "-", check=True).stdout.decode().split("\f")
    found = {}
    for number, page in enumerate(pages, 1):
        lines = [line for line in page.splitlines() if line.strip()]
        if lines:
            found.setdefault(lines[-1].split()[0], number)
    return found


def draw(pdf, page, picture):
    """A page in sixteen greys: a third of the bytes of the same page in 256."""
    grey = run("pdftoppm", "-gray", "-r", "76", "-f", page, "-l", page, pdf, check=True).stdout
    _, size, _, pixels = grey.split(b"\n", 3)
    width, height = map(int, size.split())
    rows = bytearray()
    for start in range(0, width * height, width):
        row = [value + 8 >> 4 if value < 248 else 15 for value in pixels[start:start + width]] + [0]
        rows += b"\0" + bytes(left << 4 | right for left, right in zip(row[:width:2], row[1:width + 1:2]))
    head = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    pieces = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in pieces]
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def main():
    gouji = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/gouji").resolve()
    for lang, folder in (("zh", HERE / "workpapers"), ("en", HERE / "workpapers/en")):
        folder.mkdir(exist_ok=True)
        one = ["samples/2024", "--prior", "samples/2023", "--materiality", "1", "--lang", lang]
        every = ["samples", "--prior", "samples/2023", "--lang", lang]
        for arguments, pictures in ((one, PICTURES), (every, {"A2": "a2-overview"})):
            with tempfile.TemporaryDirectory() as scratch:
                pdf = printed(Path(scratch), gouji, arguments)
                pages = first_pages(pdf)
                for index, name in pictures.items():
                    draw(pdf, pages[index], folder / f"{name}.png")
        print(f"{lang}: {len(list(folder.glob('*.png')))} pictures")


if __name__ == "__main__":
    main()

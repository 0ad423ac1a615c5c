"""Workpapers of a county: time and peak memory of `gouji check FOLDER -o OUT` beside the same run without `-o`.

    python3 benches/workpapers.py [GOUJI] [UNITS]

Makes the county itself (see county.py) in a temporary folder. Both runs print nothing. Needs Linux for the peak.
"""
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def measure(command):
    """Seconds of processor time and peak megabytes."""
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    code = child.returncode = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):  # the samples hold errors, so status 1 is success here
        sys.exit(f"{command} ended with {code}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    gouji = sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "target/release/gouji"
    units = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    with tempfile.TemporaryDirectory() as scratch:
        county, out = Path(scratch, "county"), Path(scratch, "out")
        subprocess.run([sys.executable, HERE / "county.py", county, str(units)], check=True)
        plain, plain_memory = measure([gouji, "check", county])
        papers, papers_memory = measure([gouji, "check", county, "-o", out])
        book = out / "workpapers.xlsx"
        size = book.stat().st_size / 1e6
        with zipfile.ZipFile(book) as package:
            sheets = [info.filename for info in package.infolist() if info.filename.startswith("xl/worksheets/sheet")]
            rows = links = 0
            for name in sheets:
                body = package.read(name)
                rows, links = rows + body.count(b"<row "), links + body.count(b"<hyperlink ")
    print(f"{units} units: {len(sheets)} sheets, {rows} rows, {links} links, {size:.0f} MB")
    print(f"check:      {plain:7.1f} s {plain_memory:7.0f} MB")
    print(f"check -o:   {papers:7.1f} s {papers_memory:7.0f} MB")
    print(f"ratio:      {papers / plain:7.1f} x {papers_memory / plain_memory:6.1f} x")


if __name__ == "__main__":
    main()

"""Makes a county of submissions out of the samples, for measuring: the same bytes every time.

    python3 benches/county.py FOLDER UNITS [--folders]

Every unit is one of the sample submissions under a name of its own, written into the package's XML; figures are kept.
Of eight units four are the published submission (with its errors), two the one that ties, one each the other layout
without and with a fault; the last two come in two files each. Files stand side by side, `<unit>-2024-1.xlsx`, or with
`--folders` in a folder a unit, `<unit>/2024-1.xlsx`. Plain Python, no package needed.
"""
import os
import sys
import zipfile
from multiprocessing import Pool
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
WHEN = (2025, 3, 1, 0, 0, 0)
PUBLISHED = (["2024/shuangpai-2024.xlsx"], ["双牌县社会保险服务中心", "双牌县社保中心"])
TYING = (["ties/qingxi-2024.xlsx"], ["青溪县公共文化服务中心"])
LAYOUT = (["layouts/yunling-2024-1.xlsx", "layouts/yunling-2024-2.xlsx"], ["云岭县水利工程服务站"])
FAULTY = (["layouts-fault/yunling-fault-2024-1.xlsx", "layouts-fault/yunling-fault-2024-2.xlsx"], ["云岭县灌溉渠系服务站"])
MIX = [PUBLISHED, TYING, PUBLISHED, LAYOUT, PUBLISHED, TYING, PUBLISHED, FAULTY]


def spellings(name):
    """A name as XML may spell it: plain, or as numeric references."""
    return [name, "".join(f"&#{ord(letter)};" for letter in name)]


def parts_of(path, names):
    """The parts of a package with the unit's names replaced by a placeholder, and which parts those are."""
    parts = []
    with zipfile.ZipFile(SAMPLES / path) as package:
        for info in package.infolist():
            body = package.read(info)
            text = body.decode("utf-8") if info.filename.endswith((".xml", ".rels")) else None
            if text is not None:
                for spelling in (spelling for name in names for spelling in spellings(name)):
                    text = text.replace(spelling, "\0UNIT\0")
                named = "\0UNIT\0" in text
            parts.append((info.filename, text if text is not None and named else body))
    if not any(isinstance(body, str) for _, body in parts):
        sys.exit(f"{path}: none of {names} stands in it")
    return parts


TEMPLATES = [[parts_of(path, names) for path in paths] for paths, names in MIX]


def unit_name(number):
    """A name that no other unit's name begins or abbreviates."""
    letters = "甲乙丙丁戊己庚辛壬癸"
    return "样县第" + "".join(letters[int(digit)] for digit in f"{number:05}") + "服务中心"


def write_unit(job):
    folder, number, folders = job
    files = TEMPLATES[number % len(MIX)]
    for at, parts in enumerate(files, 1):
        tail = f"2024-{at}.xlsx" if len(files) > 1 else "2024.xlsx"
        unit = unit_name(number)
        path = Path(folder, unit, tail) if folders else Path(folder, f"{unit}-{tail}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, body in parts:
                if isinstance(body, str):
                    body = body.replace("\0UNIT\0", unit_name(number))
                package.writestr(zipfile.ZipInfo(name, WHEN), body, zipfile.ZIP_DEFLATED)


def main():
    folder, units, folders = sys.argv[1], int(sys.argv[2]), "--folders" in sys.argv[3:]
    os.makedirs(folder, exist_ok=True)
    with Pool() as pool:
        for _ in pool.imap_unordered(write_unit, ((folder, number, folders) for number in range(units)), 50):
            pass


if __name__ == "__main__":
    main()

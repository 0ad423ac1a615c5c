"""Marks every workbook of a folder and compares what comes back with what went in.

    python3 tests/fidelity.py FOLDER [--gouji target/release/gouji] [--office]

Each .xlsx and .xlsm below FOLDER is marked by `gouji annotate` on every worksheet: at used cells, inside a merged
range, at empty cells and at cells far from all others. Then:

  parts     every part is byte for byte what it was, but those that marks need: the marked sheets, styles, content
            types, relationships, comments and their drawing; what is new is of those kinds
  sheets    element for element as before; of a marked cell only the style differs, a new cell is blank; what is new is
            `legacyDrawing`
  styles    every list begins with all it held; a new cell style is that of the cell but for the fill; every marked
            cell has another fill
  comments  every note that was there keeps its cell and begins with its text
  values    openpyxl, where it opens the original, opens the copy and reads the same (if installed)
  office    with --office, LibreOffice shows the same cells (files are converted many at a time)
  twice     marking the copy again gives the same bytes
  undo      `gouji annotate --remove` gives back every part as it was

One line for each fault and each refusal, counts at the end; the exit status is 1 if there was a fault.
"""
import argparse
import collections
import csv
import io
import json
import os
import posixpath
import re
import signal
import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ET
import zipfile
from concurrent.futures import ProcessPoolExecutor

ALLOWED = re.compile(r"\[Content_Types\]\.xml|.*\.rels|.*styles[^/]*\.xml|.*comments?[^/]*\.xml|.*\.vml|.*goujiComments[^/]*\.xml", re.I)
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)$")
VOLATILE = re.compile(rb"(?i)\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|CELL|INFO)\(")


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def children(element, name):
    return [child for child in element if local(child) == name] if element is not None else []


def child(element, name):
    return next(iter(children(element, name)), None)


def canonical(element):
    """Prefixes are numbered anew, so that only what they stand for counts; what follows the element does not."""
    tail, element.tail = element.tail, None
    text = ET.tostring(element)
    element.tail = tail
    return text


def place(address):
    letters, row = CELL.match(address).groups()
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(row), column


class Package:
    def __init__(self, path):
        with zipfile.ZipFile(path) as package:
            self.parts = {info.filename.replace("\\", "/"): package.read(info) for info in package.infolist() if not info.is_dir()}
        self.names = {name.lower(): name for name in self.parts}
        self.workbook = self.target("", "officeDocument")

    def name(self, part):
        return self.names.get(part.lstrip("/").lower())

    def xml(self, part):
        name = self.name(part)
        return ET.fromstring(self.parts[name]) if name else None

    def links(self, part):
        folder, file = posixpath.split(part)
        links = self.xml(posixpath.join(folder, "_rels", file + ".rels"))
        return [] if links is None else list(links)

    def resolve(self, part, target):
        target = target.replace("\\", "/")
        joined = target if target.startswith("/") else posixpath.join("/", posixpath.dirname(part), target)
        return self.name(posixpath.normpath(joined))

    def target(self, part, kind):
        for link in self.links(part):
            if link.get("Type", "").endswith("/" + kind) and link.get("TargetMode") != "External":
                return self.resolve(part, link.get("Target", ""))
        return None

    def sheets(self):
        """Worksheets by name: the part of each."""
        links = {link.get("Id"): link for link in self.links(self.workbook)}
        found = {}
        for sheet in children(child(self.xml(self.workbook), "sheets"), "sheet"):
            ids = [value for key, value in sheet.attrib.items() if key.endswith("}id")]
            link = links.get(ids[0]) if ids else None
            if link is not None and link.get("Type", "").endswith("/worksheet"):
                part = self.resolve(self.workbook, link.get("Target", ""))
                if part:
                    found.setdefault(sheet.get("name"), part)
        return found


def choose(sheet):
    """Cells to mark, and those that must carry the mark: a merged range carries it in its first cell."""
    used = [cell.get("r") for cell in sheet.iter() if local(cell) == "c" and CELL.match(cell.get("r") or "")]
    used = [cell for cell in used if place(cell)[0] > 0]
    merged = [item.get("ref", "").replace("$", "").split(":") for item in sheet.iter() if local(item) == "mergeCell"]
    merged = [pair for pair in merged if len(pair) == 2 and all(CELL.match(cell) for cell in pair)]
    asked = ([used[0], used[len(used) // 2], used[-1]] if used else []) + ["B3", "C9", "AA40"]
    asked += [merged[0][1]] if merged else []
    carries = []
    for cell in asked:
        (row, column), anchor = place(cell), cell
        for first, last in merged:
            (top, left), (bottom, right) = place(first), place(last)
            if top <= row <= bottom and left <= column <= right:
                anchor = first
                break
        carries.append(anchor)
    return list(dict.fromkeys(asked)), set(carries)


def cells_of(sheet):
    """Rows and cells as they would be read: (row, column) and element."""
    row = 0
    for line in children(child(sheet, "sheetData"), "row"):
        row = int(line.get("r") or row + 1)
        column = 0
        for cell in children(line, "c"):
            column = place(cell.get("r"))[1] if CELL.match(cell.get("r") or "") else column + 1
            yield (row, column), cell


def compare_sheet(before, after, carries, old_styles, new_styles):
    frame = lambda sheet: [canonical(e) for e in sheet if local(e) not in ("sheetData", "legacyDrawing")]
    if frame(before) != frame(after) or before.attrib != after.attrib:
        yield "an element around the cells differs"
    was, now = list(cells_of(before)), list(cells_of(after))
    rows = lambda sheet: {line.get("r"): line.attrib for line in children(child(sheet, "sheetData"), "row") if line.get("r")}
    lines = rows(after)
    if any(lines.get(row) != attributes for row, attributes in rows(before).items()):
        yield "a row differs"
    wanted = {place(cell) for cell in carries}
    old, restyled = collections.defaultdict(list), set()
    for at, cell in was:
        old[at].append(cell)
    for at, cell in now:
        mates = old.get(at)
        if mates:
            mate = mates.pop(0)
            rest = lambda c: ({k: v for k, v in c.attrib.items() if k != "s"}, [canonical(e) for e in c], c.text)
            if rest(mate) != rest(cell):
                yield f"the cell in row {at[0]}, column {at[1]} differs in more than its style"
            if mate.get("s", "0") == cell.get("s", "0"):
                continue
            yield from compare_style(mate.get("s", "0"), cell.get("s", "0"), old_styles, new_styles)
        elif len(cell) or set(cell.attrib) - {"r", "s"}:
            yield "a new cell is not blank"
        restyled.add(at)
    if any(old.values()):
        yield "a cell is lost"
    if restyled != wanted:
        yield f"marked are {sorted(restyled)}, asked for were {sorted(wanted)}"


def lists_of(styles):
    return {local(part): [canonical(item) for item in part] for part in styles} if styles is not None else {}


def formats(styles):
    return list(child(styles, "cellXfs")) if styles is not None and child(styles, "cellXfs") is not None else []


def compare_style(was, now, old_styles, new_styles):
    olds, news = formats(old_styles), formats(new_styles)
    if int(now) >= len(news):
        yield f"style {now} is not there"
    elif olds:
        bare = lambda f: ({k: v for k, v in f.attrib.items() if k not in ("fillId", "applyFill")}, [canonical(e) for e in f])
        mate = olds[int(was)] if int(was) < len(olds) else olds[0]
        if bare(mate) != bare(news[int(now)]):
            yield f"style {now} differs from {was} in more than its fill"
        if mate.get("fillId", "0") == news[int(now)].get("fillId", "0"):
            yield f"style {now} has the fill of {was}"


def notes(comments):
    return [(note.get("ref"), "".join(child(note, "text").itertext()) if child(note, "text") is not None else "")
            for note in children(child(comments, "commentList"), "comment")]


def compare(original, marked, carries):
    before, after = Package(original), Package(marked)
    old_sheets = before.sheets()
    for name in before.parts:
        if name not in after.parts:
            yield f"part {name} is lost"
    changed = [name for name in after.parts if before.parts.get(name) != after.parts[name]]
    for name in changed:
        if name not in old_sheets.values() and not ALLOWED.fullmatch(name):
            yield f"part {name} differs or is new"
        elif name in before.parts and "comments" in name.lower() and not notes_kept(before, after, name):
            yield f"a note in {name} is lost or changed"
    styles = [book.xml(book.target(book.workbook, "styles") or "") for book in (before, after)]
    olds, news = lists_of(styles[0]), lists_of(styles[1])
    for name, items in olds.items():
        if news.get(name, [])[: len(items)] != items:
            yield f"the list {name} of the styles does not begin as it did"
    if [sheet for sheet in after.sheets() if sheet in old_sheets] != list(old_sheets):
        yield "the sheets differ"
    for name, part in old_sheets.items():
        for fault in compare_sheet(before.xml(part), after.xml(part), carries.get(name, set()), *styles):
            yield f"{name}: {fault}"


def notes_kept(before, after, name):
    kept = dict(notes(after.xml(name)))
    return all(kept.get(cell, "").startswith(text) for cell, text in notes(before.xml(name)))


def values(path):
    import openpyxl

    warnings.simplefilter("ignore")
    book = openpyxl.load_workbook(path)
    plain = lambda value: sorted(map(str, vars(value).items())) if hasattr(value, "__dict__") else str(value)
    return {sheet.title: {key: (cell.data_type, plain(cell.value), cell.number_format)
                          for key, cell in sheet._cells.items() if cell.value is not None} for sheet in book.worksheets}


def check(gouji, path, stem):
    """Gives ("passed" | "refused" | "fault", words, the marked copy)."""
    marks, out, again, back = stem + ".json", stem + ".a.xlsx", stem + ".b.xlsx", stem + ".c.xlsx"
    faults, carries, asked = [], {}, []
    try:
        package = Package(path)
        for name, part in package.sheets().items():
            cells, carries[name] = choose(package.xml(part))
            asked += [{"sheet": name, "cell": cell, "severity": ("error", "warning", "note")[n % 3], "note": "应为 283.87，所报 275.3"}
                      for n, cell in enumerate(cells)]
    except Exception:  # what cannot be taken apart here is for gouji to refuse
        package = None
    with open(marks, "w", encoding="utf-8") as file:
        json.dump({"marks": asked or [{"sheet": "Sheet1", "cell": "A1", "severity": "note", "note": "x"}]}, file)
    run = lambda *words: subprocess.run([gouji, "annotate", *words, "--lang", "en"], capture_output=True, text=True, timeout=300)
    first = run(path, "--marks", marks, "-o", out)
    if first.returncode:
        words = first.stderr.strip().splitlines()
        kind = "refused" if first.returncode == 2 and words else "fault"
        return kind, words[-1].rsplit(": ", 1)[-1] if words else f"exit status {first.returncode}", None
    if package is None:
        return "fault", "marked, but cannot be taken apart here", None
    faults += list(compare(path, out, carries))
    try:
        expected = values(path)
    except Exception:  # openpyxl is missing, or cannot open the original either
        expected = None
    try:
        if expected is not None and values(out) != expected:
            faults.append("openpyxl reads other values")
    except Exception as error:
        faults.append(f"openpyxl cannot open the copy: {error}")
    if run(out, "--marks", marks, "-o", again).returncode or open(out, "rb").read() != open(again, "rb").read():
        faults.append("marking twice differs from marking once")
    if run(out, "--remove", "-o", back).returncode or Package(back).parts != package.parts:
        faults.append("taking the marks out does not give the parts back")
    return ("fault" if faults else "passed"), "; ".join(faults[:4]), out


def check_or_say(gouji, path, stem):
    try:
        return check(gouji, path, stem)
    except Exception as error:
        return "fault", f"not compared: {type(error).__name__}: {error}", None


def run_within(words, seconds):
    """Runs a command and all it starts; ends them when they take too long."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def shown_by_office(paths, folder):
    """Converts workbooks to CSV, many at a time; gives the texts of each, by sheet."""
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    shown = {}
    for start in range(0, len(paths), 25):
        out = os.path.join(folder, f"csv{start}")
        batch = {}
        for number, path in enumerate(paths[start:start + 25]):
            link = os.path.join(folder, f"book{start + number:06}.xlsx")
            os.symlink(os.path.abspath(path), link)
            batch[f"book{start + number:06}"] = path
        words = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", form, "--outdir", out]
        links = [os.path.join(folder, name + ".xlsx") for name in batch]
        for some in [links] + [[link] for link in links]:
            some = [link for link in some if not any(f.startswith(os.path.basename(link)[:10]) for f in (os.listdir(out) if os.path.isdir(out) else []))]
            if some:
                run_within(words + some, 45 + 3 * len(some))
        for file in sorted(os.listdir(out)) if os.path.isdir(out) else []:
            with open(os.path.join(out, file), encoding="utf-8", errors="replace", newline="") as text:
                csv.field_size_limit(1 << 30)
                rows = [tuple(row) for row in csv.reader(text)]
            rows = [row[: max((n + 1 for n, cell in enumerate(row) if cell), default=0)] for row in rows]
            while rows and not rows[-1]:
                rows.pop()
            shown.setdefault(batch[file[:10]], {})[file[10:]] = rows
    return shown


def compare_by_office(pairs, folder):
    before = shown_by_office([original for original, _ in pairs], tempfile.mkdtemp(dir=folder))
    after = shown_by_office([marked for _, marked in pairs], tempfile.mkdtemp(dir=folder))
    faults, opened = [], 0
    for original, marked in pairs:
        if original not in before:
            continue
        opened += 1
        volatile = any(VOLATILE.search(part) for name, part in Package(original).parts.items() if "worksheets/" in name)
        if marked not in after:
            faults.append((original, "LibreOffice cannot open the copy"))
        elif before[original] != after[marked] and not volatile:
            faults.append((original, "LibreOffice shows other cells"))
    return opened, faults


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder")
    words.add_argument("--gouji", default="target/release/gouji")
    words.add_argument("--office", action="store_true")
    given = words.parse_args()
    paths = sorted(os.path.join(folder, file) for folder, _, files in os.walk(given.folder) for file in files
                   if file.lower().endswith((".xlsx", ".xlsm")) and not file.startswith("~$"))
    counts, reasons, pairs = collections.Counter(), collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        stems = [os.path.join(folder, str(number)) for number in range(len(paths))]
        with ProcessPoolExecutor() as pool:
            results = pool.map(check_or_say, [given.gouji] * len(paths), paths, stems)
            for path, (kind, said, out) in zip(paths, results):
                counts[kind] += 1
                if out:
                    pairs.append((path, out))
                if kind == "refused":
                    reasons[re.sub(r"`[^`]*`", "…", said)] += 1
                if kind != "passed":
                    print(f"{kind}  {path}: {said}", flush=True)
        if given.office:
            opened, faults = compare_by_office(pairs, folder)
            for path, said in faults:
                print(f"fault  {path}: {said}")
            counts["fault"] += len(faults)
            print(f"LibreOffice opened {opened} originals, and shows {opened - len(faults)} copies alike")
    print(f"{len(paths)} workbooks: {counts['passed']} passed, {counts['refused']} refused, {counts['fault']} faults")
    for reason, count in reasons.most_common():
        print(f"  refused {count}: {reason}")
    return 1 if counts["fault"] else 0


if __name__ == "__main__":
    sys.exit(main())

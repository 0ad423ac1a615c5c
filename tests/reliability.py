#!/usr/bin/env python3
"""Runs gouji on every file below some folders, one by one, and prints what became of each.

    python3 tests/reliability.py FOLDER… [--program target/debug/gouji] [--seconds 60] [--megabytes 1024] [--markdown]

read     the workbook was read (that no annex is in it is said, and is no fault of the reader)
refused  it was not read, or not whole, and a message says why
failed   it crashed, was killed by a signal, or said nothing: a fault of ours
slow     it took more than the seconds, or the megabytes, that one file may take: a fault of ours

Where a folder holds a MANIFEST.tsv (id, file, class, what is expected, why), all that it names is run, also what is no
file in the folder, and what became of it is held against what is expected: REFUSE, ACCEPT, or either of two. The table
of two columns that such files carry is read with the form in tests/ledger-form, so that the figures that were read are
held against those that were stored. What differs is listed with the reason, where EXPLAINED has one.

Exit status 1 where anything failed, was slow, left part of a file behind, or differs without a reason. Needs Python 3.9
on Unix.
"""
import argparse
import collections
import csv
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import zipfile

NO_ANNEX = "no annex was recognised"
LEDGER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ledger-form")
# What the table of two columns holds, unless a file says otherwise.
AMOUNTS = {"B2": "300", "B3": "100", "B4": "199"}
# No files of a collection, but what is said of it.
PAPERS = ("MANIFEST.tsv", "README.md")


def files_below(folder):
    for top, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name not in PAPERS:
                yield os.path.join(top, name)


def manifest(folder):
    """Gives for each path that a manifest names its id and what is expected; nothing where there is none."""
    path = os.path.join(folder, "MANIFEST.tsv")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    named = {}
    for row in rows:
        name = row["file"].rstrip("/")
        if "\\" in name:
            name = os.fsdecode(name.encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1"))
        named[name if name.startswith("/") else os.path.join(folder, name)] = (row["id"], row["expected"])
    return named


def run(program, path, seconds, out):
    """Gives what became of one file: outcome, seconds, and the line that was said of it."""
    start = time.monotonic()
    child = subprocess.Popen(
        [program, "check", "--lang", "en", "--forms", LEDGER, "-o", out, "--", path],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    try:
        told, errors = child.communicate(timeout=seconds + 10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return "slow", time.monotonic() - start, "still running"
    took = time.monotonic() - start
    said = (told + errors).decode("utf-8", "replace")
    lines = [line for line in said.splitlines() if line.startswith(("not checked ", "skipped "))]
    line = lines[0].split(": ", 1)[-1] if lines else ""
    broke = "panicked" in said or "memory allocation of" in said or "overflow" in said
    if child.returncode not in (0, 1, 2) or broke or not said:
        return "failed", took, f"exit {child.returncode} {said[-200:]}"
    if took > seconds:
        return "slow", took, line
    return ("refused" if lines and NO_ANNEX not in said else "read"), took, line or remark(said)


def remark(said):
    """The first line that speaks of a cell or a sheet."""
    return next((line.strip() for line in said.splitlines() if line.lstrip().startswith(("·", "warning GJ103"))), "")


def amounts(program, path, folder):
    """The amounts that were read of a file, by cell."""
    out = os.path.join(folder, "facts.json")
    subprocess.run([program, "import", "--lang", "en", "--forms", LEDGER, "-o", out, "--", path],
                   stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    try:
        with open(out, encoding="utf-8") as text:
            facts = json.load(text)
    except OSError:
        facts = {"figures": []}
    return {one["cell"]: one["amount"] for one in facts["figures"] if one["amount"] is not None}


def whole(folder):
    """Whether every workbook that was written opens to its last byte, and nothing else was left."""
    for path in files_below(folder):
        if os.path.basename(path).startswith("."):
            return False
        if path.endswith((".xlsx", ".xlsm")) and zipfile.ZipFile(path).testzip():
            return False
    return True


# Where we do otherwise than a manifest expects, and why.
EXPLAINED = {"d4_unreadable": "whoever may open everything (root) opens it; tests/it/trust/disk.rs does it as another user"}
if os.geteuid() != 0:
    EXPLAINED = {}


def differs(named, outcome, line, read):
    """Says how what became of a file differs from what is expected, and counts the figures that were read as stored."""
    _, expected = named
    right = {cell for cell, amount in read.items() if AMOUNTS.get(cell) == amount}
    wrong = {cell: amount for cell, amount in read.items() if AMOUNTS.get(cell, amount) != amount}
    if wrong:
        return f"other figures: {wrong}", len(right)
    wanted = set(expected.split("|"))
    # A cell without a trusted value is said at its place and is no figure: that is a refusal of the cell.
    if outcome == "read" and wanted == {"REFUSE"} and not line:
        return "read, and nothing said of any cell", len(right)
    if outcome == "refused" and not wanted & {"REFUSE", "LIMIT"}:
        return "refused", len(right)
    return "", len(right)


def text(value, width):
    return value.encode("utf-8", "replace").decode().encode("unicode_escape").decode()[:width]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--program", default="target/debug/gouji")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--markdown", action="store_true", help="print the rows as a Markdown table")
    args = parser.parse_args()
    counts, bad, longest, odd, compared, figures = collections.Counter(), 0, 0.0, [], 0, 0
    for folder in args.folders:
        named = manifest(folder)
        for path in sorted(set(files_below(folder)) | set(named)):
            with tempfile.TemporaryDirectory() as out:
                outcome, took, line = run(args.program, path, args.seconds, out)
                left = "" if whole(out) else " LEFT PART OF A FILE"
            if path in named:
                with tempfile.TemporaryDirectory() as out:
                    read = amounts(args.program, path, out) if outcome == "read" else {}
                difference, right = differs(named[path], outcome, line, read)
                compared, figures = compared + 1, figures + right
                if difference:
                    odd.append((named[path], difference))
            counts[outcome] += 1
            longest = max(longest, took)
            bad += outcome in ("failed", "slow") or bool(left)
            row = [text(pathlib.Path(path).name, 60), outcome + left, f"{took:.1f}", text(line, 110)]
            print("| " + " | ".join(row) + " |" if args.markdown else "\t".join(row), flush=True)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    total = ", ".join(f"{name} {counts[name]}" for name in ("read", "refused", "failed", "slow"))
    print(f"\n{sum(counts.values())} files: {total}; longest {longest:.1f} s, most memory {most} MB")
    if compared:
        print(f"{compared} of a manifest: {compared - len(odd)} as expected, {figures} figures as stored, {len(odd)} otherwise")
    for (name, expected), difference in odd:
        reason = EXPLAINED.get(name)
        bad += reason is None
        print(f"  {name} ({expected}): {difference}: {reason or 'NO REASON GIVEN'}")
    return 1 if bad or most > args.megabytes else 0


if __name__ == "__main__":
    sys.exit(main())

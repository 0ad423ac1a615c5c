#!/usr/bin/env python3
"""Runs gouji on every file below some folders, one by one, and prints what became of each.

    python3 tests/reliability.py FOLDER… [--program target/debug/gouji] [--seconds 60] [--megabytes 1024] [--markdown]

read     the workbook was read (that no annex is in it is said, and is no fault of the reader)
refused  it was not read, and a message says why
failed   it crashed, was killed by a signal, or said nothing: a fault of ours
slow     it took more than the seconds, or the megabytes, that one file may take: a fault of ours

Exit status 1 where anything failed, was slow, or left part of a file behind. Needs Python 3.9 on Unix.
"""
import argparse
import collections
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import zipfile

NO_ANNEX = "no annex was recognised"


def files_below(folder):
    for top, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name != "MANIFEST.tsv":
                yield os.path.join(top, name)


def run(program, path, seconds, out):
    """Gives what became of one file: outcome, seconds, megabytes, and the line that was said of it."""
    start = time.monotonic()
    child = subprocess.Popen(
        [program, "check", "--lang", "en", "-o", out, "--", path],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    try:
        told, errors = child.communicate(timeout=seconds + 10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return "slow", time.monotonic() - start, 0, "still running"
    took = time.monotonic() - start
    said = (told + errors).decode("utf-8", "replace")
    lines = [line for line in said.splitlines() if line.startswith("not checked ")]
    line = lines[0].split(": ", 1)[-1] if lines else ""
    broke = "panicked" in said or "memory allocation of" in said or "overflow" in said
    if child.returncode not in (0, 1, 2) or broke or not said:
        return "failed", took, 0, f"exit {child.returncode} {said[-200:]}"
    if took > seconds:
        return "slow", took, 0, line
    return ("refused" if lines and NO_ANNEX not in said else "read"), took, 0, line


def whole(folder):
    """Whether every workbook that was written opens to its last byte, and nothing else was left."""
    for path in files_below(folder):
        if os.path.basename(path).startswith("."):
            return False
        if path.endswith((".xlsx", ".xlsm")) and zipfile.ZipFile(path).testzip():
            return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--program", default="target/debug/gouji")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--markdown", action="store_true", help="print the rows as a Markdown table")
    args = parser.parse_args()
    counts, bad, longest = collections.Counter(), 0, 0.0
    for folder in args.folders:
        for path in files_below(folder):
            with tempfile.TemporaryDirectory() as out:
                outcome, took, _, line = run(args.program, path, args.seconds, out)
                left = "" if whole(out) else " LEFT PART OF A FILE"
            counts[outcome] += 1
            longest = max(longest, took)
            bad += outcome in ("failed", "slow") or bool(left)
            name = pathlib.Path(path).name.encode("utf-8", "replace").decode().encode("unicode_escape").decode()[:60]
            row = [name, outcome + left, f"{took:.1f}", line[:110].encode("unicode_escape").decode()]
            print("| " + " | ".join(row) + " |" if args.markdown else "\t".join(row), flush=True)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    total = ", ".join(f"{name} {counts[name]}" for name in ("read", "refused", "failed", "slow"))
    print(f"\n{sum(counts.values())} files: {total}; longest {longest:.1f} s, most memory {most} MB")
    return 1 if bad or most > args.megabytes else 0


if __name__ == "__main__":
    sys.exit(main())

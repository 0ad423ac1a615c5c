"""Both sides in one go, on one core: calamine's bare read, gouji, and openpyxl + pandas; prints a table of ratios.

    cargo build --release && cargo build --release --bench bare
    python3 benches/county_run.py [--sizes 100,1000,10000] [--python 60] [--keep FOLDER]

`--python` is how many submissions the openpyxl side does (it is slow); its python needs openpyxl and pandas and may be
named by PYTHON=. Times are processor time (user and system), peak memory is the process's largest resident set.
"""
import argparse
import glob
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ONE_CORE = {**os.environ, "RAYON_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


def measure(command, accept=(0,)):
    """Seconds of processor time and peak megabytes of one command on one core."""
    pin = lambda: os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             env=ONE_CORE, preexec_fn=pin)
    said = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    code = child.returncode = os.waitstatus_to_exitcode(status)
    if code not in accept:
        sys.exit(f"{command} ended with {code}\n{said}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def newest(pattern):
    found = [path for path in glob.glob(str(HERE.parent / pattern)) if os.access(path, os.X_OK) and not path.endswith(".d")]
    return max(found, key=os.path.getmtime) if found else sys.exit(f"not built: {pattern}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--python", type=int, default=60)
    parser.add_argument("--keep")
    args = parser.parse_args()
    gouji, bare = newest("target/release/gouji"), newest("target/release/deps/bare-*")
    python = os.environ.get("PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(args.keep or scratch)
        corpus = lambda size: home / f"county-{size}"
        sizes = [int(size) for size in args.sizes.split(",")]
        for size in {*sizes, args.python}:
            if not corpus(size).exists():
                subprocess.run([sys.executable, HERE / "county.py", corpus(size), str(size)], check=True)
        # The samples hold errors, so status 1 is success here.
        check = lambda size, *more: measure([gouji, "check", corpus(size), "--format", "json", *more], (0, 1))
        rows = []
        for size in sizes:
            base, base_memory = measure([bare, corpus(size)])
            read, read_memory = check(size)
            rows.append((size, base, read, read_memory))
            print(f"{size:>6} submissions: bare read {base:.2f} s; read and reconcile {read:.2f} s "
                  f"({read / base:.2f} x bare, {read / size * 1000:.2f} ms a submission), {read_memory:.0f} MB")
        size = sizes[min(1, len(sizes) - 1)]
        base = next(row[1] for row in rows if row[0] == size)
        # Marked workbooks alone, as the other side writes them; then all that a folder gets.
        marked, memory = check(size, "-o", Path(scratch) / "marked", "--write", "marked")
        print(f"{size:>6} with annotating: {marked:.2f} s ({marked / base:.2f} x bare), {memory:.0f} MB")
        papers, memory = check(size, "-o", Path(scratch) / "all")
        print(f"{size:>6} with workpapers, summary and page too: {papers:.2f} s ({papers / base:.2f} x bare), {memory:.0f} MB")
        ledger, memory = check(size, "--ledger")
        print(f"{size:>6} with the ledger: {ledger:.2f} s, {memory:.0f} MB")
        (Path(scratch) / "python").mkdir()
        other, memory = measure([python, HERE / "openpyxl_pandas.py", corpus(args.python), Path(scratch) / "python"])
        ours, _ = check(args.python, "-o", Path(scratch) / "marked-small", "--write", "marked")
        print(f"{args.python:>6} by openpyxl and pandas: {other:.2f} s ({other / args.python * 1000:.0f} ms a submission), "
              f"{memory:.0f} MB; gouji with annotating {ours:.2f} s: {other / ours:.1f} x")
        print(f"        at the size of {size}: {other / args.python / (marked / size):.1f} x")


if __name__ == "__main__":
    main()

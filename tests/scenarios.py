#!/usr/bin/env python3
"""Runs gouji through what happens to files and disks in an office, and prints a line for each.

    python3 tests/scenarios.py [--program target/debug/gouji] [--files 200] [--hostile FOLDER] [--only NAME…]

Two hundred submissions are checked in one run (--files), killed at twenty moments, written onto a full disk, into a
folder that may not be written, onto a link, by two runs at once, beside files that are broken, locked or no files at
all. --hostile names a folder of hostile workbooks that is checked in one run as well. A full disk and another user need
root on Linux; without it those scenarios are skipped, and it is said. Exit status 1 where one fails.
"""
import argparse
import csv
import hashlib
import io
import json
import os
import pathlib
import pwd
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples/2024/shuangpai-2024.xlsx"
# Who checks the others' files while root looks on.
OTHER = "nobody"


class Skipped(Exception):
    """What the scenario needs is not there."""


def require(condition, why):
    if not condition:
        raise AssertionError(why)


def sums(folder):
    """The hash of every file below a folder, by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def whole(folder):
    """Every file below a folder opens to its last byte, and no part of one is left."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        require(not path.name.startswith("."), f"{path.name} is left over")
        if path.suffix in (".xlsx", ".xlsm"):
            with zipfile.ZipFile(path) as package:
                require(package.testzip() is None, f"{path.name} is broken")
        elif path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        else:
            require(path.stat().st_size > 0, f"{path.name} is empty")


class Desk:
    """One scenario's folders, and the program."""

    def __init__(self, program, place, options):
        self.program, self.options = program, options
        self.place, self.given, self.out = place, place / "in", place / "out"
        self.given.mkdir()
        self.out.mkdir()
        self.fill(2)

    def fill(self, count):
        for number in range(count):
            self.put(f"甲{number}.xlsx")

    def put(self, name):
        shutil.copyfile(SAMPLE, self.given / name)

    def command(self, out=None, extra=()):
        return [self.program, "check", str(self.given), "-o", str(out or self.out), *extra]

    def run(self, out=None, extra=(), user=None, seconds=120):
        """Exit status and all that was said."""
        become = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        done = subprocess.run(self.command(out, extra), stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds,
                              check=False, cwd="/", **become)
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        require(0 <= done.returncode <= 2, f"exit {done.returncode}: {said[-300:]}")
        require("panicked" not in said, said[-300:])
        return done.returncode, said


def inputs_stay_as_they_were(desk):
    before = sums(desk.given)
    desk.run()
    require(sums(desk.given) == before, "an input was changed")


def two_runs_are_the_same_bytes(desk):
    desk.run()
    first = sums(desk.out)
    shutil.rmtree(desk.out)
    desk.run()
    require(first and sums(desk.out) == first, "the outputs differ")


def a_broken_file_is_named_and_the_others_are_done(desk):
    (desk.given / "坏.xlsx").write_bytes(SAMPLE.read_bytes()[:9000])
    code, said = desk.run()
    require(code == 2 and "坏.xlsx" in said, said[-300:])
    require(len([name for name in sums(desk.out) if "annotated" in name]) == 2, "the others were not done")


def the_input_is_no_place_for_outputs_over_it(desk):
    before = sums(desk.given)
    desk.run(out=desk.given)
    after = sums(desk.given)
    require(all(after[name] == digest for name, digest in before.items()), "an input was written over")


def a_link_at_the_output_is_not_written_through(desk):
    desk.run()
    precious = desk.place / "precious"
    precious.write_text("precious")
    for path in [path for path in desk.out.rglob("*") if path.is_file()]:
        path.unlink()
        path.symlink_to(precious)
    desk.run()
    require(precious.read_text() == "precious", "it was")
    whole(desk.out)


def root_only():
    if os.geteuid() != 0:
        raise Skipped("needs root")


def a_full_disk_is_said_and_leaves_whole_files(desk):
    root_only()
    desk.fill(40)
    small = desk.place / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True, check=False)
    if mounted.returncode:
        raise Skipped("no small disk can be made")
    try:
        code, said = desk.run(out=small)
        require(code == 2 and re.search("空间|space", said), said[-300:])
        whole(small)
    finally:
        subprocess.run(["umount", small], check=True)


def open_to(desk, out_mode):
    for path in (desk.place, desk.given):
        path.chmod(0o755)
    desk.out.chmod(out_mode)


def a_folder_that_may_not_be_written_stays_empty(desk):
    root_only()
    open_to(desk, 0o555)
    code, said = desk.run(user=OTHER)
    require(code == 2 and not sums(desk.out), said[-300:])


def an_input_that_may_not_be_read_is_named(desk):
    root_only()
    open_to(desk, 0o777)
    desk.put("锁.xlsx")
    (desk.given / "锁.xlsx").chmod(0)
    code, said = desk.run(user=OTHER)
    require(code == 2 and "锁.xlsx" in said, said[-300:])
    require(any("annotated" in name for name in sums(desk.out)), "the others were not done")


def killed(desk, moments):
    desk.fill(40)
    start = time.monotonic()
    desk.run()
    length = time.monotonic() - start
    for moment in range(1, moments + 1):
        shutil.rmtree(desk.out)
        desk.out.mkdir()
        child = subprocess.Popen(desk.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(length * moment / (moments + 1))
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        # What was under way is left hidden; whatever has its name is whole.
        for path in list(desk.out.rglob(".*")):
            old = time.time() - 3600
            os.utime(path, (old, old))
            path.rename(path.with_name(path.name))
        for path in desk.out.rglob("[!.]*"):
            if path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as package:
                    require(package.testzip() is None, f"{path.name} is broken at moment {moment}")


def killed_at_twenty_moments_it_leaves_whole_files(desk):
    killed(desk, 20)


def the_run_after_a_killed_one_does_all(desk):
    killed(desk, 1)
    desk.run()
    whole(desk.out)
    require(len([name for name in sums(desk.out) if "annotated" in name]) == 40, "some are missing")


def two_runs_at_once_leave_the_files_of_one(desk):
    desk.fill(40)
    runs = [subprocess.Popen(desk.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(2)]
    codes = [run.wait(240) for run in runs]
    whole(desk.out)
    require(min(codes) < 2 and max(codes) <= 2, f"exit {codes}")


def lock_files_are_passed_over(desk):
    (desk.given / "~$甲0.xlsx").write_bytes(b"\x05zhang" + b" " * 159)
    (desk.given / ".~lock.甲0.xlsx#").write_text(",zhang,office,")
    code, said = desk.run()
    require(code < 2, said[-300:])


def a_pipe_among_the_inputs_holds_up_nothing(desk):
    os.mkfifo(desk.given / "管.xlsx")
    desk.run(seconds=60)
    require(any("annotated" in name for name in sums(desk.out)), "the others were not done")


def many_files_in_one_run(desk):
    files = desk.options.files
    desk.fill(files)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.monotonic()
    desk.run(seconds=60 + files)
    most = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024
    require(len([name for name in sums(desk.out) if "annotated" in name]) == files, "some are missing")
    require(most < 1024, f"{most} MB")
    return f"{files} files, {time.monotonic() - start:.0f} s, at most {most} MB"


def hostile_files_in_one_run(desk):
    folder = desk.options.hostile
    if folder is None:
        raise Skipped("no --hostile FOLDER")
    for path in sorted(pathlib.Path(folder).iterdir()):
        if path.is_file() and not path.is_symlink() and path.name != "MANIFEST.tsv" and path.stat().st_size < 100 << 20:
            shutil.copyfile(path, desk.given / path.name)
    code, said = desk.run(extra=["--forms", str(ROOT / "tests/ledger-form"), "--format", "html"], seconds=600)
    require(code == 2 and "\x1b[2J" not in said, "exit or terminal")
    whole(desk.out)
    inert(desk.out)
    (desk.place / "findings.csv").unlink(missing_ok=True)
    desk.run(extra=["--forms", str(ROOT / "tests/ledger-form"), "--findings", str(desk.out / "findings.csv")], seconds=600)
    inert(desk.out)
    return f"{len(list(desk.given.iterdir()))} files"


def inert(folder):
    """No cell of a table begins as a formula, and no tag of a submission stands in a page."""
    for path in folder.rglob("*"):
        if path.suffix == ".csv":
            for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")):
                sharp = [cell for cell in row if re.match(r"[\s\u200b]*[=+@＝＋＠\t\r]", cell)]
                sharp += [cell for cell in row if cell.startswith("-") and not re.fullmatch(r"-[\d.,]+%?", cell)]
                require(not sharp, f"{path.name}: {sharp[:2]}")
        elif path.suffix == ".html":
            page = path.read_text(encoding="utf-8")
            for tag in ("<script>alert(1)", "<img src=x onerror"):
                require(tag not in page, f"{path.name}: {tag}")


def texts_of_submissions_do_not_run(desk):
    from shutil import copyfile
    sharp = desk.given / "=cmd.xlsx"
    copyfile(SAMPLE, sharp)
    copyfile(SAMPLE, desk.given / "<img src=x onerror=alert(1)>.xlsx")
    desk.run(extra=["--findings", str(desk.out / "findings.csv")])
    inert(desk.out)
    require((desk.out / "findings.csv").exists(), "no table was written")


SCENARIOS = [
    inputs_stay_as_they_were,
    two_runs_are_the_same_bytes,
    a_broken_file_is_named_and_the_others_are_done,
    the_input_is_no_place_for_outputs_over_it,
    a_link_at_the_output_is_not_written_through,
    a_full_disk_is_said_and_leaves_whole_files,
    a_folder_that_may_not_be_written_stays_empty,
    an_input_that_may_not_be_read_is_named,
    killed_at_twenty_moments_it_leaves_whole_files,
    the_run_after_a_killed_one_does_all,
    two_runs_at_once_leave_the_files_of_one,
    lock_files_are_passed_over,
    a_pipe_among_the_inputs_holds_up_nothing,
    many_files_in_one_run,
    hostile_files_in_one_run,
    texts_of_submissions_do_not_run,
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "target/debug/gouji"))
    parser.add_argument("--files", type=int, default=200, help="submissions of the run over many")
    parser.add_argument("--hostile", help="a folder of hostile workbooks")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    program, ended = os.path.abspath(options.program), {"held": 0, "FAILED": 0, "skipped": 0}
    for scenario in SCENARIOS:
        name = scenario.__name__.replace("_", " ")
        if options.only and not any(word in name for word in options.only):
            continue
        with tempfile.TemporaryDirectory() as place:
            try:
                how, more = "held", scenario(Desk(program, pathlib.Path(place), options))
            except Skipped as why:
                how, more = "skipped", why
            except (AssertionError, OSError, subprocess.SubprocessError, zipfile.BadZipFile, ValueError) as fault:
                how, more = "FAILED", str(fault).replace("\n", " ")[-300:]
        ended[how] += 1
        print(f"{how:8} {name}{f': {more}' if more else ''}", flush=True)
    print(", ".join(f"{count} {how}" for how, count in ended.items()))
    return 1 if ended["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main())

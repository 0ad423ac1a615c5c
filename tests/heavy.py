#!/usr/bin/env python3
"""Makes workbooks that are well formed and ask for as much work as they can, and prints what each costs as it grows.

    python3 tests/heavy.py [--program target/debug/gouji] [--sizes 500,1000,2000] [--only NAME…] [--keep DIR]

One row a kind: seconds of processor time at each size, the power by which they grow from the last size but one to
the last (1 is linear), the most memory, and how the largest ended. A size is a number of rows, sheets, sentences, columns …, whatever the kind has
many of. Exit status 1 where one took more than --seconds or --megabytes, or broke. Needs Python 3.9 on Unix.
"""
import argparse
import itertools
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def column(number):
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Sheet:
    """Rows of values from the left, and merged ranges (top, left, bottom, right; from one)."""

    def __init__(self, rows, merges=()):
        self.rows, self.merges = rows, list(merges)

    def xml(self):
        yield f'<worksheet xmlns="{MAIN}"><sheetData>'
        for number, row in enumerate(self.rows, 1):
            yield f'<row r="{number}">'
            for at, value in enumerate(row, 1):
                place = f"{column(at)}{number}"
                if isinstance(value, (int, float)):
                    yield f'<c r="{place}"><v>{value}</v></c>'
                elif value:
                    yield f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
            yield "</row>"
        yield "</sheetData>"
        if self.merges:
            yield "<mergeCells>"
            for top, left, bottom, right in self.merges:
                yield f'<mergeCell ref="{column(left)}{top}:{column(right)}{bottom}"/>'
            yield "</mergeCells>"
        yield "</worksheet>"


def write(path, sheets):
    links = [f'<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="s{at}.xml"/>' for at in range(len(sheets))]
    tabs = [f'<sheet name="表{at}" sheetId="{at + 1}" r:id="r{at}"/>' for at in range(len(sheets))]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
                     'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
                     f'ContentType="{kind}.worksheet+xml"/><Override PartName="/book.xml" '
                     f'ContentType="{kind}.sheet.main+xml"/></Types>')
        out.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
                     f'Type="{OFFICE}/officeDocument" Target="book.xml"/></Relationships>')
        out.writestr("_rels/book.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(links)}</Relationships>')
        out.writestr("book.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(tabs)}</sheets></workbook>')
        for at, sheet in enumerate(sheets):
            out.writestr(f"s{at}.xml", "".join(sheet.xml()))


def basic(projects):
    """附件2 with rows of projects, each name and three amounts."""
    return [
        ["附件2"],
        ["2024年度部门整体支出绩效评价基础数据表"],
        ["财政供养人员情况（人）", "", "编制数", "", "2024年实际在职人数", "", "控制率"],
        ["", "", 25, "", 21, "", "84%"],
        ["经费控制情况（万元）", "", "2023年决算数", "", "2024年预算数", "", "2024年决算数"],
        ["一、部门基本支出", "", 251.72, "", 257.5, "", 275.3],
        ["三公经费", "", 3.73, "", 4, "", 3.08],
        ["1.公务用车购置和维护经费", "", 3, "", 2, "", 2],
        ["二、项目支出小计", "", 1.25, "", 2.25, "", 3.25],
        *projects,
        ["政府采购金额", "", "——", "", 1, "", 1],
    ]


def project(name, indicators):
    """附件5 with rows of indicators."""
    return [
        ["附件5"],
        ["2024年度项目支出绩效自评表"],
        ["项目支出名称", name],
        ["主管部门", "清溪县民政局", "", "", "实施单位", "清溪县救助站"],
        ["项目资金（万元）", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["", "年度资金总额", "", 8.57, 8.57, 8.57, 10, "100%", 10],
        ["", "其中：当年财政拨款", "", 8.57, 8.57, 8.57, 10, "100%", 10],
        ["", "上年结转资金"],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
        *indicators,
        ["总分", "", "", "", "", "", 90, 88],
    ]


def indicator(number, score=8.3):
    return ["", "产出指标（40分）", f"数量指标{number}", f"宣传资料印刷{number}", f"≥{number}份", f"{number + 1}份", 10, score, ""]


def report(sentences):
    """附件1 with a sentence a row."""
    head = [["附件1"], ["2024年度清溪县救助站整体支出绩效自评报告"], ["单位名称（盖章）：清溪县救助站"], ["（一）基本支出情况"]]
    return head + [[sentence] for sentence in sentences]


def spoken(number):
    return (f"2024年本单位收入预算{number}.5万元，其中，基本支出{number}万元，项目支出{number % 7}.57万元，"
            f"比上年增加{number % 11}.2万元，增长{number % 13}.1%。")


def cut(sentences):
    """As many sentences as a cell holds."""
    return "".join(sentences)[:32767]


WORDS = ["三公经费", "2024年度部门整体支出绩效评价基础数据表", "年初预算数", "全年执行数", "一级指标", "得分", "分值", "257.5",
         "——", "产出指标", "共257.5万元，其中基本支出251.72万元", "附件2", "附件3", "项目支出名称", "其中：公用经费"]


def kinds():
    """Gives for each kind the sheets of a workbook of some size."""
    amounts = lambda n: [[f"{k}.项目{k}经费", "", k % 9 + 0.5, "", k % 8 + 0.25, "", k % 7 + 0.5] for k in range(n)]
    alike = lambda n: [["维护费", "", 1.5, "", 1.5, "", 1.5] for _ in range(n)]
    rows = lambda n: [[WORDS[(r * 7 + k * k + r // 13) % len(WORDS)] for k in range(20)] for r in range(n // 20)]
    wide = basic([])
    return {
        "rows of projects": lambda n: [Sheet(basic(amounts(n)))],
        "rows of one name": lambda n: [Sheet(basic(alike(n)))],
        "indicators": lambda n: [Sheet(project("救助", [indicator(k) for k in range(n)]))],
        "indicators, scores too high": lambda n: [Sheet(project("救助", [indicator(k, 11.3) for k in range(n)]))],
        "sheets": lambda n: [Sheet(project(f"救助{k}", [indicator(k)])) for k in range(n)],
        "sheets of one project": lambda n: [Sheet(project("救助", [indicator(1)])) for _ in range(n)],
        "projects on one sheet": lambda n: [
            Sheet(list(itertools.chain.from_iterable(project(f"救助{k}", [indicator(k)]) for k in range(n))))],
        "reports on one sheet": lambda n: [
            Sheet(list(itertools.chain.from_iterable(report([spoken(k)]) for k in range(n))))],
        "sentences": lambda n: [Sheet(report(spoken(k) for k in range(n)))],
        "sentences in one cell": lambda n: [Sheet(report([cut(spoken(k) for k in range(n))]))],
        "full cells": lambda n: [Sheet(report(cut(spoken(k * 400 + j) for j in range(400)) for k in range(n // 100)))],
        "amounts in one sentence": lambda n: [
            Sheet(report([cut(["共", *(f"项目{k}支出{k}.5万元、" for k in range(n)), "合计9.5万元。"])]))],
        "amounts without words": lambda n: [Sheet(report([cut(f"{k}.5，" for k in range(n))]))],
        "one sentence with other figures": lambda n: [
            Sheet(report(f"本单位公务接待费支出{k}.5万元，参保{k}人。" for k in range(n)))],
        "columns": lambda n: [Sheet([*wide[:4], ["经费控制情况（万元）", "", *["2023年决算数", "2024年预算数"] * (min(n, 16380) // 2)],
                                     *([row[0], "", *[1.5] * min(n, 16380)] for row in wide[5:])])],
        "columns of indicators": lambda n: [Sheet([
            row + (["分值", "得分"] * (min(n, 16360) // 2) if row[0] == "绩效指标" else []) for row in project("救助", [indicator(1)])])],
        "merged rows": lambda n: [Sheet(project("救助", [indicator(k) for k in range(n)]),
                                        [(r, 2, r, 3) for r in range(10, n + 10)])],
        "one tall merge a column": lambda n: [Sheet(project("救助", [indicator(k) for k in range(n)]),
                                                    [(10, c, n + 9, c) for c in (1, 2, 3)])],
        "merges of nothing": lambda n: [Sheet(project("救助", [indicator(1)]), [(r * 2 + 40, 1, r * 2 + 41, 9) for r in range(n)])],
        # Each stage by itself: many findings, many marks, many figures under many rules, text without end.
        "sheets of scores too high": lambda n: [
            Sheet(project(f"救助{k}", [indicator(j, 11.3) for j in range(50)])) for k in range(n // 50)],
        "sheets of basic data": lambda n: [Sheet(basic(amounts(20))) for _ in range(n // 20)],
        "reports that contradict": lambda n: [
            Sheet(report(f"本单位项目支出{k}万元，其中，甲{k}万元，乙{k}万元，丙{k}万元。" for k in range(n)))],
        "pages of sentences": lambda n: [
            Sheet(report(cut(spoken(k * 400 + j) for j in range(400)) for k in range(20))) for _ in range(n // 100)],
        "cells without forms": lambda n: [Sheet([[f"{k}字{r}" for k in range(100)] for r in range(n)])],
        "figures without forms": lambda n: [Sheet([[f"编号{k}" for k in range(1, 100)]] + [[k + r for k in range(100)] for r in range(n)])],
        "one cell far to the right": lambda n: [Sheet([*project("救助", [indicator(k) for k in range(9)]),
                                                       *([f"注{r}", *[""] * 1000, "1"] for r in range(n))])],
        "merges over a form": lambda n: [Sheet(project("救助", [indicator(k) for k in range(9)]),
                                               [(r + 40, 1, r + 40, 200) for r in range(n)])],
        "words of forms": lambda n: [Sheet(rows(n))],
        "titles": lambda n: [Sheet([[WORDS[1]]] * n)],
        "people": lambda n: [Sheet([["附件6"], ["预算绩效管理工作负责人名册"], ["", "姓名", "职务", "办公电话", "移动通讯号码", "备注"],
                                    *(["联络员", f"某某{k}", "职员", f"{k}", f"{k}", ""] for k in range(n))])],
    }


def cost(program, path, seconds, write_out):
    """Processor seconds, megabytes, how it ended, and the first file's line that it said."""
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryFile() as spoken:
        results = ["-o", out] if write_out else []
        started = time.monotonic()
        child = subprocess.Popen([program, "check", "--lang", "en", *results, "--", path], stdin=subprocess.DEVNULL,
                                 stdout=spoken, stderr=subprocess.STDOUT)
        watch = threading.Timer(seconds, child.kill)
        watch.start()
        _, status, used = os.wait4(child.pid, 0)
        watch.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        slow = time.monotonic() - started > seconds
        spoken.seek(0)
        said = spoken.read().decode("utf-8", "replace")
    refused = [line.split(": ", 1)[-1] for line in said.splitlines() if line.startswith("not checked ")]
    broke = child.returncode not in (0, 1, 2) or "panicked" in said
    how = "slow" if slow else f"broke ({child.returncode})" if broke else "refused" if refused else "read"
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, how, refused[0] if refused else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/debug/gouji")
    parser.add_argument("--sizes", default="500,1000,2000")
    parser.add_argument("--seconds", type=float, default=180, help="more of them, on the clock, is a failure")
    parser.add_argument("--megabytes", type=int, default=1024, help="more of them is a failure")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--write-out", action="store_true", help="with everything that -o writes")
    parser.add_argument("--keep", metavar="DIR", help="leave the workbooks there")
    args = parser.parse_args()
    sizes, bad = [int(size) for size in args.sizes.split(",")], 0
    with tempfile.TemporaryDirectory() as folder:
        for name, sheets in kinds().items():
            if args.only and name not in args.only:
                continue
            took, most, how, said = [], 0, "", ""
            for size in sizes:
                path = os.path.join(args.keep or folder, f"{name.replace(' ', '-')}-{size}.xlsx")
                write(path, sheets(size))
                seconds, megabytes, how, said = cost(args.program, path, args.seconds, args.write_out)
                took.append(seconds)
                most = max(most, megabytes)
                bad += how not in ("read", "refused") or megabytes > args.megabytes
                if not args.keep:
                    os.remove(path)
                if how == "slow":
                    break
            grew = math.log(took[-1] / took[-2], sizes[len(took) - 1] / sizes[len(took) - 2]) if len(took) > 1 else 0
            row = [f"{name:32}", *(f"{one:7.1f}" for one in took), f"  power {grew:.1f}  {most:5} MB", f" {how} {said[:90]}"]
            print("".join(row), flush=True)
    print(f"{bad} beyond {args.seconds:.0f} s or {args.megabytes} MB, or broken")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

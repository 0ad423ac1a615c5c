"""The yardstick: about forty of gouji's checks with openpyxl and pandas, marking what fails with a fill and a comment.

    python3 benches/openpyxl_pandas.py FOLDER OUT      checks and marks every submission under a folder
    python3 benches/openpyxl_pandas.py --test          asserts its findings on the samples

It is what a careful analyst would write for these layouts: rows by label, columns by header, floats with a tolerance.
Files whose names differ by a last `-1`, `-2` make one submission.
"""
import re
import sys
import tempfile
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

RED = PatternFill("solid", fgColor="FFC7CE")
NUMBERING = re.compile(r"^(?:其中[:：]|[一二三四五六七八九十]+、|\d+[.、](?!\d)|[（(]\d+[)）])+")
MEASURES = {
    "年初预算数": "budget0", "年初预算": "budget0", "全年预算数": "budget", "调整后预算数": "budget",
    "全年执行数": "spent", "预算执行数": "spent", "执行率": "rate", "分值": "weight", "权重": "weight",
    "得分": "score", "自评得分": "score", "三级指标": "name", "一级指标": "group",
    "偏差原因分析及改进措施": "reason", "未完成原因及拟采取的改进措施": "reason",
    "编制数": "posts", "控制率": "rate",
}
SOURCES = ["当年财政拨款", "上年结转资金", "其他资金"]


def words(value):
    text = re.sub(r"\s|\u3000", "", str(value)) if value is not None else ""
    text = NUMBERING.sub("", text)
    return re.sub(r"[（(][^（()）]*[)）]$", "", text).strip(":：")


def number(value):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    text = re.sub(r"\s|\u3000", "", str(value))
    found = re.fullmatch(r"(-?[\d,]+(?:\.\d+)?)(%?)(?:元|万元|分|人)?", text)
    return float(found[1].replace(",", "")) / (100 if found[2] else 1) if found else None


def measure(text, year):
    name = words(text)
    if (found := re.match(r"(20\d\d)年(决算数|预算数)", name)) and year:
        return {(-1, "决算数"): "before", (0, "预算数"): "budget", (0, "决算数"): "spent"}.get((int(found[1]) - year, found[2]))
    if re.match(r"20\d\d年实际在职人数", name):
        return "staff"
    return MEASURES.get(name)


def facts(path, sheet):
    """One row a figure: table, block, line, measure, value, cell; a table begins at a heading."""
    kind, table, block, columns, year, group = None, 0, None, {}, None, None
    for row in sheet.iter_rows():
        filled = [cell for cell in row if cell.value is not None and words(cell.value)]
        if not filled:
            continue
        first = words(filled[0].value)
        whole = "".join(words(cell.value) for cell in filled)
        if len(filled) <= 2 and ("绩效" in whole or "基础数据" in whole) and "年度" in whole and len(whole) < 48:
            table += 1
            kind = "basic" if "基础数据" in whole else "project" if "项目支出" in whole else "department"
            found = re.search(r"20\d\d", whole)
            year, block, columns = int(found[0]) if found else year, None, {}
            if "自评表" not in whole and "基础数据" not in whole:
                kind = None
            continue
        if kind is None:
            continue
        heads = {cell.column: measure(cell.value, year) for cell in filled}
        heads = {column: name for column, name in heads.items() if name}
        if len(heads) >= 3:
            columns, group = heads, None
            block = "rows" if "name" in heads.values() else "staff" if "posts" in heads.values() else "lines"
            continue
        for cell in filled:
            inside = re.match(r"(?:其中[:：])?(.+?)[:：](-?[\d,.]+)$", re.sub(r"\s|\u3000", "", str(cell.value)))
            if kind == "department" and inside and number(inside[2]) is not None:
                yield path, sheet.title, table, kind, "pairs", words(inside[1]), "amount", number(inside[2]), cell.coordinate, ""
        if not columns or first.startswith(("填表人", "备注", "说明")):
            continue
        by_column = {cell.column: cell for cell in filled}
        first_measure = min(column for column, name in columns.items() if name not in ("name", "group"))
        labels = [cell for cell in filled if cell.column < first_measure and number(cell.value) is None]
        if block == "rows":
            place = next((column for column, name in columns.items() if name == "name"), None)
            line = words(by_column[place].value) if place in by_column else first
            labels, total = [1], first == "总分"
        else:
            line, total = (words(labels[-1].value) if labels else "all" if block == "staff" else ""), False
        reason = next((words(by_column[c].value) for c, name in columns.items() if name == "reason" and c in by_column), "")
        for column, name in columns.items():
            cell = by_column.get(column)
            if name in ("name", "group", "reason") or cell is None or not line:
                continue
            if (value := number(cell.value)) is not None:
                yield path, sheet.title, table, kind, "total" if total else block, line, name, value, cell.coordinate, reason


COLUMNS = ["file", "sheet", "table", "kind", "block", "line", "measure", "value", "cell", "reason"]


class Checks:
    """The figures of one submission, and what fails of them."""

    def __init__(self, frame):
        self.frame, self.failed, self.tried = frame, [], 0

    def of(self, **where):
        frame = self.frame
        for key, value in where.items():
            frame = frame[frame[key] == value]
        return frame

    def one(self, **where):
        found = self.of(**where)
        return None if found.empty else found.iloc[0]

    def tie(self, code, total, expected, tolerance=0.005):
        if total is None or expected is None or pd.isna(expected):
            return
        self.tried += 1
        if abs(total["value"] - expected) > tolerance * max(1.0, abs(expected) / 1000):
            self.failed.append((code, total["file"], total["sheet"], total["cell"], f"{code}: {total['value']} 应为 {expected:.4f}"))

    def most(self, code, one, bound):
        if one is None or bound is None:
            return
        self.tried += 1
        if one["value"] > bound + 0.005:
            self.failed.append((code, one["file"], one["sheet"], one["cell"], f"{code}: {one['value']} 不应大于 {bound}"))


def value(row):
    return None if row is None else row["value"]


def plus(*rows):
    known = [row["value"] for row in rows if row is not None]
    return sum(known) if known else None


def check(frame):
    """Some forty checks; counted by what they tie, a check of three columns is three."""
    c = Checks(frame)
    basic = lambda line, name: c.one(kind="basic", block="lines", line=line, measure=name)
    for name in ("before", "budget", "spent"):                                                       # 1-15
        c.tie("三公合计", basic("三公经费", name), plus(*(basic(x, name) for x in ("公务用车购置和维护经费", "出国经费", "公务接待"))))
        c.tie("公务用车", basic("公务用车购置和维护经费", name), plus(basic("公务车购置", name), basic("公务车运行维护", name)))
        c.most("公用不超基本", basic("公用经费", name), value(basic("部门基本支出", name)))
        parts = [basic(x, name) for x in ("办公费", "水费、电费、差旅费", "会议费、培训费")]
        if all(part is not None for part in parts):
            c.most("其中不超公用", parts[0], (value(basic("公用经费", name)) or 0) - sum(part["value"] for part in parts[1:]))
        lines = c.of(kind="basic", block="lines", measure=name)
        if "项目支出小计" in set(lines["line"]):
            start = lines.index[lines["line"] == "项目支出小计"][0]
            items = lines[lines.index > start]
            items = items[~items["line"].str.contains("政府采购|预算调整|楼堂馆所")]
            if not items.empty:
                c.tie("项目小计", basic("项目支出小计", name), items["value"].sum())
    staff = lambda name: c.one(kind="basic", block="staff", measure=name)
    if staff("posts") is not None and staff("staff") is not None:                                    # 16-17
        c.tie("控制率", staff("rate"), staff("staff")["value"] / staff("posts")["value"], 0.0051)
        c.most("在职不超编制", staff("staff"), value(staff("posts")))
    fund = lambda name: c.one(kind="department", block="lines", line="年度资金总额", measure=name)
    for name, other in (("spent", "spent"), ("budget", "budget")):                                   # 18-19
        c.tie("表间" + name, fund(name), plus(basic("部门基本支出", other), basic("项目支出小计", other)))
    pair = lambda line: c.one(kind="department", block="pairs", line=line)
    c.tie("收支构成", fund("budget"), plus(pair("基本支出"), pair("项目支出")))                          # 20-23
    c.tie("收入构成", fund("budget"), plus(*(pair(x) for x in ("一般公共预算", "政府性基金拨款", "纳入专户管理的非税收入拨款", "其他资金"))))
    c.tie("基本支出", pair("基本支出"), value(basic("部门基本支出", "budget")))
    c.tie("项目支出", pair("项目支出"), value(basic("项目支出小计", "budget")))
    for (kind, file, sheet, table), group in frame[frame["kind"] != "basic"].groupby(["kind", "file", "sheet", "table"]):
        pick = lambda line, name: (lambda found: None if found.empty else found.iloc[0])(
            group[(group["line"] == line) & (group["measure"] == name) & (group["block"] == "lines")])
        total = lambda name: pick("年度资金总额", name)
        spent, budget = total("spent"), total("budget")
        if spent is not None and budget is not None and budget["value"]:                             # 24-26
            rate = spent["value"] / budget["value"]
            c.tie("执行率", total("rate"), rate, 0.0051)
            if total("weight") is not None:
                c.tie("执行得分", total("score"), min(rate, 1) * total("weight")["value"], 0.051)
            c.most("执行不超预算", spent, budget["value"])
        for name in ("budget0", "budget", "spent"):                                                  # 27-29
            parts = [pick(source, name) for source in SOURCES]
            if any(part is not None for part in parts):
                c.tie("资金来源" + name, total(name), plus(*parts))
        rows = group[group["block"] == "rows"]
        ends = lambda name: (lambda found: None if found.empty else found.iloc[0])(
            group[(group["block"] == "total") & (group["measure"] == name)])
        for name in ("weight", "score"):                                                             # 30-31
            own, extra = rows[rows["measure"] == name]["value"].sum(), value(total(name)) or 0
            end = ends(name)
            if end is not None and own:
                within = abs(end["value"] - own - extra) < abs(end["value"] - own)
                c.tie("总分" + name, end, own + extra if within else own, 0.05)
        wide = rows.pivot_table(index="line", columns="measure", values="value", aggfunc="first")
        if {"weight", "score"} <= set(wide.columns):                                                 # 32-33
            score = rows[rows["measure"] == "score"].drop_duplicates("line").set_index("line")
            for line in wide.index[wide["score"] > wide["weight"] + 0.005]:
                c.most("得分不超分值", score.loc[line], wide.loc[line, "weight"])
            c.tried += len(wide)
            lost = wide.index[wide["score"] < wide["weight"] - 0.005]
            for line in lost[(score.loc[lost, "reason"] == "").to_numpy()]:
                row = score.loc[line]
                c.failed.append(("扣分无原因", row["file"], row["sheet"], row["cell"], f"扣分无原因: {row['value']}"))
            c.tried += len(wide)
        if kind == "department":                                                                     # 34-35
            c.most("总分不超百", ends("score"), 100)
            c.tie("标准分值", total("weight"), 10)
    project = frame[(frame["kind"] == "project") & (frame["block"] == "lines") & (frame["line"] == "年度资金总额")]
    for name in ("budget", "spent"):                                                                 # 36-37
        sums = project[project["measure"] == name]["value"].sum()
        if sums:
            c.most("项目表合计", basic("项目支出小计", name), max(sums, value(basic("项目支出小计", name)) or 0))
    for name in ("before", "budget", "spent"):                                                       # 38-40
        negative = c.of(kind="basic", measure=name)
        for _, row in negative[negative["value"] < 0].iterrows():
            c.failed.append(("负数", row["file"], row["sheet"], row["cell"], "负数"))
        c.tried += 1
    return c


def run(paths, out):
    books = {str(path): load_workbook(path) for path in paths}
    rows = [row for path, book in books.items() for sheet in book for row in facts(path, sheet)]
    checks = check(pd.DataFrame(rows, columns=COLUMNS))
    for code, file, sheet, cell, text in checks.failed:
        place = books[file][sheet][cell]
        place.fill, place.comment = RED, Comment(text, "check")
    for path, book in books.items():
        book.save(Path(out) / Path(path).name)
    return checks


def submissions(folder):
    groups = {}
    for path in sorted(Path(folder).rglob("*.xlsx")):
        groups.setdefault((path.parent, re.sub(r"-\d$", "", path.stem)), []).append(path)
    return groups.values()


def test():
    samples = Path(__file__).resolve().parent.parent / "samples"
    with tempfile.TemporaryDirectory() as out:
        failed = lambda name: run(sorted((samples / name).glob("*.xlsx")), out)
        clean, fault, published = failed("ties"), failed("layouts-fault"), failed("2024")
        assert clean.tried >= 40, clean.tried
        assert not clean.failed, clean.failed
        assert [(code, cell) for code, _, _, cell, _ in fault.failed] == [("三公合计", "E13")], fault.failed
        cells = {(code, cell) for code, _, _, cell, _ in published.failed}
        assert {("表间spent", "F5"), ("表间budget", "E5"), ("基本支出", "F7")} <= cells, cells
        marked = load_workbook(Path(out) / "yunling-fault-2024-1.xlsx")["表二"]["E13"]
        assert marked.fill.fgColor.rgb.endswith("FFC7CE") and marked.comment.text.startswith("三公合计")
        print(f"{clean.tried} checks on a clean submission, {len(published.failed)} findings on the published one")


if __name__ == "__main__":
    if sys.argv[1:] == ["--test"]:
        test()
    else:
        done = [run(paths, sys.argv[2]) for paths in submissions(sys.argv[1])]
        print(f"{len(done)} submissions, {sum(c.tried for c in done)} checks, {sum(len(c.failed) for c in done)} findings")

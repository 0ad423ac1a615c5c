"""Loads a workbook, marks cells with a fill and a note, saves it; prints the median time in microseconds.

Called by benches/annotate.rs: openpyxl_mark.py WORKBOOK MARKS ROUNDS
"""
import io
import sys
import time

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

path, marks, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
source = open(path, "rb").read()
times = []
for _ in range(rounds):
    start = time.perf_counter_ns()
    book = load_workbook(io.BytesIO(source))
    left = marks
    for sheet in book:
        for address in ("B5", "D7", "C9"):
            if left == 0:
                break
            cell = sheet[address]
            for merged in sheet.merged_cells.ranges:
                if address in merged:
                    cell = sheet.cell(merged.min_row, merged.min_col)
            cell.fill = PatternFill("solid", fgColor="FFC7CE")
            cell.comment = Comment("应为 283.87，所报 275.3", "gouji")
            left -= 1
    book.save(io.BytesIO())
    times.append(time.perf_counter_ns() - start)
times.sort()
print(times[rounds // 2] // 1000)

#!/usr/bin/env python3
"""Reads a facts store with engines that are not ours, and asks them the question of docs/STORE.md.

    store.py STORE

The queries are taken out of the page, so that what it shows is what was run. Exit status 1 where two engines differ, or
where a column is not what the page says.
"""

import re
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import polars
import pyarrow.dataset

store = sys.argv[1]
page = (Path(__file__).resolve().parents[2] / "docs" / "STORE.md").read_text(encoding="utf-8")


def fenced(language):
    found = re.search(rf"```{language}\n(.*?)```", page, re.S)
    assert found, f"the page shows no {language}"
    return found[1].replace("STORE", store)


# Columns and types, as the page's table says.
declared = dict(re.findall(r"^\| `(\w+)` \| (\S+(?: \d+\))?) \|", page, re.M))
assert len(declared) > 20, declared
schema = pyarrow.dataset.dataset(store, partitioning="hive", format="parquet").schema
kinds = {"string": "string", "int32": "int32", "uint32": "uint32", "boolean": "bool", "decimal(38, 15)": "decimal128(38, 15)"}
for name, kind in declared.items():
    found = str(schema.field(name).type).replace("large_", "").replace("_view", "")
    assert found == kinds[kind], f"{name} is {found}, the page says {kind}"
assert "county" in schema.names

by_duckdb = duckdb.sql(fenced("sql")).fetchall()
scope = {}
exec(fenced("python"), scope)
by_polars = scope["answer"].rows()


def plain(rows):
    return sorted(tuple("" if cell is None else cell for cell in row) for row in rows)


assert plain(by_duckdb) == plain(by_polars), "DuckDB and polars differ"
assert by_duckdb, "the store holds two years of one unit"
for *_, line, last, now, change in by_duckdb:
    assert all(isinstance(value, Decimal) for value in (last, now, change) if value is not None), line
    assert last is None or now is None or now - last == change, line

# The whole dataset through pyarrow: every amount is there or has its reason.
table = pyarrow.dataset.dataset(store, partitioning="hive", format="parquet").to_table()
states, amounts = table["state"].to_pylist(), table["amount"].to_pylist()
assert all((state == "amount") == (amount is not None) for state, amount in zip(states, amounts))
print(f"{table.num_rows} figures, {len(by_duckdb)} lines of two years: pyarrow {pyarrow.__version__},"
      f" DuckDB {duckdb.__version__} and polars {polars.__version__} agree")

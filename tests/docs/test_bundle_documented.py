"""Every table and column of a bundle is documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from tests.docs.commands import ROOT

import torugart
from torugart.bundle.folder import read_bundle

# The first section is that of `appraise`; other verbs have tables of the same names further down.
PAGE, *OTHERS = (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8").split("## The bundle of")
# The page names these families once instead of column by column.
SUFFIXES = ("_without", "_with", "_lo", "_hi", "_name")


def stem(column: str) -> str:
    """Return a column without the marks the page explains once."""
    column = column.removeprefix("d_")
    for suffix in SUFFIXES * 2:
        column = column.removesuffix(suffix)
    return column


def test_every_table_and_column_is_documented(workplace: Path) -> None:
    assert not undocumented(read_bundle(workplace / "my_bundle").tables, PAGE)


def test_those_of_trade_too(workplace: Path) -> None:
    page = next(text for text in OTHERS if text.startswith(" `torugart trade`"))
    answer = torugart.trade_effects(
        costs=["CHN,UZB:tau=-3%"], draws=10, most_valuable=1, country="UZB", out=workplace / "my_trade"
    )
    assert not undocumented(answer.tables, PAGE + page)


def undocumented(tables: Mapping[str, pd.DataFrame], page: str) -> list[str]:
    """Return the columns that a page does not name in the row of their table."""
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", page, re.MULTILINE))
    missing = []
    for name, table in tables.items():
        described = set(re.findall(r"\w+", rows.get(name, "")))
        missing += [f"{name}.{column}" for column in table.columns if not {column, stem(column)} & described]
    return missing

"""Every table and column of a bundle is documented."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.commands import ROOT

from torugart.bundle.folder import read_bundle

# The first section is that of `appraise`; other verbs have tables of the same names further down.
PAGE = (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8").split("## The bundle of")[0]
# The page names these families once instead of column by column.
SUFFIXES = ("_without", "_with", "_lo", "_hi", "_name")


def stem(column: str) -> str:
    """Return a column without the marks the page explains once."""
    column = column.removeprefix("d_")
    for suffix in SUFFIXES * 2:
        column = column.removesuffix(suffix)
    return column


def test_every_table_and_column_is_documented(workplace: Path) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE))
    missing = []
    for name, table in read_bundle(workplace / "my_bundle").tables.items():
        described = set(re.findall(r"\w+", rows.get(name, "")))
        missing += [f"{name}.{column}" for column in table.columns if not {column, stem(column)} & described]
    assert not missing

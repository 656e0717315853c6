"""The schema is sound itself, and what is generated from it is up to date."""

from __future__ import annotations

from typing import get_args

import pytest
from tests.small_package import small_package
from tools.generate_docs import ROOT, generated_files

from torugart.schema.cells import number_in
from torugart.schema.definition import PROVENANCE, DType, read_schema
from torugart.units import parse_unit

COLUMNS = [(table.name, column) for table in read_schema().values() for column in table.columns.values()]
NAMES = [f"{table}.{column.name}" for table, column in COLUMNS]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMES)
def test_columns_are_sound(table, column):
    assert column.dtype in get_args(DType)
    assert column.meaning
    assert not column.unit or parse_unit(column.unit), f"{column.unit} is no unit"
    if column.lower is not None and column.upper is not None:
        assert column.lower <= column.upper
    if column.references:
        home, key = column.references
        assert read_schema()[home].key == (key,)
        assert read_schema()[home].columns[key].dtype == column.dtype
    if column.choices and column.is_number:
        assert all(number_in(choice) is not None for choice in column.choices)


@pytest.mark.parametrize("table", read_schema().values(), ids=read_schema())
def test_tables_are_sound(table):
    assert table.meaning
    assert set(table.key) <= set(table.columns)
    if table.provenance:
        assert tuple(table.columns.values())[-3:] == PROVENANCE


def test_the_small_package_has_rows_in_every_table():
    assert all(small_package()[name] for name in read_schema())


@pytest.mark.parametrize("path", generated_files(), ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path):
    assert path.read_text(encoding="utf-8") == generated_files()[path], (
        f"{path.relative_to(ROOT)} is out of date: run python -m tools.generate_docs"
    )

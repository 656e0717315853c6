"""The tables of docs/methods/gas_backcast.md are what the model gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tools.refresh_backcast import BLOCK, PAGE, table_of_review, tables_of_record, write_review

import torugart

FACTS = Path(__file__).parents[3] / "shared" / "facts"
NUMBER = re.compile(r"[-+]?\d[\d,]*\.\d+")
SHARE = re.compile(r" \([^)]*%\)")  # follows from the numbers beside it


# Flows of months are unique to within the steps of output and demand; sums of a year are unique.
OF_MONTHS, OF_YEARS = 0.1, 0.0101


def same(page: str, made: str, most: float = OF_YEARS) -> bool:
    """Whether two tables say the same, numbers to within a volume in bcm."""
    page, made = SHARE.sub("", page), SHARE.sub("", made)
    one, other = (NUMBER.sub("#", text.replace("| 0 |", "| 0.00 |")) for text in (page, made))
    values = [
        [float(v.replace(",", "")) for v in NUMBER.findall(text.replace("| 0 |", "| 0.00 |"))]
        for text in (page, made)
    ]
    return one == other and values[0] == pytest.approx(values[1], abs=most)


def block(name: str) -> str:
    found = re.search(BLOCK.format(name), PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, name
    return found[0]


def test_the_tables_of_the_record_are_true() -> None:
    for name, made in tables_of_record(torugart.energy_backcast()).items():
        assert made.count("\n") > 5
        most = OF_MONTHS if name == "figures" else OF_YEARS
        assert same(block(name), made, most), f"{name}: run python -m tools.refresh_backcast"


def test_the_table_with_the_statistical_review_is_true(tmp_path: Path) -> None:
    if not FACTS.is_dir():
        pytest.skip("the statistical review is the user's own")
    write_review(FACTS, tmp_path)
    rows = (tmp_path / "country_series.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) > 60
    made = table_of_review(torugart.energy_backcast(overlays=[tmp_path]))
    assert same(block("review"), made["review"], OF_MONTHS), (
        "run python -m tools.refresh_backcast --facts FOLDER"
    )


def test_a_table_that_is_out_of_date_is_seen() -> None:
    assert same("| a | 1.00 | +0.10 (+2 %) |", "| a | 1.01 | +0.10 (+3 %) |")
    assert not same("| a | 1.00 |", "| a | 1.03 |")
    assert not same("| a | 1.00 |", "| b | 1.00 |")
    assert not same("| a | 1.00 |", "| a | 1.00 | 2.00 |")

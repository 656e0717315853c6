"""The page on NAFTA in the gallery: its code runs as it stands, and its table is what the code gives and what was printed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.replication import nafta

PAGE = (Path(__file__).parents[2] / "docs" / "gallery" / "nafta.md").read_text(encoding="utf-8")
PARTS = ("terms_of_trade", "volume_of_trade", "welfare", "real_wage")


@pytest.fixture(scope="module")
def names(trade_data):
    """What the code of the page leaves behind, run in a folder with the user's copy of the authors' files."""
    code = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(code) == 1
    left: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(trade_data / "cp2015")
        exec(compile(code[0], "docs/gallery/nafta.md", "exec"), left)
    return left


@pytest.fixture(scope="module")
def answer(names):
    table = names["answer"]
    return table.assign(welfare=table["terms_of_trade"] + table["volume_of_trade"])


def printed(trade_data):
    table = pd.read_csv(trade_data / "cp2015" / "expected_table2.csv")
    table = table[table["table"].str.startswith("CP2015 Table 2")]
    return table.set_index(["country_iso3", "variable"])["value_percent"]


@pytest.mark.parametrize("country", ["MEX", "CAN", "USA"])
def test_the_table_of_the_page(answer, trade_data, country):
    row = re.search(rf"^\| {country} \| (.+) \|$", PAGE, re.MULTILINE)
    shown = [float(cell) for cell in row[1].split(" | ")]
    assert len(shown) == 2 * len(PARTS)
    for k, part in enumerate(PARTS):
        assert shown[2 * k] == round(answer.loc[country, part], 2), part
        assert shown[2 * k + 1] == printed(trade_data)[country, part], part


def test_the_change_of_real_income_that_the_page_names(answer):
    told = re.search(
        r"(-?[\d.]+) % for Mexico, (-?[\d.]+) % for Canada, (-?[\d.]+) % for the United States", PAGE
    )
    assert [float(x) for x in told.groups()] == [round(x, 2) for x in answer["real_income"]]


def test_the_page_solves_what_the_tests_solve(names, trade_data):
    ours = nafta.solve_nafta(trade_data / "cp2015", "balanced")
    assert names["nafta"].real_income == pytest.approx(ours.real_income, rel=1e-9)
    assert max(names["nafta"].residual.values()) < 1e-10

"""A folder of gas to be supplied: its faults by row and column, and what the answer holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gas_samples import SUPPLY, write_supply_folder

import torugart
from torugart.errors import InputError, UnknownName
from torugart.io.supply_folder import FILES, read_supply_folder


@pytest.fixture
def folder(tmp_path):
    return write_supply_folder(tmp_path / "gas")


def faults_of(tmp_path, **changed: str) -> str:
    with pytest.raises(InputError) as refusal:
        read_supply_folder(write_supply_folder(tmp_path / "bad", **changed))
    return str(refusal.value)


def test_every_fault_is_told_at_once_with_its_row_and_mend(tmp_path) -> None:
    told = faults_of(
        tmp_path,
        lines=SUPPLY["lines"].replace("12,no,500", "-12,perhaps,500").replace("city_line,border,city", "city_line,bordr,city"),
        demands=SUPPLY["demands"].replace("5,winter", "5000,winter"),
    )  # fmt: skip
    for part in ("north_line", "-12", "perhaps", "5000", "million m3", "row 2"):
        assert part in told


def test_faults_of_different_files_and_kinds_are_told_together(tmp_path) -> None:
    told = faults_of(
        tmp_path,
        lines=SUPPLY["lines"].replace("city_line,border,city", "city_line,bordr,city"),
        profiles=SUPPLY["profiles"].replace("winter,1,0.14", "winter,1,0.5"),
        storages=SUPPLY["storages"].splitlines()[0] + "\n",
        contracts="contract;line;bcm_per_year;penalty\na;b;1;1\n",
    )
    for part in ("bordr", "sum to 1", "no row", "with commas between"):
        assert part in told


def test_a_spreadsheet_is_called_one(tmp_path) -> None:
    folder = write_supply_folder(tmp_path / "sheet")
    (folder / "lines.csv").write_bytes(b"PK\x03\x04 not text")
    with pytest.raises(InputError, match="spreadsheet"):
        read_supply_folder(folder)


def test_a_name_that_is_not_there_offers_the_nearest(tmp_path) -> None:
    told = faults_of(tmp_path, lines=SUPPLY["lines"].replace("city_line,border,city", "city_line,bordr,city"))
    assert "did you mean border?" in told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"nodes": ""}, "not there"),
        ({"profiles": SUPPLY["profiles"].replace("winter,1,0.14", "winter,1,0.5")}, "sum to 1"),
        ({"profiles": SUPPLY["profiles"].replace("winter,1,", "winter,2,")}, "each month"),
        ({"storages": SUPPLY["storages"].replace("0.4,0.5", "0.4,5")}, "room"),
        ({"supplies": "supply,node\na,b\n"}, "no column"),
        ({"supplies": SUPPLY["supplies"].replace("10,1,1", "ten,1,1")}, "ten"),
        ({"lines": SUPPLY["lines"] + "north_line,field,hub,1,no,1,0\n"}, "twice"),
        ({"lines": SUPPLY["lines"] + "short row\n"}, "cells"),
        ({"demands": SUPPLY["demands"].replace("2000", "nan")}, "nan"),
        ({"demands": SUPPLY["demands"].splitlines()[0] + "\n"}, "no row"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, changed, words) -> None:
    assert words in faults_of(tmp_path, **changed)


@given(
    st.sampled_from(sorted(FILES)),
    st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused_in_words(tmp_path, name, text) -> None:
    folder = write_supply_folder(tmp_path / "any")
    (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    try:
        torugart.energy_balance(folder)
    except InputError as refusal:
        assert str(refusal)


@given(
    st.sampled_from(sorted(FILES)),
    st.integers(1, 4),
    st.integers(0, 6),
    st.sampled_from(["", "nan", "inf", "-1", "1e9", "0", "=1+1", "no", "\x00", "town", "🚂"]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cell_is_read_or_refused_in_words(tmp_path, name, row, column, cell) -> None:
    lines = [line.split(",") for line in SUPPLY[name].splitlines()]
    at, to = min(row, len(lines) - 1), min(column, len(lines[0]) - 1)
    lines[at][to] = cell
    folder = write_supply_folder(tmp_path / "cell", **{name: "\n".join(map(",".join, lines)) + "\n"})
    try:
        answer = torugart.energy_balance(folder)
    except InputError as refusal:
        assert ".csv" in str(refusal)
    else:
        assert np.isfinite(answer.cost)


def test_a_year_balances_country_by_country(folder) -> None:
    a = torugart.energy_balance(folder)
    months = a.months.groupby("country")[["demand_bcm", "short_bcm", "output_bcm"]].sum()
    year = a.countries.set_index("country")
    assert months["short_bcm"].to_numpy() == pytest.approx(year["short_bcm"].to_numpy())
    used = a.origins.groupby("country")["bcm"].sum()
    assert used["KAZ"] == pytest.approx(year.at["KAZ", "demand_bcm"] - year.at["KAZ", "short_bcm"])
    assert (a.lines["full_share"] <= 1 + 1e-9).all()


def test_who_is_short_has_no_price(folder) -> None:
    demands = torugart.energy_balance(folder).demands
    short = demands["short_bcm"] > 0
    assert short.any()
    assert demands.loc[short, "price"].isna().all()
    assert demands.loc[short, "is_short"].all()


def test_what_is_idle_is_missed_by_nobody_and_names_are_looked_up(folder) -> None:
    lost = torugart.energy_break(folder, ["north_line"], months=[1]).losses
    assert lost["short_bcm"].iloc[0] > 0
    with pytest.raises(UnknownName, match="north_line"):
        torugart.energy_break(folder, ["nort_line"])
    with pytest.raises(InputError, match="1 to 12"):
        torugart.energy_break(folder, months=[13])


def test_the_storage_that_gives_all_it_may_binds(folder) -> None:
    answer = torugart.energy_break(folder, ["north_line"], months=[1])
    assert "storage cavern" in set(answer.binding["what"])
    assert not answer.binding["what"].str.contains("north_line").any()


def test_a_folder_without_storages_and_contracts_is_one(tmp_path) -> None:
    folder = write_supply_folder(tmp_path / "few", storages="", contracts="")
    assert torugart.energy_balance(folder).storages.empty


def test_the_built_in_lines_can_be_checked_without_a_file() -> None:
    answer = torugart.energy_lines()
    assert answer.summary["gas_with_diameter"] == answer.summary["checked"] > 20
    assert answer.summary["with_pressure"] == 0

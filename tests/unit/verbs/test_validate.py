"""``validate``: errors by hand, and files that are not what they should be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import torugart
from torugart.errors import InputError
from torugart.verbs.validate import COLUMNS, places_named, read_observed, summarise

HEADER = ",".join(COLUMNS)


@pytest.fixture
def write(tmp_path):
    def write_text(text: str | bytes):
        path = tmp_path / "observed.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_text


def test_errors_by_hand():
    rows = pd.DataFrame(
        {
            "mode": ["rail", "rail", "rail", "road"],
            "error_km": [0.1, -0.2, 0.4, np.nan],
            "error_days": [np.nan, np.nan, -0.5, 0.31],
        }
    )
    table = summarise(rows).set_index(["what", "mode"])
    # sizes 0.1, 0.2, 0.4: median 0.2; 90 % point 0.2 + 0.8 x 0.2 = 0.36; one over 30 %
    rail = table.loc[("km described", "rail")]
    assert (rail.routes, rail.median_error, rail.p90_error) == (3, pytest.approx(0.2), pytest.approx(0.36))
    assert (rail.median_signed, rail.over_30_percent) == (pytest.approx(0.1), 1)
    assert table.loc[("days described", "all")].over_30_percent == 2


def test_one_route_is_compared(write, read_once):
    answer = torugart.validate(write(f"{HEADER}\nxian,tashkent,rail,2023,15,4486\n"))
    row = answer.rows.iloc[0]
    assert abs(row["error_km"]) < 0.05
    assert row["days_described"] > 0
    assert set(answer.summary["what"]) >= {"km described", "days described"}


def test_unknown_places_and_modes_are_noted_not_fatal(write, read_once):
    text = f"{HEADER}\nnowhere,tashkent,rail,2023,15,4486\nxian,tashkent,camel,2023,15,4486\nxian,tashkent,sea,,,\n"
    answer = torugart.validate(write(text))
    notes = answer.rows["note"].tolist()
    assert "nowhere" in notes[0]
    assert "camel" in notes[1]
    assert any("row 2" in n for n in answer.notes)


def test_an_empty_list_of_routes_is_answered(write, read_once):
    assert torugart.validate(write(f"{HEADER}\n")).rows.empty


def test_routes_of_every_kind_of_year_are_answered(write, read_once):
    text = HEADER + "".join(f"\nxian,tashkent,rail,{y},15,4486" for y in ("1990", "2026", "2099", ""))
    assert len(torugart.validate(write(text + "\n")).rows) == 4


@pytest.mark.parametrize("cell", ["-1", "0", "inf", "nan", "many", "1e999", "=1+1", "１５x"])
def test_numbers_that_mean_nothing_are_named_by_row_and_column(write, cell):
    with pytest.raises(InputError) as refusal:
        read_observed(write(f"{HEADER}\na,b,rail,2023,{cell},{cell}\n"))
    assert "row 2: days_typical" in str(refusal.value)
    assert "row 2: distance_km" in str(refusal.value)


def test_missing_columns_are_all_named(write):
    with pytest.raises(InputError, match="mode, year, days_typical, distance_km"):
        read_observed(write("origin,destination\na,b\n"))


def test_no_file_is_refused(tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path, "a\x00b.csv"):
        with pytest.raises(InputError):
            read_observed(type(tmp_path)(path))
    with pytest.raises(InputError, match="give the CSV file"):
        torugart.validate()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(max_size=60).map(lambda t: f"{HEADER}\n{t}".encode("utf-8", "surrogatepass")),
        st.lists(st.sampled_from(["a", "1", "", '"', "rail", ",", "\n", "-3", "1_0"]), max_size=40).map(
            lambda c: f"{HEADER}\n{','.join(c)}".encode()
        ),
    )
)
def test_any_file_is_read_or_refused(write, content):
    try:
        table = read_observed(write(content))
    except InputError as refusal:
        assert "observed.csv" in str(refusal)
        return
    assert set(COLUMNS) <= set(table.columns)


def test_places_are_read_from_a_description_in_its_order():
    places = pd.DataFrame(
        {
            "place_id": ["xian", "khorgos", "almaty", "osh", "poti"],
            "name": ["Xi'an", "Khorgos (gate)", "Almaty", "Osh", "Poti port"],
        }
    )
    text = "Xi'an by Khorgos and Almaty to Poti, not Almatyville"
    assert places_named(text, places, {"xian"}) == ["khorgos", "almaty", "poti"]
    assert places_named("Osh", places, set()) == [], "names of three letters are too short to be sure of"

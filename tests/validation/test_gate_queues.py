"""Queues by months: spans of months in words, and means of the year over sets of shut passes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.appraisal.gate_queues import months_in_words


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ({6, 7, 8, 9, 10}, "Jun-Oct"),
        ({11, 12, 1, 2, 3, 4}, "Nov-Apr"),
        ({5}, "May"),
        ({1, 3}, "Jan, Mar"),
        (set(range(1, 13)), "all year"),
        (set(), ""),
    ],
)
def test_months_are_written_as_spans(months, words) -> None:
    assert months_in_words(months) == words


@given(st.sets(st.integers(1, 12), min_size=1, max_size=11))
def test_spans_hold_the_months_and_no_others(months) -> None:
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    back: set[int] = set()
    for span in months_in_words(months).split(", "):
        first, _, last = span.partition("-")
        at, end = names.index(first), names.index(last or first)
        back.add(at + 1)
        while at != end:
            at = (at + 1) % 12
            back.add(at + 1)
    assert back == months


def test_the_year_is_the_mean_of_its_months(cku) -> None:
    year, seasons = cku.tables["queues"].set_index("limit_id"), cku.tables["queues_seasons"]
    sums = seasons.groupby("limit_id")[["mt_without", "mt_with"]].sum()
    for column in sums:
        assert sums[column].to_numpy() == pytest.approx(year.loc[sums.index, column].to_numpy(), rel=1e-9)
    for side in ("without", "with"):
        tonnes = seasons[f"mt_{side}"]
        hours = (tonnes * seasons[f"hours_{side}"]).groupby(seasons["limit_id"]).sum() / tonnes.groupby(
            seasons["limit_id"]
        ).sum().replace(0, np.nan)
        there = hours.dropna()
        assert there.to_numpy() == pytest.approx(year.loc[there.index, f"hours_{side}"].to_numpy(), rel=1e-9)


def test_a_shut_pass_sends_its_freight_to_the_gates_that_stay(cku) -> None:
    seasons = cku.tables["queues_seasons"]
    khorgos = seasons[seasons["limit_id"] == "khorgos_altynkol_rail_both"].set_index("months")
    assert khorgos.at["Nov-Apr", "hours_without"] > khorgos.at["Jun-Oct", "hours_without"]
    assert seasons.loc[seasons["limit_id"] == "khorgos_altynkol_rail_both", "varies"].all()

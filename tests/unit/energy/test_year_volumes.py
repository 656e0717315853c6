"""Volumes of a year out of the record: which figure is taken, its range, and that nothing is made up."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.energy.record_amounts import Amount
from torugart.energy.year_volumes import (
    combined_volume,
    country_volume,
    delivered_volume,
    nearest_volume,
)

amounts = st.floats(0, 500, allow_nan=False)


def flows(*rows: tuple[str, str, int, str, str, str, float]) -> dict[str, pd.DataFrame]:
    names = ["supplier", "buyer", "year", "first_day", "last_day", "kind", "bcm"]
    table = pd.DataFrame(rows, columns=names)
    table["flow_id"] = [f"f{k}" for k in range(len(table))]
    milestones = pd.DataFrame(
        [
            ("KAZ+TKM", "CHN", "2020-12", 100.0, "reported", "m1"),
            ("KAZ+TKM", "CHN", "2022-12", 180.0, "reported", "m2"),
        ],
        columns=["supplier", "buyer", "by_date", "bcm", "basis", "milestone_id"],
    )
    return {"gas_flows": table, "gas_milestones": milestones}


def series(*rows: tuple[str, int, str, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["iso3", "year", "variable", "value", "source_id"])


def test_the_figure_of_the_year_goes_before_a_sum_and_a_sum_before_milestones() -> None:
    whole = ("KAZ+TKM", "CHN", 2021, "2021-01-01", "2021-12-31", "reported", 40.0)
    one = ("KAZ", "CHN", 2021, "2021-01-01", "2021-12-31", "reported", 5.0)
    other = ("TKM", "CHN", 2021, "2021-01-01", "2021-12-31", "derived", 34.0)
    taken = [
        delivered_volume(flows(*rows), "TKM+KAZ", "CHN", 2021)
        for rows in ((whole, one, other), (one, other), (one,))
    ]
    assert [round(v.amount, 1) for v in taken if v] == [40.0, 39.0, 40.0]
    assert taken[2] is not None
    assert "between milestones" in taken[2].how
    assert delivered_volume(flows(whole), "TKM+KAZ", "CHN", 2023) is None
    assert delivered_volume(flows(whole), "TKM+KAZ", "RUS", 2021) is None


def test_a_plan_is_no_delivery_and_a_month_no_year() -> None:
    plan = ("TKM", "CHN", 2021, "2021-01-01", "2021-12-31", "plan", 34.0)
    month = ("TKM", "CHN", 2021, "2021-01-01", "2021-01-31", "reported", 3.0)
    assert delivered_volume(flows(plan, month), "TKM", "CHN", 2021) is None


def test_eleven_months_are_scaled_and_told_and_the_whole_year_goes_first() -> None:
    eleven = ("KAZ", "CHN", 2021, "2021-01-01", "2021-11-30", "converted", 5.55)
    found = delivered_volume(flows(eleven), "KAZ", "CHN", 2021)
    assert found is not None
    assert found.amount == pytest.approx(5.55 * 365.25 / 334)
    assert "11 months as a year" in found.how
    year = ("KAZ", "CHN", 2021, "2021-01-01", "2021-12-31", "derived", 5.9)
    whole = delivered_volume(flows(eleven, year), "KAZ", "CHN", 2021)
    assert whole is not None
    assert whole.amount == pytest.approx(5.9, rel=1e-3)


def test_the_source_with_most_goes_first_and_the_rest_is_the_range() -> None:
    table = series(
        ("TKM", 2023, "gas_output_bcm", 84.0, "book"), ("TKM", 2023, "gas_use_bcm", 45.0, "book"),
        ("TKM", 2023, "gas_export_bcm", 41.0, "book"), ("TKM", 2023, "gas_output_bcm", 76.0, "a_review"),
        ("TKM", 2023, "gas_use_bcm", 35.0, "a_review"),
    )  # fmt: skip
    output = country_volume(table, "TKM", "gas_output_bcm", 2023)
    use = country_volume(table, "TKM", "gas_use_bcm", 2023)
    assert output is not None
    assert use is not None
    assert (output.amount, output.lo, output.hi) == (84.0, 76.0, 84.0)
    # Output less exports; the printed 45 stays in the range.
    assert (use.amount, use.lo, use.hi) == (43.0, 35.0, 45.0)
    assert "it prints 45" in use.how


def test_the_nearest_year_is_taken_and_told_and_no_further_than_three() -> None:
    table = series(("UZB", 2021, "gas_use_bcm", 47.0, "a"), ("UZB", 2023, "gas_use_bcm", 46.0, "a"))

    def find(year: int) -> Amount | None:
        return country_volume(table, "UZB", "gas_use_bcm", year)

    near = nearest_volume(find, 2022)
    assert near is not None
    assert (near.amount, near.year) == (47.0, 2021)
    assert "of 2021 for want of 2022" in near.how
    assert nearest_volume(find, 2026) is not None
    assert nearest_volume(find, 2027) is None


@given(st.lists(st.tuples(st.sampled_from([1, -1]), amounts, amounts, amounts), min_size=1, max_size=5))
def test_sums_keep_their_order_and_are_never_below_nothing(
    parts: list[tuple[int, float, float, float]],
) -> None:
    made = [(sign, Amount(sorted(v)[1], min(v), max(v), 2023, "x", ("c",))) for sign, *v in parts]
    found = combined_volume(made)
    assert 0 <= found.lo <= found.amount + 1e-9
    assert found.amount <= found.hi + 1e-9
    if all(sign > 0 for sign, _ in made):
        assert found.amount == pytest.approx(sum(v.amount for _, v in made))

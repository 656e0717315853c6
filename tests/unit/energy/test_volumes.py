"""Gas by year and in all: laws over generated records, and sums by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.energy.milestones import (
    ABOVE,
    BELOW,
    FITS,
    against_own_later,
    against_years,
    read_milestone_rows,
    sources_of_voice,
)
from torugart.energy.volumes import (
    YearVolumes,
    cumulative_until,
    day_reached,
    delivered_between,
    joined_countries,
    volumes_by_year,
    whole_years,
)
from torugart.errors import InputError
from torugart.record.dates import read_date
from torugart.units import volume_at


def flow(supplier: str, year: int, bcm: float | None, **more: object) -> dict[str, object]:
    return {
        "flow_id": f"{supplier}_{year}_{bcm}_{len(more)}", "supplier": supplier, "buyer": "CHN", "year": year,
        "first_day": f"{year}-01-01", "last_day": f"{year}-12-31", "kind": "reported", "bcm": bcm, "basis": "reported",
        "source_id": "press", "note": "", "reference_c": None,
    } | more  # fmt: skip


def table(*rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(flow("A", 2000, 1.0)))
    return frame.astype({"bcm": "float64", "reference_c": "float64"})


def by_year(*rows: dict[str, object], supplier: str = "A", base: float = 20.0) -> YearVolumes:
    return volumes_by_year(table(*rows), supplier, "CHN", base, 20.0)


records = st.lists(
    st.builds(
        lambda year, tenths, kind: flow("A", year, tenths / 10, kind=kind, flow_id=f"{year}_{tenths}_{kind}"),
        st.integers(2005, 2025),
        st.integers(0, 900),
        st.sampled_from(["reported", "converted", "derived", "plan", "contract", "forecast"]),
    ),
    max_size=12,
    unique_by=lambda row: row["flow_id"],
)


@given(records, st.permutations(range(12)))
def test_years_have_no_gap_and_the_order_of_rows_leaves_them_alone(rows, order) -> None:
    years = by_year(*rows)
    mixed = by_year(*[rows[k] for k in order if k < len(rows)])
    assert np.array_equal(years.year, np.arange(years.year.size) + (years.year[0] if years.year.size else 0))
    for name in ("bcm", "lo", "hi"):
        assert np.array_equal(getattr(years, name), getattr(mixed, name))
    assert (years.lo <= years.bcm + 1e-9).all()
    assert (years.bcm <= years.hi + 1e-9).all()


@given(records)
def test_no_plan_is_ever_counted(rows) -> None:
    delivered = [row for row in rows if row["kind"] in {"reported", "converted", "derived"}]
    assert np.array_equal(by_year(*rows).bcm, by_year(*delivered).bcm)


@given(records, st.integers(0, 8000), st.integers(0, 3000))
def test_the_sum_never_falls_and_its_ends_hold_it(rows, start, days) -> None:
    years = by_year(*rows)
    if not years.year.size:
        return
    first = date(int(years.year[0]), 1, 1) + timedelta(days=start % (365 * years.year.size))
    last = min(first + timedelta(days=days), date(int(years.year[-1]), 12, 31))
    one, other = (cumulative_until(years, read_date(day.isoformat(), "day")) for day in (first, last))
    assert one is not None
    assert other is not None
    assert one.lo <= one.bcm <= one.hi
    assert 0 <= one.estimated_share <= 1 + 1e-12
    assert other.bcm >= one.bcm - 1e-9
    between = delivered_between(
        years, read_date(first.isoformat(), "day"), read_date(last.isoformat(), "day")
    )
    assert between is not None
    assert between[0] == pytest.approx(other.bcm - one.bcm, abs=1e-9)


@given(records)
def test_the_sum_by_the_end_is_that_of_all_years_and_adding_a_source_never_narrows_the_ends(rows) -> None:
    years = by_year(*rows)
    if not years.year.size:
        return
    end = cumulative_until(years, read_date(f"{years.year[-1]}-12-31", "day"))
    assert end is not None
    assert end.bcm == pytest.approx(years.bcm.sum())
    year = int(years.year[0])
    wider = by_year(*rows, flow("A", year, 45.67, kind="derived", flow_id="more"))
    assert wider.lo[0] <= years.lo[0]
    assert wider.hi[0] >= years.hi[0]
    assert wider.hi[0] >= 45.67


@given(records, st.floats(0, 800))
def test_the_day_a_volume_is_reached_is_the_first_on_which_the_sum_is_not_below_it(rows, bcm) -> None:
    years = by_year(*rows)
    day = day_reached(years, bcm)
    total = years.bcm.sum()
    assert (day is None) == (not years.year.size or bcm > total)
    if day is not None:
        found = cumulative_until(years, read_date(day.isoformat(), "day"))
        assert found is not None
        assert found.bcm >= bcm - 1e-6
        before = cumulative_until(years, read_date((day - timedelta(days=1)).isoformat(), "day"))
        assert before is None or before.bcm <= bcm + 1e-6 or bcm == 0


@given(records, st.sampled_from([15.0, 20.0]))
def test_the_base_scales_every_figure_alike(rows, base) -> None:
    at_base, at_20 = by_year(*rows, base=base), by_year(*rows)
    factor = (273.15 + base) / 293.15
    assert at_base.bcm == pytest.approx(at_20.bcm * factor)
    assert at_base.hi == pytest.approx(at_20.hi * factor)


def test_a_row_that_says_its_temperature_is_brought_to_the_base() -> None:
    years = by_year(flow("A", 2018, 33.0, reference_c=15.0), flow("A", 2019, 31.2))
    assert years.bcm == pytest.approx([33 * 293.15 / 288.15, 31.2])


def test_years_by_hand() -> None:
    years = by_year(
        flow("A", 2010, 4.0), flow("A", 2010, 4.38, kind="converted"), flow("A", 2012, 8.5, kind="derived")
    )
    assert years.bcm.tolist() == [4.0, 6.25, 8.5]  # reported before converted, though more coarsely printed
    assert years.lo == pytest.approx([3.5, 3.5, 8.45])
    assert years.hi == pytest.approx([4.5, 8.55, 8.55])
    assert years.how == ("reported", "interpolated", "derived")
    assert years.flow_ids[0][0].startswith("A_2010_4.0")
    half = cumulative_until(years, read_date("2011-07-02", "day"))  # day 183 of 365
    assert half is not None
    assert half.bcm == pytest.approx(4 + 6.25 * 183 / 365)
    assert half.estimated_share == pytest.approx(1 - 4 / half.bcm)


def test_suppliers_are_summed_only_where_every_part_has_a_figure_and_none_of_their_own() -> None:
    rows = [flow("A", 2013, 24.4), flow("B", 2013, 2.9), flow("A", 2014, 26.0), flow("A", 2015, 27.0)]
    rows += [flow("B", 2015, 3.0), flow("A+B", 2015, 29.0)]
    years = by_year(*rows, supplier="B+A")
    assert years.bcm == pytest.approx([27.3, 28.15, 29.0])
    assert years.how == ("summed", "interpolated", "reported")
    assert (years.lo[0], years.hi[0]) == pytest.approx((27.2, 27.4))


def test_parts_that_overlap_are_never_added() -> None:
    rows = [flow("A+B", 2013, 10.0), flow("B+C", 2013, 10.0), flow("C", 2014, 1.0), flow("A+B", 2014, 10.0)]
    years = by_year(*rows, supplier="A+B+C")
    assert years.year.tolist() == [2014]
    assert years.bcm.tolist() == [11.0]


def test_a_part_of_a_year_is_no_year() -> None:
    rows = [flow("A", 2020, 5.0, first_day="2020-01-01", last_day="2020-06-30"), flow("A", 2021, None)]
    assert not by_year(*rows).year.size
    assert not by_year().year.size
    written = table(flow("A", 2020, 1.0, first_day="2020", last_day="2020"))
    assert whole_years(written)["of_year"].tolist() == [2020]


def test_nothing_is_said_beyond_the_years_known() -> None:
    years = by_year(flow("A", 2010, 4.0), flow("A", 2011, 6.0))
    assert cumulative_until(years, read_date("2009-12-31", "day")) is None
    assert cumulative_until(years, read_date("2012-01", "day")) is None
    assert day_reached(years, 10.1) is None
    assert joined_countries("UZB + KAZ") == "KAZ+UZB"


def marks(*rows: tuple[str, float, str, str]) -> list:
    """By date: volume, source, voice."""
    frame = pd.DataFrame(
        [
            {
                "milestone_id": f"m{k}", "supplier": "A", "buyer": "CHN", "by_date": by, "bcm": bcm, "at_least": "no",
                "reference_c": None, "said_by": voice, "source_id": source, "basis": "reported",
            }
            for k, (by, bcm, source, voice) in enumerate(rows)
        ]
    )  # fmt: skip
    sources = pd.DataFrame(
        {
            "source_id": ["one", "two", "three"],
            "owner_party": ["", "", "Office"],
            "publisher": ["P1", "P2", "P3"],
        }
    )
    return read_milestone_rows(frame, sources, 20.0, 20.0)


def test_a_milestone_fits_where_rounding_and_ends_overlap() -> None:
    years = by_year(flow("A", 2010, 40.0), flow("A", 2011, 60.0))
    low, fits, high = marks(
        ("2011-12-31", 88.4, "one", ""), ("2011-12-31", 93.0, "two", ""), ("2011-12-31", 111.1, "three", "")
    )
    # 36 to 44, and 55 to 65
    assert [against_years(m, years).verdict for m in (low, fits, high)] == [BELOW, FITS, ABOVE]
    assert against_years(marks(("2012-12-31", 93.0, "one", ""))[0], years).bcm is None


def test_the_same_voice_is_no_second_opinion_whatever_paper_prints_it() -> None:
    years = by_year(flow("A", 2024, 36.5), flow("A", 2025, 36.5))
    mine = marks(
        ("2025-03-31", 430.0, "one", "Company"), ("2025-07-09", 440.0, "two", "Company"), ("2025-06", 431.0, "three", "")
    )  # fmt: skip
    first, other, last = mine
    tested = against_own_later(first, mine, years)
    assert tested is not None
    assert tested.verdict == f"{FITS} (speaker's own figures only)"
    assert tested.bcm == pytest.approx(430.0)  # 440 less a hundred days at 0.1
    assert against_own_later(last, mine, years) is None
    assert sources_of_voice(first, mine, {}) == ["one", "two"]
    assert sources_of_voice(other, mine, {"three": "Office"}) == ["three"]


@pytest.mark.parametrize("celsius", [288.15, -10.0, 40.0, float("nan")])
def test_a_temperature_at_which_no_gas_is_counted_is_refused(celsius: float) -> None:
    with pytest.raises(InputError, match="not at"):
        volume_at(1.0, celsius, 20.0)


@given(st.floats(0, 25), st.floats(0, 25), st.floats(0, 1e3))
def test_there_and_back_is_the_same_volume(one: float, other: float, volume: float) -> None:
    assert volume_at(volume_at(volume, one, other), other, one) == pytest.approx(volume)
    assert volume_at(volume, one, one) == volume


def test_the_real_gas_differs_from_the_ideal_one_by_less_than_said() -> None:
    # Compressibility of methane at 101,325 Pa and 15 and 20 °C, ISO 6976:1995.
    real = 0.9980 * 288.15 / (0.9981 * 293.15)
    assert real == pytest.approx(volume_at(1.0, 20.0, 15.0), rel=3e-4)

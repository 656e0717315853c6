"""Quantities of trade, gas, meetings and money, on tables small enough to add up by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from torugart.checks.compute import compute
from torugart.checks.context import Context
from torugart.checks.expression import parse_expression
from torugart.checks.value import Missing, Value
from torugart.errors import InputError, UnknownName
from torugart.schema.definition import read_schema
from torugart.tables.package import Package
from torugart.tables.read import read_package

AS_OF = "2026-11-25"
FROM = {"basis": "reported", "checked_on": AS_OF}
CNPC, PRESS, CUSTOMS = "news_central_asia_f54c66", "24_kg_b8680a", "intellinews_com_906d19"


@pytest.fixture(scope="module")
def package() -> Package:
    return read_package()


@pytest.fixture
def ask(package) -> Callable[..., Value | Missing]:
    """Return a function that computes an expression on the package with some of its tables replaced."""

    def compute_on(expr: str, **tables: list[dict[str, object]]) -> Value | Missing:
        changed = {name: frame_of(name, rows) for name, rows in tables.items()}
        context = Context(replace(package, tables={**package.tables, **changed}), None, AS_OF)
        return compute(parse_expression(expr), context, {})

    return compute_on


def frame_of(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return rows as a table with the columns of the schema, numbers as numbers."""
    columns = read_schema()[table].columns
    frame = pd.DataFrame([FROM | row for row in rows], columns=list(columns))
    for name, column in columns.items():
        if column.dtype in ("float", "int"):
            frame[name] = frame[name].astype("float64" if column.dtype == "float" else "Int64")
        else:
            frame[name] = frame[name].astype("object").fillna("").astype("str")
    return frame


def total(total_id: str, reporter: str, busd: float, b: str = "KAZ", **more: object) -> dict[str, object]:
    return {
        "total_id": total_id, "country_a": "CHN", "country_b": b, "year": 2024, "reporter": reporter,
        "usd": busd * 1e9, "source_id": PRESS,
    } | more  # fmt: skip


def flow(flow_id: str, exporter: str, importer: str, reporter: str, busd: float) -> dict[str, object]:
    return {
        "flow_id": flow_id, "exporter": exporter, "importer": importer, "year": 2024, "reporter": reporter,
        "usd": busd * 1e9, "source_id": PRESS,
    }  # fmt: skip


def until(by_date: str, bcm: float, source_id: str = CNPC, **more: object) -> dict[str, object]:
    return {
        "milestone_id": f"m_{by_date.replace('-', '_')}", "supplier": "TKM", "buyer": "CHN", "by_date": by_date,
        "bcm": bcm, "at_least": "no", "source_id": source_id,
    } | more  # fmt: skip


TRADE = "trade_total_busd(a=CHN, b=KAZ, year=2024{})"


def test_each_side_has_its_own_count(ask):
    totals = [total("t_1", "CHN", 43.8), total("t_2", "KAZ", 30.1)]
    for reporter, busd in (
        ("", 43.8),
        (", reporter=CHN", 43.8),
        (", reporter=KAZ", 30.1),
        (", reporter=partner", 30.1),
    ):
        assert ask(TRADE.format(reporter), trade_totals=totals, trade_flows=[]).mid == pytest.approx(busd)
    turned = "trade_total_busd(a=KAZ, b=CHN, year=2024)"
    assert ask(turned, trade_totals=totals, trade_flows=[]).mid == pytest.approx(43.8)


def test_the_other_sides_count_is_no_rival_of_ones_own(ask):
    totals = [total("t_1", "CHN", 43.8), total("t_2", "KAZ", 30.1), total("t_3", "CHN", 44)]
    found = ask(TRADE.format(""), trade_totals=totals, trade_flows=[])
    assert (found.mid, found.lo, found.hi) == pytest.approx((43.8, 43.75, 43.85))
    assert [rival.interval.mid for rival in found.rivals] == [44]


def test_without_a_total_both_ways_of_one_count_are_added(ask):
    flows = [
        flow("f_1", "CHN", "KAZ", "CHN", 24.7),
        flow("f_2", "KAZ", "CHN", "CHN", 16.3),
        flow("f_3", "KAZ", "CHN", "KAZ", 14),
    ]
    found = ask(TRADE.format(""), trade_totals=[], trade_flows=flows)
    assert found.mid == pytest.approx(41)
    assert "24.7 billion USD + 16.3 billion USD = 41 billion USD (40.9 to 41.1)" in found.steps
    # One way of each count makes no total of either.
    assert isinstance(ask(TRADE.format(", reporter=KAZ"), trade_totals=[], trade_flows=flows), Missing)


def test_the_five_are_added_up_or_named_as_missing(ask):
    totals = [
        total(f"t_{n}", "CHN", n, iso3) for n, iso3 in enumerate(("KAZ", "KGZ", "TJK", "TKM", "UZB"), 1)
    ]
    asked = "trade_total_busd(a=CHN, b=CA5, year=2024{})"
    assert ask(asked.format(""), trade_totals=totals, trade_flows=[]).mid == pytest.approx(15)
    whole = [*totals, total("t_6", "CHN", 16, "CA5")]
    assert ask(asked.format(""), trade_totals=whole, trade_flows=[]).mid == pytest.approx(16)
    assert ask(asked.format(", group=members"), trade_totals=whole, trade_flows=[]).mid == pytest.approx(15)
    less = ask(asked.format(""), trade_totals=totals[:4], trade_flows=[])
    assert less == Missing("trade of CHN and UZB in 2024 as counted by CHN")


def test_a_pair_without_china_is_counted_by_whoever_counted(ask):
    totals = [total("t_1", "RUS", 27, "KAZ", country_a="RUS")]
    assert ask(
        "trade_total_busd(a=RUS, b=KAZ, year=2024)", trade_totals=totals, trade_flows=[]
    ).mid == pytest.approx(27)


@pytest.mark.parametrize(
    ("expr", "fault"),
    [
        ("trade_total_busd(a=CHN, b=KZ, year=2024)", "KZ"),
        ("trade_total_busd(a=CHN, b=KAZ, year=24)", "four digits"),
        ("trade_total_busd(a=CHN, b=KAZ, year=2024, reporter=nobody)", "nobody"),
        ("trade_total_busd(a=CHN, b=KAZ, year=2024, group=members)", "CA5"),
        ("trade_total_busd(a=CHN, b=KAZ, year=2024, group=some)", "whole or members"),
        ("gas_flow_bcm(supplier=TKM, buyer=CHN, year=2024, kind=hoped)", "kind"),
        ("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=soon)", "by is"),
        ("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025, without=nobody_at_all)", "nobody_at_all"),
        ("country_figure(iso3=CHN, variable=happiness)", "happiness"),
        ("project_share(of=green, by=weight)", "money or number"),
        ("event_day(event=party)", "party"),
    ],
)
def test_bad_arguments_are_refused(ask, expr, fault):
    with pytest.raises((InputError, UnknownName), match=fault):
        ask(expr)


def test_a_milestone_of_the_day_is_taken_as_it_is(ask):
    found = ask(
        "gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025-10)", gas_milestones=[until("2025-10", 450)]
    )
    assert (found.lo, found.mid, found.hi) == (445, 450, 455)
    over = [until("2025-10", 450, at_least="yes")]
    assert ask("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025-10)", gas_milestones=over).lo == 450


def test_between_milestones_the_line_is_straight_and_its_interval_honest(ask):
    marks = [until("2021-05-01", 300.5), until("2025-05-01", 401.5)]
    found = ask("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2023-05-01)", gas_milestones=marks)
    assert found.mid == pytest.approx(300.5 + 101 * 730 / 1461)
    assert (found.hi - found.mid, found.mid - found.lo) == pytest.approx((0.05, 0.05), abs=1e-6)
    months = [until("2021-05", 300.5), until("2025-05", 401.5)]
    wider = ask("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2023-05)", gas_milestones=months)
    assert wider.lo < found.lo < found.hi < wider.hi


def test_a_figure_is_not_tested_with_those_of_its_own_owner(ask):
    marks = [until("2021-05", 300.5), until("2025-03", 430, PRESS), until("2025-10", 450)]
    own = ask("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025-03)", gas_milestones=marks)
    assert own.source_ids == (PRESS,)
    others = ask(
        f"gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025-03, without={PRESS})", gas_milestones=marks
    )
    assert others.source_ids == (CNPC,)
    assert others.mid == pytest.approx(430.2, abs=0.2)
    none = ask(
        f"gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025-03, without={PRESS}|{CNPC})",
        gas_milestones=marks,
    )
    assert isinstance(none, Missing)


def test_what_is_only_claimed_gives_way_to_the_line_between_reports(ask):
    marks = [until("2021-05", 300.5), until("2025-03", 500, PRESS, basis="claimed"), until("2025-10", 450)]
    found = ask("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025-03)", gas_milestones=marks)
    assert found.mid == pytest.approx(430.2, abs=0.2)
    assert [(rival.interval.mid, rival.source_id) for rival in found.rivals] == [(500, PRESS)]
    alone = ask("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2025-03)", gas_milestones=marks[1:2])
    assert alone.mid == 500


def test_beyond_the_last_milestone_nothing_is_known(ask):
    marks = [until("2021-05", 300), until("2025-10", 450)]
    for by, side in (("2026-05", "after"), ("2020", "before")):
        found = ask(f"gas_cumulative_bcm(supplier=TKM, buyer=CHN, by={by})", gas_milestones=marks)
        assert isinstance(found, Missing)
        assert f"a milestone {side} it" in found.reason


def test_suppliers_are_a_set(ask):
    marks = [until("2024-11", 500, supplier="KAZ+TKM+UZB")]
    found = ask("gas_cumulative_bcm(supplier=UZB+TKM+KAZ, buyer=CHN, by=2024-11)", gas_milestones=marks)
    assert found.mid == 500
    alone = ask("gas_cumulative_bcm(supplier=TKM, buyer=CHN, by=2024-11)", gas_milestones=marks)
    assert isinstance(alone, Missing)


def test_a_plan_is_no_delivery(ask):
    flows = [
        {"flow_id": "g_1", "supplier": "RUS", "buyer": "UZB", "year": 2026, "first_day": "2026-01-01",
         "last_day": "2026-12-31", "kind": "plan", "bcm": 11.0, "source_id": PRESS},
        {"flow_id": "g_2", "supplier": "RUS", "buyer": "UZB", "year": 2026, "first_day": "2026-01-01",
         "last_day": "2026-06-30", "kind": "reported", "bcm": 4.0, "source_id": PRESS},
    ]  # fmt: skip
    asked = "gas_flow_bcm(supplier=RUS, buyer=UZB, year=2026{})"
    assert isinstance(ask(asked.format(""), gas_flows=flows), Missing)  # nor is half a year a year
    assert ask(asked.format(", kind=plan"), gas_flows=flows).mid == 11


def test_a_status_may_be_that_of_a_day(ask):
    evidence = [
        {"evidence_id": "e_1", "entity_id": "cku", "date": "2024-12-27", "milestone": "works_started", "source_id": PRESS},
        {"evidence_id": "e_2", "entity_id": "cku", "date": "2026-05-01", "milestone": "works_stopped", "source_id": PRESS},
    ]  # fmt: skip
    for on, status in (("", "suspended"), (", on=2025-06", "under construction"), (", on=2030", "suspended")):
        assert ask(f"status_of(entity=cku{on})", evidence=evidence).text == status
    assert isinstance(ask("status_of(entity=cku, on=2020)", evidence=evidence), Missing)


def test_a_capacity_is_that_of_a_node_or_a_line(ask) -> None:
    assert ask("energy_capacity(node=gazli_ugs)").mid == 4.5
    assert ask("energy_capacity(link=cpc_ru)").mid == 81.5
    # What a field makes in a year is no capacity, and an empty cell is no nothing.
    assert isinstance(ask("energy_capacity(node=fld_tengiz)"), Missing)
    assert isinstance(ask("energy_capacity(node=bozoi_ugs)"), Missing)
    with pytest.raises(UnknownName, match="gazli_ugs"):
        ask("energy_capacity(node=gazli_ug)")
    with pytest.raises(InputError, match="one of them"):
        ask("energy_capacity()")

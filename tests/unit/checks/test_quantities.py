from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.small_package import small_package

from torugart.checks.compute import call_faults, compute, read_reading
from torugart.checks.context import Context
from torugart.checks.expression import parse_expression
from torugart.checks.registry import REGISTRY, quantity
from torugart.checks.value import KINDS, Missing, show_value
from torugart.errors import InputError, UnknownName

from .conftest import AS_OF, RAIL, FakeModel

METHODS = Path(__file__).parents[3] / "docs/methods/claims.md"


def result(context, expr, **reading):
    found = compute(parse_expression(expr), context, reading)
    return found.reason if isinstance(found, Missing) else show_value(found)


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        ("2.35 + 0.51 * 2.332", "3.53932 (3.52241 to 3.55624)"),
        ("213 + 260 + 50", "523 (521.5 to 524.5)"),
        ("100 * exact(value=94.8) / exact(value=89.4)", "106.04 (105.51 to 106.57)"),
        ("exact(value=3)", "3"),
        ("-2", "-2 (-2.5 to -1.5)"),
        ("figure(value=2332, unit=million USD)", "2,332 million USD (2,331.5 to 2,332.5)"),
        ("figure(value=900, unit=km)", "900 km (850 to 950)"),
        ("day(value=2024-12-27) - day(value=2024-08-25)", "124 days"),
        ("project_length_km(project=pass_rail)", "120 km (115 to 125)"),
        ("project_cost_busd(project=pass_rail)", "4.7 billion USD (4.65 to 4.75)"),
        ("project_section_km(project=pass_rail, iso3=CHN)", "138 km (136.45 to 139.55)"),
        ("project_section_km(project=pass_rail, iso3=KGZ)", "103 km (101.45 to 104.55)"),
        ("project_open_year(project=pass_rail)", "2028"),
        ("project_start_date(project=pass_rail)", "2024-12-27"),
        ("first_milestone_date(entity=pass_rail, milestone=works_started)", "2024-12-27"),
        ("status_of(entity=pass_rail)", "under construction"),
        ("status_is(entity=pass_rail, status=under construction)", "yes"),
        ("status_is(entity=pass_rail, status=financed)", "yes"),
        ("status_is(entity=pass_rail, status=operating)", "no"),
        ("status_is(entity=pass_rail, status=suspended)", "no"),
        ("data_value(table=places, row=east_city, column=population_k)", "700 thousand (650 to 750)"),
        ("data_value(table=links, row=r_border, column=mode)", "rail"),
        ("project_volume_mt(project=pass_rail)", "2 Mt/year (1.1 to 2.9)"),
    ],
)
def test_what_comes_out(context, expr, shown):
    assert result(context, expr) == shown


@pytest.mark.parametrize(
    ("expr", "missing"),
    [
        (
            "project_capacity_mt(project=pass_rail)",
            "projects/pass_rail/capacity_mt_per_year: the cell is empty",
        ),
        ("project_section_km(project=second_track, iso3=CHN)", "links of the project second_track"),
        (
            "first_milestone_date(entity=pass_rail, milestone=operating)",
            "evidence that pass_rail was operating",
        ),
        ("project_start_date(project=second_track)", "projects/second_track/start"),
        ("status_of(entity=second_track)", "evidence about second_track"),
        ("project_volume_mt(project=second_track)", "the network model with second_track"),
        ("project_cost_busd(project=pass_rail, scope=KGZ)", "is for the whole"),
        ("1 / (2 - 2)", "may be zero"),
        (
            "project_capacity_mt(project=pass_rail) + status_of(entity=second_track)",
            "; evidence about second_track",
        ),
    ],
)
def test_what_is_missing_is_named(context, expr, missing):
    assert missing in result(context, expr)


@pytest.mark.parametrize(
    ("expr", "fault"),
    [
        ("project_length_km(project=pass_rial)", "did you mean|Did you mean pass_rail"),
        ("project_length(project=pass_rail)", "no quantity is called 'project_length'"),
        ("project_length_km(projct=pass_rail)", "takes no projct; did you mean project"),
        ("project_length_km()", "needs project"),
        ("project_section_km(project=pass_rail, iso3=XXX)", "no country"),
        ("first_milestone_date(entity=pass_rail, milestone=opened)", "no milestone"),
        ("status_is(entity=pass_rail, status=done)", "no status"),
        ("status_of(entity=nobody)", "no project or pledge"),
        ("figure(value=3, unit=furlong)", "no unit"),
        ("figure(value=3, unit=km, source=hearsay)", "no source"),
        ("exact(value=many)", "no figure"),
        ("project_length_km(project=pass_rail) + project_cost_busd(project=pass_rail)", "different things"),
        ("status_of(entity=pass_rail) + 1", "word"),
        ("data_value(table=place, row=x, column=y)", "no table"),
        ("data_value(table=places, row=east_city, column=hight)", "no column"),
    ],
)
def test_what_cannot_be_asked_is_refused(context, expr, fault):
    with pytest.raises((InputError, UnknownName), match=fault):
        result(context, expr)


def test_a_cell_names_its_source_and_its_rivals(context):
    value = compute(parse_expression("project_length_km(project=pass_rail)"), context, {})
    assert value.steps == ("projects/pass_rail/length_km = 120 km (115 to 125), reported by customs",)
    assert (value.cells, value.source_ids) == (("cell:projects/pass_rail/length_km",), ("customs",))
    assert [(r.interval.mid, r.source_id) for r in value.rivals] == [(110.0, "customs")]


def test_evidence_of_operation_decides_the_year(make_package):
    row = {"entity_id": "pass_rail", "milestone": "operating", "source_id": "atlas", "basis": "reported"}
    evidence = [{**row, "evidence_id": "e1", "date": "2025-06"}, {**row, "evidence_id": "e2", "date": "2026"}]
    context = Context(make_package(evidence=evidence), None, AS_OF)
    value = compute(parse_expression("project_open_year(project=pass_rail)"), context, {})
    assert (show_value(value), value.kind) == ("2025", "record")
    before = Context(context.package, None, "2025-01")
    assert compute(parse_expression("project_open_year(project=pass_rail)"), before, {}).kind == "data"


def test_a_day_once_announced_is_no_rival_of_the_day_that_came(make_package):
    planned = {
        "alternative_id": "p1", "table": "projects", "row_id": "pass_rail", "column": "start", "value": "2024-08-25",
        "as_of": "2024-06", "basis": "claimed", "source_id": "customs", "chosen": "no",
    }  # fmt: skip
    context = Context(make_package(alternatives=[planned]), None, AS_OF)
    value = compute(parse_expression("project_start_date(project=pass_rail)"), context, {})
    assert value.rivals == ()
    assert "announced before: 2024-08-25 (customs)" in value.steps
    stated = Context(context.package, None, "2024-06")
    early = compute(parse_expression("project_start_date(project=pass_rail)"), stated, {})
    assert show_value(early) == "2024-01-01 to 2024-12-31"
    assert len(early.rivals) == 1


def scoped(value: str, scope: str, chosen: str) -> dict[str, str]:
    return {
        "alternative_id": f"a_{value}", "table": "projects", "row_id": "pass_rail", "column": "cost_musd",
        "value": value, "unit": "million USD", "basis": "reported", "source_id": "atlas", "chosen": chosen,
        "scope": scope,
    }  # fmt: skip


def test_the_cost_of_a_section_never_tests_the_whole(make_package):
    rivals = [scoped("4700", "KGZ", "yes"), scoped("4650", "KGZ", "no"), scoped("8000", "", "no")]
    context = Context(make_package(alternatives=rivals), None, AS_OF)
    whole = result(context, "project_cost_busd(project=pass_rail)")
    assert "for the whole; the figure held, 4,700 million USD (4,650 to 4,750), is for KGZ alone" in whole
    assert "8000 million USD (atlas)" in whole
    section = compute(parse_expression("project_cost_busd(project=pass_rail, scope=KGZ)"), context, {})
    assert section.mid == pytest.approx(4.7)
    assert [r.interval.mid for r in section.rivals] == [4.65]


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        ("route_km(origin=east_city, destination=west_city, modes=road, by=distance)", "417 km (41"),
        ("route_km(origin=east_city, destination=west_city, modes=rail, by=distance)", "a way from"),
        (
            "route_km(origin=east_city, destination=west_city, modes=rail, by=distance, project=pass_rail)",
            "381 km (379 to 383)",
        ),
        ("route_km(origin=east_city, destination=west_city, modes=rail|road, by=distance)", "417 km"),
        ("route_km(origin=east_city, destination=west_city)", "417 km (41"),
        ("route_km(origin=east_city, destination=west_city, project=pass_rail)", "381 km (379 to 383)"),
        ("route_days(origin=east_city, destination=west_city)", "2 days (1.85 to 2.15)"),
        ("route_days(origin=east_city, destination=west_city, project=pass_rail)", "1.5 days (1.2"),
        (
            "route_km_saved(origin=east_city, destination=west_city, project=pass_rail)",
            "36 km (32.5 to 39.5)",
        ),
        ("route_days_saved(origin=east_city, destination=west_city, project=pass_rail)", "0.5 days"),
        ("route_cost_share_saved(origin=east_city, destination=west_city, project=pass_rail)", "30 % (28"),
        (
            "route_km_saved(origin=east_city, destination=west_city, project=pass_rail, modes=rail, by=distance)",
            "a way from east_city to west_city by rail, shortest, without pass_rail",
        ),
        (
            "route_days(origin=east_city, destination=west_city, project=second_track)",
            "the network model with second_track",
        ),
        (
            "route_days(origin=east_city, destination=west_city, modes=rail|road)",
            "the model keeps to one mode",
        ),
    ],
)
def test_routes(routes, expr, shown):
    assert shown in result(routes(FakeModel()), expr)


@pytest.fixture
def routes(make_package):
    row = small_package()["classes"][0] | {"class_id": "manufactures"}
    return lambda model: Context(make_package(classes=[*small_package()["classes"], row]), model, AS_OF)


SAVED = "route_days_saved(origin=east_city, destination=west_city, project=pass_rail)"


def test_ways_are_asked_once(routes):
    model = FakeModel()
    context = routes(model)
    assert result(context, SAVED) == result(context, SAVED)
    assert len(model.asked) == 2


def test_the_way_over_a_project_is_asked_only_with_it(routes):
    model = FakeModel()
    result(routes(model), SAVED, through="yes")
    assert [(asked[3], asked[5]) for asked in model.asked] == [(False, False), (True, True)]


def test_no_change_is_told_as_such(routes):
    context = routes(FakeModel(without_way=RAIL))
    value = compute(parse_expression(SAVED), context, {})
    assert (value.lo, value.mid, value.hi) == (0, 0, 0)
    assert "with: the same way, so that nothing changes" in value.steps


def test_without_a_model_or_a_way_it_is_missing(routes):
    assert "the network model" in result(routes(None), SAVED)
    assert "without pass_rail" in result(routes(FakeModel(without_way=None)), SAVED)
    assert "over pass_rail" in result(routes(FakeModel(with_way=None)), SAVED, through="yes")
    assert "the network model with pass_rail" in result(routes(None), "project_volume_mt(project=pass_rail)")


@pytest.mark.parametrize(
    ("reading", "fault"),
    [
        ({"by": "time"}, "left to take by"),
        ({"through": "perhaps"}, "yes or no"),
        ({"class_id": "gold"}, "no class"),
    ],
)
def test_what_routes_cannot_be_asked(routes, reading, fault):
    node = parse_expression(SAVED)
    faults = call_faults(node, reading)
    if faults:
        assert fault in faults[0]
        return
    with pytest.raises((InputError, UnknownName), match=fault):
        compute(node, routes(FakeModel()), reading)


def test_ways_by_distance_know_their_arguments(routes):
    expr = "route_km(origin=east_city, destination=west_city)"
    for reading, fault in (
        ({"by": "time"}, "cost or distance"),
        ({"by": "distance", "through": "yes"}, "by=cost only"),
        ({"by": "distance", "modes": "camel"}, "no mode is called 'camel'"),
        ({"by": "distance", "project": "nothing"}, "no project"),
    ):
        with pytest.raises((InputError, UnknownName), match=fault):
            compute(parse_expression(expr), routes(None), reading)
    with pytest.raises(UnknownName, match="no place"):
        compute(parse_expression("route_km(origin=nowhere, destination=west_city)"), routes(None), {})


def test_readings_are_read():
    assert read_reading("origin=xian; destination=tashkent;") == {"origin": "xian", "destination": "tashkent"}
    assert read_reading("") == {}
    for fault in ("origin", "=xian", "origin=", "a=1;a=2"):
        with pytest.raises(InputError):
            read_reading(fault)


def test_what_the_expression_says_stands_over_the_reading(context):
    expr = "project_length_km(project=pass_rail)"
    assert call_faults(parse_expression(expr), {"project": "second_track"}) == [
        "no quantity of the expression is left to take project"
    ]
    assert result(context, "project_length_km()", project="pass_rail") == "120 km (115 to 125)"


def test_every_quantity_is_registered_and_documented():
    text = METHODS.read_text(encoding="utf-8")
    for name, entry in REGISTRY.items():
        assert entry.kind in KINDS
        assert entry.meaning.endswith("."), name
        assert re.search(rf"`{name}`", text), f"{name} is not in docs/methods/claims.md"


def test_a_name_is_registered_once():
    def exact(context):
        return None

    with pytest.raises(InputError, match="two quantities"):
        quantity(kind="data")(exact)

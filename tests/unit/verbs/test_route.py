"""``route``: ways, stops, seasons and projects, and what is refused."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.verbs.conftest import HOSTILE

import torugart
from torugart.errors import InputError, TorugartError, UnknownName
from torugart.verbs.route import closed_seasons, resolve_place

pytestmark = pytest.mark.usefixtures("read_once")


@pytest.fixture
def kashgar_osh():
    return torugart.route("kashgar", "osh")


def test_the_best_way_comes_first(kashgar_osh):
    ways = kashgar_osh.ways
    assert ways["rank"].tolist() == list(range(1, len(ways) + 1))
    assert ways["gc_usd"].is_monotonic_increasing
    assert ways.at[0, "modes"] == "road"
    assert ways["share"].sum() == pytest.approx(1)
    assert (ways["p95_days"] > ways["days"]).all()
    assert (ways["transit_days"] <= ways["terminal_days"] + 1e-9).all()
    assert (ways["terminal_days"] <= ways["days"] + 1e-9).all()


def test_legs_follow_on_one_another_and_add_up(kashgar_osh):
    for way, legs in kashgar_osh.legs.groupby("way_id"):
        assert legs["seq"].tolist() == list(range(len(legs)))
        assert (legs["place_from"].to_numpy()[1:] == legs["place_to"].to_numpy()[:-1]).sum() >= len(
            legs
        ) - 1 - sum(legs["kind"] == "crossing")
        row = kashgar_osh.ways.set_index("way_id").loc[way]
        assert legs["km"].sum() == pytest.approx(row["km"])
        assert legs["hours"].sum() / 24 == pytest.approx(row["days"])
        assert legs["usd"].sum() == pytest.approx(row["usd"])


def test_names_ids_and_case_mean_the_same():
    by_id = torugart.route("xian", "tashkent").ways
    by_name = torugart.route(" XI'AN ", "Tashkent").ways
    assert by_id.equals(by_name)


def test_a_project_can_be_taken_as_open():
    without = torugart.route("xian", "andijan", class_id="bulk").ways
    with_ = torugart.route("xian", "andijan", class_id="bulk", with_projects=["CKU"]).ways
    assert with_["gc_usd"].min() <= without["gc_usd"].min() + 1e-9
    assert any("Torugart (rail)" in gates for gates in with_["gates"])
    assert not any("Torugart (rail)" in gates for gates in without["gates"])


def test_a_year_is_its_do_minimum():
    far = torugart.route("kashgar", "andijan", year=2050)
    assert any("cku" in note for note in far.notes)
    assert not any(
        "Torugart (rail)" in g for g in torugart.route("kashgar", "andijan", year=2027).ways["gates"]
    )


def test_only_projects_with_ways_are_named_as_open(shipped):
    (network,) = [
        note for note in torugart.route("kashgar", "osh", year=2035).notes if note.startswith("Network of")
    ]
    named = set(network.rstrip(".").split("besides what operates: ")[1].split(", "))
    tables = shipped.package.tables
    assert "ayagoz_bakhty" in named
    assert named <= set(tables["project_edits"]["project_id"]) | set(tables["links"]["project_id"])


def test_stops_are_passed_in_their_order():
    answer = torugart.route("kashgar", "tashkent", via=["osh", "andijan"])
    places = [*answer.legs["place_from"], answer.legs["place_to"].iloc[-1]]
    # Stretches are joined, so a stop may lie inside one: then the way is at least as long as by the stops.
    direct = torugart.route("kashgar", "tashkent").ways["gc_usd"].min()
    assert answer.ways["gc_usd"].min() >= direct - 1e-9
    assert places[0] == "kashgar"
    assert places[-1] == "tashkent"


def test_one_stop_is_on_every_way():
    answer = torugart.route("kashgar", "bishkek", via=["almaty"])
    assert len(answer.ways) >= 1
    assert answer.ways["gc_usd"].min() > torugart.route("kashgar", "bishkek").ways["gc_usd"].min()


@pytest.mark.parametrize(
    ("origin", "destination", "via"),
    [
        ("kashgar", "kashgar", []),
        ("kashgar", " KASHGAR", []),
        ("kashgar", "osh", ["kashgar"]),
        ("kashgar", "osh", ["osh"]),
        ("kashgar", "osh", ["bishkek", "bishkek"]),
        ("kashgar", "osh", ["osh", "kashgar", "osh"]),
    ],
)
def test_loops_are_refused_or_lead_somewhere(origin, destination, via):
    # Never an endless search, an empty way or a traceback.
    try:
        answer = torugart.route(origin, destination, via=via)
    except InputError as refusal:
        assert str(refusal)
        return
    assert (answer.ways["km"] > 0).all()
    assert answer.legs["place_from"].iloc[0] == "kashgar"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_unknown(name):
    for asked in (
        lambda: torugart.route(name, "osh"),
        lambda: torugart.route("kashgar", name),
        lambda: torugart.route("kashgar", "osh", via=[name]),
        lambda: torugart.route("kashgar", "osh", class_id=name),
        lambda: torugart.route("kashgar", "osh", with_projects=[name]),
        lambda: torugart.route("kashgar", "osh", without_projects=[name]),
    ):
        with pytest.raises(UnknownName) as refusal:
            asked()
        assert "\x00" not in str(refusal.value)
        assert len(str(refusal.value)) < 2000


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(UnknownName, match="kashgar"):
        torugart.route("kashgr", "osh")
    with pytest.raises(UnknownName, match="manufactures"):
        torugart.route("kashgar", "osh", class_id="manufacture")
    with pytest.raises(UnknownName, match="cku"):
        torugart.route("kashgar", "osh", with_projects=["ckuu"])


def test_with_and_without_at_once_is_refused():
    with pytest.raises(InputError, match="with and without at once"):
        torugart.route("kashgar", "osh", with_projects=["cku"], without_projects=["CKU"])


@pytest.mark.parametrize("season", ["", "0", "13", "autumn", "-1", "1.5", "٣", "²", "\x00", "1" * 5000])
def test_seasons_that_do_not_exist_are_refused(season):
    with pytest.raises(InputError, match="month from 1 to 12"):
        torugart.route("kashgar", "osh", season=season)


def test_seasons_close_what_is_shut_then(shipped):
    seasons = shipped.package.tables["seasons"]
    by_month = [closed_seasons(seasons, str(m)) for m in range(1, 13)]
    assert closed_seasons(seasons, "Winter") == by_month[0]
    assert closed_seasons(seasons, "summer") == by_month[6]
    assert frozenset().union(*by_month) == set(seasons["season_id"])
    assert closed_seasons(seasons, None) == frozenset()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_any_text_is_a_place_or_unknown(shipped, text):
    places = set(shipped.package.tables["places"]["place_id"])
    with contextlib.suppress(UnknownName):
        assert resolve_place(shipped.package.tables, text) in places


@pytest.mark.parametrize("year", [-1, 0, 1800, 10**12])
def test_years_far_off_are_answered_or_refused(year):
    try:
        ways = torugart.route("kashgar", "osh", year=year).ways
    except TorugartError:
        return
    assert np.isfinite(ways["days"]).all()


def test_a_project_that_no_way_uses_is_not_passed_over_in_silence():
    answer = torugart.route("kashgar", "osh", with_projects=["cku"])
    (told,) = [note for note in answer.notes if "runs by cku" in note]
    assert "more" in told
    assert not any("runs by" in note for note in torugart.route("kashgar", "osh").notes)

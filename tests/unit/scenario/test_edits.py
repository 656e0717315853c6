"""Scenario files and edits: what they do, and that anything else is refused in words."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.small_network import network_of, typed, valley

from torugart.appraisal.project import Question, appraise_project, build_sides
from torugart.errors import InputError, ScenarioError, TorugartError
from torugart.scenario.edits import EDITABLE, OPS, Edit, Scenario, apply_edits, read_scenario

TABLES = typed(valley())
FULL = """
name = "Slow gate"
with_projects = ["new_line"]
without_projects = ["old_line"]

[[edit]]
table = "links"
where = { link_id = "h_border" }
op = "scale"
column = "speed_km_per_h"
value = 0.5
reason = "a dug-up road"

[[edit]]
table = "crossings"
where = { mode = "road" }
op = "close"
reason = "shut"
"""


@pytest.fixture
def write(tmp_path):
    def write_text(text: str | bytes) -> Path:
        path = tmp_path / "case.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return path

    return write_text


def test_a_file_says_what_it_says(write):
    scenario = read_scenario(write(FULL))
    assert scenario.name == "Slow gate"
    assert (scenario.with_projects, scenario.without_projects) == (("new_line",), ("old_line",))
    assert scenario.edits[0] == Edit(
        "links", {"link_id": "h_border"}, "scale", "a dug-up road", "speed_km_per_h", 0.5
    )
    assert scenario.edits[1].op == "close"


def test_an_empty_file_is_an_empty_scenario(write):
    assert read_scenario(write("")) == Scenario("case")


def test_all_faults_are_told_at_once(write):
    text = '[[edit]]\ntable = 5\nop = "burn"\ncolour = "red"\n[[edit]]\nop = "set"\nwhere = 3\n'
    with pytest.raises(InputError) as refusal:
        read_scenario(write("nam = 1\nwith_projects = 7\n" + text))
    said = str(refusal.value)
    for word in (
        "'nam' is unknown",
        "with_projects",
        "edit 1: where is missing",
        "'burn' is unknown",
        "'colour'",
    ):
        assert word in said
    assert "edit 2: table is missing" in said
    assert "edit 2: set needs column and value" in said


def test_set_and_scale_change_only_the_rows_meant():
    edits = (
        Edit("links", {"link_id": "h_border"}, "scale", "r", "length_km", 3),
        Edit("links", {"mode": "rail", "gauge_mm": "1520"}, "set", "r", "electrified", "yes"),
    )
    links = apply_edits(TABLES, edits)["links"].set_index("link_id")
    before = TABLES["links"].set_index("link_id")
    assert links.at["h_border", "length_km"] == 60
    assert links.at["r_mid_z", "electrified"] == "yes"
    changed = (links[["length_km", "electrified"]] != before[["length_km", "electrified"]]).any(axis=1)
    assert set(links.index[changed]) == {"h_border", "r_mid_z"}
    assert before.at["h_border", "length_km"] == 20, "the tables given are left alone"


def test_later_edits_meet_what_earlier_ones_left():
    twice = (Edit("links", {"link_id": "h_border"}, "scale", "r", "length_km", 2),) * 2
    assert apply_edits(TABLES, twice)["links"].set_index("link_id").at["h_border", "length_km"] == 80


LINK = {"link_id": "h_border"}
BAD = {
    "unknown table": Edit("linx", LINK, "set", "r", "length_km", 3),
    "unknown column": Edit("links", LINK, "set", "r", "length_miles", 3),
    "unknown where": Edit("links", {"colour": "red"}, "set", "r", "length_km", 3),
    "no row": Edit("links", {"link_id": "h_boarder"}, "set", "r", "length_km", 3),
    "text scaled": Edit("links", LINK, "scale", "r", "surface", 2),
    "not a number": Edit("links", LINK, "set", "r", "length_km", "long"),
    "nothing": Edit("links", LINK, "set", "r", "length_km", None),
    "not finite": Edit("links", LINK, "set", "r", "length_km", math.inf),
    "nan": Edit("links", LINK, "scale", "r", "length_km", math.nan),
    "beyond floats": Edit("links", LINK, "set", "r", "length_km", 10**400),
    "negative length": Edit("links", LINK, "set", "r", "length_km", -5),
    "no speed": Edit("links", LINK, "set", "r", "speed_km_per_h", 0),
    "negative scale": Edit("links", LINK, "scale", "r", "length_km", -1),
    "scaled to nothing": Edit("links", LINK, "scale", "r", "speed_km_per_h", 0),
    "scaled beyond": Edit("links", LINK, "scale", "r", "speed_km_per_h", 1e300),
    "strange choice": Edit("links", LINK, "set", "r", "electrified", "maybe"),
    "topology": Edit("links", LINK, "set", "r", "place_a", "z"),
    "mode": Edit("links", LINK, "set", "r", "mode", "bus"),
    "demand": Edit("zones", {"place_id": "a"}, "set", "r", "weight", 2),
    "season": Edit("links", LINK, "set", "r", "season_id", ""),
    "regime": Edit("crossings", {"crossing_id": "x_road"}, "set", "r", "regime", "eu"),
    "places closed": Edit("places", {"place_id": "a"}, "close", "r"),
    "crossing opened": Edit("crossings", {"crossing_id": "x_road"}, "open", "r"),
}


@pytest.mark.parametrize("edit", BAD.values(), ids=BAD)
def test_an_edit_that_means_nothing_is_refused_in_words(edit):
    with pytest.raises(ScenarioError, match=r"1 edits cannot be made\n  edit 1: .{8}"):
        apply_edits(TABLES, (edit,))


def test_every_edit_that_cannot_be_made_is_listed():
    with pytest.raises(ScenarioError) as refusal:
        apply_edits(TABLES, tuple(BAD.values()))
    assert f"{len(BAD)} edits cannot be made" in str(refusal.value)
    assert "near: h_border" in str(refusal.value)
    assert "near: links" in str(refusal.value)


toml_values = st.recursive(
    st.one_of(
        st.booleans().map(lambda b: str(b).lower()),
        st.integers(-(10**30), 10**30).map(str),
        st.floats().map(lambda x: repr(x).replace("Infinity", "inf")),
        st.text(st.characters(codec="utf-8", exclude_characters="'\n\r", exclude_categories=["Cc"])).map(
            lambda t: f"'{t}'"
        ),
        st.sampled_from(
            ["2026-11-25", "07:32:00", "''", "'set'", "'links'", "'close'", "'h_border'", "'length_km'"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: f"[{', '.join(v)}]"),
        st.lists(inner, max_size=2).map(
            lambda v: "{" + ", ".join(f"k{i} = {x}" for i, x in enumerate(v)) + "}"
        ),
    ),
    max_leaves=5,
)
keys = st.sampled_from(
    [
        "name",
        "with_projects",
        "without_projects",
        "edit",
        "table",
        "where",
        "op",
        "reason",
        "column",
        "value",
        "x",
    ]
)
lines = st.one_of(
    st.tuples(keys, toml_values).map(lambda kv: f"{kv[0]} = {kv[1]}"),
    st.sampled_from(
        ["[[edit]]", "[edit]", "[[edit.where]]", "where.link_id = 'h_border'", "op = 'set'", "]", "="]
    ),
    st.text(max_size=20),
)
files = st.one_of(
    st.lists(lines, max_size=12).map("\n".join).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.binary(max_size=60),
)


@settings(max_examples=1500, deadline=None)
@given(files)
@example(b"a = " + b"[" * 5000)
@example(b"a = " + b"9" * 5000)
@example(b"\xff\xfe")
@example(b"a = 0000-00-00")
@example(b'name = "\\ud800"')
def test_a_file_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    try:
        scenario = read_scenario(path)
    except InputError as refusal:
        assert "any.toml" in str(refusal)
        return
    assert isinstance(scenario.name, str)
    for edit in scenario.edits:
        assert edit.op in OPS
    try:
        apply_edits(TABLES, scenario.edits)
    except ScenarioError as refusal:
        assert "edit" in str(refusal)


@pytest.mark.parametrize("path", ["nowhere.toml", ".", "a\x00b.toml", "x" * 5000 + ".toml"])
def test_a_file_that_cannot_be_read_is_refused(path):
    with pytest.raises(InputError):
        read_scenario(Path(path))


ASKED = Question("", 2032, "2026-11-25", draws=0)


def total_of(scenario: Scenario, net=None) -> float:
    return float(appraise_project(net or network_of(valley()), ASKED, scenario).benefits.total[0])


def test_an_empty_scenario_is_worth_exactly_nothing():
    assert total_of(Scenario("empty")) == 0


def test_opening_by_an_edit_is_worth_what_the_project_is():
    net = network_of(valley())
    opened = total_of(Scenario("s", edits=(Edit("links", {"project_id": "new_line"}, "open", "r"),)), net)
    project = appraise_project(net, Question("new_line", 2032, "2026-11-25", draws=0)).benefits.total[0]
    assert opened == 0, "the do-minimum of 2032 holds the line already"
    early = Question("", 2026, "2026-11-25", draws=0)
    edit = Scenario("s", edits=(Edit("links", {"project_id": "new_line"}, "open", "r"),))
    assert appraise_project(net, early, edit).benefits.total[0] == pytest.approx(project)
    assert project > 0


@pytest.mark.parametrize(
    "edit",
    [
        Edit("links", {"mode": "road"}, "close", "r"),
        Edit("crossings", {"crossing_id": "x_road"}, "close", "r"),
        Edit("links", {"mode": "road"}, "scale", "r", "speed_km_per_h", 0.5),
        Edit("parameters", {"parameter_id": "crossing_h_road_external"}, "set", "r", "value", 100),
    ],
)
def test_what_gets_worse_costs_users(edit):
    assert total_of(Scenario("worse", edits=(edit,))) < 0


def test_taking_a_project_away_is_the_loss_of_it():
    # In 2032 the new line is open in the do-minimum; without it users lose what opening it gives.
    net = network_of(valley())
    loss = total_of(Scenario("s", without_projects=("new_line",)), net)
    gain = appraise_project(net, Question("new_line", 2032, "2026-11-25", draws=0)).benefits.total[0]
    assert loss < 0
    assert loss == pytest.approx(-gain, rel=0.2), "up to the scale of choice, set by the side without"


@pytest.mark.parametrize("field", ["with_projects", "without_projects"])
def test_unknown_projects_are_refused(field):
    with pytest.raises(TorugartError, match=r"no project is called 'new_lin'.*new_line"):
        total_of(Scenario("s", **{field: ("new_lin",)}))


def test_what_can_be_edited_exists():
    for table, columns in EDITABLE.items():
        assert set(columns) <= set(TABLES[table].columns)


@pytest.mark.parametrize(
    "parameter", ["choice_theta", "importer_share_of_benefit", "project_slip_years", "path_size_weight"]
)
def test_a_parameter_that_both_sides_share_cannot_differ_between_them(parameter):
    # Choice, sharing out and slip belong to the comparison, not to a side: an edit of them would do nothing.
    edit = Edit("parameters", {"parameter_id": parameter}, "set", "r", "value", 0.9)
    with pytest.raises(ScenarioError, match=parameter):
        build_sides(network_of(valley()), frozenset(), ASKED, (edit,))

from __future__ import annotations

import json

import pandas as pd
import pytest
from tests.small_package import small_package

from torugart.checks.verdict import AS_STATED, COLUMNS, VERDICTS, check_claims, claim_faults
from torugart.errors import InputError
from torugart.tables.read import read_package

from .conftest import AS_OF, RAIL, FakeModel

OWN = " (speaker's own figures only)"
LENGTH = "project_length_km(project=pass_rail)"


@pytest.fixture
def judge(make_package):
    """Return a judge of one claim about the small package."""

    def judged(model=None, as_of=AS_OF, readings=(), tables=None, **claim):
        blank = {
            "claim_id": "c",
            "text": "said",
            "said_by": "Someone",
            "source_id": "atlas",
            "basis": "claimed",
        }
        bases = [
            {"claim_id": "c", "base_id": base, "args": args, "source_id": "bench", "basis": "estimated"}
            for base, args in readings
        ]
        package = make_package(claims=[blank | claim], claim_bases=bases, **(tables or {}))
        return check_claims(package, package.tables["claims"], model, as_of).iloc[0]

    return judged


def says(relation: str, value: str, unit: str, expr: str, **more: str) -> dict[str, str]:
    return {"relation": relation, "value": value, "unit": unit, "expr": expr, **more}


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({}, "not a checkable statement"),
        ({"relation": "is", "value": "a flagship"}, "cannot be tested"),
        ({"value": "26.1", "unit": "km"}, "cannot be tested"),
        (says("=", "121", "km", LENGTH), "holds"),
        (says("=", "110", "km", LENGTH), "does not hold"),
        (says("~", "111", "km", LENGTH), "holds"),
        (says(">=", "119", "km", LENGTH), "holds"),
        (says("<=", "100", "km", LENGTH), "does not hold"),
        (says("=", "4.7", "bn USD", "project_cost_busd(project=pass_rail)"), "holds" + OWN),
        (says("=", "15", "Mt/year", "project_capacity_mt(project=pass_rail)"), "cannot be tested"),
        (says("=", "2024-12", "date", "project_start_date(project=pass_rail)"), "holds" + OWN),
        (says("=", "2024-10", "date", "project_start_date(project=pass_rail)"), "does not hold"),
        (says("is", "under construction", "", "status_of(entity=pass_rail)"), "holds" + OWN),
        (says("is", "yes", "", "status_is(entity=pass_rail, status=operating)"), "does not hold"),
        (says("=", "523", "km", "213 + 260 + 50"), "holds" + OWN),
        (says("=", "523", "km", "213 + 304.94 + 50"), "does not hold"),
        (says("=", "2028", "year", "project_open_year(project=pass_rail)"), "not yet due"),
        (says("=", "121", "km", LENGTH, about_date="2030"), "not yet due"),
        (says("=", "121", "km", LENGTH, about_date="2026"), "not yet due"),
        (says("=", "121", "km", LENGTH, about_date="2025-12-31"), "holds"),
        (says(">=", "2027", "date", "project_start_date(project=pass_rail)"), "does not hold"),
    ],
)
def test_verdicts(judge, claim, verdict):
    found = judge(**claim)
    assert found["verdict"] == verdict
    assert found["reason"].endswith(".")
    assert verdict.removesuffix(OWN) in VERDICTS


def test_what_came_before_its_day_holds_on_the_record(judge):
    row = {"entity_id": "pass_rail", "milestone": "operating", "source_id": "customs", "basis": "reported"}
    tables = {"evidence": [{**row, "evidence_id": "e1", "date": "2026-06"}]}
    claim = says("=", "2026", "year", "project_open_year(project=pass_rail)")
    assert judge(tables=tables, **claim)["verdict"] == "holds"
    assert judge(tables=tables, as_of="2026-05", **claim)["verdict"] == "not yet due"


def test_without_a_stated_base_every_testable_one_must_pass(judge):
    readings = [("a", "project=pass_rail"), ("b", "project=second_track")]
    both = judge(readings=readings, **says("<=", "121", "km", "project_length_km()"))
    assert (both["verdict"], both["verdict_base"]) == ("holds", "a;b")
    one = judge(readings=readings, **says(">=", "121", "km", "project_length_km()"))
    assert (one["verdict"], one["verdict_base"]) == ("holds on another base", "a")
    none = judge(readings=readings, **says(">=", "500", "km", "project_length_km()"))
    assert (none["verdict"], none["verdict_base"]) == ("does not hold", "")
    assert "nearest is a with 120 km" in none["reason"]


def test_the_stated_base_decides(judge):
    readings = [("a", "project=pass_rail"), ("b", "project=second_track")]
    claim = says("<=", "121", "km", "project_length_km()", stated_base="b")
    assert judge(readings=readings, **claim)["verdict_base"] == "b"
    claim = says(">=", "121", "km", "project_length_km()", stated_base="b")
    other = judge(readings=readings, **claim)
    assert (other["verdict"], other["verdict_base"]) == ("holds on another base", "a")
    fails = judge(readings=readings, **says(">=", "500", "km", "project_length_km()", stated_base="b"))
    assert (fails["verdict"], fails["verdict_base"]) == ("does not hold", "b")


def test_a_base_that_cannot_be_tested_decides_nothing(judge):
    readings = [("cost", "column=cost_musd"), ("capacity", "column=capacity_mt_per_year")]
    expr = "data_value(table=projects, row=pass_rail) / figure(value=1, unit=million USD)"
    with pytest.raises(InputError, match="needs column"):
        judge(**says("=", "4700", "1", expr))
    found = judge(readings=readings, **says("=", "4700", "1", expr))
    assert (found["verdict"], found["verdict_base"]) == ("holds" + OWN, "cost")
    stated = judge(readings=readings, **says("=", "9", "1", expr, stated_base="capacity"))
    assert stated["verdict"] == "cannot be tested"
    assert "capacity_mt_per_year: the cell is empty" in stated["reason"]
    other = judge(readings=readings, **says("=", "4700", "1", expr, stated_base="capacity"))
    assert other["verdict"] == "holds on another base" + OWN


def test_rivals_are_shown_and_named_but_do_not_decide(judge):
    found = judge(**says("=", "109", "km", LENGTH))
    assert found["verdict"] == "does not hold"
    assert "Rival values that would pass: 110 km (customs)." in found["reason"]
    rivals = json.loads(found["working"])[0]["rivals"]
    assert rivals == [
        {
            "shown": "110 km (105 to 115)",
            "source_id": "customs",
            "as_of": "2024-05",
            "note": "",
            "passes": True,
        }
    ]
    passing = judge(**says("=", "121", "km", LENGTH))
    assert "Rival values that would fail: 110 km (customs)." in passing["reason"]
    own = judge(source_id="customs", **says("=", "109", "km", LENGTH))
    assert "the claim's own source" in own["reason"]


@pytest.mark.parametrize(
    ("source_id", "said_by", "own"),
    [
        ("customs", "Someone", True),
        ("atlas", "Someone", False),
        ("atlas", "Customs office of the valley", True),
    ],
)
def test_the_speakers_own_figures_are_marked(judge, source_id, said_by, own):
    # The length is by the customs office; so is its only rival.
    found = judge(**says("=", "121", "km", LENGTH) | {"source_id": source_id, "said_by": said_by})
    assert found["verdict"] == "holds" + (OWN if own else "")


def test_an_owner_speaks_through_every_publisher(judge):
    sources = [row | {"owner_party": "The railway"} if row["source_id"] in ("atlas", "customs") else row
               for row in small_package()["sources"]]  # fmt: skip
    found = judge(tables={"sources": sources}, **says("=", "121", "km", LENGTH))
    assert found["verdict"] == "holds" + OWN


def test_a_figure_of_another_source_is_not_the_speakers_own(judge):
    expr = "0.5 * figure(value=242, unit=km, source=customs)"
    assert judge(**says("=", "121", "km", expr))["verdict"] == "holds"
    assert judge(source_id="customs", **says("=", "121", "km", expr))["verdict"] == "holds" + OWN


def test_capacity_is_not_throughput(judge):
    claim = says("=", "15", "Mt/year", "project_volume_mt(project=pass_rail)")
    found = judge(model=FakeModel(), **claim)
    assert found["verdict"] == "does not hold"
    assert "Computed 2 Mt/year" in found["reason"]
    untested = judge(**claim)
    assert untested["verdict"] == "cannot be tested"
    assert untested["reason"].startswith("Missing: the network model with pass_rail")


def test_a_model_is_never_the_speakers_own_and_its_edge_is_told(judge):
    claim = says("=", "2.9", "Mt/year", "project_volume_mt(project=pass_rail)", said_by="The Atlas")
    found = judge(model=FakeModel(), **claim)
    assert found["verdict"] == "holds"
    assert "Only the spread of the computed figure reaches it, not its centre." in found["reason"]
    working = json.loads(found["working"])[0]
    assert (working["passes"], working["central"], working["kind"]) == (True, False, "model")


def test_the_working_can_be_followed(judge):
    found = judge(**says("=", "2.4", "billion USD", "project_cost_busd(project=pass_rail) - 2.332"))
    (entry,) = json.loads(found["working"])
    assert entry["base_id"] == AS_STATED
    assert entry["steps"] == [
        "projects/pass_rail/cost_musd = 4,700 million USD (4,650 to 4,750), reported by atlas",
        "4.7 billion USD - 2.332 = 2.368 billion USD (2.3175 to 2.4185)",
    ]
    assert entry["cells"] == ["cell:projects/pass_rail/cost_musd"]
    assert (entry["lo"], entry["mid"], entry["hi"], entry["unit"]) == (2.3175, 2.368, 2.4185, "billion USD")
    dates = json.loads(
        judge(**says("=", "2024-12", "date", "project_start_date(project=pass_rail)"))["working"]
    )
    assert (dates[0]["lo"], dates[0]["shown"]) == ("2024-12-27", "2024-12-27")
    words = json.loads(judge(**says("is", "trial", "", "status_of(entity=pass_rail)"))["working"])
    assert (words[0]["lo"], words[0]["mid"]) == (None, "under construction")
    missing = json.loads(
        judge(**says("=", "1", "Mt/year", "project_capacity_mt(project=pass_rail)"))["working"]
    )
    assert (missing[0]["kind"], missing[0]["passes"]) == ("missing", None)
    assert "the cell is empty" in missing[0]["missing"]


def test_every_faulty_claim_is_named_with_its_mend(make_package):
    def row(claim_id, **more):
        return {"claim_id": claim_id, "text": "said", "source_id": "atlas", "basis": "claimed", **more}

    claims = [
        row("a", **says("=", "1", "km", "length(")),
        row("b", **says("=", "1", "km", "project_lenth_km(project=pass_rail)")),
        row("c", **says("", "1", "km", LENGTH)),
        row("d", **says("=", "much", "km", LENGTH)),
        row("e", **says("=", "1", "furlong", LENGTH)),
        row("f", **says("=", "1", "km", LENGTH, about_date="soon")),
        row("g", **says("=", "1", "Mt", LENGTH)),
        row("h", **says("=", "1", "km", "project_length_km(project=nothing)")),
        row("i", **says("=", "1", "km", "project_length_km()")),
        row("ok", **says("=", "1", "km", LENGTH)),
    ]
    bases = [{"claim_id": "i", "base_id": "x", "args": "project", "source_id": "bench", "basis": "estimated"}]
    package = make_package(claims=claims, claim_bases=bases)
    with pytest.raises(InputError) as caught:
        check_claims(package, package.tables["claims"], None, AS_OF)
    text = str(caught.value)
    assert text.startswith("claims.csv: 9 problems")
    for claim_id, part in {
        "a": "position 8", "b": "Did you mean project_length_km", "c": "relation is ''", "d": "no figure",
        "e": "no unit is written 'furlong'", "f": "about_date is 'soon'", "g": "measure different things",
        "h": "no row of projects|no project", "i": "reading x: args has 'project'",
    }.items():  # fmt: skip
        lines = [line for line in text.splitlines() if line.startswith(f"  row '{claim_id}'")]
        assert lines, claim_id
        assert any(option in line for line in lines for option in part.split("|")), (claim_id, lines)
    assert "'ok'" not in text
    assert len(claim_faults(package)) == 7  # two show only when computed


def test_no_claims_give_an_empty_table(make_package):
    package = make_package()
    found = check_claims(package, package.tables["claims"].iloc[:0], None, AS_OF)
    assert list(found.columns) == list(COLUMNS)
    assert found.empty


def test_the_order_of_rows_changes_nothing(make_package):
    package = make_package()
    claims = read_package().tables["claims"]
    claims = pd.concat([package.tables["claims"], claims[claims["claim_id"] == "cl_038f"]])
    one = check_claims(package, claims, None, AS_OF)
    other = check_claims(package, claims.iloc[::-1], None, AS_OF)
    pd.testing.assert_frame_equal(one, other)


def test_hostile_text_is_only_text(judge):
    found = judge(
        text="<script>alert(1)</script>", said_by="O'Neill {{7*7}}", **says("=", "121", "km", LENGTH)
    )
    assert found["text"] == "<script>alert(1)</script>"
    assert found["said_by"] == "O'Neill {{7*7}}"


# The package's own claims that need no network, against the verdicts expected by hand.
OF_ROUTES = (
    "cl_009a",
    "cl_009b",
    "cl_045a",
    "cl_045b",
    "cl_046",
    "cl_049",
    "cl_053",
    "cl_054",
    "cl_055a",
    "cl_055b",
)


def test_the_claims_of_the_package_get_the_verdicts_expected():
    package = read_package()
    claims = package.tables["claims"]
    claims = claims[~claims["claim_id"].isin(OF_ROUTES)]
    found = check_claims(package, claims, None, AS_OF).set_index("claim_id")["verdict"]
    expected = claims.set_index("claim_id")["expected"]
    differ = {i: (found[i], expected[i]) for i in found.index if found[i] != expected[i]}
    assert differ == {}
    assert claim_faults(package) == []


def test_a_zero_change_fails_with_its_reason(judge):
    row = small_package()["classes"][0] | {"class_id": "manufactures"}
    classes = [*small_package()["classes"], row]
    expr = "route_km_saved(origin=east_city, destination=west_city, project=pass_rail)"
    found = judge(
        model=FakeModel(without_way=RAIL), tables={"classes": classes}, **says("=", "900", "km", expr)
    )
    assert found["verdict"] == "does not hold"
    assert found["reason"] == "Computed 0 km; claimed 900 km (850 to 950)."
    steps = json.loads(found["working"])[0]["steps"]
    assert "with: the same way, so that nothing changes" in steps

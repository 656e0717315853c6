"""``appraise``: names and numbers that mean nothing are refused before anything is computed or written."""

from __future__ import annotations

import pytest
from tests.unit.verbs.conftest import HOSTILE

import torugart
from torugart.errors import InputError, TorugartError, UnknownName
from torugart.scenario.do_minimum import ProjectState
from torugart.verbs import appraise as verb
from torugart.verbs import appraise_all as verb_of_all


@pytest.fixture(autouse=True)
def nothing_is_computed(read_once, monkeypatch):
    """Stop where the computing would begin: what is refused must be refused before."""

    def too_late(*_args, **_kwargs):
        raise AssertionError("computed before it was refused")

    monkeypatch.setattr(verb, "appraise_project", too_late)
    monkeypatch.setattr(verb_of_all, "build_sides", too_late)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_projects_are_unknown(name, tmp_path):
    with pytest.raises(UnknownName) as refusal:
        torugart.appraise(name, out=tmp_path / "b")
    assert len(str(refusal.value)) < 2000
    assert not (tmp_path / "b").exists()


def test_an_unknown_project_offers_the_nearest(tmp_path):
    with pytest.raises(UnknownName, match="cku"):
        torugart.appraise("ckuu", out=tmp_path / "b")


@pytest.mark.parametrize(
    "options",
    [
        {"draws": -1},
        {"draws": 10**9},
        {"year": 0},
        {"year": 10**9},
        {"year": -2030},
        {"trade_base": "both"},
        {"trade_base": ""},
        {"seed": -1} | {"draws": -5},
    ],
)
def test_numbers_that_mean_nothing_are_refused(options, tmp_path):
    with pytest.raises(InputError):
        torugart.appraise("cku", out=tmp_path / "b", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["nowhere.toml", "a\x00b.toml", "../../../nowhere.toml"])
def test_scenario_files_that_cannot_be_read_are_refused(path, tmp_path):
    with pytest.raises(InputError):
        torugart.appraise(path, out=tmp_path / "b")


def test_a_scenario_of_an_unknown_project_is_refused(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('with_projects = ["ckuu"]\n', encoding="utf-8")
    with pytest.raises(UnknownName, match="cku"):
        torugart.appraise(str(path), out=tmp_path / "b")


@pytest.mark.parametrize("options", [{"draws": -1}, {"draws": 10**9}, {"year": 99}, {"trade_base": "x"}])
def test_all_projects_at_once_refuse_the_same(options, tmp_path):
    with pytest.raises(TorugartError):
        torugart.appraise_all(out=tmp_path / "b", **options)


def test_an_answer_that_cannot_be_written_is_refused_before_it_is_computed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is not a bundle"):
        torugart.appraise("cku", out=tmp_path / "mine")


def test_a_record_only_project_says_so(shipped, monkeypatch, tmp_path):
    from torugart.appraisal.project import appraise_project

    tables = shipped.package.tables
    moving = set(tables["project_edits"]["project_id"]) | set(tables["links"]["project_id"])
    still = next(p for p in tables["projects"]["project_id"] if p not in moving)
    monkeypatch.setattr(verb, "appraise_project", appraise_project)
    with pytest.raises(InputError, match="record only"):
        torugart.appraise(still, out=tmp_path / "b")


@pytest.mark.parametrize(
    ("data", "overlays"), [("nowhere", ()), (None, ("nowhere",)), ("a\x00b", ()), (None, ("a\x00b",))]
)
def test_data_that_is_not_there_is_refused(data, overlays, monkeypatch, tmp_path):
    from torugart.verbs.prepare import prepare

    monkeypatch.setattr(verb, "prepare", prepare)
    with pytest.raises(InputError):
        torugart.appraise("cku", data=data, overlays=overlays, out=tmp_path / "b")


@pytest.mark.parametrize(
    ("evident", "shown"),
    [("under construction", "under construction"), ("trial", "under construction"), ("agreed", "planned")],
)
def test_works_without_a_year_of_opening_are_not_called_plans(evident, shown) -> None:
    state = ProjectState(frozenset(), {}, frozenset({"dam_road"}))
    assert verb_of_all._status(state, evident, "dam_road") == shown
    done = ProjectState(frozenset({"dam_road"}), {}, frozenset())
    assert verb_of_all._status(done, evident, "dam_road") == "operating"

"""What each command asks of its verb, and how it shows the answer."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

EVERY_COMMAND = [
    ("appraise", "cku"),
    ("appraise", "--all"),
    ("route", "kashgar", "osh"),
    ("why", "km_with"),
    ("check",),
    ("check", "cku_900_km_shorter"),
    ("validate", __file__),
    ("validate", __file__, "--rows"),
]

AS_THE_ACCOUNTS_STAND = {
    "generated": False,
    "residual": False,
    "growth": "central",
    "carbon": "central",
    "importer_share": None,
}


def name_of(command: tuple[str, ...]) -> str:
    return " ".join(Path(word).name for word in command)


def test_appraise_passes_its_options_on(verbs, run, tmp_path) -> None:
    overlay, data, out = tmp_path / "overlay", tmp_path / "data", tmp_path / "out"
    overlay.mkdir()
    data.mkdir()
    options = ["--year", "2035", "--trade-base", "partner", "--draws", "50", "--seed", "7"]
    answer = run(
        "appraise", "cku", *options, "--overlay", str(overlay), "--data", str(data), "--out", str(out)
    )
    assert answer.code == 0, answer.err
    [(name, args, kwargs)] = verbs.calls
    assert (name, args) == ("appraise", ("cku",))
    assert kwargs == {
        "year": 2035,
        "trade_base": "partner",
        "draws": 50,
        "seed": 7,
        "overlays": (overlay,),
        "data": data,
        "out": out,
        "progress": None,
        "output": (),
        **AS_THE_ACCOUNTS_STAND,
    }


def test_appraise_passes_the_switches_of_the_accounts_on(verbs, run) -> None:
    options = ["--generated", "--residual", "--growth", "low", "--carbon", "high", "--importer-share", "0.25"]
    answer = run("appraise", "cku", *options)
    assert answer.code == 0, answer.err
    [(_, _, kwargs)] = verbs.calls
    assert {name: kwargs[name] for name in AS_THE_ACCOUNTS_STAND} == {
        "generated": True,
        "residual": True,
        "growth": "low",
        "carbon": "high",
        "importer_share": 0.25,
    }


def test_appraise_shows_the_answer_and_the_report_last(verbs, run) -> None:
    answer = run("appraise", "cku", width=120)
    assert answer.code == 0
    assert answer.out.startswith("China-Kyrgyzstan-Uzbekistan railway\n")
    for words in (
        "Users gain 63 million USD a year.",
        "Kashgar - Osh",
        "5.1 → 4.0",
        "-1.1 [-2.5 to 0.3]",
        "2,100 → 1,650",
        "42 %",
        "Torugart (rail)",
        "+3,200 [1,000 to 6,000]",
        "+63.2",
        "does not hold",
        "rail rate",
        "Demand is held fixed.",
    ):
        assert words in answer.out, words
    assert "Still" not in answer.out  # a gate nothing happens at
    assert answer.out.splitlines()[-1] == str(verbs.answers["appraise"].report)


def test_a_change_of_zero_is_printed_as_zero(verbs, run) -> None:
    [line] = [line for line in run("appraise", "cku", width=120).out.splitlines() if "Tashkent" in line]
    assert line.split()[3:] == ["15.0", "0", "4,210", "0", "<1", "%", "+310"]


def test_a_small_loss_keeps_its_interval(verbs, run) -> None:
    [line] = [line for line in run("appraise", "cku").out.splitlines() if line.startswith("Kazakhstan")]
    assert line.split() == ["Kazakhstan", "0", "[-0.2", "to", "0.0]"]


def test_other_classes_are_shown_where_they_change(verbs, run) -> None:
    out = run("appraise", "cku", width=100).out
    assert "Other classes: where the best way changes" in out
    assert "Kashgar - Osh, bulk" in out


def test_class_chooses_the_pairs(verbs, run) -> None:
    assert "6.0 → 5.5" in run("appraise", "cku", "--class", "bulk").out
    unknown = run("appraise", "cku", "--class", "bulky")
    assert unknown.code == 2
    assert "Did you mean bulk?" in unknown.err


def test_quiet_prints_the_report_only(verbs, run) -> None:
    assert run("appraise", "cku", "--quiet").out == f"{verbs.answers['appraise'].report}\n"


def test_all_projects(verbs, run) -> None:
    answer = run("appraise", "--all")
    assert verbs.calls[0][0] == "appraise_all"
    assert verbs.calls[0][2]["draws"] == 100
    assert "All together" in answer.out
    for figure in ("-2,975", "[-11,138 to 2,325]", "2.0 %", "6,931", "3,542"):
        assert figure in answer.out
    assert answer.out.splitlines()[-1] == str(verbs.answers["appraise_all"].folder)


@pytest.mark.parametrize("arguments", [("appraise",), ("appraise", "cku", "--all")])
def test_one_project_or_all(verbs, run, arguments) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert "--all" in answer.err
    assert not verbs.calls


def test_route_passes_its_options_on(verbs, run) -> None:
    run(
        *("route", "kashgar", "osh", "--class", "bulk", "--via", "torugart", "--via", "naryn"),
        *("--with", "cku", "--without", "taft", "--year", "2032", "--season", "1"),
    )
    [(_, args, kwargs)] = verbs.calls
    assert args == ("kashgar", "osh")
    assert kwargs == {
        "class_id": "bulk",
        "via": ("torugart", "naryn"),
        "with_projects": ("cku",),
        "without_projects": ("taft",),
        "year": 2032,
        "season": "1",
        "data": None,
        "overlays": (),
    }


def test_route_shows_ways_and_the_legs_of_the_best_in_order(verbs, run) -> None:
    out = run("route", "kashgar", "osh").out
    assert "3,896" in out
    assert "97 %" in out
    assert out.index("Kashgar - Irkeshtam") < out.index("crossing")
    assert "Korla" not in out
    assert "rail 1435" in run("route", "kashgar", "osh", "--legs").out


def test_why_shows_a_tree(verbs, run, tmp_path) -> None:
    answer = run("why", "km_with", str(tmp_path))
    assert verbs.calls[0][1] == ("km_with", tmp_path)
    assert answer.out.splitlines()[0] == "km_with = 533 km  sum of legs"
    assert "177.6 km" in answer.out
    assert "(a ministry, 2024)" in answer.out
    assert "1 more below" in run("why", "km_with", "--depth", "0").out
    nested = json.loads(run("why", "km_with", "--json").out)
    assert nested["children"][0]["value"] == "177.6 km"
    rows = list(csv.reader(io.StringIO(run("why", "km_with", "--csv").out)))
    assert [row[0] for row in rows] == ["depth", "0", "1"]


def test_check_shows_the_working_of_one_claim(verbs, run) -> None:
    out = run("check", "cku_900_km_shorter").out
    assert "does not hold" in out
    assert "Xi'an to Tashkent: fails" in out
    assert "2.5 km [0 to 10]" in out
    assert "to Tehran: cannot be tested" in out


def test_validate_shows_rows_on_demand(verbs, run) -> None:
    assert "r1" not in run("validate", __file__).out
    assert "r1" in run("validate", __file__, "--rows").out


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=name_of)
@pytest.mark.parametrize("width", [48, 80, 132])
def test_no_line_is_wider_than_the_terminal(verbs, run, command, width) -> None:
    answer = run(*command, width=width)
    assert answer.code == 0, answer.err
    too_wide = [line for line in answer.out.splitlines() if len(line) > width and Path(line).parent == Path()]
    assert not too_wide
    assert "…" not in answer.out  # nothing is cut off


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=name_of)
def test_json_is_json_without_nan(verbs, run, command) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    answer = run(*command, "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out, parse_constant=refuse)


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=name_of)
def test_csv_has_a_header_and_even_rows(verbs, run, command) -> None:
    rows = list(csv.reader(io.StringIO(run(*command, "--csv").out)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert "nan" not in {cell.lower() for row in rows for cell in row}


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=name_of)
def test_json_and_csv_exclude_each_other(verbs, run, command) -> None:
    answer = run(*command, "--json", "--csv")
    assert answer.code == 2
    assert not answer.out


def test_csv_of_another_table(verbs, run) -> None:
    assert run("appraise", "cku", "--csv", "--table", "gates").out.startswith("crossing_id,name,")
    assert "Did you mean gates?" in run("appraise", "cku", "--csv", "--table", "gate").err
    assert run("route", "a", "b", "--csv", "--table", "legs").out.startswith("way_id,seq,")
    assert run("route", "a", "b", "--csv", "--table", "nodes").code == 2

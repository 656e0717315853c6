"""Exit codes, and what is said when something is wrong."""

from __future__ import annotations

import pytest

from torugart.errors import InputError, NotConverged, UnknownName


def test_bad_input_is_told_whole_and_plain(verbs, run) -> None:
    faults = [f"  row {i} 'link_{i}': length_km is -{i}; expected 0 or more {'x' * 90}" for i in range(60)]
    verbs.answers["appraise"] = InputError("links.csv: 60 problems\n" + "\n".join(faults))
    answer = run("appraise", "cku", width=40)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err == "torugart: links.csv: 60 problems\n" + "\n".join(faults) + "\n"


def test_an_unknown_name_offers_the_nearest(verbs, run) -> None:
    verbs.answers["route"] = UnknownName("place", "tashkant", ["tashkent", "osh"])
    answer = run("route", "xian", "tashkant")
    assert answer.code == 2
    assert "Did you mean tashkent?" in answer.err


def test_not_converged(verbs, run) -> None:
    verbs.answers["appraise"] = NotConverged("gap 3e-3 after 100 iterations; target 1e-4")
    assert run("appraise", "cku").code == 3


def test_an_unexpected_fault_has_a_traceback_only_with_debug(verbs, run) -> None:
    verbs.answers["appraise"] = ZeroDivisionError("division by zero")
    answer = run("appraise", "cku")
    assert answer.code == 1
    assert "ZeroDivisionError: division by zero" in answer.err
    assert "--debug" in answer.err
    assert "Traceback" not in answer.err
    for arguments in (("appraise", "cku", "--debug"), ("--debug", "appraise", "cku")):
        answer = run(*arguments)
        assert answer.code == 1
        assert "Traceback" in answer.err


def test_a_full_disk_is_not_our_fault(verbs, run) -> None:
    verbs.answers["appraise"] = OSError(28, "No space left on device", "torugart-out")
    answer = run("appraise", "cku")
    assert answer.code == 2
    assert answer.err == "torugart: torugart-out: No space left on device\n"


def test_an_interruption(verbs, run) -> None:
    verbs.answers["appraise"] = KeyboardInterrupt()
    answer = run("appraise", "cku")
    assert answer.code == 130
    assert "interrupted" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(("signal", "code"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)])
def test_an_interruption_inside_a_compiled_kernel(verbs, run, signal, code) -> None:
    fault = SystemError("returned a result with an exception set")
    fault.__cause__ = signal
    verbs.answers["appraise"] = fault
    answer = run("appraise", "cku")
    assert answer.code == code
    assert "unexpected" not in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rout"], "route"),
        (["appraise", "--yaer", "2030"], "--year"),
        (["appraise", "cku", "--draws", "many"], "--draws"),
        (["appraise", "cku", "--draws", "0"], "--draws"),
        (["appraise", "cku", "--year", "20"], "--year"),
        (["appraise", "cku", "--trade-base", "both"], "partner"),
        (["appraise", "cku", "--overlay", "no/such/folder"], "no/such/folder"),
        (["route", "kashgar"], "TO"),
        (["why"], "FIGURE"),
        (["data", "lost"], "list"),
        (["validate", "no_such_file.csv"], "no_such_file.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_wrong_arguments_are_bad_input(verbs, run, arguments, words) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert words in answer.err
    assert "--help" in answer.err
    assert answer.out == ""
    assert not verbs.calls


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["-h"], ["appraise", "--help"], ["data"], ["data", "--help"]], ids=" ".join
)
def test_help_is_no_fault(run, arguments) -> None:
    answer = run(*arguments)
    assert answer.code == 0
    assert "Usage: torugart" in answer.out
    assert "Examples:" in answer.out
    assert answer.err == ""


def test_version(run) -> None:
    assert run("version").out == "torugart 0.1.0\n"

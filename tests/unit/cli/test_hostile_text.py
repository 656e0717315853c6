"""Names come from anyone's data package; none may steer the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.cli.tables import Column, build_table, plain
from torugart.cli.wording import clean
from torugart.errors import InputError

HOSTILE = [
    "[bold red]Osh[/bold red]",
    "[link=file:///etc/passwd]Osh[/link]",
    "[/]Osh",
    "Osh\x1b[31m\x1b[2J\x1b]0;title\x07",
    "Osh\x9b31m",
    "Osh\r\x08\x08\x08gone",
    "Osh\u202egnihton",
    ":smile: Osh",
    "Osh\nsecond line",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_names_are_shown_letter_for_letter(verbs, run, name) -> None:
    verbs.answers["appraise"].tables["pairs"].loc[0, "destination_name"] = name
    verbs.answers["appraise"].tables["claims"].loc[0, "text"] = name
    verbs.answers["appraise"].manifest["headline"] = [{"figure_id": "x", "text": name}]
    verbs.answers["route"].title = name
    verbs.answers["route"].ways.loc[0, "gates"] = name
    verbs.answers["why"].label = name
    for command in (("appraise", "cku"), ("route", "a", "b"), ("why", "x"), ("check",)):
        answer = run(*command, width=200)
        assert answer.code == 0, answer.err
        assert_harmless(answer.out)
        if command[0] != "check":
            assert clean(name) in answer.out


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_errors_are_harmless_too(verbs, run, name) -> None:
    verbs.answers["appraise"] = InputError(f"row 3 {name}: no such place")
    answer = run("appraise", "cku")
    assert answer.code == 2
    assert_harmless(answer.err)
    assert_harmless(run("route", name).err)
    assert_harmless(run("route", "a", "b", "--table", name).err)


def test_halves_of_characters_are_dropped() -> None:
    assert clean("Osh\udce9") == "Osh"


@given(st.text())
def test_clean_leaves_nothing_that_steers(text: str) -> None:
    assert_harmless(clean(text))
    assert "\n" not in clean(text)
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs", "S"])))
def test_clean_keeps_what_is_harmless(text: str) -> None:
    assert clean(text) == text


@given(st.text())
def test_a_table_takes_any_text(text: str) -> None:
    build_table([Column(text)], [[text], [plain(text, "bold")]])


def assert_harmless(written: str) -> None:
    left = {character for character in written if unicodedata.category(character) in {"Cc", "Cs"}} - {"\n"}
    assert not left, sorted(map(ascii, left))
    assert not set(written) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")

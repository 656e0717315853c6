"""``torugart check FILE``: the answer for people and for programs, and files that cannot be read."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest

from torugart.cli import main

TEXT = "The China-Kyrgyzstan-Uzbekistan railway is 454 km long. It cost 3 billion quatloos.\n"


@pytest.fixture
def article(tmp_path):
    file = tmp_path / "article.txt"
    file.write_text(TEXT, encoding="utf-8")
    return str(file)


def test_verdicts_then_what_was_not_matched(article, capsys) -> None:
    assert main.run(["check", article]) == 0
    out = capsys.readouterr().out
    assert out.index("does not hold") < out.index("Not matched") < out.index("quatloos")


def test_working_on_demand(article, capsys) -> None:
    assert main.run(["check", article, "--working"]) == 0
    assert "projects/cku/length_km" in capsys.readouterr().out


def test_working_of_words_and_days(tmp_path, capsys) -> None:
    file = tmp_path / "article.txt"
    file.write_text(
        "Construction of the China-Kyrgyzstan-Uzbekistan railway began on 27 December 2024. It is under construction.\n",
        encoding="utf-8",
    )
    assert main.run(["check", str(file), "--working"]) == 0
    out = capsys.readouterr().out
    assert "2024-12-27" in out
    assert "under construction" in out


def test_json(article, capsys) -> None:
    assert main.run(["check", article, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["statements"][0]["verdict"] == "does not hold"
    assert answer["statements"][0]["working"][0]["steps"]
    assert "quatloos" in answer["unmatched"][0]["why"]


def test_csv(article, capsys) -> None:
    assert main.run(["check", article, "--csv"]) == 0
    assert capsys.readouterr().out.startswith("statement_id,quote,")


def test_standard_input(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    assert main.run(["check", "-", "--quiet"]) == 0
    assert "454 km" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nowhere.txt", "./nowhere", "a\x00b.txt", "x" * 5000 + "/y"])
def test_a_file_that_is_not_there(name, capsys) -> None:
    assert main.run(["check", name]) == 2
    assert "no file is called" in capsys.readouterr().err


def test_a_folder_is_no_text(tmp_path, capsys) -> None:
    assert main.run(["check", str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_hostile_text_breaks_no_page(tmp_path, capsys) -> None:
    file = tmp_path / "hostile.html"
    file.write_bytes(
        b"\x1b[31m<p>\x00Trade [bold]was[/bold] $5 billion\xe2\x80\xae in 2024</p><script>alert(1)</script>\xff\xfe"
    )
    assert main.run(["check", str(file)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "alert" not in out


def test_an_empty_file(tmp_path, capsys) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes(b"")
    assert main.run(["check", str(file)]) == 0
    assert "No statement" in capsys.readouterr().out

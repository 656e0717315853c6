"""The documents hold together: files they name exist, words are explained once, no page is out of date."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from tests.docs.commands import PAGES, ROOT

import torugart

IDS = [str(page.relative_to(ROOT)) for page in PAGES]
# Made by running the program, not kept in the repository.
MADE_LATER = ("torugart-out", "docs/gallery")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_named_exist(page: Path) -> None:
    text = text_of(page)
    links = [target for target in re.findall(r"\]\(([^)#:]+)[^)]*\)", text) if not target.startswith("http")]
    named = re.findall(r"`((?:docs|tests|src|requirements|tools|benchmarks)/[\w./-]+|[A-Z]+\.md)`", text)
    missing = [target for target in links if not (page.parent / target).exists()]
    missing += [name for name in named if not (ROOT / name).exists()]
    assert not [name for name in missing if not name.startswith(MADE_LATER)]


def test_glossary_explains_each_word_once_and_in_order() -> None:
    rows = re.findall(r"^\| (.+?) \| .+ \|$", text_of(ROOT / "docs" / "glossary.md"), re.MULTILINE)
    words = [row for row in rows if row not in {"word", "---"}]
    assert len(words) > 50
    keys = [word.casefold() for word in words]
    assert keys == sorted(set(keys), key=lambda word: word.replace(",", ""))


def test_every_decision_is_listed() -> None:
    decisions = ROOT / "docs" / "decisions"
    index = text_of(decisions / "README.md")
    assert [path.name for path in sorted(decisions.glob("[0-9]*.md")) if path.name not in index] == []


def test_every_public_verb_is_documented() -> None:
    described = "\n".join(map(text_of, PAGES))
    for verb in torugart.__all__:
        assert verb.startswith("__") or f"torugart.{verb}" in described, verb


def test_versions_agree() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert project["version"] == torugart.__version__
    assert f"## {torugart.__version__}" in text_of(ROOT / "CHANGELOG.md")


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_the_lock_covers_the_project_and_names_no_host(lock: str) -> None:
    text = text_of(ROOT / "requirements" / lock)
    locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    file = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    wanted = file["project"]["dependencies"] + file["dependency-groups"]["build"]
    if lock == "dev.txt":
        wanted += [line for line in file["dependency-groups"]["dev"] if isinstance(line, str)]
    assert {re.split(r"[<>=]", requirement)[0] for requirement in wanted} <= locked
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())

"""Every command is documented, and every documented command runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.docs.commands import CLI_PAGE, ROOT, arguments_of, commands, documented_lines, options

from torugart.cli import main

COMMANDS = commands()
LINES = documented_lines()
PAGE = CLI_PAGE.read_text(encoding="utf-8")


def section(name: str) -> str:
    """Return what the manual says about one command, its shared options included."""
    parts = re.split(r"^(## .*)$", PAGE, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return sections.get(f"## `{name}`", "") + sections["## Options that several commands have"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"## `{name}`" in PAGE


@pytest.mark.parametrize(
    ("name", "option"), [(name, option) for name in COMMANDS for option in options(COMMANDS[name])]
)
def test_every_option_is_documented(name: str, option: str) -> None:
    assert f"`{option}" in section(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_examples(name: str) -> None:
    assert COMMANDS[name].help
    if name != "torugart version":
        assert name in (COMMANDS[name].epilog or "")


def test_no_option_is_documented_that_does_not_exist() -> None:
    known = {option for command in COMMANDS.values() for option in options(command)} | {"--help"}
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= known


@pytest.mark.parametrize("code", [0, 1, 2, 3, 130, 143])
def test_every_exit_code_is_documented(code: int) -> None:
    assert re.search(rf"^\| {code} \|", PAGE, re.MULTILINE)


def prepare(line: str, workplace: Path) -> None:
    """Make what a command line needs to be there, or not there, before it."""
    words = arguments_of(line)
    if words[:2] == ["data", "export"]:
        shutil.rmtree(workplace / words[2], ignore_errors=True)
    if words[:2] == ["data", "add"]:
        shutil.rmtree(workplace / "torugart-data", ignore_errors=True)
    for package in ("my_package", "old_package", "new_package"):
        if package in line and "export" in line:
            continue
        if package in line and not (workplace / package).exists():
            assert main.run(["data", "export", package]) == 0


def quickly(arguments: list[str]) -> list[str]:
    """Ask for few draws where a line does not say how many: what is tested is the line, not the answer."""
    slow = arguments[0] in {"appraise", "check", "report"} or "claimreview" in arguments
    return [*arguments, "--draws", "10"] if slow else arguments


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("torugart")])
def test_every_documented_command_runs(line, workplace, answered_once, monkeypatch, capsys) -> None:
    monkeypatch.chdir(workplace)
    prepare(line, workplace)
    capsys.readouterr()
    arguments = arguments_of(line)
    code = main.run(arguments if "--help" in arguments else quickly(arguments))
    written = capsys.readouterr()
    assert code == 0, written.err
    assert written.out


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make")])
def test_every_documented_make_target_exists(line: str) -> None:
    target = line.split()[-1]
    targets = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {target} " in targets


def test_every_documented_line_is_of_a_known_kind() -> None:
    strangers = [line for line in LINES if line.split()[0] not in {"torugart", "make", "git", "cd"}]
    assert not strangers

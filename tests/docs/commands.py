"""What the documents promise about the command line, read from the documents and from the program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from torugart.cli.main import app

ROOT = Path(__file__).resolve().parent.parent.parent
CLI_PAGE = ROOT / "docs" / "cli.md"
# A page whose lines build on one another; tests/docs/test_contributing_data.py runs them in order.
WALK = ROOT / "docs" / "contributing_data.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> dict[str, Any]:
    """Return every command by its full name, groups too."""
    return dict(_below("torugart", typer.main.get_command(app)))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for short, child in getattr(command, "commands", {}).items():
        yield from _below(f"{name} {short}", child)


def options(command: Any) -> list[str]:
    """Return the options of a command by their long names."""
    return [
        name
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("--") and name != "--help"
    ]


def shell_lines(text: str) -> list[str]:
    """Return the command lines of a page: in its console blocks, what follows a dollar sign."""
    lines = [line for block in _FENCE.findall(text) for line in block.splitlines()]
    return [line.removeprefix("$ ").removeprefix(".venv/bin/").strip() for line in lines if line[:2] == "$ "]


def help_examples() -> list[str]:
    """Return the examples of the help pages."""
    return [
        line.strip()
        for command in commands().values()
        for line in (command.epilog or "").splitlines()
        if line.strip().startswith("torugart ")
    ]


def documented_lines() -> list[str]:
    """Return every command line shown in a document or a help page, once."""
    found = [
        line
        for page in PAGES
        if page.exists() and page != WALK
        for line in shell_lines(page.read_text(encoding="utf-8"))
    ]
    return sorted({*found, *help_examples()})


def arguments_of(line: str) -> list[str]:
    """Return the arguments of a command line, without what the shell takes for itself."""
    words = shlex.split(line, comments=True)[1:]
    for sign in (">", "|"):
        if sign in words:
            words = words[: words.index(sign)]
    return words

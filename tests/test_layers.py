"""Imports point one way: each part of the package may import only what stands above it on the spine."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parent.parent / "src" / "torugart"
BASE = {"errors", "units"}

# What each part may import besides itself; every part may import BASE. The order is that of the spine.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"verbs"},
    "__main__": {"cli"},
    "errors": set(),
    "units": set(),
    "package": set(),
    "schema": set(),
    "tables": {"schema"},
    "record": {"schema", "tables"},
    "scenario": {"schema", "tables", "record"},
    "draws": {"schema", "tables", "record", "scenario"},
    "network": {"schema", "tables", "record", "scenario", "draws"},
    "demand": {"schema", "tables", "record", "scenario", "draws", "network"},
    "assignment": {"draws", "network", "demand"},
    "energy": {"tables", "record", "scenario", "draws"},
    "trade": {"tables", "scenario", "draws"},
    "accounts": {"tables", "record", "scenario", "draws", "network", "demand", "assignment"},
    "evaluate": {"tables", "record", "scenario", "draws", "network", "demand", "assignment", "accounts"},
    "appraisal": {
        "trade",
        "tables",
        "record",
        "scenario",
        "draws",
        "network",
        "demand",
        "assignment",
        "accounts",
        "evaluate",
    },
    "checks": {
        "tables",
        "record",
        "scenario",
        "draws",
        "network",
        "demand",
        "energy",
        "evaluate",
        "appraisal",
    },
    "reading": {"schema", "tables", "record", "checks"},
    "bundle": {"schema", "tables", "record"},
    "report": {"bundle"},
    "io": {"schema", "tables"},
    "verbs": {
        "__init__",  # for the version
        "schema",
        "tables",
        "record",
        "scenario",
        "draws",
        "network",
        "demand",
        "assignment",
        "evaluate",
        "appraisal",
        "energy",
        "trade",
        "checks",
        "reading",
        "bundle",
        "report",
        "io",
    },
    # The package itself, for the public verbs, and nothing below them.
    "cli": {"__init__", "verbs"},
}


def part_of(path: Path) -> str:
    """Return the part of the package a file belongs to: its top folder, or the file itself."""
    first = path.relative_to(SRC).parts[0]
    return first.removesuffix(".py")


def imported_parts(source: str, inside: str = "torugart") -> set[str]:
    """Return the parts a module imports, also inside functions and for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {part_named(name.name) for name in node.names if is_ours(name.name)}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full in this project"
            module = node.module or ""
            if module == "torugart":
                found |= {
                    name.name if (SRC / name.name).exists() else part_file(name.name) for name in node.names
                }
            elif is_ours(module):
                found.add(part_named(module))
        elif isinstance(node, ast.Call) and called_name(node) == "import_module":
            found |= {
                part_named(argument.value)
                for argument in node.args
                if isinstance(argument, ast.Constant) and is_ours(str(argument.value))
            }
    return found


def is_ours(module: str) -> bool:
    return module == "torugart" or module.startswith("torugart.")


def part_named(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def part_file(name: str) -> str:
    return name if (SRC / f"{name}.py").exists() else "__init__"


def called_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


SOURCES = sorted(SRC.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(SRC)))
def test_imports_point_one_way(path: Path) -> None:
    here = part_of(path)
    assert here in MAY_IMPORT, (
        f"{here} is new: say in MAY_IMPORT, and in docs/architecture.md, where it stands"
    )
    strangers = imported_parts(path.read_text(encoding="utf-8")) - MAY_IMPORT[here] - BASE - {here}
    assert not strangers, f"{path.relative_to(SRC)}: {here} may not import {sorted(strangers)}"


def test_the_order_has_no_circle() -> None:
    # A part may come next once all it may import have come.
    waiting = {part: set(needs) for part, needs in MAY_IMPORT.items() if part != "__init__"}
    for needs in waiting.values():
        needs.discard("__init__")
    while waiting:
        ready = {part for part, needs in waiting.items() if not needs & waiting.keys()}
        assert ready, f"these import each other: {sorted(waiting)}"
        waiting = {part: needs for part, needs in waiting.items() if part not in ready}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import torugart", {"__init__"}),
        ("import torugart.cli.main", {"cli"}),
        ("from torugart import __version__", {"__init__"}),
        ("from torugart import errors", {"errors"}),
        ("def f():\n    from torugart.network.arcs import build_arcs", {"network"}),
        ("if TYPE_CHECKING:\n    from torugart.trade import x", {"trade"}),
        ("import importlib\nimportlib.import_module('torugart.energy.lp')", {"energy"}),
        ("import torugartish, numpy", set()),
    ],
)
def test_every_kind_of_import_is_seen(source: str, expected: set[str]) -> None:
    assert imported_parts(source) == expected

"""The shipped package read once for all verbs: reading it again would only cost time."""

from __future__ import annotations

import pytest

from torugart.verbs.prepare import Ready, prepare


@pytest.fixture(scope="session")
def shipped() -> Ready:
    return prepare()


@pytest.fixture
def read_once(shipped: Ready, monkeypatch: pytest.MonkeyPatch) -> Ready:
    """Let the verbs take the package that was read."""
    for verb in ("appraise", "route", "validate"):
        monkeypatch.setattr(f"torugart.verbs.{verb}.prepare", lambda *_args, **_kwargs: shipped)
    return shipped


HOSTILE = [
    "",
    " ",
    "\x00",
    "../../etc/passwd",
    "C:\\con",
    "=1+1",
    "<script>alert(1)</script>",
    "[bold]x[/bold]",
    "'; DROP TABLE links; --",
    "%s%n{0}",
    "\u202eevil",
    "\ud800",
    "喀什\n喀什",
    "x" * 100_000,
    "NaN",
    "-1",
]

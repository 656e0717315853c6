"""An answer that is a bundle: its manifest, where it goes, and what the caller gets."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from torugart import __version__
from torugart.bundle.folder import write_bundle
from torugart.tables.read import Package

Say = Callable[..., None]
OUT = Path("torugart-out")


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A finished answer: where it is and what it holds."""

    folder: Path
    manifest: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    report: Path | None


def make_manifest(
    verb: str,
    title: str,
    asked: Mapping[str, Any],
    package: Package,
    command: str,
    headline: Sequence[Mapping[str, str]] = (),
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """What a bundle says of itself; ``asked_digest`` names the question, the data and the version."""
    data = {"version": package.version, "digest": package.digest}
    raw = json.dumps([asked, data, __version__], sort_keys=True)
    return {
        "verb": verb,
        "title": title,
        "asked": dict(asked),
        "asked_digest": hashlib.sha256(raw.encode()).hexdigest(),
        "command": command,
        "package": data,
        "torugart": __version__,
        "headline": list(headline),
        "notes": list(notes),
    }


def finish(
    out: Path | str | None,
    stem: str,
    manifest: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    html: str | None,
    started: float,
) -> Appraisal:
    """Write a bundle where it was asked for, or under a name from its question; ``started`` is the clock at the start."""
    folder = Path(out) if out else OUT / f"{stem}-{manifest['asked_digest'][:8]}"
    run = {"seconds": round(time.perf_counter() - started, 2)}
    bundle = write_bundle(folder, manifest, tables, html, run)
    page = None if html is None else bundle.folder / "report.html"
    return Appraisal(bundle.folder, bundle.manifest, bundle.tables, page)


def told_again(asked: Mapping[str, Any]) -> list[str]:
    """The options on data that any command may have, as they were given."""
    data = [f"--data {asked['data']}"] if asked["data"] else []
    return [*data, *(f"--overlay {overlay}" for overlay in asked["overlays"])]

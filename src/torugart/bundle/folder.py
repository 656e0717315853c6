"""Writing and reading bundles.

A bundle is ``manifest.json``, ``tables/*.parquet``, ``report.html`` and, outside the digest, ``run.json``. It is written into a
temporary folder beside its place and renamed, so an interrupted run leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from torugart.bundle.prov import provenance_of
from torugart.errors import InputError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as read or written."""

    folder: Path
    manifest: dict[str, Any]
    tables: dict[str, pd.DataFrame]


def write_bundle(
    folder: Path,
    manifest: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    report: str | None,
    run: Mapping[str, Any],
) -> Bundle:
    """Write a bundle atomically; an older bundle in the same place is replaced, anything else is refused."""
    folder = Path(folder)
    if folder.exists() and not may_replace(folder):
        raise InputError(f"{folder}: exists and is not a bundle; choose another --out, or empty it")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another --out") from None
    try:
        (temporary / "tables").mkdir()
        digests = {}
        for name in sorted(tables):
            path = temporary / "tables" / f"{name}.parquet"
            tables[name].to_parquet(path, index=False)
            digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        prov = provenance_of(manifest, digests, tables.get("sources"))
        full = {"format": FORMAT, **manifest, "tables": digests, "prov": prov}
        (temporary / "manifest.json").write_text(
            json.dumps(full, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        if report is not None:
            (temporary / "report.html").write_text(report, encoding="utf-8")
        machine = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "system": platform.system(),
            **run,
        }
        (temporary / "run.json").write_text(json.dumps(machine, indent=1) + "\n", encoding="utf-8")
        temporary.chmod(0o755)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.replace(old / "bundle")
            temporary.replace(folder)
            shutil.rmtree(old)
        else:
            temporary.replace(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return Bundle(folder, full, dict(tables))


def may_replace(folder: Path) -> bool:
    """Whether a folder is empty or holds one of our bundles; nothing else is ever overwritten."""
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        read_manifest(folder)
    except InputError:
        return False
    return True


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a bundle; InputError when it is none of ours."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InputError(
            f"{str(folder)!r}: not a bundle (no readable manifest.json); give the folder that appraise wrote"
        ) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(
            f"{folder}/manifest.json: format is not {FORMAT}; rerun the appraisal with this version"
        )
    tables = manifest.get("tables")
    sound = isinstance(tables, dict) and all(
        isinstance(d, str) and n.isidentifier() for n, d in tables.items()
    )
    if not sound or not isinstance(manifest.get("verb"), str):
        raise InputError(f"{folder}/manifest.json: is not that of a bundle; rerun the appraisal")
    return manifest


def read_bundle(folder: Path, only: tuple[str, ...] = ()) -> Bundle:
    """Read a bundle, or some of its tables, checking each file against the manifest."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    tables, faults = {}, []
    for name, digest in manifest["tables"].items():
        if only and name not in only:
            continue
        path = folder / "tables" / f"{name}.parquet"
        try:
            raw = path.read_bytes()
        except OSError:
            faults.append(f"  tables/{name}.parquet: missing")
            continue
        if hashlib.sha256(raw).hexdigest() != digest:
            faults.append(f"  tables/{name}.parquet: changed after it was written")
            continue
        tables[name] = pd.read_parquet(path)
    if faults:
        raise InputError(
            f"{folder}: {len(faults)} problems\n" + "\n".join(faults) + "\n  Rerun the appraisal."
        )
    return Bundle(folder, manifest, tables)


def bundles_in(parent: Path) -> list[Path]:
    """The bundles inside a folder, the newest first; InputError when there is none."""
    found = [p.parent for p in Path(parent).glob("*/manifest.json")] if Path(parent).is_dir() else []
    if not found:
        raise InputError(
            f"{parent}: holds no bundle; run `torugart appraise cku` first, or name a bundle's folder"
        )
    return sorted(found, key=lambda p: ((p / "manifest.json").stat().st_mtime, p.name), reverse=True)


def latest_bundle(parent: Path) -> Path:
    """The newest bundle inside a folder."""
    return bundles_in(parent)[0]


def bundle_with(figure_id: str, parent: Path) -> Path:
    """The newest bundle inside a folder that has a figure; the newest of all when none has it."""
    found = bundles_in(parent)
    for folder in found:
        try:
            figures = read_bundle(folder, only=("figures",)).tables.get("figures")
        except InputError:  # a broken bundle explains nothing; an older one may
            continue
        if figures is not None and figure_id in set(figures["figure_id"]):
            return folder
    return found[0]

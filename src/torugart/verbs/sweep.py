"""``sweep``: one question under many futures, resumable. See docs/sweep.md."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart import __version__
from torugart.appraisal.project import resolve_project
from torugart.appraisal.sweep_case import appraise_case, closed_links
from torugart.bundle.folder import may_replace, read_bundle, write_bundle
from torugart.errors import InputError, UnknownName
from torugart.scenario.edits import project_edits
from torugart.scenario.sweep_plan import Case, Plan, read_plan
from torugart.verbs.bundled import Appraisal, Say
from torugart.verbs.prepare import Ready, prepare
from torugart.verbs.sweep_runners import Job, run_here, run_in_processes, run_on_dask

PLAN_FILE = "plan.json"
WORKERS = 2
RESULTS = ("year", "musd", "lo", "hi")


@dataclass(frozen=True, slots=True)
class Sweep(Appraisal):
    """A finished sweep, with how many cases were computed now and how many were there already."""

    computed: int = 0
    kept: int = 0


def sweep(
    file: Path | str,
    *,
    workers: int = WORKERS,
    scheduler: str | None = None,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    progress: Say | None = None,
) -> Sweep:
    """Appraise every case of a file, going on where an earlier run stopped, and write the bundle.

    Parameters
    ----------
    file : path
        TOML, as docs/sweep.md says.
    workers : int
        Processes; 1 stays in this one.
    scheduler : str, optional
        Address of a Dask scheduler, as in ``tcp://127.0.0.1:8786``; takes the place of processes.
    data, overlays, out, progress
        As in ``appraise``.

    Returns
    -------
    Sweep
        Tables cases and effects.

    Raises
    ------
    InputError
        If the file says what cannot be done, results cannot be written, or the folder holds another plan.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    if workers < 1 or workers > 256:
        raise InputError(f"--workers is {workers}; give 1 to 256")
    ready = prepare(data, overlays)
    plan = checked_plan(ready, Path(file))
    digest = plan.digest(ready.package.digest, __version__)
    folder = Path(out) if out else Path("torugart-out") / f"sweep-{digest[:8]}"
    if folder.exists() and not may_replace(folder):
        raise InputError(f"{folder}: exists and is not a bundle; choose another --out, or empty it")
    if folder.exists() and read_bundle(folder, only=("cases", "effects")).manifest.get("plan") == digest:
        whole = read_bundle(folder, only=("cases", "effects"))
        return Sweep(folder, whole.manifest, whole.tables, None, 0, len(plan.cases))
    parts = folder.with_name(folder.name + ".parts")
    begin_parts(parts, digest, str(file))
    ids = {plan.case_id(c, ready.package.digest, __version__): c for c in plan.cases}
    results = read_parts(parts, ids)
    kept = len(results)
    jobs = [(i, _asked(plan, c, ready, data, overlays)) for i, c in ids.items() if i not in results]
    say("appraising cases", kept, len(ids))
    for case_id, result in _run(jobs, workers, scheduler, ready):
        write_part(parts, case_id, result)
        results[case_id] = result
        say("appraising cases", len(results), len(ids))
    cases = pd.DataFrame(
        [{"case_id": i, **c.axes(), **{k: results[i][k] for k in RESULTS}} for i, c in ids.items()]
    )
    tables = {"cases": cases, "effects": axis_effects(cases)}
    package = {"version": ready.package.version, "digest": ready.package.digest}
    manifest = {
        "verb": "sweep",
        "title": plan.name,
        "plan": digest,
        "asked": {"file": str(file), "cases": len(ids), "draws": plan.draws, "seed": plan.seed},
        "package": package,
        "torugart": __version__,
        "headline": [],
        "notes": [
            "Users' benefit, million USD of constant prices a year, against the do-minimum of each case."
        ],
    }
    run = {"seconds": round(time.perf_counter() - started, 2), "computed": len(jobs), "kept": kept}
    bundle = write_bundle(folder, manifest, tables, None, run)
    shutil.rmtree(parts, ignore_errors=True)
    return Sweep(bundle.folder, bundle.manifest, bundle.tables, None, len(jobs), kept)


def sweep_cases(
    file: Path | str, *, data: Path | str | None = None, overlays: Sequence[Path | str] = ()
) -> pd.DataFrame:
    """List the cases of a file without computing any: one row a case with its id and axes."""
    ready = prepare(data, overlays)
    plan = checked_plan(ready, Path(file))
    return pd.DataFrame(
        [{"case_id": plan.case_id(c, ready.package.digest, __version__), **c.axes()} for c in plan.cases]
    )


def checked_plan(ready: Ready, file: Path) -> Plan:
    """Read a plan and put ids in the place of names; unknown projects and closures are told all at once."""
    tables = ready.package.tables
    plan = read_plan(file, list(tables["parameters"]["parameter_id"]))
    faults: dict[str, None] = {}
    names: dict[str, str] = {}
    for name in dict.fromkeys(p for c in plan.cases for p in c.projects):
        try:
            names[name] = resolve_project(tables, name)
        except UnknownName as fault:
            faults[f"projects: {fault}"] = None
            continue
        has_links = (tables["links"]["project_id"] == names[name]).any()
        if not has_links and not project_edits(tables, names[name]):
            faults[f"projects: {name}: record only, no network effect modelled"] = None
    for closure in dict.fromkeys(c.closure for c in plan.cases):
        if closure and not closed_links(tables, closure).any():
            known = [*tables["crossings"]["crossing_id"], *tables["links"]["link_id"]]
            faults[f"closures: {UnknownName('gate or link', closure, known)}"] = None
    if faults:
        raise InputError(f"{file}: {len(faults)} problems\n" + "\n".join(f"  {f}" for f in faults))
    cases = tuple(
        Case(tuple(sorted({names[p] for p in c.projects})), c.year, c.trade_base, c.closure, c.parameters)
        for c in plan.cases
    )
    return Plan(plan.name, tuple(dict.fromkeys(cases)), plan.draws, plan.seed)


def work(asked: dict[str, Any]) -> dict[str, Any]:
    """Appraise one case; called in a worker, which reads the package once."""
    ready = _prepared(asked["data"], tuple(asked["overlays"]))
    if ready.package.digest != asked["digest"]:
        raise InputError("a worker reads other data than this machine; give all the same paths and version")
    c = asked["case"]
    case = Case(
        tuple(c["projects"]), c["year"], c["trade_base"], c["closure"], tuple(map(tuple, c["parameters"]))
    )
    return appraise_case(ready.network, case, ready.as_of, asked["draws"], asked["seed"])


@lru_cache(maxsize=2)
def _prepared(data: str | None, overlays: tuple[str, ...]) -> Ready:
    return prepare(data, overlays)


def _asked(
    plan: Plan, case: Case, ready: Ready, data: Path | str | None, overlays: Sequence[Path | str]
) -> dict[str, Any]:
    return {
        "case": {
            "projects": case.projects,
            "year": case.year,
            "trade_base": case.trade_base,
            "closure": case.closure,
            "parameters": case.parameters,
        },
        "draws": plan.draws,
        "seed": plan.seed,
        "digest": ready.package.digest,
        "data": str(Path(data).resolve()) if data else None,
        "overlays": [str(Path(o).resolve()) for o in overlays],
    }


def _run(jobs: list[Job], workers: int, scheduler: str | None, ready: Ready) -> Any:
    if scheduler is not None:
        return run_on_dask(jobs, work, scheduler)
    if workers == 1 or len(jobs) < 2:
        return run_here(jobs, work)
    return run_in_processes(jobs, work, min(workers, len(jobs)))


def begin_parts(parts: Path, digest: str, file: str) -> None:
    """Make the folder of results so far, or go on with one of the same plan; another plan's is refused."""
    plan = parts / PLAN_FILE
    if plan.exists():
        try:
            begun = json.loads(plan.read_text(encoding="utf-8")).get("plan")
        except (OSError, ValueError, AttributeError):
            begun = None
        if begun != digest:
            raise InputError(
                f"{parts}: holds results of another plan (FILE, data or version changed); give another --out, or delete it"
            )
        return
    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{parts}: cannot be written ({error.strerror}); choose another --out") from None
    if any(parts.iterdir()):
        raise InputError(f"{parts}: exists and holds no plan; choose another --out, or empty it")
    _write_whole(plan, {"plan": digest, "file": file})


def read_parts(parts: Path, ids: dict[str, Case]) -> dict[str, dict[str, Any]]:
    """Results of earlier runs; a file that is not whole, or of no case, is not a result."""
    found = {}
    for path in sorted(parts.glob("*.case.json")):
        case_id = path.name.removesuffix(".case.json")
        try:
            part = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if case_id in ids and isinstance(part, dict) and set(RESULTS) <= set(part):
            found[case_id] = {k: np.nan if v is None else v for k, v in part.items()}
    return found


def write_part(parts: Path, case_id: str, result: dict[str, Any]) -> None:
    """Keep a result so that it is there wholly or not at all, whatever stops the machine."""
    told = {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in result.items()}
    _write_whole(parts / f"{case_id}.case.json", told)


def _write_whole(path: Path, content: dict[str, Any]) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            json.dump(content, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        what = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
        raise InputError(
            f"{path.parent}: cannot be written ({what}). What is finished is kept; make room and run the same command again"
        ) from None


def axis_effects(cases: pd.DataFrame) -> pd.DataFrame:
    """Mean benefit at each value of each axis, and the axis' first-order share of the variance between cases."""
    axes = [
        c for c in cases.columns if c not in ("case_id", "musd", "lo", "hi") and len(cases[c].unique()) > 1
    ]
    spread = float(cases["musd"].var(ddof=0))
    rows = []
    for axis in axes:
        values = cases[axis]
        if pd.api.types.is_float_dtype(values) and values.nunique() > 12:
            values = pd.qcut(values, 6).map(lambda part: f"{part.left:.4g} to {part.right:.4g}").astype(str)
        groups = cases.groupby(values, sort=True, observed=True)["musd"]
        means, counts = groups.mean(), groups.size()
        between = float((counts * (means - cases["musd"].mean()) ** 2).sum() / len(cases))
        for value, mean in means.items():
            rows.append(
                {
                    "axis": axis,
                    "value": str(value),
                    "cases": int(counts[value]),
                    "musd": float(mean),
                    "lowest": float(groups.min()[value]),
                    "highest": float(groups.max()[value]),
                    "share": between / spread if spread > 0 else 0.0,
                }
            )
    columns = ["axis", "value", "cases", "musd", "lowest", "highest", "share"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["share", "axis"], ascending=[False, True], kind="stable", ignore_index=True)

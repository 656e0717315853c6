"""Sweeps that are stopped, killed, and go on: nothing lost, nothing done twice."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import torugart
from torugart.errors import InputError
from torugart.verbs import sweep as sweep_verb
from torugart.verbs.sweep_runners import WorkersDie, run_in_processes

PLAN = """
name = "prices"
projects = ["cku"]
years = [2035]
[parameters]
choice_theta = [8, 14]
rail_rate_usd_per_feu_km = { low = 0.5, high = 0.7, steps = 3 }
"""


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "futures.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def parts_of(out: Path) -> dict[str, int]:
    return {p.name: p.stat().st_mtime_ns for p in out.with_name(out.name + ".parts").glob("*.case.json")}


def test_a_sweep_killed_goes_on_where_it_was(plan, few_trades, tmp_path):
    out = tmp_path / "b"
    command = [
        sys.executable,
        "-m",
        "torugart",
        "sweep",
        str(plan),
        "--data",
        str(few_trades),
        "--out",
        str(out),
        "--workers",
        "1",
    ]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while len(parts_of(out)) < 2 and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    there = parts_of(out)
    assert 2 <= len(there) < 6
    assert not out.exists()
    # A part half-written by the kill, and one of no case, are no results.
    folder = out.with_name("b.parts")
    (folder / "0123456789abcdef.case.json").write_text('{"musd": 1', encoding="utf-8")

    again = torugart.sweep(plan, workers=1, data=few_trades, out=out)
    assert (again.kept, again.computed) == (len(there), 6 - len(there))
    assert len(again.tables["cases"]) == 6
    assert not folder.exists()

    # Finished: asking again computes nothing; the same from the start gives the same table.
    third = torugart.sweep(plan, workers=1, data=few_trades, out=out)
    assert (third.kept, third.computed) == (6, 0)
    whole = torugart.sweep(plan, workers=2, data=few_trades, out=tmp_path / "c")
    pd.testing.assert_frame_equal(whole.tables["cases"], again.tables["cases"])


def test_cases_say_what_an_appraisal_says(plan, few_trades, tmp_path):
    answer = torugart.sweep(plan, workers=1, data=few_trades, out=tmp_path / "b")
    cases = answer.tables["cases"]
    # A dearer railway is worth less; so is a sharper choice, whose worth of variety is smaller.
    cku = cases.set_index(["p_choice_theta", "p_rail_rate_usd_per_feu_km"])["musd"]
    assert cku[14.0, 0.5] > cku[14.0, 0.7]
    assert cku[8.0, 0.5] > cku[14.0, 0.5]
    effects = answer.tables["effects"]
    for e in effects[effects["axis"] == "p_choice_theta"].itertuples():
        assert e.musd == pytest.approx(cku[float(e.value)].mean())
    assert 0.5 < effects.groupby("axis")["share"].first().sum() <= 1 + 1e-9


def test_another_plan_in_the_folder_is_refused(plan, few_trades, tmp_path):
    parts = tmp_path / "b.parts"
    parts.mkdir()
    (parts / "plan.json").write_text(json.dumps({"plan": "other"}), encoding="utf-8")
    with pytest.raises(InputError, match="another plan"):
        torugart.sweep(plan, data=few_trades, out=tmp_path / "b")


def test_a_full_disk_keeps_what_is_finished(plan, few_trades, tmp_path, monkeypatch):
    done = []
    real = os.fsync

    def full_after_three(handle):
        done.append(handle)
        if len(done) > 3:  # the plan and two cases
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(sweep_verb.os, "fsync", full_after_three)
    with pytest.raises(InputError, match="the disk is full"):
        torugart.sweep(plan, workers=1, data=few_trades, out=tmp_path / "b")
    monkeypatch.undo()
    assert len(parts_of(tmp_path / "b")) == 2
    assert torugart.sweep(plan, workers=1, data=few_trades, out=tmp_path / "b").kept == 2


def test_a_folder_that_cannot_be_written(plan, few_trades, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        torugart.sweep(plan, data=few_trades, out=tmp_path / "file" / "b")


def test_names_nobody_has_are_told_at_once(tmp_path, few_trades):
    path = tmp_path / "p.toml"
    path.write_text('projects = ["ckuu", "khromtau_wind"]\nclosures = ["", "dostykk"]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)3 problems.*ckuu.*record only.*dostykk"):
        torugart.sweep_cases(path, data=few_trades)


def _dies_once(asked):
    mark = Path(asked["mark"])
    if asked["k"] == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"k": asked["k"]}


def _always_dies(asked):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_dies_is_replaced(tmp_path):
    jobs = [(str(k), {"k": k, "mark": str(tmp_path / "died")}) for k in range(6)]
    assert dict(run_in_processes(jobs, _dies_once, 2)) == {str(k): {"k": k} for k in range(6)}
    assert (tmp_path / "died").exists()


def test_workers_that_always_die_are_told_of():
    with pytest.raises(WorkersDie, match="died 3 times"):
        list(run_in_processes([("a", {}), ("b", {})], _always_dies, 2))


def test_on_dask_with_a_worker_killed_on_the_way(plan, few_trades, tmp_path):
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        told = []

        def progress(stage, done=0, total=None):
            if stage == "appraising cases" and done == 2 and not told:
                told.append(done)
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

        far = torugart.sweep(
            plan, scheduler=cluster.scheduler_address, data=few_trades, out=tmp_path / "b", progress=progress
        )
    assert told
    near = torugart.sweep(plan, workers=1, data=few_trades, out=tmp_path / "c")
    pd.testing.assert_frame_equal(far.tables["cases"], near.tables["cases"])


def test_a_scheduler_that_is_not_there(plan, few_trades, tmp_path):
    with pytest.raises(InputError, match="cannot be reached"):
        torugart.sweep(plan, scheduler="tcp://127.0.0.1:1", data=few_trades, out=tmp_path / "b")

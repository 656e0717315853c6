"""Where the cases of a sweep run: in this process, in several, or on a Dask cluster (the only import of Dask)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from torugart.errors import InputError, MissingExtra, TorugartError

Job = tuple[str, dict[str, Any]]  # id and what a worker needs to know
Done = tuple[str, dict[str, Any]]
MOST_DEATHS = 3  # of workers in a row, without a case finished between


class WorkersDie(TorugartError):
    """Workers die again and again; what they finished is kept."""


def run_here(jobs: Sequence[Job], work: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[Done]:
    """One after another, in this process."""
    for case_id, asked in jobs:
        yield case_id, work(asked)


def run_in_processes(
    jobs: Sequence[Job], work: Callable[[dict[str, Any]], dict[str, Any]], workers: int
) -> Iterator[Done]:
    """On several processes; when one dies, what it had not finished is given to new ones.

    Raises
    ------
    WorkersDie
        If workers die ``MOST_DEATHS`` times without finishing a case between.
    """
    left, deaths = dict(jobs), 0
    while left:
        # Threads of the kernels do not survive a fork, and workers share the processors.
        context = get_context("spawn")
        pool = ProcessPoolExecutor(workers, context, initializer=_one_thread)
        try:
            running = {pool.submit(work, asked): case_id for case_id, asked in list(left.items())}
            while running:
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    case_id = running.pop(future)
                    result = future.result()
                    del left[case_id]
                    deaths = 0
                    yield case_id, result
        except BrokenProcessPool:
            deaths += 1
            if deaths >= MOST_DEATHS:
                raise WorkersDie(
                    f"workers died {deaths} times without finishing a case (out of memory?); "
                    f"{len(left)} cases are left. Run the same command again to go on, with --workers 1"
                ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def run_on_dask(
    jobs: Sequence[Job], work: Callable[[dict[str, Any]], dict[str, Any]], address: str
) -> Iterator[Done]:
    """On the workers of a Dask cluster; a case whose worker dies is done again by another.

    Raises
    ------
    MissingExtra
        If Dask is not installed.
    InputError
        If the scheduler cannot be reached.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise MissingExtra("--scheduler needs Dask: pip install torugart[dask]") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"--scheduler {address[:120]}: cannot be reached ({str(error)[:120]})") from None
    try:
        futures = {
            client.submit(work, asked, key=f"torugart-{case_id}", retries=3, pure=True): case_id
            for case_id, asked in jobs
        }
        for future in as_completed(list(futures)):
            yield futures[future], future.result()
    finally:
        client.close()


def _one_thread() -> None:
    """Let a worker use one thread: the others have the other processors."""
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"

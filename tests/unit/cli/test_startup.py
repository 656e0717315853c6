"""Starting must cost nothing: no table library, no compiler, and half a second at most."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"pandas", "numpy", "numba", "llvmlite", "pyarrow", "jinja2", "scipy"}


def loaded_by(program: str) -> set[str]:
    listing = (
        f"import sys\n{program}\nsys.stderr.write(' '.join({{name.split('.')[0] for name in sys.modules}}))"
    )
    ran = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    return set(ran.stderr.split())


@pytest.mark.parametrize(
    "program",
    [
        "import torugart; torugart.__version__; dir(torugart)",
        "from torugart.cli.main import run; run(['--help'])",
        "from torugart.cli.main import run; run(['appraise', '--help'])",
        "from torugart.cli.main import run; run(['data', '--help'])",
        "from torugart.cli.main import run; run(['version'])",
        "from torugart.cli.main import run; run(['appraise'])",
    ],
)
def test_nothing_heavy_is_loaded(program) -> None:
    assert not loaded_by(program) & HEAVY


def test_help_takes_less_than_half_a_second_warm() -> None:
    resource = pytest.importorskip("resource")

    def processor_seconds() -> float:  # not by the clock: other work on the machine is not our doing
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "torugart", "--help"], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(processor_seconds() for _ in range(5)) < 0.5


def test_the_version_is_that_of_the_project() -> None:
    from importlib.metadata import version

    import torugart

    assert version("torugart") == torugart.__version__


def test_an_unknown_verb_is_an_attribute_error() -> None:
    import torugart

    with pytest.raises(AttributeError, match="invent"):
        _ = torugart.invent


def test_progress_is_shown_only_to_a_person(capsys) -> None:
    from torugart.cli.screen import progress_line

    with progress_line("starting") as nobody_watches:
        assert nobody_watches is None
    assert capsys.readouterr().err == ""


def test_progress_takes_stages_with_and_without_a_measure() -> None:
    from torugart.cli.screen import ProgressLine

    line = ProgressLine()
    line("reading [red]the data\x1b[31m")
    line("drawing", 1, 4)
    line("drawing", 2, 4)
    [task] = line._bar.tasks
    assert (task.description, task.completed, task.total) == ("drawing", 2, 4)

"""Where answers and messages are written: answers to standard output, all the rest to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from torugart.cli.wording import clean

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import TaskID

NARROWEST = 40


def make_console() -> Console:
    """Return a console on standard output that interprets nothing in the text it is given."""
    from rich.console import Console

    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=False)
    if console.width < NARROWEST:
        console.width = NARROWEST
    return console


def show(*parts: RenderableType) -> None:
    """Write an answer."""
    console = make_console()
    for part in parts:
        console.print(part)
    sys.stdout.flush()


def write_answer(text: str) -> None:
    """Write text meant for other programs, exactly as it is."""
    sys.stdout.write(text)
    sys.stdout.flush()


def complain(message: str) -> None:
    """Write a message about a fault: plain, whole and without colour."""
    sys.stdout.flush()
    sys.stderr.write(clean(message, keep_lines=True) + "\n")
    sys.stderr.flush()


def use_safe_streams() -> None:
    """Let an odd terminal encoding cost a character, never the answer."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


class ProgressLine:
    """Called by a verb with the stage it is at and, where that is known, how much of it is done."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            ProgressColumn,
            SpinnerColumn,
            Task,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class WhenKnown(ProgressColumn):
            """Shows another column only for stages that know how much there is to do."""

            def __init__(self, column: ProgressColumn) -> None:
                super().__init__()
                self.column = column

            def render(self, task: Task) -> RenderableType:
                return Text("") if task.total is None else self.column(task)

        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            WhenKnown(BarColumn(bar_width=24)),
            WhenKnown(TextColumn("{task.percentage:.0f} %, left", markup=False)),
            WhenKnown(TimeRemainingColumn()),
            console=Console(stderr=True, markup=False, emoji=False, highlight=False),
            transient=True,
            refresh_per_second=4,
        )
        self._stage = ""
        self._task: TaskID | None = None

    def __call__(self, stage: str, done: float = 0, total: float | None = None) -> None:
        """Show how far the stage is; a new stage takes the place of the last."""
        if stage != self._stage or self._task is None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._stage = stage
            self._task = self._bar.add_task(clean(stage), total=total)
        self._bar.update(self._task, completed=done, total=total)

    def start(self) -> None:
        """Show the line."""
        self._bar.start()

    def stop(self) -> None:
        """Take the line away."""
        self._bar.stop()


@contextmanager
def progress_line(first: str, *, quiet: bool = False) -> Iterator[ProgressLine | None]:
    """Show progress with the time left on standard error while the body runs, if a person is watching.

    ``first`` is the first stage; a verb that reports its stages replaces it.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    line = ProgressLine()
    line(first)
    line.start()
    try:
        yield line
    finally:
        line.stop()

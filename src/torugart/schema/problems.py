"""A fault in the data, and how a list of faults reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_LISTED = 50
MOST_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what it is, and how to mend it.

    ``row`` is the line in the file, counted from 1 as an editor does; None when it is the file's.
    """

    file: str
    row: int | None
    row_id: str
    column: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{printable(self.file)}: {self.line()}"

    def line(self) -> str:
        """Return the fault as one line, without the name of its file."""
        where = (
            "" if self.row is None else f"row {self.row}{' ' + quoted(self.row_id) if self.row_id else ''}: "
        )
        return printable(f"{where}{self.what}; {self.mend}")


def quoted(text: str) -> str:
    """Return a text in quotes, cut to a readable length, with nothing in it that a terminal would obey."""
    short = text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 3] + "..."
    return f"'{printable(short)}'"


def printable(text: str) -> str:
    """Return a text with every character that a terminal would obey written out instead."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def count_of(number: int, thing: str) -> str:
    """Return a count with its noun: 1 problem, 2 problems."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def describe_problems(problems: Sequence[Problem], most: int = MOST_LISTED) -> str:
    """Return all faults as text, file by file; past ``most`` lines the rest is counted.

    Parameters
    ----------
    problems : sequence of Problem
        At least one fault.
    most : int
        How many faults are written out.

    Returns
    -------
    str
        One heading a file and one line a fault.
    """
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    lines, room = [], most
    for file, faults in by_file.items():
        lines.append(f"{printable(file)}: {count_of(len(faults), 'problem')}")
        shown = sorted(faults, key=lambda fault: fault.row or 0)[:room]
        lines.extend(f"  {fault.line()}" for fault in shown)
        room -= len(shown)
        if shown and len(shown) < len(faults):
            lines.append(f"  ... and {len(faults) - len(shown):,} more in this file")
    if len(problems) > most:
        lines.append(f"{len(problems):,} problems in all; the first {most} are listed.")
    return "\n".join(lines)

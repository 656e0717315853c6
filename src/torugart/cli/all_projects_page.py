"""The page of ``torugart appraise --all``: those to come with their accounts, then those that operate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torugart.cli.appraise import asked_line, bullet
from torugart.cli.tables import Column, build_table, heading, two_lines
from torugart.cli.wording import interval, is_missing, number, signed

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text


def all_projects_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the parts of the page on all projects."""
    yield heading(answer.manifest.get("title", "Every project, alone and together"))
    yield from asked_line(answer.manifest)
    yield ""
    projects = answer.tables["projects"]
    operating = projects["status"] == "operating"
    figures = [
        Column(title, numeric=True) for title in ("users a year", "NPV at 6 %", "return", "cost", "bears")
    ]
    yield build_table(
        [Column("not open yet; million USD"), *figures],
        [_account_row(project) for project in projects[~operating].itertuples(index=False)],
    )
    yield ""
    lost = projects[operating]
    if len(lost):
        yield build_table(
            [
                Column("operating: what would be lost without it; million USD"),
                Column("users a year", numeric=True),
                Column("90 %", numeric=True),
            ],
            [[p.name, signed(p.musd, 1), interval(p.lo, p.hi, 1)] for p in lost.itertuples(index=False)],
        )
    for note in answer.manifest.get("notes", ()):
        yield from bullet(note)
    yield ""


def _account_row(project: Any) -> list[str | Text]:
    """A project not open yet: intervals below the figures, what stands in its way below the name."""
    below = ", ".join(word for word in (project.status, project.note) if word)
    unknown = "?" if project.status else ""
    bears = project.most_capital_6
    return [
        two_lines(project.name, below),
        two_lines(signed(project.musd, 1), interval(project.lo, project.hi) if project.hi > 0 else ""),
        ""
        if is_missing(project.npv_6)
        else two_lines(signed(project.npv_6), interval(project.npv_6_lo, project.npv_6_hi)),
        "" if is_missing(project.eirr) else f"{number(100 * project.eirr, 1)} %",
        unknown if is_missing(project.cost_musd) else number(project.cost_musd),
        "" if is_missing(bears) else number(bears) if bears > 0 else "none",
    ]

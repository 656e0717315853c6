"""The cumulative volume over time as inline SVG: a band, a line that is broken where years are interpolated, and milestones.

Places across are in per cent and up in pixels, so that text never stretches; the band and the line stand in a nested drawing that
stretches alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from torugart.report.numerals import is_missing, number, plain
from torugart.report.strips import Scale, scale_for

HEIGHT, TOP, FOOT = 300, 14, 22  # pixels of the whole, above the plot and below it
LEFT, RIGHT = 9.0, 3.0  # per cent kept for the numbers of the axis, and for the last label
YEARS_BETWEEN_LABELS = 5


def volume_chart(
    totals: Sequence[Mapping[str, Any]], milestones: Sequence[Mapping[str, Any]], spoken: str
) -> Markup:
    """Draw what was delivered in all by the end of each year, and what was published of it.

    Parameters
    ----------
    totals : sequence of mapping
        By year, in order: ``year``, ``total_bcm``, ``total_lo``, ``total_hi``, and ``how``, which is *interpolated* where a year
        is an estimate.
    milestones : sequence of mapping
        ``when`` as years with a fraction, ``bcm``, ``lo``, ``hi``, ``claimed`` and ``told``.
    spoken : str
        What the chart says, for those who do not see it.
    """
    if not totals and not milestones:
        return Markup("")
    ends = [float(r["year"]) + 1 for r in totals]
    times = [*ends, *(float(m["when"]) for m in milestones)]
    first = int(min([float(r["year"]) for r in totals] + [float(m["when"]) for m in milestones]))
    last = int(-(-max(times) // 1))
    heights = [v for r in totals for v in (r["total_bcm"], r["total_hi"])]
    scale = scale_for([*heights, *(m["hi"] for m in milestones)], ticks=5)
    span = max(last - first, 1)

    def across(when: float) -> float:
        return LEFT + (100 - LEFT - RIGHT) * (when - first) / span

    body = [_levels(scale)]
    for year in range(first, last + 1):
        if year % YEARS_BETWEEN_LABELS == 0:
            x = across(year)
            body.append(f'<line class="tick" x1="{x:.2f}%" x2="{x:.2f}%" y1="{TOP}" y2="{HEIGHT - FOOT}"/>')
            body.append(f'<text x="{x:.2f}%" y="{HEIGHT - 5}" text-anchor="middle">{year}</text>')
    if totals:
        body.append(_curve(scale, totals, across))
    for m in milestones:
        body.append(_point(scale, m, across(float(m["when"]))))
    return Markup(
        f'<svg class="yearchart volumes" height="{HEIGHT}" role="img" aria-label="{escape(spoken)}">{"".join(body)}</svg>'
    )


def _up(scale: Scale, value: float) -> float:
    """Pixels from the top of the drawing."""
    return TOP + (HEIGHT - TOP - FOOT) * (1 - (value - scale.low) / (scale.high - scale.low))


def _levels(scale: Scale) -> str:
    parts = []
    for tick in scale.ticks:
        y, kind = _up(scale, tick), ' class="zero"' if tick == 0 else ""
        parts.append(f'<line{kind} x1="{LEFT}%" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 1}%" y="{y + 4:.1f}" text-anchor="end">{escape(plain(tick))}</text>')
    return f'<g class="grid">{"".join(parts)}</g>'


def _curve(scale: Scale, totals: Sequence[Mapping[str, Any]], across: Any) -> str:
    """Draw the band and the line, from nothing at the start of the first year; a broken line where a year is an estimate."""
    start = (across(float(totals[0]["year"])), 0.0, 0.0, 0.0)
    known = [
        (across(float(r["year"]) + 1), *(float(r[f"total_{k}"]) for k in ("lo", "bcm", "hi"))) for r in totals
    ]
    dots = [start, *known]
    upper = [f"{x:.2f},{_up(scale, hi):.1f}" for x, _, _, hi in dots]
    lower = [f"{x:.2f},{_up(scale, lo):.1f}" for x, lo, _, _ in reversed(dots)]
    # Across the nested drawing is a hundred units wide whatever its width in pixels; up it is not stretched.
    band = (
        f'<svg viewBox="0 0 100 {HEIGHT}" width="100%" height="{HEIGHT}" preserveAspectRatio="none">'
        f'<polygon class="spread" points="{" ".join([*upper, *lower])}"/></svg>'
    )
    lines = []
    for k, row in enumerate(totals):
        (x1, _, y1, _), (x2, _, y2, _) = dots[k], dots[k + 1]
        kind = "guess" if row["how"] == "interpolated" else "sure"
        place = f'x1="{x1:.2f}%" x2="{x2:.2f}%" y1="{_up(scale, y1):.1f}" y2="{_up(scale, y2):.1f}"'
        lines.append(f'<line class="{kind}" {place}/>')
    return f'{band}<g class="curve">{"".join(lines)}</g>'


def _point(scale: Scale, m: Mapping[str, Any], x: float) -> str:
    """Draw a milestone with its rounding: a disc where it is reported, a diamond where it is only claimed."""
    y = _up(scale, float(m["bcm"]))
    parts = []
    if not is_missing(m["lo"]) and float(m["hi"]) > float(m["lo"]):
        ends = f'y1="{_up(scale, float(m["lo"])):.1f}" y2="{_up(scale, float(m["hi"])):.1f}"'
        parts.append(f'<line class="ends" x1="{x:.2f}%" x2="{x:.2f}%" {ends}/>')
    shape = (
        '<path class="claimed" d="M0-6.5 6.5 0 0 6.5-6.5 0z"/>'
        if m["claimed"]
        else '<circle class="said" r="4.2"/>'
    )
    parts.append(
        f'<svg x="{x:.2f}%" y="{y:.1f}" class="mark"><title>{escape(m["told"])}</title>{shape}</svg>'
    )
    if m["claimed"]:
        text = escape(number(m["bcm"]))
        parts.append(f'<text class="big" x="{x - 1.5:.2f}%" y="{y - 9:.1f}" text-anchor="end">{text}</text>')
    return "".join(parts)

"""Charts as inline SVG: whiskers inside tables, rows of before and after beside their change.

Every chart carries its numbers in words too, so that it can be read without its drawing, in grey, and in print.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from torugart.report.numbers import fixed

ROW = 22.0  # height of a row, in pixels
LABEL_ROW = 40.0  # height of a row on a phone, its label above its marks


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from values to pixels, with round marks."""

    lo: float
    hi: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Pixel of a value; values beyond the ends stop at them."""
        inside = min(max(value, self.lo), self.hi)
        return self.left + (inside - self.lo) / (self.hi - self.lo) * (self.right - self.left)

    def marks(self, about: int = 5) -> list[float]:
        """Round values along the axis, zero among them where it is inside."""
        step = round_step((self.hi - self.lo) / about)
        first = math.ceil(self.lo / step - 1e-9)
        return [k * step for k in range(first, math.floor(self.hi / step + 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class Panel:
    """One column of a row chart.

    ``levels`` joins ``before`` and ``after``; ``change`` sets ``after`` against zero with its interval ``lo`` to
    ``hi``. ``text`` is printed at the end of each row. ``good`` says which sign of a change helps: -1 for days and
    money, 1 for traffic won.
    """

    title: str
    kind: str
    after: Sequence[float]
    before: Sequence[float] = ()
    lo: Sequence[float] = ()
    hi: Sequence[float] = ()
    text: Sequence[str] = ()
    good: int = -1
    share: float = 1.0
    text_width: float = 0.0


def round_step(rough: float) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) nearest above a rough step."""
    if not (math.isfinite(rough) and rough > 0):
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))


def fitted_axis(values: Iterable[float], left: float, right: float, about: int = 4) -> Axis:
    """Return an axis that holds zero and all finite values, its ends on round marks."""
    finite = [v for v in values if math.isfinite(v)] + [0.0]
    lo, hi = min(finite), max(finite)
    if lo == hi:
        return Axis(-1.0, 1.0, left, right)
    step = round_step((hi - lo) / about)
    return Axis(math.floor(lo / step + 1e-9) * step, math.ceil(hi / step - 1e-9) * step, left, right)


def tag(name: str, content: object = "", **attributes: object) -> Markup:
    """Return an SVG element; content and attributes are escaped unless they are markup already."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(pixel(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = escape(content)
    return Markup(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")


def pixel(value: object) -> object:
    """Write floats with one decimal at most: a tenth of a pixel is enough."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def tone(value: float, good: int) -> str:
    """Return the class of a change: better, worse, or none."""
    if not math.isfinite(value) or value == 0:
        return "none"
    return "better" if value * good > 0 else "worse"


def mark(x: float, y: float, kind: str) -> Markup:
    """Return the mark of a value: a disc when better, a triangle when worse, a hollow diamond at no change."""
    if kind == "better":
        return tag("circle", cx=x, cy=y, r=4.2, class_="dot better")
    if kind == "worse":
        return tag("path", d=f"M{x:.1f} {y - 5:.1f}l4.8 8.6h-9.6z", class_="dot worse")
    return tag("path", d=f"M{x:.1f} {y - 4.6:.1f}l4.6 4.6-4.6 4.6-4.6-4.6z", class_="dot none")


def whisker(value: float, lo: float, hi: float, axis: Axis, good: int = 1, words: str = "") -> Markup:
    """Return a value with its interval on a small axis, to stand in a cell of a table."""
    width, y = axis.left + axis.right, 9.0
    parts = [tag("line", x1=axis.at(0), x2=axis.at(0), y1=0.0, y2=18.0, class_="zero")]
    parts += _interval(axis, lo, hi, y, tone(value, good))
    if math.isfinite(value):
        parts.append(mark(axis.at(value), y, tone(value, good)))
    return tag(
        "svg", Markup("").join(parts), class_="whisker", viewBox=f"0 0 {width:.0f} 18", width=f"{width:.0f}", height="18",
        role="img", aria_label=words or None, aria_hidden=None if words else "true",
    )  # fmt: skip


def bar(share: float, most: float, width: float = 150.0) -> Markup:
    """Return a share as a bar, to stand in a cell of a table."""
    length = (
        0.0 if not math.isfinite(share) or most <= 0 else max(1.0, share / most * width) if share > 0 else 0.0
    )
    drawn = tag("rect", x=0.0, y=3.0, width=length, height=12.0, class_="bar") if length else Markup("")
    ground = tag("line", x1=0.5, x2=0.5, y1=0.0, y2=18.0, class_="zero")
    return tag(
        "svg", drawn + ground, class_="barcell", viewBox=f"0 0 {width:.0f} 18", width=f"{width:.0f}", height="18",
        aria_hidden="true",
    )  # fmt: skip


def row_chart(labels: Sequence[str], panels: Sequence[Panel], title: str, width: float = 1080.0) -> Markup:
    """Return a chart for wide pages: labels at the left, panels side by side, numbers at their ends."""
    gap, label_width = 26.0, 196.0
    room = width - label_width - gap * (len(panels) - 1) - sum(p.text_width for p in panels)
    unit = room / sum(p.share for p in panels)
    top = 46.0
    height = top + ROW * len(labels) + 8
    parts = [_stripes(len(labels), top, width)]
    for k, label in enumerate(labels):
        parts.append(tag("text", label, x=0.0, y=top + ROW * (k + 0.5) + 4, class_="rowname"))
    x = label_width
    for panel in panels:
        right = x + unit * panel.share
        parts.append(tag("text", panel.title, x=x, y=14.0, class_="paneltitle"))
        parts.append(_panel(panel, x + 6, right - 6, top, ROW, 0.5, len(labels)))
        for k, text in enumerate(panel.text):
            end = right + panel.text_width
            parts.append(tag("text", text, x=end, y=top + ROW * (k + 0.5) + 4, class_="rowvalue"))
        x = right + panel.text_width + gap
    return _chart(parts, title, width, height, "wide")


def narrow_chart(labels: Sequence[str], panels: Sequence[Panel], title: str, width: float = 350.0) -> Markup:
    """Return the same chart for a phone: each label above its marks, panels side by side, numbers left to the table."""
    gap, top = 18.0, 52.0
    unit = (width - gap * (len(panels) - 1)) / sum(p.share for p in panels)
    height = top + LABEL_ROW * len(labels) + 6
    parts = [_stripes(len(labels), top, width, LABEL_ROW)]
    for k, label in enumerate(labels):
        parts.append(tag("text", label, x=2.0, y=top + LABEL_ROW * k + 15, class_="rowname"))
    x = 0.0
    for panel in panels:
        right = x + unit * panel.share
        parts.append(tag("text", panel.title, x=x, y=14.0, class_="paneltitle"))
        parts.append(_panel(panel, x + 8, right - 8, top, LABEL_ROW, 0.68, len(labels), 3))
        x = right + gap
    return _chart(parts, title, width, height, "narrow")


def _chart(parts: list[Markup], title: str, width: float, height: float, kind: str) -> Markup:
    inner = tag("title", title) + Markup("").join(parts)
    return tag(
        "svg", inner, class_=f"chart {kind}", viewBox=f"0 0 {width:.0f} {height:.0f}", role="img", width=f"{width:.0f}",
        height=f"{height:.0f}",
    )  # fmt: skip


def _stripes(rows: int, top: float, width: float, height: float = ROW) -> Markup:
    lines = (
        tag("line", x1=0.0, x2=width, y1=top + height * k, y2=top + height * k, class_="rule")
        for k in range(rows + 1)
    )
    return Markup("").join(lines)


def _panel(
    panel: Panel, left: float, right: float, top: float, row: float, middle: float, rows: int, about: int = 5
) -> Markup:
    shown = [*panel.after, *panel.before, *panel.lo, *panel.hi]
    axis = fitted_axis(shown, left, right, about)
    parts = []
    for value in axis.marks(about):
        x = axis.at(value)
        parts.append(
            tag("line", x1=x, x2=x, y1=top - 4, y2=top + row * rows, class_="zero" if value == 0 else "grid")
        )
        parts.append(tag("text", tick_text(value, axis), x=x, y=top - 9, class_="tick"))
    for k in range(rows):
        y = top + row * (k + middle)
        after = float(panel.after[k])
        if panel.kind == "levels":
            parts += _levels(axis, float(panel.before[k]), after, y, panel.good)
            continue
        kind = tone(after, panel.good)
        parts += _interval(axis, float(panel.lo[k]), float(panel.hi[k]), y, kind)
        if math.isfinite(after):
            parts.append(mark(axis.at(after), y, kind))
    return Markup("").join(parts)


def tick_text(value: float, axis: Axis) -> str:
    """Return the number at a mark of an axis."""
    step = round_step((axis.hi - axis.lo) / 5)
    return fixed(value, max(0, -math.floor(math.log10(step) + 1e-9))) if value else "0"


def _levels(axis: Axis, before: float, after: float, y: float, good: int) -> list[Markup]:
    if not (math.isfinite(before) and math.isfinite(after)):
        return []
    if before == after:
        return [tag("circle", cx=axis.at(after), cy=y, r=3.6, class_="dot same")]
    kind = tone(after - before, good)
    return [
        tag("line", x1=axis.at(before), x2=axis.at(after), y1=y, y2=y, class_=f"span {kind}"),
        tag("circle", cx=axis.at(before), cy=y, r=3.6, class_="dot before"),
        mark(axis.at(after), y, kind),
    ]


def _interval(axis: Axis, lo: float, hi: float, y: float, kind: str) -> list[Markup]:
    if not (math.isfinite(lo) and math.isfinite(hi)):
        return []
    a, b = axis.at(lo), axis.at(hi)
    return [
        tag("line", x1=a, x2=b, y1=y, y2=y, class_=f"range {kind}"),
        tag("path", d=f"M{a:.1f} {y - 3:.1f}v6M{b:.1f} {y - 3:.1f}v6", class_=f"range {kind}"),
    ]

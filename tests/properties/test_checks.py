"""Laws of the claims engine: hostile expressions, enclosure, units, tolerance and order."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.small_package import write_small_package

from torugart.checks.compute import call_faults, compute, read_reading
from torugart.checks.context import Context
from torugart.checks.dimension import measure_of
from torugart.checks.expression import (
    DEEPEST,
    LONGEST,
    Call,
    Negative,
    Node,
    Number,
    Operation,
    parse_expression,
    written,
)
from torugart.checks.interval import Interval, exactly, printed_figure, shortest
from torugart.checks.relation import passes, read_claimed
from torugart.checks.value import Missing, combined, converted, number
from torugart.checks.verdict import check_claims
from torugart.errors import InputError, TorugartError
from torugart.tables.read import read_package

AS_OF = "2026-11-25"
# Rounded to a millionth, finer than anything printed.
figures = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 6))
# Text that looks like an expression more often than chance would have it.
pieces = st.sampled_from(
    ["1", "2.5", "1e9", "+", "-", "*", "/", "(", ")", ",", "=", " ", "f", "cku", "exact(value=2)",
     "project_length_km(project=pass_rail)", "figure(value=3, unit=km)", "'", '"', "\u202e", "\x00", "__class__", "٣"]
)  # fmt: skip
texts = st.one_of(st.text(max_size=40), st.lists(pieces, max_size=12).map("".join))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    lo, mid, hi = sorted(draw(st.tuples(figures, figures, figures)))
    return Interval(lo, mid, hi)


@st.composite
def points_in(draw: st.DrawFn) -> tuple[Interval, float]:
    interval = draw(intervals())
    return interval, interval.lo + draw(st.floats(0, 1)) * (interval.hi - interval.lo)


def trees() -> st.SearchStrategy[Node]:
    numbers = st.floats(0, 1e6, allow_nan=False).map(lambda x: Number(shortest(round(x, 3))))
    calls = st.sampled_from(
        [
            Call("project_length_km", (("project", "pass_rail"),)),
            Call("exact", (("value", "3"),)),
            Call("figure", (("value", "4.5"), ("unit", "km"))),
        ]
    )
    return st.recursive(
        st.one_of(numbers, calls),
        lambda inner: st.one_of(
            inner.map(Negative), st.builds(Operation, st.sampled_from("+-*/"), inner, inner)
        ),
        max_leaves=6,
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory):
    return read_package(write_small_package(tmp_path_factory.mktemp("small")))


@settings(max_examples=4000, deadline=None)
@given(texts)
def test_the_parser_raises_input_errors_and_nothing_else(text):
    fault = ""
    try:
        parse_expression(text)
    except InputError as caught:
        fault = str(caught)
    assert not fault or "position" in fault or len(text) > LONGEST


@settings(max_examples=1000, deadline=None)
@given(text=texts, reading=st.text(max_size=30))
def test_no_text_breaks_the_engine(package, text, reading):
    context = Context(package, None, AS_OF)
    try:
        node, arguments = parse_expression(text), read_reading(reading)
        if not call_faults(node, arguments):
            compute(node, context, arguments)
    except TorugartError:
        pass


@given(trees())
def test_a_tree_reads_back_from_its_own_text(tree):
    text = written(tree)
    if len(text) <= LONGEST and text.count("(") < DEEPEST:
        assert parse_expression(text) == tree


@settings(max_examples=1000, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=20),
        st.from_regex(r"[-+]?[0-9,]{1,9}(\.[0-9]{0,4})?(e-?[0-9]{1,2})?", fullmatch=True),
    )
)
def test_figures_are_read_or_refused(text):
    try:
        figure = printed_figure(text)
    except InputError:
        return
    assert figure.lo <= figure.mid <= figure.hi
    assert figure.lo < figure.hi


@given(points_in(), points_in(), st.sampled_from("+-*/"))
def test_arithmetic_encloses_every_point(first, second, sign):
    (a, x), (b, y) = first, second
    found = combined(sign, number(a, ""), number(b, ""))
    if isinstance(found, Missing):
        assert sign == "/"
        assert b.lo <= 0 <= b.hi
        return
    point = {"+": x + y, "-": x - y, "*": x * y, "/": x / y if y else 0.0}[sign]
    slack = 1e-9 * max(1.0, abs(point))
    assert found.lo - slack <= point <= found.hi + slack


@given(
    intervals(),
    st.integers(1, 999_999).map(lambda k: k / 100),
    st.sampled_from(["=", "~", ">=", "<=", "before"]),
    st.sampled_from(
        [("km", "m"), ("day", "h"), ("million USD", "billion USD"), ("share", "%"), ("t/year", "Mt/year")]
    ),
)
def test_the_unit_of_what_is_computed_changes_no_verdict(interval, claimed, relation, units):
    here, there = (measure_of(unit) for unit in units)
    said = read_claimed(relation, shortest(claimed), "", here)
    computed = number(interval, units[0])
    ends = (interval.lo, interval.hi)
    edges = (said.named.lo, said.printed.lo, said.printed.hi, 0.9 * claimed, 1.1 * claimed)
    # A computed end that lies on a claimed one to the last bits may fall to either side in another unit.
    if any(abs(end - edge) <= 1e-6 * abs(edge) for end in ends for edge in edges):
        return
    assert passes(said, computed) == passes(said, converted(computed, there))
    assert passes(said, computed) == passes(replace(said), computed)


@given(
    intervals(),
    figures.map(lambda x: shortest(round(x, 2))),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_more_tolerance_never_turns_holds_into_does_not_hold(interval, value, one, other):
    exact = read_claimed("=", value, "", measure_of("km"))
    about = read_claimed("~", value, "", measure_of("km"))
    computed = number(interval, "km")
    less, more = sorted((one, other))
    if passes(exact, computed):
        assert passes(about, computed, less)
    if passes(about, computed, less):
        assert passes(about, computed, more)


@given(intervals(), st.floats(0, 1e5), st.floats(0, 1e5), st.sampled_from(["=", "~", ">=", "<="]), figures)
def test_more_doubt_never_turns_holds_into_does_not_hold(interval, below, above, relation, value):
    said = read_claimed(relation, shortest(round(value, 2)), "", measure_of("km"))
    wider = Interval(interval.lo - below, interval.mid, interval.hi + above)
    if interval.lo < interval.hi and passes(said, number(interval, "km")):
        assert passes(said, number(wider, "km"))


@given(figures.map(lambda x: shortest(round(x, 2))))
def test_a_figure_holds_against_itself(value):
    said = read_claimed("=", value, "", measure_of("km"))
    assert passes(said, number(exactly(float(value)), "km"))
    assert passes(said, number(printed_figure(value), "km"))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31 - 1))
def test_the_order_of_rows_changes_nothing(package, seed):
    tables = {
        name: table.sample(frac=1, random_state=seed).reset_index(drop=True)
        if name in ("claims", "claim_bases", "alternatives", "evidence", "sources", "projects")
        else table
        for name, table in package.tables.items()
    }
    shuffled = replace(package, tables=tables)
    one = check_claims(package, package.tables["claims"], None, AS_OF)
    other = check_claims(shuffled, tables["claims"], None, AS_OF)
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=20, deadline=None)
@given(other=st.sampled_from(["second_track", "r_village", "nothing"]), figure=st.integers(1, 10**6))
def test_a_record_outside_a_claim_changes_no_verdict(package, other, figure):
    projects = package.tables["projects"].copy()
    projects.loc[projects["project_id"] == other, "length_km"] = float(figure)
    changed = replace(package, tables={**package.tables, "projects": projects})
    one = check_claims(package, package.tables["claims"], None, AS_OF)
    pd.testing.assert_frame_equal(one, check_claims(changed, package.tables["claims"], None, AS_OF))

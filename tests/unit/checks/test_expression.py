from __future__ import annotations

import pytest

from torugart.checks.expression import (
    DEEPEST,
    LONGEST,
    Call,
    Negative,
    Number,
    Operation,
    calls_in,
    parse_expression,
    written,
)
from torugart.errors import InputError

ONE, TWO, THREE = Number("1"), Number("2"), Number("3")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1", ONE),
        ("1 + 2 * 3", Operation("+", ONE, Operation("*", TWO, THREE))),
        ("1 - 2 - 3", Operation("-", Operation("-", ONE, TWO), THREE)),
        ("1 / 2 * 3", Operation("*", Operation("/", ONE, TWO), THREE)),
        ("(1 + 2) * 3", Operation("*", Operation("+", ONE, TWO), THREE)),
        ("-1 + 2", Operation("+", Negative(ONE), TWO)),
        ("--1", Negative(Negative(ONE))),
        ("2.35e2", Number("2.35e2")),
        ("f()", Call("f", ())),
        ("f(a=b)", Call("f", (("a", "b"),))),
        (" f( a = x y , b=2 ) ", Call("f", (("a", "x y"), ("b", "2")))),
        (
            "data_value(table=trade_totals, row=ca5/chn, column=usd)",
            Call("data_value", (("table", "trade_totals"), ("row", "ca5/chn"), ("column", "usd"))),
        ),
    ],
)
def test_trees(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 1, "expected a number"),
        ("1 +", 4, "expected a number"),
        ("1 2", 3, r"expected \+ - \* /"),
        ("(1 + 2", 7, "closing parenthesis"),
        ("1 + * 2", 5, "expected a number"),
        ("length", 7, "opening parenthesis after length"),
        ("f(a)", 4, "expected = after a"),
        ("f(=1)", 3, "name of an argument"),
        ("f(a=)", 5, "value of a"),
        ("f(a=1 b=2)", 8, "expected a comma"),
        ("f(a=1, a=2)", 9, "a is given twice"),
        ("f(a=1", 6, "expected a comma or a closing"),
        ("f(a=1,)", 7, "name of an argument"),
        ("1 + __import__", 5, "expected a number"),
        ("F(a=1)", 1, "expected a number"),
        ("1 ** 2", 4, "expected a number"),
        ("1;2", 2, "expected"),
        ("f(a=g(b=1))", 6, "expected a comma"),
        ("٣", 1, "expected a number"),
        ("f(a='x')", 5, "value of a"),
    ],
)
def test_faults_name_their_position(text, position, expected):
    with pytest.raises(InputError, match=expected) as caught:
        parse_expression(text)
    assert f"position {position} of" in str(caught.value)


def test_what_is_too_long_or_too_deep_is_refused():
    with pytest.raises(InputError, match="characters"):
        parse_expression("1+" * LONGEST + "1")
    with pytest.raises(InputError, match="deeper"):
        parse_expression("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1))
    with pytest.raises(InputError, match="deeper"):
        parse_expression("-" * (DEEPEST + 1) + "1")
    longest = "1" + "+1" * ((LONGEST - 1) // 2)
    assert list(calls_in(parse_expression(longest))) == []


def test_calls_come_from_left_to_right():
    names = [call.name for call in calls_in(parse_expression("f() + 2 * (g() - -h()) / 3"))]
    assert names == ["f", "g", "h"]


def test_a_tree_can_be_written_and_read_back():
    tree = parse_expression("-(f(a=1, b=x) - 2) / 3 + 4 * g()")
    assert parse_expression(written(tree)) == tree

"""Trees of expressions to values."""

from __future__ import annotations

from collections.abc import Mapping

from torugart.checks import (  # registers the quantities
    energy_quantities,
    gas_quantities,
    quantities,
    record_quantities,
    routes,
    trade_quantities,
)
from torugart.checks.context import Context
from torugart.checks.expression import Call, Negative, Node, Number, Operation, calls_in
from torugart.checks.interval import written_figure
from torugart.checks.registry import argument_faults, compute_quantity, find_quantity
from torugart.checks.value import Missing, Value, bare, combined, negative
from torugart.errors import InputError, UnknownName

__all__ = [
    "call_faults",
    "compute",
    "energy_quantities",
    "gas_quantities",
    "quantities",
    "record_quantities",
    "routes",
    "trade_quantities",
]


def compute(node: Node, context: Context, reading: Mapping[str, str]) -> Value | Missing:
    """Return what an expression comes to under one reading.

    Parameters
    ----------
    node : Node
        The tree `torugart.checks.expression.parse_expression` gives.
    context : Context
        Package, model and day.
    reading : mapping of str to str
        Arguments of the reading; each goes to every call that takes it and does not say it itself.

    Returns
    -------
    Value or Missing
        Missing names everything that is missing.

    Raises
    ------
    InputError
        If a quantity or an argument is not known, or units do not go together.
    """
    match node:
        case Number(text):
            return bare(written_figure(text))
        case Call(name, _):
            return compute_quantity(context, name, arguments_of(node, reading))
        case Negative(inside):
            value = compute(inside, context, reading)
            return value if isinstance(value, Missing) else negative(value)
        case Operation(sign, left, right):
            a, b = compute(left, context, reading), compute(right, context, reading)
            if isinstance(a, Missing) or isinstance(b, Missing):
                reasons = [side.reason for side in (a, b) if isinstance(side, Missing)]
                return Missing("; ".join(dict.fromkeys(reasons)))
            return combined(sign, a, b)


def arguments_of(call: Call, reading: Mapping[str, str]) -> dict[str, str]:
    """Return the arguments of a call under a reading; what the call says itself stands."""
    takes = find_quantity(call.name).takes
    return {name: value for name, value in reading.items() if name in takes} | dict(call.arguments)


def asks_model(node: Node, reading: Mapping[str, str]) -> bool:
    """Whether an expression needs the network model; shortest ways by kilometres alone do not."""
    return any(
        find_quantity(call.name).kind == "model" and arguments_of(call, reading).get("by") != "distance"
        for call in calls_in(node)
    )


def call_faults(node: Node, reading: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the calls of an expression under a reading, before anything is computed."""
    faults = []
    taken: set[str] = set()
    for call in calls_in(node):
        try:
            asked = find_quantity(call.name)
        except UnknownName as fault:
            faults.append(str(fault))
            continue
        taken |= set(asked.takes) - {name for name, _ in call.arguments}
        faults += argument_faults(asked, arguments_of(call, reading))
    if not faults:
        faults += [
            f"no quantity of the expression is left to take {name}" for name in sorted(set(reading) - taken)
        ]
    return list(dict.fromkeys(faults))


def read_reading(text: str) -> dict[str, str]:
    """Return the arguments of a reading, written as ``name=value`` with semicolons between.

    Raises
    ------
    InputError
        If a part is no argument, or an argument stands twice.
    """
    arguments: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name or not value:
            raise InputError(f"args has {part[:80]!r}; write name=value, with semicolons between")
        if name in arguments:
            raise InputError(f"args has {name} twice")
        arguments[name] = value
    return arguments

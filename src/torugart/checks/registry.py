"""The quantities that claims may call: one function each, registered with its kind and unit."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torugart.checks.context import Context
from torugart.checks.value import Kind, Missing, Value
from torugart.errors import InputError, UnknownName, nearest_names

Computation = Callable[..., Value | Missing]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity by name: what it is, what it needs and the function that computes it.

    Attributes
    ----------
    name, unit, meaning : str
        Its name in expressions, the unit of what it gives (empty when that depends on the arguments), and one line.
    kind : str
        arithmetic, data, record or model.
    needs, takes : tuple of str
        Arguments it cannot do without, and all it takes.
    compute : callable
        ``compute(context, **arguments) -> Value | Missing``; every argument is text.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    compute: Computation


REGISTRY: dict[str, Quantity] = {}


def quantity(kind: Kind, unit: str = "") -> Callable[[Computation], Computation]:
    """Register a function as a quantity under its own name.

    Parameters
    ----------
    kind : {"arithmetic", "data", "record", "model"}
        Where its figure comes from.
    unit : str
        Unit of what it gives; empty when that depends on its arguments.
    """

    def register(compute: Computation) -> Computation:
        name = compute.__name__
        if name in REGISTRY:
            raise InputError(f"two quantities are called {name}")
        parameters = list(inspect.signature(compute).parameters.values())[1:]
        needs = tuple(p.name for p in parameters if p.default is p.empty)
        meaning = (inspect.getdoc(compute) or "").partition("\n")[0]
        takes = tuple(p.name for p in parameters)
        REGISTRY[name] = Quantity(name, kind, unit, meaning, needs, takes, compute)
        return compute

    return register


def find_quantity(name: str) -> Quantity:
    """Return a quantity by its name; UnknownName offers the nearest ones."""
    if name not in REGISTRY:
        raise UnknownName("quantity", name, REGISTRY)
    return REGISTRY[name]


def argument_faults(asked: Quantity, arguments: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the arguments of a call: names it does not take, needs that are not met."""
    faults = []
    for name in sorted(set(arguments) - set(asked.takes)):
        near = nearest_names(name, asked.takes, 1)
        hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(asked.takes) or 'nothing'}"
        faults.append(f"{asked.name} takes no {name}; {hint}")
    faults += [f"{asked.name} needs {name}" for name in asked.needs if name not in arguments]
    return faults


def compute_quantity(context: Context, name: str, arguments: Mapping[str, str]) -> Value | Missing:
    """Compute a quantity by its name.

    Raises
    ------
    InputError
        If there is no such quantity, or an argument is missing, not taken, or of no use.
    """
    asked = find_quantity(name)
    faults = argument_faults(asked, arguments)
    if faults:
        raise InputError("; ".join(faults))
    return asked.compute(context, **arguments)

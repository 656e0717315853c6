"""A small language for what to compute: numbers, + - * /, parentheses, and calls of quantities.

::

    expression = term (("+" | "-") term)*
    term       = factor (("*" | "/") factor)*
    factor     = "-" factor | "(" expression ")" | number | name "(" [arguments] ")"
    arguments  = name "=" value ("," name "=" value)*

A value is what stands up to the next comma or closing parenthesis. Nothing is ever executed as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from torugart.errors import InputError

LONGEST, DEEPEST = 600, 40
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
NAME = re.compile(r"[a-z][a-z0-9_]*")
ARGUMENT = re.compile(r"[^,()=\"'\x00-\x1f]+")
SPACE = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Number:
    """A figure as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A quantity with its arguments."""

    name: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """The opposite of something."""

    inside: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """Two things and what is done with them: + - * or /."""

    sign: str
    left: Node
    right: Node


Node = Number | Call | Negative | Operation


def parse_expression(text: str) -> Node:
    """Return the tree of an expression.

    Parameters
    ----------
    text : str
        For instance ``2.35 + 0.51 * 2.332`` or ``project_length_km(project=cku)``.

    Returns
    -------
    Node
        Number, Call, Negative or Operation.

    Raises
    ------
    InputError
        If the text is no expression; the message names the position, counted from 1.

    Examples
    --------
    >>> parse_expression("length(project=cku) / 2")
    Operation(sign='/', left=Call(name='length', arguments=(('project', 'cku'),)), right=Number(text='2'))
    """
    if len(text) > LONGEST:
        raise InputError(f"the expression has {len(text)} characters; {LONGEST} are allowed")
    reader = _Reader(text)
    node = reader.expression(0)
    if reader.at < len(text):
        reader.refuse("expected + - * / or the end")
    return node


def calls_in(node: Node) -> Iterator[Call]:
    """Yield the calls of an expression from left to right."""
    match node:
        case Call():
            yield node
        case Negative(inside):
            yield from calls_in(inside)
        case Operation(_, left, right):
            yield from calls_in(left)
            yield from calls_in(right)


def written(node: Node) -> str:
    """Return an expression as text that reads back to the same tree."""
    match node:
        case Number(text):
            return text
        case Call(name, arguments):
            return f"{name}({', '.join(f'{key}={value}' for key, value in arguments)})"
        case Negative(inside):
            return f"-({written(inside)})"
        case Operation(sign, left, right):
            return f"({written(left)}) {sign} ({written(right)})"


class _Reader:
    """A place in a text, moved on by what is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._skip()

    def expression(self, depth: int) -> Node:
        node = self._term(depth)
        while (sign := self._one_of("+-")) is not None:
            node = Operation(sign, node, self._term(depth))
        return node

    def refuse(self, expected: str) -> NoReturn:
        found = repr(self.text[self.at : self.at + 12]) if self.at < len(self.text) else "the end"
        raise InputError(f"position {self.at + 1} of {self.text[:200]!r}: {expected}, found {found}")

    def _term(self, depth: int) -> Node:
        node = self._factor(depth)
        while (sign := self._one_of("*/")) is not None:
            node = Operation(sign, node, self._factor(depth))
        return node

    def _factor(self, depth: int) -> Node:
        if depth >= DEEPEST:
            self.refuse(f"parentheses and signs go deeper than {DEEPEST}")
        if self._one_of("-") is not None:
            return Negative(self._factor(depth + 1))
        if self._one_of("(") is not None:
            node = self.expression(depth + 1)
            if self._one_of(")") is None:
                self.refuse("expected + - * / or a closing parenthesis")
            return node
        number = self._match(NUMBER)
        if number is not None:
            return Number(number)
        return self._call()

    def _call(self) -> Call:
        name = self._match(NAME)
        if name is None:
            self.refuse("expected a number, a quantity or an opening parenthesis")
        if self._one_of("(") is None:
            self.refuse(f"expected an opening parenthesis after {name}")
        arguments: dict[str, str] = {}
        while self._one_of(")") is None:
            if arguments and self._one_of(",") is None:
                self.refuse("expected a comma or a closing parenthesis")
            key = self._match(NAME)
            if key is None:
                self.refuse("expected the name of an argument")
            if key in arguments:
                self.refuse(f"{key} is given twice")
            if self._one_of("=") is None:
                self.refuse(f"expected = after {key}")
            value = self._match(ARGUMENT)
            if value is None or not value.strip():
                self.refuse(f"expected the value of {key}")
            arguments[key] = value.strip()
        return Call(name, tuple(arguments.items()))

    def _one_of(self, signs: str) -> str | None:
        if self.at >= len(self.text) or self.text[self.at] not in signs:
            return None
        sign = self.text[self.at]
        self.at += 1
        self._skip()
        return sign

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        self._skip()
        return found[0]

    def _skip(self) -> None:
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

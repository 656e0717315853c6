"""Which rows a rule is about: ``mode=rail;place_a.iso3=KAZ|UZB;tracks=``."""

from __future__ import annotations

from dataclasses import dataclass

from torugart.errors import nearest_names
from torugart.schema.cells import number_in
from torugart.schema.definition import Column, TableSchema, read_schema


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a row; with ``through``, that column of the row that ``column`` refers to."""

    column: str
    through: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A field whose text must be one of ``values`` or that of ``other``; the contrary when ``negated``."""

    field: Field
    values: tuple[str, ...]
    other: Field | None
    negated: bool


class ConditionError(ValueError):
    """The text states no condition; the message says what is wrong and, after a semicolon, how to mend it."""


def parse_conditions(text: str, table: str) -> tuple[Condition, ...]:
    """Return the conditions a text states about the rows of a table.

    Parameters
    ----------
    text : str
        ``column=value`` or ``column!=value`` joined by semicolons; ``a|b`` allows either value, nothing after
        the sign means an empty cell; ``place_a.iso3=KAZ`` asks the row that ``place_a`` refers to, and
        ``place_a.iso3!=place_b.iso3`` compares two such rows.
    table : str
        Table whose rows are meant.

    Returns
    -------
    tuple of Condition
        Empty when the text is, which every row meets.

    Raises
    ------
    ConditionError
        If a part is not of that form, names a column that is not there or a value it cannot hold.
    """
    return tuple(_condition(part.strip(), read_schema()[table]) for part in text.split(";") if part.strip())


def column_of(field: Field, table: str) -> Column:
    """Return the column whose cells a field reads."""
    column = read_schema()[table].columns[field.column]
    if field.through and column.references:
        return read_schema()[column.references[0]].columns[field.through]
    return column


def _condition(part: str, schema: TableSchema) -> Condition:
    name, sign, values = part.partition("=")
    if not sign:
        raise ConditionError(f"{part!r} is no condition; write column=value")
    negated = name.endswith("!")
    field = _field(name.removesuffix("!").strip(), schema)
    if "." in values and values.partition(".")[0] in schema.columns:
        return Condition(field, (), _field(values.strip(), schema), negated)
    wanted = tuple(value.strip() for value in values.split("|"))
    column = column_of(field, schema.name)
    for value in wanted:
        if value and column.is_number and number_in(value) is None:
            raise ConditionError(f"{column.name} is never {value!r}; write a number")
        if value and column.choices and value not in column.choices:
            raise ConditionError(f"{column.name} is never {value!r}; write {' or '.join(column.choices)}")
    return Condition(field, wanted, None, negated)


def _field(name: str, schema: TableSchema) -> Field:
    column, _, through = name.partition(".")
    found = _column(schema, column)
    if through:
        if found.references is None:
            raise ConditionError(f"{schema.name}.{column} refers to no other table; delete .{through}")
        _column(read_schema()[found.references[0]], through)
    return Field(column, through)


def _column(schema: TableSchema, name: str) -> Column:
    if name not in schema.columns:
        near = nearest_names(name, schema.columns, 1)
        hint = f"did you mean {near[0]}?" if near else "see the data model"
        raise ConditionError(f"{schema.name} has no column {name!r}; {hint}")
    return schema.columns[name]

"""Statements tied to what can test them: rows of ``claims``, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from torugart.reading.around import Around
from torugart.reading.dates import latest
from torugart.reading.lookup import Lookup
from torugart.reading.measures import ANY, ANY_AMOUNT, SLOTS, Measure, same_sort
from torugart.reading.names import Names
from torugart.reading.statements import DATE, NUMBER, STATUS, Sight, Statement, find_statements
from torugart.units import parse_unit, unknown_unit

MOST_READINGS = 40
MOST_KEPT = 2_000  # sentences whose measures are kept, since each may hold many figures


# So long a thing counts as new: the time between two summits.
NEW_FOR_YEARS = 2


@dataclass(frozen=True, slots=True)
class Matched:
    """A statement and the claim it makes: a row of ``claims`` without its id, with its readings."""

    around: Around
    measure_id: str
    name: str
    subjects: tuple[str, ...]
    row: Mapping[str, str]
    bases: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A statement that nothing in the package can test, and why."""

    around: Around
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """What statements are tied to: measures, names, what the record holds, and the day the text is from."""

    measures: Sequence[Measure]
    names: Names
    lookup: Lookup
    today: str
    text_day: str
    _of_sort: dict[tuple[str, str, bool], tuple[Measure, ...]] = field(default_factory=dict)
    _possible: dict[tuple[str, str, str, bool], tuple[Measure, ...]] = field(default_factory=dict)

    def days(self) -> dict[str, Sequence[str]]:
        """Return the day of the text, and the day after which a thing that began was still new on it."""
        day = self.text_day or self.today
        return {"today": (day,), "lately": (f"{int(day[:4]) - NEW_FOR_YEARS}{day[4:]}",)}

    def of_sort(self, statement: Statement) -> tuple[Measure, ...]:
        """Return the measures of a kind of statement that a figure in its unit can be of."""
        key = (statement.kind, statement.unit, statement.likened)
        if key not in self._of_sort:
            self._of_sort[key] = tuple(
                m for m in self.measures
                if m.row["kind"] == statement.kind and m.likened == statement.likened
                and (statement.kind != NUMBER or m.fits_unit(statement.unit))
            )  # fmt: skip
        return self._of_sort[key]

    def possible(self, statement: Statement, text: str) -> tuple[Measure, ...]:
        """Return those of them that the words of the sentence allow, wherever they stand in it."""
        key = (text, statement.kind, statement.unit, statement.likened)
        if key not in self._possible:
            if len(self._possible) > MOST_KEPT:
                self._possible.clear()
            self._possible[key] = tuple(m for m in self.of_sort(statement) if m.allowed(text))
        return self._possible[key]


def match_text(sights: Sequence[Sight], known: Known) -> list[Matched | Unmatched]:
    """Return every statement of a text in order, tied to what can test it or with the reason why nothing can.

    Statements are tied within their sentence and what its paragraph said before, so that the order of paragraphs
    changes nothing.
    """
    year = latest([said for sight in sights for said in sight.dates])
    found: list[Matched | Unmatched] = []
    before: list[Sight] = []
    for sight in sights:
        if before and before[-1].sentence.paragraph != sight.sentence.paragraph:
            before = []
        for statement in find_statements(sight):
            around = Around(statement, sight, tuple(before[-3:]), known.names, known.text_day, year)
            found += match_statement(around, known)
        before.append(sight)
    return found


def match_statement(around: Around, known: Known) -> list[Matched | Unmatched]:
    """Return what a statement comes to: one claim, several when it is said of several things, or a reason."""
    statement = around.statement
    if statement.kind == NUMBER and not statement.known:
        unit = statement.unit
        scale, _, noun = unit.rpartition(" ")
        return [Unmatched(around, unknown_unit(noun if parse_unit(scale or "1") and scale else unit))]
    if statement.kind == STATUS:
        return _match_status(around, known)
    if statement.kind == DATE and len(things := around.listed_projects()) > 1 and not around.event():
        found = [match_dated(around, known, projects) for projects in things]
        if all(isinstance(one, Matched) for one in found):
            return found
    best: list[tuple[tuple[int, int, int], Matched]] = []
    reasons: list[tuple[tuple[int, int, int], str]] = []
    said = (around.words(), around.near(), around.near_before())
    for measure in known.possible(statement, said[0]):
        rank = _rank(measure, statement, said)
        if rank is None:
            continue
        made = _claim(measure, around, known)
        if isinstance(made, str):
            reasons.append((rank, f"{measure.row['name']}: {made}"))
        else:
            best.append((rank, made))
    if not best:
        if statement.likened:
            return []
        return [Unmatched(around, _why(around, known, reasons))]
    top = max(rank for rank, _ in best)
    chosen = [made for rank, made in best if rank == top]
    if len(chosen) > 1:
        names = " or ".join(made.measure_id for made in chosen)
        return [Unmatched(around, f"it could be {names}; the words do not decide")]
    return [chosen[0]]


def match_dated(around: Around, known: Known, projects: tuple[str, ...]) -> Matched | Unmatched:
    """Return the claim that a date makes about one of several projects listed together."""
    said = (around.words(), around.near(), around.near_before())
    for measure in known.possible(around.statement, said[0]):
        if measure.needs == ("project",) and _rank(measure, around.statement, said) is not None:
            slots: dict[str, Sequence[str]] = known.days() | {"project": projects}
            return _made(measure, around, known, slots, projects)
    return Unmatched(around, "it does not say of what project or event of the record")


def _rank(measure: Measure, statement: Statement, said: tuple[str, str, str]) -> tuple[int, int, int] | None:
    """Return how closely the words of a statement are those of a measure; None when they are not."""
    if measure.measure_id == "project_opening_year" and not _year_alone(statement):
        return None
    if measure.measure_id == "project_opening" and _year_alone(statement):
        return None
    text, near, left = said
    if measure.without.found(text, near, left):
        return None
    if not all(group.found(text, near, left) for group in measure.groups):
        return None
    close = sum(group.is_close(near, left) for group in measure.groups)
    also = sum(bool(group.anywhere and group.anywhere.search(near)) for group in measure.groups)
    return (close + also, len(measure.groups), len(measure.needs))


def _year_alone(statement: Statement) -> bool:
    return re.fullmatch(r"\d{4}", statement.value) is not None and not statement.value_hi


def _claim(measure: Measure, around: Around, known: Known) -> Matched | str:
    """Return the claim a statement makes by a measure, or what is missing for it."""
    slots, subjects = _slots(measure, around, known)
    if isinstance(slots, str):
        return slots
    return _made(measure, around, known, slots, subjects)


def _made(
    measure: Measure,
    around: Around,
    known: Known,
    slots: Mapping[str, Sequence[str]],
    subjects: tuple[str, ...],
) -> Matched:
    """Put the claim together; a slot that may hold several things becomes readings."""
    statement = around.dated()
    several = {slot: values for slot, values in slots.items() if len(values) > 1}
    single = {slot: values[0] for slot, values in slots.items()}
    bases = _bases(measure, around, single, several, slots)
    expr = measure.row["expr"]
    for slot in several:
        expr = re.sub(rf"(?:, )?\w+=\{{{slot}\}}(?:, )?", "", expr)
    stated = _stated(measure, around, single) if not several else ""
    value, value_hi, unit = statement.value, statement.value_hi, statement.unit
    if measure.row["value"]:
        value, value_hi, unit = measure.row["value"].format(**single), "", measure.row["value_unit"]
    elif measure.row["unit"] == "year" and statement.kind == DATE:
        unit = "year"
    row = {
        "text": around.sight.sentence.text[:400],
        "said_by": around.sight.speaker,
        "said_on": known.text_day,
        "subject_id": subjects[0] if len(subjects) == 1 else "",
        "expr": expr.format(**single),
        "relation": measure.row["relation"] or statement.relation,
        "value": value, "value_hi": value_hi, "unit": unit,
        "about_date": "", "stated_base": stated, "expected": "", "note": measure.row["note"],
        "source_id": "", "basis": "claimed", "checked_on": known.today,
    }  # fmt: skip
    return Matched(around, measure.measure_id, measure.row["name"], subjects, row, tuple(bases))


def _bases(
    measure: Measure,
    around: Around,
    single: Mapping[str, str],
    several: Mapping[str, Sequence[str]],
    slots: Mapping[str, Sequence[str]],
) -> list[Mapping[str, str]]:
    """Return the readings: those of the measure, for each thing that may be meant."""
    argument = {slot: _argument(measure.row["expr"], slot) for slot in slots}
    choices = [[(slot, value) for value in values] for slot, values in several.items()]
    found: list[Mapping[str, str]] = []
    for combination in list(product(*choices))[:MOST_READINGS] if choices else [()]:
        filled = dict(single) | dict(combination)
        of = "_".join(value.lower() for _, value in combination)
        args = ";".join(f"{argument[slot]}={value}" for slot, value in combination)
        if not measure.readings and of:
            found.append({"base_id": of, "args": args, "note": of.replace("_", " ")})
        for reading in measure.readings:
            whole = ";".join(filter(None, (args, reading.args.format(**filled))))
            name = f"{of}_{reading.base_id}".strip("_")
            found.append({"base_id": name, "args": whole, "note": reading.note})
    return found


def _argument(expr: str, slot: str) -> str:
    found = re.search(rf"(\w+)=\{{{slot}\}}", expr)
    return found[1] if found else slot


def _stated(measure: Measure, around: Around, slots: Mapping[str, str]) -> str:
    """Return the reading the sentence itself names: by whose customs, by whose books."""
    text = around.sight.sentence.text.casefold()
    for reading in measure.readings:
        if reading.said is not None and reading.said.search(text):
            return reading.base_id
    counted = around.counted_by()
    if counted and {"a", "b"} <= slots.keys() and counted in (slots["a"], slots["b"]):
        wanted = "CHN" if counted == "CHN" else "partner"
        return next((r.base_id for r in measure.readings if r.args == f"reporter={wanted}"), "")
    return ""


def _slots(
    measure: Measure, around: Around, known: Known
) -> tuple[dict[str, Sequence[str]] | str, tuple[str, ...]]:
    """Return what fills the slots of a measure and the records it is about, or the first thing that is missing."""
    slots: dict[str, Sequence[str]] = known.days()
    subjects: list[str] = []
    for need in measure.needs:
        filled = _fill(need, measure, around, known, slots)
        if isinstance(filled, str):
            return filled, ()
        slots |= dict(zip(SLOTS[need], filled, strict=True))
        if need in ("project", "event", "pair", "country", "exporter", "importer", "way", "commitment"):
            subjects += [value.lower() for values in filled for value in values]
    return slots, tuple(dict.fromkeys(subjects))


def _fill(
    need: str, measure: Measure, around: Around, known: Known, slots: Mapping[str, Sequence[str]]
) -> tuple[Sequence[str], ...] | str:
    found: Sequence[str] | str
    match need:
        case "pair" | "way":
            found = around.pair() if need == "pair" else around.ways()
            return found if isinstance(found, str) else tuple((value,) for value in found)
        case "exporter" | "importer":
            found = around.direction()
            return found if isinstance(found, str) else ((found[need == "importer"],),)
        case "country":
            one, lack = around.country(), "it names no country"
        case "event":
            events = [around.event()] if around.event() else _events_of_pledges(around, known)
            return (events,) if events else "it names no event of the record near by"
        case "year" | "before":
            one, lack = (around.year() if need == "year" else around.year_before()), "it names no year"
        case "by":
            one, lack = around.by_day(), "it names no day until which it is counted"
        case "latest":
            one, lack = around.whole_year(), "it names no year"
        case "project":
            return _project(measure, around, known)
        case "commitment":
            pledges = _pledges(around, known)
            return (pledges,) if pledges else "it names no pledge of the record"
        case _:
            return f"nothing fills {need}"
    return ((one,),) if one else lack


def _project(measure: Measure, around: Around, known: Known) -> tuple[Sequence[str], ...] | str:
    projects = around.projects()
    if not projects:
        return "it names no project of the record"
    if len(projects) > 1:
        return f"it names {len(projects)} projects together ({', '.join(projects[:4])})"
    if measure.row["unit"] in ("any capacity", "MW"):
        unit = known.lookup.capacity_units.get(projects[0], "")
        if not unit or not same_sort(unit, around.statement.unit):
            return f"the record has the capacity of {projects[0]} in {unit or 'no unit'}"
    return (projects,)


def _match_status(around: Around, known: Known) -> list[Matched | Unmatched]:
    """Return one claim for each thing the status is said of."""
    statement = around.statement
    things = around.status_projects()
    if not things:
        return [Unmatched(around, "it names no project of the record")]
    measures = [m for m in known.measures if m.row["kind"] == STATUS and m.row["unit"] == statement.value]
    if not measures:
        return [Unmatched(around, f"no measure tests the status {statement.value!r}")]
    said = (around.words(), around.near(), around.near_before())
    ranked = [(rank, m) for m in measures if (rank := _rank(m, statement, said)) is not None]
    if not ranked:
        return [Unmatched(around, f"no measure of the status {statement.value!r} has these words")]
    measure = max(ranked, key=lambda one: one[0])[1]
    found: list[Matched | Unmatched] = []
    for projects in things:
        slots: dict[str, Sequence[str]] = known.days() | {"project": projects}
        if "first_announced" in measure.needs:
            day = known.lookup.announced.get(projects[0], "")
            if not day:
                found.append(
                    Unmatched(around, f"{measure.row['name']}: no earlier day for {projects[0]} is on record")
                )
                continue
            slots["first_announced"] = (day,)
        found.append(_made(measure, around, known, slots, projects))
    return found


def _events_of_pledges(around: Around, known: Known) -> list[str]:
    """Return the events at which what a sentence speaks of was committed."""
    if around.statement.kind != DATE:
        return []
    return sorted({c.event_id for c in known.lookup.alike(around.sight.sentence.text)})


def _pledges(around: Around, known: Known) -> list[str]:
    """Return the pledges of an amount's sort that the sentence may mean: of its event, or told by its words."""
    event = around.event()
    rows = [c for c in known.lookup.of_sort(around.statement.unit) if not event or c.event_id == event]
    if event and len(rows) == 1:
        return [rows[0].commitment_id]
    alike = [c.commitment_id for c in known.lookup.alike(around.sight.sentence.text) if c in rows]
    return sorted(alike) if event or len(alike) == 1 else []


def _may_hold(measure: Measure, unit: str, known: Known) -> bool:
    """Whether a measure that takes any capacity is ever one in a unit."""
    return measure.row["unit"] not in ANY or known.lookup.is_capacity(unit)


def _why(around: Around, known: Known, reasons: Sequence[tuple[tuple[int, int, int], str]]) -> str:
    """Return why nothing tests a statement: what the nearest measure lacks, or that there is none."""
    reasons = [
        (rank, why) for rank, why in reasons if rank[1]
    ]  # a measure without words says nothing of a statement
    if reasons:
        return max(reasons, key=lambda reason: reason[0])[1]
    statement = around.statement
    if statement.kind == DATE:
        return "it does not say of what project or event of the record"
    named = [
        m.row["name"]
        for m in known.of_sort(statement)
        if m.row["unit"] != ANY_AMOUNT and _may_hold(m, statement.unit, known)
    ]
    if not named:
        return f"nothing on record is measured in {statement.unit or 'numbers without a unit'}"
    return f"its words are those of no measure in {statement.unit}, such as {named[0]}"

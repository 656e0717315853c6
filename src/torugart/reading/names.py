"""Names of the record in prose: countries, groups of countries, projects, events and places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from torugart.reading.kinds import CONTENT_FREE, KINDS, canonical, kind_of, mode_kinds
from torugart.reading.sentences import WORD, Sentence, Word, plain_words

Tables = Mapping[str, pd.DataFrame]
# Of two records called alike the kind that stands first is meant: Iran is a country before it is a station.
ORDER = ("country", "project", "event", "place")
WIDEST = 14  # words over which the words of a name may be spread
GAP = 3  # a name goes on over so many words
REACH = 9  # words between a country and the things said to be in it
PARENTHESES = re.compile(r"\s*\([^()]*\)")
NUMBERED = re.compile(r"\b[A-Z][a-z]+-\d\b")
ROUTE = re.compile(
    r"((?:[A-Z][\w'.]*(?: [A-Z][\w'.]*)*-){2,}[A-Z][\w'.]*(?:-[A-Z][\w'.]*)*) (railway|road|motorway|highway|line)"
)
QUANTITY = re.compile(r"[\d,.+]+ ?(?:MW|GW|kV|km|m2|percent|cows)\b")
COUNTRY, PROJECT, EVENT, PLACE = ORDER


@dataclass(frozen=True, slots=True)
class Mention:
    """A record named in a text.

    Attributes
    ----------
    start, end : int
        Where in the text.
    kind : str
        country, project, event or place.
    ids : tuple of str
        The record; several when a plural names all of a kind ("the pipelines of Kazakhstan"). Countries by iso3.
    """

    start: int
    end: int
    kind: str
    ids: tuple[str, ...]


@dataclass(slots=True)
class Names:
    """Every name of the record, ready to be found; made once for a package."""

    tree: dict[str, Any] = field(default_factory=dict)
    bags: dict[str, list[tuple[frozenset[str], str, str]]] = field(default_factory=dict)
    projects: dict[str, tuple[frozenset[str], str, str]] = field(default_factory=dict)
    capitals: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, kind: str, record: str) -> None:
        """Add a name that is found word by word."""
        words = plain_words(name)
        if not words or (len(words) == 1 and len(words[0]) < 2):
            return
        node = self.tree
        for word in words:
            node = node.setdefault(word, {})
        first = WORD.search(name)
        proper = first is not None and first[0][0].isupper()
        node.setdefault("", []).append((ORDER.index(kind), record, kind, proper))

    def add_bag(self, name: str, kind: str, record: str) -> None:
        """Add a name whose words may stand in any order: a railway connecting China with Uzbekistan."""
        words = frozenset(map(canonical, plain_words(QUANTITY.sub(" ", name)))) - CONTENT_FREE
        proper = sorted(words - KINDS)
        if len(words) >= 2 and proper and words & KINDS:
            self.bags.setdefault(proper[0], []).append((words, kind, record))


def build_names(tables: Tables) -> Names:
    """Return the names of countries, projects, events and places of a package, with their aliases."""
    names = Names()
    countries = tables["countries"]
    rows: list[tuple[str, str, str]] = []
    for iso3, name, capital in zip(countries["iso3"], countries["name"], countries["capital"], strict=True):
        rows.append((str(iso3), COUNTRY, str(name)))
        if capital:
            names.capitals[" ".join(plain_words(str(capital)))] = str(iso3)
    for table, key, kind in (
        ("projects", "project_id", PROJECT),
        ("events", "event_id", EVENT),
        ("places", "place_id", PLACE),
    ):
        frame = tables[table]
        rows += [(str(row), kind, str(name)) for row, name in zip(frame[key], frame["name"], strict=True)]
    kinds = {record.casefold(): (record, kind) for record, kind, _ in reversed(rows)}
    aliases = tables["aliases"]
    for entity, lang, alias in zip(aliases["entity_id"], aliases["lang"], aliases["alias"], strict=True):
        if lang != "id" and str(entity).casefold() in kinds:
            rows.append((*kinds[str(entity).casefold()], str(alias)))
    for record, kind, name in rows:
        for said in {name, PARENTHESES.sub("", name)}:
            names.add(said, kind, record)
            if kind in (PROJECT, EVENT):
                names.add_bag(PARENTHESES.sub("", said), kind, record)
    for record, shorter in [*_short_names(rows), *_numbered_names(rows)]:
        names.add(shorter, PROJECT, record)
        names.add_bag(shorter, PROJECT, record)
    projects = tables["projects"]
    for row in projects.to_dict("records"):
        of = frozenset(str(row["countries"]).split(";"))
        names.projects[str(row["project_id"])] = (of, str(row["mode"]), str(row.get("sector", "")))
    return names


def _short_names(rows: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Yield names of lines by two of the places they join, where no other line can be meant."""
    countries = {plain_words(name) for _, kind, name in rows if kind == COUNTRY}
    found: dict[str, set[str]] = {}
    for record, kind, name in rows:
        route = ROUTE.fullmatch(PARENTHESES.sub("", name)) if kind == PROJECT else None
        places = re.split(r"-(?=[A-Z])", route[1]) if route else []
        if route is None or len(places) < 3 or any(plain_words(place) in countries for place in places):
            continue
        for first, last in ((0, 1), (0, -1), (-2, -1)):
            found.setdefault(f"{places[first]}-{places[last]} {route[2]}", set()).add(record)
    yield from ((next(iter(records)), name) for name, records in sorted(found.items()) if len(records) == 1)


def _numbered_names(rows: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Yield short names of works that bear a number, such as the Dushanbe-2 plant."""
    found: dict[str, set[str]] = {}
    for record, kind, name in rows:
        numbered = NUMBERED.search(name) if kind == PROJECT else None
        last = [word for word in plain_words(PARENTHESES.sub("", name)) if kind_of(word)]
        if numbered and last:
            found.setdefault(f"{numbered[0]} {last[-1]}", set()).add(record)
        if numbered:
            found.setdefault(numbered[0], set()).add(record)
    yield from ((next(iter(records)), name) for name, records in sorted(found.items()) if len(records) == 1)


def find_names(names: Names, sentence: Sentence) -> list[Mention]:
    """Return the records a sentence names, in order; of two names for the same words the longer counts."""
    words = sentence.words
    exact = list(_exact(names, words))
    things: list[_Candidate] = []
    for candidate in sorted([*exact, *_by_bag(names, words)], key=_Candidate.rank):
        if candidate.kind in (PROJECT, EVENT) and not any(candidate.clashes(other) for other in things):
            things.append(candidate)
    inside = {
        place for thing in things if thing.is_tight for place in range(min(thing.at), max(thing.at) + 1)
    }
    kept = things + [c for c in exact if c.kind in (COUNTRY, PLACE) and not c.at <= inside]
    found = [
        Mention(words[first].start, words[last].end, c.kind, c.ids)
        for c in kept
        for first, last in [c.span()]
    ]
    found += _all_of_a_kind(names, words, found)
    return sorted(found, key=lambda mention: (mention.start, mention.end, mention.ids))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A name found: the places of its words among the words of the sentence, and those that carry it."""

    kind: str
    ids: tuple[str, ...]
    at: frozenset[int]
    heads: frozenset[int]
    plural: bool = False

    def rank(self) -> tuple[int, int, int, tuple[str, ...]]:
        """The name with most words first; of equals the one whose words stand closest."""
        return (-len(self.at), max(self.at) - min(self.at), min(self.at), self.ids)

    def span(self) -> tuple[int, int]:
        """Its first and last word: those that stand together with the word for its kind."""
        places, head = sorted(self.at), max(self.heads)
        first = last = places.index(head)
        while first > 0 and places[first] - places[first - 1] <= GAP:
            first -= 1
        while last + 1 < len(places) and places[last + 1] - places[last] <= GAP:
            last += 1
        return places[first], places[last]

    @property
    def is_tight(self) -> bool:
        """Whether its words stand together."""
        return max(self.at) - min(self.at) < len(self.at) + 2

    def clashes(self, other: _Candidate) -> bool:
        """Whether two names are read from the same words, or one record is named twice by nearly the same words."""
        if self.ids == other.ids:
            return bool(self.at & other.at)
        # "The buildings of the parliament and the government" are two.
        several = self.plural and other.plural and not self.at <= other.at
        return bool(self.heads & other.heads) and not several


def _exact(names: Names, words: Sequence[Word]) -> Iterator[_Candidate]:
    at = 0
    while at < len(words):
        end, held = _longest(names.tree, words, at)
        if not held:
            at += 1
            continue
        least = min(order for order, *_ in held)
        records = tuple(sorted({record for order, record, _, _ in held if order == least}))
        kind = ORDER[least]
        if kind == PLACE and _is_possessive(words[end - 1]):
            capital = names.capitals.get(" ".join(word.plain for word in words[at:end]), "")
            if capital:  # "Beijing's customs" are those of China
                kind, records = COUNTRY, (capital,)
        places = frozenset(range(at, end))
        if kind == PLACE or len(records) == 1:
            heads = frozenset(place for place in places if canonical(words[place].plain) in KINDS)
            yield _Candidate(kind, records, places, heads or places)
        at = end


def _longest(
    tree: Mapping[str, Any], words: Sequence[Word], at: int
) -> tuple[int, list[tuple[int, str, str, bool]]]:
    node: Any = tree
    best: list[tuple[int, str, str, bool]] = []
    end = at
    for place in range(at, len(words)):
        node = node.get(words[place].plain)
        if node is None:
            break
        held = [name for name in node.get("", ()) if not name[3] or words[at].text[0].isupper()]
        if held:
            best, end = held, place + 1
    return end, best


def _is_possessive(word: Word) -> bool:
    return word.text.endswith("'s")


def _by_bag(names: Names, words: Sequence[Word]) -> Iterator[_Candidate]:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(canonical(word.plain), []).append(at)
    for key, at_all in places.items():
        for bag, kind, record in names.bags.get(key, ()):
            if not all(word in places for word in bag):
                continue
            for here in at_all:
                near = {min(places[word], key=lambda other: (abs(other - here), other)): word for word in bag}
                if max(near) - min(near) < WIDEST:
                    heads = frozenset(place for place, word in near.items() if word in KINDS)
                    plural = all(words[place].text.endswith("s") for place in heads)
                    yield _Candidate(kind, (record,), frozenset(near), heads, plural)
                    break


def _all_of_a_kind(names: Names, words: Sequence[Word], found: Sequence[Mention]) -> Iterator[Mention]:
    """Yield what a plural and a country name together: the oil and gas pipelines in Kazakhstan."""
    countries = [m for m in found if m.kind == COUNTRY and len(m.ids) == 1]
    for at, word in enumerate(words):
        kind = kind_of(word.plain) if word.plain.endswith("s") else ""
        if not kind or any(m.kind == PROJECT and m.start <= word.start < m.end for m in found):
            continue
        window = words[max(0, at - REACH) : at + REACH]
        near = [m for m in countries if window[0].start <= m.start and m.end <= window[-1].end]
        if len({m.ids for m in near}) != 1:
            continue
        sectors = {w.plain for w in words[max(0, at - 3) : at]} & {"oil", "gas", "power"}
        records = tuple(
            sorted(
                record for record, (of, mode, sector) in names.projects.items()
                if near[0].ids[0] in of and kind in mode_kinds(mode) and (not sectors or sector in sectors)
            )
        )  # fmt: skip
        if records:
            yield Mention(word.start, word.end, PROJECT, records)

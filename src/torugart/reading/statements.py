"""Sentences to statements: what carries a figure, a date or a status, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from torugart.reading.amounts import Amount, find_amounts
from torugart.reading.dates import SaidDate, find_dates
from torugart.reading.kinds import kind_of
from torugart.reading.names import EVENT, PROJECT, Mention, Names, find_names
from torugart.reading.sentences import Sentence, read_sentences
from torugart.reading.states import SaidState, find_states

MOST_STATEMENTS = 5_000  # of one text; a book has fewer, and what has more was made to keep a machine busy
NUMBER, DATE, STATUS = "number", "date", "status"
LIKENED = re.compile(
    r",? ?\b(?:matching|equal(?:ling)? to|equivalent to|the equivalent of|comparable (?:to|with)|the same as"
    r"|about as much as|as much as)\b"
)
HAPPENED_NEAR = 30  # characters between what happened and its date
LIKENED_WITHIN = 48  # characters between a figure and what it is likened to
SPEAKERS = (
    re.compile(r"\b[Aa]ccording to (?:the )?([^,;.()\"\u201c\u201d]{3,90})"),
    re.compile(
        r"(?:^|[,;] |\u201d,? |\" )(?:the )?((?:[A-Z][\w.'-]*|of|the|and|for|customs|data|officials?|ministry"
        r"|minister|prime|statisticians"
        r"|a trader)(?: (?:[A-Z][\w.'-]*|of|the|and|for|customs|data|officials?|ministry|minister|prime))*) "
        r"(?:said|says|told|reported|reports|announced|noted|estimates?|estimated|showed|shows|count|informs?)\b"
    ),
    re.compile(r"\b(?:said|says) (?:a |the )?([A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,5}|[a-z]+)\b"),
)
# A date makes a statement only where something happens: the words for it, in three languages.
HAPPENS = re.compile(
    r"\b(?:held|took place|takes? place|met|meet|convene\w*|gather\w*|brought together|attend\w*|host\w*|issued"
    r"|signed|adopted|began|begins?|begun"
    r"|start\w*|launch\w*|open\w*|inaugurat\w*|commission\w*|complet\w*|finish\w*|ended|enter\w*|establish\w*|due"
    r"|into (?:operation|service|force)"
    r"|broke ground|put into|operational|closed?|announced)\b|начал|начат|открыт|введ|состоял|подписа|开工|通车|投产|举行|召开|签署",
    re.IGNORECASE,
)
# A status is one of things that are built or agreed; what else is under way is no statement of this kind.
THINGS = frozenset({"project", "projects", "works", "construction", "agreement", "contract"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text says: a figure, a date or a status.

    Attributes
    ----------
    start, end : int
        Place in the text of the words that carry it.
    quote : str
        Those words.
    kind : str
        number, date or status.
    value, value_hi, unit, relation : str
        As in the table ``claims``; of a status ``value`` is its word.
    known : bool
        Whether the tables know the unit.
    adjective : bool
        Whether the figure qualifies the noun after it.
    likened : bool
        Whether the figure is said to equal something else.
    side : str
        Of a status: whether the thing stands before or after it.
    scope : tuple of (int, int)
        Part of the text in which its words are looked for.
    """

    start: int
    end: int
    quote: str
    kind: str
    value: str
    value_hi: str = ""
    unit: str = ""
    relation: str = "="
    known: bool = True
    adjective: bool = False
    likened: bool = False
    side: str = ""
    scope: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Sight:
    """A sentence with everything found in it; statements are tied to records within it and its paragraph."""

    sentence: Sentence
    dates: tuple[SaidDate, ...]
    amounts: tuple[Amount, ...]
    states: tuple[SaidState, ...]
    mentions: tuple[Mention, ...]
    speaker: str
    speaker_at: tuple[int, int]


def read_sights(text: str, names: Names, most: int = MOST_STATEMENTS) -> list[Sight]:
    """Return the sentences of a text with the dates, figures, statuses and names in them.

    After ``most`` dates, figures and statuses no further sentence is looked at.
    """
    found: list[Sight] = []
    held = 0
    for sentence in read_sentences(text):
        if held >= most:
            break
        found.append(look(sentence, names))
        held += len(found[-1].dates) + len(found[-1].amounts) + len(found[-1].states)
    return found


def look(sentence: Sentence, names: Names) -> Sight:
    """Return a sentence with what is in it."""
    dates = find_dates(sentence)
    amounts = find_amounts(sentence, [(said.start, said.end) for said in dates if said.first])
    states = find_states(sentence)
    # "US dollars" name no country.
    mentions = [
        m for m in find_names(names, sentence)
        if not any(a.start <= m.start and m.end <= a.end and m.ids != ("CA5",) for a in amounts)
    ]  # fmt: skip
    speaker, place = _speaker(sentence)
    return Sight(sentence, tuple(dates), tuple(amounts), tuple(states), tuple(mentions), speaker, place)


def find_statements(sight: Sight) -> Iterator[Statement]:
    """Yield the statements of a sentence in the order of the text."""
    sentence = sight.sentence
    whole = (sentence.start, sentence.end)
    found = [*_numbers(sight, whole), *_dates(sight, whole), *_statuses(sight, whole)]
    yield from sorted(found, key=lambda s: (s.start, s.likened, s.kind))


def _numbers(sight: Sight, whole: tuple[int, int]) -> Iterator[Statement]:
    sentence = sight.sentence
    for amount in sight.amounts:
        quote = sentence.text[amount.start - sentence.start : amount.end - sentence.start]
        likened = LIKENED.search(sentence.text, amount.end - sentence.start)
        if likened and likened.start() > amount.end - sentence.start + LIKENED_WITHIN:
            likened = None
        scope = (sentence.start, sentence.start + likened.start()) if likened else whole
        made = Statement(
            amount.start, amount.end, quote, NUMBER, amount.value, amount.value_hi, amount.unit, amount.relation,
            amount.known, amount.adjective, scope=scope,
        )  # fmt: skip
        yield made
        if likened:
            scope = (sentence.start + likened.start(), _clause_end(sentence, likened.end()))
            yield replace(made, likened=True, relation="~", scope=scope)


def _dates(sight: Sight, whole: tuple[int, int]) -> Iterator[Statement]:
    sentence = sight.sentence
    if not HAPPENS.search(sentence.text) and not any(m.kind == EVENT for m in sight.mentions):
        return
    if not (_names_a_thing(sight) or re.search(r"\b(?:it|they)\b", sentence.text, re.IGNORECASE)):
        return
    for said in sight.dates:
        if not said.first or _belongs_to_a_figure(sight, said):
            continue
        quote = sentence.text[said.start - sentence.start : said.end - sentence.start]
        yield Statement(said.start, said.end, quote, DATE, said.first, said.last, "date", scope=whole)


def _statuses(sight: Sight, whole: tuple[int, int]) -> Iterator[Statement]:
    if not _names_a_thing(sight):
        return
    sentence = sight.sentence
    for said in sight.states:
        quote = sentence.text[said.start - sentence.start : said.end - sentence.start]
        yield Statement(
            said.start, said.end, quote, STATUS, said.state, "", "text", "is", side=said.side, scope=whole
        )


def _names_a_thing(sight: Sight) -> bool:
    if any(m.kind in (PROJECT, EVENT) for m in sight.mentions):
        return True
    return any(kind_of(word.plain) or word.plain in THINGS for word in sight.sentence.words)


def _belongs_to_a_figure(sight: Sight, said: SaidDate) -> bool:
    """Whether a date only says what a figure is about: it stands in the same clause, and nothing happens on it."""
    text, base = sight.sentence.text, sight.sentence.start
    figures = [amount.end - base for amount in sight.amounts if amount.end <= said.start]
    left = text[max(0, said.start - base - HAPPENED_NEAR, *figures) : said.start - base]
    if HAPPENS.search(left):
        return False
    for amount in sight.amounts:
        if amount.unit in ("country",) or amount.unit.endswith("president"):
            continue
        first, last = sorted(((amount.start, amount.end), (said.start, said.end)))
        between = text[first[1] - base : last[0] - base]
        if not re.search(r"[;:\uff0c]|, (?:and|but|while|which|it|with)\b", between) and not HAPPENS.search(
            between
        ):
            return True
    return False


def _clause_end(sentence: Sentence, at: int) -> int:
    found = re.compile(r"[;:]|, (?:and|but|while|which)\b").search(sentence.text, at)
    return sentence.start + (found.start() if found else len(sentence.text))


def _speaker(sentence: Sentence) -> tuple[str, tuple[int, int]]:
    """Return who a sentence says it from, and where that stands."""
    for pattern in SPEAKERS:
        found = pattern.search(sentence.text)
        if found is not None:
            return found[1].strip(), (sentence.start + found.start(1), sentence.start + found.end(1))
    return "", (0, 0)

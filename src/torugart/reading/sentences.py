"""Text to paragraphs, sentences and words, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

LONGEST = 1_200  # characters; what goes on longer without a full stop is cut at a space
EMPTY_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
ITEM = re.compile(r"\n(?=[ \t]*(?:[*\u2022\u00b7\u25cf\u2013\u2014-] |\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)] ))")
STOP = re.compile(r"""[.!?\u2026]+["'\u201d\u00bb)\]]*(?=\s)|[\u3002\uff01\uff1f\uff1b]["'\u201d\u300d]*""")
NEXT = re.compile(r"""\s+["'\u201c\u00ab(\[*\u2022]*\s?[^\Wa-z\u0430-\u044f_]""")
ABBREVIATIONS = frozenset(
    [
        "no",
        "nr",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "approx",
        "ca",
        "cf",
        "vs",
        "inc",
        "ltd",
        "co",
        "tel",
        "fig",
        "pp",
        "etc",
        "govt",
        "dept",
        "est",
        "gen",
        "col",
        "sq",
        "cu",
        "г",
        "гг",
        "тыс",
        "млн",
        "млрд",
        "трлн",
        "долл",
        "руб",
        "стр",
        "им",
        "т",
        "км",
        "куб",
    ]
)
NUMBERING = re.compile(r"\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s")
WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+(?:'[^\W\d_\u3400-\u9fff]+)*[\u00b2\u00b3]?|\d+")
RUSSIAN_ENDINGS = re.compile(
    r"(?<=[\u0430-\u044f\u0451]{3})(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|иях|ией|ой|ей|ом|ем|ам|ям|ах|ях|ов|ев|ий|ый"
    r"|ая|яя|ое|ее|ые|ие|ую|юю|ых|их|ии|ия|ию|а|я|о|е|у|ю|ы|и|ь|й)$"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, with its place in the text and the form in which words are compared."""

    start: int
    end: int
    text: str

    @property
    def plain(self) -> str:
        """Without case, accents, possessive and Russian endings."""
        return plain_word(self.text)


@dataclass(frozen=True)
class Sentence:
    """A sentence: where it stands in the text, what it says, and its number in its paragraph."""

    start: int
    text: str
    paragraph: int
    number: int

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its words, placed in the text."""
        return tuple(
            Word(self.start + found.start(), self.start + found.end(), found[0])
            for found in WORD.finditer(self.text)
        )

    @cached_property
    def plain(self) -> frozenset[str]:
        """Its words in the form in which they are compared."""
        return frozenset(word.plain for word in self.words)


@lru_cache(maxsize=65536)
def plain_word(text: str) -> str:
    """Return the form in which a word is compared.

    Examples
    --------
    >>> plain_word("Türkiye's"), plain_word("Китаем"), plain_word("Китая")
    ('turkiye', 'кита', 'кита')
    """
    folded = text.casefold()
    if folded.endswith("'s"):
        folded = folded[:-2]
    if folded.isascii():
        return folded
    if "\u0400" <= folded[:1] <= "\u04ff":
        return RUSSIAN_ENDINGS.sub("", folded.replace("\u0451", "\u0435"))
    return "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a name in the form in which they are compared."""
    return tuple(plain_word(found[0]) for found in WORD.finditer(text))


def read_sentences(text: str) -> list[Sentence]:
    r"""Return the sentences of a text in order; an item of a list is at least one sentence.

    Examples
    --------
    >>> [s.text for s in read_sentences("It cost $4.7 bn. Work began on Dec. 27.\n\nThe end")]
    ['It cost $4.7 bn.', 'Work began on Dec. 27.', 'The end']
    """
    found = []
    for number, (start, end) in enumerate(_paragraphs(text)):
        place = 0
        for first, last in _pieces(text, start, end):
            said = text[first:last].replace("\n", " ")
            stripped = said.strip(" \t*\u2022\u00b7")
            if not stripped:
                continue
            first += said.index(stripped)
            numbering = NUMBERING.match(stripped)
            if numbering is not None and place_of_item(text, first):
                first, stripped = first + numbering.end(), stripped[numbering.end() :]
            found.append(Sentence(first, stripped, number, place))
            place += 1
    return found


def place_of_item(text: str, at: int) -> bool:
    """Whether a new line begins at a place, so that a number there may number an item."""
    before = text[max(0, at - 8) : at].rstrip(" \t*")
    return not before or before.endswith("\n")


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for gap in EMPTY_LINE.finditer(text):
        # Items of a list belong together even when empty lines part them.
        if gap.start() > at:
            yield at, gap.start()
        at = gap.end()
    if at < len(text):
        yield at, len(text)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    items = [start, *(found.start() + 1 for found in ITEM.finditer(text, start, end)), end]
    for first, last in pairwise(items):
        at = first
        for stop in STOP.finditer(text, first, last):
            if stop.end() > at and _ends_sentence(text, at, stop):
                yield from _cut(text, at, stop.end())
                at = stop.end()
        if at < last:
            yield from _cut(text, at, last)


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    if not text[stop.start()].isascii():
        return True
    if NEXT.match(text, stop.end()) is None:
        return False
    if stop[0][0] != ".":
        return True
    before = text[max(start, stop.start() - 12) : stop.start()]
    word = re.search(r"[^\W\d_]+$", before)
    if word is None:
        # "2.1. The" numbers an item; "in 2024. The" ends a sentence.
        return NUMBERING.fullmatch(text[start : stop.end()].lstrip(" \t\n*") + " ") is None
    initial = len(word[0]) == 1 and not before[: word.start()].endswith(tuple("0123456789"))
    return not initial and (word[0].casefold() not in ABBREVIATIONS or before[: word.start()][-1:].isdigit())


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        middle = space if space != -1 else start + LONGEST
        yield start, middle
        start = middle
    yield start, end

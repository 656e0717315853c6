"""Figures in prose: numbers with their scale, unit and currency, ranges, and the words that qualify them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from torugart.checks.interval import shortest
from torugart.reading.sentences import Sentence
from torugart.reading.unit_words import (
    CHINESE_SCALES,
    CHINESE_UNITS,
    EXACT,
    MONEY_SCALES,
    MOST_WORDS,
    NUMBER_WORDS,
    ONES,
    PER,
    PHRASES,
    SCALES,
    SIGNS,
    TENS,
    composed,
    counted_unit,
    is_known,
)

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?: \d{3}){1,4}(?![\d,.]*\d)|\d+(?:[.,]\d+)?"
SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
FIGURE = re.compile(
    rf"(?<![A-Za-z0-9_\u0400-\u04ff.,:/#@+&-])(?P<sign>{SIGN})? ?(?P<a>{NUMBER})"
    rf"(?:(?P<to>-| - |\u2013|\u2014| \u2013 | to | and )(?P<sign2>{SIGN})?(?P<b>{NUMBER})(?![\w./:-]*\d))?"
)
SPELLED = re.compile(
    rf"(?<![\w-])(?:({'|'.join(TENS)})-({'|'.join(ONES)})|({'|'.join(NUMBER_WORDS)}))\b", re.IGNORECASE
)
# What stands in digits and is no figure: addresses, telephones, clock times, references, numbering.
NO_FIGURE = re.compile(
    r"https?://[^\s]{1,2000}|\b[\w.+-]{1,64}@[\w.-]{1,250}|\b[\w-]{1,60}\.(?:com|org|net|cn|kz|kg|uz|ru|eu|example)\b"
    r"|\+\d[\d ()-]{5,30}\d|\(\d{2,5}(?: \d{1,4}){0,2}\) ?\d[\d -]{4,20}\d|\b\d{1,2}:\d{2}\b(?::\d{2})?"
    r"|\b(?:no|nr|page|pages|room|article|section|chapter|annex|item|paragraph|point|version|resolution|order|flight"
    r"|route|table|figure|chart|line|phase|stage|unit|block|lot|floor)s?\.? ?(?:no\.? ?)?\d[\w./-]{0,20}(?: of \d{1,4}\b)?"
    r"|\u2116 ?\d[\w./-]{0,20}|\b\d{1,4} (?:in|out of) \d{1,4}\b(?! ?(?:%|per))|\b\d{1,3} min(?:utes?)? read\b|\(\d{1,5} comments?\)"
    r"|\b\d{3,4}s\b|\b\d{1,3}(?:st|nd|rd|th)\b|\b[A-Za-z]{1,6}-?\d[\w/-]{0,30}"
)
TAIL = re.compile(r"[ -]?([^\W\d_]+[\u00b2\u00b3]?(?:/[^\W\d_]{1,9})?|[%\u2030]|m[23]\b)(\.(?= ))?")
OF_WHAT = re.compile(r" of [a-z-]{2,20}(?: [a-z-]{2,20})? (?=(?:a|an|per|each|every|annually)\b)")
RATE = re.compile(
    r" ?/ ?([a-z]{1,9})\b|[ -](?:a|an|per|each|every)[ -]([a-z]{1,10})\b(?! (?:earlier|before|ago|later|after|on year))"
    r"|( annually\b| yearly\b| per annum\b)|( в год\b)", re.IGNORECASE,
)  # fmt: skip
AT_LEAST = re.compile(
    r"(?:\b(?:over|above|at least|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|topp(?:ed|ing)|pass(?:ed|es|ing)|"
    r"(?:no|not) (?:less|fewer) than|(?<!no )(?<!not )more than|higher than|in excess of|upwards of|a minimum of|более|свыше|не менее)"
    r"|超过|逾)\s?(?:the )?$", re.IGNORECASE,
)  # fmt: skip
AT_MOST = re.compile(
    r"\b(?:up to|at most|(?:no|not) more than|(?<!no )(?<!not )(?:less|fewer) than|under|below|a maximum of|не более|менее)\s?$",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:\b(?:about|around|nearly|almost|some|roughly|approximately|approx\.?|close to|circa|ca\.?|an estimated|matching|около|почти"
    r"|примерно)|[~\u2248]|近|约)\s?(?:the )?$", re.IGNORECASE,
)  # fmt: skip
OR_MORE = re.compile(r"^ ?(?:or (?:more|over|above)|\+|plus\b)", re.IGNORECASE)
NOT_A_UNIT = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "down",
        "each",
        "for",
        "from",
        "had",
        "has",
        "have",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "last",
        "more",
        "next",
        "of",
        "off",
        "on",
        "or",
        "out",
        "over",
        "per",
        "since",
        "so",
        "than",
        "that",
        "the",
        "their",
        "then",
        "these",
        "this",
        "those",
        "to",
        "under",
        "until",
        "up",
        "was",
        "were",
        "when",
        "where",
        "which",
        "while",
        "who",
        "will",
        "with",
        "would",
        "compared",
        "according",
        "against",
        "during",
        "before",
        "after",
        "about",
        "less",
        "fewer",
        "times",
        "fold",
        "percentage",
        "new",
        "и",
        "в",
        "на",
        "с",
        "к",
        "до",
        "по",
        "от",
        "из",
        "за",
        "что",
    ]
)
LOOK_BACK = 28
PERSONS, CROWD = ("people", "person"), 100  # fewer are those in a room, not those of a record


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure as written.

    Attributes
    ----------
    start, end : int
        Its place in the text, sign, scale and unit included.
    value, value_hi : str
        Digits as the tables write them; ``value_hi`` ends a range.
    unit : str
        Unit as the tables write it, or in the words of the text when the tables know no such unit.
    known : bool
        Whether the unit is one of the tables.
    relation : str
        ``=``, ``~``, ``>=`` or ``<=``.
    adjective : bool
        Whether it qualifies the noun after it, as in a 272-km railway.
    """

    start: int
    end: int
    value: str
    value_hi: str
    unit: str
    known: bool
    relation: str
    adjective: bool


@dataclass(frozen=True, slots=True)
class _Tail:
    end: int
    scale: str = ""
    unit: str = ""
    per: str = ""
    factor: float = 1.0
    hyphen: bool = False


def find_amounts(sentence: Sentence, taken: Sequence[tuple[int, int]] = ()) -> list[Amount]:
    """Return the figures of a sentence that have a unit, a scale or something counted.

    Parameters
    ----------
    sentence : Sentence
        Where to look.
    taken : sequence of (int, int)
        Places in the text that are something else, such as dates.
    """
    text, base = sentence.text, sentence.start
    closed = [(start - base, end - base) for start, end in taken]
    closed += [found.span() for found in NO_FIGURE.finditer(text)]
    closed.sort()
    found: list[Amount] = []
    for match in FIGURE.finditer(text):
        if not _overlaps(match.span("a"), closed) and (amount := _amount(text, match, base, closed)):
            found.append(amount)
    closed = sorted([*closed, *((a.start - base, a.end - base) for a in found)])
    for match in SPELLED.finditer(text):
        if not _overlaps(match.span(), closed) and (amount := _spelled(text, match, base)):
            found.append(amount)
    return sorted(found, key=lambda amount: amount.start)


def _amount(text: str, match: re.Match[str], base: int, closed: Sequence[tuple[int, int]]) -> Amount | None:
    first, last, end = match["a"], match["b"] or "", match.end()
    start = match.start("sign") if match["sign"] else match.start("a")
    sign = match["sign"] or match["sign2"] or ""
    if last and not _is_range(text, match, closed):
        last, end, sign = "", match.end("a"), match["sign"] or ""
    if (
        " " in first
        and " " in text[max(0, start - 2) : start]
        and text[max(0, start - 2) : start].strip().isdigit()
    ):
        return None
    tail = _tail(text, end, bool(sign))
    if not last and match["to"] == " to " and tail.unit and not sign:
        # "45 days to 70 days" stays two figures.
        pass
    russian = tail.end > end and "\u0400" <= text[min(tail.end - 1, len(text) - 1)] <= "\u04ff"
    value, value_hi = _digits(first, russian), _digits(last, russian)
    if value is None or value_hi is None or not _rises(value, value_hi):
        return None
    unit = SIGNS.get(sign, "") or tail.unit
    if not unit and not tail.scale:
        return None
    if tail.factor != 1.0:
        value, value_hi, scale = _chinese(value, value_hi, tail.factor)
        tail = _Tail(tail.end, scale, unit, tail.per)
    whole = composed(tail.scale, unit, tail.per)
    if unit in PERSONS and not tail.scale and float(value) < CROWD:
        return None
    return Amount(
        base + start, base + tail.end, value, value_hi, whole, is_known(whole), _relation(text, start, tail.end), tail.hyphen
    )  # fmt: skip


def _spelled(text: str, match: re.Match[str], base: int) -> Amount | None:
    """A number in words is read only before a unit of time or something counted, and before a scale with a unit."""
    tail = _tail(text, match.end(), money=False)
    if not tail.unit or not is_known(composed(tail.scale, tail.unit, tail.per)):
        return None
    tens, ones, plain = (part.casefold() if part else "" for part in match.groups())
    value = str(NUMBER_WORDS[plain] if plain else TENS[tens] + ONES[ones])
    unit = composed(tail.scale, tail.unit, tail.per)
    return Amount(
        base + match.start(), base + tail.end, value, "", unit, True, _relation(text, match.start(), tail.end), tail.hyphen
    )  # fmt: skip


def _is_range(text: str, match: re.Match[str], closed: Sequence[tuple[int, int]]) -> bool:
    if _overlaps(match.span("b"), closed):
        return False
    before = text[max(0, match.start() - 9) : match.start()].casefold().rstrip()
    if match["to"] == " and ":
        return before.endswith("between")
    # What rises from one figure to another is no range.
    return match["to"] != " to " or not before.endswith("from")


def _tail(text: str, at: int, money: bool) -> _Tail:
    """Read scale, unit and rate after a number."""
    if at < len(text) and "\u3400" <= text[at] <= "\u9fff":
        return _chinese_tail(text, at)
    words = _following(text, at)
    scale, unit, end, used, hyphen = "", "", at, 0, False
    if words:
        word = words[0][0]
        scale = SCALES.get(word.casefold(), "") or (MONEY_SCALES.get(word, "") if money else "")
        if scale:
            end, used = words[0][1], 1
    for count in range(min(MOST_WORDS + 1, len(words) - used), 0, -1):
        phrase = " ".join(word for word, _, _ in words[used : used + count])
        unit = EXACT.get(phrase, "") or PHRASES.get(phrase.casefold(), "")
        if unit:
            end, hyphen = words[used + count - 1][1], words[0][2]
            break
    if not unit and not money:
        unit, end = _noun(text, words[used:], end, bool(scale))
    if not unit and not money and not scale:
        return _Tail(at)
    per, end = _rate(text, end)
    return _Tail(end, scale, unit, per, hyphen=hyphen)


def _following(text: str, at: int) -> list[tuple[str, int, bool]]:
    """Return the next words with their ends, and whether a hyphen ties them; as far as spaces and hyphens lead."""
    found = []
    for _ in range(MOST_WORDS + 2):
        match = TAIL.match(text, at)
        if match is None:
            break
        found.append((match[1], match.end(1), text[at] == "-"))
        at = match.end()
    return found


def _noun(text: str, words: Sequence[tuple[str, int, bool]], end: int, scaled: bool) -> tuple[str, int]:
    """Return what is counted: a noun of the tables near by, or after a scale or before a rate any noun."""
    for word, place, _ in words[:4]:
        if word.casefold() in NOT_A_UNIT:
            break
        if unit := PHRASES.get(word.casefold(), "") if word.casefold() in _COUNTRIES else counted_unit(word):
            return unit, place
    if words and words[0][0].casefold() not in NOT_A_UNIT and words[0][0].islower():
        word, place, _ = words[0]
        per, _ = _rate(text, place)
        if scaled or (per and per != "day" and not word.endswith("ly")):
            return word, place
    return "", end


_COUNTRIES = frozenset(phrase for phrase, unit in PHRASES.items() if unit == "country")


def _rate(text: str, at: int) -> tuple[str, int]:
    skipped = OF_WHAT.match(text, at)
    found = RATE.match(text, skipped.end() - 1 if skipped else at)
    if found is None:
        return "", at
    word = (found[1] or found[2] or "").casefold()
    if found[3] or found[4]:
        return "year", found.end()
    return (PER[word], found.end()) if word in PER else ("", at)


def _chinese_tail(text: str, at: int) -> _Tail:
    factor = 1.0
    for word, size in CHINESE_SCALES.items():
        if text.startswith(word, at):
            factor, at = size, at + len(word)
            break
    for word, unit in CHINESE_UNITS.items():
        if text.startswith(word, at):
            return _Tail(at + len(word), unit=unit, factor=factor)
    return _Tail(at)


def _chinese(value: str, value_hi: str, factor: float) -> tuple[str, str, str]:
    """Turn ten thousands and hundred millions to thousands, millions and billions."""
    size, scale = next(
        (s, n)
        for s, n in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
        if factor * float(value) >= s
    )
    # A power of ten moves the point and leaves every digit as it was printed.
    return _moved(value, factor / size), _moved(value_hi, factor / size) if value_hi else "", scale


def _moved(value: str, factor: float) -> str:
    return shortest(float(f"{float(value) * factor:.12g}"))


def _digits(written: str, russian: bool) -> str | None:
    """Return a number as the tables write it; None when it cannot be one."""
    if not written:
        return ""
    plain = written.replace(" ", "")
    if "," in plain:
        thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain) and not russian
        plain = plain.replace(",", "" if thousands else ".")
    return plain if plain.count(".") <= 1 and len(plain) <= 20 else None


def _rises(value: str, value_hi: str) -> bool:
    return not value_hi or float(value) <= float(value_hi)


def _relation(text: str, start: int, end: int) -> str:
    before = text[max(0, start - LOOK_BACK) : start]
    if AT_LEAST.search(before) or OR_MORE.match(text[end : end + 12]):
        return ">="
    if AT_MOST.search(before):
        return "<="
    return "~" if ABOUT.search(before) else "="


def _overlaps(span: tuple[int, int], closed: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in closed)

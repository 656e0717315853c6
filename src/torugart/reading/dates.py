"""Dates in prose: days, months, years and spans of days in the forms that newspapers, offices and web logs use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from torugart.reading.amounts import NO_FIGURE
from torugart.reading.sentences import Sentence
from torugart.reading.unit_words import EXACT, PHRASES, SCALES
from torugart.record.dates import parse_date

ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
RUSSIAN = ["янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
MONTH_RU = r"(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)(?:я|ь|е|й|а|ю|у)"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
YEAR = r"(?:19|20)\d\d"
TH = r"(?:st|nd|rd|th)?"
DASH = r"(?: ?[-\u2013\u2014] ?| to | and )"
EDGE, END = r"(?<![\w./-])", r"(?![\w/-]|[.,]\d)"
FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("ymd", rf"{EDGE}({YEAR})-(\d\d)-(\d\d){END}"),
        ("chinese", r"((?:19|20)\d\d)年(?:(\d{1,2})月(?:(\d{1,2})日)?)?"),
        ("dmy_dots", rf"{EDGE}({DAY})\.(0?[1-9]|1[0-2])\.({YEAR}){END}"),
        ("dmy_slash", rf"{EDGE}(\d\d?)/(\d\d?)/({YEAR}){END}"),
        ("days_month", rf"{EDGE}({DAY}){TH}{DASH}({DAY}){TH}(?: of)? ({MONTH})(?:,? ({YEAR}))?{END}"),
        ("month_days", rf"\b({MONTH}) ({DAY}){TH}{DASH}({DAY}){TH}(?:,? ({YEAR}))?{END}"),
        ("day_month", rf"{EDGE}({DAY}){TH}(?: of)? ({MONTH})(?:,? ({YEAR}))?{END}"),
        ("month_day", rf"\b({MONTH}) ({DAY}){TH}(?:,? ({YEAR}))?{END}"),
        ("month_year", rf"\b({MONTH}),? ({YEAR}){END}"),
        ("russian", rf"{EDGE}(?:({DAY}) )?({MONTH_RU}) ({YEAR})(?: года?у?|г\.?)?{END}"),
        ("years", rf"{EDGE}({YEAR})[-\u2013\u2014/]({YEAR}|\d\d){END}"),
        (
            "year",
            rf"{EDGE}(?:(?:early|mid|late|end|q[1-4]|fy)[ -]?)?({YEAR})(?:-?(?: ?г\.| году| года| год))?{END}",
        ),
    )
)
RELATIVE = re.compile(
    r"\b(?:(?:a|one) year (?:earlier|before|ago)|(?:the )?(?:previous|preceding|prior) year|year[- ]on[- ]year|last year|this year"
    r"|the year before|годом ранее|прошл(?:ого|ым|ом) год(?:а|ом|у)|прошлом году)\b", re.IGNORECASE,
)  # fmt: skip
LEAD = re.compile(r"([^\W\d_]+)(?: the)?(?: end of| early| late| first half of)?\s*$")
BEFORE_A_YEAR = re.compile(r"[$€£¥]\s?$|\b(?:no|nr|page|room)\.? ?$", re.IGNORECASE)
UNIT_AFTER = re.compile(r"[ -]([^\W\d_]+[\u00b2\u00b3]?)")


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date in a text.

    Attributes
    ----------
    start, end : int
        Its place.
    first, last : str
        ISO 8601, as exact as it was written; ``last`` ends a span. Without its year ``--06-16``.
    lead : str
        The word before it, such as by or since.
    relative : str
        ``before`` or ``same`` when it only says how it stands to another date.
    """

    start: int
    end: int
    first: str
    last: str = ""
    lead: str = ""
    relative: str = ""

    @property
    def has_year(self) -> bool:
        """Whether its year is written."""
        return bool(self.first) and not self.first.startswith("--")

    @property
    def year(self) -> str:
        """Its year, when it is written."""
        return (self.last or self.first)[:4] if self.has_year else ""

    def in_year(self, year: str) -> SaidDate:
        """The same date in a year."""
        first, last = (year + part[1:] if part.startswith("--") else part for part in (self.first, self.last))
        return SaidDate(self.start, self.end, first, last, self.lead, self.relative)


def find_dates(sentence: Sentence) -> list[SaidDate]:
    """Return the dates of a sentence in order; what could be two dates (03/04/2024) is none."""
    text, base = sentence.text, sentence.start
    found: list[SaidDate] = []
    closed = [
        span for span in (match.span() for match in NO_FIGURE.finditer(text)) if not _is_ordinal(text, span)
    ]
    for name, form in FORMS:
        for match in form.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in closed):
                continue
            if name == "year" and not _is_year(text, match):
                continue
            read = _read(name, match)
            closed.append(match.span())  # no part of 31 June 2024 is a date either
            if read is None:
                continue
            lead = LEAD.search(text[max(0, match.start() - 30) : match.start()])
            found.append(
                SaidDate(base + match.start(), base + match.end(), *read, lead[1].casefold() if lead else "")
            )
    for match in RELATIVE.finditer(text):
        relative = "same" if match[0].casefold() == "this year" else "before"
        lead = LEAD.search(text[max(0, match.start() - 30) : match.start()])
        word = lead[1].casefold() if lead else ""
        # Last and this year hang on the day of the text, the others on a date beside them.
        kind = (
            f"text {relative}"
            if match[0].casefold() in ("last year", "this year") or "прошл" in match[0].casefold()
            else relative
        )
        found.append(SaidDate(base + match.start(), base + match.end(), "", "", word, kind))
    return sorted(found, key=lambda said: said.start)


def _is_ordinal(text: str, span: tuple[int, int]) -> bool:
    return re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", text[span[0] : span[1]]) is not None


def _is_year(text: str, match: re.Match[str]) -> bool:
    """Whether four digits are a year and not so many kilometres."""
    if BEFORE_A_YEAR.search(text[max(0, match.start() - 8) : match.start()]):
        return False
    after = UNIT_AFTER.match(text, match.end())
    if after is None:
        return text[match.end() : match.end() + 1] not in ("%", "°")
    word = after[1]
    return not (
        word in EXACT or word.casefold() in SCALES or PHRASES.get(word.casefold(), "country") != "country"
    )


def _read(name: str, match: re.Match[str]) -> tuple[str, str] | None:
    part = match.groups()
    match name:
        case "ymd":
            return _valid(part[0], part[1], part[2])
        case "chinese":
            return _valid(part[0], part[1], part[2])
        case "dmy_dots":
            return _valid(part[2], part[1], part[0])
        case "dmy_slash":
            return _slashed(part)
        case "days_month":
            return _days(part[3], _month(part[2]), part[0], part[1])
        case "month_days":
            return _days(part[3], _month(part[0]), part[1], part[2])
        case "day_month":
            return _valid(part[2], _month(part[1]), part[0])
        case "month_day":
            return _valid(part[2], _month(part[0]), part[1])
        case "month_year":
            return _valid(part[1], _month(part[0]), None)
        case "russian":
            return _valid(part[2], _russian_month(part[1]), part[0])
        case "years":
            last = part[1] if len(part[1]) == 4 else part[0][:2] + part[1]
            return (part[0], last) if part[0] < last else None
    return part[0], ""


def _slashed(part: tuple[str, ...]) -> tuple[str, str] | None:
    """A date with slashes is read only when one of its numbers cannot be a month."""
    a, b = int(part[0]), int(part[1])
    if a > 12 >= b:
        return _valid(part[2], part[1], part[0])
    return _valid(part[2], part[0], part[1]) if b > 12 >= a or a == b else None


def _valid(year: str | None, month: str | None, day: str | None) -> tuple[str, str] | None:
    written = f"{year or '-'}" + (f"-{int(month):02d}" if month else "") + (f"-{int(day):02d}" if day else "")
    tried = written if year else f"2024{written[1:]}"
    return (written, "") if parse_date(tried) is not None else None


def _days(year: str | None, month: str, first: str, last: str) -> tuple[str, str] | None:
    one, two = _valid(year, month, first), _valid(year, month, last)
    return (one[0], two[0]) if one and two and int(first) <= int(last) else None


def _month(word: str) -> str:
    return str(ENGLISH.index(word[:3].casefold()) + 1)


def _russian_month(word: str) -> str:
    lower = word.casefold()
    return str(
        next(
            n
            for n, stem in enumerate(RUSSIAN, 1)
            if lower.startswith(stem) and (stem != "ма" or len(lower) == 3)
        )
    )


def latest(dates: list[SaidDate]) -> str:
    """Return the latest year that a text names and that is no forecast by its distance; empty when it names none."""
    years = [said.year for said in dates if said.has_year and 1990 <= int(said.year) <= date.max.year]
    return max(years, default="")

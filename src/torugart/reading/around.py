"""What stands around a statement: its words, its countries and projects, its year; also those a paragraph carries on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from torugart.reading.dates import SaidDate
from torugart.reading.kinds import DEFINITE, canonical, kind_of, mode_kinds
from torugart.reading.names import COUNTRY, EVENT, PROJECT, Mention, Names
from torugart.reading.statements import Sight, Statement

NEAR_BEFORE, NEAR_AFTER = 48, 36  # characters that are close to a figure
EVENT_NEAR, EVENT_FAR = 28, 100  # between an event and its date: at once, or with a word for its being held
BACK = 3  # sentences of a paragraph over which "it" or "the line" may reach back
CARRIED = frozenset(
    {"it", "its", "they", "their", "this", "that", "these", "those", "figure", "flow", "flows", "volume", "volumes",
     "books", "partners", "total", "trade", "turnover", "same", "latter"}
)  # fmt: skip
HELD = re.compile(
    r"\b(?:held|took place|takes? place|met|convene\w*|gather\w*|brought together|attend\w*|host\w*|issued|signed"
    r"|adopted|opened)\b|举行|召开|состоял",
    re.IGNORECASE,
)
OF_EVENT = frozenset({"", "in", "on", "from", "at", "of", "held", "the", "during", "в", "с"})
CLAUSE = re.compile(r"[;:]|, (?:and|but|while|whereas|which|as)\b")
DETERMINERS = frozenset({"the", "this", "that", "its", "their"})
COMPARED = frozenset({"from", "with", "than", "over", "against", "to", "on", "in", "versus"})
UNTIL = frozenset({"by", "until", "till", "to", "of", "at", "к", "до", "since", "through"})
STATISTICS = re.compile(
    r"^(?:'s)?(?: own)?(?: (?:national|government|state|official|foreign|trade))? (?:customs|statistic\w*"
    r"|officials?|data|figures|authorities|books)\b"
)


@lru_cache(maxsize=1024)
def _together(before: str, text: str, first: int, last: int) -> str:
    """Return part of a sentence after the one before it; the same object for every figure of a sentence."""
    part = text[first:last].casefold()
    return f"{before.casefold()} . {part}" if before else part


@dataclass(frozen=True, slots=True)
class Around:
    """A statement in its sentence, with the sentences of its paragraph before it."""

    statement: Statement
    sight: Sight
    before: tuple[Sight, ...]
    names: Names
    text_day: str
    latest_year: str

    @property
    def carries_on(self) -> bool:
        """Whether the sentence goes on about what was said before."""
        return not CARRIED.isdisjoint(self.sight.sentence.plain)

    def words(self) -> str:
        """Text in which words of a measure are looked for: of a figure likened to something that part alone."""
        statement, sentence = self.statement, self.sight.sentence
        first, last = statement.scope
        if statement.kind == "date":
            return sentence.text[slice(*self._clause())].casefold()
        before = (
            self.before[-1].sentence.text if self.carries_on and self.before and not statement.likened else ""
        )
        return _together(before, sentence.text, first - sentence.start, last - sentence.start)

    def near(self) -> str:
        """Text close to the figure, within its clause; a figure in parentheses qualifies what stands before them."""
        text, base = self.sight.sentence.text, self.sight.sentence.start
        if self.statement.likened:
            return self.words()
        end = self.statement.end - base
        right = text[end : end + NEAR_AFTER]
        cut = re.search(r"[,;:\uff0c]", right)
        parts = [self.near_before(), right[: cut.start() if cut else None].casefold()]
        before = text[: self.statement.start - base]
        if (
            self.statement.adjective
            or before.endswith("(")
            or (before.endswith(", ") and text[end : end + 1] == ",")
        ):
            parts.append("adjective")
        return "  ".join(parts)

    def near_before(self) -> str:
        """The part of that text before the figure."""
        text, start = self.sight.sentence.text, self.statement.start - self.sight.sentence.start
        left = text[max(0, start - NEAR_BEFORE) : start]
        cuts = [found.end() for found in CLAUSE.finditer(left)]
        return left[cuts[-1] if cuts else 0 :].casefold()

    def countries(self) -> list[Mention]:
        """Countries the sentence names, the speaker's left out where others are there."""
        first, last = self.statement.scope
        found = [m for m in self.sight.mentions if m.kind == COUNTRY]
        if self.statement.likened:
            found = [m for m in found if first <= m.start and m.end <= last]
        start, end = self.sight.speaker_at
        heard = [m for m in found if not (start <= m.start and m.end <= end)]
        return heard if heard else found

    def pair(self) -> tuple[str, str] | str:
        """The two countries of a trade, China first; or why they are not known."""
        own = self._distinct(self.countries())
        if len(own) < 2 and self.carries_on:
            for sight in reversed(self.before[-BACK:]):
                ids = [m.ids[0] for m in sight.mentions if m.kind == COUNTRY]
                both = list(dict.fromkeys([*own, *ids]))
                if len(both) > len(own):
                    own = both
                    break
        if len(own) > 2:
            own = self._distinct(self._in_clause(self.countries()))
        if len(own) != 2:
            lack = f"only {own[0]}" if len(own) == 1 else "more than two countries" if own else "no country"
            return f"it names {lack} where two are needed"
        first, second = sorted(own, key=lambda iso3: (iso3 != "CHN", iso3))
        return first, second

    def direction(self) -> tuple[str, str] | str:
        """The country that sells and the one that buys; or why they are not known."""
        found = self.countries()
        if len(self._distinct(found)) < 2 and self.carries_on and self.before:
            found = [m for m in self.before[-1].mentions if m.kind == COUNTRY]
        ids = self._distinct(found)
        if len(ids) > 2:
            found = self._in_clause(found)
            ids = self._distinct(found)
        if len(ids) != 2:
            return "it does not name one country that sells and one that buys"
        role: dict[str, str] = {}
        for mention in found:
            word = self._word_before(mention)
            if word in ("to", "into", "в", "для"):
                role[mention.ids[0]] = "buys"
            elif word in ("from", "by", "of", "из"):
                role[mention.ids[0]] = "sells"
        imports = "import" in self.sight.sentence.text.casefold()
        if not role:
            # The one named first does it: sells, or buys where imports are spoken of.
            role[ids[0]] = "buys" if imports else "sells"
        sells = [iso3 for iso3 in ids if role.get(iso3) == "sells"] or [
            i for i in ids if role.get(i) != "buys"
        ]
        buys = [iso3 for iso3 in ids if iso3 not in sells]
        if len(sells) != 1 or len(buys) != 1:
            return "it does not say which country sells and which buys"
        return sells[0], buys[0]

    def country(self) -> str:
        """The country nearest to the figure; empty when none is named."""
        found = self.countries()
        if not found and self.carries_on and self.before:
            found = [m for m in self.before[-1].mentions if m.kind == COUNTRY]
        return min(found, key=self._distance).ids[0] if found else ""

    def counted_by(self) -> str:
        """The country whose statistics the sentence names as its source; empty when it names none."""
        base, text = self.sight.sentence.start, self.sight.sentence.text.casefold()
        for mention in self.sight.mentions:
            if mention.kind == COUNTRY and STATISTICS.match(text[mention.end - base :]):
                return mention.ids[0]
        return ""

    def projects(self) -> tuple[str, ...]:
        """The project a figure or a status is about; several when a plural names all of a kind."""
        own = [m for m in self.sight.mentions if m.kind == PROJECT]
        here = self._in_clause(own)
        if own and not here and self._names_another():
            return ()
        return self._nearest(here or own) if own else self._carried_project()

    def listed_projects(self) -> list[tuple[str, ...]]:
        """The projects a date is about, when several are listed together."""
        own = [m for m in self.sight.mentions if m.kind == PROJECT and m.start < self.statement.start]
        return [m.ids for m in self._joined(own)] if own else [self.projects()]

    def status_projects(self) -> list[tuple[str, ...]]:
        """The projects that a status is said of: those on its side of the sentence."""
        statement = self.statement
        own = [m for m in self.sight.mentions if m.kind == PROJECT]
        before = [m for m in own if m.start < statement.start]
        after = [m for m in own if m.start >= statement.end]
        if statement.side == "after" and after:
            stop = min(
                (s.start for s in self.sight.states if s.start > statement.start),
                default=self.sight.sentence.end,
            )
            return [m.ids for m in after if m.start < stop] or [after[0].ids]
        if statement.side == "either" and after:
            return [after[0].ids]
        if before:
            last = max((s.end for s in self.sight.states if s.end <= statement.start), default=0)
            since = [m for m in before if m.start >= last] or before
            return [m.ids for m in self._joined(since)]
        carried = self._carried_project()
        return [carried] if carried else [m.ids for m in after[:1]]

    def event(self) -> str:
        """The event that a date or figure is about; empty when none stands near."""
        found = [m for m in self.sight.mentions if m.kind == EVENT]
        if not found:
            return ""
        nearest = min(found, key=self._distance)
        if self.statement.kind != "date":
            return nearest.ids[0]
        base, text = self.sight.sentence.start, self.sight.sentence.text
        first, last = sorted(((nearest.start, nearest.end), (self.statement.start, self.statement.end)))
        between = text[first[1] - base : last[0] - base]
        near = len(between) <= EVENT_NEAR and not re.search(r"[;:.]", between)
        held = len(between) <= EVENT_FAR and HELD.search(between)
        said = next((d for d in self.sight.dates if d.start == self.statement.start), None)
        inside = nearest.start <= self.statement.start and self.statement.end <= nearest.end
        return (
            nearest.ids[0] if said and (near or held or inside) and said.lead in OF_EVENT | {"june"} else ""
        )

    def year(self) -> str:
        """The year a figure is about; empty when none is named."""
        said = self._about()
        return said.year if said is not None else ""

    def year_before(self) -> str:
        """The year with which a change is compared."""
        year = self.year()
        compared = [
            d.year
            for d in self.sight.dates
            if d.has_year and d.lead in COMPARED - {"in", "on", "to"} and d.year < year
        ]
        return compared[0] if compared else str(int(year) - 1) if year else ""

    def by_day(self) -> str:
        """The day until which a sum is counted; empty when none is named."""
        found = [d for d in self.sight.dates if d.has_year and d.lead in UNTIL]
        return min(found, key=lambda d: abs(d.start - self.statement.end)).first if found else ""

    def whole_year(self) -> str:
        """The last whole year until the day named, or the year named."""
        until = self.by_day()
        if until:
            whole = len(until) == 4 or until[5:7] == "12"
            return until[:4] if whole else str(int(until[:4]) - 1)
        return self.year()

    def ways(self) -> tuple[str, str] | str:
        """The two places a way leads between; or why they are not known."""
        places = list(dict.fromkeys(m.ids[0] for m in self.sight.mentions if m.kind == "place"))
        return (places[0], places[1]) if len(places) == 2 else "it does not name two places"

    def dated(self) -> Statement:
        """The statement with its year: a day without one is of the latest year the text names."""
        statement = self.statement
        if statement.kind != "date" or not statement.value.startswith("--"):
            return statement
        year = self.text_day[:4] or self.latest_year
        if not year:
            return statement
        first, last = (year + part[1:] if part else "" for part in (statement.value, statement.value_hi))
        return replace(statement, value=first, value_hi=last)

    def _about(self) -> SaidDate | None:
        """The date of a figure: beside it, else in its sentence, else in what it carries on."""
        for sight in (self.sight, *(reversed(self.before[-BACK:]) if self.carries_on else ())):
            own = sight is self.sight
            explicit = [d for d in sight.dates if d.has_year and d.lead not in COMPARED - {"in", "on", "to"}]
            if own:
                relative = self._relative(explicit or [d for d in self.sight.dates if d.has_year])
                if relative is not None:
                    return relative
            if explicit:
                return min(explicit, key=self._gap) if own else explicit[-1]
        return None

    def _relative(self, explicit: Sequence[SaidDate]) -> SaidDate | None:
        """A year before or this year, said of the figure itself."""
        base, text = self.sight.sentence.start, self.sight.sentence.text
        for said in self.sight.dates:
            between = text[self.statement.end - base : said.start - base]
            close = 0 <= said.start - self.statement.end <= 24 and not CLAUSE.search(between)
            if not said.relative or not close or said.lead in COMPARED - {"in"}:
                continue
            beside = min(explicit, key=self._gap).year if explicit else ""
            year = self.text_day[:4] if said.relative.startswith("text") else beside
            if year:
                back = 1 if said.relative.endswith("before") else 0
                return SaidDate(said.start, said.end, str(int(year) - back))
        return None

    def _carried_project(self) -> tuple[str, ...]:
        """The project that "it" or "the line" stands for, named before in the paragraph."""
        words = self.sight.sentence.words
        kinds = {
            kind_of(word.plain)
            for at, word in enumerate(words)
            if not word.text.isascii() or any(w.plain in DETERMINERS for w in words[max(0, at - 2) : at])
        } - {""}
        definite = not DEFINITE.isdisjoint(self.sight.sentence.plain)
        if (not kinds and not definite) or self._names_something_else():
            return ()
        for sight in reversed(self.before[-BACK:]):
            found = [m for m in sight.mentions if m.kind == PROJECT and self._fits(m, kinds, definite)]
            if found:
                return found[-1].ids
        return ()

    def _names_something_else(self) -> bool:
        """Whether the sentence itself names what it is about: a place as its subject, or a name the record lacks."""
        sight, words = self.sight, self.sight.sentence.words
        known = [(m.start, m.end) for m in sight.mentions] + [(d.start, d.end) for d in sight.dates]
        known += [(a.start, a.end) for a in sight.amounts] + [sight.speaker_at]
        first = words[0] if words else None
        if first is not None and any(m.kind == "place" and m.start == first.start for m in sight.mentions):
            return True
        return any(
            word.text[0].isupper() and not any(start <= word.start < end for start, end in known)
            for word in words[1:]
        )

    def _fits(self, mention: Mention, kinds: set[str], definite: bool) -> bool:
        mode = self.names.projects[mention.ids[0]][1]
        return bool(kinds & set(map(canonical, mode_kinds(mode)))) or (definite and not kinds)

    def _nearest(self, mentions: Sequence[Mention]) -> tuple[str, ...]:
        return min(mentions, key=self._distance).ids

    def _joined(self, mentions: Sequence[Mention]) -> list[Mention]:
        """The last of several names and those it is listed with."""
        text, base = self.sight.sentence.text, self.sight.sentence.start
        joined = [mentions[-1]]
        for mention in reversed(mentions[:-1]):
            between = text[mention.end - base : joined[-1].start - base]
            if not re.fullmatch(r"[\w ]{0,24}(?:,| and |, and |&)?[\w ]{0,24}", between) or len(between) > 40:
                break
            joined.append(mention)
        return joined[::-1]

    def _in_clause(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Of many names those in the clause of the figure."""
        base = self.sight.sentence.start
        first, last = self._clause()
        return [m for m in mentions if base + first <= m.start and m.end <= base + last]

    def _clause(self) -> tuple[int, int]:
        """Where the clause of the figure begins and ends in its sentence."""
        text, base = self.sight.sentence.text, self.sight.sentence.start
        cuts = [found.start() for found in CLAUSE.finditer(text)]
        first = max((cut for cut in cuts if cut < self.statement.start - base), default=0)
        return first, min((cut for cut in cuts if cut >= self.statement.end - base), default=len(text))

    def _names_another(self) -> bool:
        """Whether the clause of the figure is about some other plant or line, which the record does not know."""
        base = self.sight.sentence.start
        first, last = self._clause()
        return any(
            kind_of(w.plain)
            for w in self.sight.sentence.words
            if base + first <= w.start and w.end <= base + last
        )

    def _word_before(self, mention: Mention) -> str:
        for sight in (self.sight, *self.before[-1:]):
            base = sight.sentence.start
            if base <= mention.start < sight.sentence.end:
                words = [w.text.casefold() for w in sight.sentence.words if w.end <= mention.start]
                return next((word for word in reversed(words[-2:]) if word != "the"), "")
        return ""

    def _distance(self, mention: Mention) -> tuple[int, int, tuple[str, ...]]:
        start, end = self.statement.start, self.statement.end
        gap = start - mention.end if mention.end <= start else mention.start - end
        # What follows a figure is less often what it is about, unless the figure qualifies it.
        later = mention.start >= end and not self.statement.adjective
        return (max(gap, 0) + (30 if later else 0), mention.start, mention.ids)

    def _gap(self, said: SaidDate) -> int:
        start, end = self.statement.start, self.statement.end
        return said.start - end if said.start >= end else start - said.end + 1

    @staticmethod
    def _distinct(mentions: Sequence[Mention]) -> list[str]:
        found = list(dict.fromkeys(m.ids[0] for m in mentions))
        members = {"KAZ", "KGZ", "TJK", "TKM", "UZB"}
        # The five named after their group are the group.
        return (
            [iso3 for iso3 in found if iso3 not in members]
            if "CA5" in found and len(members & set(found)) > 1
            else found
        )

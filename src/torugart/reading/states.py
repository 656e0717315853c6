"""Words that say how far a thing has come: under construction, in operation, stalled."""

from __future__ import annotations

import re
from dataclasses import dataclass

from torugart.reading.sentences import Sentence

_BE = r"(?:is|are|was|were|has been|have been|had been|remains?|remained)"
_BETWEEN = r"(?: (?:now|already|fully|currently|also|still|officially|actively|finally|formally|recently|\w{2,12}ly))*"
# (state, pattern, where the thing stands); the first pattern that takes a place keeps it.
FORMS: tuple[tuple[str, str, str], ...] = (
    ("not operating", r"\b(?:has|have|had|is|are|was|were) (?:not|never)(?: yet)?(?: been)? (?:put into operation"
    r"|opened|commissioned|completed"
     r"|operational|operating|inaugurated|in operation|in service)\b", "before"),
    ("not operating", r"\b(?:has|have|had) yet to (?:open|operate|be opened|be completed|start operating"
    r"|enter service)\b", "before"),
    ("not started", r"\b(?:has|have|had) (?:not|never)(?: yet)? (?:begun|started|been started)\b|\b(?:has"
    r"|have) yet to (?:begin|start)\b", "before"),
    ("preparing", r"\b(?:mov|enter|go"
    r"|pass)\w* (?:on )?(?:in)?to (?:the )?(?:stage of )?(?:construction preparations?|preparations? for construction"
     r"|preparatory works?)\b|\b(?:is|are)(?: \w+)? preparing (?:for|to (?:start|begin)) (?:construction|works?)\b"
     r"|\b(?:is|are|remains?)(?: still)? (?:at|in) the (?:planning|design|preparatory|feasibility) stage\b|\b(?:is"
     r"|are)(?: still)? (?:only )?planned\b",
     "before"),
    ("under construction", rf"\b{_BE}{_BETWEEN} (?:under construction|being (?:built|constructed|implemented"
    rf"|rebuilt|carried out|laid|modernised"
     r"|modernized)|under ?way|in progress)\b", "before"),
    ("under construction", rf"\b(?:is|are){_BETWEEN} (?:building|constructing|implementing|carrying out|rebuilding"
    rf"|laying)\b", "after"),
    ("under construction", r"(?<!\w)(?:строится|сооружается)(?!\w)", "before"),
    ("operating", rf"\b{_BE}{_BETWEEN} (?:operational|in operation|operating|functioning|in service|up and running"
    rf"|open to traffic"
     r"|in use)\b", "before"),
    ("operating", r"\b(?:begun|began|started|starts|commenced) (?:(?:commercial |full )?operations?|operating"
    r"|functioning|working|running|to (?:operate|function"
     r"|work|run)|production|generating)\b", "before"),
    ("operating", rf"\b{_BE}{_BETWEEN} (?:put|brought|taken|placed) in(?:to)? (?:commercial |full "
    rf"|test )?(?:operation|service|use|commission)\b"
     rf"|\b(?:entered|came into|went into) (?:commercial )?(?:operation|service|use)\b"
     rf"|\b{_BE}{_BETWEEN} (?:commissioned|opened|inaugurated)\b", "before"),
    ("operating", r"(?<!\w)введен[аоы]? в (?:эксплуатацию|строй)|(?<!\w)(?:投入运营|投产|通车|竣工)", "before"),
    ("completed", rf"\b{_BE}{_BETWEEN} (?:completed|finished|built)\b", "before"),
    ("launched", r"\b(?:has |have |had )?(?:launched|kicked off)\b(?= (?:the |a |an |its |construction|work|\d))", "after"),
    ("suspended", r"\b(?:stalled|on hold|suspended|frozen|halted|shelved)\b", "before"),
    ("cancelled", r"\b(?:cancelled|canceled|scrapped|abandoned|called off)\b", "before"),
    ("delayed", r"\b(?:long-)?delayed\b|\bbehind schedule\b|\bpostponed\b", "either"),
    ("agreed", rf"\b{_BE}{_BETWEEN} signed\b", "before"),
)  # fmt: skip
COMPILED = tuple((state, re.compile(pattern, re.IGNORECASE), side) for state, pattern, side in FORMS)
# What will be, may be or should be is no status.
NOT_YET = re.compile(
    r"\b(?:will|would|shall|should|could|may|might|must|once|if|when|until|unless|before|after|to be|to have been"
    r"|plans? to|planned to|expected to"
    r"|due to|hopes? to|not|never)(?: \w+)? ?$", re.IGNORECASE,
)  # fmt: skip
NEGATED = frozenset({"not operating", "not started"})


@dataclass(frozen=True, slots=True)
class SaidState:
    """A status in a text: its place, its word, and whether the thing stands before it or after."""

    start: int
    end: int
    state: str
    side: str


def find_states(sentence: Sentence) -> list[SaidState]:
    """Return what a sentence says of how far things have come, in order; the future and the conditional are left out."""
    text, base = sentence.text, sentence.start
    found: list[SaidState] = []
    for state, form, side in COMPILED:
        for match in form.finditer(text):
            taken = any(s.start - base < match.end() and match.start() < s.end - base for s in found)
            if taken or NOT_YET.search(text[max(0, match.start() - 24) : match.start()]):
                continue
            found.append(SaidState(base + match.start(), base + match.end(), state, side))
    return sorted(found, key=lambda said: said.start)

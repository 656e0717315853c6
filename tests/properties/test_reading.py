"""Laws of the reading of texts: nothing is invented, nothing breaks, and paragraphs may stand in any order."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reading_texts.measure import HERE

from torugart.reading.names import build_names
from torugart.reading.plain_text import read_text
from torugart.reading.sentences import read_sentences
from torugart.reading.statements import find_statements, look, read_sights
from torugart.tables.read import read_package
from torugart.verbs.check_text import check_text

NAMES = build_names(read_package(None).tables)
PIECES = st.sampled_from(
    [
        "Trade between China and Kazakhstan", " was ", "$43.8 billion", " in 2024", ". ", "\n\n", "<script>", "</p>", "\u202e", "\x00",
        "5", "1,500-MW ", "12.5 ", "per cent", "CKU railway", " is under construction", "2024-12-27", "27/12/2024", "430 bcm", "млрд ",
        "долларов", "948亿美元", "two ", "-", "to ", "&lt;", "'", "(", ")", "US$", "\u00a0", "１２", "\ud7ff", "e\u0301",
    ]
)  # fmt: skip
HOSTILE = st.one_of(
    st.binary(max_size=400),
    st.lists(PIECES, max_size=30).map(lambda parts: "".join(parts).encode("utf-8", "replace")),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
)


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE)
def test_any_bytes_are_read_and_nothing_is_invented(data: bytes) -> None:
    text = read_text(data)
    for sentence in read_sentences(text):
        assert text[sentence.start : sentence.end].replace("\n", " ") == sentence.text
    for sight in read_sights(text, NAMES):
        for statement in find_statements(sight):
            quoted = text[statement.start : statement.end].replace("\n", " ")
            assert quoted == statement.quote
            if statement.kind == "number" and re.search(r"[0-9]", quoted):
                assert set(re.sub(r"[^1-9]", "", statement.value)) <= set(quoted)


@settings(max_examples=1500, deadline=None)
@given(HOSTILE)
def test_what_is_read_can_be_shown(data: bytes) -> None:
    text = read_text(data)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    text.encode("utf-8")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations((HERE / "wire.txt").read_text(encoding="utf-8").strip().split("\n\n")))
def test_the_order_of_paragraphs_changes_no_verdict(paragraphs: list[str]) -> None:
    columns = ["quote", "measure_id", "subjects", "verdict", "reason"]
    asked = check_text("\n\n".join(paragraphs) + "\n").statements[columns]
    usual = check_text(HERE / "wire.txt").statements[columns]
    assert sorted(map(tuple, asked.to_numpy())) == sorted(map(tuple, usual.to_numpy()))


@pytest.mark.parametrize("name", ["brief.txt", "ministry.txt"])
def test_a_text_read_twice_says_the_same(name: str) -> None:
    text = read_text((HERE / name).read_bytes())
    first, second = (
        [list(find_statements(look(s, NAMES))) for s in read_sentences(text)] for _ in range(2)
    )  # fmt: skip
    assert first == second

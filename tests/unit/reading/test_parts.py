"""Text, sentences, figures, dates and statuses, one by one."""

from __future__ import annotations

import pytest

from torugart.errors import InputError
from torugart.reading.amounts import find_amounts
from torugart.reading.dates import find_dates
from torugart.reading.kinds import KIND_WORDS
from torugart.reading.measures import group_of, same_sort
from torugart.reading.plain_text import LARGEST, published_day, read_text
from torugart.reading.sentences import Sentence, read_sentences
from torugart.reading.states import find_states
from torugart.schema.definition import read_schema


def one(text: str) -> Sentence:
    return Sentence(0, text, 0, 0)


@pytest.mark.parametrize(
    ("text", "value", "value_hi", "unit", "relation"),
    [
        ("430 billion cubic metres of gas", "430", "", "bcm", "="),
        ("over $94.8 billion", "94.8", "", "billion USD", ">="),
        ("a 1,500-MW plant", "1500", "", "MW", "="),
        ("26 bn yuan", "26", "", "billion CNY", "="),
        ("35 per cent", "35", "", "%", "="),
        ("between 10 and 12 million tonnes a year", "10", "12", "Mt/year", "="),
        ("10-12 Mt per year", "10", "12", "Mt/year", "="),
        ("nearly USD 350 million", "350", "", "million USD", "~"),
        ("no less than 5 hours", "5", "", "h", ">="),
        ("up to 540 thousand TEU annually", "540", "", "thousand TEU/year", "<="),
        ("Twenty-nine tunnels", "29", "", "tunnel", "="),
        ("15 million tonnes of freight a year", "15", "", "Mt/year", "="),
        ("43,8 млрд долларов", "43.8", "", "billion USD", "="),
        ("948亿美元", "94.8", "", "billion USD", "="),
        ("3 billion quatloos", "3", "", "billion quatloos", "="),
        ("45 centners per hectare", "45", "", "centners/ha", "="),
    ],
)
def test_figures(text, value, value_hi, unit, relation) -> None:
    (found,) = find_amounts(one(text))
    assert (found.value, found.value_hi, found.unit, found.relation) == (value, value_hi, unit, relation)


@pytest.mark.parametrize(
    "text",
    [
        "tel. +7 7172 55 01 02", "at 10:30", "page 14 of 20", "REF SW-2025-0117", "No. 47/2025", "Tokoeva, 47, said",
        "3 people in room 114", "1 in 50", "6 min read", "write to desk5@example.org", "the 1990s", "https://a.kz/5km",
    ],
)  # fmt: skip
def test_what_is_no_figure(text) -> None:
    assert find_amounts(one(text)) == []


def test_an_unknown_unit_is_not_known() -> None:
    (found,) = find_amounts(one("40 billion yen"))
    assert not found.known
    assert found.unit == "billion yen"


def test_what_rises_from_one_figure_to_another_is_no_range() -> None:
    found = find_amounts(one("rose from $41 bn to $43.8 bn"))
    assert [(f.value, f.value_hi) for f in found] == [("41", ""), ("43.8", "")]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("27 December 2024", "2024-12-27", ""),
        ("December 21st, 2023", "2023-12-21", ""),
        ("Dec. 27, 2024", "2024-12-27", ""),
        ("18-19 May 2023", "2023-05-18", "2023-05-19"),
        ("June 16 to 18", "--06-16", "--06-18"),
        ("25/08/2024", "2024-08-25", ""),
        ("27.12.2024", "2024-12-27", ""),
        ("2024-12-27", "2024-12-27", ""),
        ("June 2016", "2016-06", ""),
        ("in 2030", "2030", ""),
        ("27 декабря 2024 года", "2024-12-27", ""),
        ("2024年12月27日", "2024-12-27", ""),
    ],
)
def test_dates(text, first, last) -> None:
    (found,) = find_dates(one(text))
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["03/04/2024", "2000 km", "31 June 2024", "$2024", "v2.2024.1"])
def test_what_is_no_date(text) -> None:
    assert find_dates(one(text)) == []


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("the line is now under construction", "under construction"),
        ("it has begun operating", "operating"),
        ("the plant was put into operation", "operating"),
        ("it has not been put into operation", "not operating"),
        ("the road was completed", "completed"),
        ("it is moving into construction preparation", "preparing"),
        ("the project is stalled", "suspended"),
    ],
)
def test_statuses(text, state) -> None:
    assert [found.state for found in find_states(one(text))] == [state]


@pytest.mark.parametrize(
    "text", ["once completed, it will link", "it will be completed", "if it is opened", "to be opened"]
)
def test_the_future_is_no_status(text) -> None:
    assert find_states(one(text)) == []


def test_sentences_end_where_they_end() -> None:
    text = "It cost $95m. Work began on Dec. 27 at No. 5. U.S. firms came.\n\n2.1. The line is long.\n* One\n* Two"
    assert [s.text for s in read_sentences(text)] == [
        "It cost $95m.", "Work began on Dec. 27 at No. 5.", "U.S. firms came.", "The line is long.", "One", "Two",
    ]  # fmt: skip
    for sentence in read_sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text


def test_a_page_is_read_without_what_is_not_its_text() -> None:
    page = (
        b"<html><head><title>9 km</title><script>x='5 km'</script></head><body><nav>7 km</nav><p>Length: <b>12</b> km</p>"
        b"<div style='display:none'>8 km</div><!-- 6 km --><p title='a>b'>end &amp; more</p></body></html>"
    )
    assert read_text(page).split() == ["Length:", "12", "km", "end", "&", "more"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1251"])
def test_encodings(encoding) -> None:
    text = "Товарооборот составил сорок миллиардов долларов"
    assert read_text(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter_without_a_mark(encoding) -> None:
    assert read_text("Trade was $5 billion".encode(encoding)) == "Trade was $5 billion"


def test_lines_in_different_encodings() -> None:
    data = "Длина железной дороги".encode("cp1251") + b"\n" + "стоимость".encode()
    assert read_text(data) == "Длина железной дороги\nстоимость"


def test_what_cannot_be_seen_is_dropped() -> None:
    assert read_text("a\u202eb\x00c\u200bd\x1b[31m".encode()) == "abcd[31m"


def test_a_text_may_be_too_long() -> None:
    with pytest.raises(InputError, match="bytes"):
        read_text(b" " * (LARGEST + 1))


def test_the_day_of_a_page() -> None:
    assert (
        published_day('<html><meta property="article:published_time" content="2025-07-14T09:00">')
        == "2025-07-14"
    )
    assert published_day("published 2025-07-14") == ""


def test_words_of_a_measure() -> None:
    group = group_of("trade|export*|^up by|^<fell by")
    assert group.found("exports rose", "", "")
    assert not group.found("up by", "", "")
    assert group.found("", "up by", "")
    assert not group.is_close("fell by", "")
    assert group.is_close("", "fell by")


def test_what_is_counted_decides_between_counts() -> None:
    assert same_sort("million USD", "billion USD")
    assert not same_sort("country", "tunnel")
    assert not same_sort("%", "tunnel")
    assert not same_sort("bcm", "bcm/year")


def test_every_mode_of_a_project_has_words() -> None:
    column = read_schema()["projects"].columns["mode"]
    assert set(KIND_WORDS) == set(column.choices)

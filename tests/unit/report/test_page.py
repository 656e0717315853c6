"""The report is one file that asks for nothing, says what the bundle says, and lets no text break out."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.unit.report.sample_bundle import VERDICTS, sample_manifest, sample_tables

from torugart.report.html import asset, write_report
from torugart.report.sections import in_words, short_readings

HOSTILE = """x"'><script>alert(1)</script><img src=x onerror=alert(2)></svg></style></title><!-- {{ 7*7 }} {% raw %} &amp;"""
# Columns that the report never prints as they stand: ids it looks up, kinds it knows, lists as JSON.
LOOKED_UP = {
    "class_id", "pair_id", "kind", "mode", "status", "chosen", "quantity", "table", "inputs", "working", "basis", "verdict",
    "way_without", "way_with", "origin", "destination", "place_a", "place_b", "place_id",
}  # fmt: skip


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and the text outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        if tag in ("script", "style"):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words).replace("\u202f", " "))


@pytest.fixture(scope="module")
def html() -> str:
    return write_report(sample_tables(), sample_manifest())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_nothing_is_fetched(page: Page) -> None:
    fetching = {"link", "img", "iframe", "object", "embed", "audio", "video", "source", "base", "form"}
    assert not fetching & {tag for tag, _ in page.elements}
    assert not [a for tag, a in page.elements if "src" in a]
    assert "url(" not in asset("report.css")
    assert "@import" not in asset("report.css")
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|WebSocket", asset("report.js"))


def test_a_policy_forbids_what_is_not_needed(page: Page) -> None:
    [policy] = [a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy


def test_the_script_is_the_one_the_policy_allows(html: str) -> None:
    import base64
    import hashlib

    [script] = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"sha256-{digest}" in html


def test_every_section_is_there(page: Page) -> None:
    ids = {a["id"] for tag, a in page.elements if tag == "section"}
    assert ids == {"answer", "map", "pairs", "gates", "benefits", "claims", "weak", "sources", "rerun"}
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in page.elements}


def test_ids_are_unique_and_links_lead_somewhere(page: Page) -> None:
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for tag, a in page.elements if tag == "a" and a.get("href", "").startswith("#")}
    assert targets <= set(ids)


def test_numbers_are_set_as_in_print(page: Page) -> None:
    assert "Users gain 1 234 million USD (90 % interval \u22125 to 2 468)." in page.text
    assert "5\u201395 % of the draws" in page.text


def test_a_change_of_zero_is_zero_with_its_reason(page: Page) -> None:
    assert "the way through the project costs 1 234 USD per FEU more than the best other way" in page.text
    assert "change 0 days" in page.text


def test_losers_are_kept(page: Page) -> None:
    assert "\u22121.25" in page.text  # the country that loses
    assert "\u22120.50" in page.text  # the gate that loses, Mt


def test_a_country_untouched_shows_zero(html: str) -> None:
    row = re.search(r"<tr[^>]*><th scope=\"row\">Georgia</th>.*?</tr>", html, flags=re.DOTALL)
    assert row is not None
    assert ">0<" in row[0]


def test_estimates_are_marked(html: str, page: Page) -> None:
    assert page.text.count("est.") >= 3
    links = json.loads(re.findall(r'id="mapdata">(.*?)</script>', html, flags=re.DOTALL)[0])["links"]
    assert {link[8] for link in links} == {0, 1}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdicts_stand_in_words(page: Page, verdict: str) -> None:
    assert verdict in page.text.replace("\u2019", "'")


def test_claims_show_their_working(page: Page) -> None:
    assert "tested: at least 532 km" in page.text
    assert "532.5 km (530 to 535)" in page.text
    assert "read the length" in page.text
    assert "cell:projects/sample/length_km" in page.text
    assert "Rival values: 454 km (2023-05)" in page.text
    assert "Missing: a road" in page.text


def test_reasons_name_readings_and_publishers(page: Page) -> None:
    assert "Computed by road from The Press." in page.text


def test_working_names_places_links_and_publishers() -> None:
    names = {"xian": "Xi'an", "bandar_abbas": "Bandar Abbas", "rail_a__b": "A – B", "press_1": "The Press"}
    assert in_words("xian to bandar_abbas by rail, shortest: 7 km", names) == (
        "Xi'an to Bandar Abbas by rail, shortest: 7 km"
    )
    assert in_words("rail_a__b: 56 km (press_1, reported)", names) == "A – B: 56 km (The Press, reported)"
    for whole in ("cell:links/rail_a__b/length_km", "xian is no way", "up to 7, says press_2"):
        assert in_words(whole, names) == whole


def test_readings_are_cut_only_while_they_differ() -> None:
    long = "by rail alone and over the railway, even where that is not the best way"
    notes = {"a_b": "A to B", "a_b_rail": f"A to B, {long}", "c_d": f"C to D, {long}", "e_f": long}
    notes |= {"g_h": f"G to H, {long}", "g_h_2": f"G to H, by road alone, {long}"}
    entries = [{"base_id": name, "note": note} for name, note in notes.items()]
    assert short_readings(entries) == {
        "a_b": "A to B",  # its own whole meaning; a_b_rail would become the same, and keeps its id
        "c_d": "C to D",
        "e_f": "by rail alone and over the railway",
        "g_h": "G to H",
        "g_h_2": "G to H, by road alone",
    }


def test_charts_of_pairs_carry_their_axes_on_a_narrow_page(html: str) -> None:
    table = html[html.index('<table class="bars two">') :]
    head, row = (re.search(f"<{tag}>.*?</{tag}>", table, flags=re.DOTALL)[0] for tag in ("thead", "tbody"))
    labels = re.findall(r'<th scope="col" class="chart" data-label="([^"]*)">.*?<svg class="axis"', head)
    assert labels == re.findall(r'<td class="chart" data-label="([^"]*)"', row)[:4]
    assert not re.search(r"\.bars\.two thead\{[^}]*display:none", asset("report.css"))


def test_the_command_and_digests_are_printed(page: Page) -> None:
    assert "torugart appraise sample --year 2032" in page.text
    assert "b" * 64 in page.text
    assert "c" * 64 in page.text


def test_only_web_addresses_become_links(page: Page) -> None:
    away = [a["href"] for tag, a in page.elements if tag == "a" and not a.get("href", "#").startswith("#")]
    assert away == ["https://example.org/a"]


def hostile_tables() -> dict[str, pd.DataFrame]:
    tables = sample_tables()
    for name, table in tables.items():
        for column in table.columns:
            if column not in LOOKED_UP and any(isinstance(v, str) for v in table[column]):
                tables[name] = tables[name].assign(**{column: HOSTILE})
    reading = {
        "base_id": HOSTILE,
        "note": HOSTILE,
        "shown": HOSTILE,
        "passes": True,
        "kind": HOSTILE,
        "steps": [HOSTILE],
    }
    reading |= {"cells": [HOSTILE], "rivals": [{"shown": HOSTILE, "source_id": HOSTILE, "as_of": HOSTILE}]}
    missing = {"base_id": HOSTILE, "note": HOSTILE, "missing": HOSTILE}
    tables["claims"]["working"] = json.dumps([reading, missing])
    return tables


def hostile_manifest() -> dict[str, Any]:
    manifest = sample_manifest() | {
        "title": HOSTILE,
        "command": HOSTILE,
        "torugart": HOSTILE,
        "notes": [HOSTILE],
    }
    manifest["headline"] = [{"figure_id": HOSTILE, "text": HOSTILE}]
    manifest["asked"] = dict.fromkeys(
        ("project", "year", "baseline", "trade_base", "as_of", "draws"), HOSTILE
    )
    return manifest | {"package": {"version": HOSTILE, "digest": HOSTILE}, "tables": {HOSTILE: HOSTILE}}


def test_hostile_text_stays_text() -> None:
    page = Page(write_report(hostile_tables(), hostile_manifest()))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    assert "{{ 7*7 }}" in page.text  # not computed
    for tag, attributes in page.elements:
        if tag == "a":
            assert attributes.get("href", "#").startswith(("#", "https://", "http://"))


def test_data_of_the_script_cannot_end_it() -> None:
    html = write_report(hostile_tables(), hostile_manifest())
    [data] = re.findall(r'id="mapdata">(.*?)</script>', html, flags=re.DOTALL)
    assert json.loads(data)["links"][0][1] == HOSTILE
    assert "<" not in data


@pytest.mark.parametrize("name", [*sample_tables(), "all"])
def test_a_table_less_still_makes_a_page(name: str) -> None:
    tables = {} if name == "all" else {k: v for k, v in sample_tables().items() if k != name}
    assert Page(write_report(tables, sample_manifest())).text.count("Sample railway") >= 1


@pytest.mark.parametrize("name", sample_tables())
def test_an_empty_table_makes_a_page_too(name: str) -> None:
    tables = sample_tables()
    assert write_report(tables | {name: tables[name].iloc[:0]}, sample_manifest())


def test_a_bare_manifest_is_enough() -> None:
    assert write_report({}, {})


def test_without_draws_no_interval_is_printed() -> None:
    tables = sample_tables()
    for name, table in tables.items():
        ends = [c for c in table.columns if c in ("lo", "hi") or c.endswith(("_lo", "_hi"))]
        if name != "claims":
            tables[name] = table.assign(**dict.fromkeys(ends, np.nan))
    text = Page(write_report(tables, sample_manifest())).text
    assert "nan" not in text.lower()


def test_the_same_bundle_gives_the_same_page(html: str) -> None:
    assert write_report(sample_tables(), sample_manifest()) == html

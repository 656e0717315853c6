"""What `status` and `show` answer on the shipped record."""

from __future__ import annotations

import pytest
from tests.small_package import small_package, write_small_package

import torugart
from torugart.errors import TorugartError


def test_filters_keep_what_they_name() -> None:
    ledger = torugart.status(country="Tajikistan", sector="transport", as_of="2026-11-27")
    assert len(ledger.projects)
    assert len(ledger.commitments)
    assert all("TJK" in text.split(";") for text in ledger.projects["countries"])
    assert set(ledger.projects["sector"]) == {"transport"} == set(ledger.commitments["sector"])


def test_due_lists_what_should_be_there_and_is_not() -> None:
    ledger = torugart.status(due="2026-12", as_of="2026-11-27")
    assert (ledger.commitments["due_date"] <= "2026-12-31").all()
    assert not set(ledger.projects["status"]) & {"operating", "completed", "cancelled"}


@pytest.mark.parametrize(
    "wrong", [{"country": "Atlantis"}, {"sector": "sorcery"}, {"due": "soon"}, {"as_of": "2024-13"}]
)
def test_what_cannot_be_read_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(TorugartError, match=next(iter(wrong.values()))):
        torugart.status(**wrong)  # type: ignore[arg-type]


def test_show_gives_rivals_with_their_sources() -> None:
    record = torugart.show("CKU railway")
    lengths = record.values[record.values["column"] == "length_km"]
    assert set(lengths["value"]) >= {"532.53", "454", "486", "523"}
    assert (lengths["chosen"] == "yes").sum() == 1
    assert lengths["source_id"].all()


def test_every_value_shown_resolves_to_a_source() -> None:
    for name in ("cku", "gas_pipeline_d", "sc_017", "astana_summit_2025", "cnpc", "cl_046"):
        record = torugart.show(name)
        cited = set(record.sources["source_id"])
        assert set(record.values["source_id"]) - {""} <= cited
        assert set(record.evidence["source_id"]) <= cited


def test_show_of_a_meeting_gives_what_became_of_its_pledges() -> None:
    related = torugart.show("Astana summit").related
    mine = related[related["table"] == "commitments"]
    assert len(mine) == 18
    assert mine["status"].all()


def test_a_hostile_name_is_shown_as_it_stands(tmp_path) -> None:  # type: ignore[no-untyped-def]
    tables = small_package()
    tables["projects"][0]["name"] = "<script>alert(1)</script> [bold]railway[/bold]"
    folder = write_small_package(tmp_path / "package", tables)
    record = torugart.show("pass_rail", data=folder)
    assert record.name == tables["projects"][0]["name"]
    assert torugart.status(data=folder, as_of="2026-11-27").projects["name"].iloc[0] == record.name

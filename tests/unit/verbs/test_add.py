"""`torugart data add`: checked first, written whole, and never into the package."""

from __future__ import annotations

import pytest
from tests.small_package import small_package, write_small_package
from tests.unit.verbs.conftest import HOSTILE

from torugart.errors import InputError, UnknownName
from torugart.tables.provenance import cell
from torugart.tables.read import built_in_folder, read_package
from torugart.verbs.add import data_add

NEWS = "A paper, The tunnel, 2026, https://example.org/tunnel"
WORKS = ("entity_id=second_track", "date=2026-10", "milestone=works_started")


@pytest.fixture
def folder(tmp_path):
    tables = small_package()
    tables["licences"].append({**tables["licences"][0], "licence_id": "quotation", "name": "Single facts"})
    return write_small_package(tmp_path / "package", tables)


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def refused(*arguments, **options) -> str:
    with pytest.raises(InputError) as refusal:
        data_add(*arguments, **options)
    return str(refusal.value)


def test_a_record_is_added_with_its_source(folder, mine):
    before = files_of(folder)
    added = data_add("evidence", WORKS, NEWS, mine, folder=folder)
    assert added.row_id.startswith("second_track_works_started_2026_10_")
    package = read_package(folder, [mine])
    row = package.tables["evidence"].set_index("evidence_id").loc[added.row_id]
    assert (row["basis"], row["source_id"]) == ("reported", added.source_id)
    source = package.tables["sources"].set_index("source_id").loc[added.source_id]
    assert [source[c] for c in ("publisher", "title", "year", "url", "licence_id", "kind")] == [
        "A paper",
        "The tunnel",
        2026,
        "https://example.org/tunnel",
        "quotation",
        "press",
    ]
    assert files_of(folder) == before


def test_a_source_that_is_there_is_used(folder, mine):
    first = data_add("evidence", WORKS, NEWS, mine, folder=folder)
    again = data_add("evidence", [*WORKS[:2], "milestone=trial"], NEWS, mine, folder=folder)
    assert again.source_id == first.source_id
    assert (mine / "sources.csv").read_text(encoding="utf-8").count("A paper") == 1
    known = data_add("evidence", [*WORKS[:2], "milestone=operating"], "customs", mine, folder=folder)
    assert known.source_id == "customs"
    titled = data_add(
        "evidence", [*WORKS[:2], "milestone=closed"], "customs office, yearbook", mine, folder=folder
    )
    assert titled.source_id == "customs"


def test_what_rests_on_no_document_is_estimated(folder, mine):
    added = data_add("evidence", WORKS, "nobody", mine, folder=folder)
    rows = read_package(folder, [mine]).tables["evidence"].set_index("evidence_id")
    assert rows.loc[added.row_id, "basis"] == "estimated"


def test_all_faults_at_once_and_nothing_written(folder, mine):
    data_add("evidence", WORKS, NEWS, mine, folder=folder)
    before = files_of(mine)
    text = refused(
        "projects",
        ["project_id=Pass Rail", "cost_musd=-5", "sektor=transport", "mode", "name=a", "name=b"],
        "only words",
        mine,
        folder=folder,
        keep_old=True,
    )
    for part in (
        "is not an id",
        "cost_musd is -5",
        "did you mean sector?",
        "'mode' has no =",
        "name is given twice",
        "no publisher and title",
        "--keep-old without --edit",
    ):
        assert part in text, part
    assert files_of(mine) == before


def test_the_whole_package_is_asked(folder, mine):
    text = refused(
        "evidence", ["entity_id=pass_rial", "date=2026", "milestone=trial"], NEWS, mine, folder=folder
    )
    assert "did you mean pass_rail?" in text
    assert not mine.exists()


def test_a_record_that_is_there_is_changed_only_when_asked(folder, mine):
    change = ["project_id=pass_rail", "cost_musd=8000"]
    assert "--edit to change that record" in refused("projects", change, NEWS, mine, folder=folder)
    added = data_add("projects", change, NEWS, mine, edit=True, keep_old=True, folder=folder)
    assert added.kept == ("cost_musd",)
    held = cell(read_package(folder, [mine]), "projects", "pass_rail", "cost_musd")
    assert (held.value, held.source_id) == (8000, added.source_id)
    assert set(held.alternatives["value"]) == {"8000", "4700"}
    kept = (mine / "alternatives.csv").read_text(encoding="utf-8")
    assert "4700" in kept
    assert "atlas" in kept
    assert "says so already" in refused("projects", change, NEWS, mine, edit=True, folder=folder)
    missing = ["project_id=pas_rail", "cost_musd=1"]
    assert "did you mean pass_rail?" in refused("projects", missing, NEWS, mine, edit=True, folder=folder)


def test_a_value_kept_already_is_not_kept_twice(folder, mine):
    data_add(
        "projects",
        ["project_id=pass_rail", "length_km=99"],
        NEWS,
        mine,
        edit=True,
        keep_old=True,
        folder=folder,
    )
    rivals = cell(read_package(folder, [mine]), "projects", "pass_rail", "length_km").alternatives
    assert sorted(rivals["value"]) == ["110", "120", "99"]
    assert not (mine / "alternatives.csv").exists()


def test_each_cell_keeps_its_own_source(folder, mine):
    first = data_add(
        "projects",
        [
            *("project_id=tunnel", "name=Tunnel", "countries=KGZ", "sector=transport", "mode=rail"),
            *("stated_status=planned", "cost_musd=10"),
        ],
        NEWS,
        mine,
        folder=folder,
    )
    other = data_add(
        "projects",
        ["project_id=tunnel", "cost_musd=12"],
        "Another, Costs, 2026",
        mine,
        edit=True,
        keep_old=True,
        folder=folder,
    )
    package = read_package(folder, [mine])
    assert cell(package, "projects", "tunnel", "cost_musd").source_id == other.source_id
    assert cell(package, "projects", "tunnel", "name").source_id == first.source_id
    assert set(cell(package, "projects", "tunnel", "cost_musd").alternatives["value"]) == {"10", "12"}


def test_a_second_source_has_no_place_in_a_changed_row(folder, mine, tmp_path):
    data_add("projects", ["project_id=pass_rail", "cost_musd=8000"], NEWS, mine, edit=True, folder=folder)
    change = ["project_id=pass_rail", "tunnels=3"]
    text = refused("projects", change, "Another, Tunnels, 2026", mine, edit=True, folder=folder)
    assert "a row has one source" in text
    data_add("projects", change, NEWS, mine, edit=True, folder=folder)
    on_top = tmp_path / "on_top"
    more = ["project_id=pass_rail", "bridges=4"]
    data_add("projects", more, "Another, Bridges, 2026", on_top, edit=True, folder=folder, overlays=[mine])
    package = read_package(folder, [mine, on_top])
    assert cell(package, "projects", "pass_rail", "bridges").value == 4
    assert cell(package, "projects", "pass_rail", "cost_musd").value == 8000


def test_the_installed_package_is_never_written(folder, mine):
    assert "never written" in refused("evidence", WORKS, NEWS, built_in_folder(), folder=folder)
    assert "never written" in refused("evidence", WORKS, NEWS, built_in_folder() / "map", folder=folder)
    assert "the package itself" in refused("evidence", WORKS, NEWS, folder, folder=folder)
    data_add("evidence", WORKS, NEWS, mine, folder=folder)
    text = refused("evidence", WORKS, NEWS, mine, folder=folder, overlays=[mine])
    assert "leave out --overlay" in text
    assert "is a file" in refused("evidence", WORKS, NEWS, mine / "evidence.csv", folder=folder)


def test_other_files_and_rows_of_the_overlay_stay(folder, mine):
    mine.mkdir()
    (mine / "notes.txt").write_text("mine", encoding="utf-8")
    (mine / "links.csv").write_text(
        "source_id,link_id,length_km,basis\natlas,r_border,15.5,reported\n", encoding="utf-8"
    )
    data_add("links", ["link_id=r_village", "length_km=91"], "atlas", mine, edit=True, folder=folder)
    assert (mine / "notes.txt").read_text(encoding="utf-8") == "mine"
    lengths = read_package(folder, [mine]).tables["links"].set_index("link_id")["length_km"]
    assert lengths[["r_border", "r_village"]].tolist() == [15.5, 91]


def test_a_broken_overlay_is_refused_and_left_alone(folder, mine):
    mine.mkdir()
    (mine / "links.csv").write_text("link_id;length_km\nr_border;15\n", encoding="utf-8")
    before = files_of(mine)
    assert "semicolons" in refused("evidence", WORKS, NEWS, mine, folder=folder)
    assert files_of(mine) == before


def test_an_interrupted_write_leaves_every_file_whole(folder, mine, monkeypatch):
    data_add("evidence", WORKS, NEWS, mine, folder=folder)
    before = files_of(mine)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    monkeypatch.setattr("torugart.verbs.add.check_folder", lambda *_: [])
    monkeypatch.setattr("torugart.verbs.add.tried_folder", _nothing_tried)
    text = refused("evidence", [*WORKS[:2], "milestone=trial"], "customs", mine, folder=folder)
    assert "No space left" in text
    assert files_of(mine) == before


class _nothing_tried:  # noqa: N801
    def __init__(self, *_):
        pass

    def __enter__(self):
        return None

    def __exit__(self, *_):
        return None


def test_records_like_one_another_are_doubted(folder, mine):
    added = data_add(
        "places",
        ["name=East-City", "place_id=east_city_2", "iso3=CHN", "lon=76.0001", "lat=39.5", "kind=city"],
        NEWS,
        mine,
        folder=folder,
    )
    assert {doubt.column for doubt in added.doubts} == {"name", "lon"}


def test_ids_are_made_of_names(folder, mine):
    added = data_add("parties", ["name=Bank of the West", "kind=state_bank"], NEWS, mine, folder=folder)
    assert added.row_id == "bank_of_the_west"


def test_tables_and_licences_that_are_not_there(folder, mine):
    with pytest.raises(UnknownName, match="projects"):
        data_add("project", ["name=x"], NEWS, mine, folder=folder)
    assert "quotation" in refused("evidence", WORKS, NEWS, mine, folder=folder, licence="free")
    assert "kind is 'gossip'" in refused("evidence", WORKS, NEWS, mine, folder=folder, kind="gossip")
    alias = ["entity_id=pass_rail", "lang=en", "alias=Pass line"]
    assert "name no source" in refused("aliases", alias, NEWS, mine, folder=folder)
    assert data_add("aliases", alias, to=mine, folder=folder).source_id == ""


def test_a_claim_that_cannot_be_computed_is_refused(folder, mine):
    claim = [
        "claim_id=cl_9",
        "text=it is long",
        "expr=length_of_everything()",
        "relation==",
        "value=3",
        "unit=km",
    ]
    assert "claims.csv" in refused("claims", claim, NEWS, mine, folder=folder)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_cells_and_sources(folder, mine, text):
    for values, source in (
        ([text], NEWS),
        ([*WORKS, f"note={text}"], NEWS),
        (WORKS, text),
        (WORKS, f"{text}, b, {text}"),
    ):
        try:
            data_add("evidence", values, source, mine, folder=folder)
        except InputError as refusal:
            assert str(refusal)
        read_package(folder, [mine] if mine.exists() else [])
        if mine.exists():
            for path in mine.iterdir():
                path.unlink()
            mine.rmdir()

"""Gas networks in three formats: read alike, and refused with every fault."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gas_samples import JSON, MATGAS, NET, SCN, sample_files, write_folder, write_zip

from torugart.errors import InputError, NotConverged, TorugartError, UnknownName
from torugart.io.gas_file import read_gas_file
from torugart.verbs.energy_flow import energy_flow

FORMS = ("matgas", "xml", "json")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_all_formats_hold_one_network(tmp_path: Path, form: str, packed: bool) -> None:
    write = write_zip if packed else write_folder
    path = write(tmp_path / ("net.zip" if packed else "net"), sample_files(form))
    answer = energy_flow(path, ratio={"compressor_1": 1.2})
    nodes, links = answer.nodes.set_index("node_id"), answer.links.set_index("link_id")
    other = energy_flow(write_folder(tmp_path / "other", sample_files("matgas")), ratio={"compressor_1": 1.2})
    np.testing.assert_allclose(
        nodes.loc[list("12345"), "pressure_bar"],
        other.nodes.set_index("node_id").loc[list("12345"), "pressure_bar"],
        rtol=1e-9,
    )
    assert nodes.at["1", "pressure_bar"] == 65.0
    assert nodes.at["3", "pressure_bar"] == pytest.approx(1.2 * nodes.at["2", "pressure_bar"], rel=1e-12)
    assert links.at["pipe_1", "flow_kg_per_s"] == pytest.approx(200.0, rel=1e-9)
    assert answer.nodes["inflow_kg_per_s"].tolist() == pytest.approx(
        [200, 0, 0, -120, -80], rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("name", ["small.m", "small.net", "network.json"])
def test_one_file_brings_those_that_belong_to_it(tmp_path: Path, name: str) -> None:
    form = {"m": "matgas", "net": "xml", "json": "json"}[name.rsplit(".", 1)[1]]
    folder = write_folder(tmp_path / "net", sample_files(form))
    assert energy_flow(folder / name).nodes["inflow_kg_per_s"].iloc[0] == pytest.approx(200.0)


def test_without_a_nomination_nothing_runs(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "net", {"small.net": NET.encode()})
    answer = energy_flow(folder, slack={"1": 60.0})
    assert (answer.links["flow_kg_per_s"] == 0).all()
    assert any("no nomination" in note for note in answer.notes)
    with pytest.raises(InputError, match="--slack NODE=BAR"):
        energy_flow(folder)


def test_a_nomination_is_chosen_by_name(tmp_path: Path) -> None:
    night = json.loads(json.dumps(JSON["nominations.json"]["day"]).replace("80.0", "30.0"))
    files = sample_files("json") | {
        "nominations.json": json.dumps({**JSON["nominations.json"], "night": night}).encode()
    }
    folder = write_folder(tmp_path / "net", files)
    assert any("the first of 2" in note for note in energy_flow(folder).notes)
    answer = energy_flow(folder, nomination="night", slack={"1": 60.0})
    assert answer.nodes.set_index("node_id").at["5", "inflow_kg_per_s"] == -30
    with pytest.raises(InputError, match="no nomination is called 'noon'; it holds day, night"):
        energy_flow(folder, nomination="noon")


def test_different_gases_are_mixed_by_what_they_feed_in(tmp_path: Path) -> None:
    source = re.search(r"<source.*?</source>", NET, re.DOTALL)[0]
    second = source.replace('id="1"', 'id="6"').replace("17.37882", "20")
    net = NET.replace(source, source + second).replace(
        "</framework:connections>", '<shortPipe id="s" from="6" to="2"/></framework:connections>'
    )
    scn = SCN.replace(
        "</scenario>",
        SCN[SCN.index("<node") : SCN.index("</node>") + 7].replace('id="1"', 'id="6"') + "</scenario>",
    )
    file = read_gas_file(write_folder(tmp_path / "net", {"a.net": net.encode(), "a.scn": scn.encode()}))
    assert file.gas["molar_mass_g_per_mol"] == pytest.approx((17.37882 + 20) / 2)
    assert any("different gases" in remark for remark in file.remarks)


@pytest.mark.parametrize(
    ("form", "name", "old", "new", "words"),
    [
        ("xml", "small.net", '<diameter unit="mm" value="800"/>', "", "pipe 'pipe_1': diameter_mm is missing"),
        ("xml", "small.net", 'unit="mm" value="800"', 'unit="m" value="800"', "diameter_mm is 800000; .*inches"),
        ("xml", "small.net", 'unit="mm" value="800"', 'unit="mm" value="-800"', "diameter_mm is -800"),
        ("xml", "small.net", 'unit="mm" value="800"', 'unit="mm" value="0,8"', "pipe 'pipe_1': diameter is '0,8'; write a number"),
        ("xml", "small.net", 'unit="km"', 'unit="miles"', "length has the unit 'miles'; expected km, m"),
        ("xml", "small.net", 'to="2"', 'to="22"', "node_to '22' is no node; did you mean '2'"),
        ("xml", "small.net", 'to="2"', "", "it has no 'to'"),
        ("xml", "small.net", "</network>", "", "no sound XML"),
        ("xml", "small.net", "<network", "<!DOCTYPE a><network", "document type"),
        ("xml", "small.net", 'unit="bar" value="65"', 'unit="bar" value="6500000"', "pressure_max_bar is 6.5e\\+06.*Pa or kPa"),
        ("xml", "small.net", 'id="2"', 'id="3"', "node '3' stands there more than once"),
        ("xml", "small.net", 'unit="K" value="283.15"', 'unit="K" value="10"', "temperature_k is 10"),
        ("xml", "small.scn", 'id="4"', 'id="44"', "nodes 44 are not in small.net"),
        ("xml", "small.scn", 'type="entry"', 'type="inlet"', "its type is 'inlet'; write entry or exit"),
        ("xml", "small.scn", 'value="', 'value="1000', "supply_kg_per_s is .*900 bcm a year"),
        ("json", "network.json", '"diameter": 0.8', '"diameter": 800', "diameter_mm is 800000"),
        ("json", "network.json", '"diameter": 0.8', '"diameter": null', "diameter is 'None'; write a number"),
        ("json", "network.json", '"fr_node": 3', '"fr_node": 33', "fr_node '33' is no node"),
        ("json", "network.json", '"pipes": {', '"pipes": [], "tubes": {', "pipes: an object of objects is expected"),
        ("json", "network.json", "}", "", "no sound JSON"),
        ("json", "params.json", '"units (SI = 0, standard = 1)": 0.0', '"units (SI = 0, standard = 1)": 1', "units are not SI"),
        ("json", "params.json", "0.6", "6", "molar_mass_g_per_mol is 173"),
        ("json", "slack_nodes.json", '"1"', '"9"', "names node '9', which is not in the network"),
        ("json", "nominations.json", '"exit_nominations": {"1"', '"exit_nominations": {"7"', "exit '7': the network has no such exit"),
        ("matgas", "small.m", "0.8 60000", "800 60000", "pipe 'pipe_1': diameter_mm is 800000"),
        ("matgas", "small.m", "0.8 60000", "0.8 0", "length_km is 0; .*is a short_pipe"),
        ("matgas", "small.m", "0.8 60000", "0.8 -60000", "length_km is -60"),
        ("matgas", "small.m", "0.8 60000", "60000", "line .* \\(pipe\\): 8 columns; expected 9"),
        ("matgas", "small.m", "'si'", "'usc'", "convert the network to SI"),
        ("matgas", "small.m", "mgc.temperature", "mgc.warmth", "mgc.temperature: it is missing"),
        ("matgas", "small.m", "1 4 0 300 120", "1 9 0 300 120", "junction_id 9 is no junction"),
        ("matgas", "small.m", "];\nend", "", "the table does not end"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_element_and_how_to_mend_it(tmp_path, form, name, old, new, words) -> None:
    files = sample_files(form)
    assert old.encode() in files[name]
    files[name] = files[name].replace(old.encode(), new.encode(), 1)
    with pytest.raises(InputError, match=words):
        energy_flow(write_folder(tmp_path / "net", files))


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    broken = (
        MATGAS.replace("0.8 60000", "800 60000")
        .replace("1 2 3 1 1.5", "1 2 8 1 1.5")
        .replace("0.8 50000", "0.8 -50000")
    )
    with pytest.raises(InputError) as refused:
        energy_flow(write_folder(tmp_path / "net", {"a.m": broken.encode()}))
    message = str(refused.value)
    assert "3 problems" in message
    assert all(
        part in message
        for part in ("pipe 'pipe_1'", "pipe 'pipe_2'", "compressor 'compressor_1': node_to '8'")
    )


def test_names_that_are_not_there_bring_the_nearest(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "net", sample_files("matgas"))
    with pytest.raises(UnknownName, match="compressor_1"):
        energy_flow(folder, ratio={"compresor_1": 1.2})
    with pytest.raises(UnknownName, match="no node of this network is called '77'"):
        energy_flow(folder, slack={"77": 60.0})
    with pytest.raises(InputError, match="ratio is given; a pipe takes no set point"):
        energy_flow(folder, ratio={"pipe_1": 1.2})
    with pytest.raises(InputError, match="ratio and outlet_bar are given; one of them decides"):
        energy_flow(folder, ratio={"compressor_1": 1.2}, outlet={"compressor_1": 70.0})


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "a.zip").write_text("a")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    for name, words in {
        "empty": "no network in it",
        "a.txt": "no format ends in",
        "a.zip": "cannot be read",
        "b.zip": "no network in it",
        "c": "no such file",
    }.items():
        with pytest.raises(InputError, match=words):
            read_gas_file(tmp_path / name)
    other = write_folder(tmp_path / "other", {"a.m": MATGAS.replace("mgc.", "mpc.").encode()})
    with pytest.raises(InputError, match="no table of MATGAS"):
        read_gas_file(other)
    two = write_folder(tmp_path / "two", {**sample_files("matgas"), "other.m": MATGAS.encode()})
    with pytest.raises(InputError, match="one network is expected, found"):
        read_gas_file(two)


def test_a_zip_with_two_networks_of_one_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a/small.m", MATGAS)
        archive.writestr("b/small.m", MATGAS)
    with pytest.raises(InputError, match="several folders in it hold files of one name"):
        read_gas_file(tmp_path / "two.zip")


def test_a_zip_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.m", b" " * 120_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="at most 100,000,000 are read"):
        read_gas_file(path)


NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
ODD = (
    b"",
    b"-1",
    b"0",
    b"nan",
    b"1e400",
    b"null",
    b'"',
    b"1e-300",
    b"99999999999999999999",
    b"x",
    "ж".encode(),
    b"\xff",
    b"<",
    b"[",
    b"}",
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(FORMS), data=st.data())
def test_a_file_with_an_odd_number_is_answered_or_refused(tmp_path_factory, form, data) -> None:
    files = sample_files(form)
    name = data.draw(st.sampled_from(sorted(files)))
    hits = list(NUMBER.finditer(files[name]))
    hit = data.draw(st.sampled_from(hits))
    odd = data.draw(st.sampled_from(ODD))
    files[name] = files[name][: hit.start()] + odd + files[name][hit.end() :]
    answered_or_refused(write_folder(tmp_path_factory.mktemp("odd") / "net", files))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(FORMS), packed=st.booleans(), data=st.data())
def test_a_damaged_file_is_answered_or_refused(tmp_path_factory, form, packed, data) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    files = sample_files(form)
    path = write_zip(folder / "net.zip", files) if packed else write_folder(folder / "net", files)
    hurt = path if packed else path / data.draw(st.sampled_from(sorted(files)))
    held = bytearray(hurt.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(held)))
        end = data.draw(st.integers(at, min(at + 60, len(held))))
        held[at:end] = data.draw(st.binary(max_size=12))
    hurt.write_bytes(bytes(held))
    answered_or_refused(path)


def answered_or_refused(path: Path) -> None:
    """An answer that balances, or an error that is meant for the user; nothing else."""
    try:
        answer = energy_flow(path)
    except NotConverged:
        raise
    except TorugartError as refused:
        assert str(refused)
        return
    assert answer.summary["imbalance"] <= 1e-9
    assert (answer.nodes["pressure_bar"] > 0).all()

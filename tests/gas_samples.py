"""One small gas network in three formats: a source, a station, a loop of three pipes, two sinks."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path

AIR_G_PER_MOL = 28.9647
GRAVITY, TEMPERATURE_K = 0.6, 283.15
FRICTION = (2 * math.log10(10_000) + 1.138) ** -2  # 800 mm at 0.08 mm

MATGAS = f"""function mgc = small
mgc.gas_specific_gravity = {GRAVITY};
mgc.temperature = {TEMPERATURE_K};
mgc.compressibility_factor = 0.9;
mgc.units = 'si';
mgc.is_per_unit = 0;
%% junction data
% id p_min p_max p_nominal junction_type status
mgc.junction = [
1 3000000 7000000 6500000 1 1 'small' 1 0 0
2 3000000 8000000 3000000 0 1
3 3000000 8000000 3000000 0 1
4 3000000 8000000 3000000 0 1
5 3000000 8000000 3000000 0 1
];
mgc.pipe = [ % id fr to diameter length friction
1 1 2 0.8 60000 {FRICTION!r} 3000000 8000000 1
2 3 4 0.8 50000 {FRICTION!r} 3000000 8000000 1
3 3 5 0.8 40000 {FRICTION!r} 3000000 8000000 1
4 4 5 0.8 30000 {FRICTION!r} 3000000 8000000 1
];
mgc.compressor = [
1 2 3 1 1.5 1e100 0 500 3000000 8000000 3000000 8000000 1 10 0
];
mgc.receipt = [
1 1 0 300 200 0 1
];
mgc.delivery = [
1 4 0 300 120 0 1
2 5 0 300 80 0 1
];
end
"""


def _node(kind: str, name: str, upper: float) -> str:
    gas = (
        f'<gasTemperature unit="K" value="{TEMPERATURE_K}"/><normDensity unit="kg_per_m_cube" value="0.785"/>'
        f'<molarMass unit="kg_per_kmol" value="{GRAVITY * AIR_G_PER_MOL!r}"/>'
    )
    return (
        f'<{kind} id="{name}" x="0" y="0"><height value="10" unit="m"/><pressureMin unit="bar" value="30"/>'
        f'<pressureMax unit="bar" value="{upper}"/>{gas if kind == "source" else ""}</{kind}>'
    )


def _pipe(name: str, start: str, end: str, km: float) -> str:
    return (
        f'<pipe id="{name}" from="{start}" to="{end}"><length unit="km" value="{km}"/><diameter unit="mm" value="800"/>'
        '<roughness unit="mm" value="0.08"/></pipe>'
    )


NET = f"""<?xml version="1.0" encoding="UTF-8"?>
<network xmlns="http://gaslib.zib.de/Gas" xmlns:framework="http://gaslib.zib.de/Framework">
<framework:information><framework:title>small</framework:title></framework:information>
<framework:nodes>
{_node("source", "1", 65)}
{_node("innode", "2", 80)}
{_node("innode", "3", 80)}
{_node("sink", "4", 80)}
{_node("sink", "5", 80)}
</framework:nodes>
<framework:connections>
{_pipe("pipe_1", "1", "2", 60)}
{_pipe("pipe_2", "3", "4", 50)}
{_pipe("pipe_3", "3", "5", 40)}
{_pipe("pipe_4", "4", "5", 30)}
<compressorStation id="compressor_1" from="2" to="3"><flowMin unit="1000m_cube_per_hour" value="0"/>
<flowMax unit="1000m_cube_per_hour" value="2300"/></compressorStation>
</framework:connections>
</network>
"""


def _flow(kind: str, name: str, kg_per_s: float) -> str:
    return f'<node type="{kind}" id="{name}"><flow bound="both" value="{kg_per_s / 0.785 * 3.6!r}" unit="1000m_cube_per_hour"/></node>'


SCN = f"""<?xml version="1.0" encoding="UTF-8"?>
<boundaryValue xmlns="http://gaslib.zib.de/Gas"><scenario id="day">
{_flow("entry", "1", 200)}{_flow("exit", "4", 120)}{_flow("exit", "5", 80)}
</scenario></boundaryValue>
"""


def _json_pipe(name: str, start: int, end: int, km: float) -> dict:
    return {
        "name": name,
        "fr_node": start,
        "to_node": end,
        "length": km * 1000,
        "diameter": 0.8,
        "friction_factor": FRICTION,
    }


JSON = {
    "network.json": {
        "nodes": {
            str(k): {"id": k, "name": str(k), "min_pressure": 3e6, "max_pressure": 6.5e6 if k == 1 else 8e6, "elevation": 10.0}
            for k in range(1, 6)
        },
        "pipes": {
            "1": _json_pipe("pipe_1", 1, 2, 60),
            "2": _json_pipe("pipe_2", 3, 4, 50),
            "3": _json_pipe("pipe_3", 3, 5, 40),
            "4": _json_pipe("pipe_4", 4, 5, 30),
        },
        "compressors": {
            "1": {"name": "compressor_1", "fr_node": 2, "to_node": 3, "max_c_ratio": 1.5, "min_flow": 0.0, "max_flow": 500.0}
        },
        "entries": {"1": {"id": 1, "name": "1", "node_id": 1}},
        "exits": {"1": {"id": 1, "name": "4", "node_id": 4}, "2": {"id": 2, "name": "5", "node_id": 5}},
    },
    "nominations.json": {
        "day": {
            "entry_nominations": {"1": {"min_injection": 200.0, "max_injection": 200.0}},
            "exit_nominations": {
                "1": {"min_withdrawal": 120.0, "max_withdrawal": 120.0},
                "2": {"min_withdrawal": 80.0, "max_withdrawal": 80.0},
            },
        }
    },
    "params.json": {
        "params": {"Temperature (K):": TEMPERATURE_K, "Gas specific gravity (G):": GRAVITY, "units (SI = 0, standard = 1)": 0.0}
    },
    "slack_nodes.json": {"day": "1"},
}  # fmt: skip


def sample_files(form: str) -> dict[str, bytes]:
    """Return the files of one format: ``matgas``, ``xml`` or ``json``."""
    if form == "matgas":
        return {"small.m": MATGAS.encode()}
    if form == "xml":
        return {"small.net": NET.encode(), "small.scn": SCN.encode()}
    return {name: json.dumps(held).encode() for name, held in JSON.items()}


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files into a new folder."""
    folder.mkdir(parents=True)
    for name, held in files.items():
        (folder / name).write_bytes(held)
    return folder


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    """Write files into a zip, in a folder of their own as published ones are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in files.items():
            archive.writestr(f"small/{name}", held)
    return path


SUPPLY = {
    "nodes": "node,name,country\nfield,,TKM\nhub,,UZB\ntown,,UZB\nborder,,KAZ\ncity,,KAZ\n",
    "profiles": "profile,month,share\n"
    + "".join(
        f"winter,{m},{s}\nflat,{m},{1 / 12!r}\n"
        for m, s in enumerate(
            (0.14, 0.13, 0.1, 0.07, 0.05, 0.04, 0.04, 0.04, 0.06, 0.08, 0.11, 0.14), start=1
        )
    ),
    "lines": "line,from_node,to_node,bcm_per_year,both_ways,length_km,loss_share\n"
    "north_line,field,hub,12,no,500,0.01\ntown_line,hub,town,9,yes,100,0\neast_line,hub,border,8,no,300,0.01\n"
    "city_line,border,city,6,no,200,\n",
    "supplies": "supply,node,bcm_per_year,bcm_per_month,cost\nbig_field,field,10,1,1\nold_field,town,2,,3\n",
    "demands": "demand,node,sector,bcm_per_year,profile,penalty\n"
    "town_homes,town,homes,5,winter,2000\ntown_plants,town,power,2,flat,1000\ncity_homes,city,homes,4,winter,2000\n",
    "storages": "storage,node,working_bcm,in_bcm_per_month,out_bcm_per_month,start_bcm\ncavern,hub,1,0.3,0.4,0.5\n",
    "contracts": "contract,line,bcm_per_year,penalty\neast_deal,east_line,3,500\n",
}


def write_supply_folder(folder: Path, **changed: str) -> Path:
    """Write a small made-up folder of gas to be supplied; files given replace those of the sample, empty ones are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (SUPPLY | changed).items():
        if text:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder

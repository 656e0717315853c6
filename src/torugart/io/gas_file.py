"""A gas network as another program wrote it: which format a path holds, and the tables every reader fills."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from torugart.errors import InputError

LARGEST_FILE = 100_000_000  # bytes of all files read together, unpacked
MOST_FAULTS = 40  # shown of one file
READ = (".net", ".scn", ".json", ".m")
FORMATS = "GasLib XML (.net with .scn), GasLib JSON (network.json with nominations.json and params.json) or MATGAS (.m)"


@dataclass(slots=True)
class Faults:
    """The faults of one file, collected until it is read to the end."""

    file: str
    found: list[str] = field(default_factory=list)

    def add(self, element: str, what: str) -> None:
        """Note a fault of an element."""
        self.found.append(f"{element}: {what}")

    def number(self, value: Any, element: str, column: str) -> float:
        """Return a finite number; NaN, and a fault, for anything else."""
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            self.add(element, f"{column} is {str(value)[:40]!r}; write a number")
            return math.nan
        return number

    def stop(self) -> None:
        """Raise all faults, if there are any."""
        if not self.found:
            return
        count = "1 problem" if len(self.found) == 1 else f"{len(self.found)} problems"
        lines = [f"  {fault}" for fault in self.found[:MOST_FAULTS]]
        if len(self.found) > MOST_FAULTS:
            lines.append(f"  and {len(self.found) - MOST_FAULTS} more")
        raise InputError("\n".join([f"{self.file}: {count}", *lines]))


@dataclass(frozen=True, slots=True)
class GasFile:
    """A network as read, in the columns of `torugart.energy.gas_network.build_gas_network`.

    Attributes
    ----------
    name, format : str
        What it is called and which format it had.
    nodes, links : DataFrame
        Its tables. ``slack_bar`` is filled where the file gives a pressure; ``is_slack`` is True where it only names the node.
    gas : mapping
        molar_mass_g_per_mol, temperature_k, norm_density_kg_per_m3, compressibility.
    remarks : tuple of str
        What was taken or left out on reading.
    """

    name: str
    format: str
    nodes: pd.DataFrame
    links: pd.DataFrame
    gas: Mapping[str, float]
    remarks: tuple[str, ...]


def read_gas_files(path: Path) -> dict[str, bytes]:
    """Return the files of a network by name: of a folder, a zip, or one file with those that belong to it.

    Parameters
    ----------
    path : Path
        Where it is.

    Returns
    -------
    dict of bytes by str

    Raises
    ------
    InputError
        If nothing there can be a network, a zip is damaged, or files are too large.
    """
    if path.is_dir():
        found = [file for file in sorted(path.iterdir()) if file.suffix in READ and file.is_file()]
        return _read_all({file.name: file for file in found}, path)
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder")
    if path.suffix == ".zip":
        return _read_zip(path)
    if path.suffix == ".net":
        pair = [path, path.with_suffix(".scn")]
    elif path.suffix == ".json":
        pair = [
            path,
            *(path.with_name(f"{other}.json") for other in ("nominations", "params", "slack_nodes")),
        ]
    elif path.suffix == ".m":
        pair = [path]
    else:
        raise InputError(
            f"{path}: no format ends in {path.suffix!r}; give {FORMATS}, in a folder or zip or by itself"
        )
    return _read_all({file.name: file for file in pair if file.is_file()}, path)


def _read_all(files: Mapping[str, Path], where: Path) -> dict[str, bytes]:
    if not files:
        raise InputError(f"{where}: no network in it; expected {FORMATS}")
    _check_size(sum(file.stat().st_size for file in files.values()), where)
    return {name: file.read_bytes() for name, file in files.items()}


def _read_zip(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(_within_size(path))) as archive:
            wanted = [
                entry
                for entry in archive.infolist()
                if PurePosixPath(entry.filename).suffix in READ and "__MACOSX" not in entry.filename
            ]
            _check_size(sum(entry.file_size for entry in wanted), path)
            names = [PurePosixPath(entry.filename).name for entry in wanted]
            if len(set(names)) < len(names):
                raise InputError(
                    f"{path}: several folders in it hold files of one name; give the path of one network"
                )
            found = {PurePosixPath(entry.filename).name: archive.read(entry) for entry in wanted}
    # What zipfile raises on damaged, encrypted or oddly packed files.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as fault:
        raise InputError(f"{path}: the zip cannot be read ({fault}); pack it again") from fault
    except (OSError, UnicodeDecodeError, IndexError, OverflowError) as fault:
        raise InputError(f"{path}: the zip is damaged ({fault}); pack it again") from fault
    if not found:
        raise InputError(f"{path}: no network in it; expected {FORMATS}")
    return found


def _within_size(path: Path) -> bytes:
    _check_size(path.stat().st_size, path)
    return path.read_bytes()


def _check_size(size: int, where: Path) -> None:
    if size > LARGEST_FILE:
        raise InputError(
            f"{where}: {size:,} bytes; at most {LARGEST_FILE:,} are read. Take out what is no network"
        )


def read_gas_file(path: Path, nomination: str = "") -> GasFile:
    """Read a network in whichever format it is.

    Parameters
    ----------
    path : Path
        A folder, a zip, or a file.
    nomination : str
        Which nomination or scenario, where a file holds several; the first when empty.

    Returns
    -------
    GasFile

    Raises
    ------
    InputError
        With every fault of the file.
    """
    from torugart.io.gaslib import read_gaslib
    from torugart.io.gaslib_json import read_gaslib_json
    from torugart.io.matgas import read_matgas

    files = read_gas_files(path)
    nets = [name for name in files if name.endswith(".net")]
    matgas = [name for name in files if name.endswith(".m")]
    networks = [name for name in files if name.endswith(".json") and name == "network.json"]
    if path.suffix == ".json":
        networks = [path.name]
    if len(nets) + len(matgas) + len(networks) != 1:
        names = ", ".join([*nets, *networks, *matgas]) or "none"
        raise InputError(
            f"{path}: one network is expected, found {names}; give the path of one. Formats: {FORMATS}"
        )
    if nets:
        scenarios = [name for name in files if name.endswith(".scn")]
        own = [
            name for name in scenarios if name.removesuffix(".scn") == nets[0].removesuffix(".net")
        ] or scenarios
        return read_gaslib(
            nets[0], files[nets[0]], own[0] if own else "", files[own[0]] if own else b"", nomination
        )
    if matgas:
        return read_matgas(matgas[0], files[matgas[0]])
    return read_gaslib_json(path.name, {**files, "network.json": files[networks[0]]}, nomination)


def chosen(names: Iterable[str], wanted: str, file: str, what: str) -> tuple[str, list[str]]:
    """Return the name wanted, or the first, and what to remark on the choice."""
    names = list(names)
    if not names:
        raise InputError(f"{file}: it holds no {what}; add one")
    if wanted and wanted not in names:
        shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        raise InputError(f"{file}: no {what} is called {wanted!r}; it holds {shown}")
    name = wanted or names[0]
    remark = f"{what} {name!r}, the first of {len(names)} in {file}" if len(names) > 1 and not wanted else ""
    return name, [remark] if remark else []

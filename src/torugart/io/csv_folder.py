"""A data package out to a folder of CSV files that anyone can open, and that Torugart reads again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from torugart.errors import InputError
from torugart.io.datapackage import build_descriptor, descriptor_text
from torugart.schema.cells import FORMULA_STARTS, number_in
from torugart.schema.definition import read_schema
from torugart.tables.package import Package
from torugart.tables.provenance import cell_texts

# What spreadsheets pass over before they look for a formula.
BLANKS = " \t\r\n\u00a0\u3000\ufeff\u200b"


def write_csv_folder(package: Package, target: Path) -> Path:
    """Write a package as CSV tables with their descriptor; all of it or nothing.

    Parameters
    ----------
    package : Package
        The package, with its overlays merged.
    target : Path
        A folder that is new or empty.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder holds files already or cannot be written.
    """
    with new_folder(target) as folder:
        write_csv_tables(package, folder)
    return target


def write_csv_tables(package: Package, folder: Path) -> None:
    """Write the tables of a package and their descriptor into a folder that is there."""
    licences = package.tables["licences"].to_dict("records")
    terms = [{str(name): str(text) for name, text in row.items()} for row in licences]
    for name in read_schema():
        write_csv(package.tables[name], folder / f"{name}.csv")
    descriptor = descriptor_text(build_descriptor(package.version, terms))
    (folder / "datapackage.json").write_text(descriptor, encoding="utf-8", newline="\n")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; an empty cell for what is missing, numbers in their shortest form."""
    texts = pd.DataFrame(
        {name: [safe_text(text) for text in cell_texts(frame[name])] for name in frame.columns}
    )
    texts.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def safe_text(text: str) -> str:
    """Return the text of a cell so that a spreadsheet takes it for text: an apostrophe before what begins like a formula.

    Numbers stay numbers, and a sign alone computes nothing. The cells of a sound package never begin so, which is
    why what is written reads back as the same package.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("-2.5"), safe_text("=")
    ("'=1+1", '-2.5', '=')
    """
    bare = text.lstrip(BLANKS)
    begins = bare[:1] in FORMULA_STARTS or text[:1] in ("\t", "\r")
    harmless = len(bare) < 2 or number_in(bare) is not None
    return f"'{text}" if bare and begins and not harmless else text


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside ``target`` to write into, and put it in place only when all went well."""
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError(f"{target} holds something already; give a new or an empty folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as fault:
        raise InputError(_cannot_write(target, fault)) from None
    try:
        yield part
        part.chmod(0o755)  # a temporary folder is private; the one it becomes need not be
        if target.exists():
            target.rmdir()
        part.replace(target)
    except OSError as fault:
        raise InputError(_cannot_write(target, fault)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _cannot_write(target: Path, fault: OSError) -> str:
    return f"{target} cannot be written ({fault.strerror}); give a folder you may write to"

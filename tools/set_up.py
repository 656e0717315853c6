"""Set up `.venv` in the checkout from the lock files, saying what is going on.

Called by the Makefile with any Python 3; needs nothing but the standard library.

    python3 tools/set_up.py run     what `make demo` needs: requirements/run.txt
    python3 tools/set_up.py dev     what `make test` and `make check` need: requirements/dev.txt
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("VENV") or ROOT / ".venv")
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
NEWEST_TRIED = (3, 14)
# What the wheels weigh on Linux, in MB: to download, and unpacked.
MEGABYTES = {"run": (150, 600), "dev": (210, 810)}
PIP = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"]


class SetUpError(Exception):
    """Something the user has to mend; the message says what."""


def say(text: str, end: str = "\n") -> None:
    """Print at once."""
    print(text, end=end, flush=True)


def use_a_new_enough_python() -> None:
    """Hand over to a newer Python on the path where `python3` is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(NEWEST_TRIED[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and runs(other, ""):
            sys.exit(subprocess.run([other, *sys.argv], check=False).returncode)
    raise SetUpError(
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
        "Install one, or name one: make PYTHON=/path/to/python3 ..."
    )


def venv_works(probe: str) -> bool:
    """Whether `.venv` has a Python that is new enough and carries a small program out."""
    return VENV_PYTHON.exists() and runs(
        VENV_PYTHON, f"import sys; assert sys.version_info >= {OLDEST!r}; {probe}"
    )


def runs(python: str | Path, program: str) -> bool:
    """Whether a Python carries a small program out."""
    tried = subprocess.run([str(python), "-c", program], stderr=subprocess.DEVNULL, check=False)
    return tried.returncode == 0


def create_venv() -> None:
    """Create `.venv`, or add pip to one that has none."""
    if venv_works("import ensurepip"):
        subprocess.run(
            [str(VENV_PYTHON), "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL, check=True
        )
        return
    try:
        import ensurepip  # noqa: F401  (some Linux distributions leave it out)
    except ImportError:
        raise SetUpError(
            f"this Python ({sys.executable}) cannot create virtual environments: it has no `ensurepip`.\n"
            f"On Debian or Ubuntu: apt-get install python3.{sys.version_info[1]}-venv\n"
            "Or name another Python: make PYTHON=/path/to/python3 ..."
        ) from None
    venv.create(str(VENV), clear=VENV.exists(), with_pip=True, symlinks=os.name != "nt")


def progress_of(line: str, done_mb: float, total_mb: int) -> tuple[str, float]:
    """Turn a line of pip's output into a line of ours."""
    size = re.search(r"\((\d+(?:\.\d+)?) (k|M)B\)", line)
    if size and line.lstrip().startswith(("Downloading", "Using cached")) and ".metadata" not in line:
        done_mb += float(size.group(1)) / (1 if size.group(2) == "M" else 1000)
        name = re.split(r"-\d", line.split()[1 if "Downloading" in line else 2].rsplit("/", 1)[-1])[0]
        return f"    {done_mb:4.0f} of about {total_mb} MB: {name}", done_mb
    if line.startswith("Installing collected packages"):
        return "    unpacking", done_mb
    return "", done_mb


def pip_install(arguments: list[str], total_mb: int) -> None:
    """Run pip, showing one short line of progress on a terminal and its last words if it fails."""
    live = sys.stdout.isatty()
    last_words: deque[str] = deque(maxlen=25)
    done_mb = 0.0
    with subprocess.Popen(
        [str(VENV_PYTHON), *PIP, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd=str(ROOT),
    ) as pip:
        for line in pip.stdout or ():
            last_words.append(line.rstrip())
            shown, done_mb = progress_of(line, done_mb, total_mb)
            if live and shown:
                say("\r" + shown.ljust(70)[:70], end="")
    if live:
        say("\r" + " " * 70 + "\r", end="")
    if pip.returncode:
        raise SetUpError(
            "pip could not install the locked packages. Its last words:\n  " + "\n  ".join(last_words)
        )


def fingerprint(kind: str) -> str:
    """Tell whether anything the environment is made from has changed."""
    digest = hashlib.sha256(str(VENV).encode())
    for path in (ROOT / "requirements" / f"{kind}.txt", ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamp_of(kind: str) -> Path:
    """File that tells what the environment was made from."""
    return VENV / f"torugart-{kind}.stamp"


def is_current(kind: str) -> bool:
    """Whether the environment was made from the lock files as they stand; dev includes run."""
    for having in {kind, "dev"}:
        stamp = stamp_of(having)
        if (
            stamp.exists()
            and stamp.read_text(encoding="ascii") == fingerprint(having)
            and VENV_PYTHON.exists()
        ):
            return True
    return False


def shown_venv() -> str:
    """The environment's folder as a person would name it."""
    return str(VENV.relative_to(ROOT)) if ROOT in VENV.parents else str(VENV)


def set_up(kind: str) -> None:
    """Make `.venv` fit the lock file of that kind; quick when it does already."""
    if is_current(kind):
        return
    use_a_new_enough_python()
    if not venv_works("import pip"):
        say(f"1/3 creating {shown_venv()} with Python 3.{sys.version_info[1]}")
        try:
            create_venv()
        except (OSError, subprocess.CalledProcessError) as fault:
            raise SetUpError(f"could not create {VENV}: {fault}") from fault
    download_mb, disk_mb = MEGABYTES[kind]
    say(f"2/3 installing locked packages (about {download_mb} MB to download, {disk_mb} MB on disk)")
    lock = f"requirements/{kind}.txt"
    pip_install(["--require-hashes", "--only-binary", ":all:", "-r", lock], download_mb)
    pip_install(["--no-deps", "--no-build-isolation", "--no-index", "-e", "."], 0)
    for other in ("run", "dev"):
        stamp_of(other).unlink(missing_ok=True)
    stamp_of(kind).write_text(fingerprint(kind), encoding="ascii")


def main() -> int:
    """Set up what the one argument names; 0 when it is there."""
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in MEGABYTES:
        say(__doc__ or "")
        return 2
    try:
        set_up(kind)
    except SetUpError as fault:
        print(f"set_up: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("set_up: interrupted; call again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Put the answer that `torugart appraise cku` prints into the README, shortened.

python tools/refresh_readme.py            runs the appraisal
python tools/refresh_readme.py FILE       takes what it printed from a file
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(r"(?<=<!-- answer -->\n).*?(?=<!-- /answer -->)", re.DOTALL)
MOST_ROWS = 6
SHOWN = ("Best way", "What is claimed")


def printed_answer() -> str:
    """Return what the command prints on a terminal of 80 columns."""
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            [sys.executable, "-m", "torugart", "appraise", "cku"],
            cwd=folder,
            env={**os.environ, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=True,
        )
    return ran.stdout


def shortened(answer: str) -> str:
    """Return the headline, the first rows of some tables, and the last line."""
    lines = [line.rstrip() for line in answer.rstrip().splitlines()]
    parts = [part.splitlines() for part in "\n".join(lines[:-1]).split("\n\n")]
    kept = [
        part if i < 2 else first_rows(part)
        for i, part in enumerate(parts)
        if i < 2 or part[0].startswith(SHOWN)
    ]
    return "\n\n".join("\n".join(part) for part in [*kept, [lines[-1]]])


def first_rows(part: list[str]) -> list[str]:
    """Return the first rows of a table below its rule."""
    rule = next(i for i, line in enumerate(part) if line.startswith("───"))
    short = part[: rule + 1 + MOST_ROWS]
    return short if len(short) == len(part) else [*short, "..."]


def main() -> int:
    """Refresh the README; 0 when done."""
    answer = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else printed_answer()
    text = README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(lambda _: f"```text\n{shortened(answer)}\n```\n", text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

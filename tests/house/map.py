"""Writes the table of ``analyzer/README.md`` from the modules' own docstrings: ``python -m tests.house.map``."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "analyzer" / "mapproof"
PAGE = ROOT / "analyzer" / "README.md"
BEGIN, END = "<!-- rooms: written by python -m tests.house.map -->", "<!-- /rooms -->"
FLOORS = ["", "commands", "frontends", "abi", "absint", "classify", "verify", "triage", "policy", "report", "model"]
"""The rooms in the order of the page; one that is not named here comes last."""


def table() -> str:
    """Every module with its first sentence, room by room."""
    files = [path for path in PACKAGE.rglob("*.py") if path.read_text().strip()]
    rows = [
        f"| `{path.relative_to(PACKAGE).as_posix()}` | {first_sentence(path)} |" for path in sorted(files, key=_order)
    ]
    return "\n".join(["| file | holds |", "| --- | --- |", *rows])


def _order(path: Path) -> tuple[int, list[str]]:
    parts = list(path.relative_to(PACKAGE).parts)
    room = parts[0] if len(parts) > 1 else ""
    return FLOORS.index(room) if room in FLOORS else len(FLOORS), parts


def first_sentence(path: Path) -> str:
    """What the module's docstring says first, on one line."""
    text = " ".join((ast.get_docstring(ast.parse(path.read_text())) or "").split())
    sentence = re.split(r"(?<=\.)\s", text, maxsplit=1)[0].rstrip(".:") + "."
    return sentence.replace("``", "`").replace("|", "\\|")


def page() -> str:
    """The page with a fresh table."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page())

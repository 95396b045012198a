"""The marks in the cases of rules: ``// expect: ID VERDICT``, ``// ok: ID`` and ``// todo: ID VERDICT``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

RULES = Path(__file__).parents[2] / "rules"
SUFFIXES = {".c", ".cc", ".cpp", ".h"}
_MARK = re.compile(r"\b(expect|ok|todo): ([a-z0-9-]+)(?: (benign|executable|violation|unresolved))?")


@dataclass(frozen=True)
class Mark:
    """One mark at the end of a line; a call on that line is meant. Lines count from 1."""

    kind: str
    rule: str
    verdict: str
    line: int


def case_files() -> list[Path]:
    """Every case of every rule, in the order of paths."""
    found = (path for path in RULES.glob("*/*/cases/**/*") if path.suffix in SUFFIXES)
    return sorted(path for path in found if "__pycache__" not in path.parts)


def marks_of(path: Path) -> list[Mark]:
    """The marks in one case."""
    marks = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        comment = line.rpartition("// ")[2] if "// " in line else ""
        marks.extend(Mark(kind, rule, verdict or "", number) for kind, rule, verdict in _MARK.findall(comment))
    return marks

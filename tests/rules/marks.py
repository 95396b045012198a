"""The cases of the rules that ship, with their marks: what `mapproof rules test` reads, read the same way."""

from __future__ import annotations

from pathlib import Path

from mapproof.classify.cases import Mark, cases_of
from mapproof.classify.cases import marks_of as marks_in

RULES = Path(__file__).parents[2] / "rules"


def case_files() -> list[Path]:
    """Every case of every rule, in the order of paths."""
    return sorted(path for folder in RULES.glob("*/*") if folder.is_dir() for path in cases_of(folder))


def header_cases() -> list[Path]:
    """Every case about the headers of binaries."""
    return sorted(RULES.glob("*/*/cases/*.toml"))


def marks_of(path: Path) -> list[Mark]:
    """The marks in one case."""
    return marks_in(path.read_text())

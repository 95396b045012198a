"""The marks in the cases of rules: ``expect: ID VERDICT``, ``ok: ID`` and ``todo: ID VERDICT`` in a line's comment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.model.location import Span
from mapproof.model.rule import Severity
from mapproof.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mapproof.model.site import Finding

SUFFIXES: Final = frozenset({".c", ".cc", ".cpp", ".h", ".py"})
"""Cases in source. What else lies in a folder of cases is no case of its own."""

_WORDS: Final = "|".join((*Verdict, *Severity))
_MARK: Final = re.compile(rf"\b(expect|ok|todo): ([a-z0-9-]+)(?: ({_WORDS}))?")
_COMMENT: Final = re.compile(r"(?://|#) (?=[^\n]*\b(?:expect|ok|todo): )")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark at the end of a line; a call that begins on that line is meant. Lines count from 1, and ``verdict`` is
    the word of a verdict or of a severity."""

    kind: str
    rule: str
    verdict: str
    line: int

    def holds(self, findings: Iterable[Finding]) -> bool:
        """Whether the mark is true of the findings on its line; a ``todo`` that has come true wants to be an
        ``expect``."""
        found = said_of(findings)
        if self.kind == "ok":
            return bool(found) and self.rule not in {rule for rule, _ in found}
        return ((self.rule, self.verdict) in found) is (self.kind == "expect")


def said_of(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Rule and verdict of each finding, and rule and severity of each advice."""
    found: list[tuple[str, str]] = []
    for finding in findings:
        found.append((finding.rule, finding.verdict.value))
        found += [(advice.rule, advice.severity.value) for advice in finding.advice]
    return found


def cases_of(folder: Path) -> list[Path]:
    """The cases in a rule's folder, in the order of paths."""
    found = (path for path in (folder / "cases").rglob("*") if path.suffix in SUFFIXES)
    return sorted(path for path in found if "__pycache__" not in path.parts)


def marks_of(text: str) -> list[Mark]:
    """The marks in one case."""
    marks: list[Mark] = []
    for number, line in enumerate(text.splitlines(), start=1):
        comments = list(_COMMENT.finditer(line))
        comment = line[comments[-1].end() :] if comments else ""
        marks.extend(Mark(kind, rule, verdict or "", number) for kind, rule, verdict in _MARK.findall(comment))
    return marks


def by_line(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """Findings in source by the line that their call begins on."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        if isinstance(finding.site.location, Span):
            found.setdefault(finding.site.location.line, []).append(finding)
    return found

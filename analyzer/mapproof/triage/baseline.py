"""A baseline: the findings that were there when it was made. Old debt, not a decision; it only ever shrinks."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mapproof.errors import MapproofError
from mapproof.model.fingerprint import fingerprints, project_path
from mapproof.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.model.report import Report
    from mapproof.model.site import Finding

FILE_NAME: Final = "mapproof.baseline.json"
SCHEMA: Final = "mapproof.baseline/1"

GRAVITY: Final = {Verdict.BENIGN: 0, Verdict.UNRESOLVED: 1, Verdict.EXECUTABLE: 2, Verdict.VIOLATION: 3}
"""Verdicts by how bad they are for a gate."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known finding: its fingerprint, its verdict then, and where it was, for a reader."""

    fingerprint: str
    verdict: Verdict
    path: str
    function: str
    rule: str


def entries_of(report: Report, folder: str, root: str) -> tuple[Entry, ...]:
    """What a baseline of this report lists: all that is not benign and that nobody decided about."""
    marks = fingerprints(report.findings, folder, root)
    listed = [
        Entry(
            marks[finding.site.id],
            finding.verdict,
            project_path(finding.site.artifact, folder, root),
            finding.site.function or "",
            finding.rule,
        )
        for finding in report.findings
        if finding.site.id not in report.suppressed and _is_debt(finding)
    ]
    return tuple(sorted(listed, key=lambda entry: (entry.path, entry.function, entry.rule, entry.fingerprint)))


def _is_debt(finding: Finding) -> bool:
    return finding.verdict is not Verdict.BENIGN


def with_baseline(report: Report, entries: Iterable[Entry], folder: str, root: str) -> Report:
    """The report with the known findings told apart; one that has become worse is not known."""
    known = {entry.fingerprint: entry.verdict for entry in entries}
    marks = fingerprints(report.findings, folder, root)
    listed = {
        finding.site.id
        for finding in report.findings
        if _is_debt(finding)
        and finding.site.id not in report.suppressed
        and GRAVITY[finding.verdict] <= GRAVITY[known.get(marks[finding.site.id], Verdict.BENIGN)]
    }
    return replace(report, known=report.known | listed)


def shrunk(
    report: Report, entries: Iterable[Entry], folder: str, root: str, seen: Callable[[str], bool]
) -> tuple[Entry, ...]:
    """The entries that are still there. ``seen`` says of a path whether its file was read, or is gone."""
    marks = fingerprints(report.findings, folder, root)
    still = {marks[finding.site.id] for finding in report.findings if _is_debt(finding)}
    return tuple(entry for entry in entries if entry.fingerprint in still or not seen(entry.path))


def written(entries: Iterable[Entry]) -> str:
    """The file's text."""
    records = [
        {
            "fingerprint": entry.fingerprint,
            "verdict": entry.verdict.value,
            "path": entry.path,
            "function": entry.function,
            "rule": entry.rule,
        }
        for entry in entries
    ]
    return json.dumps({"schema": SCHEMA, "findings": records}, indent=2, ensure_ascii=True) + "\n"


def read(path: str, text: str) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises :class:`MapproofError` for a file that is none."""
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        message = f"{path}: is no JSON ({error}): make it again with mapproof baseline"
        raise MapproofError(message) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(data.get("findings"), list):
        message = f"{path}: is no {SCHEMA}: make it again with mapproof baseline"
        raise MapproofError(message)
    found = []
    for number, record in enumerate(data["findings"]):
        match record:
            case {
                "fingerprint": str(fingerprint),
                "verdict": str(verdict),
                "path": str(file),
                "function": str(function),
                "rule": str(rule),
            } if verdict in {member.value for member in Verdict}:
                found.append(Entry(fingerprint, Verdict(verdict), file, function, rule))
            case _:
                message = f"{path}: entry {number + 1} is not as mapproof baseline writes it: make it again"
                raise MapproofError(message)
    return tuple(found)

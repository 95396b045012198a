"""GitLab's security report with flags: which vulnerabilities are false positives, and by what proof.

A report of GitLab's format that came in goes out as it was, with the flags in it; other alerts are written as one.
Source: the schema of the security report format, version 15.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from mapproof.errors import MapproofError
from mapproof.model.answer import Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.products import description, detail, name_of
from mapproof.report.answers.written import dumped
from mapproof.report.base import portable
from mapproof.report.gitlab import SAST_VERSION, scan_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.model.answer import Answer, Triage
    from mapproof.report.base import Rendering

_FALSE: Final = frozenset({Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN})
_FORMAT: Final = "gitlab-sast"


def render(found: Triage, rendering: Rendering) -> str:
    """The report. Raises :class:`MapproofError` where several came in: GitLab takes one for each job."""
    given = [file for file in found.files if file.format == _FORMAT and not file.fault]
    if given and len(found.files) > 1:
        message = "--format gitlab: one report of GitLab's at a time can be flagged: give it alone"
        raise MapproofError(message)
    if given:
        report = _given(given[0].path, found.answers, rendering)
        if report is not None:
            return dumped(report)
    return dumped(_written(found, rendering))


def _given(path: str, answers: Sequence[Answer], rendering: Rendering) -> dict[str, Any] | None:
    try:
        report = json.loads(rendering.content(path).decode("utf-8-sig"))
        records = {f"/vulnerabilities/{number}": one for number, one in enumerate(report["vulnerabilities"])}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if records.keys() != {answer.alert.pointer for answer in answers}:
        return None
    for answer in answers:
        record = records[answer.alert.pointer]
        if answer.outcome in _FALSE and isinstance(record, dict):
            flags = [flag for flag in record.get("flags") or () if flag.get("origin") != "mapproof"]
            record["flags"] = [*flags, _flag(answer)]
    return dict(report)


def _flag(answer: Answer) -> dict[str, str]:
    return {"type": "flagged-as-likely-false-positive", "origin": "mapproof", "description": detail(answer)}


def _written(found: Triage, rendering: Rendering) -> dict[str, Any]:
    warnings = [f"{file.path}: {file.fault}" for file in found.files if file.fault]
    return {
        "version": SAST_VERSION,
        "scan": scan_object(found.version, rendering.now, warnings),
        "vulnerabilities": [_vulnerability(one) for one in found.answers],
    }


def _vulnerability(answer: Answer) -> dict[str, Any]:
    alert = answer.alert
    name = "\n".join([alert.origin, alert.pointer, alert.tool, alert.rule, str(alert.place)])
    tool = alert.tool or "unnamed tool"
    location: dict[str, Any] = {"file": alert.place.path or alert.origin}
    if alert.place.line is not None:
        location |= {"start_line": alert.place.line, "end_line": max(alert.place.end_line or 0, alert.place.line)}
    told: dict[str, Any] = {
        "id": str(uuid5(NAMESPACE_URL, portable(name))),
        "name": f"{tool}: {name_of(alert)}"[:255],
        "description": f"{description(alert)}\n\n{detail(answer)}",
        "severity": "High" if answer.outcome is Outcome.CONFIRMED else "Unknown",
        "location": location,
        "identifiers": [{"type": "alert", "name": f"{tool} {name_of(alert)}", "value": name_of(alert)}],
    }
    if answer.outcome in _FALSE:
        told["flags"] = [_flag(answer)]
    if answer.outcome is Outcome.CONFIRMED and answer.settles:
        told["solution"] = answer.settles[:7000]
    return told


FORMAT: Final = AnswerFormat("gitlab", render, "GitLab's SAST report with false positives flagged")

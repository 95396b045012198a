"""GitLab's two reports: Code Quality (a list of issues) and SAST (its security report format, version 15)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from mapproof import __version__
from mapproof.model.fingerprint import fingerprints
from mapproof.model.location import Span
from mapproof.model.rule import Severity
from mapproof.model.verdict import Verdict
from mapproof.report import weakness
from mapproof.report.base import Format, portable
from mapproof.report.words import (
    advice_sentence,
    advised,
    alerts,
    gap_sentence,
    lapse_sentence,
    sentence,
    stopped,
    title,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mapproof.model.report import Report
    from mapproof.model.rule import Rule
    from mapproof.model.site import Finding
    from mapproof.report.base import Rendering

SAST_VERSION: Final = "15.1.4"

_QUALITY: Final[Mapping[Verdict, str]] = {
    Verdict.VIOLATION: "critical",
    Verdict.EXECUTABLE: "major",
    Verdict.UNRESOLVED: "minor",
    Verdict.BENIGN: "info",
}
_ADVICE: Final[Mapping[Severity, str]] = {Severity.WARNING: "minor", Severity.NOTE: "info"}
_SEVERITY: Final[Mapping[Verdict, str]] = {
    Verdict.VIOLATION: "High",
    Verdict.EXECUTABLE: "Medium",
    Verdict.UNRESOLVED: "Info",
    Verdict.BENIGN: "Info",
}


def quality(report: Report, rendering: Rendering) -> str:
    """The Code Quality report. Its issues need lines: in a binary, line 1."""
    marks = fingerprints(report.findings, rendering.folder, rendering.root)
    issues = [
        {
            "description": sentence(finding),
            "check_name": finding.rule,
            "fingerprint": marks[finding.site.id],
            "severity": _QUALITY[finding.verdict],
            "location": {
                "path": portable(rendering.path(finding.site.artifact)),
                "lines": _lines(finding),
            },
        }
        for finding in alerts(report)
    ]
    issues += [
        {
            "description": advice_sentence(advice),
            "check_name": advice.rule,
            "fingerprint": f"{marks[finding.site.id]}/{advice.rule}",
            "severity": _ADVICE[advice.severity],
            "location": {
                "path": portable(rendering.path(finding.site.artifact)),
                "lines": _lines(finding),
            },
        }
        for finding in advised(report)
        for advice in finding.advice
    ]
    issues += [
        {
            "description": lapse_sentence(lapse),
            "check_name": f"suppression-{lapse.kind}",
            "fingerprint": portable(f"suppression-{lapse.kind}/{lapse.suppression.alias}"),
            "severity": "major",
            "location": {"path": portable(rendering.path(path)), "lines": {"begin": line}},
        }
        for lapse in report.lapses
        for path, line in (lapse.suppression.written_at,)
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _lines(finding: Finding) -> dict[str, int]:
    spot = finding.site.location
    return {"begin": spot.line, "end": spot.end_line} if isinstance(spot, Span) else {"begin": 1}


def scan_object(version: str, now: str, warnings: Iterable[str]) -> dict[str, Any]:
    """What a SAST report says of the scan: that mapproof of a ``version`` made it, when, and with what warnings."""
    scanner = {"id": "mapproof", "name": "mapproof", "version": version, "vendor": {"name": "mapproof"}}
    return {
        "analyzer": scanner,
        "scanner": scanner,
        "type": "sast",
        "start_time": now,
        "end_time": now,
        "status": "success",
        "messages": [{"level": "warn", "value": warning} for warning in warnings],
    }


def sast(report: Report, rendering: Rendering) -> str:
    """The SAST report. What somebody decided about is there, flagged as a likely false positive where it is one."""
    marks = fingerprints(report.findings, rendering.folder, rendering.root)
    rules = {rule.id: rule for rule in rendering.rules}
    warnings = [f"{portable(rendering.path(gap.path))}: {gap_sentence(gap)}" for gap in report.errors]
    document = {
        "version": SAST_VERSION,
        "scan": scan_object(__version__, rendering.now, warnings),
        "vulnerabilities": [
            _vulnerability(finding, rendering, rules.get(finding.rule), marks[finding.site.id])
            for finding in alerts(report)
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _vulnerability(finding: Finding, rendering: Rendering, rule: Rule | None, mark: str) -> dict[str, Any]:
    spot = finding.site.location
    path = portable(rendering.path(finding.site.artifact))
    location: dict[str, Any] = {"file": path}
    if isinstance(spot, Span):
        location |= {"start_line": spot.line, "end_line": spot.end_line}
    if finding.site.function:
        location["method"] = portable(finding.site.function)
    found: dict[str, Any] = {
        "id": str(UUID(hex=mark[:32], version=5)),
        "name": title(finding)[:255],
        "description": portable(sentence(finding) + ("" if rule is None else f"\n\n{rule.why}")),
        "severity": _SEVERITY[finding.verdict],
        "location": location,
        "identifiers": [
            {"type": "mapproof_rule", "name": f"mapproof {finding.rule}", "value": finding.rule},
            *(
                {
                    "type": "cwe",
                    "name": cwe,
                    "value": weakness.number(cwe),
                    "url": weakness.page(cwe),
                }
                for cwe in (rule.cwe if rule is not None else ())
            ),
        ],
        "tracking": {
            "type": "source",
            "items": [{"file": path, "signatures": [{"algorithm": "scope_offset", "value": mark}]}],
        },
    }
    if isinstance(spot, Span):
        found["tracking"]["items"][0] |= {"start_line": spot.line, "end_line": spot.end_line}
    if finding.remedy:
        found["solution"] = portable(stopped(finding.remedy))
    return found


FORMATS: Final = (
    Format("gitlab", quality, "GitLab Code Quality"),
    Format("gitlab-sast", sast, "GitLab SAST"),
)

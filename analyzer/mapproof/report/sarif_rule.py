"""The rules of a SARIF log, and the weaknesses (CWE) they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mapproof.model.decision import LapseKind
from mapproof.model.verdict import Verdict
from mapproof.report.base import portable
from mapproof.report.weakness import number, page, title
from mapproof.report.words import LAPSES, LEVELS, stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mapproof.model.rule import Rule
    from mapproof.report.base import Rendering

CWE_GUID: Final = "e1bb8e4b-3a0f-4a8a-9a3c-6f3a1d7c0b55"
"""Tells our copy of the taxonomy from others within a log."""

_SEVERITY: Final[Mapping[Verdict, str]] = {
    Verdict.VIOLATION: "8.1",
    Verdict.EXECUTABLE: "5.0",
    Verdict.UNRESOLVED: "3.0",
    Verdict.BENIGN: "0.0",
}
"""GitHub's ``security-severity``: over 9.0 critical, over 7.0 high, over 4.0 medium, else low."""

_PRECISION: Final[Mapping[Verdict, str]] = {
    Verdict.VIOLATION: "very-high",
    Verdict.EXECUTABLE: "high",
    Verdict.UNRESOLVED: "medium",
    Verdict.BENIGN: "very-high",
}


def descriptors(rendering: Rendering) -> list[dict[str, Any]]:
    """Every rule of the pack, found or not: a service closes the alerts of rules that it is told of."""
    rules = [_descriptor(rule, rendering) for rule in rendering.rules]
    return rules + [_lapse(kind) for kind in LapseKind]


def _descriptor(rule: Rule, rendering: Rendering) -> dict[str, Any]:
    level = LEVELS[rule.verdict] if rule.verdict is not None else str(rule.severity)
    properties: dict[str, Any] = {
        "precision": "high" if rule.verdict is None else _PRECISION[rule.verdict],
        "problem.severity": {"error": "error", "warning": "warning"}.get(level, "recommendation"),
        "security-severity": "2.0" if rule.verdict is None else _SEVERITY[rule.verdict],
        "tags": ["security", "memory", *(f"external/cwe/{cwe.lower()}" for cwe in rule.cwe)],
        "verdict": rule.verdict.value if rule.verdict is not None else None,
        "group": rule.group,
    }
    if rule.verdict is None:
        del properties["verdict"]
    described: dict[str, Any] = {
        "id": rule.id,
        "name": _pascal(f"{rule.group}-{rule.id}"),
        "shortDescription": {"text": portable(stopped(rule.summary))},
        "fullDescription": {"text": portable(stopped(rule.why.partition("\n\n")[0]))},
        "help": {"text": portable(rule.why + "\n\n" + rule.remedy), "markdown": portable(rendering.page(rule))},
        "defaultConfiguration": {"level": level},
        "properties": properties,
    }
    if rule.cwe:
        described["relationships"] = [
            {
                "target": {"id": number(cwe), "toolComponent": {"name": "CWE", "guid": CWE_GUID}},
                "kinds": ["superset"],
            }
            for cwe in rule.cwe
        ]
    return described


def _lapse(kind: LapseKind) -> dict[str, Any]:
    text = LAPSES[kind] + "."
    remedy = "Run `mapproof suppressions check`, then renew the decision or take it away with `prune`."
    return {
        "id": f"suppression-{kind}",
        "name": _pascal(f"suppression-{kind}"),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": remedy, "markdown": remedy},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"precision": "very-high", "problem.severity": "warning", "tags": ["maintainability"]},
    }


def _pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("-"))


def taxa(rules: Iterable[Rule]) -> dict[str, Any]:
    """The part of CWE that the rules speak of."""
    named = sorted({cwe for rule in rules for cwe in rule.cwe} or {"CWE-732"}, key=lambda cwe: int(number(cwe)))
    return {
        "name": "CWE",
        "guid": CWE_GUID,
        "organization": "MITRE",
        "shortDescription": {"text": "The MITRE Common Weakness Enumeration."},
        "informationUri": "https://cwe.mitre.org/data/index.html",
        "isComprehensive": False,
        "taxa": [
            {
                "id": number(cwe),
                "name": title(cwe),
                "shortDescription": {"text": f"{cwe}: {title(cwe)}."},
                "helpUri": page(cwe),
            }
            for cwe in named
        ],
    }

"""The rules of a SARIF log, and the weaknesses (CWE) they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mapproof.model.decision import LapseKind
from mapproof.model.verdict import Verdict
from mapproof.report.base import portable
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
                "target": {"id": cwe.removeprefix("CWE-"), "toolComponent": {"name": "CWE", "guid": CWE_GUID}},
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


_TITLES: Final[Mapping[str, str]] = {
    "94": "Improper Control of Generation of Code ('Code Injection')",
    "250": "Execution with Unnecessary Privileges",
    "252": "Unchecked Return Value",
    "253": "Incorrect Check of Function Return Value",
    "379": "Creation of Temporary File in Directory with Insecure Permissions",
    "547": "Use of Hard-coded, Security-relevant Constants",
    "628": "Function Call with Incorrectly Specified Arguments",
    "693": "Protection Mechanism Failure",
    "732": "Incorrect Permission Assignment for Critical Resource",
    "1123": "Excessive Use of Self-Modifying Code",
    "1282": "Assumed-Immutable Data is Stored in Writable Memory",
}
"""Titles as in the CWE list (MITRE) of the weaknesses that rules name."""


def taxa(rules: Iterable[Rule]) -> dict[str, Any]:
    """The part of CWE that the rules speak of."""
    numbers = sorted({cwe.removeprefix("CWE-") for rule in rules for cwe in rule.cwe} or {"732"}, key=int)
    return {
        "name": "CWE",
        "guid": CWE_GUID,
        "organization": "MITRE",
        "shortDescription": {"text": "The MITRE Common Weakness Enumeration."},
        "informationUri": "https://cwe.mitre.org/data/index.html",
        "isComprehensive": False,
        "taxa": [
            {
                "id": number,
                "name": _TITLES.get(number, f"CWE-{number}"),
                "shortDescription": {"text": f"CWE-{number}: {_TITLES.get(number, 'see the CWE list')}."},
                "helpUri": f"https://cwe.mitre.org/data/definitions/{number}.html",
            }
            for number in numbers
        ],
    }

"""Answers as CycloneDX VEX: the one exchange format that knows false positives.

Source: CycloneDX 1.6 (ECMA-424).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mapproof.model.answer import Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.products import ABOUT_CWE, CWE, description, detail, identity, name_of, products
from mapproof.report.answers.written import dumped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.model.answer import Answer, Triage
    from mapproof.report.answers.products import Product
    from mapproof.report.base import Rendering

SCHEMA: Final = "http://cyclonedx.org/schema/bom-1.6.schema.json"

_STATES: Final = {
    Outcome.REFUTED: "false_positive",
    Outcome.TRUE_BUT_BENIGN: "not_affected",
    Outcome.ACCEPTED: "exploitable",
    Outcome.CONFIRMED: "exploitable",
    Outcome.UNDECIDED: "in_triage",
    Outcome.NOT_COVERED: "in_triage",
}


def render(found: Triage, rendering: Rendering) -> str:
    """The document: one vulnerability for each alert."""
    concerned = products(found, rendering)
    refs: dict[Product, str] = {}
    for one in (one for some in concerned.values() for one in some):
        refs.setdefault(one, f"file-{len(refs) + 1}")
    tool = {"type": "application", "name": "mapproof", "version": found.version}
    return dumped({
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{identity(found, 'cyclonedx')}",
        "version": 1,
        "metadata": {
            "timestamp": f"{rendering.now}Z",
            "tools": {"components": [tool]},
            "properties": [_property("rules", found.rule_pack), _property("alerts", str(len(found.answers)))],
        },
        "components": [_component(one, ref) for one, ref in refs.items()],
        "vulnerabilities": [_vulnerability(one, concerned[one.alert.number], refs) for one in found.answers],
    })  # fmt: skip


def _component(one: Product, ref: str) -> dict[str, Any]:
    described: dict[str, Any] = {"type": "file", "bom-ref": ref, "name": one.path}
    if one.sha256:
        described |= {"hashes": [{"alg": "SHA-256", "content": one.sha256}], "purl": one.purl}
    if one.build_id:
        described["properties"] = [_property("build-id", one.build_id)]
    return described


def _vulnerability(answer: Answer, concerned: tuple[Product, ...], refs: Mapping[Product, str]) -> dict[str, Any]:
    alert, outcome = answer.alert, answer.outcome
    analysis: dict[str, Any] = {"state": _STATES[outcome], "detail": detail(answer)}
    if outcome is Outcome.TRUE_BUT_BENIGN:
        analysis["justification"] = "protected_at_runtime"  # the processor refuses to run what lies there
    if outcome is Outcome.ACCEPTED:
        analysis["response"] = ["will_not_fix"]
    properties = {
        "alert": str(alert.number),
        "answer": outcome.value,
        "claim": answer.understood.claim.value,
        "rule": answer.rule,
        "confidence": answer.confidence.value,
        "place": str(alert.place),
    }
    described: dict[str, Any] = {
        "bom-ref": f"alert-{alert.number}",
        "id": name_of(alert),
        "source": {"name": alert.tool or alert.origin},
        "description": description(alert),
        "analysis": analysis,
        "affects": [{"ref": ref} for ref in dict.fromkeys(refs[one] for one in concerned)],
        "properties": [
            *(_property(name, value) for name, value in properties.items() if value),
            *(_property("proof", digest) for digest in answer.proofs),
        ],
    }
    if answer.understood.claim in ABOUT_CWE:
        described["cwes"] = [int(CWE[0].removeprefix("CWE-"))]
    return described


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": f"mapproof:{name}", "value": value}


FORMAT: Final = AnswerFormat("cyclonedx", render, "CycloneDX VEX 1.6")

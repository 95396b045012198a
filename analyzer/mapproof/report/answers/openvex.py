"""Answers as OpenVEX, which knows no false positive: such an alert does not affect the file.

Source: the OpenVEX specification, 0.2.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mapproof.errors import MapproofError
from mapproof.model.answer import Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.products import description, detail, identity, name_of, products
from mapproof.report.answers.written import dumped

if TYPE_CHECKING:
    from mapproof.model.answer import Answer, Triage
    from mapproof.report.answers.products import Product
    from mapproof.report.base import Rendering

CONTEXT: Final = "https://openvex.dev/ns/v0.2.0"

_STATUS: Final = {
    Outcome.REFUTED: "not_affected",
    Outcome.TRUE_BUT_BENIGN: "not_affected",
    Outcome.ACCEPTED: "affected",
    Outcome.CONFIRMED: "affected",
    Outcome.UNDECIDED: "under_investigation",
    Outcome.NOT_COVERED: "under_investigation",
}


def render(found: Triage, rendering: Rendering) -> str:
    """The document: one statement for each alert. Raises :class:`MapproofError` where there is none to write of."""
    if not found.answers:
        message = "--format openvex: there is no alert, and the format needs a statement: use another format"
        raise MapproofError(message)
    concerned = products(found, rendering)
    name = identity(found, "openvex")
    return dumped({
        "@context": CONTEXT,
        "@id": f"urn:uuid:{name}",
        "author": rendering.author,
        "timestamp": f"{rendering.now}Z",
        "version": 1,
        "tooling": f"mapproof {found.version}, rules {found.rule_pack}",
        "statements": [
            _statement(one, concerned[one.alert.number], f"urn:uuid:{name}#alert-{one.alert.number}")
            for one in found.answers
        ],
    })  # fmt: skip


def _statement(answer: Answer, concerned: tuple[Product, ...], name: str) -> dict[str, Any]:
    alert, outcome = answer.alert, answer.outcome
    told: dict[str, Any] = {
        "@id": name,
        "vulnerability": {"name": f"{alert.tool} {name_of(alert)}".strip(), "description": description(alert)},
        "products": [_product(one) for one in dict.fromkeys(concerned)],
        "status": _STATUS[outcome],
    }
    if outcome is Outcome.REFUTED:
        told |= {"justification": "vulnerable_code_not_present", "status_notes": detail(answer)}
    elif outcome is Outcome.TRUE_BUT_BENIGN:
        told["impact_statement"] = detail(answer)
    elif outcome is Outcome.CONFIRMED:
        told |= {"action_statement": answer.settles or "Change the call.", "status_notes": detail(answer)}
    elif outcome is Outcome.ACCEPTED:
        told |= {"action_statement": "None: somebody has taken the risk.", "status_notes": detail(answer)}
    else:
        told["status_notes"] = detail(answer)
    return told


def _product(one: Product) -> dict[str, Any]:
    told: dict[str, Any] = {"@id": one.purl, "identifiers": {"purl": one.purl}}
    return {**told, "hashes": {"sha-256": one.sha256}} if one.sha256 else told


FORMAT: Final = AnswerFormat("openvex", render, "OpenVEX 0.2.0")

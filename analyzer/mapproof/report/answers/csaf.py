"""Answers as a security advisory (CSAF, profile VEX), whose vulnerabilities are the alerts.

Source: CSAF 2.0 (OASIS).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mapproof.errors import MapproofError
from mapproof.model.answer import Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.products import ABOUT_CWE, CWE, description, detail, identity, name_of, products
from mapproof.report.answers.written import dumped

if TYPE_CHECKING:
    from mapproof.model.answer import Answer, Triage
    from mapproof.report.answers.products import Product
    from mapproof.report.base import Rendering

_STATUS: Final = {
    Outcome.REFUTED: "known_not_affected",
    Outcome.TRUE_BUT_BENIGN: "known_not_affected",
    Outcome.ACCEPTED: "known_affected",
    Outcome.CONFIRMED: "known_affected",
    Outcome.UNDECIDED: "under_investigation",
    Outcome.NOT_COVERED: "under_investigation",
}


def render(found: Triage, rendering: Rendering) -> str:
    """The document. Raises :class:`MapproofError` where there is no alert to write of."""
    if not found.answers:
        message = "--format csaf: there is no alert, and the format needs a vulnerability: use another format"
        raise MapproofError(message)
    concerned = products(found, rendering)
    ids: dict[Product, str] = {}
    for one in (one for some in concerned.values() for one in some):
        ids.setdefault(one, f"CSAFPID-{len(ids) + 1:04}")
    document = {
        "document": _document(found, rendering),
        "product_tree": {"full_product_names": [_product(one, name) for one, name in ids.items()]},
        "vulnerabilities": [
            _vulnerability(one, list(dict.fromkeys(ids[each] for each in concerned[one.alert.number])))
            for one in found.answers
        ],
    }
    return dumped(document, by_name=True)  # CSAF 2.0, 6.2.13


def _document(found: Triage, rendering: Rendering) -> dict[str, Any]:
    moment = f"{rendering.now}Z"
    return {
        "category": "csaf_vex",
        "csaf_version": "2.0",
        "lang": "en",
        "publisher": {"category": "other", "name": rendering.author, "namespace": "pkg:generic/mapproof"},
        "title": f"Answers to {len(found.answers)} alerts about mapped memory",
        "tracking": {
            "id": f"mapproof-{identity(found, 'csaf')}",
            "status": "final",
            "version": "1",
            "current_release_date": moment,
            "initial_release_date": moment,
            "revision_history": [{"date": moment, "number": "1", "summary": "The answers as they were worked out."}],
            "generator": {"date": moment, "engine": {"name": "mapproof", "version": found.version}},
        },
    }


def _product(one: Product, name: str) -> dict[str, Any]:
    told: dict[str, Any] = {"product_id": name, "name": one.path}
    if one.sha256:
        hashes = [{"file_hashes": [{"algorithm": "sha256", "value": one.sha256}], "filename": one.path}]
        told["product_identification_helper"] = {"hashes": hashes, "purl": one.purl}
    return told


def _vulnerability(answer: Answer, ids: list[str]) -> dict[str, Any]:
    alert, outcome = answer.alert, answer.outcome
    told: dict[str, Any] = {
        "title": f"Alert {alert.number}: {name_of(alert)}",
        "ids": [{"system_name": alert.tool or alert.origin, "text": f"{name_of(alert)} (alert {alert.number})"}],
        "notes": [
            {"category": "description", "title": "The alert", "text": description(alert)},
            {"category": "details", "title": f"The answer: {outcome}", "text": detail(answer)},
        ],
        "product_status": {_STATUS[outcome]: ids},
    }
    if answer.understood.claim in ABOUT_CWE:
        told["cwe"] = {"id": CWE[0], "name": CWE[1]}
    if outcome is Outcome.REFUTED:
        told["flags"] = [{"label": "vulnerable_code_not_present", "product_ids": ids}]
    if outcome in {Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN}:
        told["threats"] = [{"category": "impact", "details": detail(answer), "product_ids": ids}]
    elif outcome is Outcome.CONFIRMED:
        told["remediations"] = [
            {"category": "mitigation", "details": answer.settles or "Change the call.", "product_ids": ids}
        ]
    elif outcome is Outcome.ACCEPTED:
        told["remediations"] = [{"category": "no_fix_planned", "details": detail(answer), "product_ids": ids}]
    return told


FORMAT: Final = AnswerFormat("csaf", render, "CSAF 2.0 VEX")

"""The answers as one JSON document: versioned, closed to unknown keys."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from mapproof.model.alert import Claim, Confidence
from mapproof.model.answer import How, Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.written import spelled
from mapproof.report.base import portable
from mapproof.report.document import Closed, Tool

if TYPE_CHECKING:
    from mapproof.model import alert, answer, dossier
    from mapproof.report.base import Rendering

SCHEMA: Final = "mapproof.triage/1"
"""The contract's name; a change that a reader must know of raises the number."""

_Count = Annotated[int, Meta(ge=0)]


class File(Closed, frozen=True):
    """A file of alerts; ``fault`` is null where all of it was read."""

    path: str
    format: str | None
    tools: list[str]
    alerts: _Count
    sha256: str
    fault: str | None


class Place(Closed, frozen=True):
    """The place that an alert names, as far as it does."""

    path: str
    member: str | None
    line: int | None
    column: int | None
    address: int | None
    offset: int | None
    symbol: str | None


class Alert(Closed, frozen=True):
    """The alert as its tool gave it; ``pointer`` says where in its file the record stands,
    ``answered`` that the tool itself takes it for dealt with."""

    origin: str
    pointer: str
    tool: str
    rule: str
    message: str
    severity: str
    place: Place
    fingerprints: dict[str, str]
    answered: bool


class Site(Closed, frozen=True):
    """A site that an answer rests on."""

    id: str
    artifact: str
    line: int | None
    address: int | None
    function: str | None
    callee: str
    primitive: str
    protections: list[str]
    verdict: str
    rule: str
    reason: str
    fingerprint: str
    finding: str
    proof: str | None


class Match(Closed, frozen=True):
    """What an alert was taken to be about; ``sites`` are ids."""

    how: How
    confidence: Confidence
    drift: int | None
    files: list[str]
    sites: list[str]
    notes: list[str]


class Answer(Closed, frozen=True):
    """The answer to one alert. ``basis`` says by what its claim is known, ``settles`` what would settle what is
    undecided; ``decisive`` is the id of the site that decided, ``proofs`` are digests, ``assumes`` what they take
    for granted."""

    number: Annotated[int, Meta(ge=1)]
    outcome: Outcome
    claim: Claim
    basis: str
    reason: str
    confidence: Confidence
    settles: str | None
    decisive: str | None
    rule: str | None
    proofs: list[str]
    assumes: list[str]
    disagreements: list[str]
    match: Match
    alert: Alert


class Artifact(Closed, frozen=True):
    """A file that answers rest on."""

    path: str
    sha256: str
    language: str
    build_id: str | None


class Summary(Closed, frozen=True):
    """Alerts that went in, answers that came out, and how many of which kind."""

    alerts: _Count
    answers: _Count
    outcomes: dict[Outcome, _Count]


class Document(Closed, frozen=True):
    """The whole triage of one run. ``sites`` and ``artifacts`` are those that an answer names."""

    schema: Literal["mapproof.triage/1"]
    tool: Tool
    summary: Summary
    files: list[File]
    answers: list[Answer]
    sites: list[Site]
    artifacts: list[Artifact]


def render(found: answer.Triage, rendering: Rendering) -> str:  # noqa: ARG001  the shape of every format
    """The answers as one JSON document in the order of the alerts."""
    document = _document(found)
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(document)))
    return spelled(msgspec.json.format(encoded, indent=2).decode()) + "\n"


def schema() -> dict[str, Any]:
    """The contract as JSON Schema (2020-12), made from the types above."""
    described = msgspec.json.schema(Document)
    for part in described["$defs"].values():
        if "description" in part:
            part["description"] = cleandoc(part["description"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **described}


def _encodable(value: Any) -> Any:  # noqa: ANN401  plain JSON data of any shape
    if isinstance(value, str):
        return portable(value)
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {portable(key): _encodable(item) for key, item in value.items()}
    return value


def _document(found: answer.Triage) -> Document:
    counts = found.count()
    named = {site for one in found.answers for site in one.match.sites}
    files = {file for one in found.answers for file in one.match.files}
    proofs = found.proofs()
    return Document(
        schema=SCHEMA,
        tool=Tool("mapproof", found.version, found.rule_pack),
        summary=Summary(
            alerts=sum(file.alerts for file in found.files),
            answers=len(found.answers),
            outcomes={outcome: counts[outcome] for outcome in Outcome},
        ),
        files=[
            File(one.path, one.format or None, list(one.tools), one.alerts, one.sha256, one.fault or None)
            for one in found.files
        ],
        answers=[_answer(one) for one in found.answers],
        sites=[_site(site, proofs.get(site.id)) for name, site in found.sites().items() if name in named],
        artifacts=[
            Artifact(held.path, held.sha256, held.language, held.build_id or None)
            for path, held in found.held().items()
            if path in files
        ],
    )


def _answer(one: answer.Answer) -> Answer:
    match = one.match
    return Answer(
        number=one.alert.number,
        outcome=one.outcome,
        claim=one.understood.claim,
        basis=one.understood.basis,
        reason=one.reason,
        confidence=one.confidence,
        settles=one.settles or None,
        decisive=one.decisive or None,
        rule=one.rule or None,
        proofs=list(one.proofs),
        assumes=list(one.assumes),
        disagreements=list(one.disagreements),
        match=Match(match.how, match.confidence, match.drift, list(match.files), list(match.sites), list(match.notes)),
        alert=_alert(one.alert),
    )


def _alert(one: alert.Alert) -> Alert:
    place = one.place
    return Alert(
        origin=one.origin,
        pointer=one.pointer,
        tool=one.tool,
        rule=one.rule,
        message=one.message,
        severity=one.severity,
        place=Place(
            place.path,
            place.member or None,
            place.line,
            place.column,
            place.address,
            place.offset,
            place.symbol or None,
        ),
        fingerprints=dict(one.fingerprints),
        answered=one.answered,
    )


def _site(site: dossier.Judged, proof: dossier.Proof | None) -> Site:
    return Site(
        id=site.id,
        artifact=site.artifact,
        line=site.spot.line,
        address=site.spot.address,
        function=site.function or None,
        callee=site.written,
        primitive=site.primitive,
        protections=list(site.protections),
        verdict=site.verdict,
        rule=site.rule,
        reason=site.reason,
        fingerprint=site.fingerprint,
        finding=site.finding,
        proof=proof.digest if proof is not None and proof.holds else None,
    )


FORMAT: Final = AnswerFormat("json", render, "one JSON document")

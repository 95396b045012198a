"""The JSON contract: one document, versioned, closed to unknown keys. Every other tool reads this."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from mapproof import __version__
from mapproof.model.callee import Role
from mapproof.model.condition import TRUE
from mapproof.model.decision import Claim, LapseKind, Origin
from mapproof.model.evidence import StepKind
from mapproof.model.fingerprint import fingerprints, proof_digest
from mapproof.model.location import HeaderField, Span
from mapproof.model.region import Reach
from mapproof.model.rule import Severity
from mapproof.model.site import Maybe, Sharing
from mapproof.model.verdict import Assumption, Reason, Status, Verdict
from mapproof.report.base import Format, portable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.model import decision, evidence, location, region, report, site, verdict
    from mapproof.model.condition import Condition
    from mapproof.report.base import Rendering

SCHEMA: Final = "mapproof.report/1"
"""The contract's name; a change that a reader must know of raises the number."""

_Count = Annotated[int, Meta(ge=0)]
_Mask = Annotated[int, Meta(ge=0)]
_Protection = Annotated[str, Meta(pattern="^[r-][w-][x-]$")]
_ID = Annotated[str, Meta(min_length=1)]


class Closed(Struct, frozen=True, forbid_unknown_fields=True):
    """The base of every part: immutable, and closed to keys it does not name."""


class Tool(Closed, frozen=True):
    """What made the document; ``rule_pack`` is the digest of the rules it judged by."""

    name: str
    version: str
    rule_pack: str


class Location(Closed, frozen=True):
    """A place in source (line, column, end_line), in a binary's code (address, return_address), or in its headers
    (offset, field), one of the three.

    Lines and columns count from 1, columns in characters. Addresses are virtual; ``return_address`` is that of the
    instruction after the call. ``offset`` counts bytes of the file, ``field`` is the header field that stands there;
    where an entry is missing, it is the one that counts the entries.
    """

    line: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    column: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    end_line: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    address: _Count | UnsetType = UNSET
    return_address: _Count | UnsetType | None = UNSET
    offset: _Count | UnsetType = UNSET
    field: str | UnsetType = UNSET


Place = Annotated[
    Location,
    Meta(
        extra_json_schema={
            "oneOf": [
                {"required": ["line", "column", "end_line"]},
                {"required": ["address"]},
                {"required": ["offset", "field"]},
            ]
        }
    ),
]


class Callee(Closed, frozen=True):
    """What a site calls: as written, what it comes down to, and the links between."""

    written: str
    primitive: str
    via: list[str]


class MapFlags(Closed, frozen=True):
    """The ``MAP_*`` flags; ``masks`` is null when they are not a finite set."""

    masks: list[_Mask] | None
    sharing: list[Sharing]
    anonymous: Maybe


class Opening(Closed, frozen=True):
    """Why more protections may come from outside, and what would settle it."""

    reason: Reason
    detail: str
    remedy: str


class Step(Closed, frozen=True):
    """One claim of the evidence. ``premises`` number earlier steps of the same list, from 0; ``artifact`` is the file
    that ``location`` lies in."""

    kind: StepKind
    text: str
    name: str
    value: int | None
    artifact: str | None
    location: Place | None
    premises: list[_Count]


class Site(Closed, frozen=True):
    """One call that maps memory or changes its protection.

    ``conditions`` gives, for each protection that not every build has, the preprocessor condition under which it is
    there; ``presence`` is the site's own, null where every build has it. ``touches`` names the regions that a
    transition may change: null when it may be any.
    """

    id: _ID
    artifact: str
    sha256: str
    language: str
    location: Place
    function: str | None
    callee: Callee
    role: Role
    platform: str
    protections: list[_Protection]
    open: bool
    open_because: list[Opening]
    presence: str | None
    conditions: dict[_Protection, str]
    masks: list[_Mask] | None
    map_flags: MapFlags | None
    descriptor: list[str] | None
    touches: list[str] | None
    region: str | None
    verdict: Verdict
    rule: str
    reason: str
    assumptions: list[Assumption]
    evidence: list[Step]


class Obligation(Closed, frozen=True):
    """One of O1..O6: how it stands, and in a sentence how it was met or what is missing."""

    name: str
    status: Status
    detail: str
    assumptions: list[Assumption]


class Suppression(Closed, frozen=True):
    """Somebody's decision about a site, and where it is written down. Dates are ``2026-01-31``; ``expires`` is the last
    day on which it holds. ``proof`` is the digest of what was found out when it was made."""

    alias: str
    claim: Claim
    reason: str
    author: str
    origin: Origin
    artifact: str
    line: Annotated[int, Meta(ge=1)]
    created: str | None
    expires: str | None
    proof: str | None


class Lapse(Closed, frozen=True):
    """A decision that no longer counts; ``site`` is the site it speaks of, if there is one."""

    kind: LapseKind
    detail: str
    remedy: str
    site: str | None
    suppression: Suppression


class Checked(Closed, frozen=True):
    """How far the checker came in proving a benign verdict again without the engine: ``complete``, in so many steps, or
    up to a ``gap``, which is null where there is none."""

    complete: bool
    steps: _Count
    gap: str | None


class Advice(Closed, frozen=True):
    """What a reader of the call should know besides: by which rule, how loud, what was seen, and what to do."""

    rule: str
    severity: Severity
    reason: str
    remedy: str


class Finding(Closed, frozen=True):
    """The verdict on the site whose id is ``site``. ``verified``: its evidence replayed. ``suppression``: what somebody
    decided about it; ``known``: a baseline lists it. ``fingerprint`` tells the site from run to run, ``proof`` is the
    digest of what was found out about it. ``checked`` is null but for benign sites in sources."""

    site: _ID
    verdict: Verdict
    rule: str
    reason: str
    remedy: str
    verified: bool
    obligations: list[Obligation]
    assumptions: list[Assumption]
    fingerprint: str
    proof: str
    suppression: Suppression | None
    known: bool
    checked: Checked | None
    advice: list[Advice]


class Transition(Closed, frozen=True):
    """A site after which a region has one of the protections ``to``. ``reach``: whether its address is in no other
    region, in this one or others, or any at all."""

    site: _ID
    to: list[_Protection]
    reach: Reach
    open: bool


class Region(Closed, frozen=True):
    """The memory that one mapping site makes, as an automaton over protections: it starts in one of ``born``, and each
    transition may lead from any of ``states`` to any of its own, as the order in which calls run is not followed.

    ``born_at`` is the site that makes it, ``moved_at`` the remaps that may move it, ``views`` the regions that may show
    the same object, of many the first by place. ``life`` says it in one line.
    """

    id: _ID
    born_at: _ID
    born: list[_Protection]
    open: bool
    states: list[_Protection]
    transitions: list[Transition]
    moved_at: list[_ID]
    views: list[_ID]
    life: str


class HeaderFact(Closed, frozen=True):
    """What a binary's headers ask of the loader or the kernel. ``field`` is the header field, ``offset`` where in the
    file its entry stands, null where there is none."""

    property: str
    value: str
    field: str
    offset: _Count | None
    detail: str


class Mark(Closed, frozen=True):
    """One thing that a library was known by, and the address where it stands."""

    text: str
    address: _Count


class Library(Closed, frozen=True):
    """A known library in a binary. ``options`` is null where it lists none; a feature is null where it is not known."""

    name: str
    version: str | None
    source_id: str | None
    options: list[str] | None
    features: dict[str, bool | None]
    marks: list[Mark]


class Artifact(Closed, frozen=True):
    """One file that was read; ``size`` in bytes."""

    path: str
    sha256: str
    language: str
    size: _Count
    sites: _Count
    facts: list[HeaderFact]
    libraries: list[Library]


class Error(Closed, frozen=True):
    """A file, or part of one, that was not covered."""

    path: str
    kind: str
    detail: str
    line: Annotated[int, Meta(ge=1)] | None


class Summary(Closed, frozen=True):
    """Counts of sites by verdict, of files looked at, of gaps, and of sites whose evidence did not replay."""

    files: _Count
    violation: _Count
    executable: _Count
    unresolved: _Count
    benign: _Count
    not_covered: _Count
    unverified: _Count


class Decisions(Closed, frozen=True):
    """Counts of the sites that somebody decided about, that a baseline lists, and that were left out because a change
    did not touch them; and the decisions that count no more."""

    suppressed: _Count
    known: _Count
    unchanged: _Count
    lapses: list[Lapse]


class Document(Closed, frozen=True):
    """The whole report of one run."""

    schema: Literal["mapproof.report/1"]
    tool: Tool
    summary: Summary
    artifacts: list[Artifact]
    sites: list[Site]
    regions: list[Region]
    findings: list[Finding]
    decisions: Decisions
    errors: list[Error]


def render(found: report.Report, rendering: Rendering) -> str:
    """The report as one JSON document in a stable order; no times, and no path but as it was given."""
    document = _document(found, fingerprints(found.findings, rendering.folder, rendering.root))
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(document)))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def schema() -> dict[str, Any]:
    """The contract as JSON Schema (2020-12), made from the types above."""
    described = msgspec.json.schema(Document)
    for part in described["$defs"].values():
        if "description" in part:
            part["description"] = cleandoc(part["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **described,
    }


def _encodable(value: Any) -> Any:  # noqa: ANN401  plain JSON data of any shape
    """The same data with lone surrogates, which JSON's UTF-8 can't hold, spelled out."""
    if isinstance(value, str):
        return portable(value)
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {portable(key): _encodable(item) for key, item in value.items()}
    return value


def _document(found: report.Report, marks: Mapping[str, str]) -> Document:
    return Document(
        schema=SCHEMA,
        tool=Tool("mapproof", __version__, found.rule_pack),
        summary=Summary(
            files=found.files,
            violation=found.count(Verdict.VIOLATION),
            executable=found.count(Verdict.EXECUTABLE),
            unresolved=found.count(Verdict.UNRESOLVED),
            benign=found.count(Verdict.BENIGN),
            not_covered=len(found.errors),
            unverified=len(found.unverified),
        ),
        artifacts=[_artifact(artifact) for artifact in found.artifacts],
        sites=[_site(finding) for finding in found.findings],
        regions=[_region(region) for region in found.regions],
        findings=[_finding(finding, found, marks[finding.site.id]) for finding in found.findings],
        decisions=Decisions(
            suppressed=len(found.suppressed),
            known=len(found.known),
            unchanged=found.unchanged,
            lapses=[_lapse(lapse) for lapse in found.lapses],
        ),
        errors=[Error(gap.path, gap.kind, gap.detail, gap.line) for gap in found.errors],
    )


def _artifact(found: site.Artifact) -> Artifact:
    facts = [HeaderFact(fact.property, fact.value, fact.field, fact.offset, fact.detail) for fact in found.facts]
    libraries = [
        Library(
            library.name,
            library.version,
            library.source_id,
            None if library.options is None else list(library.options),
            dict(library.features),
            [Mark(mark.text, mark.address) for mark in library.marks],
        )
        for library in found.libraries
    ]
    return Artifact(found.path, found.sha256, found.language, found.size, found.sites, facts, libraries)


def _region(found: region.Region) -> Region:
    return Region(
        id=found.id,
        born_at=found.born_at,
        born=[str(protection) for protection in found.born],
        open=found.open,
        states=[str(protection) for protection in found.states],
        transitions=[
            Transition(one.site, [str(protection) for protection in one.to], one.reach, one.open)
            for one in found.transitions
        ],
        moved_at=list(found.moved_at),
        views=list(found.views),
        life=found.life,
    )


def _site(finding: site.Finding) -> Site:
    found = finding.site
    return Site(
        id=found.id,
        artifact=found.artifact,
        sha256=found.sha256,
        language=found.language,
        location=_location(found.location),
        function=found.function,
        callee=Callee(found.callee.written, found.callee.primitive, list(found.callee.via)),
        role=found.role,
        platform=found.platform,
        protections=[str(protection) for protection in found.protections],
        open=found.open,
        open_because=[Opening(opening.reason, opening.detail, opening.remedy) for opening in found.open_because],
        presence=_presence(found.presence),
        conditions={
            str(protection): text
            for protection, condition in sorted(found.conditions, key=lambda pair: pair[0])
            if (text := _presence(condition)) is not None and protection in found.protections
        },
        masks=None if found.masks is None else sorted(found.masks),
        map_flags=_map_flags(found.map_flags),
        descriptor=None if found.descriptor is None else list(found.descriptor),
        touches=None if found.touches is None else sorted(found.touches),
        region=found.region,
        verdict=finding.verdict,
        rule=finding.rule,
        reason=finding.reason,
        assumptions=sorted(set(finding.assumptions)),
        evidence=[_step(step) for step in found.evidence],
    )


def _location(place: location.Location) -> Location:
    if isinstance(place, Span):
        return Location(line=place.line, column=place.column, end_line=place.end_line)
    if isinstance(place, HeaderField):
        return Location(offset=place.offset, field=place.name)
    return Location(address=place.address, return_address=place.return_address)


def _presence(condition: Condition) -> str | None:
    """The condition on the build as text; ``None`` where every build meets it."""
    build = condition.build_part()
    return None if build is TRUE else str(build)


def _map_flags(flags: site.MapFlags | None) -> MapFlags | None:
    if flags is None:
        return None
    masks = None if flags.masks is None else sorted(flags.masks)
    return MapFlags(masks, sorted(flags.sharing), flags.anonymous)


def _step(step: evidence.Step) -> Step:
    place = step.location
    return Step(
        kind=step.kind,
        text=step.text,
        name=step.name,
        value=step.value,
        artifact=None if place is None else place.path,
        location=None if place is None else _location(place),
        premises=list(step.premises),
    )


def _finding(finding: site.Finding, found: report.Report, mark: str) -> Finding:
    decided = found.suppressed.get(finding.site.id)
    return Finding(
        site=finding.site.id,
        verdict=finding.verdict,
        rule=finding.rule,
        reason=finding.reason,
        remedy=finding.remedy,
        verified=finding.site.id not in found.unverified,
        obligations=[_obligation(obligation) for obligation in finding.obligations],
        assumptions=sorted(set(finding.assumptions)),
        fingerprint=mark,
        proof=proof_digest(finding),
        suppression=None if decided is None else _suppression(decided),
        known=finding.site.id in found.known,
        checked=_checked(found.checked.get(finding.site.id)),
        advice=[Advice(one.rule, one.severity, one.reason, one.remedy) for one in finding.advice],
    )


def _checked(found: report.Checked | None) -> Checked | None:
    if found is None:
        return None
    return Checked(found.agrees and not found.gap, found.steps, found.gap or None)


def _lapse(lapse: decision.Lapse) -> Lapse:
    return Lapse(lapse.kind, lapse.detail, lapse.remedy, lapse.site, _suppression(lapse.suppression))


def _suppression(made: decision.Suppression) -> Suppression:
    path, line = made.written_at
    return Suppression(
        alias=made.alias,
        claim=made.claim,
        reason=made.reason,
        author=made.author,
        origin=made.origin,
        artifact=path,
        line=line,
        created=None if made.created is None else made.created.isoformat(),
        expires=None if made.expires is None else made.expires.isoformat(),
        proof=made.proof or None,
    )


def _obligation(obligation: verdict.Obligation) -> Obligation:
    return Obligation(obligation.name, obligation.status, obligation.detail, sorted(set(obligation.assumptions)))


FORMAT: Final = Format("json", render, "the JSON contract")

"""From files to dossiers: scan, proofs of what is benign, and all of it as plain data that can be kept."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mapproof.model.condition import TRUE
from mapproof.model.decision import Claim
from mapproof.model.dossier import (
    Change,
    Dossier,
    Duty,
    Held,
    Judged,
    Life,
    Missed,
    Reasoning,
    Spot,
    Stated,
)
from mapproof.model.fingerprint import fingerprints, proof_digest
from mapproof.model.location import HeaderField, Span
from mapproof.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.commands.gate import Gate
    from mapproof.model.condition import Condition
    from mapproof.model.location import Location
    from mapproof.model.region import Region
    from mapproof.model.report import Report
    from mapproof.model.site import Artifact, Finding
    from mapproof.scan import Together

AROUND: Final = 3
"""Lines before and after a call that are kept with it."""
_LONGEST: Final = 400
"""Characters of one of them."""


@dataclass(slots=True)
class Worked:
    """A dossier, the proofs it speaks of, whole, by digest, and every file that it may rest on."""

    dossier: Dossier
    statements: dict[str, bytes] = field(default_factory=dict)
    files: tuple[str, ...] = ()


def work_out(paths: Sequence[str], kind: str, gate: Gate) -> Worked:
    """Analyse files and prove what is benign."""
    from mapproof import scan
    from mapproof.commands.proving import proofs_of

    started = time.monotonic()
    together: list[Together] = []
    report = scan.scan(paths, gate.pack, gate.options, gate.progress, together)
    report = gate.decide_on(report)
    statements: dict[str, bytes] = {}
    proofs = proofs_of(report, together, paths, gate.pack, gate.options, statements)
    dossier = Dossier(
        unit=tuple(paths),
        kind=kind,
        held=tuple(
            Held(
                one.path,
                one.sha256,
                one.language,
                one.size,
                one.sites,
                one.build_id,
                one.loaded,
                tuple(Stated(fact.property, fact.value, fact.field, fact.offset, fact.detail) for fact in one.facts),
                tuple((library.name, library.version or "", library.source_id or "") for library in one.libraries)
                or _release_of(one),
                one.imports,
            )
            for one in report.artifacts
        ),
        sites=_judged(report),
        missed=tuple(Missed(gap.path, gap.kind, gap.detail, gap.line) for gap in report.errors),
        read=report.read,
        proofs=proofs,
        seconds=time.monotonic() - started,
    )
    files = dict.fromkeys(path for group in together for path in group.files)
    return Worked(dossier, statements, tuple(files))


_SQLITE: Final = re.compile(rb'#\s*define\s+SQLITE_(VERSION|SOURCE_ID)\s+"([^"\n]{1,120})"')


def _release_of(artifact: Artifact) -> tuple[tuple[str, str, str], ...]:
    """The release of SQLite that a source says it is. It decides nothing: it tells one build from another."""
    from mapproof.frontends.files import content

    if artifact.language == "elf":
        return ()
    try:
        said = {found[1]: found[2].decode("utf-8", "replace") for found in _SQLITE.finditer(content(artifact.path))}
    except OSError:
        return ()
    return (("SQLite", said.get(b"VERSION", ""), said.get(b"SOURCE_ID", "")),) if said else ()


def _judged(report: Report) -> tuple[Judged, ...]:
    from mapproof.commands.rendering import folder, project_root

    here = folder()
    marks = fingerprints(report.findings, here, project_root(here))
    regions = {region.born_at: region for region in report.regions}
    texts = _Texts()
    counts: dict[tuple[str, str, str], int] = {}
    found = []
    for finding in report.findings:
        site = finding.site
        key = (site.artifact, site.function or "", site.callee.written)
        counts[key] = counts.get(key, 0) + 1
        lines, first = texts.around(site.location)
        decided = report.suppressed.get(site.id)
        standing = decided is not None and decided.claim is Claim.ACCEPTED and finding.verdict is Verdict.EXECUTABLE
        accepted = f"{decided.reason} ({decided.author})" if decided is not None and standing else ""
        found.append(_one(finding, regions.get(site.id), marks[site.id], counts[key], lines, first, accepted, report))
    return tuple(found)


def _one(
    finding: Finding,
    region: Region | None,
    mark: str,
    ordinal: int,
    lines: tuple[str, ...],
    first: int | None,
    accepted: str,
    report: Report,
) -> Judged:
    site = finding.site
    flags = site.map_flags
    return Judged(
        id=site.id,
        artifact=site.artifact,
        sha256=site.sha256,
        language=site.language,
        spot=_spot(site.location),
        function=site.function or "",
        written=site.callee.written,
        primitive=site.callee.primitive,
        via=site.callee.via,
        role=site.role.value,
        platform=site.platform,
        protections=tuple(str(protection) for protection in site.protections),
        open=site.open,
        verdict=finding.verdict.value,
        rule=finding.rule,
        reason=finding.reason,
        remedy=finding.remedy,
        ordinal=ordinal,
        presence=_words(site.presence),
        conditions=tuple(
            (str(protection), words)
            for protection, condition in sorted(site.conditions, key=lambda pair: pair[0])
            if protection in site.protections and (words := _words(condition))
        ),
        masks=None if site.masks is None else tuple(sorted(site.masks)),
        flags=None if flags is None or flags.masks is None else tuple(sorted(flags.masks)),
        sharing=() if flags is None else tuple(sorted(sharing.value for sharing in flags.sharing)),
        anonymous="" if flags is None else flags.anonymous.value,
        arguments=site.arguments,
        source=site.source,
        excerpt=lines,
        excerpt_line=first,
        duties=tuple(
            Duty(duty.name, duty.status.value, duty.detail, tuple(sorted(one.value for one in duty.assumptions)))
            for duty in finding.obligations
        ),
        assumptions=tuple(sorted({assumption.value for assumption in finding.assumptions})),
        evidence=tuple(
            Reasoning(
                step.kind.value,
                step.text,
                step.name,
                step.value,
                None if step.location is None else _spot(step.location),
                step.premises,
            )
            for step in site.evidence
        ),
        life=None if region is None else _life(region),
        known_by=site.known_by,
        within=None if site.within is None else _spot(site.within),
        fingerprint=mark,
        finding=proof_digest(finding),
        unverified=site.id in report.unverified,
        accepted=accepted,
    )


def _spot(place: Location) -> Spot:
    if isinstance(place, Span):
        return Spot(place.path, place.line, place.column, place.end_line, start=place.start, end=place.end)
    if isinstance(place, HeaderField):
        return Spot(place.path, offset=place.offset)
    return Spot(place.path, address=place.address, return_address=place.return_address)


def _words(condition: Condition) -> str:
    build = condition.build_part()
    return "" if build is TRUE else str(build)


def _life(region: Region) -> Life:
    return Life(
        tuple(str(protection) for protection in region.born),
        tuple(str(protection) for protection in region.states),
        tuple(
            Change(one.site, tuple(str(protection) for protection in one.to), one.reach.value, one.open)
            for one in region.transitions
        ),
        region.life,
        region.open,
    )


class _Texts:
    """The lines of source files, each file split once."""

    def __init__(self) -> None:
        self._lines: dict[str, list[bytes]] = {}

    def around(self, place: Location) -> tuple[tuple[str, ...], int | None]:
        """The lines around a call, and the number of the first."""
        from mapproof.frontends.files import content

        if not isinstance(place, Span):
            return (), None
        if place.path not in self._lines:
            try:
                self._lines[place.path] = content(place.path).split(b"\n")
            except OSError:
                self._lines[place.path] = []
        lines = self._lines[place.path]
        first = max(place.line - AROUND, 1)
        chosen = lines[first - 1 : min(place.end_line, place.line + 20) + AROUND]
        shown = tuple(line.decode("utf-8", "replace").rstrip("\r")[:_LONGEST] for line in chosen)
        return shown, first if shown else None

"""From a claim and the sites it may mean to an answer.

``refuted`` and ``true-but-benign`` need every site that is meant proved benign, by a proof that the checker followed:
with less the answer is ``undecided``, and says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Claim, Confidence
from mapproof.model.answer import Answer, How, Outcome
from mapproof.model.dossier import calls_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mapproof.model.alert import Alert, Understood
    from mapproof.model.answer import Match
    from mapproof.model.dossier import Held, Judged, Missed, Proof

_SURE: Final = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)
_ORDER: Final = {"violation": 0, "executable": 1, "unresolved": 2, "benign": 3}
_ABOUT_X: Final = frozenset({Claim.EXECUTABLE, Claim.WRITE_AND_EXECUTE, Claim.WRITE_THEN_EXECUTE})
_ABOUT_CALLS: Final = frozenset({Claim.WRITABLE, Claim.MAPPING_CALL, Claim.PROTECTION_CHANGED})
"""Claims that only a call can bear out; the others may mean what headers ask for, too."""
_MOST_SAID: Final = 3
"""Sites that a reason names, one for each rule."""
_SEGMENT: Final = "segment"
"""The role of a site that no call makes: headers ask for it."""


@dataclass(frozen=True, slots=True)
class _HeaderClaim:
    """How headers answer a claim: the rules that confirm it, the property and what is said of it, and what a proof
    must show to refute it."""

    rules: frozenset[str]
    property: str
    shows: str


_HEADERS: Final = {
    Claim.STACK_EXECUTABLE: _HeaderClaim(
        frozenset({"executable-stack", "missing-stack-note"}), "gnu-stack", "no-executable-stack"
    ),
    Claim.RWX_SEGMENT: _HeaderClaim(
        frozenset({
            "writable-executable-segment", "writable-executable-section", "writable-executable-module-section",
        }),
        "segment",
        "no-writable-executable-segment",
    ),
    Claim.TEXT_RELOCATIONS: _HeaderClaim(frozenset({"text-relocations"}), "textrel", "no-text-relocations"),
}  # fmt: skip

_HIDING: Final = frozenset({"unreadable", "lost", "limit", "internal", "parse", "binary", "missing"})
"""Kinds of gap behind which a site that is meant may stand."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What answers rest on: the sites by id, the files by path with what was missed in them, the proofs by subject.
    ``mappers`` are the calls in binaries that are not proved harmless, by the function that they are in,
    ``refused`` the assumptions that no answer may rest on.
    """

    sites: Mapping[str, Judged]
    held: Mapping[str, Held]
    missed: Mapping[str, Sequence[Missed]]
    proofs: Mapping[str, Proof]
    mappers: Mapping[str, Sequence[Judged]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    def assumed(self, match: Match, digests: Sequence[str]) -> tuple[str, ...]:
        """The kinds of what the verdicts and these proofs about what is meant take for granted."""
        if not digests:
            return ()
        found = {one for name in match.sites for one in self.sites[name].assumptions}
        for subject in (*match.sites, *match.files, *map(calls_of, match.files)):
            proof = self.proofs.get(subject)
            if proof is not None and proof.digest in digests:
                found.update(assumption.partition(" ")[0] for assumption in proof.assumes)
        return tuple(sorted(found))

    def mapper(self, path: str) -> Judged | None:
        """A call in another file, not proved harmless, by a function that this file takes from there by its name."""
        held = self.held.get(path)
        taken = () if held is None or not self.mappers else held.imports
        found = (site for name in taken for site in self.mappers.get(name, ()))
        return next((site for site in found if site.spot.path != path), None)


@dataclass(frozen=True, slots=True)
class _Case:
    """One alert with all that is known of it."""

    alert: Alert
    understood: Understood
    match: Match
    grounds: Grounds

    @property
    def claim(self) -> Claim:
        """What the alert is taken to claim."""
        return self.understood.claim

    def give(
        self,
        outcome: Outcome,
        reason: str,
        settles: str = "",
        site: Judged | None = None,
        proofs: tuple[str, ...] = (),
    ) -> Answer:
        """The answer in which the case ends; ``site`` is the one that decided."""
        sure = min(self.understood.confidence, self.match.confidence, key=_SURE.index)
        if outcome is Outcome.NOT_COVERED:
            sure = self.understood.confidence
        decisive, rule = ("", "") if site is None else (site.id, site.rule)
        assumes = self.grounds.assumed(self.match, proofs)
        refused = sorted(self.grounds.refused.intersection(assumes))
        if refused:
            reason = f"{reason}; but that rests on what the policy does not accept: {', '.join(refused)}"
            return self.give(Outcome.UNDECIDED, reason, "a proof without it, or a policy that accepts it", site)
        return Answer(
            *(self.alert, self.understood, self.match, outcome, reason, sure, settles, decisive, rule, proofs),
            assumes=assumes,
        )


def mappers_of(sites: Iterable[Judged]) -> dict[str, list[Judged]]:
    """See :class:`Grounds`."""
    found: dict[str, list[Judged]] = {}
    for site in sites:
        if site.language == "elf" and site.verdict != "benign" and site.function:
            found.setdefault(site.function, []).append(site)
    return found


def answer(  # noqa: PLR0911  one per thing that an answer may be missing
    alert: Alert, understood: Understood, match: Match, grounds: Grounds
) -> Answer:
    """The answer to one alert."""
    case = _Case(alert, understood, match, grounds)
    give = case.give
    if alert.fault:
        return give(Outcome.UNDECIDED, f"the record can't be understood: {alert.fault}", "the tool's report, repaired")
    if understood.claim is Claim.NONE:
        return give(Outcome.NOT_COVERED, "it is no alert: the tool itself says that all is well here")
    if understood.claim is Claim.OUT_OF_SCOPE:
        return give(Outcome.NOT_COVERED, "it says nothing of the protection of mapped memory, and only that is judged")
    if understood.claim is Claim.UNKNOWN:
        rule = alert.rule or "this rule"
        reason = f"no claim known: what {rule} asserts is nowhere said"
        return give(Outcome.UNDECIDED, reason, f"a row for {rule} in rules/alerts/")
    if not match.files:
        return give(Outcome.NOT_COVERED, match.why_not, "the file, given with --source or --artifact")
    if match.how is How.HEADERS:
        return _by_headers(case)
    return _by_sites(case)


def _by_sites(case: _Case) -> Answer:  # noqa: PLR0911  one per thing that stands in the way
    """The answer by the sites that are meant, the worst first."""
    match, give = case.match, case.give
    sites = _meant(case)
    if match.how is How.NOTHING or not sites:
        return _nothing_found(case)
    worst = sites[0]
    if worst.verdict == "violation":
        return give(Outcome.CONFIRMED, _said(worst), worst.remedy, worst)
    plain = _literally(case, sites)
    if plain is not None:
        return plain
    if worst.verdict != "benign":
        return give(Outcome.UNDECIDED, _said(worst), worst.remedy, worst)
    elsewhere = _elsewhere(case) if match.how is How.FILE else None
    if elsewhere is not None:
        return give(Outcome.UNDECIDED, f"what was found is harmless, but {_takes(elsewhere)}", _WITH_DEPS, elsewhere)
    hidden = _hidden(case)
    if hidden:
        reason = f"what was found is harmless, but there may be more: {hidden}"
        return give(Outcome.UNDECIDED, reason, "the part that is not accounted for", worst)
    for site in sites:
        if site.unverified:
            reason = f"{_where(site)}: judged harmless, but the evidence did not replay"
            return give(Outcome.UNDECIDED, reason, "a report of this fault of mapproof's", site)
        proof = case.grounds.proofs.get(site.id)
        if proof is None or not proof.holds:
            gap = proof.gap if proof is not None else "none was written"
            reason = f"{_said(site)}; but that is the engine's word alone, the checker can't follow it to the end"
            return give(Outcome.UNDECIDED, reason, gap, site)
    return _benign(case, sites)


def _nothing_found(case: _Case) -> Answer:
    """No site is meant: that is an answer where it is proved that there is none."""
    match, give = case.match, case.give
    missed = _gap(case)
    if missed is not None:
        return give(Outcome.NOT_COVERED, f"{missed.path} was not read: {missed.detail}", "a file that can be read")
    why = match.why_not or "mapproof finds no call in it that maps memory or changes its protection"
    if match.sites and any(case.grounds.sites[name].role != _SEGMENT for name in match.sites):
        return give(Outcome.UNDECIDED, why, "the place of the call that the alert is about")
    proofs = []
    elsewhere = _elsewhere(case)
    if elsewhere is not None:
        return give(Outcome.UNDECIDED, f"{why}; but {_takes(elsewhere)}", _WITH_DEPS, elsewhere)
    for path in match.files:
        proof = case.grounds.proofs.get(calls_of(path))
        if proof is None or not proof.holds:
            gap = f"; that there is none is not proved: {proof.gap}" if proof is not None else ""
            return give(Outcome.UNDECIDED, why + gap, "the place of the call that the alert is about")
        proofs.append(proof.digest)
    many = "" if len(match.files) == 1 else f", nor in the {len(match.files) - 1} others that it may mean"
    reason = f"no code in {match.files[0]} calls a system function that maps memory or changes its protection{many}"
    return give(Outcome.REFUTED, reason, proofs=tuple(dict.fromkeys(proofs)))


_WITH_DEPS: Final = "the two read together: --deps, and --library-path where the library is"


def _elsewhere(case: _Case) -> Judged | None:
    """A call in another file at hand that is made on behalf of one that is meant."""
    return next((site for path in case.match.files if (site := case.grounds.mapper(path)) is not None), None)


def _takes(site: Judged) -> str:
    return f"it takes {site.function}() from {site.artifact}: {_said(site)}"


def _hidden(case: _Case) -> str:
    """Behind what further sites may stand, where all of the files' sites are meant; empty where they are all known."""
    if case.match.how is not How.FILE:
        return ""
    missed = _gap(case)
    if missed is not None:
        return f"part of {missed.path} was not read: {missed.detail}"
    grounds = case.grounds
    found = {grounds.sites[name].spot.path for name in case.match.sites if grounds.sites[name].role != _SEGMENT}
    for path in case.match.files:
        held, proof = grounds.held.get(path), grounds.proofs.get(calls_of(path))
        if held is not None and held.language == "elf" and path not in found and (proof is None or not proof.holds):
            gap = "" if proof is None else f" ({proof.gap})"
            return f"that {path} calls no mapping function is not proved{gap}"
    return ""


def _meant(case: _Case) -> list[Judged]:
    """The sites that the claim can be about, the worst first."""
    found = [case.grounds.sites[name] for name in case.match.sites]
    if case.claim in _ABOUT_CALLS:
        found = [site for site in found if site.role != _SEGMENT]
    return sorted(found, key=lambda site: (_ORDER.get(site.verdict, 0), site.spot.path, site.spot.start or 0))


def _literally(case: _Case, sites: Sequence[Judged]) -> Answer | None:
    """The answer where memory surely becomes executable, whatever else is not known of it; ``None`` where it does not.

    Such memory is never called harmless: the claim is true, or somebody has accepted it, or it stays open.
    """
    give = case.give
    executable = next((site for site in sites if site.verdict == "executable"), None)
    becomes = next((site for site in sites if _is_asked_for_x(site)), None)
    changed = next((site for site in sites if _written_then_run(site, case.grounds)), None)
    if case.claim is Claim.WRITE_THEN_EXECUTE and changed is not None and changed.life is not None:
        reason = f"{_where(changed)} maps memory that lives as {changed.life.line}: what was written there may be run"
        return give(Outcome.CONFIRMED, reason, changed.remedy, changed)
    found = executable or (becomes if case.claim is Claim.EXECUTABLE else None)
    if found is None:
        return None
    if found.accepted:
        return give(Outcome.ACCEPTED, f"{_said(found)}; accepted: {found.accepted}", site=found)
    if case.claim in {Claim.EXECUTABLE, Claim.PROTECTION_CHANGED, Claim.MAPPING_CALL}:
        return give(Outcome.CONFIRMED, _said(found), found.remedy, found)
    reason = f"{_said(found)}; but executable memory is not called harmless"
    return give(Outcome.UNDECIDED, reason, "an acceptance of this executable memory, or a build without it", found)


def _is_asked_for_x(site: Judged) -> bool:
    """Whether a site surely may ask for execute: its masks are all known."""
    return not site.open and site.masks is not None and any("x" in protection for protection in site.protections)


def _written_then_run(site: Judged, grounds: Grounds) -> bool:
    """Whether the memory of a site can be written first and run later, by calls that surely mean it."""
    if site.life is None or site.life.open or not any("w" in protection for protection in site.life.born):
        return False
    return any(
        change.reach == "this"
        and not change.open
        and change.site in grounds.sites
        and _is_asked_for_x(grounds.sites[change.site])
        for change in site.life.changes
    )


def _benign(case: _Case, sites: Sequence[Judged]) -> Answer:
    """All sites that are meant are proved harmless: whether the claim is literally true."""
    proofs = tuple(dict.fromkeys(case.grounds.proofs[site.id].digest for site in sites))
    sites = sorted(sites, key=lambda site: site.role == "remap")
    writing = [site for site in sites if any("w" in protection for protection in site.protections)]
    changing = [site for site in sites if site.role == "protect"]
    chosen = {Claim.WRITABLE: writing, Claim.PROTECTION_CHANGED: changing}.get(case.claim, list(sites))
    site = chosen[0] if chosen else sites[0]
    asked = ", ".join(sorted({protection for one in sites for protection in one.protections}))
    many = f"all {len(sites)} calls that it may mean are proved harmless: " if len(sites) > 1 else ""
    if case.claim in _ABOUT_X:
        reason = f"{many}{_where(site)} asks for {asked} only, and nothing in scope makes that memory executable"
        return case.give(Outcome.REFUTED, reason, site=site, proofs=proofs)
    if not chosen:
        what = "asks for write access" if case.claim is Claim.WRITABLE else "changes the protection of memory"
        reason = f"no call that it may mean {what}: {_where(site)} asks for {asked} only"
        return case.give(Outcome.REFUTED, reason, site=site, proofs=proofs)
    kinds = list({one.rule: one for one in reversed(chosen)}.values())[::-1]
    said = "; ".join(_said(one) for one in kinds[:_MOST_SAID])
    return case.give(Outcome.TRUE_BUT_BENIGN, many + said, site=kinds[0], proofs=proofs)


def _by_headers(case: _Case) -> Answer:
    """The answer by what the files' headers ask for."""
    match, grounds, give = case.match, case.grounds, case.give
    wanted = _HEADERS[case.claim]
    asking = [site for name in match.sites if (site := grounds.sites[name]).rule in wanted.rules]
    if asking:
        return give(Outcome.CONFIRMED, f"{asking[0].spot}: {asking[0].reason}", asking[0].remedy, asking[0])
    digests: list[str] = []
    for path in match.files:
        held, proof = grounds.held.get(path), grounds.proofs.get(path)
        if held is None or held.language != "elf":
            missed = next((one.detail for one in grounds.missed.get(path, ())), "it is no ELF file")
            return give(Outcome.NOT_COVERED, f"{path}: {missed}", "the binary that the alert is about")
        if proof is None or not proof.holds or wanted.shows not in proof.shows:
            said = next((fact.detail for fact in held.stated if fact.property == wanted.property), "")
            what = said or "its headers do not tell"
            return give(Outcome.UNDECIDED, f"{path}: {what}", "a build whose headers tell")
        digests.append(proof.digest)
    found = give(Outcome.REFUTED, _refutation(case), proofs=tuple(dict.fromkeys(digests)))
    if case.understood.confidence is Confidence.HIGH or not _meant(case):
        return found
    calls = _by_sites(case)  # its words may as well mean a call, so that these have to be harmless too
    if calls.outcome in {Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN}:
        return replace(found, proofs=(*found.proofs, *calls.proofs), assumes=calls.assumes)
    return calls


_REFUTATIONS: Final = {
    Claim.STACK_EXECUTABLE: "asks for a stack that is not executable",
    Claim.RWX_SEGMENT: "has no segment that is writable and executable at once",
    Claim.TEXT_RELOCATIONS: "has no text relocations",
}


def _refutation(case: _Case) -> str:
    files = case.match.files
    first = f"{files[0]} {_REFUTATIONS[case.claim]}"
    return first if len(files) == 1 else f"{first}; the same holds for all {len(files)} files that it may mean"


def _gap(case: _Case) -> Missed | None:
    """Something in the files that was not read, behind which a site may stand."""
    missed = case.grounds.missed
    return next((one for path in case.match.files for one in missed.get(path, ()) if one.kind in _HIDING), None)


def _said(site: Judged) -> str:
    return f"{_where(site)}: {site.reason}"


def _where(site: Judged) -> str:
    """A site as people point at it."""
    inside = f" in {site.function}()" if site.function else ""
    return f"{site.written}{inside} at {site.spot}"

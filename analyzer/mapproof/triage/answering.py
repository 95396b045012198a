"""From a claim and the sites it may mean to an answer.

``refuted`` and ``true-but-benign`` need every site that is meant proved benign, by a proof that the checker followed:
with less the answer is ``undecided``, and says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Claim, Confidence
from mapproof.model.answer import Answer, How, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mapproof.model.alert import Alert, Understood
    from mapproof.model.answer import Match
    from mapproof.model.dossier import Held, Judged, Missed, Proof

_ORDER: Final = {"violation": 0, "executable": 1, "unresolved": 2, "benign": 3}
_ABOUT_X: Final = frozenset({Claim.EXECUTABLE, Claim.WRITE_AND_EXECUTE, Claim.WRITE_THEN_EXECUTE})
_PROPERTY: Final = {
    Claim.STACK_EXECUTABLE: "gnu-stack",
    Claim.RWX_SEGMENT: "segment",
    Claim.TEXT_RELOCATIONS: "textrel",
}
_HIDING: Final = frozenset({"unreadable", "lost", "limit", "internal", "parse"})
"""Kinds of gap behind which a site that is meant may stand."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What answers rest on: the sites by id, the files by path with what was missed in them, the proofs by subject."""

    sites: Mapping[str, Judged]
    held: Mapping[str, Held]
    missed: Mapping[str, Sequence[Missed]]
    proofs: Mapping[str, Proof]


@dataclass(frozen=True, slots=True)
class _Case:
    """One alert with all that is known of it."""

    alert: Alert
    understood: Understood
    match: Match
    grounds: Grounds

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
        return Answer(self.alert, self.understood, self.match, outcome, reason, sure, settles, decisive, rule, proofs)


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
        return _headers(case)
    return _sites(case)


_SURE: Final = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


def _sites(case: _Case) -> Answer:  # noqa: PLR0911  one per thing that stands in the way
    """The answer by the sites that are meant, the worst first."""
    match, grounds, give = case.match, case.grounds, case.give
    if match.how is How.NOTHING or not match.sites:
        missed = _gap(match, grounds)
        if missed is not None:
            return give(Outcome.NOT_COVERED, f"{missed.path} was not read: {missed.detail}", "a file that can be read")
        return give(Outcome.UNDECIDED, match.why_not, "the place of the call that the alert is about")
    sites = sorted((grounds.sites[name] for name in match.sites), key=lambda site: _ORDER.get(site.verdict, 0))
    worst = sites[0]
    where = _where(worst)
    if worst.verdict == "violation":
        return give(Outcome.CONFIRMED, f"{where}: {worst.reason}", worst.remedy, worst)
    if worst.verdict == "executable":
        return _executable(case, worst)
    if worst.verdict != "benign":
        return give(Outcome.UNDECIDED, f"{where}: {worst.reason}", worst.remedy, worst)
    if worst.unverified or any(site.unverified for site in sites):
        doubted = next(site for site in sites if site.unverified)
        reason = f"{_where(doubted)}: judged harmless, but the evidence did not replay"
        return give(Outcome.UNDECIDED, reason, "a report of this bug", doubted)
    missed = _gap(match, grounds)
    if missed is not None and match.how is How.FILE:
        reason = f"what was found is harmless, but part of {missed.path} was not read: {missed.detail}"
        return give(Outcome.UNDECIDED, reason, "the part that was not read", worst)
    for site in sites:
        proof = grounds.proofs.get(site.id)
        if proof is None or not proof.holds:
            gap = proof.gap if proof is not None else "none was written"
            reason = f"{_where(site)}: judged harmless ({site.reason}), but without a proof that is checked: {gap}"
            settles = f"a proof: mapproof prove {site.artifact} --site {site.id}"
            return give(Outcome.UNDECIDED, reason, settles, site)
    return _benign(case, sites)


def _benign(case: _Case, sites: Sequence[Judged]) -> Answer:
    """All sites that are meant are proved harmless: whether the claim is literally true."""
    give = case.give
    proofs = tuple(case.grounds.proofs[site.id].digest for site in sites)
    claim = case.understood.claim
    writing = [site for site in sites if any("w" in protection for protection in site.protections)]
    changing = [site for site in sites if site.role == "protect"]
    chosen = {Claim.WRITABLE: writing, Claim.PROTECTION_CHANGED: changing}.get(claim, list(sites))
    site = chosen[0] if chosen else sites[0]
    asked = ", ".join(sorted({protection for one in sites for protection in one.protections}))
    many = f"all {len(sites)} calls it may mean are proved harmless; " if len(sites) > 1 else ""
    if claim in _ABOUT_X:
        reason = f"{many}{_where(site)} asks for {asked} only, and nothing in scope makes that memory executable"
        return give(Outcome.REFUTED, reason, site=site, proofs=proofs)
    if not chosen:
        what = "asks for write access" if claim is Claim.WRITABLE else "changes the protection of memory that is there"
        reason = f"no call that it may mean {what}: {_where(site)} asks for {asked} only"
        return give(Outcome.REFUTED, reason, site=site, proofs=proofs)
    return give(Outcome.TRUE_BUT_BENIGN, f"{many}{_where(site)}: {site.reason}", site=site, proofs=proofs)


def _executable(case: _Case, site: Judged) -> Answer:
    """The memory becomes executable, and is never writable at once as far as the engine tells."""
    give = case.give
    where = _where(site)
    if case.understood.claim in {Claim.EXECUTABLE, Claim.MAPPING_CALL, Claim.PROTECTION_CHANGED}:
        if site.accepted:
            return give(Outcome.ACCEPTED, f"{where}: {site.reason}; accepted: {site.accepted}", site=site)
        return give(Outcome.CONFIRMED, f"{where}: {site.reason}", site.remedy, site)
    reason = f"{where}: {site.reason}; that memory is executable at all is no ground to call it harmless"
    if site.accepted:
        return give(Outcome.ACCEPTED, f"{where}: {site.reason}; accepted: {site.accepted}", site=site)
    return give(Outcome.UNDECIDED, reason, "an acceptance of this executable memory, or a build without it", site)


def _headers(case: _Case) -> Answer:
    """The answer by what the files' headers ask for."""
    understood, match, grounds, give = case.understood, case.match, case.grounds, case.give
    wanted = _PROPERTY[understood.claim]
    proofs: list[str] = []
    said: list[str] = []
    for path in match.files:
        held = grounds.held.get(path)
        facts = () if held is None else [one for one in held.stated if one.property in {wanted, "section"}]
        facts = [one for one in facts if one.property == wanted or understood.claim is Claim.RWX_SEGMENT]
        bad = next((one for one in facts if one.value in {"executable", "rwx", "-wx", "yes"}), None)
        if bad is not None:
            return give(Outcome.CONFIRMED, f"{path}: {bad.field}: {bad.detail or bad.value}", "a build without it")
        doubtful = next((one for one in facts if one.value == "missing"), None)
        if doubtful is not None or not facts:
            what = doubtful.detail if doubtful is not None else "its headers say nothing of it"
            return give(Outcome.UNDECIDED, f"{path}: {what}", "a build that says which it wants (-z noexecstack)")
        proof = grounds.proofs.get(path)
        if proof is None or not proof.holds:
            gap = "none was written" if proof is None else proof.gap
            return give(Outcome.UNDECIDED, f"{path}: {facts[0].detail}, but without a proof that is checked: {gap}")
        proofs.append(proof.digest)
        said.append(f"{path}: {facts[0].field} says {facts[0].value}")
    if understood.basis != "rule" and match.sites:
        found = _sites(case)
        if found.outcome not in {Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN}:
            return found
    return give(Outcome.REFUTED, "; ".join(said), proofs=tuple(dict.fromkeys(proofs)))


def _gap(match: Match, grounds: Grounds) -> Missed | None:
    """Something in the files that was not read, behind which a site may stand."""
    return next((one for path in match.files for one in grounds.missed.get(path, ()) if one.kind in _HIDING), None)


def _where(site: Judged) -> str:
    """A site as people point at it."""
    inside = f" in {site.function}()" if site.function else ""
    return f"{site.written}{inside} at {site.spot}"

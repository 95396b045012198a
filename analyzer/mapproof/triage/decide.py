"""Puts decisions beside findings: which count, and which have lapsed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from mapproof.model.decision import Claim, Lapse, LapseKind, Origin
from mapproof.model.fingerprint import proof_digest
from mapproof.model.location import Span
from mapproof.model.verdict import Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from mapproof.model.decision import Suppression
    from mapproof.model.report import Report
    from mapproof.model.rule import Predicate
    from mapproof.model.site import Finding, Site

_RENEW: Final = "look at the site again, then renew the decision, or take it away with `mapproof suppressions prune`"
_AWAY: Final = "take it away: `mapproof suppressions prune` does so"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decisions are weighed by. ``seen`` says of a path pattern of a decision whether all it may mean was read;
    ``path_of`` gives a site's file as the decision's own file would name it."""

    today: date
    holds: Callable[[Predicate, Site], bool]
    seen: Callable[[Suppression], bool]
    path_of: Callable[[Suppression, str], str]


def decided(report: Report, decisions: Sequence[Suppression], around: Surroundings) -> Report:
    """The report with the decisions that count beside their findings, and a lapse for each that does not.

    Where several speak of one site, the first that counts does.
    """
    if not decisions:
        return report
    decisions, report = _heard(decisions, report, around)
    suppressed: dict[str, Suppression] = dict(report.suppressed)
    lapses: list[Lapse] = []
    ordinals = _ordinals(report.findings)
    for decision in decisions:
        meant = [finding for finding in report.findings if _means(decision, finding.site, ordinals, around)]
        accepted, lapsed = _weighed(decision, meant, report, around)
        suppressed = {**dict.fromkeys(accepted, decision), **suppressed}
        lapses += lapsed
    held = tuple(lapse for lapse in lapses if lapse.site is None or lapse.site not in suppressed)
    return replace(report, suppressed=suppressed, lapses=(*report.lapses, *held))


def _heard(
    decisions: Sequence[Suppression], report: Report, around: Surroundings
) -> tuple[Sequence[Suppression], Report]:
    """The decisions that are about findings, and the report without the advice that somebody accepted.

    A decision that has expired accepts nothing; the rest of what is asked of decisions is asked of it like of others.
    """
    ordinals = _ordinals(report.findings)
    accepted: set[tuple[str, str]] = set()
    left: list[Suppression] = []
    for decision in decisions:
        about = {
            finding.site.id
            for finding in report.findings
            if decision.claim is Claim.ACCEPTED
            and any(advice.rule == decision.rule for advice in finding.advice)
            and _means(decision, finding.site, ordinals, around)
        }
        if about and not _expired(decision, around.today):
            accepted |= {(site, decision.rule) for site in about}
        else:
            left.append(decision)
    findings = tuple(
        replace(finding, advice=tuple(one for one in finding.advice if (finding.site.id, one.rule) not in accepted))
        for finding in report.findings
    )
    return left, replace(report, findings=findings) if accepted else report


def _ordinals(findings: Sequence[Finding]) -> dict[str, int]:
    """The number of each site among those of its file, function and primitive, from 1."""
    counts: dict[tuple[str, str | None, str], int] = {}
    numbered: dict[str, int] = {}
    for finding in findings:
        site = finding.site
        key = (site.artifact, site.function, site.callee.primitive)
        counts[key] = numbered[site.id] = counts.get(key, 0) + 1
    return numbered


def _means(decision: Suppression, site: Site, ordinals: dict[str, int], around: Surroundings) -> bool:
    if decision.origin is Origin.SOURCE:
        return _stands_at(decision, site)
    return (
        matches(decision.path, around.path_of(decision, site.artifact))
        and decision.function in {"", site.function or ""}
        and decision.primitive in {"", site.callee.primitive, site.callee.written}
        and decision.nth in {None, ordinals[site.id]}
    )


def _stands_at(decision: Suppression, site: Site) -> bool:
    """Whether a comment stands in the lines of a call or right above."""
    path, line = decision.written_at
    spot = site.location
    return isinstance(spot, Span) and spot.path == path and spot.line - 1 <= line <= spot.end_line


def matches(pattern: str, path: str) -> bool:
    """Whether a path fits a pattern: ``*`` within a folder, ``**`` across folders; a folder means all below it."""
    if pattern == path or path.startswith(pattern.rstrip("/") + "/"):
        return True
    return _fits(pattern.split("/"), path.split("/"))


def _fits(pattern: list[str], parts: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_fits(pattern[1:], parts[start:]) for start in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _fits(pattern[1:], parts[1:])


def _weighed(
    decision: Suppression, meant: Sequence[Finding], report: Report, around: Surroundings
) -> tuple[Collection[str], list[Lapse]]:
    """The sites for which a decision counts, and its lapses."""
    if not meant:
        if not around.seen(decision):
            return (), []
        what = _words(decision)
        return (), [Lapse(decision, LapseKind.UNUSED, f"no site is {what}", _AWAY)]
    expired = _expired(decision, around.today)
    concerned = meant
    if decision.claim is Claim.ACCEPTED:
        concerned = [finding for finding in meant if _objectionable(finding, report, decision)]
        named = [finding for finding in concerned if decision.rule in {"", finding.rule}]
        if not concerned:
            detail = f"nothing is found at {_place(meant[0])} that needs it: {meant[0].verdict}[{meant[0].rule}]"
            return (), [Lapse(decision, LapseKind.UNUSED, detail, _AWAY)]
        if not named:
            first = concerned[0]
            detail = f"{_place(first)} is now {first.verdict}[{first.rule}]; what was accepted is [{decision.rule}]"
            return (), [Lapse(decision, LapseKind.UNPROVED, detail, _RENEW, first.site.id)]
        concerned = named
    if expired:
        return (), [Lapse(decision, LapseKind.EXPIRED, expired, _RENEW, finding.site.id) for finding in concerned]
    accepted: list[str] = []
    lapses: list[Lapse] = []
    for finding in concerned:
        broken = _broken(decision, finding, report, around)
        if broken:
            lapses.append(Lapse(decision, LapseKind.UNPROVED, f"{_place(finding)}: {broken}", _RENEW, finding.site.id))
        else:
            accepted.append(finding.site.id)
    return accepted, lapses


def _objectionable(finding: Finding, report: Report, decision: Suppression) -> bool:
    """Whether there is something to accept; a policy accepts executable memory only."""
    if decision.origin is Origin.POLICY:
        return finding.verdict is Verdict.EXECUTABLE
    return finding.verdict is not Verdict.BENIGN or finding.site.id in report.unverified


def _expired(decision: Suppression, today: date) -> str:
    if decision.faulty_date:
        return "its date can't be read, which counts as expired: write it as 2026-01-31"
    if decision.expires is not None and decision.expires < today:
        return f"its last day was {decision.expires.isoformat()}"
    return ""


def _broken(decision: Suppression, finding: Finding, report: Report, around: Surroundings) -> str:
    """What no longer holds of a decision, empty when all does."""
    site = finding.site
    now = f"{finding.verdict}[{finding.rule}], {site.protections}{', open' if site.open else ''}"
    if decision.claim is not Claim.ACCEPTED and site.id in report.unverified:
        return "the evidence did not replay"
    if decision.claim is Claim.ACCEPTED:
        if decision.proof and decision.proof != proof_digest(finding):
            return f"the site is not what was decided about: it is {now} now"
    elif not _proved(decision.claim, finding):
        return f"{decision.claim} is not proved: {now}"
    for predicate in decision.holds_while:
        if not around.holds(predicate, site):
            return f"the condition {predicate.field} {', '.join(predicate.values)} does not hold any more: {now}"
    return ""


def _proved(claim: Claim, finding: Finding) -> bool:
    if finding.verdict is Verdict.BENIGN:
        return True
    if claim is Claim.NEVER_WRITE_AND_EXECUTE:
        return finding.verdict is Verdict.EXECUTABLE
    if claim is Claim.NEVER_EXECUTABLE:
        others = [obligation for obligation in finding.obligations if obligation.name != "O6"]
        met = len(others) == 5 and all(obligation.status is not Status.FAILED for obligation in others)
        return met and not finding.site.open and not finding.site.protections.may_execute
    return False


def _words(decision: Suppression) -> str:
    """Which site is meant, in words."""
    if decision.origin is Origin.SOURCE:
        return f"found at this comment by {decision.rule}"
    number = "" if decision.nth is None else f"number {decision.nth} of "
    call = f"{decision.primitive or 'a mapping call'}"
    function = f" in {decision.function}" if decision.function else ""
    return f"{number}{call}{function} in {decision.path}"


def _place(finding: Finding) -> str:
    return str(finding.site.location)

"""From sites to verdicts. The obligations decide; the rules of the pack only name and explain what was decided.

A false ``benign`` is the one error that must not happen, so every question that has no proof for an answer ends in
``unresolved``, with the reason and the one thing that would settle it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.classify.advice import advice_on
from mapproof.classify.discipline import alternates, undisciplined
from mapproof.classify.match import best_rule
from mapproof.classify.obligation import judge
from mapproof.classify.scope import Scope, sets_read_implies_exec
from mapproof.model.callee import Role
from mapproof.model.condition import TRUE
from mapproof.model.protection import ALL, Prot, ProtSet
from mapproof.model.site import Finding, Maybe
from mapproof.model.verdict import Assumption, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mapproof.classify.obligation import Ruling
    from mapproof.classify.pack import Pack
    from mapproof.model.hazard import Hazard
    from mapproof.model.rule import Rule
    from mapproof.model.site import Site


DUAL: Final = "dual-mapping"
"""The fact that another mapping surely shows the same object, with the other one of w and x."""


ALTERNATES: Final = "alternates"
"""The fact that memory is writable at some times and executable at others, and proved never to be both."""


def classify(
    sites: Sequence[Site], pack: Pack, *, coverage_gaps: bool, hazards: Sequence[Hazard] = ()
) -> tuple[Finding, ...]:
    """A finding for each site that gives memory a protection, and for each ``personality`` call that may add x.

    ``sites`` are all sites in scope: what is proved of one rests on what the others can't do. ``coverage_gaps`` says
    that part of the input that may hold mapping calls was not read; then nothing is proved of any memory's later life.
    ``hazards`` are what else is done in scope.
    The order is that of ``sites``.
    """
    scope = Scope(sites, pack.callees.callees, hazards)
    advices = [rule for rule in pack.rules if rule.severity is not None]
    found = (_finding(site, scope, pack, coverage_gaps=coverage_gaps) for site in sites)
    return tuple(
        replace(finding, advice=advice) if (advice := advice_on(finding.site, scope, advices)) else finding
        for finding in found
        if finding is not None
    )


def _finding(  # noqa: PLR0911  one per verdict
    site: Site, scope: Scope, pack: Pack, *, coverage_gaps: bool
) -> Finding | None:
    if not scope.gives_rights(site):
        return None
    if site.role is Role.PERSONALITY:
        return _personality(site, pack)
    if site.role is Role.SEGMENT:
        return _segment(site, pack)
    justification = best_rule(pack.rules, Verdict.BENIGN, site)
    rulings = judge(site, scope, justification, coverage_gaps=coverage_gaps)
    broken = _write_and_execute(site, scope, pack)
    if len(broken):
        return _named(site, Verdict.VIOLATION, pack, _violation_reason(site, broken), rulings)
    twin = scope.twin(site)
    if twin is not None:
        marked = replace(site, facts=site.facts | {DUAL})
        return replace(_named(marked, Verdict.VIOLATION, pack, _twin_reason(site, twin), rulings), site=site)
    known = not site.open and site.protections != ALL and rulings[0].reason is None
    if known and site.protections.may_execute:
        return _executable(site, scope, pack, rulings, coverage_gaps=coverage_gaps)
    failed = _first_failure(site, rulings)
    if failed is not None:
        return _unresolved(site, pack, failed, rulings)
    reason = f"only {site.protections} can be requested and nothing in scope adds x: {_summary(justification)}"
    return _make(site, Verdict.BENIGN, justification, reason, rulings)


def _first_failure(site: Site, rulings: Sequence[Ruling]) -> Ruling | None:
    """The obligation to name: the first that failed, but what is not known of the mask goes before all."""
    failed = [ruling for ruling in rulings if ruling.reason is not None]
    return rulings[1] if site.open else next(iter(failed), None)


def _write_and_execute(site: Site, scope: Scope, pack: Pack) -> ProtSet:
    """The protections with w and x that are known to be requested.

    A closed set is what can be reached. An open one may be there only because nothing is known, and then counts no
    further than its concrete masks, or than all of its members agree.
    """
    together = ProtSet.of(
        protection for protection in site.protections if protection.writable and protection.executable
    )
    if not site.open:
        return together if site.masks is None or site.protections != ALL else _decoded(site, scope, pack)
    if len(together) and together == site.protections:
        return together
    return _decoded(site, scope, pack)


def _decoded(site: Site, scope: Scope, pack: Pack) -> ProtSet:
    """What the concrete masks mean that have w and x and can mean nothing else."""
    spec = scope.spec(site)
    encoding = pack.callees.encodings.get(spec.encoding) if spec is not None else None
    found = ProtSet()
    for mask in site.masks or () if encoding is not None else ():
        meant = encoding.decode(mask) if encoding is not None else ALL
        if all(protection.writable and protection.executable for protection in meant):
            found |= meant
    return found & site.protections


def _executable(site: Site, scope: Scope, pack: Pack, rulings: Sequence[Ruling], *, coverage_gaps: bool) -> Finding:
    """Memory that becomes executable and never has w and x in one protection: disciplined, or not proved to be."""
    doubt = undisciplined(site, scope, coverage_gaps=coverage_gaps)
    if doubt is None:
        reason = f"{site.protections} is requested and nothing in scope ever makes this memory writable"
        return _named(site, Verdict.EXECUTABLE, pack, reason, rulings)
    if alternates(site, scope, rulings[3].obligation, coverage_gaps=coverage_gaps):
        reason = (
            f"{site.protections} is requested for private memory that nothing in scope makes writable and executable"
        )
        marked = replace(site, facts=site.facts | {ALTERNATES})
        finding = _named(marked, Verdict.EXECUTABLE, pack, reason, rulings)
        used = {*finding.assumptions, *rulings[3].obligation.assumptions}
        used.update(assumption for birth in scope.births(site) or () for assumption in birth.assumptions)
        return replace(finding, site=site, assumptions=tuple(each for each in Assumption if each in used))
    rule = pack.limit(Reason.DISCIPLINE)
    return _make(site, Verdict.UNRESOLVED, rule, doubt.detail, rulings, doubt.remedy or _first_paragraph(rule.remedy))


def _personality(site: Site, pack: Pack) -> Finding | None:
    """A ``personality`` call is a finding only when it may set READ_IMPLIES_EXEC."""
    answer = sets_read_implies_exec(site)
    if answer is Maybe.NEVER:
        return None
    if answer is Maybe.ALWAYS:
        reason = f"{site.callee.written} sets READ_IMPLIES_EXEC: from then on every readable mapping is executable"
        return _named(site, Verdict.VIOLATION, pack, reason, ())
    rule = pack.limit(Reason.PLATFORM)
    unknown = site.open_because[0].detail if site.open else "the argument is not known"
    reason = f"{site.callee.written} may set READ_IMPLIES_EXEC: {unknown}"
    return _make(site, Verdict.UNRESOLVED, rule, reason, (), _first_paragraph(rule.remedy))


def _segment(site: Site, pack: Pack) -> Finding | None:
    """Memory that a header asks for is a finding when some protection has w and x at once; there is no call to prove
    anything of."""
    if not site.protections.may_write_and_execute:
        return None
    return _named(site, Verdict.VIOLATION, pack, site.source, ())


def _unresolved(site: Site, pack: Pack, failed: Ruling, rulings: Sequence[Ruling]) -> Finding:
    rule = pack.limit(failed.reason or Reason.LIMIT)
    remedy = failed.remedy or _first_paragraph(rule.remedy)
    return _make(site, Verdict.UNRESOLVED, rule, failed.obligation.detail, rulings, remedy)


def _named(site: Site, verdict: Verdict, pack: Pack, reason: str, rulings: Sequence[Ruling]) -> Finding:
    """A finding under the rule that fits best; the pack was checked to have one."""
    rule = best_rule(pack.rules, verdict, site)
    return _make(site, verdict, rule, reason, rulings, "" if rule is None else _first_paragraph(rule.remedy))


def _make(
    site: Site, verdict: Verdict, rule: Rule | None, reason: str, rulings: Sequence[Ruling], remedy: str = ""
) -> Finding:
    obligations = tuple(ruling.obligation for ruling in rulings)
    used = set(site.assumptions)
    if verdict is Verdict.BENIGN:  # no other verdict rests on the obligations
        used.update(assumption for obligation in obligations for assumption in obligation.assumptions)
    return Finding(
        site=site,
        verdict=verdict,
        rule="" if rule is None else rule.id,
        reason=reason,
        remedy=remedy,
        obligations=obligations,
        assumptions=tuple(assumption for assumption in Assumption if assumption in used),
    )


def _violation_reason(site: Site, broken: Iterable[Prot]) -> str:
    requests = ", ".join(f"{protection}{_when(site, protection)}" for protection in broken)
    return f"{site.callee.primitive or site.callee.written} is asked for {requests}: writable and executable at once"


def _twin_reason(site: Site, twin: Site) -> str:
    return (
        f"{site.callee.written} maps {site.protections} what {twin.callee.written} at {twin.location} maps "
        f"{twin.protections}: what is written through one view runs through the other"
    )


def _when(site: Site, protection: Prot) -> str:
    """The presence condition of a protection in words, empty when there is none."""
    condition = next((found for member, found in site.conditions if member == protection), TRUE) & site.presence
    return "" if condition == TRUE else f" where {condition}"


def _summary(rule: Rule | None) -> str:
    """A rule's summary inside a sentence; a name keeps its capitals."""
    if rule is None:
        return ""
    is_name = any(letter.isupper() for letter in rule.summary.partition(" ")[0][1:])
    return rule.summary if is_name else rule.summary[:1].lower() + rule.summary[1:]


def _first_paragraph(prose: str) -> str:
    return " ".join(prose.partition("\n\n")[0].split())

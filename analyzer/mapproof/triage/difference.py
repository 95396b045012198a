"""What a change adds or makes worse: the findings after it, less those that were there before and were no better."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mapproof.model.fingerprint import fingerprints
from mapproof.model.verdict import Verdict
from mapproof.triage.baseline import GRAVITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.model.report import Report
    from mapproof.model.site import Finding


def added(before: Report, after: Report, folder: str, root: str) -> Report:
    """The report of the change: what is new or worse, with the decisions that lapsed by it.

    What is benign afterwards stays, so that it is counted; of the rest what was there before is only counted. A finding
    in a file that is gone is taken for one that is alike elsewhere: the file was moved.
    """
    new = fingerprints(after.findings, folder, root)
    was = _earlier(before, after, new, folder, root)
    lapsed = {(lapse.suppression.alias, lapse.kind) for lapse in before.lapses}
    lapses = tuple(lapse for lapse in after.lapses if (lapse.suppression.alias, lapse.kind) not in lapsed)
    reopened = {lapse.site for lapse in lapses}
    kept = tuple(
        _with_new_advice(finding, was.get(finding.site.id))
        for finding in after.findings
        if finding.verdict is Verdict.BENIGN
        or finding.site.id in reopened
        or _is_worse(finding, was.get(finding.site.id), before, after)
    )
    missed = {(gap.path, gap.kind, gap.detail) for gap in before.errors}
    gaps = tuple(gap for gap in after.errors if (gap.path, gap.kind, gap.detail) not in missed)
    return replace(after, findings=kept, errors=gaps, lapses=lapses, unchanged=len(after.findings) - len(kept))


def _with_new_advice(finding: Finding, earlier: Finding | None) -> Finding:
    """The finding without the advice that was to be had before."""
    if earlier is None or not finding.advice:
        return finding
    known = {advice.rule for advice in earlier.advice}
    return replace(finding, advice=tuple(advice for advice in finding.advice if advice.rule not in known))


def _earlier(before: Report, after: Report, new: Mapping[str, str], folder: str, root: str) -> dict[str, Finding]:
    """For each site after the change (by id) what was found there before."""
    old = fingerprints(before.findings, folder, root)
    by_mark = {old[finding.site.id]: finding for finding in before.findings}
    found = {
        finding.site.id: by_mark[new[finding.site.id]] for finding in after.findings if new[finding.site.id] in by_mark
    }
    read = set(after.read)
    gone: dict[tuple[object, ...], list[Finding]] = {}
    for finding in before.findings:
        if finding.site.artifact not in read:
            gone.setdefault(_alike(finding), []).append(finding)
    for finding in after.findings:
        if finding.site.id not in found and gone.get(_alike(finding)):
            found[finding.site.id] = gone[_alike(finding)].pop(0)
    return found


def _alike(finding: Finding) -> tuple[object, ...]:
    site = finding.site
    return (site.language, site.function, site.callee.primitive, site.callee.written, site.arguments)


def _is_worse(finding: Finding, earlier: Finding | None, before: Report, after: Report) -> bool:
    if earlier is None:
        return True
    if GRAVITY[finding.verdict] != GRAVITY[earlier.verdict]:
        return GRAVITY[finding.verdict] > GRAVITY[earlier.verdict]
    if finding.site.id in after.unverified:
        return True
    if _is_settled(earlier, before) and not _is_settled(finding, after):
        return True
    wider = not finding.site.protections <= earlier.site.protections
    return wider or (finding.site.open and not earlier.site.open)


def _is_settled(finding: Finding, report: Report) -> bool:
    """Whether somebody decided about it, or a baseline lists it."""
    return finding.site.id in report.suppressed or finding.site.id in report.known

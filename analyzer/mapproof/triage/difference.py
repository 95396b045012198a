"""What a change adds or makes worse: the findings after it, less those that were there before and were no better."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mapproof.model.fingerprint import fingerprints
from mapproof.model.verdict import Verdict
from mapproof.triage.baseline import GRAVITY

if TYPE_CHECKING:
    from mapproof.model.report import Report
    from mapproof.model.site import Finding


def added(before: Report, after: Report, folder: str, root: str) -> Report:
    """The report of the change: what is new or worse, with the decisions that lapsed by it.

    What is benign afterwards stays, so that it is counted; of the rest what was there before is only counted.
    """
    old = fingerprints(before.findings, folder, root)
    new = fingerprints(after.findings, folder, root)
    was = {old[finding.site.id]: finding for finding in before.findings}
    lapsed = {(lapse.suppression.alias, lapse.kind) for lapse in before.lapses}
    lapses = tuple(lapse for lapse in after.lapses if (lapse.suppression.alias, lapse.kind) not in lapsed)
    reopened = {lapse.site for lapse in lapses}
    kept = tuple(
        finding
        for finding in after.findings
        if finding.verdict is Verdict.BENIGN
        or finding.site.id in reopened
        or _is_worse(finding, was.get(new[finding.site.id]), after)
    )
    missed = {(gap.path, gap.kind, gap.detail) for gap in before.errors}
    gaps = tuple(gap for gap in after.errors if (gap.path, gap.kind, gap.detail) not in missed)
    return replace(after, findings=kept, errors=gaps, lapses=lapses, unchanged=len(after.findings) - len(kept))


def _is_worse(finding: Finding, before: Finding | None, after: Report) -> bool:
    if before is None:
        return True
    if GRAVITY[finding.verdict] != GRAVITY[before.verdict]:
        return GRAVITY[finding.verdict] > GRAVITY[before.verdict]
    if finding.site.id in after.unverified:
        return True
    wider = not finding.site.protections <= before.site.protections
    return wider or (finding.site.open and not before.site.open)

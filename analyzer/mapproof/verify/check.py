"""Replay a site's evidence: every step checked, and the conclusions compared with what the site says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.model.callee import Role
from mapproof.model.evidence import StepKind
from mapproof.verify.steps import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapproof.model.callee import CalleeTable
    from mapproof.model.site import Site


def replay(site: Site, read: Callable[[str], bytes], table: CalleeTable) -> str | None:
    """Why the evidence does not bear the site out, or ``None`` when it does.

    ``read`` gives a file's bytes by the path that the evidence names. A site whose masks are a finite set must have
    each of them decoded, and nothing else; its protections must be those.
    """
    for number, step in enumerate(site.evidence):
        fault = check(step, site.evidence[:number], read, table)
        if fault is not None:
            return f"step {number + 1} ({step.kind}): {fault}"
    if site.role is Role.SEGMENT:
        from mapproof.verify.header import bears_out  # noqa: PLC0415  only for binaries

        fault = bears_out(site)
        if fault is not None:
            return fault
    decoded = {step.value: step.text for step in site.evidence if step.kind is StepKind.DECODE}
    if site.masks is None or not decoded:
        return None
    if set(decoded) != set(site.masks):
        return "the masks that were decoded are not the site's"
    claimed = {str(protection) for protection in site.protections}
    argued = {protection for text in decoded.values() for protection in text.split(" ")}
    return None if argued <= claimed else f"the evidence gives {sorted(argued)}, the site says {sorted(claimed)}"

"""The outcome of one run, as ``scan`` returns it and ``report`` reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.model.decision import Lapse, Suppression
    from mapproof.model.region import Region
    from mapproof.model.site import Artifact, Coverage, Finding
    from mapproof.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the checker came in proving a verdict again, without the engine: in so many steps, or up to a ``gap``.

    Where it came to something else than the engine, ``gap`` is empty and ``agrees`` false.
    """

    steps: int = 0
    gap: str = ""
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run found, in a stable order: artifacts by path, findings by place, gaps by path and line.

    ``files`` counts the files looked at, ``seconds`` is wall time. ``unverified`` holds the ids of sites whose evidence
    did not replay. ``suppressed`` tells which sites (by id) somebody decided about, ``lapses`` which decisions count no
    more, ``known`` which sites are old debt that a baseline lists, ``unchanged`` how many findings were left out
    because a change did not touch them. ``checked`` says of sites how far the checker followed the argument, where that
    was asked for. ``read`` are the files looked at, ``remarked`` those of them in which a comment
    speaks to mapproof.
    """

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
    errors: tuple[Coverage, ...]
    files: int
    seconds: float
    rule_pack: str
    unverified: frozenset[str] = frozenset()
    suppressed: Mapping[str, Suppression] = field(default_factory=dict)
    lapses: tuple[Lapse, ...] = ()
    known: frozenset[str] = frozenset()
    unchanged: int = 0
    read: tuple[str, ...] = ()
    remarked: tuple[str, ...] = ()
    checked: Mapping[str, Checked] = field(default_factory=dict)
    regions: tuple[Region, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many sites have this verdict."""
        return sum(finding.verdict is verdict for finding in self.findings)

    def standing(self) -> Iterator[Finding]:
        """The findings that nobody decided about and no baseline lists."""
        return (
            finding
            for finding in self.findings
            if finding.site.id not in self.suppressed and finding.site.id not in self.known
        )

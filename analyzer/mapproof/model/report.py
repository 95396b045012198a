"""The outcome of one run, as ``scan`` returns it and ``report`` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.model.site import Artifact, Coverage, Finding
    from mapproof.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run found, in a stable order: artifacts by path, findings by place, gaps by path and line.

    ``files`` counts the files looked at, ``seconds`` is wall time. ``unverified`` holds the ids of sites whose evidence
    did not replay.
    """

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
    errors: tuple[Coverage, ...]
    files: int
    seconds: float
    rule_pack: str
    unverified: frozenset[str] = frozenset()

    def count(self, verdict: Verdict) -> int:
        """How many sites have this verdict."""
        return sum(finding.verdict is verdict for finding in self.findings)

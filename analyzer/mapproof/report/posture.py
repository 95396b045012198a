"""What the headers of binaries ask for, as people read it: one line for each property, with the header field."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.model.site import Artifact, HeaderFact


def posture(artifact: Artifact) -> list[str]:
    """``relro: full (PT_GNU_RELRO at +0x2f8; all cells read-only)``; facts of one property share a line."""
    lines: dict[str, list[str]] = {}
    for fact in artifact.facts:
        lines.setdefault(fact.property, []).append(_said(fact))
    return [f"{name}: {', '.join(said)}" for name, said in lines.items()]


def _said(fact: HeaderFact) -> str:
    where = fact.field if fact.offset is None else f"{fact.field} at +{fact.offset:#x}"
    detail = f"; {fact.detail}" if fact.detail else ""
    return f"{fact.value} ({where}{detail})"

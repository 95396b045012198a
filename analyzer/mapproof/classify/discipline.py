"""W^X: whether memory that becomes executable is proved never to be writable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapproof.classify.scope import may_mix, may_write
from mapproof.model.callee import Role
from mapproof.model.hazard import HazardKind
from mapproof.model.verdict import Status

if TYPE_CHECKING:
    from mapproof.classify.scope import Scope
    from mapproof.model.site import Site
    from mapproof.model.verdict import Obligation


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the discipline is not proved, and what would settle it."""

    detail: str
    remedy: str = ""


def undisciplined(site: Site, scope: Scope, *, coverage_gaps: bool) -> Doubt | None:
    """Why a closed site with x and never with w and x may concern memory that is writable, or ``None`` if it can't."""
    if site.protections.may_write:
        return Doubt(f"the same call can request {site.protections}: which memory is executable is not known")
    hazard = scope.hazard(HazardKind.OWN_MEMORY)
    if hazard is not None and site.platform not in {"win32", "mach"}:
        return Doubt(f"{hazard.detail}, at {hazard.location}: executable memory can be written there")
    return _born_writable(site, scope) or _written_later(site, scope, coverage_gaps=coverage_gaps)


def alternates(site: Site, scope: Scope, platform: Obligation, *, coverage_gaps: bool) -> bool:
    """Whether a change that adds x concerns memory that is writable at other times, and is proved never to be both.

    A page has one protection at a time. So it is enough that the memory has no second view, and that no protection that
    it is born with or changed to has w and x: neither this call's nor any other's in scope, nor the platform's.
    """
    births = scope.births(site) if site.role is Role.PROTECT and site.touches else None
    return (
        bool(births)
        and all(scope.private(made) and not may_mix(made) for made in (*(births or ()), *scope.replacements(site)))
        and not may_mix(site)
        and scope.mixing_change(site) is None
        and platform.status is not Status.FAILED
        and (site.platform in {"win32", "mach"} or scope.hazard(HazardKind.OWN_MEMORY) is None)
        and not coverage_gaps
    )


def _born_writable(site: Site, scope: Scope) -> Doubt | None:
    if site.role in {Role.MAP, Role.OBJECT}:
        return None
    if site.touches is None:
        return Doubt("x is added at an address that is not known: the memory may be writable before or elsewhere")
    if scope.outside(site):
        return Doubt("x is added to memory that no mapping call in scope makes: it may be writable")
    for birth in scope.births(site) or ():
        if may_write(birth):
            return Doubt(f"x is added to memory that {birth.callee.written} at {birth.location} may make writable")
    if scope.births(site) is None:
        return Doubt("x is added to memory that is made out of scope: it may be writable")
    return None


def _written_later(site: Site, scope: Scope, *, coverage_gaps: bool) -> Doubt | None:
    change = scope.writable_change(site)
    if change is not None:
        remedy = f"show which memory {change.callee.written} at {change.location} is given"
        return Doubt(f"{change.callee.written} at {change.location} may make this executable memory writable", remedy)
    view = scope.writable_view(site)
    if view is not None:
        remedy = f"show that {view.callee.written} at {view.location} maps another object"
        return Doubt(f"{view.callee.written} at {view.location} may map the same object writable", remedy)
    if coverage_gaps:
        return Doubt("part of the input was not covered, and a call that makes this memory writable can't be ruled out")
    return None

"""Calls that move memory: it keeps the protection that it was born with, or was given since."""

from __future__ import annotations

from dataclasses import replace

from mapproof.model.callee import Role
from mapproof.model.protection import ALL, EMPTY, ProtSet
from mapproof.model.site import KEPT, Openness, Site
from mapproof.model.verdict import Assumption, Reason


def inherit(sites: list[Site]) -> list[Site]:
    """A call that moves a region keeps its protection: what the regions it may move were born with, or were given."""
    sites = [_among_all(site, sites) for site in sites]
    by_id = {site.id: site for site in sites}
    inherited: list[Site] = []
    for site in sites:
        if site.role is not Role.REMAP:
            inherited.append(site)
            continue
        found = _born(site, by_id, sites)
        if found is None:
            detail = "it moves a mapping that is not known to be made in scope, and keeps that mapping's protection"
            openness = Openness(Reason.UNKNOWN_MEMORY, detail, "give the code that makes the mapping")
            inherited.append(replace(site, protections=ALL, open_because=(*site.open_because, openness)))
        else:
            protections, openness_found = found
            inherited.append(replace(site, protections=protections, open_because=(*site.open_because, *openness_found)))
    return inherited


def _among_all(site: Site, sites: list[Site]) -> Site:
    """A call that moves a mapping whose address was kept in memory: one of those made in scope, where code cannot tell
    which. Where one of them may be executable nothing is taken for granted."""
    if site.role is not Role.REMAP or site.touches is not None or KEPT not in site.facts:
        return site
    changing = [other for other in sites if other.role in {Role.MAP, Role.PROTECT, Role.SYSCALL}]
    regions = {other.region for other in sites if other.role is Role.MAP} - {None}
    if not regions or any(other.open_because or other.protections.may_execute for other in changing):
        return site
    return replace(
        site,
        touches=tuple(sorted(region for region in regions if region is not None)),
        assumptions=tuple(sorted({*site.assumptions, Assumption.FIELD_STORES})),
    )


def _born(site: Site, by_id: dict[str, Site], sites: list[Site]) -> tuple[ProtSet, tuple[Openness, ...]] | None:
    """The protections of all regions that a remap may move, transitions included; ``None`` if they are not known."""
    if site.touches is None:
        return None
    todo, seen = list(site.touches), set[str]()
    protections, reasons = EMPTY, list[Openness]()
    while todo:
        name = todo.pop()
        if name in seen or name == site.id:
            continue
        seen.add(name)
        source = by_id.get(name)
        if source is None or (source.role is Role.REMAP and source.touches is None):
            return None
        if source.role is Role.REMAP:
            todo.extend(source.touches or ())
            continue
        protections |= source.protections
        reasons.extend(source.open_because)
    for other in sites:
        if other.role is Role.PROTECT and (other.touches is None or seen & set(other.touches)):
            protections |= other.protections
            reasons.extend(other.open_because)
    return (protections, tuple(dict.fromkeys(reasons))) if seen else None

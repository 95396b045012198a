"""Predictions beside observations: what was missed, and which sites were told exactly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.machine.build import entries, reaching

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.model.location import Address
from mapproof.model.protection import EMPTY, Prot, ProtSet
from mapproof.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.machine.build import Built
    from tests.machine.observe import Observation, Request

    from mapproof.model.site import Site


@dataclass
class Outcome:
    """One binary's figures. ``missed``: requests outside every prediction. ``inexact``: sites with more, or open."""

    sites: int = 0
    exact: int = 0
    unseen: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    inexact: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def compare(built: Built, seen: Observation) -> Outcome:
    """Analyse the subject and hold it against what was seen."""
    report = scan([str(built.subject)], load_pack(builtin_rules()))
    outcome = Outcome(errors=[f"{gap.kind}: {gap.detail}" for gap in report.errors])
    known = reaching()
    homes: dict[str, list[Site]] = defaultdict(list)
    for finding in report.findings:
        site = finding.site
        if isinstance(site.location, Address):
            home = seen.function_at(site.location.address)
            if home in known:
                homes[home].append(site)
    _missed(homes, seen, outcome)
    for home, sites in sorted(homes.items()):
        _exactness(home, sites, homes, seen, outcome)
    return outcome


def _back(site: Site) -> int | None:
    assert isinstance(site.location, Address)
    return site.location.return_address


def _said(sites: Iterable[Site]) -> ProtSet:
    said = EMPTY
    for site in sites:
        said |= site.protections
    return said


def _missed(homes: dict[str, list[Site]], seen: Observation, outcome: Outcome) -> None:
    """Every request must be predicted where it was made, or, when it came by a jump, somewhere the entry leads to."""
    known = reaching()
    at: dict[int | None, list[Site]] = defaultdict(list)
    for sites in homes.values():
        for site in sites:
            at[_back(site)].append(site)
    for request in sorted(seen.requests, key=lambda one: (one.entry, one.prot, one.where or 0)):
        prot = Prot(request.prot)
        here = at.get(request.where, []) if request.where is not None else []
        possible = here or [
            site
            for home, sites in homes.items()
            if request.entry in known[home]
            for site in sites
            if not _was_seen(site, seen.requests)
        ]
        if prot not in _said(possible):
            place = "" if request.where is None else f" at {request.where:#x}"
            outcome.missed.append(f"{request.entry}: {prot}{place}, predicted {_said(possible)}")


def _was_seen(site: Site, requests: Iterable[Request]) -> bool:
    """Whether the site's own call was recorded, so that its requests are known one by one."""
    return any(request.where == _back(site) for request in requests)


def _exactness(home: str, sites: list[Site], homes: dict[str, list[Site]], seen: Observation, outcome: Outcome) -> None:
    known = reaching()
    own = {_back(site) for other in homes.values() for site in other if other is sites}
    left: list[Site] = []
    for site in sites:
        if _was_seen(site, seen.requests):
            expected = ProtSet.of(request.prot for request in seen.requests if request.where == _back(site))
            _judge(home, [site], expected, outcome)
        else:
            left.append(site)
    if left:
        expected = ProtSet.of(
            request.prot for request in seen.requests if request.entry in known[home] and request.where not in own
        )
        _judge(home, left, expected, outcome)


def _judge(home: str, sites: list[Site], expected: ProtSet, outcome: Outcome) -> None:
    names = " ".join(f"{site.location.address:#x}" for site in sites if isinstance(site.location, Address))
    if not expected:
        outcome.unseen.append(f"{home} {names}: {_said(sites)}")
        return
    outcome.sites += len(sites)
    said = _said(sites)
    if said == expected and not any(site.open and site.masks is None for site in sites):
        outcome.exact += len(sites)
        return
    why = "; ".join(sorted({f"{o.reason}: {o.detail}" for site in sites for o in site.open_because}))
    via = " ".join(sorted({f"{site.callee.primitive}/{'-'.join(site.callee.via)}" for site in sites}))
    outcome.inexact.append(f"{home} {names} {via}: {said}, seen {expected}{f' ({why})' if why else ''}")


def lacking(homes: Iterable[str]) -> list[str]:
    """Entries none of whose functions has a site."""
    return [entry for entry in entries() if entry not in set(homes)]

"""Lives of regions: each mapping site's memory as an automaton over protections, joined from all sites in scope."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from mapproof.model.callee import Role
from mapproof.model.location import sort_key
from mapproof.model.protection import ALL
from mapproof.model.region import Reach, Region, Transition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.classify.scope import Scope
    from mapproof.model.protection import ProtSet
    from mapproof.model.site import Site


MAX_VIEWS: Final = 64
"""Views that a region lists, the first by place: what is not known to be another object may be shown by any number."""


def lives(sites: Sequence[Site], scope: Scope) -> tuple[Region, ...]:
    """A region for each site that makes one, in the order of places."""
    ordered = sorted((site for site in sites if scope.gives_rights(site)), key=lambda site: sort_key(site.location))
    making, changing = {Role.MAP, Role.REMAP}, {Role.PROTECT, Role.REMAP}
    changes = [site for site in ordered if site.role in changing]
    return tuple(_life(site, changes, scope) for site in ordered if site.region is not None and site.role in making)


def _life(birth: Site, changes: Sequence[Site], scope: Scope) -> Region:
    assert birth.region is not None  # noqa: S101  the caller picked these
    transitions: list[Transition] = []
    moved: list[str] = []
    for site in changes:
        reach = scope.concerns(site, birth.region)
        if site is birth or reach is None:
            continue
        if site.role is Role.REMAP:
            moved.append(site.id)
        elif site.role is Role.PROTECT:
            transitions.append(Transition(site.id, site.protections, reach, site.open))
    states = birth.protections
    for transition in transitions:
        states |= transition.to
    shown = (view.region for view in scope.views(birth) if view.region not in {None, birth.region})
    views = sorted({region for region in islice(shown, MAX_VIEWS) if region is not None})
    return Region(
        id=birth.region,
        born_at=birth.id,
        born=birth.protections,
        open=birth.open or any(transition.open for transition in transitions),
        states=states,
        transitions=tuple(transitions),
        moved_at=tuple(moved),
        views=tuple(views),
        life=_line(birth, transitions),
    )


def _line(birth: Site, transitions: Sequence[Transition]) -> str:
    """The life in one line; a protection that stays the same is said once."""
    words = [_spelled(birth.protections, open_=birth.open)]
    for transition in transitions:
        if transition.reach is not Reach.ANY:
            word = _spelled(transition.to, open_=transition.open)
            words += [word] if word != words[-1] else []
    line = " -> ".join(words)
    elsewhere = [transition for transition in transitions if transition.reach is Reach.ANY]
    if not elsewhere:
        return line
    may = sorted({_spelled(transition.to, open_=transition.open) for transition in elsewhere})
    return f"{line}, and perhaps {' or '.join(may)} at an address that is not known"


def _spelled(protections: ProtSet, *, open_: bool) -> str:
    if open_ and (protections == ALL or not len(protections)):
        return "anything"
    more = " or more" if open_ else ""
    found = [str(protection) for protection in protections]
    return (found[0] if len(found) == 1 else "{" + ", ".join(found) + "}") + more

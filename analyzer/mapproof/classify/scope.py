"""What the other sites in scope may do to one site's memory.

Every question is answered for the worst: an address that is not known may be any region's, a set that is open or empty
may hold any protection, and a descriptor never proves that two mappings are of different objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.callee import Role
from mapproof.model.hazard import HazardKind
from mapproof.model.location import sort_key
from mapproof.model.region import Reach
from mapproof.model.site import PLACED, Maybe, Sharing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mapproof.model.callee import CalleeSpec
    from mapproof.model.hazard import Hazard
    from mapproof.model.site import Site

NOWHERE: Final = ""
"""Stands for the memory that no site makes: segments of the program, the stack, the heap. No region has this id."""

READ_IMPLIES_EXEC: Final = 0x0400000
"""``personality`` (Linux <sys/personality.h>): readable mappings become executable."""

_QUERY: Final = 0xFFFFFFFF
"""``personality(0xffffffff)`` only asks; the kernel looks at 32 bits (personality(2))."""


def may_execute(site: Site) -> bool:
    """Whether the site may request x, as far as is known; no protection at all means that nothing is known."""
    return site.open or site.protections.may_execute or len(site.protections) == 0


def may_write(site: Site) -> bool:
    """Whether the site may request w, as far as is known."""
    return site.open or site.protections.may_write or len(site.protections) == 0


def may_mix(site: Site) -> bool:
    """Whether the site may request w and x in one protection, as far as is known."""
    mixed = any(protection.writable and protection.executable for protection in site.protections)
    return site.open or mixed or len(site.protections) == 0


def sets_read_implies_exec(site: Site) -> Maybe:
    """What a ``personality`` call may do to the flag, in this process and those it starts."""
    if site.masks is not None and any(_sets_flag(mask) for mask in site.masks):
        return Maybe.ALWAYS
    return Maybe.MAY if site.masks is None or site.open or not site.masks else Maybe.NEVER


def _sets_flag(mask: int) -> bool:
    return mask & _QUERY != _QUERY and bool(mask & READ_IMPLIES_EXEC)


class Scope:
    """All sites of a run, indexed by what they may do to each other."""

    def __init__(self, sites: Sequence[Site], specs: Mapping[str, CalleeSpec], hazards: Sequence[Hazard] = ()) -> None:
        self._hazards = {kind: [hazard for hazard in hazards if hazard.kind is kind] for kind in HazardKind}
        self._specs = specs
        ordered = [site for site in sorted(sites, key=lambda site: sort_key(site.location)) if self.gives_rights(site)]
        self._maps = [site for site in ordered if site.role in {Role.MAP, Role.OBJECT}]
        self._by_region: dict[str, list[Site]] = {}
        for site in self._maps:
            if site.region is not None:
                self._by_region.setdefault(site.region, []).append(site)
        self._origins = _origins(ordered)
        changers = [(site, self._changed(site)) for site in ordered if self._changes_protection(site)]
        self._adding = _Changers((site, regions) for site, regions in changers if may_execute(site))
        self._writing = _Changers((site, regions) for site, regions in changers if may_write(site))
        self._mixing = _Changers((site, regions) for site, regions in changers if may_mix(site))
        self._objects = [site for site in self._maps if not self.anonymous(site)]
        self._executable_views = [site for site in self._objects if may_execute(site) or self._made_executable(site)]
        self._writable_views = [site for site in self._objects if _shares_writes(site)]
        self.personalities = [site for site in ordered if site.role is Role.PERSONALITY]

    def spec(self, site: Site) -> CalleeSpec | None:
        """The row of the site's primitive, if the table has one of the same role."""
        spec = self._specs.get(site.callee.primitive)
        return spec if spec is not None and spec.role is site.role else None

    def hazard(self, *kinds: HazardKind) -> Hazard | None:
        """The first hazard in scope of one of these kinds."""
        found = (hazard for kind in kinds for hazard in self._hazards[kind])
        return min(found, key=lambda hazard: sort_key(hazard.location), default=None)

    def gives_rights(self, site: Site) -> bool:
        """Whether the call has a say in protections: making a memfd has none, making a section has."""
        spec = self.spec(site)
        if site.role is Role.OBJECT:
            return spec is None or spec.protection is not None or spec.fixed is not None
        return site.role in {Role.MAP, Role.PROTECT, Role.REMAP, Role.PERSONALITY, Role.SEGMENT}

    def executable_change(self, site: Site) -> Site | None:
        """Another site that can add x to memory of this one."""
        return self._adding.first(self._reach(site), site)

    def writable_change(self, site: Site) -> Site | None:
        """Another site that can add w to memory of this one."""
        return self._writing.first(self._reach(site), site)

    def mixing_change(self, site: Site) -> Site | None:
        """Another site that can give memory of this one w and x at once."""
        return self._mixing.first(self._reach(site), site)

    def replacements(self, site: Site) -> Iterator[Site]:
        """Mappings at a fixed address that may have taken the place of memory of this site."""
        reach = self._reach(site)
        for other in self._maps:
            placed = PLACED in other.facts and other is not site and _family(other) == _family(site)
            if placed and (reach is None or other.touches is None or reach & set(other.touches)):
                yield other

    def executable_view(self, site: Site) -> Site | None:
        """Another mapping, executable now or later, of what may be the same object as memory of this site."""
        return self._other_view(site, self._executable_views)

    def writable_view(self, site: Site) -> Site | None:
        """Another mapping whose stores may reach an object that memory of this site shows."""
        return self._other_view(site, self._writable_views)

    def concerns(self, site: Site, region: str) -> Reach | None:
        """How surely a transition or a remap concerns a region; ``None`` if it can't."""
        if site.role not in {Role.PROTECT, Role.REMAP}:
            return None
        reached = self._reach(site)
        if reached is None:
            return Reach.ANY
        if region not in reached:
            return None
        return Reach.THIS if reached == {region} or reached <= {region, site.region} else Reach.MAYBE

    def views(self, site: Site) -> Iterator[Site]:
        """Other mappings of what may be the same object, by place; none of anonymous memory."""
        if self.anonymous(site):
            return
        for view in self._objects:
            if view is not site and view.role is Role.MAP and _family(view) == _family(site):
                yield view

    def twin(self, site: Site) -> Site | None:
        """Another mapping that surely shows the same object, where one of the two is writable and the other executable,
        and what is written through the first is seen through the second."""
        if not site.object or not _is_shared(site):
            return None
        for view in self._objects:
            if view is site or view.object != site.object or not _is_shared(view):
                continue
            for one, other in ((site, view), (view, site)):
                if one.protections.may_write and other.protections.may_execute:
                    return view
        return None

    def births(self, site: Site) -> list[Site] | None:
        """The sites that make the memory a transition touches; ``None`` when one of them is not in scope.

        Where the address may be any, these are all mapping sites.
        """
        touched = self._reach(site)
        if touched is None:
            return self._maps
        found = [birth for region in sorted(touched) for birth in self._by_region.get(region, ())]
        known = {birth.region for birth in found} | self._origins.keys()
        return found if touched <= known else None

    def outside(self, site: Site) -> bool:
        """Whether a transition touches only memory that no site makes: the program's own segments, stack or heap."""
        return self._reach(site) == frozenset({NOWHERE})

    def executable_birth(self, site: Site) -> Site | None:
        """A site in scope that makes, perhaps executable, memory that this transition touches."""
        births = self.births(site)
        return next((birth for birth in births or () if may_execute(birth)), None)

    def anonymous(self, site: Site) -> bool:
        """Whether the site certainly maps no object that other mappings could show too."""
        spec = self.spec(site)
        if site.role is not Role.MAP or spec is None:
            return False
        if spec.object is None:
            return spec.protection is not None or spec.fixed is not None
        if site.map_flags is not None and site.map_flags.anonymous is Maybe.ALWAYS:
            return True
        return site.platform != "win32" and site.descriptor == ("-1",)

    def private(self, site: Site) -> bool:
        """Whether the site certainly makes memory that nothing else shows: anonymous, and not shared with children."""
        flags = site.map_flags
        return self.anonymous(site) and flags is not None and flags.sharing == (Sharing.PRIVATE,)

    def _changes_protection(self, site: Site) -> bool:
        """Whether the call can give memory that is mapped already another protection.

        ``mremap`` can't: it keeps the protection. ``VirtualAlloc`` at an address can, when it commits pages again.
        """
        spec = self.spec(site)
        if site.role is Role.PROTECT:
            return True
        if site.role is Role.REMAP:
            return spec is None or spec.protection is not None
        if site.role is not Role.MAP or site.platform != "win32" or (spec is not None and spec.object is not None):
            return False
        return spec is None or spec.address is None or _argument(site, spec.address) not in {"NULL", "0", "nullptr"}

    def _made_executable(self, site: Site) -> bool:
        return self._adding.first(self._reach(site), site) is not None

    def shows_object(self, site: Site) -> bool:
        """Whether memory of the site may show an object that has a life of its own."""
        return bool(self._shown(site))

    def _other_view(self, site: Site, views: list[Site]) -> Site | None:
        for own in self._shown(site):
            for view in views:
                if view is not own and view is not site and (own is None or _family(view) == _family(own)):
                    return view
        return None

    def _shown(self, site: Site) -> list[Site | None]:
        """The mappings of objects among the memory that a site makes or touches; ``None`` for one that isn't known."""
        if site.role in {Role.MAP, Role.OBJECT}:
            return [] if self.anonymous(site) else [site]
        births = self.births(site)
        if births is None:
            return [] if self.outside(site) else [None]
        return [birth for birth in births if not self.anonymous(birth)]

    def _changed(self, site: Site) -> frozenset[str] | None:
        """What a change of protection reaches: for memory committed again at an address, any."""
        return None if site.role is Role.MAP else self._reach(site)

    def _reach(self, site: Site) -> frozenset[str] | None:
        """Ids of the regions that a site makes or touches, and of those they were moved from.

        :data:`NOWHERE` stands for memory that no site makes; ``None`` for any memory at all.
        """
        if PLACED not in site.facts and site.role in {Role.MAP, Role.OBJECT}:
            return None if site.region is None else frozenset({site.region})
        if site.touches is None:
            return None
        found: set[str] = set()
        waiting = [*site.touches, *(() if site.region is None else (site.region,))]
        if PLACED in site.facts and not site.touches:
            waiting.append(NOWHERE)
        while waiting:
            region = waiting.pop()
            origins = self._origins.get(region, frozenset())
            if origins is None:
                return None
            if region not in found:
                found.add(region)
                waiting.extend(origins)
        return frozenset(found) or frozenset({NOWHERE})


class _Changers:
    """Sites that change protections, found by the regions that they may touch."""

    def __init__(self, sites: Iterable[tuple[Site, frozenset[str] | None]]) -> None:
        self._anywhere: list[Site] = []
        self._by_region: dict[str, list[Site]] = {}
        for site, touched in sites:
            if touched is None:
                self._anywhere.append(site)
            for region in touched or ():
                self._by_region.setdefault(region, []).append(site)

    def first(self, regions: frozenset[str] | None, apart_from: Site) -> Site | None:
        """The first site in order of place, other than ``apart_from``, that may touch one of the regions.

        A site that is known to touch a region may touch other memory besides, so :data:`NOWHERE` is within every reach.
        Calls of another family of platforms are of another build.
        """
        lists = [self._anywhere]
        if regions is None or NOWHERE in regions:
            lists += self._by_region.values()
        else:
            lists += [self._by_region.get(name, []) for name in regions]

        def counts(other: Site) -> bool:
            return other is not apart_from and _family(other) == _family(apart_from)

        firsts = [site for sites in lists if (site := _first(sites, counts)) is not None]
        return min(firsts, key=lambda site: sort_key(site.location), default=None)


def _origins(sites: Iterable[Site]) -> dict[str, frozenset[str] | None]:
    """For each region that a remap makes under a new id, the regions it may have been before; ``None`` for any."""
    origins: dict[str, frozenset[str] | None] = {}
    for site in sites:
        if (site.role is Role.REMAP or PLACED in site.facts) and site.region is not None:
            known = origins.get(site.region, frozenset())
            if known is None or site.touches is None:
                origins[site.region] = None
            else:
                origins[site.region] = known | frozenset(site.touches)
    return origins


def _first(sites: Iterable[Site], wanted: Callable[[Site], bool]) -> Site | None:
    return next((site for site in sites if wanted(site)), None)


def _shares_writes(site: Site) -> bool:
    if site.role is not Role.MAP or not may_write(site):
        return False
    return site.map_flags is None or any(sharing is not Sharing.PRIVATE for sharing in site.map_flags.sharing)


def _is_shared(site: Site) -> bool:
    """Whether a closed mapping surely shares its stores."""
    flags = site.map_flags
    return site.role is Role.MAP and not site.open and flags is not None and flags.sharing == (Sharing.SHARED,)


def _family(site: Site) -> str:
    """Platforms that one process can have at the same time go by one name."""
    return "win32" if site.platform == "win32" else "unix"


def _argument(site: Site, position: int) -> str:
    return site.arguments[position].strip() if position < len(site.arguments) else ""

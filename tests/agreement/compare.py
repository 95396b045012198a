"""Holding predictions against observations. Each function returns the disagreements in words; none is agreement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final

from mapproof.model.condition import TRUE, AtomKind, Condition
from mapproof.model.location import Span
from mapproof.model.protection import EMPTY, EXEC, READ, WRITE, Prot, ProtSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.agreement.observe import Observation, Place, Request
    from tests.agreement.program import Program

    from mapproof.model.condition import Atom
    from mapproof.model.site import Site

SHM_RDONLY: Final = 0o10000
SHM_EXEC: Final = 0o100000
KEEPS_PROTECTION: Final = frozenset({"mremap"})
"""Primitives without a protection of their own: only that there is a site is checked."""
BUILT_IN: Final = {"__has_include": "1", "__has_attribute": "1", "__has_builtin": "1"}
"""Names that the compiler defines without listing them."""
PRIMITIVES: Final = frozenset({"mmap", "mprotect", "pkey_mprotect", "shmat", "mremap"})


def protection_of(request: Request) -> Prot:
    """What the request asks for, read off the mask without the analyzer's tables."""
    if request.primitive == "shmat":
        bits = READ if request.mask & SHM_RDONLY else READ | WRITE
        return Prot(bits | EXEC if request.mask & SHM_EXEC else bits)
    return Prot(request.mask & 7)


def primitive_of(site: Site) -> str:
    """The site's primitive by the name the interposer uses."""
    return re.sub(r"^mmap(64|2)$", "mmap", site.callee.primitive)


@dataclass(frozen=True)
class Comparison:
    """One program: what was seen of it and what was said of it."""

    program: Program
    observation: Observation
    sites: tuple[Site, ...]

    def places(self, site: Site) -> frozenset[Place]:
        """The lines the site's call stands on."""
        span = site.location
        assert isinstance(span, Span), f"a C site without a source span: {site}"
        return frozenset((span.path, line) for line in range(span.line, span.end_line + 1))

    def sites_at(self, place: Place, primitive: str) -> list[Site]:
        """The sites that cover a line."""
        return [site for site in self.sites if primitive_of(site) == primitive and place in self.places(site)]

    def seen_at(self, site: Site) -> list[Request]:
        """The requests that the site's call made, itself or through what it called."""
        places = self.places(site)
        return [
            request
            for request in self.observation.requests
            if request.primitive == primitive_of(site) and places.intersection(request.places)
        ]

    def unseen_calls(self) -> list[str]:
        """Requests whose call has no site."""
        return sorted(
            {
                f"no site for the {request.primitive} at {_show(request.places[0])}"
                for request in self.observation.requests
                if not self.sites_at(request.places[0], request.primitive)
            }
        )

    def missed_protections(self) -> list[str]:
        """Protections seen at a call for which no site there allows: the unforgivable kind."""
        return self._missed((request, request.places[0]) for request in self.observation.requests)

    def missed_at_callers(self) -> list[str]:
        """Protections seen through a call of a wrapper that is a site, and that this site does not allow for."""
        return self._missed((request, place) for request in self.observation.requests for place in request.places[1:])

    def _missed(self, seen: Iterable[tuple[Request, Place]]) -> list[str]:
        faults = set()
        for request, place in seen:
            sites = self.sites_at(place, request.primitive)
            allowed = reduce(ProtSet.__or__, (site.protections for site in sites), EMPTY)
            if request.primitive in KEEPS_PROTECTION or not sites or protection_of(request) in allowed:
                continue
            faults.add(f"{_show(place)} requested {protection_of(request)} of {request.primitive}, said {allowed}")
        return sorted(faults)

    def needless_protections(self) -> list[str]:
        """Protections said that no configuration and no run showed, and calls said that none reached."""
        faults = []
        for site in self._sites_with_protection():
            seen = ProtSet.of(protection_of(request) for request in self.seen_at(site))
            extra = ProtSet(site.protections.members & ~seen.members)
            if extra.members:
                faults.append(f"{site.location} ({site.callee.written}) said {site.protections}, seen {seen}")
        return faults

    def needless_openness(self) -> list[str]:
        """Sites said to be open though the whole program is there."""
        return [
            f"{site.location} ({site.callee.written}) is open: {'; '.join(why.detail for why in site.open_because)}"
            for site in self._sites_with_protection()
            if site.open
        ]

    def masks_not_said(self) -> list[str]:
        """Masks seen that a site with a finite list of masks does not list."""
        faults = set()
        for request in self.observation.requests:
            if request.primitive in KEEPS_PROTECTION or not request.places:
                continue
            sites = self.sites_at(request.places[0], request.primitive)
            if not sites or any(site.masks is None for site in sites):
                continue
            said = {mask & 0xFFFFFFFF for site in sites for mask in site.masks or ()}
            if request.mask & 0xFFFFFFFF not in said:
                faults.add(f"{_show(request.places[0])} passed mask {request.mask:#x}, said {sorted(said)}")
        return sorted(faults)

    def wrong_conditions(self) -> list[str]:
        """Protections that were seen, and said to exist in other configurations than those that showed them."""
        faults = []
        for site in self._sites_with_protection():
            seen_in: dict[Prot, set[int]] = {}
            for request in self.seen_at(site):
                seen_in.setdefault(protection_of(request), set()).add(request.configuration)
            for protection in site.protections & ProtSet.of(seen_in):
                condition = dict(site.conditions).get(protection, TRUE) & site.presence
                said = {number for number in range(len(self.program.configurations)) if self._holds(condition, number)}
                if self._differ(said, seen_in[protection]):
                    faults.append(
                        f"{site.location} ({site.callee.written}) {protection} said if {condition}, "
                        f"which is {self._name(said)}; seen in {self._name(seen_in[protection])}"
                    )
        return faults

    def _differ(self, said: set[int], seen: set[int]) -> bool:
        """An exact program's condition is exact; any other's must at least cover what was seen."""
        return said != seen if self.program.exact else not seen <= said

    def _sites_with_protection(self) -> list[Site]:
        """The sites to compare: those in a ``#define`` are compared where the macro is used."""
        return [
            site
            for site in self.sites
            if primitive_of(site) in PRIMITIVES - KEEPS_PROTECTION and not self._inside_definition(site)
        ]

    def _inside_definition(self, site: Site) -> bool:
        span = site.location
        assert isinstance(span, Span)
        text = next(file for file in self.program.files if str(file) == span.path).read_bytes()[: span.start]
        joined = re.sub(rb"\\\r?\n", b"  ", text)
        return re.match(rb"\s*#\s*define\b", joined[joined.rfind(b"\n") + 1 :]) is not None

    def _holds(self, condition: Condition, number: int) -> bool:
        configured = dict(self.program.configurations[number])
        macros = BUILT_IN | self.observation.macros[number]

        condition = condition.build_part()
        if not self.program.exact:
            condition = condition.forget(lambda atom: atom.kind is AtomKind.OPAQUE)

        def truth(atom: Atom) -> bool:
            assert atom.kind is not AtomKind.OPAQUE, f"a condition that no build can be asked about: {atom.symbol}"
            text = configured[atom.symbol] if atom.symbol in configured else macros.get(atom.symbol)
            return atom.holds(text is not None, int(text or "0", 0))

        return condition.evaluate(truth)

    def _name(self, numbers: set[int]) -> str:
        if len(numbers) == len(self.program.configurations):
            return "all configurations"
        return " and ".join(_describe(self.program, number) for number in sorted(numbers)) or "none"


def _describe(program: Program, number: int) -> str:
    entries = program.configurations[number]
    return "[" + " ".join(f"{name}={'-' if value is None else value}" for name, value in entries) + "]"


def _show(place: Place) -> str:
    return f"{place[0].rpartition('/')[2]}:{place[1]}"

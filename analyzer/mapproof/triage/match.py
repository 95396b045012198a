"""Ties an alert to the sites it may mean. What it can't tell apart decides together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Claim, Confidence
from mapproof.model.answer import How, Match
from mapproof.triage.paths import Found, Paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mapproof.model.alert import Alert, Place
    from mapproof.model.dossier import Dossier, Held, Judged, Missed

HEADERS: Final = frozenset({Claim.STACK_EXECUTABLE, Claim.RWX_SEGMENT, Claim.TEXT_RELOCATIONS})
"""Claims that a binary's headers answer."""

NEAR: Final = 40
"""Lines within which an alert may mean a site, where no function tells; all of them decide together."""


class Index:
    """The dossiers, to be asked by places. ``roots`` are folders that an alert's relative paths may start at."""

    def __init__(self, dossiers: Iterable[Dossier], roots: Iterable[str] = ()) -> None:
        self.held: dict[str, Held] = {}
        self.sites: dict[str, list[Judged]] = defaultdict(list)
        self.missed: dict[str, list[Missed]] = defaultdict(list)
        self.units: dict[str, Dossier] = {}
        self.by_digest: dict[str, list[str]] = defaultdict(list)
        names: list[str] = []
        for dossier in dossiers:
            for held in dossier.held:
                self.held[held.path] = held
                self.by_digest[held.sha256].append(held.path)
            for site in dossier.sites:
                self.sites[site.spot.path].append(site)
            for missed in dossier.missed:
                self.missed[missed.path].append(missed)
            files = [*dossier.read, *(held.path for held in dossier.held), *(missed.path for missed in dossier.missed)]
            for name in files:
                self.units[name] = dossier
            names += files
        self._paths = Paths(names, roots)
        self._members: dict[str, dict[str, None]] = defaultdict(dict)
        for name in names:
            outer, _, inner = name.rpartition("!")
            while inner:
                self._members[outer][name] = None
                outer, _, inner = outer.rpartition("!")

    def match(self, alert: Alert, claim: Claim) -> Match:
        """What the alert is about, as far as the files at hand tell."""
        place = alert.place
        found, notes = self._files(place)
        if not found.files:
            name = str(place) or "no file"
            return Match(How.NOTHING, Confidence.LOW, notes=notes, why_not=f"{name}: not among the files at hand")
        notes = (*notes, *self._other_builds(place, found.files))
        if not found.exact and len(found.files) == 1:
            notes = (*notes, f"{place.path} is taken for {found.files[0]}: both end in {found.tail}")
        if len(found.files) > 1:
            notes = (*notes, f"{len(found.files)} files end in {found.tail}: they decide together")
        files = self._opened(found.files)
        sites = [site for file in files for site in self.sites.get(file, ())]
        sure = Confidence.HIGH if found.exact or len(found.files) == 1 else Confidence.LOW
        if claim in HEADERS:
            return Match(How.HEADERS, sure, files, tuple(site.id for site in sites), notes=notes)
        return _among(place, files, sites, sure, notes)

    def _files(self, place: Place) -> tuple[Found, tuple[str, ...]]:
        if place.sha256 and place.sha256 in self.by_digest:
            return Found(tuple(self.by_digest[place.sha256]), exact=True, tail=place.path), ()
        if place.member:
            found = self._paths.find(f"{place.path}!{place.member}")
            return (found if found.files else self._paths.find(place.member)), ()
        return self._paths.find(place.path), ()

    def _opened(self, files: Sequence[str]) -> tuple[str, ...]:
        """The files, and instead of a package the members in it."""
        opened: dict[str, None] = {}
        for file in files:
            opened.update(dict.fromkeys(self._members.get(file) or [file]))
        return tuple(opened)

    def _other_builds(self, place: Place, files: Sequence[str]) -> tuple[str, ...]:
        """That the tool saw another file than the one at hand, where it says which."""
        notes = []
        for file in files:
            held = self.held.get(file)
            if held is None:
                continue
            if place.build_id and held.build_id and place.build_id.lower() != held.build_id:
                notes.append(
                    f"the alert is about build {place.build_id}, {file} is build {held.build_id}: "
                    "the answer is about the latter"
                )
            elif place.sha256 and place.sha256 != held.sha256:
                notes.append(
                    f"the alert is about a file with SHA-256 {place.sha256[:16]}..., {file} has "
                    f"{held.sha256[:16]}...: the answer is about the latter"
                )
        return tuple(notes)


def _among(
    place: Place, files: tuple[str, ...], sites: list[Judged], sure: Confidence, notes: tuple[str, ...]
) -> Match:
    """The sites of these files that a place means."""
    if not sites:
        return Match(How.NOTHING, sure, files, notes=notes, why_not="mapproof finds no mapping call in it")
    if place.line is not None:
        return _by_line(place, files, sites, sure, notes)
    if place.address is not None:
        return _by_address(place, files, sites, sure, notes)
    if place.symbol:
        named = [site for site in sites if _names(place.symbol, site)]
        if named:
            return _matched(How.SYMBOL, sure, files, named, notes)
    return _matched(How.FILE, sure, files, sites, notes)


def _by_line(
    place: Place, files: tuple[str, ...], sites: list[Judged], sure: Confidence, notes: tuple[str, ...]
) -> Match:
    assert place.line is not None  # noqa: S101  the caller asked
    placed = [site for site in sites if site.spot.line is not None]
    last = place.end_line if place.end_line is not None else place.line
    exact = [
        site
        for site in placed
        if site.spot.line is not None
        and site.spot.line <= last
        and (site.spot.end_line or site.spot.line) >= place.line
    ]
    if exact:
        return _matched(How.LINE, sure, files, exact, notes, drift=0)
    function = [site for site in placed if place.symbol and _names(place.symbol, site)]
    if function:
        return _matched(How.FUNCTION, Confidence.MEDIUM, files, function, notes)
    distance = min((_lines_between(site, place.line) for site in placed), default=NEAR + 1)
    if distance > NEAR:
        near = f"the nearest is {distance} lines away" if placed else "its calls are in machine code"
        why = f"mapproof finds no mapping call on line {place.line} or near it: {near}"
        return Match(How.NOTHING, sure, files, tuple(site.id for site in sites), notes=notes, why_not=why)
    around = [site for site in placed if _lines_between(site, place.line) <= NEAR]
    return _matched(How.NEAR, Confidence.MEDIUM, files, around, notes, drift=distance)


def _by_address(
    place: Place, files: tuple[str, ...], sites: list[Judged], sure: Confidence, notes: tuple[str, ...]
) -> Match:
    exact = [site for site in sites if place.address in {site.spot.address, site.spot.return_address}]
    if exact:
        return _matched(How.ADDRESS, sure, files, exact, notes)
    return _matched(How.FILE, sure, files, sites, (*notes, f"no call stands at {place.address:#x}: all of the file's"))


def _matched(
    how: How,
    sure: Confidence,
    files: tuple[str, ...],
    sites: Sequence[Judged],
    notes: tuple[str, ...],
    drift: int | None = None,
) -> Match:
    return Match(how, sure, files, tuple(site.id for site in sites), drift, notes)


def _names(symbol: str, site: Judged) -> bool:
    """Whether a symbol is a site's function or callee, however its scope is spelled."""
    last = symbol.partition("(")[0].rpartition("::")[2].rpartition(".")[2].strip()
    return bool(last) and last in {site.function.rpartition("::")[2], site.written, site.primitive}


def _lines_between(site: Judged, line: int) -> int:
    first = site.spot.line or 0
    last = site.spot.end_line or first
    return first - line if line < first else line - last if line > last else 0

"""Ties an alert to the sites it may mean. What it can't tell apart decides together."""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Claim, Confidence
from mapproof.model.answer import How, Match
from mapproof.triage.builds import other_builds
from mapproof.triage.paths import File, Found, Paths
from mapproof.triage.place import Scene, by_address, by_line, by_offset, matched, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mapproof.model.alert import Alert, Place
    from mapproof.model.dossier import Dossier, Held, Judged, Missed

HEADERS: Final = frozenset({Claim.STACK_EXECUTABLE, Claim.RWX_SEGMENT, Claim.TEXT_RELOCATIONS})
"""Claims that a binary's headers answer."""


class Index:
    """The dossiers, to be asked by places. ``names`` gives the whole path of what was given, ``moved`` folders of the
    alerts and where they are here."""

    def __init__(
        self,
        dossiers: Iterable[Dossier],
        names: Mapping[str, str] = MappingProxyType({}),
        moved: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.held: dict[str, Held] = {}
        self.sites: dict[str, list[Judged]] = defaultdict(list)
        self.missed: dict[str, list[Missed]] = defaultdict(list)
        self.units: dict[str, Dossier] = {}
        self._by_digest: dict[str, list[str]] = defaultdict(list)
        self._members: dict[str, dict[str, None]] = defaultdict(dict)
        self._all: dict[str, None] = {}
        self._names, self._moved = names, moved
        for dossier in dossiers:
            self._add(dossier)
        self._paths = Paths(self._file(name) for name in self._all)
        self._artifacts = tuple(name for name in self._all if self.units[name].kind == "artifact")

    def _add(self, dossier: Dossier) -> None:
        for held in dossier.held:
            self.held[held.path] = held
            self._by_digest[held.sha256].append(held.path)
        for site in dossier.sites:
            self.sites[site.spot.path].append(site)
        for missed in dossier.missed:
            self.missed[missed.path].append(missed)
        for name in (*dossier.read, *(one.path for one in dossier.held), *(one.path for one in dossier.missed)):
            self._all[name] = None
            self.units[name] = dossier
            outer, _, inner = name.rpartition("!")
            while inner:
                self._members[outer][name] = None
                outer, _, inner = outer.rpartition("!")

    def _file(self, name: str) -> File:
        """A file with what was given that it belongs to."""
        given = [path for path in self.units[name].unit if name == path or _is_below(name, path)]
        root = max(given, key=len, default=name)
        whole = self._names.get(root, root).replace("\\", "/").rstrip("/")
        return File(name, root, named=root == name, root_name=whole.rpartition("/")[2])

    def match(self, alert: Alert, claim: Claim) -> Match:
        """What the alert is about, as far as the files at hand tell."""
        place = alert.place
        found, notes = self._files(place)
        if not found.files:
            name = str(place)
            why = f"{name}: not among the files at hand" if name else "the alert names no file and no place in one"
            if found.alike:
                why = f"{why}; {found.alike[0]} has only the name in common (--map says where a folder is)"
            return Match(How.NOTHING, Confidence.LOW, notes=notes, why_not=why)
        if len(found.files) > 1 and found.tail:
            notes = (*notes, f"{len(found.files)} files end in {found.tail}: they decide together")
        elif not found.exact and found.tail != place.path:
            notes = (*notes, f"{place.path} is taken for {found.files[0]}: both end in {found.tail}")
        files = self._opened(found.files)
        notes = (*notes, *other_builds(alert, [self.held[file] for file in files if file in self.held]))
        sites = [site for file in files for site in self.sites.get(file, ())]
        sure = Confidence.HIGH if found.exact or len(found.files) == 1 else Confidence.LOW
        if claim in HEADERS:
            return Match(How.HEADERS, sure, files, tuple(site.id for site in sites), notes=notes)
        return self._among(place, Scene(files, sites, sure, notes))

    def _files(self, place: Place) -> tuple[Found, tuple[str, ...]]:
        """The files that a place means, by content where the tool says which it saw, else by name."""
        if place.sha256 and place.sha256 in self._by_digest:
            return Found(tuple(self._by_digest[place.sha256]), exact=True, tail=place.path), ()
        if place.member:
            return self._paths.find(f"{self._here(place.path)}!{place.member}"), ()
        if place.path:
            return self._paths.find(self._here(place.path)), ()
        if place.address is not None or place.offset is not None:
            return Found(self._artifacts), ("the alert names no file: all artifacts that were given decide together",)
        return Found(()), ()

    def _here(self, path: str) -> str:
        """A path with the beginning replaced that was said to be elsewhere."""
        for there, here in self._moved:
            if path == there or _is_below(path, there):
                return here.rstrip("/") + path[len(there.rstrip("/")) :]
        return path

    def _opened(self, files: Sequence[str]) -> tuple[str, ...]:
        """The files, and instead of a package the members in it."""
        opened: dict[str, None] = {}
        for file in files:
            opened.update(dict.fromkeys(self._members.get(file) or [file]))
        return tuple(opened)

    def _among(self, place: Place, scene: Scene) -> Match:
        """The sites of these files that a place means."""
        if not scene.sites:
            return scene.nothing(
                f"mapproof finds no call in {scene.files[0]} that maps memory or changes its protection"
            )
        if place.line is not None:
            return by_line(place, scene)
        if place.address is not None:
            return by_address(place, scene)
        if place.offset is not None:
            return by_offset(place, scene, self.held)
        if place.symbol:
            named = [site for site in scene.sites if names(place.symbol, site)]
            if named:
                return matched(How.SYMBOL, scene, named)
            scene = scene.noting(f"no call stands in a function {place.symbol}: all of the file's decide together")
        return matched(How.FILE, scene, scene.sites)


def _is_below(path: str, folder: str) -> bool:
    """Whether a path leads into a folder or a package; the current folder holds every relative path."""
    top = folder.rstrip("/")
    return path.startswith((f"{top}/", f"{top}!")) or (top == "." and not path.startswith("/"))

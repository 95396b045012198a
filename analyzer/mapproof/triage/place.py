"""Which of a file's sites a place means: by line with drift, by address, by offset.

A text that has changed since the tool saw it moves lines. So a line is believed only as far as the rest of the alert
agrees: the line's own text, and the function that the tool names. Where they point elsewhere, both decide together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Confidence
from mapproof.model.answer import How, Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mapproof.model.alert import Place
    from mapproof.model.dossier import Held, Judged

NEAR: Final = 40
"""Lines within which an alert may mean a site, where no function tells; all of them decide together."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The files that an alert is about, the sites in them, how sure that is, and what is to be noted."""

    files: tuple[str, ...]
    sites: list[Judged]
    sure: Confidence
    notes: tuple[str, ...] = ()

    def noting(self, note: str) -> Scene:
        """The scene with one more note."""
        return replace(self, notes=(*self.notes, note))

    def nothing(self, why: str) -> Match:
        """That no site is meant."""
        return Match(How.NOTHING, self.sure, self.files, notes=self.notes, why_not=why)


def matched(
    how: How, scene: Scene, sites: Iterable[Judged], sure: Confidence | None = None, drift: int | None = None
) -> Match:
    """That these sites are meant."""
    ids = tuple(dict.fromkeys(site.id for site in sites))
    return Match(
        how,
        scene.sure if sure is None else min(sure, scene.sure, key=_SURE.index),
        scene.files,
        ids,
        drift,
        scene.notes,
    )


_SURE: Final = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


def by_line(place: Place, scene: Scene) -> Match:  # noqa: PLR0911  one per thing that points at a site
    """The sites that a line means, wherever they have moved to."""
    assert place.line is not None  # noqa: S101  the caller asked
    placed = [site for site in scene.sites if site.spot.line is not None]
    if not placed:
        return matched(How.FILE, scene.noting("the file has no lines: all of its calls decide together"), scene.sites)
    exact = [site for site in placed if _overlaps(site, place)]
    told = [site for site in placed if place.snippet and _shows(place.snippet, site)]
    named = [site for site in placed if place.symbol and _is_in(place.symbol, site)]
    if exact and (not place.snippet or any(site in told for site in exact)):
        if not named or any(site in named for site in exact):
            return matched(How.LINE, scene, exact, drift=0)
        scene = scene.noting(f"the alert names {place.symbol}(), its line is in another function: both decide together")
        return matched(How.LINE, scene, [*exact, *named], Confidence.LOW)
    if told:
        moved = min(_lines_between(site, place.line) for site in told)
        return matched(How.TEXT, scene, [*told, *exact], Confidence.MEDIUM, moved)
    if named:
        return matched(How.FUNCTION, scene, [*named, *exact], Confidence.MEDIUM)
    if exact:
        return matched(
            How.LINE, scene.noting("the text of the line is another than the tool saw"), exact, Confidence.LOW
        )
    return _around(place.line, placed, scene)


def _around(line: int, placed: list[Judged], scene: Scene) -> Match:
    """The sites of the function that a line lies in, else those around it."""
    inside = [site for site in placed if site.within is not None and _covers(site, line)]
    if inside:
        return matched(
            How.FUNCTION, scene, inside, Confidence.MEDIUM, min(_lines_between(site, line) for site in inside)
        )
    distance = min(_lines_between(site, line) for site in placed)
    if distance > NEAR:
        near = f"the nearest is {distance} lines away"
        return scene.nothing(f"mapproof finds no call on line {line} or near it that maps memory: {near}")
    around = [site for site in placed if _lines_between(site, line) <= NEAR]
    return matched(How.NEAR, scene, around, Confidence.MEDIUM, distance)


def by_address(place: Place, scene: Scene) -> Match:
    """The sites at an address, or in the function that begins there."""
    assert place.address is not None  # noqa: S101  the caller asked
    addresses = {place.address}
    if place.base:
        addresses.add(place.address - place.base)
    exact = [site for site in scene.sites if addresses & {site.spot.address, site.spot.return_address}]
    if exact:
        return matched(How.ADDRESS, scene, exact)
    inside = [site for site in scene.sites if site.within is not None and site.within.address in addresses]
    if inside:
        return matched(How.FUNCTION, scene, inside)
    if place.symbol:
        named = [site for site in scene.sites if names(place.symbol, site)]
        if named:
            return matched(How.SYMBOL, scene, named)
    return matched(
        How.FILE, scene.noting(f"no call stands at {place.address:#x}: all of the file's decide together"), scene.sites
    )


def by_offset(place: Place, scene: Scene, held: Mapping[str, Held]) -> Match:
    """The sites at an offset of the file: of a binary where that part of it is loaded, of a source as it is."""
    assert place.offset is not None  # noqa: S101  the caller asked
    at = place.offset
    for file in scene.files:
        for start, address, size in held[file].loaded if file in held else ():
            if start <= at < start + size:
                return by_address(replace(place, address=address + at - start, base=None), scene)
    spans = [
        site
        for site in scene.sites
        if site.spot.start is not None and site.spot.end is not None and site.spot.start <= at < site.spot.end
    ]
    if spans:
        return matched(How.LINE, scene, spans, drift=0)
    return matched(
        How.FILE, scene.noting(f"no call stands at offset {at:#x}: all of the file's decide together"), scene.sites
    )


def names(symbol: str, site: Judged) -> bool:
    """Whether a symbol is a site's function or callee, however its scope is spelled."""
    last = _last(symbol)
    return bool(last) and (last in {site.written, site.primitive} or _is_in(symbol, site))


def _is_in(symbol: str, site: Judged) -> bool:
    """Whether a symbol is the name of the function that a site is in."""
    last = _last(symbol)
    return bool(last) and last == _last(site.function)


def _last(symbol: str) -> str:
    """A function's own name, without scope and parameters."""
    return symbol.partition("(")[0].rpartition("::")[2].rpartition(".")[2].strip()


def _overlaps(site: Judged, place: Place) -> bool:
    first = site.spot.line
    if first is None or place.line is None:
        return False
    return first <= (place.end_line or place.line) and (site.spot.end_line or first) >= place.line


def _shows(snippet: str, site: Judged) -> bool:
    """Whether a snippet has the line that a site begins on, blanks apart."""
    first = _line_of(site)
    return bool(first) and first in {_plain(line) for line in snippet.splitlines()}


def _line_of(site: Judged) -> str:
    if site.spot.line is None or site.excerpt_line is None:
        return ""
    at = site.spot.line - site.excerpt_line
    return _plain(site.excerpt[at]) if 0 <= at < len(site.excerpt) else ""


def _plain(line: str) -> str:
    return " ".join(line.split())


def _covers(site: Judged, line: int) -> bool:
    body = site.within
    return body is not None and body.line is not None and body.line <= line <= (body.end_line or body.line)


def _lines_between(site: Judged, line: int) -> int:
    first = site.spot.line or 0
    last = site.spot.end_line or first
    return first - line if line < first else line - last if line > last else 0

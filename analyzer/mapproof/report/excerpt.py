"""The source lines of a call, and what to underline in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mapproof.model.evidence import StepKind
from mapproof.model.location import Span
from mapproof.report.style import cells, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.model.site import Site

_TAB: Final = 8
_MOST_LINES: Final = 12
"""A call longer than this is shown by its head, its underlined lines and its end."""
_LONGEST_LINE: Final = 4096
"""Bytes of one line that are laid out; minified code has lines of megabytes."""
_SAME_ORDER: Final = frozenset({"macro", "table", "field", "pointer", "alias", "dlsym", "plt", "got"})
"""Links of a callee chain that keep the arguments' order; a wrapper need not."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an excerpt. ``number`` counts from 1; ``None`` stands for lines left out.

    ``text`` is ready for a terminal: tabs expanded, control characters spelled out. ``carets`` is the stretch of cells
    to underline, end exclusive.
    """

    number: int | None
    text: str = ""
    carets: tuple[int, int] | None = None


@lru_cache(maxsize=4)
def _content(path: str, digest: str) -> bytes | None:
    """The file as it was analyzed; ``None`` when it is gone or has changed since."""
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError):
        return None
    return content if not digest or sha256(content).hexdigest() == digest else None


def excerpt(site: Site, width: int, protection_at: Mapping[str, int]) -> list[Line]:
    """The call's source lines, clipped to ``width`` cells, carets under the deciding argument or else the call.

    Empty for a site without source text: a binary's, or a file that changed after it was read and left no copy.
    """
    span = site.location
    if not isinstance(span, Span):
        return []
    content = _content(span.path, site.sha256)
    begin, end = span.start, span.end
    if content is None or not 0 <= begin < end <= len(content):
        content = site.source.encode()
        begin, end = 0, len(content)
    if begin == end:
        return []
    stretch = _deciding(site, content, begin, end, protection_at)
    marked = stretch or (begin, end)
    lines = list(_lines(content, begin, end, span.line, marked, width))
    if stretch is None:
        lines = [lines[0], *(Line(line.number, line.text) for line in lines[1:])]
    return _shortened(lines)


def _lines(content: bytes, begin: int, end: int, number: int, marked: tuple[int, int], width: int) -> Iterator[Line]:
    position = content.rfind(b"\n", 0, begin) + 1
    while position < end:
        stop = content.find(b"\n", position)
        stop = len(content) if stop < 0 else stop
        low, high = _trimmed(content, min(stop, max(position, marked[0])), min(stop, marked[1]))
        yield _laid_out(content, number, (position, stop), (low, high), width)
        number += 1
        position = stop + 1


def _trimmed(content: bytes, low: int, high: int) -> tuple[int, int]:
    """The stretch without blanks at either end."""
    if low >= high:
        return low, low
    text = content[low:high]
    low += len(text) - len(text.lstrip())
    return low, max(low, low + len(text.strip()))


def _laid_out(content: bytes, number: int, line: tuple[int, int], marked: tuple[int, int], width: int) -> Line:
    start, stop = line
    low, high = marked
    if stop - start > _LONGEST_LINE:
        start = max(start, low - _LONGEST_LINE // 4)
        stop = min(stop, start + _LONGEST_LINE)
        high = min(high, stop)
    head = _expanded(content[start:low])
    body = _expanded(content[low:high], cells(head)) if low < high else ""
    used = cells(head) + cells(body)
    tail = _expanded(content[max(low, high) : stop].rstrip(b"\r"), used)
    carets = (cells(head), used) if body else None
    return _clipped(Line(number, head + body + tail, carets), width)


def _expanded(raw: bytes, column: int = 0) -> str:
    """Text for a terminal; ``column`` is the cell it starts at, for the tabs."""
    pieces: list[str] = []
    for piece in raw.decode("utf-8", "backslashreplace").split("\t"):
        if pieces:
            blanks = _TAB - column % _TAB
            pieces.append(" " * blanks)
            column += blanks
        shown = visible(piece)
        pieces.append(shown)
        column += cells(shown)
    return "".join(pieces)


def _clipped(line: Line, width: int) -> Line:
    """The line cut to ``width`` cells, moved so that the carets begin within it."""
    if cells(line.text) <= width:
        return line
    first, last = line.carets or (0, 0)
    shift = 0 if last < width else max(0, min(first - width // 3, cells(line.text) - width))
    text = _window(line.text, shift, width)
    if line.carets is None:
        return Line(line.number, text)
    return Line(line.number, text, (first - shift, max(first - shift + 1, min(last - shift, width - 1))))


def _window(text: str, shift: int, width: int) -> str:
    """``width`` cells of the text from cell ``shift`` on; an ellipsis stands for what is cut at either end."""
    shown: list[str] = []
    at = 0
    for char in text:
        size = cells(char)
        if shift < at + 1 and at + size <= shift + width:
            shown.append(char)
        at += size
    if at > shift + width:
        while cells("".join(shown)) > width - 1:
            shown.pop()
        shown.append("…")
    if shift:
        shown[0] = "…"
    return "".join(shown)


def _shortened(lines: list[Line]) -> list[Line]:
    """A long call without the lines in its middle that nothing is said about."""
    if len(lines) <= _MOST_LINES:
        return lines
    kept = [index for index, line in enumerate(lines) if index < 2 or line.carets or index == len(lines) - 1]
    kept = [*kept[: _MOST_LINES - 1], kept[-1]] if len(kept) > _MOST_LINES else kept
    shown: list[Line] = []
    for before, index in zip([-1, *kept], kept, strict=False):
        if index - before > 1:
            shown.append(Line(None))
        shown.append(lines[index])
    return shown


def _deciding(
    site: Site, content: bytes, begin: int, end: int, protection_at: Mapping[str, int]
) -> tuple[int, int] | None:
    """The byte stretch of the argument that decides the protection, if evidence or the callee's shape tells."""
    stretches = argument_stretches(content, begin, end)
    if isinstance(site.location, Span) and begin == site.location.start:
        places = _decisive_places(site)
        holding = [stretch for stretch in stretches if any(stretch[0] <= at < stretch[1] for at in places)]
        if len(holding) == 1:
            return holding[0]
    number = protection_at.get(site.callee.primitive)
    if number is None or number >= len(stretches) or not _SAME_ORDER.issuperset(site.callee.via):
        return None
    low, high = stretches[number]
    return (low, high) if low < high else None


def _decisive_places(site: Site) -> set[int]:
    """Byte offsets, in the site's own file, of the tokens that a DECODE step of its evidence rests on."""
    wanted = [number for number, step in enumerate(site.evidence) if step.kind is StepKind.DECODE]
    seen: set[int] = set()
    while wanted:
        number = wanted.pop()
        if number not in seen and number < len(site.evidence):
            seen.add(number)
            wanted.extend(site.evidence[number].premises)
    places = (site.evidence[number].location for number in seen)
    return {place.start for place in places if isinstance(place, Span) and place.path == site.location.path}


def argument_stretches(content: bytes, begin: int, end: int) -> list[tuple[int, int]]:
    """Byte stretches of a call's arguments, blanks trimmed: the last bracket group of ``content[begin:end]``, cut at
    its commas. Literals and C comments are stepped over. Empty when the brackets don't match."""
    cuts: list[int] = []
    groups: list[list[int]] = []
    position, closer = begin, -1
    while position < end:
        char = content[position : position + 1]
        if char in b"([{":
            groups.append([position])
        elif char in b")]}":
            if not groups:
                return []
            group = groups.pop()
            if not groups and char == b")":
                cuts, closer = group, position
        elif char == b"," and groups:
            groups[-1].append(position)
        position = _after(content, position, end)
    if groups or closer < 0:
        return []
    stops = [*cuts[1:], closer]
    stretches = [_trimmed(content, cut + 1, stop) for cut, stop in zip(cuts, stops, strict=True)]
    return [] if all(low == high for low, high in stretches) else stretches


def _after(content: bytes, position: int, end: int) -> int:
    """Where the next token may begin: behind a literal or a comment as a whole, else one byte on."""
    char = content[position : position + 1]
    if content.startswith(b"/*", position):
        stop = content.find(b"*/", position + 2, end)
        return end if stop < 0 else stop + 2
    if content.startswith(b"//", position):
        stop = content.find(b"\n", position, end)
        return end if stop < 0 else stop
    if char in b"\"'":
        stop = position + 1
        while stop < end and content[stop : stop + 1] != char:
            stop += 2 if content[stop : stop + 1] == b"\\" else 1
        return stop + 1
    return position + 1

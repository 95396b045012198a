"""The source lines around a call, with the tokens marked that decide what it may ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.report.markup import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.model.dossier import Instruction, Judged, Spot


_WORD: Final = re.compile(r"\b[A-Za-z_]\w*")


def listing(site: Judged) -> Iterator[str]:
    """The lines as HTML, to stand in ``pre``; none where the dossier has no source text."""
    first = site.excerpt_line
    if first is None:
        return
    marks = _marks(site, first)
    last = site.spot.end_line or site.spot.line
    for number, line in enumerate(site.excerpt, start=first):
        called = site.spot.line is not None and last is not None and site.spot.line <= number <= last
        gutter = f'<span class="{"here" if called else "dim"}">{number:>6} </span>'
        yield gutter + _marked(line, marks.get(number, []))


def disassembled(code: Sequence[Instruction]) -> Iterator[str]:
    """The instructions as HTML, to stand in ``pre``; the last is the call."""
    for number, one in enumerate(code, start=1):
        place = f'<span class="{"here" if number == len(code) else "dim"}">{one.address:>8x} </span>'
        yield place + (f"<mark>{shown(one.text)}</mark>" if one.decides else shown(one.text))


def _marks(site: Judged, first: int) -> dict[int, list[tuple[int, int]]]:
    """For each line the stretches of characters to mark: what the evidence reads the protection from and the names of
    its constants, or else the call."""
    found: dict[int, list[tuple[int, int]]] = {}
    deciding = [step.spot for step in site.evidence if step.spot is not None and step.spot != site.spot]
    for spot in deciding:
        if spot.path == site.spot.path:
            for line, stretch in _stretches(spot, site.excerpt, first):
                found.setdefault(line, []).append(stretch)
    for line, stretch in _names(site, first):
        found.setdefault(line, []).append(stretch)
    return found or {line: [stretch] for line, stretch in _stretches(site.spot, site.excerpt, first)}


def _names(site: Judged, first: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Where the constants of the evidence are written in the call's own function, up to the call's end."""
    names = {step.name for step in site.evidence if step.kind == "constant" and step.name.isidentifier()}
    begin = first if site.within is None or site.within.line is None else max(first, site.within.line)
    end = site.spot.end_line or site.spot.line or first
    for number in range(begin, end + 1):
        if names and number - first < len(site.excerpt):
            for word in _WORD.finditer(site.excerpt[number - first]):
                if word[0] in names:
                    yield number, word.span()


def _stretches(spot: Spot, lines: tuple[str, ...], first: int) -> Iterator[tuple[int, tuple[int, int]]]:
    if spot.line is None or spot.column is None or spot.start is None or spot.end is None:
        return
    left = spot.end - spot.start
    for number in range(spot.line, (spot.end_line or spot.line) + 1):
        index = number - first
        if not 0 <= index < len(lines):
            return
        text = lines[index]
        begin = spot.column - 1 if number == spot.line else len(text) - len(text.lstrip())
        tail = text[begin:].encode("utf-8", "replace")
        end = begin + len(tail[:left].decode("utf-8", "ignore"))
        left -= len(tail) + 1 if number == spot.line else len(text.encode("utf-8", "replace")) + 1
        if begin < end:
            yield number, (begin, end)


def _marked(line: str, stretches: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    position = 0
    for begin, end in _joined(stretches):
        pieces += [_text(line[position:begin]), f"<mark>{_text(line[begin:end])}</mark>"]
        position = end
    return "".join([*pieces, _text(line[position:])])


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that lie within or over each other as one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(stretches):
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _text(text: str) -> str:
    return "\t".join(map(shown, text.split("\t")))

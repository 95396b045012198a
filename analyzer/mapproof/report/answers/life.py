"""The life of a region as a picture: the protections that its memory may have, and the changes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.report.markup import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.dossier import Life

_STEP: Final = 120
"""Pixels from one state to the next; a state is a box of :data:`_BOX` by :data:`_HIGH`."""
_BOX: Final = 64
_HIGH: Final = 32
_LEFT: Final = 56
_ARC: Final = 16
"""How much higher an arc goes for each state that it passes."""


def picture(life: Life, heading: str) -> Iterator[str]:
    """The diagram as SVG. Arrows out of the dot lead to what the memory is born with; an arc is a change, above the
    boxes to the right, below them to the left; dashed where it is not sure that it means this memory."""
    states = _states(life)
    place = {state: _LEFT + number * _STEP for number, state in enumerate(states)}
    arcs = list(_arcs(life, states))
    above = max((_ARC * (states.index(to) - states.index(at)) for at, to, _ in arcs), default=0)
    below = max((_ARC * (states.index(at) - states.index(to)) for at, to, _ in arcs), default=0)
    above = max(above, _ARC * max((states.index(state) for state in life.born if state in place), default=0))
    width, middle = _LEFT + (len(states) - 1) * _STEP + _BOX + 8, above + _HIGH
    height = middle + below + _HIGH
    words = f"{heading}: {life.line}"
    yield f'<svg class="life" role="img" aria-label="{shown(words)}" viewBox="0 0 {width} {height}"'
    yield f' width="{width}" height="{height}"><circle cx="12" cy="{middle}" r="5"/>'
    for state in dict.fromkeys(life.born):
        yield from _born(place[state], middle, states.index(state))
    for at, to, sure in arcs:
        yield _arc(place[at], place[to], middle, abs(states.index(to) - states.index(at)), sure=sure)
    for state in states:
        left = place[state]
        kind = "both" if "w" in state and "x" in state else "run" if "x" in state else "data"
        yield f'<rect class="{kind}" x="{left}" y="{middle - _HIGH // 2}" width="{_BOX}" height="{_HIGH}" rx="6"/>'
        yield f'<text x="{left + _BOX // 2}" y="{middle + 5}" text-anchor="middle">{shown(state)}</text>'
    yield "</svg>"


def _states(life: Life) -> list[str]:
    changed = [protection for change in life.changes for protection in change.to]
    return list(dict.fromkeys([*life.born, *life.states, *changed]))


def _arcs(life: Life, states: list[str]) -> Iterator[tuple[str, str, bool]]:
    """From where to where, and whether it is sure that some change leads there in this memory."""
    for to in states:
        changes = [change for change in life.changes if to in change.to]
        if changes:
            sure = any(change.reach == "this" and not change.open for change in changes)
            yield from ((at, to, sure) for at in states if at != to)


def _born(left: int, middle: int, number: int) -> Iterator[str]:
    if number == 0:
        yield f'<path d="M17 {middle}H{left - 7}"/>{_head(left, middle)}'
        return
    top = middle - _HIGH // 2
    bend = top - _ARC * number
    end = left + _BOX // 2
    yield f'<path d="M14 {middle - 5}Q{(14 + end) // 2} {2 * bend - top} {end} {top - 6}"/>{_down(end, top)}'


def _arc(at: int, to: int, middle: int, apart: int, *, sure: bool) -> str:
    shift, style = 8, "" if sure else ' class="maybe"'
    if at < to:
        edge = middle - _HIGH // 2
        begin, end, bend = at + _BOX // 2 + shift, to + _BOX // 2 - shift, edge - 2 * _ARC * apart
        return f'<path{style} d="M{begin} {edge}Q{(begin + end) // 2} {bend} {end} {edge - 6}"/>{_down(end, edge)}'
    edge = middle + _HIGH // 2
    begin, end, bend = at + _BOX // 2 - shift, to + _BOX // 2 + shift, edge + 2 * _ARC * apart
    return f'<path{style} d="M{begin} {edge}Q{(begin + end) // 2} {bend} {end} {edge + 6}"/>{_up(end, edge)}'


def _head(x: int, y: int) -> str:
    return f'<path class="head" d="M{x - 8} {y - 4}L{x - 1} {y}L{x - 8} {y + 4}Z"/>'


def _down(x: int, y: int) -> str:
    return f'<path class="head" d="M{x - 4} {y - 8}L{x} {y - 1}L{x + 4} {y - 8}Z"/>'


def _up(x: int, y: int) -> str:
    return f'<path class="head" d="M{x - 4} {y + 8}L{x} {y + 1}L{x + 4} {y + 8}Z"/>'

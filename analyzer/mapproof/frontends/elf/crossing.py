"""Jumps that lead out of the stretch of code they stand in: how control enters a function elsewhere than at its start.

Compilers move what is rarely run to a place of its own; jumps lead there and back into the middle. An exception handler
is entered by nobody that is seen, and may go on in the middle of the code around.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.function import strong_starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_STRETCH: Final = 1 << 24
"""Bytes of code that are looked through at a time."""

REACH_SHORT: Final = 130
"""How far the shortest form of a jump may lead."""


class Crossings:
    """Direct jumps between stretches that begin at the starts of functions, found in one pass when first asked for."""

    def __init__(self, image: ElfImage) -> None:
        self._image = image
        self._known: dict[bool, tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]] = {}

    def into(self, low: int, high: int, *, certain: bool) -> Iterator[tuple[int, int]]:
        """(place, target) of each jump from elsewhere, and of those within or right beside it, to [low, high); some are
        coincidences. ``certain``: the file states the bounds."""
        if self._image.machine is None:
            return
        places, targets = self._crossing(certain=certain)
        first, last = np.searchsorted(targets, np.array([low, high], np.uint64))
        seen = set(zip(places[first:last].tolist(), targets[first:last].tolist(), strict=True))
        for code in self._image.memory.code_ranges():
            if code.vaddr <= low < code.end:
                near = self._image.machine.direct_jumps(
                    self._image, code, low - REACH_SHORT, high + REACH_SHORT, short=True
                )
                chosen = (near[1] >= np.uint64(low)) & (near[1] < np.uint64(high))
                seen |= set(zip(near[0][chosen].tolist(), near[1][chosen].tolist(), strict=True))
        yield from sorted(seen)

    def _crossing(self, *, certain: bool) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        if certain not in self._known:
            starts = strong_starts(self._image) if certain else self._image.function_starts
            parts = [part for code in self._image.memory.code_ranges() for part in self._in(code, starts)]
            places = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.uint64)
            targets = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, np.uint64)
            order = np.argsort(targets, kind="stable")
            self._known[certain] = places[order], targets[order]
        return self._known[certain]

    def _in(
        self, code: CodeRange, starts: npt.NDArray[np.uint64]
    ) -> Iterator[tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]]:
        machine = self._image.machine
        for low in range(code.vaddr, code.end, _STRETCH):
            if machine is None:
                return
            places, targets = machine.direct_jumps(self._image, code, low, min(code.end, low + _STRETCH), short=False)
            order = np.argsort(places, kind="stable")
            places, targets = places[order], targets[order]
            cuts = np.searchsorted(places, starts)
            lengths = np.diff(np.concatenate(([0], cuts, [len(places)])))
            bounds = np.concatenate(([np.uint64(0)], starts, [np.uint64((1 << 64) - 1)]))
            own, following = np.repeat(bounds[:-1], lengths), np.repeat(bounds[1:], lengths)
            away = (targets < own) | (targets >= following)
            yield places[away], targets[away]

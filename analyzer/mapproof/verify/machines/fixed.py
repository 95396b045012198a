"""Processors whose instructions begin at multiples of two or four bytes: branches, and addresses formed in two parts.

A decoder says what each word may be, over arrays of all words of the code at once: which branches lead where, which
instructions put the high part of an address into a register, and which add a low part or read at a distance.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.verify.image import Image

Array = Any
"""A numpy array of 64-bit integers: addresses, distances, or 32-bit words."""


class Decoder(Protocol):
    """One instruction set. Each function is given addresses and the words that stand there."""

    step: int
    """The smallest distance of two instructions, in bytes."""

    reach: int
    """How far from a high part an address lies, at most, that is formed with it."""

    def branches(self, address: Array, word: Array) -> list[tuple[Array, Array]]:
        """For each form of a direct branch: where it stands, and where it leads."""
        ...

    def highs(self, image: Image, address: Array, word: Array) -> list[tuple[Array, Array]]:
        """For each form of an instruction that gives the high part of an address: where it stands, and the part."""
        ...

    def lows(self, address: Array, word: Array) -> list[tuple[Array, Array]]:
        """For each form of an instruction that adds to a register, or reads at a distance from one: where it stands,
        and how much."""
        ...


def signed(word: Array, lowest: int, width: int) -> Array:
    """A field of words as a signed number."""
    field = word >> lowest & (1 << width) - 1
    return (field ^ 1 << width - 1) - (1 << width - 1)


def matching(address: Array, word: Array, mask: int, value: int) -> tuple[Array, Array]:
    """Addresses and words of the instructions that have a value under a mask."""
    fits = word & mask == value
    return address[fits], word[fits]


def words_of(image: Image, step: int) -> list[tuple[Array, Array]]:
    """For each stretch of code: every address at which a word may stand, and the words."""
    import numpy as np  # noqa: PLC0415  sources do without it

    found = []
    for part in image.code_ranges:
        skipped = -part.address % step
        size = (part.size - skipped) // step * step
        if size < step:
            continue
        data = image.data[part.offset + skipped : part.offset + skipped + size] + bytes(4)
        parts = np.frombuffer(data, np.uint16 if step == 2 else np.uint32, size // step + (step == 2))
        word = parts[:-1].astype(np.int64) | parts[1:].astype(np.int64) << 16 if step == 2 else parts.astype(np.int64)
        address = np.arange(len(word), dtype=np.int64) * step + part.address + skipped
        found.append((address, word))
    return found


class FixedReferences:
    """What the code of one file refers to, by a decoder."""

    def __init__(self, image: Image, decoder: Decoder) -> None:
        self._image = image
        self._decoder = decoder
        self._forming: dict[int, list[int]] = {}

    def leading(self, first: int, last: int) -> list[tuple[int, int]]:
        """Direct branches into a range."""
        import numpy as np  # noqa: PLC0415  sources do without it

        places, targets = self._branches
        low, high = np.searchsorted(targets, first), np.searchsorted(targets, last, side="right")
        return sorted((int(places[n]), int(targets[n])) for n in range(low, high))

    def forming(self, target: int) -> list[int]:
        """High parts within reach, in functions that have a low part that fits, or in none."""
        if target not in self._forming:
            self._forming[target] = self._formed(target)
        return self._forming[target]

    def _formed(self, target: int) -> list[int]:
        import numpy as np  # noqa: PLC0415  as above

        places, parts = self._highs
        reach = self._decoder.reach
        low, high = np.searchsorted(parts, target - reach), np.searchsorted(parts, target + reach, side="right")
        found: list[int] = []
        for number in range(low, high):
            place, rest = int(places[number]), target - int(parts[number])
            start, end = self._image.function_at(place) or (place, place + 8 * 4)
            if rest == 0 or self._fits(start, end, rest):
                found.append(place)
        return sorted(found)

    def _fits(self, start: int, end: int, rest: int) -> bool:
        """Whether code between two addresses has a low part that is what is missing, or two; of whatever register."""
        import numpy as np  # noqa: PLC0415  as above

        places, parts = self._lows
        here = np.unique(parts[np.searchsorted(places, start) : np.searchsorted(places, end)])
        return bool((here == rest).any()) or bool(np.isin(rest - here, here).any())

    @cached_property
    def _words(self) -> list[tuple[Array, Array]]:
        return words_of(self._image, self._decoder.step)

    @cached_property
    def _branches(self) -> tuple[Array, ...]:
        return _sorted([row for address, word in self._words for row in self._decoder.branches(address, word)], 2, 1)

    @cached_property
    def _highs(self) -> tuple[Array, ...]:
        found = [row for address, word in self._words for row in self._decoder.highs(self._image, address, word)]
        return _sorted(found, 2, 1)

    @cached_property
    def _lows(self) -> tuple[Array, ...]:
        return _sorted([row for address, word in self._words for row in self._decoder.lows(address, word)], 2, 0)


def _sorted(rows: Sequence[tuple[Array, ...]], width: int, by: int) -> tuple[Array, ...]:
    """All columns in one, in the order of one of them."""
    import numpy as np  # noqa: PLC0415  as above

    empty = np.zeros(0, np.int64)
    columns = [np.concatenate([empty, *(row[number] for row in rows)]) for number in range(width)]
    order = np.argsort(columns[by], kind="stable")
    return tuple(column[order] for column in columns)


def places_of(image: Image, step: int, patterns: tuple[tuple[int, int], ...]) -> list[int]:
    """Where words have one of the values under its mask."""
    return sorted(
        int(place)
        for address, word in words_of(image, step)
        for mask, value in patterns
        for place in matching(address, word, mask, value)[0]
    )

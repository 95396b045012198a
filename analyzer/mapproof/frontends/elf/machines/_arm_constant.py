"""Constants that ARM code puts into registers: from literal pools, and by movw and movt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.machines._bits import matches, unsigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.machines._fixed import Words

_REACH: Final = 4096
"""Bytes within which a constant's use is looked for, after or before its load."""
_DEPTH: Final = 3
"""How many loads of the same register before a use may be meant."""


@dataclass(frozen=True, slots=True)
class Constants:
    """Sorted by register, then address: where each is loaded, the instruction after, the register and the value."""

    address: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    register: npt.NDArray[np.uint8]
    value: npt.NDArray[np.int64]


def constants(words: Words, image: ElfImage) -> Constants:
    """Every constant that an instruction of the words loads."""
    rows = [*_literals(words, image), *_halves(words)]
    address = np.concatenate([row[0] for row in rows])
    end = np.concatenate([row[1] for row in rows])
    register = np.concatenate([row[2] for row in rows]).astype(np.uint8)
    value = np.concatenate([row[3] for row in rows])
    order = np.lexsort((address, register))
    return Constants(address[order], end[order], register[order], value[order])


_Rows = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int64]", "npt.NDArray[np.int64]", "npt.NDArray[np.int64]"]


def literal_places(words: Words) -> Iterator[npt.NDArray[np.int64]]:
    """Addresses of the words that instructions load from beside the code, into whatever register."""
    for _address, _size, _register, place in _literal_loads(words):
        yield place
    place = matches(words.word, 0x0F3F0E00, 0x0D1F0A00)
    place = place[words.address[place] % 4 == 0]
    yield from _wide(words.word[place], words.address[place] + 8)
    swapped = words.word << np.uint32(16) | words.word >> np.uint32(16)
    place = matches(swapped, 0xFF3F0E00, 0xED1F0A00)
    yield from _wide(swapped[place], words.address[place] + 4 & ~np.int64(3))


def _wide(word: npt.NDArray[np.uint32], base: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """The words that vldr loads: two for a double."""
    offset = np.where(unsigned(word, 23, 1) == 1, unsigned(word, 0, 8), -unsigned(word, 0, 8)) << 2
    yield base + offset
    yield (base + offset + 4)[unsigned(word, 8, 1) == 1]


def _literals(words: Words, image: ElfImage) -> Iterator[_Rows]:
    """The constants that are loaded from literal pools."""
    for address, size, register, place in _literal_loads(words):
        yield _load(image, address, size, register, place)


def _literal_loads(
    words: Words,
) -> Iterator[tuple[npt.NDArray[np.int64], int, npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """(address, size, register, place of the constant) of ldr rt, [pc, #imm] in Thumb (16 and 32 bits) and A32."""
    place = matches(words.word, 0xF800, 0x4800)
    word, address = words.word[place], words.address[place]
    yield address, 2, unsigned(word, 8, 3), (address + 4 & ~np.int64(3)) + (unsigned(word, 0, 8) << 2)
    place = matches(words.word, 0xFF7F, 0xF85F)
    word, address = words.word[place], words.address[place]
    offset = np.where(unsigned(word, 7, 1) == 1, unsigned(word, 16, 12), -unsigned(word, 16, 12))
    yield address, 4, unsigned(word, 28, 4), (address + 4 & ~np.int64(3)) + offset
    place = matches(words.word, 0x0F7F0000, 0x051F0000)
    place = place[words.address[place] % 4 == 0]
    word, address = words.word[place], words.address[place]
    offset = np.where(unsigned(word, 23, 1) == 1, unsigned(word, 0, 12), -unsigned(word, 0, 12))
    yield address, 4, unsigned(word, 12, 4), address + 8 + offset


def _load(
    image: ElfImage,
    address: npt.NDArray[np.int64],
    size: int,
    register: npt.NDArray[np.int64],
    place: npt.NDArray[np.int64],
) -> _Rows:
    value, known = image.memory.words((place & 0xFFFFFFFF).astype(np.uint64), image.layout.u32)
    return address[known], address[known] + size, register[known], value[known].astype(np.int64)


def _halves(words: Words) -> Iterator[_Rows]:
    """Movw rd followed, a few instructions on, by movt rd, in A32 and Thumb."""
    for thumb in (False, True):
        low = _moves(words, thumb=thumb, top=False)
        high = _moves(words, thumb=thumb, top=True)
        for register in range(15):
            mine, tops = low[1] == register, high[1] == register
            start, top = words.address[low[0][mine]], words.address[high[0][tops]]
            if not len(start) or not len(top):
                continue
            index = np.minimum(np.searchsorted(top, start), len(top) - 1)
            near = (top[index] > start) & (top[index] - start <= 128)
            value = low[2][mine][near] | high[2][tops][index[near]] << 16
            end = top[index[near]] + 4
            yield end - 4, end, np.full(len(end), register), value


def _moves(
    words: Words, *, thumb: bool, top: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(places, registers, 16-bit values) of movw, or with ``top`` of movt."""
    if thumb:
        place = matches(words.word, 0x8000FBF0, 0xF2C0 if top else 0xF240)
        word = words.word[place]
        value = (
            unsigned(word, 0, 4) << 12
            | unsigned(word, 10, 1) << 11
            | unsigned(word, 28, 3) << 8
            | unsigned(word, 16, 8)
        )
        return place, unsigned(word, 24, 4), value
    place = matches(words.word, 0x0FF00000, 0x03400000 if top else 0x03000000)
    place = place[words.address[place] % 4 == 0]
    word = words.word[place]
    return place, unsigned(word, 12, 4), unsigned(word, 16, 4) << 12 | unsigned(word, 0, 12)


def nearest(
    known: Constants, address: npt.NDArray[np.int64], register: npt.NDArray[np.int64]
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]]:
    """For each use (an address and a register): indices of the constants loaded last before it, then the first after
    it, and which of these indices are meant."""
    if not len(known.address):
        return
    keys = known.register.astype(np.int64) << 40 | known.address
    place = np.searchsorted(keys, register << 40 | address)
    for step in range(_DEPTH + 1):
        index = place - 1 - step if step < _DEPTH else place
        inside = (index >= 0) & (index < len(keys))
        index = np.where(inside, index, 0)
        together = inside & (known.register[index] == register) & (np.abs(known.address[index] - address) <= _REACH)
        yield index, together

"""AArch64: ``adrp`` gives the page of an address, an addition or the distance of a load the rest.

Arm Architecture Reference Manual for A-profile, C4 "A64 Instruction Set Encoding"; relocations: ELF for the Arm 64-bit
Architecture, 5.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.verify.machines.base import Machine
from mapproof.verify.machines.fixed import Array, FixedReferences, matching, places_of, signed

if TYPE_CHECKING:
    from mapproof.verify.image import Image

_BRANCHES: Final = (
    (0x7C000000, 0x14000000, 0, 26),
    (0xFE000000, 0x54000000, 5, 19),
    (0x7E000000, 0x34000000, 5, 19),
    (0x7E000000, 0x36000000, 5, 14),
)
"""Mask, value, lowest bit and width of the distance in words: b and bl; b.cond and bc.cond; cbz, cbnz; tbz, tbnz."""

_SVC: Final = ((0xFFE0001F, 0xD4000001),)
_PAGE: Final = 0xFFF


class Decoder:
    """A64 instructions."""

    step = 4
    reach = 0x9000

    def branches(self, address: Array, word: Array) -> list[tuple[Array, Array]]:
        """All direct branches."""
        found = []
        for mask, value, lowest, width in _BRANCHES:
            place, branch = matching(address, word, mask, value)
            found.append((place, place + 4 * signed(branch, lowest, width)))
        return found

    def highs(self, image: Image, address: Array, word: Array) -> list[tuple[Array, Array]]:  # noqa: ARG002  a decoder's shape
        """Adrp and adr, and the words that a load names by its distance."""
        place, high = matching(address, word, 0x9F000000, 0x90000000)
        near, low = matching(address, word, 0x9F000000, 0x10000000)
        literal, load = matching(address, word, 0x3B000000, 0x18000000)
        return [
            (place, (place & ~_PAGE) + (_distance(high) << 12)),
            (near, near + _distance(low)),
            (literal, literal + 4 * signed(load, 5, 19)),
        ]

    def lows(self, address: Array, word: Array) -> list[tuple[Array, Array]]:
        """Additions, subtractions, and loads and stores of whole registers, one or two, at a distance."""
        found = []
        for mask, value, scale in (
            (0xFFC00000, 0x91000000, 1),
            (0xFFC00000, 0x91400000, 1 << 12),
            (0xFFC00000, 0xD1000000, -1),
            (0xFF800000, 0xF9000000, 8),
            (0xFF000000, 0x3D000000, 16),
        ):
            place, one = matching(address, word, mask, value)
            found.append((place, (one >> 10 & 0xFFF) * scale))
        place, one = matching(address, word, 0xFF200000, 0xF8000000)
        found.append((place, signed(one, 12, 9)))
        for mask, value, scale in ((0xFE000000, 0xA8000000, 8), (0xFE000000, 0xAC000000, 16)):
            place, one = matching(address, word, mask, value)
            found += [(place, signed(one, 15, 7) * scale), (place, signed(one, 15, 7) * scale + 8)]
        return found


def _distance(word: Array) -> Array:
    """The distance in adr and adrp: 19 bits, and two below them."""
    return signed(word, 5, 19) * 4 + (word >> 29 & 3)


MACHINE: Final = Machine(
    name="aarch64",
    word_slots=frozenset({257, 1025, 1026}),  # R_AARCH64_ABS64, GLOB_DAT, JUMP_SLOT
    data_slots=frozenset({257}),
    references=lambda image: FixedReferences(image, Decoder()),
    traps=lambda image: places_of(image, 4, _SVC),
    step=4,
    landings=(b"\x5f\x24\x03\xd5",),  # bti c
)

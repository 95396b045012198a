"""64-bit RISC-V: ``auipc`` gives the high part of an address, an addition or the distance of a load or jump the rest.

The RISC-V Instruction Set Manual, volume I, "RV32/64G Instruction Set Listings" and "C Extension"; relocations: RISC-V
ELF psABI. Instructions have two or four bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.verify.machines.base import Machine
from mapproof.verify.machines.fixed import Array, FixedReferences, matching, places_of, signed

if TYPE_CHECKING:
    from mapproof.verify.image import Image

_ECALL: Final = ((0xFFFFFFFF, 0x00000073),)


def _field(word: Array, *bits: tuple[int, int, int]) -> Array:
    """A number made of pieces of a word: where each lies, how wide it is, and where it goes."""
    found = word * 0
    for lowest, width, to in bits:
        found = found | (word >> lowest & (1 << width) - 1) << to
    return found


def _signed(number: Array, width: int) -> Array:
    return signed(number, 0, width)


class Decoder:
    """RV64GC instructions."""

    step = 2
    reach = 0x1800

    def branches(self, address: Array, word: Array) -> list[tuple[Array, Array]]:
        """Jal, the conditional branches, and their short forms."""
        place, jal = matching(address, word, 0x7F, 0x6F)
        at, branch = matching(address, word, 0x7F, 0x63)
        near, short = matching(address, word, 0xE003, 0xA001)
        test, zero = matching(address, word, 0xC003, 0xC001)
        jumped = _field(jal, (21, 10, 1), (20, 1, 11), (12, 8, 12), (31, 1, 20))
        branched = _field(branch, (8, 4, 1), (25, 6, 5), (7, 1, 11), (31, 1, 12))
        leapt = _field(
            short, (3, 3, 1), (11, 1, 4), (2, 1, 5), (7, 1, 6), (6, 1, 7), (9, 2, 8), (8, 1, 10), (12, 1, 11)
        )
        tested = _field(zero, (3, 2, 1), (10, 2, 3), (2, 1, 5), (5, 2, 6), (12, 1, 8))
        return [
            (place, place + _signed(jumped, 21)),
            (at, at + _signed(branched, 13)),
            (near, near + _signed(leapt, 12)),
            (test, test + _signed(tested, 9)),
        ]

    def highs(self, image: Image, address: Array, word: Array) -> list[tuple[Array, Array]]:  # noqa: ARG002  a decoder's shape
        """Auipc."""
        place, one = matching(address, word, 0x7F, 0x17)
        return [(place, place + (signed(one, 12, 20) << 12))]

    def lows(self, address: Array, word: Array) -> list[tuple[Array, Array]]:
        """Additions, jumps, and loads and stores of whole registers at a distance."""
        found = []
        for value in (0x0013, 0x3003, 0x0067):
            place, one = matching(address, word, 0x707F, value)
            found.append((place, signed(one, 20, 12)))
        place, one = matching(address, word, 0x707F, 0x3023)
        found.append((place, _signed(_field(one, (7, 5, 0), (25, 7, 5)), 12)))
        for value in (0x6000, 0xE000):
            place, one = matching(address, word, 0xE003, value)
            found.append((place, _field(one, (10, 3, 3), (5, 2, 6))))
        place, one = matching(address, word, 0xE003, 0x0001)
        found.append((place, _signed(_field(one, (2, 5, 0), (12, 1, 5)), 6)))
        return found


MACHINE: Final = Machine(
    name="riscv64",
    word_slots=frozenset({2, 5}),  # R_RISCV_64, R_RISCV_JUMP_SLOT
    data_slots=frozenset(),
    references=lambda image: FixedReferences(image, Decoder()),
    traps=lambda image: places_of(image, 2, _ECALL),
    step=2,
)

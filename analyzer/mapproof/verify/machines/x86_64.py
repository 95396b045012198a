"""x86-64: an instruction that refers to an address has its distance from the next instruction in 32 bits.

Every byte position of the code is taken for such a distance; nothing is disassembled to find them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from mapproof.verify.machines.base import Machine

if TYPE_CHECKING:
    from mapproof.verify.image import Image

_TRAPS: Final = (b"\x0f\x05", b"\x0f\x34", b"\xcd\x80")
"""syscall, sysenter, int 0x80."""


class Displacements:
    """Every 32-bit distance in a file's code."""

    def __init__(self, image: Image) -> None:
        self._image = image

    def leading(self, first: int, last: int) -> list[tuple[int, int]]:
        """Positions of distances that lead into a range, each with where it leads."""
        import numpy as np  # noqa: PLC0415  sources do without it

        found: list[tuple[int, int]] = []
        for base, targets, order in self._targets:
            low, high = np.searchsorted(targets, first), np.searchsorted(targets, last, side="right")
            found += [(base + int(order[n]), int(targets[n])) for n in range(low, high)]
        return sorted(found)

    def forming(self, target: int) -> list[int]:
        """Positions of distances that lead to an address."""
        return [position for position, _ in self.leading(target, target)]

    @cached_property
    def _targets(self) -> list[tuple[int, Any, Any]]:
        """For each executable segment its address, and for every position the address that a 32-bit distance there
        leads to, sorted, with the order."""
        import numpy as np  # noqa: PLC0415  as above

        found = []
        for segment in self._image.code_ranges:
            if segment.size > 4:
                code = np.frombuffer(self._image.data, np.uint8, segment.size, segment.offset)
                words = code[:-3].astype(np.int64)
                for shift in (1, 2, 3):
                    words = words | code[shift : len(code) - 3 + shift].astype(np.int64) << 8 * shift
                words = np.where(words >> 31, words - (1 << 32), words)
                targets = words + np.arange(len(words), dtype=np.int64) + segment.address + 4
                order = np.argsort(targets, kind="stable")
                found.append((segment.address, targets[order], order))
        return found


def _traps(image: Image) -> list[int]:
    return sorted(at for pattern in _TRAPS for at in image.code(pattern))


MACHINE: Final = Machine(
    name="x86_64",
    word_slots=frozenset({1, 6, 7}),  # R_X86_64_64, GLOB_DAT and JUMP_SLOT (System V ABI, AMD64 supplement, 4.4)
    data_slots=frozenset({1}),
    references=Displacements,
    traps=_traps,
    within=True,
    short=130,  # a jump with an 8-bit distance
)

"""AArch64: how A64 instructions refer to addresses.

Source: Arm Architecture Reference Manual for A-profile, C4 "A64 Instruction Set Encoding"; relocations: ELF for the Arm
64-bit Architecture, section 5.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import EM
from mapproof.frontends.elf.linkage import Form
from mapproof.frontends.elf.machine import Machine, RelocationTypes
from mapproof.frontends.elf.machines._bits import concatenate, matches, signed, unsigned
from mapproof.frontends.elf.machines._fixed import Branches, FixedMachine, Formed, Operands, Words, spelled, words_of
from mapproof.frontends.elf.reference import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_BRANCHES: Final = (
    (0xFC000000, 0x94000000, 0, 26, Kind.CALL),
    (0xFC000000, 0x14000000, 0, 26, Kind.JUMP),
    (0xFF000000, 0x54000000, 5, 19, Kind.BRANCH),
    (0x7E000000, 0x34000000, 5, 19, Kind.BRANCH),
    (0x7E000000, 0x36000000, 5, 14, Kind.BRANCH),
)
"""(mask, value, lowest bit and width of the word offset, kind): bl, b, b.cond, cbz/cbnz, tbz/tbnz."""


class Decoder:
    """A64 instructions."""

    step = 4
    slack = 4096
    stack_pointer = 31
    stub_prefixes: frozenset[int] = frozenset({0xD503245F})
    fillers: frozenset[int] = frozenset({0xD503201F, 0})
    ends: tuple[tuple[int, int, int], ...] = ((4, 0xFC000000, 0x14000000), (4, 0xFE1F0000, 0xD61F0000))

    def branches(self, words: Words, _image: ElfImage) -> Branches:
        """bl, b and the conditional branches."""
        parts = []
        for mask, value, low, width, kind in _BRANCHES:
            place = matches(words.word, mask, value)
            target = words.address[place] + signed(words.word[place], low, width) * 4
            parts.append(Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), 4)))
        return concatenate(Branches, parts)

    def formed(self, words: Words, _image: ElfImage) -> Formed:
        """Adrp and adr; a literal load's own place in the text is not an address of interest."""
        place = matches(words.word, 0x1F000000, 0x10000000)
        word, address = words.word[place], words.address[place]
        offset = signed(word, 5, 19) * 4 + ((word >> np.uint32(29)) & np.uint32(3)).astype(np.int64)
        page = (word >> np.uint32(31)).astype(np.bool_)
        value = np.where(page, (address & ~np.int64(0xFFF)) + (offset << 12), address + offset)
        return Formed(address, address + 4, (word & np.uint32(31)).astype(np.uint8), value)

    def operands(self, words: Words) -> Operands:
        """Add immediate, loads and stores of whole registers (an address fills one) with an immediate offset."""
        word = words.word
        parts = []
        for mask, value, kind, offset in (
            (0xFFC00000, 0x91000000, Kind.ADDRESS, lambda w: unsigned(w, 10, 12)),
            (0xFFC00000, 0x91400000, Kind.ADDRESS, lambda w: unsigned(w, 10, 12) << 12),
            (0xFFC00000, 0xF9400000, Kind.LOAD, lambda w: unsigned(w, 10, 12) << 3),
            (0xFFC00000, 0xF9000000, Kind.STORE, lambda w: unsigned(w, 10, 12) << 3),
            (0xFFE00C00, 0xF8400000, Kind.LOAD, lambda w: signed(w, 12, 9)),
            (0xFFE00C00, 0xF8000000, Kind.STORE, lambda w: signed(w, 12, 9)),
            (0xFE400000, 0xA8400000, Kind.LOAD, lambda w: signed(w, 15, 7) * 8),
            (0xFE400000, 0xA8400000, Kind.LOAD, lambda w: signed(w, 15, 7) * 8 + 8),
            (0xFE400000, 0xA8000000, Kind.STORE, lambda w: signed(w, 15, 7) * 8),
            (0xFE400000, 0xA8000000, Kind.STORE, lambda w: signed(w, 15, 7) * 8 + 8),
            (0xFFC00000, 0x3DC00000, Kind.LOAD, lambda w: unsigned(w, 10, 12) << 4),
            (0xFFC00000, 0x3DC00000, Kind.LOAD, lambda w: (unsigned(w, 10, 12) << 4) + 8),
            (0xFFC00000, 0x3D800000, Kind.STORE, lambda w: unsigned(w, 10, 12) << 4),
            (0xFFC00000, 0x3D800000, Kind.STORE, lambda w: (unsigned(w, 10, 12) << 4) + 8),
        ):
            place = matches(word, mask, value)
            chosen = word[place]
            address = words.address[place]
            register = ((chosen >> np.uint32(5)) & np.uint32(31)).astype(np.uint8)
            parts.append(Operands(address, address + 4, register, offset(chosen), np.full(len(place), kind, np.uint8)))
        return concatenate(Operands, parts)

    def indirect_jumps(self, words: Words) -> npt.NDArray[np.bool_]:
        """br, and braa and its kin."""
        word = words.word
        return np.asarray(
            ((word & np.uint32(0xFFFFFC1F)) == np.uint32(0xD61F0000))
            | ((word & np.uint32(0xFEFFF800)) == np.uint32(0xD61F0800))
        )

    def bases(self, _image: ElfImage) -> Mapping[int, int]:
        """None."""
        return {}


def traps(image: ElfImage, code: CodeRange) -> Sequence[tuple[int, int, str]]:
    """Svc; Linux does not look at its number."""
    return spelled(EM.AARCH64, words_of(image, code, 4, code.vaddr, code.end))


_FIXED: Final = FixedMachine(Decoder())

MACHINES: Final = (
    Machine(
        name="aarch64",
        number=EM.AARCH64,
        bits=frozenset({64}),
        orders=frozenset({"<"}),
        relocations=RelocationTypes(
            absolute=frozenset({257}),
            relative=frozenset({1027}),
            indirect=frozenset({1032}),
            copy=1024,
            glob_dat=1025,
            jump_slot=1026,
            forms={
                0: Form.NOTHING,
                256: Form.NOTHING,
                257: Form.ABSOLUTE_64,
                258: Form.ABSOLUTE_32,
                260: Form.RELATIVE_64,
                261: Form.RELATIVE_32,
                275: Form.A64_PAGE,
                276: Form.A64_PAGE,
                277: Form.A64_LOW,
                278: Form.A64_LOW,
                282: Form.A64_BRANCH,
                283: Form.A64_BRANCH,
                284: Form.A64_LOW,
                285: Form.A64_LOW,
                286: Form.A64_LOW,
                299: Form.A64_LOW,
                311: Form.A64_GOT_PAGE,
                312: Form.A64_GOT_LOW,
            },
        ),
        sweep=_FIXED.sweep,
        displaced=_FIXED.displaced,
        stubs=_FIXED.stubs,
        traps=traps,
        call_targets=_FIXED.call_targets,
        falls_into=_FIXED.falls_into,
        direct_jumps=_FIXED.direct_jumps,
    ),
)

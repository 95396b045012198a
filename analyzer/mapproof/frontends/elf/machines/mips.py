"""MIPS, 32 and 64 bits, either byte order. Source: MIPS64 Architecture, volume II; MIPS psABI: gp holds one address in
all functions of a file, 0x7ff0 above the GOT, and code reaches the GOT through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import DT, EM
from mapproof.frontends.elf.machine import Machine, RelocationTypes
from mapproof.frontends.elf.machines._bits import concatenate, matches, signed, unsigned
from mapproof.frontends.elf.machines._fixed import (
    Branches,
    FixedMachine,
    Formed,
    Operands,
    Words,
    fixed_bases,
    spelled,
    words_of,
)
from mapproof.frontends.elf.reference import Kind, sorted_unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_GP: Final = 28
_GP_OFFSET: Final = 0x7FF0
_BRANCHES: Final = (
    (0xFFFF0000, 0x10000000, Kind.JUMP),
    (0xFFFF0000, 0x04110000, Kind.CALL),
    (0xFC1C0000, 0x04000000, Kind.BRANCH),
    (0xFC1C0000, 0x04100000, Kind.CALL),
    (0xF0000000, 0x10000000, Kind.BRANCH),
    (0xF0000000, 0x50000000, Kind.BRANCH),
    (0xFFE00000, 0x45000000, Kind.BRANCH),
)
"""b, bal, bltz/bgez with their likely forms, the linking ones, beq/bne/blez/bgtz with theirs, bc1f/bc1t."""


class Decoder:
    """MIPS I to MIPS64 release 5 instructions; the compact ones of release 6 and microMIPS are not read."""

    step = 4
    slack = 32768
    stack_pointer = 29
    stub_prefixes: frozenset[int] = frozenset()
    fillers: frozenset[int] = frozenset({0})
    ends: tuple[tuple[int, int, int], ...] = (
        (8, 0xFFFF0000, 0x10000000),
        (8, 0xFC00003F, 0x00000008),
        (8, 0xFC1FFFFF, 0x00000009),
    )

    def branches(self, words: Words, _image: ElfImage) -> Branches:
        """Relative branches, and j and jal within their 256 MB. A call's return address is after its delay slot;
        ``size`` is that of the branch alone."""
        parts = []
        for mask, value, kind in _BRANCHES:
            place = matches(words.word, mask, value)
            target = words.address[place] + 4 + signed(words.word[place], 0, 16) * 4
            parts.append(Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), 4)))
        for value, kind in ((0x08000000, Kind.JUMP), (0x0C000000, Kind.CALL)):
            place = matches(words.word, 0xFC000000, value)
            target = (words.address[place] + 4 & ~np.int64(0x0FFFFFFF)) | unsigned(words.word[place], 0, 26) << 2
            parts.append(Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), 4)))
        return concatenate(Branches, parts)

    def formed(self, words: Words, image: ElfImage) -> Formed:
        """lui, which code at fixed addresses uses; the sum with t9 that makes gp in whatever register; and loads
        through gp of GOT cells that hold an address or a page."""
        place = matches(words.word, 0xFFE00000, 0x3C000000)
        word, address = words.word[place], words.address[place]
        fixed = Formed(address, address + 4, unsigned(word, 16, 5).astype(np.uint8), signed(word, 0, 16) << 16)
        gp = fixed_bases(image, self).get(_GP)
        if gp is None:
            return fixed
        place = matches(words.word, 0xFC1F07F3, 0x00190021)
        word, address = words.word[place], words.address[place]
        holder = unsigned(word, 11, 5).astype(np.uint8)
        other = Formed(address, address + 4, holder, np.full(len(place), gp))
        opcode, kind = (0xDC000000, "u8") if image.layout.bits == 64 else (0x8C000000, "u4")
        place = matches(words.word, 0xFC000000, opcode)
        place = place[np.isin(unsigned(words.word[place], 21, 5), [_GP, *sorted_unique(holder).tolist()])]
        word, address = words.word[place], words.address[place]
        cells = (gp + signed(word, 0, 16)).astype(np.uint64)
        held, known = image.memory.words(cells, np.dtype(image.layout.order + kind))
        register = unsigned(word, 16, 5).astype(np.uint8)
        loaded = Formed(address[known], address[known] + 4, register[known], held[known].astype(np.int64))
        return concatenate(Formed, (fixed, other, loaded))

    def operands(self, words: Words) -> Operands:
        """addiu, daddiu, lw, ld, sw, sd with their displacements."""
        parts = []
        for opcode, kind in (
            (0x24000000, Kind.ADDRESS),
            (0x64000000, Kind.ADDRESS),
            (0x8C000000, Kind.LOAD),
            (0xDC000000, Kind.LOAD),
            (0xAC000000, Kind.STORE),
            (0xFC000000, Kind.STORE),
        ):
            place = matches(words.word, 0xFC000000, opcode)
            word, address = words.word[place], words.address[place]
            register = unsigned(word, 21, 5).astype(np.uint8)
            parts.append(
                Operands(address, address + 4, register, signed(word, 0, 16), np.full(len(place), kind, np.uint8))
            )
        return concatenate(Operands, parts)

    def indirect_jumps(self, words: Words) -> npt.NDArray[np.bool_]:
        """Jr (also as jalr that links to nothing) through any register but the return address."""
        word = words.word & np.uint32(0xFC1FFFFF)
        through = unsigned(words.word, 21, 5) != 31
        return np.asarray(((word == np.uint32(0x00000008)) | (word == np.uint32(0x00000009))) & through)

    def bases(self, image: ElfImage) -> Mapping[int, int]:
        """gp, from ``DT_PLTGOT``."""
        got = image.dynamic.value(DT.PLTGOT)
        return {} if got is None else {_GP: got + _GP_OFFSET}


def traps(image: ElfImage, code: CodeRange) -> Sequence[tuple[int, int, str]]:
    """syscall, whatever its code field."""
    return spelled(EM.MIPS, words_of(image, code, 4, code.vaddr, code.end))


_FIXED: Final = FixedMachine(Decoder())


def _machine(bits: int) -> Machine:
    return Machine(
        name=f"mips{bits}",
        number=EM.MIPS,
        bits=frozenset({bits}),
        orders=frozenset({"<", ">"}),
        relocations=RelocationTypes(
            absolute=frozenset({3, 2 if bits == 32 else 18}),
            relative=frozenset({3}),
            indirect=frozenset({128}),
            copy=126,
            glob_dat=51,
            jump_slot=127,
        ),
        sweep=_FIXED.sweep,
        displaced=_FIXED.displaced,
        stubs=_FIXED.stubs,
        traps=traps,
        call_targets=_FIXED.call_targets,
        jumps=_FIXED.jumps,
        falls_into=_FIXED.falls_into,
        direct_jumps=_FIXED.direct_jumps,
    )


MACHINES: Final = (_machine(32), _machine(64))

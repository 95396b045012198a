"""64-bit PowerPC, little-endian, ELFv2. Source: Power ISA 3.0 book I; 64-Bit ELF V2 ABI: the TOC pointer r2 holds one
address in all functions of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import EM
from mapproof.frontends.elf.linkage import Form
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
from mapproof.frontends.elf.reference import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_TOC: Final = 2
_ENTRY: Final = 12


class Decoder:
    """Power instructions of 32 bits; prefixed ones of ISA 3.1 are not read."""

    step = 4
    slack = 32768
    stack_pointer = 1
    stub_prefixes: frozenset[int] = frozenset({0xF8410018})
    fillers: frozenset[int] = frozenset({0x60000000, 0x60420000, 0})
    ends: tuple[tuple[int, int, int], ...] = (
        (4, 0xFC000003, 0x48000000),
        (4, 0xFFFFFFFF, 0x4E800420),
        (4, 0xFFFFFFFF, 0x4E800020),
    )

    def branches(self, words: Words, _image: ElfImage) -> Branches:
        """b, bl and bc, relative."""
        parts = []
        for mask, value, width, kind in (
            (0xFC000003, 0x48000001, 24, Kind.CALL),
            (0xFC000003, 0x48000000, 24, Kind.JUMP),
            (0xFC000003, 0x40000000, 14, Kind.BRANCH),
            (0xFC000003, 0x40000001, 14, Kind.CALL),
        ):
            place = matches(words.word, mask, value)
            target = words.address[place] + signed(words.word[place], 2, width) * 4
            parts.append(Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), 4)))
        return concatenate(Branches, parts)

    def formed(self, words: Words, image: ElfImage) -> Formed:
        """Addis on the TOC pointer or on nothing, and the TOC pointer plus a low part."""
        parts = []
        for register, base in (*fixed_bases(image, self).items(), (0, 0)):
            place = matches(words.word, 0xFC1F0000, 0x3C000000 | register << 16)
            word, address = words.word[place], words.address[place]
            value = base + (signed(word, 0, 16) << 16)
            parts.append(Formed(address, address + 4, unsigned(word, 21, 5).astype(np.uint8), value))
            if register:
                place = matches(words.word, 0xFC1F0000, 0x38000000 | register << 16)
                word, address = words.word[place], words.address[place]
                target = unsigned(word, 21, 5).astype(np.uint8)
                parts.append(Formed(address, address + 4, target, base + signed(word, 0, 16)))
        return concatenate(Formed, parts)

    def operands(self, words: Words) -> Operands:
        """addi, ld, std, lwz, stw with their displacements."""
        parts = []
        for mask, value, kind, low, width in (
            (0xFC000000, 0x38000000, Kind.ADDRESS, 0, 16),
            (0xFC000003, 0xE8000000, Kind.LOAD, 2, 14),
            (0xFC000003, 0xE8000001, Kind.LOAD, 2, 14),
            (0xFC000003, 0xF8000000, Kind.STORE, 2, 14),
            (0xFC000003, 0xF8000001, Kind.STORE, 2, 14),
            (0xF8000000, 0x80000000, Kind.LOAD, 0, 16),
            (0xF8000000, 0x90000000, Kind.STORE, 0, 16),
        ):
            place = matches(words.word, mask, value)
            word, address = words.word[place], words.address[place]
            offset = signed(word, low, width) << low
            register = unsigned(word, 16, 5).astype(np.uint8)
            parts.append(Operands(address, address + 4, register, offset, np.full(len(place), kind, np.uint8)))
        return concatenate(Operands, parts)

    def indirect_jumps(self, words: Words) -> npt.NDArray[np.bool_]:
        """Bctr."""
        return np.asarray(words.word == np.uint32(0x4E800420))

    def bases(self, image: ElfImage) -> Mapping[int, int]:
        """r2: what most global entry points compute from their own address (addis r2,r12; addi r2,r2)."""
        if image.is_object:
            return {}
        values = [np.zeros(0, np.int64)]
        for code in image.memory.code_ranges():
            for words in words_of(image, code, 4, code.vaddr, code.end):
                place = matches(words.word[:-1], 0xFFFF0000, 0x3C4C0000)
                place = place[(words.word[place + 1] & np.uint32(0xFFFF0000)) == np.uint32(0x38420000)]
                high, low = signed(words.word[place], 0, 16) << 16, signed(words.word[place + 1], 0, 16)
                values.append(words.address[place] + high + low)
        every = np.concatenate(values)
        if not len(every):
            got = image.section(".got")
            return {_TOC: got.vaddr + 0x8000} if got is not None else {}
        distinct, counts = np.unique(every, return_counts=True)
        if len(distinct) > 1:
            image.log.add("r2", None, f"{len(distinct)} different TOC pointers; the most frequent is used")
        return {_TOC: int(distinct[counts.argmax()])}


def traps(image: ElfImage, code: CodeRange) -> Sequence[tuple[int, int, str]]:
    """Sc and scv."""
    return spelled(EM.PPC64, words_of(image, code, 4, code.vaddr, code.end))


def local_entry(image: ElfImage, function: int) -> int | None:
    """After the two instructions that set up the TOC pointer, where a function starts with them."""
    raw = image.memory.read(function, 8)
    if raw is None:
        return None
    first, second = image.layout.integer(raw[:4]) >> 16, image.layout.integer(raw[4:]) >> 16
    return function + 8 if first in {0x3C4C, 0x3C40} and second == 0x3842 else None


_FIXED: Final = FixedMachine(Decoder())

MACHINES: Final = (
    Machine(
        name="ppc64",
        number=EM.PPC64,
        bits=frozenset({64}),
        orders=frozenset({"<"}),
        relocations=RelocationTypes(
            absolute=frozenset({38, 43}),
            relative=frozenset({22}),
            indirect=frozenset({248}),
            copy=19,
            glob_dat=20,
            jump_slot=21,
            forms={
                0: Form.NOTHING,
                38: Form.ABSOLUTE_64,
                26: Form.RELATIVE_32,
                10: Form.PPC_BRANCH,
                116: Form.PPC_BRANCH,
            },
        ),
        sweep=_FIXED.sweep,
        displaced=_FIXED.displaced,
        stubs=_FIXED.stubs,
        traps=traps,
        call_targets=_FIXED.call_targets,
        falls_into=_FIXED.falls_into,
        direct_jumps=_FIXED.direct_jumps,
        local_entry=local_entry,
    ),
)

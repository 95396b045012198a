"""IBM Z, 64 bits. Source: z/Architecture Principles of Operation, appendix B; relocations: ELF ABI s390x supplement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import EM
from mapproof.frontends.elf.linkage import Form
from mapproof.frontends.elf.machine import Machine, RelocationTypes
from mapproof.frontends.elf.machines._bits import concatenate, matches, signed, unsigned
from mapproof.frontends.elf.machines._fixed import Branches, FixedMachine, Formed, Operands, Words, words_of
from mapproof.frontends.elf.reference import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_RELATIVE_LONG: Final = {
    0xC0050000: Kind.CALL,
    0xC0F40000: Kind.JUMP,
    0xC0040000: Kind.BRANCH,
    0xC4080000: Kind.LOAD,
    0xC40D0000: Kind.LOAD,
    0xC40C0000: Kind.LOAD,
    0xC40B0000: Kind.STORE,
    0xC40F0000: Kind.STORE,
    0xC6020000: Kind.READ,
    0xC60A0000: Kind.READ,
}
"""brasl, brcl 15, brcl, lgrl, lrl, lgfrl, stgrl, strl, pfdrl, clgrl: opcode bits of a six-byte instruction, by kind."""
_SHORT: Final = (
    (0xFFFF0000, 0xA7F40000, Kind.JUMP),
    (0xFF0F0000, 0xA7040000, Kind.BRANCH),
    (0xFF0F0000, 0xA7050000, Kind.CALL),
    (0xFF0E0000, 0xA7060000, Kind.BRANCH),
    (0xFE000000, 0x84000000, Kind.BRANCH),
)
"""brc 15, brc, bras, brct and brctg, brxh and brxle: 16-bit distances in four bytes."""
_COMPARE_AND_BRANCH: Final = (0x44, 0x45, 0x64, 0x65, 0x76, 0x77, 0x7C, 0x7D, 0x7E, 0x7F)
"""brxhg, brxlg, cgrj, clgrj, crj, clrj, cgij, clgij, cij, clij, by the last byte of a six-byte EC instruction."""
_LONG_DISPLACEMENT: Final = {
    0x04: Kind.LOAD,
    0x24: Kind.STORE,
    0x58: Kind.LOAD,
    0x50: Kind.STORE,
    0x71: Kind.ADDRESS,
    0x14: Kind.LOAD,
}
"""lg, stg, ly, sty, lay, lgf, by the last byte of a six-byte E3 instruction."""


class Decoder:
    """Instructions of two, four and six bytes at even addresses."""

    step = 2
    slack = 0
    stack_pointer = 15
    stub_prefixes: frozenset[int] = frozenset()
    fillers: frozenset[int] = frozenset({0x07070707, 0x07000700, 0})
    ends: tuple[tuple[int, int, int], ...] = (
        (2, 0xFFF0, 0x07F0),
        (6, 0xFFFF0000, 0xC0F40000),
        (10, 0xFFFF0000, 0xC0F40000),
        (4, 0xFFFF0000, 0xA7F40000),
    )

    def branches(self, words: Words, _image: ElfImage) -> Branches:
        """Everything that names its target relative to itself, in halfwords."""
        parts = []
        for value, kind in _RELATIVE_LONG.items():
            mask = 0xFFFF0000 if kind is Kind.JUMP else 0xFF0F0000
            place = matches(words.word[:-1], mask, value)
            target = words.address[place] + words.word[place + 1].view(np.int32).astype(np.int64) * 2
            parts.append(Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), 6)))
        for mask, value, kind in _SHORT:
            place = matches(words.word, mask, value)
            target = words.address[place] + signed(words.word[place], 0, 16) * 2
            parts.append(Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), 4)))
        place = matches(words.word[:-1], 0xFF000000, 0xEC000000)
        place = place[np.isin(words.word[place + 1] & np.uint32(0xFF), _COMPARE_AND_BRANCH)]
        target = words.address[place] + signed(words.word[place], 0, 16) * 2
        parts.append(Branches(place, target, np.full(len(place), Kind.BRANCH, np.uint8), np.full(len(place), 6)))
        return concatenate(Branches, parts)

    def formed(self, words: Words, _image: ElfImage) -> Formed:
        """Larl."""
        place = matches(words.word[:-1], 0xFF0F0000, 0xC0000000)
        address = words.address[place]
        value = address + words.word[place + 1].view(np.int32).astype(np.int64) * 2
        return Formed(address, address + 6, unsigned(words.word[place], 20, 4).astype(np.uint8), value)

    def operands(self, words: Words) -> Operands:
        """Loads, stores and address formation with a base register and no index."""
        place = matches(words.word[:-1], 0xFF0F0000, 0xE3000000)
        last = unsigned(words.word[place + 1], 0, 8)
        parts = []
        for code, kind in _LONG_DISPLACEMENT.items():
            chosen = place[last == code]
            word, following, address = words.word[chosen], words.word[chosen + 1], words.address[chosen]
            offset = unsigned(word, 0, 12) + (signed(following, 8, 8) << 12)
            register = unsigned(word, 12, 4).astype(np.uint8)
            parts.append(Operands(address, address + 6, register, offset, np.full(len(chosen), kind, np.uint8)))
        for code, kind in ((0x41000000, Kind.ADDRESS), (0x58000000, Kind.LOAD), (0x50000000, Kind.STORE)):
            chosen = matches(words.word, 0xFF0F0000, code)
            word, address = words.word[chosen], words.address[chosen]
            register = unsigned(word, 12, 4).astype(np.uint8)
            parts.append(
                Operands(address, address + 4, register, unsigned(word, 0, 12), np.full(len(chosen), kind, np.uint8))
            )
        return concatenate(Operands, parts)

    def indirect_jumps(self, words: Words) -> npt.NDArray[np.bool_]:
        """Br through any register but the return address."""
        high = words.word >> np.uint32(16)
        return np.asarray(((high & np.uint32(0xFFF0)) == np.uint32(0x07F0)) & ((high & np.uint32(15)) != np.uint32(14)))

    def bases(self, _image: ElfImage) -> Mapping[int, int]:
        """None."""
        return {}


def traps(image: ElfImage, code: CodeRange) -> Sequence[tuple[int, int, str]]:
    """Svc with any number, but for what is the end of another instruction."""
    found: list[tuple[int, int, str]] = []
    starts: dict[int, frozenset[int]] = {}
    for words in words_of(image, code, 2, code.vaddr, code.end):
        chosen = (words.word >> np.uint32(24)) == np.uint32(0x0A)
        for address in words.address[chosen].tolist():
            bounds = image.function_bounds(address)
            if bounds is not None and bounds.certain:
                if bounds.start not in starts:
                    starts[bounds.start] = _starts(image, bounds.start, bounds.end)
                if starts[bounds.start] and address not in starts[bounds.start]:
                    continue
            found.append((address, 2, "svc"))
    return found


def _starts(image: ElfImage, low: int, high: int) -> frozenset[int]:
    """Where instructions start between the bounds of a function, told by their lengths, which the two highest bits of
    each say; nothing where the last one does not end at ``high`` or a branch leads into the middle of one: then there
    is data among them."""
    raw = image.read(low, high - low) or b""
    found: set[int] = set()
    at = 0
    while at < len(raw):
        found.add(low + at)
        at += (2, 4, 4, 6)[raw[at] >> 6]
    leading = _inner_targets(image, low, high)
    return frozenset(found) if raw and at == len(raw) and leading <= found else frozenset()


def _inner_targets(image: ElfImage, low: int, high: int) -> set[int]:
    """Where branches of a stretch of code lead within it."""
    found: set[int] = set()
    for code in image.memory.code_ranges():
        if code.vaddr <= low < code.end:
            places, targets = _FIXED.direct_jumps(image, code, low, high, short=True)
            found |= {int(t) for p, t in zip(places, targets, strict=True) if low <= p < high and low <= t < high}
    return found


_FIXED: Final = FixedMachine(Decoder())

MACHINES: Final = (
    Machine(
        name="s390x",
        number=EM.S390,
        bits=frozenset({64}),
        orders=frozenset({">"}),
        relocations=RelocationTypes(
            absolute=frozenset({22}),
            relative=frozenset({12}),
            indirect=frozenset({61}),
            copy=9,
            glob_dat=10,
            jump_slot=11,
            forms={
                0: Form.NOTHING,
                5: Form.RELATIVE_32,
                19: Form.HALF_WORDS_32,
                20: Form.HALF_WORDS_32,
                22: Form.ABSOLUTE_64,
                23: Form.RELATIVE_64,
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

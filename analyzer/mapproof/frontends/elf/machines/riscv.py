"""RISC-V with compressed instructions. Source: The RISC-V Instruction Set Manual, volume I, "RV32/64G Instruction Set
Listings" and "C" extension; relocations: RISC-V ELF psABI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import EM, ET
from mapproof.frontends.elf.linkage import Form
from mapproof.frontends.elf.machine import Machine, RelocationTypes
from mapproof.frontends.elf.machines._bits import concatenate, matches, signed, unsigned
from mapproof.frontends.elf.machines._fixed import (
    Branches,
    FixedMachine,
    Formed,
    Operands,
    Words,
    spelled,
    words_of,
    wrapped,
)
from mapproof.frontends.elf.reference import Kind, sorted_unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_GP: Final = 3


def _scatter(word: npt.NDArray[np.uint32], places: Sequence[tuple[int, int, int]], width: int) -> npt.NDArray[np.int64]:
    """A signed immediate whose pieces (bit in the word, how many, bit in the value) are spread over the word."""
    value = np.zeros(len(word), np.int64)
    for low, count, to in places:
        value |= unsigned(word, low, count) << to
    half = 1 << (width - 1)
    return (value ^ half) - half


_J: Final = ((21, 10, 1), (20, 1, 11), (12, 8, 12), (31, 1, 20))
_B: Final = ((8, 4, 1), (25, 6, 5), (7, 1, 11), (31, 1, 12))
_CJ: Final = ((3, 3, 1), (11, 1, 4), (2, 1, 5), (7, 1, 6), (6, 1, 7), (9, 2, 8), (8, 1, 10), (12, 1, 11))
_CB: Final = ((3, 2, 1), (10, 2, 3), (2, 1, 5), (5, 2, 6), (12, 1, 8))
_S: Final = ((7, 5, 0), (25, 7, 5))
_CLUI: Final = ((2, 5, 12), (12, 1, 17))
_CADDI: Final = ((2, 5, 0), (12, 1, 5))


class Decoder:
    """RV32 and RV64 instructions, 16 and 32 bits long."""

    step = 2
    slack = 2048
    stack_pointer = 2
    stub_prefixes: frozenset[int] = frozenset()
    fillers: frozenset[int] = frozenset({0x00000013, 0, 0x00010001})
    ends: tuple[tuple[int, int, int], ...] = (
        (4, 0xFFF, 0x06F),
        (4, 0x7FFF, 0x067),
        (4, 0x7FFF, 0x367),
        (2, 0xE003, 0xA001),
        (2, 0xF07F, 0x8002),
    )

    def branches(self, words: Words, _image: ElfImage) -> Branches:
        """jal, the conditional branches, and c.j, c.beqz, c.bnez."""
        parts = []
        for mask, value, pieces, width, kind, size in (
            (0xFFF, 0x0EF, _J, 21, Kind.CALL, 4),
            (0xFFF, 0x2EF, _J, 21, Kind.CALL, 4),
            (0xFFF, 0x06F, _J, 21, Kind.JUMP, 4),
            (0x7F, 0x63, _B, 13, Kind.BRANCH, 4),
            (0xE003, 0xA001, _CJ, 12, Kind.JUMP, 2),
            (0xC003, 0xC001, _CB, 9, Kind.BRANCH, 2),
        ):
            place = matches(words.word, mask, value)
            target = words.address[place] + _scatter(words.word[place], pieces, width)
            parts.append(Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), size)))
        return concatenate(Branches, parts)

    def formed(self, words: Words, _image: ElfImage) -> Formed:
        """auipc, and lui for code at fixed low addresses, which linkers shorten to c.lui where it fits."""
        parts = []
        for opcode, relative in ((0x17, True), (0x37, False)):
            place = matches(words.word, 0x7F, opcode)
            word, address = words.word[place], words.address[place]
            value = (word & np.uint32(0xFFFFF000)).view(np.int32).astype(np.int64) + (address if relative else 0)
            parts.append(Formed(address, address + 4, unsigned(word, 7, 5).astype(np.uint8), value))
        place = matches(words.word, 0xE003, 0x6001)
        register = unsigned(words.word[place], 7, 5).astype(np.uint8)
        place, register = (kept[(register != 0) & (register != self.stack_pointer)] for kept in (place, register))
        value = _scatter(words.word[place], _CLUI, 18)
        parts.append(Formed(words.address[place], words.address[place] + 2, register, value))
        return concatenate(Formed, parts)

    def operands(self, words: Words) -> Operands:
        """addi, loads, stores and jalr with their immediates, and the compressed ones."""
        parts = []
        for mask, value, kind, offset in _OPERANDS:
            place = matches(words.word, mask, value)
            word, address = words.word[place], words.address[place]
            register = unsigned(word, 15, 5).astype(np.uint8)
            parts.append(Operands(address, address + 4, register, offset(word), np.full(len(place), kind, np.uint8)))
        place = matches(words.word, 0xE003, 0x0001)
        word, address = words.word[place], words.address[place]
        register, low = unsigned(word, 7, 5).astype(np.uint8), _scatter(word, _CADDI, 6)
        parts.append(Operands(address, address + 2, register, low, np.full(len(place), Kind.ADDRESS, np.uint8)))
        for mask, value, kind, pieces in _COMPRESSED:
            place = matches(words.word, mask, value)
            word, address = words.word[place], words.address[place]
            register = (unsigned(word, 7, 3) + 8).astype(np.uint8)
            low = _scatter(word, pieces, 16)
            parts.append(Operands(address, address + 2, register, low, np.full(len(place), kind, np.uint8)))
        return concatenate(Operands, parts)

    def indirect_jumps(self, words: Words) -> npt.NDArray[np.bool_]:
        """Jr but for returns, and jalr that links to x0 or, as the standard PLT does, to t1."""
        word = words.word
        plain = (word & np.uint32(0xFFF0707F)) == np.uint32(0x00000067)
        linked = plain & np.isin(unsigned(word, 7, 5), (0, 6)) & (unsigned(word, 15, 5) != 1)
        compressed = ((word & np.uint32(0xF07F)) == np.uint32(0x8002)) & (unsigned(word, 7, 5) > 1)
        return np.asarray(linked | compressed)

    def bases(self, image: ElfImage) -> Mapping[int, int]:
        """gp, in an executable."""
        found = global_pointer(image)
        return {} if found is None else {_GP: found}


def _immediate(word: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    return signed(word, 20, 12)


def _store_immediate(word: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    return _scatter(word, _S, 12)


_OPERANDS: Final = (
    (0x707F, 0x0013, Kind.ADDRESS, _immediate),
    (0x7F, 0x03, Kind.LOAD, _immediate),
    (0x7F, 0x23, Kind.STORE, _store_immediate),
    (0xFFF, 0x0E7, Kind.CALL, _immediate),
    (0xFFF, 0x2E7, Kind.CALL, _immediate),
    (0xFFF, 0x067, Kind.JUMP, _immediate),
    (0xFFF, 0x367, Kind.JUMP, _immediate),
)
_COMPRESSED: Final = (
    (0xE003, 0x6000, Kind.LOAD, ((10, 3, 3), (5, 2, 6))),
    (0xE003, 0xE000, Kind.STORE, ((10, 3, 3), (5, 2, 6))),
    (0xE003, 0x4000, Kind.LOAD, ((6, 1, 2), (10, 3, 3), (5, 1, 6))),
    (0xE003, 0xC000, Kind.STORE, ((6, 1, 2), (10, 3, 3), (5, 1, 6))),
)


def global_pointer(image: ElfImage) -> int | None:
    """What gp holds while an executable runs: its startup code sets it, once (auipc gp; addi gp, gp). Libraries leave
    it alone."""
    if image.type == ET.DYN and image.interpreter is None:
        return None
    found: set[int] = set()
    for code in image.memory.code_ranges():
        for words in words_of(image, code, 2, code.vaddr, code.end):
            place = matches(words.word[:-2], 0xFFF, _AUIPC_GP)
            place = place[(words.word[place + 2] & np.uint32(0xFFFFF)) == np.uint32(_ADDI_GP)]
            high = words.word[place].view(np.int32).astype(np.int64) & ~np.int64(0xFFF)
            found |= set((words.address[place] + high + _immediate(words.word[place + 2])).tolist())
    return found.pop() if len(found) == 1 else None


_AUIPC_GP: Final = 0x197
_ADDI_GP: Final = 0x18193


def traps(image: ElfImage, code: CodeRange) -> Sequence[tuple[int, int, str]]:
    """Ecall."""
    return spelled(EM.RISCV, words_of(image, code, 2, code.vaddr, code.end))


_ABSOLUTE: Final = {32: Form.ABSOLUTE_32, 64: Form.ABSOLUTE_64}
_FIXED: Final = FixedMachine(Decoder())


def call_targets(image: ElfImage, code: CodeRange) -> npt.NDArray[np.uint64]:
    """See ``machine.CallTargets``. Halves of long instructions look like calls; a start in the middle of a function
    would hide from the one half what the other does. What two places call is called."""
    targets = np.concatenate((_called(image, code), _pairs(image, code, code.vaddr, code.end, _RA)[1]))
    distinct, counts = np.unique(targets, return_counts=True)
    often = counts > 1
    chosen = [not _FIXED.falls_into(image, code, target) for target in distinct[~often].tolist()]
    return np.concatenate((distinct[often], distinct[~often][np.array(chosen, np.bool_)]))


def _called(image: ElfImage, code: CodeRange) -> npt.NDArray[np.uint64]:
    """Where what looks like a call leads, as often as it does."""
    places, targets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for words in words_of(image, code, 2, code.vaddr, code.end):
        for value in (0x0EF, 0x2EF):
            place = matches(words.word, 0xFFF, value)
            target = words.address[place] + _scatter(words.word[place], _J, 21)
            inside = (target >= wrapped(code.vaddr)) & (target < wrapped(code.end))
            places.append(words.address[place][inside])
            targets.append(target[inside])
    _, first = np.unique(np.concatenate(places), return_index=True)
    return np.concatenate(targets)[first].astype(np.uint64)


def jumps(image: ElfImage, code: CodeRange) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """See ``machine.Jumps``. Halves of long instructions look like short ones: a function starts where control does not
    come from above."""
    places, targets = _with_pairs(_FIXED.jumps(image, code), image, code, code.vaddr, code.end)
    known = {target: not _FIXED.falls_into(image, code, target) for target in sorted_unique(targets).tolist()}
    chosen = np.array([known[target] for target in targets.tolist()], np.bool_)
    return places[chosen], targets[chosen]


def direct_jumps(
    image: ElfImage, code: CodeRange, low: int, high: int, *, short: bool
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """See ``machine.DirectJumps``."""
    return _with_pairs(_FIXED.direct_jumps(image, code, low, high, short=short), image, code, low, high)


def _with_pairs(
    found: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]], image: ElfImage, code: CodeRange, low: int, high: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    places, targets = _pairs(image, code, low, high, 0)
    return np.concatenate((found[0], places)), np.concatenate((found[1], targets))


def _pairs(
    image: ElfImage, code: CodeRange, low: int, high: int, link: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Where jumps that take two instructions stand (the second of them) and lead: auipc, then jalr from its register
    that keeps the return address in ``link``."""
    places, targets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for words in words_of(image, code, 2, max(low, code.vaddr), min(high, code.end)):
        place = matches(words.word[:-2], 0x7F, 0x17)
        first, second = words.word[place], words.word[place + 2]
        register = unsigned(first, 7, 5)
        kept = (second & np.uint32(0x707F)) == np.uint32(0x67)
        kept &= (unsigned(second, 7, 5) == link) & (unsigned(second, 15, 5) == register) & (register > 0)
        target = words.address[place] + (first & np.uint32(0xFFFFF000)).view(np.int32) + _immediate(second)
        kept &= (target >= wrapped(code.vaddr)) & (target < wrapped(code.end))
        places.append(words.address[place[kept]] + 4)
        targets.append(target[kept])
    return np.concatenate(places).astype(np.uint64), np.concatenate(targets).astype(np.uint64)


_RA: Final = 1


def _machine(bits: int, absolute: int) -> Machine:
    return Machine(
        name=f"riscv{bits}",
        number=EM.RISCV,
        bits=frozenset({bits}),
        orders=frozenset({"<"}),
        relocations=RelocationTypes(
            absolute=frozenset({absolute}),
            relative=frozenset({3}),
            indirect=frozenset({58}),
            copy=4,
            glob_dat=0,
            jump_slot=5,
            forms={
                0: Form.NOTHING,
                51: Form.NOTHING,
                absolute: _ABSOLUTE[bits],
                18: Form.RISCV_CALL,
                19: Form.RISCV_CALL,
            },
        ),
        sweep=_FIXED.sweep,
        displaced=_FIXED.displaced,
        stubs=_FIXED.stubs,
        traps=traps,
        call_targets=call_targets,
        jumps=jumps,
        falls_into=_FIXED.falls_into,
        direct_jumps=direct_jumps,
        global_pointer=global_pointer,
    )


MACHINES: Final = (_machine(64, 2), _machine(32, 1))

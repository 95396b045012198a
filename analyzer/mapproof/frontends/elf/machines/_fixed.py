"""The sweep for processors with aligned instructions, driven by a small decoder for each.

There an address takes two instructions: one forms the high part in a register (relative to the program counter or to a
fixed base register), another adds the low part or uses it as an offset. The whole text is searched only for direct
branches and for high parts near a wanted address; low parts are looked for in the functions where such a high part
stands. Which high part reaches which low part is not followed: a pair in one function with one register counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from mapproof.frontends.elf.machine import Displaced
from mapproof.frontends.elf.machines._bits import matches
from mapproof.frontends.elf.machines._system_call import SPELLED
from mapproof.frontends.elf.reference import RECORD, Kind, References, Wanted, join, make, sorted_unique

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_CHUNK: Final = 1 << 18
"""Instructions per step, so that scratch arrays stay in a cache."""
_OVERLAP: Final = 4096
_WINDOW: Final = 4096
"""Bytes around a high part in which low parts are looked for even across an inferred function boundary."""
_DEPTH: Final = 6
"""How many high parts before a low part are tried with it."""
_MASK: Final = (1 << 64) - 1
_SHORT: Final = 2
_MOST_FILLERS: Final = 64
_STUB_LENGTH: Final = 6
"""Instructions within which a linkage stub jumps."""


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of code as one 32-bit word per possible instruction start, in the value the manual writes. ``address``
    is where each stands. On processors with 16-bit instructions consecutive words overlap."""

    address: npt.NDArray[np.int64]
    word: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Branches:
    """Direct branches, and other instructions that name their target whole: positions in the words, targets, kinds,
    and lengths in bytes."""

    place: npt.NDArray[np.int64]
    target: npt.NDArray[np.int64]
    kind: npt.NDArray[np.uint8]
    size: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Formed:
    """Instructions that put an address, or its high part, into a register."""

    address: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    register: npt.NDArray[np.uint8]
    value: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Operands:
    """Instructions that add a constant to a register and use the sum: ``kind`` says as what (ADDRESS, LOAD, STORE,
    CALL, JUMP)."""

    address: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    register: npt.NDArray[np.uint8]
    offset: npt.NDArray[np.int64]
    kind: npt.NDArray[np.uint8]


class Decoder(Protocol):
    """What a processor's module provides. All methods take many instructions at once."""

    step: int
    """Alignment of instructions in bytes."""
    slack: int
    """How far below or above the high part's value the sum can lie."""
    stack_pointer: int
    """The register that never holds the address of a table."""
    stub_prefixes: frozenset[int]
    """Instructions with which a linkage stub may start before it loads its cell."""
    fillers: frozenset[int]
    """32-bit words that stand between functions: no-operations, zeros."""
    ends: tuple[tuple[int, int, int], ...]
    """(bytes back, mask, value) of instructions after which control does not go on: ``bytes back`` from their successor
    (2 for a 16-bit instruction, 8 where a delay slot follows)."""

    def branches(self, words: Words, image: ElfImage) -> Branches:
        """The direct branches."""
        ...

    def formed(self, words: Words, image: ElfImage) -> Formed:
        """Registers that a single instruction gives a value known without context but for ``fixed_bases(image)``."""
        ...

    def operands(self, words: Words) -> Operands:
        """Constant offsets from registers."""
        ...

    def indirect_jumps(self, words: Words) -> npt.NDArray[np.bool_]:
        """Which words jump to what a register holds, without a way back."""
        ...

    def bases(self, image: ElfImage) -> Mapping[int, int]:
        """Registers that hold the same address in the whole file, and that address."""
        ...


def wrapped(address: int) -> int:
    """An address as a signed 64-bit number: addresses of the upper half are negative, in order among themselves."""
    address &= _MASK
    return address - (1 << 64) if address >> 63 else address


def words_of(image: ElfImage, code: CodeRange, step: int, low: int, high: int) -> Iterator[Words]:
    """The words of [low, high) in chunks that overlap a little, so that a decoder can look ahead. Bytes at the end that
    make no whole word are padded with zeros."""
    order = image.layout.order
    first = max(low, code.vaddr)
    first += -first % step
    last = min(high, code.end)
    for start in range(first, last, _CHUNK * step):
        stop = min(last, start + (_CHUNK + _OVERLAP) * step)
        count = -(-(stop - start) // step)
        at = start - code.vaddr
        content = code.content[at : at + count * step + (4 - step)]
        missing = count * step + (4 - step) - len(content)
        if missing > 0:
            content = np.concatenate((content, np.zeros(missing, np.uint8)))
        address = np.arange(count, dtype=np.int64) * step + wrapped(start)
        if step == 4:
            yield Words(address, content.view(image.layout.u32).astype(np.uint32, copy=False))
        else:
            halves = content.view(order + "u2").astype(np.uint32)
            first_half, second_half = (halves[:-1], halves[1:]) if order == "<" else (halves[1:], halves[:-1])
            yield Words(address, first_half | second_half << np.uint32(16))


def spelled(machine: int, chunks: Iterable[Words]) -> list[tuple[int, int, str]]:
    """The system calls in these words: (address, size, mnemonic) of each, as :data:`SPELLED` has them."""
    return [
        (address, size, mnemonic)
        for words in chunks
        for size, mask, value, mnemonic in SPELLED[machine]
        for address in words.address[matches(words.word, mask, value)].tolist()
    ]


def fixed_bases(image: ElfImage, decoder: Decoder) -> Mapping[int, int]:
    """The decoder's ``bases``, found once per image."""
    if image.register_bases is None:
        image.register_bases = {register: wrapped(value) for register, value in decoder.bases(image).items()}
    return image.register_bases


@dataclass(frozen=True, slots=True)
class FixedMachine:
    """Turns a decoder into the functions that a ``Machine`` needs."""

    decoder: Decoder

    def sweep(self, image: ElfImage, code: CodeRange, wanted: Wanted) -> References:
        """See ``machine.Sweep``."""
        return join([self._branches(image, code, wanted), self._pairs(image, code, wanted)[0]])

    def _branches(self, image: ElfImage, code: CodeRange, wanted: Wanted) -> References:
        parts = []
        for words in words_of(image, code, self.decoder.step, code.vaddr, code.end):
            found = self.decoder.branches(words, image)
            keep = _within(found.target, wanted.ranges, 0)
            target = found.target[keep].astype(np.uint64)
            address = words.address[found.place[keep]]
            held = wanted.holds(target)
            end = address + found.size[keep]
            parts.append(
                make(address[held].astype(np.uint64), end[held].astype(np.uint64), target[held], found.kind[keep][held])
            )
        return join(parts)

    def _pairs(self, image: ElfImage, code: CodeRange, wanted: Wanted) -> tuple[References, npt.NDArray[np.int64]]:
        """References that take two instructions, and where the first of the two stands."""
        formed = self._formed(image, code, wanted)
        bases = fixed_bases(image, self.decoder)
        rows: list[References] = []
        firsts: list[npt.NDArray[np.int64]] = []
        whole = make(
            formed.address.astype(np.uint64), formed.end.astype(np.uint64), formed.value.astype(np.uint64), Kind.ADDRESS
        )
        kept = wanted.useful(whole["kind"], whole["target"])
        rows.append(whole[kept])
        firsts.append(formed.address[kept])
        for low, high in self._areas(image, code, formed):
            for words in words_of(image, code, self.decoder.step, low, high):
                part, first = _match(image, formed, self.decoder.operands(words), wanted)
                rows.append(part)
                firsts.append(first)
        if bases:
            for words in words_of(image, code, self.decoder.step, code.vaddr, code.end):
                part = _based(self.decoder.operands(words), bases, wanted)
                rows.append(part)
                firsts.append(part["address"].astype(np.int64))
        return np.concatenate(rows), np.concatenate(firsts)

    def _formed(self, image: ElfImage, code: CodeRange, wanted: Wanted) -> Formed:
        """The high parts near a wanted address."""
        empty = np.zeros(0, np.int64)
        parts = [Formed(empty, empty, empty.astype(np.uint8), empty)]
        for words in words_of(image, code, self.decoder.step, code.vaddr, code.end):
            found = self.decoder.formed(words, image)
            keep = _within(found.value, wanted.ranges, self.decoder.slack)
            parts.append(Formed(found.address[keep], found.end[keep], found.register[keep], found.value[keep]))
        return Formed(
            np.concatenate([part.address for part in parts]),
            np.concatenate([part.end for part in parts]),
            np.concatenate([part.register for part in parts]),
            np.concatenate([part.value for part in parts]),
        )

    def _areas(self, image: ElfImage, code: CodeRange, formed: Formed) -> list[tuple[int, int]]:
        """Merged stretches of code in which the low parts for the high parts may stand."""
        if not len(formed.address):
            return []
        low, high = _functions_around(image, formed.address)
        low = np.maximum(np.minimum(low, formed.address - _WINDOW), wrapped(code.vaddr))
        high = np.minimum(np.maximum(high, formed.address + _WINDOW), wrapped(code.end))
        order = np.argsort(low, kind="stable")
        areas: list[tuple[int, int]] = []
        for start, stop in zip(low[order].tolist(), high[order].tolist(), strict=True):
            if areas and start <= areas[-1][1]:
                areas[-1] = (areas[-1][0], max(stop, areas[-1][1]))
            else:
                areas.append((start, stop))
        return [(start & _MASK, stop & _MASK) for start, stop in areas]

    def displaced(
        self, image: ElfImage, code: CodeRange, low: int, high: int, distances: npt.NDArray[np.int64]
    ) -> Displaced:
        """See ``machine.Displacements``."""
        parts = [np.zeros((0, 3), np.int64)]
        for words in words_of(image, code, self.decoder.step, low, high):
            found = self.decoder.operands(words)
            keep = np.isin(found.offset, distances) & (found.kind != Kind.CALL) & (found.kind != Kind.JUMP)
            keep &= found.register != self.decoder.stack_pointer
            parts.append(np.stack((found.address[keep], found.end[keep], found.offset[keep]), axis=1))
        table = np.concatenate(parts)
        return Displaced(table[:, 0], table[:, 1], table[:, 2])

    def stubs(self, image: ElfImage, code: CodeRange, slots: npt.NDArray[np.uint64]) -> dict[int, tuple[int, int]]:
        """See ``machine.Stubs``."""
        wanted = Wanted.of(slots.tolist())
        found, firsts = self._pairs(image, code, wanted)
        nearest: dict[tuple[int, int, int], int] = {}
        for (address, end, target, kind), first in zip(found.tolist(), firsts.tolist(), strict=True):
            if kind == Kind.LOAD and 0 <= address - (first & _MASK) <= 4 * _STUB_LENGTH:
                key = (address, end, target)
                nearest[key] = max(first & _MASK, nearest.get(key, 0))
        result: dict[int, tuple[int, int]] = {}
        for (_, end, target), first in nearest.items():
            words = next(words_of(image, code, self.decoder.step, first, end + 4 * _STUB_LENGTH), None)
            if words is None:
                continue
            jumps = words.address[self.decoder.indirect_jumps(words)]
            jumps = jumps[(jumps - words.address[0]) % 4 == 0]
            if len(jumps) and int(jumps[0]) & _MASK >= end:
                result[first] = (target, int(jumps[0]) & _MASK)
                before = next(words_of(image, code, self.decoder.step, first - 4, first), None)
                if before is not None and int(before.word[0]) in self.decoder.stub_prefixes:
                    result[first - 4] = result[first]
        return result

    def falls_into(self, image: ElfImage, code: CodeRange, address: int) -> bool:
        """See ``machine.FallsInto``."""
        at = address - code.vaddr
        for _ in range(_MOST_FILLERS):
            if self._ends(image, code, at):
                return False
            if at < 4 or image.layout.integer(code.content[at - 4 : at].tobytes()) not in self.decoder.fillers:
                break
            at -= 4
        return at > 0

    def _ends(self, image: ElfImage, code: CodeRange, at: int) -> bool:
        """Whether control does not go on behind what stands before an offset."""
        for back, mask, value in self.decoder.ends:
            piece = code.content[max(0, at - back) : max(0, at - back) + (2 if back == 2 else 4)].tobytes()
            if at >= back and image.layout.integer(piece) & mask == value:
                return True
        return False

    def jumps(self, image: ElfImage, code: CodeRange) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """See ``machine.Jumps``."""
        places, targets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for words in words_of(image, code, self.decoder.step, code.vaddr, code.end):
            found = self.decoder.branches(words, image)
            chosen = (
                (found.kind == Kind.JUMP) & (found.target >= wrapped(code.vaddr)) & (found.target < wrapped(code.end))
            )
            places.append(words.address[found.place[chosen]])
            targets.append(found.target[chosen])
        return np.concatenate(places).astype(np.uint64), np.concatenate(targets).astype(np.uint64)

    def direct_jumps(
        self, image: ElfImage, code: CodeRange, low: int, high: int, *, short: bool
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """See ``machine.DirectJumps``."""
        places, targets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for words in words_of(image, code, self.decoder.step, max(low, code.vaddr), min(high, code.end)):
            found = self.decoder.branches(words, image)
            chosen = (found.kind == Kind.JUMP) | (found.kind == Kind.BRANCH)
            chosen &= (found.target >= wrapped(code.vaddr)) & (found.target < wrapped(code.end))
            chosen &= (found.size > _SHORT) | short
            places.append(words.address[found.place[chosen]])
            targets.append(found.target[chosen])
        return np.concatenate(places).astype(np.uint64), np.concatenate(targets).astype(np.uint64)

    def call_targets(self, image: ElfImage, code: CodeRange) -> npt.NDArray[np.uint64]:
        """See ``machine.CallTargets``."""
        parts = [np.zeros(0, np.int64)]
        for words in words_of(image, code, self.decoder.step, code.vaddr, code.end):
            found = self.decoder.branches(words, image)
            called = found.target[found.kind == Kind.CALL]
            parts.append(called[(called >= wrapped(code.vaddr)) & (called < wrapped(code.end))])
        return sorted_unique(np.concatenate(parts).astype(np.uint64))


def _within(values: npt.NDArray[np.int64], ranges: Sequence[tuple[int, int]], slack: int) -> npt.NDArray[np.bool_]:
    """Which values lie within ``slack`` of one of the ranges."""
    result = np.zeros(len(values), np.bool_)
    for low, high in ranges:
        result |= (values >= wrapped(low) - slack) & (values < wrapped(high) + slack)
    return result


def _functions_around(
    image: ElfImage, addresses: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Start and end of the function around each address, as far as starts are known."""
    starts = image.function_starts.astype(np.int64)
    if not len(starts):
        return addresses, addresses
    place = np.searchsorted(starts, addresses, side="right")
    low = np.where(place > 0, starts[np.maximum(place - 1, 0)], addresses)
    high = np.where(place < len(starts), starts[np.minimum(place, len(starts) - 1)], addresses)
    return low, high


def _based(operands: Operands, bases: Mapping[int, int], wanted: Wanted) -> References:
    """Operands on a register that holds one address in the whole file."""
    parts = []
    for register, value in bases.items():
        target = (operands.offset + value).astype(np.uint64)
        keep = (operands.register == register) & wanted.useful(operands.kind, target)
        parts.append(
            make(
                operands.address[keep].astype(np.uint64),
                operands.end[keep].astype(np.uint64),
                target[keep],
                operands.kind[keep],
            )
        )
    return np.concatenate(parts)


def _match(
    image: ElfImage, formed: Formed, operands: Operands, wanted: Wanted
) -> tuple[References, npt.NDArray[np.int64]]:
    """Low parts with each of the high parts before them, and the one after, that can reach them."""
    rows, firsts = [np.zeros(0, RECORD)], [np.zeros(0, np.int64)]
    low, high = _functions_around(image, formed.address)
    for register in sorted_unique(formed.register).tolist():
        mine = np.flatnonzero(formed.register == register)
        mine = mine[np.argsort(formed.address[mine], kind="stable")]
        theirs = np.flatnonzero(operands.register == register)
        if not len(theirs):
            continue
        place = operands.address[theirs]
        before = np.searchsorted(formed.address[mine], place, side="right") - 1
        for step in range(-1, _DEPTH):
            index = before - step
            valid = (index >= 0) & (index < len(mine))
            chosen = mine[np.where(valid, index, 0)]
            distance = place - formed.address[chosen]
            together = ((place >= low[chosen]) & (place < high[chosen])) | ((distance >= 0) & (distance <= _WINDOW))
            target = (formed.value[chosen] + operands.offset[theirs]).astype(np.uint64)
            keep = valid & together & wanted.useful(operands.kind[theirs], target)
            kept = theirs[keep]
            rows.append(
                make(
                    operands.address[kept].astype(np.uint64),
                    operands.end[kept].astype(np.uint64),
                    target[keep],
                    operands.kind[kept],
                )
            )
            firsts.append(formed.address[chosen[keep]])
    return np.concatenate(rows), np.concatenate(firsts)

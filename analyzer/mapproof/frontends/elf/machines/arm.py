"""ARM, 32 bits: A32 and Thumb-2 in one text. Source: Arm Architecture Reference Manual for A-profile, F3 and F4;
relocations: ELF for the Arm Architecture, section 5.6.

Nothing in a stripped file says which instruction set a stretch of text is in, so both are looked for everywhere. An
address is a constant (from a literal pool or movw/movt) that another instruction adds to the program counter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import DF_TEXTREL, DT, EM
from mapproof.frontends.elf.linkage import Form
from mapproof.frontends.elf.machine import Machine, RelocationTypes
from mapproof.frontends.elf.machines._arm_constant import Constants, constants, literal_places, nearest
from mapproof.frontends.elf.machines._bits import concatenate, matches, signed, unsigned
from mapproof.frontends.elf.machines._fixed import Branches, FixedMachine, Formed, Operands, Words, words_of
from mapproof.frontends.elf.reference import Kind, sorted_unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage


def _a32(words: Words, mask: int, value: int) -> npt.NDArray[np.int64]:
    """Positions of A32 instructions: they are aligned to four bytes."""
    place = matches(words.word, mask, value)
    return np.asarray(place[words.address[place] % 4 == 0])


def _branch(place: npt.NDArray[np.int64], target: npt.NDArray[np.int64], kind: Kind, size: int) -> Branches:
    return Branches(place, target, np.full(len(place), kind, np.uint8), np.full(len(place), size))


def _a32_branches(words: Words) -> list[Branches]:
    """bl, b, blx."""
    parts = []
    for mask, value, kind in (
        (0x0F000000, 0x0B000000, Kind.CALL),
        (0xFF000000, 0xEA000000, Kind.JUMP),
        (0x0F000000, 0x0A000000, Kind.BRANCH),
    ):
        place = _a32(words, mask, value)
        if mask == 0x0F000000:
            place = place[words.word[place] < np.uint32(0xF0000000)]
        target = words.address[place] + 8 + signed(words.word[place], 0, 24) * 4
        parts.append(_branch(place, target, kind, 4))
    place = _a32(words, 0xFE000000, 0xFA000000)
    word = words.word[place]
    target = words.address[place] + 8 + signed(word, 0, 24) * 4 + unsigned(word, 24, 1) * 2
    parts.append(_branch(place, target, Kind.CALL, 4))
    return parts


def _thumb_branches(words: Words) -> list[Branches]:
    """bl, blx, b.w, b<cond>.w, b, b<cond>, cbz, cbnz. The first halfword is the word's low half."""
    parts = []
    for value, kind in ((0xD000F000, Kind.CALL), (0xC000F000, Kind.CALL), (0x9000F000, Kind.JUMP)):
        place = matches(words.word, 0xD000F800, value)
        word = words.word[place]
        sign = unsigned(word, 10, 1)
        i1 = 1 - (unsigned(word, 29, 1) ^ sign)
        i2 = 1 - (unsigned(word, 27, 1) ^ sign)
        low = unsigned(word, 16, 11)
        offset = -(sign << 24) | i1 << 23 | i2 << 22 | unsigned(word, 0, 10) << 12 | low << 1
        base = words.address[place] + 4
        if value == 0xC000F000:
            base, offset = base & ~np.int64(3), offset & ~np.int64(3)
        parts.append(_branch(place, base + offset, kind, 4))
    place = matches(words.word, 0xD000F800, 0x8000F000)
    word = words.word[place]
    offset = -(unsigned(word, 10, 1) << 20) | unsigned(word, 27, 1) << 19 | unsigned(word, 29, 1) << 18
    offset = offset | unsigned(word, 0, 6) << 12 | unsigned(word, 16, 11) << 1
    parts.append(_branch(place, words.address[place] + 4 + offset, Kind.BRANCH, 4))
    for mask, value, width, kind in ((0xF800, 0xE000, 11, Kind.JUMP), (0xF000, 0xD000, 8, Kind.BRANCH)):
        place = matches(words.word, mask, value)
        target = words.address[place] + 4 + signed(words.word[place], 0, width) * 2
        parts.append(_branch(place, target, kind, 2))
    place = matches(words.word, 0xF500, 0xB100)
    target = (
        words.address[place] + 4 + (unsigned(words.word[place], 9, 1) << 6) + (unsigned(words.word[place], 3, 5) << 1)
    )
    parts.append(_branch(place, target, Kind.BRANCH, 2))
    return parts


def _is_placed(image: ElfImage) -> bool:
    """Whether constants in the code may be addresses: as linked, or as the loader changes them."""
    if not image.position_independent or image.is_object:
        return True
    flags = image.dynamic.value(DT.FLAGS) or 0
    return image.dynamic.value(DT.TEXTREL) is not None or bool(flags & DF_TEXTREL)


_OF_A32: Final = 5
"""How many of the decoder's ``ends`` are A32 instructions."""


class Decoder:
    """A32 and Thumb-2 instructions at every halfword."""

    step = 2
    slack = 4096
    stack_pointer = 13
    stub_prefixes: frozenset[int] = frozenset()
    fillers: frozenset[int] = frozenset({0xE320F000, 0xE1A00000, 0, 0xBF00BF00})
    ends: tuple[tuple[int, int, int], ...] = (
        (4, 0xFF000000, 0xEA000000),
        (4, 0xFE10F000, 0xE410F000),
        (4, 0xFE108000, 0xE8108000),
        (4, 0xFFFFFFF0, 0xE12FFF10),
        (4, 0xFFFFFFFF, 0xE1A0F00E),
        # Thumb from here on: see _OF_A32.
        (4, 0x8000FFFF, 0x8000E8BD),
        (4, 0xFFFFFFFF, 0xFB04F85D),
        (4, 0xD000F800, 0x9000F000),
        (2, 0xFF87, 0x4700),
        (2, 0xF800, 0xE000),
        (2, 0xFF00, 0xBD00),
    )

    def branches(self, words: Words, image: ElfImage) -> Branches:
        """Direct branches of both instruction sets, and loads that name their cell by a constant."""
        return concatenate(Branches, (*_a32_branches(words), *_thumb_branches(words), *_loads_by_sum(words, image)))

    def formed(self, words: Words, image: ElfImage) -> Formed:
        """Constants by themselves, and constants added to the program counter or, in a GOT load, to the GOT's
        address. Where the code may be loaded anywhere, a constant that the loader leaves alone is no address."""
        known = constants(words, image)
        own = slice(None if _is_placed(image) else 0)
        parts = [Formed(known.address[own], known.end[own], known.register[own], known.value[own])]
        for place, target, source, ahead, size in (
            _thumb_add_pc(words),
            _a32_add_pc(words, 0x0FFF0FF0, 0x008F0000),
        ):
            parts += _on_counter(words, known, place, target, source, ahead, size)
        return concatenate(Formed, parts)

    def operands(self, words: Words) -> Operands:
        """Loads, stores and additions with an immediate offset."""
        parts = []
        maybe_a32, maybe_thumb = _instruction_sets(words)
        rows = [(*row, maybe_thumb) for row in _thumb_operands(words)] + [
            (*row, maybe_a32) for row in _a32_operands(words)
        ]
        for every, registers, offsets, kind, size, possible in rows:
            chosen = possible[every]
            place, register, offset = every[chosen], registers[chosen], offsets[chosen]
            address = words.address[place]
            parts.append(
                Operands(
                    address, address + size, register.astype(np.uint8), offset, np.full(len(place), kind, np.uint8)
                )
            )
        return concatenate(Operands, parts)

    def indirect_jumps(self, words: Words) -> npt.NDArray[np.bool_]:
        """Bx and loads of the program counter; linkage stubs are decoded apart."""
        word = words.word
        load = (word & np.uint32(0x0E50F000)) == np.uint32(0x0410F000)
        return np.asarray(load | ((word & np.uint32(0x0FFFFFF0)) == np.uint32(0x012FFF10)))

    def bases(self, _image: ElfImage) -> Mapping[int, int]:
        """None."""
        return {}


_BLOCK: Final = 256
"""Halfwords over which the instruction set is guessed."""


def _instruction_sets(words: Words) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Per word, whether A32 and whether Thumb may stand there. Most A32 instructions are unconditional: their top four
    bits are 14. Where neither is clear, both may."""
    whole = _share(words)
    return whole > 0.2, whole < 0.6


_EVEN: Final = 0.4
"""The share of words that look like A32 beyond which code is more likely that than Thumb."""


def _share(words: Words) -> npt.NDArray[np.float64]:
    """Around each word, how many words look like unconditional A32 instructions."""
    always = ((words.word >> np.uint32(28)) == np.uint32(14)) & (words.address % 4 == 0)
    blocks = -(-len(always) // _BLOCK)
    padded = np.zeros(blocks * _BLOCK, np.bool_)
    padded[: len(always)] = always
    share = padded.reshape(-1, _BLOCK).mean(axis=1) * 2
    return np.repeat(share, _BLOCK)[: len(always)]


_Add = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int64]", "npt.NDArray[np.int64]", int, int]


def _thumb_add_pc(words: Words) -> _Add:
    """Add rd, pc: (places, rd, the register added, what the counter is ahead, size)."""
    place = matches(words.word, 0xFF78, 0x4478)
    register = unsigned(words.word[place], 0, 3) | unsigned(words.word[place], 7, 1) << 3
    return place, register, register, 4, 2


def _a32_add_pc(words: Words, mask: int, value: int) -> _Add:
    """Add rd, pc, rm."""
    place = _a32(words, mask, value)
    return place, unsigned(words.word[place], 12, 4), unsigned(words.word[place], 0, 4), 8, 4


def _on_counter(
    words: Words,
    known: Constants,
    place: npt.NDArray[np.int64],
    target: npt.NDArray[np.int64],
    source: npt.NDArray[np.int64],
    ahead: int,
    size: int,
) -> list[Formed]:
    """What instructions that add a constant to the program counter form, for each constant that may be meant."""
    address = words.address[place]
    parts = []
    for index, valid in nearest(known, address, source):
        value = (known.value[index[valid]] + address[valid] + ahead) & 0xFFFFFFFF
        parts.append(Formed(address[valid], address[valid] + size, target[valid].astype(np.uint8), value))
    return parts


_Row = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int64]", "npt.NDArray[np.int64]", Kind, int]


def _thumb_operands(words: Words) -> list[_Row]:
    """ldr, str, add with immediates: (places, base register, offset, kind, size)."""
    rows: list[_Row] = []
    for mask, value, kind in ((0xF800, 0x6800, Kind.LOAD), (0xF800, 0x6000, Kind.STORE)):
        place = matches(words.word, mask, value)
        word = words.word[place]
        rows.append((place, unsigned(word, 3, 3), unsigned(word, 6, 5) << 2, kind, 2))
    for value, kind in ((0xF8D0, Kind.LOAD), (0xF8C0, Kind.STORE)):
        place = matches(words.word, 0xFFF0, value)
        word = words.word[place]
        rows.append((place, unsigned(word, 0, 4), unsigned(word, 16, 12), kind, 4))
    for value, kind in ((0xF850, Kind.LOAD), (0xF840, Kind.STORE)):
        place = matches(words.word, 0x0800FFF0, 0x08000000 | value)
        word = words.word[place]
        magnitude = unsigned(word, 16, 8)
        rows.append((place, unsigned(word, 0, 4), np.where(unsigned(word, 25, 1) == 1, magnitude, -magnitude), kind, 4))
    for value, kind in ((0xE950, Kind.LOAD), (0xE940, Kind.STORE)):
        for extra in (0, 4):
            place = matches(words.word, 0xFF50, value)
            word = words.word[place]
            magnitude = unsigned(word, 16, 8) << 2
            offset = np.where(unsigned(word, 7, 1) == 1, magnitude, -magnitude) + extra
            rows.append((place, unsigned(word, 0, 4), offset, kind, 4))
    place = matches(words.word, 0xFE00, 0x1C00)
    rows.append((place, unsigned(words.word[place], 3, 3), unsigned(words.word[place], 6, 3), Kind.ADDRESS, 2))
    place = matches(words.word, 0xF800, 0x3000)
    rows.append((place, unsigned(words.word[place], 8, 3), unsigned(words.word[place], 0, 8), Kind.ADDRESS, 2))
    place = matches(words.word, 0xFBF0, 0xF200)
    word = words.word[place]
    wide = unsigned(word, 10, 1) << 11 | unsigned(word, 28, 3) << 8 | unsigned(word, 16, 8)
    rows.append((place, unsigned(word, 0, 4), wide, Kind.ADDRESS, 4))
    place = matches(words.word, 0xFBE0, 0xF100)
    word = words.word[place]
    rows.append((place, unsigned(word, 0, 4), _thumb_constant(word), Kind.ADDRESS, 4))
    return rows


def _thumb_constant(word: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """ThumbExpandImm: a byte repeated in a pattern, or eight bits rotated."""
    code = unsigned(word, 10, 1) << 11 | unsigned(word, 28, 3) << 8 | unsigned(word, 16, 8)
    byte = code & 0xFF
    turn = code >> 7
    bits = (0x80 | code & 0x7F).astype(np.uint64)
    rotated = (bits >> turn.astype(np.uint64) | bits << (32 - turn).astype(np.uint64)) & np.uint64(0xFFFFFFFF)
    pattern = code >> 8 & 3
    repeated = np.choose(pattern, [byte, byte << 16 | byte, byte << 24 | byte << 8, byte * 0x01010101])
    return np.where(code >> 10 == 0, repeated, rotated.astype(np.int64))


def _a32_operands(words: Words) -> list[_Row]:
    """The same in A32, and ldrd and strd."""
    rows: list[_Row] = []
    for mask, value, kind in ((0x0E500000, 0x04100000, Kind.LOAD), (0x0E500000, 0x04000000, Kind.STORE)):
        place = _a32(words, mask, value)
        word = words.word[place]
        magnitude = unsigned(word, 0, 12)
        offset = np.where(unsigned(word, 23, 1) == 1, magnitude, -magnitude)
        rows.append((place, unsigned(word, 16, 4), offset, kind, 4))
    for value, kind in ((0x004000D0, Kind.LOAD), (0x004000F0, Kind.STORE)):
        for extra in (0, 4):
            place = _a32(words, 0x0E5000F0, value)
            word = words.word[place]
            magnitude = unsigned(word, 8, 4) << 4 | unsigned(word, 0, 4)
            offset = np.where(unsigned(word, 23, 1) == 1, magnitude, -magnitude) + extra
            rows.append((place, unsigned(word, 16, 4), offset, kind, 4))
    for value, sign in ((0x02800000, 1), (0x02400000, -1)):
        place = _a32(words, 0x0FE00000, value)
        word = words.word[place]
        rows.append((place, unsigned(word, 16, 4), sign * _rotated(word), Kind.ADDRESS, 4))
    return rows


def _rotated(word: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """An A32 constant: eight bits rotated right by twice four bits."""
    byte, turn = unsigned(word, 0, 8).astype(np.uint64), (unsigned(word, 8, 4) * 2).astype(np.uint64)
    return ((byte >> turn | byte << (np.uint64(32) - turn)) & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _loads_by_sum(words: Words, image: ElfImage) -> list[Branches]:
    """Loads whose address is the program counter, or the GOT's address, plus a constant in a register."""
    known = constants(words, image)
    counter = _a32(words, 0x0FFF0FF0, 0x079F0000)
    parts = _sums(words, known, counter, unsigned(words.word[counter], 0, 4), words.address[counter] + 8, 4)
    got = image.dynamic.value(DT.PLTGOT)
    if got is None:
        return parts
    for place, first, second, width, size in (
        (matches(words.word, 0xFE00, 0x5800), 6, 3, 3, 2),
        (matches(words.word, 0x0FC0FFF0, 0xF850), 16, 0, 4, 4),
        (_a32(words, 0x0FF00FF0, 0x07900000), 0, 16, 4, 4),
    ):
        for low in (first, second):
            register = unsigned(words.word[place], low, width)
            parts += _sums(words, known, place, register, np.full(len(place), got), size)
    return parts


def _sums(
    words: Words,
    known: Constants,
    place: npt.NDArray[np.int64],
    register: npt.NDArray[np.int64],
    base: npt.NDArray[np.int64],
    size: int,
) -> list[Branches]:
    """Loads of base plus each constant that the register may hold."""
    parts = []
    for index, valid in nearest(known, words.address[place], register):
        target = (known.value[index[valid]] + base[valid]) & 0xFFFFFFFF
        parts.append(_branch(place[valid], target, Kind.LOAD, size))
    return parts


def stubs(image: ElfImage, code: CodeRange, slots: npt.NDArray[np.uint64]) -> dict[int, tuple[int, int]]:
    """Add ip, pc, #a; add ip, ip, #b (once or twice); ldr pc, [ip, #c]!: and the Thumb entry (bx pc) before it."""
    wanted = set(slots.tolist())
    found: dict[int, tuple[int, int]] = {}
    for words in words_of(image, code, 2, code.vaddr, code.end):
        for place in _a32(words, 0xFFFFF000, 0xE28FC000).tolist():
            slot, jump = _a32_stub(words, place)
            if slot in wanted:
                start = int(words.address[place])
                found[start] = (slot, jump)
                if place >= 2 and int(words.word[place - 2]) & 0xFFFF == 0x4778:
                    found[start - 4] = (slot, jump)
    return found


def _a32_stub(words: Words, place: int) -> tuple[int, int]:
    """(slot, address of the jump) of the stub that starts at a position; (-1, 0) when there is none."""
    value = int(words.address[place]) + 8 + int(_rotated(words.word[place : place + 1])[0])
    for ahead in (2, 4, 6):
        if place + ahead >= len(words.word):
            break
        word = words.word[place + ahead : place + ahead + 1]
        if int(word[0]) & 0xFFFFF000 == 0xE28CC000:
            value += int(_rotated(word)[0])
        elif int(word[0]) & 0xFFFFF000 in {0xE5BCF000, 0xE59CF000}:
            return (value + (int(word[0]) & 0xFFF)) & 0xFFFFFFFF, int(words.address[place + ahead])
        else:
            break
    return -1, 0


def traps(image: ElfImage, code: CodeRange) -> Sequence[tuple[int, int, str]]:
    """Svc #0 in both instruction sets, and the numbered form of the old ABI."""
    found: list[tuple[int, int, str]] = []
    for words in words_of(image, code, 2, code.vaddr, code.end):
        found += [(address, 2, "svc") for address in words.address[matches(words.word, 0xFFFF, 0xDF00)].tolist()]
        found += [(address, 4, "svc") for address in words.address[_a32(words, 0x0FFFFFFF, 0x0F000000)].tolist()]
        found += [(address, 4, "svc") for address in words.address[_a32(words, 0x0FF00000, 0x0F900000)].tolist()]
    return found


class _A32Decoder(Decoder):
    """The same where no Thumb is."""

    ends = Decoder.ends[:_OF_A32]


_FIXED: Final = FixedMachine(Decoder())
_A32: Final = FixedMachine(_A32Decoder())


def call_targets(image: ElfImage, code: CodeRange) -> npt.NDArray[np.uint64]:
    """See ``machine.CallTargets``."""
    return sorted_unique(_likely(image, code, (Kind.CALL,), code.vaddr, code.end)[1])


def jumps(image: ElfImage, code: CodeRange) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """See ``machine.Jumps``. One that leads to where control comes from above is none to another function; behind a
    literal pool it seems to come, but a function that calls others begins with storing its return address."""
    places, targets = _likely(image, code, (Kind.JUMP,), code.vaddr, code.end)
    known = {
        target: _saves_return(code, target) or not _FIXED.falls_into(image, code, target)
        for target in sorted_unique(targets).tolist()
    }
    chosen = np.array([known[target] for target in targets.tolist()], np.bool_)
    return places[chosen], targets[chosen]


def _saves_return(code: CodeRange, address: int) -> bool:
    """Whether the instruction at an address pushes lr, in either instruction set."""
    raw = code.content[address - code.vaddr : address - code.vaddr + 4].tobytes()
    word = int.from_bytes(raw, "little")
    thumb = word & 0xFF00 == 0xB500 or word & 0x4000FFFF == 0x4000E92D
    return thumb or word & 0xFFFF4000 == 0xE92D4000 or word == 0xE52DE004


def falls_into(image: ElfImage, code: CodeRange, address: int) -> bool:
    """See ``machine.FallsInto``. Constants that the code before loads, and half words that fill up, stand between it
    and what follows."""
    pool: set[int] | None = None
    at = address
    for _step in range(_MOST_BETWEEN):
        machine = _A32 if _is_a32(code, at) else _FIXED
        if not machine.falls_into(image, code, at):
            return False
        if code.content[at - code.vaddr - 2 : at - code.vaddr].tobytes() in _SHORT_FILLERS:
            at -= 2
            continue
        if pool is None:
            pool = _pool(image, code, at)
        if at - 4 not in pool:
            return True
        at -= 4
    return True


def _is_a32(code: CodeRange, at: int) -> bool:
    """Whether the code before an address looks like A32, whose words mostly begin with the condition "always": the
    second half of most of them is a branch to Thumb."""
    raw = code.content[max(0, at - code.vaddr - _LOOK) : at - code.vaddr]
    words = raw[len(raw) % 4 :].view("<u4")
    return at % 4 == 0 and bool((words >> np.uint32(28) == _ALWAYS).mean() >= _SHARE) if len(words) else False


def _pool(image: ElfImage, code: CodeRange, end: int) -> set[int]:
    """Addresses of the words that the code before an address loads from beside itself."""
    stretch = words_of(image, code, 2, max(code.vaddr, end - _POOL_REACH), end)
    places = [place for words in stretch for place in literal_places(words)]
    return set(np.concatenate(places).tolist()) if places else set()


_LOOK: Final = 32
_ALWAYS: Final = np.uint32(0xE)
_SHARE: Final = 0.45
"""Bytes before an address that are looked at, and how many of the words there must begin so."""
_SHORT_FILLERS: Final = frozenset({b"\0\0", b"\x00\xbf", b"\xc0\x46"})
_MOST_BETWEEN: Final = 512
"""Words of a literal pool, or half words that fill up."""

_POOL_REACH: Final = 8192
"""Bytes before a literal pool's end in which its constants are loaded: they may lie 4 KB off, and take some room."""


def direct_jumps(
    image: ElfImage, code: CodeRange, low: int, high: int, *, short: bool
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """See ``machine.DirectJumps``. Of each instruction set only where the code around looks like it."""
    near = max(low - _SURROUNDINGS, code.vaddr), min(high + _SURROUNDINGS, code.end)
    places, targets = _likely(image, code, (Kind.JUMP, Kind.BRANCH), *near, short=short)
    inside = (places >= np.uint64(max(0, low))) & (places < np.uint64(high))
    return places[inside], targets[inside]


_SHORT: Final = 2

_SURROUNDINGS: Final = 4096
"""Bytes on each side that tell which instruction set code is in."""


def _likely(
    image: ElfImage, code: CodeRange, kinds: tuple[Kind, ...], low: int, high: int, *, short: bool = True
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Where branches of some kinds stand and lead, of each instruction set only where the code around looks like it,
    and not in the second half of what looks like a long Thumb instruction."""
    places, targets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for words in words_of(image, code, 2, low, high):
        is_a32 = _share(words) > _EVEN
        wide = (words.word & np.uint32(0xFFFF)) >= np.uint32(0xE800)
        second = np.concatenate(([False], wide[:-1] & ~np.concatenate(([False], wide[:-1]))[:-1]))
        for branches, possible in ((_a32_branches(words), is_a32), (_thumb_branches(words), ~is_a32 & ~second)):
            for branch in branches:
                chosen = np.isin(branch.kind, kinds) & possible[branch.place] & ((branch.size > _SHORT) | short)
                chosen &= (branch.target >= code.vaddr) & (branch.target < code.end)
                places.append(words.address[branch.place[chosen]])
                targets.append(branch.target[chosen])
    return np.concatenate(places).astype(np.uint64), np.concatenate(targets).astype(np.uint64)


MACHINES: Final = (
    Machine(
        name="arm",
        number=EM.ARM,
        bits=frozenset({32}),
        orders=frozenset({"<"}),
        relocations=RelocationTypes(
            absolute=frozenset({2}),
            relative=frozenset({23}),
            indirect=frozenset({160}),
            copy=20,
            glob_dat=21,
            jump_slot=22,
            forms={
                0: Form.NOTHING,
                2: Form.ABSOLUTE_32,
                3: Form.RELATIVE_32,
                28: Form.ARM_BRANCH,
                29: Form.ARM_BRANCH,
                10: Form.THUMB_BRANCH,
                30: Form.THUMB_BRANCH,
            },
        ),
        sweep=_FIXED.sweep,
        displaced=_FIXED.displaced,
        stubs=stubs,
        traps=traps,
        call_targets=call_targets,
        jumps=jumps,
        falls_into=falls_into,
        direct_jumps=direct_jumps,
        thumb=True,
    ),
)

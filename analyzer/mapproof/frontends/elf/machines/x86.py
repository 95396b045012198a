"""x86-64 and i386: how instructions refer to addresses.

Almost every reference is a 32-bit field that is relative to the end of its instruction, relative to the GOT (i386) or
absolute. So one pass per way over the bytes, at all four alignments, finds every field that names a wanted address;
the opcode before the field is looked at only where one was found. Source: Intel 64 and IA-32 Software Developer's
Manual, volume 2, chapter 2 and appendix A.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import DT, EM, ET
from mapproof.frontends.elf.linkage import Form
from mapproof.frontends.elf.machine import Displaced, Machine, RelocationTypes
from mapproof.frontends.elf.machines._system_call import SPELLED
from mapproof.frontends.elf.machines._x86_operand import decode
from mapproof.frontends.elf.reference import Kind, References, Wanted, join, make, sorted_unique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage

_CHUNK: Final = 1 << 20
"""Bytes per step: two scratch arrays of this size stay in a second-level cache."""
_LARGEST_FLAGGED: Final = 1 << 24
"""Flags of one span."""
_LARGEST_SPAN: Final = 1 << 30
"""Values of one span that are flagged at all."""
_MOST_SPANS: Final = 4
"""Passes over the text that cost no more than one with many hits."""
_LONGEST_IMMEDIATE: Final = 4
_SHORT_REACH: Final = 129
_MOST_SHORT_TARGETS: Final = 4096


@dataclass(frozen=True, slots=True)
class Span:
    """Values from ``low`` up to ``low + size`` that fields are searched for; ``flags`` tells of each ``2**shift`` of
    them whether any counts, and is ``None`` where all do."""

    low: int
    size: int
    flags: npt.NDArray[np.bool_] | None
    shift: int = 0


def spans_of(wanted: Wanted, base: int = 0, slack: int = 0) -> list[Span]:
    """The spans for all wanted addresses and up to ``slack`` below, less ``base``."""
    result = []
    for start, end in _few(wanted.ranges):
        low, size = start - slack, end - start + slack
        flags, shift = None, max(0, (size // _LARGEST_FLAGGED).bit_length())
        if size <= _LARGEST_SPAN:
            flags = np.zeros((size >> shift) + 1, np.bool_)
            inside = wanted.exact[(wanted.exact >= np.uint64(start)) & (wanted.exact < np.uint64(end))]
            places = (inside - np.uint64(start)).astype(np.int64) + slack
            for below in range(slack + 1):
                flags[(places - below) >> shift] = True
            for cell in wanted.tables.tolist():
                if start <= cell < end:
                    flags[max(0, cell - wanted.reach - slack - low) >> shift : (cell - low >> shift) + 1] = True
        result.append(Span(low - base, size, flags, shift))
    return result


def _few(ranges: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """The ranges, or what covers those that are not far apart, where they are so many that each would cost a pass."""
    if len(ranges) <= _MOST_SPANS:
        return ranges
    merged = [ranges[0]]
    for low, high in ranges[1:]:
        if high - merged[-1][0] <= _LARGEST_SPAN:
            merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return merged


def field_hits(
    content: npt.NDArray[np.uint8], spans: Sequence[Span], origin: int | None
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]]:
    """Positions and values of 32-bit fields whose value names an address in one of the spans, modulo 2**32.

    ``origin`` is the address of the content's first byte for fields relative to their own end, ``None`` for plain
    values.
    """
    length, most = len(content), _CHUNK // 4
    ramp = np.arange(most, dtype=np.uint32) * np.uint32(4)
    scratch, near, below = np.empty(most, np.uint32), np.empty(most, np.uint32), np.empty(most, np.bool_)
    for start in range(0, length, _CHUNK):
        for phase in range(4):
            count = min(most, (length - start - phase) // 4)
            if count <= 0:
                continue
            field = content[start + phase : start + phase + 4 * count].view("<u4")
            value = field if origin is None else np.add(field, ramp[:count], out=scratch[:count])
            for span in spans:
                bias = span.low if origin is None else span.low - (origin + start + phase + 4)
                np.subtract(value, np.uint32(bias & 0xFFFFFFFF), out=near[:count])
                np.less(near[:count], np.uint32(min(span.size, 0xFFFFFFFF)), out=below[:count])
                if below[:count].any():
                    hits = np.flatnonzero(below[:count])
                    if span.flags is not None:
                        hits = hits[span.flags[near[hits] >> span.shift]]
                    yield hits * 4 + (start + phase), field[hits].astype(np.uint32)


def sweep(image: ElfImage, code: CodeRange, wanted: Wanted) -> References:
    """Every instruction of the range that refers to a wanted address, or forms one within reach of it."""
    if image.header is None or not len(wanted.exact):
        return join([])
    wide = image.layout.bits == 64
    near = _collect(field_hits(code.content, spans_of(wanted, slack=_LONGEST_IMMEDIATE), code.vaddr))
    parts = [_relative(code, wanted, near, wide=wide), _short(code, wanted)]
    parts += [
        _fixed(code, wanted, _collect(field_hits(code.content, shifted, None)), base, wide=wide)
        for base, shifted in _fixed_spans(image, wanted)
    ]
    return join(parts)


def _fixed_spans(image: ElfImage, wanted: Wanted) -> Iterator[tuple[int, list[Span]]]:
    """(base, spans of the field) for each way but RIP-relative in which code can hold an address."""
    narrow = image.layout.bits == 32
    if image.type == ET.EXEC or (narrow and not image.is_object):
        yield 0, spans_of(wanted)
    if narrow:
        for base in _got_bases(image):
            yield base, spans_of(wanted, base)


def _got_bases(image: ElfImage) -> list[int]:
    """What i386 code may hold in its GOT register: ``DT_PLTGOT``, and what most functions compute from their own
    address.

    They call a thunk that returns its return address, and add a constant.
    """
    if image.register_bases is None:
        votes: list[int] = []
        for code in image.memory.code_ranges():
            thunks = [code.vaddr + found.start() for found in _THUNK.finditer(code.content.tobytes())]
            wanted = Wanted.of(thunks)
            calls = _relative(
                code, wanted, _collect(field_hits(code.content, spans_of(wanted), code.vaddr)), wide=False
            )
            for after in calls["end"].tolist():
                added = _ADDITION.search(code.content[after - code.vaddr : after - code.vaddr + 20].tobytes())
                if added is not None:
                    votes.append(after + int.from_bytes(added[1], "little") & 0xFFFFFFFF)
        common = [base for base, _ in Counter(votes).most_common(_MOST_GOT_BASES)]
        got = image.dynamic.value(DT.PLTGOT)
        image.register_bases = dict(enumerate(dict.fromkeys([*([] if got is None else [got]), *common])))
    return list(image.register_bases.values())


_THUNK: Final = re.compile(rb"\x8b[\x04\x0c\x14\x1c\x2c\x34\x3c]\x24\xc3")
_ADDITION: Final = re.compile(rb"(?:\x81[\xc0-\xc7]|\x05)(....)", re.DOTALL)
_MOST_GOT_BASES: Final = 2


_Hits = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.uint64]"]


def _collect(hits: Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]]) -> _Hits:
    """Positions of all hits, and their fields sign-extended to 64 bits."""
    found = list(hits)
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    fields = np.concatenate([field for _, field in found])
    return np.concatenate([place for place, _ in found]), fields.view(np.int32).astype(np.int64).astype(np.uint64)


def _relative(code: CodeRange, wanted: Wanted, hits: _Hits, *, wide: bool) -> References:
    """Fields relative to the end of their instruction: near branches, and RIP-relative operands in 64-bit code."""
    places, displacement = hits
    mask = np.uint64(0xFFFFFFFFFFFFFFFF if wide else 0xFFFFFFFF)
    after = places.astype(np.uint64) + np.uint64(code.vaddr + 4)
    plain = (after + displacement) & mask
    possible = wanted.possible(plain, _LONGEST_IMMEDIATE if wide else 0)
    places, after, plain = places[possible], after[possible], plain[possible]
    found = decode(code.content, places, relative=True, wide=wide)
    extra = found.immediate.astype(np.uint64)
    target = (plain + extra) & mask
    keep = wanted.useful(found.kind, target)
    start = np.uint64(code.vaddr) + found.start.astype(np.uint64)
    parts = [make(start[keep], (after + extra)[keep], target[keep], found.kind[keep])]
    for other in (0, 1, 2, 4) if wide else ():
        size = np.uint64(other)
        also = (found.kind >= Kind.LOAD) & (extra != size) & wanted.holds(plain + size)
        parts.append(make(start[also], (after + size)[also], (plain + size)[also], found.kind[also]))
    return join(parts)


def _fixed(code: CodeRange, wanted: Wanted, hits: _Hits, base: int, *, wide: bool) -> References:
    """Fields that hold an address, or (``base``) its distance from the GOT.

    The byte before a constant may also be the mode of an operand: then both are there.
    """
    places, value = hits
    mask = np.uint64(0xFFFFFFFFFFFFFFFF if wide else 0xFFFFFFFF)
    target = (value + np.uint64(base)) & mask
    exact = wanted.possible(target, 0)
    places, target = places[exact], target[exact]
    found = decode(code.content, places, relative=False, wide=wide, register_base=base != 0)
    keep = wanted.useful(found.kind, target)
    start = np.uint64(code.vaddr) + found.start.astype(np.uint64)
    end = places.astype(np.uint64) + np.uint64(code.vaddr + 4) + found.immediate.astype(np.uint64)
    first = code.content[np.maximum(places - 1, 0)]
    constant = (((first & 0xF8) == 0xB8) | (first == 0x68)) & (found.kind != Kind.ADDRESS) & (places > 0) & (base == 0)
    at = places[constant].astype(np.uint64) + np.uint64(code.vaddr)
    also = make(at - np.uint64(1), at + np.uint64(4), target[constant], Kind.ADDRESS)
    return join([make(start[keep], end[keep], target[keep], found.kind[keep]), also])


def _short(code: CodeRange, wanted: Wanted) -> References:
    """Two-byte jumps to a wanted address. Bytes in the middle of instructions look the same; so these are
    candidates."""
    inside = wanted.exact[(wanted.exact >= code.vaddr) & (wanted.exact < code.end)]
    parts = []
    for target in inside[:_MOST_SHORT_TARGETS].tolist():
        low = max(0, target - code.vaddr - _SHORT_REACH)
        window = code.content[low : target - code.vaddr + _SHORT_REACH]
        place = np.arange(len(window) - 1)
        opcode = (window[:-1] == 0xEB) | (window[:-1] & 0xF0 == 0x70) | (window[:-1] & 0xFC == 0xE0)
        lands = place + low + 2 + window[1:].view(np.int8) == target - code.vaddr
        chosen = place[opcode & lands]
        chosen = chosen[[b"\xff\x25" not in window[max(0, at - 5) : at].tobytes() for at in chosen.tolist()]]
        start = chosen.astype(np.uint64) + np.uint64(low + code.vaddr)
        parts.append(make(start, start + np.uint64(2), np.full(len(start), target, np.uint64), Kind.SHORT))
    return join(parts)


def displaced(_image: ElfImage, code: CodeRange, low: int, high: int, distances: npt.NDArray[np.int64]) -> Displaced:
    """Operands of the code [low, high) that add one of the distances to a register. Found as bytes, not by decoding."""
    first = max(0, low - code.vaddr)
    text = code.content[first : max(0, high - code.vaddr)].tobytes()
    rows = []
    for distance in distances.tolist():
        for size in (1, 4) if -0x80 <= distance < 0x80 else (4,):
            needle = distance.to_bytes(size, "little", signed=True)
            at = text.find(needle, 2)
            while at >= 0:
                mode = text[at - 1] if text[at - 1] & 7 != 4 and text[at - 1] >= 0x40 else text[at - 2]
                if mode & 0xC0 == (0x40 if size == 1 else 0x80):
                    rows.append((at - 2, at + size, distance))
                at = text.find(needle, at + 1)
    table = np.array(rows, np.int64).reshape(-1, 3)
    origin = np.uint64(code.vaddr + first).astype(np.int64)
    return Displaced(table[:, 0] + origin, table[:, 1] + origin, table[:, 2])


def stubs(image: ElfImage, code: CodeRange, slots: npt.NDArray[np.uint64]) -> dict[int, tuple[int, int]]:
    """PLT entries of every flavour: an indirect jump through a slot, with or without ``endbr`` or pushes before it."""
    wanted = Wanted.of(slots.tolist())
    parts = []
    if image.layout.bits == 64:
        parts.append(_relative(code, wanted, _jumps_through(code), wide=True))
    for base, spans in _fixed_spans(image, wanted):
        hits = _only_jumps(code, _collect(field_hits(code.content, spans, None)))
        parts.append(_fixed(code, wanted, hits, base, wide=image.layout.bits == 64))
    found: dict[int, tuple[int, int]] = {}
    endbr = b"\xf3\x0f\x1e\xfa" if image.layout.bits == 64 else b"\xf3\x0f\x1e\xfb"
    for at, _, slot, kind in join(parts).tolist():
        if kind == Kind.JUMP_SLOT:
            before = code.content[max(0, at - code.vaddr - 4) : max(0, at - code.vaddr)].tobytes()
            found[at] = (slot, at)
            if before == endbr:
                found[at - 4] = (slot, at)
    return found


def _jumps_through(code: CodeRange) -> _Hits:
    """The fields of all RIP-relative indirect jumps, and of what looks like one."""
    last = len(code.content) - 6
    found = [at + 2 for match in _THROUGH.finditer(code.content.data) if (at := match.start()) <= last]
    places = np.array(found, np.int64)
    fields = np.ascontiguousarray(code.content[places[:, None] + np.arange(4)]).view("<i4").reshape(-1)
    return places, fields.astype(np.int64).astype(np.uint64)


_THROUGH: Final = re.compile(rb"\xff\x25")


def _only_jumps(code: CodeRange, hits: _Hits) -> _Hits:
    """Those fields that the opcode of an indirect jump stands before."""
    places, fields = hits
    kept = (places >= 2) & (code.content[places - 2] == 0xFF) & (code.content[places - 1] & 0x38 == 0x20)
    return places[kept], fields[kept]


_FILLER: Final = re.compile(
    rb"(?:(?:\xf2|\x66)*(?:\x90|\x0f\x1f(?:\x00|\x40.|\x44..|\x80....|\x84.....)|\x2e\x0f\x1f\x84.....)"
    rb"|\x2e?\x8d(?:\x76\x00|\x74\x26\x00|[\xb6\xbf]\x00{4}|\xb4\x26\x00{4}|\xbc\x27\x00{4})|\x89\xf6|\xcc|\x00)+\Z",
    re.DOTALL,
)
_END: Final = re.compile(rb"(?:\xe9....|\xeb.|\xff[\x25\xa3]....|\xff[\xe0-\xe7]|\xc3|\x0f\x0b|\xf4|\xcc)\Z", re.DOTALL)
_BEFORE: Final = 64


def falls_into(_image: ElfImage, code: CodeRange, address: int) -> bool:
    """Judged by the bytes before: padding, then what looks like a jump, a return or a trap, means no."""
    at = address - code.vaddr
    before = code.content[max(0, at - _BEFORE) : max(0, at)].tobytes()
    filler = _FILLER.search(before)
    first = len(before) if filler is None else filler.start()
    if first == 0 and at <= _BEFORE:
        return False
    return not any(_END.search(before[:cut]) for cut in range(first, len(before) + 1))


def traps(_image: ElfImage, code: CodeRange) -> Sequence[tuple[int, int, str]]:
    """Every byte pair that encodes a system call. Pairs inside other instructions are among them."""
    text = code.content
    found: list[tuple[int, int, str]] = []
    for length, _mask, value, mnemonic in SPELLED[EM.X86_64]:
        pair = value.to_bytes(length, "little")
        found += [(code.vaddr + place, length, mnemonic) for place in _pairs(text, pair)]
    return sorted(found)


def _pairs(text: npt.NDArray[np.uint8], pair: bytes) -> Iterator[int]:
    """Positions of a byte pair, chunk by chunk."""
    for start in range(0, len(text), _CHUNK):
        piece = text[start : start + _CHUNK + 1]
        for place in np.flatnonzero((piece[:-1] == pair[0]) & (piece[1:] == pair[1])).tolist():
            yield start + place


def call_targets(_image: ElfImage, code: CodeRange) -> npt.NDArray[np.uint64]:
    """Targets of what looks like a near call, where the byte before the target can end a function or be padding."""
    parts = []
    for start in range(0, len(code.content), _CHUNK):
        piece = code.content[start : start + _CHUNK + 4]
        places = np.flatnonzero(piece[: max(0, len(piece) - 4)] == 0xE8) + start + 1
        field = np.ascontiguousarray(code.content[places[:, None] + np.arange(4)]).reshape(-1).view("<i4")
        target = field + places + 4
        target = target[(target > 0) & (target < len(code.content))]
        before = code.content[target - 1]
        parts.append(target[_ENDING[before] & (target % 16 == 0)])
    if not parts:
        return np.zeros(0, np.uint64)
    return sorted_unique(np.concatenate(parts).astype(np.uint64)) + np.uint64(code.vaddr)


def direct_jumps(
    _image: ElfImage, code: CodeRange, low: int, high: int, *, short: bool
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """See ``machine.DirectJumps``. Bytes in the middle of instructions are among them."""
    first, last = max(low - code.vaddr, 0), min(high - code.vaddr, len(code.content))
    places, targets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for start in range(first, last, _CHUNK):
        size = min(last, start + _CHUNK) - start
        piece = code.content[start : start + size + 5]
        ahead = piece[: max(0, len(piece) - 5)]
        near = np.flatnonzero(piece[: max(0, len(piece) - 4)] == 0xE9)
        tested = np.flatnonzero((ahead == 0x0F) & (piece[1 : 1 + len(ahead)] & 0xF0 == 0x80))
        for found, length in ((near, 1), (tested, 2)):
            at = found[found < size] + start
            field = np.ascontiguousarray(code.content[at[:, None] + np.arange(length, length + 4)])
            places.append(at)
            targets.append(at + length + 4 + field.reshape(-1).view("<i4"))
        if short:
            opcode = (piece[:-1] == 0xEB) | (piece[:-1] & 0xF0 == 0x70) | (piece[:-1] & 0xFC == 0xE0)
            at = np.flatnonzero(opcode[:size])
            places.append(at + start)
            targets.append(at + start + 2 + piece[at + 1].view(np.int8))
    place, target = np.concatenate(places), np.concatenate(targets)
    inside = (target >= 0) & (target < len(code.content))
    base = np.uint64(code.vaddr)
    return place[inside].astype(np.uint64) + base, target[inside].astype(np.uint64) + base


_ENDING: Final = np.isin(np.arange(256), [0xCC, 0x90, 0xC3, 0x00, 0xF4, 0x0B])


_AMD64: Final = RelocationTypes(
    absolute=frozenset({1}),
    relative=frozenset({8, 38}),
    indirect=frozenset({37}),
    copy=5,
    glob_dat=6,
    jump_slot=7,
    forms={
        0: Form.NOTHING,
        1: Form.ABSOLUTE_64,
        2: Form.RELATIVE_32,
        4: Form.RELATIVE_32,
        9: Form.GOT_RELATIVE_32,
        10: Form.ABSOLUTE_32,
        11: Form.ABSOLUTE_32,
        24: Form.RELATIVE_64,
        41: Form.GOT_RELATIVE_32,
        42: Form.GOT_RELATIVE_32,
    },
)
_I386: Final = RelocationTypes(
    absolute=frozenset({1}),
    relative=frozenset({8}),
    indirect=frozenset({42}),
    copy=5,
    glob_dat=6,
    jump_slot=7,
    forms={0: Form.NOTHING, 1: Form.ABSOLUTE_32, 2: Form.RELATIVE_32, 4: Form.RELATIVE_32},
)


def _machine(name: str, number: EM, bits: int, relocations: RelocationTypes) -> Machine:
    return Machine(
        name=name,
        number=number,
        bits=frozenset({bits}),
        orders=frozenset({"<"}),
        relocations=relocations,
        sweep=sweep,
        displaced=displaced,
        stubs=stubs,
        traps=traps,
        call_targets=call_targets,
        falls_into=falls_into,
        direct_jumps=direct_jumps,
        independent=True,
    )


MACHINES: Final = (_machine("x86_64", EM.X86_64, 64, _AMD64), _machine("i386", EM.I386, 32, _I386))

"""What the bytes before a 32-bit field say about the instruction that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.reference import Kind

if TYPE_CHECKING:
    import numpy.typing as npt

_LOOK_BACK: Final = 6


@dataclass(frozen=True, slots=True)
class Decoded:
    """Per field: the ``Kind`` (0 when no instruction fits), where its instruction starts (position in the content)
    and how many bytes of immediate follow the field."""

    kind: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int64]
    immediate: npt.NDArray[np.int64]


def _one_byte_kinds() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """(kind, immediate size) by one-byte opcode with a ModRM memory operand; groups 5 and 3 are settled by their
    field."""
    kind, immediate = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    for row in range(0, 0x40, 8):
        kind[row : row + 2] = Kind.STORE
        kind[row + 2 : row + 4] = Kind.READ
    kind[0x38:0x3A] = Kind.READ
    kind[[0x63, 0x69, 0x6B, 0x84, 0x85]] = Kind.READ
    kind[
        [0x80, 0x81, 0x83, 0xC0, 0xC1, 0xC6, 0xC7, 0xD0, 0xD1, 0xD2, 0xD3, 0xFE, 0xFF, 0xF6, 0xF7, 0x88, 0x89, 0x8F]
    ] = Kind.STORE
    kind[[0x86, 0x87]] = Kind.STORE
    kind[0x8A:0x8C] = Kind.LOAD
    kind[0x8D] = Kind.ADDRESS
    kind[0xD8:0xE0] = Kind.READ
    immediate[[0x6B, 0x80, 0x83, 0xC0, 0xC1, 0xC6]] = 1
    immediate[[0x69, 0x81, 0xC7]] = 4
    return kind, immediate


_KIND, _IMMEDIATE = _one_byte_kinds()
_COMPARE_GROUP: Final = np.isin(np.arange(256), [0x80, 0x81, 0x83])
_VECTOR_LOADS: Final = np.isin(np.arange(256), [0x10, 0x12, 0x16, 0x28, 0x6E, 0x6F, 0x7E, 0xF0])
_VECTOR_STORES: Final = np.isin(np.arange(256), [0x11, 0x13, 0x17, 0x29, 0x2B, 0x7F, 0xD6, 0xE7])
_TWO_BYTE_WITH_IMMEDIATE: Final = np.isin(
    np.arange(256), [0x70, 0x71, 0x72, 0x73, 0xA4, 0xAC, 0xBA, 0xC2, 0xC4, 0xC5, 0xC6]
)


def decode(
    content: npt.NDArray[np.uint8],
    places: npt.NDArray[np.int64],
    *,
    relative: bool,
    wide: bool,
    register_base: bool = False,
) -> Decoded:
    """Say of each field what instruction it ends.

    ``relative``: the field counts from the instruction's end. ``wide``: 64-bit code. ``register_base``: the field is a
    displacement from a register (a GOT pointer), so only such operands fit.
    """
    count = len(places)
    before = np.zeros((_LOOK_BACK + 1, count), np.uint8)
    for back in range(1, _LOOK_BACK + 1):
        inside = places >= back
        before[back, inside] = content[places[inside] - back]
    kind, start, immediate = np.zeros(count, np.uint8), places - 1, np.zeros(count, np.int64)
    one, two = before[1], before[2]
    if relative:
        _branches(before, kind, start, places)
    direct = (one & 0xC7) == 0x05
    indexed = ((two & 0x07) == 0x04) & (((two & 0xC0) == 0x80) | (((two & 0xC0) == 0) & ((one & 7) == 5)))
    based = ((one & 0xC0) == 0x80) & ((one & 7) != 4)
    if relative:
        if wide:
            _operand(before, 1, direct & (kind == 0), kind, start, immediate, places, wide=True)
        return Decoded(kind, start, immediate)
    if register_base:
        _operand(before, 1, based, kind, start, immediate, places, wide=wide)
        _operand(before, 2, indexed & (kind == 0), kind, start, immediate, places, wide=wide)
        return Decoded(kind, start, immediate)
    if not wide:
        _operand(before, 1, direct, kind, start, immediate, places, wide=False)
        _mark(kind, start, (kind == 0) & (one == 0xA1), Kind.LOAD, places - 1)
        _mark(kind, start, (kind == 0) & (one == 0xA3), Kind.STORE, places - 1)
    _operand(before, 2, indexed & (kind == 0), kind, start, immediate, places, wide=wide)
    _operand(before, 1, based & (kind == 0), kind, start, immediate, places, wide=wide)
    constant = ((one & 0xF8) == 0xB8) | (one == 0x68) | (one == 0x05) | (one == 0x3D)
    _mark(kind, start, (kind == 0) & constant, Kind.ADDRESS, places - 1)
    stored = np.zeros(count, np.bool_)
    for back in range(2, _LOOK_BACK + 1):
        stored |= (before[back] == 0xC7) | (before[back] == 0x81)
    _mark(kind, start, (kind == 0) & stored, Kind.ADDRESS, places - 2)
    return Decoded(kind, start, immediate)


def _mark(
    kind: npt.NDArray[np.uint8],
    start: npt.NDArray[np.int64],
    chosen: npt.NDArray[np.bool_],
    value: Kind,
    first: npt.NDArray[np.int64],
) -> None:
    kind[chosen] = value
    start[chosen] = first[chosen]


def _branches(
    before: npt.NDArray[np.uint8],
    kind: npt.NDArray[np.uint8],
    start: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
) -> None:
    """Near call, jump and conditional jump. ``addr32 call`` is what linkers make of an indirect call they resolved."""
    one, two = before[1], before[2]
    _mark(kind, start, one == 0xE8, Kind.CALL, places - 1)
    _mark(kind, start, (one == 0xE8) & (two == 0x67), Kind.CALL, places - 2)
    _mark(kind, start, one == 0xE9, Kind.JUMP, places - 1)
    _mark(kind, start, (two == 0x0F) & ((one & 0xF0) == 0x80), Kind.BRANCH, places - 2)


def _operand(  # arrays that are filled in place, one column each
    before: npt.NDArray[np.uint8],
    mode: int,
    chosen: npt.NDArray[np.bool_],
    kind: npt.NDArray[np.uint8],
    start: npt.NDArray[np.int64],
    immediate: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    *,
    wide: bool,
) -> None:
    """Instructions with a ModRM byte ``mode`` bytes before the field; the opcode stands before it."""
    register = (before[mode] >> 3) & 7
    opcode, escape = before[mode + 1], before[mode + 2]
    one_byte = _KIND[opcode]
    size = _IMMEDIATE[opcode].astype(np.int64)
    one_byte = np.where(_COMPARE_GROUP[opcode] & (register == 7), np.uint8(Kind.READ), one_byte)
    five, three = opcode == 0xFF, (opcode == 0xF6) | (opcode == 0xF7)
    one_byte = np.where(five & (register == 2), np.uint8(Kind.CALL_SLOT), one_byte)
    one_byte = np.where(five & (register == 4), np.uint8(Kind.JUMP_SLOT), one_byte)
    one_byte = np.where(five & (register == 6), np.uint8(Kind.LOAD), one_byte)
    one_byte = np.where(three & (register != 2) & (register != 3), np.uint8(Kind.READ), one_byte)
    size = np.where(three & (register < 2), np.where(opcode == 0xF6, 1, 4), size)
    prefixed = (before[mode + 2] == 0x66) | (before[min(mode + 3, _LOOK_BACK)] == 0x66)
    size = np.where((size == 4) & prefixed, 2, size)
    two_byte = (escape == 0x0F) & ~((one_byte == Kind.CALL_SLOT) | (one_byte == Kind.JUMP_SLOT))
    vector = np.where(_VECTOR_STORES[opcode], np.uint8(Kind.STORE), np.uint8(Kind.READ))
    vector = np.where(_VECTOR_LOADS[opcode], np.uint8(Kind.LOAD), vector)
    value = np.where(two_byte, vector, np.where(one_byte > 0, one_byte, np.uint8(Kind.READ)))
    size = np.where(two_byte, _TWO_BYTE_WITH_IMMEDIATE[opcode].astype(np.int64), size)
    first = places - mode - 1 - two_byte
    leading = np.where(two_byte, before[min(mode + 3, _LOOK_BACK)], escape)
    rex = (leading & 0xF0) == 0x40 if wide else np.zeros(len(places), np.bool_)
    notrack = ((leading == 0xF2) | (leading == 0x3E)) & ((value == Kind.CALL_SLOT) | (value == Kind.JUMP_SLOT))
    kind[chosen] = value[chosen]
    start[chosen] = (first - rex - notrack)[chosen]
    immediate[chosen] = size[chosen]

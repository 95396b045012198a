"""Which of ARM's two instruction sets a piece of code is in, and calls that change between them.

Addresses of functions say it in their lowest bit, wherever the file keeps one. Where it keeps none, the code does: A32
instructions are words whose highest four bits are a condition, and most have none.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from mapproof.frontends.elf.image import ElfImage

_LOOK: Final = 256
"""Bytes of a function that are looked at."""

_SHARE: Final = 0.45
"""Share of words that begin with the condition "always" from which on code is taken for A32."""

_stated: WeakKeyDictionary[ElfImage, frozenset[int]] = WeakKeyDictionary()


def is_thumb(image: ElfImage, address: int, end: int) -> bool:
    """Whether the code of the function between two addresses is Thumb."""
    if image.machine is None or not image.machine.thumb:
        return False
    if address % 4:
        return True
    stated = _addresses(image)
    if (address | 1 in stated) != (address in stated):
        return (address | 1) in stated
    raw = image.read(address, max(4, min(_LOOK, end - address) & ~3)) or b""
    words = [word for (word,) in struct.iter_unpack("<I", raw[: len(raw) & ~3])]
    always = sum(1 for word in words if word >> 28 == 0xE)
    return bool(always < _SHARE * len(words))


def _addresses(image: ElfImage) -> frozenset[int]:
    """Addresses of code as symbols, the file header and relocated cells spell them."""
    if image not in _stated:
        found: set[int] = set()
        for table in (image.symtab, image.dynsym):
            if table is not None:
                found.update(table.spelled_starts().tolist())
        if image.header is not None:
            found.add(image.header.entry)
        for block in image.relocations:
            if block.relative:
                held = (
                    image.memory.words(block.where, image.layout.address)[0] if block.addend is None else block.addend
                )
                found.update(held.tolist())
        _stated[image] = frozenset(found)
    return _stated[image]


def without_exchange(data: bytes, address: int, *, thumb: bool) -> tuple[bytes, dict[int, int]]:
    """Code in which no call changes the instruction set: the lifter would remember the change for addresses that it
    does not concern. With it, by the address of each call that was rewritten, how far its target must be moved."""
    changed = bytearray(data)
    moved: dict[int, int] = {}
    place = 0
    while place + 4 <= len(data):
        (word,) = struct.unpack_from("<I", data, place)
        if not thumb:
            if word >> 25 == 0x7D:
                struct.pack_into("<I", changed, place, 0xEB000000 | word & 0xFFFFFF)
                moved[address + place] = word >> 23 & 2
            place += 4
            continue
        wide = word & 0xFFFF >= 0xE800
        if wide and word & 0xD001F800 == 0xC000F000:
            struct.pack_into("<I", changed, place, word | 0x10000000)
            moved[address + place] = -((address + place) % 4)
        place += 4 if wide else 2
    return bytes(changed), moved


def with_plain_traps(data: bytes, address: int, order: str) -> bytes:
    """Power code in which scv, which the lifter does not know, is sc: both take a number and arguments in the same
    registers."""
    changed = bytearray(data)
    for place in range(-address % 4, len(data) - 3, 4):
        (word,) = struct.unpack_from(order + "I", data, place)
        if word & 0xFFFFF01F == 0x44000001:
            struct.pack_into(order + "I", changed, place, 0x44000002)
    return bytes(changed)

